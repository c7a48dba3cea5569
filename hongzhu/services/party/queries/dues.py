"""Dues by member and month: what is owed, paid and open, of one body or of many, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind, Org, Superior
from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, DuesMonth, Receipt, Relief, Transfer
from hongzhu.services.party.pack.dues import DuesPart
from hongzhu.services.party.queries.settings import section_on, sections_on
from hongzhu.services.party.rules import dues as dues_rules

# How far back open months are looked for; generally six may be paid late, older ones are for the superior.
LOOK_BACK = 24

Scales = dict[str, engine.Scale]


# --- what the pack says ---------------------------------------------------------------------------------


def part_on(bureau: Bureau, on: date) -> DuesPart:
    """The dues rules in force on a day."""
    return section_on(bureau, on).dues


def limits_on(bureau: Bureau, on: date) -> dues_rules.Limits:
    """Clocks and bounds of paying on a day; 404 where no pack says anything about dues."""
    part = part_on(bureau, on)
    if not (part.ahead and part.back_pay and part.large and part.warn_first and part.warn_second):
        raise Http404
    return dues_rules.Limits(
        ahead=part.ahead.value,
        back_pay=part.back_pay.value,
        large=part.large.value,
        warn_first=part.warn_first.value,
        warn_second=part.warn_second.value,
    )


def scales_of(part: DuesPart) -> Scales:
    """The rates by kind of payer, as the engine takes them."""
    rounding = part.rounding.value if part.rounding else "half_up"
    return {
        table.code: engine.Scale(
            brackets=tuple((bracket.upto, bracket.rate) for bracket in table.brackets),
            least=table.least,
            most=table.most,
            rounding=rounding,
        )
        for table in part.tables
    }


def _eras(bureau: Bureau, first: date, last: date) -> list[tuple[date, date | None, Scales]]:
    """From which month to before which which rates hold, each month by the edition of its own first day."""
    months = list(engine.months(first, last)) or [engine.month_of(first)]
    found: list[tuple[date, date | None, Scales]] = []
    for month, section in zip(months, sections_on(bureau, months), strict=True):
        scales = scales_of(section.dues)
        if found and found[-1][2] == scales:
            continue
        if found:
            found[-1] = (found[-1][0], month, found[-1][2])
        found.append((month if found else date.min, None, scales))
    return found


def _spans(bases: Sequence[DuesBase], eras: Sequence[tuple[date, date | None, Scales]]) -> list[engine.Span]:
    found = []
    for base in bases:
        for start, end, scales in eras:
            begins = max(base.from_on, start)
            ends = min((day for day in (base.to_on, end) if day is not None), default=None)
            if ends is not None and begins >= ends:
                continue
            if (amount := amount_of(base, scales)) is not None:
                found.append(engine.Span(begins, ends, amount))
    return found


def amount_of(base: DuesBase, scales: Scales) -> int | None:
    """What a month costs by one base; None where the pack says nothing that fits."""
    scale = scales.get(base.table)
    if scale is None:
        return None
    try:
        return engine.monthly(scale, base.base, base.flat)
    except engine.NoRate:
        return None


# --- doors ----------------------------------------------------------------------------------------------


def bodies(user: Any, on: date) -> QuerySet[Org]:
    """Party bodies of the user's part that take dues in or hand them up."""
    seen = Org.objects.filter(access.within(user, rules.VIEW, ""), orgs.existing(on))
    return seen.filter(kind__in=dues_rules.COLLECTING).order_by("sort", "id")


def listed(user: Any, on: date) -> QuerySet[Org]:
    """Bodies on the list of dues: branches, and bodies above them that took in dues of their own members."""
    own = Receipt.objects.filter(org=OuterRef("pk"))
    return bodies(user, on).filter(Q(kind__in=BRANCH_KINDS) | Exists(own))


def open_body(user: Any, pk: int, perm: Perm, on: date) -> Org:
    """The door to the dues of one body: unseen is 404, seen but not permitted is 403."""
    org: Org = get_object_or_404(bodies(user, on).select_related("bureau"), pk=pk)
    access.check(user, perm, org)
    return org


def collecting(user: Any, on: date) -> QuerySet[Org]:
    """Bodies whose dues the user keeps, by name."""
    return bodies(user, on).filter(access.within(user, rules.KEEP, ""), kind__in=BRANCH_KINDS)


def open_payer(org: Org, pk: int) -> Person:
    """A member of the body, or one who was; 404 for anybody else."""
    members = Membership.objects.filter(org=org, standing__in=dues_rules.PAYERS).values("person")
    return get_object_or_404(Person.objects.filter(pk__in=members), pk=pk)


def superior_of(org: Org, on: date) -> Org | None:
    """To whom the body hands up (隶属) on a day."""
    row = (
        Superior.objects.filter(orgs.on_day(on), org=org, relation=Superior.Relation.BELONGS)
        .select_related("superior")
        .first()
    )
    return row.superior if row else None


def is_outside(superior: Org | None) -> bool:
    """Whether the superior is no body of this bureau: its replies are entered here with their number."""
    return superior is None or superior.kind == Kind.UPPER


# --- members and months ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Member:
    """One payer with everything their months are computed from."""

    person: Person
    rows: list[Membership] = field(default_factory=list)
    bases: list[DuesBase] = field(default_factory=list)
    reliefs: list[Relief] = field(default_factory=list)
    paid: dict[date, int] = field(default_factory=dict)
    cells: list[engine.Cell] = field(default_factory=list)
    scales: Scales = field(default_factory=dict)
    # Row (id) that began with a received transfer from outside → to which month its letter says dues were paid.
    letters: dict[int, date | None] = field(default_factory=dict)

    def base_on(self, month: date) -> DuesBase | None:
        """The base that holds in a month."""
        return next((b for b in self.bases if b.from_on <= month and (b.to_on is None or month < b.to_on)), None)

    @property
    def stays(self) -> list[engine.Stay]:
        """The rows with the day from which each owes. What was paid outside stays paid, wherever the member goes next."""
        found: list[engine.Stay] = []
        begins: date | None = None
        for row in self.rows:
            before = found[-1] if found else None
            accepted = owes = None
            if row.pk in self.letters:
                letter, left = self.letters[row.pk], before.to_on if before else None
                owes = begins = engine.owes_from(letter, row.from_on, left) if letter else None
            elif before is None and row.standing == Standing.PROBATIONARY:
                accepted = row.joined_on
            elif before is None or before.to_on != row.from_on:
                begins = None
            elif begins is not None:
                owes = max(begins, row.from_on)
            found.append(engine.Stay(row.org_id, row.from_on, row.to_on, accepted, owes))
        return found

    def stays_at(self, body: int) -> list[engine.Stay]:
        """The unbroken stays in one body."""
        return [stay for stay in engine.joined(self.stays) if stay.body == body]


def _arrivals() -> QuerySet[Transfer]:
    """The received transfer from outside with which a membership began."""
    return Transfer.objects.filter(
        way=Transfer.Way.IN, status=Transfer.Status.RECEIVED, person=OuterRef("person"), received_on=OuterRef("from_on")
    )


def _payers(body_ids: Any, first: date, last: date) -> QuerySet[Membership]:
    """Memberships of payers in the bodies that may touch the months from ``first`` to ``last``."""
    ends = engine.after(last)
    begun = Q(from_on__lt=ends) | Q(standing=Standing.PROBATIONARY, joined_on__lt=ends)
    # Paid outside to a month before the last of these: what follows is owed here, also from before they came.
    begun |= Q(Exists(_arrivals().filter(dues_to__lt=last)))
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=first)
    return Membership.objects.filter(begun, lasting, org__in=body_ids, standing__in=dues_rules.PAYERS)


def members_of(bureau: Bureau, body_ids: Any, first: date, last: date, *, person: int = 0) -> dict[int, Member]:
    """The payers of some bodies with their months, by person, in the order of the roster. Five queries and the pack.

    ``body_ids``: ids or a query. ``person``: only this one. Cells of other bodies (before a transfer) are there too.
    """
    mine = _payers(body_ids, first, last)
    if person:
        mine = mine.filter(person=person)
    here = set(mine.order_by().values_list("pk", flat=True))
    found = _read(mine.order_by().values("person"), Q(month__gte=first, month__lte=last))
    _fill(found, bureau, first, last)
    order: dict[int, int] = {}
    ends = engine.after(last)
    for who, one in found.items():
        for row, stay in zip(one.rows, one.stays, strict=True):
            if row.pk in here and min(row.from_on, stay.begins) < ends:
                order.setdefault(who, row.pk)
    return {who: found[who] for who in sorted(order, key=lambda who: order[who])}


def paid_through(people: Iterable[int], on: date) -> dict[int, date]:
    """person → 交至 on a day, by receipts up to it; who has none on record is left out. Four queries and the pack.

    A letter from outside counts as a record. What is open is looked for as far back as for arrears.
    """
    first = first_month(on)
    found = _read(list(people), Q(receipt__paid_on__lte=on))
    told: dict[int, date] = {}
    bureaus = {one.person.bureau_id: one.person.bureau for one in found.values()}
    for bureau in bureaus.values():
        mine = {who: one for who, one in found.items() if one.person.bureau_id == bureau.pk}
        ends = max([month for one in mine.values() for month in one.paid] + [engine.month_of(on)])
        _fill(mine, bureau, first, ends)
        for who, one in mine.items():
            letters = [engine.month_of(letter) for letter in one.letters.values() if letter]
            last = max([*one.paid, *letters], default=None)
            if last is not None:
                told[who] = engine.paid_through(one.cells, last, on)
    return told


def _read(people: Any, which: Q) -> dict[int, Member]:
    """What is on file of persons (ids, or a query of them), with ``which`` of the months they paid. Four queries."""
    found: dict[int, Member] = {}
    memberships = Membership.objects.filter(person__in=people, standing__in=dues_rules.PAYERS).annotate(
        came=Exists(_arrivals()), letter=Subquery(_arrivals().values("dues_to")[:1])
    )
    for row in memberships.select_related("person__bureau").order_by("from_on", "id"):
        one = found.setdefault(row.person_id, Member(row.person))
        one.rows.append(row)
        if row.came:
            one.letters[row.pk] = row.letter
    for base in DuesBase.objects.filter(person__in=people).order_by("from_on"):
        if base.person_id in found:
            found[base.person_id].bases.append(base)
    for relief in Relief.objects.filter(person__in=people, approved_on__isnull=False):
        if relief.person_id in found:
            found[relief.person_id].reliefs.append(relief)
    paid = DuesMonth.objects.filter(which, receipt__person__in=people, receipt__voided_at__isnull=True)
    for who, month, fen in paid.values_list("receipt__person", "month", "fen"):
        if who in found:
            months = found[who].paid
            months[month] = months.get(month, 0) + fen
    return found


def _fill(found: Mapping[int, Member], bureau: Bureau, first: date, last: date) -> None:
    """The months from ``first`` to ``last`` of members of one bureau."""
    eras = _eras(bureau, first, last)
    for one in found.values():
        one.scales = eras[-1][2]
        one.cells = engine.account(
            one.stays, _spans(one.bases, eras), [engine.Span(r.from_on, r.to_on, r.monthly) for r in one.reliefs],
            one.paid, first=first, last=last,
        )  # fmt: skip


def first_month(on: date) -> date:
    """From which month open months are looked for."""
    return engine.after(engine.month_of(on), -LOOK_BACK)


def open_receipt(user: Any, pk: int, perm: Perm, on: date) -> Receipt:
    """The door of one receipt: by the body that wrote it."""
    seen = Receipt.objects.filter(org__in=bodies(user, on).order_by().values("pk"))
    receipt: Receipt = get_object_or_404(seen.select_related("org__bureau", "person", "handing"), pk=pk)
    access.check(user, perm, receipt.org)
    return receipt
