"""Whose way into the Party a user may see, and what is known of it. A fixed number of queries for any number of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import by_another
from hongzhu.core.activities.models import Act, Attendance, Vote
from hongzhu.core.audit import queries as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Hosting, Kind, Org, Superior
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionPaper, AdmissionStep, Helper, Quota
from hongzhu.services.party.pack.admission import AdmissionPart, Step
from hongzhu.services.party.queries.settings import section_on
from hongzhu.services.party.rules import admission as asked

ADMIT, DECIDED, SEALED, FILED = "admit_vote", "full_vote", "full_approved", "filed"
WROTE = ("party.open_admission", "party.do_step")
ENTERED = Q(voided_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One person with where they stand."""

    admission: Admission
    way: engine.Way
    facts: engine.Facts


def part_on(bureau: Bureau, on: date) -> AdmissionPart:
    """The admission part of the pack in force on a day."""
    return section_on(bureau, on).admission


def visible_to(user: Any) -> QuerySet[Admission]:
    """Ways in the branches the user may see Party affairs of."""
    if not access.may(user, rules.VIEW):
        return Admission.objects.none()
    mine = access.within(user, rules.VIEW, "org")
    found = Admission.objects.filter(mine, bureau=access.bureau_of(user))
    return found.select_related("person", "org", "bureau").order_by("org__sort", "org_id", "applied_on", "id")


def open_admission(user: Any, pk: int, perm: Perm = rules.VIEW) -> Admission:
    """The one door: unseen is 404, seen but not permitted is 403."""
    admission: Admission = get_object_or_404(visible_to(user), pk=pk)
    access.check(user, perm, admission.org)
    return admission


def running() -> Q:
    """Not ended; a confirmed member's papers are still to be filed."""
    filed = AdmissionStep.objects.filter(ENTERED, admission=OuterRef("pk"), code=FILED)
    return Q(outcome="") | Q(~Exists(filed), outcome=Admission.Outcome.CONFIRMED)


def facts_of(admissions: Iterable[Admission]) -> dict[int, engine.Facts]:
    """Steps, notices, papers and helpers of these ways, as the engine reads them. Four queries."""
    found = {one.pk: one for one in admissions}
    rows = AdmissionStep.objects.filter(ENTERED, admission__in=found).order_by("on", "round", "id")
    steps: dict[int, list[engine.Done]] = {pk: [] for pk in found}
    for row in rows:
        steps[row.admission_id].append(engine.Done(row.code, row.on, row.round, row.passed, row.decision, row.until))
    notices: dict[int, list[engine.Posted]] = {pk: [] for pk in found}
    for notice in AdmissionNotice.objects.filter(admission__in=found).order_by("posted_on", "id"):
        notices[notice.admission_id].append(posted_of(notice))
    papers: dict[int, set[str]] = {pk: set() for pk in found}
    for pk, code in AdmissionPaper.objects.filter(admission__in=found).values_list("admission", "code"):
        papers[pk].add(code)
    helps: dict[int, list[engine.Help]] = {pk: [] for pk in found}
    for helper in Helper.objects.filter(admission__in=found).order_by("id"):
        helps[helper.admission_id].append(engine.Help(helper.role, helper.from_on, helper.to_on))
    return {
        pk: engine.Facts(
            tuple(steps[pk]), tuple(notices[pk]), frozenset(papers[pk]), tuple(helps[pk]),
            None if one.outcome in ("", Admission.Outcome.CONFIRMED) else one.ended_on,
        )
        for pk, one in found.items()
    }  # fmt: skip


def posted_of(notice: AdmissionNotice) -> engine.Posted:
    return engine.Posted(notice.point, notice.posted_on, notice.days, notice.closed_on, notice.held_up)


def lines(admissions: Iterable[Admission], bureau: Bureau, today: date) -> list[Line]:
    """These people with where they stand today. Six queries beside the pack, whatever their number."""
    rows = list(admissions)
    if not rows:
        return []
    part, calendar, facts = part_on(bureau, today), policies.calendar(bureau), facts_of(rows)
    return [Line(row, engine.way(facts[row.pk], part, calendar, today), facts[row.pk]) for row in rows]


def way_of(admission: Admission, today: date) -> engine.Way:
    """Where one person stands on a day."""
    return lines([admission], admission.bureau, today)[0].way


def outside(org: Org, on: date) -> bool:
    """Whether the committee that decides for the branch stands outside the bureau: a township committee."""
    above = approver(org, on)
    return above is not None and above.kind == Kind.UPPER


def belongs_to(org: Org, on: date) -> Org | None:
    """The body directly above: by 隶属, never by guidance."""
    row = Superior.objects.filter(orgs.on_day(on), org=org, relation=Superior.Relation.BELONGS)
    found = row.select_related("superior").first()
    return found.superior if found else None


def approver(org: Org, on: date) -> Org | None:
    """The superior that decides on members: up by 隶属 to the first committee, in the bureau or outside."""
    return asked.first_deciding(belongs_to(org, on), lambda body: belongs_to(body, on))


def decided_by(bureau: int, on: date) -> dict[int, Org]:
    """branch → the body that decides on its members, for a whole bureau. One query."""
    rows = Superior.objects.filter(orgs.on_day(on), org__bureau=bureau, relation=Superior.Relation.BELONGS)
    above = {row.org_id: row.superior for row in rows.select_related("superior")}
    found = {org: asked.first_deciding(above[org], lambda body: above.get(body.pk)) for org in above}
    return {org: body for org, body in found.items() if body is not None}


def may_enter(user: Any, admission: Admission, step: Step, on: date) -> Verdict:
    """Whether the user enters this step: the branch its own, the superior (隶属) what it decides, by another hand."""
    above = approver(admission.org, on)
    out = above is not None and above.kind == Kind.UPPER
    who = asked.side(step, outside=out)
    if who != "superior" and access.holds(user, rules.KEEP, admission.org):
        return Verdict(True)
    if who == "branch":
        return Verdict(False, _("这一步由党支部登记。"))
    if not answers_for(user, admission, above):
        return Verdict(False, _("这一步由上级党组织（%s）登记。") % (above or _("隶属的上级")))
    return by_other_hand(admission, user.pk, on) if step.decides else Verdict(True)


def answers_for(user: Any, admission: Admission, above: Org | None) -> bool:
    """Whether the user speaks for the committee above; where none is on record, only who approves over the branch does."""
    if above is None:
        return access.holds(user, rules.APPROVE, admission.org)
    return access.holds(user, rules.LEAD, above)


def by_other_hand(admission: Admission, account: int, on: date) -> Verdict:
    """Nobody answers for the superior what they entered for the branch, or what is about themselves (A19)."""
    sheets = AdmissionStep.objects.filter(admission=admission, sheet__isnull=False)  # entered as past: by these hands
    wrote = audit.who_did(Ref.to(admission), *WROTE) | set(sheets.values_list("sheet__account", flat=True))
    own = account in wrote or Account.objects.filter(pk=account, person=admission.person_id).exists()
    above = approver(admission.org, on) or admission.org
    others = access.names_over(above, rules.LEAD, on, but=[*wrote, account]) if own else []
    return by_another(own=own, step=_("批复"), others=others)


def roll_on(org: Org, on: date) -> tuple[int | None, int]:
    """(full members on file that day, those of them 免予参加); None where the roster does not reach back so far."""
    rows = list(
        Membership.objects.filter(orgs.on_day(on), org=org, standing__in=asked.MEMBERS).values_list(
            "standing", "left_out"
        )
    )
    if not rows:
        return None, 0
    full = [left for standing, left in rows if standing == Standing.FULL]
    return len(full), sum(bool(left) for left in full)


def acts_to_link(admission: Admission, today: date) -> QuerySet[Act]:
    """Meetings of the branch in the last year at which a vote may have been taken, newest first."""
    since = engine.add_months(today, -12)
    found = Act.objects.filter(bodies__org=admission.org, held_on__range=(since, today))
    return found.exclude(status=Act.Status.VOIDED).filter(kind__in=VOTING_KINDS).order_by("-held_on", "-id")


VOTING_KINDS = ("members_meeting", "theme_day")


def ballot_of(act: Act, admission: Admission) -> tuple[engine.Ballot, bool]:
    """What the act says: the one vote on this person where it was counted there, else who was there. Three queries."""
    votes = _about(act, admission.person)
    if len(votes) == 1:
        vote = votes[0]
        return engine.Ballot(vote.entitled, vote.present, vote.favour, vote.against, vote.abstain), True
    there = Attendance.objects.filter(act=act, org=admission.org, standing=Standing.FULL).values_list(
        "state", flat=True
    )
    states = list(there)
    due = sum(state not in ("LEFT_OUT", "OBSERVER") for state in states)
    return engine.Ballot(due, sum(state == "PRESENT" for state in states), 0), False


def _about(act: Act, person: Person) -> list[Vote]:
    """Votes of a meeting on this person: the matter names them, not somebody whose longer name begins or ends like theirs."""
    found = list(Vote.objects.filter(act=act, matter__contains=person.name).order_by("id"))
    if not found:
        return []
    longer = Person.objects.filter(bureau=person.bureau_id, name__contains=person.name).exclude(name=person.name)
    others = sorted(longer.values_list("name", flat=True).distinct(), key=len, reverse=True)
    return [vote for vote in found if person.name in _without(vote.matter, others)]


def _without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, "　")
    return text


# --- the yearly plan ----------------------------------------------------------------------------------------


def admitted(year_from: date, year_to: date) -> QuerySet[AdmissionStep]:
    """Meetings that accepted somebody (step 15 passed) in [from, to): the last one of each person counts."""
    later = AdmissionStep.objects.filter(
        ENTERED, admission=OuterRef("admission"), code=ADMIT, passed=True, round__gt=OuterRef("round")
    )
    found = AdmissionStep.objects.filter(ENTERED, code=ADMIT, passed=True, on__gte=year_from, on__lt=year_to)
    return found.filter(~Exists(later)).select_related("admission__person", "admission__org", "org")


def extended_to(on: date, **narrowed: Any) -> dict[int, date]:
    """person → the day their probation was extended to, of extensions in force on a day: carried by the meeting and approved
    since, as the engine reads them. ``narrowed``: conditions on the step. One query."""
    approved = AdmissionStep.objects.filter(
        ENTERED, admission=OuterRef("admission"), code=SEALED, passed=True, on__gte=OuterRef("on"), on__lte=on
    )
    steps = AdmissionStep.objects.filter(
        ENTERED,
        Exists(approved),
        code=DECIDED,
        passed=True,
        decision=engine.EXTEND,
        until__gt=on,
        on__lte=on,
        **narrowed,
    )
    found: dict[int, date] = {}
    for person, until in steps.values_list("admission__person", "until"):
        if until is not None:
            found[person] = max(until, found.get(person, until))
    return found


def quota_over(org: Org, year: int, on: date, *, lock: bool = False) -> Quota | None:
    """The plan that binds a branch in a year: its own, else that of the nearest superior (隶属) that has one."""
    rows = Quota.objects.select_for_update(of=("self",)) if lock else Quota.objects.all()
    body: Org | None = org
    for _step in range(6):
        if body is None:
            return None
        if (found := rows.filter(org=body, year=year).select_related("org").first()) is not None:
            return found
        body = belongs_to(body, on)
    return None


def below(org: Org, on: date) -> set[int]:
    """Ids of a body and of those that belong to it (隶属), level by level; guidance does not count."""
    found, edge = {org.pk}, {org.pk}
    while edge:
        rows = Superior.objects.filter(orgs.on_day(on), superior__in=edge, relation=Superior.Relation.BELONGS)
        edge = set(rows.values_list("org", flat=True)) - found
        found |= edge
    return found


def admitted_under(org: Org, year: int, on: date, *, but: Admission | None = None) -> int:
    """How many a body and those that belong to it accepted in a calendar year."""
    rows = admitted(date(year, 1, 1), date(year + 1, 1, 1)).filter(org__in=below(org, on))
    return rows.exclude(admission=but).count() if but is not None else rows.count()


def branches_to_keep(user: Any, on: date) -> QuerySet[Org]:
    """Branches in which the user keeps Party affairs."""
    return access.orgs_where(user, rules.KEEP).filter(orgs.existing(on), kind__in=BRANCH_KINDS)


def people_to_apply(user: Any, on: date) -> QuerySet[Person]:
    """Who may be entered as an applicant: whom the user sees, and who works at a unit that hosts one of their branches."""
    hosts = Hosting.objects.filter(orgs.on_day(on), org__in=branches_to_keep(user, on).order_by().values("pk")).values(
        "unit"
    )
    there = Engagement.objects.filter(orgs.on_day(on), unit__in=hosts).values("person")
    seen = access.visible_people(user).order_by().values("pk")
    return Person.objects.filter(Q(pk__in=seen) | Q(pk__in=there), bureau=access.bureau_of(user)).order_by("id")


def bodies_to_plan(user: Any, on: date) -> QuerySet[Org]:
    """Bodies the user may give a plan to."""
    return access.orgs_where(user, rules.APPROVE).filter(orgs.existing(on), kind__in=asked.QUOTA_KINDS)


def standing_on(person: Person, on: date) -> str:
    """Full or probationary member on a day, "" for neither."""
    rows = Membership.objects.filter(orgs.on_day(on), person=person, standing__in=asked.MEMBERS)
    return rows.values_list("standing", flat=True).first() or ""


def branches_of(admission: Admission, on: date) -> QuerySet[Org]:
    """Where a way may be moved to: the bureau's other branches."""
    found = Org.objects.filter(orgs.existing(on), bureau=admission.bureau_id, kind__in=BRANCH_KINDS)
    return found.exclude(pk=admission.org_id).order_by("sort", "id")


def as_superior(user: Any, admission: Admission, code: str, on: date) -> bool:
    """Whether the user enters this step for the superior: what it decides, or what either may enter and the user is above."""
    step = next(one for one in part_on(admission.bureau, on).steps if one.code == code)
    who = asked.side(step, outside=outside(admission.org, on))
    return who == "superior" or (who == "either" and not access.holds(user, rules.KEEP, admission.org))
