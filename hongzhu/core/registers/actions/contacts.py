"""Who answers for which bodies (A09, S03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Contact
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def assign(
    *, bureau: Bureau, scheme: str, person: Person, bodies: Iterable[Org], from_on: date, by: Actor, duties: str = ""
) -> list[Contact]:
    """Let ``person`` answer for ``bodies`` from ``from_on``; bodies they already answer for stay as they are.

    Set-based: three statements however many bodies. ValidationError when a body does not exist on that day or
    belongs to another bureau. Returns the new rows.
    """
    ids = {body.pk for body in bodies}
    if not ids:
        raise ValidationError(_("没有保存：请至少选一个单位。"))
    if person.bureau_id != bureau.pk:
        raise ValidationError(_("没有保存：联系人不属于本局。"))
    standing = Org.objects.filter(orgs.existing(from_on), bureau=bureau, pk__in=ids).count()
    if standing != len(ids):
        raise ValidationError(_("没有保存：所选单位中有的在开始日期还没有设立或已撤销，请改日期或单位。已填内容还在。"))
    open_rows = Contact.objects.select_for_update().filter(scheme=scheme, person=person, to_on__isnull=True)
    held = set(open_rows.values_list("body_id", flat=True))
    fresh = [
        Contact(bureau=bureau, scheme=scheme, person=person, body_id=pk, duties=duties.strip()[:300], from_on=from_on)
        for pk in sorted(ids - held)
    ]
    if not fresh:
        return []  # no entry: they answer for all of them already
    made = Contact.objects.bulk_create(fresh, batch_size=1000)
    audit.record(
        by=by, did="registers.assign", to=Ref.to(person), bureau=bureau.pk, scheme=scheme, from_on=from_on.isoformat(),
        bodies=[contact.body_id for contact in made],
    )  # fmt: skip
    return made


@transaction.atomic
def confirm(*, contacts: Iterable[Contact], person: Person, by: Actor, now: datetime) -> list[Contact]:
    """已确认: ``person`` takes on what they were asked to answer for. Returns what was confirmed just now."""
    ids = [contact.pk for contact in contacts]
    rows = list(Contact.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    for row in rows:
        if not (verdict := rules.can_confirm(row, person.pk)):
            raise ValidationError(verdict.reason)
    fresh = [row for row in rows if row.confirmed_at is None]
    if not fresh:
        return []  # no entry: confirmed before
    Contact.objects.filter(pk__in=[row.pk for row in fresh]).update(confirmed_at=now)
    audit.record(
        by=by, did="registers.confirm", to=Ref.to(person), bureau=person.bureau_id,
        bodies=[row.body_id for row in fresh],
    )  # fmt: skip
    return fresh


@transaction.atomic
def end(*, contact: Contact, on: date, by: Actor) -> Contact:
    """The relation ends on ``on``; the row stays, so that any past day still shows who answered."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("person", "body").get(pk=contact.pk)
    verdict = rules.can_end(contact, on)
    if not verdict:
        raise ValidationError(verdict.reason)
    contact.to_on = on
    contact.save(update_fields=["to_on"])
    audit.record(by=by, did="registers.end", to=Ref.to(contact), bureau=contact.bureau_id, on=on.isoformat())
    return contact
