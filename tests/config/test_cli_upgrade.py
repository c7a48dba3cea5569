"""``migrate`` and ``upgrade`` leave a house that can open its pages: packs and holidays are in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hongzhu.config import cli
from hongzhu.config.operations import tables
from hongzhu.core.audit.models import Entry
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.models import CalendarDay, PackVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def hongzhu(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process; Django's own commands are noted instead of run on the suite's database."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(cli, "django_command", lambda *words, **_options: ran.append(words[0]))
    monkeypatch.setattr(cli, "_doctor", lambda **_options: 0)
    ran: list[str] = []
    return lambda *words: CliRunner().invoke(cli.main, list(words))


@pytest.mark.parametrize("command", ["migrate", "upgrade"])
def test_packs_and_holidays_are_loaded_once(hongzhu: Callable[..., Result], command: str) -> None:
    assert hongzhu(command).exit_code == 0
    packs, days, entries = PackVersion.objects.count(), CalendarDay.objects.count(), Entry.objects.count()
    assert packs and days and entries == 2
    assert not tables.has_rows(), "a fresh house still takes a backup back without --yes"

    assert hongzhu(command).exit_code == 0
    assert (PackVersion.objects.count(), CalendarDay.objects.count(), Entry.objects.count()) == (packs, days, entries)


def test_a_changed_pack_is_refused_with_a_sentence(hongzhu: Callable[..., Result]) -> None:
    policies.ship()
    PackVersion.objects.filter(name="national").update(digest="0" * 64)
    refused = hongzhu("migrate")
    assert refused.exit_code == 1
    assert "加一个新版本" in refused.output and "Traceback" not in refused.output
