"""准予免开 through its pages: what is refused is told beside what was typed, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.obligations import actions
from hongzhu.core.obligations.models import Waiver
from tests.core.obligations.conftest import NOW, later
from tests.core.obligations.test_actions import DUTY, waive


@pytest.fixture
def officer(shipped: Any, client: Client, clock: Any) -> Client:
    shipped.login(client, "party_office")
    return client


def at(cast: Any, duty: str = DUTY) -> str:
    return reverse("obligations:waive", args=[cast.branch.pk, duty, "2026-11"])


def test_waived_twice_is_told_and_what_was_typed_stays(shipped: Any, officer: Client) -> None:
    assert officer.post(at(shipped), {"reason": "全体外出支教"}).url == reverse("obligations:waiver_list")
    before = Entry.objects.count()

    page = officer.post(at(shipped), {"reason": "再免一次", "basis": "会议纪要3号"}).content.decode()

    assert "这一项已经准予免开" in page
    assert "再免一次" in page and "会议纪要3号" in page
    assert (Waiver.objects.count(), Entry.objects.count()) == (1, before)


def test_a_duty_nobody_has_is_no_page(shipped: Any, officer: Client) -> None:
    assert officer.get(at(shipped, duty="nothing")).status_code == 404


def test_taken_back_twice_is_told(shipped: Any, officer: Client) -> None:
    waiver = waive(shipped)
    there = reverse("obligations:waiver_revoke", args=[waiver.pk])
    assert officer.get(there).status_code == 200
    actions.revoke_waiver(waiver=waiver, reason="已经返校", by=shipped.actor("party_office"), now=later(NOW, hours=1))
    before = Entry.objects.count()

    page = officer.post(there, {"reason": "又撤一次"}).content.decode()

    assert "这一条已经撤回" in page and "又撤一次" in page
    assert Entry.objects.count() == before
