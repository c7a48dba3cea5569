"""议定事项: reported by who owns it, closed by somebody else, dropped or carried to the next meeting."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities import rules
from hongzhu.core.activities.models import Act, Resolution
from hongzhu.core.audit import actions as audit
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref


def _locked(item: Resolution) -> Resolution:
    return Resolution.objects.select_for_update(of=("self",)).select_related("act", "owner").get(pk=item.pk)


@transaction.atomic
def report_resolution(
    *, item: Resolution, progress: str, done: bool, who: Person | None, recorder: bool, by: Actor, on: date
) -> Resolution:
    """How far it is; ``done`` asks for verification (待验收)."""
    item = _locked(item)
    if not (verdict := rules.can_be_reported(item, who.pk if who else None, recorder=recorder)):
        raise ValidationError(verdict.reason)
    if not progress.strip():
        raise ValidationError(_("请写进展情况。"))
    item.progress = progress.strip()[:200]
    item.reported_on, item.reported_by = on, who
    item.state = Resolution.State.REPORTED if done else Resolution.State.OPEN
    item.save(update_fields=["progress", "reported_on", "reported_by", "state"])
    audit.record(
        by=by,
        did="activities.report_resolution",
        to=Ref.to(item.act),
        bureau=item.act.bureau_id,
        item=item.pk,
        done=done,
    )
    return item


@transaction.atomic
def close_resolution(*, item: Resolution, who: Person | None, by: Actor, on: date) -> Resolution:
    """验收销号, by another than the owner and the one who reported it done."""
    item = _locked(item)
    if not (verdict := rules.can_be_closed(item, who.pk if who else None)):
        raise ValidationError(verdict.reason)
    item.state, item.closed_on, item.closed_by = Resolution.State.CLOSED, on, who
    item.save(update_fields=["state", "closed_on", "closed_by"])
    audit.record(by=by, did="activities.close_resolution", to=Ref.to(item.act), bureau=item.act.bureau_id, item=item.pk)
    return item


@transaction.atomic
def send_back(*, item: Resolution, progress: str, who: Person | None, by: Actor) -> Resolution:
    """Not done yet in the eyes of who verifies: it goes back to its owner with a word."""
    item = _locked(item)
    if item.state != Resolution.State.REPORTED:
        raise ValidationError(_("只有待验收的事项能退回。"))
    if who is not None and who.pk in (item.owner_id, item.reported_by_id):
        raise ValidationError(_("自己办的事不能自己验收，请换一个人验收销号。"))
    item.state, item.progress = Resolution.State.OPEN, progress.strip()[:200] or item.progress
    item.save(update_fields=["state", "progress"])
    audit.record(by=by, did="activities.send_back", to=Ref.to(item.act), bureau=item.act.bureau_id, item=item.pk)
    return item


@transaction.atomic
def drop_resolution(*, item: Resolution, reason: str, by: Actor) -> Resolution:
    """不再办理, with the reason kept as its progress."""
    item = _locked(item)
    if item.state in (Resolution.State.CLOSED, Resolution.State.DROPPED):
        raise ValidationError(_("这一项%s。") % item.get_state_display())
    if not reason.strip():
        raise ValidationError(_("请写不再办理的原因。"))
    item.state, item.progress = Resolution.State.DROPPED, reason.strip()[:200]
    item.save(update_fields=["state", "progress"])
    audit.record(
        by=by,
        did="activities.drop_resolution",
        to=Ref.to(item.act),
        bureau=item.act.bureau_id,
        item=item.pk,
        reason=item.progress,
    )
    return item


def _carry(act: Act) -> int:
    """Open improvement items of the body's earlier meetings of this kind are followed up at this one (B07, B08).

    In the transaction of the recording, which audits it; returns how many.
    """
    return Resolution.objects.filter(
        org=act.body_id,
        kind=Resolution.Kind.IMPROVEMENT,
        state__in=(Resolution.State.OPEN, Resolution.State.REPORTED),
        act__kind=act.kind,
        act__held_on__lt=act.held_on,
        carried_to__isnull=True,
    ).update(carried_to=act)
