"""Rules one by one: refusals nothing else meets, and every word of a state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.services.party.actions import cadres, community, cultivation, dispatch, talent
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.models import CadreMove, Community, Cultivation
from hongzhu.services.party.rules import cadres as cadre_rules
from hongzhu.services.party.rules import community as community_rules
from hongzhu.services.party.rules import cultivation as cultivation_rules

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "待考察"),
        ({"inspected_on": TODAY}, "已考察"),
        ({"inspected_on": TODAY, "deliberated_on": TODAY}, "已讨论决定"),
        ({"deliberated_on": TODAY, "posted_on": TODAY, "posted_to": TODAY}, "公示中"),
        ({"posted_on": date(2026, 11, 2), "posted_to": date(2026, 11, 19)}, "公示期满"),
        ({"effective_on": TODAY}, "已办结"),
        ({"voided_at": timezone.now()}, "已作废"),
    ],
)
def test_a_move_says_where_it_stands(facts: dict[str, Any], word: str) -> None:
    until = When(facts["posted_to"]) if "posted_to" in facts else None
    assert str(cadre_rules.chip(CadreMove(**facts), TODAY, until).word) == word


def test_what_a_move_cannot_do_any_more() -> None:
    posted = CadreMove(deliberated_on=TODAY, posted_on=TODAY, inspected_on=TODAY)
    assert "已经公示" in str(cadre_rules.can_deliberate(posted, TODAY, TODAY).reason)
    voided = CadreMove(voided_at=timezone.now())
    assert "已经作废" in str(cadre_rules.can_void(voided, "错").reason)
    assert "原因" in str(cadre_rules.can_void(CadreMove(), " ").reason)
    assert "已经出库" in str(cadre_rules.can_leave_pool(TODAY, TODAY, TODAY, "x").reason)


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"to_on": TODAY}, "已结束"), ({}, "待社区确认"), ({"confirmed_on": TODAY}, "已报到")],
)
def test_a_registration_says_where_it_stands(facts: dict[str, Any], word: str) -> None:
    assert str(community_rules.chip(Community(registered_on=TODAY, **facts)).word) == word


def test_what_a_registration_refuses() -> None:
    ended = Community(registered_on=date(2026, 1, 1), to_on=date(2026, 6, 1))
    assert "报到已经结束" in str(community_rules.can_serve(ended, date(2026, 6, 1), 30, TODAY).reason)
    assert community_rules.can_serve(ended, date(2026, 5, 31), 30, TODAY)
    assert "已经结束" in str(community_rules.can_end(ended, TODAY).reason)
    running = Community(registered_on=TODAY)
    assert "晚于报到日期" in str(community_rules.can_end(running, TODAY).reason)
    assert "确认日期" in str(community_rules.can_confirm(running, TODAY - timedelta(days=1), TODAY, "王").reason)


def test_a_cultivation_ends_later_than_it_began_and_once() -> None:
    row = Cultivation(from_on=TODAY)
    assert str(cultivation_rules.chip(row).word) == "培养中"
    assert "晚于开始日期" in str(cultivation_rules.can_end(row, TODAY).reason)
    row.to_on = TODAY
    assert "已经结束" in str(cultivation_rules.can_end(row, TODAY).reason)


def refused(write: Any, **call: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        write(**call)
    return str(caught.value.messages[0])


def test_what_is_changed_afterwards(cast: Any) -> None:
    office, branch = cast.actor("party_office"), cast.actor("organiser")
    told = {
        "bureau": cast.bureau,
        "person": cast.member.person,
        "sector": "SOCIAL",
        "from_on": date(2026, 1, 1),
        "by": office,
    }
    dispatch.send_instructor(served="青禾商会", batch="一", **told)
    row = dispatch.send_instructor(served="青禾协会", batch="一", **told)
    change = {"dispatch": row, "sector": "ECONOMIC", "batch": "二", "by": office}
    assert "已经登记过" in refused(dispatch.amend_dispatch, served="青禾商会", to_on=None, **change)
    assert "晚于选派日期" in refused(dispatch.amend_dispatch, served="青禾协会", to_on=date(2026, 1, 1), **change)
    assert dispatch.amend_dispatch(served="青禾联合会", to_on=None, **change).batch == "二"
    assert "晚于选派日期" in refused(dispatch.end_dispatch, dispatch=row, on=date(2026, 1, 1), by=office)

    led = cultivation.begin_cultivation(
        org=cast.branch, person=cast.people[5], direction="甲", contact=cast.organiser.person, from_on=TODAY, by=branch,
        directions=["甲"],
    )  # fmt: skip
    change = {"row": led, "plan": "每月一次", "by": branch}
    assert "不能是本人" in refused(cultivation.amend_cultivation, contact=cast.people[5], **change)
    assert cultivation.amend_cultivation(contact=cast.member.person, **change).contact == cast.member.person
    cultivation.end_cultivation(row=led, on=TODAY + timedelta(days=1), by=branch)
    assert "已经结束" in refused(cultivation.amend_cultivation, contact=cast.member.person, **change)
    assert "不属于本局" in refused(
        cultivation.begin_cultivation, org=cast.branch, person=cast.outsider.person, direction="甲",
        contact=cast.member.person, from_on=TODAY, by=branch, directions=["甲"],
    )  # fmt: skip

    there = community.register_community(
        person=cast.member.person, community="东社区", registered_on=date(2026, 1, 1), by=branch, today=TODAY
    )
    community.end_community(row=there, on=TODAY, by=branch)
    assert "已经结束" in refused(community.claim_service, row=there, community="x", service="y", by=branch)


def test_only_the_bureaus_own_people_are_named(cast: Any) -> None:
    office = cast.actor("party_office")
    stranger = cast.outsider.person
    assert "不属于本局" in refused(
        talent.nominate_talent, person=stranger, tier="EXPERT", call="x", nominated_by=cast.branch, nominated_on=TODAY,
        by=office,
    )  # fmt: skip
    assert "不属于本局" in refused(
        cadres.open_move, bureau=cast.bureau, person=stranger, kind="APPOINT", to_org=cast.school,
        to_post="VICE_PRINCIPAL", by=office,
    )  # fmt: skip
    assert "不属于本局" in refused(
        cadres.list_reserve, bureau=cast.bureau, person=stranger, kind="SECRETARY", from_on=TODAY, by=office
    )


def test_a_task_and_a_renewal_ask_for_somebody_on_the_roster(cast: Any) -> None:
    office = cast.actor("party_office")
    row = talent.nominate_talent(
        person=cast.member.person, tier="EXPERT", call="x", nominated_by=cast.branch, nominated_on=TODAY, by=office
    )
    assert "没有入选" in refused(talent.do_task, talent=row, on=TODAY, title="x", by=office, today=TODAY)
    assert "在任" in refused(talent.renew_talent, talent=row, to_on=TODAY, by=office)
    term = {"chosen": True, "from_on": TODAY, "to_on": TODAY}
    assert "晚于任期开始" in refused(talent.review_talent, talent=row, on=TODAY, by=office, today=TODAY, **term)
    talent.review_talent(
        talent=row, on=TODAY, chosen=True, from_on=TODAY, to_on=date(2028, 1, 1), by=office, today=TODAY
    )
    assert "晚于任期开始" in refused(talent.end_talent, talent=row, on=TODAY, reason="调离", by=office)
