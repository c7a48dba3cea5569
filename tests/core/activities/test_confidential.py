"""A confidential meeting has no side door: its items and its absent are told to nobody who may not open it (B07 B08)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.activities import actions, desk, engine
from hongzhu.core.activities.models import Act

from .conftest import NOW, TODAY, told

BARE: dict[str, Any] = {"parts": (), "process": "", "lecture_title": "", "lecturer": None, "belongs_year": 2026}
SECRET, OPEN = "改进集体备课", "修订值班表"


@pytest.fixture
def meetings(cast: Any, record: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Act, Act]:
    """An open and a confidential meeting, each with an item, two absent, one of them the member of the cast."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    away = {cast.people[5].pk: "SICK", cast.accounts["member"].person_id: "OFFICIAL"}
    due = date(2026, 11, 25)
    theme_day = record(items=(engine.ItemTold(OPEN, due_on=due),), absences=away)
    item = engine.ItemTold(SECRET, kind="IMPROVEMENT", due_on=due)
    return theme_day, record(kind="appraisal", theme="年度民主评议", items=(item,), absences=away, **BARE)


def cells(content: bytes, ext: str) -> str:
    if ext == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).active
        return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    return "\n".join(
        cell.text for table in Document(io.BytesIO(content)).tables for row in table.rows for cell in row.cells
    )


@pytest.mark.parametrize("ext", ["docx", "xlsx"])
@pytest.mark.parametrize(
    ("who", "all_of_it"),
    [("section_officer", False), ("member", False), ("party_office", True), ("organiser", True), ("inspector", True)],
)
def test_the_ledger_of_items_keeps_to_the_acts_one_may_open(
    cast: Any, client: Client, meetings: Any, who: str, all_of_it: bool, ext: str
) -> None:
    cast.login(client, who)
    answer = client.get(reverse("activities:body_table", args=[cast.branch.pk, "resolutions", ext]) + "?year=2026")

    text = cells(answer.content, ext)
    assert OPEN in text
    assert (SECRET in text) is all_of_it


@pytest.mark.parametrize(("who", "all_of_them"), [("organiser", True), ("section_officer", False)])
def test_the_absent_of_a_confidential_meeting_are_not_named(
    cast: Any, client: Client, meetings: Any, who: str, all_of_them: bool
) -> None:
    away = {cast.people[5].name, cast.accounts["member"].person.name}
    cast.login(client, who)
    rows = client.get(reverse("activities:absent_list", args=[cast.branch.pk])).context["rows"]

    assert {row.person.name for row in rows if row.act == meetings[0]} == away
    assert {row.person.name for row in rows if row.act == meetings[1]} == (away if all_of_them else set())


def test_a_member_sees_the_own_line_of_the_absent_alone(cast: Any, client: Client, meetings: Any) -> None:
    cast.login(client, "member")
    page = client.get(reverse("activities:absent_list", args=[cast.branch.pk]))

    assert [(row.person, row.act) for row in page.context["rows"]] == [(cast.accounts["member"].person, meetings[0])]
    assert cast.people[5].name not in page.content.decode()


@pytest.mark.parametrize(("who", "all_of_it"), [("organiser", True), ("section_officer", False)])
def test_the_make_up_sheet_names_nobody_of_a_confidential_meeting(
    cast: Any, client: Client, meetings: Any, who: str, all_of_it: bool
) -> None:
    cast.login(client, who)
    answer = client.get(reverse("activities:body_table", args=[cast.branch.pk, "make_up", "docx"]) + "?year=2026")

    text = cells(answer.content, "docx")
    assert meetings[0].theme in text
    assert ("年度民主评议" in text) is all_of_it


def test_the_home_of_a_section_officer_tells_nothing_of_a_democratic_life_meeting(cast: Any, meetings: Any) -> None:
    """The officer records for the bureau's own bodies, and yet may not open this meeting of one of them."""
    item = engine.ItemTold("领导班子的整改事项", kind="IMPROVEMENT", due_on=date(2026, 11, 25))
    secret = told(kind="democratic_life", theme="年度民主生活会", items=(item,), **BARE)
    usual = told(kind="party_committee", theme="党委会议", parts=(), process="", lecture_title="", items=(
        engine.ItemTold("会议定下的事", due_on=date(2026, 11, 25)),))  # fmt: skip
    for one in (secret, usual):
        act = actions.record(body=cast.committee, told=one, by=cast.actor("party_office"), on=TODAY, now=NOW)
        Act.objects.filter(pk=act.pk).update(status="RETURNED", review_note=f"请补{one.theme}")

    def titles(who: str) -> str:
        return "\n".join(f"{due.title} {due.text}" for due in desk.waiting(cast.accounts[who], TODAY))

    officer, office = titles("section_officer"), titles("party_office")
    assert "会议定下的事" in officer and "退回补正：党委会议" in officer
    assert "整改事项" in office and "退回补正：年度民主生活会" in office and "确认计入：年度民主生活会" in office
    assert "整改事项" not in officer and "民主生活会" not in officer


def kinds_offered(client: Client, cast: Any) -> set[str]:
    page = client.get(reverse("activities:act_pick") + f"?body={cast.committee.pk}")
    return {kind.code for kind in page.context["kinds"]}


def test_nobody_records_a_meeting_they_could_not_open_again(cast: Any, client: Client, meetings: Any) -> None:
    """The officer keeps the committee's other records; this one the Party office keeps."""
    form = f"{reverse('activities:act_new')}?body={cast.committee.pk}&kind=democratic_life"
    cast.login(client, "party_office")
    assert "democratic_life" in kinds_offered(client, cast) and client.get(form).status_code == 200
    cast.login(client, "section_officer")
    offered = kinds_offered(client, cast)
    assert "democratic_life" not in offered and "party_committee" in offered
    before = Act.objects.count()
    for answer in (client.get(form), client.post(form, {"theme": "年度民主生活会"})):
        assert answer.status_code == 403 and "请由党建办或本组织的书记记录" in answer.content.decode()
    assert Act.objects.count() == before
