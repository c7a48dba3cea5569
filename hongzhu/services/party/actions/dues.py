"""Writes of dues: bases, receipts, reliefs, the yearly publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.audit import queries as trail
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Person
from hongzhu.core.policies import actions as policies
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, DuesMonth, DuesNotice, Receipt, Relief
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.rules import dues as dues_rules

SERIES = "party.receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSet:
    """One member's base as it is to be from a month on."""

    person: Person
    table: str
    base: int = 0
    flat: int | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What one member hands in: how much for which month (first days), in fen."""

    person: Person
    months: Mapping[date, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """With which voucher the money was booked, who took it, on which day."""

    voucher: str
    collected_by: str
    paid_on: date


# --- bases ----------------------------------------------------------------------------------------------


@transaction.atomic
def set_base(*, org: Org, base: BaseSet, from_on: date, by: Actor, on: date) -> DuesBase:
    """From ``from_on`` (a month) the member pays by another base: the month the new pay is received.

    The one before ends there and stays as history; one that began the same month is put right.
    """
    _lock(org)
    current = DuesBase.objects.filter(person=base.person, to_on__isnull=True).first()
    made, _changed = _put_base(org, base, current, from_on, on)
    audit.record(
        by=by, did="party.set_base", to=Ref.to(org), bureau=org.bureau_id, person=base.person.pk, table=base.table,
        base=made.base, flat=made.flat, from_on=from_on.isoformat(),
        before=current.base if current is not None and current.pk != made.pk else None,
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_bases(*, org: Org, year: int, bases: Sequence[BaseSet], by: Actor, on: date) -> int:
    """基数核定: all bases of a branch for a year at once, from January; how many changed. Unchanged ones are confirmed.

    A member who came later in the year starts with the month they came.
    """
    _lock(org)
    first = date(year, 1, 1)
    if year > on.year + 1:
        raise ValidationError(_("没有保存：只能核定今年和明年的基数。"))
    rows = {row.person_id: base for row, base in lines.current_members(org, on)}
    came = lines.first_months(org, on)
    changed = 0
    for wanted in bases:
        if wanted.person.pk not in rows:
            raise ValidationError(
                _("没有保存：%(name)s已不在本支部，请重新打开这一页再核定。") % {"name": wanted.person.name}
            )
        current = rows[wanted.person.pk]
        begins = max(first, came[wanted.person.pk])
        from_on = max(begins, current.from_on) if current else begins
        made, new = _put_base(org, wanted, current, from_on, on)
        changed += new
        DuesBase.objects.filter(pk=made.pk).update(confirmed_on=on)
    audit.record(
        by=by, did="party.confirm_bases", to=Ref.to(org), bureau=org.bureau_id, year=year, members=len(bases),
        changed=changed,
    )  # fmt: skip
    return changed


def _put_base(org: Org, wanted: BaseSet, current: DuesBase | None, from_on: date, on: date) -> tuple[DuesBase, bool]:
    scale = queries.scales_of(queries.part_on(org.bureau, max(from_on, on))).get(wanted.table)
    base = wanted.base if scale is not None and scale.brackets else 0
    flat = None if scale is not None and scale.brackets else wanted.flat
    _ask(dues_rules.can_set_base(current=current, scale=scale, base=base, flat=flat, from_on=from_on), wanted.person)
    if current is not None and (current.table, current.base, current.flat) == (wanted.table, base, flat):
        return current, False
    if current is not None and current.from_on == from_on:
        current.table, current.base, current.flat = wanted.table, base, flat
        current.save(update_fields=["table", "base", "flat"])
        return current, True
    if current is not None:
        current.to_on = from_on
        current.save(update_fields=["to_on"])
    return (
        DuesBase.objects.create(person=wanted.person, table=wanted.table, base=base, flat=flat, from_on=from_on),
        True,
    )


# --- receipts -------------------------------------------------------------------------------------------


@transaction.atomic
def receive_dues(
    *,
    org: Org,
    payments: Sequence[Payment],
    booked: Booking,
    by: Actor,
    on: date,
    now: datetime,
    approved_late: bool = False,
) -> list[Receipt]:
    """Dues that members handed in, booked under one voucher: a receipt with its own number for each. All or none.

    ``approved_late``: the superior agreed that months further back than the rule says are paid late.
    """
    _lock(org)
    _check_booking(org, booked, on)
    wanted = [payment for payment in payments if payment.months]
    if not wanted:
        raise ValidationError(_("没有登记：请至少选一位党员。已填内容还在。"))
    _check_months(org, wanted, booked.paid_on, approved_late=approved_late)
    receipts = [_receipt(org, payment.person, sum(payment.months.values()), booked, now=now) for payment in wanted]
    DuesMonth.objects.bulk_create(
        [
            DuesMonth(receipt=receipt, month=month, fen=fen)
            for receipt, payment in zip(receipts, wanted, strict=True)
            for month, fen in sorted(payment.months.items())
        ]
    )
    audit.record(
        by=by, did="party.receive_dues", to=Ref.to(org), bureau=org.bureau_id, voucher=receipts[0].voucher,
        receipts=[receipt.number for receipt in receipts], fen=sum(receipt.fen for receipt in receipts),
        paid_on=booked.paid_on.isoformat(), approved_late=approved_late,
    )  # fmt: skip
    return receipts


def _check_booking(org: Org, booked: Booking, on: date) -> None:
    _ask(
        dues_rules.can_book(voucher=booked.voucher, collected_by=booked.collected_by, paid_on=booked.paid_on, today=on)
    )
    _ask(openings.may_move(org.pk, booked.paid_on))


def _check_months(org: Org, payments: Sequence[Payment], paid_on: date, *, approved_late: bool) -> None:
    limits = queries.limits_on(org.bureau, paid_on)
    asked = [month for payment in payments for month in payment.months]
    known = queries.members_of(org.bureau, [org.pk], min(asked), max(asked))
    if len({payment.person.pk for payment in payments}) != len(payments):
        raise ValidationError(_("没有登记：同一位党员写了两次，请合成一行。已填内容还在。"))
    for payment in payments:
        one = known.get(payment.person.pk)
        cells = {cell.month: cell for cell in one.cells} if one else {}
        for month, fen in payment.months.items():
            _ask(
                dues_rules.can_pay_month(
                    name=payment.person.name, month=month, cell=cells.get(month), body=org.pk, fen=fen,
                    paid_on=paid_on, limits=limits, approved_late=approved_late,
                )
            )  # fmt: skip


@transaction.atomic
def receive_large(
    *, org: Org, person: Person, fen: int, booked: Booking, by: Actor, on: date, now: datetime
) -> Receipt:
    """大额党费: a voluntary one-off payment on top of the dues. It pays no month and goes upward by itself."""
    _lock(org)
    _check_booking(org, booked, on)
    _ask(dues_rules.can_take_large(fen, queries.limits_on(org.bureau, booked.paid_on).large))
    receipt = _receipt(org, person, fen, booked, now=now, large=True)
    audit.record(
        by=by, did="party.receive_large", to=Ref.to(receipt), bureau=org.bureau_id, voucher=receipt.voucher, fen=fen,
        paid_on=booked.paid_on.isoformat(),
    )  # fmt: skip
    return receipt


@transaction.atomic
def forward_large(*, receipt: Receipt, voucher: str, forwarded_on: date, by: Actor, on: date) -> Receipt:
    """全额上缴 of one large payment, with the voucher of the transfer."""
    _lock(receipt.org)
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("org").get(pk=receipt.pk)
    _ask(dues_rules.can_forward(receipt, voucher=voucher, on=forwarded_on, today=on))
    receipt.forwarded_on, receipt.forward_voucher = forwarded_on, voucher.strip()[:60]
    receipt.save(update_fields=["forwarded_on", "forward_voucher"])
    audit.record(
        by=by, did="party.forward_large", to=Ref.to(receipt), bureau=receipt.bureau_id, fen=receipt.fen,
        voucher=receipt.forward_voucher, on=forwarded_on.isoformat(),
    )  # fmt: skip
    return receipt


def _receipt(org: Org, person: Person, fen: int, booked: Booking, *, now: datetime, large: bool = False) -> Receipt:
    year = booked.paid_on.year
    number = policies.next_number(bureau=org.bureau, key=SERIES, year=year)
    return Receipt.objects.create(
        bureau=org.bureau, org=org, person=person, number=engine.receipt_number(year, number),
        voucher=booked.voucher.strip()[:60], paid_on=booked.paid_on, fen=fen, large=large,
        collected_by=booked.collected_by.strip()[:120], recorded_at=now,
    )  # fmt: skip


@transaction.atomic
def void_receipt(*, receipt: Receipt, reason: str, by: Actor, now: datetime) -> Receipt:
    """作废 a wrong receipt: its months are open again; the number is not used twice."""
    _lock(receipt.org)
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("org").get(pk=receipt.pk)
    _ask(dues_rules.can_void_receipt(receipt, reason))
    receipt.voided_at, receipt.void_reason = now, reason.strip()[:200]
    receipt.save(update_fields=["voided_at", "void_reason"])
    audit.record(
        by=by, did="party.void_receipt", to=Ref.to(receipt), bureau=receipt.bureau_id, reason=receipt.void_reason,
        fen=receipt.fen,
    )  # fmt: skip
    return receipt


# --- reliefs --------------------------------------------------------------------------------------------


@transaction.atomic
def ask_relief(
    *, org: Org, person: Person, monthly: int, from_on: date, to_on: date, studied_on: date, by: Actor, on: date
) -> Relief:
    """The branch studied it and asks for less, from a month to before another. It counts once the superior agrees."""
    _lock(org)
    cells = [
        cell
        for one in queries.members_of(org.bureau, [org.pk], from_on, engine.after(to_on, -1), person=person.pk).values()
        for cell in one.cells
    ]
    usual = min((cell.owed for cell in cells if cell.owed is not None), default=None)
    _ask(
        dues_rules.can_ask_relief(
            from_on=from_on, to_on=to_on, studied_on=studied_on, today=on, monthly=monthly, usual=usual
        )
    )
    waiting = Relief.objects.filter(person=person, declined_on__isnull=True, from_on__lt=to_on, to_on__gt=from_on)
    if waiting.exists():
        raise ValidationError(_("没有保存：这几个月里已经有一项减免，请先办完那一项或换月份。已填内容还在。"))
    relief = Relief.objects.create(
        person=person, org=org, monthly=monthly, from_on=from_on, to_on=to_on, studied_on=studied_on
    )
    audit.record(
        by=by, did="party.ask_relief", to=Ref.to(relief), bureau=org.bureau_id, monthly=monthly,
        from_on=from_on.isoformat(), to_on=to_on.isoformat(), studied_on=studied_on.isoformat(),
    )  # fmt: skip
    return relief


@transaction.atomic
def answer_relief(*, relief: Relief, approved: bool, number: str, answered_on: date, by: Actor, on: date) -> Relief:
    """The superior agrees or not: another person than who asked, and never the member."""
    relief = Relief.objects.select_for_update(of=("self",)).select_related("org__bureau", "person").get(pk=relief.pk)
    superior = queries.superior_of(relief.org, on)
    own, others = _another(Ref.to(relief), "party.ask_relief", superior, by, on, person=relief.person_id)
    _ask(
        dues_rules.can_answer_relief(
            relief, on=answered_on, today=on, outside=queries.is_outside(superior), number=number, own=own,
            others=others,
        )
    )  # fmt: skip
    relief.number = number.strip()[:60]
    if approved:
        relief.approved_on = answered_on
    else:
        relief.declined_on = answered_on
    relief.save(update_fields=["number", "approved_on", "declined_on"])
    audit.record(
        by=by, did="party.answer_relief", to=Ref.to(relief), bureau=relief.org.bureau_id, approved=approved,
        on=answered_on.isoformat(), number=relief.number,
    )  # fmt: skip
    return relief


def _another(
    to: Ref, did: str, superior: Org | None, by: Actor, on: date, *, person: int = 0
) -> tuple[bool, list[str]]:
    """Whether who answers also asked, or is whom it is about; and who else may answer."""
    asked = trail.who_did(to, did)
    about = set(Account.objects.filter(person=person).values_list("pk", flat=True)) if person else set()
    if by.id not in asked | about:
        return False, []
    return True, access.names_over(superior, rules.LEAD, on, but=asked | about) if superior else []


# --- yearly publication ---------------------------------------------------------------------------------


@transaction.atomic
def publish_dues(*, org: Org, year: int, posted_on: date, by: Actor, on: date) -> DuesNotice:
    """党费公示: the branch told its members what came in during a year. The totals are kept as they were that day."""
    _lock(org)
    published = DuesNotice.objects.filter(org=org, year=year).exists()
    _ask(dues_rules.can_publish(year=year, posted_on=posted_on, today=on, published=published))
    made = lines.sheet(org, year, on)
    notice = DuesNotice.objects.create(
        org=org, year=year, posted_on=posted_on, fen=made.paid, members=sum(1 for line in made.lines if line.paid)
    )
    audit.record(
        by=by, did="party.publish_dues", to=Ref.to(org), bureau=org.bureau_id, year=year, fen=notice.fen,
        members=notice.members, on=posted_on.isoformat(),
    )  # fmt: skip
    return notice


@transaction.atomic
def void_notice(*, notice: DuesNotice, reason: str, by: Actor) -> None:
    """作废 a wrong publication: the year may be published anew. What it said stays in the audit trail, with the reason."""
    _lock(notice.org)
    _ask(dues_rules.can_void_notice(reason))
    notice.delete()
    audit.record(
        by=by, did="party.void_notice", to=Ref.to(notice.org), bureau=notice.org.bureau_id, year=notice.year,
        fen=notice.fen, members=notice.members, on=notice.posted_on.isoformat(), reason=reason.strip()[:200],
    )  # fmt: skip


def _lock(org: Org) -> None:
    """One write at a time for the dues of a body: two people may tick the same member at once."""
    Org.objects.select_for_update(of=("self",)).get(pk=org.pk)


def _ask(verdict: Verdict, person: Person | None = None) -> None:
    if not verdict:
        reason = str(verdict.reason)
        raise ValidationError(f"{person.name} {reason}" if person is not None else reason)
