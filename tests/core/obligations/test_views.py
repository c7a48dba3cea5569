"""The pages: numbers equal the rows behind them, fixed numbers of queries, papers open, the self-check is the branch's own."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.obligations import desk, queries
from hongzhu.core.obligations.models import Reminder, Waiver
from hongzhu.core.obligations.views import grid as grid_views
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership
from hongzhu.kit.dates import Period
from tests.cast import FOUNDED, SYSTEM
from tests.core.obligations.conftest import NOW, deed

GAP = reverse("obligations:gap")


@pytest.fixture
def lived(shipped: Any) -> Any:
    """A year of the branch: one month short, one recorded late, one held late; the neighbour did nothing."""
    for month in (1, 2, 4, 5, 6, 7, 9, 10):
        deed(shipped.branch, "theme_day", date(2026, month, 13))
    deed(shipped.branch, "theme_day", date(2026, 3, 13), recorded=datetime(2026, 5, 2, tzinfo=UTC))
    deed(shipped.branch, "members_meeting", date(2026, 4, 2), belongs_on=date(2026, 3, 31))
    return shipped


def page(client: Any, cast: Any, who: str, url: str, **data: Any) -> str:
    cast.login(client, who)
    response = client.get(url, data)
    assert response.status_code == 200, url
    return str(response.content.decode())


def test_every_number_of_the_grid_opens_as_many_rows(lived: Any, client: Any) -> None:
    html = page(client, lived, "party_office", GAP, period="2026-01-01..2026-10-31")
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/obligations/rows/[^"]+)"', html)}
    assert len(links) > 10
    for link in links:
        cast_html = client.get(link).content.decode()
        number = int(re.search(r"<h1>[^<]*?([\d,]+)</h1>", cast_html)[1].replace(",", ""))  # type: ignore[index]
        body = cast_html.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in cast_html else ""
        assert body.count("<tr>") == number, link


def test_the_grid_says_what_happened(lived: Any, client: Any) -> None:
    html = page(client, lived, "party_office", GAP, period="2026-01-01..2026-10-31")
    row = html.split("柳林中心小学党支部</a>")[1].split("</tr>")[0]
    cells = {}
    for cell in re.findall(r'<td class="hz-cell[^"]*"><a.*?</a></td>', row):
        words = re.sub(r"\s+", "", re.sub(r'<[^>]*aria-label="([^"]*)"[^>]*>|<[^>]+>', r"\1", cell))
        cells[re.search(r'data-label="([^"]+)"', cell)[1]] = words  # type: ignore[index]
    assert cells["主题党日"] == "主题党日9/10未见记录1"
    assert cells["党员大会"] == "党员大会1/3未见记录2"
    assert 'what=made_up">1<' in html
    assert 'what=late">1<' in html
    assert "不适用" in html


def test_short_only_and_as_of(lived: Any, client: Any) -> None:
    deed(lived.other_branch, "theme_day", date(2026, 10, 9))
    html = page(client, lived, "party_office", GAP, period="2026-10", short="1")
    assert "柳林中心小学党支部" not in html.split("<tbody>")[1] or "is-short" in html
    early = page(client, lived, "party_office", GAP, period="2026-03", on="2026-04-20")
    late = page(client, lived, "party_office", GAP, period="2026-03", on="2026-06-20")
    count = lambda text: re.search(r"what=made_up\">(\d+)<", text)[1]  # type: ignore[index]  # noqa: E731
    assert (count(early), count(late)) == ("0", "1")


def test_an_officer_of_part_of_the_tree_sees_that_part(lived: Any, client: Any) -> None:
    html = page(client, lived, "district_officer", GAP)
    assert "柳林中心小学党支部" in html
    assert "双桥小学党支部" not in html


def test_rows_hidden_by_a_move_are_counted_and_said(lived: Any) -> None:
    """Grouping follows the tree at the period's end, rights follow today's."""
    user = lived.accounts["district_officer"]
    branch = lived.branch
    today_path = branch.placements.get()
    today_path.to_on = date(2026, 11, 1)
    today_path.save()
    branch.superiors.update(to_on=date(2026, 11, 1))
    branch.hostings.update(to_on=date(2026, 11, 1))
    other = lived.committee.placements.get().path
    branch.placements.create(parent=lived.committee, path=other + today_path.path[-8:], from_on=date(2026, 11, 1))
    question = queries.ask(lived.bureau, Period.month(2026, 10), NOW)
    scope = queries.Scope(lived.bureau.pk, lived.general_branch.placements.get().path)
    found = queries.lines_of(user, question, scope, "due")
    assert found.count > 0
    assert (found.hidden, found.lines) == (found.count, [])


def another(cast: Any, number: int) -> None:
    """One more branch with a member, a deed and a waiver."""
    more = orgs.set_up(
        bureau=cast.bureau, kind="BRANCH", name=f"新支部{number}", parent=cast.committee, by=SYSTEM, on=FOUNDED,
        belongs_to=cast.committee, guided_by=cast.committee,
    )  # fmt: skip
    Membership.objects.create(person=cast.people[number % 4], org=more, standing="FULL", from_on=FOUNDED)
    deed(more, "theme_day", date(2026, 5, 8))
    Waiver.objects.create(
        bureau=cast.bureau, body=more, duty="theme_day_monthly", period="2026-06", period_from=date(2026, 6, 1),
        reason="-", granted_by="-", granted_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("url", ["gap", "cell", "waiver_list"])
def test_queries_do_not_grow_with_bodies(lived: Any, client: Any, url: str) -> None:
    lived.login(client, "party_office")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(f"obligations:{url}"), {"period": "2026"}).status_code == 200
        return len(caught)

    another(lived, 9)
    asked()
    few = asked()
    for number in range(3):
        another(lived, number)
    assert asked() == few


def test_the_year_sheet(lived: Any, client: Any, django_assert_max_num_queries: Any) -> None:
    url = reverse("obligations:year", args=[lived.branch.pk, 2026])
    html = page(client, lived, "organiser", url)
    assert 'rowspan="3"' in html
    assert "自查" in html and "记一次" in html
    assert html.count("还差1次") >= 2  # November's and the fourth quarter's
    assert "自查" not in page(client, lived, "party_office", url)
    lived.login(client, "party_office")
    with django_assert_max_num_queries(24):
        client.get(url)


def test_papers_open(lived: Any, client: Any) -> None:
    lived.login(client, "party_office")
    data = client.get(reverse("obligations:gap_paper", args=["xlsx"]), {"period": "2026-10"}).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    text = "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value)
    assert "柳林中心小学党支部" in text
    year = reverse("obligations:year_paper", args=[lived.branch.pk, 2026, "xlsx"])
    assert openpyxl.load_workbook(io.BytesIO(client.get(year).content)).active.max_row >= 13
    for url in (year.replace("xlsx", "docx"), reverse("obligations:gap_paper", args=["docx"])):
        assert client.get(url).content[:2] == b"PK"
    assert client.get(year.replace("xlsx", "exe")).status_code == 404


def test_reminding_from_the_page(lived: Any, client: Any) -> None:
    lived.login(client, "party_office")
    response = client.post(reverse("obligations:gap_remind"), {"period": "2026-10"}, follow=True)
    assert "已提醒" in response.content.decode()
    sent = Reminder.objects.count()
    assert sent > 0
    again = client.post(reverse("obligations:gap_remind"), {"period": "2026-10"}, follow=True)
    assert ("没有要提醒的" in again.content.decode(), Reminder.objects.count()) == (True, sent)


def test_reminding_keeps_the_view_it_was_asked_from(lived: Any, client: Any) -> None:
    lived.login(client, "party_office")
    view = "short=0&relation=BELONGS&on=2026-11-01&q=%E6%9F%B3%E6%9E%97&evil=%2F%2Fx.cn"
    page = client.get(f"{GAP}?{view}&period=2026-10").content.decode()
    assert 'name="view" value="short=0&amp;relation=BELONGS&amp;' in page
    url = client.post(reverse("obligations:gap_remind"), {"period": "2026-10", "view": view}).url
    asked = QueryDict(url.partition("?")[2]).dict()
    assert url.startswith(f"{GAP}?")
    assert asked == {"period": "2026-10", "short": "0", "relation": "BELONGS", "on": "2026-11-01", "q": "柳林"}
    plain = client.post(reverse("obligations:gap_remind"), {"period": "2026-10", "view": ""}).url
    assert plain == f"{GAP}?period=2026-10"


def test_mine_leads_home(lived: Any, client: Any) -> None:
    lived.login(client, "member")
    assert client.get(reverse("obligations:mine")).url == reverse("obligations:year", args=[lived.branch.pk, 2026])
    lived.login(client, "party_office")
    assert client.get(reverse("obligations:mine")).url == GAP


def test_desk_of_the_branch(lived: Any) -> None:
    cards = queries.due_cards(lived.branch, date(2026, 11, 20))
    assert {card.duty.code for card in cards if not card.over} >= {"theme_day_monthly", "members_meeting_quarterly"}
    assert [card.due_on for card in cards if not card.over] == sorted(card.due_on for card in cards if not card.over)


def test_the_card_of_a_part_shows_the_numbers_of_its_grid(lived: Any, client: Any) -> None:
    lived.login(client, "party_office")
    user = lived.accounts["party_office"]
    card = desk.panel(user, lived.root, date(2026, 11, 20))
    grid = client.get(GAP).context["gap"]
    assert card is not None
    assert [fact.value for fact in card.figures] == [grid.totals.due, grid.totals.held, grid.totals.unseen]
    assert str(len([row for row in grid.rows if row.totals.unseen])) in card.lines[0].value
    for fact in card.figures:
        assert client.get(fact.url).context["page"].paginator.count == fact.value
    assert desk.panel(lived.accounts["member"], lived.root, date(2026, 11, 20)) is None


def test_papers_are_chinese_in_either_language_of_the_page(lived: Any, client: Any) -> None:
    lived.login(client, "party_office")
    urls = [
        reverse("obligations:gap_paper", args=["xlsx"]) + "?period=2026-01-01..2026-10-31",
        reverse("obligations:year_paper", args=[lived.branch.pk, 2026, "xlsx"]),
    ]

    def texts() -> list[list[Any]]:
        books = [openpyxl.load_workbook(io.BytesIO(client.get(url).content)) for url in urls]
        return [[cell.value for row in book.active.iter_rows() for cell in row] for book in books]

    chinese = texts()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "组织生活落实" not in client.get(GAP).content.decode()
    assert texts() == chinese


def shown(html: str) -> tuple[list[bool], list[tuple[str, bool]]]:
    """Whether each row of the grid is short, and the segments with the one in use."""
    rows = ["is-met" not in row for row in re.findall(r"<tr[^>]*>(?=<td class=\"hz-c hz-drop)", html)]
    segments = re.findall(r'<a href="\?[^"]*"( aria-current="true")?>(有未见记录|全部) \d+</a>', html)
    return rows, [(word, bool(current)) for current, word in segments]


def test_the_phone_begins_with_the_short_ones_and_the_desk_with_all(lived: Any, client: Any) -> None:
    """users.md 8: the style sheet hides is-met on a narrow screen only where nobody asked for either."""
    for month in range(1, 11):
        for tag in ("theme_day", "members_meeting", "lecture", "committee_meeting"):
            deed(lived.branch, tag, date(2026, month, 14))
    period = {"period": "2026-10"}
    html = page(client, lived, "party_office", GAP, **period)
    rows, segments = shown(html)
    assert sorted(set(rows)) == [False, True]
    assert "hz-short-first" in html
    assert segments == [("有未见记录", True), ("全部", False), ("有未见记录", False), ("全部", True)]
    assert 'class="hz-seg hz-phone-seg"' in html and 'class="hz-seg hz-wide"' in html

    every = page(client, lived, "party_office", GAP, **period, short="0")
    assert "hz-short-first" not in every and "hz-phone-seg" not in every
    assert shown(every) == (rows, [("有未见记录", False), ("全部", True)])
    assert 'name="short" value="0"' in every

    few = page(client, lived, "party_office", GAP, **period, short="1")
    assert shown(few) == ([True] * sum(rows), [("有未见记录", True), ("全部", False)])


def test_the_rows_behind_a_number_and_the_waivers_leave_as_excel(lived: Any, client: Any) -> None:
    another(lived, 9)
    lived.login(client, "party_office")

    def rows(url: str, **data: Any) -> list[tuple[Any, ...]]:
        book = openpyxl.load_workbook(io.BytesIO(client.get(url, data).content))
        return list(book.worksheets[0].iter_rows(values_only=True))[1:]

    asked = {"period": "2026-01-01..2026-10-31", "what": "unseen"}
    behind = rows(reverse("obligations:cell_export"), **asked)
    shown = client.get(reverse("obligations:cell"), asked)
    assert len(behind) == shown.context["found"].count > 10
    assert {row[3] for row in behind} == {"未见记录"}
    assert f'href="{reverse("obligations:cell_export")}?' in shown.content.decode()
    held = rows(reverse("obligations:cell_export"), **asked | {"what": "made_up", "body": lived.branch.pk})
    assert [(row[0], row[1], row[4].date()) for row in held] == [(lived.branch.name, "主题党日", date(2026, 3, 13))]

    assert [row[:4] for row in rows(reverse("obligations:waiver_export"))] == [
        ("新支部9", "主题党日", "2026年6月", "-")
    ]


def test_an_excel_of_many_rows_is_filled_in_pieces(lived: Any, client: Any, monkeypatch: Any) -> None:
    lived.login(client, "party_office")
    asked = {"period": "2026-01-01..2026-10-31", "what": "held"}
    whole = client.get(reverse("obligations:cell_export"), asked).content
    monkeypatch.setattr(grid_views, "LINES_A_FILL", 3)
    assert client.get(reverse("obligations:cell_export"), asked).content == whole


def test_duties_outside_the_grid_open_from_it(lived: Any, client: Any) -> None:
    """B09: which secretaries have not lectured this year; owed by committees and general branches too."""
    html = page(client, lived, "party_office", GAP, period="2026-01-01..2026-10-31")
    context = client.get(GAP, {"period": "2026-01-01..2026-10-31"}).context
    lines = {line.duty.code: line.totals for line in context["outside"]}
    assert set(lines) == {"secretary_lecture_yearly", "democratic_life_yearly"}
    assert (lines["secretary_lecture_yearly"].due, lines["secretary_lecture_yearly"].lacking) == (4, 4)
    address = f"{reverse('obligations:cell')}?period=2026&on=2026-11-20&what=lacking&duty=secretary_lecture_yearly"
    assert f'href="{address}"' in html.replace("&amp;", "&")
    assert client.get(address).context["page"].paginator.count == 4
    deed(lived.general_branch, "secretary_lecture", date(2026, 5, 6))
    assert client.get(address).context["page"].paginator.count == 3
    part = page(client, lived, "party_office", GAP, period="2025", general=lived.general_branch.pk)
    assert "2025年不在表里的应办事项" in part
    lines = {line.duty.code: line.totals for line in client.get(GAP, {"period": "2025"}).context["outside"]}
    assert (lines["secretary_lecture_yearly"].unseen, lines["secretary_lecture_yearly"].lacking) == (4, 0)
    lines = {
        line.duty.code: line.totals
        for line in client.get(GAP, {"period": "2025", "general": lived.general_branch.pk}).context["outside"]
    }
    assert {code: totals.due for code, totals in lines.items()} == {"secretary_lecture_yearly": 2}


def test_every_month_quarter_and_half_of_three_years_is_offered_once(lived: Any, client: Any) -> None:
    html = page(client, lived, "party_office", GAP, period="2026-06")
    offered = re.search(r'<select class="form-select" name="period".*?</select>', html)[0]  # type: ignore[index]
    codes = re.findall(r'<option value="([^"]+)"', offered)
    assert {"2026-06", "2026Q1", "2026Q2", "2026H1", "2026H2", "2025Q3", "2024-01", "2024"} <= set(codes)
    assert not {"2026-12", "2027", "2023"} & set(codes)
    assert len(codes) == len(set(codes))
    assert re.findall(r'<option value="([^"]+)" selected', offered) == ["2026-06"]
    assert re.findall(r'<optgroup label="([^"]+)"', offered) == ["常用", "2026年", "2025年", "2024年"]


def test_a_branch_of_the_township_is_shown_under_who_approves_for_it(lived: Any, client: Any) -> None:
    """隶属 the town's committee, 指导 ours: the grid names each rightly."""
    town = Org.objects.create(bureau=lived.bureau, kind="UPPER", name="柳林镇党委", opened_on=FOUNDED)
    orgs.change_superiors(
        org=lived.other_branch, belongs_to=town, guided_by=lived.committee, by=SYSTEM, on=date(2026, 1, 1)
    )
    html = re.sub(r"\s+", "", page(client, lived, "party_office", GAP, period="2026-10"))
    assert "<i>指导</i>隶属柳林镇党委</span>" in html
    assert '<iclass="is-own">隶属</i>' in html
    assert "<i>指导</i>柳林镇党委" not in html
