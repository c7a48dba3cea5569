"""The daily sweep may run at any time, twice."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hongzhu.core.access.tasks import sweep


def test_twice_is_once(cast: Any) -> None:
    assert sweep(timezone.now()) == 0 == sweep(timezone.now())
