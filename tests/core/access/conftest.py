"""A clock that tests turn by hand, and an empty cache for every test."""

from __future__ import annotations

import time as real_time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

PASSWORD = "hongzhu-2026-test"


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """10:00 on 20 November 2026 in China, until a test says ``clock.forward(minutes=30)``."""
    hand = Clock()
    monkeypatch.setattr(timezone, "now", hand.now)
    monkeypatch.setattr(real_time, "time", hand.time)
    return hand


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sign_in(client: Any) -> Any:
    """Through the page, as people do; returns the response."""

    def through_the_page(
        username: str, password: str = PASSWORD, *, browser: Any = None, ip: str = "10.1.1.1", **more: Any
    ) -> Any:
        return (browser or client).post(
            "/login/",
            {"login": username, "password": password, **more},
            REMOTE_ADDR=ip,
            HTTP_USER_AGENT="Windows Chrome",
        )

    return through_the_page
