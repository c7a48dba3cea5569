"""A version that came with the program after the bureau's own: said on the page, put into the draft, nothing of the
bureau's own lost.
"""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.policies import actions, queries
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import schema
from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.policies.pack.merge import taken_over

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def by(cast):
    return cast.actor("party_office")


@pytest.fixture
def own(cast, shipped, by):
    """The bureau's own edition: two lectures a quarter."""
    made = actions.draft(bureau=cast.bureau, by=by, on=DAY)
    actions.edit(
        version=made, edits=[Edit("obligations", "duties", "lecture_quarterly", "count", 2)], by=by, now=timezone.now()
    )
    return actions.publish(
        version=made, valid_from=date(2026, 3, 1), basis="青教党〔2026〕3号", by=by, now=timezone.now()
    )


def ship(own, body, valid_from=date(2026, 6, 1), later=timedelta(hours=1)):
    base = PackVersion.objects.get(name="national", version=3, bureau=None)
    return PackVersion.objects.create(
        name="national", version=4, status="PUBLISHED", title=base.title, basis="新的", body=body,
        digest=schema.digest(body), valid_from=valid_from, published_at=own.published_at + later, published_by="升级",
    )  # fmt: skip


def changed():
    """The next national version: theme day twice, a third lecture, other dues, a new limit."""
    body = copy.deepcopy(PackVersion.objects.get(name="national", version=3, bureau=None).body)
    duties = {duty["code"]: duty for duty in body["obligations"]["duties"]}
    duties["theme_day_monthly"]["count"] = 2
    duties["lecture_quarterly"]["count"] = 3
    body["party"]["dues"]["large"]["value"] = 200_000
    body["obligations"]["duties"].append(duties["theme_day_monthly"] | {"code": "theme_day_extra"})
    return body


def test_what_arrived_is_said_until_the_bureau_publishes_again(cast, own, by, client, clock):
    clock.set(2026, 11, 20, 9)
    cast.login(client, "party_office")
    page = reverse("policies:pack_list")
    assert queries.arrived(cast.bureau, DAY) is None
    assert "有新的随系统版本" not in client.get(page).content.decode()

    shipped = ship(own, changed(), valid_from=DAY)
    assert queries.arrived(cast.bureau, DAY - timedelta(days=1)) is None  # not in force yet
    found = queries.arrived(cast.bureau, DAY)
    assert (found.version, found.before.version) == (shipped, 3)
    assert queries.arrived(cast.far_bureau, DAY) is None  # it has no edition of its own: the new one governs it
    assert "有新的随系统版本" in client.get(page).content.decode()

    answer = client.post(reverse("policies:draft_take_over"), follow=True)
    assert "新版本的变动已并入草稿" in answer.content.decode()
    draft = PackVersion.objects.get(bureau=cast.bureau, status="DRAFT")
    section = queries.typed(draft).section("obligations")
    counts = {duty.code: duty.count for duty in section.duties}
    assert counts["theme_day_monthly"] == 2  # untouched by the bureau: the new number
    assert counts["theme_day_extra"] == 2
    assert counts["lecture_quarterly"] == 2  # the bureau's own stays
    assert queries.typed(draft).section("party").dues.large.value == 200_000
    assert Entry.objects.filter(did="policies.take_over").count() == 1

    actions.publish(
        version=draft, valid_from=date(2027, 1, 1), basis="青教党〔2026〕9号", by=by,
        now=shipped.published_at + timedelta(hours=1),
    )  # fmt: skip
    assert queries.arrived(cast.bureau, DAY) is None
    assert "不用并入" in client.post(reverse("policies:draft_take_over"), follow=True).content.decode()


def test_what_does_not_fit_together_is_refused_and_the_draft_stays(cast, own, by, client):
    body = changed()
    body["party"]["dues"]["tables"][0]["brackets"][1]["upto"] = 200_000
    ship(own, body)
    cast.login(client, "party_office")
    text = client.post(reverse("policies:draft_take_over"), follow=True).content.decode()
    assert "没有并入：各档上限要从小到大" in text
    draft = PackVersion.objects.get(bureau=cast.bureau, status="DRAFT")
    assert draft.body == own.body


def test_a_published_version_takes_nothing_over(cast, own, by):
    ship(own, changed())
    with pytest.raises(ValidationError, match="已发布"):
        actions.take_over(version=own, by=by, now=timezone.now())


def test_nothing_came(cast, own, by):
    made = actions.draft(bureau=cast.bureau, by=by, on=DAY)
    with pytest.raises(ValidationError, match="不用并入"):
        actions.take_over(version=made, by=by, now=timezone.now())


def item(code, **fields):
    return {"code": code, **fields}


@pytest.mark.parametrize(
    ("base", "own", "new", "made"),
    [
        ({"n": 1}, {"n": 1}, {"n": 2}, {"n": 2}),
        ({"n": 1}, {"n": 3}, {"n": 2}, {"n": 3}),
        ({"n": 1}, {"n": 1, "own": 1}, {"n": 1, "new": 2}, {"n": 1, "own": 1, "new": 2}),
        ({"n": 1, "m": 1}, {"m": 1}, {"n": 2, "m": 1}, {"m": 1}),  # taken out here: stays out, changed there or not
        ({"n": 1, "m": 1}, {"m": 1}, {"n": 1, "m": 2}, {"m": 2}),
        ({"n": 1, "m": 1}, {"n": 1, "m": 2}, {"m": 1}, {"m": 2}),  # dropped there, untouched here: goes
        ({"t": {"zh": "甲", "en": "A"}}, {"t": {"zh": "乙"}}, {"t": {"zh": "甲", "en": "B"}}, {"t": {"zh": "乙"}}),
        (
            [item("a", n=1), item("b", n=1)],
            [item("a", n=5), item("b", n=1), item("own", n=1)],
            [item("a", n=2, m=1), item("b", n=2), item("new", n=1)],
            [item("a", n=5, m=1), item("b", n=2), item("own", n=1), item("new", n=1)],
        ),
        ([1, 2], [1, 3], [1, 2, 4], [1, 3]),
        ({}, {"s": {"n": 1}}, {"s": {"n": 2}}, {"s": {"n": 1}}),
    ],
)
def test_three_sides(base, own, new, made):
    assert taken_over(base, own, new) == made
