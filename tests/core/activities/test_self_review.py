"""An act is read by another than who recorded or corrected it (A19)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.activities import actions
from hongzhu.core.activities.models import Act
from hongzhu.core.audit.models import Entry
from tests.core.activities.conftest import NOW, TODAY, told


@pytest.fixture
def own(cast: Any, record: Any) -> Act:
    """A meeting of the bureau's committee, recorded by the Party office that reviews acts."""
    return record(
        body=cast.committee, by="party_office", kind="study", parts=("study",), lecture_title="", lecturer=None
    )


def refused(cast: Any, act: Act, said: str) -> None:
    before, entries = Act.objects.values().get(pk=act.pk), Entry.objects.count()
    with pytest.raises(ValidationError, match=said):
        actions.review(act=act, by=cast.actor("party_office"), on=TODAY, now=NOW)
    assert (Act.objects.values().get(pk=act.pk), Entry.objects.count()) == (before, entries)


def test_who_recorded_it_does_not_review_it(cast: Any, own: Act) -> None:
    refused(cast, own, "没有别人有这个权限")
    reviewed = actions.review(act=own, by=cast.actor("district_officer"), on=TODAY, now=NOW)
    assert reviewed.status == Act.Status.REVIEWED


def test_who_corrected_it_has_written_it_too(cast: Any, record: Any) -> None:
    act = record()
    changed = told(theme="改过的主题", lecturer=cast.accounts["branch_secretary"].person_id)
    actions.correct(act=act, told=changed, revision=0, reason="写错", by=cast.actor("party_office"), on=TODAY, now=NOW)
    refused(cast, act, "孟春和")


def test_a_recorder_named_without_an_entry_is_known(cast: Any, record: Any) -> None:
    act = record()
    Act.objects.filter(pk=act.pk).update(recorder=cast.party_office.person)  # as rows brought over from elsewhere
    act.refresh_from_db()
    refused(cast, act, "不能自己审阅")


def test_an_act_of_the_branch_is_reviewed_as_ever(cast: Any, record: Any) -> None:
    act = actions.review(act=record(), by=cast.actor("party_office"), on=TODAY, now=NOW)
    assert act.status == Act.Status.REVIEWED


def test_the_page_offers_the_review_only_to_others(cast: Any, own: Act, client: Any) -> None:
    cast.login(client, "party_office")
    page = client.get(f"/activities/{own.pk}/").content.decode()
    assert "自己办的不能自己审阅" in page and f"/activities/{own.pk}/review/" not in page
