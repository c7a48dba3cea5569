"""Which upper systems an act is carried over to by hand, and where that was done (上级平台转录卡)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from hongzhu.core.activities.models import Act
from hongzhu.core.policies import queries as policies


@dataclass(frozen=True, slots=True)
class Mark:
    """When and by whom the act was carried over; ``again``: it was corrected since."""

    at: datetime
    by: str
    again: bool


def systems_of(act: Act) -> list[Any]:
    """The upper systems that take acts of this kind, by the pack of the day held."""
    documents = policies.pack_for(act.bureau, act.held_on).section("documents")
    ours = (row for row in documents.upper_systems if row.active and row.per == "act")
    return [row for row in ours if not row.kinds or act.kind in row.kinds]


def marks_of(act: Act, systems: list[Any]) -> dict[str, Mark]:
    """System → its mark. An act marked before marks were kept apart counts as carried over to all of them."""
    told = {row.system: (row.at, row.by) for row in act.transcriptions.all()}
    corrected = act.revisions.aggregate(at=Max("made_at"))["at"]
    found = {}
    for system in systems:
        at, by = told.get(system.code, (act.transcribed_at, ""))
        if at is not None:
            found[system.code] = Mark(at, by, corrected is not None and corrected > at)
    return found


def copied(act: Act) -> str:
    """``again``: corrected after it was carried over somewhere; ``done``: carried over everywhere; else empty."""
    systems = systems_of(act)
    marks = marks_of(act, systems)
    if any(mark.again for mark in marks.values()):
        return "again"
    return "done" if systems and len(marks) == len(systems) else ""
