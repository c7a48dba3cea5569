"""Coverage of institutions by Party organisations and Party work, by type (A23). Read, not stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Hosting, Kind, Org
from hongzhu.core.people.models import Post, PostKind
from hongzhu.core.registers import rules

INSTITUTIONS = (Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TRAINING)
ALONE, JOINTLY, INSTRUCTOR, NONE = "alone", "jointly", "instructor", "none"
WAYS = (ALONE, JOINTLY, INSTRUCTOR, NONE)
OWN = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)


def institutions(user: Any, on: date, *, sector: str = "PRIVATE") -> QuerySet[Org, Any]:
    """Institutions of the user's part with ``covered``: alone, jointly, by an instructor, none."""
    hosted = Hosting.objects.filter(orgs.on_day(on), org__opened_on__lte=on, unit=OuterRef("pk"))
    shared = Hosting.objects.filter(orgs.on_day(on), org=OuterRef("org")).exclude(unit=OuterRef("unit"))
    own = hosted.filter(org__kind__in=OWN).filter(~Exists(shared))
    joint = hosted.filter(org__kind__in=(*OWN, Kind.JOINT_BRANCH))
    instructed = Post.objects.filter(orgs.on_day(on), org=OuterRef("pk"), kind=PostKind.INSTRUCTOR)
    rows = access.orgs_where(user, rules.VIEW).filter(orgs.existing(on), kind__in=INSTITUTIONS)
    if sector:
        rows = rows.filter(sector=sector)
    return rows.annotate(
        covered=Case(
            When(Exists(own), then=Value(ALONE)),
            When(Exists(joint), then=Value(JOINTLY)),
            When(Exists(instructed), then=Value(INSTRUCTOR)),
            default=Value(NONE),
            output_field=CharField(),
        )
    ).order_by("kind", "sort", "name", "id")


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One type of institution: how many, and how they are covered."""

    kind: str
    title: str
    alone: int
    jointly: int
    instructor: int
    none: int

    @property
    def total(self) -> int:
        return self.alone + self.jointly + self.instructor + self.none

    @property
    def organisation(self) -> str:
        """Covered by an organisation of its own or a joint one, of all, in per cent."""
        return _rate(self.alone + self.jointly, self.total)

    @property
    def work(self) -> str:
        """Covered by an organisation or an instructor, of all, in per cent."""
        return _rate(self.alone + self.jointly + self.instructor, self.total)


def by_type(rows: QuerySet[Org, Any]) -> list[TypeLine]:
    """The table: one line for each type there is, and one for all (kind ""). One query."""
    counted: Counter[tuple[str, str]] = Counter((row.kind, row.covered) for row in rows)
    kinds = [kind for kind in INSTITUTIONS if any(key[0] == kind for key in counted)]
    found = [
        _line(kind.value, str(kind.label), {way: counted[(kind, way)] for _kind, way in counted}) for kind in kinds
    ]
    if len(found) > 1:
        sums = {way: sum(n for (_kind, told), n in counted.items() if told == way) for _kind, way in counted}
        found.append(_line("", "", sums))
    return found


def _line(kind: str, title: str, ways: dict[str, int]) -> TypeLine:
    return TypeLine(kind, title, *(ways.get(way, 0) for way in WAYS))


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""
