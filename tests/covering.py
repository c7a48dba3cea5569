"""Which lines of ``hongzhu`` the suite ran: a pytest plugin (``-p tests.covering``) for scripts/coverage_gate.py.

SlipCover puts a probe before each line as a module is imported and takes it out again once it was reached, so that the
tests run at nearly their own pace; coverage.py's tracer made them half as slow again. What counts as a line is still
coverage.py's to say: the lines reached are written as its data file, one for each worker, named by COVERAGE_FILE.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import slipcover
from coverage import CoverageData

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hongzhu"
ASIDE = "*/migrations/*"

# Before anything of ours is imported: pytest reads ``-p`` before the settings and before any conftest. Taking probes out
# goes through every function there is: done after each fifty needless hits (the default) it costs more than it saves.
_probes = slipcover.Slipcover(d_miss_threshold=5000)
slipcover.ImportManager(_probes, slipcover.FileMatcher(sources=[PACKAGE], omit=[ASIDE])).__enter__()


def sources() -> list[str]:
    """The files that count, imported or not."""
    return sorted(str(path) for path in PACKAGE.rglob("*.py") if not path.match(ASIDE))


def pytest_sessionfinish(session: pytest.Session) -> None:
    reached = {
        str(Path(name).resolve()): told["executed_lines"] for name, told in _probes.get_coverage()["files"].items()
    }
    worker = getattr(session.config, "workerinput", {}).get("workerid", "main")
    data = CoverageData(os.environ.get("COVERAGE_FILE", str(ROOT / "var/test/coverage")), suffix=worker)
    data.erase()
    data.add_lines(reached)
    data.touch_files(sources())
    data.write()
