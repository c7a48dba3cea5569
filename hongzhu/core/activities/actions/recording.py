"""Recording an act once, correcting it with a reason, voiding it; and that it was carried over to an upper system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities import engine, queries, rules
from hongzhu.core.activities.models import (
    Act,
    ActBody,
    Attendance,
    FieldValue,
    FixedDay,
    Media,
    Output,
    Reading,
    Resolution,
    Revision,
    TagClaim,
    Transcription,
    Vote,
)
from hongzhu.core.activities.pack import ActivitiesSection, ActKind
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.policies import actions as policy_actions
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Contact
from hongzhu.kit.dates import day_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor, Ref

from .counting import _settle
from .followup import _carry

MOST_BODIES = 12


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody corrected the act since this page was opened: who, when, and which of its fields. Nothing was written."""

    act: Act
    by: str
    at: datetime
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Sitting:
    """One act as it is about to be written: its bodies with their kinds and seats, and how everybody attended."""

    told: engine.Told
    kind: ActKind
    section: ActivitiesSection
    bodies: list[tuple[Org, ActKind]]
    seats: dict[int, list[engine.Seat]]
    states: dict[int, str]

    def takes_part(self, org: Org, kind: ActKind) -> bool:
        """Architecture, rule 5: a joint act credits a body only with an attender of its own.

        A body that nobody is on the rolls of, as a committee over branches, takes part in what it holds alone.
        """
        if kind.roster == "none":
            return True
        if not self.seats[org.pk]:
            return len(self.bodies) == 1
        return any(self.states.get(seat.person) == engine.PRESENT for seat in self.seats[org.pk])

    def roster(self) -> list[engine.Seat]:
        """Everybody once, in the first body that brings them."""
        once: dict[int, engine.Seat] = {}
        for org, _kind in self.bodies:
            for seat in self.seats[org.pk]:
                once.setdefault(seat.person, seat)
        return list(once.values())


@transaction.atomic
def record(
    *,
    body: Org,
    told: engine.Told,
    by: Actor,
    on: date,
    now: datetime,
    joint: Iterable[tuple[Org, str]] = (),
) -> Act:
    """Record one act held by ``body``, and by the bodies of ``joint`` under their own kinds, as one record.

    The roster is that of the day held. Tags that the act meets are proposed; they count once the recorder
    confirms them. ValidationError, and nothing written, when something in it cannot be.
    """
    sitting = _prepare(body, told, list(joint), on)
    _check_daily(body, sitting.kind, told.held_on)
    version = policies.version_on(body.bureau, told.held_on)
    act = Act(bureau=body.bureau, body=body, kind=told.kind, pack_version=version, recorded_at=now)
    _fill(act, sitting)
    act.status = Act.Status.REVIEWING if sitting.kind.needs_review else Act.Status.RECORDED
    act.save(force_insert=True)
    _number(act, sitting)
    Attendance.objects.bulk_create(_attendances(act, sitting))
    _write_parts(act, sitting)
    Resolution.objects.bulk_create([_item(act, item) for item in told.items])
    _propose(act, sitting, now=now)
    carried = _carry(act)
    audit.record(
        by=by, did="activities.record", to=Ref.to(act), bureau=act.bureau_id, activity=told.kind,
        held_on=told.held_on.isoformat(), bodies=[org.pk for org, _kind in sitting.bodies], due=act.due_roster,
        attended=act.attended, carried=carried,
    )  # fmt: skip
    return act


@transaction.atomic
def correct(
    *, act: Act, told: engine.Told, revision: int, reason: str, by: Actor, on: date, now: datetime
) -> Act | Conflict:
    """Correct an act: what it said before is kept with the reason. ``revision`` is the one the page was opened at.

    Returns a Conflict, and writes nothing, when somebody else corrected it in between. Tags no longer met are
    declined, newly met ones proposed, struck ones stay struck; credits follow.
    """
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if act.revision != revision:
        return _conflict(act, revision)  # no entry: nothing was written
    if not (verdict := rules.can_be_corrected(act)):
        raise ValidationError(verdict.reason)
    if not reason.strip():
        raise ValidationError(_("请写更正的原因。"))
    if told.kind != act.kind:
        raise ValidationError(_("类型不能更正。记错了类型，请作废这次，复制后按正确的类型再记。"))
    others = [(row.org, row.kind) for row in act.bodies.exclude(org=act.body_id).select_related("org").order_by("pk")]
    sitting = _prepare(act.body, told, others, on)
    _check_daily(act.body, sitting.kind, told.held_on, but=act.pk)
    before = queries.snapshot(act)
    moved = (act.held_on, act.belongs_on)
    _fill(act, sitting)
    act.revision += 1
    if act.status in (Act.Status.RETURNED, Act.Status.REVIEWED):
        act.status = Act.Status.REVIEWING if sitting.kind.needs_review else Act.Status.RECORDED
    act.save()
    _renumber(act, sitting)
    _restand(act, sitting)
    for rows in (act.readings, act.outputs, act.media, act.votes, act.field_values):
        rows.all().delete()
    _write_parts(act, sitting)
    _reitem(act, sitting)
    _propose(act, sitting, now=now, moved=moved != (act.held_on, act.belongs_on))
    Revision.objects.create(
        act=act, number=act.revision, before=before, reason=reason.strip()[:200], made_by=by.label[:120], made_at=now
    )
    _settle(act, now=now, belonged=moved[1])
    changed = queries.changed_fields(before, queries.snapshot(act))
    audit.record(
        by=by, did="activities.correct", to=Ref.to(act), bureau=act.bureau_id, revision=act.revision,
        reason=reason.strip()[:200], fields=changed,
    )  # fmt: skip
    return act


@transaction.atomic
def void(*, act: Act, reason: str, by: Actor, now: datetime) -> Act:
    """作废: the record stays readable, counts for nothing, and its number is not used again."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if not (verdict := rules.can_be_voided(act, reason)):
        raise ValidationError(verdict.reason)
    act.status, act.voided_at, act.void_reason = Act.Status.VOIDED, now, reason.strip()[:200]
    act.save(update_fields=["status", "voided_at", "void_reason"])
    Resolution.objects.filter(carried_to=act).update(carried_to=None)
    _settle(act, now=now)
    audit.record(by=by, did="activities.void", to=Ref.to(act), bureau=act.bureau_id, reason=act.void_reason)
    return act


@transaction.atomic
def transcribed(*, act: Act, system: str, by: Actor, now: datetime) -> Transcription:
    """已转录: somebody typed it into ``system`` by its card; after a correction once more, and the newest time stands."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    row, _made = Transcription.objects.update_or_create(
        act=act, system=system, defaults={"at": now, "by": by.label[:120]}
    )
    audit.record(by=by, did="activities.transcribed", to=Ref.to(act), bureau=act.bureau_id, system=system)
    return row


# --- asking -----------------------------------------------------------------------------------------------


def _prepare(body: Org, told: engine.Told, joint: list[tuple[Org, str]], today: date) -> _Sitting:
    section = queries.section_of(body.bureau, told.held_on)
    kinds = by_code(section.kinds)
    asked = [(body, told.kind), *joint]
    if len({org.pk for org, _code in asked}) != len(asked) or len(asked) > MOST_BODIES:
        raise ValidationError(_("联合开展的组织不能重复，最多%s个。") % MOST_BODIES)
    bodies = []
    for org, code in asked:
        if org.bureau_id != body.bureau_id:
            raise ValidationError(_("“%s”不属于本教育局，不能联合记录。") % org)
        if not (verdict := rules.can_hold(kinds.get(code), org.kind)):
            raise ValidationError(verdict.reason)
        bodies.append((org, kinds[code]))
    kind = bodies[0][1]
    verdict = rules.can_be_told(told, kind, opened_on=body.opened_on, closed_on=body.closed_on, today=today)
    if not verdict:
        raise ValidationError(verdict.reason)
    for state in told.absences.values():
        if not (verdict := rules.can_be_absent(state)):
            raise ValidationError(verdict.reason)
    seats = queries.seats_of_all([(org, kind.roster) for org, kind in bodies], told.held_on)
    group = told.extra.get(queries.GROUP_FIELD)
    seats[body.pk] = queries.within(seats[body.pk], group if isinstance(group, int) else None, told.held_on)
    everyone = [seat for rows in seats.values() for seat in rows]
    sitting = _Sitting(told, kind, section, bodies, seats, engine.stand(everyone, told.absences, told.came))
    _check_people(body, told)
    _check_votes(sitting)
    return sitting


def _check_daily(body: Org, kind: ActKind, day: date, *, but: int = 0) -> None:
    """A kind of one line a day has one; the body's row is locked, so that two people cannot both write it."""
    if not kind.daily:
        return
    Org.objects.select_for_update(of=("self",)).get(pk=body.pk)
    if queries.of_day(body, kind.code, day).exclude(pk=but).exists():
        raise ValidationError(
            _("%(day)s的“%(kind)s”已经记过，请打开那一条更正。已填内容还在。")
            % {"day": day_text(day), "kind": kind.title}
        )


def _check_people(body: Org, told: engine.Told) -> None:
    """Everybody named belongs to this bureau: an id typed by hand opens nothing."""
    named = {pk for pk in (told.chair, told.recorder, told.lecturer, *(item.owner for item in told.items)) if pk}
    if named and Person.objects.filter(pk__in=named, bureau=body.bureau_id).count() != len(named):
        raise ValidationError(_("有一个人不在本教育局名册里，请重新选。"))
    if told.contact and not Contact.objects.filter(pk=told.contact, bureau=body.bureau_id).exists():
        raise ValidationError(_("没有这个联系点，请重新选。"))


def _check_votes(sitting: _Sitting) -> None:
    on_roll = len(sitting.roster())
    for vote in sitting.told.votes:
        entitled, present = _voting(sitting, vote)
        if not (verdict := rules.can_vote(vote, entitled, present, on_roll)):
            raise ValidationError(verdict.reason)


def _voting(sitting: _Sitting, vote: engine.VoteTold) -> tuple[int, int]:
    """(entitled, present): what was told, else what the roster says."""
    entitled, present = engine.voters(sitting.roster(), sitting.states)
    return (
        entitled if vote.entitled is None else vote.entitled,
        present if vote.present is None else vote.present,
    )


# --- writing ----------------------------------------------------------------------------------------------


def _fill(act: Act, sitting: _Sitting) -> None:
    told, kind = sitting.told, sitting.kind
    act.theme, act.place = told.theme.strip()[:120], told.place.strip()[:80]
    act.held_on, act.held_to = told.held_on, told.last_day
    act.starts_at, act.ends_at = told.starts_at, told.ends_at
    act.belongs_on = _belongs_on(told, kind)
    act.parts = [part for part in kind.parts if part in told.parts]
    act.chair_id, act.recorder_id, act.contact_id = told.chair, told.recorder, told.contact
    act.lecture_title, act.lecturer_id = told.lecture_title.strip()[:120], told.lecturer
    act.lecturer_name = told.lecturer_name.strip()[:60]
    act.lecturer_post = queries.post_held(told.lecturer, act.body, told.held_on) if told.lecturer else ""
    act.process = "" if rules.is_bare(kind) else told.process.strip()
    act.observers, act.open_to_outside = told.observers.strip()[:200], told.open_to_outside
    act.late_note, act.confidential = told.late_note.strip()[:200], kind.confidential
    act.extra = _extra(told, kind, act.body)
    states = [sitting.states[seat.person] for seat in sitting.roster()]
    act.due_roster, act.attended = engine.tally(states)
    if len(sitting.bodies) > 1 and act.joint_key is None:
        act.joint_key = act.uuid


def _belongs_on(told: engine.Told, kind: ActKind) -> date:
    """The day held; for a kind with its own year, a day inside that year (所属年度)."""
    if kind.belonging == "own_year" and told.belongs_year and told.belongs_year != told.held_on.year:
        return date(told.belongs_year, 12, 31)
    return told.held_on


def _extra(told: engine.Told, kind: ActKind, body: Org) -> dict[str, Any]:
    """Only fields the kind defines, in a form JSON keeps; a body is kept by its id."""
    kept: dict[str, Any] = {}
    for field in kind.fields:
        value = told.extra.get(field.code)
        if value in (None, ""):
            if field.required:
                raise ValidationError(_("请填“%s”。") % field.title)
            continue
        if field.type == "ref" and value not in dict(queries.bodies_offered(body, field, told.held_on)):
            raise ValidationError(_("没有保存：“%s”不在那天可选的范围里，请重新选。已填内容还在。") % field.title)
        kept[field.code] = value.isoformat() if isinstance(value, date) else value
    if told.topic:
        kept["topic"] = told.topic
    return kept


def _year(act: Act) -> int:
    return act.belongs_on.year


def _next(org: Org, kind: str, year: int) -> int:
    return policy_actions.next_number(bureau=org.bureau, key=f"activities.{kind}.{org.pk}", year=year)


def _number(act: Act, sitting: _Sitting) -> None:
    """Each body's own ordinal; series are locked in sorted order."""
    year = _year(act)
    rows = []
    for org, kind in sorted(sitting.bodies, key=lambda pair: f"activities.{pair[1].code}.{pair[0].pk}"):
        number = _next(org, kind.code, year)
        rows.append(
            ActBody(
                act=act, org=org, kind=kind.code, year=year, number=number, takes_part=sitting.takes_part(org, kind)
            )
        )
    rows.sort(key=lambda row: row.org_id != act.body_id)
    ActBody.objects.bulk_create(rows)


def _renumber(act: Act, sitting: _Sitting) -> None:
    """A corrected act keeps its ordinal unless it moved to another year."""
    kinds = {org.pk: (org, kind) for org, kind in sitting.bodies}
    for row in act.bodies.order_by("kind", "org"):
        org, kind = kinds[row.org_id]
        row.takes_part = sitting.takes_part(org, kind)
        if row.year != _year(act):
            row.year, row.number = _year(act), _next(org, kind.code, _year(act))
        row.save(update_fields=["takes_part", "year", "number"])


def _attendances(act: Act, sitting: _Sitting) -> list[Attendance]:
    return [
        Attendance(
            act=act, org_id=seat.org, person_id=seat.person, standing=seat.standing, state=sitting.states[seat.person]
        )
        for seat in sitting.roster()
    ]


def _restand(act: Act, sitting: _Sitting) -> None:
    """The roster after a correction: who is still absent keeps the make-up study, who came has none."""
    old = {row.person_id: row for row in act.attendances.all()}
    new = {row.person_id: row for row in _attendances(act, sitting)}
    act.attendances.filter(person__in=set(old) - set(new)).delete()
    Attendance.objects.bulk_create([row for person, row in new.items() if person not in old])
    changed = []
    for person, row in new.items():
        kept = old.get(person)
        if kept is None or (kept.state, kept.org_id, kept.standing) == (row.state, row.org_id, row.standing):
            continue
        kept.state, kept.org_id, kept.standing = row.state, row.org_id, row.standing
        if kept.state == Attendance.State.PRESENT:
            kept.made_up_on, kept.made_up_way, kept.made_up_by, kept.made_up_at = None, "", "", None
        changed.append(kept)
    fields = ["state", "org", "standing", "made_up_on", "made_up_way", "made_up_by", "made_up_at"]
    Attendance.objects.bulk_update(changed, fields)


def _write_parts(act: Act, sitting: _Sitting) -> None:
    told, kind = sitting.told, sitting.kind
    Reading.objects.bulk_create(
        [Reading(act=act, title=row.title[:160], issued_on=row.issued_on) for row in told.readings if row.title]
    )
    known = {output.code for output in sitting.section.outputs}
    Output.objects.bulk_create(
        [Output(act=act, kind=code, count=n) for code, n in told.outputs.items() if code in known and n]
    )
    Media.objects.bulk_create(
        [
            Media(act=act, url=row.url[:300], starts_at=row.starts_at, viewers=row.viewers, rights=row.rights[:200])
            for row in told.media
        ]
    )
    votes = []
    for vote in told.votes:
        entitled, present = _voting(sitting, vote)
        votes.append(
            Vote(
                act=act,
                matter=vote.matter[:160],
                rule=vote.rule,
                entitled=entitled,
                present=present,
                favour=vote.favour,
                against=vote.against,
                abstain=vote.abstain,
            )
        )
    Vote.objects.bulk_create(votes)
    FieldValue.objects.bulk_create(_field_values(act, kind))


def _field_values(act: Act, kind: ActKind) -> list[FieldValue]:
    rows = []
    for field in kind.fields:
        value = act.extra.get(field.code)
        if not field.filter or value is None:
            continue
        row = FieldValue(act=act, code=field.code)
        if field.type == "date":
            row.day = date.fromisoformat(value)
        elif isinstance(value, int):
            row.number = int(value)
        else:
            row.text = str(value)[:120]
        rows.append(row)
    return rows


def _item(act: Act, item: engine.ItemTold) -> Resolution:
    return Resolution(
        act=act, org_id=act.body_id, kind=item.kind, category=item.category, matter=item.matter.strip()[:200],
        owner_id=item.owner, due_on=item.due_on, proposer=item.proposer.strip()[:60], opinion=item.opinion,
        opinion_on=item.opinion_on,
    )  # fmt: skip


def _reitem(act: Act, sitting: _Sitting) -> None:
    """Resolutions after a correction: one reworded keeps its progress; one taken out is no longer pursued."""
    old = {row.pk: row for row in act.resolutions.order_by("pk")}
    known = {pk: None if row.state == Resolution.State.DROPPED else row.matter for pk, row in old.items()}
    for item, meant in zip(sitting.told.items, engine.pair_items(sitting.told.items, known), strict=True):
        fresh = _item(act, item)
        if meant is None:
            fresh.save(force_insert=True)
            continue
        kept = old.pop(meant)
        if kept.state == Resolution.State.CLOSED and fresh.owner_id == kept.closed_by_id:
            raise ValidationError(_("“%s”已经验收销号，验收人不能又是负责人，请换一个负责人。") % kept.matter)
        for name in ("matter", "kind", "category", "owner_id", "due_on", "proposer", "opinion", "opinion_on"):
            setattr(kept, name, getattr(fresh, name))
        kept.save()
    for row in old.values():
        if row.state in (Resolution.State.OPEN, Resolution.State.REPORTED):
            row.state = Resolution.State.DROPPED
            row.save(update_fields=["state"])


def _propose(act: Act, sitting: _Sitting, *, now: datetime, moved: bool = False) -> None:
    """Claims for every body, from what the act meets. ``moved``: the fact is another one, known from now on."""
    fixed = {row.body_id: row for row in FixedDay.objects.filter(body__in=[org.pk for org, _kind in sitting.bodies])}
    old = {(claim.org_id, claim.tag): claim for claim in act.claims.all()} if act.revision else {}
    fresh, changed = [], []
    for org, kind in sitting.bodies:
        day = fixed.get(org.pk)
        proposals = queries.proposals(sitting.told, kind, sitting.section, day, post=act.lecturer_post)
        met = {row.tag: row for row in proposals if row.met or row.over}
        for tag, row in met.items():
            claim = old.pop((org.pk, tag), None)
            if claim is None:
                claim = TagClaim(act=act, org=org, tag=tag, amount=row.amount, per_person=row.per_person)
                claim.known_at = now
                # Beyond the most tags of one act: the recorder may pick it instead of another.
                claim.state = TagClaim.State.DECLINED if row.over else TagClaim.State.PROPOSED
                fresh.append(claim)
                continue
            claim.amount, claim.per_person = row.amount, row.per_person
            claim.known_at = now if moved else claim.known_at
            if claim.state == TagClaim.State.DECLINED and claim.reason and not row.over:
                claim.state, claim.reason = TagClaim.State.PROPOSED, ""
            changed.append(claim)
    for claim in old.values():
        if claim.state != TagClaim.State.STRUCK:
            claim.state, claim.reason = TagClaim.State.DECLINED, _("更正后条件不符")
            changed.append(claim)
    TagClaim.objects.bulk_create(fresh)
    TagClaim.objects.bulk_update(changed, ["amount", "per_person", "known_at", "state", "reason"])


def _conflict(act: Act, revision: int) -> Conflict:
    """Who corrected it since ``revision``, and which fields differ from what this page began with.

    Raises ValidationError when nothing shows what that page began with: no record has had such a revision.
    """
    later = list(act.revisions.filter(number__gt=revision).order_by("number"))
    if not later:
        raise ValidationError(_("看不出这一页是从哪一次更正之后改起的。已填内容还在，请与现在的记录核对后再保存一次。"))
    fields = queries.changed_fields(later[0].before, queries.snapshot(act))
    return Conflict(act=act, by=later[-1].made_by, at=later[-1].made_at, fields=tuple(fields))
