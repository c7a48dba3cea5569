"""From a table people upload to checked values: known columns, every error by row and column, repairs noted.

Values are cleaned column by column: most cells repeat (a unit, a day, 男), so each distinct cell is read once.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from .read import Table, TableRefused
from .repair import CellRefused
from .write import write_xlsx

T = TypeVar("T")
Repair = Callable[[Any], tuple[T, str | None]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table that can be imported.

    ``kept`` False: people's sheets have it, and we say why it is not taken over (``hint``).
    ``text``: a code or long number, kept as text in the template.
    """

    key: str
    title: Any
    synonyms: tuple[str, ...] = ()
    required: bool = False
    hint: Any = ""
    examples: tuple[Any, ...] = ()
    text: bool = False
    kept: bool = True
    width: float = 14

    def names(self) -> set[str]:
        """Every title under which the column is recognised, in the form in which titles are compared.

        The Chinese one also for a reader of English: sheets come from colleagues.
        """
        with override("zh-hans"):
            chinese = str(self.title)
        return {title_key(chinese), title_key(str(self.title)), *map(title_key, self.synonyms)}


def title_key(title: str) -> str:
    """A column title as compared: half-width, without spaces and stars."""
    return "".join(unicodedata.normalize("NFKC", title).split()).strip("*")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, where the person finds it: the spreadsheet's row number and the column's title."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return _("第%(row)s行 %(column)s：%(text)s") % {"row": self.row, "column": self.column, "text": self.text}


@dataclass(frozen=True, slots=True)
class Noted:
    """A repair proposed in ``count`` cells of one column, the first of them in row ``first``."""

    column: str
    text: str
    count: int
    first: int


@dataclass(slots=True)
class Report:
    """What a check found. Nothing is written while ``errors`` is not empty; ``plan`` is the room's own."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[Problem] = field(default_factory=list)
    repairs: list[Noted] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    plan: Any = None

    @property
    def good(self) -> bool:
        return not self.errors


def match_header(header: Sequence[str], columns: Sequence[Column]) -> tuple[dict[str, int], list[str]]:
    """Where each known column stands, and the titles nobody knows; TableRefused when one is missing or there twice."""
    keys = {name: column.key for column in columns for name in column.names()}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, title in enumerate(header):
        key = keys.get(title_key(title))
        if key is None:
            unknown.append(title)
        elif key in places:
            raise TableRefused(
                _("“%(one)s”和“%(two)s”是同一项，请删去一列") % {"one": header[places[key]], "two": title}
            )
        else:
            places[key] = place
    if missing := [str(column.title) for column in columns if column.required and column.key not in places]:
        names = _("、").join(missing)
        raise TableRefused(_("缺少列：%(names)s。请下载模板，对照列名补上，再上传") % {"names": names})
    return places, unknown


class Grid:
    """The cells of a table under the keys of its known columns, and what was found wrong with them."""

    def __init__(self, table: Table, columns: Sequence[Column]) -> None:
        self.columns = {column.key: column for column in columns}
        self._titles = {column.key: str(column.title) for column in columns}
        places, self.unknown = match_header(table.header, columns)
        lines = list(table.rows)
        self.numbers = [line.number for line in lines]
        turned = list(zip(*(line.cells for line in lines), strict=True)) if lines else [()] * len(table.header)
        self.cells: dict[str, Sequence[Any]] = {key: turned[place] for key, place in places.items()}
        self.present = set(places)
        self.warnings = [str(warning) for warning in table.warnings]
        self.errors: list[Problem] = []
        self._notes: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def cells_of(self, key: str) -> Sequence[Any]:
        """The cells of a column as read; blanks where the sheet has no such column."""
        return self.cells[key] if key in self.cells else [""] * len(self)

    def refuse(self, place: int, key: str, text: str) -> None:
        """An error in row ``place`` (counted from 0) of column ``key``."""
        self.errors.append(Problem(self.numbers[place], self._titles[key], str(text)))

    def note(self, place: int, key: str, text: str, count: int = 1) -> None:
        """A repair proposed there."""
        at = (self._titles[key], text)
        if at not in self._first:
            self._first[at] = self.numbers[place]
        self._notes[at] += count

    def clean(self, key: str, repair: Repair[T], blank: T, *, quick: Callable[[str], Any] | None = None) -> list[T]:
        """Every cell of a column through ``repair``; a refused cell is an error and counts as ``blank``.

        ``quick`` recognises text that ``repair`` would hand back as it is.
        """
        if key not in self.cells:
            return [blank] * len(self)
        if self._plain(key, quick):
            return list(self.cells[key])
        if (whole := self._repeating(key, repair)) is not None:
            return whole
        known: dict[str, tuple[T, str | None]] = {}
        found: list[Any] = []
        for place, cell in enumerate(self.cells[key]):
            if cell.__class__ is str:
                if quick is not None and quick(cell):
                    found.append(cell)
                    continue
                pair = known.get(cell)
                if pair is not None:
                    found.append(pair[0])
                    if pair[1]:
                        self.note(place, key, pair[1])
                    continue
            try:
                value, note = repair(cell)
            except CellRefused as error:
                self.refuse(place, key, str(error))
                found.append(blank)
                continue
            if cell.__class__ is str:
                known[cell] = (value, note)
            if note:
                self.note(place, key, note)
            found.append(value)
        return found

    def _plain(self, key: str, quick: Callable[[str], Any] | None) -> bool:
        """Whether every cell is text that needs no repair."""
        if quick is None:
            return False
        return all(cell.__class__ is str and quick(cell) for cell in self.cells[key])

    def _repeating(self, key: str, repair: Repair[T]) -> list[T] | None:
        """The column through its distinct cells, where those are few, all text and none is refused."""
        cells = self.cells[key]
        distinct = set(cells)
        if len(distinct) * 3 > len(cells) or not all(cell.__class__ is str for cell in distinct):
            return None
        values: dict[str, T] = {}
        noted: dict[str, str] = {}
        for cell in distinct:
            try:
                values[cell], note = repair(cell)
            except CellRefused:
                return None
            if note:
                noted[cell] = note
        if noted:
            counts = Counter(cells)
            first: dict[str, int] = {}
            for place, cell in enumerate(cells):
                if cell in noted and cell not in first:
                    first[cell] = place
                    if len(first) == len(noted):
                        break
            for cell, place in first.items():
                self.note(place, key, noted[cell], counts[cell])
        return [values[cell] for cell in cells]

    def require(self, key: str, values: Sequence[Any]) -> None:
        """An error wherever the value is blank and nothing else was wrong with the cell."""
        if all(values):
            return
        refused = {(problem.row, problem.column) for problem in self.errors}
        title = str(self.columns[key].title)
        for place, value in enumerate(values):
            if not value and (self.numbers[place], title) not in refused:
                self.refuse(place, key, _("没有填，请补上"))

    def once(self, key: str, values: Iterable[Any]) -> None:
        """An error wherever a value stands a second time in the column."""
        values = list(values)
        filled = [value for value in values if value]
        if len(set(filled)) == len(filled):
            return
        first: dict[Any, int] = {}
        for place, value in enumerate(values):
            if not value:
                continue
            if value in first:
                self.refuse(place, key, _("和第%(row)s行重复，请删去一行或改正") % {"row": first[value]})
            else:
                first[value] = self.numbers[place]

    def report(self, *, new: int = 0, changed: int = 0, unchanged: int = 0, plan: Any = None) -> Report:
        """What this grid and the room's own comparison found."""
        noted = [Noted(column, text, count, self._first[column, text]) for (column, text), count in self._notes.items()]
        passed_over = [
            _("%(title)s（%(why)s）") % {"title": column.title, "why": column.hint}
            for column in self.columns.values()
            if not column.kept and column.key in self.present
        ]
        return Report(
            rows=len(self),
            new=new,
            changed=changed,
            unchanged=unchanged,
            errors=sorted(self.errors, key=lambda problem: problem.row),
            repairs=sorted(noted, key=lambda one: (one.first, one.column)),
            warnings=self.warnings,
            left_out=[*passed_over, *(_("%(title)s（没有这一项）") % {"title": title} for title in self.unknown)],
            plan=plan,
        )


def template(title: str, columns: Sequence[Column], notes: Sequence[str] = ()) -> bytes:
    """An .xlsx to fill in: the header, invented examples to write over, and what each column takes on a second sheet."""
    taken = [column for column in columns if column.kept]
    longest = max((len(column.examples) for column in taken), default=0)
    rows = [
        [column.examples[line] if line < len(column.examples) else "" for column in taken] for line in range(longest)
    ]
    asides = [
        *notes,
        *(
            _("%(title)s：%(must)s%(hint)s")
            % {"title": column.title, "must": _("必填。") if column.required else "", "hint": column.hint}
            for column in taken
            if column.hint or column.required
        ),
    ]
    return write_xlsx(
        title,
        [f"{column.title}*" if column.required else str(column.title) for column in taken],
        rows,
        widths=[column.width for column in taken],
        notes=asides,
        text_columns=[place for place, column in enumerate(taken) if column.text],
    )


def expected(columns: Sequence[Column]) -> set[str]:
    """Titles by which :func:`hongzhu.kit.tables.read.read_table` recognises the header."""
    return {name for column in columns for name in column.names()}
