"""200 kills of the whole PostgreSQL server: crash recovery comes back each time, nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.deep import house

pytestmark = [
    pytest.mark.deep,
    # Each kind of server is killed in its own phase of scripts/test.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="runs in the PostgreSQL phase"),
]
POSTGRES = str(house.ROOT / "scripts/postgres")
KILLS, TWIN_KILLS = 200, 40


@pytest.fixture
def cluster() -> Iterator[str]:
    """A cluster of this test alone."""
    name = f"kills{uuid.uuid4().hex[:8]}"
    yield name
    subprocess.run([POSTGRES, "remove", name], check=False, capture_output=True)


@pytest.fixture
def rage(cluster: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def run(kills: int, *options: str) -> dict[str, Any]:
        seed = int(os.environ.get("HONGZHU_KILL_SEED") or random.SystemRandom().randrange(10**9))
        url = subprocess.run([POSTGRES, "url", cluster], check=True, capture_output=True, text=True).stdout.strip()
        began = time.monotonic()
        done = house.run(
            "tests.deep.postgres_kills", cluster, "--kills", str(kills), "--seed", str(seed), *options,
            env=house.environment(tmp_path / "house", url), seconds=2400,
        )  # fmt: skip
        assert done.returncode == 0, f"seed {seed}\n{done.stderr[-4000:]}"
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        with capfd.disabled():
            print(f"\nPostgreSQL killed, {options}, seed {seed}, {time.monotonic() - began:.0f} s: {report}")
        return report

    return run


def test_server_kills_lose_nothing(rage: Callable[..., dict[str, Any]]) -> None:
    report = rage(KILLS)

    assert report["kills"] == KILLS
    assert report["acknowledged"] >= KILLS
    assert report["died"] == 0
    assert (report["lost"], report["half"]) == (0, 0), report["shown"]


def test_twin_writers_that_do_not_wait_for_the_disk_lose_acknowledged_records(
    rage: Callable[..., dict[str, Any]],
) -> None:
    report = rage(TWIN_KILLS, "--lossy")

    assert report["lost"] > 0
