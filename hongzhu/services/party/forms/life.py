"""Forms of the appraisal, the checklist and the secretaries' reports: days and counts, and why somebody was missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hongzhu.core.activities.models import Act
from hongzhu.kit.dates import day_text
from hongzhu.services.party.engine.life import Counts
from hongzhu.services.party.rules.life import Report, Told

MOST = 9999


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def number(label: Any, *, required: bool = True, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, required=required, widget=widget, **more)


class YearForm(forms.Form):
    """Which year; anything unreadable is the usual one."""

    year = forms.IntegerField(required=False, min_value=2000, max_value=2100)
    q = forms.CharField(required=False, max_length=40)
    show = forms.CharField(required=False, max_length=10)


class AppraisalForm(forms.Form):
    """The counts of one branch and year. The number of members is the roster's of that day and is not asked for."""

    act = forms.ChoiceField(label=_("哪次会议"), required=False)
    held_on = Day(label=_("评议日期"), required=False, help_text=_("选了会议可以不填"))
    took_part = number(_("参评"), help_text=_("含预备党员"))
    absent_for = forms.CharField(label=_("未参评原因"), max_length=200, required=False)
    probationary = number(_("其中预备党员（不评等次）"), initial=0)
    excellent = number(_("优秀"))
    qualified = number(_("合格"))
    basic = number(_("基本合格"), initial=0)
    unqualified = number(_("不合格"), initial=0)
    cap_reason = forms.CharField(
        label=_("优秀超过三分之一的批准依据"), max_length=200, required=False, help_text=_("没有超过的不填")
    )

    def __init__(self, *args: Any, acts: Sequence[Act], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acts = {str(act.pk): act for act in acts}
        shown = [(pk, f"{day_text(act.held_on)} {act.theme}") for pk, act in self.acts.items()]
        self.fields["act"].choices = [("", _("还没有记录会议")), *shown]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        act = self.acts.get(given.get("act") or "")
        given["act"] = act
        given["held_on"] = given.get("held_on") or (act.held_on if act else None)
        if given["held_on"] is None and "held_on" not in self.errors:
            self.add_error("held_on", _("请填评议日期，或选一次会议。"))
        return given

    def told(self, year: int, members: int) -> Told:
        given = self.cleaned_data
        counts = Counts(
            members=members, took_part=given["took_part"], probationary=given["probationary"],
            excellent=given["excellent"], qualified=given["qualified"], basic=given["basic"],
            unqualified=given["unqualified"],
        )  # fmt: skip
        return Told(year, given["held_on"], counts, given["absent_for"], given["cap_reason"])


class StepForm(forms.Form):
    """One step: when, and its number where it has one."""

    done_on = Day(label=_("完成日期"))
    count = number(_("数量"), required=False)


class DebriefForm(forms.Form):
    """What is known of a secretary's report. Every part may come later."""

    received_on = Day(label=_("述职报告收到日期"), required=False)
    held_on = Day(label=_("述职日期"), required=False)
    good = number(_("好"), required=False)
    fairly_good = number(_("较好"), required=False)
    average = number(_("一般"), required=False)
    poor = number(_("差"), required=False)
    problems = number(_("反馈问题数"), required=False, help_text=_("只记个数，不记内容"))
    fed_back_on = Day(label=_("反馈日期"), required=False)

    def told(self) -> Report:
        given = self.cleaned_data
        votes = tuple(given[name] for name in ("good", "fairly_good", "average", "poor"))
        return Report(given["received_on"], given["held_on"], votes, given["problems"], given["fed_back_on"])


def usual_day(today: date) -> dict[str, date]:
    return {"done_on": today}
