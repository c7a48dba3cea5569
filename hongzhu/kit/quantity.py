"""Round numbers as reports write them, and whether a computed number agrees.

余 and 多 speak of the last non-zero digit: 1600余 is 1,601 to 1,699, 20余万 is 200,001 to 299,999.
以上 is that or more; 超过 and 逾 are more than that.
"""

# zh-file: words of figures in running text, read and never shown

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

_UNITS = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SHAPE = re.compile(
    r"(?P<over>超过|逾|不少于|不低于)?\s*(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*"
    r"(?P<early>余|多)?\s*(?P<unit>[百千万亿]?)(?P<late>余|多)?\s*(?P<percent>%)?\s*(?P<percent_more>余|多)?"
    r"(?P<counter>[^\d\s%余多]{0,8}?)\s*(?P<above>以上)?",
    re.ASCII,
)
_SHARES = {"半数": Fraction(1, 2), "一半": Fraction(1, 2), "三分之一": Fraction(1, 3), "三分之二": Fraction(2, 3),
           "四分之三": Fraction(3, 4), "五分之四": Fraction(4, 5)}  # fmt: skip
_SHARE = re.compile(rf"(?P<over>超过|超|过|逾|不少于|不低于)?(?P<share>{'|'.join(_SHARES)})(?P<above>以上)?")

Kind = Literal["count", "share"]


class QuantityUnclear(ValueError):
    """The text is no quantity we can test a number against."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a text claims: a count, or a share of a whole (0 to 1), between two bounds.

    ``low`` and ``high`` belong to it unless marked open; ``high`` None is without end. ``step`` is how fine the claim
    is: a computed share is rounded half up to it first, as whoever wrote 86% did. 0 compares as it is.
    """

    text: str
    kind: Kind
    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False
    step: Fraction = Fraction(0)

    def agrees(self, computed: int | Fraction, of: int | None = None) -> bool:
        """Whether a computed count agrees, or the share ``computed / of``; ValueError when ``of`` does not fit."""
        if (self.kind == "share") != (of is not None):
            raise ValueError("a share needs its whole, a count has none")
        if of is not None and of <= 0:
            return False
        value = Fraction(computed) if of is None else Fraction(computed) / of
        if self.step:
            value = (value / self.step + Fraction(1, 2)).__floor__() * self.step
        if value < self.low or (self.low_open and value == self.low):
            return False
        return self.high is None or value < self.high or (value == self.high and not self.high_open)


def parse(text: str) -> Quantity:
    """Read 第5次, 1600余, 20余万, 1.5万多人, 1,600, 86%, 95%以上, 超过半数; QuantityUnclear otherwise."""
    # An ordinal (第5次) is read as the number it gives.
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("第")
    if found := _SHARE.fullmatch(plain):
        # A majority is counted heads, never rounded. 三分之二以上 holds the two thirds themselves.
        share, opened = _SHARES[found["share"]], found["over"] in {"超过", "超", "过", "逾"}
        exact = not found["over"] and not found["above"]
        return Quantity(text, "share", share, share if exact else None, low_open=opened)
    if not (found := _SHAPE.fullmatch(plain)):
        raise QuantityUnclear(text)
    number = found["number"].replace(",", "")
    decimals = len(number.partition(".")[2])
    scale = Fraction(1, 100) if found["percent"] else Fraction(_UNITS[found["unit"]])
    if found["percent"] and found["unit"]:
        raise QuantityUnclear(text)
    kind: Kind = "share" if found["percent"] else "count"
    value = Fraction(number) * scale
    if not found["percent"] and value.denominator != 1:
        raise QuantityUnclear(text)
    more = found["early"] or found["late"] or found["percent_more"]
    if more:
        if found["over"] or found["above"] or not value:
            raise QuantityUnclear(text)
        place = _last_place(number) * scale
        if kind == "count" and place == 1:
            # 1634余: nothing lies between it and 1635.
            raise QuantityUnclear(text)
        return Quantity(text, kind, value, value + place, low_open=True, high_open=True)
    # All and none are said of every one: 99.8% is not 100%.
    step = scale / 10**decimals if kind == "share" and 0 < value < 1 else Fraction(0)
    if found["above"] or found["over"]:
        # A threshold is kept or missed by the number itself: 94.6% is not 95%以上.
        return Quantity(text, kind, value, None, low_open=found["over"] in {"超过", "逾"} and not found["above"])
    return Quantity(text, kind, value, value, step=step)


def _last_place(number: str) -> Fraction:
    """The worth of the last non-zero digit: 100 in 1600, 1/10 in 1.5."""
    whole, _point, decimals = number.partition(".")
    decimals = decimals.rstrip("0")
    if decimals:
        return Fraction(1, 10 ** len(decimals))
    return Fraction(10 ** (len(whole) - len(whole.rstrip("0"))))


def agrees(text: str, computed: int | Fraction, of: int | None = None) -> bool:
    """Whether the computed number agrees with the text's."""
    return parse(text).agrees(computed, of)
