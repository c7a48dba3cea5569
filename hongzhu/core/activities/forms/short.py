"""The short forms around an act: a reason, a make-up study, a report, a plan, the fixed Party day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.activities.actions import PlanLine
from hongzhu.core.activities.models import Attendance, Plan
from hongzhu.core.documents.queries.sheets import Held, MeetingNotice
from hongzhu.kit.dates import weekday_text

from .fields import DayField


class ReasonForm(forms.Form):
    """One reason, required."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class MakeUpForm(forms.Form):
    """Who made it up, when, how, and who saw to it."""

    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("谁补学了"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    on = DayField(label=gettext_lazy("补学时间"))
    way = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=Attendance.Way.choices,
        widget=forms.RadioSelect,
        initial=Attendance.Way.GROUP,
    )
    seen_to_by = forms.CharField(label=gettext_lazy("落实人"), max_length=60, required=False)

    def __init__(self, *args: Any, absent: list[Attendance], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        words = dict(Attendance.State.choices)
        people: Any = self.fields["people"]
        people.choices = [
            (str(row.person_id), _("%(name)s（%(why)s）") % {"name": row.person.name, "why": words[row.state]})
            for row in absent
        ]
        people.initial = [str(row.person_id) for row in absent]
        self.fields["on"].initial = today
        self.fields["on"].year = today.year  # type: ignore[attr-defined]  # DayField, declared above


class ItemReportForm(forms.Form):
    """How far one item is."""

    progress = forms.CharField(label=gettext_lazy("进展情况"), max_length=200)
    done = forms.BooleanField(label=gettext_lazy("已办完，请验收"), required=False)


class BeforeForm(forms.Form):
    """When, where and what about, for the notice and the sign-in sheet. It stands in the address; nothing is stored."""

    on = DayField(label=gettext_lazy("日期"), error_messages={"required": gettext_lazy("没有填日期，请补上")})
    starts_at = forms.TimeField(label=gettext_lazy("开始时间"), required=False)
    ends_at = forms.TimeField(label=gettext_lazy("结束时间"), required=False)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=80, required=False)
    agenda = forms.CharField(
        label=gettext_lazy("议程"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一行一项"),
    )  # fmt: skip

    def __init__(self, asked: QueryDict, *, usual: MeetingNotice) -> None:
        held = usual.held
        first = {"on": held.on, "starts_at": held.starts_at, "ends_at": held.ends_at, "place": usual.place}
        super().__init__(asked if "on" in asked else None, initial=first | {"agenda": "\n".join(usual.agenda)})
        self.usual = usual
        self.fields["on"].year = held.on.year  # type: ignore[attr-defined]  # DayField, declared above

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("结束时间不晚于开始时间，请改时间"))
        return data

    def notice(self) -> MeetingNotice:
        """The notice as asked for; the usual one where nothing was asked or it cannot be read."""
        if not self.is_valid():
            return self.usual
        data = self.cleaned_data
        lines = [line.strip() for line in data["agenda"].splitlines()]
        return replace(
            self.usual,
            held=Held(on=data["on"], starts_at=data["starts_at"], ends_at=data["ends_at"]),
            place=data["place"],
            agenda=tuple(line for line in lines if line),
        )


class FixedDayForm(forms.Form):
    """第三周周五 15:30至17:00, 党员活动室."""

    week = forms.TypedChoiceField(label=gettext_lazy("第几周"), coerce=int, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(label=gettext_lazy("星期"), coerce=int, widget=forms.RadioSelect)
    starts_at = forms.TimeField(label=gettext_lazy("开始时间"))
    ends_at = forms.TimeField(label=gettext_lazy("结束时间"))
    place = forms.CharField(label=gettext_lazy("地点"), max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        week: Any = self.fields["week"]
        week.choices = [(n, _("第%s周") % n) for n in range(1, 6)]
        weekday: Any = self.fields["weekday"]
        weekday.choices = [(n, weekday_text(date(2024, 1, 1 + n))) for n in range(7)]


class PlanForm(forms.Form):
    """Twelve months of one kind: a theme and a day each; an empty theme takes the line out."""

    def __init__(self, *args: Any, year: int, kind: str, lines: dict[int, Plan], **options: Any) -> None:
        super().__init__(*args, **options)
        self.year, self.kind = year, kind
        for month in range(1, 13):
            line = lines.get(month)
            self.fields[f"theme{month}"] = forms.CharField(
                label=_("%s月") % month, max_length=120, required=False, initial=line.theme if line else ""
            )
            self.fields[f"day{month}"] = DayField(
                label=_("%s月计划日期") % month, year=year, required=False, initial=line.planned_on if line else None
            )

    def months(self) -> list[tuple[int, Any, Any]]:
        return [(month, self[f"theme{month}"], self[f"day{month}"]) for month in range(1, 13)]

    def lines(self) -> list[PlanLine]:
        return [
            PlanLine(
                self.kind,
                date(self.year, month, 1),
                self.cleaned_data[f"theme{month}"],
                self.cleaned_data[f"day{month}"],
            )
            for month in range(1, 13)
        ]
