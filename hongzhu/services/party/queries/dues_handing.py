"""Hand-overs of a quarter: what a body can hand up, and who has and who has not. Sums of bodies, no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as trail
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Org, Superior
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import Handing, Receipt, Relief
from hongzhu.services.party.rules import dues as dues_rules

from .dues import bodies, is_outside, superior_of
from .terms import led


def keeps(org: Org) -> Perm:
    """Who hands up for a body: a branch's own keepers; for a general branch or committee who leads there."""
    return rules.KEEP if org.kind in BRANCH_KINDS else rules.LEAD


def receipts_to_hand(org: Org, handed_on: date) -> QuerySet[Receipt]:
    """Receipts whose money has not gone up yet, taken in by a day. Large payments go their own way."""
    return Receipt.objects.filter(
        org=org, handing__isnull=True, voided_at__isnull=True, large=False, paid_on__lte=handed_on
    )


def handings_to_pass_on(org: Org, handed_on: date) -> QuerySet[Handing]:
    """What bodies below handed up, arrived here by a day and has not been passed on."""
    return Handing.objects.filter(superior=org, within__isnull=True, voided_at__isnull=True, received_on__lte=handed_on)


def to_hand(org: Org, handed_on: date) -> int:
    """The sum a body would hand up on a day. Two queries."""
    own = receipts_to_hand(org, handed_on).aggregate(n=Sum("fen"))["n"] or 0
    below = handings_to_pass_on(org, handed_on).aggregate(n=Sum("fen"))["n"] or 0
    return int(own) + int(below)


def visible_handings(user: Any, on: date) -> QuerySet[Handing]:
    """Live hand-overs of bodies in the user's part."""
    return Handing.objects.filter(org__in=bodies(user, on).order_by().values("pk"), voided_at__isnull=True)


def open_handing(user: Any, pk: int, on: date) -> Handing:
    """The door to one hand-over, for whoever sees the body."""
    seen = visible_handings(user, on).select_related("org__bureau", "superior")
    handing: Handing = get_object_or_404(seen, pk=pk)
    return handing


def answers_for(user: Any, org: Org, superior: Org | None) -> bool:
    """Whether the user speaks for the superior of a body: leads there.

    Where the superior is outside the bureau the body's own keepers enter its reply.
    """
    if superior is None or is_outside(superior):
        return access.holds(user, keeps(org), org)
    return access.holds(user, rules.LEAD, superior)


def check_answers(user: Any, org: Org, superior: Org | None) -> None:
    """403 unless the user speaks for the superior."""
    if not answers_for(user, org, superior):
        raise PermissionDenied(_("要由上级党组织办理。"))


def may_confirm(handing: Handing, account: int, on: date, *, received_on: date, number: str = "") -> Verdict:
    """Whether this account may say that the money arrived, and if not, who may."""
    outside = is_outside(handing.superior)
    handed = trail.who_did(Ref.to(handing), "party.hand_up")
    own = account in handed
    others = access.names_over(handing.superior, rules.LEAD, on, but=handed) if own and not outside else []
    return dues_rules.can_confirm(
        handing, on=received_on, today=on, outside=outside, number=number, own=own, others=others
    )


@dataclass(frozen=True, slots=True)
class HandRow:
    """One body in a quarter: what it took in, what it handed up, where that stands."""

    org: Org
    superior: Org | None
    collected: int
    handing: Handing | None
    large: int

    @property
    def chip(self) -> Chip:
        return dues_rules.handing_chip(self.handing, fen=self.collected)

    @property
    def missing(self) -> bool:
        """Money came in during the quarter and nothing was handed up."""
        return self.handing is None and self.collected > 0


def hand_rows(found: Sequence[Org], quarter_on: date) -> list[HandRow]:
    """The list of a quarter for some bodies. Three queries for any number of them.

    ``collected``: receipts dated in the quarter, and for bodies above what reached them from below for it.
    """
    ends = engine.after(quarter_on, 3)
    ids = [org.pk for org in found]
    collected: dict[int, int] = defaultdict(int)
    large: dict[int, int] = defaultdict(int)
    receipts = Receipt.objects.filter(org__in=ids, voided_at__isnull=True, paid_on__gte=quarter_on, paid_on__lt=ends)
    for org_id, fen, big in receipts.values_list("org", "fen", "large"):
        (large if big else collected)[org_id] += fen
    mine: dict[int, Handing] = {}
    for handing in Handing.objects.filter(
        Q(org__in=ids) | Q(superior__in=ids), quarter_on=quarter_on, voided_at__isnull=True
    ):
        mine[handing.org_id] = handing
        if handing.received_on is not None:
            collected[handing.superior_id] += handing.fen
    above = {
        row.org_id: row.superior
        for row in Superior.objects.filter(
            orgs.on_day(engine.after(ends, -1)), org__in=ids, relation=Superior.Relation.BELONGS
        ).select_related("superior")
    }
    return [
        HandRow(org, above.get(org.pk), collected[org.pk], mine.get(org.pk), large[org.pk])
        for org in found
        if org.pk in above
    ]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over a list of hand-overs."""

    collected: int
    handed: int
    confirmed: int
    missing: int


def totals(rows: Sequence[HandRow]) -> Totals:
    """Branches only in what was taken in: what general branches pass on was counted below them already."""
    handed = [row.handing for row in rows if row.handing is not None and row.org.kind in BRANCH_KINDS]
    return Totals(
        collected=sum(row.collected for row in rows if row.org.kind in BRANCH_KINDS),
        handed=sum(handing.fen for handing in handed),
        confirmed=sum(handing.fen for handing in handed if handing.received_on),
        missing=sum(1 for row in rows if row.missing),
    )


# --- reliefs --------------------------------------------------------------------------------------------


def visible_reliefs(user: Any, on: date) -> QuerySet[Relief]:
    """Reliefs of branches whose dues the user keeps, and those that wait for or had the user's approval."""
    inside = bodies(user, on).order_by()
    keeps_them = access.within(user, rules.KEEP, "org")
    approves = access.within(user, rules.APPROVE, "org")
    return (
        Relief.objects.filter(keeps_them | approves, org__in=inside.values("pk"))
        .select_related("org__bureau", "person")
        .order_by("-studied_on", "-id")
    )


def reliefs_to_answer(user: Any, on: date) -> QuerySet[Relief]:
    """Reliefs without an answer that is the user's to give. A school's secretary keeps those of the branch beside them."""
    found = visible_reliefs(user, on).filter(approved_on__isnull=True, declined_on__isnull=True)
    if access.may(user, rules.APPROVE):
        return found
    below = Superior.objects.filter(
        orgs.on_day(on), relation=Superior.Relation.BELONGS, superior__in=led(user, on).order_by().values("pk")
    )
    return found.filter(org__in=below.values("org"))


def open_relief(user: Any, pk: int, on: date) -> tuple[Relief, Org | None]:
    """The door of whoever answers a relief: unseen is 404, not the superior is 403."""
    relief: Relief = get_object_or_404(visible_reliefs(user, on), pk=pk)
    superior = superior_of(relief.org, on)
    check_answers(user, relief.org, superior)
    return relief, superior
