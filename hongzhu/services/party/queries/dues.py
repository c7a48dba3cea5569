"""Dues by member and month: what is owed, paid and open, of one body or of many, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind, Org, Superior
from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, DuesMonth, Receipt, Relief
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

    def base_on(self, month: date) -> DuesBase | None:
        """The base that holds in a month."""
        return next((b for b in self.bases if b.from_on <= month and (b.to_on is None or month < b.to_on)), None)

    @property
    def stays(self) -> list[engine.Stay]:
        found: list[engine.Stay] = []
        for row in self.rows:
            accepted = None
            if not found and row.standing == Standing.PROBATIONARY and row.joined_on:
                accepted = row.joined_on
            found.append(engine.Stay(row.org_id, row.from_on, row.to_on, accepted))
        return found


def _payers(body_ids: Any, first: date, last: date) -> QuerySet[Membership]:
    """Memberships of payers in the bodies that touch the months from ``first`` to ``last``."""
    ends = engine.after(last)
    begun = Q(from_on__lt=ends) | Q(standing=Standing.PROBATIONARY, joined_on__lt=ends)
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=first)
    return Membership.objects.filter(begun, lasting, org__in=body_ids, standing__in=dues_rules.PAYERS)


def members_of(bureau: Bureau, body_ids: Any, first: date, last: date, *, person: int = 0) -> dict[int, Member]:
    """The payers of some bodies with their months, by person, in the order of the roster. Four queries and the pack.

    ``body_ids``: ids or a query. ``person``: only this one. Cells of other bodies (before a transfer) are there too.
    """
    mine = _payers(body_ids, first, last)
    if person:
        mine = mine.filter(person=person)
    ids = mine.order_by().values("person")
    found: dict[int, Member] = {}
    order: dict[int, int] = {}
    here = set(mine.order_by().values_list("pk", flat=True))
    memberships = Membership.objects.filter(person__in=ids, standing__in=dues_rules.PAYERS)
    for row in memberships.select_related("person").order_by("from_on", "id"):
        found.setdefault(row.person_id, Member(row.person)).rows.append(row)
        if row.pk in here:
            order.setdefault(row.person_id, row.pk)
    for base in DuesBase.objects.filter(person__in=ids).order_by("from_on"):
        found[base.person_id].bases.append(base)
    for relief in Relief.objects.filter(person__in=ids, approved_on__isnull=False):
        found[relief.person_id].reliefs.append(relief)
    paid = DuesMonth.objects.filter(
        receipt__person__in=ids, receipt__voided_at__isnull=True, month__gte=first, month__lte=last
    )
    for who, month, fen in paid.values_list("receipt__person", "month", "fen"):
        months = found[who].paid
        months[month] = months.get(month, 0) + fen
    eras = _eras(bureau, first, last)
    for one in found.values():
        one.scales = eras[-1][2]
        one.cells = engine.account(
            one.stays, _spans(one.bases, eras), [engine.Span(r.from_on, r.to_on, r.monthly) for r in one.reliefs],
            one.paid, first=first, last=last,
        )  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], 0)))


def first_month(on: date) -> date:
    """From which month open months are looked for."""
    return engine.after(engine.month_of(on), -LOOK_BACK)


def open_receipt(user: Any, pk: int, perm: Perm, on: date) -> Receipt:
    """The door of one receipt: by the body that wrote it."""
    seen = Receipt.objects.filter(org__in=bodies(user, on).order_by().values("pk"))
    receipt: Receipt = get_object_or_404(seen.select_related("org__bureau", "person", "handing"), pk=pk)
    access.check(user, perm, receipt.org)
    return receipt
