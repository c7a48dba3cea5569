"""Leading groups (A02) and task forces (A25): set up, joined, left, closed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.actions.setting_up import begin_body
from hongzhu.core.orgs.models import Change, Org
from hongzhu.core.people.actions.seats import leave_seat, take_seat
from hongzhu.core.people.actions.structure import end_body
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
    group = begin_body(bureau=parent.bureau, kind=kind, name=name.strip(), parent=parent, on=on, mandate=mandate)
    Charter.objects.create(org=group, event=event.strip()[:160], rule=rule)
    audit.record(
        by=by, did="registers.open_group", to=Ref.to(group), bureau=group.bureau_id, on=on.isoformat(),
        kind_of_body=kind, rule=rule.pk if rule else 0,
    )  # fmt: skip
    return group


@transaction.atomic
def join_group(*, group: Org, person: Person, standing: str, by: Actor, on: date, duty: str = "") -> Membership:
    """``person`` sits on the group from ``on``, with a duty of their own (A25); a change of standing or duty is dated."""
    group = Org.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if not (verdict := rules.can_join(group, person.bureau_id)):
        raise ValidationError(verdict.reason)
    duty = duty.strip()[:200]
    old = Membership.objects.filter(org=group, person=person, to_on__isnull=True).first()
    before = duty_of(old) if old else ""
    if old is not None and (old.standing, before) == (standing, duty):
        return old  # no entry: already so
    if old is not None and old.standing == standing and old.from_on < on:
        leave_seat(membership=old, on=on)  # another duty: the old one stays with the old row
    made = take_seat(person=person, group=group, standing=standing, on=on)
    if duty:
        Share.objects.update_or_create(membership=made, defaults={"duty": duty})
    else:
        Share.objects.filter(membership=made).delete()
    audit.record(
        by=by, did="registers.join_group", to=Ref.to(group), bureau=group.bureau_id, person=person.pk, standing=standing,
        on=on.isoformat(),
    )  # fmt: skip
    return made


def duty_of(membership: Membership) -> str:
    """The part of the work one member answers for."""
    return Share.objects.filter(membership=membership).values_list("duty", flat=True).first() or ""


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
    row = leave_seat(membership=membership, on=on)
    audit.record(
        by=by, did="registers.leave_group", to=Ref.to(row.org), bureau=row.org.bureau_id, person=row.person_id,
        on=on.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def close_group(*, group: Org, summary: str, by: Actor, on: date) -> Org:
    """The event is over: the group, its place and everybody's seat end on ``on``, in one step; the summary stays (A25)."""
    group = Org.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if not (verdict := rules.can_close(group, on, summary)):
        raise ValidationError(verdict.reason)
    group, members = end_body(org=group, successor=None, step=Change.Step.DISSOLVED, on=on)
    Charter.objects.update_or_create(org=group, defaults={"summary": summary.strip()})
    audit.record(
        by=by, did="registers.close_group", to=Ref.to(group), bureau=group.bureau_id, on=on.isoformat(), members=members
    )
    return group
