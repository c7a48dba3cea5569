"""Who was on a body's roster on a day, by the roster its kind of act keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from hongzhu.core.activities.engine import Seat
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, Hosting, Kind, Org, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Post, PostKind, Standing

COMMITTEE_POSTS = (
    PostKind.SECRETARY,
    PostKind.DEPUTY_SECRETARY,
    PostKind.ORGANISER,
    PostKind.PUBLICITY,
    PostKind.DISCIPLINE,
    PostKind.COMMITTEE_MEMBER,
)
PARTY_MEMBERS = (Standing.FULL, Standing.PROBATIONARY)


def seats(body: Org, roster: str, on: date) -> list[Seat]:
    """The people due at ``body`` on ``on``; 免予参加 is marked, not dropped. At most three queries."""
    if roster == "members":
        return _members(_with_branches(body, on), body, on, PARTY_MEMBERS)
    if roster == "body_members":
        every = tuple(value for value in Standing.values if value != Standing.ACTIVIST)
        return _members(Q(org=body), body, on, every)
    if roster == "committee":
        return _committee(body, on)
    if roster == "staff":
        return _staff(body, on)
    return []


def seats_of_all(bodies: Iterable[tuple[Org, str]], on: date) -> dict[int, list[Seat]]:
    """org id → its seats, for the few bodies of a joint act."""
    return {body.pk: seats(body, roster, on) for body, roster in bodies}


def _with_branches(body: Org, on: date) -> Q:
    """Whose rolls hold the members of a body: its own, and of a general branch those of its branches."""
    of = Q(org=body)
    if body.kind == Kind.GENERAL_BRANCH:
        below = Superior.objects.filter(
            orgs.on_day(on), superior=body, relation=Superior.Relation.BELONGS, org__kind__in=BRANCH_KINDS
        )
        of |= Q(org__in=below.values("org"))
    return of


def _members(of: Q, body: Org, on: date, standings: Iterable[str]) -> list[Seat]:
    rows = (
        Membership.objects.filter(of, orgs.on_day(on), standing__in=list(standings))
        .order_by("id")
        .values_list("person", "standing", "left_out", "person__name")
    )
    return [Seat(person, body.pk, standing, bool(left_out), name) for person, standing, left_out, name in rows]


def _committee(body: Org, on: date) -> list[Seat]:
    """Holders of committee posts; a body without posts falls back on its members (leading groups)."""
    rows = list(
        Post.objects.filter(orgs.on_day(on), org=body, kind__in=COMMITTEE_POSTS)
        .order_by("id")
        .values_list("person", "person__name", "kind")
    )
    if not rows:
        return seats(body, "body_members", on)
    rows.sort(key=lambda row: COMMITTEE_POSTS.index(PostKind(row[2])))
    names = {person: name for person, name, _kind in rows}
    standing = dict(
        Membership.objects.filter(orgs.on_day(on), person__in=names, org__kind__in=PARTY_KINDS)
        .exclude(standing=Standing.ACTIVIST)
        .values_list("person", "standing")
    )
    return [Seat(person, body.pk, standing.get(person, Standing.MEMBER), False, name) for person, name in names.items()]


def _staff(body: Org, on: date) -> list[Seat]:
    """Who works at the unit on the day; for a Party or mass organisation, at the units that host it."""
    units = [body.pk]
    if body.kind in (*PARTY_KINDS, "UNION", "LEAGUE", "PIONEERS"):
        units = list(Hosting.objects.filter(orgs.on_day(on), org=body).values_list("unit", flat=True))
    rows = (
        Engagement.objects.filter(orgs.on_day(on), unit__in=units, relation=Engagement.Relation.WORKPLACE)
        .exclude(reason=Engagement.Reason.RETIRED)
        .order_by("id")
        .values_list("person", "person__name")
    )
    return [Seat(person, body.pk, Standing.MEMBER, False, name) for person, name in rows]


def secretary_of(body: Org, on: date) -> Person | None:
    """Who leads the body on the day: its secretary, else head of the group, else principal or director."""
    wanted = (PostKind.SECRETARY, PostKind.TEAM_LEADER, PostKind.PRINCIPAL, PostKind.DIRECTOR, PostKind.CLASS_TEACHER)
    posts = Post.objects.filter(orgs.on_day(on), org=body, kind__in=wanted).select_related("person")
    found = sorted(posts, key=lambda post: wanted.index(PostKind(post.kind)))
    if found:
        return found[0].person
    head = Membership.objects.filter(orgs.on_day(on), org=body, standing=Standing.HEAD).select_related("person").first()
    return head.person if head else None


def post_held(person_id: int, body: Org, on: date) -> str:
    """The post a lecturer held on the day that counts for lectures: in the body first, then anywhere (B09)."""
    posts = Post.objects.filter(orgs.on_day(on), person_id=person_id).values_list("kind", "org")
    order = list(PostKind.values)
    ranked = sorted(posts, key=lambda post: (post[0] != PostKind.SECRETARY, post[1] != body.pk, order.index(post[0])))
    return str(ranked[0][0]) if ranked else ""
