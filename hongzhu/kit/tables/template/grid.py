"""One worksheet as cells by row and column, over its tree."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from hongzhu.kit.tables.archive import ArchiveRefused

from .package import Package, Styles, damaged, tag, text_of
from .references import Area, area, column_number, letters, moved

# Cells under merged ones; more than a whole template has.
MOST_MERGED = 400_000
_ADDRESS_END = "0123456789"


class Grid:
    """Cells, merges and hidden lines of a sheet. Addresses left out by the writer are put in."""

    def __init__(self, package: Package, part: str, *, keep: bool = False) -> None:
        """``keep``: the tree is going to be changed and written back."""
        self.package, self.part = package, part
        self.tree = package.xml(part) if keep else package.look(part)
        self.styles = Styles(package)
        self.rows: dict[int, Any] = {}
        self.cells: dict[tuple[int, int], Any] = {}
        self.places: dict[int, list[int]] = {}
        self._masters: dict[str, tuple[str, int, int]] = {}
        self._read()
        self.merges = self._merges()
        if sum((one.bottom - one.top + 1) * (one.right - one.left + 1) for one in self.merges) > MOST_MERGED:
            raise ArchiveRefused(_("表里的合并单元格太多，请取消合并后再上传"))
        self._covering: dict[tuple[int, int], Area] = {}
        for merge in self.merges:
            for row in range(merge.top, merge.bottom + 1):
                for column in range(merge.left, merge.right + 1):
                    self._covering[row, column] = merge

    def _read(self) -> None:
        data = self.tree.find(tag("sheetData"))
        if data is None:
            raise damaged()
        number = 0
        for row in data.iterchildren(tag("row")):
            number = int(row.get("r", number + 1))
            row.set("r", str(number))
            self.rows[number] = row
            column = 0
            for cell in row.iterchildren(tag("c")):
                written = cell.get("r")
                column = column_number(written.rstrip(_ADDRESS_END).replace("$", "")) if written else column + 1
                if written != (address := f"{letters(column)}{number}"):
                    cell.set("r", address)
                self.cells[number, column] = cell
                self.places.setdefault(number, []).append(column)
                formula = cell.find(tag("f")) if len(cell) else None
                if formula is not None and formula.get("t") == "shared" and formula.text:
                    self._masters[formula.get("si", "")] = (formula.text, number, column)

    def _merges(self) -> list[Area]:
        block = self.tree.find(tag("mergeCells"))
        found = [area(one.get("ref", "")) for one in block] if block is not None else []
        if any(one is None for one in found):
            raise damaged()
        return [one for one in found if one is not None]

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    def merge_at(self, row: int, column: int) -> Area | None:
        return self._covering.get((row, column))

    def style(self, row: int, column: int) -> int:
        cell = self.cells.get((row, column))
        return int(cell.get("s", "0")) if cell is not None else self.line_style(row, column)

    def line_style(self, row: int, column: int) -> int:
        """The style a cell has that is not written: its row's, else its column's."""
        line = self.rows.get(row)
        if line is not None and line.get("customFormat") in {"1", "true"}:
            return int(line.get("s", "0"))
        return next((int(one.get("style", "0")) for one in self._columns() if self._spans(one, column)), 0)

    def _columns(self) -> Iterator[Any]:
        block = self.tree.find(tag("cols"))
        return iter(block if block is not None else ())

    @staticmethod
    def _spans(one: Any, column: int) -> bool:
        return int(one.get("min", "0")) <= column <= int(one.get("max", "0"))

    def hidden_column(self, column: int) -> bool:
        return any(one.get("hidden") in {"1", "true"} for one in self._columns() if self._spans(one, column))

    def hidden_row(self, row: int) -> bool:
        line = self.rows.get(row)
        return line is not None and line.get("hidden") in {"1", "true"}

    def formula(self, row: int, column: int) -> str:
        """The formula of a cell without its sign; shared ones as they read in this cell; "" where there is none."""
        cell = self.cells.get((row, column))
        found = cell.find(tag("f")) if cell is not None else None
        if found is None:
            return ""
        if found.text:
            return str(found.text)
        master = self._masters.get(found.get("si", ""))
        if found.get("t") == "shared" and master:
            return moved(master[0], row - master[1], column - master[2])
        return ""

    def value(self, row: int, column: int) -> str | Decimal | int | bool | None:
        """What the cell shows, numbers as numbers; None for a blank."""
        cell = self.cells.get((row, column))
        if cell is None or not len(cell):
            return None
        kind, held = cell.get("t", "n"), cell.findtext(tag("v"))
        if kind == "inlineStr":
            inline = cell.find(tag("is"))
            return (text_of(inline) if inline is not None else "") or None
        if held is None or held == "":
            return None
        if kind == "s":
            return self._shared(int(held))
        if kind in {"str", "e", "d"}:
            return str(held)
        return bool(held == "1") if kind == "b" else _number(held)

    def _shared(self, place: int) -> str | None:
        if not 0 <= place < len(self.package.shared):
            raise damaged()
        return self.package.shared[place] or None

    def text(self, row: int, column: int) -> str:
        """The words of a cell in one line, without blanks at the ends."""
        value = self.value(row, column)
        return "" if value is None else " ".join(str(value).split())

    def head_text(self, row: int, column: int) -> str:
        """The words that stand over a place: those of the merged cell it is part of."""
        merge = self.merge_at(row, column)
        return self.text(merge.top, merge.left) if merge else self.text(row, column)


def _number(held: str) -> int | Decimal:
    try:
        number = Decimal(held)
    except InvalidOperation:
        raise damaged() from None
    return int(number) if number == number.to_integral_value() and abs(number) < 10**15 else number
