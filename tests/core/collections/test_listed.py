"""A superior's drop-down list takes its own words: ours are put under them, or the unit chooses; the officer is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.collections import actions
from hongzhu.core.collections.engine.choices import as_listed
from hongzhu.core.collections.forms import AnswerForm, ColumnsForm
from hongzhu.core.collections.models import Line
from hongzhu.core.collections.queries import prefill, requests, returns
from hongzhu.kit import registry
from tests.core.collections.conftest import NOW, ON, SOURCES, drafted, return_of, wishes


@pytest.mark.parametrize(
    ("value", "options", "found"),
    [
        ("本科", ("研究生", "大学本科", "大学专科"), "大学本科"),
        ("大专", ("研究生", "大学本科", "大学专科"), "大学专科"),
        ("硕士", ("研究生", "大学本科"), "研究生"),
        ("硕士", ("研究生", "硕士研究生"), "硕士研究生"),
        ("博士", ("硕士研究生", "大学本科"), None),
        ("高中及以下", ("高中", "大专"), None),
        ("本科", ("本科及以上", "本科以下"), None),
        ("本科", ("大学", "大学本科"), None),
        ("本科", ("大学 本科", "本科"), "本科"),
        ("（甲）", ("(甲)", "乙"), "(甲)"),
        ("小学", ("初中", "小学"), "小学"),
        ("特教", ("初中", "小学"), None),
    ],
)
def test_the_option_that_says_the_same(value: str, options: tuple[str, ...], found: str | None) -> None:
    assert as_listed(value, options) == found


def stages(cast: Any, *options: str) -> Any:
    """学段 is held as 小学 of both branches; 性别 is not asked."""
    column = actions.ColumnWish(place=1, title="学段", field="t.stage", options=options)
    return drafted(cast, columns=[column, *wishes("炉具", held=1)[1:]])


class TestTables:
    @pytest.fixture(autouse=True)
    def _stage(self, stage: Any) -> None:
        """The pack and the fields."""

    def test_a_value_of_the_list_is_filled_and_any_other_left_to_the_unit(self, cast: Any) -> None:
        columns = requests.columns_of(stages(cast, "小学", "初中"))
        assert prefill.rows(columns[0].request, columns, [cast.branch.pk], ON)[cast.branch.pk][0].held == {"1": "小学"}
        columns = requests.columns_of(stages(cast, "完全小学", "初中"))
        assert prefill.rows(columns[0].request, columns, [cast.branch.pk], ON)[cast.branch.pk][0].held == {}

    def test_the_unit_chooses_from_the_list(self, cast: Any) -> None:
        request = actions.send(request=stages(cast, "完全小学", "初中"), by=cast.actor("party_office"), on=ON, now=NOW)
        answer = return_of(request, cast.branch)
        sheet = returns.sheet(answer, ON)
        form = AnswerForm(answer, sheet, {"r0_1": "小学", "r0_2": "3"}, user=cast.branch_secretary)
        assert "r0_1" in form.errors
        form = AnswerForm(answer, sheet, {"r0_1": "完全小学", "r0_2": "3"}, user=cast.branch_secretary)
        assert form.is_valid(), form.errors
        actions.submit(
            answer=answer, given=form.given(), seen=sheet.seen, version=0, by=cast.actor("branch_secretary"), on=ON,
            now=NOW,
        )  # fmt: skip
        assert Line.objects.get(answer=answer).given == {"1": "完全小学", "2": 3}

    def test_the_officer_is_told_before_sending(self, cast: Any, client: Any) -> None:
        cast.login(client, "party_office")

        def told(*options: str) -> str:
            request = stages(cast, *options)
            listed = requests.check(request, ON).columns[0].listed
            assert not listed or listed in client.get(
                reverse("collections:request_page", args=[request.pk])
            ).content.decode()  # fmt: skip
            return listed

        assert told("小学", "初中") == ""
        assert told() == ""
        assert told("完全小学", "初中") == "小学不在选项里，这2格由单位自己选。"

    def test_our_word_and_theirs_are_named(self, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def values(ids: Any, on: Any, codes: Any) -> Any:
            return {pk: {"t.stage": "本科"} for pk in ids}

        units = replace(SOURCES["t.units"], values=values)
        monkeypatch.setattr(registry.book, "fields", {"t.units": units})
        request = stages(cast, "大学本科", "大学专科")
        assert requests.check(request, ON).columns[0].listed == "按上级的选项填：本科→大学本科。"
        columns = requests.columns_of(request)
        assert prefill.rows(request, columns, [cast.branch.pk], ON)[cast.branch.pk][0].held == {"1": "大学本科"}

    def test_nothing_held_is_nothing_to_tell(self, cast: Any) -> None:
        column = actions.ColumnWish(place=1, title="学校标识码", field="t.code", options=("甲", "乙"))
        listed = requests.check(drafted(cast, columns=[column]), ON).columns[0].listed
        # 双桥 has no code: only the other one is told of.
        assert listed.endswith("不在选项里，这1格由单位自己选。")

    def test_the_list_stays_with_a_column_the_platform_fills(self, cast: Any) -> None:
        request = stages(cast, "小学", "初中")
        columns = requests.columns_of(request)
        sent = {"c1_field": "t.stage", "c1_type": "TEXT", "c1_options": "小学、初中", "c2_type": "NUMBER"}
        form = ColumnsForm(request, columns, sent, withheld={})
        assert form.is_valid(), form.errors
        assert form.wishes()[0].options == ("小学", "初中")
        assert form.fields["c1_options"].initial == "小学、初中"
