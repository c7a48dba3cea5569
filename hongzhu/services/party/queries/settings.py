"""Which party rules hold on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries as policies
from hongzhu.services.party.pack import PartySection


def section_on(bureau: Bureau, on: date) -> PartySection:
    """The party section in force on a day.

    Packs gained this section with their third version: before it, and under a bureau's own older edition, the earliest
    section there is holds. The national rules in it (of 2014 to 2021) are older than any version that lacks them.
    """
    found = _of(policies.pack_for(bureau, on))
    return found if found is not None else _earliest(policies.timeline(bureau).packs)


def sections_on(bureau: Bureau, days: Iterable[date]) -> list[PartySection]:
    """The same for many days, in order; one query."""
    line = policies.timeline(bureau)
    earliest = _earliest(line.packs)
    return [found if (found := _of(line.on(day))) is not None else earliest for day in days]


def _earliest(packs: Iterable[tuple[date, Any]]) -> PartySection:
    found = next((section for _start, pack in packs if (section := _of(pack)) is not None), None)
    base = found if found is not None else policies.base_section("party")
    return base if isinstance(base, PartySection) else PartySection()


def _of(pack: Any) -> PartySection | None:
    section = pack.sections.get("party")
    return section if isinstance(section, PartySection) else None
