"""What programs write and openpyxl alone does not make: parts and cells put into the raw XML, merged and read back."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.styles import Border, Side

from hongzhu.kit.tables.template import Column, Placement, TableRefused, merge, read_template
from hongzhu.kit.tables.template import merging as merging_module
from tests.core.collections.samples import picture

from . import hostile
from .test_template import book
from .test_template_merge import NS, parts, seen, sheet_xml

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
HEAD = ["序号", "单位", "人数", "备注"]
BELOW = [HEAD, [1], [2], ["合计", None, "=SUM(C2:C3)", None]]


def rewritten(data, changes):
    """The file with parts changed: a new body, or what is replaced in the old one by what (it must be there)."""
    old = parts(data)
    for name, change in changes.items():
        if isinstance(change, bytes):
            old[name] = change
            continue
        for was, now in change:
            assert was.encode() in old[name], (name, was)
            old[name] = old[name].replace(was.encode(), now.encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in old.items():
            archive.writestr(name, body)
    return out.getvalue()


def merged_rows(data, rows, **more):
    return merge(data, read_template(data, "a.xlsx"), rows, **more)


def cell(data, address, name=SHEET):
    return next(one for one in sheet_xml(data, name).iter(f"{NS}c") if one.get("r") == address)


def held(data, address, name=SHEET):
    """(kind, formula, value) of a cell as the file has it."""
    one = cell(data, address, name)
    return one.get("t"), one.findtext(f"{NS}f"), one.findtext(f"{NS}v")


def without_calculation(data):
    """openpyxl asks every program to work all out; here nobody has yet."""
    return rewritten(data, {BOOK: re.sub(rb"<calcPr[^>]*/>", b"", parts(data)[BOOK])})


# Refusals

PLAIN = book([HEAD, [None] * 4, ["填表人：", None, 3, None]])
NUMBER = '<c r="C3" t="n"><v>3</v></c>'


def no_rows(data):
    return rewritten(data, {SHEET: re.sub(rb"<sheetData>.*</sheetData>", b"", parts(data)[SHEET], flags=re.DOTALL)})


BROKEN = {
    "no sheet data": no_rows(PLAIN),
    "a merge that is no area": rewritten(
        PLAIN, {SHEET: [("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A?"/></mergeCells>')]}
    ),
    "styles cut off": rewritten(PLAIN, {"xl/styles.xml": b"<styleSheet"}),
    "sheet numbers that are words": rewritten(PLAIN, {SHEET: [('<row r="3"', '<row r="drei"')]}),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_parts_are_refused_when_read_and_when_merged(case):
    columns = (Column(2, "B", "单位", "TEXT"),)
    with pytest.raises(TableRefused):
        read_template(BROKEN[case], "a.xlsx")
    with pytest.raises(TableRefused) as refused:
        merge(BROKEN[case], Placement("表", 2, 2, columns), [["甲"]])
    assert "已损坏" in str(refused.value)


@pytest.mark.parametrize("inside", ['<c r="C3" t="n"><v>dreißig</v></c>', '<c r="C3" t="s"><v>999</v></c>'])
def test_a_value_that_is_not_what_its_cell_says_is_refused(inside):
    data = rewritten(PLAIN, {SHEET: [(NUMBER, inside)]})
    with pytest.raises(TableRefused, match="损坏"):
        read_template(data, "a.xlsx")


def test_the_strict_form_is_refused_with_what_to_do():
    data = rewritten(
        PLAIN,
        {
            BOOK: [
                (
                    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    "http://purl.oclc.org/ooxml/spreadsheetml/main",
                )
            ]
        },
    )
    with pytest.raises(TableRefused, match=r"另存为 \.xlsx"):
        read_template(data, "a.xlsx")


@pytest.mark.parametrize(("bottom", "fits"), [(2_000, True), (40_000, False)])
def test_so_many_merged_cells_and_no_more(bottom, fits):
    data = rewritten(
        PLAIN,
        {SHEET: [("</sheetData>", f'</sheetData><mergeCells count="1"><mergeCell ref="A10:L{bottom}"/></mergeCells>')]},
    )
    place = Placement("表", 2, 2, (Column(2, "B", "单位", "TEXT"),))
    if fits:
        assert seen(merge(data, place, [["甲"]]))[1][1] == "甲"
        return
    with pytest.raises(TableRefused, match="合并单元格太多"):
        merge(data, place, [["甲"]])


def test_a_sheet_has_so_many_rows_and_no_more(monkeypatch):
    rows = [[None, f"单位{n}", n, ""] for n in range(6)]
    monkeypatch.setattr(merging_module, "LAST_ROW", 8)
    assert len(seen(merged_rows(PLAIN, rows[:5]))) == 7
    assert len(seen(merged_rows(PLAIN, rows))) == 8
    with pytest.raises(TableRefused, match="超过一张工作表能放的行数"):
        merged_rows(PLAIN, [*rows, rows[0]])


# What lies around the rows


def test_the_order_of_calculation_goes_out_of_the_file_with_all_that_names_it():
    data = rewritten(
        book(BELOW),
        {
            "xl/calcChain.xml": f'<calcChain xmlns="{NS[1:-1]}"><c r="C4" i="1"/></calcChain>'.encode(),
            "[Content_Types].xml": [("</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="x/y"/></Types>')],
            "xl/_rels/workbook.xml.rels": [
                (
                    "</Relationships>",
                    '<Relationship Id="c1" Type="x/calcChain" Target="calcChain.xml"/></Relationships>',
                )
            ],
        },
    )
    after = parts(merged_rows(data, [[None, "甲", n, ""] for n in range(5)]))
    assert "xl/calcChain.xml" not in after
    assert not [name for name, body in after.items() if b"calcChain" in body]
    assert b"worksheets/sheet1.xml" in after["xl/_rels/workbook.xml.rels"]
    assert b"/xl/worksheets/sheet1.xml" in after["[Content_Types].xml"]


def test_a_formula_nobody_here_works_out_asks_the_program_to():
    known = without_calculation(book(BELOW))
    unknown = without_calculation(book([*BELOW[:3], ["合计", None, "=MEDIAN(C2:C3)", None]]))
    rows = [[None, "甲", n, ""] for n in range(5)]
    assert b"calcPr" not in parts(merged_rows(known, rows))[BOOK]
    after = merged_rows(unknown, rows)
    tree = etree.fromstring(parts(after)[BOOK])
    names = [etree.QName(one).localname for one in tree]
    assert tree.find(f"{NS}calcPr").get("fullCalcOnLoad") == "1"
    assert names.index("calcPr") > names.index("sheets")
    assert held(after, "C7") == (None, "MEDIAN(C2:C6)", None)


def test_sparklines_breaks_links_and_pictures_above_and_below():
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("表")
    sheet.insert_image(0, 5, "logo.png", {"image_data": io.BytesIO(picture())})
    sheet.write_row(0, 0, HEAD)
    sheet.write_column(1, 0, [1, 2])
    sheet.write_row(3, 0, ["说明：略"])
    sheet.add_sparkline(4, 1, {"range": "表!C2:C3"})
    sheet.write_url(5, 0, "https://example.org/", string="网址")
    sheet.set_h_pagebreaks([1, 3, 5])
    made.close()
    data = out.getvalue()
    assert read_template(data, "a.xlsx").last_row == 3
    after = merged_rows(data, [[None, "甲", n, ""] for n in range(7)])  # five more than there was room for
    tree = sheet_xml(after)
    assert [one.get("id") for one in tree.find(f"{NS}rowBreaks")] == ["1", "8", "10"]
    assert next(tree.iter("{*}sparkline")).findtext("{*}f") == "表!C2:C8"
    assert next(tree.iter("{*}sparkline")).findtext("{*}sqref") == "B10"
    assert [one.get("ref") for one in tree.iter(f"{NS}hyperlink")] == ["A11"]
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    assert parts(after)[name] == parts(data)[name]
    drawing = "xl/drawings/drawing1.xml"
    rows = [[one.text for one in etree.fromstring(side[drawing]).iter("{*}row")] for side in map(parts, (data, after))]
    assert rows[0] == rows[1]
    assert rows[0][0] == "0"


def test_shared_and_array_formulas_below_are_those_of_the_grown_rows():
    data = rewritten(
        book([["序号", "人数", "男", "女"], [1], [2], ["合计", 0, 1, 2], ["人均", 0, 1, 2]]),
        {
            SHEET: [
                ('<c r="B4" t="n"><v>0</v></c>', '<c r="B4"><f t="shared" ref="B4:D4" si="0">SUM(B2:B3)</f></c>'),
                ('<c r="C4" t="n"><v>1</v></c>', '<c r="C4"><f t="shared" si="0"/></c>'),
                ('<c r="D4" t="n"><v>2</v></c>', '<c r="D4"><f t="shared" si="0"/></c>'),
                ('<c r="B5" t="n"><v>0</v></c>', '<c r="B5"><f t="array" ref="B5:B5">SUM(B2:B3*2)</f></c>'),
            ]
        },
    )
    after = merged_rows(data, [[None, n, 10 * n, 100 * n] for n in range(1, 6)])
    assert held(after, "B7") == (None, "SUM(B2:B6)", "15")
    assert held(after, "C7") == (None, "SUM(C2:C6)", "150")
    assert held(after, "D7") == (None, "SUM(D2:D6)", "1500")
    assert not [one for one in sheet_xml(after).iter(f"{NS}f") if one.get("t") == "shared" or one.get("si")]
    array = cell(after, "B8").find(f"{NS}f")
    assert (array.get("t"), array.get("ref"), array.text) == ("array", "B8:B8", "SUM(B2:B6*2)")


def test_other_sheets_that_do_not_look_here_keep_their_bytes():
    def change(made, _sheet):
        mixed = made.create_sheet("混合")
        mixed["A1"], mixed["A2"] = "=表!C4+B1", "=表!C4*2"
        apart = made.create_sheet("无关")
        apart["A1"] = "=B1*2"

    data = book(BELOW, change=change)
    after = merged_rows(data, [[None, "甲", n, ""] for n in range(1, 6)])
    assert held(after, "A1", "xl/worksheets/sheet2.xml") == (None, "表!C7+B1", None)  # two sheets: left to the program
    assert held(after, "A2", "xl/worksheets/sheet2.xml") == (None, "表!C7*2", "30")
    third = "xl/worksheets/sheet3.xml"
    assert parts(after)[third] == parts(data)[third]


def test_formulas_below_that_give_an_error_a_truth_or_words():
    rows = [*BELOW, ["=C4/0", "=C4>5", '=C4&"人"', "=A5+1"], ["=另!A1+1", "=SUM(另!C2:C3)", None, None]]
    data = book(rows, change=lambda made, _sheet: made.create_sheet("另"))
    after = merged_rows(data, [[None, "甲", n, ""] for n in range(1, 6)])
    assert held(after, "A8") == ("e", "C7/0", "#DIV/0!")
    assert held(after, "B8") == ("b", "C7>5", "1")
    assert held(after, "C8") == ("str", 'C7&"人"', "15人")
    assert held(after, "D8") == ("e", "A8+1", "#DIV/0!")
    assert held(after, "B9")[1] == "SUM(另!C2:C3)"  # rows of another sheet have not grown


# The data area


def formula_book(*formulas):
    return book(
        [["序号", "单位", "人数", *(f"算式{n}" for n, _f in enumerate(formulas, 1))], [None, None, None, *formulas]]
    )


def test_a_column_of_formulas_gives_errors_truths_and_words():
    data = formula_book("=10/C2", "=C2>1", '=B2&"<队>"', "=A2*10", "=D2+1")
    after = merged_rows(data, [[None, "甲", 0, *[None] * 5], [None, "乙", 4, *[None] * 5]])
    assert held(after, "D2") == ("e", "10/C2", "#DIV/0!")
    assert held(after, "D3") == (None, "10/C3", "2.5")
    assert [held(after, f"E{row}")[::2] for row in (2, 3)] == [("b", "0"), ("b", "1")]
    assert held(after, "F3") == ("str", 'B3&"<队>"', "乙<队>")
    assert [held(after, f"G{row}")[2] for row in (2, 3)] == ["10", "20"]
    assert [held(after, f"H{row}")[2] for row in (2, 3)] == ["#DIV/0!", "3.5"]


@pytest.mark.parametrize("formula", ["=MEDIAN(C2,C2)", "=SUM(D2:D2)", "=C2+"])
def test_what_a_column_cannot_tell_has_no_value_and_no_sum(formula):
    data = without_calculation(formula_book(formula))
    after = merged_rows(data, [[None, "甲", 3, None], [None, "乙", 4, None]], totals=[3, 4])
    assert held(after, "D2")[1:] in {(formula[1:], None), (formula[1:], "")}
    assert held(after, "C4") == (None, "SUM(C2:C3)", "7")
    assert held(after, "D4")[1:] in {("SUM(D2:D3)", None), ("SUM(D2:D3)", "")}
    assert b'fullCalcOnLoad="1"' in parts(after)[BOOK]


def test_a_hidden_column_of_formulas_stays_on_its_rows_and_the_last_moves():
    def change(_made, sheet):
        sheet.column_dimensions["C"].hidden = True

    data = book(
        [["序号", "单位", "码", "人数"], [None, None, "=D2*2", 1], [None, None, "=D3*2", 1], ["填表人："]],
        change=change,
    )
    after = merged_rows(data, [[None, "甲", n] for n in range(4)])
    assert [held(after, f"C{row}")[1] for row in range(2, 6)] == ["D2*2", None, None, "D5*2"]


def test_rows_written_in_several_pieces_are_all_there_in_their_order(monkeypatch):
    monkeypatch.setattr(merging_module, "_ROWS_AT_A_TIME", 4)
    for many in (3, 4, 5, 9):
        after = merged_rows(PLAIN, [[None, f"单位{n}", n, ""] for n in range(many)])
        assert [row[1] for row in seen(after)[1 : many + 1]] == [f"单位{n}" for n in range(many)]
        assert seen(after)[many + 1][0] == "填表人："


def test_the_total_row_keeps_its_word_and_gets_the_cells_it_lacks():
    data = book([["人数", "单位", "金额"], [1], [2], [None, "合计", None]])
    template = read_template(data, "a.xlsx")
    assert template.total_row == 4
    after = merge(data, template, [[n, "甲", 5] for n in range(1, 6)], totals=[1, 2, 3])
    assert held(after, "A7") == (None, "SUM(A2:A6)", "15")
    assert seen(after)[6][1] == "合计"
    addresses = [one.get("r") for one in sheet_xml(after).iter(f"{NS}c") if one.get("r").endswith("7")]
    assert addresses == ["A7", "B7", "C7"]


def test_a_head_that_is_a_formula_and_a_row_with_a_look_of_its_own():
    def change(_made, sheet):
        for column in range(1, 5):
            sheet.cell(2, column).border = Border(top=Side(style="thin"))

    plain = book([["序号", "DW", "人数", "备注"], [None] * 4, ["填表人："]], change=change)
    style = cell(plain, "A2").get("s")
    changes = [
        (f'<c r="C2" s="{style}" t="n"></c>', ""),
        ('<row r="2"', f'<row r="2" s="{style}" customFormat="1"'),
        (
            '<c r="B1" t="inlineStr"><is><t>DW</t></is></c>',
            '<c r="B1" t="str"><f>"单"&amp;"位名"</f><v>单位名</v></c>',
        ),
    ]
    data = rewritten(plain, {SHEET: changes})
    assert [column.title for column in read_template(data, "a.xlsx").columns] == ["序号", "单位名", "人数", "备注"]
    after = merged_rows(data, [[None, "甲", 3, ""]])
    assert cell(after, "C2").get("s") == style
    assert held(after, "C2")[2] == "3"


# Values


def test_dates_in_columns_of_several_looks():
    def change(_made, sheet):
        sheet["A2"].border = Border(top=Side(style="thin"))
        sheet["B2"].border = Border(top=Side(style="thick"))
        sheet["C2"].number_format = "mm-dd-yy"
        sheet["D2"].number_format = "@"

    data = book([["甲日", "乙日", "丙日", "丁日"], [None] * 4, ["填表人："]], change=change)
    columns = tuple(Column(n, "ABCD"[n - 1], f"日{n}", "DATE") for n in range(1, 5))
    rows = [
        [date(2026, 1, 2), datetime(2026, 1, 2, 8, 30), date(2026, 1, 2), date(2026, 1, 2)],
        ["2026-02-30", "2026-02-28", "2026-3-1", "2026年"],
    ]
    after = merge(data, Placement("表", 2, 2, columns), rows)
    assert seen(after)[1] == [date(2026, 1, 2)] * 3 + ["2026-01-02"]
    assert seen(after)[2] == ["2026-02-30", date(2026, 2, 28), "2026-3-1", "2026年"]
    assert parts(after)["xl/styles.xml"].count(b"yyyy\\-mm\\-dd") == 1  # one format for both looks
    assert cell(after, "A2").get("s") != cell(after, "B2").get("s")
    assert cell(after, "C2").get("s") == cell(data, "C2").get("s")


def test_numbers_of_every_kind_and_those_a_sheet_cannot_hold():
    columns = (Column(1, "A", "数", "NUMBER"), Column(2, "B", "文", "TEXT"), Column(3, "C", "元", "MONEY"))
    rows = [
        [1.5, datetime(2026, 1, 2, 9, 5), 1.25],
        [Decimal("2.5"), 7.25, Decimal("3.75")],
        [1e15, Decimal("NaN"), Decimal("Infinity")],
        [10**15, 10**15 - 1, "１，２３４．５"],
        [10**15 - 1, "_x0041_", ""],
    ]
    found = seen(merge(PLAIN, Placement("表", 2, 2, columns), rows))[1:6]
    assert [row[:3] for row in found] == [
        [1.5, "2026-01-02 09:05", 1.25],
        [2.5, 7.25, 3.75],
        [str(1e15), "NaN", "Infinity"],
        [str(10**15), 10**15 - 1, 1234.5],
        [10**15 - 1, "_x0041_", ""],
    ]


def test_blanks_count_as_nothing_in_the_formulas_below():
    data = book([*BELOW, ["家数", None, "=COUNTA(C2:C3)", "=COUNT(C2:C3)"]])
    after = merged_rows(data, [[None, "甲", value, ""] for value in (3, None, "", "约4", "5")])
    assert held(after, "C7")[2] == "8"
    assert [held(after, address)[2] for address in ("C8", "D8")] == ["3", "2"]


def test_a_file_without_any_styles_still_keeps_text_as_text():
    after = merge(hostile.pack(), Placement("Sheet1", 2, 2, (Column(1, "A", "姓名", "TEXT"),)), [["=1+1"]])
    assert cell(after, "A2").get("t") == "inlineStr"
    assert sheet_xml(after).find(f".//{NS}f") is None
    assert openpyxl.load_workbook(io.BytesIO(after)).active["A2"].value == "=1+1"
