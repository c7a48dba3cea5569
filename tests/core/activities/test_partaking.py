"""Who took part, person by person; a member sees the own line alone (B18 E04 E05 E07 E25)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from hongzhu.core.activities import actions, queries
from hongzhu.core.activities.models import Attendance
from hongzhu.core.people.models import Engagement
from hongzhu.kit.packs import by_code
from tests.cast import FOUNDED, person
from tests.core.activities.conftest import NOW, TODAY

OATH = {
    "kind": "ethics_oath", "theme": "师德宣誓", "held_on": date(2026, 9, 1), "parts": ("oath",), "lecture_title": "",
    "lecturer": None, "process": "",
}  # fmt: skip


@pytest.fixture
def oath(cast: Any, record: Any) -> Any:
    """The oath of the autumn term: one teacher was ill, one unexcused."""
    gone = {cast.people[5].pk: "SICK", cast.people[6].pk: "UNEXCUSED"}
    return record(body=cast.school, by="school_secretary", absences=gone, **OATH)


def page_of(
    cast: Any, who: str = "school_secretary", body: Any = None, code: str = "ethics_oath", year: int = 2026
) -> Any:
    body = body or cast.school
    kind = by_code(queries.section_of(body.bureau, TODAY).kinds)[code]
    return queries.partaking(cast.accounts[who], body, kind, year, TODAY)


def line_of(made: Any, name: str) -> Any:
    return next(line for line in made.lines if line.name == name)


def made_up(cast: Any, oath: Any, *people: Any, on: date = date(2026, 9, 8)) -> None:
    actions.make_up(
        act=oath, people=[who.pk for who in people], on=on, way="GROUP", seen_to_by="", by=cast.actor("school_secretary"), today=TODAY, now=NOW,
    )  # fmt: skip


def test_the_absent_are_listed_until_they_take_it_later(cast: Any, oath: Any) -> None:
    made = page_of(cast)
    everybody = len(cast.people)
    assert (made.total.due, made.total.there, made.total.left) == (everybody, everybody - 2, 2)
    assert {line.name for line in made.left} == {cast.people[5].name, cast.people[6].name}
    made_up(cast, oath, cast.people[5])
    made = page_of(cast)
    assert [line.name for line in made.left] == [cast.people[6].name]
    assert (made.total.made_up, made.total.left) == (1, 1)
    assert line_of(made, cast.people[5].name).months[9] == queries.Share(1, 0, 1)


def test_the_rate_is_full_only_when_everybody_is_done(cast: Any, oath: Any) -> None:
    assert queries.Share(1000, 999).rate == "99.9"
    assert queries.Share(10000, 9999).rate == "99.9"
    assert queries.Share(3, 2, 1).rate == "100.0"
    assert queries.Share().rate == ""
    made_up(cast, oath, cast.people[5], cast.people[6])
    assert page_of(cast).total.rate == "100.0"


def test_left_out_and_observers_are_not_due(cast: Any, oath: Any) -> None:
    Attendance.objects.filter(act=oath, person=cast.people[5]).update(state="LEFT_OUT")
    Attendance.objects.filter(act=oath, person=cast.people[6]).update(state="OBSERVER")
    made = page_of(cast)
    assert (made.total.due, made.total.left) == (len(cast.people) - 2, 0)


def test_who_has_left_stays_with_a_word_and_who_came_later_has_an_empty_line(cast: Any, oath: Any) -> None:
    Engagement.objects.filter(person=cast.people[6]).update(to_on=date(2026, 10, 1))
    new = person(cast.bureau, "新来的老师")
    Engagement.objects.create(person=new, unit=cast.school, relation="WORKPLACE", from_on=date(2026, 10, 8))
    made = page_of(cast)
    assert not line_of(made, cast.people[6].name).on_roster and line_of(made, cast.people[6].name).total.left == 1
    assert line_of(made, "新来的老师").on_roster and line_of(made, "新来的老师").months == {}


def test_voided_acts_other_years_and_other_kinds_do_not_count(cast: Any, oath: Any) -> None:
    assert page_of(cast, code="staff_study").total.due == 0
    assert page_of(cast, year=2025).total.due == 0
    actions.void(act=oath, reason="记错", by=cast.actor("school_secretary"), now=NOW)
    assert page_of(cast).total.due == 0


def test_a_member_gets_the_own_line_and_nobody_elses_name(cast: Any, record: Any, client: Any) -> None:
    record()
    made = page_of(cast, "member", cast.branch, "theme_day")
    assert made.own_only and [line.name for line in made.lines] == [cast.member.person.name]
    assert made.total.due == 1
    cast.login(client, "member")
    page = client.get(f"/activities/body/{cast.branch.pk}/partaking/?kind=theme_day&year=2026").content.decode()
    assert cast.member.person.name in page
    assert not [who.name for who in cast.people if who.name in page and who != cast.member.person]
    book = client.get(f"/activities/body/{cast.branch.pk}/partaking.xlsx?kind=theme_day&year=2026").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert [row[0] for row in rows[1:]] == [cast.member.person.name]


def test_the_excel_has_everybody_and_the_sum(cast: Any, oath: Any, client: Any) -> None:
    cast.login(client, "school_secretary")
    book = client.get(f"/activities/body/{cast.school.pk}/partaking.xlsx?kind=ethics_oath&year=2026").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    n = len(cast.people)
    assert len(rows) == n + 2
    assert rows[-1][9] == f"{n - 2}/{n}" and rows[-1][13:17] == (n, n - 2, 0, 2)


def test_confidential_kinds_are_hidden_from_who_may_not_see_them(cast: Any, record: Any) -> None:
    record(kind="org_life", parts=(), process="", lecture_title="", lecturer=None, belongs_year=2026)
    assert page_of(cast, "branch_secretary", cast.branch, "org_life").total.due > 0
    assert page_of(cast, "section_officer", cast.branch, "org_life").total.due == 0


@pytest.mark.parametrize("people", [0, 3])
def test_the_page_asks_as_much_for_many_as_for_few(
    cast: Any, oath: Any, people: int, django_assert_num_queries: Any
) -> None:
    for number in range(people):
        Engagement.objects.create(
            person=person(cast.bureau, f"老师{number}"), unit=cast.school, relation="WORKPLACE", from_on=FOUNDED
        )
    kind = by_code(queries.section_of(cast.bureau, TODAY).kinds)["ethics_oath"]
    with django_assert_num_queries(5):
        queries.partaking(cast.accounts["school_secretary"], cast.school, kind, 2026, TODAY)
