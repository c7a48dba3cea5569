"""期初余额 of a dues account: the one that stands, those that were voided, and who may confirm it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.audit import queries as trail
from hongzhu.core.orgs.models import Org
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues_account as engine
from hongzhu.services.party.models import DuesOpening, Handing
from hongzhu.services.party.rules import dues_opening as opening_rules

from . import dues_account as accounts
from .dues import bodies


def openings_of(org: Org) -> list[tuple[DuesOpening, Chip]]:
    """Every opening of a body with where it stands, the one that stands first. One query."""
    rows = DuesOpening.objects.filter(org=org).order_by("-id")
    found = sorted(rows, key=lambda row: row.voided_at is not None)
    return [(row, opening_rules.opening_chip(row)) for row in found]


def standing(org_id: int) -> DuesOpening | None:
    """The opening that is not voided, confirmed or not. One query."""
    return DuesOpening.objects.filter(org=org_id, voided_at__isnull=True).select_related("org").first()


def may_move(org_id: int | None, day: date) -> Verdict:
    """Whether money of a body may be dated this day: not before its account began. One query, none without a body."""
    return opening_rules.can_move(standing(org_id) if org_id else None, day)


def handed_of(org_id: int) -> int:
    """What of the opening has gone up with hand-overs that stand, confirmed above or on the way. One query."""
    rows = Handing.objects.filter(org=org_id, voided_at__isnull=True)
    return int(rows.aggregate(n=Sum("opening_fen", default=0))["n"])


def left_of(org: Org, today: date) -> int:
    """What of the opening is still in hand and may go up; nothing before it is confirmed. At most four queries.

    What left on a later day counts too: it is needed there, so a hand-over dated before it cannot take it.
    """
    opening = standing(org.pk)
    if opening is None or opening.confirmed_at is None:
        return 0
    return engine.opening_left(opening.fen, handed_of(org.pk), accounts.sent_down(org, today))


def may_hand(org: Org, fen: int, *, handed_on: date, today: date) -> Verdict:
    """Whether a hand-over of a day may take so much of the opening. At most five queries, none where it takes nothing."""
    if not fen:
        return Verdict(True)
    return opening_rules.can_hand_opening(standing(org.pk), fen=fen, left=left_of(org, today), handed_on=handed_on)


def first_moved(org: Org, today: date) -> date | None:
    """The first day on which anything moved in the account, its opening aside until it is confirmed."""
    return min(accounts.net_by_day(org, today), default=None)


def open_opening(user: Any, pk: int, on: date) -> DuesOpening:
    """The door to one opening: unseen is 404, neither keeping nor leading is 403."""
    seen = DuesOpening.objects.filter(org__in=bodies(user, on).order_by().values("pk"))
    opening: DuesOpening = get_object_or_404(seen.select_related("org__bureau"), pk=pk)
    accounts.check_handles(user, opening.org)
    return opening


def may_confirm_opening(opening: DuesOpening, account: int, today: date) -> Verdict:
    """Whether this account may confirm an opening, and if not, who may."""
    made = trail.who_did(Ref.to(opening), "party.set_opening")
    own, others = accounts.another(opening.org, made, account, today)
    first = first_moved(opening.org, today)
    return opening_rules.can_confirm_opening(opening, first=first, own=own, others=others)


def openings_waiting(user: Any, today: date) -> QuerySet[DuesOpening]:
    """Openings that wait for another person, of bodies whose dues the user keeps."""
    kept = Q(access.within(user, rules.KEEP, "org"))
    return (
        DuesOpening.objects.filter(kept, org__in=bodies(user, today).order_by().values("pk"))
        .filter(confirmed_at__isnull=True, voided_at__isnull=True)
        .select_related("org")
        .order_by("on", "id")
    )
