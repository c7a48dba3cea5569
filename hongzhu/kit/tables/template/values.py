"""What formulas see once the rows are in: the data area as it will be, the rest where it now stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from .cells import Cells, set_result
from .formulas import CannotTell, Fault, Formula
from .grid import Grid
from .package import tag
from .reading import Column
from .references import Growth, column_number, letters, references

# Cells that formulas may look at in one merge: a sum over each column is a fraction of it.
MOST_LOOKED_AT = 4_000_000
_DEEPEST = 20  # columns worked out from columns worked out from …
_LONGEST_CHAIN = 100  # formulas that look at one another outside the data area


class Placed(Protocol):
    """Where rows go: a :class:`Template` is one, a :class:`Placement` another."""

    @property
    def sheet(self) -> str: ...
    @property
    def first_row(self) -> int: ...
    @property
    def last_row(self) -> int | None: ...
    @property
    def total_row(self) -> int | None: ...
    @property
    def columns(self) -> Sequence[Column]: ...


class Values:
    """A sheet as formulas see it (:class:`hongzhu.kit.tables.template.formulas.Look`), by addresses as they are now."""

    def __init__(
        self, grid: Grid, cells: Cells, placement: Placed, lines: list[tuple[Any, ...]], growth: Growth
    ) -> None:
        self.grid, self.cells, self.placement, self.lines, self.growth = grid, cells, placement, lines, growth
        self.columns = {column.place: (number, column) for number, column in enumerate(placement.columns)}
        self.first, self.last = growth.first, growth.last
        self._looked = 0
        self._deep = 0
        self._values: dict[int, list[Any]] = {}
        self._sums: dict[tuple[int, int], Any] = {}
        self._touched: dict[tuple[int, int], bool] = {}

    def of_column(self, place: int) -> list[Any]:
        """What stands in a column of the data area, as a formula sees it."""
        if place not in self._values:
            number, column = self.columns[place]
            if computed(column):
                self._values[place] = self._worked_out(column)
            elif column.type == "ORDER":
                self._values[place] = list(range(1, len(self.lines) + 1))
            else:
                self._values[place] = [self.cells.seen(column.type, line[number]) for line in self.lines]
        return self._values[place]

    def _worked_out(self, column: Column) -> list[Any]:
        """Row by row: a running total looks at the row above, which is there by then."""
        found: list[Any] = []
        self._values[column.place] = found
        if self._deep == _DEEPEST:
            return [CannotTell] * len(self.lines)
        try:
            formula = Formula(column.formula)
        except CannotTell:
            return [CannotTell] * len(self.lines)
        self._deep += 1
        for number in range(len(self.lines)):
            try:
                found.append(formula.value(self, number))
            except CannotTell:
                found.append(CannotTell)
            except Fault as fault:
                found.append(fault)
        self._deep -= 1
        return found

    def _data_value(self, place: int, number: int) -> Any:
        known = self.of_column(place)
        if number >= len(known):
            raise CannotTell  # a formula that looks at itself, or at a row further down
        return given(known[number])

    def unsure_columns(self) -> bool:
        formulas = [column for _number, column in self.columns.values() if computed(column)]
        return any(value is CannotTell for column in formulas for value in self.of_column(column.place))

    def span(self, top: int, bottom: int, column: int) -> Iterator[Any]:
        """A stretch of a column as it is now."""
        self._looked += max(bottom - top + 1, 1)
        if self._looked > MOST_LOOKED_AT:
            raise CannotTell
        end = self.first + len(self.lines) - 1
        if top >= self.first and bottom <= end and column in self.columns:
            known = self.of_column(column)[top - self.first : bottom - self.first + 1]
            if len(known) <= bottom - top:
                raise CannotTell
            for held in known:
                yield given(held)
        else:
            for row in range(top, bottom + 1):
                yield self(row, column)

    def __call__(self, row: int, column: int) -> Any:
        """What a formula sees at a column as it is now."""
        number = row - self.first
        if 0 <= number < len(self.lines) and column in self.columns:
            return self._data_value(column, number)
        if self.first <= row <= self.last + self.growth.rows:
            return None if column in self.columns or row > self.last else self.grid.value(row, column)
        old = row - self.growth.rows if row > self.last else row
        if (old, column) in self._sums:
            return given(self._sums[old, column])
        formula = self.grid.formula(old, column)
        if not formula or not self._touches(old, column):
            return self.grid.value(old, column)
        raise CannotTell(formula)

    # Formulas outside the data area

    def formulas_outside(self) -> list[tuple[int, int]]:
        """Places of formulas that look, directly or by another formula, into the data area."""
        return [
            (row, place)
            for (row, place) in sorted(self.grid.cells)
            if not self.first <= row <= self.last and self.grid.formula(row, place) and self._touches(row, place)
        ]

    def _touches(self, row: int, place: int, deep: int = 0) -> bool:
        key = (row, place)
        if key in self._touched:
            return self._touched[key]
        if deep > _LONGEST_CHAIN:
            return True  # nobody will follow it: as if it did
        self._touched[key] = False
        for found, sheet in references(self.grid.formula(row, place)):
            if sheet is not None and sheet.casefold() != self.placement.sheet.casefold():
                continue
            rows = [int(found[name].strip("$")) for name in ("r1", "r2", "w1", "w2") if found[name]]
            if (min(rows) <= self.last and max(rows) >= self.first) or (
                len(rows) == 1 and self._touches(rows[0], column_number(found["c1"].strip("$")), deep + 1)
            ):
                self._touched[key] = True
        return self._touched[key]

    def work_out(self, outside: list[tuple[int, int]]) -> bool:
        """Cached values of those formulas; twice, for a formula may look at a later one. True where one is not certain."""
        for _turn in range(2):
            for row, place in outside:
                text = self.grid.cells[row, place].findtext(tag("f")) or ""
                try:
                    self._sums[row, place] = Formula(text).value(self)
                except CannotTell:
                    self._sums[row, place] = CannotTell
                except Fault as fault:
                    self._sums[row, place] = fault
        unsure = False
        for row, place in outside:
            unsure |= set_result(self.grid.cells[row, place], partial(given, self._sums[row, place]))
        return unsure

    def known(self, row: int, place: int) -> Any:
        """What was worked out for a formula outside the data area, by its old place; None where it is not one."""
        return self._sums.get((row, place))

    def sum_of(self, place: int) -> tuple[str, int | Decimal | None]:
        """The formula over all rows, and their sum; None where a formula in the column could not be worked out or gives an error."""
        letter = letters(place)
        rows = len(self.lines)
        if self.placement.total_row is not None:
            rows = max(rows, self.last - self.first + 1)
        formula = f"SUM({letter}{self.first}:{letter}{self.first + rows - 1})" if rows else "SUM(0)"
        values = [value for value in self.of_column(place) if not isinstance(value, str | bool) and value is not None]
        if any(value is CannotTell or isinstance(value, Fault) for value in values):
            return formula, None
        return formula, sum(values)


def computed(column: Column) -> bool:
    """Whether the sheet itself works the column out. Called a formula without one, it holds what is given."""
    return column.type == "FORMULA" and bool(column.formula)


def given(held: Any) -> Any:
    if held is CannotTell:
        raise CannotTell
    if isinstance(held, Fault):
        raise held
    return held
