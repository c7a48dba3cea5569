"""A pack ready for use: sections as their rooms' models, and which version governs which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongzhu.kit import registry


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of one pack. ``version_id`` is its row, 0 for a pack that is only a file or a draft."""

    version_id: int
    name: str
    version: int
    title: str
    valid_from: date | None
    digest: str
    sections: dict[str, Any]

    def section(self, name: str) -> Any:
        """One section as its room's model; with its defaults where the pack is silent. KeyError: no such section."""
        if name in self.sections:
            return self.sections[name]
        return registry.book.sections[name].schema()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The versions of one bureau in order of date. Days before the first version are governed by the first."""

    packs: Sequence[tuple[date, Pack]]

    def on(self, day: date) -> Pack:
        """The pack in force on a day; for a period, ask for its first day."""
        found = self.packs[0][1]
        for start, pack in self.packs:
            if start > day:
                break
            found = pack
        return found

    def spans(self) -> list[tuple[date | None, Pack]]:
        """Each pack with the day it begins to govern; None for the first, which also governs what was before."""
        return [(start if number else None, pack) for number, (start, pack) in enumerate(self.packs)]
