"""A version of the pack may not reach back into months that are closed (architecture, rules 3 and 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.obligations import queries
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.models import PackVersion

from .conftest import NOW, TODAY, deed


@pytest.mark.parametrize(
    ("first", "on", "sealed"),
    [
        (None, date(2026, 11, 20), None),
        (date(2026, 10, 31), date(2026, 11, 10), None),  # October closes ten days after its end
        (date(2026, 10, 31), date(2026, 11, 11), date(2026, 10, 1)),
        (date(2025, 3, 5), date(2026, 11, 10), date(2026, 9, 1)),
        (date(2026, 11, 1), date(2026, 11, 20), None),  # nothing was recorded in what is closed
    ],
)
def test_the_last_closed_month_with_records(shipped: Any, first: date | None, on: date, sealed: date | None) -> None:
    if first is not None:
        deed(shipped.branch, "theme_day", first)
        deed(shipped.far_branch, "theme_day", date(2024, 1, 1))  # next door
    assert queries.sealed_until(shipped.bureau.pk, on) == sealed


def published(cast: Any, valid_from: date) -> PackVersion:
    by = cast.actor("party_office")
    version = policies.draft(bureau=cast.bureau, by=by, on=TODAY)
    return policies.publish(version=version, valid_from=valid_from, basis="青教党〔2026〕3号", by=by, now=NOW)


def test_a_version_dated_into_a_closed_month_is_refused_and_the_draft_stays(shipped: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 10, 8), recorded=datetime(2026, 10, 8, 4, tzinfo=UTC))
    with pytest.raises(ValidationError, match=r"2026年10月及以前已经封账.*2026-10-01以后.*草稿还在"):
        published(shipped, date(2026, 10, 1))
    assert PackVersion.objects.get(bureau=shipped.bureau).status == "DRAFT"
    assert published(shipped, date(2026, 10, 2)).status == "PUBLISHED"  # governs months begun after it: November


def test_a_bureau_that_begins_may_date_its_first_version_back(shipped: Any) -> None:
    assert published(shipped, date(2026, 1, 1)).status == "PUBLISHED"
