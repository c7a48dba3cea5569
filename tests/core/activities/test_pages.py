"""Lists keep their number of queries; papers open; the desk says what waits; search and panels see only what they may."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_SECTION
from openpyxl import load_workbook

from hongzhu.core.activities import actions, desk, engine, queries
from hongzhu.core.activities.models import Act
from hongzhu.core.files.models import Attachment
from hongzhu.kit.registry import book

from .conftest import NOW, TODAY, told


def counted(client: Client, address: str, asked: Any) -> int:
    with asked() as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "page", ["activities:act_list", "activities:item_list", "activities:act_export", "activities:item_export"]
)
def test_lists_ask_as_much_for_three_rows_as_for_one(
    cast: Any, client: Client, record: Any, page: str, django_assert_max_num_queries: Any
) -> None:
    cast.login(client, "party_office")
    item = engine.ItemTold("修订值班表", owner=cast.people[0].pk)
    record(items=(item,))
    client.get(reverse(page))
    with django_assert_max_num_queries(40) as first:
        client.get(reverse(page))
    for number in range(2):
        record(theme=f"又{number}", items=(item,), body=cast.other_branch)
    with django_assert_max_num_queries(40) as second:
        client.get(reverse(page))

    assert len(second) == len(first)


def test_a_search_by_theme_sees_only_ones_own(cast: Any, record: Any) -> None:
    record(theme="学党章")
    record(theme="学党章", body=cast.other_branch)

    assert len(desk.find_acts(cast.party_office, "党章", 10)) == 2
    assert len(desk.find_acts(cast.organiser, "党章", 10)) == 1
    assert desk.find_acts(cast.outsider, "党章", 10) == []
    assert desk.find_acts(cast.system_admin, "党章", 10) == []


def test_what_waits_for_the_recorder(cast: Any, record: Any) -> None:
    act = record(
        absences={cast.people[3].pk: "SICK"},
        items=(engine.ItemTold("修订值班表", owner=cast.people[0].pk, due_on=TODAY),),
    )
    titles = [str(due.title) for due in desk.waiting(cast.organiser, TODAY)]
    assert titles == [f"确认计入：{act.theme}", "待补学：1人次", "修订值班表"]

    actions.confirm(act=act, counted=set(act.claims.values_list("org", "tag")), by=cast.actor("organiser"), now=NOW)
    actions.send_for_correction(act=act, note="请补过程", by=cast.actor("party_office"), now=NOW)
    titles = [str(due.title) for due in desk.waiting(cast.organiser, TODAY)]
    assert titles[0] == f"退回补正：{act.theme}"
    assert desk.waiting(cast.neighbour, TODAY) == []


def test_each_body_of_a_joint_act_confirms_its_own(cast: Any, client: Client, record: Any) -> None:
    act = record(joint=[(cast.other_branch, "theme_day")])
    cast.login(client, "organiser")
    everything = [f"{org}:{tag}" for org, tag in act.claims.filter(org=cast.branch).values_list("org", "tag")]
    client.post(reverse("activities:act_confirm", args=[act.pk]), {"counts": everything})

    assert set(act.claims.filter(org=cast.branch).values_list("state", flat=True)) == {"CONFIRMED"}
    assert set(act.claims.filter(org=cast.other_branch).values_list("state", flat=True)) == {"PROPOSED"}
    assert [str(due.title) for due in desk.waiting(cast.neighbour, TODAY)] == [f"确认计入：{act.theme}"]


def test_the_unit_page_counts_the_year(cast: Any, record: Any) -> None:
    assert desk.panel(cast.party_office, cast.school, TODAY) is None, "missing is not zero"
    record()
    shown = desk.panel(cast.party_office, cast.school, TODAY)

    assert shown is not None
    assert [fact.value for fact in shown.figures] == [1, 0, 0]


def test_my_own_year(cast: Any, record: Any) -> None:
    act = record(absences={cast.people[3].pk: "SICK"})
    actions.confirm(act=act, counted=set(act.claims.values_list("org", "tag")), by=cast.actor("organiser"), now=NOW)

    there = queries.life_of(cast.people[0], 2026)
    away = queries.life_of(cast.people[3], 2026)
    assert (there.due, there.attended, there.hours) == (1, 1, engine.hours(90, 45))
    assert (away.due, away.attended, away.absent, away.hours) == (1, 0, 1, 0)
    assert [str(fact.value) for fact in desk.personal(cast.people[0], TODAY)] == ["1", "1", "0", "0", "2"]
    assert desk.personal(cast.accounts["outsider"].person, TODAY) == []


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("record", ["学党章、守师德", "许青原", "党员活动室", "修订值班表"]),
        ("lecture", ["从党章看教师的本分", "讲备课、家访、廉洁。"]),
        ("sign_in", ["唐见山", "苏念慈"]),
        ("make_up", ["许青原", "病假"]),
    ],
)
def test_papers_of_an_act_read_right(cast: Any, client: Client, record: Any, code: str, expected: list[str]) -> None:
    act = record(
        absences={cast.people[3].pk: "SICK"}, items=(engine.ItemTold("修订值班表"),),
        process="一、集中学习\n领学第一章。\n\n二、党课：从党章看教师的本分\n讲备课、家访、廉洁。\n\n三、议事\n无。",
    )  # fmt: skip
    cast.login(client, "organiser")
    answer = client.get(reverse("activities:act_paper", args=[act.pk, code]))

    assert answer.status_code == 200
    text = words(answer.content)
    assert [word for word in expected if word not in text] == []
    if code == "lecture":
        assert "领学第一章" not in text, "only what stands under the heading of the lecture"


def test_all_papers_of_an_act_in_one_file_each_on_its_own_page(cast: Any, client: Client, record: Any) -> None:
    act = record(absences={cast.people[3].pk: "SICK"})
    cast.login(client, "organiser")
    offered = client.get(reverse("activities:act_sheets", args=[act.pk])).context["papers"]
    answer = client.get(reverse("activities:act_paper", args=[act.pk, "all"]))
    made = Document(io.BytesIO(answer.content))

    assert [code for code, _title in offered] == ["record", "lecture", "sign_in", "make_up", "all"]
    assert offered[-1][1] == "全部记录表"
    assert [section.start_type for section in made.sections[1:]] == [WD_SECTION.NEW_PAGE] * 3
    titles = [p.text for p in made.paragraphs if p.text.endswith("表") and "：" not in p.text]
    assert titles == ["主题党日活动记录表", "党课记录表", f"{cast.branch.name}签到表", "补学记录表"]


@pytest.mark.parametrize("code", ["record", "lecture", "sign_in", "make_up", "all"])
def test_a_paper_is_chinese_in_either_language_of_the_page(cast: Any, client: Client, record: Any, code: str) -> None:
    act = record(absences={cast.people[3].pk: "SICK"})
    cast.login(client, "organiser")
    chinese = client.get(reverse("activities:act_paper", args=[act.pk, code])).content
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "Theme Party day" in client.get(reverse("activities:act", args=[act.pk])).content.decode()
    assert words(client.get(reverse("activities:act_paper", args=[act.pk, code])).content) == words(chinese)


@pytest.mark.parametrize("address", ["activities:act_card", "activities:act_text"])
def test_what_is_copied_elsewhere_is_chinese_too(cast: Any, client: Client, record: Any, address: str) -> None:
    act = record(absences={cast.people[3].pk: "SICK"})
    cast.login(client, "organiser")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(reverse(address, args=[act.pk])).content.decode()

    assert "主题党日" in html
    assert "Theme Party day" not in html
    assert "Sick leave" not in html


def test_there_is_nothing_to_confirm_in_a_voided_act(cast: Any, client: Client, record: Any) -> None:
    act = record()
    cast.login(client, "organiser")
    saved = reverse("activities:act_saved", args=[act.pk])
    assert "确认计入" in client.get(saved).content.decode()

    actions.void(act=act, reason="记重了", by=cast.actor("organiser"), now=NOW)
    answer = client.get(saved, follow=True)
    assert answer.redirect_chain == [(reverse("activities:act", args=[act.pk]), 302)]
    assert "已作废" in answer.content.decode()


def test_a_correction_shows_the_earlier_day_as_days_are_written(cast: Any, client: Client, record: Any) -> None:
    act = record(held_on=date(2026, 6, 19))
    actions.correct(
        act=act, told=told(held_on=date(2026, 6, 18)), revision=0, reason="日期写错", by=cast.actor("organiser"), on=TODAY, now=NOW
    )  # fmt: skip
    cast.login(client, "organiser")
    html = client.get(reverse("activities:act", args=[act.pk])).content.decode()

    assert "2026-06-19" not in html
    assert re.search(r"<dt>日期</dt><dd>6月19日 周五</dd>", html)


def test_the_form_and_the_menu_have_ids_of_their_own(cast: Any, client: Client) -> None:
    cast.login(client, "organiser")
    html = client.get(reverse("activities:act_new"), {"body": cast.branch.pk, "kind": "theme_day"}).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)

    assert len(ids) > 20
    assert [one for one in ids if ids.count(one) > 1] == []


def test_an_act_with_one_paper_offers_no_file_of_all(cast: Any, client: Client, record: Any) -> None:
    act = record(lecture_title="", parts=())
    act.attendances.all().delete()
    Act.objects.filter(pk=act.pk).update(due_roster=0, attended=0)
    cast.login(client, "organiser")

    assert [code for code, _title in client.get(reverse("activities:act", args=[act.pk])).context["papers"]] == [
        "record"
    ]
    assert client.get(reverse("activities:act_paper", args=[act.pk, "all"])).status_code == 404


@pytest.mark.parametrize("code", ["attendance", "hours", "resolutions"])
@pytest.mark.parametrize("ext", ["docx", "xlsx"])
def test_tables_of_a_year_open(cast: Any, client: Client, record: Any, code: str, ext: str) -> None:
    act = record(items=(engine.ItemTold("修订值班表"),))
    actions.confirm(act=act, counted=set(act.claims.values_list("org", "tag")), by=cast.actor("organiser"), now=NOW)
    cast.login(client, "organiser")
    answer = client.get(reverse("activities:body_table", args=[cast.branch.pk, code, ext]) + "?year=2026")

    assert answer.status_code == 200
    if ext == "docx":
        text = words(answer.content)
    else:
        sheet = load_workbook(io.BytesIO(answer.content)).active
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert ("修订值班表" if code == "resolutions" else "唐见山") in text


def test_a_formula_in_a_theme_stays_text_in_excel(cast: Any, client: Client, record: Any) -> None:
    record(theme="=HYPERLINK(1)")
    cast.login(client, "organiser")
    answer = client.get(reverse("activities:act_export") + "?year=2026")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


# --- following up -----------------------------------------------------------------------------------------


def test_nobody_verifies_the_own_work(cast: Any, client: Client, record: Any) -> None:
    owner = cast.accounts["organiser"].person
    item = record(items=(engine.ItemTold("修订值班表", owner=owner.pk),)).resolutions.get()
    cast.login(client, "organiser")
    client.post(reverse("activities:item_report", args=[item.pk]), {"progress": "已修订", "done": "on"})
    client.post(reverse("activities:item_close", args=[item.pk]))
    item.refresh_from_db()
    assert item.state == "REPORTED"

    cast.login(client, "branch_secretary")
    client.post(reverse("activities:item_close", args=[item.pk]))
    item.refresh_from_db()
    assert (item.state, item.closed_by) == ("CLOSED", cast.accounts["branch_secretary"].person)


def test_a_member_reports_the_own_item_and_no_other(cast: Any, client: Client, record: Any) -> None:
    mine = cast.accounts["member"].person
    item = record(items=(engine.ItemTold("整理档案", owner=mine.pk),)).resolutions.get()
    cast.login(client, "member")
    assert client.post(reverse("activities:item_report", args=[item.pk]), {"progress": "在做"}).status_code == 302
    item.refresh_from_db()
    assert item.progress == "在做"

    other = record(theme="又一次", items=(engine.ItemTold("别人的事", owner=cast.people[5].pk),)).resolutions.get()
    assert client.post(reverse("activities:item_report", args=[other.pk]), {"progress": "在做"}).status_code == 403
    assert client.post(reverse("activities:item_close", args=[item.pk])).status_code == 403


def test_decisions_without_opinion_are_a_list(cast: Any, client: Client, record: Any) -> None:
    usual = {"kind": "major_decision", "parts": ("deliberation",), "lecture_title": "", "process": ""}
    record(items=(engine.ItemTold("没有意见的事", kind="MAJOR"),), **usual)
    given = engine.ItemTold("有意见的事", kind="MAJOR", opinion="AGREED", opinion_on=date(2026, 11, 19))
    late = engine.ItemTold("事后补的意见", kind="MAJOR", opinion="AGREED", opinion_on=date(2026, 11, 21))
    record(items=(given, late), **usual)
    cast.login(client, "party_office")

    page = client.get(reverse("activities:item_list") + "?state=no_opinion").content.decode()
    assert "没有意见的事" in page
    assert "事后补的意见" in page
    assert "有意见的事" not in page.replace("没有意见的事", "")


MAJOR: dict[str, Any] = {"parts": ("deliberation",), "lecture_title": "", "lecturer": None, "process": ""}


def test_a_matter_the_party_organisation_decides_itself_lacks_no_opinion(
    cast: Any, client: Client, record: Any
) -> None:
    """A18: the opinion comes first where the school decides; the Party committee's own decision is the opinion."""
    asked = record(kind="major_decision", items=(engine.ItemTold("学校定的事", kind="MAJOR"),), **MAJOR)
    own = record(
        body=cast.committee, by="party_office", kind="party_committee", items=(engine.ItemTold("党委定的事", kind="MAJOR"),),
        **MAJOR,
    )  # fmt: skip
    cast.login(client, "party_office")

    found = client.get(reverse("activities:item_list") + "?state=no_opinion").context["rows"]
    assert [row.matter for row, *_rest in found] == ["学校定的事"]
    everything = client.get(reverse("activities:item_list") + "?state=all").context["rows"]
    assert {row.matter: lacks for row, _chip, _category, lacks in everything} == {
        "学校定的事": True,
        "党委定的事": False,
    }
    for act, flagged in ((asked, True), (own, False)):
        assert ("没有党组织意见" in client.get(reverse("activities:act", args=[act.pk])).content.decode()) is flagged
        item = client.get(reverse("activities:item", args=[act.resolutions.get().pk])).content.decode()
        assert ("党组织意见" in item) is flagged

    actions.drop_resolution(item=asked.resolutions.get(), reason="不办了", by=cast.actor("organiser"))
    assert client.get(reverse("activities:item_list") + "?state=no_opinion").context["rows"] == []
    assert "没有党组织意见" not in client.get(reverse("activities:act", args=[asked.pk])).content.decode()


def test_an_account_without_a_bureau_is_told_no_words(cast: Any) -> None:
    words = queries.item_words_for(object(), TODAY)
    assert (words.categories, words.asking) == ({}, frozenset())


def test_what_a_major_matter_keeps_is_shown_and_printed(cast: Any, client: Client, record: Any) -> None:
    item = engine.ItemTold(
        "调整课后服务收费", kind="MAJOR", category="decisions", proposer="总务处", opinion="AGREED",
        opinion_on=date(2026, 11, 19),
    )  # fmt: skip
    old = engine.ItemTold("早年的事", kind="MAJOR", category="gone", opinion="AMENDED")
    act = record(kind="major_decision", items=(item, old), **MAJOR)
    cast.login(client, "organiser")

    first = act.resolutions.order_by("pk")[0]
    for name, args in (
        ("item", [first.pk]), ("act", [act.pk]), ("act_sheets", [act.pk]), ("item_list", []),
    ):  # fmt: skip
        assert "重大决策" in client.get(reverse(f"activities:{name}", args=args)).content.decode(), name
    sheet = client.get(reverse("activities:act_sheets", args=[act.pk])).content.decode()
    assert "总务处" in sheet and "党组织意见：同意 11月19日" in sheet
    paper = words(client.get(reverse("activities:act_paper", args=[act.pk, "record"])).content)
    assert "1. 调整课后服务收费（方面：重大决策；提出单位：总务处；党组织意见：同意，2026年11月19日）" in paper
    assert "2. 早年的事（方面：gone；党组织意见：修改后同意）" in paper
    ledger = client.get(reverse("activities:body_table", args=[cast.branch.pk, "resolutions", "docx"]) + "?year=2026")
    assert "调整课后服务收费（重大决策）" in words(ledger.content)

    table = load_workbook(io.BytesIO(client.get(reverse("activities:item_export")).content)).active
    lines = [[cell.value for cell in row] for row in table.iter_rows()]
    header = next(line for line in lines if "事项" in line)
    row = next(dict(zip(header, line, strict=True)) for line in lines if "调整课后服务收费" in line)
    assert (row["方面"], row["提出单位"], row["党组织意见"]) == ("重大决策", "总务处", "同意")
    assert str(row["研究日期"]).startswith("2026-11-19")


def test_a_wrongly_attached_file_can_be_taken_off(cast: Any, client: Client, record: Any) -> None:
    act = record()
    there = reverse("activities:act", args=[act.pk])
    cast.login(client, "organiser")
    client.post(reverse("activities:act_attach", args=[act.pk]), {"file": SimpleUploadedFile("错传.txt", b"x")})
    remove = reverse("files:attachment_remove", args=[Attachment.objects.get().pk])
    assert f'action="{remove}"' in client.get(there).content.decode()
    cast.login(client, "party_office")
    assert "错传.txt" in client.get(there).content.decode() and remove not in client.get(there).content.decode()

    cast.login(client, "organiser")
    answer = client.post(remove, follow=True)
    assert answer.redirect_chain == [(there, 302)]
    assert "没有附件；不是必传。" in answer.content.decode()


def test_the_files_of_a_voided_act_stay_with_it(cast: Any, client: Client, record: Any) -> None:
    act = record()
    cast.login(client, "organiser")
    client.post(reverse("activities:act_attach", args=[act.pk]), {"file": SimpleUploadedFile("讲稿.txt", b"x")})
    actions.void(act=act, reason="记重了", by=cast.actor("organiser"), now=NOW)
    page = client.get(reverse("activities:act", args=[act.pk])).content.decode()
    assert "讲稿.txt" in page
    assert reverse("files:attachment_remove", args=[Attachment.objects.get().pk]) not in page


def test_a_branch_sees_the_reason_of_a_strike(cast: Any, client: Client, record: Any) -> None:
    act = record()
    actions.confirm(act=act, counted=set(act.claims.values_list("org", "tag")), by=cast.actor("organiser"), now=NOW)
    actions.strike(act=act, org=cast.branch, tag="lecture", reason="没有讲稿", by=cast.actor("party_office"), now=NOW)
    cast.login(client, "organiser")

    assert "已取消计入：没有讲稿" in client.get(reverse("activities:act", args=[act.pk])).content.decode()


def test_declared_upward() -> None:
    assert {
        "activities.acts",
        "activities.lectures_by",
        "activities.outputs",
        "activities.ordinal",
        "activities.class_floor",
    } <= set(book.measures)
    assert "activities.act" in book.credit_sources
    assert {"activities.act", "activities.act:change"} <= set(book.doors)
    assert Act._meta.label_lower == "activities.act"


@pytest.mark.parametrize(("code", "title"), [("attendance", "姓名"), ("hours", "姓名")])
def test_the_years_tables_leave_as_word_and_as_excel_from_the_list(
    cast: Any, client: Client, record: Any, code: str, title: str
) -> None:
    record()
    cast.login(client, "branch_secretary")
    page = client.get(reverse("activities:act_list") + f"?org={cast.branch.pk}&year=2026").content.decode()
    for ext in ("docx", "xlsx"):
        address = reverse("activities:body_table", args=[cast.branch.pk, code, ext]) + "?year=2026"
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    rows = load_workbook(io.BytesIO(client.get(address).content)).worksheets[0].iter_rows(values_only=True)
    assert any(title in row for row in rows)
