"""The roster: who stands in which list, the five derived columns, the three places, papers, a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document

from hongzhu.core.people.models import Membership
from hongzhu.services.party.forms.roster import RosterForm
from hongzhu.services.party.models import DuesBase
from hongzhu.services.party.queries import roster
from hongzhu.services.party.queries.roster import Asked
from tests.cast import joins, person
from tests.services.party.roster.conftest import (
    ON,
    applied,
    held,
    honoured,
    paid,
    posted,
    seconded,
    studied,
    titled,
)

pytestmark = pytest.mark.django_db


def named(cast: Any, user: Any = None, **asked: Any) -> set[str]:
    user = user or cast.branch_secretary
    question = Asked(**{"on": ON} | asked)
    rows = roster.narrowed(roster.members([pk for pk, _name in roster.bodies(user)], question.on), question)
    return {row.person.name for row in roster.ordered(rows)}


def row_of(cast: Any, who: Any, on: date = ON, *, dues: bool = True) -> roster.Row:
    membership = Membership.objects.select_related("person", "org").get(person=who, to_on=None, org=cast.branch)
    return roster.told([membership], on, roster.floors(cast.bureau, on), dues=dues)[0]


def test_lists_hold_who_belongs_there(stage: Any) -> None:
    whole = named(stage)
    assert len(whole) == 9
    member, secretary, organiser = stage.member.person, stage.branch_secretary.person, stage.organiser.person
    Membership.objects.filter(person=member).update(retired=True)
    Membership.objects.filter(person=organiser).update(left_out="AWAY")
    seconded(stage, secretary)

    assert named(stage, who="retired") == {member.name}
    assert named(stage, who="working") == whole - {member.name}
    assert named(stage, who="probationary") == {"苏念慈"}
    assert named(stage, who="mobile") == {organiser.name}
    assert named(stage, who="away") == {secretary.name}


def test_as_of_a_day_before_somebody_joined_and_the_day_itself(stage: Any) -> None:
    assert "苏念慈" not in named(stage, on=date(2026, 6, 11))
    assert "苏念慈" in named(stage, on=date(2026, 6, 12))


def test_an_activist_is_no_member(stage: Any) -> None:
    joins(person(stage.bureau, "温积极"), stage.branch, standing="ACTIVIST")
    assert "温积极" not in named(stage)


def test_only_the_own_part_is_seen(stage: Any) -> None:
    assert "罗与归" not in named(stage)
    assert "罗与归" in named(stage, stage.party_office)
    assert "谢长安" not in named(stage, stage.party_office)
    assert named(stage, stage.member) == set()


def test_by_name_and_pinyin(stage: Any) -> None:
    assert named(stage, text="青原") == named(stage, text="xqy") == {"许青原"}


def test_attendance_counts_the_year_up_to_the_day_without_voided_and_excused(stage: Any) -> None:
    who = stage.member.person
    held(stage, date(2026, 1, 1), (who, "PRESENT"))
    held(stage, date(2026, 5, 8), (who, "SICK"))
    held(stage, ON, (who, "PRESENT"))
    held(stage, ON + timedelta(days=1), (who, "PRESENT"))
    held(stage, date(2025, 12, 31), (who, "PRESENT"))
    held(stage, date(2026, 3, 3), (who, "PRESENT"), status="VOIDED")
    held(stage, date(2026, 3, 4), (who, "LEFT_OUT"))
    held(stage, date(2026, 3, 5), (who, "OBSERVER"))
    row = row_of(stage, who)
    assert (row.attended, row.due) == (2, 3)


def test_hours_stand_against_the_floor_of_members_and_of_officers(stage: Any) -> None:
    studied(stage, stage.member.person, date(2026, 3, 3), 150)
    studied(stage, stage.member.person, date(2026, 4, 3), 200)
    studied(stage, stage.member.person, date(2025, 4, 3), 900)
    row, officer, other = (row_of(stage, who) for who in (stage.member.person, stage.organiser.person, stage.people[6]))
    assert (row.shown_hours, row.shown_floor) == ("3.5", "32")
    assert officer.shown_floor == "56"
    assert other.hours is None  # nothing recorded is not nought


def test_a_principal_is_no_officer_of_the_branch(stage: Any) -> None:
    assert row_of(stage, stage.school_secretary.person).shown_floor == "32"


def test_dues_are_paid_to_the_last_month_of_receipts_that_stand(stage: Any) -> None:
    who = stage.member.person
    paid(stage, who, "1", date(2026, 3, 9), date(2026, 1, 1), date(2026, 2, 1))
    paid(stage, who, "2", date(2026, 10, 9), date(2026, 3, 1))
    paid(stage, who, "3", date(2026, 10, 9), date(2026, 9, 1), void=True)
    assert row_of(stage, who).paid_to == date(2026, 3, 1)
    assert row_of(stage, who, date(2026, 10, 8)).paid_to == date(2026, 2, 1)
    assert row_of(stage, who, dues=False).paid_to is None


@pytest.mark.parametrize(
    ("missing", "through"), [(None, date(2026, 9, 1)), (8, date(2026, 7, 1)), (1, date(2025, 12, 1))]
)
def test_paid_to_stops_before_the_first_open_month(stage: Any, missing: int | None, through: date) -> None:
    who = stage.member.person
    DuesBase.objects.create(person=who, table="FARMER", base=0, flat=20, from_on=date(2026, 1, 1))
    months = [date(2026, month, 1) for month in range(1, 10) if month != missing]
    paid(stage, who, "1", date(2026, 9, 9), *months)
    assert row_of(stage, who).paid_to == through


def test_posts_and_honours_of_the_day(stage: Any) -> None:
    who = stage.member.person
    posted(who, stage.school, "CLASS_TEACHER")
    posted(who, stage.school, "TEACHER", to_on=ON)
    posted(who, stage.school, "GRADE_HEAD", acting=True)
    honoured(stage, who, ON)
    honoured(stage, who, ON + timedelta(days=1))
    honoured(stage, who, date(2020, 7, 1), revoked=ON)
    row = row_of(stage, who)
    assert row.posts == "班主任、年级组长（主持工作）"
    assert row.honours == 1


def test_the_three_places_show_only_where_they_differ(stage: Any) -> None:
    assert row_of(stage, stage.member.person).places == ""
    seconded(stage, stage.member.person)
    assert row_of(stage, stage.member.person).places == "人事关系柳林中心小学，借调双桥小学"


def test_the_sisters_on_the_way(stage: Any) -> None:
    applied(stage, "温申请", date(2026, 1, 5))
    applied(stage, "温积极", date(2025, 1, 5), activist=date(2025, 9, 1))
    applied(stage, "温对象", date(2024, 1, 5), activist=date(2024, 9, 1), candidate=date(2026, 3, 1))
    done = applied(stage, "温预备", date(2023, 1, 5), activist=date(2023, 9, 1), candidate=date(2025, 3, 1))
    done.steps.create(code="admit_vote", on=date(2025, 6, 1), recorded_at="2025-06-01T01:00Z", recorded_by="组织委员")
    bodies = [stage.branch.pk]

    def on_the_way(who: str, on: date = ON) -> list[str]:
        return [row.person.name for row in roster.on_the_way(bodies, Asked(on=on, who=who))]

    assert on_the_way("applicants") == ["温申请"]
    assert on_the_way("activists") == ["温积极"]
    assert on_the_way("candidates") == ["温对象"]
    assert on_the_way("activists", date(2026, 2, 28)) == ["温对象", "温积极"]
    assert on_the_way("candidates", date(2025, 5, 31)) == ["温预备"]
    assert roster.on_the_way([stage.other_branch.pk], Asked(on=ON, who="applicants")).count() == 0


def test_who_holds_a_title_or_a_post(stage: Any) -> None:
    titled(stage, stage.member.person)
    titled(stage, stage.organiser.person, level="SCHOOL")
    posted(stage.organiser.person, stage.school, "CLASS_TEACHER")
    assert named(stage, has="TITLE:BACKBONE+SENIOR@CITY,COUNTY") == {"许青原"}
    assert named(stage, has="TITLE:BACKBONE@") == {"许青原", "周予安"}
    assert named(stage, has="POST:CLASS_TEACHER+GRADE_HEAD") == {"周予安"}


@pytest.mark.parametrize(
    "told", [{"who": "everyone"}, {"on": "2026-13-01"}, {"org": "x"}, {"org": "7"}, {"has": "TITLE:';--"}]
)
def test_an_unreadable_filter_narrows_nothing(told: dict[str, str]) -> None:
    assert RosterForm(told, bodies=[(1, "甲支部")]).asked(ON) == Asked(on=ON)


def test_page_shows_columns_and_a_fixed_number_of_queries(stage: Any, client: Any, clock: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stage.login(client, "branch_secretary")
    client.get("/party/roster/")
    counts = []
    for text in ("青原", "", ""):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get("/party/roster/", {"q": text})
        counts.append(len(asked))
        assert "许青原" in answer.content.decode()
    assert len(set(counts)) == 1
    assert counts[0] <= 24
    assert "党费交至" in answer.content.decode()


@pytest.mark.parametrize("name", ["inspector", "party_office", "district_officer"])
def test_no_dues_column_for_who_does_not_keep_the_dues(stage: Any, client: Any, clock: Any, name: str) -> None:
    stage.login(client, name)
    assert "党费交至" not in client.get("/party/roster/").content.decode()


def test_excel_has_the_usual_columns_and_masks_the_phone(stage: Any, client: Any, clock: Any) -> None:
    who = stage.member.person
    who.phone_sealed = "x"
    who.save()
    seconded(stage, who)
    stage.login(client, "branch_secretary")
    book = openpyxl.load_workbook(BytesIO(client.get("/party/roster/export/").content))
    head, *rows = list(book.active.values)
    assert head == (
        "序号", "姓名", "性别", "民族", "出生年月", "学历", "入党时间", "转正时间", "岗位/职务", "党员类别", "在职/离退休",
        "组织关系状态", "联系电话", "所在党组织", "备注",
    )  # fmt: skip
    assert len(rows) == 9
    mine = next(row for row in rows if row[1] == who.name)
    assert mine[12] == "***********"
    assert mine[14] == "人事关系柳林中心小学，借调双桥小学"


def test_word_and_the_sisters_papers(stage: Any, client: Any, clock: Any) -> None:
    applied(stage, "温申请", date(2026, 1, 5))
    stage.login(client, "branch_secretary")
    paper = Document(BytesIO(client.get("/party/roster/word/").content))
    assert len(paper.tables[0].rows) == 10
    assert "共9人" in "".join(paragraph.text for paragraph in paper.paragraphs)
    paper = Document(BytesIO(client.get("/party/roster/word/?who=applicants").content))
    assert [cell.text for cell in paper.tables[0].rows[1].cells][1] == "温申请"
    book = openpyxl.load_workbook(BytesIO(client.get("/party/roster/export/?who=applicants").content))
    assert list(book.active.values)[1][7].date() == date(2026, 1, 5)


@pytest.mark.parametrize("who", ["applicants", "activists", "candidates", "retired"])
def test_an_empty_list_says_so(stage: Any, client: Any, who: str, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    assert "没有符合条件的人" in client.get(f"/party/roster/?who={who}").content.decode()
