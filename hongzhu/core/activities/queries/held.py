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

# Codes of kinds in the national pack; a bureau's own kinds are its own.
KINDS = {
    "theme_days": "theme_day",
    "members_meetings": "members_meeting",
    "committee_meetings": "committee_meeting",
    "team_meetings": "team_meeting",
    "lectures": "lecture",
    "centre_studies": "centre_study",
    "org_lives": "org_life",
}


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``activities.*`` of bodies from 1 January to a day. One query.

    A body that has recorded nothing at all this year is left out: nobody knows. One that has recorded something has
    held what it did not record zero times.
    """
    year, month = Q(act__held_on__gte=date(on.year, 1, 1)), Q(act__held_on__gte=on.replace(day=1))
    quarter = Q(act__held_on__gte=Period.covering("quarter", on).start)
    counted = {f"n_{name}": Count("pk", filter=Q(kind=kind)) for name, kind in KINDS.items()}
    theme = Q(kind=KINDS["theme_days"])
    rows = (
        ActBody.objects.filter(
            year, org__in=list(ids), act__held_on__lte=on, act__voided_at__isnull=True, takes_part=True
        )
        .order_by()
        .values("org")
        .annotate(
            **counted,
            n_acts=Count("pk"),
            n_theme_days_month=Count("pk", filter=theme & month),
            n_theme_days_quarter=Count("pk", filter=theme & quarter),
            n_lectures_quarter=Count("pk", filter=Q(kind=KINDS["lectures"]) & quarter),
            n_last_on=Max("act__held_on"),
            n_last_theme_day=Max("act__held_on", filter=theme),
        )
    )
    return {
        row["org"]: {
            code: value
            for name, value in row.items()
            if (code := f"activities.{name.removeprefix('n_')}") in codes and value is not None
        }
        for row in rows
    }


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
