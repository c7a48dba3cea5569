"""民主评议, steps of the organisation-life meeting and 述职评议 written down: counts and days, never a word anybody said."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities.models import Act
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep
from hongzhu.services.party.queries import life as queries
from hongzhu.services.party.queries import settings
from hongzhu.services.party.rules import life as rules


@transaction.atomic
def appraise(*, org: Org, told: rules.Told, by: Actor, today: date, now: datetime, act: Act | None = None) -> Appraisal:
    """The branch's counts for a year; entered again, they are corrected and the entry says what stood before.

    ValidationError when the counts do not agree with the roll of that day, with each other, or with the share of 优秀.
    """
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    if act is not None and not queries.acts_of(org, told.year).filter(pk=act.pk).exists():
        raise ValidationError(_("没有保存：所选的会议不是本支部%s年度的，请重选。已填内容还在。") % told.year)
    _members, probationary = queries.roll(org, told.held_on)
    part = settings.section_on(org.bureau, told.held_on).life
    _demand(rules.can_appraise(told, probationary=probationary, part=part, today=today))
    before = Appraisal.objects.filter(org=org, year=told.year).first()
    counts = told.counts
    row, made = Appraisal.objects.update_or_create(
        org=org, year=told.year,
        defaults={
            "bureau_id": org.bureau_id, "held_on": told.held_on, "act": act, "members": counts.members,
            "took_part": counts.took_part, "absent_for": told.absent_for.strip()[:200], "excellent": counts.excellent,
            "qualified": counts.qualified, "basic": counts.basic, "unqualified": counts.unqualified,
            "probationary": counts.probationary, "cap_reason": told.cap_reason.strip()[:200], "recorded_at": now,
            "recorded_by": by.label[:120],
        },
    )  # fmt: skip
    audit.record(
        by=by, did="party.appraise", to=Ref.to(row), bureau=org.bureau_id, org=org.pk, year=told.year,
        corrected=not made, before=_grades(before), after=_grades(row),
    )  # fmt: skip
    return row


def _grades(row: Appraisal | None) -> list[int]:
    return [row.took_part, row.excellent, row.qualified, row.basic, row.unqualified] if row else []


@transaction.atomic
def tick(
    *, org: Org, year: int, code: str, done_on: date, by: Actor, today: date, count: int | None = None
) -> LifeStep:
    """One step of the year's organisation-life meeting is done, with its number where it has one."""
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    spec = by_code(settings.section_on(org.bureau, done_on).life.steps).get(code)
    if spec is None:
        raise ValidationError(_("没有这一步，请刷新页面。"))
    _demand(rules.can_tick(spec, done_on, count, year=year, today=today))
    row, _made = LifeStep.objects.update_or_create(
        org=org, year=year, code=code, defaults={"done_on": done_on, "count": count}
    )
    audit.record(
        by=by, did="party.tick_life_step", to=Ref.to(org), bureau=org.bureau_id, year=year, step=code,
        on=done_on.isoformat(), count=count,
    )  # fmt: skip
    return row


@transaction.atomic
def untick(*, org: Org, year: int, code: str, by: Actor) -> bool:
    """A step ticked by mistake is open again; the entry keeps what it said. False when it was open."""
    row = LifeStep.objects.select_for_update().filter(org=org, year=year, code=code).first()
    if row is None:
        return False  # no entry: open already
    row.delete()
    audit.record(
        by=by, did="party.untick_life_step", to=Ref.to(org), bureau=org.bureau_id, year=year, step=code,
        on=row.done_on.isoformat(), count=row.count,
    )  # fmt: skip
    return True


@transaction.atomic
def debrief(*, org: Org, person: Person, year: int, told: rules.Report, by: Actor, today: date) -> Debrief:
    """A secretary's report of a year: received, tested, fed back. Entered again, what was missing is added."""
    org = Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    if not queries.was_secretary(org, person, year, today):
        raise ValidationError(_("没有保存：%s不是这个党组织这一年的书记，请核对。已填内容还在。") % person.name)
    own, others = queries.may_test(org, person, by.id, today)
    _demand(rules.can_report(told, today=today, own=own, others=others))
    good, fairly_good, average, poor = told.votes
    row, _made = Debrief.objects.update_or_create(
        org=org, person=person, year=year,
        defaults={
            "bureau_id": org.bureau_id, "received_on": told.received_on, "held_on": told.held_on, "good": good,
            "fairly_good": fairly_good, "average": average, "poor": poor, "problems": told.problems,
            "fed_back_on": told.fed_back_on,
        },
    )  # fmt: skip
    audit.record(
        by=by, did="party.debrief", to=Ref.to(row), bureau=org.bureau_id, org=org.pk, person=person.pk, year=year,
        votes=list(told.votes), problems=told.problems,
    )  # fmt: skip
    return row


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
