"""200 forked writers killed with -9 lose no acknowledged record and leave none half-applied; two twins are caught.

On the database the suite runs on: a file of SQLite, or a database of its own in the cluster of HONGZHU_DATABASE.
``HONGZHU_KILL_SEED`` repeats a run; the seed is printed with the figures.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.deep import house

KILLS = 200
TWIN_KILLS = 40
Report = dict[str, Any]


@pytest.fixture
def rage(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Report]]:
    """``rage(how, kills)``: a new house, the writers, the killing, the check; returns the report."""

    def run(how: str, kills: int) -> Report:
        seed = int(os.environ.get("HONGZHU_KILL_SEED") or random.SystemRandom().randrange(10**9))
        data = tmp_path / how
        if connection.vendor == "postgresql":
            with house.postgres_database(os.environ["HONGZHU_DATABASE"]) as url:
                return once(how, kills, seed, data, url)
        return once(how, kills, seed, data, house.sqlite_url(data))

    def once(how: str, kills: int, seed: int, data: Path, url: str) -> Report:
        done = house.run(
            "tests.deep.writers", "--how", how, "--kills", str(kills), "--seed", str(seed),
            env=house.environment(data, url), seconds=240,
        )  # fmt: skip
        assert done.returncode == 0, f"seed {seed}\n{done.stderr[-4000:]}"
        report: Report = json.loads(done.stdout.splitlines()[-1])
        with capfd.disabled():
            print(f"\nwriters killed, {connection.vendor}, {how}, seed {seed}: {report}")
        assert report["died"] == 0 or how == "pieces", f"seed {seed}\n{done.stderr[-4000:]}"
        return report

    yield run


def test_no_acknowledged_record_is_lost_and_none_is_half_applied(rage: Callable[..., Report]) -> None:
    report = rage("whole", KILLS)

    assert report["kills"] == KILLS
    assert report["acknowledged"] >= KILLS // 4, "too few acts between the kills: the test would prove nothing"
    assert (report["lost"], report["half"]) == (0, 0), report["shown"]


def test_twin_a_writer_without_one_transaction_leaves_half_applied_records(rage: Callable[..., Report]) -> None:
    report = rage("pieces", TWIN_KILLS)

    assert report["half"] > 0


def test_twin_a_writer_that_acknowledges_before_it_commits_loses_records(rage: Callable[..., Report]) -> None:
    report = rage("eager", TWIN_KILLS)

    assert report["lost"] > 0
    assert report["half"] == 0, "its records are whole, only its word is not"
