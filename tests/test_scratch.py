"""Tests never touch a deployment's data, workers never each other's."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from tests import scratch


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
