"""A number of an address or a form: what is none of ours is no number, and no page falls over it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hongzhu.core.policies import actions as policies
from hongzhu.kit.http import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("2026", 2026), ("9" * 17, 10**17 - 1), ("9" * 18, None), ("", None), ("-1", None), ("²", None),
        ("٣", None), (" 7", None),
    ],
)  # fmt: skip
def test_a_whole_number_as_sent_is_one_or_none(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["²", "9" * 5000])
def test_no_page_falls_over_it(cast: Any, client: Client, text: str) -> None:
    policies.ship()
    cast.login(client, "party_office")
    for name, asked in (
        ("obligations:coverage", "year"), ("party:dues_list", "year"), ("orgs:org_set_up", "year"),
        ("policies:calendar_page", "year"),
    ):  # fmt: skip
        assert client.get(reverse(name), {asked: text}).status_code == 200, name
    cast.login(client, "system_admin")
    assert client.post(reverse("access:accounts_open"), {"person": text}).status_code == 302
