"""What a pack may not say about dues: each mistake is told in a sentence, and the limit itself is fine."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from hongzhu.core.policies.queries import base_section
from hongzhu.services.party.pack.dues import DuesPart, DuesTable


def table(**more: Any) -> DuesTable:
    told: dict[str, Any] = {"code": "SALARIED", "title": {"zh": "按月领薪", "en": "Salary"}, "confidence": "check",
                            "clause": {"zh": "规定", "en": "Rule"}} | more  # fmt: skip
    return DuesTable.model_validate(told)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "要么写 brackets，要么写 least 和 most"),
        ({"brackets": [{"rate": 50}], "least": 20, "most": 100}, "要么写 brackets，要么写 least 和 most"),
        ({"least": 20}, "要么写 brackets，要么写 least 和 most"),
        ({"brackets": [{"rate": 50}], "most": 100}, "要么写 brackets，要么写 least 和 most"),
        ({"least": 101, "most": 100}, "least 不能大于 most"),
        ({"brackets": [{"upto": 300_000, "rate": 50}]}, "最后一档不写上限 upto"),
        ({"brackets": [{"upto": 5, "rate": 1}, {"upto": 4, "rate": 2}, {"rate": 3}]}, "各档上限要从小到大"),
        ({"brackets": [{"upto": 5, "rate": 1}, {"upto": 5, "rate": 2}, {"rate": 3}]}, "各档上限要从小到大"),
        ({"brackets": [{"rate": 1}, {"rate": 2}]}, "各档上限要从小到大"),
    ],
)
def test_a_table_that_cannot_be(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        table(**more)


@pytest.mark.parametrize(
    "more",
    [
        {"least": 100, "most": 100},
        {"brackets": [{"rate": 50}]},
        {"brackets": [{"upto": 4, "rate": 1}, {"upto": 5, "rate": 2}, {"rate": 3}]},
    ],
)
def test_a_table_at_the_edge_of_what_may_be(more: dict[str, Any]) -> None:
    made = table(**more)
    assert (made.least, made.most, len(made.brackets)) == (
        more.get("least"), more.get("most"), len(more.get("brackets", ())),
    )  # fmt: skip


@pytest.mark.parametrize(
    "missing", ["rounding", "ahead", "warn_first", "warn_second", "back_pay", "large", "published"]
)
def test_rates_come_with_all_the_rest(missing: str) -> None:
    shipped = base_section("party").dues.model_dump()
    assert DuesPart.model_validate(shipped).tables
    with pytest.raises(ValidationError, match="要写全尾数、预交、提醒、补交、大额、公布各项"):
        DuesPart.model_validate(shipped | {missing: None})
    assert not DuesPart.model_validate(shipped | {missing: None, "tables": ()}).tables
