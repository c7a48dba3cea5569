"""What a table costs, when it is the same again, and how a typed cell is read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.collections import rules
from hongzhu.core.collections.forms.asking import split_titles
from hongzhu.core.collections.forms.cell import DayCell, NumberCell
from hongzhu.core.collections.models import Asked, Request
from hongzhu.core.collections.pack import CollectionsSection
from hongzhu.core.collections.queries import cells, fields
from hongzhu.core.collections.rules import cost_of, is_same, minutes_of, same_share

SECTION = CollectionsSection()


class TestCost:
    @pytest.mark.parametrize(
        ("typed", "filled", "minutes"),
        [(0, 0, 3), (0, 1, 4), (3, 0, 4), (4, 0, 5), (0, 30, 4), (0, 31, 5)],
    )
    def test_minutes_are_rounded_up(self, typed: int, filled: int, minutes: int) -> None:
        # 180 seconds for opening; 20 for a typed cell, 2 for one looked over
        assert minutes_of(SECTION, typed=typed, filled=filled) == minutes

    def test_a_part_of_a_report_is_a_quarter_of_an_hour(self) -> None:
        assert minutes_of(SECTION, typed=0, filled=0, parts=2) == 33

    def test_rows_are_those_of_the_average_unit_rounded_up(self) -> None:
        cost = cost_of(SECTION, typed=2, held=6, rows=(10, 10, 11))
        assert (cost.typed, cost.filled) == (22, 66)
        # 180 + 20 * 20 + 60 * 2 seconds, and 180 + 22 * 20 + 66 * 2
        assert (cost.each, cost.total, cost.minutes) == ((12, 12, 13), 37, 13)

    def test_no_units_cost_nothing_and_have_one_row_to_look_at(self) -> None:
        cost = cost_of(SECTION, typed=1, held=0, rows=())
        assert (cost.typed, cost.minutes, cost.most, cost.units) == (1, 0, 0, 0)

    def test_a_unit_without_rows_costs_nothing(self) -> None:
        assert cost_of(SECTION, typed=1, held=0, rows=(0, 3)).each == (0, 4)

    def test_hours_are_rounded_up(self) -> None:
        assert rules.Cost(typed=0, filled=0, each=(31, 30)).hours == 2
        assert rules.Cost(typed=0, filled=0, each=(30, 30)).hours == 1


class TestSameTable:
    @pytest.mark.parametrize(
        ("asked", "common", "same"),
        [(5, 4, True), (4, 3, False), (10, 8, True), (100, 79, False), (1, 1, True), (1, 0, False)],
    )
    def test_from_eighty_per_cent_on(self, asked: int, common: int, same: bool) -> None:
        wanted = {f"列{n}" for n in range(asked)}
        before = {f"列{n}" for n in range(common)} | {"别的"}
        assert is_same(wanted, before, 80) is same
        assert same_share(wanted, before) == common * 100 // asked

    def test_nothing_asked_is_the_same_as_nothing(self) -> None:
        assert not is_same((), {"列"}, 80)
        assert same_share((), {"列"}) == 0


class TestNames:
    @pytest.mark.parametrize(
        ("names", "told"),
        [("甲", "甲"), ("甲乙丙", "甲、乙、丙"), ("甲乙丙丁", "甲、乙、丙等"), ("甲乙丙丁戊", "甲、乙、丙等")],
    )
    def test_a_list_that_was_cut_says_so(self, names: str, told: str) -> None:
        assert rules.named(list(names)) == told

    @pytest.mark.parametrize(("n", "told"), [(3, "列1、列2、列3还有3格"), (4, "列1、列2、列3等还有4格")])
    def test_of_the_cells_that_are_missing(self, n: int, told: str) -> None:
        columns = [Asked(place=place, title=f"列{place}", required=True) for place in range(1, n + 1)]
        assert told in rules.is_whole(columns, [({}, {})]).reason

    @pytest.mark.parametrize(
        ("n", "told"),
        [(3, "有3列可能平台已有，请先确认：列1、列2、列3。"), (4, "有4列可能平台已有，请先确认：列1、列2、列3等。")],
    )
    def test_of_the_columns_to_be_confirmed(self, n: int, told: str) -> None:
        request = Request(basis="通知", due_on=date(2026, 11, 27), audience={})
        columns = [Asked(place=place, title=f"列{place}", proposed="t.name") for place in range(1, n + 1)]
        ready = rules.can_be_sent(request, columns=columns, parts=0, units=1, on=date(2026, 11, 18), withheld={})
        assert ready.reason.endswith(told)

    @pytest.mark.parametrize(("n", "told"), [(3, "1、2、3不在选项里"), (4, "1、2、3等不在选项里")])
    def test_of_the_words_that_are_not_listed(self, n: int, told: str) -> None:
        assert rules.listed_words({}, {str(word): 1 for word in range(1, n + 1)}).startswith(told)


class TestCells:
    @pytest.mark.parametrize(
        ("value", "kind", "told"),
        [
            ("1300.0", "MONEY", "1,300.00"), ("0", "MONEY", "0.00"), ("-0.5", "MONEY", "-0.50"), ("1300.0", "NUMBER", "1,300"),
            ("1200", "NUMBER", "1,200"), ("2.50", "NUMBER", "2.5"), ("0", "NUMBER", "0"), ("0.0", "NUMBER", "0"),
            ("999", "NUMBER", "999"), ("1000", "NUMBER", "1,000"),
        ],
    )  # fmt: skip
    def test_a_sum_is_written_as_its_column_is(self, value: str, kind: str, told: str) -> None:
        assert cells.total(Decimal(value), kind) == told

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("3", 3),
            ("３", 3),
            ("1,200", 1200),
            ("12人", 12),
            ("0", 0),
            ("2.50", "2.5"),
            ("2.0", 2),
            ("-0.5", "-0.5"),
            ("", None),
        ],
    )
    def test_numbers_as_people_type_them(self, typed: str, kept: Any) -> None:
        assert NumberCell(required=False).clean(typed) == kept

    @pytest.mark.parametrize("typed", ["三", "1e5", "1.2.3", "12/3", "9" * 13])
    def test_what_is_no_number(self, typed: str) -> None:
        with pytest.raises(ValidationError, match="不是数字"):
            NumberCell(required=False).clean(typed)

    @pytest.mark.parametrize(("typed", "fen"), [("1", 100), ("0.1", 10), ("1,200.05元", 120005), ("-3.5", -350)])
    def test_money_is_kept_in_fen(self, typed: str, fen: int) -> None:
        assert NumberCell(money=True, required=False).clean(typed) == fen

    def test_money_of_less_than_a_fen(self) -> None:
        with pytest.raises(ValidationError, match="最多写到分"):
            NumberCell(money=True, required=False).clean("1.001")

    def test_nothing_is_missing_and_zero_is_not(self) -> None:
        assert NumberCell().clean("0") == 0
        with pytest.raises(ValidationError):
            NumberCell().clean(" ")

    def test_days(self) -> None:
        assert DayCell(required=False).clean("2026年11月20日") == "2026-11-20"
        with pytest.raises(ValidationError, match="不存在"):
            DayCell(required=False).clean("2026-11-31")

    def test_shown_takes_back_what_is_kept(self) -> None:
        for kind, kept in (("MONEY", 120005), ("NUMBER", "2.5"), ("NUMBER", 0), ("DATE", "2026-11-20"), ("TEXT", "甲")):
            field = {"MONEY": NumberCell(money=True), "NUMBER": NumberCell(), "DATE": DayCell()}.get(kind)
            shown = cells.shown(kept, kind)
            assert (field.clean(shown) if field else shown) == kept


class TestTitles:
    @pytest.mark.parametrize(
        ("pasted", "titles"),
        [
            ("学校\t班数\n一小\t6", ["学校", "班数"]),
            ("学校\n班数\n", ["学校", "班数"]),
            ("学校、班数，备注", ["学校", "班数", "备注"]),
            ("\r\n 学校 \r\n", ["学校"]),
            ("", []),
        ],
    )
    def test_a_pasted_head(self, pasted: str, titles: list[str]) -> None:
        assert split_titles(pasted) == titles

    def test_a_field_is_sure_once(self, stage: Any) -> None:
        first, second = fields.match(["党员数", "党员人数"], "UNIT")
        assert (first.code, first.proposed) == ("t.members", "")
        assert (second.code, second.proposed) == ("", "t.members")

    def test_persons_go_before_their_unit_only_in_tables_of_people(self, stage: Any) -> None:
        assert fields.match(["姓名"], "MEMBER")[0].code == "t.person"
        assert fields.match(["姓名"], "UNIT")[0].code == ""

    def test_what_counts_the_rows_is_no_field(self, stage: Any) -> None:
        assert fields.match(["序号"], "UNIT")[0].field is None
