"""Rows written into somebody else's workbook: the data area grows, everything around it keeps its place and look."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from lxml import etree

from hongzhu.kit.tables.archive import ArchiveRefused
from hongzhu.kit.tables.read import TableRefused

from .around import Around
from .cells import Cells, Writer, escaped, figure, set_result
from .formulas import CannotTell, Fault, Formula
from .grid import Grid
from .heads import is_total
from .package import Package, damaged, open_package, tag, text_of
from .reading import Column
from .references import LAST_ROW, Growth, column_number, letters, moved, references
from .values import Placed, Values, computed, given

# One would have to compress for as long as all the rest takes; the file is sent once and kept sealed.
LEVEL = 1
_ROWS_AT_A_TIME = 1_000
TOTAL = "合计"  # zh: the word of the superior's table, whatever language the asker reads
_ROW_MARK = re.compile(rb"<(?:(\w+):)?row r=\"0\"\s*/>")
_BARE_TAG = re.compile(r"<(/?)(row|c|f|v|is|t)(?=[\s/>])")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where rows go, kept apart from the file: ``columns`` in the order of the values of a row."""

    sheet: str
    first_row: int
    last_row: int | None
    columns: tuple[Column, ...]
    total_row: int | None = None


def merge(data: bytes, placement: Placed, rows: Iterable[Sequence[Any]], *, totals: Collection[int] = ()) -> bytes:
    """The asker's own file with the rows in it, in their order.

    A row holds one value for each of ``placement.columns``; what stands for ORDER and FORMULA columns is not looked at.
    MONEY: whole numbers are fen, text is yuan. DATE: a date or 2026-11-20. Text stays text, whatever it begins with.
    ``totals`` are places of columns to sum: in the template's own total row, or in one added under the rows.
    TableRefused with a sentence when the file cannot hold the rows.
    """
    package = open_package(data, "table.xlsx")
    try:
        part = next((part for name, part, _shown in package.sheets() if name == placement.sheet), None)
        if part is None:
            raise TableRefused(_("文件里没有名为“%(name)s”的工作表") % {"name": placement.sheet})
        return _Merging(package, part, placement, [tuple(row) for row in rows], frozenset(totals)).run()
    except ArchiveRefused as error:
        raise TableRefused(str(error)) from None
    except etree.XMLSyntaxError:
        raise damaged() from None


@dataclass(frozen=True, slots=True)
class _Line:
    """How one row of the data area is written: its attributes, and for each cell its letter, writer and source."""

    attributes: str
    letters: tuple[str, ...]
    writers: tuple[Writer, ...]
    sources: tuple[int, ...]  # place in the row of values; -1: the writer takes the row's own number


class _Merging:
    def __init__(
        self, package: Package, part: str, placement: Placed, lines: list[tuple[Any, ...]], totals: frozenset[int]
    ) -> None:
        self.package, self.part, self.placement, self.lines = package, part, placement, lines
        if any(len(line) != len(placement.columns) for line in lines):
            raise ValueError("a row holds one value for each column")
        self.grid = Grid(package, part, keep=True)
        self.columns = {column.place: (number, column) for number, column in enumerate(placement.columns)}
        self.totals = {place for place in totals if place in self.columns}
        self.first = placement.first_row
        self.last = placement.last_row if placement.last_row is not None else max(self.grid.last_row, self.first)
        self.needed = len(lines) + bool(self.totals and placement.total_row is None)
        self.growth = Growth(self.first, self.last, max(0, self.needed - (self.last - self.first + 1)))
        if max(self.grid.last_row, self.last) + self.growth.rows > LAST_ROW:
            raise TableRefused(_("汇总后超过一张工作表能放的行数，请分成几张表"))
        self.cells = Cells(self.grid.styles, from_1904=package.from_1904)
        self.unsure = False
        self.values = Values(self.grid, self.cells, placement, lines, self.growth)

    def run(self) -> bytes:
        samples = {row: self._line(row) for row in {self._sample_for(number) for number in range(self.needed)}}
        merges = self._merges()
        outside = self.values.formulas_outside()
        self._expand_shared()
        self._put_mark()
        around = Around(self.package, self.grid, self.placement.sheet, self.growth)
        around.move(merges=merges, written_to=self.first + self.needed - 1)
        self.unsure |= self.values.work_out(outside)
        self.unsure |= around.work_out_elsewhere(self.values)
        self._fill_total_row()
        around.forget_order_of_calculation()
        before, after = self._halves()
        rows = self._rows(samples)
        if self.values.unsure_columns() or self.unsure:
            around.recalculate_when_opened()
        return self.package.pack(level=LEVEL, streams={self.part: self._stream(before, rows, after)})

    # The data area

    def _sample_for(self, number: int) -> int:
        """The template's row whose look the ``number``-th row takes: the last keeps the last one's, those put in the second's."""
        height = self.last - self.first + 1
        if height <= 0:
            return 0
        if number == self.needed - 1 and self.needed >= height:
            return self.last
        if number < height - 1:
            return self.first + number
        return self.first + (1 if height >= 3 else 0)

    def _line(self, row: int) -> _Line:
        """``row`` 0: there is none; the look is that of the total row, or of the columns."""
        source = row or self.placement.total_row or 0
        line = self.grid.rows.get(row)
        attributes = "".join(
            f" {name}={quoteattr(value)}"
            for name, value in (line.attrib.items() if line is not None else ())
            if not name.startswith("{") and name not in {"r", "spans", "hidden"}
        )
        places = {*self.grid.places.get(source, ()), *self.columns}
        names, writers, sources = [], [], []
        for place in sorted(places):
            style = self.grid.style(source, place) if source else self.grid.line_style(self.first, place)
            names.append(letters(place))
            held = place in self.columns and not (
                self.columns[place][1].type == "ORDER" or computed(self.columns[place][1])
            )
            sources.append(self.columns[place][0] if held else -1)
            writers.append(self._writer(row, place, style))
        return _Line(attributes, tuple(names), tuple(writers), tuple(sources))

    def _writer(self, row: int, place: int, style: int) -> Writer:
        if place not in self.columns:
            return self._keeper(row, place, style)
        column = self.columns[place][1]
        if column.type == "ORDER":
            order = self.cells.writer("ORDER", style)
            return lambda number: order(number + 1)
        if computed(column):
            return self._formula_writer(column, style)
        return self.cells.writer(column.type, style)

    def _keeper(self, row: int, place: int, style: int) -> Writer:
        """A cell no column of ours owns (a hidden column's, a margin's) stays on its row; rows put in get its look alone."""
        blank = self.cells.blank(style)
        cell = self.grid.cells.get((row, place))
        if cell is None or not len(cell):
            return lambda _number: blank
        kind, held, inline = cell.get("t", ""), cell.findtext(tag("v")), cell.find(tag("is"))
        attributes = (f' s="{style}"' if style else "") + (f" t={quoteattr(kind)}" if kind else "")
        formula = self.grid.formula(row, place)
        end = self.needed - 1 if row == self.last else row - self.first
        if formula:
            formula = f"<f>{escaped(moved(formula, end - (row - self.first)))}</f>"
        words = f"<is><t>{escaped(text_of(inline))}</t></is>" if inline is not None else ""
        value = f"<v>{escaped(held)}</v>" if held is not None else ""
        kept = f"{attributes}>{formula}{value}{words}</c>"
        return lambda number: kept if number == end else blank

    def _formula_writer(self, column: Column, style: int) -> Writer:
        pieces = _pieces(column.formula)
        look = f' s="{style}"' if style else ""

        def write(number: int) -> str:
            text = "".join(piece if isinstance(piece, str) else str(piece + number) for piece in pieces)
            given = _result(self.values.of_column(column.place)[number])
            return f"{look}{given[0]}><f>{escaped(text)}</f>{given[1]}</c>"

        return write

    def _rows(self, samples: Mapping[int, _Line]) -> Iterator[str]:
        for number, values in enumerate(self.lines):
            line, row = samples[self._sample_for(number)], self.first + number
            cells = [
                f'<c r="{letter}{row}"{write(values[source] if source >= 0 else number)}'
                for letter, write, source in zip(line.letters, line.writers, line.sources, strict=True)
            ]
            yield f'<row r="{row}"{line.attributes}>{"".join(cells)}</row>'
        if self.needed > len(self.lines):
            yield self._added_total(samples[self._sample_for(self.needed - 1)])

    def _added_total(self, line: _Line) -> str:
        row, done = self.first + self.needed - 1, []
        label = next((place for place in self.columns if place not in self.totals), None)
        source = self._sample_for(self.needed - 1)
        for letter in line.letters:
            place = column_number(letter)
            style = self.grid.style(source, place) if source else self.grid.line_style(self.first, place)
            if place in self.totals:
                done.append(f'<c r="{letter}{row}"{self._sum_cell(place, style)}')
            elif place == label:
                done.append(f'<c r="{letter}{row}"{self.cells.writer("TEXT", style)(TOTAL)}')
            else:
                done.append(f'<c r="{letter}{row}"{self.cells.blank(style)}')
        return f'<row r="{row}"{line.attributes}>{"".join(done)}</row>'

    def _sum_cell(self, place: int, style: int) -> str:
        formula, value = self.values.sum_of(place)
        look = style
        if self.columns[place][1].type == "MONEY" and self.grid.styles.is_general(style):
            look = self.grid.styles.variant(style, number=2)
        styled = f' s="{look}"' if look else ""
        held = "" if value is None else figure(value)
        return f"{styled}><f>{formula}</f><v>{held}</v></c>"

    def _stream(self, before: bytes, rows: Iterable[str], after: bytes) -> Iterator[bytes]:
        yield before
        prefix = self.grid.tree.prefix
        held: list[str] = []
        for row in rows:
            held.append(row if prefix is None else _BARE_TAG.sub(rf"<\1{prefix}:\2", row))
            if len(held) == _ROWS_AT_A_TIME:
                yield "".join(held).encode()
                held = []
        yield "".join(held).encode()
        yield after

    # The total row

    def _fill_total_row(self) -> None:
        """The template's own total row: what is to be summed and has no formula, or one that misses rows, is summed."""
        row = self.placement.total_row
        if row is None:
            return
        for place in sorted(self.totals):
            formula, value = self.values.sum_of(place)
            cell = self.grid.cells.get((row, place))
            known = self.values.known(row, place)
            if cell is None:
                cell = self._made(row, place)
            if computed(self.columns[place][1]) and cell.find(tag("f")) is not None:
                continue
            if cell.find(tag("f")) is not None and (known is CannotTell or known == value):
                continue
            if is_total(self.grid.text(row, place)):
                continue
            for child in list(cell):
                cell.remove(child)
            etree.SubElement(cell, tag("f")).text = formula
            self.unsure |= set_result(cell, partial(given, CannotTell if value is None else value))

    def _made(self, row: int, place: int) -> Any:
        """A cell that the template does not have, in its place of a row outside the data area."""
        line = self.grid.rows[row]
        cell = etree.Element(tag("c"), {"r": f"{letters(place)}{line.get('r')}"})
        after = [at for at in self.grid.places.get(row, ()) if at < place]
        if after:
            self.grid.cells[row, max(after)].addnext(cell)
        else:
            line.insert(0, cell)
        self.grid.cells[row, place] = cell
        return cell

    # The tree

    def _merges(self) -> list[str]:
        """Areas of merged cells as they stand afterwards: none that joins rows of the data area."""
        across: dict[int, list[tuple[int, int]]] = {}
        done: list[str] = []
        for merge in self.grid.merges:
            if merge.bottom < self.first:
                done.append(merge.text)
            elif merge.top > self.last:
                moved_by = self.growth.rows
                done.append(
                    f"{letters(merge.left)}{merge.top + moved_by}:{letters(merge.right)}{merge.bottom + moved_by}"
                )
            elif merge.top == merge.bottom:
                across.setdefault(merge.top, []).append((merge.left, merge.right))
        for number in range(max(self.needed, self.last - self.first + 1 if across else 0)):
            row = self.first + number
            source = self._sample_for(number) if number < self.needed else row
            done += [f"{letters(left)}{row}:{letters(right)}{row}" for left, right in across.get(source, ())]
        return done

    def _expand_shared(self) -> None:
        for (row, place), cell in self.grid.cells.items():
            formula = cell.find(tag("f"))
            if formula is not None and formula.get("t") == "shared":
                formula.text = self.grid.formula(row, place)
        for cell in self.grid.cells.values():
            formula = cell.find(tag("f"))
            if formula is not None and formula.get("t") == "shared":
                for name in ("t", "si", "ref"):
                    formula.attrib.pop(name, None)

    def _put_mark(self) -> None:
        """Rows to be written leave the tree; a mark stands where they go. Rows of the template that stay are emptied."""
        data = self.grid.tree.find(tag("sheetData"))
        mark = etree.Element(tag("row"), {"r": "0"})
        following = next((self.grid.rows[row] for row in sorted(self.grid.rows) if row >= self.first), None)
        if following is None:
            data.append(mark)
        else:
            following.addprevious(mark)
        for row in sorted(self.grid.rows):
            if self.first <= row <= self.last:
                if row - self.first < self.needed:
                    data.remove(self.grid.rows[row])
                else:
                    self._empty(row)

    def _empty(self, row: int) -> None:
        """An unused row of the template: its example goes, its number and formulas stay, worked out over the blanks."""
        for place, (_number, column) in self.columns.items():
            cell = self.grid.cells.get((row, place))
            if cell is None or column.type == "ORDER":
                continue
            if cell.find(tag("f")) is not None:
                self.unsure |= set_result(cell, partial(self._over_blanks, cell.findtext(tag("f")) or ""))
                continue
            for child in list(cell):
                cell.remove(child)
            cell.attrib.pop("t", None)

    def _over_blanks(self, formula: str) -> Any:
        return Formula(formula).value(self.values)

    def _halves(self) -> tuple[bytes, bytes]:
        whole = etree.tostring(self.grid.tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        found = _ROW_MARK.search(whole)
        if found is None:
            raise damaged()
        return whole[: found.start()], whole[found.end() :]


def _result(held: Any) -> tuple[str, str]:
    """What a formula gave, as its cell says it: the type, and the value."""
    if held is CannotTell:
        return "", "<v></v>"
    if isinstance(held, Fault):
        return ' t="e"', f"<v>{escaped(str(held))}</v>"
    if isinstance(held, bool):
        return ' t="b"', f"<v>{int(held)}</v>"
    if isinstance(held, str):
        return ' t="str"', f"<v>{escaped(held)}</v>"
    return "", f"<v>{figure(held or 0)}</v>"


def _pieces(formula: str) -> list[str | int]:
    """A formula cut at the row numbers that move along when it is copied down."""
    done: list[str | int] = []
    place = 0
    for found, _sheet in references(formula):
        for name in ("r1", "r2", "w1", "w2"):
            if found[name] and not found[name].startswith("$"):
                done += [formula[place : found.start(name)], int(found[name])]
                place = found.end(name)
    return [*done, formula[place:]]
