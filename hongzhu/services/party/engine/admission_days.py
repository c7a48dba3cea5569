"""Days and votes of the way into the Party: clocks in months and working days, majorities. Pure.

How days are counted is said in :mod:`.admission`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


class Calendar(Protocol):
    """Working days: policies.queries.Calendar is one."""

    @property
    def years(self) -> frozenset[int]: ...

    def is_workday(self, day: date) -> bool: ...

    def add(self, day: date, count: int) -> tuple[date, bool]: ...


@dataclass(frozen=True, slots=True)
class When:
    """A day, and whether it may still move when the calendar is published."""

    day: date
    provisional: bool = False


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of a shorter month: 31 January + 1 = 28 (29) February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def birthday(born_on: date, age: int) -> date:
    """The day somebody reaches an age; born on 29 February: 1 March of a common year."""
    year = born_on.year + age
    if (born_on.month, born_on.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born_on.replace(year=year)


def told(calendar: Calendar, day: date) -> When:
    """A day with whether it lies past the end of the published calendar. What lies before its beginning is past and fixed."""
    return When(day, day.year > max(calendar.years, default=0))


def workdays_after(calendar: Calendar, since: date, count: int) -> When:
    """The ``count``-th working day after a day; that day is not counted."""
    found, _unknown = calendar.add(since, count)
    return told(calendar, found)


def opens(clock: Any, since: date, calendar: Calendar) -> When:
    """The first day after an "at least" clock."""
    if clock.unit == "workdays":
        return workdays_after(calendar, since, clock.n)
    return When(add_months(since, clock.n))


def closes(clock: Any, since: date, calendar: Calendar, *, rolls: bool) -> When:
    """The last day of an "at most" clock; on a day off it runs to the next working day where ``rolls``."""
    if clock.unit == "workdays":
        return workdays_after(calendar, since, clock.n)
    return rolled(add_months(since, clock.n), calendar, rolls=rolls)


def rolled(day: date, calendar: Calendar, *, rolls: bool) -> When:
    """The day itself, or where ``rolls`` the next working day when it is a day off."""
    if not rolls:
        return When(day)
    return told(calendar, day) if calendar.is_workday(day) else workdays_after(calendar, day, 1)


# --- votes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ballot:
    """Counts of one vote: full members entitled, present, how they voted, and written ones lodged before in favour.

    ``fewer``: why fewer are entitled than the roster has full members who take part; "" when they are not.
    """

    entitled: int
    present: int
    favour: int
    against: int = 0
    abstain: int = 0
    written: int = 0
    fewer: str = ""


def sums_wrong(ballot: Ballot, roll: int | None, left_out: int = 0) -> str:
    """Why the counts cannot be: a code, "" when they can. ``roll``: full members on file that day, None unknown;
    ``left_out``: those of them who are 免予参加. Fewer than the rest are entitled only for a reason."""
    if ballot.entitled < 1 or min(ballot.present, ballot.favour, ballot.against, ballot.abstain, ballot.written) < 0:
        return "empty"
    if roll is not None and (wrong := _beside_roll(ballot, roll, left_out)):
        return wrong
    if ballot.present > ballot.entitled:
        return "present"
    if ballot.favour + ballot.against + ballot.abstain > ballot.present:
        return "votes"
    if ballot.written > ballot.entitled - ballot.present:
        return "written"
    return ""


def _beside_roll(ballot: Ballot, roll: int, left_out: int) -> str:
    if ballot.entitled > roll:
        return "roll"
    return "fewer" if ballot.entitled < roll - left_out and not ballot.fewer else ""


def quorate(ballot: Ballot, share: tuple[int, int]) -> bool:
    """More than the share of those entitled are there."""
    return ballot.present * share[1] > ballot.entitled * share[0]


def carried(ballot: Ballot, share: tuple[int, int]) -> bool:
    """More than the share of all entitled agree, present or by a written opinion lodged before."""
    return (ballot.favour + ballot.written) * share[1] > ballot.entitled * share[0]
