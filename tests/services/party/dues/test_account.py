"""收支明细账: opening plus movements is closing, of rows that really moved; names for the keepers alone."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.orgs.models import Org, Superior
from hongzhu.kit.dates import Period
from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_checks as checks
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.actions.dues import Booking
from hongzhu.services.party.engine import dues_account as engine
from hongzhu.services.party.models import Allotment, AllotmentLine, AllotmentUse, Handing, Receipt
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_handing as handing_queries
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def book(org: Org, period: Period = YEAR, *, named: bool = True) -> accounts.Account:
    return accounts.account(org, period, TODAY, named=named)


def told(made: accounts.Account) -> list[tuple[date, str, int, int]]:
    return [(line.move.on, line.move.source, line.move.fen, line.balance) for line in made.lines]


def hand_up(cast: Any, org: Any, who: str, **more: Any) -> Handing:
    given: dict[str, Any] = {"quarter_on": m(10), "voucher": "付11-2", "handed_on": date(2026, 11, 12)} | more
    return handings.hand_up(org=org, by=cast.actor(who), on=TODAY, now=NOW, **given)


def confirm(cast: Any, handing: Handing, who: str, on: date, number: str = "") -> None:
    handings.confirm_handing(
        handing=handing, received_on=on, number=number, by=cast.actor(who), on=TODAY, now=NOW
    )  # fmt: skip


def large(cast: Any, on: date) -> Receipt:
    return actions.receive_large(
        org=cast.branch, person=cast.people[1], fen=100_000,
        booked=Booking(voucher="记11-5", collected_by="周予安", paid_on=on), by=cast.actor("organiser"), on=TODAY, now=NOW,
    )  # fmt: skip


def given_back(cast: Any, units: list[Any]) -> list[AllotmentLine]:
    """A sum of 5000 yuan for some bodies, sent on the 5th."""
    made = allotments.allot(
        bureau=cast.bureau, kind="SPECIAL", title="防汛专项党费", year=2026, flat=500_000, decided_on=date(2026, 11, 2),
        units=units, by=cast.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    allotments.send_allotment(
        allotment=made, lines=made.lines.all(), voucher="付11-8", sent_on=date(2026, 11, 5),
        by=cast.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    return list(made.lines.order_by("pk"))


def arrived(cast: Any, line: AllotmentLine, on: date) -> None:
    allotments.receive_allotment(line=line, received_on=on, by=cast.actor("organiser"), on=TODAY)


def used(cast: Any, line: AllotmentLine, fen: int, on: date, voucher: str = "支7") -> None:
    allotments.report_use(
        line=line,
        used=fen,
        used_for="购买学习资料",
        voucher=voucher,
        reported_on=on,
        by=cast.actor("organiser"),
        on=TODAY,
    )


# --- the engine


def test_what_came_in_stands_before_what_went_out() -> None:
    day = date(2026, 11, 20)
    out = engine.Move(day, "up", 1, "付1", "上缴", -700)
    came = engine.Move(day, "receipt", 9, "记1", "收", 700)
    before = engine.Move(day - timedelta(days=1), "up", 5, "付0", "上缴", -50)
    assert [(line.move, line.balance) for line in engine.running(50, [out, came, before])] == [
        (before, 0), (came, 700), (out, 0),
    ]  # fmt: skip
    assert (came.came, came.went, out.came, out.went) == (700, None, None, 700)


def test_the_balance_of_a_day_has_that_day_in_it() -> None:
    days = {date(2026, 11, 20): 700, date(2026, 11, 21): -200}
    assert [engine.balance_at(days, date(2026, 11, day)) for day in (19, 20, 21)] == [0, 700, 500]


# --- movements


def test_the_movements_of_a_branch(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    (wrong,) = pay(ready, ready.people[2], paid_on=date(2026, 11, 3))
    actions.void_receipt(receipt=wrong, reason="写错", by=ready.actor("organiser"), now=NOW)
    big = large(ready, date(2026, 11, 4))
    actions.forward_large(
        receipt=big, voucher="付11-1", forwarded_on=date(2026, 11, 6), by=ready.actor("organiser"), on=TODAY
    )
    hand_up(ready, ready.branch, "organiser")
    made = book(ready.branch)
    assert told(made) == [
        (date(2026, 11, 2), "receipt", MONTHLY, MONTHLY),
        (date(2026, 11, 4), "receipt", 100_000, 100_000 + MONTHLY),
        (date(2026, 11, 6), "forward", -100_000, MONTHLY),
        (date(2026, 11, 12), "up", -MONTHLY, 0),
    ]
    assert [line.move.voucher for line in made.lines] == ["记11-3", "记11-5", "付11-1", "付11-2"]
    assert made.lines[0].move.what == f"党费，收据{Receipt.objects.earliest('pk').number}，{ready.people[0].name}"
    assert made.lines[1].move.what == f"大额党费，收据{big.number}，{ready.people[1].name}"
    assert made.lines[3].move.what == "上缴到柳林学区党总支，2026年四季度"
    assert (made.opening, made.came, made.went, made.closing) == (0, 100_000 + MONTHLY, 100_000 + MONTHLY, 0)
    unnamed = [line.move.what for line in book(ready.branch, named=False).lines]
    assert not any(who.name in what for what in unnamed for who in ready.people)
    assert big.number in unnamed[1]


def test_what_is_on_its_way_is_nobodys_until_it_arrives(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    handing = hand_up(ready, ready.branch, "organiser")
    assert book(ready.general_branch).lines == ()
    confirm(ready, handing, "district_officer", date(2026, 11, 13))
    (line,) = book(ready.general_branch).lines
    assert (line.move.on, line.move.fen, line.move.voucher) == (date(2026, 11, 13), MONTHLY, "付11-2")
    Handing.objects.update(received_number="收7")
    assert book(ready.general_branch).lines[0].move.voucher == "收7"
    assert line.move.what == "收柳林中心小学党支部上缴，2026年四季度"
    handings.void_handing(handing=handing, superior=True, reason="退回", by=ready.actor("district_officer"), now=NOW)
    assert book(ready.general_branch).lines == ()
    assert book(ready.branch).closing == MONTHLY


@pytest.mark.parametrize(("day", "opening", "moved"), [(30, MONTHLY, 0), (1, 0, MONTHLY)])
def test_a_quarter_begins_with_its_first_day(ready: Any, day: int, opening: int, moved: int) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 9, 30) if day == 30 else date(2026, 10, 1), months={m(9): MONTHLY})
    made = book(ready.branch, Period.quarter(2026, 4))
    assert (made.opening, made.came, made.closing) == (opening, moved, MONTHLY)
    assert book(ready.branch, Period.quarter(2026, 3)).closing == opening


def test_allotments_come_in_and_their_use_goes_out_report_by_report(ready: Any) -> None:
    line, other = given_back(ready, [ready.branch, ready.other_branch])
    assert book(ready.branch).lines == ()  # sent, and not arrived
    arrived(ready, line, date(2026, 11, 9))
    used(ready, line, 120_000, date(2026, 11, 10))
    used(ready, line, 120_000, date(2026, 11, 11), voucher="支7、支8")  # the same total, its voucher put right
    used(ready, line, 300_000, date(2026, 11, 16), voucher="支9")
    made = book(ready.branch)
    assert told(made) == [
        (date(2026, 11, 9), "allotted", 500_000, 500_000),
        (date(2026, 11, 10), "use", -120_000, 380_000),
        (date(2026, 11, 16), "use", -180_000, 200_000),
    ]
    assert [one.move.voucher for one in made.lines] == ["付11-8", "支7", "支9"]
    assert [one.move.what for one in made.lines[:2]] == ["收到下拨：防汛专项党费", "使用下拨党费：购买学习资料"]
    line.refresh_from_db()
    assert line.used == 300_000 == sum(row.fen for row in line.uses.all())
    assert book(ready.other_branch).lines == () and not other.uses.exists()


def test_a_use_reported_before_its_rows_were_kept_counts_once(ready: Any) -> None:
    (line,) = given_back(ready, [ready.branch])
    arrived(ready, line, date(2026, 11, 9))
    AllotmentLine.objects.update(
        used=120_000, used_for="展板", used_voucher="支1", reported_on=date(2026, 11, 10)
    )  # fmt: skip
    assert told(book(ready.branch))[1:] == [(date(2026, 11, 10), "used", -120_000, 380_000)]
    assert book(ready.branch).lines[1].move.voucher == "支1"
    used(ready, line, 200_000, date(2026, 11, 16))
    assert told(book(ready.branch))[1:] == [
        (date(2026, 11, 10), "use", -120_000, 380_000), (date(2026, 11, 16), "use", -80_000, 300_000),
    ]  # fmt: skip
    assert list(AllotmentUse.objects.order_by("pk").values_list("used_for", "voucher")) == [
        ("展板", "支1"), ("购买学习资料", "支7"),
    ]  # fmt: skip


def test_what_is_given_down_leaves_the_committee_in_one_movement(ready: Any) -> None:
    given_back(ready, [ready.school, ready.other_school])
    (line,) = book(ready.committee).lines
    assert (line.move.on, line.move.fen, line.move.voucher) == (date(2026, 11, 5), -1_000_000, "付11-8")
    assert line.move.what == "下拨2个单位：防汛专项党费"
    assert book(ready.committee).closing == -1_000_000 == accounts.computed(ready.committee, date(2026, 11, 5), TODAY)
    assert accounts.computed(ready.committee, date(2026, 11, 4), TODAY) == 0
    assert book(ready.general_branch).lines == ()


def another_committee(cast: Any) -> Org:
    return Org.objects.create(bureau=cast.bureau, kind="COMMITTEE", name="另一党委", opened_on=date(2019, 1, 1))


def test_a_batch_stays_with_its_payer_when_another_committee_is_set_up(ready: Any) -> None:
    given_back(ready, [ready.school])
    other = another_committee(ready)
    assert told(book(ready.committee)) == [(date(2026, 11, 5), "sent", -500_000, -500_000)]
    assert book(other).lines == () and accounts.on_nobodys_account(ready.committee, YEAR, TODAY) is None


def test_a_batch_without_a_payer_is_the_only_committees_and_with_two_nobodys(ready: Any, client: Any) -> None:
    given_back(ready, [ready.school, ready.other_school])
    Allotment.objects.update(payer=None)
    assert told(book(ready.committee)) == [(date(2026, 11, 5), "sent", -1_000_000, -1_000_000)]
    assert accounts.on_nobodys_account(ready.committee, YEAR, TODAY) is None
    other = another_committee(ready)
    for body in (ready.committee, other):
        assert book(body).lines == () and accounts.computed(body, TODAY, TODAY) == 0
        assert accounts.on_nobodys_account(body, YEAR, TODAY) == accounts.Unowned(2, 1_000_000)
        assert accounts.on_nobodys_account(body, Period.quarter(2026, 3), TODAY) is None
    assert accounts.on_nobodys_account(ready.general_branch, YEAR, TODAY) is None
    Superior.objects.create(org=other, superior=ready.committee, relation="BELONGS", from_on=date(2026, 11, 19))
    assert accounts.on_nobodys_account(other, YEAR, TODAY) is None  # at the top no more: the first one pays again
    assert book(ready.committee).closing == -1_000_000
    Superior.objects.filter(org=other).delete()
    ready.login(client, "party_office")
    page = text(client.get(url("dues_account", ready.committee.pk)))
    assert "2个单位的下拨共" in page and "不在任何一个党委的账上" in page


def test_the_payer_chosen_of_two_pays_and_the_other_does_not(ready: Any) -> None:
    other = another_committee(ready)
    told_: dict[str, Any] = {
        "bureau": ready.bureau, "kind": "SPECIAL", "title": "防汛专项党费", "year": 2026, "flat": 500_000,
        "decided_on": date(2026, 11, 2), "units": [ready.school], "by": ready.actor("party_office"), "on": TODAY, "now": NOW,
    }  # fmt: skip
    for payer, why in ((None, "有2个最上一级的党委"), (ready.general_branch, "柳林学区党总支不是本局最上一级的党委")):
        with pytest.raises(ValidationError, match=why):
            allotments.allot(**told_, payer=payer)
    assert not Allotment.objects.exists()
    made = allotments.allot(**told_, payer=other)
    allotments.send_allotment(
        allotment=made, lines=made.lines.all(), voucher="付11-8", sent_on=date(2026, 11, 5),
        by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    assert told(book(other)) == [(date(2026, 11, 5), "sent", -500_000, -500_000)]
    assert book(ready.committee).lines == ()
    checks.check_dues(
        org=other, checked_on=TODAY, book_fen=0, note="垫付", by=ready.actor("party_office"), on=TODAY, now=NOW
    )  # fmt: skip
    assert [row.computed for row in accounts.last_checks([other, ready.committee], TODAY)] == [-500_000, 0]


def test_the_form_asks_who_pays_where_there_are_several(ready: Any, client: Any) -> None:
    ready.login(client, "party_office")
    address = url("dues_allotment_new")
    given = {"kind": "SPECIAL", "title": "专项", "decided_on": "2026-11-02", "year": "2026", "flat": "5000",
             "units": [ready.school.pk]}  # fmt: skip
    assert "拨付党组织" not in text(client.get(address))
    client.post(address, given)
    assert Allotment.objects.get().payer == ready.committee
    other = another_committee(ready)
    assert "拨付党组织" in text(client.get(address))
    text(client.post(address, given))
    text(client.post(address, given | {"payer": ready.general_branch.pk}))
    assert Allotment.objects.count() == 1
    response = client.post(address, given | {"payer": other.pk})
    made = Allotment.objects.latest("pk")
    assert response["Location"] == url("dues_allotment", made.pk) and made.payer == other
    assert "由另一党委拨付</p>" in text(client.get(url("dues_allotment", made.pk)))
    export = url("dues_allotment_export", made.pk)
    assert "由另一党委拨付" in everything(client.get(export).content)
    Allotment.objects.update(payer=None)
    assert "拨付</p>" not in text(client.get(url("dues_allotment", made.pk)))
    told_ = everything(client.get(export).content)
    assert "柳林中心小学" in told_ and "党委拨付" not in told_


def everything(book: bytes) -> str:
    return str([[cell.value for cell in row] for sheet in load_workbook(io.BytesIO(book)) for row in sheet])


def test_periods_join_and_sum_to_what_the_neighbours_say(ready: Any) -> None:
    """Whatever is paid and handed up when: each closing is the next opening, and no other page says another sum."""
    rng = random.Random("account")
    for who in ready.people[:8]:
        for month in sorted(rng.sample(range(5, 12), 3)):
            day = date(2026, month, rng.randint(1, 19))
            pay(ready, who, months={m(month): MONTHLY}, paid_on=day, voucher=f"记{month}-1")
    receipts = list(Receipt.objects.order_by("pk"))
    for receipt in rng.sample(receipts, 4):
        actions.void_receipt(receipt=receipt, reason="写错", by=ready.actor("organiser"), now=NOW)
    for quarter, day in ((m(4), date(2026, 7, 6)), (m(7), date(2026, 10, 9))):
        handing = hand_up(ready, ready.branch, "organiser", quarter_on=quarter, handed_on=day)
        confirm(ready, handing, "district_officer", day + timedelta(days=2))
        hand_up(
            ready, ready.general_branch, "district_officer", quarter_on=quarter, handed_on=day + timedelta(days=7)
        )  # fmt: skip
    for body in (ready.branch, ready.general_branch):
        balance = 0
        for n in range(1, 5):
            made = book(body, Period.quarter(2026, n))
            assert made.opening == balance
            assert made.closing == made.opening + made.came - made.went
            balance = made.closing
        assert balance == book(body).closing == book(body, Period.year(2027)).opening
        assert book(body).closing == handing_queries.to_hand(body, TODAY)
    live = Receipt.objects.filter(voided_at__isnull=True)
    assert book(ready.branch).came == live.aggregate(n=Sum("fen"))["n"] == 20 * MONTHLY
    assert book(ready.branch).came == lines.body_rows([ready.branch], 2026, TODAY)[0].collected
    assert book(ready.branch).went == book(ready.general_branch).came == book(ready.general_branch).went
    handed = Handing.objects.filter(org=ready.branch).aggregate(n=Sum("fen"))["n"]
    assert book(ready.branch).went == handed > 0


# --- pages and papers


def test_the_keeper_sees_names_and_the_office_does_not(ready: Any, client: Any) -> None:
    (receipt,) = pay(ready, ready.people[5], paid_on=date(2026, 11, 2))
    who = ready.people[5].name
    address = url("dues_account", ready.branch.pk)
    ready.login(client, "organiser")
    page = text(client.get(address))
    assert who in page and url("dues_receipt", receipt.pk) in page and "75.02" in page and "登记对账" in page
    assert "还没有对过账" in page
    sheet = load_workbook(io.BytesIO(client.get(url("dues_account_paper", ready.branch.pk, "xlsx")).content))
    assert who in str([[cell.value for cell in row] for row in sheet.worksheets[0]])
    ready.login(client, "party_office")
    page = text(client.get(address))
    assert who not in page and url("dues_receipt", receipt.pk) not in page
    assert "75.02" in page and receipt.number in page and url("dues_check_new", ready.branch.pk) not in page
    sheet = load_workbook(io.BytesIO(client.get(url("dues_account_paper", ready.branch.pk, "xlsx")).content))
    cells = str([[cell.value for cell in row] for row in sheet.worksheets[0]])
    assert who not in cells and receipt.number in cells


def test_the_period_is_asked_for_and_the_running_year_else(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 9, 30), months={m(9): MONTHLY})
    ready.login(client, "organiser")
    address = url("dues_account", ready.branch.pk)
    for asked, title, came in (
        ("", "2026年党费", MONTHLY),
        ("?year=2026&quarter=3", "2026年三季度党费", MONTHLY),
        ("?year=2026&quarter=4", "2026年四季度党费", 0),
        ("?year=2025", "2025年党费", 0),
        ("?year=2027&quarter=5", "2026年党费", MONTHLY),
    ):
        response = client.get(address + asked)
        assert title in text(response)
        assert response.context["book"].came == came
    assert "这一期没有收支" in text(client.get(address + "?quarter=4"))
    name = client.get(url("dues_account_paper", ready.branch.pk, "docx") + "?quarter=3")["Content-Disposition"]
    assert "2026Q3" in name


def test_the_account_asks_the_same_number_of_questions(ready: Any, client: Any) -> None:
    ready.login(client, "organiser")
    address = url("dues_account", ready.branch.pk)
    asked = []
    for people in (ready.people[:1], ready.people[1:3]):
        pay(ready, *people, paid_on=date(2026, 11, 2))
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            text(client.get(address))
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_the_papers_run_from_opening_to_closing(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 9, 30), months={m(9): MONTHLY})
    pay(ready, ready.people[0], paid_on=date(2026, 10, 8), months={m(10): MONTHLY})
    hand_up(ready, ready.branch, "organiser", quarter_on=m(7), handed_on=date(2026, 10, 9))
    made = book(ready.branch, Period.quarter(2026, 4))
    document = Document(io.BytesIO(papers.account_docx(made, [], TODAY)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["日期", "凭证号", "摘要", "收入", "支出", "余额"]
    assert rows[1] == ["", "", "期初余额", "", "", "75.02"]
    assert rows[2][1] == "记11-3" and rows[2][3:] == ["75.02", "", "150.04"]
    assert rows[3][1] == "付11-2" and rows[3][3:] == ["", "150.04", "0.00"]
    assert rows[4] == ["", "", "合计、期末余额", "75.02", "150.04", "0.00"]
    assert "2026年四季度党费收支明细账" in [paragraph.text for paragraph in document.paragraphs]
    sheet = load_workbook(io.BytesIO(papers.account_xlsx(made))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert (sheet["F2"].value, sheet["F2"].number_format) == (75.02, "0.00")
    assert (sheet["E4"].value, sheet["F5"].value) == (150.04, 0)


def test_an_overdrawn_sum_is_written_with_its_sign() -> None:
    assert [papers.yuan(fen) for fen in (-1, -7502, 0, None)] == ["-0.01", "-75.02", "0.00", ""]
