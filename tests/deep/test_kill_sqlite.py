"""200 kills of the whole server on SQLite, with people recording by HTTP: nothing acknowledged is lost, nothing is half."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.deep import house

pytestmark = [
    pytest.mark.deep,
    # Each kind of server is killed in its own phase of scripts/test.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="runs in the SQLite phase"),
]
KILLS, TWIN_KILLS = 200, 10


@pytest.fixture
def rage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(kills: int, *options: str) -> dict[str, Any]:
        seed = int(os.environ.get("HONGZHU_KILL_SEED") or random.SystemRandom().randrange(10**9))
        data = tmp_path / "house"
        began = time.monotonic()
        done = house.run(
            "tests.deep.sqlite_kills", "--kills", str(kills), "--seed", str(seed), *options,
            env=house.environment(data, house.sqlite_url(data)), seconds=2400,
        )  # fmt: skip
        assert done.returncode == 0, f"seed {seed}\n{done.stderr[-6000:]}"
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        with capfd.disabled():
            print(f"\nserver on SQLite killed, {options}, seed {seed}, {time.monotonic() - began:.0f} s: {report}")
        return report

    return run


def test_server_kills_lose_nothing(rage: Callable[..., dict[str, Any]]) -> None:
    report = rage(KILLS)

    assert report["kills"] == KILLS
    assert report["acknowledged"] >= KILLS
    assert (report["lost"], report["half"]) == (0, 0), report["shown"]


def test_twin_a_gateway_that_answers_before_the_commit_is_caught(rage: Callable[..., dict[str, Any]]) -> None:
    report = rage(TWIN_KILLS, "--eager")

    assert report["lost"] > 0
