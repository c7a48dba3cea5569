"""What the pages of the register read: the tree on a day, and one body's life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior

from .days import on_day


@dataclass(frozen=True, slots=True)
class Placed:
    """A body on a day: how deep it stands, its parent, and its two superiors by name."""

    org: Org
    depth: int
    parent: str
    belongs: str
    guides: str


def tree(
    path: str,
    on: date,
    *,
    seen: Q | None = None,
    kind: str = "",
    sector: str = "",
    stage: str = "",
    area: str = "",
    q: str = "",
) -> list[Placed]:
    """Bodies in the subtree of ``path`` that exist on a day, parents before children. Two queries.

    ``seen`` adds bodies beyond the subtree: the branch that lives in one's school stands elsewhere in the tree.
    """
    inside = Q(path__gte=path, path__lt=path + "g")
    found = (inside | seen if seen is not None else inside) & on_day(on) & existing_org(on)
    for field, value in (("kind", kind), ("sector", sector), ("stage", stage), ("area", area)):
        if value:
            found &= Q(**{f"org__{field}": value})
    if text := q.strip():
        found &= (
            Q(org__name__icontains=text)
            | Q(org__short_name__icontains=text)
            | Q(org__search_key__contains=text.lower())
        )
    rows = list(Placement.objects.filter(found).select_related("org", "parent").order_by("path"))
    above: dict[tuple[int, str], str] = {
        (org, relation): name
        for org, relation, name in Superior.objects.filter(
            on_day(on), org__in=Placement.objects.filter(found).order_by().values("org")
        ).values_list("org_id", "relation", "superior__name")
    }
    top = min((len(row.path) for row in rows), default=0)
    return [
        Placed(
            row.org, (len(row.path) - top) // 8, row.parent.name if row.parent else "",
            above.get((row.org_id, "BELONGS"), ""), above.get((row.org_id, "GUIDES"), ""),
        )
        for row in rows
    ]  # fmt: skip


def existing_org(on: date) -> Q:
    """:func:`existing` for a relation's ``org``."""
    return Q(org__opened_on__lte=on) & (Q(org__closed_on__isnull=True) | Q(org__closed_on__gt=on))


def hosts_of(org: Org, on: date) -> list[Org]:
    """Units a body lives in on a day."""
    return [row.unit for row in Hosting.objects.filter(on_day(on), org=org).select_related("unit").order_by("id")]


def superiors_of(org: Org, on: date) -> dict[str, Org]:
    """The two superiors of a body on a day, by relation."""
    rows = Superior.objects.filter(on_day(on), org=org).select_related("superior")
    return {row.relation: row.superior for row in rows}


def life(org: Org) -> dict[str, list[Any]]:
    """Everything dated about a body, newest first. Four queries."""
    return {
        "changes": list(Change.objects.filter(org=org).select_related("other").order_by("-on", "-id")),
        "placements": list(Placement.objects.filter(org=org).select_related("parent").order_by("-from_on")),
        "superiors": list(Superior.objects.filter(org=org).select_related("superior").order_by("-from_on", "relation")),
        "hostings": list(Hosting.objects.filter(org=org).select_related("unit").order_by("-from_on")),
    }
