"""Writes around the way into the Party: applications, helpers, papers, notices, ends, plans. Steps: admission_steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.actions.facts import amend
from hongzhu.core.people.actions.standings import end_standing, standing_of, take_standing
from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.kit.bulk import portions
from hongzhu.kit.dates import full_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionPaper,
    AdmissionStep,
    Helper,
    Quota,
    Source,
)
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.rules import admission as rules

APPLY = "apply"


@transaction.atomic
def open_admission(
    *, person: Person, org: Org, applied_on: date, by: Actor, today: date, now: datetime, league: bool = False,
    sources: Iterable[str] = (), born_on: date | None = None,
) -> Admission:  # fmt: skip
    """A person applies to a branch: the first step. ValidationError with a sentence when they cannot.

    ``born_on``: the birthday the application gives; it goes onto the register where that has none.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    part = queries.part_on(org.bureau, applied_on)
    running = Admission.objects.filter(person=person, outcome="").select_related("org").first()
    if person.bureau_id != org.bureau_id:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    if born_on is not None:
        person = _born(person, born_on, by=by, today=today)
    _ask(
        rules.can_open(
            org=org, standing=queries.standing_on(person, today), born_on=person.born_on, applied_on=applied_on,
            open_elsewhere=str(running.org) if running else "", part=part, today=today,
        )
    )  # fmt: skip
    admission = Admission.objects.create(
        bureau=org.bureau, person=person, org=org, applied_on=applied_on, league=league
    )
    AdmissionStep.objects.create(
        admission=admission, org=org, code=APPLY, on=applied_on, recorded_at=now, recorded_by=by.label[:120]
    )
    known = by_code(part.sources)
    Source.objects.bulk_create([Source(admission=admission, code=code) for code in set(sources) if code in known])
    audit.record(
        by=by, did="party.open_admission", to=Ref.to(admission), bureau=org.bureau_id, org=org.pk, person=person.pk,
        on=applied_on.isoformat(),
    )  # fmt: skip
    return admission


def _born(person: Person, born_on: date, *, by: Actor, today: date) -> Person:
    """The birthday goes onto a register without one; one that says another day is not overwritten."""
    if person.born_on is None:
        held = standing_of(person)
        return amend(
            person=person, by=by, today=today, sex=person.sex, ethnic=person.ethnic, born_on=born_on,
            education=person.education, joined_on=held.joined_on if held else None,
            full_on=held.full_on if held else None,
        )  # fmt: skip
    if person.born_on != born_on:
        raise ValidationError(
            _("没有保存：名册上的出生日期是%s，和填的不一样，请核对。已填内容还在。") % full_text(person.born_on)
        )
    return person


@transaction.atomic
def set_sources(*, admission: Admission, codes: Iterable[str], by: Actor, on: date) -> Admission:
    """Where the person comes from (骨干教师, 双培养 …): what is counted by."""
    admission = locked(admission)
    known = by_code(queries.part_on(admission.bureau, on).sources)
    wanted = {code for code in codes if code in known}
    held = set(admission.sources.values_list("code", flat=True))
    if wanted == held:
        return admission  # no entry: already so
    admission.sources.exclude(code__in=wanted).delete()
    Source.objects.bulk_create([Source(admission=admission, code=code) for code in sorted(wanted - held)])
    audit.record(
        by=by, did="party.set_sources", to=Ref.to(admission), bureau=admission.bureau_id, sources=sorted(wanted)
    )
    return admission


@transaction.atomic
def name_helper(*, admission: Admission, person: Person, role: str, on: date, by: Actor, today: date) -> Helper:
    """A full member accompanies (培养联系人) or introduces (入党介绍人) the person from ``on``."""
    admission = locked(admission)
    _ask(rules.is_running(admission))
    part = queries.part_on(admission.bureau, on)
    step = next((one for one in part.steps if one.named is not None and one.named.role == role), None)
    if step is None or person.bureau_id != admission.bureau_id:
        raise ValidationError(_("没有保存：请选本局的正式党员。已填内容还在。"))
    held = admission.helpers.filter(role=role, to_on__isnull=True).values_list("person", flat=True)
    _ask(
        rules.can_help(
            applicant=admission.person_id, helper=person.pk, standing=queries.standing_on(person, on), held=held,
            step=step, on=on, today=today,
        )
    )  # fmt: skip
    helper = Helper.objects.create(admission=admission, person=person, role=role, from_on=on)
    audit.record(
        by=by, did="party.name_helper", to=Ref.to(admission), bureau=admission.bureau_id, person=person.pk, role=role,
        on=on.isoformat(),
    )  # fmt: skip
    return helper


@transaction.atomic
def end_helper(*, helper: Helper, on: date, by: Actor) -> Helper:
    """Somebody no longer accompanies; the row stays for the days they did."""
    helper = (
        Helper.objects.select_for_update(of=("self",)).select_related("admission__person", "person").get(pk=helper.pk)
    )
    if helper.to_on is not None:
        raise ValidationError(_("已经结束，不用再结束一次。"))
    if on <= helper.from_on:
        raise ValidationError(_("没有保存：结束日期要晚于开始日期，请改日期。已填内容还在。"))
    helper.to_on = on
    helper.save(update_fields=["to_on"])
    audit.record(
        by=by, did="party.end_helper", to=Ref.to(helper.admission), bureau=helper.admission.bureau_id,
        person=helper.person_id, on=on.isoformat(),
    )  # fmt: skip
    return helper


@transaction.atomic
def see_papers(*, admission: Admission, seen: Mapping[str, int | None], on: date, by: Actor) -> list[str]:
    """Tick papers as seen (code → pages, None unknown), never uploaded; what is not named is unticked unless it was needed.

    Returns the codes ticked now. A paper that a step done already asked for stays ticked.
    """
    admission = locked(admission)
    _ask(rules.is_running(admission))
    papers = by_code(queries.part_on(admission.bureau, on).papers)
    wanted = {code: pages for code, pages in seen.items() if code in papers}
    held = {row.code: row for row in admission.papers.all()}
    used = set(AdmissionStep.objects.filter(queries.ENTERED, admission=admission).values_list("code", flat=True))
    kept = {code for code in held if code not in papers or papers[code].before in used}
    gone = [code for code in held if code not in wanted and code not in kept]
    fresh = [code for code in wanted if code not in held]
    paged = [row for code, row in held.items() if code in wanted and wanted[code] not in (None, row.pages)]
    if not (gone or fresh or paged):
        return []  # no entry: already so
    admission.papers.filter(code__in=gone).delete()
    AdmissionPaper.objects.bulk_create(
        [
            AdmissionPaper(admission=admission, code=code, pages=wanted[code], seen_on=on, seen_by=by.label[:120])
            for code in fresh
        ]
    )
    for row in paged:
        row.pages = wanted[row.code]
    AdmissionPaper.objects.bulk_update(paged, ["pages"])
    audit.record(
        by=by, did="party.see_papers", to=Ref.to(admission), bureau=admission.bureau_id, seen=sorted(fresh),
        unticked=sorted(gone), on=on.isoformat(),
    )  # fmt: skip
    return fresh


@transaction.atomic
def post_notice(
    *, admission: Admission, point: str, posted_on: date, by: Actor, today: date, days: int | None = None
) -> AdmissionNotice:
    """A notice was put up: where on the way, when, for how many working days (the rule's, or more)."""
    admission = locked(admission)
    _ask(rules.is_running(admission))
    part = queries.part_on(admission.bureau, posted_on)
    rule = by_code(part.notices).get(point)
    if rule is None:
        raise ValidationError(_("没有保存：没有这个公示节点，请重选。"))
    way = queries.way_of(admission, posted_on)
    days = rule.days if days is None else days
    waiting = next((place for place in way.places if place.step.notice == point), None)
    after = way.by_code[rule.after].on if waiting is not None and waiting.state != "done" else None
    running = admission.notices.filter(point=point, closed_on__isnull=True).exists()
    _ask(rules.can_post(after=after, running=running, posted_on=posted_on, days=days, least=rule.days, today=today))
    if admission.notices.filter(point=point, posted_on=posted_on).exists():
        raise ValidationError(_("没有保存：这一天的公示已经登记过，请改日期。已填内容还在。"))
    notice = AdmissionNotice.objects.create(admission=admission, point=point, posted_on=posted_on, days=days)
    audit.record(
        by=by, did="party.post_notice", to=Ref.to(admission), bureau=admission.bureau_id, point=point,
        on=posted_on.isoformat(), days=days,
    )  # fmt: skip
    return notice


@transaction.atomic
def close_notice(
    *, notice: AdmissionNotice, on: date, by: Actor, today: date, objections: int = 0, held_up: bool = False
) -> AdmissionNotice:
    """The notice is over: how many objected (a number, never what they said) and whether it holds the matter up."""
    notice = AdmissionNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    admission = locked(notice.admission)
    _ask(rules.is_running(admission))
    last = engine.notice_last(queries.posted_of(notice), policies.calendar(admission.bureau))
    _ask(rules.can_close_notice(closed=notice.closed_on is not None, last=last, on=on, today=today))
    notice.closed_on, notice.closed_by = on, by.label[:120]
    notice.objections, notice.held_up = objections, held_up
    notice.save(update_fields=["closed_on", "closed_by", "objections", "held_up"])
    audit.record(
        by=by, did="party.close_notice", to=Ref.to(admission), bureau=admission.bureau_id, point=notice.point,
        on=on.isoformat(), objections=objections, held_up=held_up,
    )  # fmt: skip
    return notice


@transaction.atomic
def end_admission(*, admission: Admission, outcome: str, reason: str, on: date, by: Actor, today: date) -> Admission:
    """The way ends before its time: withdrawn, stopped, or gone on elsewhere; it stays on file with its reason.

    A probationary member's way ends only by the members' meeting and the superior, or when admission was not approved.
    """
    admission = locked(admission)
    if admission.outcome != Admission.Outcome.OPEN:
        raise ValidationError(str(rules.is_running(admission).reason) or _("这条发展过程已经结束，不用再结束一次。"))
    if outcome not in rules.ENDS or not reason.strip():
        raise ValidationError(_("没有保存：请选怎样结束，并写明原因。已填内容还在。"))
    latest = AdmissionStep.objects.filter(queries.ENTERED, admission=admission).order_by("-on").first()
    if on > today or (latest is not None and on < latest.on):
        raise ValidationError(_("没有保存：结束日期不能在将来，也不能早于最后一步，请改日期。已填内容还在。"))
    held = standing_of(admission.person)
    probationary = held is not None and held.standing == Standing.PROBATIONARY
    if probationary and outcome == Admission.Outcome.MOVED:
        raise ValidationError(
            _("没有保存：已是预备党员，转到其他地方要办组织关系转接，转出后这条发展过程自动结束。已填内容还在。")
        )
    if probationary and outcome != Admission.Outcome.DECEASED:
        refused = (
            AdmissionStep.objects.filter(queries.ENTERED, admission=admission, passed=False).order_by("-id").first()
        )
        if refused is None or latest is None or refused.code != "admit_approved" or refused.pk < latest.pk:
            raise ValidationError(
                _("没有保存：已是预备党员，要由支部大会决定并经上级批准，请在转正大会一步登记。已填内容还在。")
            )
    if held is not None and held.standing != Standing.FULL and held.org_id == admission.org_id:
        end_standing(person=admission.person, on=on)
    admission.outcome, admission.ended_on, admission.ended_for = outcome, on, reason.strip()[:200]
    admission.save(update_fields=["outcome", "ended_on", "ended_for"])
    audit.record(
        by=by, did="party.end_admission", to=Ref.to(admission), bureau=admission.bureau_id, outcome=outcome,
        on=on.isoformat(), reason=admission.ended_for,
    )  # fmt: skip
    return admission


@transaction.atomic
def move_admission(*, admission: Admission, org: Org, on: date, by: Actor, today: date) -> Admission:
    """Another branch of the bureau leads the person on from ``on``; the days already spent count there.

    An activist's place moves with them; a member's relation is transferred first (组织关系转接), the way follows.
    """
    admission = locked(admission)
    if admission.outcome != Admission.Outcome.OPEN:
        raise ValidationError(str(rules.is_running(admission).reason) or _("这条发展过程已经结束，不能再转。"))
    _ask(rules.takes_applications(org, on))
    if org.pk == admission.org_id or org.bureau_id != admission.bureau_id or on > today:
        raise ValidationError(_("没有保存：请选本局的另一个党支部，日期不能在将来。已填内容还在。"))
    held = standing_of(admission.person)
    if held is not None and held.org_id != org.pk:
        if held.standing != Standing.ACTIVIST:
            raise ValidationError(_("没有保存：已是党员，请先办组织关系转接，再转发展过程。已填内容还在。"))
        take_standing(person=admission.person, org=org, standing=Standing.ACTIVIST, on=on)
    before, admission.org = admission.org_id, org
    admission.save(update_fields=["org"])
    admission.helpers.filter(to_on__isnull=True, role=Helper.Role.CONTACT, from_on__lt=on).update(to_on=on)
    audit.record(
        by=by, did="party.move_admission", to=Ref.to(admission), bureau=admission.bureau_id, before=before,
        after=org.pk, on=on.isoformat(),
    )  # fmt: skip
    return admission


def follow_moves(placed: Mapping[int, int], on: date) -> None:
    """The ways of persons whose relation moved go on in their new branches (``person id -> body id``).

    A helper: it runs inside what moves them.
    """
    running = Admission.objects.select_for_update(of=("self",)).filter(outcome=Admission.Outcome.OPEN)
    ways = [row for part in portions(placed) for row in running.filter(person__in=part)]
    _carry([(row, placed[row.person_id]) for row in ways if row.org_id != placed[row.person_id]], on)


def pass_over(org: int, successor: int | None, on: date) -> None:
    """Whoever a body that ends was leading into the Party, members or not, is led on by its successor; whom it accepted
    count there from then on, so that plan and year of those above stay as they were. A helper.

    ValidationError when there is none: nobody on the way is left without a branch.
    """
    running = Admission.objects.select_for_update(of=("self",)).filter(outcome=Admission.Outcome.OPEN, org=org)
    ways = list(running)
    if ways and successor is None:
        raise ValidationError(
            ngettext(
                "没有保存：还有%(n)s人正在这里按步骤发展，请写明由谁承接，或先在“发展党员”里结束。",
                "没有保存：还有%(n)s人正在这里按步骤发展，请写明由谁承接，或先在“发展党员”里结束。", len(ways),
            ) % {"n": len(ways)}
        )  # fmt: skip
    if successor is not None:
        _carry([(row, successor) for row in ways], on)
        AdmissionStep.objects.filter(org=org).update(org=successor)


def _carry(ways: list[tuple[Admission, int]], on: date) -> None:
    """Contacts who belong to the new branch, too, go on; the others end, and the branch names new ones."""
    for row, org in ways:
        row.org_id = org
    Admission.objects.bulk_update([row for row, _org in ways], ["org"], batch_size=500)
    for part in portions([row.pk for row, _org in ways]):
        contacts = Helper.objects.filter(
            admission__in=part, to_on__isnull=True, role=Helper.Role.CONTACT, from_on__lt=on
        )
        there = Membership.objects.filter(person=OuterRef("person"), org=OuterRef("admission__org"), to_on__isnull=True)
        left = contacts.exclude(Exists(there)).values_list("pk", flat=True)
        Helper.objects.filter(pk__in=list(left)).update(to_on=on)


def end_moved(*, person: Person, to: str, on: date) -> None:
    """The way of somebody carried out of the bureau goes on elsewhere. A helper: it runs inside 组织关系转接."""
    running = Admission.objects.select_for_update(of=("self",)).filter(person=person, outcome=Admission.Outcome.OPEN)
    for row in running:
        row.outcome, row.ended_on = Admission.Outcome.MOVED, on
        row.ended_for = (_("组织关系转到%s") % to)[:200]
        row.save(update_fields=["outcome", "ended_on", "ended_for"])


@transaction.atomic
def set_quota(*, org: Org, year: int, places: int, by: Actor) -> Quota:
    """How many a body and those below it may accept in a year (发展党员计划); saying it again changes it."""
    if org.kind not in rules.QUOTA_KINDS:
        raise ValidationError(_("没有保存：计划下达给党支部、党总支或党委，请重选。已填内容还在。"))
    quota, made = Quota.objects.select_for_update().get_or_create(
        org=org, year=year, defaults={"bureau": org.bureau, "places": places}
    )
    if not made and quota.places == places:
        return quota  # no entry: already so
    before = None if made else quota.places
    quota.places = places
    quota.save(update_fields=["places"])
    audit.record(
        by=by, did="party.set_quota", to=Ref.to(org), bureau=org.bureau_id, year=year, places=places, before=before
    )
    return quota


def locked(admission: Admission) -> Admission:
    """The row with its lock; the bureau and the branch come along."""
    rows = Admission.objects.select_for_update(of=("self",)).select_related("person", "org", "bureau")
    return rows.get(pk=admission.pk)


def _ask(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
