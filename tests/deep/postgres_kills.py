"""A program: the whole PostgreSQL server is killed with -9 again and again while four writers record acts.

``python -m tests.deep.postgres_kills CLUSTER --kills 200`` works in the cluster ``scripts/postgres`` calls CLUSTER and
prints one line of JSON. ``--lossy`` is the twin: its writers commit with ``synchronous_commit=off``.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

from tests.deep import house

house.boot()

from django.db import Error, connection, connections  # noqa: E402

from tests.deep import checker, deeds  # noqa: E402

WRITERS = 4
SHORTEST, LONGEST = 0.0, 0.8  # seconds a server lives after the first step it acknowledged
PATIENCE = 60


def start(cluster: str) -> None:
    subprocess.run([house.ROOT / "scripts/postgres", "start", cluster], check=True, capture_output=True)


def postmaster() -> int:
    """The server's first process, as its backend sees it; asked anew, so that it also proves the server answers."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        top = parent(cursor.fetchone()[0])
    connection.close()
    return top


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def kill_tree(top: int) -> None:
    """Stop the first process so that it forks no more, then kill it and all its children."""
    os.kill(top, signal.SIGSTOP)
    children = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and parent(int(entry.name)) == top:
                children.append(int(entry.name))
        except OSError:
            continue  # ended while we looked
    for pid in [top, *children]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    for pid in [top, *children]:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def adopt() -> None:
    """Orphans below us become our children (prctl 36, PR_SET_CHILD_SUBREAPER).

    Nobody else may reap them in a container, and ``pg_ctl`` takes a zombie for a running server.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def write(variants: list[deeds.Variant], seed: str, lossy: bool, pipe: int) -> None:
    """One writer: turn after turn, connecting anew when the server is gone."""
    chance = random.Random(seed)

    def said(step: str, uuid: UUID) -> None:
        os.write(pipe, f"{step} {uuid}\n".encode())

    while True:
        try:
            if lossy and connection.connection is None:
                with connection.cursor() as cursor:
                    cursor.execute("SET synchronous_commit = off")
            deeds.one_turn(variants, chance, said)
        except Error:
            connection.close()
            time.sleep(0.05)


def fork(variants: list[deeds.Variant], seed: str, lossy: bool, heard: Path) -> int:
    child = os.fork()
    if child:
        return child
    try:
        # A file opened for appending: an acknowledgement is one short write, in the supervisor's hands at once.
        write(variants, seed, lossy, os.open(heard, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
    except BaseException as error:  # noqa: BLE001 - a writer that dies by itself must be seen, whatever it died of
        sys.stderr.write(f"writer died of {type(error).__name__}: {error}\n")
    finally:
        os._exit(1)


def size_of(path: Path) -> int:
    """How much the writers have heard back so far, in bytes."""
    return path.stat().st_size if path.exists() else 0


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("cluster")
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--lossy", action="store_true")
    asked = arguments.parse_args()
    chance = random.Random(asked.seed)
    adopt()
    start(asked.cluster)
    variants = deeds.variants(house.furnish())
    for number, variant in enumerate(variants):
        deeds.record(variant, number, "pattern")
    patterns = checker.patterns()
    if asked.lossy:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            cursor.execute("ALTER SYSTEM SET wal_writer_flush_after = '64MB'")
            cursor.execute("SELECT pg_reload_conf()")
    top = postmaster()
    heard = Path(os.environ["HONGZHU_DATA"]) / "heard"
    connections.close_all()
    gc.collect()
    gc.freeze()
    writers = [fork(variants, f"{asked.seed}:{number}", asked.lossy, heard) for number in range(WRITERS)]
    restarts = []
    try:
        for _ in range(asked.kills):
            # A life ends at a random moment after its first acknowledged step; on a slow machine a fixed one would end
            # before anything was promised, and prove nothing.
            promised, born = size_of(heard), time.monotonic()
            while size_of(heard) == promised and time.monotonic() - born < PATIENCE:
                time.sleep(0.005)
            gone = [child for child in writers if os.waitpid(child, os.WNOHANG)[0]]
            if gone:  # without them nothing is promised any more, and each life would wait in vain
                writers = [child for child in writers if child not in gone]
                raise RuntimeError(f"{len(gone)} writers ended by themselves after {len(restarts)} kills")
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            kill_tree(top)
            began = time.monotonic()
            start(asked.cluster)
            top = postmaster()
            restarts.append(time.monotonic() - began)
    finally:
        died = 0
        for child in writers:
            died += os.waitpid(child, os.WNOHANG)[0] != 0
            os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)
    said = [tuple(line.split()) for line in heard.read_text().splitlines()]
    findings = checker.check([(step, uuid) for step, uuid in said], patterns)
    connections.close_all()
    subprocess.run([house.ROOT / "scripts/postgres", "stop", asked.cluster], check=False, capture_output=True)
    report = checker.report(
        findings, kills=len(restarts), died=died, longest_restart_s=round(max(restarts), 2),
        median_restart_s=round(sorted(restarts)[len(restarts) // 2], 2),
    )  # fmt: skip
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
