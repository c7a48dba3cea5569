"""When two titles mean the same column."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hongzhu.core.collections.engine import closest, normal_title, similarity

SAME = (
    ("党员数", "党员人数"), ("党员总数（人）", "党员数"), ("出生年月", "出生日期"), ("出生年月（如：1985.07）", "出生时间"),
    ("入党时间", "入党日期"), ("月应交（元）", "月应交"), ("参加率(%)", "参加率（％）"), ("1、姓名", "姓名"), ("姓 名*", "姓名"),
    ("党员类别(正式/预备)", "党员类别"), ("在职/离退休", "在职、离退休"), ("其中：女", "女"), ("ＮＯ．", "No."),
    ("预备（不评等次）", "预备(不评等次)"), ("单位名称（盖章）", "单位名称"), ("学历\n（学位请填）", "学历"),
)  # fmt: skip
OTHER = (
    ("党员数", "教职工数"),
    ("申请时间", "谈话时间"),
    ("应到", "实到"),
    ("备案（积极分子）", "备案（发展对象）"),
    ("男", "女"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_of_writing_one_title(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one) == 1.0


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_titles(one: str, other: str) -> None:
    assert similarity(one, other) < 0.8


def test_a_unit_is_dropped_and_a_meaning_kept() -> None:
    assert normal_title("金额（万元）") == normal_title("金额")
    assert normal_title("党员数（含预备）") != normal_title("党员数")


def test_levels_of_a_merged_head() -> None:
    assert similarity("党员情况·女", "女") == 0.9
    assert similarity("党员情况·女", "党员情况·女") == 1.0
    assert similarity("教职工情况·女", "党员情况·女") < 0.9
    assert similarity("党员·女", "教职工·女") < 0.6


NAMED = {
    "women": ("女党员数", "党员情况·女"),
    "staff_women": ("女教职工数", "教职工情况·女"),
    "members": ("党员总数", "党员数"),
}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("党员人数", "members"),
        ("党员情况·女", "women"),
        ("教职工情况·女", "staff_women"),
        ("冬季取暖方式", None),
        ("", None),
    ],
)
def test_the_nearest_name(title: str, key: str | None) -> None:
    found = closest(title, NAMED)
    assert (found.key if found else None) == key


def test_two_keys_equally_near_are_no_answer_unless_they_are_the_very_title() -> None:
    assert closest("其他·女", NAMED, least=0.05) is None or closest("其他·女", NAMED, least=0.05).score < 0.9
    both = {"one": ("姓名",), "two": ("姓名",)}
    assert closest("姓名", both).key == "one"
    assert closest("党员姓名", {"one": ("教师姓名",), "two": ("书记姓名",)}, least=0.1) is None


TITLES = st.text(max_size=20) | st.text(
    "（）()<>[]【】〔〕「」、,.1一二·: *#/%元人其中总数年月日时间ＮſſßﬁÅ\u0301", max_size=12
)


@given(TITLES)
@example("<([>>]")
def test_a_title_is_always_itself(text: str) -> None:
    assert similarity(text, text) == (1.0 if "".join(normal_title(part) for part in text.split("·")) else 0.0)
    assert normal_title(normal_title(text)) == normal_title(text)


@given(TITLES, TITLES)
def test_likeness_is_between_nothing_and_the_same_and_has_no_direction(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == pytest.approx(similarity(other, one))
