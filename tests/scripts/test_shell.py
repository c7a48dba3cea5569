"""The shell behind the make targets: it parses, says what to do, and hands exit codes on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

SCRIPTS = [
    path
    for path in sorted([*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"])
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
]


@pytest.fixture
def no_packages(tmp_path: Path) -> dict[str, str]:
    """A machine without our Debian packages, seen by somebody who is not root."""
    for name, line in {"dpkg-query": "exit 1", "id": "echo 1000", "apt-get": "echo must not run; exit 9"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}


def call(script: str, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_parse_and_stop_on_errors(path: Path) -> None:
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
    assert "\nset -" in path.read_text(encoding="utf-8")


def test_missing_packages_are_named_with_the_command(no_packages: dict[str, str]) -> None:
    result = call("debian-packages", no_packages)
    assert result.returncode == 1
    assert (
        "apt-get install -y --no-install-recommends chromium-headless-shell fonts-noto-cjk postgresql" in result.stderr
    )


@pytest.mark.parametrize("argument", [(), ("deep",)])
def test_a_failed_phase_fails_the_whole(no_packages: dict[str, str], argument: tuple[str, ...]) -> None:
    result = call("test", no_packages, *argument)
    assert result.returncode == 1
    assert "failed: Debian packages" in result.stdout
    assert "total" in result.stdout


def test_postgres_refuses_an_unknown_command() -> None:
    assert call("postgres", dict(os.environ), "restart").returncode == 2


def test_browser_tests_stand_where_the_browser_phase_looks() -> None:
    """scripts/test runs them from tests/browser alone: one standing elsewhere would never run."""
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if "mark.browser" in path.read_text(encoding="utf-8") and path.parent != ROOT / "tests" / "browser"
    ]
    assert elsewhere == ["tests/scripts/test_shell.py"]  # this very sentence
