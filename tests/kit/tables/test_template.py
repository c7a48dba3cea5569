"""Superiors' tables read: heads of every shape, odd files each with its sentence, hostile ones refused before they are read."""

import io
import re
import time
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from hongzhu.kit.tables.template import Placement, TableRefused, merge, read_template
from hongzhu.kit.tables.template import package as package_module
from tests.core.collections.samples import SAMPLES, build
from tests.properties import examples

from . import hostile


def book(rows, *, merges=(), change=None, title="表"):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    if change is not None:
        change(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def titles(data, **more):
    return [column.title for column in read_template(data, "上级.xlsx", **more).columns]


HEAD = ["序号", "单位", "人数", "备注"]
PLAIN = book([HEAD, [None] * 4])

# The files every upload is tried with; two are within the wider limits of a template.
HOSTILE = {
    name: case for name, case in hostile.XLSX.items() if name not in {"one column too many", "cells without address"}
}
BY_NAME = {"xlsm by name", "double extension", "no extension", "empty sheet"}  # nothing is wrong with what is in them


@pytest.mark.parametrize("family", HOSTILE)
def test_hostile_files_are_refused_quickly_with_a_sentence(family):
    filename, data, _words = HOSTILE[family]
    started = time.process_time()
    with pytest.raises(TableRefused) as refused:
        read_template(data, filename)
    assert time.process_time() - started < 2
    assert re.search(r"[请，。]|损坏", str(refused.value))
    if family not in BY_NAME:
        with pytest.raises(TableRefused):
            merge(data, Placement("Sheet1", 2, None, ()), [])


def test_the_builders_own_file_is_read():
    """The twin: without the hostile part the same file is read."""
    assert titles(hostile.pack()) == ["姓名", "号"]


def external_link(data):
    return with_part(data, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")


def with_part(data, name, body):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
        new.writestr(name, body)
    return out.getvalue()


def hide_all(made, _sheet):
    made.create_sheet("空")
    made.worksheets[0].sheet_state = "hidden"


def second_hidden(made, _sheet):
    other = made.create_sheet("底稿")
    other.append(["甲", "乙"])
    other.sheet_state = "hidden"


REFUSED = {
    "empty file": ("a.xlsx", b"", "空的"),
    "old format": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, r"旧版 \.xls|密码"),
    "encrypted": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "密码"),
    "csv": ("a.csv", "序号,单位".encode(), "另存为 .xlsx"),
    "macros": ("a.xlsm", PLAIN, "宏"),
    "macros inside": ("a.xlsx", with_part(PLAIN, "xl/vbaProject.bin", b"x"), "宏"),
    "external links": ("a.xlsx", external_link(PLAIN), "粘贴为数值"),
    "embedded file": ("a.xlsx", with_part(PLAIN, "xl/embeddings/a.bin", b"x"), "嵌入"),
    "not a workbook": ("a.xlsx", b"PK\x03\x04" + b"0" * 100, "损坏"),
    "text called xlsx": ("a.xlsx", b"hello", "不符"),
    "nothing in it": ("a.xlsx", book([]), "没有内容"),
    "no head": ("a.xlsx", book([["关于报送材料的通知"], ["请按时报送"]]), "没有找到表头"),
    "every sheet hidden": ("a.xlsx", book([HEAD], change=hide_all), "没有内容"),
    "same column twice": ("a.xlsx", book([["序号", "单位", "备注", "备 注"]]), "重复的列名“备注”"),
    "a column without a name": ("a.xlsx", book([["序号", None, "人数", "备注"]]), "B列没有名称"),
    "too many columns": ("a.xlsx", book([[f"第{n}列" for n in range(101)]]), "101列，最多100列"),
    "too many rows": ("a.xlsx", book([HEAD], change=lambda _b, s: s.cell(3001, 1, "x")), "3000"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_odd_files_are_refused_with_what_to_do(case):
    filename, data, words = REFUSED[case]
    with pytest.raises(TableRefused, match=words):
        read_template(data, filename)


@pytest.mark.parametrize("many", [100])
def test_the_other_side_of_the_limits(many):
    assert len(titles(book([[f"第{n}列" for n in range(many)]]))) == many
    data = book([HEAD], change=lambda _b, s: s.cell(3000, 1, "填表人："))
    assert read_template(data, "a.xlsx").last_row is not None


def test_a_file_over_the_limit(monkeypatch):
    monkeypatch.setattr(package_module, "MAX_FILE", len(PLAIN))
    assert titles(PLAIN) == HEAD
    monkeypatch.setattr(package_module, "MAX_FILE", len(PLAIN) - 1)
    with pytest.raises(TableRefused, match="MB"):
        read_template(PLAIN, "a.xlsx")


def test_the_first_sheet_with_a_head_is_taken_and_another_may_be_chosen():
    def change(made, _sheet):
        other = made.create_sheet("附表")
        other.append(["姓名", "职务", "任职时间"])

    data = book([["填表说明"], ["一、如实填写"]], change=change, title="说明")
    found = read_template(data, "a.xlsx")
    assert found.sheet == "附表"
    assert found.sheets == ("说明", "附表")
    assert any("另有：说明" in sentence for sentence in found.warnings)
    assert read_template(data, "a.xlsx", sheet="附表").sheet == "附表"
    for wanted, words in (("说明", "没有找到表头"), ("别的", "没有名为“别的”")):
        with pytest.raises(TableRefused, match=words):
            read_template(data, "a.xlsx", sheet=wanted)


def test_a_hidden_sheet_is_said_kept_and_not_chosen():
    data = book([HEAD, [None] * 4], change=second_hidden)
    found = read_template(data, "a.xlsx")
    assert any("隐藏的工作表" in sentence and "底稿" in sentence for sentence in found.warnings)
    with pytest.raises(TableRefused, match="取消隐藏"):
        read_template(data, "a.xlsx", sheet="底稿")
    kept = openpyxl.load_workbook(io.BytesIO(merge(data, found, [[None, "甲", 1, ""]])))
    assert kept["底稿"].sheet_state == "hidden"
    assert kept["底稿"]["A1"].value == "甲"


HEADS = {
    "plain": ([HEAD], (), HEAD, (1, 1, 2)),
    "title and units above": (
        [["附件3"], ["2026年统计表"], ["填报单位：", None, "单位：人"], HEAD], ("A2:D2",), HEAD, (4, 1, 5),
    ),
    "two levels": (
        [["序号", "单位", "党员", None, "备注"], [None, None, "男", "女", None]],
        ("A1:A2", "B1:B2", "C1:D1", "E1:E2"), ["序号", "单位", "党员·男", "党员·女", "备注"], (1, 2, 3),
    ),
    "two levels, upright cells not merged": (
        [["序号", "单位", "党员", None, "备注"], [None, None, "男", "女", None]], ("C1:D1",),
        ["序号", "单位", "党员·男", "党员·女", "备注"], (1, 2, 3),
    ),
    "three levels": (
        [["单位", "党员", None, None], [None, "正式", None, "预备"], [None, "男", "女", None]],
        ("A1:A3", "B1:D1", "B2:C2", "D2:D3"), ["单位", "党员·正式·男", "党员·正式·女", "党员·预备"], (1, 3, 4),
    ),
    "a row of column numbers": ([HEAD, ["甲", 1, 2, 3]], (), HEAD, (1, 2, 3)),
    "a row of units in brackets": ([["单位", "人数", "金额"], ["（全称）", "（人）", "（元）"]], (), ["单位", "人数", "金额"], (1, 2, 3)),
    "line breaks and stars": ([["序\n号", "*单位名称", "人 数"]], (), ["序号", "单位名称", "人数"], (1, 1, 2)),
    "begins at the second column": ([[None, "单位", "人数", "备注"]], (), ["单位", "人数", "备注"], (1, 1, 2)),
    "an upper level with blank corners": (
        [["表名"], [None, None, "党员情况", None, None], ["序号", "单位", "男", "女", "备注"]], ("C2:D2",),
        ["序号", "单位", "党员情况·男", "党员情况·女", "备注"], (2, 2, 4),
    ),
    "dates above": ([["某某小学", None, None, "2026年11月20日"], HEAD], (), HEAD, (2, 1, 3)),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADS)
def test_heads(case):
    rows, merges, expected, (head_row, head_rows, first_row) = HEADS[case]
    found = read_template(book([*rows, [None] * 5], merges=merges), "a.xlsx")
    assert [column.title for column in found.columns] == expected
    assert (found.head_row, found.head_rows, found.first_row) == (head_row, head_rows, first_row)


BELOW = {
    "nothing": ([], None, None),
    "a total": ([["合计"]], 4, 5),
    "a total with blanks in the word": ([["合　计"]], 4, 5),
    "a total, then notes": ([["总计"], ["说明：略"]], 4, 5),
    "notes": ([["说明：1.略"]], 4, None),
    "signatures": ([["填表人：", None, "审核人："]], 4, None),
    "a blank row, then signatures": ([[None] * 4, ["单位负责人（签字）："]], 4, None),
    "a sentence": ([["本表一式两份，各单位和教育局各留一份"]], 4, None),
    "something in brackets": ([["（可另附页）"]], 4, None),
    "numbered notes": ([["1.按组织关系填报。"]], 4, None),
}


@pytest.mark.parametrize("case", BELOW)
def test_where_the_rows_end(case):
    below, last, total = BELOW[case]

    def rule(_made, sheet):
        for row in range(2, 5):
            for column in range(1, 5):
                sheet.cell(row, column).border = openpyxl.styles.Border(bottom=openpyxl.styles.Side(style="thin"))

    found = read_template(book([HEAD, [None] * 4, [None] * 4, [None] * 4, *below], change=rule), "a.xlsx")
    assert (found.last_row, found.total_row) == (last, total)


def test_a_row_that_only_begins_like_a_note_is_data():
    found = read_template(
        book([["序号", "内容", "单位", "人数", "备注"], [1, "说明会", "甲校", 3, "x"], [2, "注册", "乙校", 4, "y"]]),
        "a.xlsx",
    )
    assert found.last_row is None
    assert any("已有2行内容" in sentence for sentence in found.warnings)


def test_types_of_columns():
    def change(made, sheet):
        formats = {"B": "@", "C": "0", "D": "#,##0.00", "E": "yyyy/m/d", "F": "0.0%"}
        for letter, code in formats.items():
            sheet[f"{letter}2"].number_format = code
        sheet["H2"] = "=C2*2"
        words = DataValidation(type="list", formula1='"是,否"', sqref="G2:G9")
        sheet.add_data_validation(words)
        other = made.create_sheet("选项")
        for word in ("甲", "乙"):
            other.append([word])
        other.sheet_state = "hidden"
        sheet.add_data_validation(DataValidation(type="list", formula1="选项!$A$1:$A$2", sqref="I2"))
        sheet.add_data_validation(DataValidation(type="whole", formula1="0", sqref="J2:J5"))

    row = [
        "序号",
        "编码",
        "个数",
        "工资",
        "时间",
        "比例",
        "是否",
        "两倍",
        "类别",
        "数目",
        "金额（元）",
        "入党时间",
        "教师人数",
        "说明",
        "经费（万元）",
    ]
    found = read_template(book([row, [None] * 15], change=change), "a.xlsx")
    kinds = {column.title: (column.type, column.options, column.formula) for column in found.columns}
    assert [kind for kind, _options, _formula in kinds.values()] == [
        "ORDER", "TEXT", "NUMBER", "MONEY", "DATE", "NUMBER", "CHOICE", "FORMULA", "CHOICE", "NUMBER", "MONEY", "DATE",
        "NUMBER", "TEXT", "NUMBER",
    ]  # fmt: skip
    assert kinds["是否"][1] == ("是", "否")
    assert kinds["类别"][1] == ("甲", "乙")
    assert kinds["两倍"][2] == "C2*2"
    assert any("有公式" in sentence and "两倍" in sentence for sentence in found.warnings)


def test_what_is_found_is_said():
    def change(_made, sheet):
        sheet.column_dimensions["C"].hidden = True
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("D2:D3")
        sheet["B5"] = 12

    found = read_template(
        book([HEAD, [1, "示例", 3, None], [2, None, None, None], [None] * 4, ["合计"]], change=change), "a.xlsx"
    )
    said = "\n".join(found.warnings)
    for words in ("隐藏的列没有列入", "C“人数”", "D2:D3", "已有1行内容", "隐藏的行（3）", "写的是数字"):
        assert words in said


def test_the_caption_is_the_title_above():
    data = book([["附件3"], ["关于2026年冬季取暖的统计表"], ["填报单位：某某"], HEAD])
    assert read_template(data, "a.xlsx").caption == "关于2026年冬季取暖的统计表"
    assert read_template(PLAIN, "a.xlsx").caption == ""


def test_cells_without_addresses_are_counted():
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    sheet = f"<row>{''.join(cell.format(word) for word in HEAD)}</row><row>{cell.format('甲')}</row>"
    data = hostile.pack(hostile.sheet(sheet))
    assert titles(data) == HEAD
    merged = merge(data, read_template(data, "a.xlsx"), [[None, "甲", 1, "x"]])
    assert openpyxl.load_workbook(io.BytesIO(merged)).active["B2"].value == "甲"


def test_a_sheet_under_a_prefix_is_written_under_it():
    body = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        + "".join(
            f'<x:c r="{letter}1" t="inlineStr"><x:is><x:t>{word}</x:t></x:is></x:c>'
            for letter, word in zip("ABCD", HEAD, strict=True)
        )
        + "</x:row></x:sheetData></x:worksheet>"
    )
    data = hostile.pack(body)
    merged = merge(data, read_template(data, "a.xlsx"), [[None, "甲", 2, "x"], [None, "乙", 3, "<y>"]], totals=[3])
    sheet = openpyxl.load_workbook(io.BytesIO(merged)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=3)] == [
        [1, "甲", 2, "x"],
        [2, "乙", 3, "<y>"],
    ]
    assert sheet["C4"].value == "=SUM(C2:C3)"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_ten_tables_are_read(sample):
    found = read_template(build(sample), "a.xlsx")
    assert [column.title for column in found.columns] == sample.titles
    assert found.caption == f"2026年{sample.name}"
    assert (found.total_row is not None) == sample.total
    assert found.last_row - found.first_row + 1 == sample.rows
    for word, options in sample.choices:
        assert next(column.options for column in found.columns if column.title == word) == options


WORDS = st.text(st.sampled_from("甲乙丙单位人数备注：（）abc12 \n="), min_size=0, max_size=6)


@examples(120)
@given(rows=st.lists(st.lists(st.one_of(st.none(), WORDS, st.integers(-5, 99)), max_size=6), max_size=7), joined=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2), st.integers(0, 2)), max_size=3))  # fmt: skip
def test_any_sheet_is_read_or_refused_with_a_sentence(rows, joined):
    """Whatever is laid out: a template whose merge can be opened, or a sentence; never an error."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = made.add_worksheet("表")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value)
    taken = set()
    for top, left, down, right in joined:
        cells = {(row, column) for row in range(top, top + down + 1) for column in range(left, left + right + 1)}
        if (down or right) and not cells & taken:
            taken |= cells
            sheet.merge_range(top, left, top + down, left + right, "并")
    made.close()
    try:
        found = read_template(out.getvalue(), "a.xlsx")
    except TableRefused as refused:
        assert str(refused)
        return
    merged = merge(out.getvalue(), found, [[None for _column in found.columns]] * 3)
    openpyxl.load_workbook(io.BytesIO(merged))


def test_a_merge_over_the_whole_sheet_is_refused_at_once():
    good = '<row r="1"><c r="A1" t="inlineStr"><is><t>单位</t></is></c><c r="B1" t="inlineStr"><is><t>人数</t></is></c></row>'
    body = f'<worksheet {hostile.NS}><sheetData>{good}</sheetData><mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells></worksheet>'
    started = time.process_time()
    with pytest.raises(TableRefused, match="取消合并"):
        read_template(hostile.pack(body), "a.xlsx")
    assert time.process_time() - started < 1


def test_formulas_over_everything_cost_nothing():
    """Sums of millions of cells, and a chain of a thousand signs: left to the program, in no time."""

    def change(_made, sheet):
        for row in range(4, 40):
            sheet.cell(row, 1, "说明：略")
            sheet.cell(row, 2, "=SUM(A1:XFD1048576)")
        sheet["C50"] = "=" + "+".join(["B2"] * 2000)
        sheet["D50"] = "=" + "A" * 9000
        sheet["D2"] = "=SUM(C$2:C$1048576)"

    data = book([["单位", "人数", "次数", "和"], [None] * 4], change=change)
    template = read_template(data, "a.xlsx")
    merged = merge(data, template, [["甲", 1, 2, None]] * 50)
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(io.BytesIO(merged)).read("xl/workbook.xml")


def test_an_unfinished_formula_is_left_to_the_program_that_opens_the_file():
    def change(_made, sheet):
        sheet["A6"] = "=C2+SUM("

    data = book([["单位", "人数"], [None] * 2], change=change)
    merged = merge(data, read_template(data, "a.xlsx"), [["甲", 1]])
    assert b"SUM(" in zipfile.ZipFile(io.BytesIO(merged)).read("xl/worksheets/sheet1.xml")


def test_a_large_template_is_read_within_bounds():
    import resource

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("表")
    look = made.add_format({"border": 1})
    sheet.write_row(0, 0, [f"第{n}列" for n in range(100)])
    for row in range(1, 3000):
        for column in range(100):
            sheet.write_blank(row, column, None, look)
    made.close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read_template(out.getvalue(), "a.xlsx")
    assert len(found.columns) == 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 * 1024  # KiB


def test_long_chains_of_formulas_are_followed_no_further_than_they_lead():
    """Two thousand cells beside the table that look at one another, and ninety columns that do."""

    def change(_made, sheet):
        for row in range(4, 2000):
            sheet.cell(row, 1, "说明：略")
            sheet.cell(row, 95, f"=CQ{row + 1}+1")
        for column in range(3, 93):
            sheet.cell(2, column, f"={openpyxl.utils.get_column_letter(column + 1)}2+1")

    data = book([[f"列{n}" for n in range(1, 94)], [None] * 93], change=change)
    template = read_template(data, "a.xlsx")
    started = time.process_time()
    merge(data, template, [[1] * 93] * 5)
    assert time.process_time() - started < 5
