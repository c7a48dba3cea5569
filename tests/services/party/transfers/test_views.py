"""Pages of transfers: batches with bulk consent, the lost, one's own, papers; queries are fixed."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Superior
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.models import Transfer, TransferBatch
from hongzhu.services.party.queries import transfers
from tests.cast import SYSTEM
from tests.cast import person as somebody

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


def test_letters_of_ticked_lines_run_on_from_the_first_number_and_come_in_one_file(cast: Any, client: Any) -> None:
    made = batch_of(cast, 5, 6, 7)
    lines = list(Transfer.objects.order_by("pk"))
    actions.let_go(lines=lines, by=cast.actor("branch_secretary"), on=ASKED, today=TODAY)
    page, speak = (reverse(f"party:transfer_batch{more}", args=[made.pk]) for more in ("", "_speak"))
    letters = reverse("party:transfer_batch_letters", args=[made.pk])
    cast.login(client, "branch_secretary")
    assert "给勾选的开介绍信" not in client.get(page).content.decode()
    assert (
        client.post(speak, {"what": "send", "line": [lines[0].pk], "on": "2026-09-04", "number": "9号"}).status_code
        == 403
    )
    cast.login(client, "district_officer")
    shown = client.get(page).content.decode()
    assert "有3人等你开介绍信" in shown and shown.count("checked") == 3 and letters not in shown
    assert client.get(letters).status_code == 404
    asked = {"what": "send", "line": [line.pk for line in lines[:2]], "on": "2026-09-04"}
    assert "末尾带数字" in client.post(speak, asked | {"number": "号"}).content.decode()
    assert not Transfer.objects.filter(status="SENT").exists()
    assert client.post(speak, asked | {"number": "青教转〔2026〕099号"}).status_code == 302
    numbers = Transfer.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["青教转〔2026〕099号", "青教转〔2026〕100号", ""]
    again = client.post(speak, asked | {"line": [lines[2].pk], "number": "青教转〔2026〕100号"}).content.decode()
    assert "已经用过" in again and 'value="青教转〔2026〕100号"' in again
    assert letters in client.get(page).content.decode()
    words = "\n".join(one.text for one in Document(io.BytesIO(client.get(letters).content)).paragraphs)
    assert "〕099号" in words and "〕100号" in words and words.count("第三联") == 2


def test_where_the_superior_is_outside_the_branch_writes_the_letter_itself(cast: Any, client: Any) -> None:
    line = stage.let_go(cast)
    assert transfers.letters_due(cast.district_officer, [line], TODAY) == {line.pk}
    assert transfers.letters_due(cast.branch_secretary, [line], TODAY) == set()
    Superior.objects.filter(org=cast.branch).delete()
    assert transfers.letters_due(cast.district_officer, [line], TODAY) == set()
    assert transfers.letters_due(cast.branch_secretary, [line], TODAY) == {line.pk}
    comes = stage.asked(cast, person=somebody(cast.bureau, "江远来"), way="IN",
                        from_org=None, to_org=cast.other_branch, outside="外县党委")  # fmt: skip
    assert transfers.letters_due(cast.party_office, [comes], TODAY) == {comes.pk}


def test_a_single_transfer_joins_a_batch_while_it_is_under_way(cast: Any, client: Any) -> None:
    made, line = batch_of(cast), stage.asked(cast)
    page, join = (reverse(f"party:transfer_{name}", args=[line.pk]) for name in ("page", "join"))
    cast.login(client, "branch_secretary")
    assert "加入批次" not in client.get(page).content.decode()
    cast.login(client, "party_office")
    assert "加入批次" in client.get(page).content.decode()
    assert "已加入批次" in client.post(join, {"batch": made.pk}, follow=True).content.decode()
    line.refresh_from_db()
    assert line.batch == made
    assert "请刷新页面" in client.post(join, {"batch": made.pk}, follow=True).content.decode()
    with pytest.raises(ValidationError, match="已经在一个批次"):
        actions.join_batch(line=line, batch=made, by=cast.actor("party_office"))
    Transfer.objects.update(batch=None, status="RECEIVED")
    with pytest.raises(ValidationError, match="已经办结"):
        actions.join_batch(line=line, batch=made, by=cast.actor("party_office"))


def test_the_branch_of_a_unit_with_two_is_chosen_line_by_line(cast: Any, client: Any) -> None:
    made = batch_of(cast)
    second = orgs.set_up(
        kind="BRANCH", name="双桥小学第二党支部", parent=cast.committee, hosts=(cast.other_school,), belongs_to=cast.committee,
        guided_by=cast.committee, bureau=cast.bureau, by=SYSTEM, on=date(2020, 1, 1),
    )  # fmt: skip
    for place in (5, 6):
        people.engage(
            person=cast.people[place], relation="PERSONNEL", unit=cast.other_school, by=cast.actor("party_office"),
            on=date(2026, 8, 1),
        )  # fmt: skip
    cast.login(client, "party_office")
    url = reverse("party:transfer_batch_propose", args=[made.pk])
    members = [Membership.objects.get(person=cast.people[place], to_on=None).pk for place in (5, 6)]
    assert f'<select class="form-select" name="target_{members[0]}"' in client.get(url).content.decode()
    given = {"member": members, f"target_{members[0]}": second.pk, f"target_{members[1]}": cast.branch.pk}
    assert client.post(url, given).status_code == 302
    went = {line.person_id: line.to_org for line in Transfer.objects.all()}
    assert went == {cast.people[5].pk: second, cast.people[6].pk: cast.other_branch}  # a branch elsewhere is not taken


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


def test_the_list_is_narrowed_by_step_and_name(cast: Any, client: Any) -> None:
    stage.receive(cast, stage.sent(cast, place=5))
    stage.let_go(cast, place=6)
    stage.asked(cast, place=7)
    cast.login(client, "party_office")

    def names(query: str) -> set[str]:
        book = load_workbook(io.BytesIO(client.get(reverse("party:transfer_export") + query).content))
        told = {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
        return {cast.people[place].name for place in (5, 6, 7)} & told

    first, second, third = (cast.people[place].name for place in (5, 6, 7))
    assert names("") == names("?show=nothing") == {first, second, third}
    assert names("?show=open") == {second, third}
    assert names("?show=RECEIVED") == {first}
    assert names(f"?q={third}") == {third}
    assert names(f"?show=LET_GO&q={third}") == set()


def page_of(client: Any, line: Transfer) -> str:
    return client.get(reverse("party:transfer_page", args=[line.pk])).content.decode()


def test_the_page_offers_each_step_to_whose_word_is_next(cast: Any, client: Any) -> None:
    line = stage.asked(cast)
    addresses = {
        step: f'action="{reverse(f"party:transfer_{step}", args=[line.pk])}"' for step in ("let_go", "send", "receive")
    }

    def offered(who: str) -> list[str]:
        cast.login(client, who)
        page = page_of(client, line)
        return [step for step, words in addresses.items() if words in page]

    assert [offered(who) for who in ("branch_secretary", "district_officer")] == [["let_go"], []]
    actions.let_go(lines=[line], by=cast.actor("branch_secretary"), on=stage.LET_GO, today=TODAY)
    assert [offered(who) for who in ("branch_secretary", "district_officer")] == [[], ["send"]]
    assert 'value="2027-02-18"' in page_of(client, line)  # ninety days from today: the most a letter is valid
    stage.send(cast, line)
    assert [offered(who) for who in ("district_officer", "neighbour")] == [[], ["receive"]]


def test_one_from_outside_is_asked_by_their_letter(cast: Any, client: Any) -> None:
    newcomer = somebody(cast.bureau, "闻人初")
    line = stage.asked(
        cast, person=newcomer, way="IN", from_org=None, outside="白石县教育局党委", by=cast.actor("neighbour")
    )
    cast.login(client, "party_office")
    assert 'name="number"' in page_of(client, line)
    stage.send(cast, line, by=cast.actor("party_office"))
    cast.login(client, "neighbour")
    assert 'name="standing"' in page_of(client, line)
    given = {"on": "2026-09-08", "standing": "FULL", "joined_on": "2015-07-01", "full_on": "2014-07-01"}
    address = reverse("party:transfer_receive", args=[line.pk])
    page = client.post(address, given).content.decode()
    assert "转正日期" in page and 'value="2014-07-01"' in page
    assert not Membership.objects.filter(person=newcomer).exists()
    assert client.post(address, given | {"full_on": "2016-07-01"}).status_code == 302
    assert Membership.objects.get(person=newcomer).org == cast.other_branch


def test_a_refused_step_is_shown_again_with_what_was_typed(cast: Any, client: Any) -> None:
    line = stage.let_go(cast)
    cast.login(client, "district_officer")
    address = reverse("party:transfer_send", args=[line.pk])
    page = client.post(address, {"number": "青教转〔2026〕77号", "on": "2026-09-01"}).content.decode()
    assert "早于转出支部同意" in page and "青教转〔2026〕77号" in page
    page = client.post(address, {"number": "青教转〔2026〕77号", "on": "九月"}).content.decode()
    assert "青教转〔2026〕77号" in page
    line.refresh_from_db()
    assert (line.status, line.number, line.sent_on) == ("LET_GO", "", None)


def test_a_return_without_a_reason_is_asked_again(cast: Any, client: Any) -> None:
    line = stage.sent(cast)
    cast.login(client, "neighbour")
    address = reverse("party:transfer_return", args=[line.pk])
    answer = client.post(address, {"reason": " "})
    assert answer.status_code == 200 and 'id="id_return_reason"' in answer.content.decode()
    line.refresh_from_db()
    assert line.status == "SENT"
    assert client.post(address, {"reason": "到任单位有变"}).status_code == 302
    line.refresh_from_db()
    assert line.status == "RETURNED"


def test_taken_back_before_the_letter_and_not_after(cast: Any, client: Any) -> None:
    line, late = stage.asked(cast), stage.sent(cast, place=6)
    cast.login(client, "branch_secretary")
    assert "已撤回" in client.post(reverse("party:transfer_cancel", args=[line.pk]), follow=True).content.decode()
    page = client.post(reverse("party:transfer_cancel", args=[late.pk]), follow=True).content.decode()
    assert "介绍信已经开出，不能撤回" in page
    assert [Transfer.objects.get(pk=row.pk).status for row in (line, late)] == ["CANCELLED", "SENT"]


def test_several_with_a_day_that_cannot_be_read_stay(cast: Any, client: Any) -> None:
    made = batch_of(cast, 5, 6)
    ids = list(Transfer.objects.values_list("pk", flat=True))
    cast.login(client, "branch_secretary")
    url = reverse("party:transfer_batch_speak", args=[made.pk])
    assert client.post(url, {"what": "let_go", "line": ids, "on": "九月"}).status_code == 200
    assert set(Transfer.objects.values_list("status", flat=True)) == {"ASKED"}
    assert client.post(url, {"what": "let_go", "line": ids, "on": "2026-09-02"}).status_code == 302
    assert set(Transfer.objects.values_list("status", flat=True)) == {"LET_GO"}
