"""What of one member's row will not balance in the statistics. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .admission_days import add_months, birthday

FULL, PROBATIONARY = "FULL", "PROBATIONARY"


@dataclass(frozen=True, slots=True)
class Fact:
    """One member on the day: what the statistics ask for."""

    standing: str
    sex: str
    ethnic: str
    born_on: date | None
    education: str
    joined_on: date | None
    full_on: date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What the admission rules of the day say: full years of age, months of probation."""

    adult: int
    probation: int


def faults(fact: Fact, on: date, limits: Limits | None, *, extended_to: date | None = None) -> Iterator[str]:
    """Codes of what is missing or contradicts itself on a day; ``limits`` None: no pack says anything of age and probation.

    ``extended_to``: the probation was extended to then.
    """
    if not fact.education:
        yield "education"
    if fact.born_on is None:
        yield "born"
    if not fact.ethnic:
        yield "ethnic"
    if fact.sex not in ("1", "2"):
        yield "sex"
    if fact.joined_on is None:
        yield "joined"
    if fact.standing == FULL and fact.full_on is None:
        yield "full"
    if limits and fact.standing == PROBATIONARY and over(fact.joined_on, on, limits.probation, extended_to):
        yield "probation"
    if limits and fact.born_on is not None and too_young(fact.born_on, fact.joined_on or on, limits.adult):
        yield "age"
    if fact.joined_on and fact.full_on and fact.full_on < fact.joined_on:
        yield "order"


def over(joined_on: date | None, on: date, months: int, extended_to: date | None) -> bool:
    """The probation ended on or before the day: so many months from the meeting, or the day it was extended to."""
    if joined_on is None:
        return False
    return (extended_to or add_months(joined_on, months)) <= on


def too_young(born_on: date, on: date, adult: int) -> bool:
    """Not yet of age on the day."""
    return birthday(born_on, adult) > on


def closing_of(on: date, windows: Mapping[str, str]) -> date | None:
    """The closing day a day is in the run-up of; ``windows``: closing day → first day of the run-up (MM-DD). None outside."""
    for closes, begins in windows.items():
        last, first = _in_year(on.year, closes), _in_year(on.year, begins)
        if first <= on <= last:
            return last
    return None


def next_closing(on: date, windows: Mapping[str, str]) -> date | None:
    """The closing day that comes next, today included; None where the pack knows none."""
    days = sorted(_in_year(year, closes) for year in (on.year, on.year + 1) for closes in windows)
    return next((day for day in days if day >= on), None)


def _in_year(year: int, month_day: str) -> date:
    month, day = month_day.split("-")[-2:]
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return date(year, int(month) + 1, 1) - timedelta(days=1)
