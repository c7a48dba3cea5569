"""A shipped pack, a document at each step of its life."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hongzhu.core.access.models import Grant, Role
from hongzhu.core.documents import actions
from hongzhu.core.policies import actions as policies
from tests.cast import FOUNDED, account, person

ON = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    return cast


def wording(**given: Any) -> actions.Wording:
    facts = {
        "kind": "NOTICE",
        "title": "关于冬季安全检查的通知",
        "text": "请各单位自查。",
        "kinds": ("SCHOOL", "BRANCH"),
    }
    return actions.Wording(**facts | given)


def drafted(cast: Any, **given: Any) -> Any:
    return actions.draft(issuer=cast.root, wording=wording(**given), by=cast.actor("party_office"), now=NOW)


def another(cast: Any) -> Any:
    """A second one of the Party office: what the first has written, somebody else checks (A19)."""
    if "checker" not in cast.accounts:
        who = person(cast.bureau, "方知远")
        cast.accounts["checker"] = account(who, "checker", cast.bureau)
        Grant.objects.create(bureau=cast.bureau, person=who, role=Role.PARTY_OFFICE, org=cast.root, from_on=FOUNDED)
    return cast.actor("checker")


def signed(cast: Any, **given: Any) -> Any:
    document = drafted(cast, **given)
    by = cast.actor("party_office")
    actions.submit(document=document, by=by)
    other = another(cast)
    actions.approve(document=document, by=other, on=ON)
    return actions.sign(document=document, signed_by="陆望舒", by=other, on=ON)


def issued(cast: Any, **given: Any) -> Any:
    return actions.issue(document=signed(cast, **given), by=cast.actor("party_office"), on=ON, now=NOW)
