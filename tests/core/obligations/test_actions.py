"""Waiving and reminding: what changes, who is told, and refusals that change nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.audit.models import Entry
from hongzhu.core.documents.models import Message
from hongzhu.core.obligations import actions, queries
from hongzhu.core.obligations.engine import Status
from hongzhu.core.obligations.models import Reminder, Waiver
from hongzhu.core.obligations.queries import Scope
from hongzhu.core.people.models import Post, PostKind
from hongzhu.kit.dates import Period
from tests.core.obligations.conftest import NOW, TODAY, deed, later

DUTY = "theme_day_monthly"


def waive(cast: Any, **changes: Any) -> Waiver:
    told = {"body": cast.branch, "duty": DUTY, "period": "2026-11", "reason": "全体外出支教"} | changes
    return actions.waive(by=cast.actor("party_office"), on=told.pop("on", TODAY), now=NOW, **told)


def status(cast: Any, period: str = "2026-11", known_at: Any = NOW) -> Status:
    question = queries.ask(cast.bureau, Period.parse(period), known_at, duties=(DUTY,))
    return queries.cells(question, queries.body_scope(cast.branch))[0].cell.status


def test_waived_and_taken_back(shipped: Any) -> None:
    assert status(shipped) == Status.OPEN
    before = Entry.objects.count()
    waiver = waive(shipped)
    assert (status(shipped), Entry.objects.count()) == (Status.WAIVED, before + 1)
    actions.revoke_waiver(waiver=waiver, reason="已经返校", by=shipped.actor("party_office"), now=later(NOW, hours=1))
    assert status(shipped, known_at=later(NOW, hours=1)) == Status.OPEN
    assert status(shipped) == Status.WAIVED  # the look back still sees it
    assert Entry.objects.count() == before + 2
    waive(shipped)  # and it may be waived again


def test_an_act_beats_a_waiver(shipped: Any) -> None:
    waive(shipped)
    deed(shipped.branch, "theme_day", date(2026, 11, 13))
    assert status(shipped) == Status.HELD


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "  "},
        {"duty": "nothing"},
        {"period": "2026Q4"},
        {"period": "nonsense"},
        {"period": "2026-10", "on": date(2026, 11, 11)},  # ten days after the end it is locked
    ],
)
def test_refused_and_nothing_changed(shipped: Any, changes: dict[str, Any]) -> None:
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        waive(shipped, **changes)
    assert (Waiver.objects.count(), Entry.objects.count()) == (0, before)


def test_until_the_lock_it_may_be_waived(shipped: Any) -> None:
    assert waive(shipped, period="2026-10", on=date(2026, 11, 10)).pk


def test_twice_is_refused(shipped: Any) -> None:
    waiver = waive(shipped)
    with pytest.raises(ValidationError):
        waive(shipped)
    actions.revoke_waiver(waiver=waiver, reason="误点", by=shipped.actor("party_office"), now=NOW)
    with pytest.raises(ValidationError):
        actions.revoke_waiver(waiver=waiver, reason="误点", by=shipped.actor("party_office"), now=NOW)
    with pytest.raises(ValidationError):
        actions.revoke_waiver(waiver=waive(shipped), reason="", by=shipped.actor("party_office"), now=NOW)


def remind(cast: Any, period: Period) -> int:
    question = queries.ask(cast.bureau, period, NOW, duties=(DUTY,))
    short = queries.short_bodies(question, Scope(cast.bureau.pk))
    return actions.remind(bureau=cast.bureau, short=short, by=cast.actor("party_office"), on=TODAY, now=NOW, url="/x/")


def test_only_those_short_are_reminded_and_only_once(shipped: Any) -> None:
    october = Period.month(2026, 10)
    deed(shipped.other_branch, "theme_day", date(2026, 10, 16))
    before = Entry.objects.count()
    assert remind(shipped, october) == 1
    assert set(Reminder.objects.values_list("body", flat=True)) == {shipped.branch.pk}
    told = set(Message.objects.values_list("account__username", flat=True))
    assert told == {"branch_secretary", "organiser", "deputy"}
    assert Entry.objects.count() == before + 1
    assert remind(shipped, october) == 0
    assert (Message.objects.count(), Entry.objects.count()) == (3, before + 1)
    assert remind(shipped, Period.month(2026, 9)) == 2  # another month is another reminder
    assert remind(shipped, Period.month(2026, 11)) == 0  # what is not over is not short


def test_reminding_asks_a_fixed_number_of_queries(shipped: Any) -> None:
    deed(shipped.other_branch, "theme_day", date(2026, 10, 16))

    def asked(month: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            remind(shipped, Period.month(2026, month))
        return len(caught)

    asked(1)
    assert asked(10) == asked(9)  # one body short, then two


def test_nobody_lets_the_own_body_off(shipped: Any) -> None:
    post = Post.objects.create(
        person=shipped.party_office.person, org=shipped.branch, kind=PostKind.COMMITTEE_MEMBER, from_on=date(2026, 1, 1)
    )
    before = Entry.objects.count()
    with pytest.raises(ValidationError, match="自己办的不能自己准予免开"):
        waive(shipped)
    assert (Waiver.objects.count(), Entry.objects.count()) == (0, before)
    Post.objects.filter(pk=post.pk).update(to_on=TODAY)  # out of the committee since today
    assert waive(shipped).pk
