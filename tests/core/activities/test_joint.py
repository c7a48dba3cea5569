"""联合开展: who is offered, who is found by name, under which kind each takes part, and that nobody records it twice."""

from __future__ import annotations

import uuid
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hongzhu.core.activities import queries
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org
from tests.cast import FOUNDED, SYSTEM, joins, person

from .conftest import TODAY


@pytest.fixture
def house(cast: Any) -> dict[str, Org]:
    """The mass organisations of the first school, a branch of another general branch, and a closed one."""
    made = {
        kind: orgs.set_up(
            bureau=cast.bureau, kind=kind, name=f"柳林中心小学{name}", parent=cast.school, hosts=(cast.school,),
            by=SYSTEM, on=FOUNDED,
        )
        for kind, name in (("PIONEERS", "少先队大队"), ("UNION", "工会"), ("LEAGUE", "团支部"))
    }  # fmt: skip
    general = orgs.set_up(
        bureau=cast.bureau, kind="GENERAL_BRANCH", name="河东学区党总支", parent=cast.committee, by=SYSTEM, on=FOUNDED
    )
    for key, name in (("far", "河东小学党支部"), ("near", "河东小学附属幼儿园党支部"), ("gone", "河西小学党支部")):
        made[key] = orgs.set_up(
            bureau=cast.bureau, kind="BRANCH", name=name, parent=general, belongs_to=general, guided_by=cast.committee,
            by=SYSTEM, on=FOUNDED,
        )  # fmt: skip
    Org.objects.filter(pk=made["gone"].pk).update(closed_on=date(2026, 1, 1))
    joins(person(cast.bureau, "方远舟"), made["far"])
    return made


def offered(body: Org, kind: str, *joined: Org) -> dict[str, str]:
    """name → kind of the partners a form offers."""
    found = queries.kind_of(body.bureau, TODAY, kind)
    assert found is not None
    made = queries.setup(
        body=body, kind=found, month_on=date(2026, 11, 1), today=TODAY, person_id=None,
        joined=tuple(org.pk for org in joined),
    )  # fmt: skip
    return {org.name: its.code for org, its in made.joint}


def test_bodies_of_one_school_hold_an_activity_together(cast: Any, house: dict[str, Org]) -> None:
    assert offered(house["PIONEERS"], "mass_activity") == {
        "柳林中心小学工会": "mass_activity",
        "柳林中心小学团支部": "mass_activity",
        "柳林中心小学党支部": "service",
    }
    themed = offered(cast.branch, "theme_day")
    assert themed == {
        "柳林中心小学少先队大队": "mass_activity",
        "柳林中心小学工会": "mass_activity",
        "柳林中心小学团支部": "mass_activity",
    }
    assert offered(cast.branch, "org_life") == {}, "a confidential kind has no partners"
    assert "柳林中心小学党支部" in offered(cast.school, "service")
    assert "柳林中心小学工会" not in offered(cast.branch, "appraisal")


def test_an_activity_with_the_pioneers_counts_for_each(cast: Any, house: dict[str, Org], record: Any) -> None:
    act = record(
        parts=("service",), lecture_title="", joint=[(house["PIONEERS"], "mass_activity")], outputs={"service_hours": 3}
    )

    tags = {claim.org: claim.tag for claim in act.claims.filter(tag__in=("theme_day", "mass_activity"))}
    assert tags == {cast.branch: "theme_day", house["PIONEERS"]: "mass_activity"}


def test_leading_bodies_sit_under_their_numbered_kind(cast: Any) -> None:
    orgs.set_up(bureau=cast.bureau, kind="LEADING_GROUP", name="领导小组", parent=cast.root, by=SYSTEM, on=FOUNDED)

    found = offered(cast.committee, "party_committee")
    assert found == {"青禾县教育局": "bureau_affairs", "柳林学区党总支": "party_committee", "领导小组": "leading_group"}


def test_whoever_was_named_is_offered_before_the_sixty(cast: Any, house: dict[str, Org], monkeypatch: Any) -> None:
    assert house["far"].name not in offered(cast.branch, "theme_day")
    monkeypatch.setattr(import_module("hongzhu.core.activities.queries.setup"), "OFFERED", 1)
    assert list(offered(cast.branch, "theme_day", house["far"])) == [house["far"].name, "柳林中心小学少先队大队"]
    assert offered(cast.branch, "theme_day", cast.far_branch) == {"柳林中心小学少先队大队": "mass_activity"}


def named(cast: Any, text: str, body: Org | None = None) -> list[str]:
    org = body or cast.branch
    kind = queries.kind_of(cast.bureau, TODAY, "theme_day")
    assert kind is not None
    section = queries.section_of(cast.bureau, TODAY)
    return [row.name for row in queries.partners_named(org, kind, section, TODAY, text)]


def test_a_partner_is_found_by_its_name(cast: Any, house: dict[str, Org]) -> None:
    assert named(cast, "河东小学党支部") == ["河东小学党支部"]
    assert named(cast, " 河东 ") == ["河东小学党支部", "河东小学附属幼儿园党支部"], "branches; not their general branch"
    assert named(cast, "hdxxdzb") == ["河东小学党支部"], "by initials"
    assert named(cast, "河西") == [], "closed"
    assert named(cast, "白石小学党支部") == [], "another bureau's"
    assert named(cast, "柳林中心小学党支部") == [], "itself"
    Org.objects.filter(pk=house["near"].pk).update(short_name="河东")
    assert named(cast, "河东") == ["河东小学附属幼儿园党支部"], "that very name"
    assert named(cast, "柳林中心小学", cast.class_one) == [], "a class takes no part in a theme day"


# --- the form -----------------------------------------------------------------------------------------------


def filled(**changes: Any) -> dict[str, Any]:
    usual = {
        "theme": "联合党课", "held_on": "2026-11-20", "parts": ["study"], "process": "领学。", "token": str(uuid.uuid4()),
    }  # fmt: skip
    return usual | changes


@pytest.fixture
def typist(cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2026, 11, 20))
    cast.login(client, "organiser")
    return client


def address(org: Org, kind: str = "theme_day") -> str:
    return f"{reverse('activities:act_new')}?body={org.pk}&kind={kind}&month=2026-11"


def test_a_branch_far_away_is_joined_by_its_name(cast: Any, house: dict[str, Org], typist: Client) -> None:
    there = address(cast.branch)
    page = typist.post(there, filled(joint_name="河东小学党支部"))
    text = page.content.decode()
    assert "已加上河东小学党支部的名册" in text and "方远舟" in text
    assert f'name="joint" value="{house["far"].pk}"' in text and 'name="joint_name" value' not in text
    assert not Act.objects.exists()

    assert typist.post(there, filled(joint=[house["far"].pk], rosters=[house["far"].pk])).status_code == 302
    assert {row.org for row in Act.objects.get().bodies.all()} == {cast.branch, house["far"]}


def test_a_name_that_says_nothing_or_too_much_saves_nothing(cast: Any, house: dict[str, Org], typist: Client) -> None:
    none = typist.post(address(cast.branch), filled(joint_name="河西小学党支部")).content.decode()
    assert "没有能和本组织联合开展的“河西小学党支部”，请核对名称" in none
    assert 'value="河西小学党支部"' in none, "what was typed is still there"
    several = typist.post(address(cast.branch), filled(joint_name="河东")).content.decode()
    assert "“河东”有2个，请写全称：河东小学党支部、河东小学附属幼儿园党支部" in several
    assert not Act.objects.exists()


def test_a_partner_that_did_not_exist_on_the_day_is_told_with_its_founding(
    cast: Any, house: dict[str, Org], typist: Client
) -> None:
    Org.objects.filter(pk=house["far"].pk).update(opened_on=date(2026, 11, 12))
    sent = filled(joint_name="河东小学党支部", held_on="2026-11-11")
    page = typist.post(address(cast.branch), sent).content.decode()
    assert "“河东小学党支部”2026年11月12日才设立" in page and 'value="河东小学党支部"' in page
    assert not Act.objects.exists()
    page = typist.post(address(cast.branch), sent | {"held_on": "2026-11-12"}).content.decode()
    assert f'name="joint" value="{house["far"].pk}"' in page


def test_a_confidential_kind_asks_for_no_partner(cast: Any, house: dict[str, Org], typist: Client) -> None:
    there = address(cast.branch, "org_life")
    assert "joint_name" not in typist.get(there).content.decode()
    sent = filled(joint_name="河东小学党支部", belongs_year="2026", parts=[], process="")
    assert typist.post(there, sent).status_code == 302
    assert Act.objects.get().bodies.count() == 1


def test_a_partner_is_told_that_it_is_recorded_already(cast: Any, house: dict[str, Org], record: Any, client: Client,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2026, 11, 20))
    record(joint=[(cast.other_branch, "theme_day")])
    cast.login(client, "neighbour")
    page = client.post(address(cast.other_branch), filled())
    assert "记过11月20日的“学党章、守师德”" in page.content.decode()
    assert Act.objects.count() == 1

    assert client.post(address(cast.other_branch, "lecture"), filled(parts=["lecture"])).status_code == 302
    assert client.post(address(cast.other_branch), filled(another="1")).status_code == 302
    assert Act.objects.count() == 3
