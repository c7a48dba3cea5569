"""双带头: whether a secretary meets one test of the bureau. Pure; None where what is asked is not known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Told:
    """What the registers hold of one secretary."""

    joined_on: date | None = None
    secretary_since: date | None = None
    education: str = ""
    titles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Asked:
    """One test: so many years in the Party or as secretary, one of some titles, or one of some educations."""

    needs: Literal["party_years", "post_years", "title", "education"]
    years: int = 0
    titles: frozenset[str] = field(default_factory=frozenset)
    education: frozenset[str] = field(default_factory=frozenset)


def full_years(since: date, on: date) -> int:
    """Years completed on a day; the anniversary completes one (29 February: on 1 March)."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def meets(asked: Asked, told: Told, on: date) -> bool | None:
    """Whether the test is met on a day; None when the register does not hold what it asks."""
    if asked.needs in ("party_years", "post_years"):
        since = told.joined_on if asked.needs == "party_years" else told.secretary_since
        return None if since is None else full_years(since, on) >= asked.years
    if asked.needs == "education":
        return None if not told.education else told.education in asked.education
    # Who holds no title is known to hold none: titles are a register of their own.
    return bool(told.titles & asked.titles) if asked.titles else bool(told.titles)


def side(results: list[bool | None]) -> bool | None:
    """All tests of one side together: no one fails it; unknown as long as something is unknown and nothing failed."""
    if not results:
        return None
    if any(result is False for result in results):
        return False
    return None if any(result is None for result in results) else True
