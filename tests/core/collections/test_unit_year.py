"""One unit's year of tables: twelve months and the requests behind them, on the page and in Excel."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hongzhu.core.collections import actions, desk
from hongzhu.core.collections.queries import burden
from tests.core.collections.conftest import DUE, NOW, ON, sent, submitted, wishes


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any) -> None:
    clock.set(2026, 11, 18, 10)


@pytest.fixture
def year(cast: Any) -> Any:
    """One of October, handed in; one of November; one withdrawn."""
    first = sent(cast, title="十月的表", now=NOW - timedelta(days=30))
    submitted(cast, first)
    second = sent(cast, title="十一月的表", columns=wishes("别的", held=0))
    gone = sent(cast, title="撤回的表", columns=wishes("又一列", held=0))
    actions.withdraw(request=gone, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
    return first, second


def test_months_and_the_requests_behind_them(cast: Any, client: Any, year: Any) -> None:
    unit = burden.meter(cast.bureau, 2026, [cast.branch])[0]
    assert [load.requests for load in unit.months] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]
    rows = list(burden.asked_of(cast.branch, 2026))
    assert [row.request for row in rows] == list(year)
    assert sum(row.booked for row in rows) == unit.planned  # type: ignore[attr-defined]
    assert sum(row.minutes for row in rows) == unit.year.minutes
    cast.login(client, "branch_secretary")
    url = reverse("collections:burden_unit", args=[cast.branch.pk])
    page = client.get(url).content.decode()
    assert ("十月的表" in page, "十一月的表" in page, "撤回的表" in page) == (True, True, False)
    assert "10月" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{url}export/").content)).get_sheet_by_index(0)
    told = [row[1] for row in book.to_python()]
    assert told == ["表名", "十月的表", "十一月的表"]


def test_a_year_without_any_and_a_budget_that_is_over(cast: Any, client: Any, year: Any) -> None:
    cast.login(client, "party_office")
    url = reverse("collections:burden_unit", args=[cast.branch.pk])
    assert "这一年还没有向本单位收过表" in client.get(url, {"year": 2025}).content.decode()
    assert "超出年度预算" not in client.get(url).content.decode()
    by = cast.actor("party_office")
    actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=1, by=by)
    assert "超出年度预算" in client.get(url).content.decode()


def test_questions_do_not_grow_with_requests(cast: Any, client: Any, django_assert_num_queries: Any) -> None:
    sent(cast)
    with django_assert_num_queries(1):
        list(burden.asked_of(cast.branch, 2026))
    sent(cast, columns=wishes("别的", held=0))
    sent(cast, columns=wishes("又一列", held=0))
    with django_assert_num_queries(1):
        assert [row.request.asker.name for row in burden.asked_of(cast.branch, 2026)] == ["青禾县教育局"] * 3


def test_the_meter_and_the_card_lead_there(cast: Any, client: Any, year: Any) -> None:
    cast.login(client, "party_office")
    url = reverse("collections:burden_unit", args=[cast.branch.pk])
    assert f'href="{url}?year=2026"' in client.get(reverse("collections:burden_list")).content.decode()
    panel = desk.month_panel(cast.party_office, cast.branch, DUE)
    assert panel is not None
    assert panel.note_url == url
