"""The ten usual tables: which of their columns are known by their titles alone, and how many cells that fills."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from hongzhu.core.collections.queries import fields
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.kit.tables.template import read_template

from .samples import SAMPLES, Sample, build, share

ASKED = {
    "党员名册": {"联系电话", "备注"},
    "发展党员工作台账": {"材料缺项"},
    "党费收缴登记表": {"备注"},
    "民主评议党员情况汇总表": set(),
    "换届台账": set(),
    "组织生活落实情况汇总表": {"不适用说明", "备注"},
    "党组织基本情况统计表": {"备注"},
    "党员教育培训学时台账": {"备注"},
    "教师基本情况统计表": {"备注"},
    "党组织书记基本情况表": {"联系电话"},
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_is_asked_is_what_nobody_holds(sample: Sample) -> None:
    template = read_template(build(sample), "a.xlsx")
    asked = [column.title for column in template.columns if column.type not in share.MACHINE]
    matches = fields.match(asked, sample.about)
    assert {match.title for match in matches if not match.code} == ASKED[sample.name]
    codes = [match.code for match in matches if match.code]
    assert len(set(codes)) == len(codes)


def test_a_column_is_never_taken_for_something_else() -> None:
    """Titles that sound alike and are not the same thing."""
    for about, titles in {
        "UNIT": ("学生数", "留守儿童数", "占地面积", "女生数", "党员教师数", "取暖方式", "整改情况", "联系电话"),
        "MEMBER": ("家庭住址", "手机号码", "身份证号", "考核等次", "银行卡号", "子女姓名"),
    }.items():
        assert [match.title for match in fields.match(titles, about) if match.sure] == []


@pytest.mark.parametrize("of", ["unit", "person"])
def test_no_title_means_two_fields(of: str) -> None:
    """Which of two was filled in would depend on the order of the rooms."""
    meant: dict[str, set[str]] = defaultdict(set)
    for source in registry.book.fields.values():
        if source.of == of:
            for field in source.fields:
                for name in (str(field.title), *field.names):
                    meant[fields.key_of(name)].add(field.code)
    assert len(meant) > 100
    assert {title: codes for title, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.django_db
def test_share_on_the_cast(cast: Any) -> None:
    """A branch of the cast knows little about its people; what is not known is not filled in."""
    policies.ship()
    sample = next(one for one in SAMPLES if one.name == "党组织基本情况统计表")
    found = share.share(cast.bureau, sample, date(2026, 11, 20))
    assert found.asked == ("备注",)
    # two branches of 16 columns each: names, kind, superior, host, founding, secretary, members full and on probation …
    assert found.cells == 32
    assert 20 <= found.filled < 32
    assert found.percent == 100 * found.filled / 32


@pytest.mark.django_db
def test_words_of_a_table_are_chinese_whoever_reads_the_page(cast: Any) -> None:
    from django.utils import translation

    source = registry.book.fields["orgs.units"]
    with translation.override("en"):
        found = source.values([cast.branch.pk], date(2026, 11, 20), ["orgs.kind"])
    assert found == {cast.branch.pk: {"orgs.kind": "党支部"}}


@pytest.mark.deep
@pytest.mark.django_db
def test_share_on_a_bureau_of_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    found = share.shares(share.stage())
    cells, filled = sum(one.cells for one in found), sum(one.filled for one in found)
    with capsys.disabled():
        print(f"\ncells pre-filled on ten usual tables: {100 * filled / cells:.1f} % of {cells:,}")
    assert 100 * filled / cells >= 70
