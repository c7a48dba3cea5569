"""Combined posts 一肩挑 (A19) and vacancies (A20), read from the dated posts. Set-based; nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.people.models import Person, Post, PostKind
from hongzhu.core.people.queries import pages
from hongzhu.core.people.queries.pages import Seat
from hongzhu.core.registers import rules

UNITS = (Kind.SCHOOL, Kind.KINDERGARTEN)
LEADING = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.JOINT_BRANCH)


@dataclass(frozen=True, slots=True)
class Combined:
    """One unit: who heads it, who is secretary of its Party organisation, and whether that is one person, since when."""

    unit: Org
    principal: str
    secretary: str
    since: date | None

    @property
    def is_one(self) -> bool:
        return self.since is not None


@dataclass(frozen=True, slots=True)
class CombinedShare:
    """``known``: units with both posts filled; the share is of these."""

    units: int
    known: int
    one: int

    @property
    def share(self) -> str:
        return f"{100 * self.one / self.known:.1f}%" if self.known else ""


def combined(user: Any, on: date) -> list[Combined]:
    """Every school and kindergarten of the user's part with its two posts on a day. Four queries."""
    units = list(access.orgs_where(user, rules.VIEW).filter(orgs.existing(on), kind__in=UNITS))
    heads, secretaries = _heads(user, on), _secretaries(user, on)
    names = Person.objects.in_bulk({pk for held in (*heads.values(), *secretaries.values()) for pk in held})
    found = []
    for unit in units:
        mine, theirs = heads.get(unit.pk, {}), secretaries.get(unit.pk, {})
        both = [max(mine[pk], theirs[pk]) for pk in mine if pk in theirs]
        found.append(
            Combined(
                unit=unit,
                principal="、".join(names[pk].name for pk in mine),  # zh: a list of names, in any language
                secretary="、".join(names[pk].name for pk in theirs),  # zh: a list of names, in any language
                since=min(both) if both else None,
            )
        )
    return found


def share_of(rows: list[Combined]) -> CombinedShare:
    return CombinedShare(
        units=len(rows),
        known=sum(1 for row in rows if row.principal and row.secretary),
        one=sum(1 for row in rows if row.is_one),
    )


def _heads(user: Any, on: date) -> dict[int, dict[int, date]]:
    """unit → {person: since}. 主持工作 is not the post."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    posts = Post.objects.filter(
        access.within(user, rules.VIEW, "org"),
        orgs.on_day(on),
        kind=PostKind.PRINCIPAL,
        acting=False,
        org__kind__in=UNITS,
    )
    for unit, person, since in posts.order_by("from_on", "id").values_list("org", "person", "from_on"):
        found[unit][person] = since
    return dict(found)


def _secretaries(user: Any, on: date) -> dict[int, dict[int, date]]:
    """unit → {person: since}, secretaries of the Party organisations living in the unit."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    posts = Post.objects.filter(
        access.within(user, rules.VIEW, "org__hostings__unit"),
        orgs.on_day(on), orgs.on_day(on, "org__hostings__"),
        kind=PostKind.SECRETARY, acting=False, org__kind__in=LEADING, org__hostings__unit__kind__in=UNITS,
    )  # fmt: skip
    told = posts.order_by("from_on", "id").values_list("org__hostings__unit", "person", "from_on")
    for unit, person, since in told:
        found[unit][person] = since
    return dict(found)


def seats(user: Any, on: date, *, vacant_only: bool = False) -> list[Seat]:
    """Establishment of each body in the user's part against its posts on a day. Three queries."""
    bodies = access.orgs_where(user, rules.VIEW).order_by().values("pk")
    return [row for row in pages.seats_at(bodies, on) if row.seats is not None and (row.vacant or not vacant_only)]
