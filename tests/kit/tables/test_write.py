import csv
import io
from datetime import date, datetime, timezone

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.tables.read import read_table
from hongzhu.kit.tables.write import is_dangerous, write_csv, write_xlsx
from tests.properties import examples

ATTACKS = [
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    " =1",
    "\u3000=1",
    '=HYPERLINK("http://x","y")',
    "http://example.com",
    "{=1}",
    "00123",
    "11010519491231002X",
    "1.10101E+17",
]


def reopen(data):
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets


def test_no_cell_is_a_formula_and_text_stays_as_typed():
    sheet = reopen(write_xlsx("=名单", ["=甲", "乙"], [[attack, attack] for attack in ATTACKS], text_columns=["乙"]))[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f" and cell.hyperlink is None
    for number, attack in enumerate(ATTACKS, start=2):
        for column in (1, 2):
            cell = sheet.cell(number, column)
            assert cell.value.replace("_x000D_", "\r").lstrip("\r\n\t") == attack.lstrip("\r\n\t")
            assert cell.data_type == "s"
            assert bool(cell.quotePrefix) == is_dangerous(attack)


def test_the_twin_openpyxl_makes_a_formula_of_it():
    made = openpyxl.Workbook()
    made.active.append(["=1+1"])
    assert made.active["A1"].data_type == "f"


@examples(30)
@given(
    st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=8
    )
)
def test_no_text_becomes_a_formula(texts):
    for row in reopen(write_xlsx("t", ["a"], [[text] for text in texts]))[0].iter_rows(min_row=2):
        assert row[0].data_type in {"s", "n"}
        assert row[0].data_type == "s" or row[0].value is None


def test_numbers_dates_and_blanks_keep_their_kind():
    rows = [[3, 2.5, date(2026, 11, 20), None, True, datetime(2026, 11, 20, 16, 0, tzinfo=timezone.utc), 10**17, "", 0]]  # noqa: UP017
    sheet = reopen(write_xlsx("t", list("abcdefghi"), rows))[0]
    values = [cell.value for cell in sheet[2]]
    assert values == [3, 2.5, datetime(2026, 11, 20), None, "是", "2026-11-21 00:00", "1" + "0" * 17, None, 0]
    assert sheet["C2"].number_format == "yyyy-mm-dd"


def test_codes_stay_text_also_in_new_rows():
    sheet = reopen(write_xlsx("t", ["号", "数"], [["0012", 1], [13, 2]], text_columns=[0]))[0]
    assert (sheet["A2"].value, sheet["A3"].value, sheet["B2"].value) == ("0012", "13", 1)
    assert sheet["A2"].number_format == "@"
    assert sheet.column_dimensions["A"].number_format == "@"


def test_the_sheet_prints_on_a4_across():
    sheet = reopen(write_xlsx("一/二:三[四]" * 9, ["a"], [[1]]))[0]
    assert sheet.title == ("一 二 三 四 " * 9)[:31].strip()
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_notes_have_their_own_sheet():
    sheets = reopen(write_xlsx("t", ["a"], [[1]], notes=["截至11月20日", "=1"]))
    assert [sheet.title for sheet in sheets] == ["t", "说明"]
    assert [cell.value for cell in sheets[1]["A"]] == ["截至11月20日", "=1"]
    assert sheets[1]["A2"].data_type == "s"


def test_too_long_a_text_is_an_error_not_a_loss():
    write_xlsx("t", ["a"], [["x" * 32767]])
    with pytest.raises(ValueError):
        write_xlsx("t", ["a"], [["x" * 32768]])


def test_equal_input_gives_equal_bytes():
    assert write_xlsx("t", ["a"], [["x"]]) == write_xlsx("t", ["a"], [["x"]])


def test_what_we_write_we_read():
    data = write_xlsx("名单", ["姓名", "号"], [["甲", "11010519491231002X"], ["乙", "=1"]], text_columns=["号"])
    table = read_table(data, "a.xlsx", max_rows=10, max_cols=10)
    assert table.header == ("姓名", "号")
    assert [line.cells for line in table.rows] == [["甲", "11010519491231002X"], ["乙", "=1"]]
    data = write_csv(["姓名", "号"], [["甲", "x"]])
    assert read_table(data, "a.csv", max_rows=10, max_cols=10).header == ("姓名", "号")


def test_csv_cells_are_harmless():
    data = write_csv(["=h"], [[attack] for attack in ATTACKS] + [[-5], [None], [date(2026, 1, 2)], [True]])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    cells = [row[0] for row in rows]
    assert not any(is_dangerous(cell) for cell in cells if cell != "-5")
    assert cells[0] == "'=h" and cells[1] == "'=1+1"
    assert cells[-4:] == ["-5", "", "2026-01-02", "是"]
