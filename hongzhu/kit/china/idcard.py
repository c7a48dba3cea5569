"""Citizen identity numbers, GB 11643-1999: 18 characters, the last by ISO 7064 MOD 11-2.

The same check holds for residence permits of Hong Kong, Macao and Taiwan residents (81, 82, 83 in front)
and for the 2023 permanent residence card of foreigners (9 in front).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from .divisions import PROVINCES

MALE, FEMALE = "1", "2"  # GB/T 2261.1

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


class IdRefused(ValueError):
    """Not an identity number; ``str(error)`` is the sentence for the user and never repeats the number."""


@dataclass(frozen=True, slots=True)
class IdCard:
    """What a checked number tells. ``sex`` is the GB/T 2261.1 code: 1 male, 2 female."""

    number: str
    born: date
    sex: str


def normalise(text: str) -> str:
    """Half-width, without spaces, X in upper case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper().replace("×", "X")


def check_character(first17: str) -> str:
    """The 18th character belonging to 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def check(text: str, *, today: date) -> IdCard:
    """Read a number as typed; IdRefused with the first thing wrong with it."""
    number = normalise(text)
    if not _SHAPE.fullmatch(number):
        if len(number) == 15 and number.isdecimal():
            raise IdRefused(_("这是15位的旧身份证号，请填18位的新号"))
        if len(number) != 18:
            raise IdRefused(_("身份证号应是18位，现在是%(count)s位，请核对") % {"count": len(number)})
        raise IdRefused(_("身份证号前17位应是数字，最后一位是数字或X，请核对"))
    if number[:2] not in PROVINCES and number[:2] != "83" and number[0] != "9":
        raise IdRefused(_("身份证号前两位不是省级代码，请核对"))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdRefused(_("身份证号里的出生日期不存在，请核对第7到14位")) from None
    if born > today:
        raise IdRefused(_("身份证号里的出生日期还没有到，请核对第7到14位"))
    if born.year < 1900:
        raise IdRefused(_("身份证号里的出生日期早于1900年，请核对第7到14位"))
    if check_character(number[:17]) != number[17]:
        raise IdRefused(_("身份证号的校验位不对，多半是有一位抄错了，请核对"))
    return IdCard(number=number, born=born, sex=MALE if int(number[16]) % 2 else FEMALE)


def mask(number: str) -> str:
    """All but the last character hidden.

    Region and birthday are easily known from elsewhere; the usual mask that shows six in front and four behind
    then leaves a single candidate, while the last character alone leaves 90 or more (reliability, finding 4).
    """
    return "*" * (len(number) - 1) + number[-1:]
