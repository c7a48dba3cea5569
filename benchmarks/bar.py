"""A bar, how it is measured, and a scratch database to measure on. How to write a bench: README.md beside this file."""

from __future__ import annotations

import importlib.util
import math
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import override_settings

CLOCKS: Mapping[str, Callable[[], float]] = {"cpu": time.process_time, "wall": time.perf_counter}


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: ``ratio`` must be ``better`` than ``limit``. ``figures`` are what the ratio was made of, as printed."""

    name: str
    figures: Mapping[str, str]
    ratio: float
    limit: float
    better: Literal["<=", ">="] = "<="
    unit: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.ratio <= self.limit if self.better == "<=" else self.ratio >= self.limit

    def __str__(self) -> str:
        figures = " · ".join(f"{label} {value}" for label, value in self.figures.items())
        unit = f" {self.unit}" if self.unit else ""
        word = "figure" if self.unit else "ratio"
        line = f"{self.name:<34} {figures}   {word} {_number(self.ratio)}{unit}   bar {self.better} {_number(self.limit)}{unit}"
        note = "".join(f"\n    {part}" for part in self.note.splitlines())
        return f"{line}   {'ok' if self.ok else 'falls short'}{note}"


def _number(value: float) -> str:
    if math.isinf(value):
        return "none"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds of each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def best(self) -> float:
        return min(self.rounds)

    @property
    def worst(self) -> float:
        return max(self.rounds)

    @property
    def ms(self) -> str:
        return f"{self.median * 1000:,.1f} ms"

    @property
    def s(self) -> str:
        return f"{self.median:,.2f} s"


def sample(run: Callable[[], Any], *, rounds: int = 9, warm: int = 1, clock: str = "cpu") -> Sample:
    """One side alone; ``warm`` rounds are not counted."""
    return _measure((run,), rounds, warm, clock)[0]


def duel(
    ours: Callable[[], Any], peer: Callable[[], Any], *, rounds: int = 9, warm: int = 1, clock: str = "cpu"
) -> tuple[Sample, Sample]:
    """Both sides turn by turn, so that a slow moment of the machine meets both; who begins alternates."""
    first, second = _measure((ours, peer), rounds, warm, clock)
    return first, second


def _measure(sides: tuple[Callable[[], Any], ...], rounds: int, warm: int, clock: str) -> list[Sample]:
    now, taken = CLOCKS[clock], [[] for _ in sides]  # type: tuple[Callable[[], float], list[list[float]]]
    for turn in range(warm + rounds):
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for side in order:
            begun = now()
            sides[side]()
            if turn >= warm:
                taken[side].append(now() - begun)
    return [Sample(tuple(rounds_of)) for rounds_of in taken]


class NoDatabase(Exception):
    """PostgreSQL was asked for and none is there: run ``make bench``, which starts one."""


@contextmanager
def scratch_database(vendor: str = "sqlite") -> Iterator[None]:
    """A new database with all tables as the default connection; gone afterwards. ``vendor``: sqlite or postgres."""
    from hongzhu.config.settings import database

    kept = dict(connections["default"].settings_dict)
    name = f"bench_{uuid.uuid4().hex[:10]}"
    with tempfile.TemporaryDirectory(prefix="hongzhu-bench-") as folder:
        if vendor == "sqlite":
            made = database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        else:
            url = os.environ.get("HONGZHU_BENCH_POSTGRES")
            if not url:
                raise NoDatabase("HONGZHU_BENCH_POSTGRES is not set: run make bench")
            _on_server(url, f'CREATE DATABASE "{name}"')
            made = database(url) | {"NAME": name}
        _become({**kept, "CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": 0, "OPTIONS": {}, **made})
        try:
            _make_tables()
            yield
        finally:
            _become(kept)
            if vendor != "sqlite":
                _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _make_tables() -> None:
    """By the migrations, as a deployment does; straight from the models while there are none."""
    migrated = importlib.util.find_spec("hongzhu.core.orgs.migrations.0001_initial") is not None
    labels = [app.label for app in apps.get_app_configs()]
    with override_settings(MIGRATION_MODULES={} if migrated else dict.fromkeys(labels)):
        call_command("migrate", run_syncdb=True, verbosity=0)


def _become(settings: dict[str, Any]) -> None:
    """Let the default connection, which everybody has imported already, lead elsewhere."""
    connections["default"].close()
    connections.settings["default"] = settings
    del connections["default"]
    connection.ensure_connection()


def _on_server(url: str, statement: str) -> None:
    import psycopg

    from hongzhu.config.settings import database

    made = database(url)
    with psycopg.connect(
        host=str(made["HOST"] or ""), port=str(made["PORT"] or "") or None, user=str(made["USER"]),
        password=str(made["PASSWORD"] or "") or None, dbname=str(made["NAME"]), autocommit=True,
    ) as server:  # fmt: skip
        server.execute(statement)


def plan(sql: str, params: tuple[Any, ...] = ()) -> str:
    """The database's plan of a query, for a bar's note."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
