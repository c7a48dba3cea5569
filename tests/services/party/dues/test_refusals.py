"""Pages that refuse: the sentence is there, what was typed too, and nothing is written. Filters and their chips."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.services.party.actions import allotments
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.models import Allotment, AllotmentLine, DuesBase, Handing, Receipt, Relief

from .conftest import NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


# --- allotments


@pytest.fixture
def batch(ready: Any) -> Allotment:
    return allotments.allot(
        bureau=ready.bureau, kind="SPECIAL", title="防汛专项党费", year=2026, flat=500_000, decided_on=date(2026, 11, 2),
        units=[ready.school, ready.other_school], by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip


@pytest.fixture
def line(batch: Allotment, ready: Any) -> AllotmentLine:
    """The school's part."""
    return batch.lines.get(org=ready.school)


def sent(cast: Any, line: AllotmentLine) -> None:
    allotments.send_allotment(
        allotment=line.allotment, lines=[line], voucher="付8", sent_on=date(2026, 11, 5),
        by=cast.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip


def received(cast: Any, line: AllotmentLine) -> None:
    allotments.receive_allotment(
        line=line, received_on=date(2026, 11, 6), by=cast.actor("school_secretary"), on=TODAY
    )  # fmt: skip


def test_a_batch_without_units_is_not_saved(ready: Any, client: Any) -> None:
    ready.login(client, "party_office")
    given = {"kind": "SPECIAL", "title": "防汛专项党费", "decided_on": "2026-11-02", "year": "2026", "flat": "5000"}
    page = text(client.post(url("dues_allotment_new"), given))
    assert "请至少选一个单位" in page and 'value="防汛专项党费"' in page and 'value="5000"' in page
    assert not Allotment.objects.exists()


def test_a_payment_before_the_decision_is_not_registered(ready: Any, client: Any, line: AllotmentLine) -> None:
    ready.login(client, "party_office")
    given = {"lines": [line.pk], "voucher": "付8", "sent_on": "2026-11-01"}
    page = text(client.post(url("dues_allotment_send", line.allotment_id), given))
    assert "拨付日期要在决定日期之后、今天之前" in page and 'value="付8"' in page
    line.refresh_from_db()
    assert (line.sent_on, line.voucher) == (None, "")


def test_a_batch_with_money_gone_stays(ready: Any, client: Any, batch: Allotment, line: AllotmentLine) -> None:
    sent(ready, line)
    ready.login(client, "party_office")
    page = text(client.post(url("dues_allotment_void", batch.pk), {"reason": "文件有误"}))
    assert "已经有单位拨付，不能作废" in page and "文件有误" in page
    batch.refresh_from_db()
    assert (batch.voided_at, batch.void_reason) == (None, "")


@pytest.mark.parametrize("day", ["2026-11-04", "2026-11-21"])
def test_the_arrival_lies_between_sending_and_today(ready: Any, client: Any, line: AllotmentLine, day: str) -> None:
    sent(ready, line)
    ready.login(client, "school_secretary")
    page = text(client.post(url("dues_line_receive", line.pk), {"received_on": day}))
    assert "收到日期要在拨付日期之后、今天之前" in page and f'value="{day}"' in page
    line.refresh_from_db()
    assert line.received_on is None


@pytest.mark.parametrize("day", [date(2026, 11, 5), TODAY])
def test_the_arrival_may_be_the_day_of_sending_or_today_and_once(ready: Any, line: AllotmentLine, day: date) -> None:
    sent(ready, line)
    told: dict[str, Any] = {"by": ready.actor("school_secretary"), "on": TODAY}
    assert allotments.receive_allotment(line=line, received_on=day, **told).received_on == day
    with pytest.raises(ValidationError, match="已经确认收到"):
        allotments.receive_allotment(line=line, received_on=date(2026, 11, 10), **told)
    line.refresh_from_db()
    assert line.received_on == day
    assert Entry.objects.filter(did="party.receive_allotment").count() == 1


def test_more_than_came_is_never_used(ready: Any, client: Any, line: AllotmentLine) -> None:
    sent(ready, line)
    received(ready, line)
    ready.login(client, "school_secretary")
    address = url("dues_line_use", line.pk)
    given = {"used": "5000.01", "used_for": "购置展板", "voucher": "支1", "reported_on": "2026-11-20"}
    page = text(client.post(address, given))
    assert "已用不能超过下拨的5000.00元" in page and 'value="5000.01"' in page and 'value="购置展板"' in page
    line.refresh_from_db()
    assert (line.used, line.reported_on) == (0, None)
    assert client.post(address, given | {"used": "5000.00"}).status_code == 302
    line.refresh_from_db()
    assert (line.used, line.reported_on) == (500_000, TODAY)


@pytest.mark.parametrize("share", [0, 101])
def test_a_share_lies_within_the_whole(ready: Any, share: int) -> None:
    with pytest.raises(ValidationError, match="返还比例在1%至100%之间"):
        allotments.allot(
            bureau=ready.bureau, kind="BACK", title="返还", year=2026, share=share, decided_on=TODAY,
            by=ready.actor("party_office"), on=TODAY, now=NOW,
        )  # fmt: skip
    assert not Allotment.objects.exists()


def test_a_batch_is_voided_once(ready: Any, batch: Allotment) -> None:
    told: dict[str, Any] = {"by": ready.actor("party_office"), "now": NOW}
    allotments.void_allotment(allotment=batch, reason="文件有误", **told)
    with pytest.raises(ValidationError, match="已经作废"):
        allotments.void_allotment(allotment=batch, reason="又一次", **told)
    batch.refresh_from_db()
    assert batch.void_reason == "文件有误"


def test_the_units_of_a_batch_by_where_their_money_stands(
    ready: Any, client: Any, batch: Allotment, line: AllotmentLine
) -> None:
    sent(ready, line)
    ready.login(client, "party_office")
    address = url("dues_allotment", batch.pk)
    other = url("dues_line", batch.lines.get(org=ready.other_school).pk)
    mine = url("dues_line", line.pk)

    def shown(show: str) -> tuple[bool, bool]:
        page = text(client.get(f"{address}?show={show}"))
        return mine in page, other in page

    assert (shown(""), shown("unsent"), shown("unreported")) == ((True, True), (False, True), (True, False))
    assert "待拨付" in text(client.get(other)) and "待确认" in text(client.get(mine))
    received(ready, line)
    page = text(client.get(mine))
    assert "待报使用" in page and "待确认" not in page
    allotments.report_use(
        line=line, used=100, used_for="购置展板", voucher="支1", reported_on=TODAY, by=ready.actor("school_secretary"),
        on=TODAY,
    )  # fmt: skip
    assert "已报使用" in text(client.get(mine))
    assert shown("unreported") == (False, False)


# --- hand-overs


def hand_up(cast: Any) -> Handing:
    return handings.hand_up(
        org=cast.branch, quarter_on=m(10), voucher="付1", handed_on=date(2026, 11, 10), by=cast.actor("organiser"),
        on=TODAY, now=NOW,
    )  # fmt: skip


def confirm(cast: Any, handing: Handing) -> Handing:
    return handings.confirm_handing(
        handing=handing, received_on=date(2026, 11, 12), number="", by=cast.actor("district_officer"), on=TODAY, now=NOW
    )


@pytest.fixture
def handing(ready: Any) -> Handing:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    return hand_up(ready)


def test_nothing_to_hand_up_is_said_on_the_form(ready: Any, client: Any) -> None:
    ready.login(client, "organiser")
    given = {"quarter_on": "2026-10-01", "handed_on": "2026-11-20", "voucher": "付1"}
    page = text(client.post(url("dues_hand", ready.branch.pk), given))
    assert "没有可上缴的党费" in page and 'value="付1"' in page
    assert not Handing.objects.exists()


def test_an_arrival_before_the_hand_over_is_not_confirmed(ready: Any, client: Any, handing: Handing) -> None:
    ready.login(client, "district_officer")
    address = url("dues_handing_confirm", handing.pk)
    page = text(client.post(address, {"received_on": "2026-11-09", "number": "收3"}))
    assert "收到日期要在上缴日期之后、今天之前" in page and 'value="收3"' in page
    handing.refresh_from_db()
    assert (handing.received_on, handing.received_number) == (None, "")


def test_the_branch_does_not_take_back_what_was_confirmed(ready: Any, client: Any, handing: Handing) -> None:
    confirm(ready, handing)
    ready.login(client, "organiser")
    page = text(client.post(url("dues_handing_void", handing.pk), {"reason": "金额写错"}))
    assert "上级已确认收到，请上级退回" in page and "金额写错" in page
    handing.refresh_from_db()
    assert handing.voided_at is None and handing.receipts.count() == 1


def test_a_voided_hand_over_is_neither_confirmed_nor_voided_again(ready: Any, handing: Handing) -> None:
    told: dict[str, Any] = {"handing": handing, "superior": False, "by": ready.actor("organiser"), "now": NOW}
    handings.void_handing(reason="写错", **told)
    with pytest.raises(ValidationError, match="这次上缴已经作废"):
        confirm(ready, handing)
    with pytest.raises(ValidationError, match="这次上缴已经作废"):
        handings.void_handing(**told | {"superior": True, "reason": "又一次"})
    handing.refresh_from_db()
    assert (handing.received_on, handing.void_reason) == (None, "写错")


def test_the_quarter_shows_who_is_missing_and_what_is_confirmed(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0], paid_on=date(2026, 11, 2))
    ready.login(client, "organiser")
    address = url("dues_handings") + "?quarter=2026-10-01"
    name = f"{ready.branch.name}</a></th>"
    assert name in text(client.get(address + "&show=missing"))
    handing = hand_up(ready)
    assert name not in text(client.get(address + "&show=missing"))
    assert name in text(client.get(address + "&show=waiting"))
    assert "已确认</span>" not in text(client.get(address))
    confirm(ready, handing)
    assert name not in text(client.get(address + "&show=waiting"))
    assert "已确认</span>" in text(client.get(address))


# --- receipts and reliefs


def ask(cast: Any, **more: Any) -> Relief:
    told: dict[str, Any] = {"org": cast.branch, "person": cast.people[3], "monthly": 1000, "from_on": m(10),
                            "to_on": m(1, 2027), "studied_on": date(2026, 10, 8)} | more  # fmt: skip
    return actions.ask_relief(by=cast.actor("branch_secretary"), on=TODAY, **told)


def answer(cast: Any, relief: Relief, who: str, **more: Any) -> Relief:
    told: dict[str, Any] = {"approved": True, "number": "", "answered_on": date(2026, 10, 12)} | more
    return actions.answer_relief(relief=relief, by=cast.actor(who), on=TODAY, **told)


def test_no_payment_without_who_took_it(ready: Any) -> None:
    with pytest.raises(ValidationError, match="请写收款人"):
        actions.receive_dues(
            org=ready.branch, payments=[actions.Payment(ready.people[0], {m(11): 7502})],
            booked=actions.Booking(voucher="记1", collected_by=" ", paid_on=TODAY),
            by=ready.actor("organiser"), on=TODAY, now=NOW,
        )  # fmt: skip
    assert not Receipt.objects.exists()


def test_no_relief_from_an_amount_nobody_knows(ready: Any) -> None:
    DuesBase.objects.filter(person=ready.people[3]).delete()
    with pytest.raises(ValidationError, match="还没有核定基数"):
        ask(ready, monthly=0)
    assert not Relief.objects.exists()


def test_a_superior_outside_answers_by_a_numbered_paper(ready: Any) -> None:
    town = Org.objects.create(bureau=ready.bureau, kind="UPPER", name="柳林镇党委", opened_on=m(1))
    Superior.objects.filter(org=ready.branch, relation="BELONGS").update(superior=town)
    relief = ask(ready)
    with pytest.raises(ValidationError, match="请写上级批复的文号"):
        answer(ready, relief, "branch_secretary", number=" ")
    relief.refresh_from_db()
    assert relief.approved_on is None
    # Who asked enters the reply: the superior has nobody here.
    answer(ready, relief, "branch_secretary", number="镇〔2026〕7号")
    relief.refresh_from_db()
    assert (relief.approved_on, relief.number) == (date(2026, 10, 12), "镇〔2026〕7号")


@pytest.mark.parametrize(("approved", "word"), [(True, "已批准"), (False, "未批准")])
def test_the_member_page_says_how_a_relief_was_answered(ready: Any, client: Any, approved: bool, word: str) -> None:
    relief = ask(ready)
    ready.login(client, "organiser")
    address = url("dues_member", ready.branch.pk, ready.people[3].pk)
    page = text(client.get(address))
    assert "待批准" in page and word not in page
    answer(ready, relief, "district_officer", approved=approved)
    page = text(client.get(address))
    assert word in page and "待批准" not in page
