"""Hours, looks back, and the proof with its failing twins."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hongzhu.core.activities import actions as activities
from hongzhu.core.audit.models import Entry
from hongzhu.core.credits import actions, queries
from hongzhu.core.credits.actions import Earned
from hongzhu.core.credits.models import Credit
from hongzhu.core.policies import actions as policy_actions
from hongzhu.kit.refs import Ref
from tests.core.activities.conftest import NOW, TODAY, told

MAY = date(2026, 5, 8)
AT = datetime(2026, 5, 9, tzinfo=UTC)
SOURCE = Ref("tests.deed", 1, "")


@pytest.fixture
def act(cast: Any) -> Any:
    """One confirmed act of the branch with everything it is worth."""
    policy_actions.ship()
    made = activities.record(
        body=cast.branch, told=told(held_on=date(2026, 6, 19), lecturer=cast.accounts["branch_secretary"].person_id),
        by=cast.actor("organiser"), on=TODAY, now=NOW,
    )  # fmt: skip
    counted = set(made.claims.values_list("org", "tag"))
    return activities.confirm(act=made, counted=counted, by=cast.actor("organiser"), now=NOW)


def rebuild(*options: str) -> tuple[int, str]:
    out, code = StringIO(), 0
    try:
        call_command("rebuild", "credits", *options, stdout=out)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue()


def settle(cast: Any, *held: date, now: datetime = AT) -> tuple[int, int]:
    earned = [Earned("theme_day", cast.branch.pk, day, day) for day in held]
    with transaction.atomic():
        return actions.settle(
            kind=SOURCE.kind, bureau=cast.bureau.pk, worth={SOURCE.id: actions.Worth(earned, AT)}, now=now
        )


def test_hours_by_person_and_year(cast: Any) -> None:
    one, two = cast.people[0], cast.people[1]
    rows = ((one, MAY, 150), (one, date(2026, 1, 1), 100), (one, date(2025, 12, 31), 700), (two, MAY, 50))
    for number, (who, day, amount) in enumerate(rows):
        Credit.objects.create(
            bureau=cast.bureau, body=cast.branch, person=who, tag="study_hours", held_on=day, belongs_on=day,
            recorded_at=AT, amount=amount, kind="tests.deed", source=number,
        )  # fmt: skip
    people = [person.pk for person in cast.people]
    assert queries.hours_of(people, 2026) == {one.pk: 250, two.pk: 50}
    assert queries.hours_of(people, 2026, tags=["other"]) == {}
    Credit.objects.filter(person=two).update(voided_at=AT + timedelta(days=1))
    assert two.pk not in queries.hours_of(people, 2026)
    assert queries.hours_of([two.pk], 2026, at=AT) == {two.pk: 50}


def test_a_look_back_between_two_versions_finds_the_old_one_alone(cast: Any) -> None:
    assert settle(cast, MAY) == (1, 0)
    corrected = AT + timedelta(days=5)
    assert settle(cast, date(2026, 5, 7), now=corrected) == (1, 1)
    at = lambda moment: list(Credit.objects.filter(queries.stood(moment)).values_list("held_on", flat=True))  # noqa: E731
    assert at(AT) == at(corrected - timedelta(seconds=1)) == [MAY]
    assert at(corrected) == [date(2026, 5, 7)]
    assert at(AT - timedelta(seconds=1)) == []
    assert settle(cast, date(2026, 5, 7), now=corrected) == (0, 0)


def test_settle_wants_the_transaction_of_the_act(cast: Any, transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        actions.settle(kind=SOURCE.kind, bureau=cast.bureau.pk, worth={}, now=AT)


def test_many_sources_are_settled_at_once_and_keep_apart(cast: Any) -> None:
    """The same row of two sources is two credits; what one loses the other keeps; each keeps its own time."""
    same, later = Earned("theme_day", cast.branch.pk, MAY, MAY), AT + timedelta(days=2)
    told = {1: actions.Worth([same], AT), 2: actions.Worth([same], later), 3: actions.Worth([], AT)}
    put = {"kind": SOURCE.kind, "bureau": cast.bureau.pk}
    with transaction.atomic():
        assert actions.settle(**put, worth=told, now=later) == (2, 0)
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        assert actions.settle(**put, worth={**told, 1: actions.Worth([], AT)}, now=later) == (0, 1)
    assert len(seen) == 2, "one look and one update, however many sources"
    rows = Credit.objects.filter(voided_at__isnull=True).values_list("source", "recorded_at")
    assert list(rows) == [(2, later)]


def test_check_agrees_after_recording_and_correcting(cast: Any, act: Any) -> None:
    assert queries.open_credits(cast.bureau.pk).exists()
    code, said = rebuild("--check")
    assert (code, "agree" in said) == (0, True), said


@pytest.mark.parametrize("tamper", ["planted", "deleted", "moved", "backdated"])
def test_check_finds_each_tampering_and_write_repairs_it(cast: Any, act: Any, tamper: str) -> None:
    first = queries.open_credits(cast.bureau.pk).filter(person__isnull=True).order_by("pk").first()
    assert first is not None
    before = set(queries.kept(cast.bureau.pk))
    if tamper == "planted":
        Credit.objects.create(
            bureau=cast.bureau, body=cast.branch, tag="theme_day", held_on=MAY, belongs_on=MAY, recorded_at=AT,
            kind="activities.act", source=999_999,
        )  # fmt: skip
    elif tamper == "deleted":
        first.delete()
    elif tamper == "moved":
        Credit.objects.filter(pk=first.pk).update(belongs_on=MAY)
    else:
        Credit.objects.filter(pk=first.pk).update(recorded_at=first.recorded_at - timedelta(days=30))
    code, said = rebuild("--check", "--json")
    answer = next(answer for answer in json.loads(said) if answer["bureau"] == cast.bureau.code)
    assert code == 1
    assert (answer["agrees"], answer["missing"] + answer["surplus"] > 0) == (False, True)
    entries = Entry.objects.count()
    assert rebuild("--write")[0] == 0
    assert set(queries.kept(cast.bureau.pk)) == before
    assert Entry.objects.count() == entries + 1
    assert rebuild("--check")[0] == 0


def test_an_unknown_bureau_is_said(cast: Any) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("rebuild", "credits", "--check", "--bureau", "nowhere")
