"""A superior's table as they come: a caption, a merged head of two rows, a formula, a print area, a note below."""

from __future__ import annotations

import io

import xlsxwriter

TITLES = ("学校", "学校标识码", "学段", "党员人数", "教职工数", "书记姓名", "取暖炉台数", "备注")


def superior(*, rows: int = 3, title: str = "冬季取暖设备排查表", beside: str = "") -> bytes:
    """Eight columns of which six are held; three empty rows, then a note that must stay below the data.

    ``beside``: the name of one more sheet, with words in it.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("排查表")
    bold = book.add_format({"bold": True, "border": 1, "align": "center"})
    cell = book.add_format({"border": 1})
    sheet.merge_range(0, 0, 0, len(TITLES) - 1, title, bold)
    for place, name in enumerate(TITLES):
        sheet.write(1, place, name, bold)
    for row in range(2, 2 + rows):
        for place in range(len(TITLES)):
            sheet.write_blank(row, place, None, cell)
    sheet.write(3 + rows, 0, "填表说明：本表一式两份。")
    sheet.print_area(0, 0, 3 + rows, len(TITLES) - 1)
    sheet.set_landscape()
    sheet.set_column(0, 0, 24)
    if beside:
        book.add_worksheet(beside).write(0, 0, "请如实填写")
    book.close()
    return buffer.getvalue()
