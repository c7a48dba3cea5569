"""Instructors sent out (A24): rows are person-times."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.services.party import rules
from hongzhu.services.party.models import Dispatch, DispatchVisit

from . import sending


def visible_to(user: Any) -> QuerySet[Dispatch]:
    """Of people in the user's part, and one's own; with ``visits_n`` and ``outputs_n``."""
    seen = Q(person=getattr(user, "person_id", None) or 0)
    if access.may(user, rules.VIEW):
        seen |= sending.mine(user)
    visits = DispatchVisit.objects.filter(dispatch=OuterRef("pk")).order_by().values("dispatch")

    def number(counted: Any) -> Coalesce:
        return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)

    return (
        Dispatch.objects.filter(seen, bureau=access.bureau_of(user))
        .select_related("person", "bureau")
        .annotate(visits_n=number(visits.annotate(n=Count("pk"))), outputs_n=number(visits.annotate(n=Sum("outputs"))))
        .order_by("-from_on", "id")
    )


def open_dispatch(user: Any, pk: int) -> Dispatch:
    row: Dispatch = get_object_or_404(visible_to(user), pk=pk)
    return row


def open_to_visit(user: Any, pk: int) -> Dispatch:
    """A visit is written down by the instructor, or by the office."""
    row = open_dispatch(user, pk)
    if row.person_id != getattr(user, "person_id", None):
        sending.require_office(user)
    return row


def narrowed(
    rows: QuerySet[Dispatch], today: date, remind_days: int, *, state: str = "", sector: str = "",
    year: int | None = None, batch: str = "", text: str = "",
) -> QuerySet[Dispatch]:  # fmt: skip
    """``state``: running, ending (near the end of the term or past it), ended."""
    running = Q(from_on__lte=today) & (Q(ended_on__isnull=True) | Q(ended_on__gt=today))
    states = {
        "running": running,
        "ending": running & Q(to_on__lte=today + timedelta(days=remind_days)),
        "ended": Q(ended_on__lte=today),
    }
    if state in states:
        rows = rows.filter(states[state])
    if sector:
        rows = rows.filter(sector=sector)
    if year:
        rows = rows.filter(from_on__year=year)
    if batch:
        rows = rows.filter(batch=batch)
    if text:
        rows = rows.filter(Q(served__icontains=text) | Q(person__name__icontains=text) | Q(batch__icontains=text))
    return rows


def visits_of(row: Dispatch) -> QuerySet[DispatchVisit]:
    return row.visits.order_by("-on")


def persons_of(rows: QuerySet[Dispatch]) -> int:
    """How many different people are behind so many person-times."""
    return rows.order_by().values("person").distinct().count()
