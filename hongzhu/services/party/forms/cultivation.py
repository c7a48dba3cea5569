"""Forms of 双培养."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.people.models import Person

from .sending import Day, PersonField, UserForm, body


class CultivationForm(UserForm):
    org = body(_("党支部"))
    person = PersonField(label=_("姓名"))
    direction = forms.ChoiceField(label=_("培养方向"))
    contact = PersonField(label=_("培养联系人"))
    plan = forms.CharField(label=_("培养措施"), max_length=200, required=False)
    from_on = Day(label=_("开始"))

    def __init__(self, *args: Any, rows: Any, directions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("org", rows)
        self.fields["direction"].choices = [(one, one) for one in directions]  # type: ignore[attr-defined]

    def clean_person(self) -> Person | None:
        return self.found("person")

    def clean_contact(self) -> Person | None:
        return self.found("contact")


class CultivationAmendForm(UserForm):
    contact = PersonField(label=_("培养联系人"))
    plan = forms.CharField(label=_("培养措施"), max_length=200, required=False)

    def clean_contact(self) -> Person | None:
        return self.found("contact")
