"""Writes of allotments: decided by a rule, sent with a voucher, received, used with vouchers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Allotment, AllotmentLine, AllotmentUse
from hongzhu.services.party.queries import allotments as queries
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.rules import allotments as allotment_rules


@transaction.atomic
def allot(
    *,
    bureau: Bureau,
    kind: str,
    title: str,
    year: int,
    decided_on: date,
    by: Actor,
    on: date,
    now: datetime,
    flat: int | None = None,
    share: int | None = None,
    units: Iterable[Org] = (),
    document: Document | None = None,
    payer: Org | None = None,
) -> Allotment:
    """A batch by one rule: the same sum for chosen units (B27), or a share back of what branches handed up in a year.

    ``payer``: whose money it is; None where the bureau has one committee at the top, which then is.
    """
    chosen = list(units)
    if any(unit.bureau_id != bureau.pk for unit in chosen):
        raise ValidationError(_("没有保存：有单位不属于本局，请去掉。已填内容还在。"))
    if (kind == Allotment.Kind.SPECIAL) != (flat is not None):
        raise ValidationError(_("没有保存：专项下拨写每个单位的金额，党费返还写返还比例。已填内容还在。"))
    if flat is not None:
        dues = queries.flat_rule([unit.pk for unit in chosen], flat)
    else:
        dues = queries.share_rule(bureau, year, share or 0)
    _insist(allotment_rules.can_allot(flat=flat, share=share, units=len(dues), decided_on=decided_on, today=on))
    tops = list(queries.payers(bureau.pk, on))
    _insist(allotment_rules.can_pay(payer, tops))
    payer = payer or next(iter(tops), None)
    allotment = Allotment.objects.create(
        bureau=bureau, kind=kind, title=title.strip()[:160], year=year, flat=flat, share=share, decided_on=decided_on,
        document=document, payer=payer, recorded_at=now,
    )  # fmt: skip
    AllotmentLine.objects.bulk_create(
        [AllotmentLine(allotment=allotment, org_id=due.org_id, fen=due.fen) for due in dues], batch_size=500
    )
    audit.record(
        by=by, did="party.allot", to=Ref.to(allotment), bureau=bureau.pk, kind=kind, flat=flat, share=share,
        units=len(dues), fen=sum(due.fen for due in dues), on=decided_on.isoformat(), payer=allotment.payer_id,
    )  # fmt: skip
    return allotment


@transaction.atomic
def set_payer(*, allotment: Allotment, payer: Org, by: Actor, on: date) -> Allotment:
    """Whose dues a batch is paid from, said or changed before any of it is sent."""
    allotment = _locked_allotment(allotment)
    sent = allotment.lines.filter(sent_on__isnull=False).count()
    tops = list(queries.payers(allotment.bureau_id, on))
    _insist(allotment_rules.can_set_payer(allotment, payer, tops, sent=sent))
    before, allotment.payer = allotment.payer_id, payer
    allotment.save(update_fields=["payer"])
    audit.record(
        by=by, did="party.set_payer", to=Ref.to(allotment), bureau=allotment.bureau_id, payer=payer.pk, before=before
    )
    return allotment


@transaction.atomic
def send_allotment(
    *, allotment: Allotment, lines: Iterable[AllotmentLine], voucher: str, sent_on: date, by: Actor, on: date,
    now: datetime,
) -> int:  # fmt: skip
    """拨付 to some units under one voucher; how many. Those sent before stay as they are."""
    allotment = _locked_allotment(allotment)
    rows = allotment.lines.filter(pk__in=[line.pk for line in lines], sent_on__isnull=True)
    count = rows.count()
    _insist(allotment_rules.can_send(allotment, lines=count, voucher=voucher, sent_on=sent_on, today=on))
    payer = allotment.payer_id or queries.only_payer(allotment.bureau_id, on)
    _insist(openings.may_move(payer, sent_on))
    fen = sum(rows.values_list("fen", flat=True))
    rows.update(sent_on=sent_on, voucher=voucher.strip()[:60], sent_at=now)
    audit.record(
        by=by, did="party.send_allotment", to=Ref.to(allotment), bureau=allotment.bureau_id, units=count, fen=fen,
        voucher=voucher.strip()[:60], on=sent_on.isoformat(),
    )  # fmt: skip
    return count


@transaction.atomic
def receive_allotment(*, line: AllotmentLine, received_on: date, by: Actor, on: date) -> AllotmentLine:
    """The unit says that the money arrived."""
    line = _locked_line(line)
    _insist(allotment_rules.can_receive(line, received_on, on))
    _insist(openings.may_move(line.org_id, received_on))
    line.received_on = received_on
    line.save(update_fields=["received_on"])
    audit.record(
        by=by, did="party.receive_allotment", to=Ref.to(line), bureau=line.allotment.bureau_id, fen=line.fen,
        on=received_on.isoformat(),
    )  # fmt: skip
    return line


@transaction.atomic
def report_use(
    *, line: AllotmentLine, used: int, used_for: str, voucher: str, reported_on: date, by: Actor, on: date
) -> AllotmentLine:
    """What the unit spent so far, on what, with which vouchers; a later report gives the new total."""
    line = _locked_line(line)
    _insist(allotment_rules.can_report(line, used=used, used_for=used_for, voucher=voucher, on=reported_on, today=on))
    _split_use(line, used, used_for.strip()[:200], voucher.strip()[:120], reported_on)
    line.used, line.used_for, line.used_voucher = used, used_for.strip()[:200], voucher.strip()[:120]
    line.reported_on = reported_on
    line.save(update_fields=["used", "used_for", "used_voucher", "reported_on"])
    audit.record(
        by=by, did="party.report_use", to=Ref.to(line), bureau=line.allotment.bureau_id, used=used,
        voucher=line.used_voucher, on=reported_on.isoformat(),
    )  # fmt: skip
    return line


def _split_use(line: AllotmentLine, used: int, used_for: str, voucher: str, on: date) -> None:
    """What this report adds, as a row of its own day: the account of an earlier day stays as it was.

    Of a line reported before such rows were kept, what stood there becomes its first row.
    """
    rows = []
    if line.used and line.reported_on and not line.uses.exists():
        rows.append(
            AllotmentUse(
                line=line,
                fen=line.used,
                used_for=line.used_for,
                voucher=line.used_voucher,
                reported_on=line.reported_on,
            )
        )
    if used > line.used:
        rows.append(AllotmentUse(line=line, fen=used - line.used, used_for=used_for, voucher=voucher, reported_on=on))
    AllotmentUse.objects.bulk_create(rows)


@transaction.atomic
def void_allotment(*, allotment: Allotment, reason: str, by: Actor, now: datetime) -> Allotment:
    """A batch decided wrongly, before any money has gone."""
    allotment = _locked_allotment(allotment)
    sent = allotment.lines.filter(sent_on__isnull=False).exists()
    _insist(allotment_rules.can_void(allotment, sent=sent, reason=reason))
    allotment.voided_at, allotment.void_reason = now, reason.strip()[:200]
    allotment.save(update_fields=["voided_at", "void_reason"])
    audit.record(
        by=by, did="party.void_allotment", to=Ref.to(allotment), bureau=allotment.bureau_id,
        reason=allotment.void_reason,
    )  # fmt: skip
    return allotment


def _locked_allotment(allotment: Allotment) -> Allotment:
    return Allotment.objects.select_for_update(of=("self",)).get(pk=allotment.pk)


def _locked_line(line: AllotmentLine) -> AllotmentLine:
    return AllotmentLine.objects.select_for_update(of=("self",)).select_related("allotment", "org").get(pk=line.pk)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
