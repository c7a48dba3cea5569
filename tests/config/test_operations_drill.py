"""backup → wipe → restore, on the suite's database and across to the other: the same figures, chain and files.

The suite runs on either database, so all four ways are gone: SQLite to itself and to PostgreSQL, and back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.deep import house

SAME = ("figures,--json", "audit,verify,--json", "kept")


def drill(data: Path, url: str, *steps: str) -> dict[str, Any]:
    done = house.run("tests.deep.drill", *steps, env=house.environment(data, url), seconds=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return {one["step"]: one for one in json.loads(done.stdout.splitlines()[-1])}


def cluster() -> str:
    """A PostgreSQL to restore on: the suite's own, or the one beside it (scripts/test starts it)."""
    on_pg = connection.vendor == "postgresql"
    return os.environ.get("HONGZHU_DATABASE" if on_pg else "HONGZHU_TEST_POSTGRES", "")


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(here, across): a new database of the suite's make, and one of the other make; empty where there is none."""
    with ExitStack() as stack:
        sqlite = house.sqlite_url(tmp_path / "sqlite")
        postgres = stack.enter_context(house.postgres_database(cluster())) if cluster() else ""
        yield (sqlite, postgres) if connection.vendor == "sqlite" else (postgres, sqlite)


def test_a_backup_comes_back_here_and_across(tmp_path: Path, addresses: tuple[str, str]) -> None:
    here, across = addresses
    archive = tmp_path / "kept" / "hongzhu.tar"
    restore = f"restore,{archive},--json"

    before = drill(tmp_path / "here", here, "fill", *SAME, f"backup,{archive},--json")
    assert before[f"backup,{archive},--json"]["code"] == 0
    computed = [row["computed"] for row in json.loads(before["figures,--json"]["out"]) if row["computed"]]
    assert len(computed) >= 5, "figures over nothing would be the same before and after"
    chain = json.loads(before["audit,verify,--json"]["out"])
    assert chain["ok"] and chain["entries"] > 0
    assert archive.stat().st_mode & 0o077 == 0, "a backup holds personal data"
    refused = drill(tmp_path / "here", here, restore, *SAME)
    assert refused[restore]["code"] == 2, "over existing data only with --yes"
    assert "--yes" in refused[restore]["out"]
    assert [refused[step] for step in SAME] == [before[step] for step in SAME]

    after = drill(tmp_path / "here", here, "wipe", restore, *SAME, "insert")
    assert json.loads(after["wipe"]["out"]) == [[], []], "no file and no entry was left"
    assert after[restore]["code"] == 0
    assert [after[step] for step in SAME] == [before[step] for step in SAME]
    assert after["insert"]["out"] == "after"

    if not across:
        pytest.fail(
            "no second database: run through scripts/test, or set HONGZHU_TEST_POSTGRES=$(scripts/postgres url)"
        )
    there = drill(tmp_path / "there", across, "tables", restore, *SAME, "insert")
    assert there[restore]["code"] == 0, there[restore]["out"]
    assert [there[step] for step in SAME] == [before[step] for step in SAME]
    assert there["insert"]["out"] == "after"
