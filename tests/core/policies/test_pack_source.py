"""Pack files: what is refused, and that every message names file, line, key and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hongzhu.core.policies.pack import folder, source
from hongzhu.core.policies.pack.source import PackRefused

HEAD = (
    "name: qinghe\ntitle: 青禾\nversions:\n  - {version: 1, valid_from: 2026-01-01, extends: national@2, basis: 试用}\n"
)
DUTY = """obligations:
  duties:
    - code: reading_monthly
      title: 读书
      short: 读书
      tag: study
      bearers: [BRANCH]
      every: month
      group: 学习
      clause: 县教育局2026年要点
      confidence: certain
"""


def a_pack(tmp_path: Path, head: str = HEAD, **files: str) -> Path:
    place = tmp_path / "qinghe"
    place.mkdir()
    (place / "pack.yaml").write_text(head, encoding="utf-8")
    for name, text in files.items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def refused(call):
    with pytest.raises(PackRefused) as caught:
        call()
    return caught.value.problems


def test_plain_scalars_stay_what_people_mean():
    tree = source.read("a: on\nb: no\nc: 010\nd: 2026-11-20\ne: true\nf: '12'\ng: 12\nh: 1e3\n", "x.yaml")
    assert tree.plain() == {
        "a": "on", "b": "no", "c": "010", "d": "2026-11-20", "e": True, "f": "12", "g": 12, "h": "1e3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &x 1\nb: *x\n", 1, "锚点"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "类型标记"),
        ("a: 1\nb: 2\na: 3\n", 3, "写了两次"),
        ("a: {b: 1}\n<<: {c: 2}\n", 2, "合并键"),
        ("a: [1\nb: 2\n", 2, "写法有误"),
        ("a: 2026-02-30\n", 1, "不存在"),
        ("a: " + "[" * 60 + "]" * 60 + "\n", 1, "层次太深"),
    ],
)
def test_what_yaml_may_not_hold(text, line, words):
    (problem,) = refused(lambda: source.read(text, "x.yaml"))
    assert (problem.file, problem.line) == ("x.yaml", line)
    assert words in problem.message
    assert problem.remedy


def test_too_big_and_not_utf8():
    assert "超过" in refused(lambda: source.read(b"#" * (source.MAX_BYTES + 1), "x.yaml"))[0].message
    assert "UTF-8" in refused(lambda: source.read("名称: 一".encode("gbk"), "x.yaml"))[0].message


def test_a_city_adds_to_the_national_pack(tmp_path):
    (edition,) = folder.editions(a_pack(tmp_path, duties=DUTY))
    codes = [duty.code for duty in edition.sections["obligations"].duties]
    assert "theme_day_monthly" in codes
    assert codes[-1] == "reading_monthly"


def test_one_field_is_overridden_by_code_and_the_rest_stays(tmp_path):
    (edition,) = folder.editions(
        a_pack(tmp_path, x="obligations:\n  duties:\n    - {code: lecture_quarterly, count: 2, title: 讲党课}\n")
    )
    lecture = next(duty for duty in edition.sections["obligations"].duties if duty.code == "lecture_quarterly")
    assert (lecture.count, lecture.tag, lecture.every) == (2, "lecture", "quarter")
    assert (lecture.title.zh, lecture.title.en) == ("讲党课", "")


def test_dropping_needs_a_reason_and_something_to_drop(tmp_path):
    gone = "obligations:\n  duties:\n    - {code: lecture_quarterly, drop: 本县按季度另发通知}\n"
    (edition,) = folder.editions(a_pack(tmp_path, x=gone))
    assert "lecture_quarterly" not in [duty.code for duty in edition.sections["obligations"].duties]


@pytest.mark.parametrize(
    ("line", "words"),
    [("{code: lecture_quarterly, drop: ''}", "原因"), ("{code: never_there, drop: 不用}", "没有")],
)
def test_dropping_wrongly_is_refused(tmp_path, line, words):
    place = a_pack(tmp_path, x=f"obligations:\n  duties:\n    - {line}\n")
    (problem,) = refused(lambda: folder.editions(place))
    assert problem.file == "qinghe/x.yaml"
    assert problem.line == 3
    assert words in problem.message


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "words"),
    [
        ("every: month", "evry: month", "obligations.duties.reading_monthly.evry", 8, "没有“evry”这个键。是不是 every"),
        ("every: month", "every: week", "obligations.duties.reading_monthly.every", 8, "可选"),
        ("bearers: [BRANCH]", "bearers: [BRANCHES]", "obligations.duties.reading_monthly.bearers[1]", 7, "BRANCHES"),
        ("      clause: 县教育局2026年要点\n", "", "obligations.duties.reading_monthly.clause", 3, "缺少“clause”"),
        ("every: month", "every: month\n      count: 0", "obligations.duties.reading_monthly.count", 9, "太小，至少是 1"),
        ("every: month", "every: month\n      count: 两", "obligations.duties.reading_monthly.count", 9, "不是整数"),
        ("every: month", "every: once", "obligations.duties.reading_monthly.every", 8, "campaign"),
        ("every: month", "every: month\n      campaign: none_such", "obligations.duties.reading_monthly.campaign", 9, "none_such"),
        ("obligations:", "obligation:", "obligation", 2, "没有“obligation”这一节"),
    ],
)  # fmt: skip
def test_a_schema_error_names_file_line_key_and_remedy(tmp_path, old, new, key, line, words):
    place = a_pack(tmp_path, duties=DUTY.replace(old, new, 1))
    problem = next(p for p in refused(lambda: folder.editions(place)) if p.key == key)
    assert problem.file == "qinghe/duties.yaml"
    assert problem.line == line
    assert words in str(problem)
    assert problem.remedy


def test_one_code_in_two_files_is_refused(tmp_path):
    place = a_pack(tmp_path, one=DUTY, two=DUTY)
    assert "两个文件" in refused(lambda: folder.editions(place))[0].message


def test_unknown_base_and_unordered_versions(tmp_path):
    place = a_pack(tmp_path, HEAD.replace("national@2", "national@99"))
    assert "找不到上级制度包 national@99" in refused(lambda: folder.editions(place))[0].message
    (place / "pack.yaml").write_text(HEAD.replace("version: 1", "version: 2"), encoding="utf-8")
    assert "依次编号" in refused(lambda: folder.editions(place))[0].message


def test_the_same_sources_give_the_same_digest():
    assert [e.digest for e in folder.editions("yunyang")] == [e.digest for e in folder.editions("yunyang")]
    assert folder.editions("yunyang")[0].digest != folder.editions("jinan")[0].digest


def test_every_shipped_pack_reads_in_both_regimes():
    shipped = folder.shipped()
    assert sorted(shipped) == ["huaibei", "jinan", "national", "rencheng", "yongkang", "yunyang"]
    for editions in shipped.values():
        assert [e.valid_from for e in editions] == [date(2018, 1, 1), date(2022, 1, 1), date(2026, 1, 1)]
