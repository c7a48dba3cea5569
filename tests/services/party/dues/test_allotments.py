"""Money given down: by a rule, with vouchers, its use reported; a unit that has not is seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.services.party.actions import allotments as actions
from hongzhu.services.party.actions import dues_handing as handings
from hongzhu.services.party.models import Allotment, AllotmentLine
from hongzhu.services.party.queries import allotments as queries

from .conftest import NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db


def allot(cast: Any, **more: Any) -> Allotment:
    told: dict[str, Any] = {"kind": "SPECIAL", "title": "防汛专项党费", "year": 2026, "flat": 500_000,
                            "decided_on": date(2026, 11, 2), "units": [cast.school, cast.other_school]} | more  # fmt: skip
    return actions.allot(bureau=cast.bureau, by=cast.actor("party_office"), on=TODAY, now=NOW, **told)


def send(cast: Any, allotment: Allotment, lines: Any = None, **more: Any) -> int:
    told: dict[str, Any] = {"voucher": "付11-8", "sent_on": date(2026, 11, 5)} | more
    lines = allotment.lines.all() if lines is None else lines
    return actions.send_allotment(
        allotment=allotment, lines=lines, by=cast.actor("party_office"), on=TODAY, now=NOW, **told
    )


def receive(cast: Any, line: AllotmentLine, on: date = date(2026, 11, 6)) -> AllotmentLine:
    return actions.receive_allotment(line=line, received_on=on, by=cast.actor("school_secretary"), on=TODAY)


def report(cast: Any, line: AllotmentLine, used: int, **more: Any) -> AllotmentLine:
    told: dict[str, Any] = {"used_for": "购买防护用品", "voucher": "支7", "reported_on": TODAY} | more
    return actions.report_use(line=line, used=used, by=cast.actor("school_secretary"), on=TODAY, **told)


def entries(did: str) -> int:
    return Entry.objects.filter(did=f"party.{did}").count()


def test_a_flat_rule_gives_each_unit_the_same_once(ready: Any) -> None:
    made = allot(ready, units=[ready.school, ready.other_school, ready.school])
    assert list(made.lines.order_by("pk").values_list("org", "fen")) == [
        (ready.school.pk, 500_000), (ready.other_school.pk, 500_000),
    ]  # fmt: skip
    assert entries("allot") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"units": []},
        {"flat": 0},
        {"flat": None},
        {"share": 30},
        {"kind": "BACK"},
        {"decided_on": date(2026, 11, 21)},
    ],
)
def test_batches_that_are_refused(ready: Any, more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        allot(ready, **more)
    assert not Allotment.objects.exists()
    assert entries("allot") == 0


def test_no_unit_of_another_bureau(ready: Any) -> None:
    with pytest.raises(ValidationError, match="不属于本局"):
        allot(ready, units=[ready.far_school])


def test_a_share_comes_back_from_what_was_confirmed(ready: Any) -> None:
    back: dict[str, Any] = {"kind": "BACK", "flat": None, "share": 25, "units": ()}
    with pytest.raises(ValidationError, match="还没有已确认的上缴"):
        allot(ready, **back)
    pay(ready, ready.people[0])
    handing = handings.hand_up(
        org=ready.branch,
        quarter_on=m(10),
        voucher="付1",
        handed_on=TODAY,
        by=ready.actor("organiser"),
        on=TODAY,
        now=NOW,
    )
    with pytest.raises(ValidationError, match="还没有已确认的上缴"):
        allot(ready, **back)
    handings.confirm_handing(
        handing=handing, received_on=TODAY, number="", by=ready.actor("district_officer"), on=TODAY, now=NOW
    )
    # Handed on by the general branch as well: the branch's money comes back once.
    handings.hand_up(
        org=ready.general_branch, quarter_on=m(10), voucher="付2", handed_on=TODAY,
        by=ready.actor("district_officer"), on=TODAY, now=NOW,
    )  # fmt: skip
    made = allot(ready, **back)
    assert list(made.lines.values_list("org", "fen")) == [(ready.branch.pk, 1876)]  # 75.02 × 25 % = 18.755
    assert made.flat is None


def test_sent_received_used(ready: Any) -> None:
    made = allot(ready)
    first, second = made.lines.order_by("pk")
    assert send(ready, made, [first]) == 1
    second.refresh_from_db()
    assert second.sent_on is None
    receive(ready, first)
    report(ready, first, 320_000)
    first = report(ready, first, 500_000)
    assert (first.used, first.reported_on) == (500_000, TODAY)
    assert [entries(did) for did in ("send_allotment", "receive_allotment", "report_use")] == [1, 1, 2]


def test_never_sent_without_a_voucher_before_the_decision_or_twice(ready: Any) -> None:
    made = allot(ready)
    for more in ({"voucher": " "}, {"sent_on": date(2026, 11, 1)}, {"sent_on": date(2026, 11, 21)}):
        with pytest.raises(ValidationError):
            send(ready, made, **more)
    assert not made.lines.filter(sent_on__isnull=False).exists()
    assert send(ready, made) == 2
    with pytest.raises(ValidationError, match="还没有拨付的单位"):
        send(ready, made)
    assert entries("send_allotment") == 1


def test_the_use_is_never_above_the_sum_and_has_its_voucher(ready: Any) -> None:
    made = allot(ready)
    line = made.lines.first()
    with pytest.raises(ValidationError, match="还没有拨付"):
        receive(ready, line)
    send(ready, made)
    with pytest.raises(ValidationError, match="先确认收到"):
        report(ready, line, 100)
    receive(ready, line)
    for used, more in ((500_001, {}), (0, {}), (100, {"voucher": ""}), (100, {"used_for": " "}),
                       (100, {"reported_on": date(2026, 11, 5)})):  # fmt: skip
        with pytest.raises(ValidationError):
            report(ready, line, used, **more)
    report(ready, line, 400)
    with pytest.raises(ValidationError, match="合计"):
        report(ready, line, 300)
    with pytest.raises(IntegrityError), transaction.atomic():
        AllotmentLine.objects.filter(pk=line.pk).update(used=500_001)


def test_a_batch_is_voided_only_before_money_has_gone(ready: Any) -> None:
    made = allot(ready)
    told: dict[str, Any] = {"by": ready.actor("party_office"), "now": NOW}
    with pytest.raises(ValidationError, match="写明原因"):
        actions.void_allotment(allotment=made, reason=" ", **told)
    actions.void_allotment(allotment=made, reason="文件有误", **told)
    with pytest.raises(ValidationError, match="已经作废"):
        send(ready, made)
    other = allot(ready)
    send(ready, other)
    with pytest.raises(ValidationError, match="已经有单位拨付"):
        actions.void_allotment(allotment=other, reason="文件有误", **told)


def test_the_list_counts_what_the_user_sees(ready: Any, django_assert_num_queries: Any) -> None:
    made = allot(ready)
    send(ready, made)
    receive(ready, made.lines.get(org=ready.school))
    report(ready, made.lines.get(org=ready.school), 100)
    (row,) = queries.visible_allotments(ready.party_office)
    assert (row.units, row.fen, row.sent, row.used, row.unreported) == (2, 1_000_000, 2, 100, 1)
    (mine,) = queries.visible_allotments(ready.school_secretary)
    assert (mine.units, mine.fen, mine.unreported) == (1, 500_000, 0)
    assert not queries.visible_allotments(ready.branch_secretary).exists()
    assert not queries.visible_allotments(ready.outsider).exists()


def test_flat_rule_for_as_many_units_as_asked(ready: Any) -> None:
    """B27 in small: n units × 5000 yuan."""
    schools = [
        orgs.set_up(bureau=ready.bureau, kind="SCHOOL", name=f"第{n}小学", parent=ready.root,
                    by=ready.actor("party_office"), on=m(1)) for n in range(5)
    ]  # fmt: skip
    made = allot(ready, units=schools)
    assert sum(made.lines.values_list("fen", flat=True)) == 5 * 500_000
