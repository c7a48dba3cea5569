"""The roster of experts and backbone members (B35)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.services.party import rules
from hongzhu.services.party.models import Talent, TalentTask

from . import sending


def visible_to(user: Any) -> QuerySet[Talent]:
    """Nominations and rosters of people in the user's part, with ``tasks_n``."""
    if not access.may(user, rules.VIEW):
        return Talent.objects.none()
    rows = Talent.objects.filter(sending.mine(user) | access.within(user, rules.VIEW, "nominated_by"))
    return (
        rows.filter(bureau=access.bureau_of(user))
        .select_related("person", "nominated_by", "bureau")
        .annotate(tasks_n=Count("tasks"))
        .order_by("tier", "-from_on", "person__name", "id")
    )


def open_talent(user: Any, pk: int, *, change: bool = False) -> Talent:
    row: Talent = get_object_or_404(visible_to(user), pk=pk)
    if change:
        sending.require_office(user)
    return row


def on_roster(on: date) -> Q:
    """Chosen, the term begun, and neither removed nor over."""
    return Q(chosen=True, from_on__lte=on, to_on__gt=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def narrowed(
    rows: QuerySet[Talent], today: date, remind_days: int, *, tier: str = "", state: str = "", text: str = ""
) -> QuerySet[Talent]:
    """``state``: roster, waiting (for review), ending, ended."""
    states = {
        "roster": on_roster(today),
        "waiting": Q(reviewed_on__isnull=True),
        "ending": Q(chosen=True, ended_on__isnull=True, to_on__lte=today + timedelta(days=remind_days)),
        "ended": Q(ended_on__lte=today) | Q(chosen=False, reviewed_on__isnull=False),
    }
    if state in states:
        rows = rows.filter(states[state])
    if tier:
        rows = rows.filter(tier=tier)
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text) | Q(call__icontains=text) | Q(nominated_by__name__icontains=text)
        )
    return rows


def tasks_of(row: Talent) -> QuerySet[TalentTask]:
    return row.tasks.order_by("-on", "id")


def nominators(user: Any) -> QuerySet[Org]:
    """Bodies that may put somebody forward: those whose registers the user keeps."""
    perm = rules.APPROVE if sending.office(user) else rules.KEEP
    return access.orgs_where(user, perm).filter(closed_on__isnull=True).exclude(kind__in=("CLASS", "TEAM"))
