"""The cast that is put back equals the cast that was built, and rows made before it are never written over."""

from __future__ import annotations

import pytest

from tests import cast as cast_module
from tests.conftest import _Stage


def _contents(stage: _Stage) -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: sorted(
            tuple(str(value) for field, value in row.items() if field not in {"created_at", "recorded_at"})
            for row in model._base_manager.values()
        )
        for model in stage._models()
    }


@pytest.mark.django_db
def test_cast_put_back_equals_cast_built() -> None:
    from django.db import transaction

    stage = _Stage()
    with transaction.atomic():
        built = stage.enter()
        first, names = _contents(stage), [person.pk for person in built.people]
        transaction.set_rollback(True)
    assert not stage._anything_there()

    again = stage.enter()

    assert _contents(stage) == first
    assert [person.pk for person in again.people] == names
    assert again.people[0] is not built.people[0]
    # New rows get numbers of their own after the old ones were put back.
    assert cast_module.person(again.bureau, "甲").pk not in names


@pytest.mark.django_db
def test_rows_made_before_the_cast_are_left_alone() -> None:
    stage = _Stage()
    stage.cast, stage.rows = b"other", []
    root = cast_module._bureau("first", "先来县教育局")

    built = stage.enter()

    assert built.bureau.pk != root.bureau_id
    assert type(root)._base_manager.filter(pk=root.pk).exists()
