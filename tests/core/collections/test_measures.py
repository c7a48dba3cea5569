"""What the room publishes: which requests count, in which period, as known when; and the paragraphs of figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hongzhu.core.collections import actions
from hongzhu.core.measures import queries as measures
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Person
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from tests.cast import FOUNDED, joins, person
from tests.core.collections.conftest import NOW, ON, drafted, sent, submitted, wishes

YEAR = Period.year(2026)


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def told(cast: Any, code: str, *, period: Period = YEAR, known_at: datetime = NOW, path: str = "") -> dict[int, Any]:
    scope = measures.MeasureScope(cast.bureau.pk, path, ON)
    return {row.org_id: row.value for row in measures.values(f"collections.{code}", scope, period, known_at)}


class TestAsked:
    def test_each_unit_with_what_it_was_asked_and_what_it_cost(self, cast: Any) -> None:
        submitted(cast, sent(cast))
        sent(cast, repeat_reason="再", under=cast.general_branch)
        assert told(cast, "requests") == {cast.branch.pk: 2, cast.other_branch.pk: 1}
        assert told(cast, "minutes") == {cast.branch.pk: 4, cast.other_branch.pk: 0}

    def test_a_draft_and_a_withdrawn_one_cost_nobody_a_closed_one_did(self, cast: Any) -> None:
        drafted(cast)
        gone = sent(cast)
        submitted(cast, gone)
        actions.withdraw(request=gone, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        assert told(cast, "requests") == told(cast, "minutes") == {}
        closed = sent(cast)
        submitted(cast, closed)
        actions.close(request=closed, by=cast.actor("party_office"), now=NOW)
        assert told(cast, "requests") == {cast.branch.pk: 1, cast.other_branch.pk: 1}
        assert told(cast, "minutes")[cast.branch.pk] == 4

    def test_the_year_turns_at_midnight_in_shanghai(self, cast: Any) -> None:
        midnight = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
        sent(cast, now=midnight - timedelta(seconds=1))
        assert told(cast, "requests") == {}
        assert set(told(cast, "requests", period=Period.year(2025)).values()) == {1}
        sent(cast, now=midnight, repeat_reason="再")
        assert set(told(cast, "requests").values()) == {1}
        assert set(told(cast, "requests", period=Period.year(2025)).values()) == {1}

    def test_what_was_not_sent_yet_was_not_known(self, cast: Any) -> None:
        sent(cast)
        assert told(cast, "requests", known_at=NOW - timedelta(seconds=1)) == {}
        assert len(told(cast, "requests", known_at=NOW)) == 2

    def test_of_a_district_its_own_units_and_of_another_bureau_none(self, cast: Any) -> None:
        sent(cast, kinds=("BRANCH", "SCHOOL"))
        inside = told(cast, "requests", path=orgs.path_of(cast.branch, ON))
        assert inside == {cast.branch.pk: 1}
        far = measures.MeasureScope(cast.far_bureau.pk)
        assert measures.values("collections.requests", far, YEAR, NOW) == []

    def test_the_rows_behind_the_number_are_those_counted(self, cast: Any) -> None:
        first = sent(cast)
        second = sent(cast, columns=wishes("别的", held=0), now=NOW + timedelta(hours=1))
        rows = measures.measure("collections.requests").rows
        assert rows is not None
        found = [
            (row.request_id, row.org_id)
            for row in rows(measures.MeasureScope(cast.bureau.pk), YEAR, NOW + timedelta(hours=1))
        ]
        assert [asked for asked, _org in found] == [first.pk] * 2 + [second.pk] * 2
        assert {org for _asked, org in found} == {cast.branch.pk, cast.other_branch.pk}


class TestParagraphs:
    def test_of_a_body_that_was_not_there_yet_nothing_is_said(self, cast: Any, clock: Any) -> None:
        clock.set(2026, 11, 18, 10)
        life = registry.book.paragraphs["collections.life"].text
        founded = Period.span(FOUNDED - timedelta(days=5), FOUNDED)
        assert life(cast.branch, Period.span(founded.start, FOUNDED - timedelta(days=1))) == ""
        assert "开展组织生活0次" in life(cast.branch, founded)

    def test_ages_are_told_on_the_29th_of_february_too(self, cast: Any, clock: Any) -> None:
        clock.set(2028, 2, 29, 10)
        Person.objects.update(born_on=date(1970, 5, 1))
        for name, born in (
            ("青年甲", date(1995, 2, 1)),
            ("青年乙", date(1993, 3, 2)),
            ("三十五岁整", date(1992, 3, 1)),
            ("壮年", date(1992, 2, 1)),
        ):
            who = person(cast.bureau, name)
            Person.objects.filter(pk=who.pk).update(born_on=born)
            joins(who, cast.branch, since=date(2026, 11, 1))
        said = registry.book.paragraphs["collections.members"].text(cast.branch, Period.half(2028, 1))
        assert "截至2028年2月29日" in said
        assert "有党员13名" in said
        assert "35岁及以下3名" in said
