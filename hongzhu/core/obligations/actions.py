"""What cannot be derived: waiving, taking a waiver back, reminding those who are short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.documents import actions as documents
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.refs import Actor, Ref

from . import queries, rules
from .models import Reminder, Waiver


@transaction.atomic
def waive(
    *, body: Org, duty: str, period: str, reason: str, by: Actor, on: date, now: datetime, basis: str = ""
) -> Waiver:
    """准予免开 for one body, duty and period that is not locked yet. ValidationError: closed, unknown, or waived already."""
    body = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=body.pk)
    due = queries.find_due(body.bureau, duty, period)
    own = queries.keeps(by.id, body, on)
    others = access.names_over(body, rules.WAIVE, on, but=(by.id,)) if own else []
    verdict = rules.can_be_waived(due, on, reason, own=own, others=others)
    if not verdict or due is None:
        raise ValidationError(verdict.reason)
    if Waiver.objects.filter(body=body, duty=duty, period=period, revoked_at__isnull=True).exists():
        raise ValidationError(_("没有保存：这一项已经准予免开。"))
    waiver = Waiver.objects.create(
        bureau=body.bureau, body=body, duty=duty, period=period, period_from=due.start, reason=reason.strip()[:200],
        basis=basis.strip()[:200], granted_by=by.label, granted_at=now,
    )  # fmt: skip
    audit.record(
        by=by,
        did="obligations.waive",
        to=Ref.to(body),
        duty=duty,
        period=period,
        reason=waiver.reason,
        basis=waiver.basis,
    )
    return waiver


@transaction.atomic
def revoke_waiver(*, waiver: Waiver, reason: str, by: Actor, now: datetime) -> Waiver:
    """Take a waiver back; what was true before stays in looks back."""
    waiver = Waiver.objects.select_for_update(of=("self",)).select_related("body").get(pk=waiver.pk)
    verdict = rules.can_be_revoked(waiver)
    if not verdict:
        raise ValidationError(verdict.reason)
    if not reason.strip():
        raise ValidationError(_("没有撤回：请写明原因。"))
    waiver.revoked_at = now
    waiver.save(update_fields=["revoked_at"])
    audit.record(
        by=by, did="obligations.revoke_waiver", to=Ref.to(waiver.body), duty=waiver.duty, period=waiver.period,
        reason=reason.strip()[:200],
    )  # fmt: skip
    return waiver


@transaction.atomic
def remind(
    *,
    bureau: Bureau,
    short: Iterable[queries.Placed],
    by: Actor,
    on: date,
    now: datetime,
    level: int = 1,
    url: str = "",
) -> int:
    """Remind the bodies that are short, and only them, once for each duty, period and level.

    Returns how many bodies got something new. One audit entry; a second tap reminds nobody again.
    """
    wanted = {(placed.body, placed.due.duty.code, placed.due.code): placed for placed in short}
    bodies = {body for body, _duty, _period in wanted}
    list(Org.objects.select_for_update().filter(pk__in=bodies).order_by("pk"))
    there = set(Reminder.objects.filter(body__in=bodies, level=level).values_list("body", "duty", "period"))
    fresh = {key: placed for key, placed in wanted.items() if key not in there}
    if not fresh:
        return 0  # no entry: everybody short was reminded before, nothing was written
    Reminder.objects.bulk_create(
        [
            Reminder(bureau=bureau, duty=duty, body_id=body, period=period, level=level, sent_at=now, sent_by=by.label)
            for body, duty, period in sorted(fresh)
        ],
        batch_size=1000,
    )
    told = {body for body, _duty, _period in fresh}
    documents.send(
        key=f"obligations.short:{level}:{now.isoformat()}",
        accounts=access.accounts_at(told, rules.RECEIVE, on),
        subject=_("组织生活还有未见记录"),
        text=_("请打开全年一览，看还差哪几项。已经召开的请补记；不该召开的请告诉上级。"),
        url=url,
        now=now,
    )
    audit.record(
        by=by, did="obligations.remind", to=Ref(kind="orgs.bureau", id=bureau.pk, label=bureau.name), bodies=len(told),
        duties=len(fresh), level=level,
    )  # fmt: skip
    return len(told)
