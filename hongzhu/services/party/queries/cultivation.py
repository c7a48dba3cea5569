"""双培养 (B24): who is led in which direction, and who got there."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.models import Cultivation


def visible_to(user: Any) -> QuerySet[Cultivation]:
    rows = Cultivation.objects.filter(access.within(user, rules.VIEW, "org"), bureau=access.bureau_of(user))
    return rows.select_related("org", "person", "contact", "bureau").order_by(
        "direction", "org__sort", "org_id", "person__name", "id"
    )


def open_row(user: Any, pk: int, perm: Perm = rules.VIEW) -> Cultivation:
    row: Cultivation = get_object_or_404(visible_to(user), pk=pk)
    access.check(user, perm, row.org)
    return row


STATES = {
    "running": Q(to_on__isnull=True),
    "reached": Q(reached_on__isnull=False),
    "ended": Q(to_on__isnull=False, reached_on__isnull=True),
}


def narrowed(
    rows: QuerySet[Cultivation], *, direction: str = "", state: str = "", text: str = ""
) -> QuerySet[Cultivation]:
    if state in STATES:
        rows = rows.filter(STATES[state])
    if direction:
        rows = rows.filter(direction=direction)
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text) | Q(contact__name__icontains=text) | Q(org__name__icontains=text)
        )
    return rows


def conversions(rows: QuerySet[Cultivation]) -> list[dict[str, Any]]:
    """Each direction: how many were begun, how many are running, how many reached. One query."""
    counted = (
        rows.order_by()
        .values("direction")
        .annotate(
            all=Count("pk"),
            running=Count("pk", filter=STATES["running"]),
            reached=Count("pk", filter=STATES["reached"]),
        )
    )
    return [dict(line) for line in counted.order_by("direction")]
