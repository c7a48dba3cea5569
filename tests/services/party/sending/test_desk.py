"""What waits in posts and sending, one's own facts, and filters nothing else walks through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.services.party.actions import cadres, community, cultivation, dispatch, posts, talent
from hongzhu.services.party.queries import cadres as cadre_rows
from hongzhu.services.party.queries import community as communities
from hongzhu.services.party.queries import cultivation as cultivations
from hongzhu.services.party.queries import dispatch as dispatches
from hongzhu.services.party.queries import talent as talents

TODAY = date(2026, 11, 20)


@pytest.fixture
def stage(cast: Any) -> Any:
    """One row of everything."""
    policies.ship()
    office, branch = cast.actor("party_office"), cast.actor("organiser")
    dispatch.send_instructor(
        bureau=cast.bureau, person=cast.member.person, served="青禾商会", sector="SOCIAL", batch="一",
        from_on=date(2026, 1, 1), to_on=TODAY, by=office,
    )  # fmt: skip
    cadres.open_move(
        bureau=cast.bureau, person=cast.organiser.person, kind="APPOINT", to_org=cast.school,
        to_post="VICE_PRINCIPAL", by=office,
    )  # fmt: skip
    cadres.list_reserve(bureau=cast.bureau, person=cast.member.person, kind="SECRETARY", from_on=TODAY, by=office)
    for number, person in enumerate(cast.people[4:6]):
        row = talent.nominate_talent(
            person=person,
            tier="EXPERT",
            call="通知",
            nominated_by=cast.branch,
            nominated_on=date(2026, 2, 1),
            by=branch,
        )
        if number:
            talent.review_talent(
                talent=row,
                on=date(2026, 2, 2),
                chosen=True,
                from_on=date(2026, 3, 1),
                to_on=TODAY,
                by=office,
                today=TODAY,
            )
    community.register_community(
        person=cast.member.person, community="柳荫社区", registered_on=date(2026, 3, 1), by=branch, today=TODAY
    )
    cultivation.begin_cultivation(
        org=cast.branch, person=cast.people[5], direction="甲", contact=cast.member.person, from_on=date(2026, 3, 1),
        by=branch, directions=["甲"],
    )  # fmt: skip
    told = {"org": cast.branch, "kind": "AREA", "title": "责任区"}
    posts.set_post(person=cast.member.person, from_on=date(2026, 6, 1), by=cast.actor("member"), **told)
    posts.set_post(person=cast.people[5], from_on=date(2025, 1, 1), by=branch, **told)
    return cast


def waiting(name: str, user: Any) -> dict[str, str]:
    return {str(due.title): str(due.text) for due in registry.book.waiting[name].items(user, TODAY)}


def test_the_office_is_told_of_terms_moves_and_reviews(stage: Any) -> None:
    assert waiting("party_sending", stage.party_office) == {
        "党建指导员快到期或已到期": "1条",
        "办理中的干部任免": "1条",
        "党建人才待评审": "1条",
        "党建人才快届满或已届满": "1条",
    }


def test_the_branch_is_told_of_claims_reviews_and_communities(stage: Any) -> None:
    assert waiting("party_posts", stage.organiser) == {"认领的岗位待同意": "1个", "满一年没有复核的岗位": "1个"}
    assert waiting("party_sending", stage.organiser) == {"社区报到待确认": "1条", "还没有到社区报到的党员": "8条"}
    assert waiting("party_posts", stage.inspector) == waiting("party_sending", stage.inspector) == {}


def test_a_member_reads_the_own_facts(stage: Any) -> None:
    person = stage.member.person
    found = {
        name: [(str(fact.label), fact.value) for fact in registry.book.personal[name].facts(person, TODAY)]
        for name in ("party_posts", "party_sending", "party_training")
    }
    assert found["party_posts"] == [("示范岗与责任区", 1), ("今年的承诺", "还没有")]
    assert found["party_sending"] == [("青禾商会", "登记到访")]
    assert found["party_training"] == [("今年学时", "0"), ("其中培训班", "0")]


def test_links_lead_to_the_pages(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    rows = (
        ("party.dispatch", dispatches.visible_to(stage.party_office).get()),
        ("party.cadremove", cadre_rows.visible_to(stage.party_office).get()),
        ("party.talent", talents.visible_to(stage.party_office).first()),
    )
    for kind, row in rows:
        assert client.get(registry.book.links[kind](row.pk)).status_code == 200


STATES = {
    "dispatches": ("running", "ending", "ended"),
    "cadres": ("running", "done", "voided"),
    "reserves": ("in", "out", "all"),
    "talents": ("roster", "waiting", "ending", "ended", "all"),
    "cultivations": ("running", "reached", "ended"),
    "communities": ("open", "unconfirmed", "missing", "ended"),
    "leaders": ("short", "both"),
}


@pytest.mark.parametrize("name", STATES)
def test_every_filter_answers_on_page_and_in_excel(stage: Any, client: Any, name: str) -> None:
    stage.login(client, "party_office")
    for state in (*STATES[name], "nonsense"):
        for rest in ("", "&kind=SOCIAL&year=2026&q=青", "&kind=EXPERT&q=林", "&kind=SECRETARY", "&kind=甲&q=沈"):
            assert client.get(f"/party/sending/{name}/?state={state}{rest}").status_code == 200
        assert client.get(f"/party/sending/{name}/export/?state={state}").status_code == 200


def test_states_hold_what_they_say(stage: Any) -> None:
    rows = dispatches.visible_to(stage.party_office)
    counts = {state: dispatches.narrowed(rows, TODAY, 30, state=state).count() for state in STATES["dispatches"]}
    assert counts == {"running": 1, "ending": 1, "ended": 0}
    assert dispatches.narrowed(rows, TODAY, 30, batch="一").count() == 1
    assert dispatches.narrowed(rows, TODAY, 30, sector="ECONOMIC").count() == 0
    names = talents.visible_to(stage.party_office)
    assert {state: talents.narrowed(names, TODAY, 30, state=state).count() for state in STATES["talents"]} == {
        "roster": 0, "waiting": 1, "ending": 1, "ended": 0, "all": 2,
    }  # fmt: skip
    led = cultivations.visible_to(stage.organiser)
    assert cultivations.narrowed(led, state="running", direction="甲", text="沈").count() == 1
    there = communities.visible_to(stage.organiser, TODAY)
    assert communities.narrowed(there, state="ended").count() == 0
    assert communities.narrowed(there, state="open", text="柳荫").count() == 1
    assert not communities.visible_to(stage.member, TODAY).exists()
    assert not talents.visible_to(stage.member).exists()


def test_chips_follow_the_days(stage: Any) -> None:
    from hongzhu.services.party.rules import cultivation as cultivation_rules
    from hongzhu.services.party.rules import dispatch as dispatch_rules
    from hongzhu.services.party.rules import talent as talent_rules

    row = dispatches.visible_to(stage.party_office).get()

    def word(on: date) -> str:
        return str(dispatch_rules.chip(row, on, 30).word)

    assert [word(day) for day in (date(2025, 12, 31), date(2026, 1, 1), TODAY - timedelta(days=30), TODAY)] == [
        "待到岗", "在岗", "快到期", "已到期",
    ]  # fmt: skip
    row.ended_on = TODAY
    assert (word(TODAY - timedelta(days=1)), word(TODAY)) == ("快到期", "已结束")
    chosen = talents.visible_to(stage.party_office).get(chosen=True)
    words = [str(talent_rules.chip(chosen, day, 30).word) for day in (date(2026, 4, 1), date(2026, 11, 1), TODAY)]
    assert words == ["在任", "快届满", "任期届满"]
    chosen.ended_on = TODAY
    assert str(talent_rules.chip(chosen, TODAY, 30).word) == "已退出"
    led = cultivations.visible_to(stage.organiser).get()
    led.to_on = TODAY
    assert str(cultivation_rules.chip(led).word) == "已结束"
    led.reached_on = TODAY
    assert str(cultivation_rules.chip(led).word) == "已达成"


def test_the_branch_form_offers_the_bureaus_kinds_of_service(stage: Any, client: Any) -> None:
    from hongzhu.core.registers import actions as registers

    registers.add_name(
        bureau=stage.bureau, code="community_services", text="防溺水宣传", by=stage.actor("party_office"), on=TODAY
    )
    stage.login(client, "organiser")
    assert '<option value="防溺水宣传">' in client.get("/party/sending/communities/new/").content.decode()
    row = communities.visible_to(stage.organiser, TODAY).get()
    community.claim_service(row=row, community="柳荫社区", service="别的服务", by=stage.actor("organiser"))
    text = client.get(f"/party/sending/communities/{row.pk}/edit/").content.decode()
    assert "别的服务" in text and "防溺水宣传" in text
