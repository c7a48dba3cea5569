"""What each write does, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Membership, Standing
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions.dues import BaseSet, Booking, Payment
from hongzhu.services.party.models import DuesBase, DuesMonth, DuesNotice, Receipt, Relief
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_lines as lines
from tests.cast import joins, person

from .conftest import BASE, MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db


def entries(did: str) -> int:
    return Entry.objects.filter(did=f"party.{did}").count()


def cell(cast: Any, who: Any, month: int) -> Any:
    one = queries.members_of(cast.bureau, [cast.branch.pk], m(1), m(12), person=who.pk)[who.pk]
    return next(cell for cell in one.cells if cell.month == m(month))


def set_base(cast: Any, who: Any, base: int, from_on: date, table: str = "SALARIED", flat: int | None = None) -> Any:
    return actions.set_base(
        org=cast.branch, base=BaseSet(person=who, table=table, base=base, flat=flat), from_on=from_on,
        by=cast.actor("organiser"), on=TODAY,
    )  # fmt: skip


# --- bases


def test_a_new_base_keeps_the_old_one_as_history(ready: Any) -> None:
    who = ready.people[0]
    before = entries("set_base")
    set_base(ready, who, 1_000_100, m(7))

    history = list(DuesBase.objects.filter(person=who).order_by("from_on").values_list("base", "from_on", "to_on"))
    assert history == [(BASE, m(1), m(7)), (1_000_100, m(7), None)]
    assert [cell(ready, who, month).owed for month in (6, 7)] == [MONTHLY, 20_002]
    assert entries("set_base") == before + 1


def test_a_base_of_the_same_month_is_put_right(ready: Any) -> None:
    who = ready.people[0]
    set_base(ready, who, 300_000, m(1))
    assert list(DuesBase.objects.filter(person=who).values_list("base", "to_on")) == [(300_000, None)]


@pytest.mark.parametrize(
    ("table", "base", "flat", "from_on"),
    [
        ("SALARIED", 300_000, None, date(2025, 12, 1)),  # before the one that holds
        ("SALARIED", 300_000, None, date(2026, 7, 2)),  # not a month
        ("SALARIED", 0, None, date(2026, 7, 1)),
        ("FARMER", 0, None, date(2026, 7, 1)),
        ("FARMER", 0, 19, date(2026, 7, 1)),
        ("FARMER", 0, 101, date(2026, 7, 1)),
        ("NOBODY", 300_000, None, date(2026, 7, 1)),
    ],
)
def test_bases_that_are_refused_change_nothing(
    ready: Any, table: str, base: int, flat: int | None, from_on: date
) -> None:
    who, before = ready.people[0], entries("set_base")
    with pytest.raises(ValidationError):
        set_base(ready, who, base, from_on, table, flat)
    assert list(DuesBase.objects.filter(person=who).values_list("base", "to_on")) == [(BASE, None)]
    assert entries("set_base") == before


def test_all_bases_are_confirmed_at_once_with_one_entry(ready: Any) -> None:
    assert lines.unconfirmed_bases([ready.branch.pk], date(2027, 1, 5)) == {ready.branch.pk: len(ready.people)}
    wanted = [BaseSet(person=who, table="SALARIED", base=BASE) for who in ready.people]
    wanted[3] = BaseSet(person=ready.people[3], table="SALARIED", base=600_000)
    changed = actions.confirm_bases(
        org=ready.branch, year=2027, bases=wanted, by=ready.actor("organiser"), on=date(2027, 1, 5)
    )
    assert changed == 1
    assert entries("confirm_bases") == 1
    assert DuesBase.objects.filter(confirmed_on=date(2027, 1, 5), to_on__isnull=True).count() == len(ready.people)
    kept = DuesBase.objects.filter(person=ready.people[3]).order_by("from_on").values_list("base", "from_on", "to_on")
    assert list(kept) == [(BASE, m(1), m(1, 2027)), (600_000, m(1, 2027), None)]
    assert lines.unconfirmed_bases([ready.branch.pk], date(2027, 1, 5)) == {}


def test_one_wrong_base_confirms_none(ready: Any) -> None:
    wanted = [BaseSet(person=who, table="SALARIED", base=BASE) for who in ready.people]
    wanted[-1] = BaseSet(person=ready.people[-1], table="FARMER", flat=500)
    with pytest.raises(ValidationError):
        actions.confirm_bases(org=ready.branch, year=2026, bases=wanted, by=ready.actor("organiser"), on=TODAY)
    stranger = [BaseSet(person=ready.neighbour.person, table="SALARIED", base=BASE)]
    with pytest.raises(ValidationError):
        actions.confirm_bases(org=ready.branch, year=2026, bases=stranger, by=ready.actor("organiser"), on=TODAY)
    assert not DuesBase.objects.filter(confirmed_on__isnull=False).exists()
    assert entries("confirm_bases") == 0


# --- receipts


def test_several_pay_under_one_voucher_each_with_a_receipt(ready: Any) -> None:
    receipts = pay(ready, *ready.people[:3])
    assert [receipt.number for receipt in receipts] == ["2026000001", "2026000002", "2026000003"]
    assert {receipt.voucher for receipt in receipts} == {"记11-3"}
    assert {receipt.fen for receipt in receipts} == {MONTHLY}
    assert DuesMonth.objects.filter(month=m(11)).count() == 3
    assert entries("receive_dues") == 1
    assert cell(ready, ready.people[0], 11).open == 0
    assert cell(ready, ready.people[3], 11).open == MONTHLY


def test_one_member_pays_several_months_on_one_receipt(ready: Any) -> None:
    months = {m(9): MONTHLY, m(10): MONTHLY, m(11): MONTHLY, m(12): 10_000}
    (receipt,) = pay(ready, ready.people[0], months=months)
    assert receipt.fen == 3 * MONTHLY + 10_000
    assert list(receipt.months.order_by("month").values_list("month", "fen")) == sorted(months.items())


REFUSED = {
    "without voucher": {"voucher": "  "},
    "dated ahead": {"paid_on": date(2026, 11, 21)},
    "beyond the quarter": {"months": {m(1, 2027): MONTHLY}},
    "less than owed": {"months": {m(11): MONTHLY - 1}},
    "more than six months back": {"months": {m(4): MONTHLY}},
    "not a month": {"months": {date(2026, 11, 2): MONTHLY}},
    "before any base": {"months": {m(12, 2025): MONTHLY}, "approved_late": True},
    "nobody": {"months": {}},
}


@pytest.mark.parametrize("case", REFUSED)
def test_payments_that_are_refused_change_nothing(ready: Any, case: str) -> None:
    more = dict(REFUSED[case])
    if case == "nobody":
        with pytest.raises(ValidationError):
            pay(ready)
    else:
        with pytest.raises(ValidationError):
            pay(ready, ready.people[0], ready.people[1], **more)
    assert not Receipt.objects.exists()
    assert entries("receive_dues") == 0


def test_the_number_series_has_no_gap_after_a_refusal(ready: Any) -> None:
    with pytest.raises(ValidationError):
        pay(ready, ready.people[0], months={m(1, 2027): MONTHLY})
    assert pay(ready, ready.people[0])[0].number == "2026000001"


def test_on_both_sides_of_the_bounds(ready: Any) -> None:
    assert pay(ready, ready.people[0], months={m(5): MONTHLY})  # six months back
    assert pay(ready, ready.people[0], months={m(12): MONTHLY})  # last month of the quarter
    assert pay(ready, ready.people[0], months={m(4): MONTHLY}, approved_late=True)


def test_never_twice_for_the_same_month(ready: Any) -> None:
    pay(ready, ready.people[0])
    with pytest.raises(ValidationError, match="已经交过"):
        pay(ready, ready.people[0])
    assert Receipt.objects.count() == 1


def test_one_refused_member_refuses_all(ready: Any) -> None:
    pay(ready, ready.people[0])
    with pytest.raises(ValidationError):
        pay(ready, ready.people[1], ready.people[0])
    assert Receipt.objects.count() == 1
    with pytest.raises(ValidationError, match="两次"):
        pay(ready, ready.people[1], ready.people[1])


def test_the_difference_of_a_late_change_of_pay_may_be_paid(ready: Any) -> None:
    pay(ready, ready.people[0], months={m(10): MONTHLY, m(11): MONTHLY})
    set_base(ready, ready.people[0], 600_000, m(10))  # 90.00 a month
    assert cell(ready, ready.people[0], 10).open == 9000 - MONTHLY
    pay(ready, ready.people[0], months={m(10): 9000 - MONTHLY})
    assert cell(ready, ready.people[0], 10).open == 0


def test_not_for_months_after_leaving_and_not_at_another_branch(ready: Any) -> None:
    leaver = ready.people[5]
    Membership.objects.filter(person=leaver, org=ready.branch).update(to_on=date(2026, 9, 15))
    joins(leaver, ready.other_branch, since=date(2026, 9, 15))
    assert pay(ready, leaver, months={m(9): MONTHLY})
    with pytest.raises(ValidationError, match="不归本支部收"):
        pay(ready, leaver, months={m(10): MONTHLY})
    with pytest.raises(ValidationError, match="不归本支部收"):
        pay(ready, leaver, months={m(9): MONTHLY}, org=ready.other_branch)
    assert pay(ready, leaver, months={m(10): MONTHLY}, org=ready.other_branch)


def test_a_stranger_pays_elsewhere(ready: Any) -> None:
    with pytest.raises(ValidationError, match="不归本支部收"):
        pay(ready, person(ready.bureau, "路过人"))


def test_a_probationary_member_pays_from_the_month_of_the_meeting(ready: Any) -> None:
    who = ready.people[-1]  # taken in on 12 June
    assert Membership.objects.get(person=who).standing == Standing.PROBATIONARY
    with pytest.raises(ValidationError, match="不归本支部收"):
        pay(ready, who, months={m(5): MONTHLY})
    assert pay(ready, who, months={m(6): MONTHLY})


def test_a_voided_receipt_opens_its_months_and_keeps_its_number(ready: Any) -> None:
    (receipt,) = pay(ready, ready.people[0])
    with pytest.raises(ValidationError):
        actions.void_receipt(receipt=receipt, reason=" ", by=ready.actor("organiser"), now=NOW)
    actions.void_receipt(receipt=receipt, reason="金额写错", by=ready.actor("organiser"), now=NOW)
    assert cell(ready, ready.people[0], 11).open == MONTHLY
    assert entries("void_receipt") == 1
    with pytest.raises(ValidationError, match="已经作废"):
        actions.void_receipt(receipt=receipt, reason="再来", by=ready.actor("organiser"), now=NOW)
    assert pay(ready, ready.people[0])[0].number == "2026000002"


@pytest.mark.parametrize(("fen", "fine"), [(99_999, False), (100_000, True)])
def test_large_payments_on_both_sides_of_the_bound(ready: Any, fen: int, fine: bool) -> None:
    booked = Booking(voucher="记11-9", collected_by="周予安", paid_on=TODAY)
    told: dict[str, Any] = {"org": ready.branch, "person": ready.people[0], "fen": fen, "booked": booked,
                            "by": ready.actor("organiser"), "on": TODAY, "now": NOW}  # fmt: skip
    if fine:
        receipt = actions.receive_large(**told)
        assert receipt.large and not receipt.months.exists()
        assert cell(ready, ready.people[0], 11).open == MONTHLY
    else:
        with pytest.raises(ValidationError):
            actions.receive_large(**told)
        assert not Receipt.objects.exists()


def test_a_large_payment_goes_up_whole_and_once(ready: Any) -> None:
    booked = Booking(voucher="记11-9", collected_by="周予安", paid_on=date(2026, 11, 10))
    receipt = actions.receive_large(
        org=ready.branch,
        person=ready.people[0],
        fen=150_000,
        booked=booked,
        by=ready.actor("organiser"),
        on=TODAY,
        now=NOW,
    )
    (ordinary,) = pay(ready, ready.people[0])

    def forward(one: Receipt = receipt, voucher: str = "付9", day: date = TODAY) -> Receipt:
        return actions.forward_large(
            receipt=one, voucher=voucher, forwarded_on=day, by=ready.actor("organiser"), on=TODAY
        )

    for wrong in ({"voucher": " "}, {"day": date(2026, 11, 9)}, {"day": date(2026, 11, 21)}, {"one": ordinary}):
        with pytest.raises(ValidationError):
            forward(**wrong)
    assert entries("forward_large") == 0
    assert forward().forwarded_on == TODAY
    with pytest.raises(ValidationError, match="已经上缴"):
        forward()
    with pytest.raises(ValidationError, match="不能作废"):
        actions.void_receipt(receipt=receipt, reason="写错", by=ready.actor("organiser"), now=NOW)
    assert entries("forward_large") == 1


# --- reliefs


def ask(cast: Any, **more: Any) -> Relief:
    told: dict[str, Any] = {"org": cast.branch, "person": cast.people[3], "monthly": 1000, "from_on": m(10),
                            "to_on": m(1, 2027), "studied_on": date(2026, 10, 8)} | more  # fmt: skip
    return actions.ask_relief(by=cast.actor("branch_secretary"), on=TODAY, **told)


def answer(cast: Any, relief: Relief, who: str, **more: Any) -> Relief:
    told: dict[str, Any] = {"approved": True, "number": "", "answered_on": date(2026, 10, 12)} | more
    return actions.answer_relief(relief=relief, by=cast.actor(who), on=TODAY, **told)


def test_a_relief_counts_from_the_approval_of_another(ready: Any) -> None:
    relief = ask(ready)
    assert cell(ready, ready.people[3], 10).owed == MONTHLY
    answer(ready, relief, "district_officer")
    assert [cell(ready, ready.people[3], month).owed for month in (9, 10, 12)] == [MONTHLY, 1000, 1000]
    assert (entries("ask_relief"), entries("answer_relief")) == (1, 1)
    with pytest.raises(ValidationError, match="已经答复"):
        answer(ready, relief, "party_office")


def test_nobody_approves_what_they_asked_for_or_what_is_theirs(ready: Any) -> None:
    relief = ask(ready)
    with pytest.raises(ValidationError, match="自己办的不能自己批准"):
        answer(ready, relief, "branch_secretary")
    own = ask(ready, person=ready.branch_secretary.person)
    with pytest.raises(ValidationError, match="自己办的不能自己批准"):
        answer(ready, own, "branch_secretary")
    theirs = ask(ready, person=ready.member.person, from_on=m(2), to_on=m(3))
    with pytest.raises(ValidationError, match="自己办的不能自己批准"):
        answer(ready, theirs, "member")
    assert not Relief.objects.filter(approved_on__isnull=False).exists()


def test_a_declined_relief_changes_nothing_and_may_be_asked_again(ready: Any) -> None:
    answer(ready, ask(ready), "district_officer", approved=False)
    assert cell(ready, ready.people[3], 10).owed == MONTHLY
    assert ask(ready).pk


@pytest.mark.parametrize(
    "more",
    [
        {"to_on": m(10)},
        {"from_on": date(2026, 10, 2)},
        {"monthly": MONTHLY},
        {"studied_on": date(2026, 11, 21)},
    ],
)
def test_reliefs_that_are_refused(ready: Any, more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(ready, **more)
    assert not Relief.objects.exists()


def test_two_reliefs_never_overlap(ready: Any) -> None:
    ask(ready)
    with pytest.raises(ValidationError, match="已经有一项减免"):
        ask(ready, from_on=m(12), to_on=m(2, 2027))
    assert ask(ready, from_on=m(1, 2027), to_on=m(2, 2027)).pk


@pytest.mark.parametrize("day", [date(2026, 10, 7), date(2026, 11, 21)])
def test_the_answer_lies_between_the_study_and_today(ready: Any, day: date) -> None:
    with pytest.raises(ValidationError):
        answer(ready, ask(ready), "district_officer", answered_on=day)


# --- publication


def test_the_year_is_published_once_with_its_totals(ready: Any) -> None:
    pay(ready, ready.people[0], ready.people[1])
    told: dict[str, Any] = {"org": ready.branch, "year": 2026, "by": ready.actor("organiser"), "on": date(2027, 1, 8)}
    for day in (date(2026, 1, 5), date(2026, 11, 30), date(2027, 1, 9)):
        with pytest.raises(ValidationError, match="2026年12月1日以后"):
            actions.publish_dues(posted_on=day, **told)
    notice = actions.publish_dues(posted_on=date(2026, 12, 1), **told)
    assert (notice.fen, notice.members) == (2 * MONTHLY, 2)
    with pytest.raises(ValidationError, match="已经公布过"):
        actions.publish_dues(posted_on=date(2027, 1, 8), **told)
    assert DuesNotice.objects.count() == entries("publish_dues") == 1


def test_a_wrong_publication_is_taken_back_with_a_reason_and_the_year_published_anew(ready: Any) -> None:
    told: dict[str, Any] = {"org": ready.branch, "year": 2025, "by": ready.actor("organiser"), "on": TODAY}
    notice = actions.publish_dues(posted_on=date(2026, 1, 5), **told)
    with pytest.raises(ValidationError, match="写明原因"):
        actions.void_notice(notice=notice, reason=" ", by=ready.actor("organiser"))
    assert DuesNotice.objects.count() == 1 and entries("void_notice") == 0
    actions.void_notice(notice=notice, reason="少算一人", by=ready.actor("organiser"))
    assert not DuesNotice.objects.exists()
    kept = json.loads(Entry.objects.get(did="party.void_notice").detail)
    assert (kept["reason"], kept["on"], kept["year"]) == ("少算一人", "2026-01-05", 2025)
    assert actions.publish_dues(posted_on=TODAY, **told).posted_on == TODAY


def test_a_payment_twice_at_once_is_one_payment(ready: Any) -> None:
    """Two tabs: the second meets the months the first has paid."""
    payments = [Payment(ready.people[0], {m(11): MONTHLY})]
    booked = Booking(voucher="记11-3", collected_by="周予安", paid_on=TODAY)
    told: dict[str, Any] = {"org": ready.branch, "payments": payments, "booked": booked,
                            "by": ready.actor("organiser"), "on": TODAY, "now": NOW}  # fmt: skip
    actions.receive_dues(**told)
    with pytest.raises(ValidationError):
        actions.receive_dues(**told)
    assert DuesMonth.objects.count() == 1
