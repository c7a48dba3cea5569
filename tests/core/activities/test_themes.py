"""Themes of a year: repeated ones are told, those of all bodies stand side by side (B06)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from hongzhu.core.activities import actions, engine, queries
from hongzhu.core.activities.models import Plan
from hongzhu.kit.packs import by_code
from tests.core.activities.conftest import NOW, TODAY


def kind(cast: Any) -> Any:
    return by_code(queries.section_of(cast.bureau, TODAY).kinds)["theme_day"]


def lines(cast: Any, who: str = "party_office", year: int = 2026) -> dict[str, queries.ThemeLine]:
    return {line.org.name: line for line in queries.theme_lines(cast.accounts[who], kind(cast), year)}


def planned(cast: Any, month: int, theme: str, body: Any = None) -> None:
    line = actions.PlanLine("theme_day", date(2026, month, 1), theme)
    actions.plan(body=body or cast.branch, year=2026, lines=[line], by=cast.actor("organiser"))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("探访红色基地，学习红船精神", "探访红色基地、学习红船精神", True),
        ("3月主题党日", "4月主题党日", True),
        ("走进革命纪念馆学习红船精神", "走进革命纪念馆，学习红船精神！", True),
        ("防溺水红色先锋", "清明祭英烈", False),
        ("上门帮教", "学习强国", False),
    ],
)  # fmt: skip
def test_nearly_the_same_theme_in_another_month(one: str, other: str, *, alike: bool) -> None:
    assert bool(engine.alike_themes([(3, one), (4, other)])) is alike


def test_a_plan_and_its_act_in_one_month_are_no_repetition(cast: Any, record: Any) -> None:
    planned(cast, 11, "学党章、守师德")
    record()
    assert queries.doubled_themes(cast.organiser, cast.branch, "theme_day", 2026) == []
    planned(cast, 3, "学党章，守师德")
    pairs = queries.doubled_themes(cast.organiser, cast.branch, "theme_day", 2026)
    assert [(one.month, other.month) for one, other in pairs] == [(3, 11)]
    assert queries.doubled_themes(cast.organiser, cast.branch, "theme_day", 2025) == []


def test_the_plan_warns_and_keeps_what_was_written(cast: Any, client: Any) -> None:
    planned(cast, 3, "探访红色基地")
    planned(cast, 4, "探访红色基地")
    cast.login(client, "organiser")
    page = client.get(f"/activities/body/{cast.branch.pk}/plan/?year=2026&kind=theme_day").content.decode()
    assert "主题重复或相近" in page and "3月“探访红色基地”和4月“探访红色基地”" in page
    assert Plan.objects.count() == 2


def test_side_by_side_what_was_held_hides_what_was_planned(cast: Any, record: Any) -> None:
    planned(cast, 11, "原来的计划")
    planned(cast, 12, "送温暖")
    act = record(outputs={"service_hours": 6}, parts=("study", "lecture", "service"))
    found = lines(cast)
    assert set(found) == {"柳林中心小学党支部", "双桥小学党支部"}
    line = found["柳林中心小学党支部"]
    months = dict(line.cells)
    assert [(theme.text, theme.act) for theme in months[11]] == [("学党章、守师德", act.pk)]
    assert [(theme.text, theme.act) for theme in months[12]] == [("送温暖", None)]
    assert (line.hours, line.again, found["双桥小学党支部"].hours) == (6, 0, 0)


def test_service_hours_of_a_joint_act_stand_once_with_each_body(cast: Any, record: Any) -> None:
    record(
        joint=((cast.other_branch, "theme_day"),), outputs={"service_hours": 6}, parts=("study", "lecture", "service")
    )
    assert {name: line.hours for name, line in lines(cast).items()} == {
        "柳林中心小学党支部": 6,
        "双桥小学党支部": 6,
    }


def test_repetitions_are_of_one_branch_not_of_two(cast: Any, record: Any) -> None:
    planned(cast, 3, "探访红色基地")
    planned(cast, 4, "探访红色基地", cast.other_branch)
    assert [line.again for line in lines(cast).values()] == [0, 0]
    planned(cast, 5, "探访红色基地")
    assert {name: line.again for name, line in lines(cast).items()} == {"柳林中心小学党支部": 2, "双桥小学党支部": 0}


def test_a_voided_act_and_another_bureau_are_not_shown(cast: Any, record: Any) -> None:
    act = record()
    actions.void(act=act, reason="记错", by=cast.actor("organiser"), now=NOW)
    assert lines(cast)["柳林中心小学党支部"].themes == []
    assert "白石小学党支部" not in lines(cast)
    assert set(lines(cast, "school_secretary")) == {"柳林中心小学党支部"}
    assert lines(cast, "branch_secretary") == {}


def test_page_and_excel_show_the_same(cast: Any, record: Any, client: Any) -> None:
    record()
    planned(cast, 3, "学党章，守师德")
    cast.login(client, "party_office")
    page = client.get("/activities/themes/?year=2026").content.decode()
    assert "学党章、守师德" in page and "学党章，守师德" in page and "双桥小学党支部" in page
    only = client.get("/activities/themes/?year=2026&again=1").content.decode()
    assert "柳林中心小学党支部" in only and "双桥小学党支部" not in only
    book = client.get("/activities/themes.xlsx?year=2026&again=1").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert [row[0] for row in rows[1:]] == ["柳林中心小学党支部"]
    assert (rows[1][3], rows[1][11], rows[1][13]) == ("学党章，守师德（计划）", "学党章、守师德", 2)


@pytest.mark.parametrize("plans", [1, 3])
def test_themes_take_a_fixed_number_of_queries(
    cast: Any, record: Any, plans: int, django_assert_num_queries: Any
) -> None:
    record()
    for month in range(1, plans + 1):
        planned(cast, month, f"主题{month}", cast.other_branch if month == 2 else None)
    wanted, user = kind(cast), cast.accounts["party_office"]
    queries.theme_lines(user, wanted, 2026)  # the user's grant and path are read once a request
    with django_assert_num_queries(4):
        queries.theme_lines(user, wanted, 2026)
