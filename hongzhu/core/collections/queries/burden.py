"""The burden meter: what each unit was asked, month by month, and how much of its year's budget that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Request, Return
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.dates import SHANGHAI

from . import requests

ASKED = (Request.Status.OUT, Request.Status.CLOSED)


@dataclass(slots=True)
class Load:
    """Requests, cells typed, cells filled by the machine and minutes of a unit, in a month or a year."""

    requests: int = 0
    typed: int = 0
    filled: int = 0
    minutes: int = 0

    def add(self, other: Load) -> None:
        self.requests += other.requests
        self.typed += other.typed
        self.filled += other.filled
        self.minutes += other.minutes


@dataclass(slots=True)
class Unit:
    """One unit's year: twelve months, their sum, the minutes said at sending, and the budget (None: there is none)."""

    org: Org
    months: list[Load] = field(default_factory=lambda: [Load() for _month in range(12)])
    year: Load = field(default_factory=Load)
    planned: int = 0
    budget: int | None = None

    @property
    def used(self) -> int | None:
        """Per cent of the budget used, rounded down."""
        return self.planned * 100 // self.budget if self.budget else None

    @property
    def over(self) -> bool:
        return self.budget is not None and self.planned > self.budget


def units(user: Any, year: int) -> QuerySet[Org]:
    """The units of the user's part of the tree that were asked anything in a year, in the order of the tree."""
    first, last = requests.year_of(year)
    asked = Return.objects.filter(
        request__bureau=access.bureau_of(user),
        request__status__in=ASKED,
        request__sent_at__gte=first,
        request__sent_at__lt=last,
    )
    return (
        Org.objects.filter(access.within(user, rules.VIEW, ""), pk__in=asked.values("org"))
        .select_related("bureau")
        .order_by("sort", "id")
    )


def loads(bureau_id: int, year: int, ids: Collection[int] | None = None) -> dict[tuple[int, int], Load]:
    """(unit, month) → its load, by the month a request was sent. One query for any number of units."""
    first, last = requests.year_of(year)
    rows = Return.objects.filter(
        request__bureau=bureau_id, request__status__in=ASKED, request__sent_at__gte=first, request__sent_at__lt=last
    )
    if ids is not None:
        rows = rows.filter(org__in=ids)
    counted = (
        rows.annotate(month=ExtractMonth("request__sent_at", tzinfo=SHANGHAI))
        .order_by()
        .values_list("org", "month")
        .annotate(n=Count("pk"), typed_n=Sum("typed"), filled_n=Sum("filled"), minutes_n=Sum("minutes"))
    )
    return {(org, month): Load(n, typed, filled, minutes) for org, month, n, typed, filled, minutes in counted}


def meter(bureau: Bureau, year: int, orgs: Iterable[Org]) -> list[Unit]:
    """The year of these units, in the order given. Four queries."""
    shown = list(orgs)
    ids = [org.pk for org in shown]
    found = loads(bureau.pk, year, ids)
    planned = requests.used(bureau.pk, year, ids)
    general, single = requests.budgets(bureau, year)
    made = []
    for org in shown:
        unit = Unit(org, planned=planned.get(org.pk, 0), budget=single.get(org.pk, general))
        for month in range(1, 13):
            if load := found.get((org.pk, month)):
                unit.months[month - 1] = load
                unit.year.add(load)
        made.append(unit)
    return made


def asked_of(org: Org, year: int) -> QuerySet[Return]:
    """Every request behind a unit's year as it was sent, with ``booked``, the minutes its year counts for it. One query."""
    first, last = requests.year_of(year)
    return (
        Return.objects.filter(
            org=org, request__status__in=ASKED, request__sent_at__gte=first, request__sent_at__lt=last
        )
        .select_related("request__asker")
        .annotate(booked=requests.BOOKED)
        .order_by("request__sent_at", "request_id")
    )


def unit_seen(user: Any, pk: int) -> Org:
    """The door of one unit's year: a body of the user's reach, else 404."""
    org: Org = get_object_or_404(
        Org.objects.filter(access.within(user, rules.VIEW, "")).select_related("bureau"), pk=pk
    )
    return org


def total(user: Any, year: int) -> Load:
    """All units of the user's part of the tree together, also those on the meter's other pages. One query."""
    first, last = requests.year_of(year)
    rows = Return.objects.filter(
        access.within(user, rules.VIEW, "org"),
        request__bureau=access.bureau_of(user),
        request__status__in=ASKED,
        request__sent_at__gte=first,
        request__sent_at__lt=last,
    )
    found = rows.aggregate(
        n=Count("pk"), hand=Sum("typed", default=0), machine=Sum("filled", default=0), time=Sum("minutes", default=0)
    )
    return Load(found["n"], found["hand"], found["machine"], found["time"])
