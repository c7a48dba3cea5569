from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.quantity import QuantityUnclear, agrees, parse


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1600余", 1601, 1699),
        ("1600余名", 1601, 1699),
        ("1600多人", 1601, 1699),
        ("1600余人次", 1601, 1699),
        ("1000余", 1001, 1999),
        ("20余万", 200_001, 299_999),
        ("20多万人", 200_001, 299_999),
        ("20万余", 200_001, 299_999),
        ("25余万", 250_001, 259_999),
        ("1.5余万", 15_001, 15_999),
        ("110余", 111, 119),
        ("10余", 11, 19),
        ("1,600余", 1601, 1699),
        ("１６００余", 1601, 1699),
        ("1600", 1600, 1600),
        ("1.2万", 12_000, 12_000),
        ("3千", 3000, 3000),
        ("0", 0, 0),
    ],
)
def test_counts_agree_between_their_ends_only(text, low, high):
    assert agrees(text, low) and agrees(text, high)
    assert not agrees(text, low - 1) and not agrees(text, high + 1)


@pytest.mark.parametrize(
    ("text", "first"),
    [("100以上", 100), ("100人以上", 100), ("超过100", 101), ("逾1万", 10_001), ("不少于5", 5), ("超过100以上", 100)],
)
def test_thresholds(text, first):
    assert agrees(text, first) and agrees(text, first * 50)
    assert not agrees(text, first - 1)


def test_shares():
    assert agrees("86%", 86, 100) and agrees("86%", 855, 1000) and agrees("86%", 864, 1000)
    assert not agrees("86%", 854, 1000) and not agrees("86%", 865, 1000)
    assert agrees("86.5%", 8654, 10_000) and not agrees("86.5%", 8655, 10_000) and not agrees("86.5%", 86, 100)
    assert agrees("95%以上", 95, 100) and agrees("95%以上", 1, 1) and not agrees("95%以上", 9499, 10_000)
    assert agrees("80%余", 81, 100) and not agrees("80%余", 80, 100) and not agrees("80%余", 90, 100)
    assert agrees("100%", 7, 7) and not agrees("100%", 998, 1000)
    assert agrees("0%", 0, 9) and not agrees("0%", 1, 1000)
    assert agrees("超过半数", 51, 100) and not agrees("超过半数", 50, 100)
    assert agrees("半数以上", 50, 100) and not agrees("半数以上", 49, 100)
    assert agrees("三分之二以上", 2, 3) and not agrees("三分之二以上", 19, 30)
    assert agrees("一半", 1, 2) and not agrees("一半", 51, 100)
    assert not agrees("86%", 0, 0)


@pytest.mark.parametrize(
    "text", ["", "若干", "1634余", "0余", "约100", "100余以上", "超过100余", "1.234", "5万%", "12,34", "余"]
)
def test_what_cannot_be_tested(text):
    with pytest.raises(QuantityUnclear):
        parse(text)


def test_a_share_needs_its_whole():
    with pytest.raises(ValueError):
        agrees("86%", 86)
    with pytest.raises(ValueError):
        agrees("1600", 1600, 1)


@given(st.integers(1, 10**7))
def test_a_plain_count_agrees_with_itself_alone(number):
    assert agrees(str(number), number)
    assert not agrees(str(number), number + 1)
    assert not agrees(f"超过{number}", number)
    assert agrees(f"{number}以上", Fraction(number))
