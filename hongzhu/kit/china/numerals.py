"""Chinese numerals, both ways."""

# zh-file: Chinese numerals

from __future__ import annotations

import re
import unicodedata

import cn2an

_ORDINAL = re.compile(r"第?\s*([0-9]+|[零〇一二三四五六七八九十百千万两]+)\s*(\D*)")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_LIMIT = 10**16


def to_chinese(number: int) -> str:
    """12 as 十二, 105 as 一百零五; ValueError beyond what the numerals can say."""
    if abs(number) >= _LIMIT:
        raise ValueError(number)
    return str(cn2an.an2cn(number, "low"))


def year_to_chinese(year: int) -> str:
    """2026 as 二〇二六, digit by digit."""
    return str(year).translate(_DIGITS)


def from_chinese(text: str) -> int:
    """十五, 两百, 二〇二六, 15, 1.5万 as a whole number; ValueError when it is none."""
    value = cn2an.cn2an(unicodedata.normalize("NFKC", text).strip().replace("〇", "零"), "smart")
    if value != int(value):
        raise ValueError(text)
    return int(value)


def ordinal(number: int, counter: str = "次") -> str:
    """第5次."""
    return f"第{number}{counter}"


def from_ordinal(text: str, counter: str = "次") -> int:
    """第5次, 第五次, 5次 or 5 as 5; ValueError when it is none of these."""
    found = _ORDINAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or found[2] not in {"", counter}:
        raise ValueError(text)
    return from_chinese(found[1])
