"""How large the words of a table across the page may be for it to stay on that one page. An estimate, and a careful one.

Fonts differ from machine to machine: lines are taken as high as the highest font that may stand in (Noto Serif CJK), so
that what fits here fits with 宋体 too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from .paper import BINDING, LONG, OTHER, SHORT, TABLE_SIZE, TOP

SIZES = (TABLE_SIZE, 9.0, 8.5, 8.0, 7.5)  # 7.5 points is 六号, the smallest that is read with ease
HEIGHTS = (9.0, 8.0, 7.0, 6.0)  # of an empty row, in millimetres: room for ink first
_POINT = 25.4 / 72
_LINE = 1.67  # height of a line in sizes: 1.45 of the font, 1.15 of the paragraph
_PADDING = 4.0  # left and right of the words in a cell, in millimetres
_HEAD = 21.5  # title and the line under it
_EDGE = 2.3  # above and below the words in a cell, and its line


def fitting(header: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]) -> tuple[float, float]:
    """(size in points, height of a row in millimetres) for a table across the page; ``shares`` of its width by column.

    The largest words that stay on one page; where even the smallest do not, the usual ones, and the page turns.
    """
    left = SHORT - BINDING - TOP - _HEAD
    widths = [(LONG - 2 * OTHER) * share / sum(shares) for share in shares]
    for size in SIZES:
        lines = [max(map(_lines, row, widths, [size] * len(row))) for row in (header, *rows)]
        for height in HEIGHTS:
            if sum(max(height, n * size * _LINE * _POINT + _EDGE) for n in lines) <= left:
                return size, height
    return TABLE_SIZE, HEIGHTS[0]


def _lines(text: str, width: float, size: float) -> int:
    room = (width - _PADDING) / (size * _POINT)
    return sum(max(1, -int(-_length(line) // room)) for line in text.split("\n"))


def _length(line: str) -> float:
    """In widths of a Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in line)
