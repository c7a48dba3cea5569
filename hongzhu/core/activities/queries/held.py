"""What the record of acts holds for tables: how often a body met, what a person attended and studied."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from hongzhu.core.activities.models import ABSENT, ActBody, Attendance
from hongzhu.core.credits.models import Credit
from hongzhu.kit.dates import Period

# By which tag of the national pack each counts: one theme day may be lecture and members' meeting as well. A bureau's
# own tags are its own.
TAGS = {
    "theme_days": "theme_day",
    "members_meetings": "members_meeting",
    "committee_meetings": "committee_meeting",
    "team_meetings": "team_meeting",
    "lectures": "lecture",
    "centre_studies": "centre_study",
    "org_lives": "org_life",
}
COUNTED = (*TAGS, "theme_days_month", "theme_days_quarter", "lectures_quarter")


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``activities.*`` of bodies from 1 January to a day. Two queries.

    How often is what counts for the duties too: confirmed, by tag, in the year it belongs to. A body that has recorded
    nothing at all this year is left out: nobody knows. One that has recorded something has held what it did not record
    zero times.
    """
    wanted = list(ids)
    rows = (
        ActBody.objects.filter(
            org__in=wanted,
            act__held_on__gte=date(on.year, 1, 1),
            act__held_on__lte=on,
            act__voided_at__isnull=True,
            takes_part=True,
        )
        .order_by()
        .values("org")
        .annotate(n=Count("pk"), last=Max("act__held_on"), theme=Max("act__held_on", filter=Q(kind="theme_day")))
    )
    told: dict[int, dict[str, Any]] = {
        row["org"]: dict.fromkeys(COUNTED, 0)
        | {"acts": row["n"], "last_on": row["last"], "last_theme_day": row["theme"]}
        for row in rows
    }
    year, month, quarter = (Period.covering(every, on) for every in ("year", "month", "quarter"))
    counted = (
        Credit.objects.filter(
            body__in=told,
            tag__in=TAGS.values(),
            person__isnull=True,
            voided_at__isnull=True,
            belongs_on__gte=year.start,
            belongs_on__lt=year.end,
            held_on__lte=on,
        )
        .order_by()
        .values_list("body", "tag")
        .annotate(n=Count("pk"), n_month=Count("pk", filter=_in(month)), n_quarter=Count("pk", filter=_in(quarter)))
    )
    names = {tag: name for name, tag in TAGS.items()}
    for body, tag, *numbers in counted:
        for suffix, number in zip(("", "_month", "_quarter"), numbers, strict=True):
            told[body][names[tag] + suffix] = number
    return {
        body: {
            code: value for name, value in row.items() if (code := f"activities.{name}") in codes and value is not None
        }
        for body, row in told.items()
    }


def _in(period: Period) -> Q:
    return Q(belongs_on__gte=period.start, belongs_on__lt=period.end)


def held_by_persons(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``activities.*`` of persons from 1 January to a day: attendance, and class hours earned. Two queries.

    Who was on no roster has no attendance; who earned no hour has none: missing is not zero.
    """
    wanted = list(ids)
    State = Attendance.State
    due = ~Q(state__in=(State.LEFT_OUT, State.OBSERVER))
    rows = (
        Attendance.objects.filter(
            due,
            person__in=wanted,
            act__voided_at__isnull=True,
            act__held_on__gte=date(on.year, 1, 1),
            act__held_on__lte=on,
        )
        .order_by()
        .values("person")
        .annotate(
            due=Count("pk"),
            attended=Count("pk", filter=Q(state=State.PRESENT)),
            leave=Count("pk", filter=Q(state__in=ABSENT) & ~Q(state=State.UNEXCUSED)),
            absent=Count("pk", filter=Q(state=State.UNEXCUSED)),
            made_up=Count("pk", filter=Q(made_up_on__isnull=False)),
        )
    )
    told: dict[int, dict[str, Any]] = {}
    for row in rows:
        rate = Decimal(100 * row["attended"]) / row["due"]
        told[row["person"]] = {**row, "rate": rate.quantize(Decimal("0.1"))}
    earned = Credit.objects.filter(
        person__in=wanted, belongs_on__gte=date(on.year, 1, 1), belongs_on__lte=on, voided_at__isnull=True, amount__gt=0
    )
    for person, hundredths in earned.order_by().values_list("person").annotate(sum=Sum("amount")):
        told.setdefault(person or 0, {})["hours"] = Decimal(hundredths) / 100
    return {
        pk: {code: value for name, value in row.items() if (code := f"activities.{name}") in codes}
        for pk, row in told.items()
    }
