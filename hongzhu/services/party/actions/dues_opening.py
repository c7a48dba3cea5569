"""Writes of 期初余额: entered once for a body, confirmed by another person, a wrong one is voided."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import DuesOpening
from hongzhu.services.party.queries import dues_opening as queries
from hongzhu.services.party.rules import dues_opening as opening_rules

from .dues_books import held, hold, require


@transaction.atomic
def set_opening(
    *, org: Org, opened_on: date, fen: int, basis: str, by: Actor, on: date, now: datetime
) -> DuesOpening:  # fmt: skip
    """登记期初余额: what was in hand at the beginning of a day, with the book it stands in; nothing may be there from before."""
    hold(org)
    stands = queries.standing(org.pk) is not None
    first = queries.first_moved(org, on)
    require(opening_rules.can_open(on=opened_on, today=on, fen=fen, basis=basis, stands=stands, first=first))
    opening = DuesOpening.objects.create(
        org=org, on=opened_on, fen=fen, basis=basis.strip()[:200], made_by=by.label[:120], made_at=now
    )
    audit.record(
        by=by, did="party.set_opening", to=Ref.to(opening), bureau=org.bureau_id, on=opened_on.isoformat(), fen=fen,
        basis=opening.basis,
    )  # fmt: skip
    return opening


@transaction.atomic
def confirm_opening(*, opening: DuesOpening, by: Actor, on: date, now: datetime) -> DuesOpening:
    """核对: another person has seen the book as well; from now on it is part of every balance from its day on."""
    opening = held(opening)
    require(queries.may_confirm_opening(opening, by.id, on))
    opening.confirmed_by, opening.confirmed_at = by.label[:120], now
    opening.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        by=by, did="party.confirm_opening", to=Ref.to(opening), bureau=opening.org.bureau_id, fen=opening.fen,
        on=opening.on.isoformat(),
    )  # fmt: skip
    return opening


@transaction.atomic
def void_opening(*, opening: DuesOpening, reason: str, by: Actor, now: datetime) -> DuesOpening:
    """作废 a wrong one: no balance has it any more, and it may be entered anew."""
    opening = held(opening)
    require(opening_rules.can_void_opening(opening, reason, handed=queries.handed_of(opening.org_id)))
    opening.voided_at, opening.void_reason = now, reason.strip()[:200]
    opening.save(update_fields=["voided_at", "void_reason"])
    audit.record(
        by=by, did="party.void_opening", to=Ref.to(opening), bureau=opening.org.bureau_id, fen=opening.fen,
        reason=opening.void_reason,
    )  # fmt: skip
    return opening
