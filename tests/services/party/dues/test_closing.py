"""A branch ends with its money settled: nothing is left that nobody could confirm or hand up any more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org
from hongzhu.core.people import actions as people
from hongzhu.services.party.models import Handing, Receipt
from hongzhu.services.party.queries import dues_closing
from tests.services.party.dues.conftest import MONTHLY, NOW, TODAY, pay

ON = date(2026, 11, 21)


def ends(cast: Any) -> str:
    """What is said when the branch is merged; "" when it is done."""
    entries = Entry.objects.count()
    try:
        people.merge(org=cast.branch, into=cast.other_branch, by=cast.actor("party_office"), on=ON)
    except ValidationError as error:
        assert Org.objects.get(pk=cast.branch.pk).closed_on is None and Entry.objects.count() == entries
        return str(error.messages[0])
    return ""


def test_a_branch_without_money_ends(ready: Any) -> None:
    assert dues_closing.left_behind(ready.branch, TODAY) == []
    assert ends(ready) == ""


def test_what_is_not_handed_up_or_not_confirmed_keeps_it_from_ending(ready: Any, clock: Any) -> None:
    clock.set(2026, 11, 21, 9)
    pay(ready, *ready.people[:2])
    said = ends(ready)
    assert "未上缴党费150.04元" in said and "党费-上缴" in said and ready.branch.name in said
    up = Handing.objects.create(
        bureau=ready.bureau, org=ready.branch, superior=ready.general_branch, quarter_on=date(2026, 10, 1),
        fen=2 * MONTHLY, voucher="记11-9", handed_on=TODAY, recorded_at=NOW,
    )  # fmt: skip
    Receipt.objects.update(handing=up)
    assert "已上缴、上级还没有确认的党费150.04元" in ends(ready)
    Handing.objects.update(received_on=TODAY, received_by="党总支", received_at=NOW)
    assert ends(ready) == ""


@pytest.mark.parametrize(("forwarded", "may"), [(None, False), (TODAY, True)])
def test_a_large_payment_has_gone_its_own_way_first(ready: Any, clock: Any, forwarded: date | None, may: bool) -> None:
    clock.set(2026, 11, 21, 9)
    pay(ready, ready.people[0])
    Receipt.objects.update(large=True, forwarded_on=forwarded, forward_voucher="记11-10" if forwarded else "")
    assert ("未上缴大额党费75.02元" in ends(ready)) is not may
