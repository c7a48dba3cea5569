"""An archive that is not exactly what was backed up is refused with a sentence, and nothing is changed."""

from __future__ import annotations

import errno
import gzip
import io
import json
import shutil
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from hongzhu.config.operations import archive, restoring, tables
from hongzhu.core.audit import actions as audit
from hongzhu.core.audit.models import Entry
from hongzhu.core.files import actions as files
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.refs import Actor, Ref
from tests.deep.digests import digest

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.system("演练")


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Path:
    """The data folder of this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    settings.FILES_DIR = tmp_path / "data" / "files"
    return Path(settings.FILES_DIR)


def attach(cast: Any, text: str) -> None:
    files.attach(
        owner=Ref.to(cast.branch), slot="paper", name="a.txt", data=text.encode(), by=BY, bureau=cast.bureau,
        now=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def kept(cast: Any, store: Path, tmp_path: Path) -> Path:
    """A backup of the cast with two files; afterwards the house went on by a name and a file."""
    attach(cast, "第一份")
    attach(cast, "第二份")
    target = tmp_path / "kept.tar"
    archive.backup(target)
    attach(cast, "备份以后的")
    Bureau.objects.filter(pk=cast.bureau.pk).update(name="备份以后改的名")
    return target


def state(store: Path) -> tuple[str, list[tuple[str, bytes]]]:
    return digest(), sorted((str(path.relative_to(store)), path.read_bytes()) for path in store.glob("*/*"))


def members(source: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(source) as opened:
        return [(member, opened.extractfile(member).read()) for member in opened]  # type: ignore[union-attr]


def write(target: Path, parts: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(target, "w") as out:
        for info, data in parts:
            info.size = len(data) if info.isreg() else 0
            out.addfile(info, io.BytesIO(data))
    return target


def changed(source: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The archive with one member changed, or left out."""
    parts = []
    for info, data in members(source):
        new = change(data) if info.name.startswith(name) else data
        if new is not None:
            parts.append((info, new))
    return write(source.with_name("changed.tar"), parts)


def flipped(data: bytes) -> bytes:
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


def edited(data: bytes) -> bytes:
    """A well-formed table with one letter of one row changed."""
    text = gzip.decompress(data)
    assert "柳林".encode() in text
    return gzip.compress(text.replace("柳林".encode(), "杨林".encode(), 1))


def manifest(**changes: Any) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps(json.loads(data) | changes).encode()


def with_member(source: Path, info: tarfile.TarInfo, data: bytes = b"x") -> Path:
    return write(source.with_name("more.tar"), [*members(source), (info, data)])


def link(source: Path) -> Path:
    info = tarfile.TarInfo("files/1/" + "a" * 64)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return with_member(source, info)


def cut(source: Path) -> Path:
    data = source.read_bytes()
    target = source.with_name("cut.tar")
    target.write_bytes(data[: len(data) * 2 // 3])
    return target


def not_a_tar(source: Path) -> Path:
    target = source.with_name("photo.tar")
    target.write_bytes(b"\xff\xd8 not a backup" * 100)
    return target


BROKEN: dict[str, Callable[[Path], Path]] = {
    "a flipped byte in a table": lambda kept: changed(kept, "tables/orgs.org.", flipped),
    "an edited row": lambda kept: changed(kept, "tables/orgs.org.", edited),
    "an edited entry of the chain": lambda kept: changed(
        kept, "tables/audit.entry.", lambda data: gzip.compress(gzip.decompress(data).replace(b"orgs.", b"orgz.", 1))
    ),
    "a missing table": lambda kept: changed(kept, "tables/people.person.", lambda _data: None),
    "no manifest": lambda kept: changed(kept, "manifest.json", lambda _data: None),
    "a manifest of nothing": lambda kept: changed(kept, "manifest.json", lambda _data: b"[]"),
    "another version's migrations": lambda kept: changed(kept, "manifest.json", manifest(migrations=["orgs.0099_x"])),
    "another chain's end": lambda kept: changed(kept, "manifest.json", manifest(head=[1, "0" * 64])),
    "a changed file": lambda kept: changed(kept, "files/", lambda data: data + b"!"),
    "a missing file": lambda kept: changed(kept, "files/", lambda _data: None),
    "a truncated archive": cut,
    "no archive": not_a_tar,
    "a path out of the folder": lambda kept: with_member(kept, tarfile.TarInfo("../../etc/cron.d/x")),
    "an absolute path": lambda kept: with_member(kept, tarfile.TarInfo("/tmp/x")),
    "a file twice": lambda kept: write(kept.with_name("twice.tar"), [*members(kept), members(kept)[-1]]),
    "a symbolic link": link,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_wrong_archive_is_refused_and_nothing_changes(
    kept: Path, store: Path, broken: Callable[[Path], Path]
) -> None:
    wrong = broken(kept)
    before = state(store)

    with pytest.raises(archive.BackupRefused, match="现有数据没有动"):
        restoring.restore(wrong)

    assert state(store) == before
    assert not list(Path(django_settings.DATA_DIR).glob(".restore-*"))


def test_the_right_archive_puts_rows_and_files_back(kept: Path, store: Path, cast: Any) -> None:
    report = restoring.restore(kept)

    assert report["ok"]
    assert Bureau.objects.get(pk=cast.bureau.pk).name == "青禾县教育局"
    assert sorted(path.read_text() for path in store.glob("*/*")) == ["第一份", "第二份"]
    assert Entry.objects.count() == report["entries"]


def test_what_is_written_after_a_restore_gets_a_number_of_its_own(kept: Path, cast: Any) -> None:
    restoring.restore(kept)

    fresh = Bureau.objects.create(code="fresh", name="新", pack="national")
    assert fresh.pk > cast.bureau.pk


def test_a_second_backup_of_what_was_restored_says_the_same(kept: Path, tmp_path: Path) -> None:
    restoring.restore(kept)
    again = archive.backup(tmp_path / "again.tar")

    first = json.loads(members(kept)[0][1])
    assert [again[name] for name in ("tables", "head", "files_sha256")] == [
        first[name] for name in ("tables", "head", "files_sha256")
    ]


def test_times_come_back_to_the_microsecond(cast: Any, store: Path, tmp_path: Path, clock: Any) -> None:
    clock.now = clock.now.replace(microsecond=123456)
    with transaction.atomic():
        entry = audit.record(by=BY, did="config.test")
    archive.backup(tmp_path / "a.tar")
    Entry.objects.filter(pk=entry.pk).update(at=clock.now.replace(microsecond=0))

    restoring.restore(tmp_path / "a.tar")

    assert Entry.objects.get(pk=entry.pk).at == clock.now


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("disk is full")])
@pytest.mark.parametrize("at", ["_unpack", "_keep_files", "_insert"])
def test_a_full_disk_changes_nothing(
    kept: Path, store: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, at: str
) -> None:
    if at == "_unpack" and isinstance(fault, OperationalError):
        fault = OSError(errno.EIO, "Input/output error")
    true, calls = getattr(restoring, at), []

    def full(*arguments: Any) -> Any:
        calls.append(1)
        if at == "_insert" and len(calls) < 5:
            return true(*arguments)
        raise fault

    monkeypatch.setattr(restoring, at, full)
    before = state(store)

    with pytest.raises(archive.BackupRefused, match="现有数据没有动"):
        restoring.restore(kept)

    assert calls
    assert state(store) == before


def test_too_little_room_is_said_before_anything_is_read(
    kept: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    before = state(store)

    with pytest.raises(archive.BackupRefused, match="请腾出空间"):
        restoring.restore(kept)
    assert state(store) == before


def test_a_full_disk_leaves_no_partial_backup(
    cast: Any, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "_pack", full)
    folder = tmp_path / "backups"

    with pytest.raises(archive.BackupRefused, match="请腾出空间"):
        archive.backup(folder / "a.tar")
    assert list(folder.iterdir()) == []


def test_a_file_whose_bytes_are_gone_is_named_and_the_rest_is_kept(cast: Any, store: Path, tmp_path: Path) -> None:
    attach(cast, "在")
    attach(cast, "不在了")
    gone = next(path for path in store.glob("*/*") if path.read_text() == "不在了")
    gone.unlink()

    made = archive.backup(tmp_path / "a.tar")

    assert made["missing"] == [f"{gone.parent.name}/{gone.name}"]
    assert made["files"] == 1
    assert "就缺 1 个文件" in "".join(restoring.restore(tmp_path / "a.tar")["lines"])


def test_backup_reads_one_moment_while_others_write(cast: Any, store: Path, tmp_path: Path) -> None:
    """On SQLite a backup must not keep writers out; on either, what comes in between is not half in it."""
    if connection.vendor == "sqlite":
        with tables.snapshot():
            assert connection.transaction_mode == "DEFERRED"  # type: ignore[attr-defined]
        assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]
    else:
        with tables.snapshot(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)


def peak(target: Path) -> int:
    """The most memory Python held during a backup and its restore, in bytes."""
    tracemalloc.start()
    try:
        archive.backup(target)
        restoring.restore(target)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_tables(cast: Any, store: Path, tmp_path: Path) -> None:
    def more(first: int, last: int) -> None:
        Bureau.objects.bulk_create(
            [Bureau(code=f"b{n}", name="名" * 60, pack="national") for n in range(first, last)], batch_size=2000
        )

    more(0, 3_000)
    some = peak(tmp_path / "some.tar")
    more(3_000, 12_000)
    many = peak(tmp_path / "many.tar")

    assert many < 1.3 * some, f"{some} bytes for 3,000 rows, {many} for 12,000"
