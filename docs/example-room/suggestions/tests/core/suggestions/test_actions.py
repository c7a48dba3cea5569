"""Numbers without gaps, one answer, by another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hongzhu.core.audit.models import Entry
from hongzhu.core.suggestions import actions
from hongzhu.core.suggestions.models import Suggestion
from tests.core.suggestions.doors import a_suggestion

DAY = date(2026, 11, 20)


def test_numbers_run_within_bureau_and_year(cast: Any) -> None:
    by = cast.actor("member")
    made = [
        actions.make(org=cast.branch, about="WORK", text="建议", by=by, on=day)
        for day in (DAY, DAY, date(2027, 1, 4))
    ]  # fmt: skip
    far = actions.make(org=cast.far_branch, about="WORK", text="建议", by=cast.actor("outsider"), on=DAY)

    assert [(one.year, one.number) for one in (*made, far)] == [(2026, 1), (2026, 2), (2027, 1), (2026, 1)]
    assert str(made[1]) == "2026年第2号建议"


def test_another_answers_once(cast: Any) -> None:
    suggestion = a_suggestion(cast)
    before = Entry.objects.count()

    actions.reply(suggestion=suggestion, text="照办", by=cast.actor("party_office"), on=DAY)
    with pytest.raises(ValidationError, match="已经答复过"):
        actions.reply(suggestion=suggestion, text="不办", by=cast.actor("party_office"), on=DAY)

    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.reply) == ("ANSWERED", "照办")
    assert Entry.objects.count() == before + 1


def test_nobody_answers_oneself(cast: Any) -> None:
    own = actions.make(org=cast.root, about="WORK", text="建议", by=cast.actor("party_office"), on=DAY)

    with pytest.raises(ValidationError, match="不能答复自己"):
        actions.reply(suggestion=own, text="照办", by=cast.actor("party_office"), on=DAY)

    own.refresh_from_db()
    assert (own.status, own.reply) == ("OPEN", "")


@pytest.mark.parametrize("change", [{"status": "ANSWERED"}, {"reply": "有答复而未答复"}])
def test_the_database_keeps_it_true(cast: Any, change: dict[str, str]) -> None:
    suggestion = a_suggestion(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=suggestion.pk).update(**change)
