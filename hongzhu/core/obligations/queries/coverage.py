"""参加情况 of a bureau: one line per unit for one kind of act, with the months in which nothing is on record (E04 E05 E07 E25 B18).

In the bureau's own order, never ranked. Who took part is the activities room's; what was due and is missing, this room's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries as activities
from hongzhu.core.obligations import rules
from hongzhu.core.obligations.engine import Duty
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.dates import SHANGHAI, Period

from .duties import Book
from .figures import ask, cells
from .sql import Scope


@dataclass(slots=True)
class UnitLine:
    """One unit's year: month → share of its people, and month of the last day to hold it → sittings not on record.

    ``duty``: code of the duty they are missed by.
    """

    org: Org
    months: activities.Months = field(default_factory=dict)
    missed: Counter[int] = field(default_factory=Counter)
    duty: str = ""

    @property
    def total(self) -> activities.Share:
        return activities.total_of(self.months.values())

    @property
    def unseen(self) -> int:
        """未见记录 over the year."""
        return self.missed.total()

    @property
    def cells(self) -> list[tuple[int, activities.Share | None, int]]:
        return [(month, self.months.get(month), self.missed[month]) for month in activities.MONTHS]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The page. ``duties`` codes of the duties that ask for this kind of act; none: nothing is due, nothing missed."""

    lines: list[UnitLine]
    duties: tuple[str, ...]

    @property
    def total(self) -> activities.Share:
        return activities.total_of(line.total for line in self.lines)

    @property
    def unseen(self) -> int:
        return sum(line.unseen for line in self.lines)

    @property
    def months(self) -> list[tuple[int, activities.Share | None, int]]:
        found = []
        for month in activities.MONTHS:
            shares = [line.months[month] for line in self.lines if month in line.months]
            total = activities.total_of(shares) if shares else None
            found.append((month, total, sum(line.missed[month] for line in self.lines)))
        return found

    @property
    def short(self) -> list[UnitLine]:
        """Units with a sitting not on record, or with people who still have to make one up."""
        return [line for line in self.lines if line.unseen or line.total.left]


def kinds_with_roster(bureau: Bureau, on: date) -> list[Any]:
    """The kinds of act (``activities.pack.ActKind``) that keep a roster; those a duty asks for first, then in the pack's order."""
    section, duties = activities.section_of(bureau, on), Book(bureau)(on)
    kinds = [kind for kind in section.kinds if kind.active and kind.roster != "none"]
    return sorted(kinds, key=lambda kind: (not _asking(section, duties, kind), kind.order))


def _asking(section: Any, duties: Iterable[Duty], kind: Any) -> tuple[str, ...]:
    """Codes of the duties this kind of act is for: its own tag, or one that no other kind can earn."""
    tags = {tag.code for tag in section.tags if tag.condition.kinds == (kind.code,) or tag.code == kind.code}
    return tuple(duty.code for duty in duties if duty.tag in tags)


def units_of(user: Any, kind: Any, year: int) -> QuerySet[Org]:
    """The units in reach that may hold acts of a kind and existed that year, in the bureau's own order."""
    existed = orgs.existing_in(date(year, 1, 1), date(year, 12, 31))
    return access.orgs_where(user, rules.GAP).filter(existed, kind__in=kind.scope)


def coverage(user: Any, bureau: Bureau, kind: Any, year: int, known_at: datetime) -> Coverage:
    """Every unit in reach that may hold such acts and existed that year. A fixed number of queries."""
    units = units_of(user, kind, year)
    found = {org.pk: UnitLine(org) for org in units}
    shares = activities.partaking_of_all(user, units.order_by().values("pk"), kind.code, year)
    for org, months in shares.items():
        found[org].months = months
    on = min(date(year, 12, 31), known_at.astimezone(SHANGHAI).date())
    book = Book(bureau)
    duties = _asking(activities.section_of(bureau, on), book(on), kind)
    if duties:
        question = ask(bureau, Period.year(year), known_at, duties=duties, book=book)
        scope = Scope(bureau.pk, access.scope_path(user, rules.GAP) or "-")
        for placed in cells(question, scope):
            if placed.cell.unseen and placed.body in found:
                line = found[placed.body]
                line.missed[placed.due.due_day.month] += placed.cell.unseen
                line.duty = placed.due.duty.code
    return Coverage(list(found.values()), duties)
