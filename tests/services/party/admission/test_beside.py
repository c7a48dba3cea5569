"""Beside the steps: imports, ends and moves neither jump a gate nor leave anybody on the way without a branch."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.people.queries import members_sheet
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.columns import expected
from hongzhu.kit.tables.read import read_table
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.models import Admission
from tests.cast import person as somebody
from tests.services.party.transfers import stage as moving

from .conftest import TODAY, applied, led

pytestmark = pytest.mark.django_db
BY = Actor.system("测试")
HEAD = ["姓名", "工号", "出生年月", "入党时间", "转正时间", "党员类别", "所在党组织"]
BRANCH, OTHER = "柳林中心小学党支部", "双桥小学党支部"


def brought(cast: Any, *rows: tuple[str, ...], commit: bool = True) -> Any:
    columns = members_sheet.COLUMNS
    table = read_table(
        write_xlsx("表", HEAD, list(rows)), "a.xlsx", max_rows=100, max_cols=40, expect=expected(columns)
    )
    context = ImportContext(cast.bureau, TODAY, None)
    if commit:
        return people.import_members(table=table, context=context, by=BY)
    return members_sheet.check_members(table, context)


def held(person: Person) -> Membership | None:
    return Membership.objects.filter(person=person, to_on__isnull=True).first()


def row_of(who: Person, kind: str, *, branch: str = BRANCH, joined: str = "", full: str = "") -> tuple[str, ...]:
    """A row that means this person wherever they stand: by the number of the staff."""
    Person.objects.filter(pk=who.pk).update(staff_no=f"G{who.pk}")
    born = who.born_on.strftime("%Y.%m") if who.born_on else ""
    return (who.name, f"G{who.pk}", born, joined, full, kind, branch)


@pytest.mark.parametrize("kind", ["预备", "正式"])
def test_a_sheet_makes_no_activist_a_member(stage: Any, kind: str) -> None:
    led(stage, "contacts")
    row = row_of(stage.applicant, kind, joined="2025-06-10", full="2026-06-11" if kind == "正式" else "")
    report = brought(stage, row, commit=False)
    (told,) = report.errors
    assert (told.row, told.column) == (2, "党员类别")
    assert told.text.startswith(f"{stage.applicant}正在“{BRANCH}”按步骤发展")
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        brought(stage, row)
    now = held(stage.applicant)
    assert now is not None and now.standing == "ACTIVIST" and Entry.objects.count() == before


def test_a_sheet_makes_no_applicant_a_member(stage: Any) -> None:
    """Somebody without a standing so far."""
    applied(stage)
    report = brought(stage, row_of(stage.applicant, "预备", joined="2025-06-10"), commit=False)
    assert [one.column for one in report.errors] == ["党员类别"]


def test_a_sheet_that_says_what_is_so_is_taken(stage: Any) -> None:
    led(stage, "contacts")
    assert brought(stage, row_of(stage.applicant, "积极分子"), commit=False).good


def test_a_sheet_moves_nobody_whose_move_is_on_its_way(stage: Any) -> None:
    line = moving.sent(stage)
    row = row_of(line.person, "正式", branch=OTHER)
    (told,) = brought(stage, row, commit=False).errors
    assert told.column == "所在党组织" and "正在办（已转出待接收）" in told.text
    type(line).objects.filter(pk=line.pk).update(status="RETURNED")
    assert brought(stage, row, commit=False).good


def test_a_way_goes_along_with_a_place_set_right_by_a_sheet(stage: Any) -> None:
    way = led(stage, "contacts")
    brought(stage, row_of(stage.applicant, "积极分子", branch=OTHER))
    way.refresh_from_db()
    now = held(stage.applicant)
    assert now is not None and now.org == way.org == stage.other_branch
    assert not way.helpers.filter(to_on__isnull=True).exists()  # its contacts belong to the branch left behind


def test_questions_of_a_sheet_do_not_grow_with_its_rows(stage: Any) -> None:
    rows = [row_of(one, "正式", branch=OTHER) for one in stage.people[4:8]]
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert brought(stage, *rows[:1], commit=False).changed == 1
    with CaptureQueriesContext(connection) as many:
        assert brought(stage, *rows, commit=False).changed == 4
    assert len(many) == len(few)


def test_who_is_on_the_way_or_moving_is_not_just_ended(stage: Any, client: Any) -> None:
    led(stage, "contacts")
    line = moving.sent(stage)
    stage.login(client, "party_office")
    for who, words in ((stage.applicant, "按步骤发展"), (line.person, "正在办（已转出待接收）")):
        row = held(who)
        assert row is not None
        answer = client.post(reverse("people:membership_leave", args=[row.pk]), {"on": TODAY.isoformat()})
        assert (
            answer.status_code == 200 and words in answer.content.decode() and "已填内容还在" in answer.content.decode()
        )
        assert held(who) == row
    other = held(stage.people[6])
    assert other is not None
    assert (
        client.post(reverse("people:membership_leave", args=[other.pk]), {"on": TODAY.isoformat()}).status_code == 302
    )
    assert held(stage.people[6]) is None


def test_out_of_the_bureau_the_way_ends_with_the_letter(stage: Any) -> None:
    way = led(stage, "superior_talk")
    given = {"person": stage.applicant, "way": "OUT", "to_org": None, "outside": "白石县教育局党委"}
    line = moving.send(stage, moving.let_go(stage, **given))
    before = Entry.objects.count()
    moving.receive(stage, line, by=stage.actor("party_office"))
    way.refresh_from_db()
    assert held(stage.applicant) is None
    assert (way.outcome, way.ended_on, way.ended_for) == ("MOVED", moving.RECEIVED, "组织关系转到白石县教育局党委")
    assert list(Entry.objects.order_by("seq").values_list("did", flat=True))[before:] == [
        "people.leave", "party.receive_transfer",
    ]  # fmt: skip


def test_a_probationary_member_does_not_leave_by_word_alone(stage: Any) -> None:
    way = led(stage, "superior_talk")
    given = {"admission": way, "reason": "调离", "on": TODAY, "by": stage.actor("organiser"), "today": TODAY}
    with pytest.raises(ValidationError, match="要办组织关系转接"):
        actions.end_admission(outcome="MOVED", **given)
    assert held(stage.applicant) is not None
    ended = actions.end_admission(outcome="DECEASED", **given)
    assert ended.outcome == "DECEASED" and held(stage.applicant) is None


@pytest.mark.parametrize("step", ["merge", "dissolve"])
def test_the_successor_leads_on_applicants_and_activists(stage: Any, step: str) -> None:
    way = led(stage, "contacts")
    second = somebody(stage.bureau, "司空晚")
    Person.objects.filter(pk=second.pk).update(born_on=date(1997, 5, 4))
    second.refresh_from_db()
    other = applied(stage, who=second)
    contacts = way.helpers.filter(to_on__isnull=True).count()
    given = {"org": stage.branch, "by": BY, "on": TODAY}
    people.merge(into=stage.other_branch, **given) if step == "merge" else people.dissolve(
        successor=stage.other_branch, **given
    )
    for row in (way, other):
        row.refresh_from_db()
        assert row.org == stage.other_branch
    assert contacts and way.helpers.filter(to_on__isnull=True).count() == contacts  # they came along


def test_a_body_that_ends_leaves_nobody_on_the_way(stage: Any) -> None:
    applied(stage)
    Membership.objects.filter(org=stage.branch, to_on__isnull=True).update(to_on=date(2026, 9, 1))
    with pytest.raises(ValidationError, match="还有1人正在这里按步骤发展，请写明由谁承接"):
        people.dissolve(org=stage.branch, by=BY, on=TODAY)
    stage.branch.refresh_from_db()
    assert stage.branch.closed_on is None and Admission.objects.get().org == stage.branch


def test_the_chosen_of_a_split_take_their_way_along(stage: Any) -> None:
    way = led(stage, "contacts")
    row = held(stage.applicant)
    assert row is not None
    made = people.split(org=stage.branch, name="柳林中心小学第二党支部", memberships=[row.pk], by=BY, on=TODAY)
    way.refresh_from_db()
    assert way.org == made
