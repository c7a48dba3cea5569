from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.tables import repair
from hongzhu.kit.tables.repair import CellRefused


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" 张三\u200b ", "张三"),
        ("\u00a0张\u3000三\u00a0", "张 三"),
        ("\ufeff张三", "张三"),
        ("一 \r\n 二", "一\n二"),
        (None, ""),
        (3.0, "3"),
        (2.5, "2.5"),
        (True, "是"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 8, 30), "2026-01-02 08:30:00"),
    ],
)
def test_clean_text_is_silent(value, text):
    assert repair.clean_text(value) == (text, None)


def test_leading_apostrophe_goes_with_a_note():
    assert repair.clean_text("'00123") == ("00123", "去掉了开头的撇号")
    assert repair.clean_text("'") == ("'", None)


def test_half_width_and_one_line():
    assert repair.half_width("１２３ａｂＸ") == ("123abX", "全角字符改成了半角")
    assert repair.half_width(" 123 456 ") == ("123456", None)
    assert repair.one_line("张 三") == ("张三", "去掉了中间的空格")
    assert repair.one_line("阿卜杜拉·买 买提") == ("阿卜杜拉·买买提", "去掉了中间的空格")
    assert repair.one_line("John  Smith") == ("John Smith", None)


@pytest.mark.parametrize("value", [1.10101e17, 110101199001011234, "1.10101E+17", "1.10101e17", "１.１E+17", 10**15])
def test_long_numbers_that_lost_digits_are_refused(value):
    with pytest.raises(CellRefused, match="补不回来"):
        repair.long_number(value)


def test_long_numbers_as_text_pass():
    assert repair.long_number(" 11010519491231002x ") == ("11010519491231002X", None)
    assert repair.long_number("'11010519491231002X") == ("11010519491231002X", "去掉了开头的撇号")
    assert repair.long_number(float(10**15 - 1)) == ("999999999999999", None)


def test_short_codes_come_back_from_scientific_notation_only_when_nothing_was_lost():
    assert repair.short_code("1.3800138E+7") == ("13800138", "科学计数法还原成了数字")
    assert repair.short_code("1.3800138000E+10") == ("13800138000", "科学计数法还原成了数字")
    assert repair.short_code(13800138000.0) == ("13800138000", None)
    assert repair.short_code("２１37") == ("2137", "全角字符改成了半角")
    with pytest.raises(CellRefused, match="3位有效数字"):
        repair.short_code("1.38E+10")
    with pytest.raises(CellRefused, match="不是整数"):
        repair.short_code("1.2345E+2")
    with pytest.raises(CellRefused):
        repair.short_code(1e15)


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), (3.0, 3), ("１２", 12), ("1,200", 1200), ("12人", 12), ("", None), (None, None), ("-3", -3)],
)
def test_whole_numbers(value, number):
    assert repair.whole_number(value)[0] == number


@pytest.mark.parametrize("value", ["三", "1.5", 1.5, "1,20", "12a", True, float("inf"), "9" * 30])
def test_what_is_no_whole_number(value):
    with pytest.raises(CellRefused):
        repair.whole_number(value)


def test_days():
    assert repair.day("2026-11-20") == (date(2026, 11, 20), None)
    assert repair.day(date(2026, 11, 20)) == (date(2026, 11, 20), None)
    for typed in ("2026.11.20", "20261120", "2026年11月20日", 46346.0):
        assert repair.day(typed) == (date(2026, 11, 20), "日期读作2026-11-20")
    assert repair.day("2026.11", month_allowed=True) == (date(2026, 11, 1), "只写到月，按当月1日记")
    assert repair.day(" ") == repair.day(None) == (None, None)
    with pytest.raises(CellRefused, match="11月31日不存在，请改日期"):
        repair.day("2026-11-31")


def test_choices():
    assert [repair.sex(word)[0] for word in ("男", " 女 ", "Ｍ", "female", "女性", 1.0, "", None)] == [
        "1", "2", "1", "2", "2", "1", None, None,
    ]  # fmt: skip
    with pytest.raises(CellRefused, match="男或女"):
        repair.sex("未知")
    assert [repair.yes_no(word)[0] for word in ("是", "√", "", "否", True, False)] == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    with pytest.raises(CellRefused, match="是或否"):
        repair.yes_no("也许")
    assert repair.choice("b", {"A": 1, "B": 2}) == (2, None)
    with pytest.raises(CellRefused, match="A、B"):
        repair.choice("c", {"A": 1, "B": 2})


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.none(), st.booleans(), st.dates()))
def test_no_value_breaks_a_repair(value):
    for mend in (repair.clean_text, repair.half_width, repair.one_line, repair.long_number, repair.short_code,
                 repair.whole_number, repair.day, repair.sex, repair.yes_no):  # fmt: skip
        try:
            mend(value)
        except CellRefused as error:
            assert str(error)


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more(text):
    once = repair.half_width(text)[0]
    if not once.startswith(("'", "‘", "’", "＇")):
        assert repair.half_width(once)[0] == once
