"""双培养 (B24): who is led in which direction, and who got there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.people.models import Person
from hongzhu.core.policies import queries as policies
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, Cultivation

from . import admission


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


def of_person(user: Any, person: Person) -> list[Cultivation]:
    """In which directions somebody is or was led, the newest first, as far as the user sees it. One query."""
    return list(visible_to(user).filter(person=person).order_by("-from_on", "-id"))


def into_the_party(user: Any, person: Person, today: date) -> tuple[Admission | None, str]:
    """The newest way into the Party the user may see, and the step to be done on it now ("" when it has ended).

    What 双培养 aims at is recorded there, once; here it is only shown.
    """
    way = admission.visible_to(user).filter(person=person).order_by("-applied_on", "-id").first()
    step = ""
    if way is not None and not way.outcome:
        part, calendar = admission.part_on(way.bureau, today), policies.calendar(way.bureau)
        place = engine.way(admission.facts_of([way])[way.pk], part, calendar, today).next
        step = str(place.step.title) if place is not None else ""
    return way, step


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
