"""Writes of 对账: the book's balance of a day is entered, another person confirms it, a wrong one is voided."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import DuesCheck
from hongzhu.services.party.queries import dues_account as queries
from hongzhu.services.party.rules import dues_checks as check_rules

from .dues_books import held, hold, require


@transaction.atomic
def check_dues(
    *, org: Org, checked_on: date, book_fen: int, note: str, by: Actor, on: date, now: datetime
) -> DuesCheck:
    """对账: the balance of the bank slip or cash book on a day; the computed one is put beside it, never typed."""
    hold(org)
    computed = queries.computed(org, checked_on, on)
    taken = DuesCheck.objects.filter(org=org, on=checked_on, voided_at__isnull=True).exists()
    require(
        check_rules.can_check(
            on=checked_on, today=on, taken=taken, book=book_fen, computed=computed, note=note
        )
    )  # fmt: skip
    check = DuesCheck.objects.create(
        org=org, on=checked_on, book_fen=book_fen, computed_fen=computed, note=note.strip()[:200], made_by=by.label[:120],
        made_at=now,
    )  # fmt: skip
    audit.record(
        by=by, did="party.check_dues", to=Ref.to(check), bureau=org.bureau_id, on=checked_on.isoformat(), book=book_fen,
        computed=computed, note=check.note,
    )  # fmt: skip
    return check


@transaction.atomic
def confirm_check(*, check: DuesCheck, by: Actor, on: date, now: datetime) -> DuesCheck:
    """核对: another person has seen the slip or the book as well."""
    check = held(check)
    require(queries.may_confirm_check(check, by.id, on))
    check.confirmed_by, check.confirmed_at = by.label[:120], now
    check.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        by=by, did="party.confirm_check", to=Ref.to(check), bureau=check.org.bureau_id, book=check.book_fen,
        computed=check.computed_fen,
    )  # fmt: skip
    return check


@transaction.atomic
def void_check(*, check: DuesCheck, reason: str, by: Actor, now: datetime) -> DuesCheck:
    """作废 a wrong check, or one the account has moved on from; the day may be checked anew."""
    check = held(check)
    require(check_rules.can_void_check(check, reason))
    check.voided_at, check.void_reason = now, reason.strip()[:200]
    check.save(update_fields=["voided_at", "void_reason"])
    audit.record(
        by=by, did="party.void_check", to=Ref.to(check), bureau=check.org.bureau_id, reason=check.void_reason,
        on=check.on.isoformat(),
    )  # fmt: skip
    return check
