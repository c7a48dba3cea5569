"""Working days over lists of days off and make-up days that the caller keeps.

A day off is any day a holiday notice names; a make-up day is a weekend day on which people work. The lists of a
year come out in the November before; past the end of a list nothing is known, so callers mark a date 暂定.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar import constants

_SATURDAY = 5
# Nobody computes a time limit this far out; beyond it, the list of days off must be wrong.
_FARTHEST = 4000


@dataclass(frozen=True, slots=True)
class Seed:
    """The State Council's arrangement for one year."""

    year: int
    off: frozenset[date]
    makeup: frozenset[date]


def seed(year: int) -> Seed | None:
    """The arrangement known to the installed calendar package; None past (or before) its end."""
    off = frozenset(day for day in constants.holidays if day.year == year)
    if not off:
        return None
    return Seed(year=year, off=off, makeup=frozenset(day for day in constants.workdays if day.year == year))


def is_workday(day: date, *, off: Collection[date], makeup: Collection[date]) -> bool:
    return day in makeup or (day.weekday() < _SATURDAY and day not in off)


def next_workday(day: date, *, off: Collection[date], makeup: Collection[date]) -> date:
    """``day`` itself when people work on it, else the first working day after it."""
    return day if is_workday(day, off=off, makeup=makeup) else add_workdays(day, 1, off=off, makeup=makeup)


def add_workdays(day: date, count: int, *, off: Collection[date], makeup: Collection[date]) -> date:
    """The ``count``-th working day after ``day`` (before it, when negative); ``day`` itself is not counted."""
    off, makeup = frozenset(off), frozenset(makeup)
    step = timedelta(days=1 if count > 0 else -1)
    left, moved = abs(count), 0
    while left:
        day += step
        moved += 1
        if moved > _FARTHEST:
            raise ValueError("no working day within reach: is the list of days off right?")
        left -= is_workday(day, off=off, makeup=makeup)
    return day


def count_workdays(first: date, last: date, *, off: Collection[date], makeup: Collection[date]) -> int:
    """Working days from ``first`` to ``last``, both included; 0 when ``last`` is earlier."""
    off, makeup = frozenset(off), frozenset(makeup)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return sum(is_workday(day, off=off, makeup=makeup) for day in days)
