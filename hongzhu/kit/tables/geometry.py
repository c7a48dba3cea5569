"""How large a worksheet really is, measured while streaming it, before a reader makes room for it.

A reader holds a sheet as a full rectangle from its first to its last cell. Two cells far apart are enough to ask for
more memory than the machine has, in a file of one kilobyte. So every row and cell address is checked first: by one
regular expression for what office programs write, by an XML parser for anything unusual.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from .archive import ArchiveRefused, damaged

# What the slow way may take: about two seconds.
SLOW_LIMIT = 24 * 1024 * 1024
# Excel's own limit for the text of a cell, with room for escapes.
LONGEST_TEXT = 32_767 * 6
_MAX_MERGES = 50_000

_PREFIXED = tuple(b":" + tag + end for tag in (b"c", b"row") for end in (b" ", b">", b"/", b"\t", b"\n", b"\r"))
_FORMULA = re.compile(rb"<f[\s/>]")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)


@dataclass(slots=True)
class Geometry:
    """What one worksheet holds."""

    cells: int = 0
    formulas: int = 0
    merges: int = 0


def column_name(number: int) -> str:
    """1 as A, 27 as AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _up_to_number(limit: int) -> str:
    """A pattern for 1 to ``limit`` without leading zeros."""
    digits = str(limit)
    choices = [rf"[1-9]\d{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for place, digit in enumerate(digits):
        low = 1 if place == 0 else 0
        if int(digit) > low:
            choices.append(f"{digits[:place]}[{low}-{int(digit) - 1}]\\d{{{len(digits) - place - 1}}}")
    return "(?:" + "|".join([*choices, digits]) + ")"


def _up_to_column(limit: int) -> str:
    """A pattern for A to the ``limit``-th column."""
    name = column_name(limit)
    choices = [rf"[A-Z]{{1,{len(name) - 1}}}"] if len(name) > 1 else []
    for place, letter in enumerate(name):
        if letter > "A":
            choices.append(f"{name[:place]}[A-{chr(ord(letter) - 1)}][A-Z]{{{len(name) - place - 1}}}")
    return "(?:" + "|".join([*choices, name]) + ")"


class Scanner:
    """Measures worksheets against limits that the caller chose."""

    def __init__(self, *, max_rows: int, max_columns: int) -> None:
        self.max_rows, self.max_columns = max_rows, max_columns
        rows, columns = _up_to_number(max_rows), _up_to_column(max_columns)
        self.unusual = re.compile(
            rf'<c(?=[\s/>])(?! r="{columns}{rows}"[\s/>])|<row(?=[\s/>])(?! r="{rows}"[\s/>])'.encode()
        )

    def measure(self, chunks: Callable[[], Iterator[bytes]], size: int) -> Geometry | None:
        """Measure a part that ``chunks()`` unpacks anew each time; None when no reader would find cells in it.

        ArchiveRefused when it is too large.
        """
        found = Geometry()
        inside = False
        for piece in _whole_tags(chunks()):
            inside = inside or b"sheetData" in piece
            if not inside:
                continue
            if self.unusual.search(piece) or _prefixed(piece):
                return self._measure_slowly(chunks(), size)
            found.cells += piece.count(b"<c ")
            found.formulas += len(_FORMULA.findall(piece))
            found.merges += piece.count(b"<mergeCell ")
            self._check_counts(found)
        return found if inside else None

    def _measure_slowly(self, chunks: Iterator[bytes], size: int) -> Geometry:
        if size > SLOW_LIMIT:
            raise ArchiveRefused(_("表格文件的写法少见，读不了，请用 WPS 或 Excel 打开后另存为 .xlsx，再上传"))
        found = Geometry()
        row = column = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, column
            tag = name.rpartition(":")[2]
            if tag == "row":
                row, column = self._row_number(attributes.get("r"), row), 0
            elif tag == "c":
                column += 1
                at_row = row
                if place := _ADDRESS.fullmatch(attributes.get("r", "")):
                    column, at_row = column_number(place[1]), int(place[2])
                elif "r" in attributes:
                    raise damaged()
                found.cells += 1
                self._check_place(at_row, column)
            elif tag == "f":
                found.formulas += 1
            elif tag == "mergeCell":
                found.merges += 1
            self._check_place(row, 0)
            self._check_counts(found)

        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        forbid_entities(parser)
        try:
            for piece in chunks:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise damaged() from None
        return found

    def _row_number(self, written: str | None, before: int) -> int:
        if written is None:
            return before + 1
        if not (written.isascii() and written.isdecimal()):
            raise damaged()
        if len(written) > 7:
            raise self.too_many_rows()
        return int(written)

    def _check_place(self, row: int, column: int) -> None:
        if row > self.max_rows:
            raise self.too_many_rows()
        if column > self.max_columns:
            raise self.too_many_columns()

    def _check_counts(self, found: Geometry) -> None:
        if found.cells > self.max_rows * self.max_columns:
            raise self.too_many_rows()
        if found.merges > _MAX_MERGES:
            raise ArchiveRefused(_("表里的合并单元格太多，请取消合并后再上传"))

    def too_many_rows(self) -> ArchiveRefused:
        return ArchiveRefused(
            _("表格最多读%(count)s行，这张表更长，或者后面有带格式的空行。请删去空行或分成几张表，再上传")
            % {"count": self.max_rows}
        )

    def too_many_columns(self) -> ArchiveRefused:
        return ArchiveRefused(
            _("表格最多读%(count)s列，这张表更宽，或者右边有带格式的空列。请删去空列，再上传")
            % {"count": self.max_columns}
        )


def _prefixed(piece: bytes) -> bool:
    """Cells under a name-space prefix, which the pattern would not see."""
    return (b":c" in piece or b":row" in piece) and any(prefixed in piece for prefixed in _PREFIXED)


def column_number(name: str) -> int:
    """A as 1, AA as 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def _whole_tags(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut between tags, so that no address is torn in two."""
    kept = b""
    for chunk in chunks:
        piece = kept + chunk
        cut = piece.rfind(b"<")
        if cut <= 0:
            cut = len(piece) if cut < 0 else 0
        kept = piece[cut:]
        if len(kept) > LONGEST_TEXT:
            raise too_long()
        if cut:
            yield piece[:cut]
    if kept:
        yield kept


def too_long() -> ArchiveRefused:
    return ArchiveRefused(_("有单元格的文字太长（超过3万字），请删短后再上传"))


def forbid_entities(parser: Any) -> None:
    """Spreadsheets have no document type; with one, a few lines could unfold to gigabytes or read other files."""

    def refuse(*_arguments: object) -> None:
        raise damaged()

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
