"""Reading tables people upload: .xlsx and .csv, hostile ones refused first, with the row numbers people see."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .archive import OLE_MAGIC, ZIP_MAGIC, ArchiveRefused
from .csvfile import read_csv
from .geometry import column_name
from .repair import clean_text
from .workbook import Checked, check_workbook

MAX_FILE = 64 * 1024 * 1024
# A sheet is held as a full rectangle; this many cells is about 300 MB.
MOST_CELLS = 10_000_000
# Titles and notes above the header: no more rows than this.
HEADER_WITHIN = 20


class TableRefused(Exception):
    """The table cannot be read; ``str(error)`` is the sentence for the user."""


class Line(NamedTuple):
    """One row: its number as the spreadsheet shows it, and its cells in the order of the header."""

    number: int
    cells: list[Any]


@dataclass(slots=True)
class Table:
    """A table found in a file. ``rows`` runs once; blank rows are left out."""

    header: tuple[str, ...]
    header_row: int
    rows: Iterator[Line]
    sheet: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the caller asked for."""

    max_rows: int
    max_cols: int
    expect: frozenset[str]
    sheet: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """The cells of one sheet from its first row on; ``left`` is the column they begin in, from 0."""

    rows: Iterator[list[Any]]
    name: str = ""
    left: int = 0
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    warnings: Sequence[str] = ()


def read_table(
    source: bytes | str | Path,
    filename: str,
    *,
    max_rows: int,
    max_cols: int,
    expect: Collection[str] = (),
    sheet: str | None = None,
) -> Table:
    """Find the table in an .xlsx or .csv file.

    ``expect`` are known column titles: the row holding most of them is the header; without them, the fullest of
    the first rows. ``max_rows`` counts the rows of the sheet, header included. Formulas give the value last seen.
    TableRefused with a sentence when the file is not what it says, too large, or harmful.
    """
    if max_rows * max_cols > MOST_CELLS:
        raise ValueError(f"at most {MOST_CELLS} cells can be held")
    with closing(_opened(source)) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if size == 0:
            raise TableRefused(_("文件是空的，请重新选择"))
        if size > MAX_FILE:
            raise TableRefused(_("文件超过%(size)s MB，请分成几个文件上传") % {"size": MAX_FILE // 1024 // 1024})
        try:
            return _read(file, filename, _Wish(max_rows, max_cols, frozenset(map(_title, expect)), sheet))
        except ArchiveRefused as error:
            raise TableRefused(str(error)) from None


def _opened(source: bytes | str | Path) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def _read(file: BinaryIO, filename: str, wish: _Wish) -> Table:
    ending = Path(filename).suffix.lower()
    head = file.read(8)
    file.seek(0)
    if head.startswith(OLE_MAGIC):
        raise TableRefused(_("这是旧版 .xls 文件或加了密码的文件，请去掉密码并另存为 .xlsx，再上传"))
    if ending in {".xlsm", ".xltm", ".xlam"}:
        raise TableRefused(_("文件里有宏，不能上传，请另存为不含宏的 .xlsx 文件"))
    if ending not in {".xlsx", ".csv"}:
        raise TableRefused(_("只能上传 .xlsx 或 .csv 表格，请另存为其中一种再上传"))
    if (ending == ".xlsx") != head.startswith(ZIP_MAGIC):
        raise TableRefused(_("文件内容和扩展名“%(ending)s”不符，请用 WPS 或 Excel 另存后再上传") % {"ending": ending})
    if ending == ".csv":
        return _from_rows(_Found(read_csv(file.read(), max_rows=wish.max_rows, max_columns=wish.max_cols)), wish)
    checked = check_workbook(file, max_rows=wish.max_rows, max_columns=wish.max_cols)
    file.seek(0)
    return _from_rows(_open_workbook(file, checked, wish.sheet), wish)


def _open_workbook(file: BinaryIO, checked: Checked, wanted: str | None) -> _Found:
    broken = TableRefused(_("文件已损坏，或不是真正的 Office 文件，请用 WPS 或 Excel 打开后另存，再上传"))
    try:
        return _load(CalamineWorkbook.from_filelike(file), checked, wanted)
    except (CalamineError, OSError, ValueError, KeyError):
        raise broken from None
    except BaseException as error:
        # The reader is written in Rust: where it gives up on a file, its PanicException is not an Exception.
        if type(error).__name__ == "PanicException":
            raise broken from None
        raise


def _load(book: CalamineWorkbook, checked: Checked, wanted: str | None) -> _Found:
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    if wanted is not None and wanted not in shown:
        raise TableRefused(_("文件里没有名为“%(name)s”的工作表") % {"name": wanted})
    chosen, others = None, []
    for name in shown if wanted is None else [wanted]:
        sheet = book.get_sheet_by_name(name)  # reads the whole sheet: once, and one at a time
        if sheet.height and chosen is None:
            chosen = sheet
        elif sheet.height:
            others.append(name)
    if chosen is None:
        raise TableRefused(_("表里没有内容，请填好后再上传"))
    warnings = []
    if hidden:
        warnings.append(_("有隐藏的工作表没有读：%(names)s") % {"names": _("、").join(hidden)})
    if others:
        warnings.append(
            _("只读了工作表“%(name)s”，没有读：%(names)s") % {"name": chosen.name, "names": _("、").join(others)}
        )
    if checked.formulas:
        warnings.append(_("表里有%(count)s个公式，按算出的数值读入") % {"count": checked.formulas})
    _top, left = chosen.start or (0, 0)
    # iter_rows begins at row 1 however far down the first cell is, but at the first column in use.
    return _Found(chosen.iter_rows(), chosen.name, left, chosen.merged_cell_ranges or (), warnings)


def _from_rows(found: _Found, wish: _Wish) -> Table:
    top = list(islice(found.rows, HEADER_WITHIN))
    place = _header_place(top, wish.expect)
    header_row = place + 1
    warnings = list(found.warnings)
    for (first, column), (last, _right) in found.merged:
        if first < header_row <= last + 1:
            raise TableRefused(
                _("表头有合并的单元格（%(cell)s），请取消合并，每列写一个名称")
                % {"cell": f"{column_name(column + 1)}{first + 1}"}
            )
    titles = [_title(cell) for cell in top[place]]
    width = max((number for number, title in enumerate(titles, start=1) if title), default=0)
    _check_header(titles[:width], found.left)
    if below := sum(first >= header_row for (first, _column), _end in found.merged):
        warnings.append(_("表里有%(count)s处合并单元格，只有左上角一格有内容，请核对") % {"count": below})
    return Table(
        header=tuple(titles[:width]),
        header_row=header_row,
        rows=_lines(top[place + 1 :], found.rows, header_row + 1, width),
        sheet=found.name,
        warnings=warnings,
    )


def _lines(first: list[list[Any]], rest: Iterator[list[Any]], number: int, width: int) -> Iterator[Line]:
    for source in (first, rest):
        for row in source:
            cells = row[:width]
            if any(cells) or any(cell not in {"", None} for cell in cells):  # any() first: it is ten times quicker
                if len(cells) < width:
                    cells = [*cells, *[""] * (width - len(cells))]
                yield Line(number, cells)
            number += 1


def _title(cell: Any) -> str:
    """A column title as compared: half-width, without spaces, line breaks and the star of required columns."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return "".join(unicodedata.normalize("NFKC", clean_text(cell)[0]).split()).strip("*")


def _header_place(top: list[list[Any]], expected: frozenset[str]) -> int:
    if not top:
        raise TableRefused(_("表里没有内容，请填好后再上传"))
    titles = [{_title(cell) for cell in row} - {""} for row in top]
    scores = [len(row & expected) for row in titles] if expected else [0]
    if not max(scores):
        # The header names every column, so no row before the data is fuller; a title above it has a cell or two.
        scores = [len(row) for row in titles]
        if not max(scores):
            raise TableRefused(_("表的前%(count)s行没有表头，请把列名放在最上面") % {"count": HEADER_WITHIN})
    return scores.index(max(scores))


def _check_header(titles: list[str], left: int) -> None:
    twice = [title for title, count in Counter(titles).items() if count > 1 and title]
    if twice:
        raise TableRefused(_("表头有重复的列名“%(title)s”，请改成不同的名称或删去一列") % {"title": twice[0][:30]})
    if "" in titles:
        name = column_name(left + titles.index("") + 1)
        raise TableRefused(_("表头的%(column)s列没有名称，请填上列名或删去这一列") % {"column": name})
