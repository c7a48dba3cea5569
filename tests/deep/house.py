"""A house of its own for a test that kills: its database, its data folder, the cast under the shipped packs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = "tests.deep.settings"


def environment(data: Path, database: str) -> dict[str, str]:
    """What a program needs to work in a house of its own."""
    data.mkdir(parents=True, exist_ok=True)
    aside = ("HONGZHU_DATA", "PYTHONDONTWRITEBYTECODE")
    keep = {name: value for name, value in os.environ.items() if not name.startswith(aside)}
    return keep | {
        "HONGZHU_DATA": str(data),
        # Names the folder as given by a test: tests.scratch leaves it alone.
        "HONGZHU_TEST_DATA": str(data.parent),
        "HONGZHU_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": str(ROOT),
    }


def sqlite_url(data: Path) -> str:
    """The address of a new file; with the tables in it where scripts/test had them made (HONGZHU_TEST_HOUSE)."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "house.sqlite3"
    if (made := os.environ.get("HONGZHU_TEST_HOUSE")) and not file.exists():
        shutil.copyfile(made, file)
    return f"sqlite:///{file}"


@contextmanager
def postgres_database(cluster: str) -> Iterator[str]:
    """The address of a new database in a running cluster; dropped afterwards. With tables as :func:`sqlite_url`'s."""
    import psycopg

    name = f"hz_{uuid.uuid4().hex[:12]}"
    like = os.environ.get("HONGZHU_TEST_TEMPLATE") or "template1"
    with psycopg.connect(cluster, autocommit=True) as boss:
        boss.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(cluster, autocommit=True) as boss:
            boss.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run(module: str, *arguments: str, env: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """Run one of our programs to its end, with its output."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env=dict(env), capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


def boot() -> None:
    """Django, in a program started with :func:`environment`."""
    import django

    django.setup()


def tables() -> None:
    """All tables: by the migrations when they are there, else from the models."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, run_syncdb=not settings.MIGRATED)


def furnish() -> Any:
    """Tables, the cast, the shipped packs; returns the cast."""
    from hongzhu.core.policies import actions as policies
    from tests import cast

    tables()
    made = cast.build()
    policies.ship()
    return made
