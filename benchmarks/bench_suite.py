"""How long ``make test`` took when it last ran here: scripts/test writes the time of each phase.

Two workers on two cores, checks, both databases, browser and coverage included; ``make setup`` is not. The run is not
repeated here, so this line is as fresh as the run it names; a run that failed, or none at all, falls short.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bar import Bar

TIMES = Path(__file__).resolve().parents[1] / "var/last-test-times.json"
MINUTES = 12
NAME = "make test"


def bars() -> Iterator[Bar]:
    yield bar(json.loads(TIMES.read_text()) if TIMES.exists() else None)


def bar(run: dict[str, Any] | None) -> Bar:
    """The line for one recorded run, None where there is none."""
    if run is None:
        return Bar(NAME, {"no run recorded": ""}, float("inf"), MINUTES, unit="min", note="run make test first")
    phases = {phase["name"]: f"{phase['seconds']} s" for phase in run["phases"]}
    minutes = run["seconds"] / 60
    note = f"run of {run['at']}, commit {run['commit']}, {run['workers']} workers"
    if not run["ok"]:
        failed = ", ".join(phase["name"] for phase in run["phases"] if not phase["ok"])
        return Bar(
            NAME, phases, float("inf"), MINUTES, unit="min", note=f"{note}: failed ({failed}); {minutes:.1f} min"
        )
    return Bar(NAME, phases, minutes, MINUTES, unit="min", note=note)
