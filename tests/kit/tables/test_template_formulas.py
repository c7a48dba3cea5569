"""Addresses after rows were put in, and formulas worked out: against hand-made cases and LibreOffice-like arithmetic."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.tables.template.formulas import CannotTell, Fault, Formula
from hongzhu.kit.tables.template.references import Growth, area, grown, grown_areas, letters, moved

FIVE = Growth(first=5, last=10, rows=5)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(C5:C10)", "SUM(C5:C15)"), ("SUM($C$5:$C$10)", "SUM($C$5:$C$15)"), ("C11/C12", "C16/C17"), ("C4", "C4"),
        ("C10", "C10"), ("SUM(C1:C4)", "SUM(C1:C4)"), ("SUM(C11:C12)", "SUM(C16:C17)"), ("SUM(C5:C11)", "SUM(C5:C16)"),
        ("SUM(C:C)", "SUM(C:C)"), ("SUM(5:10)", "SUM(5:15)"), ('IF(A11="C11","C11:C12",B11)', 'IF(A16="C11","C11:C12",B16)'),
        ("LOG10(C11)", "LOG10(C16)"), ("表2!C11", "表2!C11"), ("表1!C11", "表1!C16"), ("'表1'!C5:C10", "'表1'!C5:C15"),
        ("'a''b'!C11", "'a''b'!C11"), ("C10:C11", "C10:C16"), ("名称11+C11", "名称11+C16"), ("SUM(C5:C1048576)", "SUM(C5:C1048576)"),
        ("SUM(C10:C5)", "SUM(C5:C15)"),
    ],
)  # fmt: skip
def test_formulas_follow_the_rows(before, after):
    assert grown(before, FIVE, sheet="表1", own=True) == after


def test_another_sheet_means_its_own_cells():
    assert grown("SUM(C5:C10)+表1!C11", FIVE, sheet="表1", own=False) == "SUM(C5:C10)+表1!C16"


def test_one_row_grows_and_none_grows():
    one = Growth(first=5, last=5, rows=3)
    assert grown("SUM(C5:C5)", one, sheet="x", own=True) == "SUM(C5:C8)"
    assert grown_areas("C5 D5:D5 A1:A3", one) == "C5:C8 D5:D8 A1:A3"
    none = Growth(first=5, last=4, rows=3)
    assert grown("SUM(C5:C6)+C4", none, sheet="x", own=True) == "SUM(C8:C9)+C4"


@pytest.mark.parametrize(
    ("before", "down", "right", "after"),
    [("D5-E5", 2, 0, "D7-E7"), ("D$5-$E5", 2, 1, "E$5-$E7"), ("SUM(A5:C5)", 1, 0, "SUM(A6:C6)"), ("A1", -5, 0, "A1"), ("Z1", 0, 1, "AA1")],
)  # fmt: skip
def test_formulas_copied(before, down, right, after):
    assert moved(before, down, right) == after


CELLS = {(1, 1): 3, (2, 1): Decimal("4.5"), (3, 1): None, (4, 1): "文字", (5, 1): True, (1, 2): 0, (2, 2): "7"}


class Sheet:
    def __call__(self, row, column):
        return CELLS.get((row, column))

    def span(self, top, bottom, column):
        return [self(row, column) for row in range(top, bottom + 1)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A1+A2*2", 12), ("(A1+A2)*2", 15), ("-A1+1", -2), ("A1%", Decimal("0.03")), ("SUM(A1:A5)", Decimal("7.5")),
        ("SUM(A1:A2,10,A1)", Decimal("20.5")), ("AVERAGE(A1:A3)", Decimal("3.75")), ("COUNT(A1:A5)", 2), ("COUNTA(A1:A5)", 4),
        ("MAX(A1:A5)", Decimal("4.5")), ("MIN(A1:A2)", 3), ("MIN(A3:A3)", 0), ("ROUND(10/3,2)", Decimal("3.33")), ("ROUND(2.5,0)", 3),
        ("ABS(-A1)", 3), ('IF(A1>2,"多","少")', "多"), ('IF(A3="","空",1)', "空"), ("IF(A1<>3,1)", False), ("IFERROR(A1/B1,0)", 0),
        ('A1&"人"', "3人"), ("SUBTOTAL(9,A1:A2)", Decimal("7.5")), ("A1=3", True), ("A3+1", 1), ("B2+1", 8), ("A1>=A2", False),
        ("0.1+0.2", Decimal("0.3")), ("=A1", 3), ("TRUE", True), ('"引""号"', '引"号'),
    ],
)  # fmt: skip
def test_what_a_formula_gives(text, value):
    assert Formula(text).value(Sheet()) == value


@pytest.mark.parametrize(("text", "fault"), [("A1/B1", "#DIV/0!"), ("A4+1", "#VALUE!"), ("AVERAGE(A3:A4)", "#DIV/0!")])
def test_faults(text, fault):
    with pytest.raises(Fault, match=fault):
        Formula(text).value(Sheet())


@pytest.mark.parametrize(
    "text", ["VLOOKUP(A1,A1:B2,2)", "表2!A1", "A1:A3", "SUM(A1", "1+", "", "TODAY()", "{1,2}", "A1#", "(" * 60 + "1" + ")" * 60, "名称"]
)  # fmt: skip
def test_what_is_not_known_is_left_to_the_program(text):
    with pytest.raises(CannotTell):
        Formula(text).value(Sheet())


def test_a_formula_copied_down_looks_at_its_own_row():
    formula = Formula("A1*$A$2")
    assert [formula.value(Sheet(), down) for down in (0, 1)] == [Decimal("13.5"), Decimal("20.25")]


@given(st.text(alphabet='A1:$(),+-*/"!表 %&=<>SUMIF0', max_size=25))
def test_no_text_breaks_the_reader(text):
    """Whatever stands in a cell: a value, or one of the two refusals."""
    with suppress(CannotTell, Fault):
        Formula(text).value(Sheet())
    grown(text, FIVE, sheet="表", own=True)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(0, 60), st.integers(0, 100))
def test_a_range_keeps_what_it_held(top, height, first, data, rows):
    """Rows outside the data area stay inside or outside a range; a range over the whole area gets the new rows."""
    bottom, last = top + height - 1, first + data - 1
    now = area(grown(f"A{top}:A{bottom}", Growth(first, last, rows), sheet="x", own=True))
    for row in range(1, 130):
        if first <= row <= last:
            continue
        moved_to = row + rows if row > last else row
        if row > last or row < first:
            assert (top <= row <= bottom) == (now.top <= moved_to <= now.bottom)
    if top <= first and bottom >= last >= first:
        assert now.bottom >= last + rows


@pytest.mark.parametrize("number", [1, 26, 27, 52, 702, 703, 16384])
def test_letters_of_columns(number):
    assert area(f"{letters(number)}1").left == number
