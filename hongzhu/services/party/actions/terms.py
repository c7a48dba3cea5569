"""Elections step by step: begun, asked for, allowed, held with its counts, reported, confirmed. And approved delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities.models import Act
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person, Post, PostKind
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.engine import terms as engine
from hongzhu.services.party.models import Delay, Election, ElectionSeat
from hongzhu.services.party.pack.terms import number as number_of
from hongzhu.services.party.queries import terms as queries
from hongzhu.services.party.rules import terms as rules

DEFAULT_EARLY_DAYS = 90  # under a pack that is silent


@dataclass(frozen=True, slots=True)
class Tally:
    """What the meeting counted. ``entitled`` and ``present`` None: taken from the linked meeting's roster."""

    entitled: int | None
    present: int | None
    issued: int
    returned: int
    valid: int
    fewer: str = ""  # why fewer are entitled than the roster has full members who take part


@dataclass(frozen=True, slots=True)
class Votes:
    """One candidate's votes, those of the second ballot where there was one, and the post by the division of work."""

    votes: int
    again: int | None = None
    kind: str = ""


@transaction.atomic
def start(*, org: Org, cause: str, by: Actor, on: date) -> Election:
    """Begin an election: 换届 in its window or under an approved delay, 增补, or 成立选举. One at a time."""
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    _demand(rules.can_elect(org.kind, org.name, org.closed_on, on, queries.successor_of(org)))
    held = queries.standing(org, on)
    _demand(rules.can_start(cause, held.term, running=held.running is not None, elected=held.last is not None))
    due = held.term.due_on if cause == Election.Cause.TERM else None
    election = Election.objects.create(bureau=org.bureau, org=org, cause=cause, started_on=on, due_on=due)
    audit.record(by=by, did="party.start_election", to=Ref.to(election), bureau=org.bureau_id, cause=cause)
    return election


@transaction.atomic
def ask(
    *, election: Election, number: str, seats: int, planned_on: date | None, candidates: Sequence[tuple[Person, str]],
    by: Actor, on: date, today: date,
) -> Election:  # fmt: skip
    """请示: how many seats, when, and whom to put on the ballot. May be put right until the superior has answered."""
    election = _locked(election, today)
    _demand(rules.can_ask(election, on, today))
    if seats < 1:
        raise ValidationError(_("没有保存：应选名额至少1人。已填内容还在。"))
    _put_up(election, candidates, today)
    election.asked_on, election.asked_number = on, number.strip()
    election.seats, election.planned_on = seats, planned_on
    election.save(update_fields=["asked_on", "asked_number", "seats", "planned_on"])
    audit.record(
        by=by, did="party.ask_election", to=Ref.to(election), bureau=election.bureau_id, on=on.isoformat(),
        number=election.asked_number, seats=seats, candidates=[person.pk for person, _kind in candidates],
    )  # fmt: skip
    return election


@transaction.atomic
def allow(*, election: Election, number: str, by: Actor, on: date, today: date) -> Election:
    """批复 of the request, by the superior it belongs to."""
    election = _locked(election, today)
    own, others = queries.others_over(election, by.id, today)
    _demand(rules.can_allow(election, on, today, own=own, others=others))
    election.allowed_on, election.allowed_number = on, _numbered(number)
    election.allowed_by = by.label[:120]
    election.save(update_fields=["allowed_on", "allowed_number", "allowed_by"])
    audit.record(
        by=by, did="party.allow_election", to=Ref.to(election), bureau=election.bureau_id, on=on.isoformat(),
        number=election.allowed_number,
    )  # fmt: skip
    return election


@transaction.atomic
def hold(
    *, election: Election, tally: Tally, votes: Mapping[int, Votes], by: Actor, on: date, today: date,
    act: Act | None = None, others: Sequence[tuple[Person, Votes]] = (),
) -> Election:  # fmt: skip
    """登记选举: counts and votes by candidate (id of ElectionSeat), and of ``others`` whom voters wrote in. Refused without quorum, with impossible counts, or when
    somebody on the ballot is no full member that day. Put right by holding again, until it is reported."""
    election = _locked(election, today)
    _demand(rules.can_hold(election, on, today))
    seats = election.seats or 0
    rows = queries.printed(election)
    _electable(election.org, on, [row.person for row in rows])
    added = _written_in(election, rows, others, on)
    part = queries.part_of(election.bureau, on)
    moved = Delay.objects.filter(org=election.org, due_on=election.due_on).first() if election.due_on else None
    until = moved.until if moved else None
    _demand(rules.in_time(election.due_on, until, on, number_of(part.early_days, DEFAULT_EARLY_DAYS)))
    _demand(rules.enough_candidates(election.cause, seats, len(rows), part))
    ballots = _ballots(election.org, tally, act, on)
    counted = [votes.get(row.pk, Votes(0)) for row in rows] + [told for _person, told in others]
    rows += added
    _demand(rules.count_verdict(ballots, [row.votes for row in counted], seats, part.attendance_on(on)))
    found = engine.result(
        [row.votes for row in counted], [row.again for row in counted], ballots.present, seats
    )  # fmt: skip
    kinds = [told.kind or row.kind for row, told in zip(rows, counted, strict=True)]
    _demand(rules.one_holder([kinds[place] for place in found.elected]))
    for place, (row, told) in enumerate(zip(rows, counted, strict=True)):
        row.votes, row.again, row.kind, row.elected = told.votes, told.again, kinds[place], place in found.elected
    election.candidates.filter(written_in=True).delete()
    ElectionSeat.objects.bulk_update([row for row in rows if row.pk], ["votes", "again", "kind", "elected"])
    ElectionSeat.objects.bulk_create(added)
    election.held_on, election.act = on, act
    election.entitled, election.present = ballots.entitled, ballots.present
    election.issued, election.returned, election.valid = ballots.issued, ballots.returned, ballots.valid
    election.fewer_for = tally.fewer
    election.save(update_fields=["held_on", "act", "entitled", "present", "issued", "returned", "valid", "fewer_for"])
    audit.record(
        by=by, did="party.hold_election", to=Ref.to(election), bureau=election.bureau_id, on=on.isoformat(),
        entitled=ballots.entitled, present=ballots.present, elected=len(found.elected), vacant=found.vacant,
    )  # fmt: skip
    return election


@transaction.atomic
def report(*, election: Election, number: str, by: Actor, on: date, today: date) -> Election:
    """选举结果报告: the counts stand from now on."""
    election = _locked(election, today)
    _demand(rules.can_report(election, on, today))
    if not election.candidates.filter(elected=True).exists():
        raise ValidationError(_("没有保存：没有人当选，不能报告结果。请再次投票后改登记，或作废这次选举。"))
    election.reported_on, election.reported_number = on, number.strip()
    election.save(update_fields=["reported_on", "reported_number"])
    audit.record(
        by=by, did="party.report_election", to=Ref.to(election), bureau=election.bureau_id, on=on.isoformat(),
        number=election.reported_number,
    )  # fmt: skip
    return election


@transaction.atomic
def confirm(*, election: Election, number: str, by: Actor, on: date, today: date) -> Election:
    """结果批复: the elected hold their posts from the day of the election, and the old committee's posts end that day."""
    election = _locked(election, today)
    own, others = queries.others_over(election, by.id, today)
    _demand(rules.can_confirm(election, on, today, own=own, others=others))
    election.confirmed_on, election.confirmed_number = on, _numbered(number)
    election.confirmed_by = by.label[:120]
    election.save(update_fields=["confirmed_on", "confirmed_number", "confirmed_by"])
    seated = _seat(election)
    audit.record(
        by=by, did="party.confirm_election", to=Ref.to(election), bureau=election.bureau_id, on=on.isoformat(),
        number=election.confirmed_number, posts=seated,
    )  # fmt: skip
    return election


@transaction.atomic
def void(*, election: Election, reason: str, by: Actor, now: datetime) -> Election:
    """作废 with a reason: what was counted stays readable, and another election may begin."""
    election = Election.objects.select_for_update(of=("self",)).select_related("org").get(pk=election.pk)
    _demand(rules.can_void(election, reason))
    election.voided_at, election.void_reason = now, reason.strip()[:200]
    election.save(update_fields=["voided_at", "void_reason"])
    audit.record(
        by=by, did="party.void_election", to=Ref.to(election), bureau=election.bureau_id, reason=election.void_reason
    )
    return election


@transaction.atomic
def register(
    *, org: Org, held_on: date, confirmed_on: date, number: str, by: Actor, today: date
) -> Election:  # fmt: skip
    """补登上届选举 from its papers, so that the term's end is known. The posts on record stay as they are."""
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    _demand(rules.can_elect(org.kind, org.name, org.closed_on, today, queries.successor_of(org)))
    _demand(rules.can_register(held_on, confirmed_on, org.opened_on, today))
    known = Election.objects.filter(
        org=org, held_on__gte=held_on, confirmed_on__isnull=False, voided_at__isnull=True, cause__in=rules.WHOLE_TERM
    )
    if known.exists():
        raise ValidationError(_("没有保存：这一天或之后的选举已经登记过，请核对日期。"))
    election = Election.objects.create(
        bureau=org.bureau, org=org, cause=Election.Cause.TERM, started_on=held_on, held_on=held_on,
        confirmed_on=confirmed_on, confirmed_number=_numbered(number), confirmed_by=by.label[:120],
    )  # fmt: skip
    audit.record(
        by=by, did="party.register_election", to=Ref.to(election), bureau=org.bureau_id, held_on=held_on.isoformat(),
        number=election.confirmed_number,
    )  # fmt: skip
    return election


@transaction.atomic
def delay(
    *, org: Org, until: date, number: str, reason: str, by: Actor, on: date, today: date
) -> Delay:  # fmt: skip
    """The superior's approval to elect earlier or later than the term says; said again, it takes the place of the last."""
    org = Org.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=org.pk)
    _demand(rules.can_elect(org.kind, org.name, org.closed_on, today, queries.successor_of(org)))
    term = queries.standing(org, today).term
    _demand(rules.can_delay(term, until, on, today, queries.shift_years(org, today)))
    if not reason.strip():
        raise ValidationError(_("没有保存：请写提前或延期的原因。已填内容还在。"))
    facts = {"until": until, "approved_on": on, "approved_by": by.label[:120], "number": _numbered(number)}
    row, _made = Delay.objects.update_or_create(
        org=org, due_on=term.due_on or until, defaults=facts | {"reason": reason.strip()[:200]}
    )
    audit.record(
        by=by, did="party.delay_election", to=Ref.to(org), bureau=org.bureau_id, due_on=row.due_on.isoformat(),
        until=until.isoformat(), number=row.number,
    )  # fmt: skip
    return row


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))


def _numbered(number: str) -> str:
    if not number.strip():
        raise ValidationError(_("没有保存：请写文号。已填内容还在。"))
    return number.strip()[:60]


def _locked(election: Election, on: date) -> Election:
    """The election, locked; refused when its body has been dissolved meanwhile."""
    found = Election.objects.select_for_update(of=("self",)).select_related("org", "bureau")
    held = found.get(pk=election.pk)
    org = held.org
    if org.closed_on is not None and org.closed_on <= on:
        raise ValidationError(rules.closed_words(org.name, org.closed_on, queries.successor_of(org)))
    return held


def _put_up(election: Election, candidates: Sequence[tuple[Person, str]], on: date) -> None:
    """Who stands on the ballot: full members of the body, each once, for a post of the committee."""
    people = [person for person, _kind in candidates]
    if len({person.pk for person in people}) != len(people):
        raise ValidationError(_("没有保存：候选人里有人写了两次，请去掉一个。已填内容还在。"))
    if any(kind not in rules.COMMITTEE_POSTS for _person, kind in candidates):
        raise ValidationError(_("没有保存：候选人的职务只能是书记、副书记和委员。已填内容还在。"))
    _electable(election.org, on, people)
    election.candidates.all().delete()
    ElectionSeat.objects.bulk_create(
        [ElectionSeat(election=election, person=person, kind=kind) for person, kind in candidates]
    )


def _written_in(
    election: Election, ballot: Sequence[ElectionSeat], others: Sequence[tuple[Person, Votes]], on: date
) -> list[ElectionSeat]:
    """Whom voters wrote in: full members of the body who are not on the ballot. A vote for anybody else does not count."""
    people = [person for person, _told in others]
    stand = {row.person_id for row in ballot}
    kinds = [told.kind or PostKind.COMMITTEE_MEMBER for _person, told in others]
    _demand(
        rules.can_write_in(
            [person.name for person in people], [person.name for person in people if person.pk in stand], kinds,
            same=len({person.pk for person in people}) != len(people),
        )
    )  # fmt: skip
    fit = queries.electable(election.org, on, [person.pk for person in people]) if people else set()
    if unfit := [person.name for person in people if person.pk not in fit]:
        raise ValidationError(
            _(
                "没有保存：%(names)s在%(day)s不是本组织的正式党员，没有被选举权，得票不算。请从另选他人里去掉，已填内容还在。"
            )
            % {"names": _("、").join(unfit), "day": full_text(on)}
        )
    return [
        ElectionSeat(election=election, person=person, kind=kind, written_in=True)
        for person, kind in zip(people, kinds, strict=True)
    ]


def _electable(org: Org, on: date, people: Sequence[Person]) -> None:
    fit = queries.electable(org, on, [person.pk for person in people])
    if unfit := [person.name for person in people if person.pk not in fit]:
        raise ValidationError(
            _("没有保存：%(names)s在%(day)s不是本组织的正式党员，没有被选举权，请换候选人。已填内容还在。")
            % {"names": _("、").join(unfit), "day": full_text(on)}
        )


def _ballots(org: Org, tally: Tally, act: Act | None, on: date) -> engine.Ballots:
    """The counts, attendance from the linked meeting where there is one; never more entitled than the roll holds."""
    entitled, present = tally.entitled, tally.present
    if act is not None:
        if act.body_id != org.pk or act.held_on != on or act.voided_at is not None:
            raise ValidationError(_("没有保存：所选会议不是本组织当天的会议，请另选或不选。已填内容还在。"))
        entitled, present = queries.counted(act, org)
    if entitled is None or present is None:
        raise ValidationError(_("没有保存：请填应到和实到人数，或选当天的会议。已填内容还在。"))
    held = queries.roll(org, on)
    if entitled > held.entitled:
        raise ValidationError(
            _(
                "没有保存：当天名册有正式党员%(full)s人，其中免予参加%(out)s人，有选举权的应到人数最多%(most)s人"
                "（预备党员不计）。请改应到人数，已填内容还在。"
            )
            % {"full": held.full, "out": held.left_out, "most": held.entitled}
        )
    if entitled < held.entitled and not tally.fewer:
        raise ValidationError(
            _(
                "没有保存：当天名册上有选举权的正式党员%(most)s人，应到%(n)s人少了。请核对应到人数；按规定有人不计在内的，"
                "选“应到少于名册的原因”。已填内容还在。"
            )
            % {"most": held.entitled, "n": entitled}
        )
    return engine.Ballots(entitled, present, tally.issued, tally.returned, tally.valid)


def _seat(election: Election) -> int:
    """The elected take their posts from the day of the election; how many."""
    day = election.held_on
    if day is None:
        raise ValueError("an election is confirmed after it was held")
    elected = list(election.candidates.filter(elected=True).order_by("id"))
    wanted = {(row.person_id, row.kind) for row in elected}
    kinds = list(rules.COMMITTEE_POSTS)
    if election.cause == Election.Cause.BY:
        # A by-election fills single seats: whoever holds one of these makes room, the others stay.
        kinds = [kind for kind in rules.ONE_EACH if kind in {row.kind for row in elected}]
    held = Post.objects.select_for_update().filter(org=election.org, to_on__isnull=True)
    own = [post.pk for post in held if (post.person_id, post.kind) in wanted]
    leaving = held.filter(kind__in=kinds) | held.filter(pk__in=own)
    later = [post for post in leaving if post.from_on > day and (post.person_id, post.kind) not in wanted]
    if later:
        raise ValidationError(
            _("没有保存：选举日之后又登记了%(posts)s的任职，请先在“人员”里核对，再批复结果。")
            % {"posts": _("、").join(str(post.get_kind_display()) for post in later)}
        )
    # Begun that day or later by the same people: registered ahead of this reply, and replaced by it.
    leaving.filter(from_on__gte=day).delete()
    leaving.update(to_on=day)
    Post.objects.bulk_create(
        [Post(person_id=row.person_id, org=election.org, kind=row.kind, from_on=day) for row in elected]
    )
    return len(elected)
