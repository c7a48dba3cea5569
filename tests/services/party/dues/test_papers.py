"""Word and Excel: the usual columns in their order, money with two decimals, nothing private on the board."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
# users.md section 5.
COLUMNS = ["序号", "姓名", "计算基数", "比例", "月应交", *[f"{n}月" for n in range(1, 13)], "全年应交", "实交", "备注"]


def table(made: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(made)).tables[0].rows]


def words(made: bytes) -> str:
    document = Document(io.BytesIO(made))
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_register_has_the_usual_columns(ready: Any) -> None:
    pay(ready, ready.people[0], months={m(10): MONTHLY, m(11): MONTHLY})
    book = lines.sheet(ready.branch, 2026, TODAY)
    rows = table(papers.register_docx(book, TODAY))
    assert rows[0] == COLUMNS
    first = next(row for row in rows if row[1] == ready.people[0].name)
    assert first[2:5] == ["5001.00", "1.5%", "75.02"]
    assert first[5:17] == [""] * 9 + ["75.02", "75.02", ""]
    assert first[17:19] == ["900.24", "150.04"]
    newcomer = next(row for row in rows if row[1] == "苏念慈")
    assert newcomer[17] == "525.14" and newcomer[19] == "6月12日起"
    assert rows[-1][1] == "合计" and rows[-1][18] == "150.04"


def test_the_register_as_excel_has_numbers_with_two_decimals(ready: Any) -> None:
    pay(ready, ready.people[0])
    sheet = load_workbook(io.BytesIO(papers.register_xlsx(lines.sheet(ready.branch, 2026, TODAY)))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == COLUMNS
    assert (sheet["C2"].value, sheet["C2"].number_format) == (5001, "0.00")
    assert (sheet["E2"].value, sheet["P2"].value) == (75.02, 75.02)
    assert sheet["A2"].number_format == "General"


def test_the_notice_says_who_paid_and_not_what_they_earn(ready: Any) -> None:
    pay(ready, ready.people[0], months={m(9): MONTHLY, m(11): MONTHLY})
    said = words(papers.notice_docx(lines.sheet(ready.branch, 2026, TODAY), TODAY))
    assert ready.people[0].name in said and "9月、11月" in said and "共收缴150.04元" in said
    assert ready.people[1].name not in said  # the board names nobody who has not paid
    assert "5001" not in said and "1.5%" not in said


def test_the_slip_is_there_twice(ready: Any) -> None:
    (receipt,) = pay(ready, ready.people[0])
    said = words(papers.slip_docx(receipt))
    assert said.count(receipt.number) == 2 and "2026年11月党费" in said and "记11-3" in said
    actions.void_receipt(receipt=receipt, reason="金额写错", by=ready.actor("organiser"), now=NOW)
    receipt.refresh_from_db()
    assert "金额写错" in words(papers.slip_docx(receipt))


def test_the_summary_of_a_quarter(ready: Any) -> None:
    pay(ready, ready.people[0])
    rows = handings.hand_rows([ready.branch, ready.other_branch], m(10))
    made = table(papers.handed_docx(ready.root, rows, m(10), TODAY))
    assert made[0] == ["序号", "党组织", "上级党组织", "本季收缴", "上缴金额", "上缴日期", "凭证号", "状态"]
    assert made[1] == ["1", "柳林中心小学党支部", "柳林学区党总支", "75.02", "", "", "", "未上缴"]
    assert made[-1][1:5] == ["支部合计", "", "75.02", "0.00"]
    sheet = load_workbook(io.BytesIO(papers.handed_xlsx(rows, m(10)))).worksheets[0]
    assert (sheet["D2"].value, sheet["D2"].number_format) == (75.02, "0.00")


def test_the_units_of_a_batch(ready: Any) -> None:
    made = allotments.allot(
        bureau=ready.bureau, kind="SPECIAL", title="专项", year=2026, flat=500_000, decided_on=TODAY, units=[ready.school],
        by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    sheet = load_workbook(io.BytesIO(papers.allotment_xlsx(made, list(made.lines.select_related("org"))))).worksheets[0]
    assert [sheet["B2"].value, sheet["C2"].value, sheet["K2"].value] == ["柳林中心小学", 5000, "待拨付"]
