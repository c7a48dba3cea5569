"""Who took part in acts of one kind over a year: person by person in one body, unit by unit in a bureau (B18 E04 E05 E07 E25).

Only that somebody was there, made it up, or still has to. Nobody is ranked: people stand as on the roster, units in the
bureau's own order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import VIEW_PEOPLE
from hongzhu.core.activities import rules
from hongzhu.core.activities.models import ABSENT, Act, ActBody, Attendance
from hongzhu.core.activities.pack import ActKind
from hongzhu.core.orgs.models import Org

from .acts import but_confidential, section_of
from .roster import seats

MONTHS = range(1, 13)
NOT_DUE = (Attendance.State.LEFT_OUT, Attendance.State.OBSERVER)


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many due (persons times acts; 免予参加 and 列席 are not due) how many were there and how many made it up."""

    due: int = 0
    there: int = 0
    made_up: int = 0

    @property
    def done(self) -> int:
        return self.there + self.made_up

    @property
    def left(self) -> int:
        """Absent and not made up."""
        return self.due - self.done

    @property
    def rate(self) -> str:
        """完成率, per cent with one decimal, rounded down so that 100.0 means everybody; "" where nobody was due."""
        return f"{1000 * self.done // self.due / 10:.1f}" if self.due else ""

    def __add__(self, other: Share) -> Share:
        return Share(self.due + other.due, self.there + other.there, self.made_up + other.made_up)


Months = dict[int, Share]


def total_of(shares: Iterable[Share]) -> Share:
    """The sum; nothing due for none."""
    return sum(shares, start=Share())


@dataclass(slots=True)
class PersonLine:
    """One person's year: month → share. ``on_roster`` is false for who has left since."""

    person: int
    name: str
    on_roster: bool
    months: Months = field(default_factory=dict)

    @property
    def total(self) -> Share:
        return total_of(self.months.values())

    @property
    def cells(self) -> list[tuple[int, Share | None]]:
        return [(month, self.months.get(month)) for month in MONTHS]


@dataclass(frozen=True, slots=True)
class Partaking:
    """The page of one body. ``own_only``: the user may not see people of the body and gets their own line alone."""

    lines: list[PersonLine]
    own_only: bool

    @property
    def total(self) -> Share:
        return total_of(line.total for line in self.lines)

    @property
    def months(self) -> list[tuple[int, Share | None]]:
        return [
            (month, total_of(found) if (found := [row.months[month] for row in self.lines if month in row.months]) else None)
            for month in MONTHS
        ]  # fmt: skip

    @property
    def left(self) -> list[PersonLine]:
        """Those who still have to make something up."""
        return [line for line in self.lines if line.total.left]


def roster_kinds(body: Org, on: date) -> list[ActKind]:
    """The kinds of act the body may hold that keep a roster, in the pack's order."""
    return [kind for kind in rules.kinds_for(section_of(body.bureau, on), body.kind) if kind.roster != "none"]


def _rows(user: Any, kind: str, year: int) -> QuerySet[Attendance]:
    """Attendance at the acts of a kind that hold, of a year by the day held; only kinds the user may see."""
    of_kind = ActBody.objects.filter(act=OuterRef("act"), org=OuterRef("org"), kind=kind)
    found = (
        Attendance.objects.filter(Exists(of_kind), act__held_on__year=year)
        .exclude(act__status=Act.Status.VOIDED)
        .exclude(state__in=NOT_DUE)
    )
    return but_confidential(user, found)


_COUNTED = {
    "due": Count("pk"),
    "there": Count("pk", filter=Q(state=Attendance.State.PRESENT)),
    "made_up": Count("pk", filter=Q(state__in=ABSENT, made_up_on__isnull=False)),
}


def partaking(user: Any, body: Org, kind: ActKind, year: int, today: date) -> Partaking:
    """Everybody on the roster, and who was on it that year, with their months. Six queries at most, whatever the size."""
    seen = access.holds(user, VIEW_PEOPLE, body)
    mine = getattr(user, "person_id", None) or 0
    roster = seats(body, kind.roster, min(today, date(year, 12, 31)))
    lines = {
        seat.person: PersonLine(seat.person, seat.name, True) for seat in roster if seen or seat.person == mine
    }  # fmt: skip
    rows = _rows(user, kind.code, year).filter(org=body)
    if not seen:
        rows = rows.filter(person=mine)
    counted = rows.order_by("person").values_list("person", "person__name", "act__held_on__month").annotate(**_COUNTED)
    for person, name, month, *numbers in counted:
        lines.setdefault(person, PersonLine(person, name, False)).months[month] = Share(*numbers)
    return Partaking(list(lines.values()), own_only=not seen)


def partaking_of_all(user: Any, orgs: Any, kind: str, year: int) -> dict[int, Months]:
    """body → month → share, for the bodies of a query. One query, whatever their number."""
    rows = _rows(user, kind, year).filter(org__in=orgs).order_by("org").values_list("org", "act__held_on__month")
    found: dict[int, Months] = defaultdict(dict)
    for org, month, *numbers in rows.annotate(**_COUNTED):
        found[org][month] = Share(*numbers)
    return found


BEHIND: dict[str, Q] = {
    "due": Q(),
    "there": Q(state=Attendance.State.PRESENT),
    "made_up": Q(state__in=ABSENT, made_up_on__isnull=False),
    "left": Q(state__in=ABSENT, made_up_on__isnull=True),
}


def partaking_rows(
    user: Any, orgs: Any, kind: str, year: int, *, what: str = "due", month: int | None = None
) -> QuerySet[Attendance]:
    """Who and which sessions are behind a number of :func:`partaking_of_all`: one row for each person and act.

    ``what`` is a key of BEHIND. For a page whose own door has asked whether the user may see people of these bodies.
    """
    rows = _rows(user, kind, year).filter(BEHIND[what], org__in=orgs)
    if month:
        rows = rows.filter(act__held_on__month=month)
    return rows.select_related("org", "person", "act").order_by("org__sort", "org", "act__held_on", "act", "pk")
