"""The cast under the shipped national pack, and deeds written straight into the credit table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.core.credits.models import Credit
from hongzhu.core.policies import actions as policy_actions

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def shipped(cast: Any) -> Any:
    """The cast, its bureau under ``national``."""
    policy_actions.ship()
    return cast


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """20 November 2026, noon in Shanghai."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_kwargs: TODAY)
    return TODAY


def deed(
    body: Any, tag: str, held_on: date, *, recorded: datetime | None = None, source: int = 0, **more: Any
) -> Credit:
    """One credit of a body, recorded the same evening unless said otherwise."""
    recorded = recorded or datetime(held_on.year, held_on.month, held_on.day, 12, tzinfo=UTC)
    return Credit.objects.create(
        bureau_id=body.bureau_id, body=body, tag=tag, held_on=held_on, belongs_on=more.pop("belongs_on", held_on),
        recorded_at=recorded, kind="tests.deed", source=source or Credit.objects.count() + 1, **more,
    )  # fmt: skip


def later(moment: datetime, **delta: int) -> datetime:
    return moment + timedelta(**delta)
