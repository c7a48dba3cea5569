"""Hand-overs: the sum is what came in, another confirms it, nothing goes up twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.actions.dues import Booking
from hongzhu.services.party.models import Handing
from hongzhu.services.party.queries import dues_handing as queries

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db


def hand_up(cast: Any, org: Any = None, who: str = "organiser", **more: Any) -> Handing:
    told: dict[str, Any] = {"quarter_on": m(10), "voucher": "付12-1", "handed_on": TODAY} | more
    return handings.hand_up(org=org or cast.branch, by=cast.actor(who), on=TODAY, now=NOW, **told)


def confirm(cast: Any, handing: Handing, who: str, **more: Any) -> Handing:
    told: dict[str, Any] = {"received_on": TODAY, "number": ""} | more
    return handings.confirm_handing(handing=handing, by=cast.actor(who), on=TODAY, now=NOW, **told)


def entries(did: str) -> int:
    return Entry.objects.filter(did=f"party.{did}").count()


def test_the_sum_is_what_came_in_and_nothing_else(ready: Any) -> None:
    pay(ready, ready.people[0], ready.people[1])
    (wrong,) = pay(ready, ready.people[2])
    actions.void_receipt(receipt=wrong, reason="写错", by=ready.actor("organiser"), now=NOW)
    actions.receive_large(
        org=ready.branch, person=ready.people[0], fen=100_000,
        booked=Booking(voucher="记9", collected_by="周予安", paid_on=TODAY), by=ready.actor("organiser"), on=TODAY, now=NOW,
    )  # fmt: skip
    assert queries.to_hand(ready.branch, TODAY) == 2 * MONTHLY
    assert queries.to_hand(ready.branch, date(2026, 11, 19)) == 0

    handing = hand_up(ready)
    assert handing.fen == 2 * MONTHLY == sum(receipt.fen for receipt in handing.receipts.all())
    assert handing.superior == ready.general_branch
    assert queries.to_hand(ready.branch, TODAY) == 0
    assert entries("hand_up") == 1


def test_what_comes_in_later_goes_with_the_next_quarter(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 9, 28), months={m(9): MONTHLY})
    hand_up(ready, quarter_on=m(7), handed_on=date(2026, 10, 8))
    pay(ready, ready.people[1], paid_on=date(2026, 9, 29), months={m(9): MONTHLY})
    assert hand_up(ready).fen == MONTHLY


def test_receipts_and_hand_overs_always_balance(ready: Any) -> None:
    for number, who in enumerate(ready.people[:6]):
        pay(ready, who, paid_on=date(2026, 10, 8 + number), months={m(10): MONTHLY})
    first = hand_up(ready, quarter_on=m(7), handed_on=date(2026, 10, 10))
    second = hand_up(ready)
    assert (first.fen, second.fen) == (3 * MONTHLY, 3 * MONTHLY)
    assert all(handing.fen == sum(r.fen for r in handing.receipts.all()) for handing in (first, second))


@pytest.mark.parametrize(
    "more",
    [
        {"voucher": " "},
        {"quarter_on": m(11)},
        {"quarter_on": m(1, 2027)},
        {"handed_on": date(2026, 11, 21)},
        {"handed_on": date(2026, 9, 30)},
    ],
)
def test_hand_overs_that_are_refused_change_nothing(ready: Any, more: dict[str, Any]) -> None:
    (receipt,) = pay(ready, ready.people[0])
    with pytest.raises(ValidationError):
        hand_up(ready, **more)
    receipt.refresh_from_db()
    assert receipt.handing_id is None
    assert not Handing.objects.exists()
    assert entries("hand_up") == 0


def test_nothing_to_hand_up_and_twice_a_quarter(ready: Any) -> None:
    with pytest.raises(ValidationError, match="没有可上缴"):
        hand_up(ready)
    pay(ready, ready.people[0])
    hand_up(ready)
    pay(ready, ready.people[1])
    with pytest.raises(ValidationError, match="已经登记过上缴"):
        hand_up(ready)


def test_another_confirms(ready: Any) -> None:
    pay(ready, ready.people[0])
    handing = hand_up(ready)
    with pytest.raises(ValidationError, match="自己办的不能自己确认收到"):
        confirm(ready, handing, "organiser")
    confirm(ready, handing, "district_officer", number="收3")
    handing.refresh_from_db()
    assert (handing.received_on, handing.received_by, handing.received_number) == (TODAY, "孟春和", "收3")
    with pytest.raises(ValidationError, match="已经确认"):
        confirm(ready, handing, "party_office")
    assert entries("confirm_handing") == 1


@pytest.mark.parametrize("day", [date(2026, 11, 9), date(2026, 11, 21)])
def test_the_day_of_arrival_lies_between(ready: Any, day: date) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    handing = hand_up(ready, handed_on=date(2026, 11, 10))
    with pytest.raises(ValidationError):
        confirm(ready, handing, "district_officer", received_on=day)
    handing.refresh_from_db()
    assert handing.received_on is None


def test_a_township_superior_answers_on_paper_and_the_branch_enters_it(ready: Any) -> None:
    town = Org.objects.create(bureau=ready.bureau, kind="UPPER", name="柳林镇党委", opened_on=m(1))
    Superior.objects.filter(org=ready.branch, relation="BELONGS").update(superior=town)
    pay(ready, ready.people[0])
    handing = hand_up(ready)
    assert handing.superior == town
    with pytest.raises(ValidationError, match="收款凭据号"):
        confirm(ready, handing, "organiser")
    assert confirm(ready, handing, "organiser", number="镇收〔2026〕7").received_number == "镇收〔2026〕7"


def test_money_passes_on_once(ready: Any) -> None:
    pay(ready, ready.people[0])
    below = confirm(ready, hand_up(ready), "district_officer")
    general = hand_up(ready, ready.general_branch, "district_officer")
    assert (general.fen, general.superior) == (MONTHLY, ready.committee)
    below.refresh_from_db()
    assert below.within == general
    assert queries.to_hand(ready.general_branch, TODAY) == 0
    with pytest.raises(ValidationError, match="随上级的上缴转走"):
        handings.void_handing(handing=below, superior=True, reason="退回", by=ready.actor("district_officer"), now=NOW)


def test_what_went_up_cannot_be_voided_below_it(ready: Any) -> None:
    (receipt,) = pay(ready, ready.people[0])
    handing = hand_up(ready)
    with pytest.raises(ValidationError, match="已经随季度上缴"):
        actions.void_receipt(receipt=receipt, reason="写错", by=ready.actor("organiser"), now=NOW)
    confirm(ready, handing, "district_officer")
    with pytest.raises(ValidationError, match="请上级退回"):
        handings.void_handing(handing=handing, superior=False, reason="写错", by=ready.actor("organiser"), now=NOW)
    with pytest.raises(ValidationError, match="写明原因"):
        handings.void_handing(handing=handing, superior=True, reason=" ", by=ready.actor("district_officer"), now=NOW)
    handings.void_handing(handing=handing, superior=True, reason="退回", by=ready.actor("district_officer"), now=NOW)
    receipt.refresh_from_db()
    assert receipt.handing_id is None
    assert entries("void_handing") == 1
    assert hand_up(ready).fen == MONTHLY


def test_the_list_says_who_is_missing_and_sums_branches_once(ready: Any, django_assert_num_queries: Any) -> None:
    pay(ready, ready.people[0])
    bodies = [ready.committee, ready.general_branch, ready.branch, ready.other_branch]
    with django_assert_num_queries(3):
        rows = {row.org: row for row in queries.hand_rows(bodies, m(10))}
    assert ready.committee not in rows  # nobody above it here
    assert rows[ready.branch].missing and rows[ready.branch].superior == ready.general_branch
    assert not rows[ready.other_branch].missing

    confirm(ready, hand_up(ready), "district_officer")
    hand_up(ready, ready.general_branch, "district_officer")
    rows = {row.org: row for row in queries.hand_rows(bodies, m(10))}
    assert not rows[ready.branch].missing
    assert rows[ready.general_branch].collected == MONTHLY
    sums = queries.totals(list(rows.values()))
    assert (sums.collected, sums.handed, sums.confirmed, sums.missing) == (MONTHLY, MONTHLY, MONTHLY, 0)
    assert all(row.handing is None for row in queries.hand_rows(bodies, m(7)))
