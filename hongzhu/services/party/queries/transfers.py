"""Transfers of Party membership: who sees them, whose word is next, who is lost in between, who should move."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Hosting, Org, Superior
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Post
from hongzhu.core.people.rules import HOLDING
from hongzhu.kit.bulk import portions
from hongzhu.kit.chips import Chip
from hongzhu.services.party import rules as perms
from hongzhu.services.party.engine import transfers as engine
from hongzhu.services.party.models import Transfer, TransferBatch
from hongzhu.services.party.pack.terms import number
from hongzhu.services.party.rules import transfers as rules
from hongzhu.services.party.rules.terms import keep_perm

from . import dues
from .settings import section_on
from .terms import is_outside, led, superior_of

Status, Way = Transfer.Status, Transfer.Way
RELATED = ("person", "from_org", "to_org", "batch", "bureau")
DEFAULT_LOST_DAYS, DEFAULT_LETTER_DAYS = 30, 90  # under a pack that is silent


def visible_to(user: Any) -> QuerySet[Transfer]:
    """Transfers out of or into bodies the user may see."""
    seen = access.within(user, perms.VIEW, "from_org") | access.within(user, perms.VIEW, "to_org")
    return Transfer.objects.filter(seen).select_related(*RELATED)


def own(user: Any) -> QuerySet[Transfer]:
    """The member's own, newest first."""
    found = Transfer.objects.filter(person=getattr(user, "person_id", None) or 0)
    return found.select_related(*RELATED).order_by("-asked_on", "-id")


def open_transfer(user: Any, pk: int) -> Transfer:
    """The one door of a transfer: unseen is 404."""
    return get_object_or_404(visible_to(user), pk=pk)


def next_word(line: Transfer, on: date) -> Org | None:
    """The body whose word is next: the branch that is left, the superior that writes the letter, the one that receives.

    Where the superior is outside the bureau, the branch itself enters its letter. None when nobody's word is awaited.
    """
    if line.status == Status.ASKED and line.way != Way.IN:
        return line.from_org
    if line.status in (Status.ASKED, Status.LET_GO):
        return _letter_from(line, on)
    if line.status == Status.SENT:
        # The outside's receipt is entered by whoever wrote the letter.
        return _letter_from(line, on) if line.way == Way.OUT else line.to_org
    return None


def _letter_from(line: Transfer, on: date) -> Org | None:
    side = line.to_org if line.way == Way.IN else line.from_org
    if side is None:
        return None
    above = superior_of(side, on)
    return side if above is None or is_outside(above) else above


def may_speak(user: Any, line: Transfer, on: date) -> bool:
    """Whether the next word is the user's to give."""
    body = next_word(line, on)
    return body is not None and access.holds(user, _perm_at(line, body), body)


def check_speaks(user: Any, line: Transfer, on: date) -> None:
    """403 unless the next word is the user's to give."""
    body = next_word(line, on)
    if body is None:
        raise PermissionDenied(_("这次转接已经办结，没有下一步。"))
    access.check(user, _perm_at(line, body), body)


def _perm_at(line: Transfer, body: Org) -> Any:
    return keep_perm(body.kind) if body.pk in {line.from_org_id, line.to_org_id} else perms.LEAD


def open_to_speak(user: Any, pk: int, on: date) -> Transfer:
    """The door of whoever gives the next word."""
    line = open_transfer(user, pk)
    check_speaks(user, line, on)
    return line


def open_to_end(user: Any, pk: int) -> Transfer:
    """The door of returning and taking back: either side, or who approves over either."""
    line = open_transfer(user, pk)
    if not may_end(user, line):
        raise PermissionDenied(_("你现在的角色不能退回或撤回。需要时请联系上级党组织。"))
    return line


def may_end(user: Any, line: Transfer) -> bool:
    """Whether the user keeps the papers of either side, or approves over it."""
    return any(_speaks_for(user, body) for body in (line.from_org, line.to_org) if body is not None)


def _speaks_for(user: Any, body: Org) -> bool:
    return access.holds(user, keep_perm(body.kind), body) or access.holds(user, perms.LEAD, body)


def check_asks(user: Any, *bodies: Org | None) -> None:
    """403 unless the user keeps the papers of one of the sides, or approves over it."""
    if not any(_speaks_for(user, body) for body in bodies if body is not None):
        raise PermissionDenied(_("你现在的角色不能提出这次转接。需要时请联系上级党组织。"))


def targets(bureau: Bureau) -> QuerySet[Org]:
    """Bodies a relation may go to or come from; dissolved ones too, so that they can be refused with a reason."""
    return Org.objects.filter(bureau=bureau, kind__in=HOLDING).order_by("sort", "id")


def near(user: Any, on: date) -> QuerySet[Person]:
    """Whom the user may put up for a transfer: people they see, and staff of the units their bodies live in."""
    homes = Hosting.objects.filter(orgs.on_day(on), org__in=kept_bodies(user)).values("unit")
    staff = Engagement.objects.filter(orgs.on_day(on), unit__in=homes).values("person")
    seen = access.visible_people(user).order_by().values("pk")
    return Person.objects.filter(Q(pk__in=seen) | Q(pk__in=staff)).order_by("id")


def held_by(person: Person, on: date) -> Membership | None:
    """The person's Party membership on a day."""
    found = Membership.objects.filter(orgs.on_day(on), person=person, standing__in=rules.CARRIED)
    return found.select_related("org", "person").first()


def under_way(people: Collection[int]) -> list[Transfer]:
    """The transfers of these persons that are neither ended nor returned: one at most for each."""
    asked = Transfer.objects.filter(status__in=rules.OPEN).select_related("person")
    return [line for part in portions(people) for line in asked.filter(person__in=part)]


def started_with(user: Any, person: int, on: date) -> dict[str, Any]:
    """How the form of a transfer begins for one person: their name and where they leave from. Empty for the unseen."""
    who = near(user, on).filter(pk=person).first()
    held = held_by(who, on) if who else None
    if held is None:
        return {}
    return {"person": f"{held.person.name} {held.org.name}", "way": Way.WITHIN, "from_org": held.org_id}


def posts_left(line: Transfer, on: date) -> list[str]:
    """Posts the person still holds where they leave from: to be ended by themselves."""
    if line.from_org_id is None:
        return []
    found = Post.objects.filter(orgs.on_day(on), person=line.person_id, org=line.from_org_id)
    return [str(post.get_kind_display()) for post in found.order_by("id")]


def is_oneself(line: Transfer, account: int) -> bool:
    return Account.objects.filter(pk=account, person=line.person_id).exists()


def names_at(line: Transfer, on: date, *, but: Iterable[int]) -> list[str]:
    """Who else may give the next word."""
    body = next_word(line, on)
    return access.names_over(body, _perm_at(line, body), on, but=but) if body else []


def letters_for(user: Any, on: date) -> QuerySet[Transfer]:
    """Lines that wait for a letter of the user's: in the part of who approves; for a school's secretary, of the bodies they lead."""
    found = visible_to(user).filter(Q(status=Status.LET_GO) | Q(status=Status.ASKED, way=Way.IN))
    if access.may(user, perms.APPROVE):
        return found
    below = Superior.objects.filter(
        orgs.on_day(on), relation=Superior.Relation.BELONGS, superior__in=led(user, on).order_by().values("pk")
    ).values("org")
    return found.filter(Q(way=Way.IN, to_org__in=below) | Q(~Q(way=Way.IN), from_org__in=below))


def others_to_send(line: Transfer, account: int, on: date) -> tuple[bool, list[str]]:
    """Whether the account said the branch's word on this line or is whom it is about, and who else may write the letter.

    Where the superior is outside, the branch enters its letter: nobody answers their own request then.
    """
    spoke = {line.let_go_account_id} if line.let_go_account_id else set()
    body = next_word(line, on)
    if body is None or body.pk in {line.from_org_id, line.to_org_id}:
        return False, []
    if account not in spoke and not is_oneself(line, account):
        return False, []
    return True, access.names_over(body, _perm_at(line, body), on, but={*spoke, account})


def lost_days(bureau: Bureau, on: date) -> int:
    return number(section_on(bureau, on).terms.lost_days, DEFAULT_LOST_DAYS)


def letter_days(bureau: Bureau, on: date) -> int:
    return number(section_on(bureau, on).terms.letter_days, DEFAULT_LETTER_DAYS)


def is_lost(today: date, days: int) -> Q:
    """Sent and not received: past the letter's last day, or more than so many days on the way."""
    over = Q(valid_to__lt=today) | Q(sent_on__lt=today - timedelta(days=days))
    return Q(status=Status.SENT) & over


def lost(user: Any, today: date) -> QuerySet[Transfer]:
    """The list of the lost: the longest on the way first."""
    found = visible_to(user).filter(is_lost(today, lost_days(user.bureau, today)))
    return found.order_by("sent_on", "id")


def dues_paid_to(people: Iterable[int], on: date) -> dict[int, date]:
    """person → the month through which dues are paid, nothing before it open; who has none on record is left out."""
    return dues.paid_through(people, on)


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as a list shows it."""

    row: Transfer
    chip: Chip
    mine: bool
    dues_to: date | None


def lines(user: Any, found: Iterable[Transfer], today: date) -> list[Line]:
    """Transfers with their state, whether the next word is one of the user's branches', and how far dues are paid.

    Six queries for any number. ``mine`` covers the branch's own words (consent, reception), given in bulk.
    """
    rows = list(found)
    if not rows:
        return []
    days, keeps = lost_days(user.bureau, today), kept_bodies(user)
    paid = dues_paid_to((row.person_id for row in rows), today)
    return [
        Line(
            row, rules.chip(row, lost=late(row, today, days)), _waits_for(row) in keeps,
            row.dues_to or paid.get(row.person_id),
        )
        for row in rows
    ]  # fmt: skip


def late(row: Transfer, today: date, days: int) -> bool:
    """:func:`is_lost`, of a row in hand."""
    return (
        row.status == Status.SENT
        and row.sent_on is not None
        and engine.lost_since(row.sent_on, row.valid_to, days) <= today
    )


def kept_bodies(user: Any) -> set[int]:
    """Ids of the bodies for which the user gives the word."""
    if not access.may(user, perms.KEEP):
        return set()
    return set(access.orgs_where(user, perms.KEEP).filter(kind__in=HOLDING).order_by().values_list("pk", flat=True))


def _waits_for(line: Transfer) -> int | None:
    if line.status == Status.ASKED and line.way != Way.IN:
        return line.from_org_id
    return line.to_org_id if line.status == Status.SENT and line.way != Way.OUT else None


# Batches.


def batches(user: Any) -> QuerySet[TransferBatch]:
    """Batches with lines the user may see, and how far these are; newest first. One query."""
    seen = visible_to(user).order_by().values("pk")
    within = Q(lines__in=seen)
    found = TransferBatch.objects.filter(bureau=access.bureau_of(user)).annotate(
        total=Count("lines", filter=within),
        received=Count("lines", filter=within & Q(lines__status=Status.RECEIVED)),
        ended=Count("lines", filter=within & Q(lines__status__in=(Status.RETURNED, Status.CANCELLED))),
    )
    if not access.may(user, perms.APPROVE):
        found = found.filter(total__gt=0)
    return found.order_by("-opened_on", "-id")


def letters_due(user: Any, found: Iterable[Transfer], on: date) -> set[int]:
    """Of these lines, the ids of those whose letter is the user's to write. Three queries for any number."""
    rows = [row for row in found if row.status == (Status.ASKED if row.way == Way.IN else Status.LET_GO)]
    ends = {row.pk: row.to_org_id if row.way == Way.IN else row.from_org_id for row in rows}
    sides = {pk: side for pk, side in ends.items() if side is not None}
    belongs = Superior.objects.filter(
        orgs.on_day(on), relation=Superior.Relation.BELONGS, org__in=list(sides.values())
    ).select_related("superior")
    above = {row.org_id: row.superior for row in belongs if not is_outside(row.superior)}
    kept = kept_bodies(user)
    over = {pk: above[side] for pk, side in sides.items() if side in above}
    asked = {_perm_at(row, over[row.pk]) for row in rows if row.pk in over}
    led_by = {perm: access.within(user, perm, "") for perm in asked}
    speaks = {
        pk
        for ours in led_by.values()
        for pk in Org.objects.filter(ours, pk__in=[org.pk for org in above.values()]).values_list("pk", flat=True)
    }
    return {pk for pk, side in sides.items() if (over[pk].pk in speaks if pk in over else side in kept)}


def choices_of(units: Iterable[int], on: date) -> dict[int, list[tuple[int, str]]]:
    """unit → the branches that live in it on a day: where somebody who works there may go. One query."""
    rows = Hosting.objects.filter(
        orgs.on_day(on), unit__in=list(units), org__kind__in=BRANCH_KINDS, org__closed_on__isnull=True
    )
    told: dict[int, list[tuple[int, str]]] = {}
    for unit, pk, name in rows.order_by("org__sort", "org_id").values_list("unit", "org", "org__name"):
        told.setdefault(unit, []).append((pk, name))
    return told


def joinable(user: Any, line: Transfer) -> QuerySet[TransferBatch]:
    """Batches a single transfer may be put into: by who opens them, while it is under way."""
    if line.batch_id or line.status not in rules.OPEN or not access.may(user, perms.APPROVE):
        return TransferBatch.objects.none()
    return TransferBatch.objects.filter(bureau=line.bureau_id).order_by("-opened_on", "-id")


def open_batch(user: Any, pk: int) -> TransferBatch:
    """The door of a batch: those with a line of theirs in it, and who opens batches."""
    return get_object_or_404(batches(user), pk=pk)


def lines_of(user: Any, batch: TransferBatch) -> QuerySet[Transfer]:
    return visible_to(user).filter(batch=batch).order_by("from_org__sort", "person__name", "id")


def singles(user: Any) -> QuerySet[Transfer]:
    """Transfers outside any batch, newest first."""
    return visible_to(user).filter(batch__isnull=True).order_by("-asked_on", "-id")


def proposals(user: Any, since: date, today: date) -> QuerySet[Membership]:
    """Members whose personnel relation moved since a day while the membership did not: whom a batch should hold.

    Annotated with ``unit_name`` (the new unit), ``moved_on``, and ``target`` (id of a branch that lives in the new unit;
    None where none does). Those with a transfer under way are left out. One query.
    """
    moved = Engagement.objects.filter(
        orgs.on_day(today), person=OuterRef("person"), relation=Engagement.Relation.PERSONNEL, from_on__gte=since,
        from_on__gt=OuterRef("from_on"),
    )  # fmt: skip
    living = Hosting.objects.filter(orgs.on_day(today), org=OuterRef("org"), unit=OuterRef("unit"))
    branch = Hosting.objects.filter(
        orgs.on_day(today), unit=OuterRef("unit"), org__kind__in=BRANCH_KINDS, org__closed_on__isnull=True
    ).order_by("org__sort", "org_id")  # fmt: skip
    busy = Transfer.objects.filter(person=OuterRef("person"), status__in=rules.OPEN)
    return (
        Membership.objects.filter(
            orgs.on_day(today), access.within(user, perms.VIEW, "org"), org__kind__in=BRANCH_KINDS,
            standing__in=rules.CARRIED, retired=False,
        )
        .annotate(
            unit=Subquery(moved.values("unit")[:1]), unit_name=Subquery(moved.values("unit__name")[:1]),
            moved_on=Subquery(moved.values("from_on")[:1]),
        )
        .filter(~Exists(busy), ~Exists(living), unit__isnull=False)
        .annotate(target=Subquery(branch.values("org")[:1]), target_name=Subquery(branch.values("org__name")[:1]))
        .exclude(target=F("org"))
        .select_related("person", "org")
        .order_by("org__sort", "person__name", "id")
    )  # fmt: skip
