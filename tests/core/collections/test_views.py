"""The pages: an officer's way from a superior's file to the merged one, a unit's way through its table."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Line, PlanItem, Request, Return
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org, Placement
from hongzhu.core.people.models import Membership
from hongzhu.kit import registry
from hongzhu.kit.registry import Paragraph
from tests.cast import joins, person
from tests.core.collections.conftest import DUE, NOW, ON, drafted, return_of, sent, submitted, wishes
from tests.core.collections.workbook import superior

Status = Return.Status


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any) -> None:
    clock.set(2026, 11, 18, 10)


def page(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(f"collections:{name}", args=args), query)


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"collections:{name}", args=args), data)


def new(cast: Any, client: Client, **given: Any) -> Any:
    cast.login(client, "party_office")
    facts = {
        "title": "冬季取暖设备排查表", "basis": "县安委办〔2026〕18号", "due_on": "2026-11-27", "as_of": "2026-11-18",
        "kinds": ["BRANCH"], "about": "UNIT", "asker": cast.root.pk, "owner": "陆望舒", "total_row": "on",
    }  # fmt: skip
    return post(client, "request_new", **facts | given)


def upload(data: bytes | None = None, name: str = "排查表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, superior() if data is None else data)


class TestAsking:
    def test_a_superiors_file_is_matched_column_by_column(self, cast: Any, client: Client) -> None:
        answer = new(cast, client, file=upload())
        request = Request.objects.get()
        assert answer.url == reverse("collections:request_columns", args=[request.pk])
        laid = [(one.title, one.field) for one in request.columns.order_by("place")]
        assert laid[:2] == [("学校", "t.name"), ("学校标识码", "t.code")]
        assert [field for _title, field in laid].count("") == 2

    def test_before_sending_it_says_what_is_held_what_it_costs_and_who_asked(self, cast: Any, client: Client) -> None:
        first = sent(cast)
        new(cast, client, file=upload())
        request = Request.objects.latest("id")
        shown = page(client, "request_page", request.pk).content.decode()
        assert "不再问的列" in shown
        assert reverse("collections:request_page", args=[first.pk]) in shown
        assert "这张表收过" in shown
        refused = client.post(reverse("collections:request_send", args=[request.pk]), follow=True).content.decode()
        assert first.title in refused
        request.refresh_from_db()
        assert request.status == Request.Status.DRAFT
        client.post(reverse("collections:request_send", args=[request.pk]), {"repeat_reason": "上级又要一次"})
        request.refresh_from_db()
        assert (request.status, request.repeats_id) == (Request.Status.OUT, first.pk)

    def test_pasted_titles_and_ticked_fields(self, cast: Any, client: Client) -> None:
        new(cast, client, pasted="取暖炉台数\t备注\n别的\t行", ticked=["t.members"])
        laid = [(one.place, one.title, one.field) for one in Request.objects.get().columns.order_by("place")]
        assert laid == [(1, "党员数", "t.members"), (2, "取暖炉台数", ""), (3, "备注", "")]

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({}, "还没有列"),
            ({"pasted": "学校、学校"}, "写了两次"),
            ({"file": SimpleUploadedFile("a.xlsx", b"not a workbook")}, "扩展名"),
            ({"file": SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, "xls"),
            ({"pasted": "学校", "owner": "查无此人"}, "查无此人"),
            ({"pasted": "学校", "basis": ""}, "还没有填"),
            ({"pasted": "、".join(f"列{n}" for n in range(61))}, "最多60列"),
        ],
    )
    def test_refused_with_a_sentence_and_what_was_typed_stays(
        self, cast: Any, client: Client, given: dict[str, Any], words: str
    ) -> None:
        shown = new(cast, client, **given)
        assert shown.status_code == 200
        assert words in shown.content.decode()
        assert "冬季取暖设备排查表" in shown.content.decode()
        assert not Request.objects.exists()

    def test_the_superiors_order_is_pasted_and_kept(self, cast: Any, client: Client) -> None:
        order = f"{cast.other_branch.name}\n外县小学党支部\n"
        new(cast, client, pasted="取暖炉台数", order=order)
        request = Request.objects.get()
        assert "外县小学党支部" in page(client, "request_page", request.pk).content.decode()
        assert order.strip() in page(client, "request_change", request.pk).content.decode()
        post(client, "request_send", request.pk)
        places = request.returns.order_by("place").values_list("org", flat=True)
        assert list(places) == [cast.other_branch.pk, cast.branch.pk]

    def test_a_file_that_cannot_be_kept_leaves_no_draft_behind(self, cast: Any, client: Client, settings: Any) -> None:
        settings.FILES_BUREAU_MB = 0
        shown = new(cast, client, file=upload())
        assert "附件空间" in shown.content.decode()
        assert not Request.objects.exists()

    def test_the_officer_answers_a_proposed_match(self, cast: Any, client: Client) -> None:
        new(cast, client, pasted="在册党员数\t备注")
        request = Request.objects.get()
        column = request.columns.get(place=1)
        assert (column.field, column.proposed) == ("", "t.members")
        assert "请确认" in page(client, "request_columns", request.pk).content.decode()
        data = {"c1_field": "t.members", "c1_type": "TEXT", "c2_field": "", "c2_type": "CHOICE", "c2_options": "有"}
        assert "两个以上" in post(client, "request_columns", request.pk, **data).content.decode()
        post(client, "request_columns", request.pk, **data | {"c2_options": "有、没有", "c2_required": "on"})
        first, second = request.columns.order_by("place")
        assert (first.field, first.type, first.proposed) == ("t.members", "NUMBER", "")
        assert (second.options, second.required) == (["有", "没有"], True)

    def test_a_district_asks_only_its_own(self, cast: Any, client: Client) -> None:
        cast.login(client, "district_officer")
        facts = {
            "title": "表", "basis": "通知", "due_on": "2026-11-27", "as_of": "2026-11-18", "kinds": ["BRANCH"], "about": "UNIT",
            "asker": cast.general_branch.pk, "owner": "孟春和", "pasted": "取暖炉台数",
        }  # fmt: skip
        assert post(client, "request_new", **facts).status_code == 200
        assert post(client, "request_new", **facts, under=cast.committee.pk).status_code == 200
        assert post(client, "request_new", **facts, under=cast.general_branch.pk).status_code == 302
        request = Request.objects.get()
        client.post(reverse("collections:request_send", args=[request.pk]))
        assert [row.org_id for row in request.returns.all()] == [cast.branch.pk]

    def test_budget_a_leader_allows_on_the_page(self, cast: Any, client: Client) -> None:
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=1, by=cast.actor("party_office"))
        request = drafted(cast, by="section_officer")
        cast.login(client, "party_office")
        assert "超出年度收表预算" in page(client, "request_page", request.pk).content.decode()
        post(client, "request_allow", request.pk, reason="省里当天要")
        assert "陆望舒同意超出预算" in page(client, "request_page", request.pk).content.decode()
        post(client, "request_send", request.pk)
        request.refresh_from_db()
        assert request.status == Request.Status.OUT

    def test_a_report_begins_with_the_usual_parts(self, cast: Any, client: Client) -> None:
        cast.login(client, "party_office")
        address = reverse("collections:request_new") + "?kind=REPORT"
        client.post(address, {
            "title": "2026年下半年党建工作报告", "basis": "年度安排", "due_on": "2026-12-20", "as_of": "2026-12-31",
            "kinds": ["BRANCH"], "asker": cast.root.pk, "owner": "陆望舒",
        })  # fmt: skip
        parts = list(Request.objects.get().parts.order_by("place"))
        assert [part.source for part in parts[:2]] == ["collections.members", "collections.life"]
        assert parts[-1].plan


class TestAnswering:
    def fields_of(self, client: Client, answer: Return) -> dict[str, str]:
        text = page(client, "return_page", answer.pk).content.decode()
        return dict(re.findall(r'<input type="hidden" name="(token|seen|version|rows)" value="([^"]*)"', text))

    def test_six_held_two_asked_and_handed_in_once(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        text = page(client, "return_page", answer.pk).content.decode()
        assert "去更正" in text
        assert len(re.findall(r'<input type="text" name="r0_', text)) == 2
        hidden = self.fields_of(client, answer)
        sent_twice = [post(client, "return_page", answer.pk, **hidden, r0_7="３台", r0_8="旧") for _tap in range(2)]
        assert [one.status_code for one in sent_twice] == [302, 302]
        assert Line.objects.get(answer=answer).given == {"7": 3, "8": "旧"}
        assert Return.objects.get(pk=answer.pk).version == 1

    def test_the_way_to_the_source_is_offered_to_who_may_go_it(self, cast: Any, client: Client) -> None:
        request = sent(cast, columns=[actions.ColumnWish(place=1, title="学校标识码", field="t.school_only"),
                                      *wishes("取暖炉台数", held=1)[1:]])  # fmt: skip
        for name, linked in (("branch_secretary", False), ("school_secretary", True)):
            cast.login(client, name)
            text = page(client, "return_page", return_of(request, cast.branch).pk).content.decode()
            assert (f"/orgs/{cast.school.pk}/" in text) is linked
            assert ("请所在单位更正" in text) is not linked

    def test_a_wrong_cell_says_so_and_keeps_everything(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        text = post(client, "return_page", answer.pk, **hidden, r0_7="三台半", r0_8="旧").content.decode()
        assert "不是数字" in text
        assert 'value="三台半"' in text
        assert 'value="旧"' in text
        text = post(client, "return_page", answer.pk, **hidden, r0_7="", r0_8="旧").content.decode()
        assert "还没有填" in text
        assert Return.objects.get(pk=answer.pk).status == Status.PREFILLED

    def test_somebody_else_was_quicker(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        submitted(cast, request, given={0: {"7": 3}}, by="organiser")
        text = post(client, "return_page", answer.pk, **hidden, r0_7="5").content.decode()
        assert "周予安刚刚保存过" in text
        assert "对方填的是：3" in text
        assert 'value="5"' in text
        again = dict(re.findall(r'<input type="hidden" name="(token|seen|version)" value="([^"]*)"', text))
        assert post(client, "return_page", answer.pk, **again, r0_7="5").status_code == 302
        assert Line.objects.get(answer=answer).given == {"7": 5}

    def test_a_record_that_moved_is_shown_anew(self, cast: Any, client: Client) -> None:
        columns = [
            actions.ColumnWish(place=1, title="姓名", field="t.person"),
            actions.ColumnWish(place=2, title="鞋码", type="NUMBER"),
        ]
        request = sent(cast, columns=columns, about="MEMBER")
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        joins(person(cast.bureau, "新来者"), cast.branch, since=date(2026, 11, 1))
        key = f"r{cast.people[0].pk}_2"
        text = post(client, "return_page", answer.pk, **hidden, **{key: "42"}).content.decode()
        assert "刚刚有更新" in text
        assert "新来者" in text
        assert 'value="42"' in text

    def test_a_draft_for_whoever_goes_on(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "organiser")
        hidden = self.fields_of(client, answer)
        assert post(client, "return_page", answer.pk, **hidden, r0_8="先记", keep="1").status_code == 302
        cast.login(client, "branch_secretary")
        assert 'value="先记"' in page(client, "return_page", answer.pk).content.decode()

    def test_free_rows_grow_and_empty_ones_are_left_out(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast, about="FREE"), cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        text = post(client, "return_page", answer.pk, **hidden, r0_7="1", more="1").content.decode()
        assert 'name="r3_7"' in text
        hidden = dict(re.findall(r'<input type="hidden" name="(token|seen|version|rows)" value="([^"]*)"', text))
        assert (
            "还没有填" in post(client, "return_page", answer.pk, **hidden, r0_7="1", r1_8="只有备注").content.decode()
        )
        hidden = self.fields_of(client, answer) | {"rows": "4"}
        post(client, "return_page", answer.pk, **hidden, r0_7="1", r3_7="2")
        assert [line.given for line in Line.objects.filter(answer=answer).order_by("place")] == [{"7": 1}, {"7": 2}]

    def test_none_in_one_tap(self, cast: Any, client: Client) -> None:
        answer = return_of(sent(cast), cast.branch)
        cast.login(client, "branch_secretary")
        assert post(client, "return_none", answer.pk, **self.fields_of(client, answer)).url == reverse(
            "collections:return_list"
        )
        assert Return.objects.get(pk=answer.pk).status == Status.NONE

    def test_merged_is_read_only(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = submitted(cast, request)
        actions.close(request=request, by=cast.actor("party_office"), now=NOW)
        cast.login(client, "branch_secretary")
        text = page(client, "return_page", answer.pk).content.decode()
        assert "不能再填" in text
        assert "核对无误，提交" not in text

    def test_a_repeated_table_says_so_to_the_unit(self, cast: Any, client: Client) -> None:
        sent(cast)
        again = sent(cast, repeat_reason="上级又要一次")
        cast.login(client, "branch_secretary")
        assert "上级又要一次" in page(client, "return_page", return_of(again, cast.branch).pk).content.decode()

    def test_choices_days_and_money(self, cast: Any, client: Client) -> None:
        columns = [
            actions.ColumnWish(place=1, title="有没有", type="CHOICE", options=("有", "没有"), required=True),
            actions.ColumnWish(place=2, title="哪天", type="DATE"),
            actions.ColumnWish(place=3, title="多少钱", type="MONEY"),
        ]
        answer = return_of(sent(cast, columns=columns), cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        text = post(
            client, "return_page", answer.pk, **hidden, r0_1="也许", r0_2="11月31日", r0_3="1.234"
        ).content.decode()
        assert "金额最多写到分" in text
        hidden = self.fields_of(client, answer)
        post(client, "return_page", answer.pk, **hidden, r0_1="有", r0_2="2026-11-20", r0_3="1,200.5元")
        assert Line.objects.get(answer=answer).given == {"1": "有", "2": "2026-11-20", "3": 120050}

    def test_days_and_money_are_read_as_people_write_them_and_stay_days_in_the_workbook(
        self, cast: Any, client: Client
    ) -> None:
        columns = [
            actions.ColumnWish(place=1, title="哪天", type="DATE"),
            actions.ColumnWish(place=2, title="多少钱", type="MONEY"),
            actions.ColumnWish(place=3, title="备注"),
        ]
        request = sent(cast, columns=columns)
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        hidden = self.fields_of(client, answer)
        submitted(cast, request, given={0: {"1": "2026-11-20", "2": 120050}}, by="organiser")
        quicker = post(client, "return_page", answer.pk, **hidden, r0_1="2026-11-19", r0_2="3").content.decode()
        assert "对方填的是：2026年11月20日" in quicker and "对方填的是：1,200.50" in quicker
        same = post(client, "return_page", answer.pk, **hidden, r0_1="2026-11-20", r0_2="3").content.decode()
        assert "对方填的是：2026年11月20日" not in same and "对方填的是：1,200.50" in same
        assert 'value="2026-11-20"' in page(client, "return_page", answer.pk).content.decode()  # an input is typed into
        actions.close(request=request, by=cast.actor("party_office"), now=NOW)
        closed = page(client, "return_page", answer.pk).content.decode()
        assert "<dd>2026年11月20日</dd>" in closed and "<dd>1,200.50</dd>" in closed and "<dd>—</dd>" in closed
        assert "2026-11-20" not in closed
        cast.login(client, "party_office")
        assert "2026年11月20日" in page(client, "return_read", answer.pk).content.decode()
        merged = page(client, "request_merged", request.pk)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(merged.content)).get_sheet_by_index(0).to_python()
        (told,) = [row for row in rows if date(2026, 11, 20) in row]
        assert 1200.5 in told


class TestOfficer:
    def test_the_merged_file_is_the_superiors_with_rows_in_it(self, cast: Any, client: Client) -> None:
        new(cast, client, file=upload())
        request = Request.objects.get()
        page_data = {}
        for column in request.columns.all():
            page_data |= {f"c{column.place}_field": column.field, f"c{column.place}_type": column.type}
        page_data |= {"c7_required": "on", "c7_summed": "on", "c7_type": "NUMBER"}
        post(client, "request_columns", request.pk, **page_data)
        post(client, "request_send", request.pk)
        submitted(cast, request, given={0: {"7": 3, "8": "旧"}})
        submitted(cast, request, cast.other_branch, given={0: {"2": "2137000001", "7": 2}}, by="neighbour")
        merged = page(client, "request_merged", request.pk)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(merged.content)).get_sheet_by_name("排查表").to_python()
        assert rows[0][0] == "冬季取暖设备排查表"
        assert rows[2][0] == cast.branch.name
        assert [row[6] for row in rows[2:4]] == [3, 2]
        assert rows[3][1] == "2137000001"
        assert rows[4][6] == 5
        assert any("一式两份" in str(cell) for row in rows for cell in row)

    def test_without_a_file_a_plain_sheet_with_the_total(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        submitted(cast, request)
        cast.login(client, "party_office")
        merged = page(client, "request_merged", request.pk)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(merged.content)).get_sheet_by_index(0).to_python()
        assert rows[-1][0] == "合计"
        assert rows[-1][6] == 3

    def test_a_page_of_how_far_it_is(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        submitted(cast, request)
        cast.login(client, "party_office")
        text = page(client, "request_page", request.pk).content.decode()
        assert "1/2" in text
        assert "双桥小学党支部" in text
        assert page(client, "request_returns", request.pk, show="missing").content.decode().count("hz-name") == 1

    def test_sums_are_written_as_their_columns_are(self, cast: Any, client: Client) -> None:
        columns = [
            actions.ColumnWish(place=1, title="多少钱", type="MONEY", summed=True),
            actions.ColumnWish(place=2, title="多少吨", type="NUMBER", summed=True),
        ]
        request = sent(cast, columns=columns)
        submitted(cast, request, given={0: {"1": 120050, "2": "1.5"}})
        submitted(cast, request, cast.other_branch, given={0: {"1": 9950, "2": "2.5"}}, by="neighbour")
        cast.login(client, "party_office")
        text = page(client, "request_page", request.pk).content.decode()
        assert "<dt>多少钱</dt><dd>1,300.00</dd>" in text
        assert "<dt>多少吨</dt><dd>4</dd>" in text

    def test_who_only_saved_a_draft_has_handed_nothing_in(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        actions.keep(answer=answer, given={0: {"8": "先记"}}, version=0, by=cast.actor("organiser"), on=ON)
        assert self.submitter(cast, client, answer) == {""}
        submitted(cast, request, by="organiser")
        assert self.submitter(cast, client, answer) == {"周予安"}
        actions.send_back(answer=answer, reason="核一下", by=cast.actor("party_office"), on=ON, now=NOW)
        assert self.submitter(cast, client, answer) == {""}
        actions.keep(answer=answer, given={0: {"8": "再记"}}, version=3, by=cast.actor("organiser"), on=ON)
        assert self.submitter(cast, client, answer) == {""}
        submitted(cast, request, by="organiser")
        actions.close(request=request, by=cast.actor("party_office"), now=NOW)
        assert self.submitter(cast, client, answer) == {"周予安"}

    def submitter(self, cast: Any, client: Client, answer: Return) -> set[str]:
        """Who has handed it in, by the lists as files and by the pages of both sides, which name nobody else."""
        told = set()
        asker, unit = "party_office", "branch_secretary"
        for who, name, args in ((asker, "returns_export", [answer.request_id]), (unit, "return_export", [])):
            cast.login(client, who)
            book = page(client, name, *args, show="all").content
            head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
            told |= {row[head.index("提交人")] for row in rows if cast.branch.name in row}
        read = ((asker, "request_returns", answer.request_id), (asker, "return_read", answer.pk))
        for who, name, pk in (*read, (unit, "return_page", answer.pk)):
            cast.login(client, who)
            told.add("周予安" if "周予安" in page(client, name, pk).content.decode() else "")
        return told

    def test_reminded_once(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        cast.login(client, "party_office")
        address = reverse("collections:request_remind", args=[request.pk])
        assert "已提醒2个单位" in client.post(address, follow=True).content.decode()
        assert "没有要提醒的单位" in client.post(address, follow=True).content.decode()

    def test_sent_back_from_the_units_page(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = submitted(cast, request)
        cast.login(client, "party_office")
        assert "退回修改" in page(client, "return_read", answer.pk).content.decode()
        post(client, "return_send_back", answer.pk, reason="台数核一下")
        assert Return.objects.get(pk=answer.pk).returned_for == "台数核一下"

    def test_what_is_only_begun_is_the_units_own(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        answer = return_of(request, cast.branch)
        actions.keep(answer=answer, given={0: {"8": "还没想好"}}, version=0, by=cast.actor("organiser"), on=ON)
        cast.login(client, "party_office")
        assert "还没想好" not in page(client, "return_read", answer.pk).content.decode()
        submitted(cast, request, given={0: {"7": 1, "8": "想好了"}})
        assert "想好了" in page(client, "return_read", answer.pk).content.decode()

    def test_another_asker_sees_that_it_is_asked_and_not_what_was_answered(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        submitted(cast, request)
        cast.login(client, "district_officer")
        text = page(client, "request_page", request.pk).content.decode()
        assert request.title in text
        assert "合并导出" not in text
        assert "双桥小学党支部" not in text

    def test_withdrawn_with_the_reason_on_the_page(self, cast: Any, client: Client) -> None:
        request = sent(cast)
        cast.login(client, "party_office")
        post(client, "request_withdraw", request.pk, reason="")
        assert Request.objects.get().status == Request.Status.OUT
        post(client, "request_withdraw", request.pk, reason="表错了")
        assert "表错了" in page(client, "request_page", request.pk).content.decode()


class TestReportPages:
    def test_from_words_to_the_word_file(self, cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        said = Paragraph("t.life", "组织生活", lambda org, period: f"{org.name}开会3次。")
        monkeypatch.setitem(registry.book.paragraphs, "t.life", said)
        request = sent(cast, kind="REPORT")
        answer = return_of(request, cast.branch)
        cast.login(client, "branch_secretary")
        text = page(client, "return_page", answer.pk).content.decode()
        assert "开会3次" in text
        parts = list(request.parts.order_by("place"))
        data = {"version": 0, f"t{parts[1].pk}": "书记培训少。", "p0_text": "办两期培训", "p0_due": "2026-11-31"}
        assert "不存在" in post(client, "return_page", answer.pk, **data).content.decode()
        assert post(client, "return_page", answer.pk, **data | {"p0_due": "2026-12-20"}).status_code == 302
        cast.login(client, "party_office")
        post(client, "return_accept", answer.pk)
        assert Return.objects.get(pk=answer.pk).status == Status.MERGED
        made = page(client, "request_report", request.pk)
        assert made.content.startswith(b"PK")
        cast.login(client, "branch_secretary")
        item = PlanItem.objects.get()
        assert "办两期培训" in page(client, "return_list").content.decode()
        post(client, "plan_done", item.pk)
        assert "办两期培训" not in page(client, "return_list").content.decode()


class TestQueries:
    """Pages cost the same for one row as for many."""

    def test_lists(self, cast: Any, client: Client, django_assert_max_num_queries: Any) -> None:
        for name, who in (
            ("request_list", "party_office"),
            ("return_list", "branch_secretary"),
            ("burden_list", "party_office"),
        ):
            cast.login(client, who)
            sent(cast, repeat_reason="再")
            page(client, name)
            with django_assert_max_num_queries(200) as one:
                page(client, name)
            for _more in range(3):
                sent(cast, repeat_reason="再")
            with django_assert_max_num_queries(len(one)):
                page(client, name)

    def test_the_look_before_sending_and_the_running_page(
        self, cast: Any, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        cast.login(client, "party_office")
        counts = []
        for typed in (1, 12):
            request = drafted(cast, columns=wishes(*(f"列{n}" for n in range(typed))))
            page(client, "request_page", request.pk)
            with django_assert_max_num_queries(200) as looked:
                page(client, "request_page", request.pk)
            actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW, repeat_reason="再")
            with django_assert_max_num_queries(200) as running:
                page(client, "request_page", request.pk)
            counts.append((len(looked), len(running)))
        assert counts[1][1] <= counts[0][1]
        assert counts[1][0] <= counts[0][0] + 3  # an earlier request to compare with, its columns and its parts

    def test_a_table_of_people_asks_each_source_once(
        self, cast: Any, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        columns = [
            actions.ColumnWish(place=1, title="姓名", field="t.person"),
            actions.ColumnWish(place=2, title="学校", field="t.name"),
            actions.ColumnWish(place=3, title="鞋码", type="NUMBER"),
        ]
        answer = return_of(sent(cast, columns=columns, about="MEMBER"), cast.branch)
        cast.login(client, "branch_secretary")
        page(client, "return_page", answer.pk)
        with django_assert_max_num_queries(200) as nine:
            page(client, "return_page", answer.pk)
        for number in range(20):
            joins(person(cast.bureau, f"新{number}"), cast.branch, since=date(2026, 11, 1))
        with django_assert_max_num_queries(len(nine)):
            page(client, "return_page", answer.pk)


class TestBurden:
    def test_units_in_tree_order_by_month_with_their_budget(self, cast: Any, client: Client) -> None:
        actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=8, by=cast.actor("party_office"))
        request = sent(cast)
        submitted(cast, request, given={0: {"7": 3, "8": "旧"}})
        cast.login(client, "party_office")
        text = page(client, "burden_list", year=2026).content.decode()
        assert text.index(cast.branch.name) < text.index(cast.other_branch.name)
        assert "50%" in text
        book = page(client, "burden_export", year=2026)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert rows[1][:9] == [cast.branch.name, 2026, 11, 1, 2, 6, 4, 4, 8]
        assert rows[2][:9] == [cast.other_branch.name, 2026, 11, 1, 0, 0, 0, 4, 8]

    def test_the_month_is_the_one_in_shanghai(self, cast: Any, client: Client) -> None:
        from datetime import UTC, datetime

        sent(cast, now=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))
        cast.login(client, "party_office")
        book = page(client, "burden_export", year=2026)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert rows[1][2] == 11

    def test_three_hundred_units_cost_the_queries_of_one(
        self, cast: Any, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        request = sent(cast, under=cast.general_branch)
        cast.login(client, "party_office")
        page(client, "burden_list", year=2026)
        with django_assert_max_num_queries(200) as one:
            page(client, "burden_list", year=2026)
        with django_assert_max_num_queries(200) as book:
            page(client, "burden_export", year=2026)
        made = Org.objects.bulk_create(
            [Org(bureau=cast.bureau, kind="SCHOOL", name=f"第{n}小学", opened_on=ON) for n in range(300)]
        )
        root = orgs.path_of(cast.root, ON)
        Placement.objects.bulk_create(
            [Placement(org=org, parent=cast.root, path=root + orgs.segment(org.pk), from_on=ON) for org in made]
        )
        Return.objects.bulk_create([Return(request=request, org=org, typed=3, minutes=2) for org in made])
        with django_assert_max_num_queries(len(one)):
            shown = page(client, "burden_list", year=2026)
        assert re.search(r"手填单元格</dt><dd>900<", shown.content.decode())
        with django_assert_max_num_queries(len(book)):
            shown = page(client, "burden_export", year=2026)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(shown.content)).get_sheet_by_index(0).to_python()
        assert len(rows) == 302

    def test_a_unit_sees_its_own_alone(self, cast: Any, client: Client) -> None:
        sent(cast)
        cast.login(client, "neighbour")
        text = page(client, "burden_list", year=2026).content.decode()
        assert cast.other_branch.name in text
        assert cast.branch.name not in text


class TestDesk:
    def test_what_waits_for_a_unit_and_for_the_asker(self, cast: Any, clock: Any) -> None:
        request = sent(cast)
        waiting = registry.book.waiting["collections"].items
        mine = waiting(cast.branch_secretary, ON)
        assert [(due.title, str(due.chip.word)) for due in mine] == [(request.title, "已预填待确认")]
        assert waiting(cast.party_office, ON) == []
        late = waiting(cast.party_office, DUE + timedelta(days=1))
        assert late[0].text == "2个单位还没交"
        submitted(cast, request)
        submitted(cast, request, cast.other_branch, given={0: {"7": 1}}, by="neighbour")
        assert waiting(cast.party_office, ON)[0].text == "都交了，可以汇总"
        assert waiting(cast.branch_secretary, ON) == []

    def test_the_card_on_a_units_page(self, cast: Any) -> None:
        panel = registry.book.panels["collections"].build
        assert panel(cast.branch_secretary, cast.branch, ON) is None
        sent(cast)
        shown = panel(cast.branch_secretary, cast.branch, ON)
        assert [fact.value for fact in shown.figures] == [1, 0]
        assert panel(cast.neighbour, cast.branch, ON) is None

    def test_search_finds_what_one_may_see(self, cast: Any) -> None:
        sent(cast)
        find = registry.book.searches["collections"].find
        assert len(find(cast.branch_secretary, "取暖", 5)) == 1
        assert find(cast.outsider, "取暖", 5) == []
        assert find(cast.member, "取暖", 5) == []

    def test_paragraphs_of_figures(self, cast: Any) -> None:
        from hongzhu.kit.dates import Period

        half = Period.half(2026, 2)
        told = registry.book.paragraphs["collections.members"].text(cast.branch, half)
        assert "有党员9名，其中预备党员1名" in told
        Membership.objects.all().delete()
        assert registry.book.paragraphs["collections.members"].text(cast.branch, half) == ""
        assert "2026年下半年" in registry.book.paragraphs["collections.life"].text(cast.branch, half)
