"""What a table costs is each unit's own: the largest is not booked at the average, and what it really took counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Return
from hongzhu.core.collections.queries import burden, requests, returns
from hongzhu.core.people.models import Membership
from tests.core.collections.conftest import NOW, ON, drafted, return_of, sent, wishes


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def members(cast: Any, make: Any = sent) -> Any:
    """Two typed columns for each member: nine in one branch, one in the other."""
    return make(cast, about="MEMBER", columns=wishes("培训需求", "去向", held=0))


class TestPlanned:
    def test_by_each_units_own_rows(self, cast: Any) -> None:
        cost = requests.check(members(cast, drafted), ON).cost
        # opening 180; nine rows of two cells at 20 seconds, and one row
        assert cost.each == (9, 4)
        assert (cost.minutes, cost.most, cost.total) == (7, 9, 13)
        request = members(cast)
        assert list(Return.objects.filter(request=request).order_by("place").values_list("planned", flat=True)) == [
            9,
            4,
        ]

    def test_the_page_says_what_the_largest_takes(self, cast: Any, client: Any) -> None:
        cast.login(client, "party_office")
        page = client.get(f"/collections/requests/{members(cast, drafted).pk}/").content.decode()
        assert "最多的单位约9分钟" in page

    def test_the_budget_of_the_largest_holds(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=8, by=by)
        draft = members(cast, drafted)
        over = requests.check(draft, ON).over
        assert [(one.name, one.asked) for one in over] == [(cast.branch.name, 9)]
        with pytest.raises(ValidationError, match="这次9分钟"):
            actions.send(request=draft, by=by, on=ON, now=NOW)
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=9, by=by)
        actions.send(request=draft, by=by, on=ON, now=NOW)

    def test_nobody_there_costs_nothing(self, cast: Any) -> None:
        Membership.objects.filter(org=cast.other_branch).delete()
        assert members(cast).returns.get(org=cast.other_branch).planned == 0


class TestUsed:
    def test_what_it_took_counts_where_it_is_more(self, cast: Any) -> None:
        request = sent(cast, about="FREE", columns=wishes("器材", "说明", held=0))
        answer = return_of(request, cast.branch)
        rows = {n: {"1": n + 1, "2": "旧"} for n in range(30)}
        actions.submit(
            answer=answer, given=rows, seen=returns.sheet(answer, ON).seen, version=0,
            by=cast.actor("branch_secretary"), on=ON, now=NOW,
        )  # fmt: skip
        found = requests.used(cast.bureau.pk, 2026)
        # 180 seconds and sixty cells; the other branch has what was said at sending
        assert found == {cast.branch.pk: 23, cast.other_branch.pk: 4}
        for unit in burden.meter(cast.bureau, 2026, [cast.branch, cast.other_branch]):
            assert unit.year.minutes <= unit.planned

    def test_what_was_sent_before_counts_as_it_was_booked(self, cast: Any) -> None:
        request = sent(cast)
        Return.objects.filter(request=request).update(planned=None)
        assert requests.used(cast.bureau.pk, 2026) == {cast.branch.pk: 4, cast.other_branch.pk: 4}
