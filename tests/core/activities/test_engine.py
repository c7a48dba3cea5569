"""Arithmetic of an act: hours, days, votes, roster, tags. Every boundary from both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.core.activities import engine
from hongzhu.core.activities.engine import Facts, Fraction, Seat

HALF = Fraction(1, 2, more=True)
FOUR_FIFTHS = Fraction(4, 5, more=True)


@dataclass(frozen=True)
class Condition:
    kinds: tuple[str, ...] = ()
    parts_any: tuple[str, ...] = ()
    parts_all: tuple[str, ...] = ()
    topics_any: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tag:
    code: str
    condition: Condition
    amount: str = "none"
    per_person: bool = False
    active: bool = True


THEME = Tag("theme_day", Condition(kinds=("theme_day",)))
MEETING = Tag("members_meeting", Condition(kinds=("theme_day",), parts_any=("deliberation", "vote")))
LECTURE = Tag("lecture", Condition(parts_any=("lecture",), needs=("lecture_title", "lecturer")))
HOURS = Tag("study_hours", Condition(parts_any=("study",)), amount="hours", per_person=True)
COMMITTEE = Tag("committee", Condition(kinds=("committee_meeting",)))
TAGS = (THEME, MEETING, LECTURE, HOURS, COMMITTEE)
OFFERED = ("study", "lecture", "deliberation", "vote")


def propose(facts: Facts, most: int | None = None) -> dict[str, engine.Proposal]:
    rows = engine.propose(facts, TAGS, offered=OFFERED, minutes_per_hour=60, most=most)
    return {row.tag: row for row in rows}


def test_met_tags_come_with_hours() -> None:
    found = propose(
        Facts("theme_day", frozenset({"study", "lecture"}), has=frozenset({"lecture_title", "lecturer"}), minutes=90)
    )

    assert [tag for tag, row in found.items() if row.met] == ["theme_day", "lecture", "study_hours"]
    assert found["study_hours"].amount == 150
    assert found["members_meeting"].lacks == (engine.Lack("parts_any", ("deliberation", "vote")),)


def test_a_tag_out_of_reach_is_not_shown() -> None:
    assert "committee" not in propose(Facts("theme_day", frozenset()))


def test_a_lecture_without_title_is_not_met() -> None:
    found = propose(Facts("theme_day", frozenset({"lecture"}), has=frozenset({"lecturer"})))

    assert found["lecture"].lacks == (engine.Lack("needs", ("lecture_title",)),)


@pytest.mark.parametrize(("most", "over"), [(1, ["lecture"]), (2, []), (None, [])])
def test_most_tags_of_one_act(most: int | None, over: list[str]) -> None:
    found = propose(
        Facts("theme_day", frozenset({"study", "lecture"}), has=frozenset({"lecture_title", "lecturer"})), most
    )

    assert [tag for tag, row in found.items() if row.over] == over
    assert found["study_hours"].met, "hours of people weigh nothing against the most tags"


@pytest.mark.parametrize(
    ("minutes", "per_hour", "expected"), [(90, 45, 200), (90, 60, 150), (44, 45, 97), (45, 45, 100), (0, 45, 0)]
)
def test_hours(minutes: int, per_hour: int, expected: int) -> None:
    assert engine.hours(minutes, per_hour) == expected


def test_hours_need_a_length() -> None:
    with pytest.raises(ValueError):
        engine.hours(90, 0)


def test_minutes_of_two_days_and_of_unknown_hours() -> None:
    assert engine.minutes_of(date(2026, 8, 16), date(2026, 8, 17), time(8), time(12)) == 480
    assert engine.minutes_of(date(2026, 8, 16), date(2026, 8, 16), None, time(12)) == 0
    assert engine.minutes_of(date(2026, 8, 16), date(2026, 8, 16), time(12), time(8)) == 0


@pytest.mark.parametrize(
    ("month", "weekday", "week", "expected"),
    [
        (11, 4, 3, date(2026, 11, 20)),
        (11, 0, 5, date(2026, 11, 30)),
        (11, 4, 5, date(2026, 11, 27)),
        (2, 6, 1, date(2026, 2, 1)),
    ],
)
def test_fixed_party_day(month: int, weekday: int, week: int, expected: date) -> None:
    assert engine.nth_weekday(2026, month, weekday, week) == expected


@pytest.mark.parametrize(("weekday", "week"), [(7, 1), (-1, 1), (0, 0), (0, 6)])
def test_no_such_weekday(weekday: int, week: int) -> None:
    with pytest.raises(ValueError):
        engine.nth_weekday(2026, 11, weekday, week)


@pytest.mark.parametrize(
    ("entitled", "present", "favour", "quorate", "carried"),
    [
        (24, 12, 12, False, False),  # exactly half is not more than half
        (24, 13, 12, True, False),  # half of all entitled is not enough
        (24, 13, 13, True, True),
        (25, 13, 13, True, True),
        (25, 13, 12, True, False),
        (0, 0, 0, False, False),
    ],
)
def test_more_than_half_of_all_entitled(entitled: int, present: int, favour: int, quorate: bool, carried: bool) -> None:
    result = engine.count_vote(
        entitled=entitled, present=present, favour=favour, attendance=HALF, votes=HALF, base="entitled"
    )

    assert (result.quorate, result.carried) == (quorate, carried)


@pytest.mark.parametrize(("present", "favour", "carried"), [(16, 16, False), (17, 8, False), (17, 9, True)])
def test_election_counts_those_present(present: int, favour: int, carried: bool) -> None:
    """More than four fifths of 20 are 17; more than half of 17 are 9."""
    result = engine.count_vote(
        entitled=20, present=present, favour=favour, attendance=FOUR_FIFTHS, votes=HALF, base="present"
    )

    assert result.carried is carried
    assert result.least_present == 17


@given(st.integers(1, 500), st.integers(1, 9), st.integers(1, 9), st.booleans())
def test_the_least_number_reaches_and_one_less_does_not(whole: int, top: int, bottom: int, more: bool) -> None:
    least = Fraction(top, bottom, more).least(whole)

    def reaches(n: int) -> bool:
        return n * bottom > whole * top if more else n * bottom >= whole * top

    assert reaches(least)
    assert not reaches(least - 1)


SEATS = [
    Seat(1, 9, "FULL"),
    Seat(2, 9, "FULL"),
    Seat(3, 9, "PROBATIONARY"),
    Seat(4, 9, "FULL", left_out=True),
    Seat(5, 9, "ACTIVIST"),
]


def test_there_by_default_absent_by_exception() -> None:
    states = engine.stand(SEATS, {2: "SICK"})

    assert states == {1: "PRESENT", 2: "SICK", 3: "PRESENT", 4: "LEFT_OUT", 5: "PRESENT"}
    assert engine.tally(states.values()) == (4, 3)


def test_who_has_no_vote_is_in_neither_number() -> None:
    assert engine.voters(SEATS, engine.stand(SEATS, {2: "SICK"})) == (2, 1)


def test_process_is_headings_only() -> None:
    laid_out = engine.lay_out(["集中学习", "党课：从党章看教师的本分"], ["一", "二"], "、")

    assert laid_out.splitlines()[0] == "一、集中学习"
    assert engine.only_headings(laid_out, ["集中学习", "党课：从党章看教师的本分"])
    assert not engine.only_headings(laid_out + "\n领学第一章", ["集中学习", "党课：从党章看教师的本分"])


@pytest.mark.parametrize(
    ("told", "known", "meant"),
    [
        ([("甲", 1), ("乙改", 2)], {1: "甲", 2: "乙"}, [1, 2]),
        ([("乙", 2), ("丙", None)], {1: "甲", 2: "乙"}, [2, None]),
        ([("乙", None), ("甲", 2)], {1: "甲", 2: "乙"}, [None, 2]),
        ([(" 甲 ", None), ("甲", None)], {1: "甲", 2: "乙"}, [1, None]),
        ([("甲", None), ("乙", 7)], {1: None, 2: "乙"}, [None, 2]),
        ([("甲改", 1)], {1: None}, [1]),
        ([("甲", 1), ("甲改", 1)], {1: "甲"}, [1, None]),
        ([], {1: "甲"}, []),
    ],
)
def test_items_are_known_again(
    told: list[tuple[str, int | None]], known: dict[int, str | None], meant: list[int | None]
) -> None:
    """By id first, whatever the words; then by the words; what is no longer pursued by its id alone; each once."""
    assert engine.pair_items([engine.ItemTold(matter, pk=pk) for matter, pk in told], known) == meant


def test_who_need_not_come_stands_as_there_only_when_named() -> None:
    seats = [
        engine.Seat(1, 9, "FULL", left_out=True),
        engine.Seat(2, 9, "FULL", left_out=True),
        engine.Seat(3, 9, "FULL"),
    ]
    there = {1: engine.PRESENT, 2: engine.LEFT_OUT, 3: engine.PRESENT}
    assert engine.stand(seats, {}, {1}) == there
    assert engine.stand(seats, {3: "SICK", 1: "OFFICIAL"}, {1}) == there | {1: "OFFICIAL", 3: "SICK"}
