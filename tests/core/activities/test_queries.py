"""Which acts the Party office sees: all of bodies in the tree of today, and joint acts with one of them."""

from __future__ import annotations

from typing import Any

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries, rules
from hongzhu.core.orgs.models import Placement
from hongzhu.core.people import actions as people
from tests.core.activities.conftest import TODAY


def leaves_the_tree(org: Any) -> None:
    Placement.objects.filter(org=org, to_on=None).update(to_on=TODAY)


def test_the_root_sees_every_act_but_those_of_bodies_without_a_place(cast: Any, record: Any) -> None:
    office = cast.accounts["party_office"]
    own, theirs = (
        record(),
        record(body=cast.other_branch, by="neighbour", lecturer=cast.accounts["neighbour"].person_id),
    )
    assert set(queries.visible_to(office)) == {own, theirs}

    leaves_the_tree(cast.other_branch)
    assert set(queries.visible_to(cast.accounts["party_office"])) == {own}


def test_a_joint_act_is_seen_while_one_of_its_bodies_has_a_place(cast: Any, record: Any) -> None:
    act = record(joint=[(cast.other_branch, "theme_day")])
    leaves_the_tree(cast.branch)
    assert set(queries.visible_to(cast.accounts["party_office"])) == {act}

    leaves_the_tree(cast.other_branch)
    assert not queries.visible_to(cast.accounts["party_office"]).exists()


def test_what_a_closed_body_left_is_read_by_those_above_it_and_written_by_nobody(cast: Any, record: Any) -> None:
    act = record(body=cast.other_branch, by="neighbour", lecturer=cast.accounts["neighbour"].person_id)
    record()
    before = {role: set(queries.visible_to(account)) for role, account in cast.accounts.items()}
    people.merge(org=cast.other_branch, into=cast.branch, by=cast.actor("party_office"), on=TODAY)
    after = {}
    for role, account in cast.accounts.items():
        fresh = type(account).objects.get(pk=account.pk)  # the path of the day before is not kept
        after[role] = set(queries.visible_to(fresh))
        assert not access.holds(fresh, rules.RECORD, cast.other_branch), role
        assert access.holds(fresh, rules.VIEW, cast.other_branch) is (act in after[role]), role
    assert act in after["party_office"]
    assert all(after[role] <= seen for role, seen in before.items()), "nobody sees more than the day before"
    kept = {role for role, seen in before.items() if act in seen and after[role] == seen}
    assert {"party_office", "inspector"} <= kept
    lost = {role for role, seen in before.items() if act in seen} - kept
    assert lost == {"neighbour"}, "whose only body was the closed one"


def test_nothing_of_another_bureau(cast: Any, record: Any) -> None:
    record()
    assert not queries.visible_to(cast.accounts["outsider"]).exists()
