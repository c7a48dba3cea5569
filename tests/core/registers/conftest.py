"""A shipped pack and a few rows of each register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hongzhu.core.policies import actions as policies
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Contact

ON = date(2026, 3, 1)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    return cast


def assigned(
    cast: Any, *bodies: Any, on: date = ON, scheme: str = "CONTACT", who: str = "party_office"
) -> list[Contact]:
    return actions.assign(
        bureau=cast.bureau, scheme=scheme, person=cast.accounts[who].person, bodies=bodies or (cast.school,), from_on=on,
        by=cast.actor("party_office"),
    )  # fmt: skip


def honoured(cast: Any, **given: Any) -> Any:
    facts = {
        "title": "先进基层党组织", "level": "PROVINCIAL", "granted_by": "省教育厅", "granted_on": ON, "org": cast.branch,
    }  # fmt: skip
    return actions.grant(bureau=cast.bureau, by=cast.actor("party_office"), **facts | given)
