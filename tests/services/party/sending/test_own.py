"""What a member does and reads of themselves: registering with the community, what they are led in and chosen for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.services.party.models import CadreMove, Community, CommunityService, Cultivation, Talent
from hongzhu.services.party.queries import person as people

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
OWN = "/party/sending/communities/own/"


@pytest.fixture
def stage(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "localdate", lambda *_any: TODAY)
    policies.ship()
    return cast


def facts(name: str, person: Any) -> list[tuple[str, str]]:
    return [(str(fact.label), str(fact.value)) for fact in registry.book.personal[name].facts(person, TODAY)]


def test_a_member_registers_and_claims_a_service_themselves(stage: Any, client: Any) -> None:
    who = stage.member.person
    assert facts("party_community", who) == [("社区报到", "还没有报到，登记报到")]
    stage.login(client, "member")
    assert client.get(OWN).status_code == 200
    late = client.post(OWN, {"community": "柳林社区", "registered_on": "2026-11-21"}).content.decode()
    assert "还没有到" in late and 'value="柳林社区"' in late and not Community.objects.exists()
    assert client.post(OWN, {"community": "柳林社区", "registered_on": "2026-11-20"}).status_code == 302
    row = Community.objects.get()
    assert (row.person, row.service) == (who, "")
    assert 'value="柳林社区"' in client.get(OWN).content.decode()
    assert client.post(OWN, {"community": "柳林社区", "service": "义务辅导"}).status_code == 302
    assert Community.objects.get().service == "义务辅导"
    assert Entry.objects.filter(did__in=("party.register_community", "party.claim_service")).count() == 2
    CommunityService.objects.create(community=row, on=TODAY, title="义务辅导", minutes=90)
    assert facts("party_community", who) == [
        ("社区（村）", "柳林社区"),
        ("报到日期", "2026年11月20日"),
        ("认领服务", "义务辅导"),
        ("服务时长", "90分钟"),
    ]
    page = client.get(f"/party/roster/{who.pk}/").content.decode()
    assert "柳林社区" in page and "义务辅导" in page
    other = people.told(stage.branch_secretary, stage.people[5], TODAY)
    assert other.community is None


def test_who_is_no_member_in_post_is_not_asked(stage: Any, client: Any) -> None:
    who = stage.member.person
    Membership.objects.filter(person=who).update(retired=True)
    assert facts("party_community", who) == []
    stage.login(client, "member")
    assert "不是在职党员" in client.post(OWN, {"community": "柳林社区", "registered_on": "2026-11-20"}).content.decode()
    stage.member.person = None
    stage.member.save()
    assert client.get(OWN).status_code == 404


def test_a_member_reads_what_they_are_led_in_chosen_for_and_appointed_to(stage: Any) -> None:
    who, here = stage.member.person, {"bureau": stage.bureau, "person": stage.member.person}
    assert facts("party_growth", who) == []
    Cultivation.objects.create(
        **here, org=stage.branch, direction="把骨干教师培养成党员", contact=stage.people[0], from_on=date(2026, 1, 5)
    )
    for call, chosen in (("一", True), ("二", False)):
        term = {"from_on": date(2026, 2, 1), "to_on": date(2029, 2, 1)} if chosen else {}
        Talent.objects.create(
            **here,
            tier="EXPERT",
            call=call,
            nominated_by=stage.school,
            nominated_on=date(2026, 1, 1),
            chosen=chosen,
            **term,
        )
    for on, void in ((date(2026, 3, 1), None), (None, None), (date(2026, 4, 1), timezone.now())):
        CadreMove.objects.create(
            **here, kind="APPOINT", to_org=stage.school, to_post="PRINCIPAL", effective_on=on, voided_at=void
        )
    assert facts("party_growth", who) == [
        ("双培养：把骨干教师培养成党员", "2026年1月5日"),
        ("专家团队", "2026年2月1日"),
        ("任用", "2026年3月1日"),
    ]
