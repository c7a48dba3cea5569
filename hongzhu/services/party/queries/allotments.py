"""Allotments of dues: the batches, their units, who has received and who has not reported the use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Kind, Org, Superior
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import Allotment, AllotmentLine, Handing

# Units that dues are allotted to: schools and kindergartens, other units, and branches.
UNITS = (Kind.SCHOOL, Kind.KINDERGARTEN, Kind.OTHER)


def visible_lines(user: Any) -> QuerySet[AllotmentLine]:
    """Lines of bodies in the user's part."""
    return (
        AllotmentLine.objects.filter(access.within(user, rules.VIEW, "org"), allotment__voided_at__isnull=True)
        .select_related("allotment", "org")
        .order_by("org__sort", "org_id", "id")
    )


def visible_allotments(user: Any) -> QuerySet[Allotment]:
    """Batches with a line in the user's part, newest first, with counts and sums of these lines."""
    mine = AllotmentLine.objects.filter(access.within(user, rules.VIEW, "org"))
    ids = mine.order_by().values("pk")
    seen = Q(lines__pk__in=ids)
    return (
        Allotment.objects.filter(Exists(mine.filter(allotment=OuterRef("pk"))))
        .annotate(
            units=Count("lines", filter=seen),
            fen=Sum("lines__fen", filter=seen),
            sent=Count("lines", filter=seen & Q(lines__sent_on__isnull=False)),
            used=Sum("lines__used", filter=seen),
            unreported=Count("lines", filter=seen & Q(lines__sent_on__isnull=False, lines__reported_on__isnull=True)),
        )
        .order_by("-decided_on", "-id")
    )


def open_allotment(user: Any, pk: int) -> Allotment:
    """The door to a batch: whoever sees one of its units."""
    allotment: Allotment = get_object_or_404(
        visible_allotments(user).select_related("bureau", "document", "payer"), pk=pk
    )
    return allotment


def root_of(user: Any) -> Org:
    """The bureau's own body: money is given down from there."""
    return get_object_or_404(Org, bureau=access.bureau_of(user), kind=Kind.BUREAU, closed_on__isnull=True)


def may_allot(user: Any) -> bool:
    """Whether the user gives money down: holds the dues of the whole bureau."""
    root = Org.objects.filter(bureau=access.bureau_of(user), kind=Kind.BUREAU, closed_on__isnull=True).first()
    return root is not None and access.holds(user, rules.MONEY, root)


def open_line(user: Any, pk: int, perm: Perm) -> AllotmentLine:
    """The door to one unit's part of a batch."""
    line: AllotmentLine = get_object_or_404(visible_lines(user), pk=pk)
    access.check(user, perm, line.org)
    return line


def payers(bureau_id: int, on: date) -> QuerySet[Org]:
    """Whose dues are given down: committees that belong to no body of the bureau."""
    inside = Superior.objects.filter(
        orgs.on_day(on), org=OuterRef("pk"), relation=Superior.Relation.BELONGS
    ).exclude(superior__kind=Kind.UPPER)  # fmt: skip
    tops = Org.objects.filter(orgs.existing(on), ~Exists(inside), bureau=bureau_id, kind=Kind.COMMITTEE)
    return tops.order_by("sort", "id")


def only_payer(bureau_id: int, on: date) -> int | None:
    """Who pays what names no payer: the one committee at the top; None where there are several. One query."""
    found = list(payers(bureau_id, on).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def several_payers(bureau_id: int, on: date) -> bool:
    """Whether it must be said who pays: the bureau has more than one committee at the top. One query."""
    return len(payers(bureau_id, on)[:2]) > 1


def units(user: Any, on: date) -> QuerySet[Org]:
    """Units that may be chosen for a special sum."""
    found = Org.objects.filter(access.within(user, rules.MONEY, ""), orgs.existing(on), kind__in=UNITS)
    return found.order_by("sort", "id")


@dataclass(frozen=True, slots=True)
class Due:
    """What one unit is to get."""

    org_id: int
    fen: int


def flat_rule(org_ids: Iterable[int], flat: int) -> list[Due]:
    """每个单位一样多: the same sum for each unit, once."""
    return [Due(pk, flat) for pk in dict.fromkeys(org_ids)]


def share_rule(bureau: Bureau, year: int, share: int) -> list[Due]:
    """返还: a share of what each branch handed up for the year and its superior confirmed. One query."""
    handed: dict[int, int] = defaultdict(int)
    rows = Handing.objects.filter(
        bureau=bureau, quarter_on__year=year, voided_at__isnull=True, received_on__isnull=False,
        org__kind__in=BRANCH_KINDS,
    )  # fmt: skip
    for org_id, fen in rows.order_by("org__sort", "org_id").values_list("org", "fen"):
        handed[org_id] += fen
    dues = [Due(pk, engine.share_of(fen, share)) for pk, fen in handed.items()]
    return [due for due in dues if due.fen > 0]
