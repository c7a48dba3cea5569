"""B38: members, titles and posts overlap; the line, the page, the measures."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from hongzhu.core.measures.queries import MeasureScope, values
from hongzhu.core.people.models import Membership, Post
from hongzhu.core.registers.models import Title
from hongzhu.kit.dates import Period
from hongzhu.services.party.pack.life import Structure
from hongzhu.services.party.queries import structure
from tests.cast import joins, person
from tests.services.party.roster.conftest import ON, posted, titled

pytestmark = pytest.mark.django_db
SPEC = Structure()


def shape(cast: Any, on: date = ON) -> structure.Shape:
    return structure.shapes([cast.branch.pk], SPEC, on)[cast.branch.pk]


def test_one_person_counts_in_several_and_only_once_in_each(stage: Any) -> None:
    both, only_title, only_post = stage.people[0], stage.people[1], stage.people[2]
    titled(stage, both)
    titled(stage, both, kind="SUBJECT_LEADER", level="COUNTY")
    titled(stage, only_title)
    posted(both, stage.school, "CLASS_TEACHER")
    posted(both, stage.school, "GRADE_HEAD")
    posted(only_post, stage.school, "MIDDLE_MANAGER")
    assert shape(stage) == structure.Shape(members=9, titled=2, in_posts=2)
    by_title = {row.title: row.count for row in structure.attributes(stage.branch.pk, SPEC, ON)}
    assert by_title == {"学科带头人": 1, "骨干教师": 2, "教学能手": 0, "中层干部": 1, "年级组长": 1, "班主任": 1}


def test_of_another_level_another_kind_another_branch_and_ended_do_not_count(stage: Any) -> None:
    titled(stage, stage.people[0], level="SCHOOL")
    titled(stage, stage.people[1], kind="SENIOR")
    titled(stage, stage.neighbour.person)
    titled(stage, stage.people[2], to_on=ON)
    posted(stage.people[3], stage.school, "TEACHER")
    posted(stage.people[4], stage.school, "CLASS_TEACHER", to_on=ON)
    assert shape(stage) == structure.Shape(members=9)
    assert shape(stage, date(2026, 11, 19)) == structure.Shape(members=9, titled=1, in_posts=1)


def test_the_line_says_that_numbers_overlap(stage: Any) -> None:
    line = structure.line(structure.Shape(24, 8, 18), SPEC)
    assert line == (
        "党员24名，其中市级、县（区）级学科带头人、骨干教师、教学能手8人，担任中层干部、年级组长、班主任等工作18人（一人可同时计入几项）。"
    )


def test_page_list_and_excel(stage: Any, client: Any, clock: Any) -> None:
    titled(stage, stage.people[0])
    stage.login(client, "party_office")
    page = client.get("/party/roster/structure/").content.decode()
    assert "柳林中心小学党支部" in page
    assert "双桥小学党支部" in page
    own = client.get(f"/party/roster/structure/{stage.branch.pk}/").content.decode()
    assert "党员9名" in own
    assert "教学能手1人" in own
    book = openpyxl.load_workbook(BytesIO(client.get("/party/roster/structure/export/").content))
    rows = list(book.worksheets[0].values)
    assert rows[0][1:3] == ("党组织", "党员数")
    assert (2, "柳林中心小学党支部", 9, 1, 0) in [row[:5] for row in rows] or any(
        row[1:5] == ("柳林中心小学党支部", 9, 1, 0) for row in rows
    )


def test_the_number_opens_the_members_behind_it(stage: Any, client: Any, clock: Any) -> None:
    titled(stage, stage.member.person)
    stage.login(client, "branch_secretary")
    found = client.get("/party/roster/", {"has": structure.has_titles(SPEC), "org": stage.branch.pk}).content.decode()
    assert "许青原" in found
    assert "周予安" not in found


def measured(cast: Any, code: str, year: str = "2026", **params: str) -> dict[int, int | None]:
    scope, now = MeasureScope(cast.bureau.pk), timezone.make_aware(datetime(2027, 1, 1))
    return {row.org_id: row.value for row in values(code, scope, Period.parse(year), now, **params)}


def test_measures_count_on_the_last_day_of_the_period(stage: Any) -> None:
    titled(stage, stage.people[0])
    titled(stage, stage.people[0], kind="SUBJECT_LEADER")
    posted(stage.people[0], stage.school, "CLASS_TEACHER")
    joins(person(stage.bureau, "温积极"), stage.branch, standing="ACTIVIST")
    here = stage.branch.pk
    assert measured(stage, "party.members")[here] == 9
    assert measured(stage, "party.members", "2025")[here] == 8
    assert measured(stage, "party.titled", kinds="BACKBONE,SUBJECT_LEADER", levels="CITY") == {here: 1}
    assert measured(stage, "party.titled", kinds="SENIOR") == {}
    assert measured(stage, "party.in_posts", kinds="CLASS_TEACHER,GRADE_HEAD") == {here: 1}
    Membership.objects.filter(person=stage.people[0]).update(to_on=date(2026, 12, 31))
    assert measured(stage, "party.titled") == {}
    assert measured(stage, "party.members")[here] == 8


def test_a_row_taken_away_changes_the_measure(stage: Any) -> None:
    titled(stage, stage.people[0])
    posted(stage.people[0], stage.school, "CLASS_TEACHER")
    Title.objects.all().delete()
    Post.objects.filter(kind="CLASS_TEACHER").update(to_on=date(2021, 1, 1))
    assert measured(stage, "party.titled") == {}
    assert measured(stage, "party.in_posts", kinds="CLASS_TEACHER") == {}
