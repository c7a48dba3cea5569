"""Titles striven for (C12): nominated, reviewed by another, posted, granted as an honour, or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Honour, Nomination
from hongzhu.kit.refs import Actor, Ref

Status = Nomination.Status


@transaction.atomic
def nominate(
    *, nominated_by: Org, year: int, title: str, level: str, proposed_on: date, by: Actor, today: date,
    org: Org | None = None, person: Person | None = None, facts: str = "",
) -> Nomination:  # fmt: skip
    """Put a body or a person forward for a title of a year; once a year for each title, unless withdrawn."""
    if (org is None) == (person is None):
        raise ValidationError(_("没有保存：请选一个单位或一个人，二者选一。已填内容还在。"))
    holder = person or org
    if holder is not None and holder.bureau_id != nominated_by.bureau_id:
        raise ValidationError(_("没有保存：不属于本局。已填内容还在。"))
    title = title.strip()[:120]
    again = (
        Nomination.objects.select_for_update(of=("self",)).filter(year=year, title=title, org=org, person=person)
        .exclude(status=Status.WITHDRAWN).exists()
    )  # fmt: skip
    if not (verdict := rules.can_nominate(year, proposed_on, today, again=again)):
        raise ValidationError(verdict.reason)
    row = Nomination.objects.create(
        bureau_id=nominated_by.bureau_id, year=year, title=title, level=level, org=org, person=person,
        nominated_by=nominated_by, facts=facts.strip()[:500], proposed_on=proposed_on,
    )  # fmt: skip
    audit.record(
        by=by, did="registers.nominate", to=Ref.to(row), bureau=row.bureau_id, year=year, by_body=nominated_by.pk,
        org=org.pk if org else 0, person=person.pk if person else 0,
    )  # fmt: skip
    return row


def _locked_nomination(row: Nomination) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("org", "person", "bureau")
    return rows.get(pk=row.pk)


@transaction.atomic
def review_nomination(
    *, nomination: Nomination, on: date, by: Actor, today: date, own: bool, others: Sequence[str] = ()
) -> Nomination:
    """``own``: who reviews has nominated, or is nominated; ``others``: who else could."""
    row = _locked_nomination(nomination)
    if not (verdict := rules.can_review(row, on, today, own=own, others=others)):
        raise ValidationError(verdict.reason)
    row.status, row.reviewed_on = Status.REVIEWED, on
    row.save(update_fields=["status", "reviewed_on"])
    audit.record(by=by, did="registers.review_nomination", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return row


@transaction.atomic
def post_nomination(*, nomination: Nomination, on: date, to: date, by: Actor, today: date) -> Nomination:
    """公示 from a day to a day, both included."""
    row = _locked_nomination(nomination)
    if not (verdict := rules.can_post(row, on, to, today)):
        raise ValidationError(verdict.reason)
    row.status, row.posted_on, row.posted_to = Status.POSTED, on, to
    row.save(update_fields=["status", "posted_on", "posted_to"])
    audit.record(
        by=by, did="registers.post_nomination", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat(),
        until=to.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def grant_nomination(
    *, nomination: Nomination, on: date, granted_by: str, by: Actor, today: date, own: bool,
    others: Sequence[str] = (), document: str = "", valid_to: date | None = None,
) -> Nomination:  # fmt: skip
    """Granted: the honour enters its register in the same transaction."""
    row = _locked_nomination(nomination)
    if not (verdict := rules.can_grant(row, on, today, own=own, others=others)):
        raise ValidationError(verdict.reason)
    if valid_to and valid_to <= on:
        raise ValidationError(_("没有保存：有效期要晚于授予日期，请改日期。已填内容还在。"))
    row.honour = Honour.objects.create(
        bureau_id=row.bureau_id, org=row.org, person=row.person, title=row.title, level=row.level,
        granted_by=granted_by.strip()[:120], granted_on=on, valid_to=valid_to, document=document.strip()[:80],
    )  # fmt: skip
    row.status = Status.GRANTED
    row.save(update_fields=["status", "honour"])
    audit.record(
        by=by, did="registers.grant_nomination", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat(),
        honour=row.honour.pk,
    )  # fmt: skip
    return row


@transaction.atomic
def decline_nomination(*, nomination: Nomination, reason: str, by: Actor) -> Nomination:
    """Not granted; it stays unranked, with the reason."""
    row = _locked_nomination(nomination)
    if not (verdict := rules.can_decline(row, reason)):
        raise ValidationError(verdict.reason)
    row.status, row.reason = Status.DECLINED, reason.strip()[:200]
    row.save(update_fields=["status", "reason"])
    audit.record(by=by, did="registers.decline_nomination", to=Ref.to(row), bureau=row.bureau_id)
    return row


@transaction.atomic
def withdraw_nomination(*, nomination: Nomination, by: Actor) -> Nomination:
    """Taken back by who put it forward, before it is decided."""
    row = _locked_nomination(nomination)
    if not (verdict := rules.can_withdraw(row)):
        raise ValidationError(verdict.reason)
    row.status = Status.WITHDRAWN
    row.save(update_fields=["status"])
    audit.record(by=by, did="registers.withdraw_nomination", to=Ref.to(row), bureau=row.bureau_id)
    return row
