"""Tables we hand out: .xlsx and .csv in which nothing a person typed can run.

A cell that begins with = + - @ or a control character is a program to a spreadsheet. In .xlsx such text is stored as
text and marked as quoted, so that editing the cell does not wake it; in .csv it gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from hongzhu.kit.dates import SHANGHAI

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # zh: signs that begin a formula
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?", re.ASCII)
_LONGEST = 32_767
_EXACT = 10**15
_FONT = "宋体"  # zh: name of a font


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might run the text instead of showing it."""
    return text.lstrip(" \u00a0\u3000\u200b\ufeff").startswith(_DANGEROUS) or text.startswith(_DANGEROUS)


def _display(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return _CONTROL.sub("", str(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _wide(text: str) -> int:
    """Columns of half-width characters a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def write_xlsx(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[float] | None = None,
    notes: Sequence[str] = (),
    text_columns: Collection[int | str] = (),
    money_columns: Collection[int | str] = (),
    made_at: datetime | None = None,
) -> bytes:
    """One printable sheet: header frozen and repeated, A4 across, as wide as the page.

    ``widths`` in characters of half width; ``notes`` go on a sheet of their own; ``text_columns`` (titles or numbers
    from 0) keep codes and identity numbers as text, also where people add rows; ``money_columns`` show numbers with two
    decimals. ``made_at`` is kept as the file's date; without it equal input gives equal bytes. ValueError for a text longer than a cell holds.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties({"title": title, "created": made_at or datetime(2000, 1, 1)})
    base = {"font_name": _FONT, "font_size": 10.5, "valign": "vcenter", "border": 1}
    formats = {
        "head": book.add_format(base | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}),
        "text": book.add_format(base | {"num_format": "@", "text_wrap": True}),
        "quoted": book.add_format(base | {"num_format": "@", "text_wrap": True, "quote_prefix": True}),
        "number": book.add_format(base),
        "money": book.add_format(base | {"num_format": "0.00"}),
        "day": book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "center"}),
    }
    codes = {header.index(column) if isinstance(column, str) else column for column in text_columns}
    money = {header.index(column) if isinstance(column, str) else column for column in money_columns}
    sheet = book.add_worksheet(_SHEET_NAME.sub(" ", title).strip(" '")[:31] or None)
    for place, name in enumerate(header):
        width = widths[place] if widths else min(max(_wide(str(name)) + 2, 10), 40)
        # New rows below the last one keep the column's format: codes typed there stay text.
        sheet.set_column(place, place, width, book.add_format({"num_format": "@"}) if place in codes else None)
    for place, name in enumerate(header):
        sheet.write_string(0, place, str(name), formats["head"])
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            shown = formats | {"number": formats["money"]} if place in money else formats
            _write_cell(sheet, number, place, value, shown, as_text=place in codes)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.59, right=0.59, top=0.87, bottom=0.59)  # 22 mm at the binding edge, 15 mm elsewhere
    sheet.set_header("&C&14" + title.replace("&", "&&")[:200])
    sheet.set_footer("&C&P / &N")
    if notes:
        aside = book.add_worksheet(_("说明"))
        aside.set_column(0, 0, 90)
        for number, note in enumerate(notes):
            aside.write_string(number, 0, _display(note), formats["quoted" if is_dangerous(note) else "text"])
    book.close()
    return buffer.getvalue()


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any], *, as_text: bool) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, formats["text" if as_text else "number"])
    elif isinstance(value, date) and not isinstance(value, datetime) and not as_text and value.year >= 1900:
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["day"])
    elif not as_text and _is_number(value) and abs(value) < _EXACT:
        sheet.write_number(row, column, value, formats["number"])
    else:
        text = _display(value)
        if len(text) > _LONGEST:
            raise ValueError(f"row {row}, column {column}: a cell holds {_LONGEST} characters")
        sheet.write_string(row, column, text, formats["quoted" if is_dangerous(text) else "text"])


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a mark, so that Excel reads the characters right; every field quoted, dangerous ones made harmless.

    Numbers stay as they are: -5 given as a number is a number, given as text it is text.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in chain([header], rows):
        writer.writerow([_csv_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def _csv_cell(value: Any) -> str:
    text = _display(value)
    if _is_number(value) and _PLAIN_NUMBER.fullmatch(text):
        return text
    return f"'{text}" if is_dangerous(text) else text
