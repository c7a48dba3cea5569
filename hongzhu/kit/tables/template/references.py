"""Addresses in formulas and ranges, and where they lead once rows have been put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LAST_ROW = 1_048_576
LONGEST = 8_192  # characters of a formula

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>(?:'(?:[^']|'')+'|[^\s'"!()=<>+\-*/^&,;:{}\[\]$]+)!)?
     (?:(?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?[0-9]{1,7})(?::(?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?[0-9]{1,7}))?
       |(?P<w1>\$?[0-9]{1,7}):(?P<w2>\$?[0-9]{1,7}))
     (?![A-Za-z0-9_.(!])""",
    re.VERBOSE,
)
_BEFORE = re.compile(r"[A-Za-z0-9_.\u0080-\uffff]")
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A as 1, AA as 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, place: tuple[int, int]) -> bool:
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right

    @property
    def text(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        return (
            first
            if (self.top, self.left) == (self.bottom, self.right)
            else f"{first}:{letters(self.right)}{self.bottom}"
        )


@lru_cache(maxsize=1024)
def letters(number: int) -> str:
    """1 as A, 27 as AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def area(text: str) -> Area | None:
    """``A1`` or ``A1:C9`` as a rectangle; None for anything else."""
    found = _AREA.fullmatch(text.strip())
    if not found:
        return None
    top, left = int(found[2]), column_number(found[1])
    bottom, right = (int(found[4]), column_number(found[3])) if found[3] else (top, left)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@dataclass(frozen=True, slots=True)
class Growth:
    """A data area that has grown: its first and last row as they were, and how many rows were put in at its end.

    A range that reaches the last row reaches the new last row. An empty data area (``last`` before ``first``) grows
    where it would begin.
    """

    first: int
    last: int
    rows: int

    def single(self, row: int) -> int:
        """Where a row stands now."""
        return row + self.rows if row > self.last else row

    def end(self, row: int, start: int) -> int:
        """Where the end of a range from ``start`` stands now."""
        if row > self.last or (row == self.last >= self.first and start <= self.last):
            return min(row + self.rows, LAST_ROW)
        return row

    def range(self, top: int, bottom: int) -> tuple[int, int]:
        """A range of rows; one that holds nothing but what lies below moves as a whole."""
        if top > bottom:
            top, bottom = bottom, top
        if bottom == LAST_ROW:
            return self.single(top), bottom
        return self.single(top), self.end(bottom, top)


def _sheet_name(written: str | None) -> str | None:
    if written is None:
        return None
    name = written[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def references(formula: str) -> Iterator[tuple[re.Match[str], str | None]]:
    """Each address in a formula, and the sheet it names (None: its own). What no program writes has none."""
    if len(formula) > LONGEST:
        return
    for found in _TOKEN.finditer(formula):
        if found["text"] is not None:
            continue
        if found.start() and _BEFORE.match(formula[found.start() - 1]) and found["sheet"] is None:
            continue
        yield found, _sheet_name(found["sheet"])


def _rewrite(formula: str, change: Callable[[re.Match[str], str | None], str | None]) -> str:
    done: list[str] = []
    place = 0
    for found, sheet in references(formula):
        new = change(found, sheet)
        if new is not None:
            done += [formula[place : found.start()], found["sheet"] or "", new]
            place = found.end()
    return "".join([*done, formula[place:]])


def _row(written: str) -> tuple[str, int]:
    return ("$", int(written[1:])) if written.startswith("$") else ("", int(written))


def grown(formula: str, growth: Growth, *, sheet: str, own: bool) -> str:
    """A formula after the data area of ``sheet`` has grown. ``own``: addresses without a sheet mean that sheet."""

    def change(found: re.Match[str], named: str | None) -> str | None:
        if named is None and not own:
            return None
        if named is not None and named.casefold() != sheet.casefold():
            return None
        if found["w1"]:
            (fixed, top), (also, bottom) = _row(found["w1"]), _row(found["w2"])
            top, bottom = growth.range(top, bottom)
            return f"{fixed}{top}:{also}{bottom}"
        fixed, row = _row(found["r1"])
        if not found["r2"]:
            return f"{found['c1']}{fixed}{growth.single(row)}"
        also, bottom = _row(found["r2"])
        top, bottom = growth.range(row, bottom)
        return f"{found['c1']}{fixed}{top}:{found['c2']}{also}{bottom}"

    return _rewrite(formula, change)


def moved(formula: str, rows: int, columns: int = 0) -> str:
    """A formula as it reads when copied so many rows down and columns right: addresses without $ move along."""

    def row(written: str) -> str:
        return written if written.startswith("$") else str(min(max(int(written) + rows, 1), LAST_ROW))

    def column(written: str) -> str:
        return written if written.startswith("$") or not columns else letters(max(column_number(written) + columns, 1))

    def change(found: re.Match[str], named: str | None) -> str | None:
        if found["w1"]:
            return f"{row(found['w1'])}:{row(found['w2'])}"
        first = f"{column(found['c1'])}{row(found['r1'])}"
        return f"{first}:{column(found['c2'])}{row(found['r2'])}" if found["r2"] else first

    return _rewrite(formula, change)


def grown_area(text: str, growth: Growth) -> str:
    """One area of a list such as sqref or a merge; what is not an area of rows stays."""
    found = _AREA.fullmatch(text)
    if not found:
        return text
    top = int(found[2])
    if not found[3]:
        return f"{found[1]}{growth.single(top)}"
    top, bottom = growth.range(top, int(found[4]))
    return f"{found[1]}{top}:{found[3]}{bottom}"


def grown_areas(text: str, growth: Growth) -> str:
    """A list of areas separated by blanks. A single cell that is the whole data area grows with it."""
    done = []
    for one in text.split():
        lone = _AREA.fullmatch(one)
        if lone and not lone[3] and int(lone[2]) == growth.first == growth.last and growth.rows:
            done.append(f"{lone[1]}{growth.first}:{lone[1]}{growth.last + growth.rows}")
        else:
            done.append(grown_area(one, growth))
    return " ".join(done)
