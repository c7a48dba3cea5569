"""双培养 (B24): begun with a contact and a plan, reached, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Cultivation
from hongzhu.services.party.rules import cultivation as rules


@transaction.atomic
def begin_cultivation(
    *, org: Org, person: Person, direction: str, contact: Person, from_on: date, by: Actor,
    directions: Sequence[str], plan: str = "",
) -> Cultivation:  # fmt: skip
    """Lead somebody in one of the directions the bureau has named."""
    if org.bureau_id not in (person.bureau_id, contact.bureau_id) or person.bureau_id != contact.bureau_id:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Cultivation.objects.filter(person=person, direction=direction, to_on__isnull=True).exists()
    verdict = rules.can_begin(direction, directions, same=person.pk == contact.pk, held=held)
    if not verdict:
        raise ValidationError(verdict.reason)
    row = Cultivation.objects.create(
        bureau_id=org.bureau_id, org=org, person=person, direction=direction[:40], contact=contact,
        plan=plan.strip()[:200], from_on=from_on,
    )  # fmt: skip
    audit.record(
        by=by, did="party.begin_cultivation", to=Ref.to(person), bureau=org.bureau_id, org=org.pk,
        contact=contact.pk, on=from_on.isoformat(),
    )  # fmt: skip
    return row


def _locked_cultivation(row: Cultivation) -> Cultivation:
    return Cultivation.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)


@transaction.atomic
def amend_cultivation(*, row: Cultivation, contact: Person, plan: str, by: Actor) -> Cultivation:
    """Another contact, another plan."""
    row = _locked_cultivation(row)
    if row.to_on is not None:
        raise ValidationError(_("没有保存：培养已经结束，不能再改。"))
    if contact.pk == row.person_id or contact.bureau_id != row.bureau_id:
        raise ValidationError(_("没有保存：培养联系人不能是本人，请换一个人。已填内容还在。"))
    row.contact, row.plan = contact, plan.strip()[:200]
    row.save(update_fields=["contact", "plan"])
    audit.record(by=by, did="party.amend_cultivation", to=Ref.to(row.person), bureau=row.bureau_id, contact=contact.pk)
    return row


@transaction.atomic
def reach_cultivation(*, row: Cultivation, on: date, by: Actor, today: date) -> Cultivation:
    """What the direction aims at is reached: joined the Party, became a backbone teacher."""
    row = _locked_cultivation(row)
    if not (verdict := rules.can_reach(row, on, today)):
        raise ValidationError(verdict.reason)
    row.reached_on = row.to_on = on
    row.save(update_fields=["reached_on", "to_on"])
    audit.record(by=by, did="party.reach_cultivation", to=Ref.to(row.person), bureau=row.bureau_id, on=on.isoformat())
    return row


@transaction.atomic
def end_cultivation(*, row: Cultivation, on: date, by: Actor) -> Cultivation:
    row = _locked_cultivation(row)
    if not (verdict := rules.can_end(row, on)):
        raise ValidationError(verdict.reason)
    row.to_on = on
    row.save(update_fields=["to_on"])
    audit.record(by=by, did="party.end_cultivation", to=Ref.to(row.person), bureau=row.bureau_id, on=on.isoformat())
    return row
