"""Leading groups and task forces: who sat on them on a day, their mandate, rule and end (A02, A25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.people.models import Membership, Standing
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Charter, Share
from hongzhu.kit.perms import Perm


def open_group(user: Any, pk: int, perm: Perm = rules.VIEW) -> Org:
    """The door of one group. A closed group has no place in today's tree; it is asked of the user's bureau."""
    group: Org = get_object_or_404(_with_closed(user), pk=pk)
    if group.closed_on is None:
        access.check(user, perm, group)
    else:
        access.require(user, perm)
    return group


def _with_closed(user: Any) -> QuerySet[Org]:
    """Open groups in the user's part, and closed ones for those whose part is the whole bureau."""
    part = access.orgs_where(user, rules.VIEW)
    seen = Q(pk__in=part.order_by().values("pk"))
    if part.filter(kind=Kind.BUREAU).exists():
        seen |= Q(bureau=access.bureau_of(user), closed_on__isnull=False)
    return Org.objects.filter(seen, kind__in=rules.GROUP_KINDS)


def all_of(user: Any, on: date) -> QuerySet[Org]:
    """Open groups first, then closed ones, with ``members_n``: how many sat on each on a day (its last, when closed)."""
    ended = Case(When(closed_on__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    sits = orgs.on_day(on) | Q(to_on=OuterRef("closed_on"))
    seats = Membership.objects.filter(sits, org=OuterRef("pk"), from_on__lte=on).order_by().values("org")
    members = Subquery(seats.annotate(n=Count("person", distinct=True)).values("n"), output_field=IntegerField())
    groups = _with_closed(user).annotate(ended=ended, members_n=Coalesce(members, 0))
    return groups.order_by("ended", "-opened_on", "id")


@dataclass(frozen=True, slots=True)
class Seat:
    """One member on a day."""

    membership: Membership
    duty: str


RANK = {Standing.HEAD: 0, Standing.DEPUTY_HEAD: 1}


def members_on(group: Org, on: date) -> list[Seat]:
    """Who sat on the group on a day, head first. Two queries."""
    rows = list(
        Membership.objects.filter(orgs.on_day(on), org=group).select_related("person").order_by("from_on", "id")
    )
    duties = dict(Share.objects.filter(membership__in=rows).values_list("membership", "duty"))
    rows.sort(key=lambda row: RANK.get(Standing(row.standing), 2))
    return [Seat(row, duties.get(row.pk, "")) for row in rows]


def charter_of(group: Org) -> Charter | None:
    return Charter.objects.filter(org=group).select_related("rule").first()
