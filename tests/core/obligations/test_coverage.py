"""参加情况 of the bureau: one line per unit in its own order, with the months not on record (E04 E05 E07 E25 B18)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from hongzhu.core.activities import actions, engine
from hongzhu.core.activities import queries as activities
from hongzhu.core.obligations import queries
from hongzhu.core.orgs.models import Org
from hongzhu.kit.packs import by_code
from tests.core.obligations.conftest import NOW, TODAY, deed


def kind_of(cast: Any, code: str) -> Any:
    return by_code(activities.section_of(cast.bureau, TODAY).kinds)[code]


def made(cast: Any, code: str = "theme_day", who: str = "party_office", year: int = 2026) -> queries.Coverage:
    return queries.coverage(cast.accounts[who], cast.bureau, kind_of(cast, code), year, NOW)


def study(cast: Any, held_on: date, absences: Any = None) -> Any:
    told = engine.Told(
        kind="theme_day", theme="学党章", held_on=held_on, parts=("study",), absences=absences or {}, place="党员活动室",
    )  # fmt: skip
    return actions.record(body=cast.branch, told=told, by=cast.actor("organiser"), on=TODAY, now=NOW)


def test_a_line_for_each_unit_in_its_own_order(shipped: Any) -> None:
    study(shipped, date(2026, 10, 16), {shipped.people[3].pk: "SICK"})
    Org.objects.filter(pk=shipped.branch.pk).update(sort=9)
    found = made(shipped)
    assert [line.org.name for line in found.lines] == ["双桥小学党支部", "柳林中心小学党支部"]  # not by rate
    line = found.lines[1]
    assert line.months == {10: activities.Share(9, 8)}
    assert (found.total.due, found.total.left) == (9, 1)


def test_months_missed_are_those_of_the_gap_grid(shipped: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 3, 20))
    found = {line.org.pk: line for line in made(shipped).lines}
    line = found[shipped.branch.pk]
    assert sorted(line.missed) == [1, 2, 4, 5, 6, 7, 8, 9, 10]  # November is not over, March was held
    assert (line.duty, line.unseen) == ("theme_day_monthly", 9)
    assert found[shipped.other_branch.pk].unseen == 10


def test_a_kind_without_a_duty_misses_nothing(shipped: Any) -> None:
    found = made(shipped, "staff_study")
    assert found.duties == () and found.unseen == 0
    assert {line.org.kind for line in found.lines} <= {"SCHOOL", "KINDERGARTEN", "BUREAU", "SECTION", "DISTRICT"}


def test_kinds_that_a_duty_asks_for_come_first(shipped: Any) -> None:
    codes = [kind.code for kind in queries.kinds_with_roster(shipped.bureau, TODAY)]
    assert codes[0] == "theme_day" and "contact_visit" not in codes
    assert codes.index("centre_study") < codes.index("study")  # the monthly study of members rests in the national pack


def test_each_sees_the_units_they_answer_for(shipped: Any) -> None:
    assert [line.org.name for line in made(shipped, who="school_secretary").lines] == ["柳林中心小学党支部"]
    assert made(shipped, who="member").lines == []
    assert "白石小学党支部" not in {line.org.name for line in made(shipped).lines}


def test_a_body_closed_before_the_year_has_no_line(shipped: Any) -> None:
    Org.objects.filter(pk=shipped.other_branch.pk).update(closed_on=date(2026, 1, 1))
    assert [line.org.pk for line in made(shipped).lines] == [shipped.branch.pk]
    Org.objects.filter(pk=shipped.other_branch.pk).update(closed_on=date(2026, 1, 2))
    assert len(made(shipped).lines) == 2


def test_the_page_its_filter_and_its_excel(shipped: Any, client: Any) -> None:
    study(shipped, date(2026, 10, 16), {shipped.people[3].pk: "SICK"})
    shipped.login(client, "party_office")
    page = client.get("/obligations/partaking/?kind=theme_day&year=2026").content.decode()
    assert "柳林中心小学党支部" in page and "双桥小学党支部" in page and "88.8%" in page
    assert shipped.people[3].name not in page
    far = client.get("/obligations/partaking/?kind=staff_study&year=2026&short=1").content.decode()
    assert "没有未完成的单位" in far
    book = client.get("/obligations/partaking.xlsx?kind=theme_day&year=2026").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert len(rows) == 4 and rows[-1][0] == "合计"
    by_name = {row[0]: row for row in rows}
    assert by_name["柳林中心小学党支部"][10] == "8/9" and by_name["双桥小学党支部"][10] == "未见记录"


@pytest.mark.parametrize("times", [1, 3])
def test_a_fixed_number_of_queries(shipped: Any, times: int, django_assert_num_queries: Any) -> None:
    for month in range(1, times + 1):
        study(shipped, date(2026, month, 16))
    wanted, user = kind_of(shipped, "theme_day"), shipped.accounts["party_office"]
    queries.coverage(user, shipped.bureau, wanted, 2026, NOW)
    with django_assert_num_queries(7):
        queries.coverage(user, shipped.bureau, wanted, 2026, NOW)
