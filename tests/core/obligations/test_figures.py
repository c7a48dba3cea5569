"""The figures where bodies merge, and where nothing is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hongzhu.core.obligations import queries
from hongzhu.core.obligations.queries import Scope, Totals
from hongzhu.core.obligations.queries.figures import credit_rows, last_held
from hongzhu.core.people import actions as people
from hongzhu.kit.dates import Period
from tests.core.obligations.conftest import NOW, deed

OCTOBER = Period.month(2026, 10)


def theme_day(cast: Any, body: Any) -> Totals:
    question = queries.ask(cast.bureau, OCTOBER, NOW, duties=("theme_day_monthly",))
    return queries.totals(question, queries.body_scope(body)).get(body.pk, Totals())


@pytest.mark.parametrize(
    ("held_on", "merged_on", "good"),
    [
        (date(2026, 10, 16), date(2026, 10, 20), 1),
        (date(2026, 10, 16), date(2026, 10, 31), 1),
        (date(2026, 10, 16), date(2026, 11, 1), 0),  # October was over: it stays with the body that held it
        (date(2026, 9, 18), date(2026, 10, 20), 0),  # held for September
    ],
)
def test_what_a_merged_body_held_in_the_open_period_counts_for_its_heir(
    shipped: Any, held_on: date, merged_on: date, good: int
) -> None:
    deed(shipped.other_branch, "theme_day", held_on)
    assert (theme_day(shipped, shipped.branch).good, theme_day(shipped, shipped.branch).unseen) == (0, 1)
    people.merge(org=shipped.other_branch, into=shipped.branch, by=shipped.actor("party_office"), on=merged_on)
    found = theme_day(shipped, shipped.branch)
    assert (found.due, found.good, found.unseen) == (1, good, 1 - good)


def test_what_two_held_together_before_they_were_merged_stands_there_once(shipped: Any) -> None:
    """The joint act is one record: the heir's own, not another one it inherits."""
    for body in (shipped.branch, shipped.other_branch):
        deed(body, "theme_day", date(2026, 10, 16), source=77)
    alone = deed(shipped.other_branch, "theme_day", date(2026, 10, 15), source=78)
    people.merge(org=shipped.other_branch, into=shipped.branch, by=shipped.actor("party_office"), on=date(2026, 10, 20))
    question = queries.ask(shipped.bureau, OCTOBER, NOW, duties=("theme_day_monthly",))
    rows = credit_rows(question, question.plan.slots, [shipped.branch.pk])
    assert [(row[4], row[7]) for row in rows] == [(alone.source, shipped.other_branch.pk), (77, shipped.branch.pk)]


def test_where_no_duty_falls_due_there_is_no_figure(shipped: Any) -> None:
    deed(shipped.branch, "theme_day", date(2026, 10, 16))
    scope = Scope(shipped.bureau.pk)

    def figures(*duties: str) -> list[Any]:
        question = queries.ask(shipped.bureau, OCTOBER, NOW, duties=duties)
        return [
            queries.totals(question, scope),
            queries.totals(question, scope, by="all"),
            queries.grid(question, scope),
            queries.cells(question, scope),
            last_held(question, scope),
        ]

    assert all(figures("theme_day_monthly"))
    assert figures("no_such_duty") == [{}, {}, {}, [], {}]
