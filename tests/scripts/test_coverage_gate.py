"""The gate of line coverage: 95 % over all, and exceptions that only shrink."""

from __future__ import annotations

import pytest

from scripts.coverage_gate import LIST, Covered, complaints, lowered, read_list

FULL = {"a.py": Covered(1000, 0)}


@pytest.mark.parametrize(("missing", "open_"), [(50, True), (51, False)])
def test_floor_on_both_sides(missing: int, open_: bool) -> None:
    assert (complaints({"a.py": Covered(1000, missing)}, {}) == []) is open_


def test_nothing_measured_is_not_full() -> None:
    assert complaints({}, {})


def test_a_file_may_not_hide_behind_the_others() -> None:
    said = complaints(FULL | {"b.py": Covered(20, 2)}, {})
    assert said == ["b.py: misses 2 of 20 lines, may miss 1"]


@pytest.mark.parametrize(("missing", "word"), [(11, "may miss 10"), (10, ""), (9, "the list says 10")])
def test_a_listed_file_neither_worse_nor_silently_better(missing: int, word: str) -> None:
    said = complaints(FULL | {"b.py": Covered(40, missing)}, {"b.py": 10})
    assert (word in said[0]) if word else said == []


def test_a_satisfied_or_vanished_file_leaves_the_list() -> None:
    said = complaints(FULL | {"b.py": Covered(40, 2)}, {"b.py": 2, "gone.py": 3})
    assert len(said) == 2


def test_write_only_lowers() -> None:
    files = {
        "worse.py": Covered(40, 12),
        "better.py": Covered(40, 8),
        "fine.py": Covered(40, 1),
        "new.py": Covered(40, 20),
    }
    allowed = {"worse.py": 10, "better.py": 10, "fine.py": 10, "gone.py": 10}
    assert lowered(files, allowed) == {"worse.py": 10, "better.py": 8}


def test_list_is_read_strictly() -> None:
    assert read_list("# why\n\nhongzhu/a.py 3\n") == {"hongzhu/a.py": 3}
    for bad in ("a.py\n", "a.py x\n", "a.py 1\na.py 2\n"):
        with pytest.raises(ValueError, match="expected"):
            read_list(bad)
    read_list(LIST.read_text(encoding="utf-8"))
