"""A cell as it is kept, as a page shows it and as a workbook takes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hongzhu.core.collections.models import Asked
from hongzhu.core.collections.queries import cells


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (datetime(2026, 11, 19, 15, 59, tzinfo=UTC), "2026-11-19"),
        (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), "2026-11-20"),  # midnight in Shanghai
        (date(2026, 11, 20), "2026-11-20"),
        (Decimal("3.00"), 3),
        (Decimal("3.50"), "3.5"),
        (3.0, 3),
        (0.25, "0.25"),
        (0, 0),
        (None, None),
        ("  ", None),
        (" 旧 ", "旧"),
    ],
)
def test_what_a_source_says_is_kept_as_json(value: Any, kept: Any) -> None:
    found = cells.kept(value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        ("2026-11-20", "DATE", date(2026, 11, 20)),
        ("3.5", "NUMBER", Decimal("3.5")),
        (3, "NUMBER", 3),
        (120050, "MONEY", Decimal("1200.5")),
        (0, "MONEY", Decimal(0)),
        ("0137", "TEXT", "0137"),
        ("", "DATE", None),
        (None, "NUMBER", None),
    ],
)
def test_a_workbook_takes_days_as_days_and_money_in_yuan(value: Any, kind: str, cell: Any) -> None:
    found = cells.cell(value, kind)
    assert found == cell
    assert type(found) is type(cell)


@pytest.mark.parametrize(
    ("value", "kind", "summed"),
    [("3.5", "NUMBER", "3.5"), (120050, "MONEY", "1200.5"), (None, "NUMBER", "0"), ("7", "TEXT", "0")],
)
def test_only_numbers_are_summed(value: Any, kind: str, summed: str) -> None:
    assert cells.amount(value, kind) == Decimal(summed)


def test_money_is_written_with_both_digits_of_its_fen() -> None:
    assert [cells.shown(fen, "MONEY") for fen in (120050, 5, 0, None)] == ["1200.50", "0.05", "0.00", ""]


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("2000-06-23", Asked.Type.DATE, "2000年6月23日"),
        (123_456_700, Asked.Type.MONEY, "1,234,567.00"),
        (-5, Asked.Type.MONEY, "-0.05"),
        (12, Asked.Type.NUMBER, "12"),
        ("2000-06-23", Asked.Type.TEXT, "2000-06-23"),
        (None, Asked.Type.DATE, ""),
        ("", Asked.Type.MONEY, ""),
    ],
)
def test_a_page_tells_days_and_money_as_people_write_them(value: Any, kind: str, words: str) -> None:
    assert cells.read(value, kind) == words
