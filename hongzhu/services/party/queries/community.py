"""Members registered with their communities (J10), and those who are not yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Membership
from hongzhu.services.party import rules
from hongzhu.services.party.models import Community, CommunityService
from hongzhu.services.party.rules.posts import PARTY

from . import sending


def visible_to(user: Any, on: date) -> QuerySet[Community]:
    """Of people in the user's part, with ``branch_name``, ``services_n`` and ``minutes_n``."""
    if not access.may(user, rules.VIEW):
        return Community.objects.none()
    served = CommunityService.objects.filter(community=OuterRef("pk")).order_by().values("community")
    branch = Membership.objects.filter(orgs.on_day(on), person=OuterRef("person"), standing__in=PARTY)

    def number(counted: Any) -> Coalesce:
        return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)

    return (
        Community.objects.filter(sending.mine(user))
        .select_related("person", "bureau")
        .annotate(
            branch_name=Subquery(branch.values("org__name")[:1]),
            services_n=number(served.annotate(n=Count("pk"))),
            minutes_n=number(served.annotate(n=Sum("minutes"))),
        )
        .order_by("community", "person__name", "id")
    )


def own(person: int) -> Community | None:
    """Where a member is registered now."""
    return Community.objects.filter(person=person, to_on__isnull=True).first()


def in_post(person: int, on: date) -> bool:
    """A Party member in post: who is asked to register."""
    return Membership.objects.filter(orgs.on_day(on), person=person, standing__in=PARTY, retired=False).exists()


def open_row(user: Any, pk: int, on: date, *, change: bool = False) -> Community:
    row: Community = get_object_or_404(visible_to(user, on), pk=pk)
    if change:
        access.require(user, rules.KEEP)
    return row


def open_service(user: Any, pk: int, on: date) -> CommunityService:
    """The door of one service, to confirm it."""
    seen = visible_to(user, on).order_by().values("pk")
    row: CommunityService = get_object_or_404(
        CommunityService.objects.filter(community__in=seen).select_related("community"), pk=pk
    )
    access.require(user, rules.KEEP)
    return row


def narrowed(rows: QuerySet[Community], *, state: str = "", text: str = "") -> QuerySet[Community]:
    """``state``: open, unconfirmed, ended."""
    states = {
        "open": Q(to_on__isnull=True),
        "unconfirmed": Q(to_on__isnull=True, confirmed_on__isnull=True),
        "ended": Q(to_on__isnull=False),
    }
    if state in states:
        rows = rows.filter(states[state])
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(community__icontains=text))
    return rows


def unregistered(user: Any, on: date, text: str = "") -> QuerySet[Membership]:
    """Members in post (not retired) of the user's part who are registered nowhere on a day. One query."""
    rows = Membership.objects.filter(
        orgs.on_day(on), access.within(user, rules.VIEW, "org"), standing__in=PARTY, retired=False,
        org__bureau=access.bureau_of(user),
    ).exclude(person__in=registered_on(on).values("person"))  # fmt: skip
    if text:
        rows = rows.filter(Q(person__name__icontains=text) | Q(org__name__icontains=text))
    return rows.select_related("person", "org").order_by("org__sort", "org_id", "person__name", "person_id")


def registered_on(on: date) -> QuerySet[Community]:
    return Community.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), registered_on__lte=on)


def services_of(row: Community) -> QuerySet[CommunityService]:
    return row.services.order_by("-on", "id")
