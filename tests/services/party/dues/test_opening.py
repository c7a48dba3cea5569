"""期初余额: entered once, counted from its day on when another has confirmed it, never beside what was there before."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.audit.models import Entry
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.services.party.actions import allotments, dues, dues_checks, dues_handing
from hongzhu.services.party.actions import dues_opening as actions
from hongzhu.services.party.actions.dues import Booking
from hongzhu.services.party.models import Allotment, AllotmentLine, DuesCheck, DuesOpening, Handing, Receipt
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_opening as queries
from hongzhu.services.party.queries import dues_papers as papers

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
YEAR = Period.year(2026)
FEN = 30_000


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def set_opening(cast: Any, **more: Any) -> DuesOpening:
    given: dict[str, Any] = {"org": cast.branch, "opened_on": DAY, "fen": FEN, "basis": " 现金日记账第3页 "} | more
    return actions.set_opening(by=cast.actor("organiser"), on=TODAY, now=NOW, **given)


def confirm(cast: Any, made: DuesOpening, who: str = "branch_secretary") -> DuesOpening:
    return actions.confirm_opening(opening=made, by=cast.actor(who), on=TODAY, now=NOW)


def void(cast: Any, made: DuesOpening, reason: str = "金额写错") -> DuesOpening:
    return actions.void_opening(opening=made, reason=reason, by=cast.actor("organiser"), now=NOW)


def entries() -> dict[str, int]:
    verbs = ("set_opening", "confirm_opening", "void_opening")
    return {verb: n for verb in verbs if (n := Entry.objects.filter(did=f"party.{verb}").count())}


def balances(org: Any) -> list[int]:
    return [accounts.computed(org, day, TODAY) for day in (BEFORE, DAY, AFTER)]


@pytest.fixture
def opened(ready: Any) -> Any:
    """300 yuan in hand on the 10th, confirmed."""
    confirm(ready, set_opening(ready))
    return ready


def test_it_counts_from_its_day_on_once_another_has_confirmed_it(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=DAY)
    made = set_opening(ready)
    assert (made.on, made.fen, made.basis, made.made_by) == (DAY, FEN, "现金日记账第3页", "周予安")
    assert balances(ready.branch) == [0, MONTHLY, MONTHLY]
    assert accounts.account(ready.branch, YEAR, TODAY, named=True).begun is None
    confirm(ready, made)
    made.refresh_from_db()
    assert (made.confirmed_by, made.confirmed_at) == ("唐见山", NOW)
    assert balances(ready.branch) == [0, FEN + MONTHLY, FEN + MONTHLY]
    assert balances(ready.other_branch) == [0, 0, 0]
    assert entries() == {"set_opening": 1, "confirm_opening": 1}


def test_it_is_the_first_line_and_no_income(opened: Any) -> None:
    pay(opened, opened.people[0], paid_on=DAY)
    made = accounts.account(opened.branch, YEAR, TODAY, named=True)
    assert made.begun is not None
    assert (made.begun.on, made.begun.what, made.begun.voucher) == (DAY, "期初余额，依据：现金日记账第3页", "")
    assert (made.opening, made.came, made.went, made.closing) == (FEN, MONTHLY, 0, FEN + MONTHLY)
    assert [line.balance for line in made.lines] == [FEN + MONTHLY]
    earlier = accounts.account(opened.branch, Period.quarter(2026, 3), TODAY, named=True)
    assert (earlier.begun, earlier.opening, earlier.closing) == (None, 0, 0)
    later = accounts.account(opened.branch, Period.year(2027), TODAY, named=True)
    assert (later.begun, later.opening) == (None, FEN + MONTHLY)


def test_the_check_agrees_with_the_book_at_last(opened: Any) -> None:
    pay(opened, opened.people[0], paid_on=DAY)
    made = dues_checks.check_dues(
        org=opened.branch, checked_on=DAY, book_fen=FEN + MONTHLY, note="", by=opened.actor("organiser"), on=TODAY, now=NOW
    )  # fmt: skip
    dues_checks.confirm_check(check=made, by=opened.actor("branch_secretary"), on=TODAY, now=NOW)
    (row,) = accounts.last_checks([opened.branch], TODAY)
    assert (str(row.chip.word), row.computed) == ("相符", FEN + MONTHLY)
    DuesCheck.objects.update(on=BEFORE)
    assert accounts.last_checks([opened.branch], TODAY)[0].computed == 0
    DuesCheck.objects.update(on=DAY)
    void(opened, DuesOpening.objects.get())
    assert str(accounts.last_checks([opened.branch], TODAY)[0].chip.word) == "对账后有变动"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"opened_on": date(2026, 11, 21)}, "起账日期还没有到"),
        ({"fen": 0}, "大于零"),
        ({"basis": "  "}, "请写依据"),
    ],
)
def test_openings_that_are_refused(ready: Any, more: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as refused:
        set_opening(ready, **more)
    assert "已填内容还在" in refused.value.messages[0]
    assert not DuesOpening.objects.exists() and not entries()


def test_the_day_itself_may_be_today(ready: Any) -> None:
    assert set_opening(ready, opened_on=TODAY).on == TODAY


def test_nothing_may_be_there_from_before(ready: Any) -> None:
    (early,) = pay(ready, ready.people[0], paid_on=BEFORE)
    with pytest.raises(ValidationError, match="2026年11月9日已经有收支"):
        set_opening(ready)
    assert not DuesOpening.objects.exists()
    set_opening(ready, org=ready.other_branch)  # another body's receipts are its own
    dues.void_receipt(receipt=early, reason="写错", by=ready.actor("organiser"), now=NOW)
    set_opening(ready)
    assert entries() == {"set_opening": 2}


def test_what_came_in_on_the_day_itself_is_beside_the_opening(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=BEFORE)
    assert set_opening(ready, opened_on=BEFORE).on == BEFORE


def test_a_second_one_is_refused_until_the_first_is_voided(opened: Any) -> None:
    (first,) = DuesOpening.objects.all()
    with pytest.raises(ValidationError, match="已经登记过期初余额"):
        set_opening(opened, fen=40_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuesOpening.objects.create(org=opened.branch, on=DAY, fen=1, basis="重复", made_by="周予安", made_at=NOW)
    with pytest.raises(ValidationError, match="写明原因"):
        void(opened, first, " ")
    void(opened, first)
    assert balances(opened.branch) == [0, 0, 0]
    with pytest.raises(ValidationError, match="已经作废"):
        void(opened, first)
    with pytest.raises(ValidationError, match="已经作废"):
        confirm(opened, first)
    again = set_opening(opened, fen=40_000)
    assert [(row.pk, str(chip.word)) for row, chip in queries.openings_of(opened.branch)] == [
        (again.pk, "待核对"), (first.pk, "已作废"),
    ]  # fmt: skip
    assert entries() == {"set_opening": 2, "confirm_opening": 1, "void_opening": 1}


def test_another_confirms_and_is_named(ready: Any) -> None:
    made = set_opening(ready)
    with pytest.raises(ValidationError, match="自己办的不能自己核对") as refused:
        confirm(ready, made, "organiser")
    assert "唐见山" in refused.value.messages[0] and "周予安" not in refused.value.messages[0]
    made.refresh_from_db()
    assert made.confirmed_at is None
    confirm(ready, made, "district_officer")
    with pytest.raises(ValidationError, match="已经核对"):
        confirm(ready, made)
    assert entries() == {"set_opening": 1, "confirm_opening": 1}


def test_it_is_not_confirmed_over_what_came_to_be_there_from_before(ready: Any) -> None:
    """A batch that names no payer falls to the committee that is left alone at the top."""
    made = actions.set_opening(
        org=ready.committee, opened_on=DAY, fen=FEN, basis="对账单", by=ready.actor("party_office"), on=TODAY, now=NOW
    )  # fmt: skip
    batch = Allotment.objects.create(
        bureau=ready.bureau, kind="SPECIAL", title="专项", year=2026, flat=100, decided_on=BEFORE, recorded_at=NOW
    )  # fmt: skip
    AllotmentLine.objects.create(
        allotment=batch, org=ready.school, fen=100, sent_on=BEFORE, sent_at=NOW, voucher="付1"
    )  # fmt: skip
    with pytest.raises(ValidationError, match="2026年11月9日已经有收支，比起账日期早"):
        confirm(ready, made, "district_officer")
    AllotmentLine.objects.update(sent_on=DAY)
    assert confirm(ready, made, "district_officer").confirmed_at == NOW
    assert accounts.computed(ready.committee, DAY, TODAY) == FEN - 100


# --- nothing is entered before its day


def test_no_receipt_is_dated_before_the_account_began(ready: Any) -> None:
    set_opening(ready)  # confirmed or not
    large: dict[str, Any] = {"org": ready.branch, "person": ready.people[1], "fen": 100_000}
    with pytest.raises(ValidationError, match="的账从2026年11月10日起"):
        pay(ready, ready.people[0], paid_on=BEFORE)
    with pytest.raises(ValidationError, match="的账从2026年11月10日起"):
        dues.receive_large(
            **large, booked=Booking(voucher="记1", collected_by="周予安", paid_on=BEFORE), by=ready.actor("organiser"),
            on=TODAY, now=NOW,
        )  # fmt: skip
    assert not Receipt.objects.exists()
    pay(ready, ready.people[0], paid_on=DAY)
    void(ready, DuesOpening.objects.get())
    pay(ready, ready.people[1], paid_on=BEFORE)
    assert Receipt.objects.count() == 2


def test_what_arrives_from_below_is_not_dated_before_it(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    handing = dues_handing.hand_up(
        org=ready.branch, quarter_on=m(10), voucher="付1", handed_on=date(2026, 11, 5), by=ready.actor("organiser"),
        on=TODAY, now=NOW,
    )  # fmt: skip
    set_opening(ready, org=ready.general_branch)
    told: dict[str, Any] = {"number": "", "by": ready.actor("district_officer"), "on": TODAY, "now": NOW}
    with pytest.raises(ValidationError, match="柳林学区党总支的账从2026年11月10日起"):
        dues_handing.confirm_handing(handing=handing, received_on=BEFORE, **told)
    assert not Handing.objects.filter(received_on__isnull=False).exists()
    dues_handing.confirm_handing(handing=handing, received_on=DAY, **told)
    assert accounts.computed(ready.general_branch, DAY, TODAY) == MONTHLY


def test_what_is_given_down_is_not_dated_before_it_on_either_side(ready: Any) -> None:
    office = ready.actor("party_office")
    made = allotments.allot(
        bureau=ready.bureau, kind="SPECIAL", title="专项", year=2026, flat=100, decided_on=date(2026, 11, 2),
        units=[ready.branch], by=office, on=TODAY, now=NOW,
    )  # fmt: skip
    send: dict[str, Any] = {"allotment": made, "lines": made.lines.all(), "voucher": "付1", "by": office, "on": TODAY}
    set_opening(ready, org=ready.committee)
    for payer in (ready.committee, None):  # a batch of before payers were kept is the only committee's
        Allotment.objects.update(payer=payer)
        with pytest.raises(ValidationError, match="青禾县教育局党委的账从"):
            allotments.send_allotment(sent_on=BEFORE, now=NOW, **send)
    assert not made.lines.filter(sent_on__isnull=False).exists()
    assert allotments.send_allotment(sent_on=DAY, now=NOW, **send) == 1
    set_opening(ready, opened_on=AFTER)
    line = made.lines.get()
    with pytest.raises(ValidationError, match="的账从2026年11月11日起"):
        allotments.receive_allotment(line=line, received_on=DAY, by=ready.actor("organiser"), on=TODAY)
    allotments.receive_allotment(line=line, received_on=AFTER, by=ready.actor("organiser"), on=TODAY)
    assert balances(ready.branch) == [0, 0, 100]


def test_a_body_that_is_not_known_has_no_opening_to_stand_before(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert queries.may_move(None, DAY)


# --- pages and papers


def test_entered_confirmed_and_voided_on_its_pages(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0], paid_on=DAY)
    ready.login(client, "organiser")
    account, address = url("dues_account", ready.branch.pk), url("dues_opening_new", ready.branch.pk)
    assert address in text(client.get(account))
    assert "最早一笔收支在2026年11月10日" in text(client.get(address))
    given = {"opened_on": "2026-11-11", "fen": "300", "basis": "现金日记账第3页"}
    page = text(client.post(address, given))
    assert "2026年11月10日已经有收支" in page and "现金日记账第3页" in page
    assert not DuesOpening.objects.exists()
    assert client.post(address, given | {"opened_on": "2026-11-10"})["Location"] == account
    made = DuesOpening.objects.get()
    door = url("dues_opening", made.pk)
    page = text(client.get(account))
    assert "待核对" in page and door in page and address not in page and "期初余额，依据" not in page
    assert "自己办的不能自己核对" in text(client.post(door))
    waiting = registry.book.waiting["party_dues"].items
    assert door not in [due.url for due in waiting(ready.organiser, TODAY)]
    assert door in [due.url for due in waiting(ready.branch_secretary, TODAY)]
    ready.login(client, "branch_secretary")
    assert "核对无误" in text(client.get(door))
    assert client.post(door)["Location"] == account
    assert door not in [due.url for due in waiting(ready.branch_secretary, TODAY)]
    page = text(client.get(account))
    assert "期初余额，依据：现金日记账第3页" in page and "375.02" in page and "周予安，唐见山" in page
    assert "核对无误" not in text(client.get(door))
    remove = url("dues_opening_void", made.pk)
    assert "2026年11月10日" in text(client.get(remove))
    assert client.post(remove, {"reason": "金额写错"})["Location"] == account
    page = text(client.get(account))
    assert "已作废" in page and "金额写错" in page and address in page and "375.02" not in page
    page = text(client.post(remove, {"reason": "再写"}))
    assert "已经作废" in page and 'value="再写"' in page
    assert "金额写错" in text(client.get(door)) and remove not in text(client.get(door))


def test_an_account_with_nothing_but_its_opening_shows_it_once(opened: Any, client: Any) -> None:
    opened.login(client, "inspector")
    page = text(client.get(url("dues_account", opened.branch.pk)))
    assert page.count("期初余额，依据：现金日记账第3页") == 1 and "这一期没有收支" not in page
    assert url("dues_opening", DuesOpening.objects.get().pk) not in page
    assert "这一期没有收支" in text(client.get(url("dues_account", opened.branch.pk) + "?quarter=3"))
    opened.login(client, "party_office")
    assert url("dues_opening_new", opened.branch.pk) not in text(client.get(url("dues_account", opened.branch.pk)))


def test_it_stands_on_the_first_page_alone(opened: Any, client: Any) -> None:
    pay(opened, opened.people[0], paid_on=DAY)
    (receipt,) = Receipt.objects.all()
    names = [f.attname for f in Receipt._meta.concrete_fields if f.attname not in ("id", "number")]
    Receipt.objects.bulk_create(
        [Receipt(number=f"测{n}", **{name: getattr(receipt, name) for name in names}) for n in range(100)]
    )
    opened.login(client, "organiser")
    address = url("dues_account", opened.branch.pk)
    assert "期初余额，依据" in text(client.get(address))
    assert "期初余额，依据" not in text(client.get(address + "?page=2"))


def test_the_papers_begin_with_it(opened: Any) -> None:
    pay(opened, opened.people[0], paid_on=AFTER)
    made = accounts.account(opened.branch, YEAR, TODAY, named=True)
    document = Document(io.BytesIO(papers.account_docx(made, [], TODAY)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1][2:] == ["期初余额，依据：现金日记账第3页", "", "", "300.00"] and "11" in rows[1][0]
    assert rows[-1][2:] == ["合计、期末余额", "75.02", "0.00", "375.02"]
    sheet = load_workbook(io.BytesIO(papers.account_xlsx(made))).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet]
    (line,) = [row for row in found if row[2] == "期初余额，依据：现金日记账第3页"]
    assert line[0].date() == DAY and line[5] == 300
    plain = accounts.account(opened.branch, Period.quarter(2026, 3), TODAY, named=True)
    sheet = load_workbook(io.BytesIO(papers.account_xlsx(plain))).worksheets[0]
    (line,) = [[cell.value for cell in row] for row in sheet if row[2].value == "期初余额"]
    assert (line[0], line[5]) == (None, 0)


def test_who_may_not_open_it_is_told_so(opened: Any, client: Any) -> None:
    made = DuesOpening.objects.get()
    for who, status in (("inspector", 403), ("outsider", 404), ("neighbour", 404)):
        opened.login(client, who)
        assert client.post(url("dues_opening_void", made.pk), {"reason": "写错"}).status_code == status
    made.refresh_from_db()
    assert made.voided_at is None
