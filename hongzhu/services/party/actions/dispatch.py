"""Instructors sent to new economic and social organisations (A24), and their visits."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Dispatch, DispatchVisit
from hongzhu.services.party.rules import dispatch as rules


@transaction.atomic
def send_instructor(
    *, bureau: Bureau, person: Person, served: str, sector: str, batch: str, from_on: date, by: Actor,
    to_on: date | None = None,
) -> Dispatch:  # fmt: skip
    """One row for one sending: the same person sent twice is two person-times."""
    if not (verdict := rules.can_send(from_on, to_on)):
        raise ValidationError(verdict.reason)
    if person.bureau_id != bureau.pk:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    served = served.strip()[:120]
    if Dispatch.objects.filter(person=person, served=served, from_on=from_on).exists():
        raise ValidationError(_("没有保存：同一天派到同一组织的已经登记过。已填内容还在。"))
    row = Dispatch.objects.create(
        bureau=bureau, person=person, served=served, sector=sector, batch=batch.strip()[:60], from_on=from_on,
        to_on=to_on,
    )  # fmt: skip
    audit.record(
        by=by, did="party.send_instructor", to=Ref.to(row), bureau=bureau.pk, person=person.pk, on=from_on.isoformat()
    )
    return row


@transaction.atomic
def amend_dispatch(
    *, dispatch: Dispatch, served: str, sector: str, batch: str, to_on: date | None, by: Actor
) -> Dispatch:
    """Put right where somebody was sent, in which batch, and until when."""
    row = Dispatch.objects.select_for_update(of=("self",)).select_related("person").get(pk=dispatch.pk)
    if not (verdict := rules.can_send(row.from_on, to_on)):
        raise ValidationError(verdict.reason)
    served = served.strip()[:120]
    same = Dispatch.objects.filter(person=row.person_id, served=served, from_on=row.from_on).exclude(pk=row.pk)
    if same.exists():
        raise ValidationError(_("没有保存：同一天派到同一组织的已经登记过。已填内容还在。"))
    row.served, row.sector, row.batch, row.to_on = served, sector, batch.strip()[:60], to_on
    row.save(update_fields=["served", "sector", "batch", "to_on"])
    audit.record(by=by, did="party.amend_dispatch", to=Ref.to(row), bureau=row.bureau_id)
    return row


@transaction.atomic
def visit_served(*, dispatch: Dispatch, on: date, outcome: str, outputs: int, by: Actor, today: date) -> DispatchVisit:
    """The instructor went there on a day and so many matters were settled; the same day again corrects it."""
    row = Dispatch.objects.select_for_update(of=("self",)).select_related("person").get(pk=dispatch.pk)
    if not (verdict := rules.can_visit(row, on, today)):
        raise ValidationError(verdict.reason)
    visit, _made = DispatchVisit.objects.update_or_create(
        dispatch=row, on=on, defaults={"outcome": outcome.strip()[:200], "outputs": outputs}
    )
    audit.record(
        by=by, did="party.visit_served", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat(), outputs=outputs
    )
    return visit


@transaction.atomic
def end_dispatch(*, dispatch: Dispatch, on: date, by: Actor) -> Dispatch:
    row = Dispatch.objects.select_for_update(of=("self",)).select_related("person").get(pk=dispatch.pk)
    if not (verdict := rules.can_end(row, on)):
        raise ValidationError(verdict.reason)
    row.ended_on = on
    row.save(update_fields=["ended_on"])
    audit.record(by=by, did="party.end_dispatch", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return row
