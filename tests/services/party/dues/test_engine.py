"""Rates at every bracket edge, months owed, what is behind: pure, against numbers of domain/rules.md."""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from hongzhu.core.policies.queries import base_section
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.queries import dues as queries

SCALES = queries.scales_of(base_section("party").dues)
YUAN = 100


def m(year: int, month: int) -> date:
    return date(year, month, 1)


@pytest.mark.parametrize(
    ("table", "base", "due"),
    [
        ("SALARIED", "0.01", "0.00"),
        ("SALARIED", "1.00", "0.01"),  # 0.005: half a fen goes up
        ("SALARIED", "0.99", "0.00"),
        ("SALARIED", "2999.99", "15.00"),
        ("SALARIED", "3000.00", "15.00"),
        ("SALARIED", "3000.01", "30.00"),
        ("SALARIED", "3001.00", "30.01"),
        ("SALARIED", "4999.99", "50.00"),
        ("SALARIED", "5000.00", "50.00"),
        ("SALARIED", "5000.01", "75.00"),
        ("SALARIED", "5001.00", "75.02"),
        ("SALARIED", "9999.99", "150.00"),
        ("SALARIED", "10000.00", "150.00"),
        ("SALARIED", "10000.01", "200.00"),
        ("SALARIED", "10001.00", "200.02"),
        ("SALARIED", "10000.25", "200.01"),
        ("RETIRED", "5000.00", "25.00"),
        ("RETIRED", "5000.01", "50.00"),
        ("RETIRED", "5001.00", "50.01"),
        ("RETIRED", "3000.01", "15.00"),
        ("SELF_EMPLOYED", "3000.00", "15.00"),
        ("SELF_EMPLOYED", "3001.00", "30.01"),
        ("ANNUAL", "10000.00", "150.00"),
        ("ANNUAL", "10001.00", "200.02"),
    ],
)
def test_every_bracket_edge(table: str, base: str, due: str) -> None:
    assert engine.monthly(SCALES[table], int(Decimal(base) * YUAN)) == int(Decimal(due) * YUAN)


@pytest.mark.parametrize(
    ("flat", "fine"), [(19, False), (20, True), (60, True), (100, True), (101, False), (None, False)]
)
def test_farmers_pay_between_two_bounds(flat: int | None, fine: bool) -> None:
    if fine:
        assert engine.monthly(SCALES["FARMER"], 0, flat) == flat
    else:
        with pytest.raises(engine.NoRate):
            engine.monthly(SCALES["FARMER"], 0, flat)


def test_students_pay_two_jiao_and_nothing_else() -> None:
    assert engine.monthly(SCALES["STUDENT"], 0) == 20
    assert engine.monthly(SCALES["STUDENT"], 999_999) == 20
    with pytest.raises(engine.NoRate):
        engine.monthly(SCALES["STUDENT"], 0, 21)


def test_random_bases_agree_with_decimal() -> None:
    """One rate on the whole base, in another arithmetic."""
    rng = random.Random("dues")
    steps = ((Decimal(3000), "0.005"), (Decimal(5000), "0.01"), (Decimal(10000), "0.015"), (None, "0.02"))
    for _ in range(3000):
        base = rng.randint(1, 2_500_000)
        yuan = Decimal(base) / 100
        rate = next(Decimal(rate) for upto, rate in steps if upto is None or yuan <= upto)
        expected = (yuan * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert engine.monthly(SCALES["SALARIED"], base) == int(expected * 100), base


@pytest.mark.parametrize(("how", "result"), [("half_up", 7502), ("up", 7502), ("down", 7501)])
def test_rounding_is_a_parameter(how: str, result: int) -> None:
    scale = engine.Scale(brackets=((None, 150),), rounding=how)
    assert engine.monthly(scale, 500_100) == result


def test_calendar_of_months() -> None:
    assert engine.after(m(2026, 12)) == m(2027, 1)
    assert engine.after(m(2026, 1), -1) == m(2025, 12)
    assert engine.after(m(2026, 3), -15) == m(2024, 12)
    assert list(engine.months(date(2025, 11, 30), m(2026, 2))) == [m(2025, 11), m(2025, 12), m(2026, 1), m(2026, 2)]
    assert list(engine.months(m(2026, 2), m(2026, 1))) == []
    assert engine.between(m(2025, 11), m(2026, 2)) == 3
    assert [engine.quarter_of(date(2026, month, 28)) for month in (1, 3, 4, 12)] == [
        m(2026, 1), m(2026, 1), m(2026, 4), m(2026, 10),
    ]  # fmt: skip


def test_home_before_during_and_after_a_transfer() -> None:
    stays = [engine.Stay(1, date(2026, 1, 1), date(2026, 8, 20)), engine.Stay(2, date(2026, 8, 20))]
    assert [engine.home(stays, m(2026, n)) for n in (1, 8, 9)] == [1, 1, 2]
    assert engine.home(stays, m(2025, 12)) is None


def test_home_when_the_transfer_is_on_the_first_of_a_month() -> None:
    stays = [engine.Stay(1, date(2026, 1, 5), date(2026, 9, 1)), engine.Stay(2, date(2026, 9, 1))]
    assert [engine.home(stays, m(2026, n)) for n in (1, 8, 9)] == [1, 1, 2]


def test_who_leaves_owes_the_month_of_leaving_and_no_other() -> None:
    stays = [engine.Stay(1, date(2020, 1, 1), date(2026, 6, 2))]
    assert [engine.home(stays, m(2026, n)) for n in (5, 6, 7)] == [1, 1, None]
    ended_on_the_first = [engine.Stay(1, date(2020, 1, 1), date(2026, 6, 1))]
    assert engine.home(ended_on_the_first, m(2026, 6)) is None


def test_a_probationary_member_owes_from_the_month_of_the_meeting() -> None:
    stays = [engine.Stay(1, date(2026, 7, 3), None, accepted_on=date(2026, 6, 30))]
    assert [engine.home(stays, m(2026, n)) for n in (5, 6, 7)] == [None, 1, 1]


BASES = [engine.Span(m(2026, 1), m(2026, 7), 5000), engine.Span(m(2026, 7), None, 7500)]
HERE = [engine.Stay(1, date(2019, 1, 1))]


def cells(paid: dict[date, int] | None = None, reliefs: list[engine.Span] | None = None) -> list[engine.Cell]:
    return engine.account(HERE, BASES, reliefs or [], paid or {}, first=m(2026, 1), last=m(2026, 12))


def test_a_change_of_pay_counts_from_its_month() -> None:
    owed = {cell.month.month: cell.owed for cell in cells()}
    assert owed[6] == 5000
    assert owed[7] == 7500


def test_before_the_first_base_nobody_knows_what_is_owed() -> None:
    found = engine.account(HERE, BASES, [], {}, first=m(2025, 12), last=m(2026, 1))
    assert [cell.owed for cell in found] == [None, 5000]
    assert found[0].open == 0


def test_a_relief_lowers_and_never_raises() -> None:
    found = {c.month.month: c.owed for c in cells(reliefs=[engine.Span(m(2026, 3), m(2026, 5), 1000)])}
    assert [found[n] for n in (2, 3, 4, 5)] == [5000, 1000, 1000, 5000]
    more = cells(reliefs=[engine.Span(m(2026, 3), m(2026, 5), 9000)])
    assert more[2].owed == 5000


def test_open_is_what_was_not_paid_and_never_negative() -> None:
    found = cells({m(2026, 1): 5000, m(2026, 2): 6000, m(2026, 3): 2000})
    assert [cell.open for cell in found[:4]] == [0, 0, 3000, 5000]


def test_money_for_a_month_of_nobody_stays_visible() -> None:
    found = engine.account([], [], [], {m(2026, 2): 700}, first=m(2026, 1), last=m(2026, 3))
    assert [(cell.month, cell.body, cell.owed, cell.paid) for cell in found] == [(m(2026, 2), 0, 0, 700)]


@pytest.mark.parametrize(
    ("on", "run", "level"),
    [
        (date(2026, 3, 31), 2, 0),
        (date(2026, 4, 1), 3, 1),
        (date(2026, 6, 30), 5, 1),
        (date(2026, 7, 1), 6, 2),
    ],
)
def test_warnings_on_both_sides_of_the_month(on: date, run: int, level: int) -> None:
    state = engine.behind(cells(), on)
    assert state.run == run
    assert engine.level(state.run, 3, 6) == level


def test_a_paid_or_waived_month_ends_the_row() -> None:
    paid = engine.behind(cells({m(2026, 3): 5000}), date(2026, 7, 1))
    assert (paid.run, paid.fen, [month.month for month in paid.months]) == (3, 25_000, [1, 2, 4, 5, 6])
    waived = engine.behind(cells(reliefs=[engine.Span(m(2026, 3), m(2026, 4), 0)]), date(2026, 7, 1))
    assert (waived.run, waived.fen) == (3, 25_000)


def test_a_short_payment_is_open_but_no_month_unpaid() -> None:
    state = engine.behind(cells({m(2026, n): 4000 for n in range(1, 7)}), date(2026, 7, 1))
    assert (state.run, state.fen, state.months) == (0, 6000, ())


@pytest.mark.parametrize(
    ("day", "ahead", "last"),
    [
        (date(2026, 10, 1), "quarter", m(2026, 12)),
        (date(2026, 12, 31), "quarter", m(2026, 12)),
        (date(2026, 9, 30), "quarter", m(2026, 9)),
        (date(2026, 10, 1), "month", m(2026, 10)),
    ],
)
def test_how_far_ahead(day: date, ahead: str, last: date) -> None:
    assert engine.last_payable(day, ahead) == last


def test_back_pay_on_both_sides_of_six_months() -> None:
    assert not engine.too_far_back(m(2026, 5), date(2026, 11, 30), 6)
    assert engine.too_far_back(m(2026, 4), date(2026, 11, 1), 6)


def test_share_is_rounded_half_up() -> None:
    assert [engine.share_of(fen, 25) for fen in (1, 2, 3, 100)] == [0, 1, 1, 25]
