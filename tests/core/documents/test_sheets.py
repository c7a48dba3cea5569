"""What the papers say, and how many pages they take when an office program opens them."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date, time
from pathlib import Path

import pytest
from django.utils import translation
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.documents.pack import Column, Sheet, UpperField, UpperSystem
from hongzhu.core.documents.queries import sheets
from tests.core.documents import samples


def labels(data: bytes) -> list[str]:
    """First cells of pairs in the form, in order."""
    found: list[str] = []
    for row in Document(io.BytesIO(data)).tables[0].rows:
        cells = {id(cell._tc): cell.text for cell in row.cells}  # a merged cell comes once for each column
        found += list(cells.values())[::2]
    return found


def head(data: bytes) -> list[str]:
    return [cell.text for cell in Document(io.BytesIO(data)).tables[0].rows[0].cells]


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


USUAL = {
    "theme_day": "支部名称 活动时间 活动地点 活动主题 主持人 记录人 应到人数 实到人数 列席人员 缺席人员及原因 活动内容 议定事项 备注",
    "lecture": "时间 地点 主讲人及职务 党课题目 听课人数 主要内容 讨论情况 讲稿（附）",
}
LISTS = {
    "sign_in": "序号 姓名 党员类别 签名 备注",
    "make_up": "姓名 缺席活动 缺席原因 补学时间 方式 内容 落实人 本人签字",
    "year": "月份 支委会 党员大会 党小组会 党课 主题党日 其他",
    "attendance": "序号 姓名 1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月 应参加 实参加 请假 缺席 补学 参加率",
    "hours": "序号 姓名 日期 内容 形式 学时 累计 备注",
    "resolutions": "序号 议定时间 事项 责任人 时限 进展 完成时间",
    "summary": "序号 党组织 党员数 主题党日 党员大会 支委会 党小组会 党课 组织生活会 不适用说明 备注",
}


@pytest.mark.parametrize("name", USUAL)
def test_forms_carry_their_usual_blocks(name):
    assert labels(samples.papers()[name][0]) == USUAL[name].split()


@pytest.mark.parametrize("name", LISTS)
def test_lists_carry_their_usual_columns(name):
    assert head(samples.papers()[name][0]) == LISTS[name].split()


def test_papers_are_chinese_from_an_english_page():
    with translation.override("en"):
        assert labels(sheets.theme_day(samples.ACT)) == USUAL["theme_day"].split()
        assert "2026年11月20日（星期五）15:30至17:00" in words(sheets.theme_day(samples.ACT))


def test_equal_acts_are_equal_files():
    assert sheets.theme_day(samples.ACT) == sheets.theme_day(samples.ACT)
    assert sheets.write_official(samples.OFFICIAL) == sheets.write_official(samples.OFFICIAL)


def test_the_record_says_what_the_act_holds():
    said = words(sheets.theme_day(samples.ACT))
    for part in (
        "许青原（公假）、白露晞（病假）",
        "53人",
        "51人",
        "《中国共产党章程》",
        "责任人：何以宁；时限：2026年12月18日",
    ):
        assert part in said


def test_nobody_absent_and_nothing_decided_read_as_none():
    said = words(sheets.theme_day(sheets.ActSheet(body="甲支部", kind="主题党日", theme="题", held=samples.HELD)))
    assert said.count("\n无") == 9  # observers, absences, resolutions: each value is one cell over three columns


def test_a_voided_or_corrected_record_says_so():
    act = sheets.ActSheet(body="甲支部", kind="主题党日", theme="题", held=samples.HELD, voided=True, corrected=2)
    said = words(sheets.theme_day(act))
    assert "主题党日活动记录表（已作废）" in said
    assert "已更正（第2次）" in said


def test_a_meeting_has_its_ordinal_and_its_votes_with_the_denominator():
    said = words(sheets.meeting(samples.MEETING))
    assert "第4次支部党员大会记录" in said
    assert "应到会有表决权52人，实到49人，赞成48票，反对0票，弃权1票，通过" in said
    assert "表决情况" not in words(sheets.meeting(samples.ACT))


def test_a_bureaus_own_layout_renames_and_reorders():
    layout = Sheet(
        code="theme_day_record", title="党日纪实表", layout="form", per="act",
        columns=(Column(title="主题", source="theme"), Column(title="党支部", source="body"), Column(title="盖章")),
    )  # fmt: skip
    data = sheets.theme_day(samples.ACT, layout=layout)
    assert labels(data) == ["主题", "党支部", "盖章"]
    assert "党日纪实表" in words(data)


def test_discussion_is_left_for_ink():
    rows = Document(io.BytesIO(sheets.lecture(samples.LECTURE))).tables[0].rows
    assert [row.cells[-1].text for row in rows if row.cells[0].text == "讨论情况"] == [""]


def test_the_sign_in_sheet_has_all_names_and_lines_to_spare():
    rows = Document(io.BytesIO(sheets.sign_in(samples.SIGN_IN))).tables[0].rows
    assert len(rows) == 1 + 53 + 3
    assert [cell.text for cell in rows[-1].cells] == ["56", "", "", "", ""]


def test_notice_as_text_to_paste():
    said = sheets.meeting_notice_text(samples.NOTICE)
    assert said.splitlines()[0] == "【关于召开四季度党员大会的通知】"
    assert "时间：2026年11月20日（星期五）15:30至17:00" in said
    assert "2. 讨论接收预备党员" in said


def test_brief_joins_figures_and_the_secretarys_words_alone():
    said = sheets.brief(
        sheets.Brief(
            body="甲支部", held=sheets.Held(on=date(2026, 11, 20)), kind="主题党日", theme="守师德", place="活动室", due=24,
            attended=22, text="会后走访三户。", lecture_title="教师的本分", lecturer="唐见山", outputs=(("走访", 3, "户"), ("听众", 0, "人")),
        )
    )  # fmt: skip
    assert said == (
        "11月20日，甲支部在活动室开展“守师德”主题党日，应到24人，实到22人。唐见山以《教师的本分》为题讲党课。走访3户。会后走访三户。"
    )


def test_copy_card_keeps_the_upper_systems_order():
    system = UpperSystem(
        code="upper", title="上级平台",
        fields=(UpperField(label="人数", source="attended"), UpperField(label="题目", source="theme"), UpperField(label="网址", source="unknown")),
    )  # fmt: skip
    card = sheets.transcription(system, sheets.transcription_values(samples.ACT, samples.LECTURE))
    assert [(one.label, one.value) for one in card] == [("人数", "51"), ("题目", samples.ACT.theme), ("网址", "")]
    values = sheets.transcription_values(samples.ACT, samples.LECTURE)
    assert (values["starts"], values["ends"], values["lecturer"]) == ("2026-11-20 15:30", "2026-11-20 17:00", "唐见山")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (sheets.Held(on=date(2026, 11, 20)), "2026年11月20日（星期五）"),
        (sheets.Held(on=date(2026, 11, 20), starts_at=time(9, 5)), "2026年11月20日（星期五）09:05"),
        (sheets.Held(on=date(2026, 11, 20), to=date(2026, 11, 22)), "2026年11月20日至22日"),
    ],
)
def test_times_as_people_write_them(held, said):
    with translation.override("zh-hans"):
        assert sheets.held_text(held) == said


def rows_of(data: bytes) -> list[tuple]:
    return list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))


def test_excel_says_the_same_as_word():
    rows = rows_of(sheets.attendance_xlsx(samples.ATTENDANCE))
    assert list(rows[0]) == LISTS["attendance"].split()
    assert len(rows) == 54
    assert rows[1][-1] == "95.5%"
    hours = rows_of(sheets.hours_xlsx(samples.HOURS))
    assert [row[5:7] for row in hours[1:5]] == [(1.5, 1.5), (1.5, 3), (1.5, 4.5), (1.5, 6)]
    assert len(rows_of(sheets.year_table_xlsx(samples.YEAR))) == 13
    assert len(rows_of(sheets.resolutions_xlsx(samples.RESOLUTIONS))) == 25


def test_four_numbers_of_two_digits_stand_on_one_line_with_eight_kinds():
    """Broken as 10/10/1 and 0/0 they read as other numbers. A digit of Song is half as wide as high; ours a little more."""
    kinds = (*samples.SUMMARY_KINDS, "民主评议", "师德宣誓")
    row = sheets.SummaryRow(
        body="青禾县第1中心小学党支部", members=19, not_applicable="",
        cells={kind: sheets.SummaryCell(due=10, held=10, on_time=10, recorded_late=0) for kind in kinds},
    )  # fmt: skip
    table = sheets.SummaryTable(bureau="青禾县教育局", period="2026年", kinds=kinds, rows=(row,))
    cell = Document(io.BytesIO(sheets.summary(table))).tables[0].rows[1].cells[3]
    assert cell.text == "10/10/10/0"
    size = cell.paragraphs[0].runs[0].font.size
    room = cell.width.pt - 2 * 85 / 20  # the margins of a cell, in twentieths of a point
    assert room >= len(cell.text) * 0.56 * size.pt


def test_the_summary_in_excel_can_be_added_up():
    rows = rows_of(sheets.summary_xlsx(samples.SUMMARY))
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["主题党日应开"], first["主题党日已开"], first["主题党日按期"], first["主题党日补记"]) == (
        11,
        10,
        9,
        1,
    )
    assert first["党小组会应开"] == "不适用"


def test_a_rate_of_nothing_due_is_no_rate():
    assert sheets.AttendanceRow(name="甲", months=("",) * 12, due=0, attended=0).rate == ""


@pytest.mark.parametrize(
    ("parts", "name"),
    [(("甲/乙", "记录表"), "甲 乙 记录表.docx"), (("", ""), "文件.docx"), (("..", "x" * 300), "x" * 100 + ".docx")],
)
def test_file_names_are_harmless(parts, name):
    assert sheets.file_name(*parts) == name


def test_a_bundle_holds_each_paper():
    data = sheets.bundle([("一.docx", b"1"), ("二.docx", b"2")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"一.docx": b"1", "二.docx": b"2"}


def test_pages_as_an_office_program_counts_them(tmp_path: Path):
    """Real LibreOffice: no paper runs onto a page it should not need. It must be there: this test is never skipped."""
    office, counter = shutil.which("soffice"), shutil.which("pdfinfo")
    assert office and counter, "make test installs libreoffice-writer-nogui and poppler-utils"
    papers = samples.papers()
    for name, (data, _pages) in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    command = [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf", "--outdir",
               str(tmp_path), *(str(tmp_path / f"{name}.docx") for name in papers)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    found = {}
    for name in papers:
        said = subprocess.run(
            [counter, str(tmp_path / f"{name}.pdf")], check=True, capture_output=True, text=True
        ).stdout
        found[name] = int(said.split("Pages:")[1].split()[0])
    assert found == {name: pages for name, (_data, pages) in papers.items()}
