"""Arithmetic of the yearly appraisal. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

# Meetings of a year are held from its December to the end of March (users.md, section 0): before April it is last year's.
LAST_MONTH = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: members on the roll, those who took part, probationary ones among them, and each grade."""

    members: int
    took_part: int
    probationary: int
    excellent: int
    qualified: int
    basic: int
    unqualified: int

    @property
    def graded(self) -> int:
        """Who got a grade, as counted."""
        return self.excellent + self.qualified + self.basic + self.unqualified

    @property
    def to_grade(self) -> int:
        """Who should have one: those who took part but for probationary members."""
        return self.took_part - self.probationary


def cap(counts: Counts, share: tuple[int, int], of: Literal["members", "graded"]) -> int:
    """The most that may be 优秀: a share of all members or of those graded, rounded down. 24 members, a third: 8."""
    above, below = share
    return (counts.members if of == "members" else counts.to_grade) * above // below


def year_of(today: date) -> int:
    """The year a meeting held today usually belongs to."""
    return today.year - 1 if today.month <= LAST_MONTH else today.year


def may_belong(held_on: date, year: int) -> bool:
    """Held in the year itself or in the next one, before that one's own meetings begin."""
    return held_on.year == year or (held_on.year == year + 1 and held_on.month <= LAST_MONTH + 3)
