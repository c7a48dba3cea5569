"""Recording, confirming, correcting, voiding: what is written, and that a refusal writes nothing."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.activities import actions, engine, queries, rules
from hongzhu.core.activities.models import Act, ActBody, Attendance, Resolution, TagClaim
from hongzhu.core.audit.models import Entry
from hongzhu.core.credits.models import Credit
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Membership, Standing
from tests.cast import FOUNDED, SYSTEM, joins, person

from .conftest import NOW, TODAY, told


def everything(act: Act) -> set[tuple[int, str]]:
    return {(claim.org_id, claim.tag) for claim in act.claims.filter(state=TagClaim.State.PROPOSED)}


def confirmed(cast: Any, act: Act, only: set[str] | None = None) -> Act:
    counted = {(org, tag) for org, tag in everything(act) if only is None or tag in only}
    return actions.confirm(act=act, counted=counted, by=cast.actor("organiser"), now=NOW)


def open_tags(org: Any = None) -> list[str]:
    rows = Credit.objects.filter(voided_at__isnull=True, person__isnull=True)
    return sorted((rows.filter(body=org) if org else rows).values_list("tag", flat=True))


def test_one_act_with_everything(cast: Any, record: Any) -> None:
    before = Entry.objects.count()
    absent = {cast.people[3].pk: "OFFICIAL", cast.people[4].pk: "SICK"}
    act = record(
        absences=absent,
        readings=(engine.ReadingTold("党章第一章"),),
        items=(engine.ItemTold("修订值班表", owner=cast.people[0].pk, due_on=date(2026, 12, 20)),),
        votes=(engine.VoteTold("通过计划", favour=6),),
        parts=("study", "lecture", "vote"),
        outputs={"reflections": 7, "unknown": 3},
    )

    assert (act.due_roster, act.attended) == (9, 7)
    assert act.attendances.count() == 9
    assert act.bodies.get().number == 1
    assert act.readings.get().title == "党章第一章"
    assert list(act.outputs.values_list("kind", "count")) == [("reflections", 7)]
    vote = act.votes.get()
    assert (vote.entitled, vote.present) == (8, 6), "the probationary member is in neither number"
    assert act.resolutions.get().owner == cast.people[0]
    assert act.lecturer_post == "SECRETARY"
    assert {tag for _org, tag in everything(act)} >= {"theme_day", "lecture", "members_meeting", "study_hours"}
    assert Credit.objects.count() == 0, "nothing counts before the recorder confirms"
    assert Entry.objects.count() == before + 1


def test_ordinals_run_by_body_kind_and_year(cast: Any, record: Any) -> None:
    first, second = record(), record(theme="第二次")
    last_year = record(held_on=date(2025, 11, 20), theme="去年")
    other = record(body=cast.other_branch, theme="双桥")

    numbers = [act.bodies.get().number for act in (first, second, last_year, other)]
    assert numbers == [1, 2, 1, 1]


def test_confirming_gives_bodies_and_attenders_their_credits(cast: Any, record: Any) -> None:
    act = confirmed(cast, record(absences={cast.people[3].pk: "SICK"}), {"theme_day", "study_hours"})

    assert open_tags() == ["study_hours", "theme_day"]
    hours = Credit.objects.filter(person__isnull=False, voided_at__isnull=True)
    assert hours.count() == 8
    assert set(hours.values_list("amount", flat=True)) == {engine.hours(90, 45)}
    assert not hours.filter(person=cast.people[3]).exists()
    assert act.claims.get(tag="lecture").state == TagClaim.State.DECLINED


def test_making_up_gives_the_hours_from_that_day_on(cast: Any, record: Any) -> None:
    act = confirmed(cast, record(absences={cast.people[3].pk: "SICK"}))
    later = NOW + timedelta(days=3)

    actions.make_up(
        act=act, people=[cast.people[3].pk], on=date(2026, 11, 23), way="SELF", seen_to_by="周予安",
        by=cast.actor("organiser"), today=date(2026, 11, 24), now=later,
    )  # fmt: skip

    credit = Credit.objects.get(person=cast.people[3], voided_at__isnull=True)
    assert credit.recorded_at == later
    assert Credit.objects.filter(voided_at__isnull=False).count() == 0


@pytest.mark.parametrize("on", [date(2026, 11, 19), date(2026, 11, 22)])
def test_make_up_not_before_the_act_and_not_in_the_future(cast: Any, record: Any, on: date) -> None:
    act = record(absences={cast.people[3].pk: "SICK"})

    with pytest.raises(ValidationError):
        actions.make_up(
            act=act, people=[cast.people[3].pk], on=on, way="SELF", seen_to_by="", by=cast.actor("organiser"),
            today=TODAY, now=NOW,
        )  # fmt: skip
    assert act.attendances.get(person=cast.people[3]).made_up_on is None


def test_who_was_there_needs_no_make_up(cast: Any, record: Any) -> None:
    act = record()

    with pytest.raises(ValidationError):
        actions.make_up(
            act=act, people=[cast.people[0].pk], on=TODAY, way="SELF", seen_to_by="", by=cast.actor("organiser"),
            today=TODAY, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"held_on": date(2026, 11, 22)},
        {"held_on": date(2018, 12, 31)},
        {"held_to": date(2026, 11, 19)},
        {"ends_at": time(15, 30)},
        {"theme": " "},
        {"parts": ("unknown",)},
        {"kind": "no_such"},
        {"kind": "centre_study", "parts": ()},
        {"votes": (engine.VoteTold("多了", favour=9),)},
        {"votes": (engine.VoteTold("反了", favour=1, entitled=3, present=4),)},
        {"votes": (engine.VoteTold("比名册多", favour=9, entitled=10, present=9),)},
    ],
)
def test_refused_and_nothing_written(cast: Any, record: Any, changes: dict[str, Any]) -> None:
    entries = Entry.objects.count()

    with pytest.raises(ValidationError):
        record(**changes)
    assert Act.objects.count() == 0
    assert Attendance.objects.count() == 0
    assert Entry.objects.count() == entries


def test_a_vote_of_more_than_the_roster_says_both_numbers(cast: Any, record: Any) -> None:
    with pytest.raises(ValidationError, match="填了10人，当天名册上只有9人"):
        record(votes=(engine.VoteTold("计划", favour=9, entitled=10, present=9),))
    act = record(votes=(engine.VoteTold("计划", favour=9, entitled=9, present=9),))
    assert act.votes.get().entitled == 9, "the whole roster may be written; the branch's own check says who has no vote"


def test_a_body_nobody_is_on_the_rolls_of_votes_by_its_own_count(cast: Any) -> None:
    """Without a roster there is nothing to hold a number against."""
    vote = engine.VoteTold("议题", favour=7)
    assert rules.can_vote(vote, 9, 7, 0)
    assert rules.can_vote(vote, 9, 7, 9)
    assert not rules.can_vote(vote, 10, 7, 9)


def test_absent_needs_a_reason_of_the_six(cast: Any, record: Any) -> None:
    with pytest.raises(ValidationError):
        record(absences={cast.people[3].pk: "PRESENT"})


def test_a_person_of_another_bureau_cannot_be_named(cast: Any, record: Any) -> None:
    with pytest.raises(ValidationError):
        record(chair=cast.accounts["outsider"].person_id)


def test_left_out_is_not_due(cast: Any, record: Any) -> None:
    Membership.objects.filter(person=cast.people[5]).update(left_out="ILL")
    act = record()

    assert (act.due_roster, act.attended) == (8, 8)
    assert act.attendances.get(person=cast.people[5]).state == "LEFT_OUT"


def test_what_somebody_left_out_reads_afterwards_does_not_make_them_due(cast: Any, record: Any) -> None:
    Membership.objects.filter(person=cast.people[5]).update(left_out="ILL")
    act = confirmed(cast, record(absences={cast.people[3].pk: "SICK"}))
    for who in (cast.people[5], cast.people[3]):
        Attendance.objects.filter(act=act, person=who).update(made_up_on=date(2026, 11, 21), made_up_way="SELF")

    left_out, ill = (queries.life_of(cast.people[place], 2026) for place in (5, 3))
    assert (left_out.due, left_out.made_up) == (0, 0)
    assert (ill.due, ill.made_up) == (1, 1)


def test_who_need_not_come_and_came_is_there(cast: Any, record: Any) -> None:
    Membership.objects.filter(person=cast.people[5]).update(left_out="ILL")
    act = confirmed(cast, record(came=frozenset({cast.people[5].pk}), absences={cast.people[3].pk: "SICK"}))

    assert (act.due_roster, act.attended) == (9, 8)
    assert act.attendances.get(person=cast.people[5]).state == "PRESENT"
    assert Credit.objects.filter(person=cast.people[5], voided_at__isnull=True).exists()
    assert queries.told_of(act).came == frozenset(row.pk for row in cast.people) - {cast.people[3].pk}
    correct(cast, act)
    assert act.attendances.get(person=cast.people[5]).state == "LEFT_OUT"


def test_roster_is_that_of_the_day_held(cast: Any, record: Any) -> None:
    act = record(held_on=date(2026, 6, 11))

    assert act.attendances.count() == 8, "the probationary member came on 12 June"


# --- joint acts -------------------------------------------------------------------------------------------


def test_joint_act_is_one_record_and_counts_for_both(cast: Any, record: Any) -> None:
    act = record(joint=[(cast.other_branch, "theme_day")])
    confirmed(cast, act, {"theme_day"})

    assert Act.objects.count() == 1
    assert act.due_roster == 10
    assert open_tags(cast.branch) == ["theme_day"]
    assert open_tags(cast.other_branch) == ["theme_day"]


def test_joint_act_credits_a_body_only_with_an_attender_of_its_own(cast: Any, record: Any) -> None:
    neighbour = cast.accounts["neighbour"].person_id
    act = record(joint=[(cast.other_branch, "theme_day")], absences={neighbour: "SICK"})
    confirmed(cast, act, {"theme_day"})

    assert not act.bodies.get(org=cast.other_branch).takes_part
    assert open_tags(cast.other_branch) == []


def test_one_sitting_two_bodies_two_kinds_two_ordinals(cast: Any) -> None:
    """A01: the committee's fifth meeting and the leading group's first plenary in one sitting."""
    group = orgs.set_up(
        bureau=cast.bureau, kind="LEADING_GROUP", name="党建工作领导小组", parent=cast.root, by=SYSTEM, on=FOUNDED
    )
    chair = cast.accounts["party_office"].person
    joins(chair, group, standing=Standing.HEAD)
    meeting = told(kind="party_committee", parts=("deliberation",), lecture_title="", process="")
    for _number in range(4):
        actions.record(body=cast.committee, told=meeting, by=cast.actor("party_office"), on=TODAY, now=NOW)

    act = actions.record(
        body=cast.committee,
        told=meeting,
        by=cast.actor("party_office"),
        on=TODAY,
        now=NOW,
        joint=[(group, "leading_group")],
    )

    rows = {row.org_id: (row.kind, row.number, row.takes_part) for row in ActBody.objects.filter(act=act)}
    assert rows == {cast.committee.pk: ("party_committee", 5, True), group.pk: ("leading_group", 1, True)}
    tags = {org: set(act.claims.filter(org=org).values_list("tag", flat=True)) for org in (cast.committee, group)}
    assert tags == {cast.committee: {"party_committee"}, group: {"leading_group"}}, "each under its own kind"


def test_a_body_of_another_bureau_cannot_join(cast: Any, record: Any) -> None:
    with pytest.raises(ValidationError):
        record(joint=[(cast.far_branch, "theme_day")])
    with pytest.raises(ValidationError):
        record(joint=[(cast.branch, "theme_day")])
    assert Act.objects.count() == 0


# --- belonging year and boundary ----------------------------------------------------------------------------


BARE: dict[str, Any] = {"parts": (), "process": "", "lecture_title": ""}


def test_organisation_life_of_last_year_held_in_march(cast: Any, record: Any) -> None:
    march = date(2026, 3, 20)
    act = record(kind="org_life", held_on=march, belongs_year=2025, **BARE)
    confirmed(cast, act)

    assert act.belongs_on.year == 2025
    assert act.bodies.get().year == 2025
    credit = Credit.objects.get(tag="org_life", person__isnull=True)
    assert (credit.held_on, credit.belongs_on.year) == (march, 2025)


@pytest.mark.parametrize("year", [None, 2024, 2027])
def test_a_yearly_kind_needs_its_year(cast: Any, record: Any, year: int | None) -> None:
    with pytest.raises(ValidationError):
        record(kind="org_life", belongs_year=year, **BARE)


@pytest.mark.parametrize("kind", ["org_life", "appraisal"])
def test_no_text_of_what_was_said(cast: Any, record: Any, kind: str) -> None:
    """B07 B08 B14 B19: held, who, when, counts and the unit's own improvement items."""
    with pytest.raises(ValidationError):
        record(kind=kind, belongs_year=2026, **(BARE | {"process": "张三批评李四"}))
    with pytest.raises(ValidationError):
        record(kind=kind, belongs_year=2026, items=(engine.ItemTold("某人作检查"),), **BARE)
    with pytest.raises(ValidationError):
        record(kind=kind, belongs_year=2026, media=(engine.MediaTold("https://example.cn/v"),), **BARE)
    assert Act.objects.count() == 0

    act = record(kind=kind, belongs_year=2026, items=(engine.ItemTold("改进集体备课", kind="IMPROVEMENT"),), **BARE)
    assert act.confidential


def test_improvement_items_are_followed_up_at_the_next_meeting(cast: Any, record: Any) -> None:
    item = engine.ItemTold("改进集体备课", kind="IMPROVEMENT")
    first = record(kind="org_life", held_on=date(2026, 3, 20), belongs_year=2025, items=(item,), **BARE)
    second = record(kind="org_life", belongs_year=2026, **BARE)

    assert first.resolutions.get().carried_to == second
    actions.void(act=second, reason="记重了", by=cast.actor("organiser"), now=NOW)
    assert first.resolutions.get().carried_to is None


# --- correcting, voiding, striking ----------------------------------------------------------------------------


def correct(cast: Any, act: Act, revision: int = 0, reason: str = "题目写错", **changes: Any) -> Any:
    changes.setdefault("lecturer", act.lecturer_id)
    return actions.correct(
        act=act, told=told(**changes), revision=revision, reason=reason, by=cast.actor("organiser"), on=TODAY, now=NOW
    )


def test_correcting_keeps_what_stood_before(cast: Any, record: Any) -> None:
    act = confirmed(cast, record())
    corrected = correct(cast, act, theme="学党章")

    assert corrected.revision == 1
    revision = corrected.revisions.get()
    assert revision.before["theme"] == "学党章、守师德"
    assert revision.reason == "题目写错"
    assert open_tags() == ["lecture", "secretary_lecture", "study", "study_hours", "theme_day"]


def test_correcting_twice_at_once_loses_nothing(cast: Any, record: Any) -> None:
    act = record()
    correct(cast, act, theme="学党章", place="三楼会议室")
    entries = Entry.objects.count()

    conflict = correct(cast, act, theme="另一个主题")

    assert isinstance(conflict, actions.Conflict)
    assert conflict.fields == ("theme", "place")
    assert conflict.by == str(cast.organiser)
    act.refresh_from_db()
    assert act.theme == "学党章"
    assert Entry.objects.count() == entries


def test_a_tag_no_longer_met_stops_counting(cast: Any, record: Any) -> None:
    act = confirmed(cast, record())
    correct(cast, act, parts=("study",), lecture_title="", lecturer=None)

    assert "lecture" not in open_tags()
    assert Credit.objects.filter(tag="lecture", voided_at__isnull=False).count() == 1, "voided, not deleted"


def test_moving_the_day_is_a_fact_known_from_then_on(cast: Any, record: Any) -> None:
    act = confirmed(cast, record(now=NOW - timedelta(days=1)))
    correct(cast, act, held_on=date(2026, 10, 20))

    credit = Credit.objects.get(tag="theme_day", voided_at__isnull=True, person__isnull=True)
    assert (credit.held_on, credit.recorded_at) == (date(2026, 10, 20), NOW)


def test_correcting_keeps_progress_and_make_up(cast: Any, record: Any) -> None:
    owner = cast.people[0]
    item = engine.ItemTold("修订值班表", owner=owner.pk)
    act = record(items=(item,), absences={cast.people[3].pk: "SICK"})
    actions.make_up(
        act=act,
        people=[cast.people[3].pk],
        on=TODAY,
        way="SELF",
        seen_to_by="",
        by=cast.actor("organiser"),
        today=TODAY,
        now=NOW,
    )
    Resolution.objects.update(progress="已改一半")

    correct(cast, act, items=(item, engine.ItemTold("另一项")), absences={cast.people[3].pk: "PERSONAL"})

    assert set(act.resolutions.values_list("matter", "progress")) == {("修订值班表", "已改一半"), ("另一项", "")}
    assert act.attendances.get(person=cast.people[3]).made_up_on == TODAY
    correct(cast, act, revision=1, items=(item,))
    assert act.attendances.get(person=cast.people[3]).made_up_on is None, "who came has nothing to make up"
    assert act.resolutions.get(matter="另一项").state == "DROPPED"


def test_a_reworded_item_is_the_same_item(cast: Any, record: Any) -> None:
    act = record(items=(engine.ItemTold("修订值班表"), engine.ItemTold("报名单")))
    first, second = act.resolutions.order_by("pk")
    Resolution.objects.filter(pk=first.pk).update(progress="已改一半", state="REPORTED")

    told_now = (engine.ItemTold("修订寒假值班表", pk=first.pk), engine.ItemTold("报名单", pk=second.pk))
    correct(cast, act, items=told_now)

    rows = act.resolutions.order_by("pk").values_list("pk", "matter", "progress", "state")
    assert list(rows) == [(first.pk, "修订寒假值班表", "已改一半", "REPORTED"), (second.pk, "报名单", "", "OPEN")]


def test_who_verified_an_item_does_not_become_its_owner(cast: Any, record: Any) -> None:
    act = record(items=(engine.ItemTold("修订值班表", owner=cast.people[5].pk),))
    row = act.resolutions.get()
    actions.close_resolution(item=row, who=cast.people[0], by=cast.actor("branch_secretary"), on=TODAY)

    with pytest.raises(ValidationError, match="验收"):
        correct(cast, act, theme="改过", items=(engine.ItemTold("修订值班表", owner=cast.people[0].pk, pk=row.pk),))
    act.refresh_from_db()
    assert (act.theme, act.revision, act.resolutions.get().owner) == ("学党章、守师德", 0, cast.people[5])
    correct(cast, act, items=(engine.ItemTold("修订值班表", owner=cast.people[4].pk, pk=row.pk),))
    assert (act.resolutions.get().owner, act.resolutions.get().state) == (cast.people[4], "CLOSED")


def test_an_item_put_back_after_it_was_taken_out_is_pursued_again(cast: Any, record: Any) -> None:
    item = engine.ItemTold("修订值班表")
    act = record(items=(item,))
    correct(cast, act, items=())
    correct(cast, act, revision=1, items=(item,))

    assert list(act.resolutions.order_by("pk").values_list("matter", "state")) == [
        ("修订值班表", "DROPPED"), ("修订值班表", "OPEN"),
    ]  # fmt: skip


def test_an_item_dropped_meanwhile_stays_dropped(cast: Any, record: Any) -> None:
    act = record(items=(engine.ItemTold("修订值班表"),))
    row = act.resolutions.get()
    actions.drop_resolution(item=row, reason="并到学校办", by=cast.actor("organiser"))
    correct(cast, act, items=(engine.ItemTold("修订寒假值班表", pk=row.pk),))

    assert act.resolutions.get().state == "DROPPED"


def test_an_item_of_another_act_is_not_moved(cast: Any, record: Any) -> None:
    other = record(theme="另一次", items=(engine.ItemTold("别处的事"),)).resolutions.get()
    act = record()
    correct(cast, act, items=(engine.ItemTold("这里的事", pk=other.pk),))

    other.refresh_from_db()
    assert (other.matter, act.resolutions.get().matter) == ("别处的事", "这里的事")


def test_the_kind_is_not_corrected(cast: Any, record: Any) -> None:
    with pytest.raises(ValidationError):
        correct(cast, record(), kind="study", parts=("study",))


def test_voiding_needs_a_reason_and_takes_the_credits(cast: Any, record: Any) -> None:
    act = confirmed(cast, record())
    with pytest.raises(ValidationError):
        actions.void(act=act, reason=" ", by=cast.actor("organiser"), now=NOW)
    assert open_tags()

    actions.void(act=act, reason="记重了", by=cast.actor("organiser"), now=NOW)

    assert open_tags() == []
    with pytest.raises(ValidationError):
        correct(cast, act)
    with pytest.raises(ValidationError):
        confirmed(cast, act)
    assert record(theme="重记").bodies.get().number == 2, "the number of a voided act is not used again"


def test_striking_one_tag(cast: Any, record: Any) -> None:
    act = confirmed(cast, record())
    with pytest.raises(ValidationError):
        actions.strike(act=act, org=cast.branch, tag="lecture", reason="", by=cast.actor("party_office"), now=NOW)

    actions.strike(act=act, org=cast.branch, tag="lecture", reason="没有讲稿", by=cast.actor("party_office"), now=NOW)

    assert "lecture" not in open_tags()
    correct(cast, act, theme="改一改")
    assert act.claims.get(tag="lecture").state == TagClaim.State.STRUCK, "a correction does not bring it back"
    with pytest.raises(ValidationError):
        actions.confirm(act=act, counted={(cast.branch.pk, "lecture")}, by=cast.actor("organiser"), now=NOW)


def test_what_is_not_met_cannot_be_confirmed(cast: Any, record: Any) -> None:
    act = record()

    with pytest.raises(ValidationError):
        actions.confirm(act=act, counted={(cast.branch.pk, "members_meeting")}, by=cast.actor("organiser"), now=NOW)
    assert Credit.objects.count() == 0


def test_credits_equal_what_the_tables_give(cast: Any, record: Any) -> None:
    """What ``rebuild credits --check`` relies on, after a life full of changes."""
    act = confirmed(cast, record(absences={cast.people[3].pk: "SICK"}))
    correct(cast, act, held_on=date(2026, 11, 19), absences={cast.people[4].pk: "SICK"})
    confirmed(cast, record(theme="又一次", joint=[(cast.other_branch, "theme_day")]))
    actions.void(act=record(theme="作废"), reason="记重了", by=cast.actor("organiser"), now=NOW)

    wanted = sorted(str(row) for row in queries.earned_rows(TagClaim.objects.all()))
    open_rows = Credit.objects.filter(voided_at__isnull=True).values_list(
        "source", "tag", "body", "person", "held_on", "belongs_on", "recorded_at", "amount"
    )
    assert sorted(str(row) for row in open_rows) == wanted


def test_recording_takes_as_many_statements_for_24_members_as_for_9(cast: Any, record: Any) -> None:
    record(theme="预热")
    with CaptureQueriesContext(connection) as few:
        record(theme="九个人")
    for number in range(15):
        joins(person(cast.bureau, f"党员{number}"), cast.branch)
    with CaptureQueriesContext(connection) as many:
        record(theme="二十四个人", absences={cast.people[3].pk: "SICK"})

    assert len(many) == len(few)


# --- bodies over branches ---------------------------------------------------------------------------------


def test_a_general_branch_sits_with_the_members_of_its_branches(cast: Any, record: Any) -> None:
    act = record(body=cast.general_branch, by="party_office", kind="members_meeting", parts=("deliberation",))

    assert (act.due_roster, act.attended) == (9, 9), (
        "the nine of its one branch; 双桥小学党支部 stands under the committee"
    )
    assert set(act.attendances.values_list("org", flat=True)) == {cast.general_branch.pk}
    confirmed(cast, act, {"members_meeting"})
    assert open_tags(cast.general_branch) == ["members_meeting"]
    assert open_tags(cast.branch) == [], "what the general branch holds is not its branch's"


def test_a_general_branch_that_sat_without_anybody_earns_nothing(cast: Any, record: Any) -> None:
    everybody = dict.fromkeys((who.pk for who in cast.people), "OFFICIAL")
    act = record(body=cast.general_branch, by="party_office", kind="lecture", parts=("lecture",), absences=everybody)

    assert not act.bodies.get().takes_part


def test_the_secretary_of_a_committee_without_members_of_its_own_lectures(cast: Any, record: Any) -> None:
    Membership.objects.filter(org=cast.committee).delete()
    lecturer = cast.accounts["party_office"].person_id
    act = record(body=cast.committee, by="party_office", kind="lecture", parts=("lecture",), lecturer=lecturer)
    confirmed(cast, act, {"lecture", "secretary_lecture"})

    assert (act.due_roster, act.bodies.get().takes_part) == (0, True)
    assert open_tags(cast.committee) == ["lecture", "secretary_lecture"]


def test_a_body_without_members_is_not_credited_with_the_attenders_of_another(cast: Any, record: Any) -> None:
    Membership.objects.filter(org=cast.committee).delete()
    act = record(body=cast.branch, kind="lecture", parts=("lecture",), joint=[(cast.committee, "lecture")])

    assert {row.org_id: row.takes_part for row in act.bodies.all()} == {cast.branch.pk: True, cast.committee.pk: False}


def test_the_committee_of_a_general_branch_is_never_all_its_members(cast: Any, record: Any) -> None:
    act = record(body=cast.general_branch, by="party_office", kind="committee_meeting", parts=("deliberation",))

    assert act.due_roster == 0, "nobody holds a post in it yet"
