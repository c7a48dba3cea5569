"""Members of a branch that several schools share stand in one school's rows; the same asked twice is said before sending."""

from __future__ import annotations

from typing import Any

import pytest

from hongzhu.core.collections.queries import prefill, requests
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Engagement
from tests.cast import FOUNDED, SYSTEM, joins, person
from tests.core.collections.conftest import ON, drafted, wishes


@pytest.fixture
def joint(cast: Any, stage: Any) -> Any:
    """A joint branch of both schools: one works at each, one at neither."""
    made = orgs.set_up(
        bureau=cast.bureau, kind="JOINT_BRANCH", name="两校联合党支部", parent=cast.committee, belongs_to=cast.committee,
        guided_by=cast.committee, hosts=(cast.school, cast.other_school), by=SYSTEM, on=FOUNDED,
    )  # fmt: skip
    for name, unit in (("闻一", cast.school), ("闻二", cast.other_school), ("闻三", None)):
        who = person(cast.bureau, name)
        joins(who, made)
        if unit is not None:
            Engagement.objects.create(person=who, unit=unit, relation="WORKPLACE", from_on=FOUNDED)
    return made


def names(cast: Any, *units: Any) -> list[list[str]]:
    found = prefill.people_of([one.pk for one in units], "MEMBER", ON)
    return [[who.name for who in found[one.pk] if who.name.startswith("闻")] for one in units]


def test_each_stands_at_the_school_they_work_at_or_at_the_first(cast: Any, joint: Any) -> None:
    both = names(cast, cast.school, cast.other_school)
    assert sorted(map(sorted, both)) == [["闻一", "闻三"], ["闻二"]]
    # A unit alone sees what it saw among all.
    assert names(cast, cast.other_school) == [["闻二"]]
    assert [sorted(some) for some in names(cast, joint)] == [["闻一", "闻三", "闻二"]]


def test_a_school_and_its_branch_asked_together_are_told_of(cast: Any, joint: Any, client: Any) -> None:
    columns = wishes("培训需求", held=0)
    both = drafted(cast, about="MEMBER", kinds=("SCHOOL", "BRANCH"), columns=columns)
    told = requests.check(both, ON).twice
    assert "有2个党组织和所在的学校都要填" in told
    assert "有10人的行会报两次" in told
    cast.login(client, "party_office")
    assert "都要填" in client.get(f"/collections/requests/{both.pk}/").content.decode()
    alone = drafted(cast, about="MEMBER", kinds=("SCHOOL",), columns=columns)
    assert requests.check(alone, ON).twice == ""
    units = drafted(cast, kinds=("SCHOOL", "BRANCH"), columns=columns)
    assert "会报两次" not in requests.check(units, ON).twice
    assert "有2个党组织" in requests.check(units, ON).twice
