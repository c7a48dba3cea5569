"""Both sides of every threshold: ends of terms, four fifths, half, the last seat, counts that cannot be."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import pytest

from hongzhu.services.party.engine import terms as engine


@pytest.mark.parametrize(
    ("day", "years", "due"),
    [
        (date(2023, 10, 15), 3, date(2026, 10, 15)),
        (date(2021, 4, 1), 5, date(2026, 4, 1)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 11, 20), -1, date(2025, 11, 20)),
    ],
)
def test_a_term_ends_on_the_same_day_years_later(day: date, years: int, due: date) -> None:
    assert engine.years_later(day, years) == due


DUE = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("today", "until", "state"),
    [
        (date(2026, 4, 17), None, "running"),  # 181 days before
        (date(2026, 4, 18), None, "soon"),  # 180 days before
        (DUE, None, "soon"),  # the due day itself is in time
        (date(2026, 10, 16), None, "overdue"),
        (date(2026, 10, 16), date(2027, 3, 1), "delayed"),
        (date(2027, 3, 1), date(2027, 3, 1), "delayed"),  # so is the day approved to
        (date(2027, 3, 2), date(2027, 3, 1), "overdue"),
        (date(2026, 3, 1), date(2026, 3, 1), "early"),
        (date(2026, 3, 2), date(2026, 3, 1), "running"),  # the earlier day has passed: the term goes on to its end
        (date(2026, 10, 16), date(2026, 3, 1), "overdue"),
    ],
)
def test_how_a_term_stands(today: date, until: date | None, state: str) -> None:
    term = engine.term_of(date(2023, 10, 15), 3, 180, until, today)
    assert (term.due_on, term.state, term.deadline) == (DUE, state, max(DUE, until or DUE))


def test_without_a_last_election_nothing_is_claimed() -> None:
    term = engine.term_of(None, 3, 180, None, date(2026, 1, 1))
    assert (term.state, term.due_on, term.deadline) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("until", "may"),
    [
        (date(2025, 10, 14), False),
        (date(2025, 10, 15), True),
        (DUE, False),
        (date(2027, 10, 15), True),
        (date(2027, 10, 16), False),
    ],
)
def test_at_most_a_year_either_way(until: date, may: bool) -> None:
    assert engine.may_shift(DUE, until, 1, DUE) is may


@pytest.mark.parametrize(
    ("today", "until", "may"),
    [
        (date(2027, 10, 14), date(2027, 10, 16), False),  # the year runs out tomorrow: not beyond it yet
        (date(2027, 10, 15), date(2027, 10, 16), True),
        (date(2028, 3, 1), date(2028, 2, 29), False),  # gone by
        (date(2028, 3, 1), date(2028, 3, 1), True),
        (date(2028, 3, 1), date(2029, 3, 1), True),
        (date(2028, 3, 1), date(2029, 3, 2), False),
        (date(2028, 3, 1), date(2027, 1, 4), True),  # an approval of that time, entered late
        (date(2028, 3, 1), DUE, False),
    ],
)
def test_past_even_that_a_day_to_come_within_a_year(today: date, until: date, may: bool) -> None:
    assert engine.may_shift(DUE, until, 1, today) is may


@pytest.mark.parametrize(
    ("present", "entitled", "more", "meets"),
    [
        (8, 10, True, False),  # exactly four fifths: not more
        (8, 10, False, True),  # exactly four fifths: not fewer
        (9, 10, True, True),
        (7, 10, False, False),
        (7, 8, True, True),
        (6, 8, False, False),
        (4, 5, True, False),
        (4, 5, False, True),
        (5, 5, True, True),
        (3, 5, False, False),
    ],
)
def test_exactly_four_fifths_is_where_the_two_rules_part(present: int, entitled: int, more: bool, meets: bool) -> None:
    assert engine.reaches(present, entitled, 4, 5, more=more) is meets


@pytest.mark.parametrize("more", [True, False])
def test_the_number_needed_is_the_smallest_that_reaches_and_equals_exact_fractions(more: bool) -> None:
    for entitled in range(1, 400):
        needed = engine.present_needed(entitled, 4, 5, more=more)
        assert engine.reaches(needed, entitled, 4, 5, more=more)
        assert not engine.reaches(needed - 1, entitled, 4, 5, more=more)
        share = Fraction(4, 5) * entitled
        assert (needed > share) if more else (needed >= share)


@pytest.mark.parametrize(("seats", "needed"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9), (10, 12)])
def test_a_fifth_more_candidates_than_seats(seats: int, needed: int) -> None:
    assert engine.candidates_needed(seats, 20) == needed


@pytest.mark.parametrize(
    ("counts", "votes", "fault"),
    [
        ((10, 10, 10, 10, 10), (10, 9, 8), ""),
        ((10, 11, 10, 10, 10), (1,), "present"),
        ((10, 9, 10, 9, 9), (1,), "issued"),
        ((10, 9, 9, 10, 9), (1,), "returned"),
        ((10, 9, 9, 8, 9), (1,), "valid"),
        ((10, 9, 9, 9, 8), (9,), "votes"),
        ((10, 9, 9, 9, 8), (8,), ""),
        ((10, 9, 9, 9, 8), (8, 8, 8, 1), "total"),
        ((10, 9, 9, 9, 8), (8, 8, 7, 1), ""),
    ],
)
def test_counts_that_cannot_be(counts: tuple[int, ...], votes: tuple[int, ...], fault: str) -> None:
    assert engine.fault_of(engine.Ballots(*counts), votes, 3) == fault


def elect(votes: list[int], present: int, seats: int, again: list[int | None] | None = None) -> engine.Result:
    return engine.result(votes, again or [None] * len(votes), present, seats)


def test_more_than_half_of_those_present() -> None:
    assert elect([5, 4], 8, 2).elected == {0}  # 4 of 8 is half, not more
    assert elect([5, 4], 7, 2).elected == {0, 1}
    assert elect([5, 4], 8, 2).vacant == 1


def test_within_the_seats_the_most_votes_first() -> None:
    found = elect([6, 9, 8, 7], 10, 3)
    assert (found.elected, found.tied, found.vacant) == ({1, 2, 3}, frozenset(), 0)


def test_a_tie_at_the_last_seat_gives_it_to_nobody() -> None:
    found = elect([9, 7, 7, 6], 10, 2)
    assert (found.elected, found.tied, found.vacant) == ({0}, {1, 2}, 1)
    three = elect([9, 7, 7, 7], 10, 3)
    assert (three.elected, three.tied, three.vacant) == ({0}, {1, 2, 3}, 2)


def test_a_tie_that_fits_is_no_tie() -> None:
    assert elect([9, 7, 7], 10, 3).elected == {0, 1, 2}


def test_the_second_ballot_settles_it() -> None:
    assert elect([9, 7, 7, 6], 10, 2, [None, 4, 6, None]).elected == {0, 2}
    still = elect([9, 7, 7, 6], 10, 2, [None, 5, 5, None])
    assert (still.elected, still.tied) == ({0}, {1, 2})
    half = elect([9, 7, 7, 7], 10, 3, [None, 8, 5, 5])
    assert (half.elected, half.tied, half.vacant) == ({0, 1}, {2, 3}, 1)


def test_random_ballots_keep_the_rules() -> None:
    rng = random.Random(28)
    for _case in range(2000):
        present, seats, n = rng.randint(1, 60), rng.randint(1, 7), rng.randint(1, 10)
        votes = [rng.randint(0, present) for _ in range(n)]
        again = [rng.choice([None, rng.randint(0, present)]) for _ in range(n)]
        found = engine.result(votes, again, present, seats)
        assert len(found.elected) + found.vacant == seats
        assert all(2 * votes[place] > present for place in found.elected | found.tied)
        assert not found.elected & found.tied
        passed = [place for place in range(n) if 2 * votes[place] > present]
        # Nobody with fewer votes is in while one with more is out.
        assert all(
            votes[inside] >= votes[out] for inside in found.elected for out in passed if out not in found.elected
        )
        if found.vacant:
            assert found.tied or len(found.elected) == len(passed)
