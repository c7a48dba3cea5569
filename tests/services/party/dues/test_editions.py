"""Rates that change within a year: each month is paid by the edition of its own first day."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from hongzhu.core.policies import queries as policies
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import schema
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.actions.dues import BaseSet
from hongzhu.services.party.models import Receipt
from hongzhu.services.party.queries import dues as queries

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
RAISED = 10_002  # 2 % of 5001.00 yuan


def edition(cast: Any, valid_from: date, change: Callable[[dict[str, Any]], Any]) -> None:
    """An edition of the bureau's own, the dues of the one before it changed."""
    before = policies.version_on(cast.bureau, valid_from)
    body = copy.deepcopy(before.body)
    change(body["party"]["dues"])
    PackVersion.objects.create(
        bureau=cast.bureau, name=before.name, version=before.version + 1, status="PUBLISHED", title="本局制度包",
        body=body, digest=schema.digest(body), valid_from=valid_from, published_at=NOW,
    )  # fmt: skip


def rate_of(permyriad: int) -> Callable[[dict[str, Any]], None]:
    def change(dues: dict[str, Any]) -> None:
        (table,) = [table for table in dues["tables"] if table["code"] == "SALARIED"]
        table["brackets"][2]["rate"] = permyriad

    return change


def owed(cast: Any, who: Any) -> dict[int, int | None]:
    one = queries.members_of(cast.bureau, [cast.branch.pk], m(6), m(12), person=who.pk)[who.pk]
    return {cell.month.month: cell.owed for cell in one.cells}


def put(cast: Any, who: Any, from_on: date, table: str, **more: int) -> None:
    actions.set_base(
        org=cast.branch, base=BaseSet(person=who, table=table, **more), from_on=from_on, by=cast.actor("organiser"),
        on=TODAY,
    )  # fmt: skip


def test_each_month_costs_what_its_edition_says(ready: Any) -> None:
    edition(ready, m(9), rate_of(200))
    edition(ready, date(2026, 11, 15), rate_of(250))  # within a month: from the next one on
    who = ready.people[0]
    # 2.5 % of 5001.00 yuan is 125.025
    assert owed(ready, who) == dict.fromkeys((6, 7, 8), MONTHLY) | dict.fromkeys((9, 10, 11), RAISED) | {12: 12_503}


def test_rates_that_change_and_change_back_hold_for_the_months_between(ready: Any) -> None:
    edition(ready, m(9), rate_of(200))
    edition(ready, date(2026, 11, 15), rate_of(150))  # as before September
    assert owed(ready, ready.people[0]) == dict.fromkeys((6, 7, 8, 12), MONTHLY) | dict.fromkeys((9, 10, 11), RAISED)


def test_a_base_that_begins_after_the_change_knows_only_the_new_rates(ready: Any) -> None:
    edition(ready, m(9), rate_of(200))
    who = ready.people[0]
    put(ready, who, m(10), "SALARIED", base=600_000)
    assert owed(ready, who) == dict.fromkeys((6, 7, 8), MONTHLY) | {9: RAISED} | dict.fromkeys((10, 11, 12), 12_000)


def test_no_amount_where_the_new_edition_has_no_such_payer(ready: Any) -> None:
    who, other = ready.people[:2]
    put(ready, other, m(6), "FARMER", flat=50)

    def change(dues: dict[str, Any]) -> None:
        dues["tables"] = [table for table in dues["tables"] if table["code"] != "SALARIED"]
        (farmer,) = [table for table in dues["tables"] if table["code"] == "FARMER"]
        farmer["least"] = 60

    edition(ready, m(9), change)
    gone = dict.fromkeys((9, 10, 11, 12))
    assert owed(ready, who) == dict.fromkeys((6, 7, 8), MONTHLY) | gone
    assert owed(ready, other) == dict.fromkeys((6, 7, 8), 50) | gone
    with pytest.raises(ValidationError, match="11月还没有核定基数"):
        pay(ready, who)
    assert not Receipt.objects.exists()


def test_nothing_is_taken_in_where_the_pack_is_silent(ready: Any, client: Any) -> None:
    ready.login(client, "organiser")
    address = reverse("party:dues_pay", args=[ready.branch.pk])
    assert client.get(address).status_code == 200
    edition(ready, m(9), dict.clear)
    assert client.get(address).status_code == 404
    with pytest.raises(Http404):
        pay(ready, ready.people[0])
    assert not Receipt.objects.exists()
