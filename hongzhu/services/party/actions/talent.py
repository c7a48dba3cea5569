"""Experts and backbone members (B35): nominated for a call, reviewed, on the roster for a term, tasks, renewal, removal."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Talent, TalentTask
from hongzhu.services.party.rules import talent as rules


@transaction.atomic
def nominate_talent(
    *, person: Person, tier: str, call: str, nominated_by: Org, nominated_on: date, by: Actor
) -> Talent:
    """A body puts somebody forward for a tier under a call; once for each."""
    if person.bureau_id != nominated_by.bureau_id:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    call = call.strip()[:120]
    if Talent.objects.select_for_update().filter(person=person, tier=tier, call=call).exists():
        raise ValidationError(_("没有保存：这次遴选已经推荐过这个人。已填内容还在。"))
    row = Talent.objects.create(
        bureau_id=nominated_by.bureau_id, person=person, tier=tier, call=call, nominated_by=nominated_by,
        nominated_on=nominated_on,
    )  # fmt: skip
    audit.record(
        by=by, did="party.nominate_talent", to=Ref.to(row), bureau=row.bureau_id, person=person.pk, tier=tier,
        org=nominated_by.pk,
    )  # fmt: skip
    return row


def _locked_talent(talent: Talent) -> Talent:
    return Talent.objects.select_for_update(of=("self",)).select_related("person").get(pk=talent.pk)


@transaction.atomic
def review_talent(
    *, talent: Talent, on: date, chosen: bool, from_on: date | None, to_on: date | None, by: Actor, today: date
) -> Talent:
    """Chosen for a term, or not. Who is not chosen stays unranked and without a reason."""
    row = _locked_talent(talent)
    if not (verdict := rules.can_review(row, on, today, chosen=chosen, from_on=from_on, to_on=to_on)):
        raise ValidationError(verdict.reason)
    row.reviewed_on, row.chosen = on, chosen
    if chosen:
        row.from_on, row.to_on = from_on, to_on
    row.save(update_fields=["reviewed_on", "chosen", "from_on", "to_on"])
    audit.record(
        by=by, did="party.review_talent", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat(), chosen=chosen
    )
    return row


@transaction.atomic
def do_task(*, talent: Talent, on: date, title: str, by: Actor, today: date) -> TalentTask:
    """A lecture, an inspection, a project done for the system."""
    row = _locked_talent(talent)
    if not (verdict := rules.can_do(row, on, today)):
        raise ValidationError(verdict.reason)
    title = title.strip()[:120]
    if TalentTask.objects.filter(talent=row, on=on, title=title).exists():
        raise ValidationError(_("没有保存：这一天的这项任务已经登记过。已填内容还在。"))
    task = TalentTask.objects.create(talent=row, on=on, title=title)
    audit.record(by=by, did="party.do_task", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return task


@transaction.atomic
def renew_talent(*, talent: Talent, to_on: date, by: Actor) -> Talent:
    row = _locked_talent(talent)
    if not (verdict := rules.can_renew(row, to_on)):
        raise ValidationError(verdict.reason)
    before, row.to_on = row.to_on, to_on
    row.save(update_fields=["to_on"])
    audit.record(
        by=by, did="party.renew_talent", to=Ref.to(row), bureau=row.bureau_id, until=to_on.isoformat(),
        before=before.isoformat() if before else "",
    )  # fmt: skip
    return row


@transaction.atomic
def end_talent(*, talent: Talent, on: date, reason: str, by: Actor) -> Talent:
    """Off the roster from a day on."""
    row = _locked_talent(talent)
    if not (verdict := rules.can_end(row, on, reason)):
        raise ValidationError(verdict.reason)
    row.ended_on, row.ended_for = on, reason.strip()[:120]
    row.save(update_fields=["ended_on", "ended_for"])
    audit.record(by=by, did="party.end_talent", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return row
