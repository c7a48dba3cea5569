"""``hongzhu demo`` into a new, empty HONGZHU_DATA, as ``make demo`` runs it: tables, static files, five bureaus.

Measured from outside, in a process of its own: the wall clock is what a person waits, the CPU time beside it says how
much of that was work. The demo must also be right: the bar's second line runs ``figures``, ``rebuild credits --check``
and ``audit verify`` on what was made, and counts those that do not end well.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bar import Bar

SECONDS = 90
CHECKS = (("figures",), ("rebuild", "credits", "--check"), ("audit", "verify"), ("doctor",))


def bars() -> Iterator[Bar]:
    with tempfile.TemporaryDirectory(prefix="hongzhu-bench-demo-") as folder:
        wall, cpu, said = hongzhu(Path(folder), "demo")
        if said.returncode:
            raise RuntimeError(f"hongzhu demo: {said.stdout[-2000:]}{said.stderr[-2000:]}")
        size = (Path(folder) / "hongzhu.sqlite3").stat().st_size / 1e6
        yield Bar(
            "demo ready", {"wall": f"{wall:.1f} s", "CPU": f"{cpu:.1f} s"}, wall, SECONDS, unit="s",
            note=f"{size:.0f} MB; load of the machine when it ended {os.getloadavg()[0]:.1f}",
        )  # fmt: skip
        figures, notes = {}, []
        for check in CHECKS:
            took, _cpu, said = hongzhu(Path(folder), *check)
            figures[" ".join(check)] = f"{'ok' if said.returncode == 0 else f'exit {said.returncode}'} in {took:.1f} s"
            if said.returncode:
                notes.append(f"{' '.join(check)}: {(said.stdout + said.stderr).strip()[-400:]}")
        yield Bar("demo right", figures, len(notes), 0, unit="checks that failed", note="\n".join(notes))


def hongzhu(folder: Path, *arguments: str) -> tuple[float, float, subprocess.CompletedProcess[str]]:
    """The console command on a data folder of its own: seconds of wall clock and of CPU, and what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HONGZHU_")}
    environment = {**kept, "HONGZHU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hongzhu.config.settings"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "hongzhu.config.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said
