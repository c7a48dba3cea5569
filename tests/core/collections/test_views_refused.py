"""What the pages say when a step is refused, with nothing changed; and what the list's filters leave."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hongzhu.core.audit.models import Entry
from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Budget, Line, PlanItem, Request, Return
from hongzhu.core.files.models import Attachment
from tests.core.collections.conftest import NOW, ON, drafted, return_of, sent, submitted, wishes
from tests.core.collections.test_views import new, page, post, upload
from tests.core.collections.workbook import superior

Status = Return.Status


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any) -> None:
    clock.set(2026, 11, 18, 10)


def told(client: Client, name: str, pk: int, **data: Any) -> str:
    """What the page says after the step, which wrote nothing."""
    entries = Entry.objects.count()
    answer = client.post(reverse(f"collections:{name}", args=[pk]), data, follow=True)
    assert answer.status_code == 200
    assert Entry.objects.count() == entries
    text: str = answer.content.decode()
    return text


def hidden(client: Client, answer: Return) -> dict[str, str]:
    text = page(client, "return_page", answer.pk).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(token|seen|version|rows)" value="([^"]*)"', text))


def report(cast: Any, **given: Any) -> Return:
    """The branch's answer to a report of one plan."""
    request = drafted(cast, kind="REPORT", **given)
    actions.lay_parts(request=request, parts=[actions.PartWish(title="计划", plan=True)], by=cast.actor("party_office"))
    return return_of(actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW), cast.branch)


def planned(cast: Any) -> Return:
    """The same handed in with one item."""
    plan = [actions.Planned(text="办两期培训", due_on=date(2026, 12, 20))]
    return actions.submit_report(
        answer=report(cast), texts={}, plan=plan, version=0, by=cast.actor("branch_secretary"), on=ON, now=NOW
    )


class TestAnswering:
    def test_a_draft_with_a_wrong_cell_is_not_kept_and_stays_on_the_page(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        text = told(client, "return_page", answer.pk, **hidden(client, answer), r0_7="三台半", r0_8="旧", keep="1")
        assert "不是数字" in text
        assert 'value="三台半"' in text
        assert 'value="旧"' in text
        assert not Line.objects.filter(answer=answer).exists()

    def test_what_was_handed_in_is_not_changed_by_a_draft(self, cast: Any, client: Client) -> None:
        answer = submitted(cast, sent(cast))
        cast.login(client, "branch_secretary")
        text = told(client, "return_page", answer.pk, **hidden(client, answer), r0_7="5", keep="1")
        assert "没有保存草稿：这份已经提交过" in text
        assert 'value="5"' in text
        assert Line.objects.get(answer=answer).given == {"7": 3}

    def test_withdrawn_while_it_was_typed(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        given = hidden(client, answer)
        actions.withdraw(request=request, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        text = told(client, "return_page", answer.pk, **given, r0_7="5")
        assert "没有提交：“冬季取暖设备排查表”已撤回，不能再填" in text
        assert return_of(request, cast.branch).status == Status.PREFILLED
        assert not Line.objects.filter(answer=answer).exists()

    def test_none_is_not_said_of_what_is_merged(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = submitted(cast, request)
        actions.close(request=request, by=cast.actor("party_office"), now=NOW)
        cast.login(client, "branch_secretary")
        shown = page(client, "return_page", answer.pk).content.decode().count("已汇总，不能再填")
        assert told(client, "return_none", answer.pk).count("已汇总，不能再填") == shown + 1
        assert Return.objects.get(pk=answer.pk).status == Status.MERGED
        assert Line.objects.get(answer=answer).given == {"7": 3}


class TestReports:
    def test_a_draft_of_a_report_is_gone_on_with_by_another(self, cast: Any, client: Client) -> None:
        answer = report(cast)
        cast.login(client, "organiser")
        given = hidden(client, answer) | {"p0_text": "办两期培训", "p0_due": "2026-12-20"}
        kept = post(client, "return_page", answer.pk, **given, keep="1")
        assert kept.url == reverse("collections:return_page", args=[answer.pk])
        assert Return.objects.get(pk=answer.pk).status in (Status.WAITING, Status.PREFILLED)
        cast.login(client, "branch_secretary")
        text = page(client, "return_page", answer.pk).content.decode()
        assert 'value="办两期培训"' in text
        given = hidden(client, answer) | {"p0_text": "办两期培训", "p0_due": "2026-12-20"}
        assert post(client, "return_page", answer.pk, **given).url == reverse("collections:return_list")
        assert Return.objects.get(pk=answer.pk).status == Status.SUBMITTED

    def test_a_plan_without_items_is_not_handed_in(self, cast: Any, client: Client) -> None:
        answer = report(cast)
        cast.login(client, "branch_secretary")
        assert "“计划”还没有事项" in told(client, "return_page", answer.pk, **hidden(client, answer))
        assert Return.objects.get(pk=answer.pk).version == 0

    def test_what_was_not_handed_in_is_not_accepted(self, cast: Any, client: Client) -> None:
        answer = report(cast)
        cast.login(client, "party_office")
        assert "只有已提交的报告可以采用" in told(client, "return_accept", answer.pk)
        assert Return.objects.get(pk=answer.pk).status != Status.MERGED

    def test_an_item_of_a_report_not_accepted_is_no_task_yet(self, cast: Any, client: Client) -> None:
        item = PlanItem.objects.get(answer=planned(cast))
        cast.login(client, "branch_secretary")
        assert "还没有采用，计划事项还不是任务" in told(client, "plan_done", item.pk)
        item.refresh_from_db()
        assert item.done_on is None


class TestAsking:
    def test_what_else_stands_in_the_superiors_file_is_said(self, cast: Any, client: Client) -> None:
        made = new(cast, client, file=upload(superior(beside="填表说明")))
        request = Request.objects.get()
        assert Attachment.objects.count() == 1
        assert "另有：填表说明" in client.get(made.url).content.decode()
        assert request.sheet == "排查表"

    def test_the_heading_of_what_was_sent_stays(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        cast.login(client, "party_office")
        text = told(
            client, "request_change", request.pk, title="另一张表", basis="通知", due_on="2026-12-27",
            as_of="2026-11-18", kinds="BRANCH", about="UNIT", owner=request.owner.name, asker=cast.root.pk,
        )  # fmt: skip
        assert "“收集中”的收表不能修改。需要改动时请撤回后重新发起。" in text
        assert 'value="另一张表"' in text
        request.refresh_from_db()
        assert request.title == "冬季取暖设备排查表"

    def test_the_columns_of_what_was_sent_stay(self, cast: Any, client: Client) -> None:
        request = sent(cast, columns=wishes("取暖炉台数", held=0))
        cast.login(client, "party_office")
        assert "不能修改" in told(client, "request_columns", request.pk, c1_type="TEXT")
        assert request.columns.get().type == "NUMBER"

    def test_the_parts_of_what_was_sent_stay(self, cast: Any, client: Client) -> None:
        request = report(cast).request
        cast.login(client, "party_office")
        assert "不能修改" in told(client, "request_parts", request.pk, p0_title="别的部分")
        assert [part.title for part in request.parts.all()] == ["计划"]

    def test_a_report_keeps_one_part_at_least(self, cast: Any, client: Client) -> None:
        request = drafted(cast, kind="REPORT")
        before = [part.title for part in request.parts.order_by("place")]
        cast.login(client, "party_office")
        assert "请至少写一个部分" in told(client, "request_parts", request.pk, p0_title=" ")
        assert [part.title for part in request.parts.order_by("place")] == before

    def test_what_was_sent_is_not_deleted(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        cast.login(client, "party_office")
        assert "不能删除。已发出的请撤回。" in told(client, "request_discard", request.pk)
        assert request.returns.count() == 2

    def test_a_deleted_draft_is_named(self, cast: Any, client: Client) -> None:
        request = drafted(cast)
        cast.login(client, "party_office")
        text = client.post(reverse("collections:request_discard", args=[request.pk]), follow=True).content.decode()
        assert "已删除草稿“冬季取暖设备排查表”" in text
        assert not Request.objects.exists()


class TestOfficer:
    def test_nobody_is_reminded_of_what_was_withdrawn(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        actions.withdraw(request=request, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        cast.login(client, "party_office")
        assert "“已撤回”的收表不能提醒" in told(client, "request_remind", request.pk)
        assert not request.returns.exclude(reminded_at=None).exists()

    def test_closed_when_somebody_has_handed_in(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        cast.login(client, "party_office")
        assert "没有汇总：还没有单位提交" in told(client, "request_close", request.pk)
        assert return_of(request, cast.branch).request.status == Request.Status.OUT
        submitted(cast, request)
        text = client.post(reverse("collections:request_close", args=[request.pk]), follow=True).content.decode()
        assert "已汇总。" in text
        assert return_of(request, cast.branch).request.status == Request.Status.CLOSED
        assert return_of(request, cast.branch).status == Status.MERGED
        assert return_of(request, cast.other_branch).status == Status.PREFILLED

    def test_rows_the_superiors_file_cannot_hold_are_refused_with_the_reason(self, cast: Any, client: Client) -> None:
        new(cast, client, file=upload())
        request = Request.objects.get()
        actions.lay_out(request=request, columns=wishes("取暖炉台数", "备注"), by=cast.actor("party_office"))
        actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW)
        submitted(cast, request, given={0: {"7": 3, "8": "长" * 32_768}})
        refused = page(client, "request_merged", request.pk)
        assert refused.status_code == 409
        assert "文字太长（超过3万字）" in refused.content.decode()
        submitted(cast, request, given={0: {"7": 3, "8": "短"}})
        assert page(client, "request_merged", request.pk).status_code == 200


class TestFilters:
    @pytest.fixture
    def rows(self, cast: Any, client: Client) -> None:
        """One of the last second of 2025 in Shanghai, one of the first of 2026, one withdrawn; a draft."""
        midnight = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
        again = {"repeat_reason": "再"}
        sent(cast, title="甲表", now=midnight - timedelta(seconds=1))
        sent(cast, title="乙表", basis="甲字第3号", now=midnight, **again)
        gone = sent(cast, title="丙表", **again)
        actions.withdraw(request=gone, reason="表错了", by=cast.actor("party_office"), on=ON, now=NOW)
        drafted(cast, title="丁表")

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ({}, "甲乙丙丁"),
            ({"status": "DRAFT"}, "丁"),
            ({"status": "OUT"}, "甲乙"),
            ({"status": "WITHDRAWN"}, "丙"),
            ({"year": "2025"}, "甲"),
            ({"year": "2026"}, "乙丙"),
            ({"year": "2026", "status": "OUT"}, "乙"),
            ({"q": "甲"}, "甲乙"),
            ({"q": "没有这张"}, ""),
            ({"show": "own"}, "甲乙丙丁"),
            ({"status": "NOSUCH", "year": "去年"}, "甲乙丙丁"),
        ],
    )
    def test_the_list_and_its_file_hold_the_same(
        self, cast: Any, client: Client, rows: None, query: dict[str, str], titles: str
    ) -> None:
        cast.login(client, "party_office")
        text = page(client, "request_list", **query).content.decode()
        assert {one for one in "甲乙丙丁" if f"{one}表" in text} == set(titles)
        book = page(client, "request_export", **query)
        found = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert {row[0] for row in found[1:]} == {f"{one}表" for one in titles}

    def test_an_asker_elsewhere_has_none_of_its_own(self, cast: Any, client: Client, rows: None) -> None:
        cast.login(client, "district_officer")
        assert "甲表" in page(client, "request_list").content.decode()
        assert "甲表" not in page(client, "request_list", show="own").content.decode()

    def test_a_units_file_holds_what_waits_or_with_all_what_is_done(self, cast: Any, client: Client) -> None:
        done = sent(cast, title="甲表")
        submitted(cast, done)
        sent(cast, title="乙表", repeat_reason="再")
        cast.login(client, "branch_secretary")
        for query, titles in (({}, ["乙表"]), ({"show": "all"}, ["乙表", "甲表"])):
            book = page(client, "return_export", **query)
            found = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
            assert sorted(row[0] for row in found[1:]) == titles


class TestBudgetPage:
    def test_set_and_taken_back(self, cast: Any, client: Client) -> None:
        cast.login(client, "party_office")
        post(client, "budget_set", year="2026", minutes="600", org=cast.branch.pk)
        row = Budget.objects.get()
        assert (row.year, row.minutes, row.org_id) == (2026, 600, cast.branch.pk)
        assert post(client, "budget_set", year="2026", minutes="", org=cast.branch.pk).status_code == 302
        assert not Budget.objects.exists()

    @pytest.mark.parametrize(("minutes", "kept"), [("0", False), ("1", True), ("100000", True), ("100001", False)])
    def test_at_least_one_minute_and_no_nonsense(self, cast: Any, client: Client, minutes: str, kept: bool) -> None:
        cast.login(client, "party_office")
        answer = post(client, "budget_set", year="2026", minutes=minutes)
        assert answer.status_code == (302 if kept else 200)
        assert Budget.objects.exists() is kept

    def test_not_for_a_unit_of_another_bureau(self, cast: Any, client: Client) -> None:
        cast.login(client, "party_office")
        assert post(client, "budget_set", year="2026", minutes="600", org=cast.far_branch.pk).status_code == 200
        assert not Budget.objects.exists()
