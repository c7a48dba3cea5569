"""Unified social credit codes, GB 32100-2015: 18 characters, the last by modulus 31."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O Z S V
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff-]+")


class CreditCodeRefused(ValueError):
    """Not a credit code; ``str(error)`` is the sentence for the user."""


def check_character(first17: str) -> str:
    """The 18th character: 31 minus the weighted sum modulo 31, where 31 counts as 0."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def check(text: str) -> str:
    """The code in upper case; CreditCodeRefused otherwise."""
    code = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(code) != 18:
        raise CreditCodeRefused(_("统一社会信用代码应是18位，现在是%(count)s位，请核对") % {"count": len(code)})
    for place, character in enumerate(code, start=1):
        if character not in _VALUES:
            raise CreditCodeRefused(
                _("统一社会信用代码第%(place)s位“%(character)s”不会出现（不用字母I、O、Z、S、V），请核对")
                % {"place": place, "character": character}
            )
    if check_character(code[:17]) != code[17]:
        raise CreditCodeRefused(_("统一社会信用代码的校验位不对，多半是有一位抄错了，请核对"))
    return code
