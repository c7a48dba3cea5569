"""The largest words that keep a table on its page; how it looks is counted by LibreOffice in tests/core/documents."""

from __future__ import annotations

import pytest

from hongzhu.kit.paper import TABLE_SIZE
from hongzhu.kit.paper_fit import HEIGHTS, SIZES, fitting

SHARES = [0.5, 1.5, 1.5, 1.5]


def table(lines: int, rows: int = 12, words: str = "学党章") -> tuple[float, float]:
    cell = "\n".join([words] * lines)
    return fitting(["月份", "甲", "乙", "丙"], [["1月", cell, "", cell]] * rows, SHARES)


def test_few_words_stay_large_and_leave_room_for_ink() -> None:
    assert table(1) == (TABLE_SIZE, HEIGHTS[0])


def test_more_words_give_up_height_before_size() -> None:
    assert table(1, 16) == (TABLE_SIZE, 8.0)
    found = [table(1, rows) for rows in range(12, 22)]
    assert found == sorted(found, reverse=True)
    assert {size for size, _height in found} >= {TABLE_SIZE, 8.5, 7.5}


def test_what_does_not_fit_at_all_keeps_its_size_and_turns_the_page() -> None:
    assert table(6) == (TABLE_SIZE, HEIGHTS[0])


@pytest.mark.parametrize(("words", "short"), [("学" * 40, "学" * 10), ("1.10 " * 16, "1.10 " * 3)])
def test_a_long_line_counts_as_often_as_it_turns(words: str, short: str) -> None:
    assert table(1, 12, words) < table(1, 12, short) == (TABLE_SIZE, HEIGHTS[0])


def test_latin_letters_take_about_half_the_room() -> None:
    assert table(1, 12, "a" * 26) == table(1, 12, "学" * 14) == (TABLE_SIZE, HEIGHTS[0])
    assert table(1, 14, "学" * 24) < table(1, 14, "a" * 24)


def test_sizes_fall() -> None:
    assert list(SIZES) == sorted(SIZES, reverse=True) and list(HEIGHTS) == sorted(HEIGHTS, reverse=True)
