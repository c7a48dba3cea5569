"""The arithmetic of the chain: what is hashed, and how. Pure; the offline verifier uses the same few lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
FIELDS = ("seq", "bureau", "at", "actor", "actor_label", "behalf", "did", "kind", "object_id", "object_label", "detail")


def canonical(detail: dict[str, Any]) -> str:
    """JSON with sorted keys and no spaces: one text for one meaning."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def instant(at: datetime) -> str:
    """UTC to the microsecond, the same on both databases."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(prev: str, fields: dict[str, Any]) -> str:
    """SHA-256 over a leading zero byte, the hash before, and the canonical row."""
    body = canonical({name: fields[name] for name in FIELDS})
    return hashlib.sha256(b"\x00" + prev.encode() + b"\x00" + body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint: the chain had this hash at this number on this day. Kept where no administrator of the database can write."""

    origin: str
    seq: int
    hash: str
    at: str
    signature: str = ""

    def body(self) -> bytes:
        """The signed text: one fact a line, as a C2SP note."""
        return f"{self.origin}\n{self.seq}\n{self.hash}\n{self.at}\n".encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong: at which number, and what."""

    seq: int
    what: str


def walk(
    rows: Iterable[dict[str, Any]], points: Iterable[Point] = (), *, head: tuple[int, str] | None = None
) -> Fault | int:
    """Follow the chain from its beginning; returns the number of good rows, or the first fault.

    ``rows`` in ascending order, each with FIELDS (``at`` as :func:`instant` gives it), ``prev`` and ``hash``.
    Edits, deletions, insertions and reordering break a link. A chain re-made after a forgery, and one whose
    tail was cut, hold together by themselves: only ``points`` from outside (and ``head``) find those.
    """
    wanted = {point.seq: point for point in points}
    prev, seq = GENESIS, 0
    for row in rows:
        seq += 1
        if fault := _fault(row, seq, prev, wanted.pop(seq, None)):
            return fault
        prev = row["hash"]
    if wanted:
        last = max(wanted)
        return Fault(
            seq + 1, f"the chain ends at {seq}, the checkpoint of {wanted[last].at} saw {last}: the tail was cut"
        )
    if head is not None and head != (seq, prev):
        return Fault(seq + 1, f"the chain ends at {seq}, its head says {head[0]}: the tail was cut or the head forged")
    return seq


def _fault(row: dict[str, Any], seq: int, prev: str, point: Point | None) -> Fault | None:
    """What is wrong with one row, if anything."""
    if row["seq"] != seq:
        return Fault(seq, f"entry {seq} is missing: the next one found is {row['seq']}")
    if row["prev"] != prev:
        return Fault(seq, f"entry {seq} does not follow the entry before it")
    if digest(prev, row) != row["hash"]:
        return Fault(seq, f"entry {seq} was changed after it was written")
    if point is not None and point.hash != row["hash"]:
        return Fault(seq, f"entry {seq} differs from the checkpoint of {point.at}: the chain was re-made")
    return None
