"""A wrong field says what to do, in both languages, and a form's own words win."""

from __future__ import annotations

import pytest
from django import forms

from hongzhu.kit.plain_errors import WORDS, speak_plainly


@pytest.fixture(autouse=True)
def spoken(monkeypatch):
    for field in WORDS:
        monkeypatch.setattr(field, "default_error_messages", vars(field).get("default_error_messages", {}))
    speak_plainly()


A = [("a", "A")]


@pytest.mark.parametrize(
    ("kind", "made_with", "typed", "words"),
    [
        (forms.CharField, {}, "", "还没有填，请补上"),
        (forms.DateField, {}, "2026-11-31", "没有这个日期，请按2026-11-20的样子改"),
        (forms.DateField, {}, "", "还没有填日期"),
        (forms.TimeField, {}, "25:00", "没有这个时间，请按15:30的样子改"),
        (forms.IntegerField, {}, "三", "这里只填整数，请改成数字"),
        (forms.DecimalField, {}, "三", "这里只填数字，请改"),
        (forms.IntegerField, {"min_value": 0}, "-1", "不能小于0，请改"),
        (forms.IntegerField, {"max_value": 5}, "6", "不能大于5，请改"),
        (forms.DecimalField, {"max_value": 10}, "10.01", "不能大于10，请改"),
        (forms.CharField, {"max_length": 3}, "四个字了", "最多3个字，现在4个，请改短"),
        (forms.ChoiceField, {"choices": A}, "z", "没有“z”这一项，请重新选"),
        (forms.ChoiceField, {"choices": A}, "", "还没有选，请选一项"),
        (forms.MultipleChoiceField, {"choices": A}, [], "还没有选，请至少选一项"),
        (forms.BooleanField, {}, False, "还没有勾选，请看一遍再勾"),
        (forms.CharField, {"error_messages": {"required": "题目不能空着"}}, "", "题目不能空着"),
    ],
)
def test_a_wrong_field_says_what_to_do(kind, made_with, typed, words):
    with pytest.raises(forms.ValidationError) as caught:
        kind(**made_with).clean(typed)
    assert caught.value.messages == [words]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (forms.IntegerField(min_value=0, max_value=5), "0"),
        (forms.IntegerField(min_value=0, max_value=5), "5"),
        (forms.CharField(max_length=3), "三个字"),
    ],
)
def test_on_the_boundary_nothing_is_said(field, typed):
    assert str(field.clean(typed)) == typed


def test_other_messages_of_a_field_stay():
    with pytest.raises(forms.ValidationError) as caught:
        forms.IntegerField(max_value=5).clean("9")
    assert "5" in caught.value.messages[0]
    assert forms.MultipleChoiceField.default_error_messages["invalid_list"]
