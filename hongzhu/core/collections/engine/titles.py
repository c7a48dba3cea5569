"""When two people mean the same column: titles brought to one form, and how near two of them are. Pure."""

# zh-file: words people write over columns

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS = "·"  # between the levels of a merged head, as kit.tables.template joins them
EXACT = 1.0
LAST_LEVEL = 0.9  # the words under a merged head agree, the words above it are not known

_BRACKET = re.compile(r"[(\[{【〔〈《<「]([^)\]}】〕〉》>」]*)[)\]}】〕〉》>」]")
_UNIT = re.compile(
    r"(?:单位[:：]?)?(?:人|名|个|次|元|万元|岁|年|月|日|节|所|班|学时|课时|小时|分|分钟|%|百分比|年[、/.-]?月(?:[、/.-]?日)?"
    r"|必填|选填|盖章|公章|签字|签名|盖章签字|全称|下拉选择|下拉|选择|文本格式|可不填|如有|填是或否|是或否|yyyy[-./]?mm([-./]?dd)?)"
)
_EDGES = re.compile(r"[\s*#:：、,，。.;；·_\-—–/\\|“”\"'‘’!！?？＊…]+")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、．]|[(（]\d+[)）])")
_WHEN = re.compile(r"(?:年月日|日期|时间|年月)$")
_HOW_MANY = re.compile(r"(?:总人数|人数|总数|总计|数量|个数)$")
_EMPTY = ("其中", "截至目前", "现有", "目前", "当前")


@dataclass(frozen=True, slots=True)
class Match:
    """The nearest of some names: its key, the name that was met, and how near (1.0: the same)."""

    key: str
    name: str
    score: float


def normal_title(title: str) -> str:
    """One level of a title as compared: half width, without units, options, numbering and punctuation.

    出生年月、出生日期 and 出生时间 are one; 党员数、党员人数 and 党员总数（人） are one. What is in this form stays as it is.
    """
    while (text := _nearer(title)) != title:  # a bracket or a number may come to light when another is taken away
        title = text
    return text


def _nearer(title: str) -> str:
    text = unicodedata.normalize("NFKC", title).casefold()
    text = _NUMBERED.sub("", text.strip())
    text = _BRACKET.sub(_bracketed, text)
    text = _EDGES.sub("", text)
    for word in _EMPTY:
        if text.startswith(word) and len(text) > len(word):
            text = text[len(word) :]
    if len(text) > 2:
        text = _HOW_MANY.sub("数", _WHEN.sub("日期", text))
    return text


def _bracketed(found: re.Match[str]) -> str:
    """What stands in brackets belongs to the title unless it is a unit, a hint, or a list of options."""
    inside = "".join(found[1].split())
    if not inside or _UNIT.fullmatch(inside) or re.search(r"[/、,，;；]|如[:：]|填写?|请", inside):
        return ""
    return inside


def _levels(title: str) -> list[str]:
    found = [normal_title(part) for part in title.split(LEVELS)]
    return [part for part in found if part] or [""]


def similarity(one: str, other: str) -> float:
    """How near two titles are, from 0 to 1; levels of a merged head are compared together, then the last alone."""
    first, second = _levels(one), _levels(other)
    whole, named = "".join(first), "".join(second)
    if not whole or not named:
        return 0.0
    if whole == named:
        return EXACT
    best = _shared(whole, named)
    if len(first) > 1 or len(second) > 1:
        last = LAST_LEVEL if first[-1] == second[-1] else LAST_LEVEL * _shared(first[-1], second[-1])
        if len(first) > 1 and len(second) > 1:
            # Both have a head above: it has to agree too, or 党员·女 would be 教职工·女.
            last *= max(_shared("".join(first[:-1]), "".join(second[:-1])), 0.1)
        best = max(best, last)
    return min(best, 0.99)


def _shared(one: str, other: str) -> float:
    """Dice's coefficient over pairs of characters; single characters must be equal."""
    if one == other:
        return EXACT
    pairs = [one[n : n + 2] for n in range(len(one) - 1)], [other[n : n + 2] for n in range(len(other) - 1)]
    if not pairs[0] or not pairs[1]:
        return 0.0
    left = list(pairs[1])
    common = 0
    for pair in pairs[0]:
        if pair in left:
            left.remove(pair)
            common += 1
    return 2 * common / (len(pairs[0]) + len(pairs[1]))


def closest(title: str, named: Mapping[str, Iterable[str]], *, least: float = 0.8) -> Match | None:
    """The key whose names hold the title, or come nearest to it; None where nothing comes as near as ``least``.

    Two keys equally near below 1.0 are no answer: a person has to choose.
    """
    best: list[Match] = []
    for key, names in named.items():
        for name in names:
            score = similarity(title, name)
            if score < least or (best and score < best[0].score):
                continue
            if best and score > best[0].score:
                best = []
            if all(match.key != key for match in best):
                best.append(Match(key, name, score))
    if not best or (len(best) > 1 and best[0].score < EXACT):
        return None
    return best[0]
