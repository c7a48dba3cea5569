"""What counts as the same table again: what units type, whatever a row is, within one period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import requests
from tests.core.collections.conftest import NOW, ON, drafted, sent, submitted, wishes


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def first_of(request: Request, on: date = ON) -> Request | None:
    return requests.check(request, on).first


class TestTypedColumns:
    def test_columns_the_platform_fills_make_no_duplicate(self, cast: Any) -> None:
        sent(cast, columns=wishes("培训需求", held=4))
        assert first_of(drafted(cast, columns=wishes("驾照类型", held=4))) is None

    def test_the_same_typed_column_beside_other_held_ones_does(self, cast: Any) -> None:
        first = sent(cast, columns=wishes("培训需求", held=1))
        assert first_of(drafted(cast, columns=wishes("培训需求", held=6))) == first

    def test_with_nothing_typed_every_column_counts(self, cast: Any) -> None:
        first = sent(cast, columns=wishes(held=5))
        assert first_of(drafted(cast, columns=wishes(held=5))) == first
        assert first_of(drafted(cast, columns=wishes(held=5), about="MEMBER")) is None

    @pytest.mark.parametrize("about", ["FREE", "MEMBER"])
    def test_whatever_one_row_is(self, cast: Any, about: str) -> None:
        first = sent(cast)
        again = drafted(cast, about=about, title="又一张表")
        with pytest.raises(ValidationError, match=first.title):
            actions.send(request=again, by=cast.actor("party_office"), on=ON, now=NOW)


class TestPeriods:
    @pytest.mark.parametrize(
        ("before", "now", "continued"),
        [
            (date(2026, 10, 31), date(2026, 11, 1), True),
            (date(2026, 11, 1), date(2026, 11, 18), False),
            (date(2025, 11, 18), date(2026, 11, 18), True),
        ],
    )
    def test_a_table_of_another_month_goes_on(self, cast: Any, before: date, now: date, continued: bool) -> None:
        first = sent(cast, as_of=before)
        check = requests.check(drafted(cast, as_of=now), ON)
        assert (check.first, check.continues) == ((None, first) if continued else (first, None))

    @pytest.mark.parametrize(
        ("before", "now", "continued"),
        [(date(2026, 6, 30), date(2026, 7, 1), True), (date(2026, 7, 1), date(2026, 11, 18), False)],
    )
    def test_a_report_of_another_half_year_goes_on(self, cast: Any, before: date, now: date, continued: bool) -> None:
        first = sent(cast, kind="REPORT", as_of=before)
        check = requests.check(drafted(cast, kind="REPORT", as_of=now), ON)
        assert (check.first, check.continues) == ((None, first) if continued else (first, None))

    def test_the_page_names_the_period_before(self, cast: Any, client: Any) -> None:
        sent(cast, as_of=date(2026, 10, 31))
        cast.login(client, "party_office")
        page = client.get(f"/collections/requests/{drafted(cast, as_of=ON).pk}/").content.decode()
        assert "上一期" in page
        assert "2026年10月31日" in page


class TestWhoAskedBefore:
    def before(self, request: Request, on: date = ON) -> dict[str, Request | None]:
        return {one.column.title: one.before for one in requests.check(request, on).columns}

    def test_of_other_rows_and_however_long_ago(self, cast: Any) -> None:
        first = sent(cast, columns=wishes("取暖炉台数", held=2), about="FREE")
        answer = submitted(cast, first, given={0: {"3": 3}})
        actions.close(request=answer.request, by=cast.actor("party_office"), now=NOW)
        again = drafted(cast, columns=wishes("取暖炉台数", "别的", held=1))
        told = self.before(again, ON + timedelta(days=400))
        assert told == {"学校": first, "取暖炉台数": first, "别的": None}

    def test_the_latest_is_named(self, cast: Any) -> None:
        sent(cast, columns=wishes("取暖炉台数", held=0), as_of=date(2026, 9, 1))
        later = sent(cast, columns=wishes("取暖炉台数", held=0), now=NOW + timedelta(hours=1))
        assert self.before(drafted(cast, columns=wishes("取暖炉台数", held=0))) == {"取暖炉台数": later}

    def test_not_of_other_units_nor_withdrawn(self, cast: Any) -> None:
        sent(cast, kinds=("SCHOOL",))
        actions.withdraw(request=sent(cast), reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        assert set(self.before(drafted(cast)).values()) == {None}
