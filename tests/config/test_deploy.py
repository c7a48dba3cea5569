"""docs/deploy.md and deploy/ say what the program does."""

from __future__ import annotations

import gc
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_variable_of_the_settings_is_in_the_table_and_no_other() -> None:
    settings = (ROOT / "hongzhu/config/settings.py").read_text(encoding="utf-8")
    page = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    read = set(re.findall(r'"(HONGZHU_[A-Z_]+)"', settings))
    read |= {f"HONGZHU_{name.upper()}" for name in re.findall(r'secret\("(\w+)"\)', settings)}
    table = "\n".join(line for line in page.splitlines() if line.startswith("| `HONGZHU_"))

    assert read == set(re.findall(r"`(HONGZHU_[A-Z_]+)`", table))


def test_units_name_commands_that_exist() -> None:
    from hongzhu.config import cli

    for unit in (ROOT / "deploy/systemd").glob("*.service"):
        for command in re.findall(r"bin/hongzhu (\w+)", unit.read_text(encoding="utf-8")):
            assert command in cli.main.commands, unit.name


@pytest.mark.django_db
def test_the_servers_door_answers(cast: Any) -> None:
    """What granian loads: the application answers the sign-in page, and the collector is set for a long life."""
    from hongzhu.config import wsgi
    from hongzhu.kit import memory

    told: list[str] = []
    environ = RequestFactory().get("/login/").environ
    # As the test client does: a request that begins would close the connection this test's transaction is on.
    request_started.disconnect(close_old_connections)
    try:
        body = b"".join(wsgi.application(environ, lambda status, _headers: told.append(status)))
    finally:
        request_started.connect(close_old_connections)
    assert told == ["200 OK"]
    assert b"<form" in body
    assert gc.get_threshold() == memory.THRESHOLDS
