"""Terms and elections in pure arithmetic: when a term ends, whether enough came, who is elected. Whole numbers only."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

State = Literal["unknown", "running", "soon", "early", "delayed", "overdue"]


def years_later(day: date, years: int) -> date:
    """The same day some years later (or earlier, by a negative number); 29 February becomes the last of February."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Term:
    """How a body's term stands on a day. ``due_on`` None: the last election is not on record.

    ``until``: the day the superior moved the election to, earlier or later than ``due_on``. ``deadline``: the last day
    on which it is in time: an approval to elect earlier does not shorten the term.
    """

    last_on: date | None
    due_on: date | None
    notify_on: date | None
    until: date | None
    state: State

    @property
    def deadline(self) -> date | None:
        if self.due_on is None or self.until is None:
            return self.due_on
        return max(self.due_on, self.until)


def term_of(last_on: date | None, years: int, notify_days: int, until: date | None, today: date) -> Term:
    """The term that began with the election of ``last_on``: due so many years later, notified so many days before.

    The day of the due date itself is in time, and so is the day a delay was approved to.
    """
    if last_on is None:
        return Term(None, None, None, None, "unknown")
    due = years_later(last_on, years)
    notify = due - timedelta(days=notify_days)
    state: State
    if today > max(due, until or due):
        state = "overdue"
    elif today > due:
        state = "delayed"
    elif until is not None and until < due and today <= until:
        state = "early"
    else:
        state = "soon" if today >= notify else "running"
    return Term(last_on, due, notify, until, state)


def long_overdue(due: date, most_years: int, today: date) -> bool:
    """Whether the last day to which an election may as a rule be put off has come: what is left is to elect late."""
    return today >= years_later(due, most_years)


def may_shift(due: date, until: date, most_years: int, today: date) -> bool:
    """Whether an election may be moved from its due day to another: at most so many years earlier or later.

    A body past even that could never elect again: for it a day to come is allowed, counted from today.
    """
    if until == due:
        return False
    if long_overdue(due, most_years, today) and today <= until <= years_later(today, most_years):
        return True
    return years_later(due, -most_years) <= until <= years_later(due, most_years)


def reaches(part: int, whole: int, numerator: int, denominator: int, *, more: bool) -> bool:
    """Whether ``part`` is more than (``more``), or not fewer than, numerator/denominator of ``whole``."""
    left, right = part * denominator, whole * numerator
    return left > right if more else left >= right


def present_needed(whole: int, numerator: int, denominator: int, *, more: bool) -> int:
    """The smallest number that :func:`reaches`: 5 entitled, four fifths: 4; more than four fifths: 5."""
    least = -(-whole * numerator // denominator)
    return least + 1 if more and least * denominator == whole * numerator else least


def candidates_needed(seats: int, surplus_percent: int) -> int:
    """How many candidates so many committee seats ask for: 3 seats and 20 %: 4; 5: 6; 7: 9."""
    return seats + -(-seats * surplus_percent // 100)


@dataclass(frozen=True, slots=True)
class Ballots:
    """The counts of one ballot."""

    entitled: int
    present: int
    issued: int
    returned: int
    valid: int


def fault_of(ballots: Ballots, votes: Iterable[int], seats: int) -> str:
    """What cannot be true of the counts, "" when nothing: present, issued, returned, valid, votes, total.

    Nobody gets more votes than there are valid papers, and a paper names at most as many as there are seats.
    """
    counted = list(votes)
    faults = (
        ("present", ballots.present > ballots.entitled),
        ("issued", ballots.issued > ballots.present),
        ("returned", ballots.returned > ballots.issued),
        ("valid", ballots.valid > ballots.returned),
        ("votes", any(number > ballots.valid for number in counted)),
        ("total", sum(counted) > ballots.valid * seats),
    )
    return next((name for name, wrong in faults if wrong), "")


@dataclass(frozen=True, slots=True)
class Result:
    """Who is elected (by place in the list of candidates), who tied at the last seats, how many seats stay empty."""

    elected: frozenset[int]
    tied: frozenset[int]
    vacant: int


def result(votes: Sequence[int], again: Sequence[int | None], present: int, seats: int) -> Result:
    """More than half of those present, the most votes first, within the seats.

    Candidates with equal votes of whom only some fit are voted on again (再投票): by the votes of the second ballot the
    rest is settled, and while these are missing or equal too, nobody takes those seats.
    """
    passed = [place for place, number in enumerate(votes) if 2 * number > present]
    elected: set[int] = set()
    for number in sorted({votes[place] for place in passed}, reverse=True):
        level = [place for place in passed if votes[place] == number]
        left = seats - len(elected)
        if left <= 0:
            break
        if len(level) <= left:
            elected.update(level)
            continue
        chosen, tied = _settled(level, again, left)
        elected.update(chosen)
        return Result(frozenset(elected), frozenset(tied), seats - len(elected))
    return Result(frozenset(elected), frozenset(), seats - len(elected))


def _settled(level: list[int], again: Sequence[int | None], left: int) -> tuple[list[int], list[int]]:
    """Of candidates with equal votes: who takes one of the ``left`` seats by the second ballot, and who is still tied."""
    second = {place: number for place in level if (number := again[place]) is not None}
    if len(second) < len(level):
        return [], level
    order = sorted(level, key=lambda place: -second[place])
    edge = second[order[left - 1]]
    if second[order[left]] != edge:
        return order[:left], []
    chosen = [place for place in order if second[place] > edge]
    return chosen, [place for place in order if second[place] == edge]
