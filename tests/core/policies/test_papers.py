"""Copy cards and papers laid out in the browser: in whose order, under which names, and who sees it once published."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.activities import actions as activities
from hongzhu.core.audit.models import Entry
from hongzhu.core.documents.pack import DocumentsSection, guard
from hongzhu.core.documents.queries import sheets
from hongzhu.core.policies.forms.items.papers import SheetForm, UpperSystemForm
from hongzhu.core.policies.pack import columns, folder
from tests.core.activities.conftest import told
from tests.core.documents.test_paper_names import of_one, words
from tests.core.policies.test_adding import (
    ANSWERS,
    add_url,
    item_url,
    items,
    november,  # noqa: F401 - a fixture
    publish,
    rows,
    said,
    shown,
)

pytestmark = pytest.mark.django_db
CARDS, SHEETS = ("documents", "upper_systems"), ("documents", "sheets")


def edit(client: Any, draft: Any, place: tuple[str, str], code: str, **changes: str) -> Any:
    url = item_url(draft, *place, code)
    return client.post(url, shown(client.get(url)) | changes)


def row_of(client: Any, draft: Any, place: tuple[str, str], code: str, source: str) -> str:
    """The row of one column: row-3."""
    asked = shown(client.get(item_url(draft, *place, code)))
    return next(name.removesuffix("-source") for name, value in asked.items() if value == source)


# --- the form ------------------------------------------------------------------------------------------


def test_a_new_card_begins_with_the_usual_one_and_offers_names_never_codes(office, draft):
    response = office.get(add_url(draft, *CARDS))
    form = response.context["form"]
    assert [row[0].value() for row in form.rows()] == [*range(1, 15), None, None, None, None]
    assert form["row-0-title"].value() == "活动类型"
    offered = dict(form.fields["row-0-source"].choices)
    assert offered["lecture_title"] == "党课题目"
    assert offered[""] == "不要这一栏"
    assert all(not str(name).isascii() for name in offered.values())
    person = office.get(add_url(draft, *CARDS) + "?like=person").context["form"]
    assert dict(person.fields["row-0-source"].choices)["personnel_unit"] == "人事关系所在单位"
    assert "kinds" not in person.fields


def test_a_card_of_a_person_is_added_where_it_was_asked_for(office, draft):
    answer = {"title": "省党员系统"} | rows(("2", "党员姓名", "name"), ("1", "", "born"))
    response = office.post(add_url(draft, *CARDS) + "?like=person", answer)
    assert response.status_code == 302, said(response)
    card = items(draft, *CARDS)["shengdangyuanxitong"]
    assert card.per == "person"
    assert [(field.label.zh, field.source) for field in card.fields] == [("出生日期", "born"), ("党员姓名", "name")]
    page = office.get(item_url(draft, *CARDS, "shengdangyuanxitong")).context["form"]
    assert dict(page.fields["row-0-source"].choices)["sex"] == "性别"


@pytest.mark.parametrize("wrong", ["sex", "nothing"])
def test_a_value_of_another_paper_is_refused(office, draft, wrong):
    before = draft.body
    response = office.post(add_url(draft, *CARDS), {"title": "省平台"} | rows(("1", "某", wrong)))
    assert "row-0-source" in said(response)
    draft.refresh_from_db()
    assert draft.body == before


@pytest.mark.parametrize(
    ("moved", "place", "order"),
    [
        ("A", "3", "BCAD"),
        ("D", "2", "ADBC"),
        ("B", "4", "ACDB"),
        ("C", "1", "CABD"),
        ("A", "4", "BCDA"),
        ("D", "40", "ABCD"),
        ("A", "", "BCDA"),
    ],
)
def test_the_number_typed_is_the_place_it_gets(office, draft, moved, place, order):
    four = dict(zip("ABCD", ("theme", "held", "place", "chair"), strict=True))
    made = {"title": "省平台"} | rows(*((str(n), name, source) for n, (name, source) in enumerate(four.items(), 1)))
    office.post(add_url(draft, *CARDS), made)
    row = row_of(office, draft, CARDS, "shengpingtai", four[moved])
    response = edit(office, draft, CARDS, "shengpingtai", **{f"{row}-place": place})
    assert response.status_code == 302, said(response)
    assert "".join(field.label.zh for field in items(draft, *CARDS)["shengpingtai"].fields) == order


def test_a_new_row_goes_where_its_number_says_and_else_last(office, draft):
    made = {"title": "省平台"} | rows(("1", "A", "theme"), ("2", "B", "held"), ("1", "C", "place"), ("", "D", "chair"))
    office.post(add_url(draft, *CARDS), made)
    edit(office, draft, CARDS, "shengpingtai", **{"row-4-place": "2", "row-4-title": "E", "row-4-source": "note"})
    names = [field.label.zh for field in items(draft, *CARDS)["shengpingtai"].fields]
    assert names.index("E") == 1
    assert names[-1] == "D"


@pytest.mark.parametrize(
    ("place", "changed", "field", "sentence"),
    [
        (CARDS, {"row-0-title": "学习心得"}, "row-0-title", "不能有“学习心得”这一栏"),
        (CARDS, {"row-0-title": "在线时长"}, "row-0-title", "不能有“在线时长”这一栏"),
        (CARDS, {"row-1-source": "theme"}, "row-1-source", "“活动主题”选了两次"),
        (CARDS, {"row-0-source": "", "row-1-source": ""}, "__all__", "一栏也没有了"),
        (CARDS, {"row-0-place": "0"}, "row-0-place", "1"),
        (CARDS, {"row-0-place": "41"}, "row-0-place", "40"),
        (SHEETS, {"row-0-title": "积分排名"}, "row-0-title", "不能有“积分排名”这一栏"),
        (SHEETS, {"row-0-title": ""}, "row-0-title", "留空手写的栏要写栏目名"),
    ],
)
def test_what_no_paper_may_carry_is_refused_with_the_sentence(office, draft, place, changed, field, sentence):
    before, entries = draft.body, Entry.objects.count()
    response = office.post(add_url(draft, *place), ANSWERS[place][0] | changed)
    assert response.status_code == 200
    assert any(sentence in error for error in said(response)[field]), said(response)
    assert response.context["form"]["title"].value() == ANSWERS[place][0]["title"], "what was typed is still there"
    draft.refresh_from_db()
    assert (draft.body, Entry.objects.count()) == (before, entries)


def test_the_guard_refuses_a_card_from_a_file_too():
    card = {"code": "x", "title": "某平台", "fields": [{"label": "思想汇报", "source": "note"}]}
    found = list(guard(DocumentsSection.model_validate({"upper_systems": [card]})))
    assert [(one.rule, one.lasting, one.path) for one in found] == [("barred_column", True, "upper_systems.x.fields.0")]


def test_a_paper_that_was_there_is_laid_out_but_never_taken_away(office, cast, draft):
    response = edit(office, draft, SHEETS, "theme_day_record", **{"row-0-title": "党支部"})
    assert response.status_code == 302, said(response)
    before = items(draft, *SHEETS)["theme_day_record"].columns[0]
    assert (before.title.zh, before.source) == ("党支部", "body")
    assert items(draft, *SHEETS)["theme_day_record"].columns[3].wide, "what the form does not ask stays"
    assert items(draft, *SHEETS)["theme_day_record"].columns[3].title.en == "Theme"
    kinds = items(draft, "activities", "kinds")
    assert "theme_day_record" in kinds["theme_day"].sheets, "offered where it was"
    assert office.post(item_url(draft, *SHEETS, "theme_day_record", "item_remove")).status_code == 404
    assert "从草稿里去掉" not in office.get(item_url(draft, *SHEETS, "theme_day_record")).content.decode()


def test_saved_as_shown_every_paper_stays_what_it_was(office, draft):
    was = {place: items(draft, *place) for place in (CARDS, SHEETS)}
    for place in (CARDS, SHEETS):
        for code in was[place]:
            if code not in {"year_overview", "brief_text"}:
                response = edit(office, draft, place, code)
                assert response.status_code == 302, (code, said(response))
        assert items(draft, *place) == was[place]


@pytest.mark.parametrize(
    "place", [(*SHEETS, "year_overview"), (*SHEETS, "brief_text"), (*SHEETS, "nothing"), ("documents", "kinds", "RULE")]
)
def test_what_cannot_be_laid_out_has_no_page(office, draft, place):
    assert office.get(item_url(draft, *place)).status_code == 404


def test_the_draft_form_leads_to_each_paper(office, draft):
    url = reverse("policies:draft_edit", args=[draft.pk, "documents"])
    response = office.get(url)
    page = response.content.decode()
    assert 'value="item:sheets:theme_day_record"' in page
    assert 'value="item:upper_systems:upper_general"' in page
    assert "item:sheets:brief_text" not in page
    answer = shown(response) | {"next": "item:sheets:theme_day_record"}
    assert office.post(url, answer).url == item_url(draft, *SHEETS, "theme_day_record")


def test_a_paper_taken_away_meanwhile_is_said(office, cast, draft):
    office.post(add_url(draft, *CARDS), ANSWERS[CARDS][0])
    url = item_url(draft, *CARDS, "shengpingtai")
    data = shown(office.get(url))
    office.post(item_url(draft, *CARDS, "shengpingtai", "item_remove"))
    assert office.post(url, data).status_code == 404


@pytest.mark.parametrize("more", [1, 6])
def test_the_page_of_a_paper_costs_the_same_for_few_and_many_columns(
    office, draft, more, django_assert_max_num_queries
):
    many = ("theme", "held", "place", "chair", "recorder", "due")[:more]
    office.post(
        add_url(draft, *CARDS), {"title": "省平台"} | rows(*((str(n), "", one) for n, one in enumerate(many, 1)))
    )
    url = item_url(draft, *CARDS, "shengpingtai")
    office.get(url)
    with django_assert_max_num_queries(20) as log:
        office.get(url)
    assert len([query for query in log if "policies_" in query["sql"]]) == 2


# --- compared in words ----------------------------------------------------------------------------------


def test_columns_are_compared_one_by_one(office, draft):
    body = row_of(office, draft, SHEETS, "theme_day_record", "body")
    chair = row_of(office, draft, SHEETS, "theme_day_record", "chair")
    note = row_of(office, draft, SHEETS, "theme_day_record", "note")
    edit(
        office, draft, SHEETS, "theme_day_record",
        **{f"{body}-title": "党支部", f"{chair}-place": "1", f"{note}-source": "", "row-13-title": "盖章", "row-13-source": "-"},
    )  # fmt: skip
    response = office.get(reverse("policies:version_compare", args=[draft.pk]))
    group = next(group for group in response.context["groups"] if "表单" in group.title)
    assert [(row.title, row.before, row.after) for row in group.rows] == [
        ("主题党日活动记录表", "第5栏 主持人", "第1栏 主持人"),
        ("主题党日活动记录表", "第1栏 支部名称（填支部（单位）名称）", "第2栏 党支部（填支部（单位）名称）"),
        ("主题党日活动记录表", "无", "第13栏 盖章（留空手写）"),
        ("主题党日活动记录表", "第13栏 备注", "无"),
    ]


def test_a_column_filled_otherwise_is_one_that_went_and_one_that_came():
    was, now = of_one("theme_day_record", "chair"), of_one("theme_day_record", "recorder")
    found = columns.changes(was, now, "columns")
    assert [(one.before, one.after) for one in found] == [
        ("", "第1栏 某栏（填记录人）"), ("第1栏 某栏（填主持人）", ""),
    ]  # fmt: skip


def acted(cast: Any, now: Any, *, on: date, kind: str = "theme_day") -> Any:
    """An act of the branch, recorded today for the day held."""
    parts = {"theme_day": ("study", "lecture")}.get(kind, ())
    act = told(kind=kind, held_on=on, parts=parts, lecturer=cast.accounts["branch_secretary"].person_id)
    return activities.record(body=cast.branch, told=act, by=cast.actor("organiser"), on=now.date(), now=now, joint=())


# --- and then it governs ---------------------------------------------------------------------------------


def test_a_card_added_in_the_browser_is_the_card_of_the_next_act(office, cast, draft, november):  # noqa: F811
    answer = {"title": "省平台"} | rows(("3", "活动名称", "theme"), ("1", "起始", "starts"), ("2", "会场", "place"))
    office.post(add_url(draft, *CARDS), answer | {"kinds": ["theme_day"]})
    edit_url = reverse("policies:draft_edit", args=[draft.pk, "documents"])
    data = shown(office.get(edit_url))
    del data["upper_systems--upper_general--active"]
    assert office.post(edit_url, data).status_code == 302
    office.post(
        reverse("policies:version_publish", args=[draft.pk]), {"valid_from": "2026-11-01", "basis": "青教党〔2026〕3号"}
    )
    old = acted(cast, november, on=date(2026, 10, 22))
    new = acted(cast, november, on=date(2026, 11, 19))

    def card(act: Any) -> dict[str, list[str]]:
        cards = office.get(reverse("activities:act_card", args=[act.pk])).context["cards"]
        return {system.title.zh: [field.label for field in fields] for system, fields, _mark in cards}

    assert card(new) == {"省平台": ["起始", "会场", "活动名称"]}
    assert list(card(old)) == ["上级平台转录卡（通用）"], "under the version of its day"
    page = office.get(reverse("activities:act_card", args=[new.pk])).content.decode()
    assert page.index("起始") < page.index("会场") < page.index("活动名称")
    assert "2026-11-19" in page


def labels(data: bytes) -> list[str]:
    """First cells of pairs in the form, in order."""
    found: list[str] = []
    for row in Document(io.BytesIO(data)).tables[0].rows:
        cells = {id(cell._tc): cell.text for cell in row.cells}
        found += list(cells.values())[::2]
    return found


def test_columns_reordered_and_renamed_print_for_acts_from_then_on(office, cast, draft, november):  # noqa: F811
    names = {source: row_of(office, draft, SHEETS, "theme_day_record", source) for source in ("theme", "body", "note")}
    edit(
        office, draft, SHEETS, "theme_day_record",
        **{f"{names['theme']}-place": "1", f"{names['body']}-title": "党支部", f"{names['note']}-source": "", "foot": "一式两份"},
    )  # fmt: skip
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    old = acted(cast, november, on=date(2026, 10, 22))
    new = acted(cast, november, on=date(2026, 11, 19))

    def paper(act: Any) -> bytes:
        return b"".join(office.get(reverse("activities:act_paper", args=[act.pk, "record"])))

    assert labels(paper(new))[:3] == ["活动主题", "党支部", "活动时间"]
    assert "备注" not in labels(paper(new))
    assert "一式两份" in words(paper(new))
    assert labels(paper(old))[0] == "支部名称"
    assert "备注" in labels(paper(old))
    page = office.get(reverse("activities:act_sheets", args=[new.pk])).content.decode()
    assert page.index("活动主题") < page.index("党支部")
    assert "一式两份" in page
    assert "支部名称" in office.get(reverse("activities:act_sheets", args=[old.pk])).content.decode()


def test_a_list_laid_out_anew_reads_so_in_excel(office, cast, draft, november):  # noqa: F811
    row = row_of(office, draft, SHEETS, "attendance_table", "rate")
    edit(
        office, draft, SHEETS, "attendance_table", **{f"{row}-place": "2", f"{row}-title": "到会率", "title": "到会表"}
    )
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    for year, head in ((2026, ["序号", "到会率", "姓名"]), (2025, ["序号", "姓名", "1月"])):
        url = reverse("activities:body_table", args=[cast.branch.pk, "attendance", "xlsx"])
        data = b"".join(office.get(url, {"year": year}))
        cells = [[cell.value for cell in line] for line in load_workbook(io.BytesIO(data)).active.iter_rows()]
        assert any(line[:3] == head for line in cells), (year, cells[:3])


def test_a_paper_of_the_bureaus_own_prints_for_its_kinds_alone(office, cast, draft, november):  # noqa: F811
    office.post(add_url(draft, *SHEETS), ANSWERS[SHEETS][0])
    sign = {"title": "领用签收", "offered": ["theme_day"]} | rows(("1", "姓名", "name"), ("2", "领取人签字", "-"))
    assert office.post(add_url(draft, *SHEETS) + "?like=sign_in_blank", sign).status_code == 302
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    act = acted(cast, november, on=date(2026, 11, 19))
    other = acted(cast, november, on=date(2026, 11, 18), kind="committee_meeting")
    page = office.get(reverse("activities:act_sheets", args=[act.pk])).content.decode()
    assert "活动登记单" in page
    assert "领取人签字" in page
    made = b"".join(office.get(reverse("activities:act_paper", args=[act.pk, "own-huodongdengjidan"])))
    assert labels(made) == ["活动", "领导签字"]
    assert "一式两份" in words(made)
    listed = b"".join(office.get(reverse("activities:act_paper", args=[act.pk, "own-lingyongqianshou"])))
    assert "领取人签字" in words(listed)
    assert office.get(reverse("activities:act_paper", args=[other.pk, "own-huodongdengjidan"])).status_code == 404
    assert "活动登记单" not in office.get(reverse("activities:act_sheets", args=[other.pk])).content.decode()


def test_a_members_card_added_in_the_browser_is_the_card_of_a_member(office, cast, draft, november):  # noqa: F811
    answer = {"title": "省党员系统"} | rows(("2", "党员姓名", "name"), ("1", "所在支部", "body"))
    office.post(add_url(draft, *CARDS) + "?like=person", answer)
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    cast.login(office, "branch_secretary")
    address = reverse("party:roster_card", args=[cast.accounts["member"].person_id])
    cards = office.get(address).context["cards"]
    found = {card[0].title.zh: [(field.label, field.value) for field in card[1]] for card in cards}
    assert [label for label, _value in found["省党员系统"]] == ["所在支部", "党员姓名"]
    assert found["省党员系统"][1][1] == cast.accounts["member"].person.name


def test_the_summary_of_the_bureau_is_laid_out_in_excel_as_in_word(office, cast, draft, november):  # noqa: F811
    row = row_of(office, draft, SHEETS, "bureau_summary", "members")
    edit(office, draft, SHEETS, "bureau_summary", **{f"{row}-place": "1", f"{row}-title": "党员人数"})
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    asked = {"period": "2026Q4"}
    excel = b"".join(office.get(reverse("obligations:gap_paper", args=["xlsx"]), asked))
    cells = [[cell.value for cell in line] for line in load_workbook(io.BytesIO(excel)).active.iter_rows()]
    assert any(line[:3] == ["党员人数", "序号", "党组织"] for line in cells), cells[:3]
    word = b"".join(office.get(reverse("obligations:gap_paper", args=["docx"]), asked))
    assert words(word).index("党员人数") < words(word).index("序号")


def test_a_notice_laid_out_anew_reads_so_on_the_page_too(office, cast, draft, november):  # noqa: F811
    row = row_of(office, draft, SHEETS, "meeting_notice", "place")
    edit(office, draft, SHEETS, "meeting_notice", **{f"{row}-place": "1", f"{row}-title": "在哪里"})
    draft.refresh_from_db()
    publish(cast, draft, date(2026, 11, 1))
    cast.login(office, "organiser")
    asked = {"kind": "theme_day", "month": "2026-12", "on": "2026-12-18", "place": "党员活动室"}
    text = office.get(reverse("activities:before", args=[cast.branch.pk]), asked).context["text"]
    assert text.index("在哪里：党员活动室") < text.index("时间：")


# --- plain fields of lists the program knows -----------------------------------------------------------------


def documents_form(client: Any, draft: Any, section: str = "documents") -> tuple[str, dict[str, Any]]:
    url = reverse("policies:draft_edit", args=[draft.pk, section])
    return url, shown(client.get(url))


def test_how_documents_are_numbered_is_written_in_chinese_and_kept_as_the_pack_has_it(office, draft):
    url, data = documents_form(office, draft)
    assert data["kinds--REPLY--number"] == "{代字}复〔{年份}〕{序号}号"
    changed = {"kinds--REPLY--number": "{代字}批〔{年份}〕{序号}号", "kinds--REPLY--series": "general"}
    response = office.post(url, data | changed | {"kinds--MINUTES--number": ""})
    assert response.status_code == 302, said(response)
    kinds = items(draft, "documents", "kinds")
    assert (kinds["REPLY"].number, kinds["REPLY"].series) == ("{prefix}批〔{year}〕{number}号", "general")
    assert kinds["MINUTES"].number == ""
    page = office.get(reverse("policies:version_compare", args=[draft.pk])).content.decode()
    assert "{代字}批〔{年份}〕{序号}号" in page
    assert "{prefix}" not in page
    url, data = documents_form(office, draft)
    office.post(url, data | {"kinds--REPLY--series": ""})
    assert items(draft, "documents", "kinds")["REPLY"].series is None


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [("{代字}〔{年}〕{序号}号", "没有 {年}"), ("{代字}〔{年份}〕", "要有 {序号}")],
)
def test_a_number_that_cannot_be_is_said_in_the_same_words(office, draft, pattern, sentence):
    url, data = documents_form(office, draft)
    before = draft.body
    response = office.post(url, data | {"kinds--REPLY--number": pattern})
    assert any(sentence in error for error in said(response)["kinds--REPLY--number"])
    assert pattern in response.content.decode(), "what was typed is still there"
    draft.refresh_from_db()
    assert draft.body == before


def test_the_series_are_offered_by_the_kinds_that_share_them(office, draft):
    url, _data = documents_form(office, draft)
    choices = dict(office.get(url).context["form"].fields["kinds--REPLY--series"].choices)
    assert choices[""] == "单独编号"
    assert choices["general"].startswith("与规则、办法")


def test_contact_schemes_take_their_plain_fields(office, draft):
    url, data = documents_form(office, draft, "registers")
    scheme = "schemes--CONTACT--"
    changed = {f"{scheme}visits_a_year": "4", f"{scheme}clause": "青教党〔2026〕6号"}
    response = office.post(url, data | changed)
    assert response.status_code == 302, said(response)
    found = items(draft, "registers", "schemes")["CONTACT"]
    assert (found.visits_a_year, found.clause.zh) == (4, "青教党〔2026〕6号")
    url, data = documents_form(office, draft, "registers")
    office.post(url, data | {f"{scheme}visits_a_year": "", f"{scheme}clause": ""})
    found = items(draft, "registers", "schemes")["CONTACT"]
    assert (found.visits_a_year, found.clause) == (None, None)
    assert "visits_a_year" in said(office.post(url, data | {f"{scheme}visits_a_year": "61"})).popitem()[0]


# --- packs that say little -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "first"), [(UpperSystemForm, "支部（单位）名称"), (SheetForm, "支部（单位）名称")])
def test_without_a_paper_to_begin_from_every_value_is_offered_in_order(form, first):
    asked = form({"documents": DocumentsSection()})
    assert asked["row-0-title"].value() == first
    assert [row[0].value() for row in asked.rows()][-5:] == [len(asked.names()), None, None, None, None]


def test_a_paper_nobody_laid_out_is_drawn_as_usual():
    assert not sheets.departs(None)
    shipped = {sheet.code: sheet for sheet in folder.shipped()["national"][-1].sections["documents"].sheets}
    for code in ("theme_day_record", "meeting_record", "lecture_record"):
        assert not sheets.departs(shipped[code])
        assert sheets.departs(shipped[code].model_copy(update={"foot": of_one(code, None).foot}))
        assert sheets.departs(shipped[code].model_copy(update={"columns": shipped[code].columns[::-1]}))


def test_a_new_kind_is_asked_for_papers_of_the_bureaus_own_only(office, draft):
    kind = ("activities", "kinds")
    assert "sheets" not in office.get(add_url(draft, *kind)).context["form"].fields, "the usual papers need no asking"
    office.post(add_url(draft, *SHEETS), ANSWERS[SHEETS][0])
    form = office.get(add_url(draft, *kind)).context["form"]
    assert form.fields["sheets"].choices == [("huodongdengjidan", "活动登记单")]
    answer, code = ANSWERS[kind]
    assert office.post(add_url(draft, *kind), answer | {"sheets": ["huodongdengjidan"]}).status_code == 302
    assert items(draft, *kind)[code].sheets == ("huodongdengjidan",)
    assert edit(office, draft, kind, code, title="换个名字").status_code == 302
    assert items(draft, *kind)[code].sheets == ("huodongdengjidan",), "and stays"
    office.post(item_url(draft, *SHEETS, "huodongdengjidan", "item_remove"))
    assert items(draft, *kind)[code].sheets == ()
