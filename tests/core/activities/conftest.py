"""What every test of this room needs: the shipped packs, and one act to look at."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from hongzhu.core.activities import actions, engine
from hongzhu.core.activities.models import Act
from hongzhu.core.policies import actions as policy_actions
from hongzhu.kit.dates import SHANGHAI

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 20, 14, tzinfo=SHANGHAI)


def told(**changes: Any) -> engine.Told:
    """The canonical case: a theme Party day with a lecture on the fixed day of November."""
    usual: dict[str, Any] = {
        "kind": "theme_day",
        "theme": "学党章、守师德",
        "held_on": date(2026, 11, 20),
        "starts_at": time(15, 30),
        "ends_at": time(17, 0),
        "place": "党员活动室",
        "parts": ("study", "lecture"),
        "lecture_title": "从党章看教师的本分",
        "process": "一、集中学习\n领学党章第一、二章。",
    }
    return engine.Told(**(usual | changes))


@pytest.fixture
def cast(cast: Any) -> Any:
    """The cast, under the shipped packs."""
    policy_actions.ship()
    return cast


@pytest.fixture
def record(cast: Any) -> Any:
    """``record(body=…, **changes)``: record an act of the canonical case with some fields changed."""

    def make(
        body: Any = None, by: str = "organiser", joint: Any = (), on: date = TODAY, now: datetime = NOW, **changes: Any
    ) -> Act:
        changes.setdefault("lecturer", cast.accounts["branch_secretary"].person_id)
        return actions.record(
            body=body or cast.branch, told=told(**changes), by=cast.actor(by), on=on, now=now, joint=joint
        )

    return make
