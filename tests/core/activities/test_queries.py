"""Which acts the Party office sees: all of bodies in the tree of today, and joint acts with one of them."""

from __future__ import annotations

from typing import Any

from hongzhu.core.activities import queries
from hongzhu.core.orgs.models import Placement
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


def test_nothing_of_another_bureau(cast: Any, record: Any) -> None:
    record()
    assert not queries.visible_to(cast.accounts["outsider"]).exists()
