"""An account from its movements: in date order, with the balance after each. Pure; money in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Move:
    """Money that came in (``fen`` above zero) or went out (below) on a day, with its voucher and in words for what.

    ``source`` and ``pk`` name the row it was read from.
    """

    on: date
    source: str
    pk: int
    voucher: str
    what: str
    fen: int

    @property
    def came(self) -> int | None:
        return self.fen if self.fen > 0 else None

    @property
    def went(self) -> int | None:
        return -self.fen if self.fen < 0 else None


@dataclass(frozen=True, slots=True)
class Line:
    """A movement and the balance after it."""

    move: Move
    balance: int


def opening_left(opening: int, handed: int, sent: int) -> int:
    """What of the opening cash is still in hand: less what hand-overs took of it and less what was given down.

    All other money goes out as what it came in for: dues with their hand-over, a large payment by itself, an allotment
    with its use. What is given down has no other source, so it is taken to come out of the opening.
    """
    return max(0, opening - handed - sent)


def yuan(fen: int) -> str:
    """1800.00, with its sign below zero."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def running(opening: int, moves: Iterable[Move]) -> list[Line]:
    """By day; within a day what came in stands before what went out, so that no balance dips for its order alone."""
    found = []
    balance = opening
    for move in sorted(moves, key=lambda move: (move.on, move.fen < 0, move.source, move.pk)):
        balance += move.fen
        found.append(Line(move, balance))
    return found


def balance_at(days: Mapping[date, int], day: date) -> int:
    """The balance at the end of a day, from the net movement of each day."""
    return sum(fen for on, fen in days.items() if on <= day)
