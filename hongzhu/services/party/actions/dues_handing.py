"""Writes of hand-overs: the money of a quarter goes up, the superior says it arrived, a wrong one is voided."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Handing
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.rules import dues as dues_rules


@transaction.atomic
def hand_up(
    *,
    org: Org,
    quarter_on: date,
    voucher: str,
    handed_on: date,
    by: Actor,
    on: date,
    now: datetime,
    opening_fen: int = 0,
) -> Handing:
    """上缴: all dues the body holds by that day go to its superior; their sum is computed, never typed.

    ``opening_fen``: what goes with them of the opening cash of the account, under the same voucher.
    """
    _lock_body(org)
    superior = queries.superior_of(org, on)
    if superior is None:
        raise ValidationError(_("没有保存：还没有登记隶属的上级党组织，请先在机构里登记。已填内容还在。"))
    receipts = handings.receipts_to_hand(org, handed_on)
    below = handings.handings_to_pass_on(org, handed_on)
    fen = handings.to_hand(org, handed_on) + opening_fen
    handed = Handing.objects.filter(org=org, quarter_on=quarter_on, voided_at__isnull=True).exists()
    _must(
        dues_rules.can_hand_up(
            fen=fen, voucher=voucher, quarter_on=quarter_on, handed_on=handed_on, today=on, handed=handed
        )
    )
    _must(openings.may_hand(org, opening_fen, handed_on=handed_on, today=on))
    handing = Handing.objects.create(
        bureau=org.bureau, org=org, superior=superior, quarter_on=quarter_on, fen=fen, opening_fen=opening_fen,
        voucher=voucher.strip()[:60], handed_on=handed_on, recorded_at=now,
    )  # fmt: skip
    count = receipts.update(handing=handing)
    passed = below.exclude(pk=handing.pk).update(within=handing)
    audit.record(
        by=by, did="party.hand_up", to=Ref.to(handing), bureau=org.bureau_id, quarter=quarter_on.isoformat(), fen=fen,
        opening=opening_fen, voucher=handing.voucher, receipts=count, below=passed, on=handed_on.isoformat(),
    )  # fmt: skip
    return handing


@transaction.atomic
def confirm_handing(*, handing: Handing, received_on: date, number: str, by: Actor, on: date, now: datetime) -> Handing:
    """The money arrived: said by the superior, another person than who handed it up."""
    handing = _locked_handing(handing)
    _must(handings.may_confirm(handing, by.id, on, received_on=received_on, number=number))
    _must(openings.may_move(handing.superior_id, received_on))
    handing.received_on, handing.received_at = received_on, now
    handing.received_by, handing.received_number = by.label[:120], number.strip()[:60]
    handing.save(update_fields=["received_on", "received_at", "received_by", "received_number"])
    audit.record(
        by=by, did="party.confirm_handing", to=Ref.to(handing), bureau=handing.bureau_id, fen=handing.fen,
        on=received_on.isoformat(), number=handing.received_number,
    )  # fmt: skip
    return handing


@transaction.atomic
def void_handing(*, handing: Handing, superior: bool, reason: str, by: Actor, now: datetime) -> Handing:
    """A wrong hand-over: its receipts are free again. ``superior``: asked for by the side that confirmed it."""
    handing = _locked_handing(handing)
    _must(dues_rules.can_void_handing(handing, superior=superior, reason=reason))
    handing.voided_at, handing.void_reason = now, reason.strip()[:200]
    handing.save(update_fields=["voided_at", "void_reason"])
    freed = handing.receipts.update(handing=None)
    handing.below.update(within=None)
    audit.record(
        by=by, did="party.void_handing", to=Ref.to(handing), bureau=handing.bureau_id, reason=handing.void_reason,
        fen=handing.fen, opening=handing.opening_fen, receipts=freed,
    )  # fmt: skip
    return handing


def _locked_handing(handing: Handing) -> Handing:
    """From below upwards, as everybody locks: while the superior hands up its own, nothing arrives."""
    _lock_body(handing.org)
    _lock_body(handing.superior)
    return Handing.objects.select_for_update(of=("self",)).select_related("org", "superior").get(pk=handing.pk)


def _lock_body(org: Org) -> None:
    """The same lock as receipts take: nothing is added to a sum while it is handed up."""
    Org.objects.select_for_update(of=("self",)).get(pk=org.pk)


def _must(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
