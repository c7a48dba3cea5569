"""What each write of the way into the Party does, and that a refusal changes nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.activities.models import ActBody, Attendance, Vote
from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Kind, Org, Superior
from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.actions import admission_steps as steps
from hongzhu.services.party.engine.admission import CANCEL, EXTEND, Ballot
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
from hongzhu.services.party.queries import admission_table as tables
from hongzhu.services.party.rules import admission as rules
from tests.cast import person
from tests.services.party.admission.conftest import PART, TODAY, WAY, applied, at, do, hang, led, tick

pytestmark = pytest.mark.django_db
D = date


def refused(match: str, write: Any, **given: Any) -> None:
    """The write is refused with this sentence, and no row of the room, no membership and no entry changed."""
    tables = (Admission, AdmissionStep, AdmissionNotice, AdmissionPaper, Helper, Quota, Membership, Entry)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    with pytest.raises(ValidationError, match=match):
        write(**given)
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def last_entry() -> tuple[str, dict[str, Any]]:
    entry = Entry.objects.order_by("-seq").first()
    assert entry is not None
    return entry.did, json.loads(entry.detail)


# --- applications -------------------------------------------------------------------------------------------


def test_an_application_is_the_first_step(stage: Any) -> None:
    admission = actions.open_admission(
        person=stage.applicant, org=stage.branch, applied_on=WAY["apply"], by=stage.actor("branch_secretary"),
        today=TODAY, now=at(TODAY), league=True, sources=("class_teacher", "unheard_of"),
    )  # fmt: skip
    assert list(admission.steps.values_list("code", "on")) == [("apply", WAY["apply"])]
    assert list(Source.objects.values_list("code", flat=True)) == ["class_teacher"]
    assert last_entry()[0] == "party.open_admission"


@pytest.mark.parametrize(
    ("born", "match"),
    [(D(2008, 11, 21), "不满18周岁"), (D(2009, 11, 20), "不满18周岁"), (D(2008, 11, 20), ""), (None, "没有出生日期")],
)
def test_a_birthday_that_makes_an_applicant_seventeen_is_refused(stage: Any, born: date | None, match: str) -> None:
    Person.objects.filter(pk=stage.applicant.pk).update(born_on=born)
    given = {
        "person": stage.applicant, "org": stage.branch, "applied_on": TODAY, "by": stage.actor("branch_secretary"),
        "today": TODAY, "now": at(TODAY),
    }  # fmt: skip
    if match:
        refused(match, actions.open_admission, **given)
    else:
        assert actions.open_admission(**given).pk


def test_one_open_way_for_a_person_and_none_for_a_member(stage: Any) -> None:
    applied(stage)
    given = {"by": stage.actor("branch_secretary"), "today": TODAY, "now": at(TODAY)}
    refused(
        "一个人只登记一次", actions.open_admission, person=stage.applicant, org=stage.branch, applied_on=TODAY, **given
    )
    member = stage.people[0]
    Person.objects.filter(pk=member.pk).update(born_on=D(1980, 1, 1))
    refused("已是正式党员", actions.open_admission, person=member, org=stage.branch, applied_on=TODAY, **given)
    who = Person.objects.create(bureau=stage.bureau, name="江望月", born_on=D(1990, 1, 1))
    refused("党支部", actions.open_admission, person=who, org=stage.committee, applied_on=TODAY, **given)
    later = TODAY + timedelta(days=1)
    refused("还没有到", actions.open_admission, person=who, org=stage.branch, applied_on=later, **given)
    refused("没有设立", actions.open_admission, person=who, org=stage.branch, applied_on=D(2018, 1, 1), **given)
    refused("不属于本局", actions.open_admission, person=who, org=stage.far_branch, applied_on=TODAY, **given)


# --- helpers, papers, notices -------------------------------------------------------------------------------


def test_helpers_are_full_members_and_not_the_applicant(stage: Any) -> None:
    admission = led(stage, "activist")
    given = {
        "admission": admission,
        "role": "CONTACT",
        "on": D(2024, 3, 20),
        "by": stage.actor("organiser"),
        "today": TODAY,
    }
    probationary = stage.people[-1]
    refused("不是正式党员", actions.name_helper, person=probationary, **given)
    refused("本人", actions.name_helper, person=stage.applicant, **given)
    refused("还没有到", actions.name_helper, person=stage.people[0], **{**given, "on": TODAY + timedelta(days=1)})
    for who in stage.people[:2]:
        actions.name_helper(person=who, **given)
    refused("最多2人", actions.name_helper, person=stage.people[2], **given)
    helper = admission.helpers.first()
    assert helper is not None
    refused("晚于开始", actions.end_helper, helper=helper, on=D(2024, 3, 20), by=stage.actor("organiser"))
    actions.end_helper(helper=helper, on=D(2024, 5, 1), by=stage.actor("organiser"))
    refused("已经结束", actions.end_helper, helper=helper, on=D(2024, 6, 1), by=stage.actor("organiser"))
    actions.name_helper(person=stage.people[2], **{**given, "on": D(2024, 5, 1)})
    assert admission.helpers.filter(to_on__isnull=True).count() == 2


def test_papers_are_ticked_not_uploaded_and_used_ones_stay(stage: Any) -> None:
    admission = applied(stage)
    by = stage.actor("organiser")
    actions.see_papers(admission=admission, seen={"application": 3, "nonsense": 1}, on=TODAY, by=by)
    assert list(admission.papers.values_list("code", "pages", "seen_by")) == [("application", 3, by.label)]
    actions.see_papers(admission=admission, seen={}, on=TODAY, by=by)
    assert not admission.papers.exists()
    actions.see_papers(admission=admission, seen={"application": None}, on=TODAY, by=by)
    do(stage, admission, "talk", WAY["talk"])
    actions.see_papers(admission=admission, seen={}, on=TODAY, by=by)
    assert admission.papers.exists()  # the talk has asked for it
    entries = Entry.objects.count()
    actions.see_papers(admission=admission, seen={"application": None}, on=TODAY, by=by)
    assert Entry.objects.count() == entries
    assert not any(name.endswith(("file", "image", "scan")) for name in vars(AdmissionPaper()))


def test_a_notice_hangs_its_working_days(stage: Any) -> None:
    admission = led(stage, "activist")
    by = stage.actor("organiser")
    given = {"admission": admission, "point": "activist", "by": by, "today": TODAY}
    refused("早于", actions.post_notice, posted_on=D(2024, 3, 2), **given)
    refused("不少于5", actions.post_notice, posted_on=D(2024, 3, 4), days=4, **given)
    refused("还没有到这次公示", actions.post_notice, posted_on=TODAY, **{**given, "point": "full"})
    refused("没有这个公示", actions.post_notice, posted_on=TODAY, **{**given, "point": "other"})
    notice = actions.post_notice(posted_on=D(2024, 3, 4), days=7, **given)
    refused("不能再登记一次", actions.post_notice, posted_on=D(2024, 3, 5), **given)
    refused("期满后", actions.close_notice, notice=notice, on=D(2024, 3, 13), by=by, today=TODAY)
    refused("还没有到", actions.close_notice, notice=notice, on=TODAY + timedelta(days=1), by=by, today=TODAY)
    actions.close_notice(notice=notice, on=D(2024, 3, 14), by=by, today=TODAY, objections=2, held_up=True)
    refused("已经登记过结果", actions.close_notice, notice=notice, on=D(2024, 3, 15), by=by, today=TODAY)
    place = queries.way_of(admission, TODAY).by_code["activist_filed"]
    assert [block.kind for block in place.blocks] == ["held_up"]
    hang(stage, admission, "activist_filed", D(2024, 3, 18), D(2024, 3, 29))
    assert queries.way_of(admission, TODAY).by_code["activist_filed"].state == "open"


# --- steps --------------------------------------------------------------------------------------------------


def test_no_gate_is_skipped_and_no_date_before_its_time(stage: Any) -> None:
    admission = applied(stage)
    told = steps.Told(on=D(2024, 2, 5))
    given = {"admission": admission, "by": stage.actor("branch_secretary"), "today": TODAY, "now": at(TODAY)}
    refused("入党申请书", steps.do_step, code="talk", told=told, **given)
    tick(stage, admission, {"application"})
    refused("第2步", steps.do_step, code="activist", told=told, **given)
    refused("最早2024年1月8日", steps.do_step, code="talk", told=steps.Told(on=D(2024, 1, 7)), **given)
    refused("还没有到", steps.do_step, code="talk", told=steps.Told(on=TODAY + timedelta(days=1)), **given)
    refused("没有这一步", steps.do_step, code="nonsense", told=told, **given)
    row = steps.do_step(code="talk", told=told, **given)
    assert (row.round, row.passed, last_entry()[0]) == (1, True, "party.do_step")
    refused("已经办过", steps.do_step, code="talk", told=told, **given)


def test_the_whole_way_moves_the_register(stage: Any) -> None:
    admission = led(stage, "filed")
    rows = list(
        Membership.objects.filter(person=stage.applicant)
        .order_by("from_on")
        .values_list("standing", "from_on", "to_on", "joined_on", "full_on")
    )
    met, end = WAY["admit_vote"], D(2026, 6, 10)
    assert rows == [
        (Standing.ACTIVIST, WAY["activist"], met, None, None),
        (Standing.PROBATIONARY, met, WAY["full_approved"], met, None),
        (Standing.FULL, WAY["full_approved"], None, met, end),
    ]
    assert (admission.outcome, admission.ended_on) == ("CONFIRMED", WAY["full_approved"])
    assert admission.steps.count() == 26  # the half-yearly review twice
    told = {"told": steps.Told(on=TODAY), "by": stage.actor("organiser"), "today": TODAY, "now": at(TODAY)}
    refused("已经办过", steps.do_step, admission=admission, code="filed", **told)


def test_who_enters_what(stage: Any) -> None:
    admission = led(stage, "candidate")
    hang(stage, admission, "candidate_filed")
    told = {
        "admission": admission,
        "code": "candidate_filed",
        "told": steps.Told(on=WAY["candidate_filed"]),
        "today": TODAY,
        "now": at(TODAY),
    }
    refused("由上级党组织登记", steps.do_step, by=stage.actor("branch_secretary"), **told)
    refused("自己办的不能自己批复", steps.approve_step, by=stage.actor("branch_secretary"), **told)
    steps.approve_step(by=stage.actor("party_office"), **told)
    assert last_entry()[0] == "party.approve_step"
    refused("由党支部登记", steps.approve_step, by=stage.actor("party_office"), **{**told, "code": "introducers"})


def test_an_outside_superior_answers_with_a_number(stage: Any) -> None:
    town = orgs.set_up(
        bureau=stage.bureau,
        kind=Kind.UPPER,
        name="柳林镇党委",
        parent=stage.root,
        by=stage.actor("party_office"),
        on=D(2020, 1, 1),
    )
    Superior.objects.filter(org=stage.branch, relation="BELONGS").update(superior=town)
    admission = led_outside(stage)
    told = {
        "admission": admission,
        "code": "candidate_filed",
        "by": stage.actor("branch_secretary"),
        "today": TODAY,
        "now": at(TODAY),
    }
    on = WAY["candidate_filed"]
    refused("请填批复文号", steps.do_step, told=steps.Told(on=on), **told)
    refused("由党支部登记", steps.approve_step, told=steps.Told(on=on, number="柳党〔2025〕3号"), **told)
    assert steps.do_step(told=steps.Told(on=on, number="柳党〔2025〕3号"), **told).number == "柳党〔2025〕3号"
    step = next(one for one in queries.part_on(stage.bureau, TODAY).steps if one.code == "preliminary")
    assert queries.may_enter(stage.branch_secretary, admission, step, TODAY)
    assert not queries.may_enter(stage.party_office, admission, step, TODAY)


def led_outside(stage: Any) -> Admission:
    admission = led(stage, "candidate")
    hang(stage, admission, "candidate_filed")
    return admission


@pytest.mark.parametrize(
    ("ballot", "match"),
    [
        (Ballot(9, 9, 9), "多于当天名册上的正式党员8人"), (Ballot(8, 4, 4), "没有超过半数"), (Ballot(8, 9, 8), "实到会有表决权的人多于"),
        (Ballot(8, 6, 7), "加起来多于实到"), (Ballot(8, 6, 6, written=3), "会前书面赞成的人多于"), (Ballot(0, 0, 0), "请填应到会"),
        (None, "请填表决的人数"),
    ],
)  # fmt: skip
def test_a_vote_that_cannot_be_is_refused(stage: Any, ballot: Ballot | None, match: str) -> None:
    admission = before_meeting(stage)
    told = steps.Told(on=WAY["admit_vote"], ballot=ballot)
    refused(
        match, steps.do_step, admission=admission, code="admit_vote", told=told, by=stage.actor("branch_secretary"),
        today=TODAY, now=at(TODAY),
    )  # fmt: skip


def before_meeting(stage: Any) -> Admission:
    admission = led(stage, "form")
    hang(stage, admission, "admit_vote")
    tick(stage, admission, {"notice_result", "admission_form"})
    return admission


def test_a_vote_not_carried_is_kept_and_changes_no_register(stage: Any) -> None:
    admission = before_meeting(stage)
    row = do(stage, admission, "admit_vote", WAY["admit_vote"], ballot=Ballot(8, 6, 4, 1, 1))
    assert not row.passed
    assert not Membership.objects.filter(person=stage.applicant, standing=Standing.PROBATIONARY).exists()
    assert queries.way_of(admission, TODAY).by_code["admit_vote"].round == 2
    hang(stage, admission, "admit_vote", D(2025, 6, 11), D(2025, 6, 20))
    again = do(stage, admission, "admit_vote", D(2025, 7, 1), ballot=Ballot(8, 6, 4, written=1))
    assert (again.passed, again.round, again.moved) == (True, 2, True)


def test_fewer_than_the_roll_are_entitled_only_for_a_reason_that_is_kept(stage: Any) -> None:
    admission = before_meeting(stage)
    few = {"entitled": 3, "present": 2, "favour": 2}
    given = {
        "admission": admission, "code": "admit_vote", "by": stage.actor("branch_secretary"), "today": TODAY,
        "now": at(TODAY),
    }  # fmt: skip
    told = steps.Told(on=WAY["admit_vote"], ballot=Ballot(**few))
    refused("正式党员8人，其中免予参加0人，应到会有表决权3人少了", steps.do_step, told=told, **given)
    Membership.objects.filter(person=stage.people[7]).update(left_out="ILL")
    told = steps.Told(on=WAY["admit_vote"], ballot=Ballot(6, 6, 6))
    refused("其中免予参加1人，应到会有表决权6人少了", steps.do_step, told=told, **given)
    row = do(stage, admission, "admit_vote", WAY["admit_vote"], ballot=Ballot(6, 6, 6, fewer="CUSTODY"))
    assert (row.passed, row.entitled, row.fewer_for) == (True, 6, "CUSTODY")


def test_without_a_reason_the_left_out_alone_are_not_counted(stage: Any) -> None:
    admission = before_meeting(stage)
    Membership.objects.filter(person=stage.people[7]).update(left_out="ILL")
    row = do(stage, admission, "admit_vote", WAY["admit_vote"], ballot=Ballot(7, 7, 7))
    assert (row.passed, row.fewer_for) == (True, "")


def test_half_a_year_lies_between_two_reviews(stage: Any) -> None:
    admission = led(stage, "contacts")
    do(stage, admission, "observed", D(2024, 9, 21))
    told = steps.Told(on=D(2024, 9, 22))
    given = {
        "admission": admission, "code": "observed", "by": stage.actor("branch_secretary"), "today": TODAY,
        "now": at(TODAY),
    }  # fmt: skip
    refused("最早2025年3月21日", steps.do_step, told=told, **given)
    refused("最早2025年3月21日", steps.do_step, told=steps.Told(on=D(2025, 3, 20)), **given)
    assert do(stage, admission, "observed", D(2025, 3, 21)).round == 2


# --- who decides ----------------------------------------------------------------------------------------------


def test_the_first_committee_on_the_way_up_decides(stage: Any) -> None:
    """A general branch has no power of approval: the committee above it decides, or one outside by its letter."""
    admission, on = led(stage, "branch_review"), WAY["preliminary"]
    step = next(one for one in PART.steps if one.code == "preliminary")
    assert queries.approver(stage.branch, on) == stage.committee
    assert queries.approver(stage.other_branch, on) == stage.committee
    assert queries.decided_by(stage.bureau.pk, on)[stage.branch.pk] == stage.committee
    assert queries.may_enter(stage.party_office, admission, step, on)
    verdict = queries.may_enter(stage.district_officer, admission, step, on)
    assert not verdict and "青禾县教育局党委" in str(verdict.reason)
    upper = Org.objects.create(bureau=stage.bureau, kind="UPPER", name="柳林镇党委", opened_on=D(2019, 1, 1))
    Superior.objects.filter(org=stage.general_branch, relation="BELONGS").update(superior=upper)
    assert queries.outside(stage.branch, on) and queries.approver(stage.branch, on) == upper
    assert queries.may_enter(stage.branch_secretary, admission, step, on)
    assert not queries.may_enter(stage.party_office, admission, step, on)
    refused(
        "请填批复文号", steps.do_step, admission=admission, code="preliminary", told=steps.Told(on=on),
        by=stage.actor("branch_secretary"), today=TODAY, now=at(TODAY),
    )  # fmt: skip
    Superior.objects.filter(org=stage.general_branch, relation="BELONGS").delete()
    assert queries.approver(stage.branch, on) is None and stage.branch.pk not in queries.decided_by(stage.bureau.pk, on)
    assert queries.may_enter(
        stage.party_office, admission, step, on
    )  # nobody above is on file: whoever is over the branch


def test_a_chain_that_never_ends_is_no_chain() -> None:
    body = Org(kind="GENERAL_BRANCH")
    assert rules.first_deciding(body, lambda one: one) is None


def test_a_vote_is_on_the_whole_name(stage: Any, shipped_act: Any) -> None:
    """江听雨 is not 江听雨晴; two votes on one name are not guessed between."""
    admission = before_meeting(stage)
    act = shipped_act(stage, WAY["admit_vote"])
    person(stage.bureau, "江听雨晴")
    longer = Vote.objects.create(
        act=act, matter="接收江听雨晴为预备党员", rule="admit", entitled=8, present=6, favour=6
    )
    assert queries.ballot_of(act, admission)[1] is False
    own = Vote.objects.create(act=act, matter="接收江听雨为预备党员", rule="admit", entitled=8, present=6, favour=5)
    assert queries.ballot_of(act, admission) == (Ballot(8, 6, 5), True)
    Vote.objects.filter(pk=longer.pk).update(matter="江听雨晴、江听雨同志培养情况")
    assert queries.ballot_of(act, admission)[1] is False
    own.delete()
    assert queries.ballot_of(act, admission) == (Ballot(8, 6, 6), True)


def test_the_meeting_is_recorded_once(stage: Any, shipped_act: Any) -> None:
    admission = before_meeting(stage)
    act = shipped_act(stage, WAY["admit_vote"])
    ballot, counted = queries.ballot_of(act, admission)
    assert (ballot.entitled, ballot.present, counted) == (8, 6, False)
    Vote.objects.create(
        act=act, matter="接收江听雨为预备党员", rule="admit", entitled=8, present=6, favour=5, against=1
    )
    ballot, counted = queries.ballot_of(act, admission)
    assert (ballot, counted) == (Ballot(8, 6, 5, 1), True)
    given = {
        "admission": admission,
        "code": "admit_vote",
        "by": stage.actor("organiser"),
        "today": TODAY,
        "now": at(TODAY),
    }
    refused("不一致", steps.do_step, told=steps.Told(on=D(2025, 6, 11), act=act, ballot=ballot), **given)
    row = steps.do_step(told=steps.Told(on=WAY["admit_vote"], act=act, ballot=ballot), **given)
    assert (row.act, row.passed) == (act, True)


def test_the_plan_of_the_year_holds_meetings(stage: Any) -> None:
    by = stage.actor("party_office")
    refused("党支部、党总支或党委", actions.set_quota, org=stage.school, year=2025, places=1, by=by)
    actions.set_quota(org=stage.committee, year=2025, places=0, by=by)
    assert queries.quota_over(stage.branch, 2025, TODAY).org == stage.committee
    admission = before_meeting(stage)
    told = {
        "admission": admission,
        "code": "admit_vote",
        "by": stage.actor("organiser"),
        "today": TODAY,
        "now": at(TODAY),
    }
    vote = steps.Told(on=WAY["admit_vote"], ballot=Ballot(8, 8, 8))
    refused("没有名额了", steps.do_step, told=vote, **told)
    actions.set_quota(org=stage.general_branch, year=2025, places=1, by=by)
    assert queries.quota_over(stage.branch, 2025, TODAY).org == stage.general_branch
    steps.do_step(told=vote, **told)
    assert queries.admitted_under(stage.general_branch, 2025, TODAY) == 1
    assert queries.admitted_under(stage.committee, 2025, TODAY) == 1
    assert queries.admitted_under(stage.other_branch, 2025, TODAY) == 0
    assert queries.admitted_under(stage.committee, 2024, TODAY) == 0
    entries = Entry.objects.count()
    actions.set_quota(org=stage.general_branch, year=2025, places=1, by=by)
    assert Entry.objects.count() == entries
    # Who moves on was accepted where they were; a branch that ends leaves what it accepted to its successor.
    actions.follow_moves({admission.person_id: stage.other_branch.pk}, TODAY)
    assert Admission.objects.get(pk=admission.pk).org == stage.other_branch
    counted = [queries.admitted_under(org, 2025, TODAY) for org in (stage.branch, stage.other_branch)]
    assert counted == [1, 0]
    lines, _sources, total = tables.year_lines(stage.party_office, 2025, TODAY)
    assert {line.org: line.admitted for line in lines}[stage.general_branch] == total == 1
    actions.pass_over(stage.branch.pk, stage.other_branch.pk, TODAY)
    counted = [queries.admitted_under(org, 2025, TODAY) for org in (stage.branch, stage.other_branch)]
    assert counted == [0, 1]


def test_an_extension_and_a_confirmation_after_it(stage: Any) -> None:
    admission = led(stage, "full_application")
    hang(stage, admission, "full_vote")
    tick(stage, admission, {"full_application", "full_record"})
    given = {
        "admission": admission,
        "code": "full_vote",
        "by": stage.actor("organiser"),
        "today": TODAY,
        "now": at(TODAY),
    }
    vote = {"on": D(2026, 6, 11), "ballot": Ballot(8, 8, 8)}
    refused("请选", steps.do_step, told=steps.Told(**vote), **given)
    refused("延长到哪一天", steps.do_step, told=steps.Told(**vote, decision=EXTEND), **given)
    for until in (D(2026, 12, 9), D(2027, 6, 11)):
        refused("不少于半年", steps.do_step, told=steps.Told(**vote, decision=EXTEND, until=until), **given)
    refused(
        "最早2026年6月10日",
        steps.do_step,
        told=steps.Told(on=D(2026, 6, 9), ballot=Ballot(8, 8, 8), decision=CANCEL),
        **given,
    )
    steps.do_step(told=steps.Told(**vote, decision=EXTEND, until=D(2026, 12, 10)), **given)
    do(stage, admission, "full_approved", D(2026, 7, 1))
    admission.refresh_from_db()
    way = queries.way_of(admission, TODAY)
    assert (admission.outcome, way.probation_end, way.extended) == ("", D(2026, 12, 10), True)
    later = D(2027, 1, 20)
    notice = actions.post_notice(
        admission=admission, point="full", posted_on=D(2026, 12, 1), by=stage.actor("organiser"), today=later
    )
    actions.close_notice(notice=notice, on=D(2026, 12, 9), by=stage.actor("organiser"), today=later)
    again = given | {"today": later}
    told = {"on": D(2026, 12, 11), "ballot": Ballot(8, 8, 8)}
    refused("只能延长一次", steps.do_step, told=steps.Told(**told, decision=EXTEND, until=D(2027, 6, 10)), **again)
    steps.do_step(told=steps.Told(**told, decision="confirm"), **again)
    steps.approve_step(
        admission=admission, code="full_approved", told=steps.Told(on=D(2027, 1, 5)), by=stage.actor("party_office"),
        today=later, now=at(TODAY),
    )  # fmt: skip
    member = Membership.objects.get(person=stage.applicant, to_on__isnull=True)
    assert (member.standing, member.full_on) == (Standing.FULL, D(2026, 12, 10))


def test_cancellation_ends_the_membership(stage: Any) -> None:
    admission = led(stage, "full_vote", decision=CANCEL)
    tick(stage, admission, {"full_record"})
    do(stage, admission, "full_approved", D(2026, 7, 1))
    admission.refresh_from_db()
    assert admission.outcome == "CANCELLED"
    assert not Membership.objects.filter(person=stage.applicant, to_on__isnull=True).exists()
    refused(
        "已经结束", steps.do_step, admission=admission, code="filed", told=steps.Told(on=TODAY),
        by=stage.actor("organiser"), today=TODAY, now=at(TODAY),
    )  # fmt: skip


def test_an_approval_after_six_months_sends_back_to_the_meeting(stage: Any) -> None:
    admission = led(stage, "superior_talk")
    tick(stage, admission, {"meeting_record"})
    told = {
        "admission": admission,
        "code": "admit_approved",
        "by": stage.actor("party_office"),
        "today": TODAY,
        "now": at(TODAY),
    }
    refused("先完成第", steps.approve_step, told=steps.Told(on=D(2025, 12, 11)), **told)
    hang(stage, admission, "admit_vote", D(2026, 1, 5), D(2026, 1, 14))
    row = do(stage, admission, "admit_vote", D(2026, 1, 15))
    assert row.round == 2
    member = Membership.objects.get(person=stage.applicant, to_on__isnull=True)
    assert (member.standing, member.joined_on) == (Standing.PROBATIONARY, D(2026, 1, 15))
    assert queries.way_of(admission, TODAY).probation_end == D(2027, 1, 15)
    assert queries.admitted(D(2025, 1, 1), D(2026, 1, 1)).count() == 0
    assert queries.admitted(D(2026, 1, 1), D(2027, 1, 1)).count() == 1


def test_a_superiors_refusal_is_kept_and_the_step_stays_open(stage: Any) -> None:
    admission = led(stage, "superior_talk")
    tick(stage, admission, {"meeting_record"})
    row = do(stage, admission, "admit_approved", WAY["admit_approved"], passed=False)
    assert not row.passed
    assert queries.way_of(admission, D(2025, 7, 3)).by_code["admit_approved"].state == "open"
    actions.end_admission(
        admission=admission,
        outcome="STOPPED",
        reason="上级没有批准",
        on=D(2025, 7, 10),
        by=stage.actor("organiser"),
        today=TODAY,
    )
    assert not Membership.objects.filter(person=stage.applicant, to_on__isnull=True).exists()


def test_training_needs_its_hours(stage: Any) -> None:
    admission = led(stage, "political_review")
    given = {
        "admission": admission,
        "code": "training",
        "by": stage.actor("organiser"),
        "today": TODAY,
        "now": at(TODAY),
    }
    on = WAY["training"]
    refused("请填培训学时", steps.do_step, told=steps.Told(on=on), **given)
    refused("少于24学时", steps.do_step, told=steps.Told(on=on, hours=23), **given)
    assert steps.do_step(told=steps.Told(on=on, hours=24), **given).hours == 24


# --- taking back, ending, moving ----------------------------------------------------------------------------


def test_only_the_last_step_is_taken_back_and_the_register_goes_back(stage: Any) -> None:
    admission = led(stage, "full_approved")
    rows = list(admission.steps.order_by("-id"))
    given = {"by": stage.actor("branch_secretary"), "now": at(TODAY)}
    refused("最后登记的一步", steps.void_step, step=rows[1], reason="记错", **given)
    refused("请写作废的原因", steps.void_step, step=rows[0], reason=" ", **given)
    seen = []
    for row in rows[:-1]:
        steps.void_step(step=row, reason="记错", **given)
        member = Membership.objects.filter(person=stage.applicant, to_on__isnull=True).first()
        seen.append((row.code, member.standing if member else ""))
    told = dict(seen)
    assert told["full_approved"] == told["full_vote"] == told["superior_talk"] == Standing.PROBATIONARY
    assert told["admit_vote"] == told["contacts"] == Standing.ACTIVIST
    assert told["activist"] == told["talk"] == ""
    refused("请用“结束”", steps.void_step, step=rows[-1], reason="记错", **given)
    refused("已经作废", steps.void_step, step=rows[0], reason="记错", **given)
    admission.refresh_from_db()
    assert (admission.outcome, admission.ended_on) == ("", None)
    do(stage, admission, "talk", WAY["talk"])


def test_a_probationer_on_file_before_the_system_keeps_the_own_row(stage: Any) -> None:
    """Written down afterwards: the vote must agree with the register, and taking it back leaves the register alone."""
    probationer = stage.people[-1]
    Person.objects.filter(pk=probationer.pk).update(born_on=D(1995, 1, 1))
    row = Membership.objects.get(person=probationer)
    Membership.objects.filter(pk=row.pk).update(joined_on=WAY["admit_vote"], from_on=WAY["admit_vote"])
    admission = led(stage, "form", applied(stage, who=probationer))
    hang(stage, admission, "admit_vote")
    tick(stage, admission, {"notice_result", "admission_form"})
    told = {
        "admission": admission,
        "code": "admit_vote",
        "by": stage.actor("organiser"),
        "today": TODAY,
        "now": at(TODAY),
    }
    refused("不一致", steps.do_step, told=steps.Told(on=D(2025, 6, 11), ballot=Ballot(8, 8, 8)), **told)
    step = steps.do_step(told=steps.Told(on=WAY["admit_vote"], ballot=Ballot(8, 8, 8)), **told)
    assert not step.moved
    steps.void_step(step=step, reason="记错", by=stage.actor("organiser"), now=at(TODAY))
    assert Membership.objects.get(person=probationer).pk == row.pk


@pytest.mark.parametrize("outcome", ["WITHDRAWN", "STOPPED", "MOVED"])
def test_a_way_ends_with_its_reason(stage: Any, outcome: str) -> None:
    admission = led(stage, "contacts")
    given = {"admission": admission, "by": stage.actor("organiser"), "today": TODAY}
    refused("写明原因", actions.end_admission, outcome=outcome, reason=" ", on=TODAY, **given)
    refused("写明原因", actions.end_admission, outcome="CANCELLED", reason="x", on=TODAY, **given)
    refused("不能早于最后一步", actions.end_admission, outcome=outcome, reason="调离", on=D(2024, 3, 1), **given)
    actions.end_admission(outcome=outcome, reason="调离", on=D(2024, 9, 1), **given)
    admission.refresh_from_db()
    assert (admission.outcome, admission.ended_for) == (outcome, "调离")
    assert not Membership.objects.filter(person=stage.applicant, to_on__isnull=True).exists()
    refused("已经结束", actions.end_admission, outcome=outcome, reason="调离", on=TODAY, **given)
    assert applied(stage, on=D(2024, 9, 2)).pk  # a new way may begin


def test_a_probationary_members_way_does_not_just_stop(stage: Any) -> None:
    admission = led(stage, "superior_talk")
    refused(
        "要由支部大会决定", actions.end_admission, admission=admission, outcome="STOPPED", reason="x", on=TODAY,
        by=stage.actor("organiser"), today=TODAY,
    )  # fmt: skip


def test_a_way_moves_with_the_person(stage: Any) -> None:
    admission = led(stage, "contacts")
    given = {"admission": admission, "by": stage.actor("organiser"), "today": TODAY}
    refused("另一个党支部", actions.move_admission, org=stage.branch, on=TODAY, **given)
    refused("另一个党支部", actions.move_admission, org=stage.far_branch, on=TODAY, **given)
    moved = actions.move_admission(org=stage.other_branch, on=D(2024, 9, 1), **given)
    assert moved.org == stage.other_branch
    member = Membership.objects.get(person=stage.applicant, to_on__isnull=True)
    assert (member.org, member.standing) == (stage.other_branch, Standing.ACTIVIST)
    assert not admission.helpers.filter(to_on__isnull=True).exists()
    assert not queries.visible_to(stage.branch_secretary).filter(pk=admission.pk).exists()
    helped_by = Person.objects.get(account=stage.neighbour)
    actions.name_helper(
        admission=moved, person=helped_by, role="CONTACT", on=D(2024, 9, 1), by=stage.actor("neighbour"), today=TODAY
    )


def test_a_members_relation_is_transferred_first(stage: Any) -> None:
    admission = led(stage, "superior_talk")
    given = {"admission": admission, "org": stage.other_branch, "by": stage.actor("organiser"), "today": TODAY}
    refused("先办组织关系转接", actions.move_admission, on=D(2025, 7, 1), **given)
    row = Membership.objects.get(person=stage.applicant, to_on__isnull=True)
    Membership.objects.filter(pk=row.pk).update(org=stage.other_branch)
    assert actions.move_admission(on=D(2025, 7, 1), **given).org == stage.other_branch


def test_sources_are_set_and_counted_by(stage: Any) -> None:
    admission = applied(stage)
    by = stage.actor("organiser")
    actions.set_sources(admission=admission, codes=["class_teacher", "young_teacher"], by=by, on=TODAY)
    actions.set_sources(admission=admission, codes=["young_teacher", "nonsense"], by=by, on=TODAY)
    assert list(admission.sources.values_list("code", flat=True)) == ["young_teacher"]
    entries = Entry.objects.count()
    actions.set_sources(admission=admission, codes=["young_teacher"], by=by, on=TODAY)
    assert Entry.objects.count() == entries


@pytest.fixture
def shipped_act() -> Any:
    """A members' meeting of the branch: eight full members due, six there, one probationary there too."""
    from hongzhu.core.activities.models import Act
    from hongzhu.core.policies import queries as policies

    def make(cast: Any, on: date) -> Any:
        act = Act.objects.create(
            bureau=cast.bureau, body=cast.branch, kind="members_meeting", theme="讨论接收预备党员", held_on=on, held_to=on,
            belongs_on=on, recorded_at=at(on), pack_version=policies.version_on(cast.bureau, on),
        )  # fmt: skip
        ActBody.objects.create(act=act, org=cast.branch, kind="members_meeting", year=on.year, number=1)
        full = list(Membership.objects.filter(org=cast.branch, standing=Standing.FULL).order_by("id"))
        for number, row in enumerate(full):
            Attendance.objects.create(
                act=act,
                org=cast.branch,
                person=row.person,
                standing=Standing.FULL,
                state="PRESENT" if number < 6 else "SICK",
            )
        Attendance.objects.create(
            act=act, org=cast.branch, person=cast.people[-1], standing=Standing.PROBATIONARY, state="PRESENT"
        )
        return act

    return make
