"""对账: the book beside what is computed, a fen apart is explained, another confirms, what changed since is told."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.audit.models import Entry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import book as registered
from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as dues_actions
from hongzhu.services.party.actions import dues_checks as actions
from hongzhu.services.party.models import DuesCheck
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_papers as papers
from hongzhu.services.party.rules import dues_checks as rules

from .conftest import MONTHLY, NOW, TODAY, pay
from .test_account import given_back

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def check(
    cast: Any, book: int, *, on: date = DAY, note: str = "", who: str = "organiser", org: Any = None
) -> DuesCheck:
    return actions.check_dues(
        org=org or cast.branch, checked_on=on, book_fen=book, note=note, by=cast.actor(who), on=TODAY, now=NOW
    )  # fmt: skip


def confirm(cast: Any, made: DuesCheck, who: str) -> DuesCheck:
    return actions.confirm_check(check=made, by=cast.actor(who), on=TODAY, now=NOW)


def void(cast: Any, made: DuesCheck, reason: str = "写错") -> DuesCheck:
    return actions.void_check(check=made, reason=reason, by=cast.actor("organiser"), now=NOW)


def state(made: DuesCheck) -> str:
    made.refresh_from_db()
    return str(accounts.check_row(made, TODAY).chip.word)


def entries(did: str) -> int:
    return Entry.objects.filter(did=f"party.{did}").count()


@pytest.fixture
def paid(ready: Any) -> Any:
    """75.02 yuan on the 10th."""
    pay(ready, ready.people[0], paid_on=DAY)
    return ready


def test_the_computed_balance_is_put_beside_the_book(paid: Any) -> None:
    made = check(paid, MONTHLY)
    assert (made.on, made.book_fen, made.computed_fen, made.note, made.made_by) == (DAY, MONTHLY, MONTHLY, "", "周予安")
    assert state(made) == "待核对"
    confirm(paid, made, "branch_secretary")
    made.refresh_from_db()
    assert (made.confirmed_by, made.confirmed_at) == ("唐见山", NOW)
    assert state(made) == "相符"
    assert (entries("check_dues"), entries("confirm_check")) == (1, 1)


@pytest.mark.parametrize(("day", "computed"), [(9, 0), (10, MONTHLY), (11, MONTHLY)])
def test_the_day_itself_counts(paid: Any, day: int, computed: int) -> None:
    assert check(paid, computed, on=date(2026, 11, day)).computed_fen == computed


@pytest.mark.parametrize("apart", [-1, 1])
def test_one_fen_apart_is_explained(paid: Any, apart: int) -> None:
    with pytest.raises(ValidationError, match=rf"系统余额75\.02元，账面余额与它差{apart / 100:.2f}元"):
        check(paid, MONTHLY + apart, note=" ")
    assert not DuesCheck.objects.exists() and not entries("check_dues")
    made = check(paid, MONTHLY + apart, note=" 利息一分 ")
    assert made.note == "利息一分"
    confirm(paid, made, "deputy")
    assert state(made) == "有差额"


def test_the_database_refuses_a_gap_without_a_word_too(paid: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DuesCheck.objects.create(
            org=paid.branch, on=DAY, book_fen=1, computed_fen=0, made_by="周予安", made_at=NOW
        )  # fmt: skip


def test_a_day_is_checked_once_and_not_ahead(paid: Any) -> None:
    with pytest.raises(ValidationError, match="对账日期还没有到"):
        check(paid, MONTHLY, on=date(2026, 11, 21))
    check(paid, MONTHLY, on=TODAY)
    made = check(paid, MONTHLY)
    with pytest.raises(ValidationError, match="这一天已经对过账"):
        check(paid, MONTHLY)
    check(paid, 0, org=paid.other_branch)  # another body's day is its own
    with pytest.raises(ValidationError, match="写明原因"):
        void(paid, made, " ")
    void(paid, made)
    assert state(made) == "已作废"
    check(paid, MONTHLY)
    assert DuesCheck.objects.filter(org=paid.branch, on=DAY).count() == 2
    assert entries("void_check") == 1


def test_another_confirms_and_is_named(paid: Any) -> None:
    made = check(paid, MONTHLY)
    with pytest.raises(ValidationError, match="自己办的不能自己核对") as refused:
        confirm(paid, made, "organiser")
    assert "唐见山" in refused.value.messages[0] and "周予安" not in refused.value.messages[0]
    made.refresh_from_db()
    assert made.confirmed_at is None and not entries("confirm_check")
    confirm(paid, made, "district_officer")
    with pytest.raises(ValidationError, match="已经核对"):
        confirm(paid, made, "branch_secretary")
    void(paid, made)
    with pytest.raises(ValidationError, match="已经作废"):
        void(paid, made)
    with pytest.raises(ValidationError, match="已经作废"):
        confirm(paid, made, "branch_secretary")
    assert (entries("confirm_check"), entries("void_check")) == (1, 1)


def test_a_receipt_voided_later_is_told_with_both_sums(paid: Any, client: Any) -> None:
    (wrong,) = pay(paid, paid.people[1], paid_on=date(2026, 11, 9))
    made = check(paid, 2 * MONTHLY)
    waiting = check(paid, 2 * MONTHLY, on=date(2026, 11, 11))
    earlier = check(paid, 0, on=date(2026, 11, 8))
    for one in (made, earlier):
        confirm(paid, one, "branch_secretary")
    dues_actions.void_receipt(receipt=wrong, reason="写错", by=paid.actor("organiser"), now=NOW)
    assert (state(made), state(waiting), state(earlier)) == ("对账后有变动", "对账后有变动", "相符")
    with pytest.raises(ValidationError, match=r"当时系统余额150\.04元，现在75\.02元"):
        confirm(paid, waiting, "branch_secretary")
    paid.login(client, "branch_secretary")
    page = text(client.get(url("dues_check", made.pk)))
    assert "对账后有变动：当时系统余额150.04元，现在75.02元" in page
    page = text(client.get(url("dues_account", paid.branch.pk)))
    assert "对账后有变动" in page and "现在75.02" in page
    void(paid, waiting)
    assert not accounts.check_row(DuesCheck.objects.get(pk=waiting.pk), TODAY).changed


@pytest.mark.parametrize(("day", "word"), [(date(2026, 11, 10), "对账后有变动"), (date(2026, 11, 11), "相符")])
def test_a_late_entry_changes_a_check_of_its_day_and_later(paid: Any, day: date, word: str) -> None:
    made = confirm(paid, check(paid, MONTHLY), "branch_secretary")
    pay(paid, paid.people[1], paid_on=day)
    assert state(made) == word


# --- the overview


def test_the_last_check_of_each_body_in_a_fixed_number_of_queries(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0], paid_on=DAY)
    older = check(ready, MONTHLY)
    confirm(ready, older, "branch_secretary")
    found = [ready.branch, ready.other_branch, ready.committee]
    asked = []
    for bodies in (found[:1], found):
        with CaptureQueriesContext(connection) as seen:
            rows = accounts.last_checks(bodies, TODAY)
        asked.append(len(seen))
    assert asked == [11, 11]
    assert [str(row.chip.word) for row in rows] == ["相符", "未对账", "未对账"]
    assert rows[0].check == older and rows[1].check is None and (rows[1].computed, rows[1].gap) == (0, 0)
    # A newer one waits; a voided one that is newer still says nothing.
    newer = check(ready, MONTHLY - 1, on=date(2026, 11, 12), note="少一分")
    void(ready, check(ready, MONTHLY, on=date(2026, 11, 13)))
    assert [(row.check, row.gap) for row in accounts.last_checks(found[:1], TODAY)] == [(newer, -1)]
    ready.login(client, "party_office")
    page = text(client.get(url("dues_list")))
    assert "待核对" in page and "未对账" in page and "11月12日" in page and "11月13日" not in page
    sheet = load_workbook(io.BytesIO(client.get(url("dues_list_export")).content)).worksheets[0]
    cells = {row[0].value: [cell.value for cell in row[-2:]] for row in sheet}
    assert cells["党组织"] == ["对账日期", "对账"]
    assert cells[ready.branch.name][0].date() == date(2026, 11, 12) and cells[ready.branch.name][1] == "待核对"
    assert cells[ready.other_branch.name] == [None, "未对账"]
    assert accounts.last_checks([], TODAY) == []


def test_every_way_money_moves_is_in_the_overviews_balance(ready: Any) -> None:
    """The overview sums in the database at each check's day; the account sums by day: never two answers."""
    line, _other = given_back(ready, [ready.branch, ready.other_branch])
    allotments.receive_allotment(line=line, received_on=date(2026, 11, 9), by=ready.actor("organiser"), on=TODAY)
    for fen, day in ((100_000, DAY), (150_000, date(2026, 11, 11))):
        allotments.report_use(
            line=line, used=fen, used_for="展板", voucher="支1", reported_on=day, by=ready.actor("organiser"), on=TODAY
        )  # fmt: skip
    pay(ready, ready.people[0], paid_on=DAY)
    for org, book in ((ready.branch, 400_000 + MONTHLY), (ready.committee, -1_000_000)):
        check(ready, max(book, 0), org=org, note="说明")
        (row,) = accounts.last_checks([org], TODAY)
        assert row.computed == book == accounts.computed(org, DAY, TODAY)
    early = check(ready, 0, org=ready.committee, on=date(2026, 11, 4))
    DuesCheck.objects.exclude(pk=early.pk).delete()
    assert accounts.last_checks([ready.committee], TODAY)[0].computed == 0  # sent the day after


# --- pages


def test_a_check_is_entered_and_confirmed_on_its_pages(paid: Any, client: Any) -> None:
    paid.login(client, "organiser")
    address = url("dues_check_new", paid.branch.pk)
    assert "75.02元" in text(client.get(address))
    page = text(client.post(address, {"checked_on": "2026-11-10", "book_fen": "75.03", "note": ""}))
    assert "差0.01元" in page and 'value="75.03"' in page
    assert not DuesCheck.objects.exists()
    response = client.post(address, {"checked_on": "2026-11-10", "book_fen": "75.02", "note": ""})
    assert response["Location"] == url("dues_account", paid.branch.pk)
    made = DuesCheck.objects.get()
    door = url("dues_check", made.pk)
    refused = text(client.post(door))
    assert "自己办的不能自己核对" in refused and "待核对" in refused
    made.refresh_from_db()
    assert made.confirmed_at is None
    assert door not in [due.url for due in registered.waiting["party_dues"].items(paid.organiser, TODAY)]
    assert door in [due.url for due in registered.waiting["party_dues"].items(paid.branch_secretary, TODAY)]
    paid.login(client, "branch_secretary")
    assert "核对无误" in text(client.get(door))
    assert client.post(door)["Location"] == url("dues_account", paid.branch.pk)
    assert door not in [due.url for due in registered.waiting["party_dues"].items(paid.branch_secretary, TODAY)]
    page = text(client.get(url("dues_account", paid.branch.pk)))
    assert "相符" in page and door in page and "周予安，唐见山" in page
    assert "核对无误" not in text(client.get(door))


def test_a_check_is_voided_on_its_page(paid: Any, client: Any) -> None:
    made = check(paid, MONTHLY)
    paid.login(client, "branch_secretary")
    door = url("dues_check_void", made.pk)
    assert "2026年11月10日" in text(client.get(door))
    assert client.post(door, {"reason": "日期写错"})["Location"] == url("dues_account", paid.branch.pk)
    page = text(client.get(url("dues_account", paid.branch.pk)))
    assert "已作废" in page and "日期写错" in page
    page = text(client.post(door, {"reason": "再写"}))
    assert "已经作废" in page and 'value="再写"' in page
    assert "日期写错" in text(client.get(url("dues_check", made.pk)))


def test_who_only_sees_does_not_open_a_check(paid: Any, client: Any) -> None:
    made = check(paid, MONTHLY)
    paid.login(client, "inspector")
    page = text(client.get(url("dues_account", paid.branch.pk)))
    assert "待核对" in page and url("dues_check", made.pk) not in page
    assert client.post(url("dues_check", made.pk)).status_code == 403
    for who in ("outsider", "neighbour"):
        paid.login(client, who)
        assert client.post(url("dues_check", made.pk)).status_code == 404
        assert client.get(url("dues_account", paid.branch.pk)).status_code == 404
    made.refresh_from_db()
    assert made.confirmed_at is None


def test_the_handings_lead_to_the_accounts_of_bodies_above(paid: Any, client: Any) -> None:
    paid.login(client, "party_office")
    page = text(client.get(url("dues_handings")))
    for org in (paid.branch, paid.general_branch, paid.committee):
        assert url("dues_account", org.pk) in page
    paid.login(client, "organiser")
    page = text(client.get(url("dues_handings")))
    assert url("dues_account", paid.branch.pk) in page and url("dues_account", paid.general_branch.pk) not in page
    assert url("dues_account", paid.branch.pk) in text(client.get(url("dues_sheet", paid.branch.pk, 2026)))


def test_the_paper_tells_the_checks_of_its_period(paid: Any) -> None:
    (late,) = pay(paid, paid.people[1], paid_on=date(2026, 11, 9))
    confirm(paid, check(paid, 2 * MONTHLY + 1, note="多一分"), "branch_secretary")
    check(paid, 0, on=date(2026, 9, 30))
    void(paid, check(paid, 0, on=date(2026, 10, 1)))
    dues_actions.void_receipt(receipt=late, reason="写错", by=paid.actor("organiser"), now=NOW)
    made = accounts.account(paid.branch, Period.quarter(2026, 4), TODAY, named=True)
    document = Document(io.BytesIO(papers.account_docx(made, accounts.checks_of(paid.branch, TODAY), TODAY)))
    said = [paragraph.text for paragraph in document.paragraphs if "对账：" in paragraph.text]
    assert said == [
        "2026年11月10日对账：账面余额150.05元，系统余额150.04元，对账后有变动。对账人周予安，核对人唐见山。"
        "现在系统余额75.02元。差额说明：多一分。"
    ]
    made = accounts.account(paid.branch, Period.quarter(2026, 3), TODAY, named=True)
    document = Document(io.BytesIO(papers.account_docx(made, accounts.checks_of(paid.branch, TODAY), TODAY)))
    said = [paragraph.text for paragraph in document.paragraphs if "对账：" in paragraph.text]
    assert said == ["2026年9月30日对账：账面余额0.00元，系统余额0.00元，待核对。对账人周予安，核对人（待核对）。"]


def test_the_signs_in_a_refusal() -> None:
    told = {"on": DAY, "today": TODAY, "taken": False, "note": ""}
    assert "系统余额-0.50元" in str(rules.can_check(book=0, computed=-50, **told).reason)
    assert rules.can_check(book=0, computed=0, **told)
    assert str(rules.check_chip(None, 0).word) == "未对账"
