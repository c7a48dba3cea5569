"""What the pages ask: which part of the grid, why a duty is waived."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Superior
from hongzhu.kit.dates import Period

from .rules import to_last_month


class GapFilter(forms.Form):
    """The grid's filter. Whatever cannot be read falls back to the usual view, so that an old link still opens."""

    short = forms.ChoiceField(required=False, choices=[("1", _("有未见记录")), ("0", _("全部"))])
    relation = forms.ChoiceField(required=False, choices=[("", _("隶属与指导")), *Superior.Relation.choices])
    general = forms.IntegerField(required=False, min_value=1)
    period = forms.CharField(required=False)
    on = forms.DateField(required=False)
    q = forms.CharField(required=False, max_length=40)

    def asked(self, today: date) -> dict[str, Any]:
        """The cleaned filter with defaults: ``period`` a Period, ``on`` the as-of day, never after today.

        ``short`` asks for the short ones only. ``unasked``: neither they nor all were asked for, so each screen shows
        its own default (users.md 8: a phone the short ones, a desk all).
        """
        self.is_valid()
        data = self.cleaned_data
        try:
            period = Period.parse(data.get("period") or "")
        except ValueError:
            period = to_last_month(today)
        return {
            "short": data.get("short") == "1",
            "unasked": not data.get("short"),
            "relation": data.get("relation") or "",
            "general": data.get("general") or 0,
            "period": period,
            "on": min(data.get("on") or today, today),
            "q": (data.get("q") or "").strip(),
        }


class WaiveForm(forms.Form):
    """准予免开: why, and on what paper."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("写明为什么本期不用开，如：全体外出支教"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("批准的文件或会议，可不填"))


class RevokeForm(forms.Form):
    """Why a waiver is taken back."""

    reason = forms.CharField(label=_("撤回原因"), max_length=200)
