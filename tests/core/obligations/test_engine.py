"""The dates that matter, on both sides of each boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hongzhu.core.obligations.engine import (
    Applies,
    Body,
    Cell,
    Duty,
    Facts,
    Heir,
    Lack,
    Status,
    between,
    due_in,
    due_period,
    heirs,
    inherits,
    month_day,
    open_on,
    spans,
    stand,
    why_not,
)
from hongzhu.kit.dates import Period

MONTHLY = Duty("m", "t", ("BRANCH",), "month", lock_days=10)
YEARLY = Duty("y", "t", ("BRANCH",), "year", window=("12-01", "+1-03-31"))
NOVEMBER = due_period(MONTHLY, date(2026, 11, 1), date(2026, 12, 1))
BRANCH = Body("BRANCH", date(2020, 1, 1), full_members=8)


def always(*duties: Duty) -> object:
    return lambda _day: duties


@pytest.mark.parametrize(("every", "number"), [("month", 12), ("quarter", 4), ("half", 2), ("year", 1)])
def test_periods_and_codes_are_those_of_the_kit(every: str, number: int) -> None:
    duty = Duty("d", "t", ("BRANCH",), every)
    found = [due_period(duty, start, stop) for start, stop in spans(duty, 2026)]
    assert len(found) == number
    assert [due.code for due in found] == [Period.of(every, 2026, n + 1).code for n in range(number)]  # type: ignore[arg-type]
    assert [(due.start, due.stop) for due in found] == [
        (period.start, period.end)
        for period in Period.year(2026).parts(every)  # type: ignore[arg-type]
    ]


def test_only_and_not_months() -> None:
    only = Duty("d", "t", ("BRANCH",), "month", only_months=(3, 9))
    never = Duty("d", "t", ("BRANCH",), "month", not_months=(2, 7, 8))
    assert [start.month for start, _ in spans(only, 2026)] == [3, 9]
    assert [start.month for start, _ in spans(never, 2026)] == [1, 3, 4, 5, 6, 9, 10, 11, 12]


def test_terms_and_campaigns_are_spans() -> None:
    term = Duty("d", "t", ("CLASS",), "term")
    once = Duty("d", "t", ("CLASS",), "once", span=(date(2026, 3, 10), date(2026, 7, 9)))
    may = Duty("d", "t", ("CLASS",), "once", yearly_month=5)
    made = due_period(term, *next(spans(term, 2026, [(date(2026, 3, 1), date(2026, 7, 10))])))
    assert Period.parse(made.code) == Period(date(2026, 3, 1), date(2026, 7, 10))
    assert [due_period(once, *span).code for span in spans(once, 2026)] == ["2026-03-10..2026-07-09"]
    assert list(spans(once, 2025)) == []
    assert [due_period(may, *span).code for span in spans(may, 2026)] == ["2026-05"]


def test_own_year_is_held_in_its_window() -> None:
    due = due_period(YEARLY, date(2025, 1, 1), date(2026, 1, 1))
    assert (due.opens, due.due_day, due.closes) == (date(2025, 12, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert due.locks == date(2026, 4, 11)
    assert month_day("02-29", 2026) == date(2026, 2, 28)


def test_a_period_falls_due_where_its_last_day_lies() -> None:
    quarterly = Duty("q", "t", ("BRANCH",), "quarter")
    found = due_in(always(MONTHLY, quarterly, YEARLY), date(2026, 1, 1), date(2026, 11, 1))
    assert [due.code for due in found if due.duty is quarterly] == ["2026Q1", "2026Q2", "2026Q3"]
    assert len([due for due in found if due.duty is MONTHLY]) == 10
    assert [due.code for due in found if due.duty is YEARLY] == ["2025"]
    assert [due.code for due in due_in(always(quarterly), date(2026, 3, 31), date(2026, 4, 1))] == ["2026Q1"]
    assert due_in(always(quarterly), date(2026, 3, 30), date(2026, 3, 31)) == []


def test_open_on_both_ends() -> None:
    codes = lambda day: [due.code for due in open_on(always(YEARLY), day)]  # noqa: E731
    assert codes(date(2025, 11, 30)) == []
    assert codes(date(2025, 12, 1)) == codes(date(2026, 3, 31)) == ["2025"]
    assert codes(date(2026, 4, 1)) == []


def test_the_version_of_the_first_day_governs() -> None:
    old, new = (Duty("d", "t", ("BRANCH",), "quarter", count=1),), (Duty("d", "t", ("BRANCH",), "quarter", count=2),)
    duties_on = lambda day: new if day >= date(2026, 5, 1) else old  # noqa: E731
    found = between(duties_on, date(2026, 1, 1), date(2026, 12, 31))
    assert [(due.code, due.duty.count) for due in found if due.start.year == 2026] == [
        ("2026Q1", 1), ("2026Q2", 1), ("2026Q3", 2), ("2026Q4", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2026, 10, 31), Status.NOT_YET),
        (date(2026, 11, 1), Status.OPEN),
        (date(2026, 11, 30), Status.OPEN),
        (date(2026, 12, 1), Status.UNSEEN),
    ],
)
def test_without_an_act(today: date, status: Status) -> None:
    cell = stand(Facts(), NOVEMBER, today)
    assert cell.status == status
    assert (cell.ahead, cell.lacking, cell.unseen) == tuple(
        int(status == other) for other in (Status.NOT_YET, Status.OPEN, Status.UNSEEN)
    )
    assert stand(Facts(), NOVEMBER, today, waived=True).status == Status.WAIVED
    assert stand(Facts(), NOVEMBER, today, owed=False) == Cell(Status.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("facts", "status", "late", "recorded_late"),
    [
        (Facts(good=1), Status.HELD, False, False),
        (Facts(made_up=1), Status.MADE_UP, False, True),
        (Facts(late=1), Status.LATE, True, False),
        (Facts(late=1, late_made_up=1), Status.LATE, True, True),
        (Facts(good=1, made_up=3, late=2), Status.HELD, False, False),
    ],
)
def test_held_and_recorded_are_two_facts(facts: Facts, status: Status, late: bool, recorded_late: bool) -> None:
    cell = stand(facts, NOVEMBER, date(2026, 12, 20))
    assert (cell.status, cell.held_late, cell.recorded_late) == (status, late, recorded_late)
    assert cell.held == 1
    assert stand(facts, NOVEMBER, date(2026, 12, 20), waived=True) == cell  # an act beats a waiver


def test_of_several_the_best_count_and_the_rest_is_lacking() -> None:
    due = due_period(Duty("d", "t", ("BRANCH",), "month", count=3), date(2026, 11, 1), date(2026, 12, 1))
    cell = stand(Facts(good=1, late=1, late_made_up=1), due, date(2026, 12, 1))
    assert (cell.status, cell.held, cell.unseen, cell.late_made_up) == (Status.UNSEEN, 2, 1, 1)
    cell = stand(Facts(good=1, late=3, late_made_up=1), due, date(2026, 12, 1))
    assert (cell.status, cell.late, cell.late_made_up) == (Status.LATE, 2, 0)
    cell = stand(Facts(good=1), due, date(2026, 12, 1), waived=True)
    assert (cell.status, cell.held, cell.waived, cell.unseen) == (Status.WAIVED, 1, 2, 0)


def test_who_owes() -> None:
    seven = Duty("c", "t", ("BRANCH",), "month", applies=Applies(min_full_members=7), owes_after_days=10)
    due, today = due_period(seven, date(2026, 11, 1), date(2026, 12, 1)), date(2026, 11, 20)
    assert why_not(BRANCH, due, today) is None
    assert why_not(Body("BRANCH", date(2020, 1, 1), full_members=6), due, today) == Lack.FEW_MEMBERS
    assert why_not(Body("CLASS", date(2020, 1, 1), full_members=9), due, today) == Lack.NOT_THERE
    # Ten days of November: opened on the 21st is enough, on the 22nd not; not there yet on the day asked.
    at = lambda day: why_not(Body("BRANCH", day, full_members=9), due, date(2026, 11, 30))  # noqa: E731
    assert at(date(2026, 11, 21)) is None
    assert at(date(2026, 11, 22)) == Lack.TOO_NEW
    assert why_not(Body("BRANCH", date(2026, 11, 21), full_members=9), due, today) == Lack.NOT_THERE
    closed = lambda day: why_not(Body("BRANCH", date(2020, 1, 1), day, full_members=9), due, date(2027, 1, 1))  # noqa: E731
    assert closed(date(2026, 11, 30)) == Lack.NOT_THERE
    assert closed(date(2026, 12, 1)) is None


def test_dissolved_inside_its_window_owes_nothing() -> None:
    due = due_period(YEARLY, date(2025, 1, 1), date(2026, 1, 1))
    gone = Body("BRANCH", date(2020, 1, 1), date(2026, 2, 10))
    assert why_not(gone, due, date(2026, 2, 9)) is None
    assert why_not(gone, due, date(2026, 5, 1)) == Lack.NOT_THERE
    assert why_not(Body("BRANCH", date(2026, 1, 1)), due, date(2026, 5, 1)) == Lack.NOT_THERE


def test_each_condition_has_its_reason() -> None:
    def lack(applies: Applies, **body: object) -> Lack | None:
        duty = Duty("d", "t", ("BRANCH",), "month", applies=applies)
        made = Body("BRANCH", date(2020, 1, 1), **body)  # type: ignore[arg-type]
        return why_not(made, due_period(duty, date(2026, 11, 1), date(2026, 12, 1)), date(2026, 11, 20))

    assert lack(Applies(max_full_members=2), full_members=3) == Lack.MANY_MEMBERS
    assert lack(Applies(needs_teams=True)) == Lack.NO_TEAMS
    assert lack(Applies(needs_teams=False), teams=True) == Lack.HAS_TEAMS
    assert lack(Applies(needs_committee=True)) == Lack.NO_COMMITTEE
    assert lack(Applies(needs_committee=False), committee=True) == Lack.HAS_COMMITTEE
    assert lack(Applies(retired=False), retired=True) == Lack.RETIRED
    assert lack(Applies(retired=True)) == Lack.NOT_RETIRED
    assert lack(Applies(sectors=("PUBLIC",)), sectors=frozenset(["PRIVATE"])) == Lack.SECTOR
    assert lack(Applies(stages=("PRIMARY",))) == Lack.STAGE
    assert lack(Applies(stages=("PRIMARY",)), stages=frozenset(["PRIMARY", "JUNIOR"])) is None


def test_a_successor_inherits_the_open_period_only() -> None:
    inside, first, after = (Heir(1, 2, day, day) for day in (date(2026, 11, 12), date(2026, 11, 1), date(2026, 12, 1)))
    assert inherits(inside, NOVEMBER)
    assert inherits(first, NOVEMBER)
    assert not inherits(after, NOVEMBER)
    assert not inherits(Heir(1, 2, date(2026, 10, 31), date(2026, 10, 31)), NOVEMBER)


def test_heirs_of_heirs() -> None:
    one, two = date(2026, 11, 5), date(2026, 11, 9)
    found = heirs([(1, 2, one), (2, 3, two)])
    assert Heir(1, 3, one, two) in found
    assert len(found) == 3
    assert Heir(2, 1, two, one + timedelta(days=0)) not in found
    assert len(heirs([(1, 2, two), (2, 3, one)])) == 2  # who left before cannot hand on what came later
