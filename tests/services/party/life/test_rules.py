"""Counts of the appraisal on both sides of every boundary; steps; secretaries' reports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hongzhu.services.party.engine import life as engine
from hongzhu.services.party.pack.life import Cap, LifePart, LifeStepSpec
from hongzhu.services.party.rules import life as rules
from tests.services.party.life.conftest import HELD, TODAY, counts, told

CAP = Cap(share=(1, 3), of="members", clause="办法", confidence="check")  # type: ignore[arg-type]
PART = LifePart(cap=CAP)


@pytest.mark.parametrize(
    ("members", "most"),
    [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (8, 2), (9, 3), (23, 7), (24, 8), (25, 8), (26, 8), (27, 9)],
)
def test_a_third_rounded_down(members: int, most: int) -> None:
    assert engine.cap(counts(members=members), (1, 3), "members") == most


def test_a_share_of_those_graded() -> None:
    assert engine.cap(counts(took_part=9, probationary=1), (1, 3), "graded") == 2


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 1, 1), 2025), (date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2026, 12, 31), 2026)],
)
def test_the_year_a_meeting_usually_belongs_to(day: date, year: int) -> None:
    assert engine.year_of(day) == year


@pytest.mark.parametrize(
    ("day", "may"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2027, 6, 30), True), (date(2027, 7, 1), False)],
)
def test_which_days_may_belong_to_a_year(day: date, may: bool) -> None:
    assert engine.may_belong(day, 2026) is may


def asked(**given: Any) -> Any:
    return rules.can_appraise(told(**given), probationary=1, part=PART, today=TODAY)


def test_counts_that_agree_are_taken() -> None:
    assert asked()
    assert asked(took_part=8, qualified=4, absent_for="病假1人")
    assert asked(took_part=8, probationary=0, qualified=5, absent_for="预备党员外出")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"qualified": 4}, "四个等次合计7人，应为8人"),
        ({"qualified": 6}, "四个等次合计9人，应为8人"),
        ({"probationary": 0}, "四个等次合计8人，应为9人"),
        ({"took_part": 10, "qualified": 6}, "多于那一天名册上的9人"),
        ({"probationary": 2, "qualified": 4}, "名册上是1人"),
        ({"took_part": 8, "qualified": 4}, "有1人未参评，请写原因"),
        ({"took_part": 8, "qualified": 4, "absent_for": "  "}, "请写原因"),
        ({"held_on": TODAY + timedelta(days=1)}, "还没有到"),
        ({"year": 2025}, "2025年度的评议"),
        ({"members": 0, "took_part": 0, "probationary": 0, "excellent": 0, "qualified": 0}, "没有党员"),
    ],
)
def test_counts_that_do_not_agree_are_refused(given: dict[str, Any], why: str) -> None:
    verdict = asked(**given)
    assert not verdict
    assert why in str(verdict.reason)


def test_excellent_at_the_cap_above_it_and_above_it_with_approval() -> None:
    assert asked(excellent=3, qualified=5)
    over = asked(excellent=4, qualified=4)
    assert not over
    assert "一般不超过3人" in str(over.reason)
    assert not asked(excellent=4, qualified=4, cap_reason="   ")
    assert asked(excellent=4, qualified=4, cap_reason="教党〔2026〕9号")


def test_a_pack_without_a_cap_has_none() -> None:
    assert rules.can_appraise(told(excellent=8, qualified=0), probationary=1, part=LifePart(), today=TODAY)


def step(**given: Any) -> LifeStepSpec:
    return LifeStepSpec(**{"code": "study", "title": "学习", "clause": "条例", "confidence": "check"} | given)


@pytest.mark.parametrize(
    ("spec", "day", "count", "fine"),
    [
        (step(), HELD, None, True),
        (step(), TODAY, None, True),
        (step(), TODAY + timedelta(days=1), None, False),
        (step(), date(2025, 12, 31), None, False),
        (step(), HELD, 3, False),
        (step(counted="条数"), HELD, 0, True),
        (step(counted="条数"), HELD, None, False),
        (step(kind="org_life"), HELD, None, False),
    ],
)
def test_ticking_a_step(spec: LifeStepSpec, day: date, count: int | None, fine: bool) -> None:
    assert bool(rules.can_tick(spec, day, count, year=2026, today=TODAY)) is fine


def reported(*, own: bool = False, **given: Any) -> Any:
    return rules.can_report(rules.Report(**given), today=TODAY, own=own, others=["程思远"])


def test_a_report_may_grow_part_by_part() -> None:
    assert reported(received_on=HELD)
    assert reported(received_on=HELD, held_on=TODAY, votes=(10, 2, 0, 0))
    assert reported(held_on=HELD, problems=3, fed_back_on=HELD)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"received_on": TODAY + timedelta(days=1)},
        {"held_on": HELD, "votes": (10, None, 0, 0)},
        {"received_on": HELD, "votes": (10, 0, 0, 0)},
        {"held_on": HELD, "votes": (0, 0, 0, 0)},
        {"held_on": HELD, "problems": 2},
        {"held_on": HELD, "fed_back_on": HELD - timedelta(days=1), "problems": 2},
        {"received_on": HELD, "fed_back_on": HELD},
    ],
)
def test_a_report_that_does_not_hang_together(given: dict[str, Any]) -> None:
    assert not reported(**given)


def test_nobody_enters_the_test_of_their_own_work() -> None:
    refused = reported(own=True, held_on=HELD, votes=(1, 0, 0, 0))
    assert not refused
    assert "程思远" in str(refused.reason)
    assert reported(own=True, received_on=HELD)
