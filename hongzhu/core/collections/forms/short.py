"""Short forms inside pages, and filters of lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Request
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org


class ReasonForm(forms.Form):
    """Why: a withdrawal, a return, a leader's word."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class SendForm(forms.Form):
    """Sending; the reason where the table was asked before."""

    repeat_reason = forms.CharField(label=_("重复收表的原因"), max_length=200, required=False)


class BudgetForm(forms.Form):
    """Minutes of a year: for every unit, or for one of them. Empty takes the budget back."""

    year = forms.IntegerField(label=_("年度"), min_value=2020, max_value=2100)
    org = forms.ModelChoiceField(Org.objects.none(), label=_("单位"), required=False, empty_label=_("本局每个单位"))
    minutes = forms.IntegerField(
        label=_("一年最多多少分钟"), min_value=1, max_value=100_000, required=False, help_text=_("不填就是不设预算")
    )

    def __init__(self, *args: Any, user: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = access.orgs_where(user, rules.BUDGET).filter(orgs.existing(on), kind__in=rules.ASKED_KINDS)
        self.fields["org"].queryset = mine  # type: ignore[attr-defined]


class ListFilter(forms.Form):
    """What a list is narrowed to; anything unreadable narrows nothing."""

    show = forms.CharField(required=False, max_length=20)
    status = forms.ChoiceField(required=False, choices=[("", ""), *Request.Status.choices])
    year = forms.IntegerField(required=False, min_value=1900, max_value=2100)
    q = forms.CharField(required=False, max_length=60)


class MeterFilter(forms.Form):
    """Which year the meter shows."""

    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)
