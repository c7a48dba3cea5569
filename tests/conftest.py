"""Fixtures every test may name, and the rules of the suite: which tests must run, which may be slow."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from _pytest import runner
from django.apps import apps
from django.db import connection, models, transaction
from django.test import SimpleTestCase
from django.utils import timezone, translation

from hongzhu.kit import memory
from tests import properties

# Playwright's sync API runs an event loop in the test's thread; the ORM beside it is used from that thread alone.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

properties.settle()

ROOT = Path(__file__).resolve().parent.parent
MIGRATED = (ROOT / "hongzhu/core/orgs/migrations/0001_initial.py").exists()


def pytest_configure(config: pytest.Config) -> None:
    memory.settle()  # collecting five thousand tests is a start-up of its own
    if not MIGRATED:
        config.option.nomigrations = True


def pytest_runtestloop() -> None:
    """What was collected stays to the end, as in the program: a quarter of the suite's time."""
    memory.settle()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """With room for its calls, as the program runs: pytest alone is forty calls deep.

    In the product's own language and time: a page opened in English by the test before leaves its language behind.
    """
    translation.deactivate()
    timezone.deactivate()
    return memory.roomy(runner.pytest_runtest_protocol, item, nextitem)


# What stands here and asks for no database says the same on either: the whole suite on PostgreSQL leaves it out.
# (The server's own tests make their SQLite files themselves.)
WITHOUT_DATABASE = tuple(
    str(ROOT / "tests" / name)
    for name in (
        "kit",
        "architecture",
        "benchmarks",
        "scripts",
        "core",
        "services",
        "portal",
        "config/test_operations_serve.py",
    )
)


# Tests of a minute, which mostly wait for programs they started: at the end one worker would do them alone.
LONG = tuple(
    str(ROOT / "tests" / name)
    for name in (
        "journeys/test_kill_writers.py",
        "config/test_operations",
        "architecture/test_example_room.py",
        # The demo fills whole bureaus: on PostgreSQL late in a run, in tables thousands of tests have rolled back, it took
        # ten times as long.
        "config/test_demo_winter.py",
        "services/party/terms/test_figures.py",
        "services/party/admission/test_demo.py",
        "services/party/transfers/test_demo.py",
        "services/party/sending/test_figures.py",
        "services/party/roster/test_figures.py",
        "services/party/dues/test_measures.py",
        "core/obligations/test_queries_oracle.py",
    )
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first. Without ``-m``, deep tests need their file named, and browser tests their folder or file."""
    items.sort(key=lambda item: not str(item.path).startswith(LONG))
    if config.option.markexpr:
        if connection.vendor == "postgresql":
            _leave_out(config, items, [item for item in items if _needs_no_database(item)])
        return
    asked = " ".join(str(argument) for argument in config.args)
    unasked = {name for name, sign in (("deep", ".py"), ("browser", "browser")) if sign not in asked}
    _leave_out(config, items, [item for item in items if any(item.get_closest_marker(name) for name in unasked)])


def _needs_no_database(item: pytest.Item) -> bool:
    if not str(item.path).startswith(WITHOUT_DATABASE):
        return False
    case = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return not (case or fixtures or item.get_closest_marker("django_db"))


def _leave_out(config: pytest.Config, items: list[pytest.Item], left_out: list[pytest.Item]) -> None:
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """A browser test that skips itself proves nothing: it counts as failed."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a browser test may not be skipped ({report.longrepr})"


class _Stage:
    """The cast is built once per process; afterwards its rows are put back as the database gave them, table by table.

    ``build``: the same for what stands on the cast; its rows take the place of those the cast had put there.
    """

    def __init__(self, build: Callable[[Any], Any] | None = None) -> None:
        self.build = build
        self.cast = b""
        self.rows: list[tuple[type[models.Model], Any]] = []
        self.filled: list[type[models.Model]] = []  # tables that are not empty to begin with

    def enter(self, under: Any = None) -> Any:
        from tests import cast

        if self.build is None and self._anything_there():
            return cast.build()
        if not self.cast:
            self.filled = [model for model in self._models() if model._base_manager.exists()]
            built = self.build(under) if self.build else cast.build()
            take = _copied_out if connection.vendor == "postgresql" else _selected
            with connection.cursor() as cursor:
                self.rows = [(model, take(cursor, model)) for model in self._models() if model._base_manager.exists()]
            self.cast = pickle.dumps(built)
            return built
        # Foreign keys are checked at commit, so the order of the tables does not matter inside one transaction.
        put = _copied_in if connection.vendor == "postgresql" else _inserted
        with transaction.atomic(), connection.cursor() as cursor:
            for model in self.filled:
                model._base_manager.all()._raw_delete(connection.alias)
            for model, rows in self.rows:
                put(cursor, model, rows)
        return pickle.loads(self.cast)

    def _models(self) -> list[type[models.Model]]:
        ours = [config for config in apps.get_app_configs() if config.name.startswith("hongzhu.")]
        return [model for config in ours for model in config.get_models(include_auto_created=True)]

    def _anything_there(self) -> bool:
        """Rows made before the cast came on: then nothing may be put back over them."""
        bureau, entry = apps.get_model("orgs.Bureau"), apps.get_model("audit.Entry")
        return bureau._base_manager.exists() or entry._base_manager.exists()


def kept(build: Callable[[Any], Any]) -> Any:
    """A fixture on top of ``cast`` that is built once per process; afterwards its rows are put back, as the cast's are.

    ``build(cast)`` may hang what it made on the cast and answers it. No other fixture may write before it.
    """
    stage = _Stage(build)

    @pytest.fixture
    def made(cast: Any) -> Any:
        return stage.enter(cast)

    return made


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _selected(cursor: Any, model: type[models.Model]) -> list[tuple[Any, ...]]:
    """Rows as the driver hands them over, which takes them back as they are."""
    return list(cursor.cursor.execute(f"SELECT * FROM {_table(model)}").fetchall())


def _inserted(cursor: Any, model: type[models.Model], rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {_table(model)} VALUES ({marks})", rows)


def _copied_out(cursor: Any, model: type[models.Model]) -> bytes:
    with cursor.copy(f"COPY {_table(model)} TO STDOUT") as copy:
        return b"".join(bytes(piece) for piece in copy)


def _copied_in(cursor: Any, model: type[models.Model], rows: bytes) -> None:
    with cursor.copy(f"COPY {_table(model)} FROM STDIN") as copy:
        copy.write(rows)


_stage = _Stage()


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed cast of ``tests/cast.py``: ``cast.branch_secretary``, ``cast.branch``, ``cast.login(client, name)``."""
    return _stage.enter()


@pytest.fixture(scope="session", autouse=True)
def shelf() -> Iterator[None]:
    from tests import shelf

    with shelf.used():
        yield


class Clock:
    """The suite's hand on ``timezone.now()`` (and so ``timezone.localdate()``); starts on Friday 20 November 2026, 09:00."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, tzinfo=timezone.get_default_timezone())

    def set(self, *parts: int) -> datetime:
        """``clock.set(2026, 11, 30, 23, 59)``, Shanghai time."""
        self.now = datetime(*parts, tzinfo=timezone.get_default_timezone())
        return self.now

    def move(self, **by: float) -> datetime:
        """``clock.move(minutes=30)``."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time stands still and moves when told: limits are tested on both sides."""
    hand = Clock()
    monkeypatch.setattr(timezone, "now", lambda: hand.now)
    return hand
