"""How long a transfer may be on its way. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

_RUNNING = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


def lost_since(sent_on: date, valid_to: date | None, lost_days: int) -> date:
    """The first day on which a transfer that was sent and not received is on the list of the lost.

    The day after the letter's last valid day or the day after so many days on the way, whichever comes first.
    """
    by_days = sent_on + timedelta(days=lost_days)
    last = min(valid_to, by_days) if valid_to else by_days
    return last + timedelta(days=1)


def valid_until(sent_on: date, days: int) -> date:
    """The last day of a letter that is valid for ``days`` days; the day it was written is not counted."""
    return sent_on + timedelta(days=days)


def numbers_from(first: str, count: int) -> list[str]:
    """Letters numbered on from the first: the last figure in it runs on, as wide as it was. Empty when it has none."""
    found = _RUNNING.match(first.strip())
    if found is None:
        return []
    before, figure, after = found.groups()
    return [f"{before}{int(figure) + place:0{len(figure)}d}{after}" for place in range(count)]
