"""What the pages of the room read: the roster, one person's places, posts with their seats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Engagement, Establishment, Membership, Person, Post, PostKind, Standing
from hongzhu.core.people.rules import PARTY_STANDING


def members_on(on: date) -> QuerySet[Membership]:
    """Party memberships that hold on a day."""
    return Membership.objects.filter(orgs.on_day(on), standing__in=PARTY_STANDING)


def in_state(state: str, on: date) -> Q:
    """在职, 离退休, 预备, 积极分子, 免予参加, 外派 (seconded, aid teaching, or away for half a year)."""
    away = Engagement.objects.filter(
        orgs.on_day(on), relation=Engagement.Relation.WORKPLACE, reason__in=("SECONDED", "AID_TEACHING")
    ).values("person")
    return {
        "working": Q(retired=False),
        "retired": Q(retired=True),
        "probationary": Q(standing=Standing.PROBATIONARY),
        "activist": Q(standing=Standing.ACTIVIST),
        "left_out": ~Q(left_out=""),
        "away": Q(left_out=Membership.LeftOut.AWAY) | Q(person__in=away),
    }.get(state, Q())


def history(person: Person) -> dict[str, list[Any]]:
    """Everything dated about one person, ended rows included, newest first; three queries."""
    return {
        "memberships": list(person_rows(Membership, person).select_related("org")),
        "posts": list(person_rows(Post, person).select_related("org")),
        "engagements": list(person_rows(Engagement, person).select_related("unit")),
    }


def person_rows(model: Any, person: Person) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(person=person).order_by("-from_on", "-id")
    return found


def counts(org: Org, on: date) -> tuple[int, int]:
    """(full members, all members) of a body on a day, for the cautions of the branch rules."""
    standings = list(members_on(on).filter(org=org).values_list("standing", flat=True))
    full = sum(standing == Standing.FULL for standing in standings)
    return full, sum(standing != Standing.ACTIVIST for standing in standings)


@dataclass(frozen=True, slots=True)
class Seat:
    """Seats of one post in one body: how many there should be, who holds it, since when it is short (A20).

    Acting (主持工作) fills no seat: somebody minds the work, the post is still to be given.
    """

    org: Org
    kind: str
    title: str
    seats: int | None
    posts: tuple[Post, ...]
    vacant_since: date | None

    @property
    def filled(self) -> int:
        return sum(not post.acting for post in self.posts)

    @property
    def acting(self) -> int:
        return len(self.posts) - self.filled

    @property
    def vacant(self) -> int:
        return max((self.seats or 0) - self.filled, 0)

    def days(self, on: date) -> int | None:
        """Days vacant; None when nothing is vacant or nobody knows since when."""
        return (on - self.vacant_since).days if self.vacant and self.vacant_since else None


def seats_at(bodies: Iterable[int] | QuerySet[Any], on: date) -> list[Seat]:
    """Posts of bodies beside their seats, in order of body and post. Three queries."""
    wanted = {
        (row.org_id, row.kind): row
        for row in Establishment.objects.filter(orgs.on_day(on), org__in=bodies).select_related("org")
    }
    held: dict[tuple[int, str], list[Post]] = {}
    for post in (
        Post.objects.filter(orgs.on_day(on), org__in=bodies).select_related("org", "person").order_by("from_on")
    ):
        held.setdefault((post.org_id, post.kind), []).append(post)
    ended = Post.objects.filter(org__in=bodies, to_on__lte=on, acting=False).order_by()
    last: dict[tuple[int, str], date] = {
        (row["org_id"], row["kind"]): row["last"] for row in ended.values("org_id", "kind").annotate(last=Max("to_on"))
    }
    rows = []
    for key in {*wanted, *held}:
        row = wanted.get(key)
        posts = tuple(held.get(key, []))
        org = row.org if row else posts[0].org
        short = row is not None and sum(not post.acting for post in posts) < row.seats
        since = max(last.get(key, row.from_on), row.from_on) if row is not None and short else None
        rows.append(Seat(org, key[1], str(PostKind(key[1]).label), row.seats if row else None, posts, since))
    order = {kind: number for number, kind in enumerate(PostKind.values)}
    return sorted(rows, key=lambda seat: (seat.org.sort, seat.org.pk, order[seat.kind]))
