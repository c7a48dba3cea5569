"""Pages of transfers: batches with bulk consent, the lost, one's own, papers; queries are fixed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.models import Transfer, TransferBatch

from . import stage
from .stage import ASKED, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


def batch_of(cast: Any, *places: int) -> TransferBatch:
    made = actions.open_batch(bureau=cast.bureau, title="2026年暑期调动", by=cast.actor("party_office"), on=ASKED)
    for place in places:
        stage.asked(cast, place=place, batch=made)
    return made


def queries_of(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    "name", ["transfer_list", "transfer_export", "transfer_lost", "transfer_batch", "transfer_batch_propose"]
)
def test_lists_ask_the_same_number_of_queries_for_one_row_and_for_many(cast: Any, client: Any, name: str) -> None:
    made = batch_of(cast, 5)
    stage.send(
        cast,
        actions.let_go(lines=list(Transfer.objects.all()), by=cast.actor("branch_secretary"), on=ASKED, today=TODAY)[0],
    )
    people.engage(
        person=cast.people[1],
        relation="PERSONNEL",
        unit=cast.other_school,
        by=cast.actor("party_office"),
        on=date(2026, 8, 1),
    )
    cast.login(client, "party_office")
    url = reverse(f"party:{name}", args=[made.pk] if "batch" in name else [])
    one = queries_of(client, url)
    for place in (4, 6, 7):
        line = stage.asked(cast, place=place, batch=made)
        stage.send(cast, actions.let_go(lines=[line], by=cast.actor("branch_secretary"), on=ASKED, today=TODAY)[0])
    for place in (2, 3):
        people.engage(
            person=cast.people[place], relation="PERSONNEL", unit=cast.other_school, by=cast.actor("party_office"),
            on=date(2026, 8, 1),
        )  # fmt: skip
    assert queries_of(client, url) == one


def test_a_branch_consents_to_several_in_one_action_and_the_other_receives(cast: Any, client: Any) -> None:
    made = batch_of(cast, 5, 6)
    cast.login(client, "branch_secretary")
    url = reverse("party:transfer_batch_speak", args=[made.pk])
    ids = list(Transfer.objects.values_list("pk", flat=True))
    page = client.get(reverse("party:transfer_batch", args=[made.pk])).content.decode()
    assert "有2人等本支部同意转出" in page
    assert client.post(url, {"what": "let_go", "line": ids, "on": "2026-09-02"}).status_code == 302
    cast.login(client, "district_officer")
    for pk in ids:
        client.post(reverse("party:transfer_send", args=[pk]), {"number": f"{pk}号", "on": "2026-09-04"})
    cast.login(client, "neighbour")
    assert client.post(url, {"what": "receive", "line": ids, "on": "2026-09-08"}).status_code == 302
    assert set(Transfer.objects.values_list("status", flat=True)) == {"RECEIVED"}
    assert Membership.objects.filter(org=cast.other_branch, to_on=None).count() == 3


def test_nothing_ticked_is_said(cast: Any, client: Any) -> None:
    made = batch_of(cast, 5)
    cast.login(client, "branch_secretary")
    page = client.post(reverse("party:transfer_batch_speak", args=[made.pk]), {"what": "let_go", "on": "2026-09-02"})
    assert page.status_code == 200 and "请至少选一人" in page.content.decode()


def test_who_moved_is_proposed_and_put_in_with_a_tick(cast: Any, client: Any) -> None:
    made = batch_of(cast)
    people.engage(
        person=cast.people[5],
        relation="PERSONNEL",
        unit=cast.other_school,
        by=cast.actor("party_office"),
        on=date(2026, 8, 1),
    )
    cast.login(client, "party_office")
    url = reverse("party:transfer_batch_propose", args=[made.pk])
    page = client.get(url).content.decode()
    assert cast.people[5].name in page and "双桥小学党支部" in page
    assert "请至少选一人" in client.post(url, {}).content.decode()
    member = Membership.objects.get(person=cast.people[5]).pk
    assert client.post(url, {"member": [member]}).status_code == 302
    assert Transfer.objects.get().to_org == cast.other_branch


def test_a_dissolved_target_from_an_old_page_is_refused_with_the_way_out(cast: Any, client: Any) -> None:
    people.dissolve(
        org=cast.other_branch, successor=cast.general_branch, by=cast.actor("party_office"), on=date(2026, 9, 5)
    )
    policies.ship()
    cast.login(client, "branch_secretary")
    given = {"way": "WITHIN", "person": cast.people[5].name, "from_org": cast.branch.pk, "to_org": cast.other_branch.pk,
             "reason": "工作调动", "on": TODAY.isoformat()}  # fmt: skip
    page = client.post(reverse("party:transfer_new"), given)
    assert page.status_code == 200
    assert "请改选“柳林学区党总支”" in page.content.decode() and cast.people[5].name in page.content.decode()
    assert not Transfer.objects.exists()
    assert ">双桥小学党支部<" not in client.get(reverse("party:transfer_new")).content.decode()


def test_the_lost_are_listed_with_their_days(cast: Any, client: Any) -> None:
    stage.sent(cast)
    cast.login(client, "party_office")
    page = client.get(reverse("party:transfer_lost")).content.decode()
    assert cast.people[5].name in page and "77天" in page
    rows = load_workbook(io.BytesIO(client.get(reverse("party:transfer_lost_export")).content)).worksheets[0]
    assert any(cast.people[5].name in [cell.value for cell in row] for row in rows.iter_rows())


def test_a_member_sees_their_own_and_no_other(cast: Any, client: Any) -> None:
    stage.asked(cast, place=3)  # 许青原, the member
    cast.login(client, "member")
    assert "等柳林中心小学党支部办理" in client.get(reverse("party:transfer_own")).content.decode()
    cast.login(client, "organiser")
    assert "没有组织关系转接" in client.get(reverse("party:transfer_own")).content.decode()


def test_the_letter_has_its_stub_and_receipt(cast: Any, client: Any) -> None:
    line = stage.sent(cast)
    cast.login(client, "branch_secretary")
    data = client.get(reverse("party:transfer_letter", args=[line.pk])).content
    found = Document(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in found.paragraphs)
    for words in ("第一联", "第二联", "第三联", "青教转〔2026〕12号", "正式党员", "2026年12月3日"):
        assert words in text, words


def test_before_the_letter_there_is_none(cast: Any, client: Any) -> None:
    line = stage.let_go(cast)
    cast.login(client, "branch_secretary")
    assert client.get(reverse("party:transfer_letter", args=[line.pk])).status_code == 404


def test_what_waits_for_whom(cast: Any) -> None:
    from hongzhu.services.party.desk.transfers import own_transfers, transfers_waiting

    line = stage.asked(cast)
    assert [str(item.title) for item in transfers_waiting(cast.branch_secretary, TODAY)] == ["组织关系转出"]
    assert transfers_waiting(cast.neighbour, TODAY) == []
    actions.let_go(lines=[line], by=cast.actor("branch_secretary"), on=stage.LET_GO, today=TODAY)
    assert [str(item.title) for item in transfers_waiting(cast.district_officer, TODAY)] == ["组织关系介绍信"]
    stage.send(cast, line)
    assert [str(item.title) for item in transfers_waiting(cast.neighbour, TODAY)] == ["组织关系转入"]
    assert [str(item.title) for item in transfers_waiting(cast.district_officer, TODAY)] == ["转出未接收"]
    assert transfers_waiting(cast.member, TODAY) == []
    assert [fact.label for fact in own_transfers(cast.people[5], TODAY)] == ["双桥小学党支部"]
