"""``policy check|show|preview|ship``: answers and exit codes."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hongzhu.core.policies.models import PackVersion

BAD = """pack:
  name: qinghe
  title: 青禾
  versions:
    - {version: 1, valid_from: 2026-01-01, extends: national@2, basis: 试用}
activities:
  kinds:
    - {code: theme_day, photos: required}
"""


def test_check_of_everything_we_ship_is_clean(capsys):
    call_command("policy", "check")
    assert capsys.readouterr().out.count("没有问题") == 6


def test_check_refuses_by_path_with_article_and_remedy(tmp_path, capsys):
    path = tmp_path / "qinghe.yaml"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("policy", "check", str(path))
    said = capsys.readouterr().out
    assert stopped.value.code == 1
    assert "不允许" in said
    assert "国办函〔2026〕12号" in said
    assert "photos: optional" in said


def test_check_of_an_unreadable_pack_exits_with_two_and_json_says_where(tmp_path, capsys):
    path = tmp_path / "qinghe.yaml"
    path.write_text(BAD.replace("photos", "fotos"), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        call_command("policy", "check", str(path), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (stopped.value.code, answer["code"]) == (2, 2)
    (problem,) = answer["packs"][0]["problems"]
    assert (problem["file"], problem["line"], problem["key"]) == ("qinghe.yaml", 8, "activities.kinds.theme_day.fotos")
    assert "photos" in problem["remedy"]


def test_show_of_a_day_reads_that_days_version(capsys):
    call_command("policy", "show", "national", "--on", "2021-06-01", "--section", "people")
    assert "党组织领导的校长负责制" not in capsys.readouterr().out
    call_command("policy", "show", "national", "--on", "2023-06-01", "--section", "people")
    assert "党组织领导的校长负责制" in capsys.readouterr().out


def test_show_says_figures_in_words(capsys):
    call_command("policy", "show", "huaibei", "--section", "measures")
    told = capsys.readouterr().out
    assert "条件：种类：通知，主题：安全" in told
    assert "期间：2020年5月1日至9月30日" in told
    assert "统计范围：党委" in told
    assert "documents." not in told and "kind=" not in told and "2020-05" not in told


@pytest.mark.parametrize("answer", [(), ("--json",)])
def test_show_of_a_section_the_pack_has_not_names_those_it_has(capsys, answer):
    with pytest.raises(CommandError, match=r"没有“nosuch”这一部分，有：.*obligations.*、.*people") as unknown:
        call_command("policy", "show", "national", "--section", "nosuch", *answer)
    assert (unknown.value.returncode, capsys.readouterr().out) == (2, "")
    call_command("policy", "show", "national", "--section", "obligations", *answer)
    assert capsys.readouterr().out


@pytest.mark.django_db
def test_preview_needs_a_known_bureau_and_a_period(cast, shipped):
    with pytest.raises(CommandError, match="没有代号") as unknown:
        call_command("policy", "preview", "yongkang", "--bureau", "nowhere", "--period", "2026")
    with pytest.raises(CommandError, match="看不懂期间"):
        call_command("policy", "preview", "yongkang", "--bureau", "qinghe", "--period", "去年")
    assert unknown.value.returncode == 2


@pytest.mark.django_db
def test_ship_loads_once(capsys):
    call_command("policy", "ship", "--json")
    assert len(json.loads(capsys.readouterr().out)["new"]) == 18
    call_command("policy", "ship", "--json")
    assert json.loads(capsys.readouterr().out)["new"] == []
    assert PackVersion.objects.count() == 18
