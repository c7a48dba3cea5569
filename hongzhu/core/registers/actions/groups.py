"""Leading groups (A02) and task forces (A25): set up, joined, left, closed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org, Placement
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Charter, Share
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def open_group(
    *, kind: str, name: str, parent: Org, by: Actor, on: date, mandate: str = "", event: str = "",
    rule: Document | None = None,
) -> Org:  # fmt: skip
    """Set up a leading group or a task force under ``parent``."""
    if kind not in rules.GROUP_KINDS:
        raise ValidationError(_("这里只设领导小组和专项工作组。"))
    group = orgs.set_up(
        bureau=parent.bureau, kind=kind, name=name.strip(), parent=parent, by=by, on=on, mandate=mandate
    )
    Charter.objects.create(org=group, event=event.strip()[:160], rule=rule)
    audit.record(
        by=by, did="registers.open_group", to=Ref.to(group), bureau=group.bureau_id, rule=rule.pk if rule else 0
    )
    return group


@transaction.atomic
def join_group(*, group: Org, person: Person, standing: str, by: Actor, on: date, duty: str = "") -> Membership:
    """``person`` sits on the group from ``on``; a change of standing or duty closes the row and opens the next."""
    group = Org.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.kind not in rules.GROUP_KINDS or group.closed_on:
        raise ValidationError(_("没有保存：这个小组已经结束，不能再加成员。"))
    if person.bureau_id != group.bureau_id:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    old = Membership.objects.select_for_update().filter(org=group, person=person, to_on__isnull=True).first()
    if old is not None and old.from_on >= on:
        raise ValidationError(_("没有保存：这个人在%(on)s已经是成员，请改日期。已填内容还在。") % {"on": on})
    if old is not None:
        old.to_on = on
        old.save(update_fields=["to_on"])
    made = Membership.objects.create(person=person, org=group, standing=standing, from_on=on)
    if duty.strip():
        Share.objects.create(membership=made, duty=duty.strip()[:200])
    audit.record(
        by=by, did="registers.join_group", to=Ref.to(group), bureau=group.bureau_id, person=person.pk, standing=standing,
        on=on.isoformat(),
    )  # fmt: skip
    return made


@transaction.atomic
def amend_group(*, group: Org, event: str, mandate: str, rule: Document | None, by: Actor) -> Org:
    """What the group is for, its duties and the paper it works by, put right after it was opened (A02, A25)."""
    group = Org.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if not (verdict := rules.can_amend(group)):
        raise ValidationError(verdict.reason)
    group.mandate = mandate.strip()
    group.save(update_fields=["mandate"])
    Charter.objects.update_or_create(org=group, defaults={"event": event.strip()[:160], "rule": rule})
    audit.record(
        by=by, did="registers.amend_group", to=Ref.to(group), bureau=group.bureau_id, rule=rule.pk if rule else None
    )
    return group


@transaction.atomic
def leave_group(*, membership: Membership, by: Actor, on: date) -> Membership:
    """The member sits on the group no longer; past meetings still show them."""
    row = Membership.objects.select_for_update(of=("self",)).select_related("org").get(pk=membership.pk)
    if row.to_on is not None or on <= row.from_on:
        raise ValidationError(_("没有保存：结束日期要晚于开始日期，请改日期。已填内容还在。"))
    row.to_on = on
    row.save(update_fields=["to_on"])
    audit.record(
        by=by, did="registers.leave_group", to=Ref.to(row.org), bureau=row.org.bureau_id, person=row.person_id,
        on=on.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def close_group(*, group: Org, summary: str, by: Actor, on: date) -> Org:
    """The event is over: the group, its memberships and its place end on ``on``; the summary stays (A25)."""
    group = Org.objects.select_for_update(of=("self",)).get(pk=group.pk)
    verdict = rules.can_close(group, on)
    if not verdict:
        raise ValidationError(verdict.reason)
    if group.kind == "TASK_FORCE" and not summary.strip():
        raise ValidationError(_("没有保存：专项工作组结束要写一段工作小结。"))
    late = Membership.objects.filter(org=group, to_on__isnull=True, from_on__gte=on)
    if late.exists():
        raise ValidationError(_("没有保存：有成员在%(on)s之后才加入，请改结束日期。已填内容还在。") % {"on": on})
    Charter.objects.update_or_create(org=group, defaults={"summary": summary.strip()})
    Membership.objects.filter(org=group, to_on__isnull=True).update(to_on=on)
    Placement.objects.filter(org=group, to_on__isnull=True).update(to_on=on)
    group.closed_on = on
    group.save(update_fields=["closed_on"])
    audit.record(by=by, did="registers.close_group", to=Ref.to(group), bureau=group.bureau_id, on=on.isoformat())
    return group
