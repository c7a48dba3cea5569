"""Demonstration posts, areas and promises: what a user may see, who has no promise this year, coverage by branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.models import MemberPost, Promise
from hongzhu.services.party.rules.posts import OWN, PARTY, REVIEW_DAYS

from . import sending


def visible_to(user: Any) -> QuerySet[MemberPost]:
    rows = MemberPost.objects.filter(access.within(user, rules.VIEW, "org"), bureau=access.bureau_of(user))
    return rows.select_related("org", "person").order_by("org__sort", "org_id", "kind", "person__name", "id")


def open_post(user: Any, pk: int, perm: Perm = rules.VIEW) -> MemberPost:
    """The one door: unseen is 404, seen but not permitted is 403."""
    post: MemberPost = get_object_or_404(visible_to(user), pk=pk)
    access.check(user, perm, post.org)
    return post


def narrowed(
    rows: QuerySet[MemberPost], today: date, *, kind: str = "", state: str = "held", org: int | None = None, text: str = ""
) -> QuerySet[MemberPost]:  # fmt: skip
    """``state``: held (in force), claims (waiting for the branch), review (a year without a look), gone, or all."""
    running = Q(to_on__isnull=True) | Q(to_on__gt=today)
    due = today - timedelta(days=REVIEW_DAYS)
    states = {
        "held": running,
        "claims": running & Q(agreed_on__isnull=True),
        "review": running & Q(agreed_on__isnull=False) & Q(from_on__lte=due)
        & (Q(reviewed_on__isnull=True) | Q(reviewed_on__lte=due)),
        "gone": ~running,
    }  # fmt: skip
    if state in states:
        rows = rows.filter(states[state])
    if kind:
        rows = rows.filter(kind=kind)
    if org:
        rows = rows.filter(org=org)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(person__name__icontains=text) | Q(org__name__icontains=text))
    return rows


def own_posts(person_id: int | None) -> QuerySet[MemberPost]:
    """Everything one person holds or has claimed."""
    return MemberPost.objects.filter(person=person_id or 0).select_related("org").order_by("to_on", "-from_on", "id")


def own_branch(person_id: int | None, on: date) -> Org | None:
    """Where somebody is a Party member on a day."""
    row = (
        Membership.objects.filter(orgs.on_day(on), person=person_id or 0, standing__in=PARTY)
        .select_related("org").first()
    )  # fmt: skip
    return row.org if row else None


def who_else_agrees(post: MemberPost, account: int, on: date) -> list[str]:
    """Who could agree to a claim beside the one who asks."""
    return access.names_over(post.org, rules.KEEP, on, but=(account,))


# Promises


def day_in(year: int, today: date) -> date:
    """The day a year's roster is asked for: today in the running year, else the year's last day."""
    return today if year == today.year else date(year, 12, 31)


def members(user: Any, on: date, org: int | None = None) -> QuerySet[Membership]:
    """Party members of the user's part on a day, branch by branch."""
    rows = Membership.objects.filter(
        orgs.on_day(on), access.within(user, rules.VIEW, "org"), standing__in=PARTY,
        org__bureau=access.bureau_of(user),
    )  # fmt: skip
    if org:
        rows = rows.filter(org=org)
    return rows.select_related("person", "org").order_by("org__sort", "org_id", "person__name", "person_id")


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A member and the promise of a year; None where there is none."""

    member: Membership
    promise: Promise | None


def promise_lines(
    user: Any, year: int, today: date, *, org: int | None = None, state: str = "", text: str = ""
) -> list[PromiseLine]:
    """Every member with the promise of the year, by where it stands. Two queries.

    ``state``: missing, unsigned, signed, reported, returned, done; each line is in one.
    """
    people = members(user, day_in(year, today), org)
    if text:
        people = people.filter(Q(person__name__icontains=text) | Q(org__name__icontains=text))
    held = {
        row.person_id: row for row in Promise.objects.filter(year=year, person__in=people.order_by().values("person"))
    }
    lines = [PromiseLine(member, held.get(member.person_id)) for member in people]
    return [line for line in lines if not state or _state(line.promise) == state]


def _state(promise: Promise | None) -> str:
    if promise is None:
        return "missing"
    if promise.done_on is not None:
        return "done"
    if promise.reported_on is not None:
        return "reported"
    if promise.returned_for:
        return "returned"
    return "signed" if promise.signed_on is not None else "unsigned"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one branch is with the year's promises (B33: everybody takes part)."""

    org: Org
    members: int
    signed: int
    done: int

    @property
    def missing(self) -> int:
        return self.members - self.signed

    @property
    def share(self) -> str:
        """Signed of all members."""
        return f"{100 * self.signed / self.members:.0f}%" if self.members else ""

    @property
    def kept(self) -> str:
        """Kept of those signed; nothing where nobody has signed."""
        return f"{100 * self.done / self.signed:.0f}%" if self.signed else ""


def coverage(user: Any, year: int, today: date) -> list[Coverage]:
    """One line for each branch with members, in the order of the register. One query beside the scope."""
    on = day_in(year, today)
    seats = Membership.objects.filter(orgs.on_day(on), org=OuterRef("pk"), standing__in=PARTY).order_by().values("org")
    promised = Promise.objects.filter(year=year, signed_on__isnull=False)
    there = Membership.objects.filter(
        orgs.on_day(on), org=OuterRef("pk"), standing__in=PARTY, person__in=promised.values("person")
    ).order_by().values("org")  # fmt: skip
    kept = there.filter(person__in=promised.filter(done_on__isnull=False).values("person"))

    def number(rows: Any) -> Coalesce:
        counted = rows.annotate(n=Count("person", distinct=True)).values("n")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    rows = sending.branches(user, rules.VIEW, on).annotate(
        members_n=number(seats), signed_n=number(there), done_n=number(kept)
    )
    return [Coverage(org, org.members_n, org.signed_n, org.done_n) for org in rows if org.members_n]


def open_branch(user: Any, pk: int, perm: Perm = rules.KEEP) -> Org:
    """The door to a branch for its promises."""
    org: Org = get_object_or_404(access.orgs_where(user, rules.VIEW), pk=pk)
    access.check(user, perm, org)
    return org


def of_branch(org: Org, year: int) -> QuerySet[Promise]:
    return Promise.objects.filter(org=org, year=year).select_related("person").order_by("person__name", "person_id")


def visible_promises(user: Any) -> QuerySet[Promise]:
    rows = Promise.objects.filter(access.within(user, rules.VIEW, "org"), bureau=access.bureau_of(user))
    return rows.select_related("org", "person").order_by("org__sort", "org_id", "person__name", "person_id", "id")


def open_promise(user: Any, pk: int, perm: Perm = rules.VIEW) -> Promise:
    """The branch's door to one promise: unseen is 404, seen but not permitted is 403."""
    promise: Promise = get_object_or_404(visible_promises(user), pk=pk)
    access.check(user, perm, promise.org)
    return promise


def open_own(user: Any, pk: int) -> Promise:
    """A member's door to the own promise; another's is 404."""
    promise: Promise = get_object_or_404(own_promises(user.person_id), pk=pk)
    return promise


def to_confirm(rows: QuerySet[Promise]) -> QuerySet[Promise]:
    """Reported kept and not yet answered."""
    return rows.filter(reported_on__isnull=False, done_on__isnull=True)


def to_fulfil(org: Org, year: int, person: int | None) -> tuple[list[Promise], bool]:
    """A branch's signed promises that are open, and whether the own one of ``person`` is left out as another's to confirm."""
    rows = list(of_branch(org, year).filter(signed_on__isnull=False, done_on__isnull=True))
    others = [row for row in rows if row.person_id != person]
    return others, len(others) < len(rows)


def who_else_confirms(org: Org, account: int, on: date) -> list[str]:
    """Who could confirm beside the one who asks."""
    return access.names_over(org, rules.KEEP, on, but=(account,))


def own_promises(person_id: int | None) -> QuerySet[Promise]:
    return Promise.objects.filter(person=person_id or 0).select_related("org").order_by("-year")


__all__ = [
    "OWN", "Coverage", "PromiseLine", "coverage", "day_in", "members", "narrowed", "of_branch", "open_branch",
    "open_own", "open_post", "open_promise", "own_branch", "own_posts", "own_promises", "promise_lines", "to_confirm",
    "to_fulfil", "visible_promises", "visible_to", "who_else_agrees", "who_else_confirms",
]  # fmt: skip
