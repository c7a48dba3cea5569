"""The measures and the preview say what the figures say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hongzhu.core.measures.queries import MeasureScope, values
from hongzhu.core.obligations import measures
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period
from tests.core.obligations.conftest import NOW, deed

OCTOBER = Period.month(2026, 10)


def by_body(rows: Any) -> dict[int, tuple[int | None, int | None]]:
    return {row.org_id: (row.value, row.of) for row in rows}


def test_rate_and_unseen(shipped: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 10, 16))
    scope = MeasureScope(shipped.bureau.pk)
    told = {"duty": "theme_day_monthly"}
    rate = by_body(values("obligations.on_time_rate", scope, OCTOBER, NOW, **told))
    assert (rate[shipped.branch.pk], rate[shipped.other_branch.pk]) == ((1, 1), (0, 1))
    gap = by_body(values("obligations.unseen", scope, OCTOBER, NOW, **told))
    assert (gap[shipped.branch.pk], gap[shipped.other_branch.pk]) == ((0, 1), (1, 1))
    assert measures.credit_rows(scope, OCTOBER, NOW, **told).count() == 1
    november = by_body(values("obligations.on_time_rate", scope, Period.month(2026, 11), NOW, **told))
    assert november[shipped.branch.pk] == (None, None)  # not over and not held: missing is not zero
    part = MeasureScope(shipped.bureau.pk, path=shipped.general_branch.placements.get().path)
    assert set(by_body(values("obligations.unseen", part, OCTOBER, NOW, **told))) == {shipped.branch.pk}
    far = MeasureScope(shipped.far_bureau.pk)
    assert set(by_body(values("obligations.unseen", far, OCTOBER, NOW, **told))) == {shipped.far_branch.pk}


def test_preview_lists_what_moves_and_nothing_else(shipped: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 10, 16))
    old = policies.pack_for(shipped.bureau, date(2026, 10, 1))
    assert measures.moved(shipped.bureau, old, old, OCTOBER) == []
    section = old.section("obligations")
    duties = tuple(
        duty.model_copy(update={"count": 2}) if duty.code == "theme_day_monthly" else duty for duty in section.duties
    )
    new = replace(old, sections=old.sections | {"obligations": section.model_copy(update={"duties": duties})})
    found = {row.org_id: row for row in measures.moved(shipped.bureau, old, new, OCTOBER)}
    assert set(found) == {shipped.branch.pk, shipped.other_branch.pk}
    assert found[shipped.branch.pk].before == "应开1，已开1，未见记录0"
    assert found[shipped.branch.pk].after == "应开2，已开1，未见记录1"
