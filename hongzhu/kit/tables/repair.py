"""Small repairs of typed cells. Each returns the value and, when something was changed, a note for the preview.

What cannot be repaired without guessing raises CellRefused with a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext_lazy as _

from hongzhu.kit.dates import DateRefused, parse_typed

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.(\d+))?[eE]\+?(\d{1,3})", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+", re.ASCII)
# A spreadsheet number holds 15 digits; from here on the last ones are already zeros.
_EXACT = 10**15

Sex = Literal["1", "2"]
SEX_WORDS: dict[str, Sex] = {  # zh: words of a cell
    "男": "1", "男性": "1", "1": "1", "M": "1", "MALE": "1", "男生": "1",
    "女": "2", "女性": "2", "2": "2", "F": "2", "FEMALE": "2", "女生": "2",
}  # fmt: skip
YES_WORDS = {"是", "有", "对", "√", "✓", "✔", "1", "Y", "YES", "TRUE", "T"}  # zh: words of a cell
NO_WORDS = {"否", "无", "没有", "不是", "×", "✗", "0", "N", "NO", "FALSE", "F", ""}  # zh: words of a cell


class CellRefused(ValueError):
    """The cell cannot be read without guessing; ``str(error)`` is the sentence for the user."""


T = TypeVar("T")
Repaired = tuple[str, str | None]


def clean_text(value: Any) -> Repaired:
    """Text without invisible characters, blanks at the ends and a leading apostrophe; numbers without ``.0``.

    Tidying of blanks is silent: nobody typed them on purpose and nobody can see the difference.
    """
    if not isinstance(value, str):
        return _typed_text(value), None
    if value.isascii() and value.isalnum():
        return value, None
    text = _INVISIBLE.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    lines = [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    text = "\n".join(lines).strip()
    if len(text) > 1 and text[0] in "'‘’＇":  # zh: apostrophes
        return text[1:].strip(), str(_("去掉了开头的撇号"))
    return text, None


def _typed_text(value: Any) -> str:
    """What a person would have typed for a number, date or tick cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != datetime.min.time() else value.date().isoformat()
    return str(value)


def half_width(value: Any) -> Repaired:
    """For codes and numbers: full-width letters and digits become half-width, blanks inside go."""
    text, note = clean_text(value)
    narrow = unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", text).split()))
    if narrow != "".join(text.split()):
        note = str(_("全角字符改成了半角"))
    return narrow, note


def one_line(value: Any) -> Repaired:
    """For names and titles: line breaks become blanks, and a blank between two Chinese characters goes."""
    text, note = clean_text(value)
    joined = re.sub(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])", "", " ".join(text.split()))
    if joined != text and note is None:
        note = str(_("去掉了中间的空格"))
    return joined, note


def long_number(value: Any) -> Repaired:
    """For identity numbers and other codes of 16 digits or more: text only.

    CellRefused for a number cell or scientific notation: the spreadsheet has already lost the last digits.
    """
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        raise CellRefused(_lost())
    text, note = half_width(value)
    if _SCIENTIFIC.fullmatch(text):
        raise CellRefused(_lost())
    return text.upper(), note


def _lost() -> str:
    return str(_("号码被表格当成数字，后几位已经变成0，补不回来。请把这一列设为“文本”格式，重新填写完整号码"))


def short_code(value: Any) -> Repaired:
    """For codes and telephone numbers below 16 digits: scientific notation is written out where no digit was lost."""
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        raise CellRefused(_lost())
    text, note = half_width(value)
    if not (found := _SCIENTIFIC.fullmatch(text)):
        return text, note
    digits, power = found[1] or "", int(found[2])
    if power >= 15 or len(digits) < power or text.startswith("-"):
        # 1.38E+10 has three digits of eleven: the others are gone.
        raise CellRefused(
            _("“%(text)s”是科学计数法，只剩%(count)s位有效数字，请把这一列设为“文本”格式，重新填写")
            % {"text": text, "count": len(digits) + 1}
        )
    if len(digits) > power:
        raise CellRefused(_("“%(text)s”不是整数，请核对") % {"text": text})
    return text.lstrip("+")[0] + digits, str(_("科学计数法还原成了数字"))


def whole_number(value: Any) -> tuple[int | None, str | None]:
    """A count: 12, 12.0, １２, 1,200, 12人; blank is None, which is not zero."""
    if isinstance(value, bool):
        raise CellRefused(_("这一格应是数字，请核对"))
    if isinstance(value, int):
        return value, None
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= _EXACT:
            raise CellRefused(_("“%(text)s”不是整数，请核对") % {"text": f"{value:g}"})
        return int(value), None
    text, note = half_width(value)
    if not text:
        return None, None
    bare = re.sub(r"[人名个次所项条件元年岁班户]$", "", text)  # zh: counters behind a number
    if not _WHOLE.fullmatch(bare) or len(bare) > 18:
        raise CellRefused(_("“%(text)s”不是整数，请核对") % {"text": text[:20]})
    return int(bare.replace(",", "")), str(_("去掉了单位")) if bare != text else note


def day(value: Any, *, month_allowed: bool = False) -> tuple[date | None, str | None]:
    """A date in any form people type; blank is None."""
    if value is None or (isinstance(value, str) and not clean_text(value)[0]):
        return None, None
    try:
        typed = parse_typed(clean_text(value)[0] if isinstance(value, str) else value, month_allowed=month_allowed)
    except DateRefused as error:
        raise CellRefused(str(error)) from None
    if typed.precision == "month":
        return typed.day, str(_("只写到月，按当月1日记"))
    plain = isinstance(value, date) or str(value).strip() == typed.day.isoformat()
    return typed.day, None if plain else str(_("日期读作%(day)s") % {"day": typed.day.isoformat()})


def sex(value: Any) -> tuple[Sex | None, str | None]:
    """男, 女 and their synonyms as GB/T 2261.1 codes; blank is None."""
    return choice(value, SEX_WORDS, hint=str(_("男或女")))


def yes_no(value: Any) -> tuple[bool, str | None]:
    """是, 有, √ and so on; blank is no."""
    text = half_width(value)[0].upper()
    if text in YES_WORDS:
        return True, None
    if text in NO_WORDS:
        return False, None
    raise CellRefused(_("“%(text)s”看不懂，请填：%(words)s") % {"text": text[:20], "words": _("是或否")})


def choice(value: Any, words: Mapping[str, T], *, hint: str = "") -> tuple[T | None, str | None]:
    """The meaning of one of ``words`` (upper case, half-width); blank is None. ``hint`` says what may be written."""
    text, note = half_width(value)
    if not text:
        return None, None
    if text.upper() not in words:
        raise CellRefused(
            _("“%(text)s”看不懂，请填：%(words)s") % {"text": text[:20], "words": hint or _("、").join(words)}
        )
    return words[text.upper()], note
