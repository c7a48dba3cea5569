"""A number of an address or a form: what is none of ours is no number, and no page falls over it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

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
    for path in (
        "/obligations/coverage/?year=",
        "/obligations/rows/?body=",
        "/party/dues/?year=",
        "/orgs/set-up/?year=",
    ):
        assert client.get(path + text).status_code in {200, 404}, path
    cast.login(client, "security_admin")
    assert client.post("/access/accounts/open/", {"person": text}).status_code < 500
