"""The gate of line coverage: 95 % over all, and exceptions that only shrink."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.coverage_gate import LIST, ROOT, Covered, complaints, hints, lowered, measured, read_list

FULL = {"a.py": Covered(1000, 0)}


@pytest.mark.parametrize(("missing", "open_"), [(50, True), (51, False)])
def test_floor_on_both_sides(missing: int, open_: bool) -> None:
    assert (complaints({"a.py": Covered(1000, missing)}, {}) == []) is open_


def test_nothing_measured_is_not_full() -> None:
    assert complaints({}, {})


def test_a_file_may_not_hide_behind_the_others() -> None:
    said = complaints(FULL | {"b.py": Covered(60, 4)}, {})
    assert said == ["b.py: misses 4 of 60 lines, may miss 3"]


@pytest.mark.parametrize(("missing", "open_"), [(2, True), (3, False)])
def test_two_lines_any_file_may_miss(missing: int, open_: bool) -> None:
    assert (complaints(FULL | {"b.py": Covered(8, missing)}, {}) == []) is open_


@pytest.mark.parametrize(("missing", "said"), [(11, 1), (10, 0), (9, 0), (8, 0)])
def test_a_listed_file_may_not_be_worse(missing: int, said: int) -> None:
    assert len(complaints(FULL | {"b.py": Covered(40, missing)}, {"b.py": 10})) == said


def test_where_the_list_can_shrink_is_said() -> None:
    files = FULL | {"same.py": Covered(40, 9), "better.py": Covered(40, 8), "fine.py": Covered(40, 2)}
    allowed = {"same.py": 10, "better.py": 10, "fine.py": 3, "gone.py": 3}
    assert [hint.partition(":")[0] for hint in hints(files, allowed)] == ["better.py", "fine.py", "gone.py"]


def test_write_only_lowers() -> None:
    files = {
        "worse.py": Covered(40, 12),
        "better.py": Covered(40, 8),
        "fine.py": Covered(40, 1),
        "new.py": Covered(40, 20),
    }
    allowed = {"worse.py": 10, "better.py": 10, "fine.py": 10, "gone.py": 10}
    assert lowered(files, allowed) == {"worse.py": 10, "better.py": 9}


def test_list_is_read_strictly() -> None:
    assert read_list("# why\n\nhongzhu/a.py 3\n") == {"hongzhu/a.py": 3}
    for bad in ("a.py\n", "a.py x\n", "a.py 1\na.py 2\n"):
        with pytest.raises(ValueError, match="expected"):
            read_list(bad)
    read_list(LIST.read_text(encoding="utf-8"))


def test_the_lines_a_run_reached_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One small test file is run with the plugin: its lines count as reached, what it never imported as missing."""
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "reached"))
    subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "tests.covering", "-p", "no:cacheprovider", "-p", "no:django",
            "--noconftest", "-n", "1", "tests/kit/test_quantity.py",
        ],
        cwd=ROOT, env=os.environ | {"PYTEST_ADDOPTS": ""}, check=True, capture_output=True,
    )  # fmt: skip

    told = measured()
    reached = told["hongzhu/kit/quantity.py"]
    assert reached.lines > 0
    assert reached.missing == 0
    never = told["hongzhu/config/demo/figures.py"]
    assert never.missing == never.lines > 0
    assert not any("/migrations/" in path for path in told)
