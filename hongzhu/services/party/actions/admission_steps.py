"""Doing a step on the way into the Party, and taking the last one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities.models import Act
from hongzhu.core.audit import actions as audit
from hongzhu.core.people.actions.standings import end_standing, standing_of, take_back, take_standing
from hongzhu.core.people.models import Membership, Standing
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionStep
from hongzhu.services.party.pack.admission import AdmissionPart, Step
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.rules import admission as rules

from .admission import locked

ACTIVIST, ADMIT, APPROVED, DECIDED, CONFIRMED = (
    "activist",
    "admit_vote",
    "admit_approved",
    "full_vote",
    "full_approved",
)
DECISIONS = (engine.CONFIRM, engine.EXTEND, engine.CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody enters of one step. ``passed``: a superior's answer; a vote's result is reckoned, never typed."""

    on: date
    number: str = ""
    act: Act | None = None
    ballot: engine.Ballot | None = None
    decision: str = ""
    until: date | None = None
    hours: int | None = None
    passed: bool = True


@transaction.atomic
def do_step(*, admission: Admission, code: str, told: Told, by: Actor, today: date, now: datetime) -> AdmissionStep:
    """The branch enters a step it did (or its outside superior decided, with the number of the reply).

    ValidationError with a sentence when something before it is missing, it is too soon or too late, the counts cannot
    be, too few were there, or the year's plan is used up. A vote that was held but not carried is kept as not passed.
    """
    row, place = _enter(admission, code, told, by=by, today=today, now=now, superior=False)
    audit.record(
        by=by, did="party.do_step", to=Ref.to(row.admission), bureau=row.admission.bureau_id, step=code,
        number=place.step.number, round=row.round, on=told.on.isoformat(), passed=row.passed, decision=row.decision,
    )  # fmt: skip
    return row


@transaction.atomic
def approve_step(
    *, admission: Admission, code: str, told: Told, by: Actor, today: date, now: datetime
) -> AdmissionStep:
    """The superior (隶属) enters what it decided or did; ``told.passed`` False keeps its refusal. What it decides is entered
    by another hand than the branch's (A19)."""
    row, place = _enter(admission, code, told, by=by, today=today, now=now, superior=True)
    audit.record(
        by=by, did="party.approve_step", to=Ref.to(row.admission), bureau=row.admission.bureau_id, step=code,
        number=place.step.number, round=row.round, on=told.on.isoformat(), passed=row.passed,
    )  # fmt: skip
    return row


def _enter(
    admission: Admission, code: str, told: Told, *, by: Actor, today: date, now: datetime, superior: bool
) -> tuple[AdmissionStep, engine.Place]:
    admission = locked(admission)
    _ask(rules.is_running(admission))
    part = queries.part_on(admission.bureau, told.on)
    step = by_code(part.steps).get(code)
    if step is None:
        raise ValidationError(_("没有保存：制度里没有这一步，请刷新页面。"))
    out = queries.outside(admission.org, told.on)
    side = rules.side(step, outside=out)
    if side not in ("either", "superior" if superior else "branch"):
        who = _("上级党组织") if side == "superior" else _("党支部")
        raise ValidationError(_("没有保存：这一步由%s登记。") % who)
    if superior and step.decides:
        _ask(queries.by_other_hand(admission, by.id, told.on))
    if out and step.decides and not told.number.strip():
        raise ValidationError(_("没有保存：上级不在本局，请填批复文号。已填内容还在。"))
    way = queries.way_of(admission, told.on)
    place = way.by_code[code]
    _ask(rules.can_do(place, on=told.on, today=today, part=part))
    _ask(rules.can_train(step, told.hours))
    passed = told.passed if step.decides else True
    counts: dict[str, Any] = {}
    if step.vote:
        passed, counts = _voted(admission, step, told, way, part)
    if code == ADMIT and passed:
        _within_plan(admission, told.on)
    row = AdmissionStep.objects.create(
        admission=admission, org=admission.org, code=code, round=place.round, on=told.on, number=told.number.strip()[:60],
        act=told.act if step.vote else None, hours=told.hours if step.hours else None, passed=passed,
        recorded_at=now, recorded_by=by.label[:120], **counts,
    )  # fmt: skip
    if passed and _effects(admission, row, place, way):
        row.moved = True
        row.save(update_fields=["moved"])
    return row, place


def _voted(
    admission: Admission, step: Step, told: Told, way: engine.Way, part: AdmissionPart
) -> tuple[bool, dict[str, Any]]:
    """Whether the vote was carried, and what is kept of it."""
    ballot = told.ballot
    if ballot is None or part.majority is None:
        raise ValidationError(_("没有保存：请填表决的人数。已填内容还在。"))
    if told.act is not None:
        if told.act.status == Act.Status.VOIDED or not told.act.bodies.filter(org=admission.org).exists():
            raise ValidationError(_("没有保存：所选的会议不是本支部的或已作废，请重选。已填内容还在。"))
        if told.act.held_on != told.on:
            raise ValidationError(_("没有保存：日期与所选会议的日期不一致，请核对。已填内容还在。"))
    roll, left_out = queries.roll_on(admission.org, told.on)
    _ask(rules.can_vote(ballot, roll=roll, left_out=left_out, part=part))
    counts: dict[str, Any] = {
        "entitled": ballot.entitled, "present": ballot.present, "in_favour": ballot.favour, "against": ballot.against,
        "abstained": ballot.abstain, "written": ballot.written,
        "fewer_for": ballot.fewer,
    }  # fmt: skip
    if step.at_end:
        if told.decision not in DECISIONS:
            raise ValidationError(_("没有保存：请选按期转正、延长预备期或取消预备党员资格。已填内容还在。"))
        counts["decision"] = told.decision
        if told.decision == engine.EXTEND:
            _ask(rules.can_extend(way, told.until, part))
            counts["until"] = told.until
    return engine.carried(ballot, part.majority.favour), counts


def _within_plan(admission: Admission, on: date) -> None:
    """The year's plan of the branch or its nearest superior; its row is locked, so that two meetings do not share a place."""
    quota = queries.quota_over(admission.org, on.year, on, lock=True)
    if quota is not None:
        n = queries.admitted_under(quota.org, on.year, on, but=admission)
        _ask(rules.within_quota(admitted=n, places=quota.places, body=str(quota.org), year=on.year))


def _effects(admission: Admission, row: AdmissionStep, place: engine.Place, way: engine.Way) -> bool:
    """What a step changes in the register of members, from its own day; whether it changed something."""
    person, org = admission.person, admission.org
    held = standing_of(person)
    if row.code == ACTIVIST and held is None:
        take_standing(person=person, org=org, standing=Standing.ACTIVIST, on=row.on)
        return True
    if row.code == ADMIT:
        if held is not None and held.standing == Standing.PROBATIONARY and not place.done:
            if held.joined_on != row.on or held.org_id != org.pk:
                raise ValidationError(
                    _("没有保存：名册上已是预备党员，入党日期或支部与这次大会不一致，请先核对名册。已填内容还在。")
                )
            return False  # on file before the way was written down here
        take_standing(person=person, org=org, standing=Standing.PROBATIONARY, on=row.on, joined_on=row.on)
        return True
    if row.code == CONFIRMED:
        return _settled(admission, row, way, held)
    return False


def _settled(admission: Admission, row: AdmissionStep, way: engine.Way, held: Membership | None) -> bool:
    """The end of probation as the meeting decided it: full from the end of probation, or no member any longer."""
    decided = way.by_code[DECIDED].done[-1]
    if decided.decision == engine.EXTEND:
        return False
    if held is None or held.standing != Standing.PROBATIONARY:
        raise ValidationError(_("没有保存：名册上不是预备党员，不能办这一步，请先核对名册。已填内容还在。"))
    if decided.decision == engine.CONFIRM:
        take_standing(
            person=admission.person, org=admission.org, standing=Standing.FULL, on=row.on, full_on=way.probation_end
        )
        _end(admission, Admission.Outcome.CONFIRMED, row.on)
    else:
        end_standing(person=admission.person, on=row.on)
        _end(admission, Admission.Outcome.CANCELLED, row.on)
    return True


def _end(admission: Admission, outcome: str, on: date) -> None:
    admission.outcome, admission.ended_on = outcome, on
    admission.save(update_fields=["outcome", "ended_on"])


@transaction.atomic
def void_step(*, step: AdmissionStep, reason: str, by: Actor, now: datetime) -> AdmissionStep:
    """Take back a step entered by mistake: only the last one entered, with a reason; the register goes back with it."""
    admission = locked(step.admission)
    step = AdmissionStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    last = AdmissionStep.objects.filter(queries.ENTERED, admission=admission).order_by("-id").first()
    if step.voided_at is not None:
        raise ValidationError(_("这一步已经作废了。"))
    if last is None or last.pk != step.pk:
        raise ValidationError(_("没有作废：只能作废最后登记的一步，请从后往前作废。"))
    if step.code == "apply":
        raise ValidationError(_("没有作废：申请登记错了，请用“结束”并写明原因。"))
    if not reason.strip():
        raise ValidationError(_("没有作废：请写作废的原因。"))
    if admission.outcome not in ("", Admission.Outcome.CONFIRMED, Admission.Outcome.CANCELLED):
        raise ValidationError(_("没有作废：这条发展过程已经结束。"))
    step.voided_at, step.void_reason = now, reason.strip()[:200]
    step.save(update_fields=["voided_at", "void_reason"])
    if step.moved:
        take_back(person=admission.person, on=step.on)
    if step.code == CONFIRMED and admission.outcome:
        Admission.objects.filter(pk=admission.pk).update(outcome="", ended_on=None)
    audit.record(
        by=by, did="party.void_step", to=Ref.to(admission), bureau=admission.bureau_id, step=step.code,
        round=step.round, reason=step.void_reason,
    )  # fmt: skip
    return step


def _ask(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
