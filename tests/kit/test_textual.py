import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.textual import Alike, near_duplicates, shorten, similarity

RECORD = "会议集中学习了有关文件精神，大家结合本职工作谈了体会，会议要求把学习成果落实到课堂教学和家访工作中去。"


def test_equal_and_foreign_texts():
    assert similarity(RECORD, RECORD) == 1
    assert similarity(RECORD, "本周五下午清理操场北侧积雪") < 0.05
    assert similarity("", "") == similarity("", RECORD) == 0
    assert similarity("好", "好") == 1


def test_a_copied_record_with_another_date_is_the_same():
    assert similarity("11月20日" + RECORD, "１２月5日 " + RECORD.replace("，", ",")) > 0.95
    assert similarity(RECORD, RECORD[: len(RECORD) // 2]) < 0.6


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_mutual_and_bounded(one, other):
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


@given(st.lists(st.text(alphabet="甲乙丙", max_size=12), max_size=12), st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_the_fast_way_finds_what_the_slow_way_finds(texts, threshold):
    slow = [
        Alike(i, j, similarity(texts[i], texts[j]))
        for i, j in combinations(range(len(texts)), 2)
        if similarity(texts[i], texts[j]) >= threshold
    ]
    assert near_duplicates(texts, threshold=threshold) == slow


def test_threshold_bounds():
    for threshold in (0, 1.01, -1):
        with pytest.raises(ValueError):
            near_duplicates([], threshold=threshold)


def test_one_pair_among_many_records():
    dice = random.Random(1)
    letters = [chr(0x4E00 + n) for n in range(2000)]
    texts = ["".join(dice.choices(letters, k=200)) for _ in range(2000)]
    texts.append(texts[7][:195] + "另外五个字")
    assert [(pair.first, pair.second) for pair in near_duplicates(texts)] == [(7, 2000)]


def test_shorten_both_sides_of_the_length():
    assert shorten("一二三四五", 5) == "一二三四五"
    assert shorten("一二三四五六", 5) == "一二三四…"
    assert shorten("一二三，四五六", 5) == "一二三…"
    assert shorten("一\n 二", 5) == "一 二"
    assert shorten("一二", 1) == "…"
    with pytest.raises(ValueError):
        shorten("a", 0)
