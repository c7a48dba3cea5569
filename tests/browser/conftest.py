"""The browser suite: every test here is marked ``browser`` and runs against a database in a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from django.db import connections

from tests.browser.fixtures import *  # noqa: F403 - the fixtures of this folder


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The live server answers from its own threads: SQLite in memory would be one connection for all of them."""
    test = connections["default"].settings_dict["TEST"]
    if connections["default"].vendor == "sqlite" and not test["NAME"] and any(_in_browser(item) for item in items):
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        test["NAME"] = str(Path(tempfile.mkdtemp(prefix="hongzhu-browser-", dir=folder)) / "test.sqlite3")


def _in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None
