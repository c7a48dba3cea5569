"""The list is computed from the rooms, frozen when saved, printed, signed once."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from hongzhu.core.activities.models import Resolution
from hongzhu.core.audit.models import Entry
from hongzhu.kit import registry
from hongzhu.services.party.actions import handover as actions
from hongzhu.services.party.models import DuesBase, DuesMonth, Handover, Receipt
from hongzhu.services.party.queries import handover as queries
from tests.services.party.handover.conftest import CHANGED, TODAY, everything, prepared

pytestmark = pytest.mark.django_db


def told(cast: Any) -> dict[str, list[tuple[str, str]]]:
    return {part.title: list(part.rows) for part in queries.sections(cast.branch, TODAY)}


def test_every_room_gives_what_is_open(stage: Any) -> None:
    parts = told(everything(stage))
    assert any(what == "主题党日" for what, _state in parts["没有开齐的组织生活"])
    items = parts["没有办完的议定事项、整改事项"]
    assert ("修缮党员活动室", "沈书言，2026年12月1日") in items
    assert ("组织生活会等会议的整改事项", "1项，见会议记录") in items
    assert not any("改进学习方式" in what for what, _state in items)
    assert [what for what, _state in parts["正在发展的人"]] == ["林晓禾"]
    assert parts["党费"] == [
        ("交至2026年8月", "1人"), ("未见缴纳记录", "8人"), ("最近上缴：2026年三季度", "上级还没有确认收到"),
        ("收支明细账余额", "1300.00元"), ("还在手里的期初余额", "300.00元"), ("未上缴", "10.00元"), ("大额党费未上缴：收据2", "1000.00元"), ("下拨党费：专项0", "5000.00元，待确认收到"),
        ("下拨党费：专项1", "5000.00元，待报告使用"), ("党费减免待批准", "1人"),
    ]  # fmt: skip
    assert parts["换届"][-1][0] == "本届任期届满"
    assert parts["在途的组织关系转接"] == [("宋时雨", "待转出支部同意，2026年8月20日提出")]
    assert parts["待签收的文件"] == [("《关于报送工作计划的通知》", "2026年11月30日前回复")]
    assert parts["待填报的表"] == [("党员基本情况表", "已预填待确认，2026年11月28日截止")]
    assert ("党员责任区", "1个") in parts["岗位和承诺"]
    assert ("2026年党员承诺", "1项，已签名1项，已兑现0项") in parts["岗位和承诺"]


def test_paid_to_stops_before_the_first_open_month(stage: Any) -> None:
    """January was paid, and August alone: who takes over reads January."""
    everything(stage)
    who = stage.people[5]
    DuesBase.objects.create(person=who, table="FARMER", base=0, flat=20, from_on=date(2026, 1, 1))
    DuesMonth.objects.create(receipt=Receipt.objects.get(number="1"), month=date(2026, 1, 1), fen=20)
    assert told(stage)["党费"][:2] == [("交至2026年1月", "1人"), ("未见缴纳记录", "8人")]


def test_nothing_of_another_body_and_nothing_closed(stage: Any) -> None:
    everything(stage)
    Resolution.objects.update(state="DROPPED")
    assert told(stage)["没有办完的议定事项、整改事项"] == []
    other = {part.title: part.rows for part in queries.sections(stage.other_branch, TODAY)}
    assert other["待签收的文件"] == []
    assert other["在途的组织关系转接"] == [("宋时雨", "待转出支部同意，2026年8月20日提出")]  # it comes here


def test_a_fixed_number_of_queries_however_much_is_open(stage: Any) -> None:
    queries.sections(stage.branch, TODAY)
    with CaptureQueriesContext(connection) as full:
        queries.sections(everything(stage).branch, TODAY)
    made = sum(not query["sql"].startswith("SELECT") for query in full)
    with CaptureQueriesContext(connection) as once:
        queries.sections(stage.branch, TODAY)
    for pk in range(3):
        Resolution.objects.create(act=Resolution.objects.first().act, org=stage.branch, matter=f"事项{pk}")
    with CaptureQueriesContext(connection) as more:
        queries.sections(stage.branch, TODAY)
    assert made > 0
    assert len(once) == len(more)


def test_saved_it_is_frozen_with_one_entry(stage: Any) -> None:
    row = prepared(everything(stage))
    before = row.items
    Resolution.objects.all().delete()
    row.refresh_from_db()
    assert row.items == before
    assert any("修缮党员活动室" in line for part in row.items for line in part["rows"])
    assert Entry.objects.filter(did="party.prepare_handover").count() == 1


def test_made_anew_until_it_is_signed(stage: Any) -> None:
    first = prepared(everything(stage))
    second = prepared(stage, seal_kept_by="周予安")
    assert second.pk == first.pk
    assert Handover.objects.get().seal_kept_by == "周予安"
    actions.sign(handover=first, on=CHANGED, by=stage.actor("organiser"), today=TODAY)
    assert prepared(stage).pk != first.pk


@pytest.mark.parametrize(
    "given",
    [
        lambda cast: {"coming": cast.member.person},
        lambda cast: {"leaving": cast.organiser.person},
        lambda cast: {"on": TODAY + timedelta(days=32)},
    ],
)
def test_refused_and_nothing_written(stage: Any, given: Any) -> None:
    with pytest.raises(ValidationError):
        prepared(stage, **given(stage))
    assert not Handover.objects.exists()
    assert not Entry.objects.filter(did="party.prepare_handover").exists()


def test_a_day_a_month_ahead_is_near_enough(stage: Any) -> None:
    assert prepared(stage, on=TODAY + timedelta(days=31)).pk


def test_another_secretarys_unsigned_list_comes_first(stage: Any) -> None:
    prepared(stage)
    with pytest.raises(ValidationError, match="许青原的交接清单没有签字"):
        prepared(stage, leaving=stage.branch_secretary.person, coming=stage.organiser.person)


def test_signed_on_the_day_or_later_and_once(stage: Any) -> None:
    row = prepared(stage)
    by = stage.actor("organiser")
    for day in (CHANGED - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ValidationError):
            actions.sign(handover=row, on=day, by=by, today=TODAY)
    assert actions.sign(handover=row, on=CHANGED, by=by, today=TODAY).signed_on == CHANGED
    with pytest.raises(ValidationError, match="已经登记过签字"):
        actions.sign(handover=row, on=TODAY, by=by, today=TODAY)
    assert Entry.objects.filter(did="party.sign_handover").count() == 1


def test_the_form_knows_who_leaves_and_who_comes(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    page = client.get(f"/party/handover/new/{stage.branch.pk}/").content.decode()
    assert 'value="2026-08-20"' in page
    assert f'<option value="{stage.member.person.pk}" selected>' in page
    assert 'value="唐见山"' in page
    assert "没有开齐的组织生活" in page


def test_saved_shown_printed_and_signed(stage: Any, client: Any, clock: Any) -> None:
    everything(stage)
    stage.login(client, "branch_secretary")
    given = {
        "leaving": stage.member.person.pk, "coming": "唐见山", "on": "2026-08-20", "seal_kept_by": "唐见山",
        "archive_place": "二楼档案室",
    }  # fmt: skip
    assert client.post(f"/party/handover/new/{stage.branch.pk}/", given).status_code == 302
    row = Handover.objects.get()
    assert "修缮党员活动室" in client.get(f"/party/handover/{row.pk}/").content.decode()
    paper = Word(BytesIO(client.get(f"/party/handover/{row.pk}/word/").content))
    text = "\n".join(cell.text for table in paper.tables for line in table.rows for cell in line.cells)
    for words in ("许青原", "唐见山", "二楼档案室", "修缮党员活动室", "移交人", "监交人"):
        assert words in text + "".join(one.text for one in paper.paragraphs), words
    refused = client.post(f"/party/handover/{row.pk}/sign/", {"on": "2026-08-19"}, follow=True)
    assert "早于交接日期" in refused.content.decode()
    client.post(f"/party/handover/{row.pk}/sign/", {"on": "2026-08-21"})
    row.refresh_from_db()
    assert row.signed_on == date(2026, 8, 21)
    book = openpyxl.load_workbook(BytesIO(client.get("/party/handover/export/").content))
    assert list(book.active.values)[1][:3] == ("柳林中心小学党支部", "许青原", "唐见山")


def test_somebody_unknown_keeps_what_was_typed(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    given = {"leaving": stage.member.person.pk, "coming": "无此人", "on": "2026-08-20", "archive_place": "二楼档案室"}
    page = client.post(f"/party/handover/new/{stage.branch.pk}/", given).content.decode()
    assert "没有叫“无此人”的人" in page
    assert "二楼档案室" in page


def test_asked_for_after_a_change_then_for_its_signatures(stage: Any) -> None:
    waiting = registry.book.waiting["party_handover"].items
    soon = CHANGED + timedelta(days=20)
    assert [due.action for due in waiting(stage.branch_secretary, soon)] == ["列清单"]
    assert waiting(stage.branch_secretary, CHANGED + queries.RECENT) == []
    assert waiting(stage.party_office, soon) == []
    row = prepared(stage)
    assert [due.url for due in waiting(stage.branch_secretary, soon)] == [f"/party/handover/{row.pk}/"]
    actions.sign(handover=row, on=CHANGED, by=stage.actor("organiser"), today=TODAY)
    assert waiting(stage.branch_secretary, soon) == []


def test_the_list_asks_as_often_for_three_as_for_one(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "party_office")
    client.get("/party/handover/")
    counts = []
    for _n in range(3):
        row = prepared(stage)
        actions.sign(handover=row, on=CHANGED, by=stage.actor("organiser"), today=TODAY)
        with CaptureQueriesContext(connection) as asked:
            client.get("/party/handover/")
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_a_list_refused_by_the_form_keeps_what_was_typed(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    given = {
        "leaving": stage.member.person.pk, "coming": "许青原", "on": "2026-08-20", "archive_place": "三楼档案柜",
    }  # fmt: skip
    page = client.post(f"/party/handover/new/{stage.branch.pk}/", given).content.decode()
    assert "移交人和接收人是同一个人" in page
    assert "三楼档案柜" in page
    assert not Handover.objects.exists()


def test_an_unsigned_list_is_made_anew_from_what_it_said(stage: Any, client: Any, clock: Any) -> None:
    row = prepared(stage, on=date(2026, 8, 25), witness="程思远", seal_kept_by="周予安", archive_place="三楼档案柜")
    stage.login(client, "branch_secretary")
    address = f"/party/handover/new/{stage.branch.pk}/"
    kept = ("2026-08-25", "程思远", "周予安", "三楼档案柜")
    page = client.get(address).content.decode()
    assert [words for words in kept if f'value="{words}"' not in page] == []
    actions.sign(handover=row, on=date(2026, 8, 25), by=stage.actor("organiser"), today=TODAY)
    page = client.get(address).content.decode()  # signed: the next list begins with the posts again
    assert [words for words in kept if f'value="{words}"' in page] == []
    assert 'value="2026-08-20"' in page


def test_signing_without_a_day_is_refused(stage: Any, client: Any, clock: Any) -> None:
    row = prepared(stage)
    stage.login(client, "branch_secretary")
    page = client.post(f"/party/handover/{row.pk}/sign/", {"on": "昨天"}, follow=True).content.decode()
    assert "已登记签字" not in page
    assert "没有这个日期" in page
    row.refresh_from_db()
    assert row.signed_on is None
