"""Training plans and classes (B20, B21): planned, enrolled, closed with hours, corrected, voided.

Hours of a closed class are credits of ``study_hours`` beside those of acts, so that one sum meets the yearly floor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.credits import actions as credits
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import (
    Admission,
    AdmissionPaper,
    Trainee,
    TrainingClass,
    TrainingCourse,
    TrainingLayer,
    TrainingPlan,
)
from hongzhu.services.party.queries.training import STUDY_TAG, TRAINING, own_hours
from hongzhu.services.party.rules import training as rules

from . import admission_steps as steps

CERTIFICATE = "training_certificate"  # the paper of the file that a certificate of the class is


@transaction.atomic
def make_plan(
    *, bureau: Bureau, title: str, from_year: int, to_year: int, hours: Mapping[str, int | None], by: Actor,
    document: Document | None = None,
) -> TrainingPlan:  # fmt: skip
    """A plan of several years with its layers; ``hours``: layer → hundredths of a class hour a year, None: not stated."""
    if not (verdict := rules.can_plan(from_year, to_year)):
        raise ValidationError(verdict.reason)
    if not hours:
        raise ValidationError(_("没有保存：请至少选一个培训对象。已填内容还在。"))
    plan = TrainingPlan.objects.create(
        bureau=bureau, title=title.strip()[:160], from_year=from_year, to_year=to_year, document=document
    )
    TrainingLayer.objects.bulk_create([TrainingLayer(plan=plan, who=who, hours=asked) for who, asked in hours.items()])
    audit.record(by=by, did="party.make_plan", to=Ref.to(plan), bureau=bureau.pk, layers=sorted(hours))
    return plan


@transaction.atomic
def amend_plan(
    *, plan: TrainingPlan, title: str, from_year: int, to_year: int, hours: Mapping[str, int | None], by: Actor,
    document: Document | None = None,
) -> TrainingPlan:  # fmt: skip
    plan = TrainingPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not (verdict := rules.can_plan(from_year, to_year)):
        raise ValidationError(verdict.reason)
    if not hours:
        raise ValidationError(_("没有保存：请至少选一个培训对象。已填内容还在。"))
    plan.title, plan.from_year, plan.to_year, plan.document = title.strip()[:160], from_year, to_year, document
    plan.save(update_fields=["title", "from_year", "to_year", "document"])
    plan.layers.exclude(who__in=hours).delete()
    for who, asked in hours.items():
        TrainingLayer.objects.update_or_create(plan=plan, who=who, defaults={"hours": asked})
    audit.record(by=by, did="party.amend_plan", to=Ref.to(plan), bureau=plan.bureau_id, layers=sorted(hours))
    return plan


def _fits(from_on: date, to_on: date, hours: int, who: str, plan: TrainingPlan | None) -> None:
    layers = set(plan.layers.values_list("who", flat=True)) if plan else set()
    if not (verdict := rules.can_hold(from_on, to_on, hours, who=who, plan=plan, layers=layers)):
        raise ValidationError(verdict.reason)


@transaction.atomic
def open_class(
    *, host: Org, title: str, who: str, from_on: date, to_on: date, hours: int, by: Actor,
    plan: TrainingPlan | None = None,
) -> TrainingClass:  # fmt: skip
    """A class of ``hours`` hundredths, held by ``host`` for one layer."""
    _fits(from_on, to_on, hours, who, plan)
    row = TrainingClass.objects.create(
        bureau_id=host.bureau_id, host=host, title=title.strip()[:160], who=who, from_on=from_on, to_on=to_on,
        hours=hours, plan=plan,
    )  # fmt: skip
    audit.record(
        by=by, did="party.open_class", to=Ref.to(row), bureau=row.bureau_id, host=host.pk, on=from_on.isoformat()
    )
    return row


def _locked_class(training: TrainingClass) -> TrainingClass:
    return TrainingClass.objects.select_for_update(of=("self",)).get(pk=training.pk)


def _changeable(training: TrainingClass) -> TrainingClass:
    row = _locked_class(training)
    if not (verdict := rules.can_change(row)):
        raise ValidationError(verdict.reason)
    return row


@transaction.atomic
def amend_class(
    *, training: TrainingClass, title: str, who: str, from_on: date, to_on: date, hours: int, by: Actor,
    plan: TrainingPlan | None = None,
) -> TrainingClass:  # fmt: skip
    row = _changeable(training)
    _fits(from_on, to_on, hours, who, plan)
    row.title, row.who, row.from_on, row.to_on, row.hours, row.plan = (
        title.strip()[:160],
        who,
        from_on,
        to_on,
        hours,
        plan,
    )
    row.save(update_fields=["title", "who", "from_on", "to_on", "hours", "plan"])
    audit.record(by=by, did="party.amend_class", to=Ref.to(row), bureau=row.bureau_id, on=from_on.isoformat())
    return row


@transaction.atomic
def add_course(
    *, training: TrainingClass, on: date, title: str, by: Actor, teacher: str = "", hours: int = 0
) -> TrainingCourse:
    """One course of the class; the same title of the same day again corrects it."""
    row = _locked_class(training)
    if row.voided_at is not None or not row.from_on <= on <= row.to_on:
        raise ValidationError(_("没有保存：上课日期不在班次起止之内，请改日期。已填内容还在。"))
    made, _new = TrainingCourse.objects.update_or_create(
        training=row, on=on, title=title.strip()[:120], defaults={"teacher": teacher.strip()[:60], "hours": hours}
    )
    audit.record(by=by, did="party.add_course", to=Ref.to(row), bureau=row.bureau_id, on=on.isoformat())
    return made


@transaction.atomic
def enrol(*, training: TrainingClass, people: Iterable[tuple[int, int]], by: Actor) -> int:
    """(person, branch) pairs, any number at once; who is enrolled already stays. How many came in new."""
    row = _changeable(training)
    held = set(row.trainees.values_list("person", flat=True))
    fresh = {person: org for person, org in people if person not in held}
    if not fresh:
        return 0  # no entry: all of them are enrolled already
    Trainee.objects.bulk_create(
        [Trainee(training=row, person_id=person, org_id=org) for person, org in fresh.items()], batch_size=1000
    )
    audit.record(by=by, did="party.enrol", to=Ref.to(row), bureau=row.bureau_id, people=len(fresh))
    return len(fresh)


@transaction.atomic
def drop_trainee(*, trainee: Trainee, by: Actor) -> None:
    """Enrolled by mistake: taken off the list before the class is closed."""
    row = _changeable(trainee.training)
    Trainee.objects.filter(pk=trainee.pk, training=row).delete()
    audit.record(by=by, did="party.drop_trainee", to=Ref.to(row), bureau=row.bureau_id, person=trainee.person_id)


@transaction.atomic
def close_class(
    *, training: TrainingClass, absent: Collection[int], tested: bool, by: Actor, now: datetime, today: date,
    feedback: int | None = None,
) -> TrainingClass:  # fmt: skip
    """Everybody enrolled was there but for those ticked; hours are credited to each in the same transaction."""
    row = _locked_class(training)
    if not (verdict := rules.can_close(row, today, enrolled=row.trainees.count())):
        raise ValidationError(verdict.reason)
    row.trainees.filter(pk__in=absent).update(absent=True)
    row.trainees.exclude(pk__in=absent).update(absent=False)
    row.closed_at, row.tested, row.feedback = now, tested, feedback
    row.save(update_fields=["closed_at", "tested", "feedback"])
    credited = _settle(row, now)
    audit.record(
        by=by, did="party.close_class", to=Ref.to(row), bureau=row.bureau_id, absent=len(absent), credited=credited
    )
    return row


@transaction.atomic
def correct_trainee(
    *, trainee: Trainee, absent: bool, hours: int | None, certificate: str, by: Actor, now: datetime
) -> Trainee:
    """After the class was closed: who was there after all, for how long, which certificate; hours are settled again."""
    training = _locked_class(trainee.training)
    if not (verdict := rules.can_correct(training)):
        raise ValidationError(verdict.reason)
    if hours is not None and not 0 <= hours <= training.hours:
        raise ValidationError(_("没有保存：实得学时不能超过班次的学时。已填内容还在。"))
    row = Trainee.objects.select_for_update(of=("self",)).get(pk=trainee.pk, training=training)
    row.absent, row.hours, row.certificate = absent, hours, certificate.strip()[:60]
    row.save(update_fields=["absent", "hours", "certificate"])
    _settle(training, now)
    audit.record(
        by=by, did="party.correct_trainee", to=Ref.to(training), bureau=training.bureau_id, person=row.person_id,
        absent=absent, hours=hours if hours is not None else training.hours,
    )  # fmt: skip
    return row


@transaction.atomic
def certify(*, training: TrainingClass, prefix: str, by: Actor) -> int:
    """Number the certificates of those who were there and have none: ``prefix`` and three digits. How many."""
    row = _locked_class(training)
    if not (verdict := rules.can_correct(row)):
        raise ValidationError(verdict.reason)
    rows = list(row.trainees.select_for_update(of=("self",)).filter(absent=False).order_by("pk"))
    given = sum(bool(one.certificate) for one in rows)
    fresh = [one for one in rows if not one.certificate]
    for number, one in enumerate(fresh, start=given + 1):
        one.certificate = f"{prefix.strip()[:50]}{number:03d}"
    if not fresh:
        return 0  # no entry: everybody has one
    Trainee.objects.bulk_update(fresh, ["certificate"], batch_size=500)
    audit.record(by=by, did="party.certify", to=Ref.to(row), bureau=row.bureau_id, certificates=len(fresh))
    return len(fresh)


@transaction.atomic
def void_class(*, training: TrainingClass, reason: str, by: Actor, now: datetime) -> TrainingClass:
    """It was not held, or entered twice: it stays to be read, its hours count no longer."""
    row = _locked_class(training)
    if not (verdict := rules.can_void(row, reason)):
        raise ValidationError(verdict.reason)
    row.voided_at, row.void_reason = now, reason.strip()[:200]
    row.save(update_fields=["voided_at", "void_reason"])
    _settle(row, now)
    audit.record(by=by, did="party.void_class", to=Ref.to(row), bureau=row.bureau_id, reason=row.void_reason)
    return row


@transaction.atomic
def enter_step(
    *, training: TrainingClass, ways: Iterable[tuple[Admission, bool]], by: Actor, today: date, now: datetime
) -> tuple[int, list[str]]:
    """The closed class is the short training of these ways (with whether the superior enters it): its last day, each
    one's hours, the certificate's number. How many were entered, and for whom not and why; ValidationError when nobody was.
    """
    row = _locked_class(training)
    if not (verdict := rules.can_enter(row)):
        raise ValidationError(verdict.reason)
    there = {one.person_id: one for one in row.trainees.filter(absent=False).select_related("training")}
    count, refused = 0, []
    for way, superior in ways:
        trainee = there[way.person_id]
        told = steps.Told(on=row.to_on, number=trainee.certificate, hours=own_hours(trainee) // 100)
        enter = steps.approve_step if superior else steps.do_step
        try:
            with transaction.atomic():
                enter(admission=way, code=TRAINING, told=told, by=by, today=today, now=now)
        except ValidationError as error:
            refused.append(_("%(name)s：%(why)s") % {"name": way.person.name, "why": error.messages[0]})
            continue
        count += 1
        if trainee.certificate:
            AdmissionPaper.objects.get_or_create(
                admission=way, code=CERTIFICATE, defaults={"seen_on": today, "seen_by": by.label[:120]}
            )
    if not count:
        raise ValidationError(refused or [_("没有登记：到课的人里没有等着这一步、归你登记的。")])
    audit.record(
        by=by, did="party.enter_training", to=Ref.to(row), bureau=row.bureau_id, people=count, refused=len(refused)
    )
    return count, refused


def _settle(training: TrainingClass, now: datetime) -> int:
    """Make the credits of the class equal what it gave; how many people it credits."""
    earned = []
    if training.closed_at is not None and training.voided_at is None:
        for person, org, own in training.trainees.filter(absent=False).values_list("person", "org", "hours"):
            amount = training.hours if own is None else own
            if amount:
                earned.append(
                    credits.Earned(
                        tag=STUDY_TAG, body=org, person=person, held_on=training.from_on, belongs_on=training.from_on,
                        amount=amount,
                    )
                )  # fmt: skip
    worth = {training.pk: credits.Worth(earned, training.closed_at or now)}
    credits.settle(kind=Ref.to(training).kind, bureau=training.bureau_id, worth=worth, now=now)
    return len(earned)
