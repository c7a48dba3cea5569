"""Bands of age for the structure of cadres. Pure."""

from __future__ import annotations

from datetime import date

# From and to, both included; the last is open.
BANDS: tuple[tuple[int, int], ...] = ((0, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 200))


def age_on(born_on: date, on: date) -> int:
    """Full years of life on a day."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def band_of(born_on: date | None, on: date) -> tuple[int, int] | None:
    """The band somebody is in on a day; None where the birthday is not known."""
    if born_on is None:
        return None
    age = age_on(born_on, on)
    return next((band for band in BANDS if band[0] <= age <= band[1]), None)
