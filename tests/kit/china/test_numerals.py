import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.china import numerals, page


@pytest.mark.parametrize(("number", "words"), [(0, "零"), (10, "十"), (15, "十五"), (105, "一百零五"), (20000, "二万")])
def test_there_and_back(number, words):
    assert numerals.to_chinese(number) == words
    assert numerals.from_chinese(words) == number


@pytest.mark.parametrize(
    ("text", "number"), [("两百", 200), ("二〇二六", 2026), ("１５", 15), ("1.5万", 15000), ("1万", 10000)]
)
def test_forms_people_type(text, number):
    assert numerals.from_chinese(text) == number


@given(st.integers(0, 10**8))
def test_every_number_reads_back(number):
    assert numerals.from_chinese(numerals.to_chinese(number)) == number


def test_ordinals():
    assert numerals.ordinal(5) == "第5次"
    for text in ("第5次", "第五次", "5次", "5", "第 ５ 次"):
        assert numerals.from_ordinal(text) == 5
    assert numerals.from_ordinal("第十二期", "期") == 12
    for text in ("", "第次", "第五期", "次"):
        with pytest.raises(ValueError):
            numerals.from_ordinal(text)


def test_year_digits():
    assert numerals.year_to_chinese(2026) == "二〇二六"


def test_limits():
    with pytest.raises(ValueError):
        numerals.to_chinese(10**16)
    for text in ("三心", "1.5", ""):
        with pytest.raises(ValueError):
            numerals.from_chinese(text)


def test_the_page_adds_up():
    assert (page.BOTTOM, page.RIGHT) == (35, 26)
    assert round(page.LINE_PITCH, 2) == 28.99
    assert round(page.CHARACTER_PITCH, 2) == 15.79
    assert page.CHARACTER_PITCH < page.SIZE_3  # 28 characters need a grid
