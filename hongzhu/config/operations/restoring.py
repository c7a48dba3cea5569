"""Restoring a backup: everything about it is proved before anything is replaced, and again before the commit."""

# zh-file: the console has no language switch; its sentences carry both languages

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DataError, Error, IntegrityError, connection, models, transaction

from hongzhu.core.audit import engine as chain
from hongzhu.core.audit import queries as audit

from .archive import FORMAT, BackupRefused, names_digest
from .tables import CHUNK, applied, columns, lines, summed, tables

_TABLE = re.compile(r"tables/([a-z_]+\.[a-z0-9_]+)\.jsonl\.gz", re.ASCII)
_FILE = re.compile(r"files/([1-9][0-9]{0,17}/[0-9a-f]{64})", re.ASCII)
MOST_MANIFEST = 16 * 1024 * 1024
DAMAGED = "备份文件已损坏或被改动：{what}。没有恢复，现有数据没有动。请换另一份备份。 The archive is damaged: {what}."


def restore(source: Path) -> dict[str, Any]:
    """Replace everything with the archive's content, in one transaction that commits only what was proved.

    Returns ``ok`` and ``lines`` to print. BackupRefused, and nothing changed, when the archive is not whole, is of
    another version, or the disk is full.
    """
    home = Path(settings.DATA_DIR)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as scratch:
            folder = Path(scratch)
            _room_for(source, home)
            manifest = _unpack(source, folder)
            _prove_archive(folder, manifest)
            kept = _replace(folder, manifest)
    except OSError as error:
        raise BackupRefused(
            f"没有恢复：{error.strerror or error}。现有数据没有动。请腾出空间再恢复。"
            f" Nothing was restored: {error.strerror or error}."
        ) from error
    with suppress(Error):  # a house without its cache table keeps nothing to clear
        cache.clear()
    missing = len(manifest.get("missing", ()))
    said = [f"已恢复 {manifest['rows']} 行、{len(kept)} 个文件，留痕链 {manifest['head'][0]} 条，逐表核对一致"]
    if missing:
        said.append(f"备份时就缺 {missing} 个文件：见 manifest.json 的 missing")
    return {"ok": True, "rows": manifest["rows"], "files": len(kept), "entries": manifest["head"][0], "lines": said}


def _replace(folder: Path, manifest: dict[str, Any]) -> set[str]:
    """Files first, then all rows in one transaction, then the files only the old rows named; returns the files kept."""
    root = Path(settings.FILES_DIR)
    old = {f"{path.parent.name}/{path.name}" for path in root.glob("*/*")}
    kept: set[str] = set()
    try:
        _keep_files(folder / "files", kept)
        with transaction.atomic():
            _load(folder, manifest)
    except BaseException as error:
        for name in kept - old:
            (root / name).unlink(missing_ok=True)
        if isinstance(error, (IntegrityError, DataError, ValidationError, ValueError, TypeError)):
            raise _damaged(f"{type(error).__name__}: {error}") from error
        if isinstance(error, Error):
            raise BackupRefused(f"没有恢复：{error}。现有数据没有动。 Nothing was restored: {error}.") from error
        raise
    for name in old - kept:
        (root / name).unlink(missing_ok=True)
    return kept


def _damaged(what: str) -> BackupRefused:
    return BackupRefused(DAMAGED.format(what=what))


def _room_for(source: Path, home: Path) -> None:
    """Room for the unpacked tables, the files and the database's own growth, before the first byte is written."""
    need, free = 3 * source.stat().st_size, shutil.disk_usage(home).free
    if need > free:
        raise BackupRefused(
            f"没有恢复：{home} 剩余 {free // 2**20} MB，要 {need // 2**20} MB。请腾出空间再恢复。 Not enough disk space."
        )


# --- reading ----------------------------------------------------------------------------------------------


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Only what a backup holds, by name and by kind: no link, no path of its own choosing reaches the disk."""
    (folder / "tables").mkdir()
    (folder / "files").mkdir()
    raw = b""
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                table, stored = _TABLE.fullmatch(member.name), _FILE.fullmatch(member.name)
                if not member.isreg() or not (table or stored or member.name == "manifest.json"):
                    raise _damaged(f"里面有不该有的 {member.name[:80]!r}")
                inside = archive.extractfile(member)
                if inside is None:
                    raise _damaged(f"{member.name} 读不出来")
                if member.name == "manifest.json":
                    raw = inside.read(MOST_MANIFEST)
                    continue
                target = folder / member.name
                target.parent.mkdir(exist_ok=True)
                if target.exists():
                    raise _damaged(f"{member.name} 有两份")
                with target.open("xb") as out:
                    shutil.copyfileobj(inside, out, 1024 * 1024)
                if target.stat().st_size != member.size:
                    raise _damaged(f"{member.name} 不完整")
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise _damaged(f"不是完整的备份（{error}）") from error
    return _manifest(raw)


def _manifest(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
        sound = (
            manifest["format"] == FORMAT
            and all({"rows", "sha256"} <= set(said) for said in manifest["tables"].values())
            and len(manifest["head"]) == 2
            and isinstance(manifest["files"], int)
            and isinstance(manifest["rows"], int)
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged("没有可读的 manifest.json") from error
    if not sound:
        raise _damaged("manifest.json 不是这个版本能读的")
    if manifest["migrations"] != applied():
        raise BackupRefused(
            "没有恢复：备份和现在的程序版本不同，现有数据没有动。请安装备份时的版本恢复，再运行 hongzhu upgrade。"
            " The backup is of another version: restore it with that version, then upgrade."
        )
    return dict(manifest)


def _rows_of(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as rows:
        next(rows, None)  # its columns
        yield from rows


def _prove_archive(folder: Path, manifest: dict[str, Any]) -> None:
    """Every table there, with its columns, its number of rows and its digest; the chain; every file by its hash."""
    named = {model._meta.label_lower: model for model in tables()}
    there = {path.name.removesuffix(".jsonl.gz") for path in (folder / "tables").iterdir()}
    if odd := (set(manifest["tables"]) ^ there) | (set(named) ^ there):
        raise _damaged(f"表不齐或多余：{'、'.join(sorted(odd)[:3])}")
    try:
        for name, said in manifest["tables"].items():
            path = folder / "tables" / f"{name}.jsonl.gz"
            with gzip.open(path, "rb") as head:
                if json.loads(next(head, b"null")) != columns(named[name]):
                    raise _damaged(f"{name} 的列不对")
            if summed(_rows_of(path)) != (said["rows"], said["sha256"]):
                raise _damaged(f"{name} 的内容和清单不符")
        walked = chain.walk(_entries(folder), head=(manifest["head"][0], manifest["head"][1]))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        # gzip reports a flipped byte as OSError; a disk that fails on reading looks the same and is told the same.
        raise _damaged(str(error)) from error
    if isinstance(walked, chain.Fault):
        raise _damaged(f"留痕链第{walked.seq}条：{walked.what}")
    _prove_files(folder / "files", manifest)


def _entries(folder: Path) -> Iterator[dict[str, Any]]:
    from hongzhu.core.audit.models import Entry

    by_name = {field.attname: field for field in Entry._meta.concrete_fields}
    for line in _rows_of(folder / "tables" / "audit.entry.jsonl.gz"):
        row = dict(zip(by_name, json.loads(line), strict=True))
        row["at"] = chain.instant(by_name["at"].to_python(row["at"]))
        yield row


def _prove_files(folder: Path, manifest: dict[str, Any]) -> None:
    paths = sorted(folder.glob("*/*"))
    names = sorted(f"{path.parent.name}/{path.name}" for path in paths)
    if len(names) != manifest["files"] or names_digest(iter(names)) != manifest.get("files_sha256"):
        raise _damaged(f"附件应有 {manifest['files']} 个，里面有 {len(names)} 个")
    for path in paths:
        with path.open("rb") as data:
            if hashlib.file_digest(data, "sha256").hexdigest() != path.name:
                raise _damaged(f"附件 {path.name[:12]}… 的内容变了")


# --- writing ----------------------------------------------------------------------------------------------


def _load(folder: Path, manifest: dict[str, Any]) -> None:
    """Empty and refill every table, then read all of it back; raises before the commit when anything differs."""
    wanted = tables()
    # Foreign keys are checked at commit on both databases, so the order of the tables does not matter.
    with connection.cursor() as cursor:
        for model in reversed(wanted):
            cursor.execute(" ".join(["DELETE FROM", _quoted(model)]))
        # Whoever was signed in to what stood here is not signed in to what comes.
        cursor.execute(f"DELETE FROM {connection.ops.quote_name('django_session')}")  # noqa: S608
    for model in wanted:
        _insert(model, folder / "tables" / f"{model._meta.label_lower}.jsonl.gz")
    connection.check_constraints()
    for model in wanted:
        said = manifest["tables"][model._meta.label_lower]
        if summed(lines(model)) != (said["rows"], said["sha256"]):
            raise _damaged(f"{model._meta.label_lower} 写进去后读出来不一样")
    if list(audit.head()) != list(manifest["head"]):
        raise _damaged("留痕链的末尾和清单不符")
    # Last: a sequence set is not undone by a rollback.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), wanted):
            cursor.execute(statement)


def _quoted(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _insert(model: type[models.Model], path: Path) -> None:
    """Insert through the columns themselves, so that nothing is computed anew on the way in."""
    fields = model._meta.concrete_fields
    into = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = " ".join(["INSERT INTO", _quoted(model), "(" + into + ")", "VALUES", "(" + marks + ")"])
    with connection.cursor() as cursor:
        for rows in _chunks(_rows_of(path)):
            cursor.executemany(
                statement,
                [
                    [
                        field.get_db_prep_save(field.to_python(value), connection)
                        for field, value in zip(fields, json.loads(row), strict=True)
                    ]
                    for row in rows
                ],
            )


def _chunks(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _keep_files(folder: Path, kept: set[str]) -> None:
    """Put the archive's files beside those that are there, before any row names them: a crash leaves orphans, no holes."""
    root = Path(settings.FILES_DIR)
    for path in folder.glob("*/*"):
        name = f"{path.parent.name}/{path.name}"
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("rb") as data:
            os.fsync(data.fileno())
        kept.add(name)
        path.replace(target)
    for place in {root / name.partition("/")[0] for name in kept}:
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
