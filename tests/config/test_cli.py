"""The console command: exit codes that mean something, sentences that say what to do, ``--json`` for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.utils import timezone

from hongzhu.config import cli
from hongzhu.config.demo import fill
from hongzhu.config.demo.world import Size
from hongzhu.config.operations import archive, running
from hongzhu.core.access.models import Grant
from hongzhu.core.audit.models import Entry
from hongzhu.core.documents.models import Message
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.models import Account
from hongzhu.kit import registry


@pytest.fixture
def hongzhu(tmp_path: Path, settings: Any) -> Callable[..., Result]:
    """``hongzhu("backup", path)``: run the command in this process, on a data folder of its own."""
    settings.DATA_DIR = tmp_path / "data"
    settings.FILES_DIR = tmp_path / "data" / "files"
    settings.DATA_DIR.mkdir()
    return lambda *words: CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.mark.django_db(transaction=True)
def test_backup_and_restore(hongzhu: Callable[..., Result], cast: Any, tmp_path: Path) -> None:
    made = hongzhu("backup", tmp_path / "a.tar", "--json")
    assert made.exit_code == 0
    assert json.loads(made.output)["rows"] > 0
    assert "密钥不在里面" in hongzhu("backup", tmp_path / "b.tar").output

    refused = hongzhu("restore", tmp_path / "a.tar")
    assert (refused.exit_code, "--yes" in refused.output) == (2, True)
    done = hongzhu("restore", tmp_path / "a.tar", "--yes", "--json")
    assert (done.exit_code, json.loads(done.output)["ok"]) == (0, True)
    assert hongzhu("restore", tmp_path / "none.tar").exit_code == 2


@pytest.mark.django_db(transaction=True)
def test_restoring_something_else_says_so(hongzhu: Callable[..., Result], cast: Any, tmp_path: Path) -> None:
    (tmp_path / "photo.tar").write_bytes(b"no archive")
    refused = hongzhu("restore", tmp_path / "photo.tar", "--yes")

    assert refused.exit_code == 1
    assert "现有数据没有动" in refused.output
    assert "damaged" in refused.output
    assert Bureau.objects.filter(pk=cast.bureau.pk).exists()


@pytest.mark.django_db
def test_a_backup_that_cannot_be_written_says_so(hongzhu: Callable[..., Result], cast: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused = hongzhu("backup", tmp_path / "file" / "a.tar")

    assert (refused.exit_code, "没有备份成" in refused.output) == (1, True)


@pytest.mark.django_db
def test_a_backup_that_lacks_a_file_is_made_but_the_exit_code_says_no(
    hongzhu: Callable[..., Result], cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_blobs", lambda: iter([(1, "a" * 64)]))
    made = hongzhu("backup", tmp_path / "a.tar")

    assert (made.exit_code, (tmp_path / "a.tar").exists()) == (1, True)
    assert "1 个附件" in made.output


@pytest.mark.django_db
def test_doctor_finds_what_is_wrong(hongzhu: Callable[..., Result], cast: Any, settings: Any) -> None:
    (settings.DATA_DIR / "keys").mkdir()
    for name in ("secret_key", "field_key", "index_key", "checkpoint_key"):
        (settings.DATA_DIR / "keys" / name).touch(mode=0o600)
    findings = {one["name"]: one for one in json.loads(hongzhu("doctor", "--json").output)}
    assert findings["audit chain"]["ok"]
    assert findings["key field_key"]["ok"]
    # The suite's PostgreSQL runs without fsync on purpose (scripts/postgres), and the doctor says so.
    assert findings["durability"]["ok"] is (connection.vendor == "sqlite")

    (settings.DATA_DIR / "keys" / "field_key").chmod(0o644)
    Entry.objects.filter(seq=1).update(did="orgs.forged")
    for days, key in ((6, "a"), (8, "b")):  # a week is looked back on
        Message.objects.create(
            account=cast.branch_secretary, key=key, subject="提醒", text="", state=Message.State.FAILED,
            created_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    result = hongzhu("doctor")
    assert result.exit_code == 1
    assert "BAD  audit chain" in result.output
    assert "BAD  key field_key" in result.output
    assert "chmod 600" in result.output
    assert "BAD  messages: 近7天有 1 条" in result.output


@pytest.mark.django_db
def test_createadmin_prints_a_code_once(hongzhu: Callable[..., Result], cast: Any) -> None:
    made = hongzhu("createadmin", "--bureau", "qinghe", "--role", "audit", "--username", "shenji2", "--name", "方既明")
    assert made.exit_code == 0, made.output
    assert "one-time password" in made.output
    account = Account.objects.get(username="shenji2")
    assert Grant.objects.get(person=account.person).role == "AUDIT_ADMIN"
    assert account.must_change_password

    again = hongzhu("createadmin", "--bureau", "qinghe", "--username", "shenji2", "--name", "方既明")
    assert again.exit_code == 1
    assert Account.objects.filter(username="shenji2").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("bureau", [(), ("--bureau", "nowhere")])
def test_createadmin_asks_which_bureau(hongzhu: Callable[..., Result], cast: Any, bureau: tuple[str, ...]) -> None:
    before = Account.objects.count()
    refused = hongzhu("createadmin", *bureau, "--username", "x", "--name", "某人")

    assert (refused.exit_code, "qinghe" in refused.output) == (2, True)
    assert Account.objects.count() == before


@pytest.mark.django_db
def test_figures_without_rows_is_a_no(hongzhu: Callable[..., Result]) -> None:
    result = hongzhu("figures")

    assert (result.exit_code, "hongzhu demo" in result.output) == (1, True)


@pytest.mark.django_db
def test_figures_of_a_bureau_that_is_not_there_name_those_that_are(hongzhu: Callable[..., Result], cast: Any) -> None:
    result = hongzhu("figures", "--bureau", "nosuch")

    assert (result.exit_code, "qinghe" in result.output, "hongzhu demo" in result.output) == (2, True, False)
    assert "没有代码为 nosuch 的教育局" in result.output
    assert hongzhu("figures", "--bureau", "qinghe").exit_code == 1


@pytest.mark.django_db
def test_work_once_runs_every_task_and_a_failing_one_stops_no_other(
    hongzhu: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    ran = []

    def fail(_now: Any) -> None:
        raise RuntimeError("gateway gone")

    tasks = {
        name: registry.Task(name=name, title=name, every=60, run=run)
        for name, run in (("a.fails", fail), ("b.runs", ran.append))
    }
    monkeypatch.setattr(registry.book, "tasks", tasks)
    monkeypatch.setattr(running.signal, "signal", lambda *_arguments: None)
    monkeypatch.setattr(connection, "close", lambda: None)

    assert hongzhu("work", "--once").exit_code == 1
    assert len(ran) == 1
    del tasks["a.fails"]
    assert hongzhu("work", "--once").exit_code == 0


def size(code: str) -> Size:
    return Size(code, f"{code}教育局", code, schools=2, kindergartens=1, branches=2, generals=1)


@pytest.mark.django_db
def test_a_demo_interrupted_half_way_is_finished_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    today, true = date(2026, 11, 21), fill.one

    def interrupted(asked: Size, *arguments: Any) -> Any:
        made = true(asked, *arguments)
        if asked.code == "jinan":
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(fill, "one", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill.fill(today, sizes=(size("huaibei"), size("jinan")))
    assert list(Bureau.objects.values_list("code", flat=True)) == ["huaibei"], "a bureau is there wholly or not at all"
    assert not fill.present()
    assert not fill.occupied()

    monkeypatch.setattr(fill, "one", true)
    report = fill.fill(today, sizes=(size("huaibei"), size("jinan")))
    assert [one["code"] for one in report["bureaus"]] == ["jinan"]
    assert Bureau.objects.count() == 2


@pytest.mark.django_db
def test_a_second_demo_says_whom_one_may_be(hongzhu: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "django_command", lambda *_arguments, **_options: None)
    monkeypatch.setattr(fill, "CODES", ("rencheng",))
    world = fill.fill(date(2026, 11, 21), sizes=(size("rencheng"),))
    assert fill.readable(world).startswith("演示数据已填好")

    again = hongzhu("demo")
    assert again.exit_code == 0, again.output
    assert "演示数据已在" in again.output and "hongzhu-demo" in again.output
    assert {name for name in fill.SHOWN if f"  {name} " in again.output} == fill.SHOWN
    assert json.loads(hongzhu("demo", "--json").output)["filled"] is False


@pytest.mark.django_db
def test_the_demo_does_not_write_into_somebody_elses_house(cast: Any) -> None:
    assert fill.occupied()
