"""What bodies have to do next: the cards of the branch's home page and of the desks above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import queries as activities
from hongzhu.core.activities import rules as activity_rules
from hongzhu.core.obligations.engine import Cell, DuePeriod, Duty, Status, between
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Hosting, Kind, Org, Placement
from hongzhu.kit.packs import by_code

from .duties import Book, terms_of
from .figures import Placed, asking, body_scope, cells
from .sql import Scope

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
    body: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """``cards`` first by day; ``met`` is what is done already in the periods that run now."""

    cards: list[DueCard]
    met: list[Placed]


def desk_of(
    body: Org, today: date, known_at: datetime | None = None, *, book: Callable[[date], Sequence[Duty]] | None = None
) -> Desk:
    """The desk of one body: a fixed number of queries, whatever it owes."""
    return _desk(body.bureau, body_scope(body), today, known_at, book or Book(body.bureau))


def _desk(
    bureau: Bureau, scope: Scope, today: date, known_at: datetime | None, duties: Callable[[date], Sequence[Duty]]
) -> Desk:
    since = today - timedelta(days=LOOK_BACK)
    dues = [due for due in between(duties, since, today, terms_of(bureau)) if due.opens <= today]
    question = asking(bureau, dues, known_at or timezone.now())
    cards, met = [], []
    for placed in cells(question, scope):
        cell, due = placed.cell, placed.due
        if cell.lacking or cell.unseen:
            over = cell.status == Status.UNSEEN
            cards.append(DueCard(due.duty, due, cell, due.due_day, cell.lacking + cell.unseen, over, placed.body))
        elif due.closes > today and cell.held:
            met.append(placed)
    cards.sort(key=lambda card: (card.over, card.due_on, card.duty.order))
    return Desk(cards, met)


def due_cards(body: Org, today: date) -> list[DueCard]:
    """The branch's 本月要办 list."""
    return desk_of(body, today).cards


def bodies_answered_for(user: Any, org: Org, today: date) -> list[Org]:
    """Whose duties stand on the desk of somebody at ``org``: its own, and of the committee, groups and so on that live
    there, as far as the user records for them. Its branches and classes have recorders of their own."""
    near = Q(pk=org.pk) | Q(
        pk__in=Hosting.objects.filter(orgs.on_day(today), unit=org).values("org")
    ) | Q(pk__in=Placement.objects.filter(orgs.on_day(today), parent=org).values("org"))  # fmt: skip
    return list(activities.bodies_to_record(user).filter(near).exclude(kind=Kind.CLASS).select_related("bureau"))


def due_cards_of(bodies: Sequence[Org], today: date) -> list[DueCard]:
    """The same list for several bodies of one bureau (at least one), with as many queries as for one."""
    bureau = bodies[0].bureau
    return _desk(bureau, Scope(bureau.pk, bodies=tuple(body.pk for body in bodies)), today, None, Book(bureau)).cards


def kind_meeting(section: Any, duty: Duty, org_kind: str) -> str:
    """Code of the kind of act a body of this kind would record to meet a duty; "" where the pack points at none.

    The kind named as the duty's tag, else as one of the parts the tag asks for, else the first the tag allows.
    """
    tag = next((tag for tag in section.tags if tag.code == duty.tag), None)
    if tag is None:
        return ""
    wanted = tag.condition
    offered = [
        kind.code
        for kind in activity_rules.kinds_for(section, org_kind)
        if not wanted.kinds or kind.code in wanted.kinds
    ]
    named = [code for code in (tag.code, *wanted.parts_any, *wanted.parts_all, *wanted.kinds) if code in offered]
    return next(iter(named), "")


def month_to_record(due: DuePeriod, today: date) -> date:
    """The first of the month a record for a due period is begun in: this month while it may be held, else its last."""
    return (today if today < due.closes else due.due_day).replace(day=1)


def record_url(user: Any, section: Any, body: Org, due: DuePeriod, today: date) -> str:
    """Where what is missing is recorded: the form of the kind that meets the duty, in a month of the period.

    Where the pack points at no kind: the choice of one. "" where it is for others to record (a confidential meeting).
    """
    kind = kind_meeting(section, due.duty, body.kind)
    if kind and not activities.may_write_kind(user, by_code(section.kinds)[kind]):
        return ""
    if not kind:
        return f"{reverse('activities:act_pick')}?body={body.pk}"
    asked = {"body": body.pk, "kind": kind, "month": f"{month_to_record(due, today):%Y-%m}"}
    return f"{reverse('activities:act_new')}?{urlencode(asked)}"
