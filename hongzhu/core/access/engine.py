"""When a sign-in ends, and which one-time codes and usernames are good. Pure: moments are seconds since 1970."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

# Without 0 O 1 I L: a code is read from paper and typed on a phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_SIZE = 10  # 31 ** 10 ≈ 2 ** 49.5: not guessable at five tries in a quarter of an hour
_GAPS = re.compile(r"[\s\-\u2014\uff0d]+")
_NAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: how long a sign-in may lie idle, last at most, and how long a remembered one may lie idle."""

    idle: float
    longest: float
    remembered_idle: float


def why_over(
    *, begun: float, seen: float, now: float, valid_from: float | None, remembered: bool, limits: Limits
) -> str:
    """Why a sign-in is over: "killed", "longest", "idle"; "" while it lasts. A limit reached is a limit passed."""
    if valid_from is not None and begun < valid_from:
        return "killed"
    if now - begun >= limits.longest:
        return "longest"
    if now - seen >= (limits.remembered_idle if remembered else limits.idle):
        return "idle"
    return ""


def new_code() -> str:
    """A one-time code, in the form in which it is printed: two groups of five."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIZE))
    return f"{code[:5]}-{code[5:]}"


def plain_code(typed: str) -> str:
    """What was typed, without gaps and case: ``abcde-fghjk`` and ``ABCDE FGHJK`` are one code."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed)).upper()


def free_username(wish: str, taken: Container[str]) -> str:
    """``wish``, or ``wish2``, ``wish3`` …: the first that nobody has. Lower-case letters, digits, ``._-``."""
    base = _NAME.sub("", wish.lower())[:32] or "user"
    if base not in taken:
        return base
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def too_close(password: str, words: list[str]) -> bool:
    """Whether a password is little more than one of ``words``: the word with at most five characters around it."""
    lowered = password.lower()
    return any(len(word) >= 3 and word in lowered and len(lowered) - len(word) <= 5 for word in words)
