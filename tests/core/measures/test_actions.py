"""Values taken for a decision stay as they were taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.measures import actions, queries
from hongzhu.core.measures.models import TakenValue
from hongzhu.core.measures.queries import MeasureScope
from hongzhu.core.policies import actions as policies
from hongzhu.kit.dates import Period

FOR = "2026年上半年通报"


@pytest.fixture
def take(cast: Any) -> Any:
    policies.ship()

    def made(**given: Any) -> list[TakenValue]:
        usual = {
            "bureau": cast.bureau, "code": "measures.sample", "scope": MeasureScope(cast.bureau.pk),
            "period": Period.half(2026, 1), "known_at": timezone.now(), "taken_for": FOR, "by": cast.actor("party_office"),
        }  # fmt: skip
        return actions.take(**usual | given)

    return made


def test_taking_keeps_value_moment_and_pack(cast: Any, publish: Any, take: Any) -> None:
    publish({cast.branch.pk: 4, cast.other_branch.pk: None})
    before = Entry.objects.count()

    take(params={"only": "BRANCH"})

    kept = {row.org: row for row in queries.taken(cast.bureau, FOR)}
    assert {org: row.value for org, row in kept.items()} == {cast.branch: 4, cast.other_branch: None}
    row = kept[cast.branch]
    assert (row.measure, row.params, row.period) == ("measures.sample", {"only": "BRANCH"}, "2026H1")
    assert row.pack_version.startswith("national-")
    assert str(row) == "measures.sample 2026H1"
    assert Entry.objects.count() == before + 1
    assert Entry.objects.order_by("-seq")[0].did == "measures.take"


def test_taking_again_changes_nothing(cast: Any, publish: Any, take: Any) -> None:
    values = publish({cast.branch.pk: 4})
    (first,) = take()
    entries = Entry.objects.count()
    values[cast.branch.pk] = 9
    values[cast.other_branch.pk] = 1

    again = take(known_at=timezone.now(), taken_for=f" {FOR} ")

    assert [row.pk for row in again] == [first.pk]
    first.refresh_from_db()
    assert first.value == 4
    assert TakenValue.objects.count() == 1
    assert Entry.objects.count() == entries
    assert queries.replayed(first).value == 9


def test_another_decision_period_or_question_is_taken_anew(cast: Any, publish: Any, take: Any) -> None:
    publish({cast.branch.pk: 4})
    take()
    take(taken_for="2026年考评")
    take(period=Period.year(2026))
    take(params={"only": "BRANCH"})
    assert TakenValue.objects.count() == 4
    assert queries.taken(cast.bureau, FOR).count() == 3


def test_what_is_gone_is_not_replayed(cast: Any, publish: Any, take: Any) -> None:
    values = publish({cast.branch.pk: 4})
    (kept,) = take()
    values.clear()
    assert queries.replayed(kept) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda cast: {"taken_for": "  "}, "为哪件事"),
        (lambda cast: {"known_at": timezone.now() + timedelta(minutes=1)}, "还没有到"),
        (lambda cast: {"scope": MeasureScope(cast.far_bureau.pk)}, "不在本局"),
    ],
)
def test_refusals_keep_nothing(cast: Any, publish: Any, take: Any, given: Any, said: str) -> None:
    publish({cast.branch.pk: 4})
    before = Entry.objects.count()
    with pytest.raises(ValidationError, match=said):
        take(**given(cast))
    assert (TakenValue.objects.count(), Entry.objects.count()) == (0, before)
