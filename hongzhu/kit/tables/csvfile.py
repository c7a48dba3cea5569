"""CSV as it comes from Windows offices: UTF-8, UTF-16 with a mark, or GB 18030; comma, tab or semicolon."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from .archive import ArchiveRefused

_LONGEST_LINE = 1_000_000
_ACCENTED = re.compile(r"[A-Za-z][\x80-\u07ff]|[\x80-\u07ff][A-Za-z]")
_DELIMITERS = ",\t;，；|"  # zh: signs between columns


def decode(data: bytes) -> str:
    """The text of a file in one of the encodings above; ArchiveRefused otherwise."""
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, encoding in marks:
        if data.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            data = data[len(mark) :]
            break
    else:
        if b"\x00" in data:
            raise _not_text()
        candidates = ("utf-8", "gb18030")
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" and (other := _chinese_after_all(data, text)):
            text = other
        if "\x00" in text or _strange(text):
            raise _not_text()
        return text
    raise ArchiveRefused(_("认不出文件的文字编码，请用 WPS 或 Excel 另存为 .xlsx，再上传"))


def _chinese_after_all(data: bytes, text: str) -> str | None:
    """A few Chinese words in GBK can be valid UTF-8 by chance (通知, 联通): then it reads as Latin, Hebrew, Arabic."""
    foreign = [character for character in text[:65536] if character > "\x7f"]
    if not foreign or any(character > "\u07ff" for character in foreign) or _ACCENTED.search(text[:65536]):
        return None
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    wide = [character for character in other[:65536] if character > "\x7f"]
    han = all("\u3000" <= character <= "\u9fff" or character >= "\uff00" for character in wide)  # zh: Han
    return other if han else None


def _not_text() -> ArchiveRefused:
    return ArchiveRefused(_("文件里有不该出现的字符，不是文本表格，请用 WPS 或 Excel 另存为 .xlsx，再上传"))


def _strange(text: str) -> bool:
    """Control characters and unassigned code points in the first lines: some other file called .csv."""
    return any(
        character not in "\t\r\n\x1a" and unicodedata.category(character) in {"Cc", "Cn", "Cs"}
        for character in text[:4096]
    )


def sniff_delimiter(text: str) -> str:
    """The separator that stands equally often, and most often, in the first lines outside quotation marks."""
    lines: list[str] = []
    for line in text[:65536].splitlines():
        if line.strip():
            lines.append("".join(part for place, part in enumerate(line.split('"')) if place % 2 == 0))
        if len(lines) == 20:
            break
    best, best_score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        usual = max(counts, key=counts.count, default=0)
        score = (counts.count(usual) if usual else 0, usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_csv(data: bytes, *, max_rows: int, max_columns: int) -> Iterator[list[str]]:
    """The rows of a CSV file; ArchiveRefused, also while running, when it is no text or larger than allowed."""
    text = decode(data)
    if _longest_line(text) > _LONGEST_LINE:
        raise too_long()
    rows = _rows(text, max_rows, max_columns)
    # Read everything before anything is used: a refusal must not come half-way through.
    return iter(list(rows))


def too_long() -> ArchiveRefused:
    return ArchiveRefused(_("有单元格的文字太长（超过3万字），请删短后再上传"))


def _longest_line(text: str) -> int:
    longest = place = 0
    while place <= len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        longest, place = max(longest, end - place), end + 1
    return longest


def _rows(text: str, max_rows: int, max_columns: int) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text), strict=False)
    number = 0
    try:
        for row in reader:
            number += 1
            if number > max_rows:
                raise ArchiveRefused(_("表格最多读%(count)s行，这张表更长，请分成几张表再上传") % {"count": max_rows})
            while len(row) > max_columns and not row[-1].strip():
                row.pop()
            if len(row) > max_columns:
                raise ArchiveRefused(
                    _("第%(row)s行超过%(count)s列，请检查分隔符") % {"row": number, "count": max_columns}
                )
            yield row
    except csv.Error:
        raise ArchiveRefused(
            _("第%(row)s行读不了，多半是引号不成对，请改正或另存为 .xlsx 再上传") % {"row": number + 1}
        ) from None
