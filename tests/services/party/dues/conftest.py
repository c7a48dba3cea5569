"""A branch whose members have bases, and the short way to a payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions.dues import BaseSet, Booking, Payment
from hongzhu.services.party.models import Receipt

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=timezone.get_default_timezone())
BASE = 500_100  # 5001.00 yuan: 75.02 a month
MONTHLY = 7502


def m(month: int, year: int = 2026) -> date:
    return date(year, month, 1)


@pytest.fixture
def ready(cast: Any, clock: Any) -> Any:
    """The cast with the shipped packs, and a base from January for everybody in the branch."""
    policies.ship()
    return with_bases(cast)


def with_bases(cast: Any) -> Any:
    for who in cast.people:
        actions.set_base(
            org=cast.branch, base=BaseSet(person=who, table="SALARIED", base=BASE), from_on=m(1),
            by=cast.actor("organiser"), on=TODAY,
        )  # fmt: skip
    return cast


def pay(
    cast: Any, *people: Person, months: Mapping[date, int] | None = None, voucher: str = "记11-3", paid_on: date = TODAY,
    org: Org | None = None, **more: Any,
) -> list[Receipt]:  # fmt: skip
    """November for each of them, or the months given."""
    return actions.receive_dues(
        org=org or cast.branch,
        payments=[Payment(who, months or {m(11): MONTHLY}) for who in people],
        booked=Booking(voucher=voucher, collected_by="周予安", paid_on=paid_on),
        by=cast.actor("organiser"), on=TODAY, now=NOW, **more,
    )  # fmt: skip
