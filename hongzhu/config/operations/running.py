"""The server and the worker beside it."""

# zh-file: the console has no language switch; its sentences carry both languages

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)
PATIENCE = 30  # seconds a server may take to answer for the first time, or to end


class PortTaken(Exception):
    """Somebody else listens there; the sentence says what to do."""


def work(*, once: bool = False, now: datetime | None = None) -> int:
    """Run each room's clock task when it is due; returns how many failed in the last round.

    A task that fails is reported and tried again at its next turn, and keeps no other from running: what a task may
    raise is not ours to know, so here every exception is caught.
    """
    from django.db import connection
    from django.utils import timezone

    from hongzhu.kit import registry

    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: stopped.append(number))
    due: dict[str, float] = {}
    while True:
        failed = 0
        for task in registry.book.tasks.values():
            if stopped:
                return failed
            if due.get(task.name, 0) > time.monotonic():
                continue
            due[task.name] = time.monotonic() + task.every
            try:
                task.run(now or timezone.now())
            except Exception:
                failed += 1
                logger.exception("task %s failed; it will be tried again in %s s", task.name, task.every)
                connection.close()
        if once or stopped:
            return failed
        connection.close_if_unusable_or_obsolete()
        time.sleep(1)


def collect_static() -> None:
    """Collect the static files where they are missing: a fresh installation serves pages with their style at once."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def serve(host: str, port: int, workers: int) -> int:
    """Granian for the pages and one worker process beside it; Ctrl-C or SIGTERM ends both. The server's exit code.

    Each stands in a process group of its own: a Ctrl-C reaches this process alone, which ends them in order.
    PortTaken when somebody else listens there. A worker that dies is started again.
    """
    _free(host, port)
    collect_static()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
    }
    door = ":".join(settings.WSGI_APPLICATION.rsplit(".", 1))
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: stopped.append(number))
    pages = subprocess.Popen(  # noqa: S603 - our own server with our own arguments
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "warning", door,
        ],
        env=environment, process_group=0,
    )  # fmt: skip
    beside = _beside(environment)
    told = False
    began = time.monotonic()
    try:
        while pages.poll() is None and not stopped:
            if not told and (_answers(host, port) or time.monotonic() - began > PATIENCE):
                told = True
                shown = f"[{host}]" if ":" in host else host
                sys.stdout.write(f"红烛 http://{shown}:{port}/\n")
                sys.stdout.flush()
            if beside.poll() is not None and not stopped:
                time.sleep(1)
                beside = _beside(environment) if not stopped else beside
            time.sleep(0.1 if not told else 0.5)
    finally:
        for process in (pages, beside):
            if process.poll() is None:
                process.terminate()
        for process in (pages, beside):
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # A worker that was still starting when its parent ended would stay behind.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return 0 if stopped else pages.returncode or 0


def _beside(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "hongzhu.config.cli", "work"], env=environment)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _free(host: str, port: int) -> None:
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"{host}:{port} 用不了（{error.strerror}）。请换一个端口：hongzhu serve --port {port + 1}，"
                f"或先停掉占用它的程序。 The address cannot be used; try --port {port + 1}."
            ) from error


def _answers(host: str, port: int) -> bool:
    with socket.socket(_family(host)) as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host if host not in {"0.0.0.0", "::"} else "localhost", port)) == 0  # noqa: S104
