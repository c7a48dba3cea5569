"""What the roster is narrowed to, and the day a card was carried over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.services.party.queries.roster import ON_THE_WAY, Asked

LISTS = (
    ("", _("全部")), ("working", _("在职")), ("retired", _("离退休")), ("probationary", _("预备")), ("away", _("外派")),
    ("mobile", _("流动")),
)  # fmt: skip
SISTERS = (("applicants", _("申请人")), ("activists", _("积极分子")), ("candidates", _("发展对象")))


class RosterForm(forms.Form):
    """Anything unreadable narrows nothing."""

    who = forms.ChoiceField(required=False, choices=[*LISTS, *SISTERS])
    on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    org = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    q = forms.CharField(required=False, max_length=40)
    has = forms.RegexField(r"^(TITLE|POST):[A-Z_+@,]{1,200}$", required=False)

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = [("", ""), *bodies]  # type: ignore[attr-defined]

    def asked(self, today: date) -> Asked:
        self.is_valid()
        told = self.cleaned_data
        who = told.get("who", "")
        return Asked(
            on=told.get("on") or today, who=who, org=told.get("org"), text=told.get("q", ""),
            has="" if who in ON_THE_WAY else told.get("has", ""),
        )  # fmt: skip
