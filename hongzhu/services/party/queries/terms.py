"""Terms of office and elections: who may see them, how every body's term stands, who may elect and be elected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.audit import queries as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Change, Hosting, Kind, Org, Superior
from hongzhu.core.people.models import Membership, Standing
from hongzhu.core.people.rules import HOLDING
from hongzhu.core.policies import queries as policies
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Ref
from hongzhu.services.party import rules as perms
from hongzhu.services.party.engine import terms as engine
from hongzhu.services.party.models import Delay, Election, ElectionSeat
from hongzhu.services.party.pack.terms import TermsPart
from hongzhu.services.party.rules import terms as rules

from .settings import section_on

WROTE = ("party.start_election", "party.ask_election", "party.hold_election", "party.report_election")
COMMITTEE_FROM = "committee_full_members"  # the pack's limit from which a committee is due


def visible_to(user: Any) -> QuerySet[Election]:
    """Elections of the bodies the user may see."""
    return Election.objects.filter(access.within(user, perms.VIEW, "org")).select_related("org", "bureau")


def open_election(user: Any, pk: int) -> Election:
    """The one door of an election: unseen is 404."""
    return get_object_or_404(visible_to(user), pk=pk)


def open_to_keep(user: Any, pk: int) -> Election:
    """The door of the body itself: asks, holds, reports."""
    election = open_election(user, pk)
    access.check(user, rules.keep_perm(election.org.kind), election.org)
    return election


def open_to_answer(user: Any, pk: int, on: date) -> Election:
    """The door of the superior, by 隶属; where the superior is outside the bureau, of the body that enters its reply."""
    election = open_election(user, pk)
    check_answers(user, election.org, on)
    return election


def check_answers(user: Any, org: Org, on: date) -> None:
    """403 unless the user answers for the superior of a body, or enters the reply of one outside."""
    superior = superior_of(org, on)
    if superior is None or is_outside(superior):
        access.check(user, rules.keep_perm(org.kind), org)
    else:
        access.check(user, perms.LEAD, superior)


def led(user: Any, on: date) -> QuerySet[Org]:
    """Committees and general branches the user leads: whose bodies below are answered by them."""
    return access.orgs_where(user, perms.LEAD).filter(orgs.existing(on), kind__in=rules.LEADING)


def leads(user: Any, on: date) -> bool:
    """Whether the user answers for any body above branches. No query but for a school's secretary, then one."""
    return access.may(user, perms.APPROVE) or (access.may(user, perms.LEAD) and led(user, on).exists())


def bodies(user: Any, on: date) -> QuerySet[Org]:
    """Bodies that elect and that the user may see."""
    return access.orgs_where(user, perms.VIEW).filter(orgs.existing(on), kind__in=rules.ELECTING)


def open_body(user: Any, pk: int) -> Org:
    """The door of a body's page of terms."""
    found = access.orgs_where(user, perms.VIEW).filter(kind__in=rules.ELECTING).select_related("bureau")
    return get_object_or_404(found, pk=pk)


def open_body_to_keep(user: Any, pk: int) -> Org:
    org = open_body(user, pk)
    access.check(user, rules.keep_perm(org.kind), org)
    return org


def open_body_to_answer(user: Any, pk: int, on: date) -> Org:
    """The door of whoever approves a delay, or enters the approval of a superior outside."""
    org = open_body(user, pk)
    check_answers(user, org, on)
    return org


def superior_of(org: Org, on: date) -> Org | None:
    """Whom a body belongs to (隶属) on a day."""
    row = Superior.objects.filter(orgs.on_day(on), org=org, relation=Superior.Relation.BELONGS)
    found = row.select_related("superior").first()
    return found.superior if found else None


def is_outside(superior: Org | None) -> bool:
    """Whether the superior has no desk in this bureau: a township's committee, or whoever is above the bureau's own."""
    return superior is None or superior.kind == Kind.UPPER


def successor_of(org: Org) -> str:
    """The body that took over from a dissolved one, "" where none did."""
    steps = (Change.Step.MERGED, Change.Step.DISSOLVED)
    found = Change.objects.filter(org=org, step__in=steps, other__isnull=False).order_by("-on", "-id")
    return found.values_list("other__name", flat=True).first() or ""


def others_over(election: Election, account: int, on: date) -> tuple[bool, list[str]]:
    """Whether the account ran this election, and who else may answer for the superior (A19).

    Where the superior is outside, the body itself enters its letter: nobody answers their own request then.
    """
    superior = superior_of(election.org, on)
    if is_outside(superior) or superior is None:
        return False, []
    wrote = audit.who_did(Ref.to(election), *WROTE)
    if account not in wrote:
        return False, []
    return True, access.names_over(superior, perms.LEAD, on, but=wrote)


# Terms.


@dataclass(frozen=True, slots=True)
class BodyTerm:
    """How one body stands with its elections on a day."""

    org: Org
    belongs: str
    term: engine.Term
    last: Election | None
    running: Election | None
    delay: Delay | None

    @property
    def chip(self) -> Any:
        step = rules.step_of(self.running) if self.running and self.running.cause == Election.Cause.TERM else ""
        return rules.term_chip(self.term, step)


def rules_of_terms(bureau: Bureau, on: date) -> dict[str, Any]:
    """kind of body → how long its officers serve (years, shift_years, notify_days), by the obligations of the day's pack."""
    items = policies.pack_for(bureau, on).section("obligations").terms_of_office
    return {kind: item for item in items for kind in item.bearers}


def standings(found: QuerySet[Org], bureau: Bureau, on: date) -> list[BodyTerm]:
    """Every body's term on a day, the earliest end first, unknown ones last. Four queries and the pack.

    The term begins with the last confirmed 换届 or 成立选举; a body without one on record whose first term still runs
    counts from its set-up; for an older one the end is unknown, and that is said rather than guessed.
    """
    lengths = rules_of_terms(bureau, on)
    rows = list(found)
    inside = found.order_by().values("pk")
    last: dict[int, Election] = {}
    running: dict[int, Election] = {}
    for election in Election.objects.filter(org__in=inside, voided_at__isnull=True).order_by("held_on", "id"):
        if election.confirmed_on is None:
            running[election.org_id] = election
        elif election.cause in rules.WHOLE_TERM and election.held_on and election.held_on <= on:
            last[election.org_id] = election
    delays = {(row.org_id, row.due_on): row for row in Delay.objects.filter(org__in=inside)}
    above: dict[int, str] = dict(
        Superior.objects.filter(
            orgs.on_day(on), org__in=inside, relation=Superior.Relation.BELONGS
        ).values_list("org_id", "superior__name")
    )  # fmt: skip
    made = []
    for org in rows:
        rule = lengths.get(org.kind)
        began = last[org.pk].held_on if org.pk in last else None
        if rule is not None and began is None and on <= engine.years_later(org.opened_on, rule.years):
            began = org.opened_on
        due = engine.years_later(began, rule.years) if rule and began else None
        delay = delays.get((org.pk, due)) if due else None
        term = engine.term_of(
            began if rule else None, rule.years if rule else 0, rule.notify_days if rule else 0,
            delay.until if delay else None, on,
        )  # fmt: skip
        made.append(BodyTerm(org, above.get(org.pk, ""), term, last.get(org.pk), running.get(org.pk), delay))
    return sorted(made, key=lambda row: (row.term.deadline or date.max, row.org.sort, row.org.pk))


def standing(org: Org, on: date) -> BodyTerm:
    """One body's term on a day."""
    return standings(Org.objects.filter(pk=org.pk), org.bureau, on)[0]


def shift_years(org: Org, on: date) -> int:
    """By how many years an election may be moved with approval."""
    rule = rules_of_terms(org.bureau, on).get(org.kind)
    return rule.shift_years if rule else 0


def completed(user: Any, first: date, last: date) -> list[tuple[str, int]]:
    """Completed 换届 by kind of body, held in the days given: (kind, number)."""
    rows = (
        visible_to(user)
        .filter(cause=Election.Cause.TERM, confirmed_on__isnull=False, voided_at__isnull=True)
        .filter(held_on__gte=first, held_on__lte=last)
        .select_related(None)
        .order_by()
        .values_list("org__kind")
        .annotate(n=Count("pk"))
    )
    found = dict(rows)
    return [(str(kind.label), found[kind]) for kind in rules.ELECTING if kind in found]


def history(org: Org) -> list[Election]:
    """Every election of a body, voided ones too, newest first, with who was elected. Two queries."""
    found = Election.objects.filter(org=org).order_by("-started_on", "-id")
    return list(found.prefetch_related("candidates__person"))


def candidates(election: Election) -> list[ElectionSeat]:
    """Those on the ballot as they were put on it, then those voters wrote in."""
    return list(election.candidates.select_related("person").order_by("written_in", "id"))


def printed(election: Election) -> list[ElectionSeat]:
    """Those on the ballot as they were put on it."""
    return [row for row in candidates(election) if not row.written_in]


def to_answer(user: Any, on: date) -> QuerySet[Election]:
    """待批复: requests and results of bodies whose superior the user answers for."""
    asked = Q(asked_on__isnull=False, allowed_on__isnull=True) | Q(reported_on__isnull=False)
    return (
        visible_to(user)
        .filter(asked, Exists(_above(user, on, "org")), confirmed_on__isnull=True, voided_at__isnull=True)
        .order_by("asked_on", "id")
    )


def _above(user: Any, on: date, field: str) -> QuerySet[Superior]:
    return Superior.objects.filter(
        orgs.on_day(on), org=OuterRef(field), relation=Superior.Relation.BELONGS,
        superior__in=access.orgs_where(user, perms.LEAD).order_by().values("pk"),
    ).exclude(superior__kind=Kind.UPPER)  # fmt: skip


# Who elects.


@dataclass(frozen=True, slots=True)
class Roll:
    """A body's roll on a day: full members, those of them left out (免予参加), all members, and units it lives in."""

    full: int
    left_out: int
    members: int
    units: int

    @property
    def entitled(self) -> int:
        """At most so many are entitled to elect; probationary members never count."""
        return self.full - self.left_out


def members(org: Org, on: date) -> QuerySet[Membership]:
    """Party memberships in a body on a day; for a general branch or committee, in all the bodies under it."""
    inside = Q(org=org)
    if org.kind not in BRANCH_KINDS:
        inside = orgs.reach(orgs.path_of(org, on), on, "org") & Q(org__kind__in=HOLDING)
    return Membership.objects.filter(
        orgs.on_day(on), inside, standing__in=(Standing.FULL, Standing.PROBATIONARY)
    )  # fmt: skip


def roll(org: Org, on: date) -> Roll:
    """Two queries for a branch, three above."""
    counted = members(org, on).aggregate(
        full=Count("pk", filter=Q(standing=Standing.FULL)),
        left_out=Count("pk", filter=Q(standing=Standing.FULL) & ~Q(left_out="")),
        members=Count("pk"),
    )
    units = Hosting.objects.filter(orgs.on_day(on), org=org).count()
    return Roll(counted["full"], counted["left_out"], counted["members"], units)


def electable(org: Org, on: date, people: Iterable[int]) -> set[int]:
    """Of these persons the ids who are full members of the body on the day: only they may be elected."""
    found = members(org, on).filter(standing=Standing.FULL, person__in=list(people))
    return set(found.values_list("person_id", flat=True))


def committee_from(bureau: Bureau, on: date) -> int:
    """From how many full members on a branch has a committee."""
    limit = by_code(policies.pack_for(bureau, on).section("people").limits).get(COMMITTEE_FROM)
    return limit.value if limit else 0


def cautions(org: Org, seats: int, on: date) -> list[str]:
    """What to think of before asking, with the clause."""
    held = roll(org, on)
    return rules.cautions(
        org.kind, part_of(org.bureau, on), full=held.full, members=held.members, units=held.units, seats=seats,
        committee_from=committee_from(org.bureau, on),
    )  # fmt: skip


def part_of(bureau: Bureau, on: date) -> TermsPart:
    """The pack's terms part on a day."""
    return section_on(bureau, on).terms


def acts_near(org: Org, on: date) -> QuerySet[Act]:
    """Meetings of a body from which the attendance of an election may be taken, newest first."""
    return (
        Act.objects.filter(body=org, held_on__lte=on, voided_at__isnull=True)
        .exclude(status=Act.Status.VOIDED)
        .order_by("-held_on", "-id")
    )


def counted(act: Act, org: Org) -> tuple[int, int]:
    """(entitled, present) by a meeting's roster: full members only; 免予参加 and 列席 are not counted."""
    rows = Attendance.objects.filter(act=act, org=org, standing=Standing.FULL)
    told = rows.aggregate(
        entitled=Count("pk", filter=~Q(state=Attendance.State.LEFT_OUT)),
        present=Count("pk", filter=Q(state=Attendance.State.PRESENT)),
    )
    return told["entitled"], told["present"]
