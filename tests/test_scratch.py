"""Tests never touch a deployment's data, workers never each other's."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tests import scratch
from tests.conftest import Clock


def test_the_suite_runs_in_scratch() -> None:
    assert str(settings.DATA_DIR).startswith(os.environ["HONGZHU_TEST_DATA"])


def test_a_deployments_folder_is_left_alone() -> None:
    environ = {"HONGZHU_DATA": "/var/lib/hongzhu"}
    scratch.enter(environ)
    assert environ["HONGZHU_DATA"] == f"{environ['HONGZHU_TEST_DATA']}/main"
    scratch._leave(environ["HONGZHU_TEST_DATA"], owner=0)
    assert Path(environ["HONGZHU_DATA"]).is_dir()
    scratch._leave(environ["HONGZHU_TEST_DATA"], owner=os.getpid())
    assert not Path(environ["HONGZHU_DATA"]).exists()


def test_workers_and_children(tmp_path: Path) -> None:
    worker = {"HONGZHU_TEST_DATA": str(tmp_path), "HONGZHU_DATA": f"{tmp_path}/main", "PYTEST_XDIST_WORKER": "gw1"}
    child = {"HONGZHU_TEST_DATA": str(tmp_path), "HONGZHU_DATA": "/given/by/the/test"}
    scratch.enter(worker)
    scratch.enter(child)
    assert worker["HONGZHU_DATA"] == f"{tmp_path}/gw1"
    assert child["HONGZHU_DATA"] == "/given/by/the/test"


def test_the_clock_stands_still_and_moves_when_told(clock: Clock) -> None:
    assert timezone.now() == timezone.now() == clock.now
    assert timezone.localdate().isoformat() == "2026-11-20"
    clock.move(hours=14, minutes=59)
    assert timezone.localdate().isoformat() == "2026-11-20"
    clock.move(minutes=1)
    assert timezone.localdate().isoformat() == "2026-11-21"
    assert clock.set(2026, 1, 1).utcoffset() == timedelta(hours=8)
