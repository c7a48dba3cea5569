"""An election step by step, and every refusal: nothing is changed by one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership, Post
from hongzhu.core.policies import queries as policies
from hongzhu.services.party.actions import terms as actions
from hongzhu.services.party.actions.terms import Tally, Votes
from hongzhu.services.party.models import Delay, Election, ElectionSeat
from hongzhu.services.party.queries import terms as queries

from . import stage
from .stage import ALLOWED, ASKED, CONFIRMED, HELD, LAST, REPORTED, STARTED, TODAY

pytestmark = pytest.mark.django_db


def refused(words: str, action: Any, **given: Any) -> None:
    """The action refuses with a sentence, and no table and no entry has changed."""
    before = everything()
    with pytest.raises(ValidationError, match=words):
        action(**given)
    assert everything() == before


def everything() -> tuple[Any, ...]:
    return tuple(
        list(model._default_manager.order_by("pk").values()) for model in (Election, ElectionSeat, Delay, Post, Entry)
    )


def test_from_start_to_posts(cast: Any) -> None:
    """The elected hold their posts from the day of the election, the old committee's end that day."""
    election = stage.reported(cast)
    entries = Entry.objects.count()
    actions.confirm(
        election=election, number="柳学总支〔2026〕9号", by=cast.actor("district_officer"), on=CONFIRMED, today=TODAY
    )

    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("seq").did == "party.confirm_election"
    now = {(post.person_id, post.kind, post.from_on) for post in Post.objects.filter(org=cast.branch, to_on=None)}
    who = [person.pk for person in cast.people]
    assert now == {(who[0], "SECRETARY", HELD), (who[1], "ORGANISER", HELD), (who[2], "PUBLICITY", HELD)}
    ended = Post.objects.filter(org=cast.branch, to_on=HELD)
    assert {post.kind for post in ended} == {"SECRETARY", "ORGANISER"}
    term = queries.standing(cast.branch, TODAY).term
    assert (term.last_on, term.due_on, term.state) == (HELD, date(2029, 10, 28), "running")


def test_every_step_leaves_one_entry(cast: Any) -> None:
    stage.confirmed(cast)
    did = list(Entry.objects.filter(did__startswith="party.").order_by("seq").values_list("did", flat=True))
    assert did == [
        f"party.{verb}_election" for verb in ("register", "start", "ask", "allow", "hold", "report", "confirm")
    ]


# Beginning: the window, and what is past it.


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 6, 3), "届满"),  # 181 days before: too early
        (date(2026, 6, 4), ""),
        (date(2026, 12, 1), ""),  # the due day
        (date(2026, 12, 2), "还没有有效的延期批准"),
    ],
)
def test_a_term_election_begins_in_its_window(cast: Any, on: date, words: str) -> None:
    stage.before(cast)
    given = {"org": cast.branch, "cause": "TERM", "by": cast.actor("branch_secretary"), "on": on}
    if words:
        refused(words, actions.start, **given)
    else:
        assert actions.start(**given).due_on == date(2026, 12, 1)


@pytest.mark.parametrize(("on", "may"), [(date(2027, 3, 1), True), (date(2027, 3, 2), False)])
def test_past_the_end_a_delay_opens_it_again_until_its_day(cast: Any, on: date, may: bool) -> None:
    stage.before(cast)
    delayed(cast, date(2027, 3, 1))
    given = {"org": cast.branch, "cause": "TERM", "by": cast.actor("branch_secretary"), "on": on}
    if may:
        assert actions.start(**given).cause == "TERM"
    else:
        refused("延期", actions.start, **given)


def test_an_approved_earlier_day_opens_the_window_at_once(cast: Any) -> None:
    stage.before(cast, held_on=date(2024, 5, 1))  # due 2027-05-01
    given = {"org": cast.branch, "cause": "TERM", "by": cast.actor("branch_secretary"), "on": STARTED}
    refused("提前", actions.start, **given)
    delayed(cast, date(2026, 12, 20))
    assert actions.start(**given).pk


def delayed(cast: Any, until: date, **more: Any) -> Delay:
    facts = {"number": "柳学总支〔2026〕5号", "reason": "学校合并", "on": ASKED, "today": TODAY}
    return actions.delay(org=cast.branch, until=until, by=cast.actor("district_officer"), **facts | more)


@pytest.mark.parametrize(
    ("until", "may"),
    [
        (date(2025, 11, 30), False),
        (date(2025, 12, 1), True),
        (date(2026, 12, 1), False),
        (date(2027, 12, 1), True),
        (date(2027, 12, 2), False),
    ],
)
def test_a_delay_is_at_most_a_year_either_way(cast: Any, until: date, may: bool) -> None:
    stage.before(cast)
    if may:
        assert delayed(cast, until).due_on == date(2026, 12, 1)
    else:
        before = everything()
        with pytest.raises(ValidationError, match="不超过1年"):
            delayed(cast, until)
        assert everything() == before


def test_a_body_overdue_by_more_than_a_year_can_elect_again(cast: Any) -> None:
    """Due 2025-05-10, more than eighteen months ago: with a day approved the election begins and is held."""
    stage.before(cast, held_on=date(2022, 5, 10))
    given = {"org": cast.branch, "cause": "TERM", "by": cast.actor("branch_secretary"), "on": TODAY}
    refused("还没有有效的延期批准", actions.start, **given)
    before = everything()
    with pytest.raises(ValidationError, match="在今天到2027年11月20日之间"):
        delayed(cast, TODAY - timedelta(days=1))
    assert everything() == before
    until = TODAY + timedelta(days=40)
    delayed(cast, until)
    election = actions.start(**given)
    facts: dict[str, Any] = {"election": election, "on": TODAY, "today": TODAY}
    actions.ask(
        number="", seats=3, planned_on=until, candidates=stage.ballot(cast), by=cast.actor("branch_secretary"), **facts
    )
    actions.allow(number="柳学总支〔2026〕7号", by=cast.actor("district_officer"), **facts)
    election.refresh_from_db()
    assert stage.hold(cast, election, on=until, today=until).held_on == until


def test_a_delay_needs_number_reason_and_a_known_term(cast: Any) -> None:
    from hongzhu.core.policies import actions as policy_actions

    policy_actions.ship()
    given = {
        "org": cast.branch,
        "until": date(2027, 1, 1),
        "by": cast.actor("district_officer"),
        "on": ASKED,
        "today": TODAY,
    }
    refused("补登上届", actions.delay, number="1号", reason="合并", **given)
    stage.before(cast)
    refused("文号", actions.delay, number=" ", reason="合并", **given)
    refused("原因", actions.delay, number="1号", reason=" ", **given)


def test_a_first_election_is_the_first(cast: Any) -> None:
    stage.before(cast)
    refused("已经选举过", actions.start, org=cast.branch, cause="FIRST", by=cast.actor("branch_secretary"), on=STARTED)


@pytest.mark.parametrize(("on", "may"), [(date(2026, 9, 1), False), (date(2026, 9, 2), True)])
def test_long_before_the_end_it_is_held_early_and_that_needs_approval(cast: Any, on: date, may: bool) -> None:
    """Due 2026-12-01: 91 days before it needs an approval, 90 days before it is in time."""
    election = stage.allowed(cast)
    Election.objects.filter(pk=election.pk).update(started_on=on, asked_on=on, allowed_on=on)
    if may:
        assert stage.hold(cast, election, on=on).held_on == on
        return
    refused("提前换届", stage.hold, cast=cast, election=election, on=on)
    delayed(cast, on)
    assert stage.hold(cast, election, on=on).held_on == on


@pytest.mark.parametrize(("on", "may"), [(date(2026, 12, 1), True), (date(2026, 12, 2), False)])
def test_after_the_end_it_is_put_off_and_that_needs_approval(cast: Any, on: date, may: bool) -> None:
    """Due 2026-12-01: on that day it is in time, the day after it needs an approved delay, which holds to its own last day."""
    election = stage.allowed(cast)
    held = {"election": election, "on": on, "today": date(2026, 12, 20)}
    if may:
        assert stage.hold(cast, **held).held_on == on
        return
    refused("延期", stage.hold, cast=cast, **held)
    delayed(cast, date(2026, 12, 2))
    refused("延期", stage.hold, cast=cast, **held | {"on": date(2026, 12, 3)})
    assert stage.hold(cast, **held).held_on == on


def test_one_election_at_a_time_and_by_elections_any_day(cast: Any) -> None:
    stage.before(cast, held_on=date(2025, 12, 1))
    given = {"org": cast.branch, "by": cast.actor("branch_secretary"), "on": STARTED}
    refused("届满", actions.start, cause="TERM", **given)
    assert actions.start(cause="BY", **given).due_on is None
    refused("正在办", actions.start, cause="BY", **given)


def test_a_dissolved_branch_elects_no_more_and_the_way_out_is_named(cast: Any) -> None:
    election = stage.allowed(cast)
    people.merge(org=cast.branch, into=cast.other_branch, by=cast.actor("party_office"), on=date(2026, 10, 20))
    refused("双桥小学党支部", stage.hold, cast=cast, election=election)
    refused("双桥小学党支部", actions.start, org=cast.branch, cause="BY", by=cast.actor("branch_secretary"), on=TODAY)


# Asking and answering.


def test_only_full_members_stand_and_each_once(cast: Any) -> None:
    election = stage.started(cast)
    given = {"election": election, "number": "", "seats": 3, "planned_on": None, "by": cast.actor("branch_secretary"),
             "on": ASKED, "today": TODAY}  # fmt: skip
    probationer = cast.people[-1]
    refused("苏念慈", actions.ask, candidates=[*stage.ballot(cast, 3), (probationer, "COMMITTEE_MEMBER")], **given)
    refused("正式党员", actions.ask, candidates=[(cast.neighbour.person, "SECRETARY")], **given)
    refused("两次", actions.ask, candidates=[*stage.ballot(cast, 2), *stage.ballot(cast, 1)], **given)
    refused("职务", actions.ask, candidates=[(cast.people[0], "TEACHER")], **given)
    refused("至少1人", actions.ask, candidates=[], **given | {"seats": 0})
    refused("还没有到", actions.ask, candidates=[], **given | {"on": TODAY + timedelta(days=1)})
    refused("早于上一步", actions.ask, candidates=[], **given | {"on": STARTED - timedelta(days=1)})


def test_who_asked_does_not_answer_and_is_told_who_can(cast: Any) -> None:
    """The Party office of the bureau may answer for the general branch too; not what it asked for itself."""
    stage.before(cast)
    office = cast.actor("party_office")
    election = actions.start(org=cast.branch, cause="TERM", by=office, on=STARTED)
    election = actions.ask(
        election=election,
        number="",
        seats=3,
        planned_on=None,
        candidates=stage.ballot(cast),
        by=office,
        on=ASKED,
        today=TODAY,
    )
    refused("孟春和", actions.allow, election=election, number="1号", by=office, on=ALLOWED, today=TODAY)
    assert actions.allow(
        election=election, number="1号", by=cast.actor("district_officer"), on=ALLOWED, today=TODAY
    ).allowed_by.startswith("孟春和")


def test_an_outside_superior_answers_by_its_letter(cast: Any) -> None:
    """A township's committee has no desk here: the branch enters the letter with its number."""
    election = stage.asked(cast)
    upper = Org.objects.create(bureau=cast.bureau, kind="UPPER", name="柳林镇党委", opened_on=date(2019, 1, 1))
    Superior.objects.filter(org=cast.branch, relation="BELONGS").update(superior=upper)
    secretary = cast.actor("branch_secretary")
    refused("文号", actions.allow, election=election, number="", by=secretary, on=ALLOWED, today=TODAY)
    assert actions.allow(election=election, number="柳镇〔2026〕8号", by=secretary, on=ALLOWED, today=TODAY).allowed_on


# The meeting.


@pytest.mark.parametrize(
    ("held_on", "present", "valid"),
    [
        (date(2026, 10, 28), 4, True),  # 2020: not fewer than four fifths
        (date(2026, 10, 28), 3, False),
        (date(2020, 7, 12), 4, False),  # 1990: more than four fifths
        (date(2020, 7, 12), 5, True),
        (date(2020, 7, 13), 4, True),  # the day the rules changed
    ],
)
def test_exactly_four_fifths_by_the_rule_of_the_day(cast: Any, held_on: date, present: int, valid: bool) -> None:
    election = stage.allowed(cast, seats=1, candidates=stage.ballot(cast, 1))
    Election.objects.filter(pk=election.pk).update(
        started_on=held_on, asked_on=held_on, allowed_on=held_on, due_on=None
    )  # fmt: skip
    given = {"tally": Tally(5, present, present, present, present, "AWAY"), "on": held_on,
             "votes": stage.votes_of(election, present)}  # fmt: skip
    if valid:
        assert stage.hold(cast, election, **given).present == present
    else:
        refused("选举无效.*已填内容还在", stage.hold, cast=cast, election=election, **given)


def test_the_rule_is_the_packs(cast: Any) -> None:
    stage.before(cast)
    part = queries.part_of(cast.bureau, TODAY)
    assert [(rule.from_on, rule.more) for rule in part.attendance] == [
        (date(1990, 6, 27), True),
        (date(2020, 7, 13), False),
    ]
    assert part.attendance_on(date(1990, 6, 26)) is None
    assert policies.pack_for(cast.bureau, TODAY).version == 3


def test_no_more_entitled_than_full_members_less_the_left_out(cast: Any) -> None:
    election = stage.allowed(cast)
    refused("最多8人", stage.hold, cast=cast, election=election, tally=stage.tally(9, 8))
    Membership.objects.filter(person=cast.people[7]).update(left_out="ILL")
    refused("最多7人", stage.hold, cast=cast, election=election)
    refused("正式党员7人，应到6人少了", stage.hold, cast=cast, election=election, tally=stage.tally(6, 6, 6))
    assert stage.hold(cast, election, 7, 6, 5, 2, tally=stage.tally(7, 7, 7)).entitled == 7


def test_fewer_than_the_roll_elect_only_for_a_reason_that_is_kept(cast: Any) -> None:
    election = stage.allowed(cast)
    refused("应到3人少了", stage.hold, cast=cast, election=election, tally=stage.tally(3, 3, 3))
    election = stage.hold(cast, election, 6, 5, 4, 1, tally=Tally(6, 6, 6, 6, 6, "ABROAD"))
    assert (election.entitled, election.fewer_for) == (6, "ABROAD")


@pytest.mark.parametrize(
    ("tally", "votes", "words"),
    [
        (Tally(8, 8, 9, 8, 8), (8, 7, 6, 2), "发出的选票多于实到"),
        (Tally(8, 8, 8, 9, 8), (8, 7, 6, 2), "收回的选票多于发出"),
        (Tally(8, 8, 8, 7, 8), (8, 7, 6, 2), "有效票多于收回"),
        (Tally(8, 8, 8, 8, 7), (8, 7, 6, 0), "得票多于有效票"),
        (Tally(8, 8, 8, 8, 8), (8, 8, 8, 1), "总数"),
        (Tally(7, 8, 8, 8, 8, "AWAY"), (8, 7, 6, 2), "实到人数多于应到"),
        (Tally(None, None, 8, 8, 8), (8, 7, 6, 2), "应到和实到"),
    ],
)
def test_counts_that_cannot_be_are_refused(cast: Any, tally: Tally, votes: tuple[int, ...], words: str) -> None:
    election = stage.allowed(cast)
    refused(words, stage.hold, cast=cast, election=election, tally=tally, votes=stage.votes_of(election, *votes))


def test_too_few_candidates_for_a_committee_but_a_secretary_may_stand_alone(cast: Any) -> None:
    election = stage.allowed(cast, seats=3, candidates=stage.ballot(cast, 3))
    refused("要有4人", stage.hold, cast=cast, election=election, votes=stage.votes_of(election, 8, 8, 8))


def test_without_a_committee_the_secretary_stands_alone(cast: Any) -> None:
    election = stage.allowed(cast, seats=1, candidates=stage.ballot(cast, 1))
    assert stage.hold(cast, election, votes=stage.votes_of(election, 5)).candidates.get().elected


def test_half_of_those_present_is_not_enough(cast: Any) -> None:
    election = stage.hold(cast, stage.allowed(cast), 8, 5, 4, 4)
    assert [row.elected for row in election.candidates.order_by("id")] == [True, True, False, False]


def test_a_tie_is_voted_on_again_and_put_right_until_reported(cast: Any) -> None:
    election = stage.hold(cast, stage.allowed(cast), 8, 5, 5, 5)
    assert election.candidates.filter(elected=True).count() == 1
    first, second, third, fourth = (row.pk for row in election.candidates.order_by("id"))
    again = {first: Votes(8), second: Votes(5, 6), third: Votes(5, 2), fourth: Votes(5, 5, "DISCIPLINE")}
    election = stage.hold(cast, election, votes=again)
    assert set(election.candidates.filter(elected=True).values_list("pk", "kind")) == {
        (first, "SECRETARY"), (second, "ORGANISER"), (fourth, "DISCIPLINE")
    }  # fmt: skip


def test_one_secretary_only(cast: Any) -> None:
    election = stage.allowed(cast)
    first, second, third, fourth = (row.pk for row in election.candidates.order_by("id"))
    votes = {first: Votes(8), second: Votes(7, kind="SECRETARY"), third: Votes(6), fourth: Votes(2)}
    refused("只能1人", stage.hold, cast=cast, election=election, votes=votes)


def meeting(cast: Any, on: date = HELD) -> Act:
    act = Act.objects.create(
        bureau=cast.bureau, body=cast.branch, kind="members_meeting", theme="换届选举大会", held_on=on, held_to=on,
        belongs_on=on, recorded_at=timezone.now(), pack_version_id=policies.version_on(cast.bureau, on).pk,
    )  # fmt: skip
    for place, person in enumerate(cast.people):
        standing = "PROBATIONARY" if place == len(cast.people) - 1 else "FULL"
        state = {0: "SICK", 1: "LEFT_OUT"}.get(place, "PRESENT")
        Attendance.objects.create(act=act, org=cast.branch, person=person, standing=standing, state=state)
    return act


def test_attendance_is_taken_from_the_meeting_and_probationary_members_never_count(cast: Any) -> None:
    """Nine on the roster: one ill, one left out, one probationary present. Entitled 7, present 6."""
    election = stage.allowed(cast)
    act = meeting(cast)
    election = stage.hold(cast, election, 6, 5, 4, 1, tally=Tally(None, None, 6, 6, 6, "AWAY"), act=act)
    assert (election.entitled, election.present, election.act_id) == (7, 6, act.pk)


def test_a_meeting_of_another_day_is_no_proof(cast: Any) -> None:
    election = stage.allowed(cast)
    other = meeting(cast, date(2026, 10, 20))
    refused("当天的会议", stage.hold, cast=cast, election=election, act=other)


@pytest.mark.parametrize(
    ("on", "words"), [(ALLOWED - timedelta(days=1), "早于"), (TODAY + timedelta(days=1), "还没有到")]
)
def test_held_after_the_reply_and_not_tomorrow(cast: Any, on: date, words: str) -> None:
    refused(words, stage.hold, cast=cast, election=stage.allowed(cast), on=on)


def test_steps_keep_their_order(cast: Any) -> None:
    election = stage.asked(cast)
    refused("上级批复", stage.hold, cast=cast, election=election)
    by = cast.actor("branch_secretary")
    refused("选举结果", actions.report, election=election, number="", by=by, on=REPORTED, today=TODAY)
    above = cast.actor("district_officer")
    refused("待批复结果", actions.confirm, election=election, number="1", by=above, on=CONFIRMED, today=TODAY)


def test_what_is_reported_stands(cast: Any) -> None:
    election = stage.reported(cast)
    refused("不能再改", stage.hold, cast=cast, election=election)
    office = cast.actor("district_officer")
    refused("待批复这一步", actions.allow, election=election, number="2", by=office, on=REPORTED, today=TODAY)


def test_nobody_elected_is_not_reported(cast: Any) -> None:
    election = stage.hold(cast, stage.allowed(cast), 4, 4, 4, 4)
    refused(
        "没有人当选",
        actions.report,
        election=election,
        number="",
        by=cast.actor("branch_secretary"),
        on=REPORTED,
        today=TODAY,
    )


def test_who_ran_it_does_not_confirm_it(cast: Any) -> None:
    stage.before(cast)
    office = cast.actor("party_office")
    election = actions.start(org=cast.branch, cause="TERM", by=office, on=STARTED)
    given = {"election": election, "by": office, "today": TODAY}
    actions.ask(number="", seats=3, planned_on=None, candidates=stage.ballot(cast), on=ASKED, **given)
    actions.allow(number="1", on=ALLOWED, **given | {"by": cast.actor("district_officer")})
    stage.hold(cast, election)
    actions.report(number="", on=REPORTED, **given)
    refused("孟春和", actions.confirm, number="2", on=CONFIRMED, **given)


def test_a_by_election_ends_only_the_seat_it_fills(cast: Any) -> None:
    election = stage.allowed(cast, cause="BY", seats=1, candidates=[(cast.people[3], "ORGANISER")])
    stage.hold(cast, election, votes=stage.votes_of(election, 8))
    actions.report(election=election, number="", by=cast.actor("branch_secretary"), on=REPORTED, today=TODAY)
    actions.confirm(election=election, number="9", by=cast.actor("district_officer"), on=CONFIRMED, today=TODAY)
    now = dict(Post.objects.filter(org=cast.branch, to_on=None).values_list("kind", "person"))
    assert now == {"SECRETARY": cast.people[0].pk, "ORGANISER": cast.people[3].pk}
    # The term still runs from the last 换届.
    assert queries.standing(cast.branch, TODAY).term.last_on == LAST


def test_a_post_registered_after_the_election_is_looked_at_first(cast: Any) -> None:
    election = stage.reported(cast)
    later = Post.objects.create(person=cast.people[5], org=cast.branch, kind="PUBLICITY", from_on=date(2026, 11, 1))
    given = {"election": election, "number": "9", "by": cast.actor("district_officer"), "on": CONFIRMED, "today": TODAY}
    refused("宣传委员", actions.confirm, **given)
    later.person = cast.people[2]  # the very one who was elected, registered ahead of the reply
    later.save()
    actions.confirm(**given)
    assert Post.objects.get(org=cast.branch, kind="PUBLICITY", to_on=None).from_on == HELD


def test_void_with_a_reason_and_begin_again(cast: Any) -> None:
    election = stage.held(cast)
    by = cast.actor("branch_secretary")
    refused("原因", actions.void, election=election, reason="  ", by=by, now=timezone.now())
    actions.void(election=election, reason="当选人调离", by=by, now=timezone.now())
    refused("作废", actions.void, election=election, reason="再来", by=by, now=timezone.now())
    assert actions.start(org=cast.branch, cause="TERM", by=by, on=TODAY).pk != election.pk


def test_a_confirmed_election_is_not_voided(cast: Any) -> None:
    refused(
        "不能再作废",
        actions.void,
        election=stage.confirmed(cast),
        reason="错",
        by=cast.actor("party_office"),
        now=timezone.now(),
    )


def test_the_last_election_from_its_papers(cast: Any) -> None:
    stage.before(cast)
    given = {"org": cast.branch, "number": "3号", "by": cast.actor("district_officer"), "today": TODAY}
    refused("登记过", actions.register, held_on=LAST, confirmed_on=LAST, **given)
    refused("设立日期", actions.register, held_on=date(2018, 1, 1), confirmed_on=LAST, **given)
    refused("批复日期早于", actions.register, held_on=date(2024, 1, 2), confirmed_on=date(2024, 1, 1), **given)
    refused("文号", actions.register, held_on=date(2024, 1, 2), confirmed_on=date(2024, 1, 2), **given | {"number": ""})
