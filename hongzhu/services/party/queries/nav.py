"""What waits in each part of 党务, for its landing page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongzhu.kit.registry import Due, Tab, book


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of the room's navigation with what waits behind it for this user."""

    tab: Tab
    dues: Sequence[Due]


def parts(user: Any, today: date) -> list[Part]:
    """The parts this user sees, in the order of the navigation; as many queries as their waiting lists take."""
    found = []
    for tab in book.tabs["party"]:
        if tab.shown(user):
            waiting = book.waiting.get(f"party_{tab.noun}")
            found.append(Part(tab=tab, dues=waiting.items(user, today) if waiting else ()))
    return found
