"""``hongzhu serve`` for real: static files, the address, eight people posting at once, a taken port, a clean end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.deep import house
from tests.ports import free_port

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the server is the same; locks are SQLite's")
PATIENCE = 120


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    data = tmp_path_factory.mktemp("serve") / "house"
    made = house.environment(data, house.sqlite_url(data))
    done = house.run("tests.deep.drill", "tables", env=made, seconds=PATIENCE)
    assert done.returncode == 0, done.stderr[-3000:]
    return made


def start(env: dict[str, str], port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hongzhu.config.cli", "serve", "--port", str(port)],
        cwd=house.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.fixture
def server(env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = start(env, port)
    yield process, port
    for left in session_of(process.pid):
        os.kill(left, signal.SIGKILL)
    process.wait()


def session_of(leader: int) -> list[int]:
    """Processes still alive in the server's session."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                state, _parent, _group, session = entry.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
                if int(session) == leader and state != "Z":
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_where_serves_and_ends_with_all_it_started(
    env: dict[str, str], server: tuple[subprocess.Popen[str], int], how: signal.Signals
) -> None:
    process, port = server
    assert process.stdout is not None
    line = process.stdout.readline()
    assert f"http://127.0.0.1:{port}/" in line, line

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=PATIENCE) as page:
        assert page.status == 200
    assert (Path(env["HONGZHU_DATA"]) / "static" / "hongzhu").is_dir(), "static files were collected"
    assert len(session_of(process.pid)) >= 4, "supervisor, server with two workers, clock"

    taken = start(env, port)
    said, _ = taken.communicate(timeout=PATIENCE)
    assert taken.returncode == 2
    assert f"--port {port + 1}" in said

    # Ctrl-C reaches the whole group of the terminal, SIGTERM the first process alone.
    os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)
    assert process.wait(timeout=PATIENCE) == 0
    deadline = time.monotonic() + 10
    while session_of(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert session_of(process.pid) == []


def test_eight_people_recording_at_once_are_all_served(tmp_path: Path) -> None:
    """Two workers and the clock's worker on one SQLite file: each waits for its turn, none is told that it is locked."""
    data = tmp_path / "house"
    done = house.run(
        "tests.deep.sqlite_kills", "--calm", "2", env=house.environment(data, house.sqlite_url(data)), seconds=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout.splitlines()[-1])

    assert report["refused"] == []
    assert report["acts"] == 16
