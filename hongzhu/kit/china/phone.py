"""Telephone numbers of mainland China: bring into one form, check, hide."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

# No list of number segments: carriers open new ones every year.
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\-‐‑–—－().·]+")  # zh: signs people type between digits
_COUNTRY = re.compile(r"(\+|00)86|86(?=1[3-9]\d{9}$)", re.ASCII)
_AREA = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})", re.ASCII)


class PhoneRefused(ValueError):
    """Not a telephone number; ``str(error)`` is the sentence for the user."""


def normalise(text: str) -> str:
    """Half-width digits without spaces, dashes, brackets and country code."""
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if found := _COUNTRY.match(digits):
        digits = digits[found.end() :]
    return digits


def check_mobile(text: str) -> str:
    """Eleven digits; PhoneRefused otherwise."""
    digits = normalise(text)
    if not digits.isascii() or not digits.isdecimal():
        raise PhoneRefused(_("手机号只能有数字，请核对"))
    if len(digits) != 11:
        raise PhoneRefused(_("手机号应是11位，现在是%(count)s位，请核对") % {"count": len(digits)})
    if not _MOBILE.fullmatch(digits):
        raise PhoneRefused(_("手机号应以13到19开头，请核对"))
    return digits


def check(text: str) -> str:
    """A mobile number, or a landline as 0537-2315678 or 2315678; PhoneRefused otherwise."""
    digits = normalise(text)
    if _MOBILE.fullmatch(digits):
        return digits
    if found := _AREA.fullmatch(digits):
        return f"{found[1]}-{found[2]}"
    if re.fullmatch(r"[2-9]\d{6,7}", digits, re.ASCII):
        return digits
    raise PhoneRefused(_("电话号码不对，请填11位手机号，或带区号的座机号"))


def mask(number: str) -> str:
    """All but the last two digits hidden; enough for its owner to recognise, too few for anyone else."""
    return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 2 else "*" * len(number)
