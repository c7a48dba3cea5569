"""A measure of our own, published for one test, over the fixed cast."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pytest

from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Measure, Row, book


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """``publish(values={org_id: value}, combine="sum")`` publishes ``measures.sample``; returns the dict to change."""

    def made(values: dict[int, int | None], combine: str = "sum") -> dict[int, int | None]:
        def run(scope: Any, period: Period, known_at: datetime, *, only: str = "") -> Iterable[Row]:
            found = Org.objects.filter(scope.orgs(""), pk__in=list(values)).order_by("id")
            return [Row(org.pk, values[org.pk]) for org in (found.filter(kind=only) if only else found)]

        def rows(scope: Any, period: Period, known_at: datetime, *, only: str = "") -> Any:
            return Org.objects.filter(scope.orgs(""), pk__in=list(values)).order_by("id")

        sample = Measure("measures.sample", "样本", "个", "测试", run, rows, combine)
        monkeypatch.setitem(book.measures, "measures.sample", sample)
        return values

    return made
