"""Forms of the catalogue of posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.services.party.models import MemberPost

from .sending import Day, UserForm, body


class PlaceForm(UserForm):
    """A branch offers a post or an area."""

    org = body(_("党支部"))
    kind = forms.ChoiceField(label=_("类别"), choices=MemberPost.Kind.choices)
    title = forms.CharField(
        label=_("岗位或责任区"), max_length=80, help_text=_("如 五年级数学组示范岗、北楼安全责任区")
    )
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)
    places = forms.IntegerField(label=_("名额"), min_value=1, max_value=999)
    from_on = Day(label=_("开放日期"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("org", rows)


class PlaceAmendForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=MemberPost.Kind.choices)
    title = forms.CharField(label=_("岗位或责任区"), max_length=80, help_text=_("已经在岗的人，名称和职责不跟着变"))
    duty = forms.CharField(label=_("职责"), max_length=200, required=False)
    places = forms.IntegerField(label=_("名额"), min_value=1, max_value=999)
