"""What dues publish: sums as known at a moment; the figures of B27 count rows; the demo's books balance."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.rooms import dues as demo
from hongzhu.config.demo.world import Builder, Size
from hongzhu.core.measures import queries as measures
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import actions as policies
from hongzhu.kit.dates import Period
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.models import Allotment, AllotmentLine, DuesMonth, DuesNotice, DuesOpening, Handing, Receipt
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_lines as lines

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
JINAN = Size("jinan", "济南市教育局", "济南", schools=4, kindergartens=1, branches=4, generals=1)
EDGES = Size(
    "yongkang", "永康市教育局", "永康", schools=9, kindergartens=2, branches=12, generals=2, edge_cases=True
)  # fmt: skip


def total(code: str, cast: Any, period: str, known_at: Any = NOW, **params: Any) -> int | None:
    scope = measures.MeasureScope(cast.bureau.pk)
    return measures.combined(code, measures.values(code, scope, Period.parse(period), known_at, **params))


def test_collected_is_what_stands_as_known_at_a_moment(ready: Any) -> None:
    pay(ready, ready.people[0])
    (wrong,) = pay(ready, ready.people[1])
    later = NOW + timedelta(hours=2)
    actions.void_receipt(receipt=wrong, reason="写错", by=ready.actor("organiser"), now=NOW + timedelta(hours=1))
    assert total("party.dues_collected", ready, "2026") == 2 * MONTHLY
    assert total("party.dues_collected", ready, "2026", later) == MONTHLY
    assert total("party.dues_collected", ready, "2026", NOW - timedelta(hours=1)) is None
    assert total("party.dues_collected", ready, "2026-10", later) is None
    assert total("party.dues_collected", ready, "2026", later, large=True) is None


def test_handed_counts_what_the_superior_confirmed_and_once(ready: Any) -> None:
    pay(ready, ready.people[0])
    told: dict[str, Any] = {"on": TODAY, "now": NOW}
    handing = handings.hand_up(
        org=ready.branch, quarter_on=m(10), voucher="付1", handed_on=TODAY, by=ready.actor("organiser"), **told
    )
    assert total("party.dues_handed", ready, "2026Q4") is None
    handings.confirm_handing(handing=handing, received_on=TODAY, number="", by=ready.actor("district_officer"), **told)
    general = handings.hand_up(
        org=ready.general_branch, quarter_on=m(10), voucher="付2", handed_on=TODAY, by=ready.actor("district_officer"), **told
    )  # fmt: skip
    handings.confirm_handing(handing=general, received_on=TODAY, number="", by=ready.actor("party_office"), **told)
    assert total("party.dues_handed", ready, "2026Q4") == MONTHLY
    assert total("party.dues_handed", ready, "2026Q3") is None


def figures() -> dict[str, Any]:
    found = measures.figures(Bureau.objects.get(code="jinan"), timezone.now())
    return {one.code: (one.computed, one.agrees) for one in found if one.code.startswith("B27")}


@pytest.mark.parametrize("seed", [3, 29])
def test_the_figures_are_the_counts_asked_for(seed: int) -> None:
    rng = random.Random(seed)
    units, fen = rng.randint(3, 40), 100 * rng.randint(20, 900)
    fill.fill(TODAY, sizes=(JINAN,), counts=Counts(special_units=units, special_fen=fen))
    assert figures() == {"B27_units": (units, False), "B27_sum": (units * fen // 100, False)}


def test_the_texts_own_figures_and_every_row_counts() -> None:
    """58 × 5000; a row of another year, kind or bureau, unsent or voided is not counted, and each row counts."""
    fill.fill(TODAY, sizes=(JINAN,))
    assert figures() == {"B27_units": (58, True), "B27_sum": (290_000, True)}
    now = timezone.now()
    figure = measures.open_figure(Bureau.objects.get(code="jinan"), "B27_sum", now)
    rows = list(measures.rows_behind(figure, now))
    assert len(rows) == 58 and len({row.org_id for row in rows}) == 58
    # The same money has left the account of the committee that paid it, in one movement.
    payer = Allotment.objects.get(year=2020).payer
    assert payer is not None and payer.kind == "COMMITTEE"
    (line,) = accounts.account(payer, Period.year(2020), TODAY, named=False).lines
    assert (line.move.fen, line.move.voucher) == (-29_000_000, "付2-17")

    AllotmentLine.objects.filter(pk=rows[0].pk).update(sent_on=date(2020, 7, 1))
    AllotmentLine.objects.filter(pk=rows[1].pk).update(sent_on=None, sent_at=None, received_on=None)
    AllotmentLine.objects.filter(pk=rows[2].pk).delete()
    assert figures() == {"B27_units": (55, False), "B27_sum": (275_000, False)}
    AllotmentLine.objects.filter(pk=rows[3].pk).update(fen=500_001)
    assert str(figures()["B27_sum"][0]) == "275000.01"
    Allotment.objects.filter(year=2020).update(kind="BACK", flat=None, share=30)
    assert figures() == {"B27_units": (None, False), "B27_sum": (None, False)}


def test_the_books_of_the_demo_balance() -> None:
    fill.fill(TODAY, sizes=(EDGES,))
    bureau = Bureau.objects.get(code="yongkang")
    assert all(
        receipt.fen == sum(month.fen for month in receipt.months.all())
        for receipt in Receipt.objects.prefetch_related("months")
    )
    handings_ = list(Handing.objects.prefetch_related("receipts", "below"))
    assert handings_ and all(
        one.fen == sum(r.fen for r in one.receipts.all()) + sum(h.fen for h in one.below.all()) for one in handings_
    )
    assert any(one.below.all() for one in handings_)
    # What is published is what came in: the sheet of the year says the same.
    assert all(
        one.fen == lines.sheet(one.org, one.year, TODAY).paid for one in DuesNotice.objects.select_related("org")
    )
    assert {one.received_on is None for one in handings_} == {True, False}
    assert Receipt.objects.filter(voided_at__isnull=False).count() == 1

    branches = list(bureau.orgs.filter(kind__in=("BRANCH", "JOINT_BRANCH")).order_by("pk"))
    (opening,) = DuesOpening.objects.all()
    assert (opening.org, opening.on) == (branches[0], date(2026, 1, 1))
    assert opening.confirmed_at is not None and opening.confirmed_by != opening.made_by
    account = accounts.account(branches[0], Period.year(2026), TODAY, named=False)
    assert (account.begun is not None, account.opening) == (True, opening.fen)
    assert [str(row.chip.word) for row in accounts.checks_of(branches[0], TODAY)] == ["待核对", "相符"]
    found = lines.arrears(bureau, [branch.pk for branch in branches], TODAY)
    assert sorted(row.run for row in found) == [3, 6]
    assert {row.org_id for row in found} == {branches[0].pk}
    live = DuesMonth.objects.filter(receipt__voided_at__isnull=True)
    assert live.count() == live.values("receipt__person", "month").distinct().count()
    # The next real receipt takes the next number.
    (receipt,) = actions.receive_dues(
        org=branches[0], payments=[actions.Payment(row.person, {m(10): row.fen // row.run}) for row in found[:1]],
        booked=actions.Booking(voucher="记1", collected_by="某", paid_on=TODAY), by=fill.DEMO, on=TODAY, now=NOW,
    )  # fmt: skip
    assert Receipt.objects.filter(number__gt=receipt.number).count() == 0


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 2, 28), date(2026, 4, 1), date(2027, 3, 31)])
def test_the_demo_of_other_days_balances_too(day: date) -> None:
    """Nothing is paid, handed up or published after the day the demo is filled for."""
    policies.ship()
    demo.add(Builder(EDGES, day, lambda steps: None).build(), Counts(), day)
    assert not Receipt.objects.filter(paid_on__gt=day).exists()
    assert not Handing.objects.filter(handed_on__gt=day).exists()
    assert not Handing.objects.filter(received_on__gt=day).exists()
    assert not DuesNotice.objects.filter(posted_on__gt=day).exists()
    assert not AllotmentLine.objects.filter(reported_on__gt=day).exists()
    assert all(
        one.fen == sum(row.fen for row in one.months.all()) for one in Receipt.objects.prefetch_related("months")
    )
