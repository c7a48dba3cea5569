"""记录自查: each finding appears when it should, and an honest record has none."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from hongzhu.core.activities import actions, engine, queries
from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.people.models import Membership
from hongzhu.core.policies.models import CalendarDay

from .conftest import NOW, TODAY

LONG = "一、集中学习\n领学党章第一章和第二章，逐条对照岗位职责，讨论怎样把备课和家访做实，明确了三项改进。"


def found(cast: Any, today: date = TODAY) -> set[str]:
    return {doubt.code for doubt in queries.self_check(cast.branch, 2026, today)}


def test_an_honest_record_has_none(cast: Any, record: Any) -> None:
    record(chair=cast.people[0].pk)

    assert found(cast) == set()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("no_title", {"lecture_title": ""}),
        ("no_lecturer", {"lecturer": None}),
        ("no_vote", {"parts": ("study", "vote")}),
        ("no_chair", {"chair": None}),
        ("no_process", {"process": "一、集中学习\n\n二、党课"}),
        ("late", {"held_on": date(2026, 11, 10)}),
        ("probationary", {"parts": ("vote",), "votes": (engine.VoteTold("转正", favour=9, entitled=9, present=9),)}),
        ("not_carried", {"parts": ("vote",), "votes": (engine.VoteTold("计划", favour=4),)}),
        ("overdue", {"items": (engine.ItemTold("修订值班表", due_on=date(2026, 11, 20)),)}),
    ],
)
def test_one_thing_wrong_is_one_finding(cast: Any, record: Any, code: str, changes: dict[str, Any]) -> None:
    record(**({"chair": cast.people[0].pk} | changes))

    assert found(cast) == {code}


@pytest.mark.parametrize(
    "changes",
    [
        {"held_on": date(2026, 11, 11)},
        {"held_on": date(2026, 10, 10), "late_note": "书记住院"},
        {"parts": ("vote",), "votes": (engine.VoteTold("计划", favour=5),)},
        {"items": (engine.ItemTold("修订值班表", due_on=TODAY),)},
    ],
)
def test_just_inside_the_boundary_is_fine(cast: Any, record: Any, changes: dict[str, Any]) -> None:
    record(**({"chair": cast.people[0].pk} | changes))

    assert found(cast) == set()


@pytest.mark.parametrize(
    ("away", "favour", "said"),
    [
        (1, 4, ""),  # of 8 entitled 7 came: four fifths are there, and 4 is more than half of 7
        (1, 3, "赞成3票，至少4票才能通过"),
        (2, 6, "实到6人，至少7人到会才能表决"),
    ],
)
def test_an_election_is_judged_by_those_who_came_as_its_sheet_does(
    cast: Any, record: Any, away: int, favour: int, said: str
) -> None:
    absent = {person.pk: "SICK" for person in cast.people[3 : 3 + away]}
    vote = engine.VoteTold("选举支部委员", favour=favour, rule="election")
    record(kind="members_meeting", parts=("vote",), votes=(vote,), absences=absent, chair=cast.people[0].pk)
    found = [doubt.what for doubt in queries.self_check(cast.branch, 2026, TODAY) if doubt.code == "not_carried"]
    assert [said in what for what in found] == ([True] if said else [])


def test_roster_and_register_disagree(cast: Any, record: Any) -> None:
    record(chair=cast.people[0].pk)
    Membership.objects.filter(person=cast.people[5]).update(from_on=date(2026, 11, 21))

    assert found(cast) == {"roster"}


def test_committee_after_the_meeting_it_prepared(cast: Any, record: Any) -> None:
    vote = {"parts": ("vote",), "votes": (engine.VoteTold("接收苏念慈为预备党员", favour=8),)}
    record(kind="members_meeting", held_on=date(2026, 11, 18), chair=cast.people[0].pk, **vote)
    late = record(
        kind="committee_meeting", held_on=date(2026, 11, 19), theme="研究接收苏念慈为预备党员", parts=("deliberation",),
        chair=cast.people[0].pk, lecture_title="", process=LONG,
    )  # fmt: skip
    doubts = queries.self_check(cast.branch, 2026, TODAY)
    assert [(doubt.code, doubt.act) for doubt in doubts] == [("order", late.pk)]

    Act.objects.filter(pk=late.pk).update(held_on=date(2026, 11, 17))
    assert found(cast) == set()


def test_one_person_in_two_places(cast: Any, record: Any) -> None:
    record(chair=cast.people[0].pk)
    record(
        chair=cast.people[0].pk,
        kind="study",
        parts=("study",),
        starts_at=time(16),
        ends_at=time(17),
        lecture_title="",
        process=LONG,
    )
    assert found(cast) == {"twice"}

    Act.objects.filter(kind="study").update(starts_at=time(17), ends_at=time(18))
    assert found(cast) == set()


def test_held_on_a_public_holiday(cast: Any, record: Any) -> None:
    CalendarDay.objects.filter(on=date(2026, 11, 20)).delete()
    CalendarDay.objects.create(bureau=cast.bureau, on=date(2026, 11, 20), kind="HOLIDAY", name="校庆")
    record(chair=cast.people[0].pk)

    assert found(cast) == {"holiday"}


def test_text_nearly_that_of_last_month(cast: Any, record: Any) -> None:
    record(chair=cast.people[0].pk, held_on=date(2026, 11, 13), process=LONG)
    record(chair=cast.people[0].pk, process=LONG.replace("三项", "两项"))
    assert found(cast) == {"alike"}

    Act.objects.filter(held_on=date(2026, 11, 20)).update(
        process="一、集中学习\n请镇卫生院的医生讲传染病防控，现场练习了心肺复苏，十二人考核过关。"
    )
    assert found(cast) == set()


def test_absent_and_not_made_up_after_a_month(cast: Any, record: Any) -> None:
    act = record(chair=cast.people[0].pk, absences={cast.people[3].pk: "SICK"})
    assert found(cast) == set()
    assert found(cast, act.held_on + timedelta(days=30)) == set()
    assert found(cast, act.held_on + timedelta(days=31)) == {"not_made_up"}

    Attendance.objects.filter(person=cast.people[3]).update(made_up_on=TODAY)
    assert found(cast, act.held_on + timedelta(days=31)) == set()


def test_sent_back_and_voided(cast: Any, record: Any) -> None:
    act = record(chair=cast.people[0].pk)
    actions.send_for_correction(act=act, note="请补过程", by=cast.actor("party_office"), now=NOW)
    assert found(cast) == {"returned"}

    actions.void(act=act, reason="记重了", by=cast.actor("organiser"), now=NOW)
    assert found(cast) == set()


def test_a_major_decision_without_the_opinion(cast: Any, record: Any) -> None:
    """A18: the Party organisation's opinion comes before the decision."""
    item = engine.ItemTold("调整课后服务收费", kind="MAJOR", category="decisions")
    usual = {
        "kind": "major_decision",
        "parts": ("deliberation",),
        "lecture_title": "",
        "process": LONG,
        "chair": cast.people[0].pk,
    }
    record(items=(item,), **usual)

    assert "no_opinion" in found(cast)


def test_the_committees_own_decision_lacks_none(cast: Any, record: Any) -> None:
    item = engine.ItemTold("调整课后服务收费", kind="MAJOR")
    usual = {"kind": "party_committee", "parts": ("deliberation",), "lecture_title": "", "lecturer": None}
    record(body=cast.committee, by="party_office", items=(item,), process=LONG, chair=cast.people[0].pk, **usual)

    assert "no_opinion" not in {doubt.code for doubt in queries.self_check(cast.committee, 2026, TODAY)}


def test_january_is_held_against_december(cast: Any, record: Any) -> None:
    chair = cast.people[0].pk
    record(chair=chair, held_on=date(2025, 12, 5), process="一、集中学习\n前一次写的是另外的事，没有什么相同的地方。")
    last = record(chair=chair, held_on=date(2025, 12, 19), process=LONG)
    record(chair=chair, held_on=date(2026, 1, 16), process=LONG.replace("三项", "两项"), late_note="补记")
    doubts = [doubt for doubt in queries.self_check(cast.branch, 2026, TODAY) if doubt.code == "alike"]
    assert len(doubts) == 1 and "12月19日" in doubts[0].what

    actions.void(act=last, reason="记重了", by=cast.actor("organiser"), now=NOW)
    assert found(cast) == set()


def test_a_fixed_number_of_queries(cast: Any, record: Any, django_assert_num_queries: Any) -> None:
    record(chair=cast.people[0].pk)
    queries.self_check(cast.branch, 2026, TODAY)  # the pack is loaded once
    with django_assert_num_queries(9) as asked:
        queries.self_check(cast.branch, 2026, TODAY)
    for number in range(2):
        record(chair=cast.people[0].pk, theme=f"又{number}")
    with django_assert_num_queries(len(asked)):
        queries.self_check(cast.branch, 2026, TODAY)
