"""Rows written into somebody else's workbook: read back by a second library, and everything around compared in raw XML."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from hongzhu.kit.tables.template import Column, Placement, TableRefused, merge, read_template
from hongzhu.kit.tables.template import cells as cells_module
from tests.core.collections.samples import SAMPLES, build, picture
from tests.properties import examples

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
THIN = Side(style="thin")


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_xml(data, name="xl/worksheets/sheet1.xml"):
    return etree.fromstring(parts(data)[name])


def seen(data, sheet=0):
    """The sheet by calamine, rows from the first on."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def cells_of(tree):
    """(row, letters) → style, kind, formula, as the file has them."""
    found = {}
    for cell in tree.iter(f"{NS}c"):
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
        found[int(row), letters] = (cell.get("s", "0"), cell.findtext(f"{NS}f"))
    return found


def shifted(text, last, delta):
    """The oracle: every row below ``last`` moves, ends of ranges at ``last`` too."""

    def area(found):
        top = int(found[2])
        if not found[3]:
            return f"{found[1]}{top + delta if top > last else top}"
        bottom = int(found[5])
        moved = top + delta if top > last else top
        return f"{found[1]}{moved}:{found[4]}{bottom + delta if bottom >= last else bottom}"

    return re.sub(r"(\$?\b[A-Z]{1,3}\$?)(\d+)(:(\$?[A-Z]{1,3}\$?)(\d+))?", area, text)


def same_around(before, after, template, rows):
    """Everything outside the data area as it was, moved down where it stood below."""
    last = template.last_row
    delta = max(0, rows - (last - template.first_row + 1))
    old, new = parts(before), parts(after)
    assert list(old.keys() - new.keys()) in ([], ["xl/calcChain.xml"])
    changed = {"xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml",
               "xl/_rels/workbook.xml.rels"}  # fmt: skip
    for name in old.keys() & new.keys() - changed:
        if not re.search(r"drawing|comments|vml|worksheets", name):
            assert old[name] == new[name], name
    one, two = etree.fromstring(old["xl/worksheets/sheet1.xml"]), etree.fromstring(new["xl/worksheets/sheet1.xml"])
    for name in (
        "cols",
        "sheetViews",
        "sheetFormatPr",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "printOptions",
        "sheetPr",
    ):
        first, second = one.find(NS + name), two.find(NS + name)
        assert (first is None) == (second is None), name
        if first is not None:
            assert etree.tostring(first, method="c14n") == etree.tostring(second, method="c14n"), name
    was, now = cells_of(one), cells_of(two)
    for (row, letters), (style, formula) in was.items():
        if template.first_row <= row <= last:
            continue
        there = now[row + delta if row > last else row, letters]
        assert there[0] == style, (row, letters)
        assert there[1] == (shifted(formula, last, delta) if formula else None), (row, letters)
    heights = {int(row.get("r")): row.get("ht") for row in one.iter(f"{NS}row") if row.get("ht")}
    kept = {int(row.get("r")): row.get("ht") for row in two.iter(f"{NS}row") if row.get("ht")}
    for row, height in heights.items():
        if not template.first_row <= row <= last:
            assert kept[row + delta if row > last else row] == height
    merges = [shifted(m.get("ref"), last, delta) for m in one.iter(f"{NS}mergeCell")]
    assert [m.get("ref") for m in two.iter(f"{NS}mergeCell")] == merges
    for name in ("dataValidation", "conditionalFormatting"):
        areas = [shifted(m.get("sqref"), last, delta) for m in one.iter(NS + name)]
        assert [m.get("sqref") for m in two.iter(NS + name)] == areas
    names = [
        (n.get("name"), shifted(n.text, last, delta))
        for n in etree.fromstring(old["xl/workbook.xml"]).iter(f"{NS}definedName")
    ]
    assert [(n.get("name"), n.text) for n in etree.fromstring(new["xl/workbook.xml"]).iter(f"{NS}definedName")] == names
    looks = [etree.fromstring(side["xl/styles.xml"]).find(f"{NS}cellXfs") for side in (old, new)]
    assert [etree.tostring(x, method="c14n") for x in looks[0]] == [etree.tostring(x, method="c14n") for x in looks[1]][
        : len(looks[0])
    ]
    left, right = seen(before), seen(after)
    for number, row in enumerate(left, start=1):
        if template.first_row <= number <= last or number == template.total_row:
            continue
        assert right[number - 1 + (delta if number > last else 0)][: len(row)] == row, number


def values_for(template, number):
    """A row of plausible values for every column."""
    made = {"TEXT": f"第{number}行", "NUMBER": number, "MONEY": 1250 + number, "DATE": date(2020, 1, 1 + number % 28),
            "CHOICE": "男", "FORMULA": None, "ORDER": None}  # fmt: skip
    return [made[column.type] for column in template.columns]


@pytest.mark.parametrize("many", [0, 1, 9, 10, 11, 37])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_merged_file_is_the_template_outside_its_data_area(sample, many):
    data = build(sample)
    template = read_template(data, "上级.xlsx")
    rows = [values_for(template, number) for number in range(1, many + 1)]
    totals = [c.place for c in template.columns if c.title in sample.summed]

    merged = merge(data, template, rows, totals=totals)

    same_around(data, merged, template, many)
    found = seen(merged)
    for number, row in enumerate(rows, start=1):
        line = found[template.first_row + number - 2]
        for column, value in zip(template.columns, row, strict=True):
            cell = line[column.place - 1]
            if column.type == "ORDER":
                assert cell == number
            elif column.type == "MONEY":
                assert cell == (1250 + number) / 100
            elif column.type != "FORMULA":
                assert cell == value
    if sample.total:
        line = found[template.total_row - 1 + max(0, many - 10)]
        for column in template.columns:
            if column.place in totals and column.type == "NUMBER":
                assert line[column.place - 1] == sum(range(1, many + 1))
    again = openpyxl.load_workbook(io.BytesIO(merged))
    assert again.sheetnames[0] == sample.name[:31]


def test_formulas_of_the_data_area_are_copied_down_and_worked_out():
    sample = next(sample for sample in SAMPLES if sample.extra == "formula")
    data = build(sample)
    template = read_template(data, "a.xlsx")
    rows = [values_for(template, number) for number in range(15)]
    merged = merge(data, template, rows, totals=[20])
    tree, found = sheet_xml(merged), seen(merged)
    formulas = {
        cell.get("r"): cell.findtext(f"{NS}f") for cell in tree.iter(f"{NS}c") if cell.find(f"{NS}f") is not None
    }
    assert formulas["R6"] == "ROUND(E6*12,2)"
    assert formulas["R20"] == "ROUND(E20*12,2)"
    assert formulas["R21"] == "SUM(R6:R20)"
    assert found[19][17] == round(12.64 * 12, 2)
    assert found[20][17] == pytest.approx(sum(round((1250 + n) / 100 * 12, 2) for n in range(15)))


def odd_book():
    """What openpyxl can make and xlsxwriter cannot: everything around the rows at once."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "一 表'名"
    sheet.append(["2026年某某表"])
    sheet.append(["序号", "单位", "人数", "金额", "其中", None, "备注"])
    sheet.append([None, None, None, None, "男", "女", None])
    for place in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "G2:G3"):
        sheet.merge_cells(place)
    for row in range(4, 8):
        for column in range(1, 8):
            sheet.cell(row, column).border = Border(top=THIN, bottom=Side(style="medium") if row == 7 else THIN)
    sheet["A8"] = "合计"
    sheet["C8"] = "=SUM(C4:C7)"
    sheet["D8"] = "=SUM(D4:D7)"
    sheet["E8"] = "=E4+E5+E6+E7"
    sheet["F8"] = 99
    sheet["A10"] = "人均"
    sheet["C10"] = '=IF(C8=0,"",ROUND(D8/C8,2))'
    sheet["D10"] = '=COUNTA(B4:B7)&"个单位"'
    sheet["E10"] = "=VLOOKUP(B4,B4:C7,2,0)"
    sheet["A12"] = "说明：如实填写"
    sheet.merge_cells("A12:G12")
    sheet["A13"] = "填表人："
    sheet["A13"].comment = Comment("签全名", "上级")
    checked = DataValidation(type="list", formula1='"是,否"', sqref="G4:G7")
    sheet.add_data_validation(checked)
    sheet.conditional_formatting.add(
        "C4:C7", CellIsRule(operator="greaterThan", formula=["$C$8"], fill=PatternFill(bgColor="FF0000"))
    )
    sheet.print_area = "A1:G13"
    sheet.print_title_rows = "2:3"
    sheet.row_dimensions[1].height = 40
    sheet.row_dimensions[13].height = 33
    sheet["A13"].font = Font(name="楷体", bold=True)
    sheet.auto_filter.ref = "A3:G7"
    other = book.create_sheet("汇总")
    other["A1"] = "='一 表''名'!C8"
    other["A2"] = "=SUM('一 表''名'!C4:C7)*2"
    other["A3"] = "=1+2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_everything_around_moves_with_the_rows():
    data = odd_book()
    template = read_template(data, "a.xlsx")
    assert (template.first_row, template.last_row, template.total_row) == (4, 7, 8)
    rows = [[None, f"单位{n}", n, 1000 * n, 1, 2, "是"] for n in range(1, 11)]
    merged = merge(data, template, rows, totals=[3, 4, 5, 6])
    again = openpyxl.load_workbook(io.BytesIO(merged))
    sheet, other = again.worksheets
    assert sheet["A14"].value == "合计"
    assert sheet["C14"].value == "=SUM(C4:C13)"
    assert sheet["E14"].value == "=SUM(E4:E13)"  # four cells named one by one would have missed the others
    assert sheet["F14"].value == "=SUM(F4:F13)"  # a number somebody typed
    assert sheet["C16"].value == '=IF(C14=0,"",ROUND(D14/C14,2))'
    assert sheet["A18"].value.startswith("说明")
    assert sheet["A19"].comment.text == "签全名"
    assert sheet["A19"].font.name == "楷体"
    assert sheet.row_dimensions[19].height == 33
    assert sheet.print_area == "'一 表''名'!$A$1:$G$19"
    assert sheet.print_title_rows == "$2:$3"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "G4:G13"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["C4:C13"]
    assert next(iter(sheet.conditional_formatting)).rules[0].formula == ["$C$14"]
    assert sheet.auto_filter.ref == "A3:G13"
    assert "A18:G18" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["A13"].border.bottom.style == "medium"  # the last row keeps the last one's look
    assert sheet["A12"].border.bottom.style == "thin"
    assert other["A1"].value == "='一 表''名'!C14"
    assert other["A2"].value == "=SUM('一 表''名'!C4:C13)*2"
    found, elsewhere = seen(merged), seen(merged, 1)
    assert found[13][2:6] == [55, 550, 10, 20]
    assert found[15][2:4] == [10.0, "10个单位"]
    assert elsewhere[0][0] == 55
    assert elsewhere[1][0] == 110
    # VLOOKUP is not worked out here: no wrong number is left, and the program is told to work it out.
    assert "E16" in {
        cell.get("r")
        for cell in sheet_xml(merged).iter(f"{NS}c")
        if cell.find(f"{NS}v") is None and cell.find(f"{NS}f") is not None
    }
    assert b'fullCalcOnLoad="1"' in parts(merged)["xl/workbook.xml"]


def simple(*, rows=1, formats=(), titles=("单位", "人数", "金额（元）", "日期", "备注")):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, titles)
    for row in range(1, rows + 1):
        for column in range(len(titles)):
            look = (
                book.add_format({"num_format": formats[column]}) if column < len(formats) and formats[column] else None
            )
            sheet.write_blank(row, column, None, look or book.add_format({"border": 1}))
    book.close()
    return out.getvalue()


def test_an_open_end_gets_a_total_row_under_the_rows():
    data = simple(rows=3)
    template = read_template(data, "a.xlsx")
    assert template.last_row is None
    merged = merge(data, template, [["甲", 3, 150, date(2026, 1, 2), "x"], ["乙", 4, 250, None, ""]], totals=[2, 3])
    assert seen(merged)[1:4] == [
        ["甲", 3, 1.5, date(2026, 1, 2), "x"], ["乙", 4, 2.5, "", ""], ["合计", 7, 4, "", ""],
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(merged)).active
    assert book["B4"].value == "=SUM(B2:B3)"
    assert book["C4"].value == "=SUM(C2:C3)"
    assert book["C4"].number_format == "0.00"
    assert book["B4"].border.top.style == "thin"


def test_more_rows_than_the_open_end_has_ruled():
    data = simple(rows=3)
    merged = merge(data, read_template(data, "a.xlsx"), [["甲", n, n, None, ""] for n in range(20)], totals=[2])
    assert seen(merged)[21][:2] == ["合计", 190]
    assert openpyxl.load_workbook(io.BytesIO(merged)).active["A15"].border.top.style == "thin"


def test_a_table_without_any_row_of_its_own():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["单位", "人数", "备注"])
    sheet.write_row(1, 0, ["合计", 0, ""])
    sheet.write_string(2, 0, "填表人：")
    book.close()
    template = read_template(out.getvalue(), "a.xlsx")
    assert (template.first_row, template.last_row) == (3, 2)  # the total stands above the rows that come
    merged = merge(out.getvalue(), template, [["甲", 2, ""], ["乙", 5, ""]], totals=[2])
    assert [row[:2] for row in seen(merged)] == [["单位", "人数"], ["合计", 7], ["甲", 2], ["乙", 5], ["填表人：", ""]]


DANGEROUS = ["=1+1", "+86138", "-x", "@SUM(A1)", "＝1", "\t=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_never_becomes_a_formula(text):
    data = simple()
    merged = merge(data, read_template(data, "a.xlsx"), [[text, 1, 1, None, text]])
    tree = sheet_xml(merged)
    assert tree.find(f".//{NS}f") is None
    cell = next(cell for cell in tree.iter(f"{NS}c") if cell.get("r") == "A2")
    assert cell.get("t") == "inlineStr"
    looks = etree.fromstring(parts(merged)["xl/styles.xml"]).find(f"{NS}cellXfs")
    assert looks[int(cell.get("s"))].get("quotePrefix") == "1"  # or editing the cell would wake it
    assert openpyxl.load_workbook(io.BytesIO(merged)).active["A2"].data_type == "s"


def test_twin_without_the_check_dangerous_text_is_not_marked(monkeypatch):
    monkeypatch.setattr(cells_module, "is_dangerous", lambda _text: False)
    data = simple()
    merged = merge(data, read_template(data, "a.xlsx"), [["=1+1", 1, 1, None, ""]])
    assert b"quotePrefix" not in parts(merged)["xl/styles.xml"]


def test_codes_stay_text_and_dates_keep_the_templates_format():
    data = simple(formats=("", "0", "#,##0.00", "yyyy年m月", "@"))
    template = read_template(data, "a.xlsx")
    assert [column.type for column in template.columns] == ["TEXT", "NUMBER", "MONEY", "DATE", "TEXT"]
    rows = [
        ["370811198001011234", "12", "12.5", "2026-11-20", "007"],
        ["0012", 3, 1205, date(2026, 3, 1), date(2026, 3, 1)],
    ]
    merged = merge(data, template, rows)
    assert seen(merged)[1] == ["370811198001011234", 12, 12.5, date(2026, 11, 20), "007"]
    assert seen(merged)[2] == ["0012", 3, 12.05, date(2026, 3, 1), "2026-03-01"]
    sheet = openpyxl.load_workbook(io.BytesIO(merged)).active
    assert sheet["A2"].number_format == "@"
    assert sheet["D2"].number_format == "yyyy年m月"
    assert sheet["C3"].number_format == "#,##0.00"


def test_what_is_no_number_or_day_stays_as_it_was_typed():
    data = simple(formats=("", "0", "0.00", "yyyy/m/d", ""))
    rows = [["甲", "约30", "面议", "2026年上半年", True]]
    assert seen(merge(data, read_template(data, "a.xlsx"), rows))[1] == ["甲", "约30", "面议", "2026年上半年", "是"]


def test_days_before_the_calendar_of_a_sheet_are_written_in_words():
    data = simple()
    template = read_template(data, "a.xlsx")
    rows = [["甲", 1, 1, date(1900, 2, 28), ""], ["乙", 1, 1, date(1900, 3, 1), ""]]
    assert [row[3] for row in seen(merge(data, template, rows))[1:]] == ["1900-02-28", date(1900, 3, 1)]


@pytest.mark.parametrize(("length", "fits"), [(32_767, True), (32_768, False)])
def test_a_cell_holds_so_much_text(length, fits):
    data = simple()
    template = read_template(data, "a.xlsx")
    if fits:
        assert len(seen(merge(data, template, [["长" * length, 1, 1, None, ""]]))[1][0]) == length
    else:
        with pytest.raises(TableRefused, match="3万字"):
            merge(data, template, [["长" * length, 1, 1, None, ""]])


def test_a_row_of_the_wrong_width_is_a_mistake_of_ours():
    data = simple()
    with pytest.raises(ValueError, match="one value for each column"):
        merge(data, read_template(data, "a.xlsx"), [["甲"]])


def test_another_sheet_than_the_file_has():
    data = simple()
    with pytest.raises(TableRefused, match="没有名为“别的”"):
        merge(data, Placement("别的", 2, None, (Column(1, "A", "单位", "TEXT"),)), [["甲"]])


def test_examples_go_and_hidden_columns_stay():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["序号", "姓名", "内部码", "年龄"],
        [1, "示例：张三", "K1", 30],
        [2, "示例：李四", "K2", 31],
        [3, None, "K3", None],
    ):
        sheet.append(row)
    sheet.append(["填表人："])
    sheet.column_dimensions["C"].hidden = True
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    assert [column.title for column in template.columns] == ["序号", "姓名", "年龄"]
    assert any("隐藏的列" in sentence and "内部码" in sentence for sentence in template.warnings)
    assert any("当作示例" in sentence for sentence in template.warnings)
    merged = merge(out.getvalue(), template, [[None, "王五", 40]])
    assert seen(merged)[1:4] == [[1, "王五", "K1", 40], [2, "", "K2", ""], [3, "", "K3", ""]]


def test_cells_merged_across_in_each_row_are_merged_in_the_new_rows_too():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "事项", None, "时间"])
    for row in range(2, 5):
        sheet.cell(row, 1).border = Border(top=THIN)
    sheet.merge_cells("B1:C1")
    for row in range(2, 5):
        sheet.merge_cells(f"B{row}:C{row}")
    sheet["A5"] = "说明：略"
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    assert [(column.letter, column.title) for column in template.columns] == [
        ("A", "序号"),
        ("B", "事项"),
        ("D", "时间"),
    ]
    merged = merge(out.getvalue(), template, [[None, f"事{n}", None] for n in range(6)])
    areas = {str(area) for area in openpyxl.load_workbook(io.BytesIO(merged)).active.merged_cells.ranges}
    assert areas == {"B1:C1", *(f"B{row}:C{row}" for row in range(2, 8))}


def test_cells_merged_down_in_the_data_area_are_taken_apart_and_said():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["镇街", "单位", "人数"])
    for _row in range(4):
        sheet.append([None, None, None])
    sheet["A2"] = "柳林"
    sheet.merge_cells("A2:A5")
    sheet["A6"] = "说明：略"
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    assert any("上下合并" in sentence and "A2:A5" in sentence for sentence in template.warnings)
    merged = merge(out.getvalue(), template, [["柳林", f"单位{n}", n] for n in range(4)])
    assert [row[0] for row in seen(merged)[1:5]] == ["柳林"] * 4
    assert not openpyxl.load_workbook(io.BytesIO(merged)).active.merged_cells.ranges


def test_pictures_below_move_and_keep_their_bytes():
    sample = next(sample for sample in SAMPLES if sample.extra == "picture")
    data = build(sample)
    template = read_template(data, "a.xlsx")
    merged = merge(data, template, [values_for(template, n) for n in range(30)])
    assert parts(merged)["xl/media/image1.png"] == picture()
    rows = [
        [int(row.text) for row in etree.fromstring(parts(side)["xl/drawings/drawing1.xml"]).iter("{*}row")]
        for side in (data, merged)
    ]
    assert [now - was for was, now in zip(*rows, strict=True)] == [20, 20]


def test_a_table_drawn_over_the_rows_and_a_chart_reach_the_new_rows():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["单位", "人数", "备注"])
    sheet.add_table(0, 0, 3, 2, {"columns": [{"header": "单位"}, {"header": "人数"}, {"header": "备注"}]})
    sheet.write_string(4, 0, "说明：略")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=表!$A$2:$A$4", "values": "=表!$B$2:$B$4"})
    sheet.insert_chart(6, 0, chart)
    book.close()
    merged = merge(out.getvalue(), read_template(out.getvalue(), "a.xlsx"), [[f"单位{n}", n, ""] for n in range(10)])
    assert b'ref="A1:C11"' in parts(merged)["xl/tables/table1.xml"]
    assert b"$B$2:$B$11" in parts(merged)["xl/charts/chart1.xml"]


def test_the_print_area_reaches_the_last_row_written():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["单位", "人数", "备注"])
    for row in range(1, 40):
        sheet.write_blank(row, 0, None, book.add_format({"border": 1}))
    sheet.print_area(0, 0, 9, 2)
    book.close()
    merged = merge(out.getvalue(), read_template(out.getvalue(), "a.xlsx"), [["甲", n, ""] for n in range(25)])
    assert b"$A$1:$C$26" in parts(merged)["xl/workbook.xml"]


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff_"), max_size=30
)
VALUES = st.tuples(
    TEXT,
    st.integers(-(10**12), 10**12),
    st.integers(-(10**9), 10**9),
    st.dates(date(1900, 3, 1), date(2200, 1, 1)),
    TEXT,
)


@examples(60)
@given(rows=st.lists(VALUES, max_size=12), blank=st.integers(1, 6), bounded=st.booleans())
@example(rows=[("<&>\"' ", 0, 0, date(2000, 2, 29), "  两边 空格  ")], blank=1, bounded=True)
@example(rows=[("=A1", 1, 1, date(2000, 1, 1), "1e5")] * 3, blank=2, bounded=False)
def test_what_is_merged_is_read_back(rows, blank, bounded):
    """Whatever the units wrote comes back by a second library, in the same order, and the sums are right."""
    data = simple(rows=blank)
    if bounded:
        book = openpyxl.load_workbook(io.BytesIO(data))
        book.active.cell(blank + 2, 1, "填表人：")
        out = io.BytesIO()
        book.save(out)
        data = out.getvalue()
    template = read_template(data, "a.xlsx")
    merged = merge(data, template, rows, totals=[2, 3])
    found = seen(merged)
    for (text, number, fen, day, note), line in zip(rows, found[1:], strict=False):
        assert line[:5] == [text, number, pytest.approx(fen / 100), day, note]
    total = found[1 + len(rows)]
    assert total[0] == "合计"
    assert Decimal(str(total[1] or 0)) == sum(number for _t, number, *_rest in rows)
    assert total[2] == pytest.approx(sum(fen for _t, _n, fen, *_rest in rows) / 100)


def test_a_column_called_a_formula_without_one_holds_what_is_given():
    data = simple()
    columns = (Column(1, "A", "单位", "TEXT"), Column(2, "B", "人数", "FORMULA"))
    merged = merge(data, Placement("表", 2, None, columns), [["甲", 7]])
    assert seen(merged)[1][:2] == ["甲", 7]
    assert sheet_xml(merged).find(f".//{NS}f") is None


def test_running_totals_days_and_columns_that_look_at_each_other():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "日期", "学时", "累计", "三十天后", "两倍", "转圈"])
    sheet["D2"], sheet["E2"], sheet["F2"], sheet["G2"] = "=C2", "=B2+30", "=D2*2", "=G2+1"
    sheet["D3"] = "=D2+C3"
    for row in (2, 3):
        sheet.cell(row, 2).number_format = "yyyy-mm-dd"
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    rows = [[None, date(2026, 1, n), n, None, None, None, None] for n in range(1, 5)]
    found = seen(merge(out.getvalue(), template, rows))
    assert [row[5] for row in found[1:5]] == [2, 4, 6, 8]
    assert found[1][4] == 46023 + 30
    # =G2+1 in G2 looks at itself: no value is made up
    assert found[1][6] == ""


def test_a_running_total_from_the_row_above():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "学时", "累计"])
    sheet["C2"] = "=SUM(B$2:B2)"
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    found = seen(merge(out.getvalue(), template, [[None, n, None] for n in (1, 2, 3)]))
    assert [row[2] for row in found[1:4]] == [1, 3, 6]


@pytest.mark.parametrize("extra", ["picture", "comment", "hidden list"])
def test_twin_opening_and_saving_with_openpyxl_is_not_the_same_file(extra):
    """Why the XML is changed in place: the comparison above finds what a load and save loses or rewrites."""
    data = build(next(sample for sample in SAMPLES if sample.extra == extra))
    book = openpyxl.load_workbook(io.BytesIO(data))
    out = io.BytesIO()
    book.save(out)
    template = read_template(data, "a.xlsx")
    with pytest.raises((AssertionError, KeyError)):
        same_around(data, out.getvalue(), template, 0)


def test_twin_a_cell_changed_below_is_found():
    data = build(SAMPLES[0])
    template = read_template(data, "a.xlsx")
    merged = merge(data, template, [values_for(template, n) for n in range(12)])
    same_around(data, merged, template, 12)
    book = openpyxl.load_workbook(io.BytesIO(merged))
    book.active["A18"] = "改过"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises((AssertionError, KeyError)):
        same_around(data, out.getvalue(), template, 12)


@pytest.mark.parametrize("many", [3, 37])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_our_own_file_passes_the_checks_of_an_upload(sample, many):
    """A merged file handed up may be the table somebody above uploads; its rows are then examples."""
    data = build(sample)
    template = read_template(data, "a.xlsx")
    again = read_template(merge(data, template, [values_for(template, n) for n in range(many)]), "b.xlsx")
    assert [(c.title, c.place) for c in again.columns] == [(c.title, c.place) for c in template.columns]
    assert again.first_row == template.first_row
    assert again.last_row == template.first_row + max(many, 10) - 1
    assert any(f"已有{many}行内容" in sentence for sentence in again.warnings)


def test_formulas_of_unused_rows_forget_the_example():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "单位", "月数", "全年"])
    for row in (2, 3, 4):
        sheet.append([row - 1, "示例", 5, f"=C{row}*12"])
    sheet.append(["合计", None, None, "=SUM(D2:D4)"])
    out = io.BytesIO()
    book.save(out)
    template = read_template(out.getvalue(), "a.xlsx")
    found = seen(merge(out.getvalue(), template, [[None, "甲", 2, None]], totals=[3]))
    assert found[1:5] == [[1, "甲", 2, 24], [2, "", "", 0], [3, "", "", 0], ["合计", "", 2, 24]]
