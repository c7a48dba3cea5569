"""A school with its own general branch or committee: its secretary keeps that body's papers and answers for those below."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.services.party.actions import filings as filing_actions
from hongzhu.services.party.models import Election, Filing, Handing, Relief, Transfer
from hongzhu.services.party.queries import admission as ways
from hongzhu.services.party.queries import dues_handing, terms
from tests.cast import FOUNDED, SYSTEM
from tests.services.party.admission import conftest as admission
from tests.services.party.transfers import stage as moves

from . import stage
from .stage import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


@pytest.fixture
def own(cast: Any) -> Any:
    """柳林中心小学 has a general branch of its own, with the cast's branch below it."""
    policies.ship()
    cast.own = orgs.set_up(
        kind="GENERAL_BRANCH", name="柳林中心小学党总支", parent=cast.committee, hosts=(cast.school,),
        belongs_to=cast.committee, guided_by=cast.committee, bureau=cast.bureau, by=SYSTEM, on=FOUNDED,
    )  # fmt: skip
    Superior.objects.filter(org=cast.branch, relation="BELONGS").update(superior=cast.own)
    return cast


def waiting(name: str, user: Any) -> list[str]:
    return [str(due.title) for due in registry.book.waiting[name].items(user, TODAY)]


def test_its_own_election_is_begun_by_its_secretary(own: Any, client: Any) -> None:
    Election.objects.all().delete()
    own.login(client, "school_secretary")
    assert client.post(reverse("party:election_start", args=[own.own.pk]), {"cause": "FIRST"}).status_code == 302
    assert Election.objects.get().org == own.own
    assert waiting("party_election", own.school_secretary)[-1] == "换届：写请示"
    own.login(client, "branch_secretary")
    assert client.post(reverse("party:election_start", args=[own.own.pk]), {"cause": "BY"}).status_code != 302
    own.login(client, "school_secretary")  # not theirs: the general branch of the district, and the bureau's committee
    for body in (own.general_branch, own.committee):
        assert client.post(reverse("party:election_start", args=[body.pk]), {"cause": "BY"}).status_code in {403, 404}
    assert Election.objects.count() == 1


def test_a_request_of_the_branch_below_is_answered_by_another_hand(own: Any, client: Any) -> None:
    election = stage.asked(own)
    own.login(client, "school_secretary")
    assert waiting("party_election", own.school_secretary)[0] == "换届待批复"
    assert election.org.name in client.get(reverse("party:election_inbox")).content.decode()
    url = reverse("party:election_page", args=[election.pk])
    assert client.get(url).context["form"] is not None
    answer = {"on": "2026-10-15", "number": "柳小总支〔2026〕2号"}
    assert client.post(reverse("party:election_allow", args=[election.pk]), answer).status_code == 302
    election.refresh_from_db()
    assert election.allowed_number == "柳小总支〔2026〕2号"


def test_who_asked_for_the_branch_does_not_answer(own: Any, client: Any) -> None:
    election = stage.asked(own)
    own.login(client, "school_secretary")
    page = reverse("party:election_ask", args=[election.pk])
    told = {name: client.get(page).context["form"][name].value() or "" for name in ("on", "number", "seats", "name_1")}
    told |= {f"name_{n}": own.people[n - 1].name for n in range(1, 5)} | {"seen": "on"}
    assert client.post(page, told).status_code == 302
    answer = {"on": "2026-10-15", "number": "2号"}
    shown = client.post(reverse("party:election_allow", args=[election.pk]), answer)
    election.refresh_from_db()
    assert shown.status_code == 200 and election.allowed_on is None
    assert "陆望舒" in shown.content.decode()


def test_a_school_with_a_branch_alone_answers_for_nobody(cast: Any, client: Any) -> None:
    election = stage.asked(cast)
    assert not terms.leads(cast.school_secretary, TODAY) and terms.leads(cast.district_officer, TODAY)
    assert not terms.leads(cast.organiser, TODAY)
    assert waiting("party_election", cast.school_secretary) == []
    cast.login(client, "school_secretary")
    assert client.get(reverse("party:election_inbox")).status_code == 403
    assert client.get(reverse("party:election_list")).context["may_answer"] is False
    answer = {"on": "2026-10-15", "number": "2号"}
    assert client.post(reverse("party:election_allow", args=[election.pk]), answer).status_code == 403


def handing(cast: Any, org: Org, superior: Org) -> Handing:
    return Handing.objects.create(
        bureau=cast.bureau, org=org, superior=superior, quarter_on=date(2026, 7, 1), fen=12_300, voucher="7",
        handed_on=date(2026, 10, 8), recorded_at=timezone.make_aware(datetime(2026, 10, 8, 9)),
    )  # fmt: skip


def test_dues_are_confirmed_for_it_and_handed_up(own: Any, client: Any) -> None:
    row = handing(own, own.branch, own.own)
    own.login(client, "school_secretary")
    assert "党费上缴待确认" in waiting("party_dues", own.school_secretary)
    page = client.get(reverse("party:dues_handings") + "?quarter=2026-07-01").content.decode()
    confirm = reverse("party:dues_handing_confirm", args=[row.pk])
    assert confirm in page
    assert client.post(confirm, {"received_on": "2026-10-09"}).status_code == 302
    hand = reverse("party:dues_hand", args=[own.own.pk])
    assert client.get(hand).context["fen"] == 12_300
    told = {"quarter_on": "2026-07-01", "handed_on": "2026-10-20", "voucher": "12"}
    assert client.post(hand, told).status_code == 302
    assert Handing.objects.get(org=own.own).fen == 12_300
    own.login(client, "organiser")
    assert client.get(hand).status_code in {403, 404}


def test_a_relief_waits_for_who_leads_the_body_above(own: Any) -> None:
    asked = Relief.objects.create(
        person=own.people[5], org=own.branch, from_on=date(2026, 9, 1), to_on=date(2026, 12, 1),
        studied_on=date(2026, 9, 4),
    )  # fmt: skip

    def mine(name: str) -> list[Relief]:
        return list(dues_handing.reliefs_to_answer(own.accounts[name], TODAY))

    assert mine("school_secretary") == mine("party_office") == [asked]
    assert "党费减免待批准" in waiting("party_dues", own.school_secretary)
    Superior.objects.filter(org=own.branch, relation="BELONGS").update(superior=own.general_branch)
    assert mine("school_secretary") == [] and mine("party_office") == mine("district_officer") == [asked]
    Relief.objects.update(declined_on=date(2026, 9, 9))
    assert mine("party_office") == []


def test_the_letter_of_a_transfer_is_written_by_another_hand(own: Any, client: Any) -> None:
    line = moves.let_go(own)
    own.login(client, "school_secretary")
    assert waiting("party_transfer", own.school_secretary) == ["组织关系介绍信"]
    send = reverse("party:transfer_send", args=[line.pk])
    Transfer.objects.update(let_go_account=own.school_secretary)
    told = {"number": "柳小转〔2026〕3号", "on": "2026-09-04"}
    shown = client.post(send, told)
    assert shown.status_code == 200 and "开介绍信" in shown.content.decode() and "陆望舒" in shown.content.decode()
    Transfer.objects.update(let_go_account=own.branch_secretary)
    assert client.post(send, told).status_code == 302
    line.refresh_from_db()
    assert (line.status, line.number) == ("SENT", "柳小转〔2026〕3号")


def test_a_letter_about_oneself_is_another_s_to_write(own: Any, client: Any) -> None:
    line = moves.let_go(own, person=own.school_secretary.person)
    own.login(client, "school_secretary")
    send = reverse("party:transfer_send", args=[line.pk])
    assert client.post(send, {"number": "3号", "on": "2026-09-04"}).status_code == 200
    line.refresh_from_db()
    assert line.status == "LET_GO"


def test_letters_of_another_superior_do_not_wait_here(cast: Any) -> None:
    moves.let_go(cast)
    assert waiting("party_transfer", cast.school_secretary) == []
    assert waiting("party_transfer", cast.district_officer) == ["组织关系介绍信"]
    moves.asked(cast, place=6)
    assert waiting("party_transfer", cast.school_secretary) == ["组织关系转出"]


def test_a_filing_addressed_to_it_is_answered(own: Any, client: Any) -> None:
    filing = filing_actions.ask(
        bureau=own.bureau, want=Filing.Want.RENAME, superior=own.own, org=own.branch, name="柳林中心小学第一党支部",
        reason="分设支部", by=own.actor("branch_secretary"), on=date(2026, 10, 9), today=TODAY,
    )  # fmt: skip
    own.login(client, "school_secretary")
    assert "党组织设置待批复" in waiting("party_election", own.school_secretary)
    page = reverse("party:election_filing_page", args=[filing.pk])
    assert client.get(page).context["answer_form"] is not None
    told = {"agreed": "yes", "on": "2026-10-12", "number": "柳小总支〔2026〕3号"}
    assert client.post(reverse("party:election_filing_answer", args=[filing.pk]), told).status_code == 302
    assert client.get(page).context["finish_form"] is not None


def test_a_committee_of_the_school_decides_on_members(own: Any) -> None:
    """A general branch does not: that is the committee's above it."""
    admission.staged(own)
    way = admission.led(own, "branch_review")
    assert not ways.answers_for(own.school_secretary, way, ways.approver(own.branch, TODAY))
    assert not waiting("party_admission", own.school_secretary)[1:]
    Org.objects.filter(pk=own.own.pk).update(kind="COMMITTEE", name="柳林中心小学党委")
    above = ways.approver(own.branch, TODAY)
    assert above == own.own and ways.answers_for(own.school_secretary, way, above)
    assert not ways.answers_for(own.district_officer, way, above)
    assert not ways.answers_for(own.school_secretary, way, None) and ways.answers_for(own.party_office, way, None)
    assert "发展党员待批复1人" in waiting("party_admission", own.school_secretary)
