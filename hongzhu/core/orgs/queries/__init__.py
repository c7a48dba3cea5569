"""Who stood where on a day. All set-based; dates are half-open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from hongzhu.core.orgs.models import PARTY_KINDS, Hosting, Kind, Org, Placement, Superior

from .days import existing, existing_in, on_day
from .naming import Directory, ImportContext
from .pages import Placed, hosts_of, life, superiors_of, tree

__all__ = [
    "STEP", "Directory", "ImportContext", "Placed", "above", "ancestors_of", "covering", "existing", "existing_in", "hosts_of", "life", "on_day", "out_of_tree", "parent_of",
    "path_of", "reach", "reach_closed", "segment", "subtree_ids", "superiors_of", "superiors_on", "tree", "under",
]  # fmt: skip


STEP = 8  # characters of one step of a path


def segment(pk: int) -> str:
    """One step of a path: the id in eight lower-case hex digits."""
    return f"{pk:08x}"


def path_of(org: Org, on: date) -> str:
    """The path of a body on a day, "" where it had no place."""
    row = Placement.objects.filter(on_day(on), org=org).values_list("path", flat=True).first()
    return row or ""


def under(path: str, on: date) -> QuerySet[Placement]:
    """Placements on a day in the subtree of ``path``, itself included: an index range, never a prefix LIKE."""
    return Placement.objects.filter(on_day(on), path__gte=path, path__lt=path + "g")


def subtree_ids(path: str, on: date) -> QuerySet[Placement, Any]:
    """Ids of the bodies in the subtree of ``path`` and of the Party and mass organisations hosted or owned there.

    A query, to be used as ``pk__in``; callers combine it with :func:`reach`.
    """
    return under(path, on).values("org")


def reach(path: str, on: date, field: str = "") -> Q:
    """A condition on a foreign key to Org (``field``; "" for Org itself): in the subtree, hosted by it, or 隶属 to it."""
    key = f"{field}_id__in" if field else "pk__in"
    inside = subtree_ids(path, on)
    return (
        Q(**{key: inside})
        | Q(**{key: Hosting.objects.filter(on_day(on), unit__in=inside).values("org")})
        | Q(**{key: Superior.objects.filter(on_day(on), superior__in=inside).values("org")})
    )


def reach_closed(path: str, on: date, field: str = "") -> Q:
    """The same of bodies closed by a day, as they stood on their last one: what they left behind is read by whoever
    had them in their part then. Not for writing."""
    key = f"{field}_id__in" if field else "pk__in"
    closed = {"org__closed_on__lte": on, "to_on": F("org__closed_on")}
    last = Placement.objects.filter(path__gte=path, path__lt=path + "g", **closed).values("org")
    inside = subtree_ids(path, on)
    return (
        Q(**{key: last})
        | Q(**{key: Hosting.objects.filter(Q(unit__in=inside) | Q(unit__in=last), **closed).values("org")})
        | Q(**{key: Superior.objects.filter(Q(superior__in=inside) | Q(superior__in=last), **closed).values("org")})
    )


def covering(org: Org, on: date) -> set[int]:
    """Ids of the bodies at which a grant reaches ``org`` on a day (:func:`reach`, asked from below): itself, its hosts,
    its superiors, and all above them. Three queries."""
    around = [
        org.pk,
        *Hosting.objects.filter(on_day(on), org=org).values_list("unit", flat=True),
        *Superior.objects.filter(on_day(on), org=org).values_list("superior", flat=True),
    ]
    paths = Placement.objects.filter(on_day(on), org__in=around).values_list("path", flat=True)
    return {int(path[i : i + STEP], 16) for path in paths for i in range(0, len(path), STEP)}


def out_of_tree(bureau: int, path: str, on: date, *, past: bool = False) -> QuerySet[Org]:
    """Bodies of a bureau that on a day have no place under its root ``path``: closed ones, and those yet to open.

    At the root of a bureau :func:`reach` finds all the others: who is hosted by a body of the tree, or 隶属 to it, has a
    place in the same tree. ``past``: without closed ones that had a place there on their last day (:func:`reach_closed`).
    """
    there = subtree_ids(path, on)
    if past:
        last = Q(to_on=F("org__closed_on"), org__closed_on__lte=on)
        there = Placement.objects.filter(on_day(on) | last, path__gte=path, path__lt=path + "g").values("org")
    return Org.objects.filter(bureau=bureau).exclude(pk__in=there)


def superiors_on(on: date, relation: str) -> Subquery:
    """For annotating an Org queryset with its superior's id of one relation on a day."""
    return Subquery(Superior.objects.filter(on_day(on), org=OuterRef("pk"), relation=relation).values("superior")[:1])


def parent_of(org: Org, on: date) -> Org | None:
    row = Placement.objects.filter(on_day(on), org=org).select_related("parent").first()
    return row.parent if row else None


def ancestors_of(org: Org, on: date) -> list[Org]:
    """From the root down to the parent, on a day. Two queries."""
    path = path_of(org, on)
    ids = [int(path[i : i + 8], 16) for i in range(0, len(path) - 8, 8)]
    found = Org.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def above(org: Org, on: date) -> Iterator[int]:
    """Ids of a body and of all that stands above it on a day, nearest first: who may instruct it.

    A unit begins with the Party organisations that live in it. Each step up goes to the superiors (隶属 before 指导) and
    to the parents; last come the committees and groups of the units passed. Two queries a step, asked as it goes.
    """
    yield org.pk
    seen = [org.pk]
    if org.kind not in (*PARTY_KINDS, Kind.BUREAU):
        living = Hosting.objects.filter(on_day(on), unit=org, org__kind__in=PARTY_KINDS).order_by("org__sort", "org")
        seen += living.values_list("org", flat=True)
        yield from seen[1:]
    step = list(seen)
    while step:
        over = Superior.objects.filter(on_day(on), org__in=step).order_by("relation", "superior__sort", "superior")
        parents = Placement.objects.filter(on_day(on), org__in=step, parent__isnull=False).order_by("parent")
        found = [*over.values_list("superior", flat=True), *parents.values_list("parent", flat=True)]
        step = [pk for pk in dict.fromkeys(found) if pk not in seen]
        seen += step
        yield from step
    leading = Hosting.objects.filter(on_day(on), unit__in=seen, org__kind__in=(Kind.COMMITTEE, Kind.PARTY_GROUP))
    last = leading.exclude(org__in=seen).order_by("org__sort", "org").values_list("org", flat=True)
    yield from dict.fromkeys(last)
