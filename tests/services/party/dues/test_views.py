"""The pages: what is typed is not lost, a phone's tap writes what it says, lists ask a fixed number of questions."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.access import queries as access
from hongzhu.core.people.models import Person
from hongzhu.kit.registry import book
from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.models import Allotment, AllotmentLine, DuesBase, DuesNotice, Handing, Receipt, Relief

from .conftest import BASE, MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
BOOKED = {"voucher": "记11-3", "paid_on": "2026-11-20", "collected_by": "周予安"}


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def organiser(ready: Any, client: Any) -> Any:
    ready.login(client, "organiser")
    return client


def test_the_keeper_of_one_branch_goes_straight_to_its_sheet(ready: Any, organiser: Any) -> None:
    response = organiser.get(url("dues_list"))
    assert response["Location"] == url("dues_sheet", ready.branch.pk, 2026)


def test_the_sheet_shows_months_and_sums(ready: Any, organiser: Any) -> None:
    pay(ready, ready.people[0], months={m(9): MONTHLY, m(10): MONTHLY})
    page = text(organiser.get(url("dues_sheet", ready.branch.pk, 2026)))
    assert "5,001.00" in page and "1.5%" in page and "75.02" in page
    assert "9月至10月" in page and "150.04元" in page
    assert organiser.get(url("dues_sheet", ready.branch.pk, 1999)).status_code == 404


def test_the_branch_ticks_who_paid(ready: Any, organiser: Any) -> None:
    pay(ready, *ready.people[:-1], months=dict.fromkeys(map(m, range(5, 11)), MONTHLY))
    pay(ready, *ready.people[:-1], months=dict.fromkeys(map(m, range(1, 5)), MONTHLY), approved_late=True)
    address = url("dues_pay", ready.branch.pk)
    page = text(organiser.get(address))
    assert "11月 75.02元" in page and "6月至11月 450.12元" in page  # the newcomer of June
    chosen = [ready.people[0].pk, ready.people[-1].pk]
    response = organiser.post(address, BOOKED | {"who": chosen})
    assert response["Location"] == url("dues_sheet", ready.branch.pk, 2026)
    made = Receipt.objects.filter(voucher="记11-3", person__in=chosen, paid_on=TODAY).order_by("-pk")[:2]
    assert sorted(receipt.fen for receipt in made) == [MONTHLY, 6 * MONTHLY]


def test_paying_to_the_end_of_the_quarter(ready: Any, organiser: Any) -> None:
    address = url("dues_pay", ready.branch.pk) + "?through=2026-12-01"
    assert "6月至12月" in text(organiser.get(address))
    assert "6月至11月" in text(organiser.get(url("dues_pay", ready.branch.pk) + "?through=2027-01-01"))
    organiser.post(address, BOOKED | {"who": [ready.people[-1].pk]})
    assert Receipt.objects.get().fen == 7 * MONTHLY


def test_a_refused_payment_keeps_what_was_typed(ready: Any, organiser: Any) -> None:
    address = url("dues_pay", ready.branch.pk)
    page = text(organiser.post(address, BOOKED | {"who": [ready.people[0].pk]}))  # eleven months, five too far back
    assert "上级同意补交" in page and 'value="记11-3"' in page
    page = text(organiser.post(address, BOOKED | {"voucher": "", "who": [ready.people[0].pk]}))
    assert "没有保存" in page
    assert not Receipt.objects.exists()
    organiser.post(address, BOOKED | {"who": [ready.people[0].pk], "approved_late": "on"})
    assert Receipt.objects.get().fen == 11 * MONTHLY


def test_one_member_pays_some_months_and_more(ready: Any, organiser: Any) -> None:
    who = ready.people[0]
    address = url("dues_member_pay", ready.branch.pk, who.pk)
    organiser.post(address, BOOKED | {"months": ["2026-10-01", "2026-11-01"], "more": "20.50"})
    receipt = Receipt.objects.get()
    assert list(receipt.months.order_by("month").values_list("month", "fen")) == [
        (m(10), MONTHLY), (m(11), MONTHLY + 2050),
    ]  # fmt: skip
    page = text(organiser.get(url("dues_member", ready.branch.pk, who.pk)))
    assert receipt.number in page and "170.54" in page
    assert organiser.get(url("dues_member", ready.branch.pk, ready.neighbour.person.pk)).status_code == 404


def test_a_base_is_set_on_its_form(ready: Any, organiser: Any) -> None:
    who = ready.people[0]
    address = url("dues_member_base", ready.branch.pk, who.pk)
    assert 'value="5001.00"' in text(organiser.get(address))
    refused = text(organiser.post(address, {"table": "FARMER", "flat": "5", "from_on": "2026-11-01"}))
    assert "0.20" in refused and 'value="5"' in refused
    organiser.post(address, {"table": "SALARIED", "base": "１０,００１", "from_on": "2026-11-01"})
    assert DuesBase.objects.get(person=who, to_on__isnull=True).base == 1_000_100


def test_all_bases_on_one_page(ready: Any, organiser: Any) -> None:
    address = url("dues_bases", ready.branch.pk)
    assert text(organiser.get(address)).count("5001.00") == len(ready.people)
    given: dict[str, str] = {}
    for who in ready.people:
        given |= {f"table_{who.pk}": "SALARIED", f"amount_{who.pk}": "5001.00"}
    first, second = ready.people[0].pk, ready.people[1].pk
    refused = text(organiser.post(address, given | {f"amount_{first}": ""}))
    assert "还没有写基数或定额" in refused
    organiser.post(address, given | {f"table_{first}": "FARMER", f"amount_{first}": "0.50", f"table_{second}": "STUDENT",
                                     f"amount_{second}": ""})  # fmt: skip
    rows = {row.person_id: row for row in DuesBase.objects.filter(to_on__isnull=True, confirmed_on=TODAY)}
    assert len(rows) == len(ready.people)
    assert (rows[first].table, rows[first].flat, rows[second].table) == ("FARMER", 50, "STUDENT")


def test_arrears_are_said_to_the_secretary_and_nobody_else(ready: Any, client: Any) -> None:
    for who in ("organiser", "school_secretary", "party_office", "district_officer"):
        ready.login(client, who)
        assert client.get(url("dues_arrears", ready.branch.pk)).status_code == 403
        account = ready.accounts[who]
        assert not [due for due in book.waiting["party_dues"].items(account, TODAY) if "未交" in str(due.title)]
    ready.login(client, "branch_secretary")
    page = text(client.get(url("dues_arrears", ready.branch.pk)))
    assert "林晓禾" in page and "连续10个月" in page and "连续5个月" in page  # the newcomer of June
    (due,) = [d for d in book.waiting["party_dues"].items(ready.branch_secretary, TODAY) if "未交" in str(d.title)]
    assert f"{len(ready.people)}名党员" in str(due.text)
    for who in ready.people:
        pay(ready, who, months={m(10): MONTHLY, m(7): MONTHLY})
    ready.login(client, "organiser")
    assert "连续三个月" not in text(client.get(url("dues_sheet", ready.branch.pk, 2026)))


def test_no_page_above_the_branch_has_a_members_name(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0])
    names = [who.name for who in ready.people]
    for who in ("party_office", "district_officer", "section_officer", "inspector"):
        ready.login(client, who)
        for address in (url("dues_list"), url("dues_handings"), url("dues_handings") + "?quarter=2026-10-01"):
            page = text(client.get(address))
            assert "柳林中心小学党支部" in page
            assert not [name for name in names if name in page]


def test_waiting_asks_the_same_number_of_questions(ready: Any, django_assert_max_num_queries: Any) -> None:
    account = ready.branch_secretary
    access.acting_grant(account)
    with django_assert_max_num_queries(30):
        book.waiting["party_dues"].items(account, TODAY)


def test_a_large_payment_waits_to_go_up(ready: Any, organiser: Any) -> None:
    organiser.post(url("dues_member_large", ready.branch.pk, ready.people[0].pk), BOOKED | {"fen": "1500"})
    receipt = Receipt.objects.get()
    waiting = [due.url for due in book.waiting["party_dues"].items(ready.organiser, TODAY)]
    assert url("dues_receipt_forward", receipt.pk) in waiting
    organiser.post(url("dues_receipt_forward", receipt.pk), {"voucher": "付9", "forwarded_on": "2026-11-20"})
    assert "付9" in text(organiser.get(url("dues_receipt", receipt.pk)))
    assert url("dues_receipt_forward", receipt.pk) not in [
        due.url for due in book.waiting["party_dues"].items(ready.organiser, TODAY)
    ]


@pytest.mark.parametrize(("day", "waits"), [(date(2027, 3, 31), True), (date(2027, 4, 1), False)])
def test_last_years_publication_is_asked_for_until_march(ready: Any, day: date, waits: bool) -> None:
    pay(ready, ready.people[0])
    found = [str(due.title) for due in book.waiting["party_dues"].items(ready.organiser, day)]
    assert ("党费待公示" in found) is waits


def test_hand_over_and_confirmation(ready: Any, organiser: Any) -> None:
    pay(ready, ready.people[0])
    address = url("dues_hand", ready.branch.pk)
    assert "75.02元" in text(organiser.get(address))
    organiser.post(address, {"quarter_on": "2026-10-01", "handed_on": "2026-11-20", "voucher": "付1"})
    handing = Handing.objects.get()
    refused = organiser.get(url("dues_handing_confirm", handing.pk))
    assert refused.status_code == 403
    ready.login(organiser, "district_officer")
    page = text(organiser.get(url("dues_handings") + "?quarter=2026-10-01&show=waiting"))
    assert url("dues_handing_confirm", handing.pk) in page
    organiser.post(url("dues_handing_confirm", handing.pk), {"received_on": "2026-11-20", "number": ""})
    handing.refresh_from_db()
    assert handing.received_on == TODAY
    organiser.post(url("dues_handing_void", handing.pk), {"reason": "退回重报"})
    handing.refresh_from_db()
    assert handing.voided_at is not None


def test_relief_asked_and_answered(ready: Any, organiser: Any) -> None:
    who = ready.people[3]
    organiser.post(
        url("dues_member_relief", ready.branch.pk, who.pk),
        {"monthly": "0", "first": "2026-11-01", "last": "2027-01-01", "studied_on": "2026-11-10"},
    )
    relief = Relief.objects.get()
    assert (relief.monthly, relief.to_on) == (0, m(2, 2027))
    assert organiser.get(url("dues_relief_answer", relief.pk)).status_code == 403
    ready.login(organiser, "district_officer")
    assert who.name in text(organiser.get(url("dues_reliefs")))
    given = {"approved": "1", "answered_on": "2026-11-18", "number": "柳总〔2026〕3号"}
    organiser.post(url("dues_relief_answer", relief.pk), given)
    relief.refresh_from_db()
    assert relief.approved_on == date(2026, 11, 18)


def test_publication_and_its_paper(ready: Any, organiser: Any) -> None:
    pay(ready, ready.people[0])
    address = url("dues_publish", ready.branch.pk, 2026)
    page = text(organiser.get(address))
    assert ready.people[0].name in page and "5,001" not in page  # what somebody earns is not on the board
    assert "2026年12月1日起可以登记" in page and "登记公布" not in page
    organiser.post(address, {"posted_on": "2026-11-20"})
    assert not DuesNotice.objects.exists()
    assert organiser.get(url("dues_notice_paper", ready.branch.pk, 2026)).content[:2] == b"PK"


def test_last_years_publication_is_registered_and_taken_back(ready: Any, organiser: Any) -> None:
    address, void = url("dues_publish", ready.branch.pk, 2025), url("dues_notice_void", ready.branch.pk, 2025)
    assert organiser.get(void).status_code == 404
    assert "登记公布" in text(organiser.get(address))
    organiser.post(address, {"posted_on": "2026-01-05"})
    assert DuesNotice.objects.get().year == 2025
    assert void in organiser.get(address).content.decode()
    assert organiser.post(void, {"reason": ""}).status_code == 200 and DuesNotice.objects.exists()
    assert "2025年" in text(organiser.get(void))
    assert organiser.post(void, {"reason": "少算一人"}).url == address
    assert not DuesNotice.objects.exists() and "登记公布" in text(organiser.get(address))


@pytest.mark.parametrize("kind", ["docx", "xlsx", "zip"])
def test_papers_of_the_sheet(ready: Any, organiser: Any, kind: str) -> None:
    pay(ready, ready.people[0])
    made = organiser.get(url("dues_sheet_paper", ready.branch.pk, 2026, kind))
    with zipfile.ZipFile(io.BytesIO(made.content)) as file:
        names = file.namelist()
    assert {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "zip": "payments.csv"}[kind] in names


def test_the_receipt_and_its_slip(ready: Any, organiser: Any) -> None:
    (receipt,) = pay(ready, ready.people[0])
    assert "75.02元" in text(organiser.get(url("dues_receipt", receipt.pk)))
    assert organiser.get(url("dues_receipt_paper", receipt.pk)).content[:2] == b"PK"
    assert "没有保存" in text(organiser.post(url("dues_receipt_void", receipt.pk), {"reason": ""}))
    organiser.post(url("dues_receipt_void", receipt.pk), {"reason": "写错"})
    assert "已作废" in text(organiser.get(url("dues_receipt", receipt.pk)))


def test_an_allotment_from_decision_to_use(ready: Any, client: Any) -> None:
    ready.login(client, "party_office")
    given = {"kind": "SPECIAL", "title": "防汛专项党费", "decided_on": "2026-11-02", "year": "2026", "flat": "5000"}
    refused = text(client.post(url("dues_allotment_new"), given | {"flat": ""}))
    assert "还没有填，请补上" in refused and 'value="防汛专项党费"' in refused
    client.post(url("dues_allotment_new"), given | {"units": [ready.school.pk, ready.other_school.pk]})
    made = Allotment.objects.get()
    assert "10,000.00" in text(client.get(url("dues_allotment", made.pk)))
    client.post(
        url("dues_allotment_send", made.pk),
        {"lines": list(made.lines.values_list("pk", flat=True)), "voucher": "付8", "sent_on": "2026-11-03"},
    )
    assert "柳林中心小学" in text(client.get(url("dues_allotment", made.pk) + "?show=unreported"))
    ready.login(client, "school_secretary")
    line = AllotmentLine.objects.get(org=ready.school)
    assert [due.url for due in book.waiting["party_dues"].items(ready.school_secretary, TODAY)][-1:] == [
        url("dues_line", line.pk)
    ]
    client.post(url("dues_line_receive", line.pk), {"received_on": "2026-11-04"})
    client.post(
        url("dues_line_use", line.pk),
        {"used": "4999.50", "used_for": "购置展板", "voucher": "支1、支2", "reported_on": "2026-11-20"},
    )
    line.refresh_from_db()
    assert (line.used, line.reported_on) == (499_950, TODAY)
    page = text(client.get(url("dues_allotment", made.pk)))
    assert "双桥小学" not in page  # not its own
    assert client.get(url("dues_allotment_export", made.pk)).content[:2] == b"PK"


def test_lists_ask_a_fixed_number_of_questions(ready: Any, client: Any, django_assert_max_num_queries: Any) -> None:
    """The same number with one member's payments and with everybody's."""
    ready.login(client, "organiser")
    addresses = (url("dues_sheet", ready.branch.pk, 2026), url("dues_pay", ready.branch.pk))
    for address in addresses:
        text(client.get(address))  # what a process learns once
    counted = []
    for people in (ready.people[:1], ready.people[1:]):
        pay(ready, *people)
        with django_assert_max_num_queries(200) as asked:
            for address in addresses:
                text(client.get(address))
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_member_sees_their_own(ready: Any) -> None:
    assert not book.personal["dues"].facts(Person.objects.create(bureau=ready.bureau, name="无关人"), TODAY)
    pay(ready, ready.member.person)
    told = {str(fact.label): fact.value for fact in book.personal["dues"].facts(ready.member.person, TODAY)}
    assert told["月应交"] == "75.02元" and told["今年已交"] == "75.02元" and told["已交月份"] == "11月"
    assert told["计算基数"] == f"{BASE // 100}.{BASE % 100:02d}元"


def test_exports_of_the_lists(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0])
    handings.hand_up(
        org=ready.branch,
        quarter_on=m(10),
        voucher="付1",
        handed_on=TODAY,
        by=ready.actor("organiser"),
        on=TODAY,
        now=NOW,
    )
    allotments.allot(
        bureau=ready.bureau, kind="SPECIAL", title="专项", year=2026, flat=100, decided_on=TODAY, units=[ready.school],
        by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    ready.login(client, "party_office")
    for address in (url("dues_list_export"), url("dues_handings_export", "xlsx"), url("dues_handings_export", "docx"),
                    url("dues_allotments_export")):  # fmt: skip
        assert client.get(address).content[:2] == b"PK"
    assert actions.SERIES == "party.receipt"
