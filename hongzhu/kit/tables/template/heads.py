"""Where the head of a table lies, and where its rows end: titles above, levels of merged cells, totals and notes below."""

# zh-file: words that stand around tables

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from .grid import Grid

LEVELS = "·"
HEAD_WITHIN = 40
_DEEPEST = 6
_SENTENCE = 15  # so many characters alone in a row are a note, no value

_LABEL = re.compile(r"^(填报|填表|制表|报送|上报|附件|附表|表号)")
_DATED = re.compile(r"^\d{2,4}\s*[年./-]|^\s*年\s*月|月\s*日$")
_BELOW = re.compile(
    r"^(填表|填报|制表|审核|复核|统计|报送|上报|负责|主管|分管|联系|经办|单位负责|单位盖章|盖章|单位[（(]|说明|注[:：]|注\d|备注[:：]|备注\d|填写说明"
    r"|填表说明|填报说明|要求[:：]|注意|\d+[、.．]|[（(]\d+[）)]|[一二三四五六七八九十]+、|日期|年\s*月\s*日|领导签字|校长|园长|书记[:：（(]|签字|★|※)"
)
_TOTAL = {"合计", "总计", "共计", "总合计", "累计", "合计数", "全县合计", "全区合计", "全市合计", "全局合计"}
_ORDER = {"序号", "顺序号", "序", "顺序", "编号序", "no", "no."}
_NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?%?")
_PLACES = re.compile(r"[(（]?(\d{1,3})[)）]?(=.*)?|[甲乙丙丁戊]|栏次|栏目|列次")
_BRACKETED = re.compile(r"[(（][^()（）]{1,12}[)）]")


@dataclass(frozen=True, slots=True)
class Head:
    """Rows of the head, its columns from ``left`` to ``right``, and the title over each (hidden ones included)."""

    top: int
    bottom: int
    left: int
    right: int
    titles: dict[int, str]


@dataclass(frozen=True, slots=True)
class Body:
    """Rows of the data area; ``last`` None: open end. ``total`` is the template's own total row."""

    first: int
    last: int | None
    total: int | None


def plain(text: str) -> str:
    """A title as compared: half width, without blanks, line breaks and the star of required columns."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("*＊")


def is_order(title: str) -> bool:
    return plain(title).casefold() in _ORDER


def is_total(text: str) -> bool:
    return plain(text).strip("()（）:：") in _TOTAL


def spans(grid: Grid, row: int) -> list[tuple[int, int, str]]:
    """What is written in a row, each with the columns it covers; words coming down from a row above are left out."""
    found = []
    for column in grid.places.get(row, ()):
        if not (text := grid.text(row, column)):
            continue
        merge = grid.merge_at(row, column)
        found.append((column, merge.right if merge else column, text))
    return sorted(found)


def find_head(grid: Grid) -> Head | None:
    """The head, or None where no row within the first forty looks like one."""
    lines = {row: spans(grid, row) for row in sorted(grid.rows) if row <= HEAD_WITHIN}
    width = max((end for line in lines.values() for _start, end, _text in line), default=0)
    top = next((row for row, line in lines.items() if _heads(line, width)), None)
    if top is None:
        return None
    while _groups(lines.get(top - 1, []), lines[top]):
        top -= 1
    bottom = _bottom(grid, lines, top)
    columns = [
        column
        for row in range(top, bottom + 1)
        for start, end, _text in lines.get(row, [])
        for column in range(start, end + 1)
    ]
    left, right = min(columns), max(columns)
    names_to = bottom
    while bottom < HEAD_WITHIN + _DEEPEST and _continues(lines.get(bottom + 1, []), right - left + 1):
        bottom += 1
    titles = {}
    for column in range(left, right + 1):
        merge = grid.merge_at(names_to, column)
        if merge and merge.left != column and merge.bottom >= names_to:
            continue  # one column drawn over several: what is beneath is merged in the same way
        titles[column] = _title(grid, top, names_to, column)
    return Head(top, bottom, left, right, titles)


def _heads(line: list[tuple[int, int, str]], width: int) -> bool:
    """Whether a row looks like names of columns: several short words over most of the width, nobody's label, no data."""
    if len(line) < 2 or (len(line) == 2 and width > 4):
        return False
    if any(len(text) > 60 or _NUMBER.fullmatch(text) for _start, _end, text in line):
        return False
    labels = sum(
        bool(_LABEL.match(plain(text)) or _DATED.search(text)) or text.endswith(("：", ":")) for *_at, text in line
    )
    coloned = sum(bool(re.search(r"[:：]", text)) for *_at, text in line)
    if coloned and (coloned + labels) * 2 >= len(line):
        return False
    if len(line) <= 3 < width and labels:
        return False
    covered = sum(end - start + 1 for start, end, _text in line)
    return covered * 2 >= width


def _groups(line: list[tuple[int, int, str]], under: list[tuple[int, int, str]]) -> bool:
    """Whether a row holds nothing but words over some of the columns beneath it: an upper level with its corners left blank."""
    width = under[-1][1] - under[0][0] + 1
    return bool(line) and all(
        1 < end - start + 1 < width
        and not re.search(r"[:：]", text)
        and not _LABEL.match(plain(text))
        and sum(start <= at <= end for at, *_rest in under) >= 2
        for start, end, text in line
    )


def _bottom(grid: Grid, lines: dict[int, list[tuple[int, int, str]]], top: int) -> int:
    """The lowest row of the names: as far as merged cells hang down, and one more under each that spans columns."""
    bottom = top
    while bottom - top < _DEEPEST:
        deepest = max(
            (merge.bottom for merge in grid.merges if top <= merge.top <= bottom and merge.bottom > bottom),
            default=bottom,
        )
        if deepest > bottom:
            bottom = deepest
            continue
        wide = [(start, end) for start, end, _text in lines.get(bottom, []) if end > start]
        under = lines.get(bottom + 1, [])
        if any(sum(start <= at <= end for at, *_rest in under) >= 2 for start, end in wide) and not any(
            _NUMBER.fullmatch(text) for *_at, text in under
        ):
            bottom += 1
            continue
        break
    return bottom


def _continues(line: list[tuple[int, int, str]], width: int) -> bool:
    """A row of column numbers (甲 乙 1 2 …) or of units in brackets under the names."""
    if len(line) * 2 <= width or len(line) < 3:
        return False
    texts = [plain(text) for *_at, text in line]
    if all(_BRACKETED.fullmatch(text) for text in texts):
        return True
    if not all(_PLACES.fullmatch(text) for text in texts):
        return False
    numbers = [int(found[1]) for text in texts if (found := _PLACES.fullmatch(text)) and found[1]]
    return len(numbers) >= 3 and all(after == before + 1 for before, after in pairwise(numbers))


def _title(grid: Grid, top: int, bottom: int, column: int) -> str:
    levels: list[str] = []
    for row in range(top, bottom + 1):
        text = "".join(grid.head_text(row, column).split()).strip("*＊")
        if text and (not levels or levels[-1] != text):
            levels.append(text)
    return LEVELS.join(levels)


def find_body(grid: Grid, head: Head, *, ruled_to: int = 0) -> Body:
    """The rows under the head: to the first total, note or signature line; open where nothing follows.

    ``ruled_to``: the last row of a table drawn over the cells; its blank rows are rows for data.
    """
    first, total = head.bottom + 1, None
    if _is_total_row(grid, first, head):
        first, total = first + 1, first
    last_written = grid.last_row
    for row in range(first, last_written + 1):
        if _is_total_row(grid, row, head) and total is None:
            return Body(first, max(_trimmed(grid, head, first, row - 1), min(ruled_to, row - 1)), row)
        if _is_below(grid, row, head):
            return Body(first, max(_trimmed(grid, head, first, row - 1), min(ruled_to, row - 1)), total)
    return Body(first, None, total)


def _is_total_row(grid: Grid, row: int, head: Head) -> bool:
    return any(is_total(grid.text(row, column)) for column in range(head.left, min(head.left + 4, head.right + 1)))


def _is_below(grid: Grid, row: int, head: Head) -> bool:
    line = spans(grid, row)
    if not line:
        return False
    start, end, text = line[0]
    across = end - start + 1
    if across > 1 and across * 2 >= head.right - head.left + 1 and len(line) <= 2:
        return True
    if len(line) == 1 and (len(text) >= _SENTENCE or text.startswith(("（", "("))):
        return True
    sparse = len(line) * 2 <= max(head.right - head.left + 1, 2) or len(line) <= 2
    return sparse and bool(_BELOW.match(plain(text))) and not _NUMBER.fullmatch(text)


def _trimmed(grid: Grid, head: Head, first: int, last: int) -> int:
    """Without the blank, unruled rows between the table and what stands below."""
    columns = range(head.left, head.right + 1)
    looks = [grid.style(first, column) for column in columns]
    while last >= first:
        if any(grid.text(last, column) or grid.formula(last, column) for column in columns):
            break
        if last == first or [grid.style(last, column) for column in columns] == looks:
            if any(looks) or last == first:
                break
            if all((last, column) in grid.cells for column in columns):
                break
        if any((last, column) in grid.cells and grid.style(last, column) for column in columns) and any(looks):
            break
        last -= 1
    return last
