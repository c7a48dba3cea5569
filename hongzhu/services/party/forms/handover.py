"""Who hands over to whom, and where seals and files are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.people.models import Person, Post
from hongzhu.core.people.queries import who
from hongzhu.kit.dates import full_text


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HandoverForm(forms.Form):
    leaving = forms.ChoiceField(label=_("移交人"))
    coming = forms.CharField(label=_("接收人"), max_length=60, help_text=who.HINT)
    witness = forms.CharField(label=_("监交人"), max_length=60, required=False)
    on = Day(label=_("交接日期"))
    seal_kept_by = forms.CharField(label=_("印章保管"), max_length=60, required=False, help_text=_("谁保管"))
    archive_place = forms.CharField(
        label=_("档案存放处"), max_length=120, required=False, help_text=_("会议记录本、发展党员材料、党费账放在哪里")
    )

    def __init__(self, *args: Any, user: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.people = {str(post.person_id): post.person for post in reversed(posts)}
        shown = {str(post.person_id): f"{post.person.name} {full_text(post.from_on)}" for post in reversed(posts)}
        self.fields["leaving"].choices = list(reversed(shown.items()))  # type: ignore[attr-defined]

    def clean_leaving(self) -> Person:
        return self.people[self.cleaned_data["leaving"]]

    def clean_coming(self) -> Person:
        return who.one_of(access.visible_people(self.user), self.cleaned_data["coming"])


class SignForm(forms.Form):
    on = Day(label=_("签字日期"))
