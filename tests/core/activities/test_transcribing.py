"""上级平台转录卡 of an act: one mark for each upper system, and a correction asks for it again."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions, queries
from hongzhu.core.activities.models import Act, Transcription
from hongzhu.core.audit.models import Entry

from .conftest import NOW, TODAY


def mark(act: Act, system: str, cast: Any, **later: int) -> Transcription:
    return actions.transcribed(act=act, system=system, by=cast.actor("organiser"), now=NOW + timedelta(**later))


def correct(act: Act, cast: Any, **later: int) -> None:
    act.refresh_from_db()
    done = actions.correct(
        act=act, told=queries.told_of(act), revision=act.revision, reason="人数", by=cast.actor("organiser"), on=TODAY,
        now=NOW + timedelta(**later),
    )  # fmt: skip
    assert isinstance(done, Act)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    rows = [SimpleNamespace(code="one"), SimpleNamespace(code="two")]
    monkeypatch.setattr("hongzhu.core.activities.queries.transcribing.systems_of", lambda _act: rows)
    return rows


def test_each_system_has_its_own_mark(cast: Any, record: Any, two: list[Any]) -> None:
    act = record()
    assert (queries.marks_of(act, two), queries.copied(act)) == ({}, "")
    mark(act, "one", cast, hours=1)
    assert set(queries.marks_of(act, two)) == {"one"} and queries.copied(act) == ""
    mark(act, "two", cast, hours=2)
    marks = queries.marks_of(act, two)
    assert [(code, one.at - NOW, one.again) for code, one in marks.items()] == [
        ("one", timedelta(hours=1), False), ("two", timedelta(hours=2), False),
    ]  # fmt: skip
    assert queries.copied(act) == "done" and marks["one"].by


def test_a_correction_asks_for_it_again_where_it_was_carried_over_before(
    cast: Any, record: Any, two: list[Any]
) -> None:
    act = record()
    mark(act, "one", cast, hours=1)
    correct(act, cast, hours=2)
    mark(act, "two", cast, hours=3)
    assert {code: one.again for code, one in queries.marks_of(act, two).items()} == {"one": True, "two": False}
    assert queries.copied(act) == "again"
    mark(act, "one", cast, hours=4)
    assert queries.copied(act) == "done"
    assert Transcription.objects.filter(system="one").get().at == NOW + timedelta(hours=4)
    assert Entry.objects.filter(did="activities.transcribed").count() == 3


def test_an_old_mark_covers_every_system_until_a_correction(cast: Any, record: Any, two: list[Any]) -> None:
    act = record()
    Act.objects.filter(pk=act.pk).update(transcribed_at=NOW)
    act.refresh_from_db()
    assert queries.copied(act) == "done"
    correct(act, cast, hours=1)
    act.refresh_from_db()
    assert all(one.again for one in queries.marks_of(act, two).values())
    mark(act, "one", cast, hours=2)
    assert {code: one.again for code, one in queries.marks_of(act, two).items()} == {"one": False, "two": True}


def test_no_system_is_never_done(cast: Any, record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hongzhu.core.activities.queries.transcribing.systems_of", lambda _act: [])
    assert queries.copied(record()) == ""


def test_the_pages_say_it(cast: Any, client: Client, record: Any) -> None:
    act = record()
    cast.login(client, "organiser")
    card, page = reverse("activities:act_card", args=[act.pk]), reverse("activities:act", args=[act.pk])
    saved = reverse("activities:act_saved", args=[act.pk])
    done = reverse("activities:act_transcribed", args=[act.pk, "upper_general"])

    def read(address: str) -> str:
        return client.get(address).content.decode()

    assert done in read(card) and "已转录" not in read(page).replace("标为已转录", "") and "逐栏复制" in read(saved)
    assert client.post(done).url == card
    assert done not in read(card) and "已转录" in read(card)
    assert "（已转录）" in read(page) and "<span>已转录</span>" in read(saved)
    correct(act, cast, days=1 + (timezone.now() - NOW).days)
    assert "已更正，请重新转录" in read(card) and "改动后再次标为已转录" in read(card)
    assert "（已更正，请重新转录）" in read(page) and "已更正，请重新转录" in read(saved)
    assert client.post(reverse("activities:act_transcribed", args=[act.pk, "nowhere"])).status_code == 404
    assert Transcription.objects.count() == 1
