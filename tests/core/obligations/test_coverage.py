"""参加情况 of the bureau: one line per unit in its own order, with the months not on record (E04 E05 E07 E25 B18)."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest

from hongzhu.core.access.rules import VIEW_PEOPLE
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


def links_of(page: str) -> dict[str, int]:
    """Every number that opens people, by its address; of "8/9" the 9."""
    found = re.findall(r'href="(/obligations/partaking/rows/[^"]+)">(.*?)</a>', page)
    bare = {link.replace("&amp;", "&"): re.sub(r"<svg.*?</svg>|<[^>]+>", "", inner) for link, inner in found}
    return {link: int(re.findall(r"\d+", text)[-1]) for link, text in bare.items() if "%" not in text}


def rows_shown(page: str) -> list[str]:
    return page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0].split("<tr>")[1:] if "<tbody>" in page else []


def test_every_number_opens_as_many_people_and_sessions(shipped: Any, client: Any) -> None:
    gone = study(shipped, date(2026, 10, 16), {shipped.people[3].pk: "SICK", shipped.people[5].pk: "PERSONAL"})
    held = study(shipped, date(2026, 9, 18))
    held.attendances.filter(person=shipped.people[3]).update(state="LEFT_OUT")
    actions.make_up(
        act=gone, people=[shipped.people[5].pk], on=date(2026, 10, 20), way="GROUP", seen_to_by="",
        by=shipped.actor("organiser"), today=TODAY, now=NOW,
    )  # fmt: skip
    shipped.login(client, "party_office")
    page = client.get("/obligations/partaking/?kind=theme_day&year=2026").content.decode()
    links = links_of(page)
    assert len(links) >= 9
    for link, number in links.items():
        opened = client.get(link).content.decode()
        assert len(rows_shown(opened)) == number, link
        assert f" {number}</h1>" in opened, link
    left = client.get("/obligations/partaking/rows/?kind=theme_day&year=2026&what=left").content.decode()
    assert [shipped.people[3].name in row and "病假" in row for row in rows_shown(left)] == [True]
    made_up = client.get("/obligations/partaking/rows/?kind=theme_day&year=2026&what=made_up").content.decode()
    assert [shipped.people[5].name in row and "已补学" in row for row in rows_shown(made_up)] == [True]
    assert f"/activities/{gone.pk}/" in made_up
    assert client.get(f"/activities/{gone.pk}/").status_code == 200
    rate = re.search(r'href="([^"]+)">\d+\.\d%</a>', page)[1].replace("&amp;", "&")  # type: ignore[index]
    assert len(rows_shown(client.get(rate).content.decode())) == made(shipped).total.due


def test_what_is_not_on_record_opens_the_rows_of_the_grid(shipped: Any, client: Any) -> None:
    study(shipped, date(2026, 10, 16))
    shipped.login(client, "party_office")
    page = client.get("/obligations/partaking/?kind=theme_day&year=2026").content.decode()
    line = page.split("双桥小学党支部</a>")[1].split("</tr>")[0]
    link = re.findall(r'href="([^"]+)"><span class="hz-chip', line)[0].replace("&amp;", "&")
    assert len(rows_shown(client.get(link).content.decode())) == 10
    assert line.count("hz-cell is-short") == 10  # months without a share still open


def test_a_month_with_people_and_a_sitting_missed_opens_both(shipped: Any, client: Any) -> None:
    act = study(shipped, date(2026, 10, 16))
    act.claims.all().delete()  # held, not confirmed: the grid has not seen it
    shipped.login(client, "party_office")
    page = client.get("/obligations/partaking/?kind=theme_day&year=2026").content.decode()
    line = page.split("柳林中心小学党支部</a>")[1].split("</tr>")[0]
    cell = next(part for part in line.split("<td") if "m=10" in part)
    assert "is-short" in cell and "/obligations/partaking/rows/" in cell and "/obligations/rows/" in cell


def test_the_rows_of_one_unit_and_month_and_their_excel(shipped: Any, client: Any) -> None:
    study(shipped, date(2026, 10, 16), {shipped.people[3].pk: "SICK"})
    study(shipped, date(2026, 9, 18))
    shipped.login(client, "party_office")
    asked = f"kind=theme_day&year=2026&body={shipped.branch.pk}&m=10"
    page = client.get(f"/obligations/partaking/rows/?{asked}").content.decode()
    assert len(rows_shown(page)) == 9 and "2026年10月" in page and "柳林中心小学党支部：" in page
    assert (
        len(rows_shown(client.get("/obligations/partaking/rows/?kind=theme_day&year=2026&m=13").content.decode())) == 18
    )
    book = client.get(f"/obligations/partaking/rows.xlsx?{asked}&what=left").content
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert [(row[0], row[1], row[2], row[4]) for row in rows[1:]] == [
        ("柳林中心小学党支部", shipped.people[3].name, "学党章", "病假")
    ]
    whole = client.get("/obligations/partaking/rows.xlsx?kind=theme_day&year=2026").content
    assert len(list(openpyxl.load_workbook(io.BytesIO(whole)).active.values)) == 19
    empty = client.get("/obligations/partaking/rows/?kind=theme_day&year=2025").content.decode()
    assert "这里一条也没有" in empty


@pytest.mark.parametrize(
    ("who", "asked", "status"),
    [
        ("party_office", "what=everything", 404),
        ("party_office", "body=0", 404),
        ("party_office", "body=x", 404),
        ("district_officer", "body=branch", 200),
        ("district_officer", "body=other_branch", 404),
        ("party_office", "body=other_branch", 200),
        ("party_office", "body=far_branch", 404),
        ("branch_secretary", "body=branch", 403),
    ],
)
def test_only_units_of_the_page_open(shipped: Any, client: Any, who: str, asked: str, status: int) -> None:
    name, value = asked.split("=")
    value = str(getattr(shipped, value).pk) if name == "body" and value.endswith("branch") else value
    shipped.login(client, who)
    for page in ("rows/", "rows.xlsx"):
        answer = client.get(f"/obligations/partaking/{page}", {"kind": "theme_day", name: value})
        assert answer.status_code == status


def test_who_may_not_see_people_gets_plain_numbers(shipped: Any, client: Any, monkeypatch: Any) -> None:
    study(shipped, date(2026, 10, 16), {shipped.people[3].pk: "SICK"})
    people = dataclasses.replace(VIEW_PEOPLE, roles=frozenset({"PARTY_OFFICE"}))
    monkeypatch.setattr("hongzhu.core.obligations.views.units.VIEW_PEOPLE", people)
    shipped.login(client, "inspector")
    page = client.get("/obligations/partaking/?kind=theme_day&year=2026").content.decode()
    assert links_of(page) == {} and "88.8%" in page and "<span>8<small>/9</small></span>" in page
    assert client.get("/obligations/partaking/rows/?kind=theme_day").status_code == 403
    assert client.get("/obligations/partaking/rows.xlsx?kind=theme_day").status_code == 403


def test_confidential_sessions_are_not_among_the_rows_of_who_may_not_see_them(shipped: Any) -> None:
    act = study(shipped, date(2026, 10, 16))
    type(act).objects.update(confidential=True)
    for who, number in (("party_office", 9), ("section_officer", 0)):
        user = shipped.accounts[who]
        units = queries.units_of(user, kind_of(shipped, "theme_day"), 2026)
        rows = activities.partaking_rows(user, units.order_by().values("pk"), "theme_day", 2026)
        assert len(rows) == made(shipped, who=who).total.due == number


@pytest.mark.parametrize("times", [1, 3])
def test_the_rows_take_a_fixed_number_of_queries(
    shipped: Any, client: Any, times: int, django_assert_num_queries: Any
) -> None:
    for month in range(1, times + 1):
        study(shipped, date(2026, month, 16))
    user = shipped.accounts["party_office"]
    units = queries.units_of(user, kind_of(shipped, "theme_day"), 2026).order_by().values("pk")
    with django_assert_num_queries(1):
        rows = activities.partaking_rows(user, units, "theme_day", 2026)
        assert {(row.org.name, row.act.theme, bool(row.person.name)) for row in rows} == {
            ("柳林中心小学党支部", "学党章", True)
        }
        assert len(rows) == 8 * times  # before the probationer came


@pytest.mark.parametrize("times", [1, 3])
def test_a_fixed_number_of_queries(shipped: Any, times: int, django_assert_num_queries: Any) -> None:
    for month in range(1, times + 1):
        study(shipped, date(2026, month, 16))
    wanted, user = kind_of(shipped, "theme_day"), shipped.accounts["party_office"]
    queries.coverage(user, shipped.bureau, wanted, 2026, NOW)
    with django_assert_num_queries(7):
        queries.coverage(user, shipped.bureau, wanted, 2026, NOW)


def test_a_pack_without_a_kind_that_keeps_a_roster(shipped: Any, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "kinds_with_roster", lambda _bureau, _on: [])
    shipped.login(client, "party_office")
    assert "没有可看的单位" in client.get("/obligations/partaking/").content.decode()
    book = client.get("/obligations/partaking.xlsx").content
    assert len(list(openpyxl.load_workbook(io.BytesIO(book)).active.values)) == 1
    assert client.get("/obligations/partaking/rows/").status_code == 404
