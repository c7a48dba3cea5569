"""What the bureau does with an act: read and pass it, or send it back with a word."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.activities import queries, rules
from hongzhu.core.activities.models import Act
from hongzhu.core.audit import actions as audit
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref


def _decide(act: Act, verdict: Verdict, status: str, note: str, *, by: Actor, now: datetime) -> None:
    if not verdict:
        raise ValidationError(verdict.reason)
    act.status, act.review_note = status, note.strip()[:200]
    act.reviewed_by, act.reviewed_at = by.label[:120], now
    act.save(update_fields=["status", "review_note", "reviewed_by", "reviewed_at"])


@transaction.atomic
def review(*, act: Act, by: Actor, on: date, now: datetime, note: str = "") -> Act:
    """审阅通过, by another than who recorded it. What the act counts for does not change by it."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    _decide(act, queries.may_be_reviewed(act, by.id, on), Act.Status.REVIEWED, note, by=by, now=now)
    audit.record(by=by, did="activities.review", to=Ref.to(act), bureau=act.bureau_id)
    return act


@transaction.atomic
def send_for_correction(*, act: Act, note: str, by: Actor, now: datetime) -> Act:
    """退回补正: the branch is told what to complete; what it counts for stands until struck."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    _decide(act, rules.can_be_returned(act, note), Act.Status.RETURNED, note, by=by, now=now)
    audit.record(
        by=by, did="activities.send_for_correction", to=Ref.to(act), bureau=act.bureau_id, note=act.review_note
    )
    return act
