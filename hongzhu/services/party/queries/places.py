"""The catalogue of posts a branch offers: what a user may see, how many places are taken and free, what one may claim."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.models import MemberPost, PostPlace


def counted(rows: QuerySet[PostPlace], on: date) -> QuerySet[PostPlace]:
    """With ``taken`` (held or claimed, not withdrawn by the day) and ``free`` places."""
    running = Q(holders__to_on__isnull=True) | Q(holders__to_on__gt=on)
    return rows.annotate(taken=Count("holders", filter=running & Q(holders__isnull=False))).annotate(
        free=F("places") - F("taken")
    )


def taken(place: int, on: date) -> int:
    """How many hold or have claimed a place and are not withdrawn from it by the day."""
    return MemberPost.objects.filter(place=place).filter(Q(to_on__isnull=True) | Q(to_on__gt=on)).count()


def same(org: int, kind: str, title: str) -> QuerySet[PostPlace]:
    """Places of a branch, not closed, of that kind and title."""
    return PostPlace.objects.filter(org=org, kind=kind, title=title, closed_on__isnull=True)


def visible_to(user: Any, on: date) -> QuerySet[PostPlace]:
    rows = PostPlace.objects.filter(access.within(user, rules.VIEW, "org"), bureau=access.bureau_of(user))
    return counted(rows, on).select_related("org").order_by("org__sort", "org_id", "kind", "title", "id")


def open_place(user: Any, pk: int, on: date, perm: Perm = rules.VIEW) -> PostPlace:
    """The one door: unseen is 404, seen but not permitted is 403."""
    place: PostPlace = get_object_or_404(visible_to(user, on), pk=pk)
    access.check(user, perm, place.org)
    return place


def open_on(rows: QuerySet[PostPlace], on: date) -> QuerySet[PostPlace]:
    """Those offered on a day, full or not."""
    return rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), from_on__lte=on)


def narrowed(
    rows: QuerySet[PostPlace], today: date, *, kind: str = "", state: str = "open", org: int | None = None, text: str = ""
) -> QuerySet[PostPlace]:  # fmt: skip
    """``state``: open (not closed), free (offered today with a place left), closed, or all. ``rows``: counted."""
    closed = Q(closed_on__isnull=False, closed_on__lte=today)
    if state == "free":
        rows = open_on(rows, today).filter(Q(free__gt=0))
    elif state in ("open", "closed"):
        rows = rows.filter(closed if state == "closed" else ~closed)
    if kind:
        rows = rows.filter(kind=kind)
    if org:
        rows = rows.filter(org=org)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(org__name__icontains=text))
    return rows


def pickable(user: Any, today: date) -> QuerySet[PostPlace]:
    """What the branches a user keeps offer today, with a place left."""
    rows = visible_to(user, today).filter(access.within(user, rules.KEEP, "org"))
    return narrowed(rows, today, state="free")


def offered(org: Org | None, today: date) -> QuerySet[PostPlace]:
    """What a branch offers its members today, full or not; nothing where there is no branch."""
    rows = PostPlace.objects.filter(org=org) if org else PostPlace.objects.none()
    return counted(open_on(rows, today), today).order_by("kind", "title", "id")


def open_offered(org: Org | None, pk: int) -> PostPlace:
    """The door of a member to a place of the own branch; another branch's is 404."""
    place: PostPlace = get_object_or_404(PostPlace.objects.select_related("org"), pk=pk, org=org.pk if org else 0)
    return place


def holders(place: PostPlace) -> QuerySet[MemberPost]:
    """Who holds, has claimed or held a place."""
    return place.holders.select_related("person").order_by(F("to_on").asc(nulls_first=True), "from_on", "id")


def who_keeps(org: Org, on: date, *, reader: int) -> list[str]:
    """Who keeps the catalogue of a branch, but for the account that reads it: whom to ask for another place."""
    return access.names_over(org, rules.KEEP, on, but=[reader])
