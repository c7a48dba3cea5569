"""The page of figures and the records behind one."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from hongzhu.core.measures import queries
from hongzhu.core.orgs import actions as orgs
from tests.cast import SYSTEM
from tests.core.measures.test_queries import spec

LIST, ROWS = reverse("measures:figures"), reverse("measures:rows", args=["X01"])


@pytest.fixture
def figure(publish: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bureau's pack declares one figure over the sample measure."""
    monkeypatch.setattr(queries, "figure_specs", lambda bureau, on: (spec(text="1600余", counts="样本数"),))
    return publish({})


def test_text_figure_computed_and_agreement(cast: Any, client: Any, figure: dict[int, int | None]) -> None:
    cast.login(client, "party_office")
    nothing = client.get(LIST).content.decode()
    figure[cast.branch.pk] = 1634
    good = client.get(LIST).content.decode()
    figure[cast.branch.pk] = 1700
    bad = client.get(LIST).content.decode()

    assert "没有记录" in nothing
    assert "相符" in good
    assert "1,634" in good
    assert f'href="{ROWS}' in good
    assert "不符" in bad


def test_the_excel_says_what_the_page_says(cast: Any, client: Any, figure: dict[int, int | None]) -> None:
    cast.login(client, "party_office")

    def told(**asked: str) -> list[tuple[Any, ...]]:
        answer = client.get(reverse("measures:figures_export"), asked)
        assert answer["Content-Disposition"].startswith("attachment")
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        return [row[:5] for row in sheet.iter_rows(values_only=True)]

    header, nothing = told()
    figure[cast.branch.pk] = 1634
    good = told()[1]

    assert header == ("数的是什么", "期间", "原文", "按记录", "核对")
    assert (nothing[0], *nothing[2:]) == ("样本数", "1600余", None, "没有记录")
    assert (good[0], *good[2:]) == ("样本数", "1600余", 1634, "相符")
    assert (
        reverse("measures:figures_export") + "?on=2026-10-31" in client.get(LIST, {"on": "2026-10-31"}).content.decode()
    )


def test_a_figure_opens_its_records(cast: Any, client: Any, figure: dict[int, int | None]) -> None:
    figure |= {cast.branch.pk: 1, cast.far_branch.pk: 1}
    cast.login(client, "party_office")
    page = client.get(ROWS)

    assert page.context["things"] == [(cast.branch.name, f"/units/{cast.branch.pk}/")]
    assert cast.far_branch.name not in page.content.decode()


def test_known_on_an_earlier_day(cast: Any, client: Any, figure: Any, clock: Any) -> None:
    cast.login(client, "party_office")
    asked = client.get(LIST, {"on": "2026-10-31"})
    later = client.get(LIST, {"on": "2027-01-01"})
    nonsense = client.get(LIST, {"on": "13月"})

    assert asked.context["known_at"].strftime("%F %H:%M") == "2026-10-31 23:59"
    assert later.context["known_at"] == nonsense.context["known_at"] == clock.now


@pytest.mark.parametrize("bodies", [1, 3])
def test_rows_have_a_fixed_number_of_queries(
    cast: Any, client: Any, figure: dict[int, int | None], bodies: int, django_assert_num_queries: Any
) -> None:
    for number in range(bodies):
        body = orgs.set_up(
            bureau=cast.bureau, kind="SCHOOL", name=f"新{number}小学", parent=cast.root, by=SYSTEM, on=date(2026, 1, 1)
        )
        figure[body.pk] = 1
    cast.login(client, "party_office")
    client.get(LIST)
    # PostgreSQL is told to read only, and rolled back, in statements of their own (kit.http.read_only).
    more = 2 if connection.vendor == "postgresql" else 0
    with django_assert_num_queries(LIST_QUERIES + more):
        client.get(LIST)
    with django_assert_num_queries(ROWS_QUERIES + more):
        client.get(ROWS)


LIST_QUERIES, ROWS_QUERIES = 9, 11
