"""The day of every page here, so that no test needs the clock of the wall."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    def day(value: datetime | None = None, *_zone: Any) -> date:
        return value.date() if value else TODAY

    monkeypatch.setattr(timezone, "localdate", day)
