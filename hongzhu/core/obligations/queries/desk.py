"""What one body has to do next: the cards of the branch's home page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from hongzhu.core.obligations.engine import Cell, DuePeriod, Duty, Status, between
from hongzhu.core.orgs.models import Org

from .duties import Book, terms_of
from .figures import Placed, asking, body_scope, cells

LOOK_BACK = 45  # days a period that is over stays on the desk while no record is seen


@dataclass(frozen=True, slots=True)
class DueCard:
    """One duty in one period that still wants a record. ``lacking`` sittings until ``due_on``; ``over``: it has passed."""

    duty: Duty
    due: DuePeriod
    cell: Cell
    due_on: date
    lacking: int
    over: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """``cards`` first by day; ``met`` is what is done already in the periods that run now."""

    cards: list[DueCard]
    met: list[Placed]


def desk_of(
    body: Org, today: date, known_at: datetime | None = None, *, book: Callable[[date], Sequence[Duty]] | None = None
) -> Desk:
    """The desk of one body: a fixed number of queries, whatever it owes."""
    duties = book or Book(body.bureau)
    since = today - timedelta(days=LOOK_BACK)
    dues = [due for due in between(duties, since, today, terms_of(body.bureau)) if due.opens <= today]
    question = asking(body.bureau, dues, known_at or timezone.now())
    cards, met = [], []
    for placed in cells(question, body_scope(body)):
        cell, due = placed.cell, placed.due
        if cell.lacking or cell.unseen:
            over = cell.status == Status.UNSEEN
            cards.append(DueCard(due.duty, due, cell, due.due_day, cell.lacking + cell.unseen, over))
        elif due.closes > today and cell.held:
            met.append(placed)
    cards.sort(key=lambda card: (card.over, card.due_on, card.duty.order))
    return Desk(cards, met)


def due_cards(body: Org, today: date) -> list[DueCard]:
    """The branch's 本月要办 list."""
    return desk_of(body, today).cards
