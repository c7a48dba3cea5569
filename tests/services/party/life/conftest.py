"""A branch that has held its yearly meetings; counts of an appraisal that agree with its roll."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hongzhu.core.activities.models import Act
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as versions
from hongzhu.services.party.actions import life as actions
from hongzhu.services.party.engine.life import Counts
from hongzhu.services.party.models import Appraisal
from hongzhu.services.party.rules.life import Told

TODAY = date(2026, 11, 20)
HELD = date(2026, 11, 6)
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    return cast


def met(cast: Any, kind: str = "appraisal", *, year: int = 2026, on: date = HELD, parts: tuple[str, ...] = ()) -> Act:
    return Act.objects.create(
        bureau=cast.bureau, body=cast.branch, kind=kind, theme="民主评议党员", held_on=on, held_to=on,
        belongs_on=date(year, 12, 31), recorded_at=NOW, parts=list(parts), confidential=True,
        pack_version=versions.version_on(cast.bureau, on),
    )  # fmt: skip


def counts(**given: int) -> Counts:
    """Nine members of whom one is probationary took part: eight grades, at most three 优秀."""
    usual = {
        "members": 9, "took_part": 9, "probationary": 1, "excellent": 3, "qualified": 5, "basic": 0, "unqualified": 0,
    }  # fmt: skip
    return Counts(**usual | given)


def told(*, year: int = 2026, held_on: date = HELD, absent_for: str = "", cap_reason: str = "", **given: int) -> Told:
    return Told(year, held_on, counts(**given), absent_for, cap_reason)


def appraised(cast: Any, it: Told | None = None, **more: Any) -> Appraisal:
    return actions.appraise(
        org=cast.branch, told=it or told(), by=cast.actor("branch_secretary"), today=TODAY, now=NOW, **more
    )
