"""Published numbers: what counts, what does not, and what is behind each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hongzhu.core.activities import actions, measures
from hongzhu.core.measures.queries import MeasureScope
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.queries import path_of
from hongzhu.kit.dates import Period
from tests.cast import FOUNDED, SYSTEM

from .conftest import NOW, TODAY, told

YEAR = Period.year(2026)
LATER = NOW + timedelta(days=1)


def values(run: Any, cast: Any, period: Period = YEAR, known_at: Any = LATER, **asked: Any) -> dict[int, int]:
    return {row.org_id: row.value for row in run(MeasureScope(cast.bureau.pk), period, known_at, **asked)}


def test_acts_by_kind_part_topic_and_tag(cast: Any, record: Any) -> None:
    act = record(topic="party_history")
    record(theme="又一次", parts=("study",), lecture_title="", joint=[(cast.other_branch, "theme_day")])
    record(theme="双桥", body=cast.other_branch)

    assert values(measures.acts, cast) == {cast.branch.pk: 2, cast.other_branch.pk: 1}, "a joint act counts once"
    assert values(measures.acts, cast, topic="party_history") == {cast.branch.pk: 1}
    assert values(measures.acts, cast, part="lecture", kind="theme_day") == {cast.branch.pk: 1, cast.other_branch.pk: 1}
    assert values(measures.acts, cast, part="lect") == {}
    assert values(measures.acts, cast, tag="lecture") == {}
    actions.confirm(act=act, counted={(cast.branch.pk, "lecture")}, by=cast.actor("organiser"), now=NOW)
    assert values(measures.acts, cast, tag="lecture") == {cast.branch.pk: 1}


def test_outside_scope_period_or_knowledge_changes_nothing(cast: Any, record: Any) -> None:
    record()
    before = values(measures.acts, cast)
    record(held_on=date(2025, 12, 31), theme="去年")
    late = record(theme="明天才记", now=NOW + timedelta(days=3))

    assert values(measures.acts, cast) == before
    assert values(measures.acts, cast, known_at=NOW + timedelta(days=4)) == {cast.branch.pk: 2}
    actions.void(act=late, reason="记重了", by=cast.actor("organiser"), now=NOW + timedelta(days=5))
    assert values(measures.acts, cast, known_at=NOW + timedelta(days=4)) == {cast.branch.pk: 2}, "as it was known then"
    assert values(measures.acts, cast, known_at=NOW + timedelta(days=6)) == {cast.branch.pk: 1}
    far = MeasureScope(cast.far_bureau.pk)
    assert list(measures.acts(far, YEAR, LATER)) == []
    part = MeasureScope(cast.bureau.pk, path_of(cast.general_branch, TODAY), TODAY)
    assert [row.value for row in measures.acts(part, YEAR, LATER)] == [1]


def test_lectures_by_the_post_held_on_the_day(cast: Any, record: Any) -> None:
    record()
    record(theme="普通党员讲", lecturer=cast.people[3].pk)

    assert values(measures.lectures_by, cast) == {cast.branch.pk: 2}
    assert values(measures.lectures_by, cast, post="SECRETARY") == {cast.branch.pk: 1}
    assert measures.lecture_rows(MeasureScope(cast.bureau.pk), YEAR, LATER, post="SECRETARY").count() == 1


def test_outputs_are_summed(cast: Any, record: Any) -> None:
    record(outputs={"reflections": 7})
    record(theme="又一次", outputs={"reflections": 5, "helped": 2})

    assert values(measures.outputs, cast, output="reflections") == {cast.branch.pk: 12}
    assert values(measures.outputs, cast, output="listeners") == {}
    assert measures.output_rows(MeasureScope(cast.bureau.pk), YEAR, LATER, output="reflections").count() == 2


def test_the_highest_ordinal(cast: Any, record: Any) -> None:
    for number in range(3):
        record(theme=f"第{number}次")

    assert values(measures.ordinal, cast, kind="theme_day") == {cast.branch.pk: 3}
    assert values(measures.ordinal, cast, kind="study") == {}


def test_the_floor_of_classes_knows_its_zeros(cast: Any) -> None:
    second = orgs.set_up(bureau=cast.bureau, kind="CLASS", name="一年级2班", parent=cast.school, by=SYSTEM, on=FOUNDED)
    teacher = cast.people[5].pk
    lesson = told(kind="class_lesson", parts=("lesson",), lecturer=teacher, lecture_title="", topic="party_history")
    for _number in range(3):
        actions.record(body=cast.class_one, told=lesson, by=cast.actor("school_secretary"), on=TODAY, now=NOW)

    assert values(measures.class_floor, cast, kind="class_lesson", topic="party_history") == {
        cast.class_one.pk: 3,
        second.pk: 0,
    }
    assert values(measures.class_floor, cast, kind="class_lesson", topic="constitution") == {
        cast.class_one.pk: 0,
        second.pk: 0,
    }
