"""A confirmation is of one community: put under another name, it has to be confirmed again (J10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hongzhu.services.party.actions import community
from hongzhu.services.party.models import Community
from tests.services.party.sending.test_rules import TODAY


@pytest.mark.parametrize(("name", "kept"), [("东社区", True), (" 东社区 ", True), ("西社区", False)])
def test_another_name_takes_the_confirmation_back(cast: Any, name: str, kept: bool) -> None:
    by = cast.actor("branch_secretary")
    row = community.register_community(
        person=cast.member.person, community="东社区", registered_on=date(2026, 1, 1), by=by, today=TODAY
    )
    community.confirm_community(row=row, on=TODAY, name="方可", by=by, today=TODAY)
    community.claim_service(row=row, community=name, service="清扫", by=by)
    found = Community.objects.get(pk=row.pk)
    assert (found.confirmed_on, found.confirmed_by) == ((TODAY, "方可") if kept else (None, ""))
    assert (found.community, found.service) == (name.strip(), "清扫")
