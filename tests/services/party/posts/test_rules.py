"""Posts and promises: refusals nothing else meets, every word of a state, filters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.models import MemberPost, Promise
from hongzhu.services.party.queries import posts
from hongzhu.services.party.rules import posts as rules

ON, TODAY = date(2026, 3, 1), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"agreed_on": ON}, "在岗"),
        ({}, "待支部同意"),
        ({"agreed_on": ON, "from_on": date(2025, 1, 1)}, "待复核"),
        ({"agreed_on": ON, "to_on": TODAY}, "已撤下"),
    ],
)
def test_a_post_says_where_it_stands(facts: dict[str, Any], word: str) -> None:
    assert str(rules.post_chip(MemberPost(**{"from_on": ON} | facts), TODAY).word) == word


@pytest.mark.parametrize(
    ("promise", "word"),
    [
        (None, "未见承诺"), (Promise(), "待签名"), (Promise(signed_on=ON), "已签名"),
        (Promise(signed_on=ON, done_on=TODAY), "已兑现"),
    ],
)  # fmt: skip
def test_a_promise_says_where_it_stands(promise: Promise | None, word: str) -> None:
    assert str(rules.promise_chip(promise).word) == word


def test_refusals_of_days() -> None:
    assert "晚于开始日期" in str(rules.can_hold("FULL", ON, ON).reason)
    gone = MemberPost(from_on=ON, agreed_on=ON, to_on=TODAY)
    assert "已经撤下" in str(rules.can_review(gone, TODAY, TODAY).reason)
    assert "已经撤下" in str(rules.can_agree(MemberPost(from_on=ON, to_on=TODAY), own=False, others=()).reason)
    assert "不在承诺年度" in str(rules.can_sign(Promise(year=2026), date(2024, 12, 31), TODAY).reason)
    assert rules.can_sign(Promise(year=2026), date(2025, 12, 31), TODAY)
    unsigned = Promise(year=2026)
    assert "还没有签名" in str(rules.can_fulfil(unsigned, TODAY, TODAY).reason)
    signed = Promise(year=2026, signed_on=ON)
    assert "还没有到" in str(rules.can_fulfil(signed, date(2026, 11, 21), TODAY).reason)


def given(cast: Any, title: str, **more: Any) -> MemberPost:
    told: dict[str, Any] = {
        "org": cast.branch, "person": cast.member.person, "kind": "AREA", "from_on": ON, "by": cast.actor("organiser"),
    }  # fmt: skip
    return actions.set_post(title=title, **told | more)


def test_a_changed_post_stays_one_of_its_kind(cast: Any) -> None:
    first, second = given(cast, "北楼"), given(cast, "南楼")
    change = {"post": second, "kind": "AREA", "duty": "每周巡查", "by": cast.actor("organiser")}
    with pytest.raises(ValidationError, match="已经在这个岗位"):
        actions.amend_post(title="北楼", **change)
    assert actions.amend_post(title="西楼", **change).title == "西楼"
    assert first.title == "北楼"


def test_filters_of_the_list(cast: Any, client: Any) -> None:
    given(cast, "北楼")
    actions.withdraw_post(
        post=given(cast, "南楼", kind="VANGUARD"), by=cast.actor("organiser"), on=TODAY, reason="期满"
    )
    rows = posts.visible_to(cast.organiser)

    def titles(**told: Any) -> list[str]:
        return sorted(posts.narrowed(rows, TODAY, **told).values_list("title", flat=True))

    assert titles() == ["北楼"]
    assert titles(state="gone") == titles(state="all", kind="VANGUARD") == ["南楼"]
    assert titles(state="all", org=cast.branch.pk, text="楼") == sorted(["北楼", "南楼"])
    cast.login(client, "organiser")
    for query in ("state=gone", f"org={cast.branch.pk}&kind=AREA&q=北", "state=claims", "state=review"):
        assert client.get(f"/party/posts/?{query}").status_code == 200
    for query in ("state=missing&q=许", "state=unsigned&year=2025", f"org={cast.branch.pk}"):
        assert client.get(f"/party/promises/?{query}").status_code == 200
    assert client.get("/party/promises/coverage/?year=2025").status_code == 200
