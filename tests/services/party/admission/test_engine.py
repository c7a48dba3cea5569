"""Gates and clocks of the way into the Party, on both sides of every boundary, with the holidays of 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.engine.admission import Ballot, Done, Facts, Help, Posted, When, add_months, birthday, way
from tests.services.party.admission.conftest import CALENDAR, PART, walked

D = date
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (D(2025, 1, 31), 1, D(2025, 2, 28)), (D(2024, 1, 31), 1, D(2024, 2, 29)), (D(2025, 1, 30), 1, D(2025, 2, 28)),
        (D(2025, 1, 28), 1, D(2025, 2, 28)), (D(2024, 2, 29), 12, D(2025, 2, 28)), (D(2023, 2, 28), 12, D(2024, 2, 28)),
        (D(2025, 8, 31), 6, D(2026, 2, 28)), (D(2025, 11, 30), 3, D(2026, 2, 28)), (D(2025, 12, 31), 2, D(2026, 2, 28)),
        (D(2025, 6, 30), 12, D(2026, 6, 30)), (D(2025, 12, 1), 1, D(2026, 1, 1)), (D(2026, 3, 31), -1, D(2026, 2, 28)),
    ],
)  # fmt: skip
def test_months_end_on_the_same_number_or_the_months_last_day(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("born", "of_age"),
    [(D(2007, 11, 20), D(2025, 11, 20)), (D(2008, 2, 29), D(2026, 3, 1)), (D(2006, 2, 28), D(2024, 2, 28))],
)
def test_the_day_somebody_is_eighteen(born: date, of_age: date) -> None:
    assert birthday(born, 18) == of_age


# One notice of five working days: posted, last day. Spring Festival 2025: 28 Jan to 4 Feb off, 26 Jan and 8 Feb worked;
# 2026: 15 to 23 Feb off, 14 and 28 Feb worked; National Day 2025: 1 to 8 Oct off, 28 Sep and 11 Oct worked.
@pytest.mark.parametrize(
    ("posted", "last"),
    [
        (D(2025, 3, 3), D(2025, 3, 10)), (D(2025, 3, 7), D(2025, 3, 14)), (D(2025, 3, 8), D(2025, 3, 14)),
        (D(2025, 1, 24), D(2025, 2, 7)), (D(2025, 1, 26), D(2025, 2, 8)), (D(2025, 1, 27), D(2025, 2, 10)),
        (D(2025, 4, 3), D(2025, 4, 11)), (D(2025, 4, 25), D(2025, 5, 6)), (D(2025, 4, 28), D(2025, 5, 8)),
        (D(2025, 9, 26), D(2025, 10, 10)), (D(2025, 9, 30), D(2025, 10, 14)), (D(2025, 12, 31), D(2026, 1, 8)),
        (D(2026, 2, 12), D(2026, 2, 26)), (D(2026, 2, 13), D(2026, 2, 27)), (D(2026, 4, 3), D(2026, 4, 13)),
        (D(2026, 4, 30), D(2026, 5, 11)), (D(2026, 9, 18), D(2026, 9, 24)), (D(2026, 9, 30), D(2026, 10, 13)),
    ],
)  # fmt: skip
def test_notices_count_working_days_from_the_day_after(posted: date, last: date) -> None:
    found = engine.notice_last(Posted("full", posted, 5), CALENDAR)
    assert found == When(last)


@pytest.mark.parametrize(
    ("since", "months", "last"),
    [
        (D(2025, 2, 14), 1, D(2025, 3, 14)), (D(2025, 3, 1), 1, D(2025, 4, 1)), (D(2025, 3, 5), 1, D(2025, 4, 7)),
        (D(2025, 1, 1), 1, D(2025, 2, 5)), (D(2024, 12, 26), 1, D(2025, 1, 26)), (D(2025, 4, 1), 1, D(2025, 5, 6)),
        (D(2025, 7, 1), 3, D(2025, 10, 9)), (D(2025, 11, 16), 3, D(2026, 2, 24)), (D(2025, 11, 14), 3, D(2026, 2, 14)),
        (D(2025, 8, 31), 6, D(2026, 2, 28)), (D(2026, 4, 4), 6, D(2026, 10, 8)), (D(2026, 4, 10), 6, D(2026, 10, 10)),
    ],
)  # fmt: skip
def test_limits_in_months_run_to_the_next_working_day(since: date, months: int, last: date) -> None:
    clock = SimpleNamespace(unit="months", n=months)
    assert engine.closes(clock, since, CALENDAR, rolls=True) == When(last)
    assert engine.closes(clock, since, CALENDAR, rolls=False) == When(add_months(since, months))


def test_past_the_published_calendar_a_day_is_provisional_and_accuses_nobody() -> None:
    clock = SimpleNamespace(unit="months", n=3)
    assert engine.closes(clock, D(2026, 11, 2), CALENDAR, rolls=True) == When(D(2027, 2, 2), True)
    assert engine.notice_last(Posted("full", D(2026, 12, 29), 5), CALENDAR).provisional
    assert not engine.notice_last(Posted("full", D(2026, 12, 22), 5), CALENDAR).provisional
    assert not engine.notice_last(Posted("full", D(2019, 12, 29), 5), CALENDAR).provisional
    talk = way(Facts((Done("apply", D(2026, 12, 10)),)), PART, CALENDAR, D(2027, 3, 1)).by_code["talk"]
    assert talk.due == When(D(2027, 1, 11), True)
    assert not talk.late(D(2027, 3, 1))
    known = way(Facts((Done("apply", D(2025, 12, 10)),)), PART, CALENDAR, D(2026, 3, 1)).by_code["talk"]
    assert known.due == When(D(2026, 1, 12))
    assert known.late(D(2026, 1, 13))
    assert not known.late(D(2026, 1, 12))


# What must be so long after what: the first day on which each step is allowed, and the day before.
@pytest.mark.parametrize(
    ("upto", "code", "first"),
    [
        ("observed", "candidate", D(2025, 3, 3)),  # a year from the activist of 2024-03-03
        ("full_application", "full_vote", D(2026, 6, 10)),  # a year from the meeting of 2025-06-10
    ],
)
def test_first_day_of_a_step(upto: str, code: str, first: date) -> None:
    facts = walked(upto)
    if code == "full_vote":  # the notice before it is over long before
        facts = walked(upto, notice=False)
        facts = Facts(
            facts.steps, (*facts.notices, Posted("full", D(2026, 5, 20), 5, D(2026, 5, 28))), facts.papers, facts.helps
        )
    for day, said in ((first - ONE, True), (first, False)):
        found = engine.refusals(way(facts, PART, CALENDAR, day).by_code[code], day)
        assert bool(found) is said, (day, found)


def test_a_step_waits_for_the_day_after_its_notice() -> None:
    facts = walked("preliminary", notice=False)
    posted = Posted("probationary", D(2025, 4, 28), 5)
    filled = (Done("form", D(2025, 4, 28)),)
    for closed, day, said in (
        (None, D(2025, 5, 9), ["unclosed"]), (D(2025, 5, 9), D(2025, 5, 8), ["clock"]), (D(2025, 5, 9), D(2025, 5, 9), []),
        (D(2025, 5, 12), D(2025, 5, 9), ["clock"]), (D(2025, 5, 12), D(2025, 5, 12), []),
        (D(2025, 5, 8), D(2025, 5, 8), ["clock"]), (D(2025, 5, 8), D(2025, 5, 9), []),  # closed on its last day
    ):  # fmt: skip
        hung = Posted(posted.point, posted.posted_on, 5, closed)
        told = Facts((*facts.steps, *filled), (*facts.notices, hung), facts.papers, facts.helps)
        place = way(told, PART, CALENDAR, day).by_code["admit_vote"]
        assert [block.kind for block in engine.refusals(place, day)] == said, (closed, day)


def test_a_notice_that_holds_the_matter_up_and_one_from_before_serve_nothing() -> None:
    facts = walked("preliminary", notice=False)
    filled = (*facts.steps, Done("form", D(2025, 4, 28)))
    for hung, kind in (
        (Posted("probationary", D(2025, 4, 28), 5, D(2025, 5, 12), held_up=True), "held_up"),
        (Posted("probationary", D(2025, 1, 6), 5, D(2025, 1, 20)), "notice"),
    ):
        place = way(
            Facts(filled, (*facts.notices, hung), facts.papers, facts.helps), PART, CALENDAR, D(2025, 6, 10)
        ).by_code["admit_vote"]
        assert [block.kind for block in place.blocks] == [kind]
        assert place.state == "blocked"


def test_approval_three_months_warns_six_months_refuses_and_sends_back() -> None:
    facts = walked("superior_talk")  # the meeting was on 2025-06-10

    def at(day: date) -> engine.Way:
        return way(facts, PART, CALENDAR, day)

    place = at(D(2025, 9, 10)).by_code["admit_approved"]
    assert place.due == When(D(2025, 9, 10)) and not place.late(D(2025, 9, 10)) and place.late(D(2025, 9, 11))
    assert engine.refusals(at(D(2025, 12, 10)).by_code["admit_approved"], D(2025, 12, 10)) == ()
    late = at(D(2025, 12, 11))
    assert engine.refusals(late.by_code["admit_approved"], D(2025, 12, 11))
    assert late.by_code["admit_vote"].redo and late.by_code["admit_vote"].round == 2
    assert late.next is not None and late.next.step.code == "admit_vote"
    # Held anew: what followed the first meeting no longer stands, and probation runs from the second.
    again = Facts((*facts.steps, Done("admit_vote", D(2026, 1, 8), 2)), facts.notices, facts.papers, facts.helps)
    found = way(again, PART, CALENDAR, D(2026, 1, 8))
    assert found.by_code["superior_talk"].state == "open"
    assert found.probation_end == D(2027, 1, 8)


def test_probation_ends_on_the_same_day_and_is_extended_once() -> None:
    facts = walked("full_application")
    found = way(facts, PART, CALENDAR, D(2026, 6, 10))
    assert (found.probation_end, found.extended) == (D(2026, 6, 10), False)
    decided = Done("full_vote", D(2026, 6, 11), decision=engine.EXTEND, until=D(2026, 12, 10))
    told = Facts((*facts.steps, decided), facts.notices, facts.papers, facts.helps)
    assert way(told, PART, CALENDAR, D(2026, 6, 12)).probation_end == D(2026, 6, 10)  # not approved yet
    sealed = Facts((*told.steps, Done("full_approved", D(2026, 7, 1))), told.notices, told.papers, told.helps)
    found = way(sealed, PART, CALENDAR, D(2026, 7, 1))
    assert (found.probation_end, found.extended) == (D(2026, 12, 10), True)
    place = found.by_code["full_vote"]
    assert (place.round, place.state) == (2, "blocked")  # a new notice comes before the second meeting
    assert place.earliest == When(D(2026, 12, 10))


@pytest.mark.parametrize(
    ("until", "said"),
    [(D(2026, 12, 9), "short"), (D(2026, 12, 10), ""), (D(2027, 6, 10), ""), (D(2027, 6, 11), "long")],
)
def test_an_extension_lasts_half_a_year_to_a_year(until: date, said: str) -> None:
    assert engine.extension_wrong(D(2026, 6, 10), until, PART) == said


@pytest.mark.parametrize(
    ("ballot", "roll", "wrong", "meets", "carries"),
    [
        (Ballot(8, 5, 5), 8, "", True, True), (Ballot(8, 5, 4), 8, "", True, False), (Ballot(8, 4, 4), 8, "", False, False),
        (Ballot(7, 4, 4), 7, "", True, True), (Ballot(7, 4, 3), 7, "", True, False), (Ballot(7, 3, 3), 7, "", False, False),
        (Ballot(7, 4, 3, written=1), 7, "", True, True), (Ballot(8, 5, 4, written=1), 8, "", True, True),
        (Ballot(8, 5, 4, 1), 8, "", True, False), (Ballot(9, 5, 4, 1), 8, "roll", True, False),
        (Ballot(8, 9, 5), 8, "present", True, True), (Ballot(8, 5, 5, 1), 8, "votes", True, True),
        (Ballot(8, 5, 3, 1, 2), 8, "votes", True, False), (Ballot(8, 5, 5, written=4), 8, "written", True, True),
        (Ballot(8, 5, 5, written=3), 8, "", True, True), (Ballot(0, 0, 0), 8, "empty", False, False),
        (Ballot(8, 5, -1), 8, "empty", True, False), (Ballot(9, 5, 5), None, "", True, True),
        (Ballot(1, 1, 1), 1, "", True, True), (Ballot(2, 2, 1), 2, "", True, False), (Ballot(2, 1, 1), 2, "", False, False),
    ],
)  # fmt: skip
def test_votes_on_both_sides_of_half(ballot: Ballot, roll: int | None, wrong: str, meets: bool, carries: bool) -> None:
    assert engine.sums_wrong(ballot, roll, 0 if roll is None else max(0, roll - ballot.entitled)) == wrong
    assert engine.quorate(ballot, (1, 2)) is meets
    assert engine.carried(ballot, (1, 2)) is carries


@pytest.mark.parametrize(
    ("entitled", "left_out", "fewer", "wrong"),
    [
        (14, 0, "", ""), (13, 0, "", "fewer"), (3, 0, "", "fewer"), (13, 1, "", ""), (12, 1, "", "fewer"), (3, 0, "AWAY", ""),
        (15, 0, "", "roll"), (15, 1, "AWAY", "roll"), (14, 1, "", ""),
    ],
)  # fmt: skip
def test_the_base_is_the_roll_of_the_day(entitled: int, left_out: int, fewer: str, wrong: str) -> None:
    """Fourteen full members; fewer are entitled only where they are left out, or for a reason that is said."""
    ballot = Ballot(entitled, entitled, entitled, fewer=fewer)
    assert engine.sums_wrong(ballot, 14, left_out) == wrong
    assert engine.sums_wrong(ballot, None) == ""


def test_who_acts_next_and_what_is_missing() -> None:
    apply = Facts((Done("apply", D(2025, 3, 3)),))
    first = way(apply, PART, CALENDAR, D(2025, 3, 4))
    assert (first.who, first.stage) == ("branch", "applying")
    assert first.next is not None
    assert [(b.kind, b.code) for b in first.next.blocks] == [("paper", "application")]
    waiting = way(walked("candidate"), PART, CALENDAR, D(2025, 4, 20))
    assert waiting.next is not None and waiting.next.step.code == "candidate_filed"
    assert (waiting.who, waiting.stage) == ("superior", "candidate")
    form = way(walked("preliminary"), PART, CALENDAR, D(2025, 5, 20))
    assert form.who == "applicant"
    over = way(walked("filed"), PART, CALENDAR, D(2027, 1, 1))
    assert over.next is None and over.who == ""
    assert {place.state for place in over.places} == {"done"}


def test_half_yearly_reviews_come_due_and_end_with_the_candidate() -> None:
    facts = walked("contacts")

    def review(day: date, *more: Done) -> engine.Way:
        told = Facts((*facts.steps, *more), facts.notices, facts.papers, facts.helps)
        return way(told, PART, CALENDAR, day)

    once = review(D(2024, 9, 4)).by_code["observed"]
    assert once.due == When(D(2024, 9, 3))  # before the calendar of the test begins: past, not provisional
    first = Done("observed", D(2024, 12, 2), 1)
    second = review(D(2025, 6, 3), first)
    assert second.by_code["observed"].due == When(D(2025, 6, 30)) and second.by_code["observed"].round == 2
    assert not second.by_code["observed"].late(D(2025, 6, 30)) and second.by_code["observed"].late(D(2025, 7, 1))
    day_before = review(D(2025, 6, 1), first).by_code["observed"]
    assert (day_before.state, day_before.earliest) == ("waits", When(D(2025, 6, 2)))  # half a year, that day included
    assert [block.kind for block in engine.refusals(day_before, D(2025, 6, 1))] == ["clock"]
    assert engine.refusals(day_before, D(2025, 6, 2)) == ()
    close = (D(2024, 12, 2), D(2024, 12, 3), D(2025, 6, 1), D(2025, 6, 2))
    assert [engine.too_close(day_before, day) for day in close] == [False, True, True, False]
    assert not engine.too_close(once, D(2024, 9, 1))
    assert [(b.kind, b.n) for b in second.by_code["candidate"].blocks if b.kind != "paper"] == [("times", 1)]
    assert way(walked("candidate"), PART, CALENDAR, D(2025, 5, 1)).by_code["observed"].state == "done"


def test_helpers_are_counted_on_the_day() -> None:
    steps = tuple(Done(code, D(2024, 3, 1)) for code in ("apply", "talk", "activist"))
    for helps, state in (
        ((), "blocked"), ((Help("CONTACT", D(2024, 3, 5)),), "open"), ((Help("CONTACT", D(2024, 3, 7)),), "blocked"),
        ((Help("CONTACT", D(2024, 3, 1), D(2024, 3, 6)),), "blocked"), ((Help("INTRODUCER", D(2024, 3, 1)),), "blocked"),
        (tuple(Help("CONTACT", D(2024, 3, 1)) for _n in range(3)), "blocked"),
    ):  # fmt: skip
        assert way(Facts(steps, helps=helps), PART, CALENDAR, D(2024, 3, 6)).by_code["contacts"].state == state
