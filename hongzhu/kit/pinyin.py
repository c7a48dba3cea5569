"""Pinyin of names and titles, for finding them by typing letters."""

# zh-file: family names and how they are read

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

# Read differently as a family name than elsewhere.
SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu", "单于": "chan yu",
    "区": "ou", "单": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "查": "zha", "任": "ren", "盖": "ge",
    "朴": "piao", "繁": "po", "冼": "xian", "洗": "xian", "覃": "qin", "召": "shao", "祭": "zhai", "缪": "miao",
    "乐": "yue", "员": "yun", "贠": "yun", "黑": "he", "折": "she", "华": "hua", "秘": "bi", "种": "chong", "燕": "yan",
    "逄": "pang", "晁": "chao", "尉": "wei", "宓": "mi", "句": "gou", "阚": "kan", "过": "guo", "葛": "ge",
    "翟": "zhai", "那": "na", "哈": "ha", "隗": "kui", "柏": "bai", "卜": "bu", "车": "che", "谌": "chen",
    "褚": "chu", "干": "gan", "牟": "mu", "宁": "ning", "石": "shi", "殷": "yin", "应": "ying", "於": "yu", "訾": "zi",
    "俞": "yu", "撒": "sa", "曲": "qu", "么": "yao", "幺": "yao", "佴": "nai", "郗": "xi", "郇": "xun", "纪": "ji",
}  # fmt: skip

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[a-z0-9]+")
# A personal name: two to four characters (a double family name and a double given name).
_NAME = range(2, 5)


@cache
def _phrases() -> dict[str, Any]:
    """The phrase dictionary, read at first use: it would be a third of the time in which every command starts."""
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415 - see above

    return PHRASES_DICT


def _read(text: str, errors: str = "default") -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - as above

    return lazy_pinyin(text, errors=errors)  # type: ignore[arg-type]


@lru_cache(maxsize=16384)
def _character(character: str) -> str:
    """The reading of one character; empty for one that no dictionary knows."""
    return "".join(_read(character, errors="ignore")) if _HAN.match(character) else ""


def _syllables(text: str) -> list[str]:
    if len(text) in _NAME and text not in _phrases() and all(_HAN.match(c) for c in text):
        # Given names are read character by character; the phrase dictionary is ten times slower and no better.
        return [reading for c in text if (reading := _character(c))]
    return [part for piece in _read(text) for part in _WORD.findall(piece.lower())]


def _surname_syllables(text: str) -> list[str] | None:
    """The reading as a personal name where the family name reads otherwise; None when it makes no difference."""
    if len(text) not in _NAME or text in _phrases():
        return None
    for length in (2, 1):
        if (reading := SURNAMES.get(text[:length])) and len(text) > length:
            return reading.split() + [part for c in text[length:] if (part := _character(c))]
    return None


@lru_cache(maxsize=65536)
def full(text: str) -> str:
    """zhangsan: the most likely reading, as a personal name where it could be one."""
    text = unicodedata.normalize("NFKC", text).strip()
    return "".join(_surname_syllables(text) or _syllables(text))


def _plain_key(text: str) -> str:
    """The key of a name with one reading, which most have, in half the time; empty for any other text."""
    if len(text) not in _NAME or text[0] in SURNAMES or text[:2] in SURNAMES or text in _phrases():
        return ""
    parts = [_character(character) for character in text]
    if not all(parts):
        return ""
    whole, initials = "".join(parts), "".join([part[0] for part in parts])
    return f"{whole} {initials}" if whole != initials else whole


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """``zhangsan zs``: full pinyin and initials, in lower case, parted by spaces.

    Where the family name has its own reading both readings are in the key, so that whoever types either finds it:
    单雄信 gives ``shanxiongxin sxx danxiongxin dxx``.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if plain := _plain_key(text):
        return plain
    readings = [reading for reading in (_surname_syllables(text), _syllables(text)) if reading]
    keys = [key for reading in readings for key in ("".join(reading), "".join(part[0] for part in reading))]
    return " ".join(dict.fromkeys(keys))


def search_keys(texts: Sequence[str]) -> list[str]:
    """:func:`search_key` of many texts, in order. Each distinct text is read once, and names from their characters."""
    distinct = set(texts)
    plain = unicodedata.is_normalized("NFKC", "\n".join(distinct))
    readings = {character: _character(character) for character in set("".join(distinct))}
    known, phrases = {}, _phrases()
    for text in distinct:
        parts = [readings[character] for character in text] if plain and len(text) in _NAME else ()
        if not parts or not all(parts) or text[0] in SURNAMES or text[:2] in SURNAMES or text in phrases:
            known[text] = search_key(text)
            continue
        whole, initials = "".join(parts), "".join([part[0] for part in parts])
        known[text] = f"{whole} {initials}" if whole != initials else whole
    return [known[text] for text in texts]
