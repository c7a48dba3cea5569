"""How alike two texts are, which of many are nearly the same, and shortening for lists."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

SHINGLE = 3
# Dates, times and counts change from month to month in a copied record; they must not make it look new.
_NUMBERS = re.compile(r"[0-9]+|[〇一二三四五六七八九十百]{2,}")  # zh: numbers in running text
_NOISE = re.compile(r"[\W_]+")


class Alike(NamedTuple):
    """Two texts by their places in the list (``first`` < ``second``) and their likeness, 0 to 1."""

    first: int
    second: int
    score: float


def shingles(text: str) -> frozenset[str]:
    """Every run of three characters, without punctuation, blanks and numbers; a shorter text is its own shingle."""
    plain = _NOISE.sub("", _NUMBERS.sub("#", unicodedata.normalize("NFKC", text).lower()))
    if len(plain) <= SHINGLE:
        return frozenset([plain]) if plain else frozenset()
    return frozenset(plain[place : place + SHINGLE] for place in range(len(plain) - SHINGLE + 1))


def similarity(one: str, other: str) -> float:
    """Shared shingles out of all shingles of both (Jaccard): 1 for equal texts, 0 for nothing in common or no text."""
    return _jaccard(shingles(one), shingles(other))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def near_duplicates(texts: Sequence[str], *, threshold: float = 0.8) -> list[Alike]:
    """All pairs at least ``threshold`` alike, in order. Exact, yet without comparing every text with every other.

    Two texts that alike share a shingle among the rarest few of each (prefix filter), so only those are compared.
    """
    if not 0 < threshold <= 1:
        raise ValueError("threshold lies above 0 and up to 1")
    sets = [shingles(text) for text in texts]
    often = Counter(shingle for one in sets for shingle in one)
    found: list[Alike] = []
    seen: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(sets):
        rare = sorted(one, key=lambda shingle: (often[shingle], shingle))
        prefix = rare[: len(one) - math.ceil(threshold * len(one)) + 1]
        for other in sorted({earlier for shingle in prefix for earlier in seen[shingle]}):
            low, high = sorted((len(one), len(sets[other])))
            if low >= threshold * high and (score := _jaccard(one, sets[other])) >= threshold:
                found.append(Alike(other, place, score))
        for shingle in prefix:
            seen[shingle].append(place)
    return sorted(found)


def shorten(text: str, length: int) -> str:
    """At most ``length`` characters on one line, the last being … where something was left out."""
    if length < 1:
        raise ValueError("length is at least 1")
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rstrip("，。；、： ,.;:") + "…"  # zh: signs not to end on
