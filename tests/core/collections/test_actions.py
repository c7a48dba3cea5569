"""Asking, answering, merging: what is allowed, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Answer, Line, PlanItem, Request, Return
from hongzhu.core.collections.queries import requests, returns
from hongzhu.core.documents.models import Message
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Membership
from hongzhu.kit import registry
from hongzhu.kit.registry import Paragraph
from tests.cast import SYSTEM
from tests.core.collections.conftest import ASKED, DUE, NOW, ON, drafted, heading, return_of, sent, submitted, wishes

Status = Return.Status


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def last() -> Entry:
    return Entry.objects.order_by("-seq")[0]


def detail() -> dict[str, Any]:
    """What the chain keeps of the last act."""
    found: dict[str, Any] = json.loads(last().detail)
    return found


def refused(call: Any, part: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(ValidationError) as told:
        call()
    assert part in told.value.messages[0]
    assert Entry.objects.count() == before


class TestSending:
    def test_units_are_frozen_in_the_order_of_the_tree_and_prefilled(self, cast: Any) -> None:
        request = sent(cast)
        rows = list(Return.objects.filter(request=request).order_by("place"))
        assert [row.org_id for row in rows] == [cast.branch.pk, cast.other_branch.pk]
        assert {row.status for row in rows} == {Status.PREFILLED}
        assert request.status == Request.Status.OUT
        assert last().did == "collections.send"

    def test_in_the_askers_own_order_and_the_rest_behind(self, cast: Any) -> None:
        order = ("没有这个单位", cast.other_branch.name)
        request = drafted(cast, order=order)
        assert requests.unknown_names(request, ON) == ["没有这个单位"]
        assert requests.audience(request, ON) == [cast.other_branch.pk, cast.branch.pk]
        assert requests.unknown_names(drafted(cast), ON) == []

    def test_a_body_that_opens_later_is_not_asked(self, cast: Any) -> None:
        request = sent(cast)
        orgs.set_up(bureau=cast.bureau, kind="BRANCH", name="新支部", parent=cast.committee, hosts=(cast.school,),
                    belongs_to=cast.committee, guided_by=cast.committee, by=SYSTEM, on=ON)  # fmt: skip
        assert Return.objects.filter(request=request).count() == 2

    def test_each_source_is_asked_once_for_all_units(self, cast: Any) -> None:
        request = drafted(cast)
        ASKED["calls"] = 0
        actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW)
        assert ASKED["calls"] == 1

    def test_minutes_by_the_packs_seconds(self, cast: Any) -> None:
        # opening 180, two typed at 20, six looked over at 2: 232 seconds
        assert sent(cast).minutes == 4

    def test_nothing_held_waits_for_typing(self, cast: Any) -> None:
        request = sent(cast, columns=wishes("取暖炉台数", held=0))
        assert {row.status for row in request.returns.all()} == {Status.WAITING}

    def test_each_unit_is_told_once(self, cast: Any) -> None:
        sent(cast)
        told = Message.objects.filter(key__startswith="collections.request:").values_list(
            "account__username", flat=True
        )
        assert sorted(told) == ["branch_secretary", "deputy", "neighbour", "organiser"]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"basis": " "}, "依据"),
            ({"due_on": ON - timedelta(days=1)}, "截止日期"),
            ({"kinds": ()}, "没有要填的单位"),
            ({"kinds": ("SECTION",)}, "没有要填的单位"),
            ({"columns": []}, "还没有列"),
        ],
    )
    def test_a_draft_that_is_not_whole_stays(self, cast: Any, given: dict[str, Any], words: str) -> None:
        request = drafted(cast, **given)
        refused(lambda: actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW), words)
        request.refresh_from_db()
        assert request.status == Request.Status.DRAFT
        assert not request.returns.exists()

    def test_due_today_is_not_late(self, cast: Any) -> None:
        assert sent(cast, due_on=ON).status == Request.Status.OUT

    def test_a_proposed_match_has_to_be_answered(self, cast: Any) -> None:
        columns = [*wishes("取暖炉台数"), actions.ColumnWish(place=8, title="校长书记", proposed="t.secretary")]
        request = drafted(cast, columns=columns)
        refused(lambda: actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW), "校长书记")

    def test_sent_once(self, cast: Any) -> None:
        request = sent(cast)
        refused(lambda: actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW), "收集中")

    def test_what_was_sent_keeps_its_columns(self, cast: Any) -> None:
        request = sent(cast)
        by = cast.actor("party_office")
        refused(lambda: actions.lay_out(request=request, columns=[], by=by), "不能修改")
        refused(lambda: actions.revise(request=request, heading=heading(cast), by=by), "不能修改")
        refused(lambda: actions.discard(request=request, by=by), "不能删除")

    def test_a_draft_may_be_deleted(self, cast: Any) -> None:
        actions.discard(request=drafted(cast), by=cast.actor("party_office"))
        assert not Request.objects.exists()
        assert last().did == "collections.discard"


class TestZeroReports:
    def test_a_body_without_members_is_answered_by_the_machine(self, cast: Any) -> None:
        Membership.objects.filter(org=cast.other_branch).update(to_on=date(2026, 1, 1))
        request = sent(cast, about="MEMBER")
        none, full = return_of(request, cast.other_branch), return_of(request, cast.branch)
        assert (none.status, none.by_machine, full.status) == (Status.NONE, True, Status.PREFILLED)
        assert detail()["none"] == 1
        assert not Message.objects.filter(account=cast.neighbour).exists()

    def test_who_left_today_is_not_a_member_today_who_leaves_tomorrow_is(self, cast: Any) -> None:
        Membership.objects.filter(org=cast.other_branch).update(to_on=ON)
        assert return_of(sent(cast, about="MEMBER"), cast.other_branch).by_machine
        Request.objects.all().delete()
        Membership.objects.filter(org=cast.other_branch).update(to_on=ON + timedelta(days=1))
        assert not return_of(sent(cast, about="MEMBER"), cast.other_branch).by_machine

    def test_the_unit_may_still_answer(self, cast: Any) -> None:
        Membership.objects.filter(org=cast.other_branch).update(to_on=date(2026, 1, 1))
        request = sent(cast, about="MEMBER")
        none = return_of(request, cast.other_branch)
        actions.hand_in_none(answer=none, version=0, by=cast.actor("neighbour"), on=ON, now=NOW)
        answer = return_of(request, cast.other_branch)
        assert (answer.by_machine, answer.handed_in_by) == (False, "罗与归")

    def test_a_school_names_the_members_of_its_branches_a_branch_the_staff_of_its_school(self, cast: Any) -> None:
        members = returns.sheet(return_of(sent(cast, about="MEMBER", kinds=("SCHOOL",)), cast.school), ON)
        staff = returns.sheet(return_of(sent(cast, about="STAFF"), cast.branch), ON)
        assert len(members.rows) == len(staff.rows) == 9


class TestDuplicates:
    def test_four_of_five_columns_is_the_same_table_and_names_the_first(self, cast: Any) -> None:
        first = sent(cast, columns=wishes("甲", "乙", "丙", "丁", "戊", held=0))
        again = drafted(cast, columns=wishes("甲", "乙", "丙", "丁", "己", held=0), title="又一张表")
        refused(lambda: actions.send(request=again, by=cast.actor("party_office"), on=ON, now=NOW), first.title)
        check = requests.check(again, ON)
        assert check.first == first
        assert check.earlier[0].share == 80

    def test_three_of_four_is_another_table(self, cast: Any) -> None:
        sent(cast, columns=wishes("甲", "乙", "丙", "丁", held=0))
        again = sent(cast, columns=wishes("甲", "乙", "丙", "己", held=0))
        assert again.repeats is None

    def test_a_reason_sends_it_and_is_kept(self, cast: Any) -> None:
        first = sent(cast)
        again = sent(cast, repeat_reason="上级又要一次")
        assert (again.repeats, again.repeat_reason) == (first, "上级又要一次")

    def test_a_reason_without_a_first_one_is_not_kept(self, cast: Any) -> None:
        assert sent(cast, repeat_reason="随便写的").repeat_reason == ""

    def test_other_units_are_not_asked_twice(self, cast: Any) -> None:
        sent(cast, under=cast.general_branch)
        assert sent(cast, kinds=("SCHOOL",)).repeats is None

    @pytest.mark.parametrize(("days", "same"), [(90, True), (91, False)])
    def test_a_closed_one_counts_for_ninety_days(self, cast: Any, days: int, same: bool) -> None:
        first = sent(cast)
        submitted(cast, first)
        actions.close(request=first, by=cast.actor("party_office"), now=NOW)
        check = requests.check(drafted(cast), ON + timedelta(days=days))
        assert (check.first == first) is same

    def test_a_running_one_counts_however_old(self, cast: Any) -> None:
        first = sent(cast)
        assert requests.check(drafted(cast), ON + timedelta(days=900)).first == first

    def test_a_withdrawn_one_does_not_count(self, cast: Any) -> None:
        first = sent(cast)
        actions.withdraw(request=first, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        assert sent(cast).repeats is None

    def test_another_bureau_does_not_count(self, cast: Any) -> None:
        there = actions.draft(
            asker=cast.far_root, kind="TABLE", heading=heading(cast), by=cast.actor("outsider"), now=NOW
        )
        actions.lay_out(request=there, columns=wishes("取暖炉台数", "备注"), by=cast.actor("outsider"))
        actions.send(request=there, by=cast.actor("outsider"), on=ON, now=NOW)
        assert sent(cast).repeats is None

    def test_a_remark_is_no_sign_of_the_same_table(self, cast: Any) -> None:
        sent(cast, columns=wishes("甲", "乙", "丙", "备注", held=0))
        assert sent(cast, columns=wishes("甲", "乙", "丙", "己", "备注", held=0)).repeats is None

    def test_titles_written_otherwise_are_the_same(self, cast: Any) -> None:
        sent(cast, columns=wishes("取暖炉（台）", held=0))
        again = drafted(cast, columns=wishes("取暖炉 （台）*", held=0))
        assert requests.check(again, ON).first is not None


class TestBudget:
    def test_up_to_the_budget_and_not_beyond(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=8, by=by)
        sent(cast)  # 4 minutes
        sent(cast, columns=wishes("别的", "备注", held=0))  # 4 minutes: 8 of 8
        third = drafted(cast, columns=wishes("又一列", held=0))
        refused(lambda: actions.send(request=third, by=by, on=ON, now=NOW), "超出年度收表预算")
        assert [over.used for over in requests.check(third, ON).over] == [8, 8]

    def test_one_units_own_budget_goes_before_the_bureaus(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=100, by=by)
        actions.set_budget(bureau=cast.bureau, org=cast.branch, year=2026, minutes=3, by=by)
        assert [over.name for over in requests.check(drafted(cast), ON).over] == [cast.branch.name]

    def test_another_year_is_another_budget(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2027, minutes=1, by=by)
        assert sent(cast).status == Request.Status.OUT
        new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
        other = drafted(cast, columns=wishes("别的", held=0), due_on=date(2027, 1, 8))
        refused(lambda: actions.send(request=other, by=by, on=date(2027, 1, 1), now=new_year), "预算")

    def test_withdrawn_minutes_come_back(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=4, by=by)
        actions.withdraw(request=sent(cast), reason="表错了", by=by, on=ON, now=NOW)
        assert sent(cast).status == Request.Status.OUT

    def test_a_leader_other_than_the_drafter_says_why(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=1, by=by)
        mine = drafted(cast)
        refused(lambda: actions.allow_over(request=mine, reason="急", by=by, on=ON), "自己办的不能自己批准超出预算")
        theirs = drafted(cast, by="section_officer")
        refused(lambda: actions.allow_over(request=theirs, reason=" ", by=by, on=ON), "原因")
        actions.allow_over(request=theirs, reason="省里当天要", by=by, on=ON)
        theirs.refresh_from_db()
        assert theirs.over_budget_by == "陆望舒"
        actions.send(request=theirs, by=cast.actor("section_officer"), on=ON, now=NOW)

    def test_a_changed_draft_is_asked_for_again(self, cast: Any) -> None:
        by = cast.actor("party_office")
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=1, by=by)
        theirs = drafted(cast, by="section_officer")
        actions.allow_over(request=theirs, reason="省里当天要", by=by, on=ON)
        actions.lay_out(request=theirs, columns=wishes("更多", "列"), by=cast.actor("section_officer"))
        refused(lambda: actions.send(request=theirs, by=cast.actor("section_officer"), on=ON, now=NOW), "预算")

    def test_a_budget_is_set_changed_and_taken_back(self, cast: Any) -> None:
        by = cast.actor("party_office")
        for minutes in (10, 20, None):
            actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=minutes, by=by)
            assert requests.budgets(cast.bureau, 2026)[0] == minutes
        entries = Entry.objects.count()
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=None, by=by)
        assert Entry.objects.count() == entries


class TestAnswering:
    def test_two_typed_cells_and_six_held(self, cast: Any) -> None:
        answer = submitted(cast, sent(cast), given={0: {"7": 3, "8": "无"}})
        assert (answer.status, answer.typed, answer.filled, answer.minutes) == (Status.SUBMITTED, 2, 6, 4)
        line = Line.objects.get(answer=answer)
        assert line.held["1"] == cast.branch.name
        assert line.given == {"7": 3, "8": "无"}

    def test_what_is_held_is_not_written_over_by_a_table(self, cast: Any) -> None:
        answer = submitted(cast, sent(cast), given={0: {"1": "别的名字", "7": 3}})
        assert Line.objects.get(answer=answer).given == {"7": 3}

    def test_a_required_cell_has_to_be_there(self, cast: Any) -> None:
        request = sent(cast)
        refused(lambda: submitted(cast, request, given={0: {"8": "无"}}), "取暖炉台数")
        assert return_of(request, cast.branch).status == Status.PREFILLED

    def test_a_zero_is_an_answer(self, cast: Any) -> None:
        assert submitted(cast, sent(cast), given={0: {"7": 0}}).typed == 1

    def test_what_is_not_held_of_this_unit_may_be_typed(self, cast: Any) -> None:
        request = sent(cast, kinds=("SCHOOL",))
        answer = submitted(cast, request, cast.other_school, {0: {"2": "2137000001", "7": 1}}, by="party_office")
        assert (answer.typed, answer.filled) == (2, 5)

    def test_none_in_one_tap_keeps_what_is_held_of_the_unit(self, cast: Any) -> None:
        request = sent(cast)
        answer = actions.hand_in_none(
            answer=return_of(request, cast.branch), version=0, by=cast.actor("organiser"), on=ON, now=NOW
        )
        assert (answer.status, answer.typed, answer.filled) == (Status.NONE, 0, 6)
        entries = Entry.objects.count()
        actions.hand_in_none(answer=answer, version=0, by=cast.actor("organiser"), on=ON, now=NOW)
        assert Entry.objects.count() == entries

    def test_corrected_until_merged(self, cast: Any) -> None:
        request = sent(cast)
        submitted(cast, request)
        submitted(cast, request, given={0: {"7": 5}})
        assert Line.objects.get(answer__request=request).given == {"7": 5}
        actions.close(request=request, by=cast.actor("party_office"), now=NOW)
        refused(lambda: submitted(cast, request, given={0: {"7": 6}}), "已汇总")

    def test_a_late_answer_is_taken(self, cast: Any) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        late = DUE + timedelta(days=3)
        actions.submit(
            answer=answer, given={0: {"7": 1}}, seen=returns.sheet(answer, late).seen, version=0,
            by=cast.actor("organiser"), on=late, now=NOW,
        )  # fmt: skip
        assert return_of(request, cast.branch).status == Status.SUBMITTED

    def test_nothing_after_it_is_withdrawn(self, cast: Any) -> None:
        request = sent(cast)
        actions.withdraw(request=request, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        refused(lambda: submitted(cast, request), "已撤回")

    def test_two_at_once_the_second_is_told_and_loses_nothing(self, cast: Any) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        seen = returns.sheet(answer, ON).seen
        submitted(cast, request, by="organiser")

        def second() -> None:
            actions.submit(
                answer=answer,
                given={0: {"7": 9}},
                seen=seen,
                version=0,
                by=cast.actor("branch_secretary"),
                on=ON,
                now=NOW,
            )

        refused(second, "周予安刚刚保存过")
        assert Line.objects.get(answer=answer).given == {"7": 3}

    def test_records_that_moved_are_looked_over_again(self, cast: Any) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)

        def stale() -> None:
            actions.submit(
                answer=answer,
                given={0: {"7": 9}},
                seen="of yesterday",
                version=0,
                by=cast.actor("organiser"),
                on=ON,
                now=NOW,
            )

        refused(stale, "刚刚有更新")

    def test_a_draft_is_kept_for_whoever_goes_on(self, cast: Any) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        actions.keep(answer=answer, given={0: {"8": "先记着"}}, version=0, by=cast.actor("organiser"), on=ON)
        answer = return_of(request, cast.branch)
        assert (answer.status, answer.version) == (Status.PREFILLED, 1)
        assert returns.sheet(answer, ON).rows[0].given == {"8": "先记着"}
        submitted(cast, request)
        answer = return_of(request, cast.branch)
        refused(
            lambda: actions.keep(answer=answer, given={}, version=answer.version, by=cast.actor("organiser"), on=ON),
            "已经提交过",
        )

    def test_free_rows_as_many_as_typed(self, cast: Any) -> None:
        request = sent(cast, about="FREE")
        answer = submitted(cast, request, given={0: {"7": 1}, 1: {}, 2: {"7": 2}})
        lines = list(Line.objects.filter(answer=answer).order_by("place"))
        assert [line.given for line in lines] == [{"7": 1}, {"7": 2}]
        assert lines[0].held["1"] == cast.branch.name
        refused(lambda: submitted(cast, request, cast.other_branch, given={0: {}}, by="neighbour"), "无此情况")

    def test_a_row_for_each_member_and_only_those(self, cast: Any) -> None:
        columns = [
            actions.ColumnWish(place=1, title="姓名", field="t.person"),
            actions.ColumnWish(place=2, title="鞋码", type="NUMBER", required=True),
        ]
        request = sent(cast, columns=columns, about="MEMBER")
        given = {person.pk: {"2": 40} for person in cast.people}
        stranger = cast.accounts["neighbour"].person.pk
        answer = submitted(cast, request, given=given | {stranger: {"2": 41}})
        assert Line.objects.filter(answer=answer).count() == len(cast.people)
        assert not Line.objects.filter(answer=answer, person=stranger).exists()
        refused(lambda: submitted(cast, request, given={cast.people[0].pk: {"2": 40}}), "还有8格")

    def test_sent_back_with_what_to_change_and_again(self, cast: Any) -> None:
        request = sent(cast)
        answer = submitted(cast, request)
        by = cast.actor("party_office")
        refused(lambda: actions.send_back(answer=answer, reason=" ", by=by, on=ON, now=NOW), "要改什么")
        actions.send_back(answer=answer, reason="台数核一下", by=by, on=ON, now=NOW)
        answer = return_of(request, cast.branch)
        assert (answer.status, answer.returned_for) == (Status.RETURNED, "台数核一下")
        assert Message.objects.filter(subject__startswith="退回修改", account=cast.organiser).exists()
        answer = submitted(cast, request, given={0: {"7": 4}})
        assert (answer.status, answer.returned_for) == (Status.SUBMITTED, "")

    def test_what_was_not_handed_in_cannot_be_sent_back(self, cast: Any) -> None:
        answer = return_of(sent(cast), cast.branch)
        refused(
            lambda: actions.send_back(answer=answer, reason="快", by=cast.actor("party_office"), on=ON, now=NOW),
            "不能退回",
        )


class TestRunning:
    def test_one_reminder_to_those_alone_who_are_missing_and_one_after_the_day(self, cast: Any) -> None:
        request = sent(cast)
        submitted(cast, request)
        by = cast.actor("party_office")
        assert actions.remind(request=request, by=by, on=ON, now=NOW) == 1
        assert actions.remind(request=request, by=by, on=DUE, now=NOW) == 0
        late = DUE + timedelta(days=1)
        assert actions.remind(request=request, by=by, on=late, now=NOW + timedelta(days=10)) == 1
        assert actions.remind(request=request, by=by, on=late, now=NOW + timedelta(days=10)) == 0
        reminded = Message.objects.filter(subject__startswith="提醒").values_list("account__username", flat=True)
        assert list(reminded) == ["neighbour", "neighbour"]

    def test_withdrawing_needs_a_reason(self, cast: Any) -> None:
        request = sent(cast)
        refused(
            lambda: actions.withdraw(request=request, reason="", by=cast.actor("party_office"), on=ON, now=NOW),
            "撤回原因",
        )

    def test_closed_with_its_cost(self, cast: Any) -> None:
        request = sent(cast)
        by = cast.actor("party_office")
        refused(lambda: actions.close(request=request, by=by, now=NOW), "还没有单位提交")
        submitted(cast, request, given={0: {"7": 3, "8": "无"}})
        actions.close(request=request, by=by, now=NOW)
        told = {key: detail()[key] for key in ("units", "handed_in", "missing", "typed", "filled", "minutes")}
        assert told == {"units": 2, "handed_in": 1, "missing": 1, "typed": 2, "filled": 6, "minutes": 4}
        assert return_of(request, cast.branch).status == Status.MERGED
        assert return_of(request, cast.other_branch).status == Status.PREFILLED
        refused(lambda: actions.close(request=request, by=by, now=NOW), "已汇总")

    def test_merged_in_the_askers_order_with_sums(self, cast: Any) -> None:
        columns = [actions.ColumnWish(place=1, title="序号", type="ORDER"), *[
            actions.ColumnWish(place=wish.place + 1, title=wish.title, type=wish.type, field=wish.field,
                               required=wish.required, summed=wish.summed)
            for wish in wishes("取暖炉台数", "备注")
        ]]  # fmt: skip
        request = sent(cast, columns=columns)
        submitted(cast, request, cast.other_branch, {0: {"8": 2}}, by="neighbour")
        submitted(cast, request, given={0: {"8": 3, "9": "旧"}})
        laid = requests.columns_of(request)
        rows = list(returns.merged_rows(request, laid))
        assert [row[0] for row in rows] == [1, 2]
        assert [row[1] for row in rows] == [cast.branch.name, cast.other_branch.name]
        assert [row[-2:] for row in rows] == [[3, "旧"], [2, None]]
        assert returns.totals(request, laid) == {8: 5}


class TestReports:
    @pytest.fixture(autouse=True)
    def _paragraph(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = Paragraph("t.life", "组织生活", lambda org, period: f"{period.code}{org.name}开会3次。")
        monkeypatch.setitem(registry.book.paragraphs, "t.life", said)

    def handed(self, cast: Any, request: Request, **given: Any) -> Return:
        answer = return_of(request, cast.branch)
        parts = list(request.parts.order_by("place"))
        facts: dict[str, Any] = {
            "texts": {parts[1].pk: "书记培训少。"},
            "plan": [actions.Planned(text="办两期培训", due_on=date(2026, 12, 20), owner="唐见山")],
            "version": answer.version, "by": cast.actor("branch_secretary"), "on": ON, "now": NOW,
        }  # fmt: skip
        return actions.submit_report(answer=answer, **facts | given)

    def test_handed_in_with_the_machines_paragraph_as_it_stood(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        answer = self.handed(cast, request)
        first = Answer.objects.get(answer=answer, part__place=1)
        assert first.machine == f"2026H2{cast.branch.name}开会3次。"
        assert (answer.status, answer.typed, answer.filled) == (Status.SUBMITTED, 1, 1)

    def test_every_part_says_something_and_a_plan_has_items_ahead(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        refused(lambda: self.handed(cast, request, texts={}), "存在问题")
        refused(lambda: self.handed(cast, request, plan=[]), "下半年计划")
        past = [actions.Planned(text="早该办", due_on=ON - timedelta(days=1))]
        refused(lambda: self.handed(cast, request, plan=past), "时限")
        assert not Answer.objects.exists()
        today = [actions.Planned(text="今天办", due_on=ON)]
        assert self.handed(cast, request, plan=today).status == Status.SUBMITTED

    def test_a_draft_may_be_thin(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        answer = self.handed(cast, request, texts={}, plan=[], hand_in=False)
        assert (answer.status, answer.version) == (Status.PREFILLED, 1)

    def test_accepted_by_the_office_and_its_plan_becomes_tasks_until_done(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        answer = self.handed(cast, request)
        assert not returns.plan_items(cast.branch_secretary).exists()
        item = PlanItem.objects.get()
        refused(lambda: actions.finish(item=item, by=cast.actor("organiser"), on=ON), "还没有采用")
        actions.accept(answer=answer, by=cast.actor("party_office"), on=ON)
        assert list(returns.plan_items(cast.branch_secretary)) == [item]
        actions.finish(item=item, by=cast.actor("organiser"), on=ON)
        assert not returns.plan_items(cast.branch_secretary).exists()
        entries = Entry.objects.count()
        assert actions.finish(item=item, by=cast.actor("organiser"), on=DUE).done_on == ON
        assert Entry.objects.count() == entries

    def test_nobody_accepts_their_own(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        answer = self.handed(cast, request, by=cast.actor("party_office"))
        refused(lambda: actions.accept(answer=answer, by=cast.actor("party_office"), on=ON), "自己办的不能自己采用")
        actions.accept(answer=answer, by=cast.actor("section_officer"), on=ON)

    def test_closed_when_every_report_handed_in_is_judged(self, cast: Any) -> None:
        request = sent(cast, kind="REPORT")
        answer = self.handed(cast, request)
        by = cast.actor("party_office")
        refused(lambda: actions.close(request=request, by=by, now=NOW), "还有1份报告")
        actions.accept(answer=answer, by=by, on=ON)
        refused(lambda: self.handed(cast, request), "已经汇总")
        actions.close(request=request, by=by, now=NOW)

    def test_a_table_is_not_accepted(self, cast: Any) -> None:
        answer = submitted(cast, sent(cast))
        refused(lambda: actions.accept(answer=answer, by=cast.actor("party_office"), on=ON), "只有已提交的报告")
