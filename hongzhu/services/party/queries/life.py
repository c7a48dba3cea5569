"""Appraisals of a year, steps of the organisation-life meeting, secretaries' reports: what pages and papers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.activities.models import Act
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Org
from hongzhu.core.people.models import Account, Membership, Person, Post, PostKind, Standing
from hongzhu.core.people.rules import HOLDING
from hongzhu.kit.dates import Period
from hongzhu.kit.perms import Perm
from hongzhu.services.party import rules
from hongzhu.services.party.engine import life as engine
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep
from hongzhu.services.party.pack.life import LifePart, LifeStepSpec

# Acts at which members are appraised: a meeting of its own, or held together with the organisation-life meeting.
APPRAISED_AT = ("appraisal", "org_life")
PARTY = (Standing.FULL, Standing.PROBATIONARY)


@dataclass(frozen=True, slots=True)
class Line:
    """One branch in the bureau's list: its appraisal of the year, or none; how many steps are done of how many."""

    org: Org
    appraisal: Appraisal | None
    done: int
    steps: int
    act: Act | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the checklist: when it was done and its number; by an act of its kind, or ticked by hand."""

    spec: LifeStepSpec
    done_on: date | None
    count: int | None
    act: Act | None


@dataclass(frozen=True, slots=True)
class Reporter:
    """One secretary of a Party organisation and what is known of their report."""

    org: Org
    person: Person
    debrief: Debrief | None


def branches(user: Any, year: int, perm: Perm = rules.VIEW) -> QuerySet[Org]:
    """Branches in the user's part that existed at the end of the year."""
    last = date(year, 12, 31)
    return Org.objects.filter(access.within(user, perm, ""), orgs.existing(last), kind__in=BRANCH_KINDS).order_by(
        "sort", "id"
    )


def open_branch(user: Any, pk: int, perm: Perm = rules.VIEW) -> Org:
    """The door of one branch: unseen is 404, seen but not permitted is 403."""
    seen = Org.objects.filter(access.within(user, rules.VIEW, ""), kind__in=BRANCH_KINDS)
    org: Org = get_object_or_404(seen.select_related("bureau"), pk=pk)
    if perm is not rules.VIEW:
        access.check(user, perm, org)
    return org


def roll(org: Org, on: date) -> tuple[int, int]:
    """(members, probationary ones among them) of a branch on a day. One query."""
    found = Membership.objects.filter(orgs.on_day(on), org=org, standing__in=PARTY).values_list("standing", flat=True)
    standings = list(found)
    return len(standings), standings.count(Standing.PROBATIONARY)


def acts_of(org: Org, year: int) -> QuerySet[Act]:
    """Meetings of a branch that belong to a year and at which members may have been appraised, newest first."""
    return (
        Act.objects.filter(body=org, kind__in=APPRAISED_AT, belongs_on__year=year)
        .exclude(status=Act.Status.VOIDED)
        .order_by("-held_on", "-pk")
    )


def lines(rows: Sequence[Org], year: int, part: LifePart) -> list[Line]:
    """The year's list for these branches. Three queries for any number of them."""
    ids = [org.pk for org in rows]
    appraisals = {row.org_id: row for row in Appraisal.objects.filter(org__in=ids, year=year).select_related("org")}
    kinds = {spec.kind for spec in part.steps if spec.kind}
    held: dict[tuple[int, str], Act] = {}
    for act in Act.objects.filter(body__in=ids, kind__in={*kinds, *APPRAISED_AT}, belongs_on__year=year).exclude(
        status=Act.Status.VOIDED
    ):
        held[act.body_id, act.kind] = act
    codes = {spec.code for spec in part.steps if not spec.kind}
    ticked: dict[int, set[str]] = {}
    for pk, code in LifeStep.objects.filter(org__in=ids, year=year).values_list("org", "code"):
        if code in codes:
            ticked.setdefault(pk, set()).add(code)
    found = []
    for org in rows:
        by_acts = sum((org.pk, spec.kind) in held for spec in part.steps if spec.kind)
        at = next((held[org.pk, kind] for kind in APPRAISED_AT if (org.pk, kind) in held), None)
        done = by_acts + len(ticked.get(org.pk, ()))
        found.append(Line(org, appraisals.get(org.pk), done, len(part.steps), at))
    return found


def steps_of(org: Org, year: int, part: LifePart) -> list[Step]:
    """The checklist of one branch and year. Two queries."""
    ticked = {row.code: row for row in LifeStep.objects.filter(org=org, year=year)}
    kinds = {spec.kind for spec in part.steps if spec.kind}
    held = {
        act.kind: act
        for act in Act.objects.filter(body=org, kind__in=kinds, belongs_on__year=year)
        .exclude(status=Act.Status.VOIDED)
        .order_by("held_on", "pk")
    }
    found = []
    for spec in part.steps:
        act = held.get(spec.kind) if spec.kind else None
        row = ticked.get(spec.code) if not spec.kind else None
        done_on = act.held_on if act else row.done_on if row else None
        found.append(Step(spec, done_on, row.count if row else None, act))
    return found


def counted_short(org: Org, year: int) -> Act | None:
    """The year's meeting with an appraisal whose counts are not entered yet; None when nothing is waiting. Two queries."""
    if Appraisal.objects.filter(org=org, year=year).exists():
        return None
    acts = acts_of(org, year).filter(Q(kind="appraisal") | Q(kind="org_life"))
    return next((act for act in acts if act.kind == "appraisal" or "appraisal" in act.parts), None)


# 述职评议.


def reporters(user: Any, year: int, today: date) -> list[Reporter]:
    """Secretaries of the Party organisations in the user's part at the end of the year, with their reports. Two queries."""
    last = min(date(year, 12, 31), today)
    posts = (
        Post.objects.filter(
            access.within(user, rules.VIEW, "org"), orgs.on_day(last), kind=PostKind.SECRETARY, acting=False,
            org__kind__in=HOLDING,
        )
        .select_related("org", "person")
        .order_by("org__sort", "org_id", "from_on", "pk")
    )  # fmt: skip
    held = list(posts)
    made = {
        (row.org_id, row.person_id): row
        for row in Debrief.objects.filter(year=year, org__in={post.org_id for post in held})
    }
    return [Reporter(post.org, post.person, made.get((post.org_id, post.person_id))) for post in held]


def was_secretary(org: Org, person: Person, year: int, today: date) -> bool:
    """Whether somebody was secretary of the body on some day of the year that has come."""
    period = Period.year(year)
    posts = Post.objects.filter(
        org=org, person=person, kind=PostKind.SECRETARY, from_on__lte=min(period.last_day, today)
    )
    return posts.filter(Q(to_on__isnull=True) | Q(to_on__gt=period.start)).exists()


def may_test(org: Org, person: Person, account: int, on: date) -> tuple[bool, list[str]]:
    """Whether the account is the reporter's own, and who else may enter the test."""
    own = Account.objects.filter(pk=account, person=person).exists()
    return own, access.names_over(org, rules.APPROVE, on, but=[account]) if own else []


def open_body(user: Any, pk: int) -> Org:
    """The door of a Party organisation whose secretary reports: kept by those who approve its affairs."""
    seen = Org.objects.filter(access.within(user, rules.VIEW, ""), kind__in=HOLDING)
    org: Org = get_object_or_404(seen.select_related("bureau"), pk=pk)
    access.check(user, rules.APPROVE, org)
    return org


def usual_year(today: date) -> int:
    return engine.year_of(today)
