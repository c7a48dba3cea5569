"""Nominations of a year (C12): who was put forward, where it stands, who holds what."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Kind, Org
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Nomination
from hongzhu.kit.perms import Perm
from hongzhu.kit.refs import Ref


def visible_to(user: Any) -> QuerySet[Nomination]:
    """Put forward by bodies of the user's part, or about its bodies."""
    if not access.may(user, rules.VIEW):
        return Nomination.objects.none()
    seen = access.within(user, rules.VIEW, "nominated_by") | access.within(user, rules.VIEW, "org")
    return (
        Nomination.objects.filter(seen, bureau=access.bureau_of(user))
        .select_related("org", "person", "nominated_by", "honour")
        .order_by("-year", "title", "nominated_by__sort", "id")
    )


def open_nomination(user: Any, pk: int, perm: Perm = rules.VIEW) -> Nomination:
    """The one door; changing is asked at the body that put it forward."""
    row: Nomination = get_object_or_404(visible_to(user), pk=pk)
    if perm is not rules.VIEW:
        access.check(user, perm, row.nominated_by)
    return row


def narrowed(
    rows: QuerySet[Nomination], today: date, *, year: int | None = None, level: str = "", state: str = "", text: str = ""
) -> QuerySet[Nomination]:  # fmt: skip
    """``state``: a status, or ``held``: granted, not revoked and within its validity on the day."""
    if state == "held":
        lasting = Q(honour__valid_to__isnull=True) | Q(honour__valid_to__gt=today)
        rows = rows.filter(
            lasting, Q(honour__revoked_on__isnull=True) | Q(honour__revoked_on__gt=today), honour__isnull=False
        )
    elif state:
        rows = rows.filter(status=state)
    if year:
        rows = rows.filter(year=year)
    if level:
        rows = rows.filter(level=level)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(org__name__icontains=text) | Q(person__name__icontains=text))
    return rows


def nominators(user: Any, on: date) -> QuerySet[Org]:
    """Bodies in whose name the user may put somebody forward."""
    mine = access.orgs_where(user, rules.NOMINATE).filter(orgs.existing(on))
    return mine.exclude(kind__in=(Kind.CLASS, Kind.TEAM))


def decided_by_own(row: Nomination, user: Any, on: date) -> tuple[bool, list[str]]:
    """Whether the user put it forward or is meant by it, and who else may decide (A19). Six queries at most."""
    wrote = audit.who_did(Ref.to(row), "registers.nominate")
    if user.pk not in wrote and (row.person_id is None or row.person_id != user.person_id):
        return False, []
    return True, access.names_over(row.nominated_by, rules.ASSIGN, on, but={*wrote, user.pk})


def posted_until(bureau: Bureau, today: date) -> date:
    """The last day of a notice posted today, as the pack proposes it."""
    days = policies.pack_for(bureau, today).section("registers").posting_days
    return policies.add_workdays(bureau, today, days)[0]
