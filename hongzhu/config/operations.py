"""Running the house: backup and restore, doctor, server and worker.

A backup is one tar archive: ``manifest.json``, one ``tables/<app>.<model>.jsonl.gz`` for each table, and the stored
files. It is read in one snapshot and does not depend on the database's make: a backup taken on SQLite restores on
PostgreSQL. Keys are never in it (``docs/deploy.md`` says how to keep them).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from hongzhu.core.audit import engine as chain
from hongzhu.core.audit import queries as audit
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry

# What is made anew by itself, or must not outlive the server it was made on.
LEFT_OUT = {"contenttypes", "auth", "sessions"}
CHUNK = 2000


class BackupRefused(Exception):
    """The archive cannot be restored; the sentence says why and what to do."""


def tables() -> list[type[models.Model]]:
    """Every model whose rows belong in a backup, in the order the house is built."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in LEFT_OUT
    ]


def has_tables() -> bool:
    return "audit_entry" in connection.introspection.table_names()


def has_rows() -> bool:
    """Whether anything of anybody's is in this database."""
    return has_tables() and any(
        model._base_manager.exists() for model in tables() if model._meta.label_lower not in {"policies.packversion"}
    )


def ship_packs() -> None:
    policies.ship()


def applied() -> list[str]:
    """The migrations this database has, as ``app.name``."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def backup(target: Path) -> dict[str, Any]:
    """Write the archive beside ``target`` and rename it into place; returns the manifest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(),
        "vendor": connection.vendor,
        "migrations": applied(),
        "tables": {},
        "rows": 0,
        "files": 0,
    }
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        with _snapshot():
            for model in tables():
                count, digest = _dump(model, folder / f"{model._meta.label_lower}.jsonl.gz")
                manifest["tables"][model._meta.label_lower] = {"rows": count, "sha256": digest}
                manifest["rows"] += count
            manifest["head"] = list(audit.head())
        files = [path for path in sorted(Path(settings.FILES_DIR).rglob("*")) if path.is_file()]
        manifest["files"] = len(files)
        partial = target.with_name(target.name + ".partial")
        with tarfile.open(partial, "w") as archive:
            _add_bytes(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            for path in sorted(folder.iterdir()):
                archive.add(path, arcname=f"tables/{path.name}")
            for path in files:
                archive.add(path, arcname=f"files/{path.relative_to(settings.FILES_DIR)}")
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.rename(target)
    return manifest


def _snapshot() -> transaction.Atomic:
    """One consistent view of all tables while other people go on writing."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.ensure_connection()
        atomic = transaction.atomic()
        return _Repeatable(atomic)
    return transaction.atomic()


class _Repeatable:
    """A transaction that sees one state of the database from its first query to its last (PostgreSQL)."""

    def __init__(self, atomic: Any) -> None:
        self.atomic = atomic

    def __enter__(self) -> None:
        self.atomic.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def __exit__(self, *error: Any) -> None:
        self.atomic.__exit__(*error)


def _dump(model: type[models.Model], path: Path) -> tuple[int, str]:
    names = [field.attname for field in model._meta.concrete_fields]
    digest, count = hashlib.sha256(), 0
    rows = model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=CHUNK)
    with gzip.GzipFile(path, "wb", compresslevel=3, mtime=0) as out:
        out.write((json.dumps(names) + "\n").encode())
        for row in rows:
            line = (json.dumps(row, cls=_Exact, ensure_ascii=False) + "\n").encode()
            digest.update(line)
            out.write(line)
            count += 1
    return count, digest.hexdigest()


class _Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own encoder cuts to milliseconds, and a digest would never match again."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.astimezone(UTC).isoformat() if o.tzinfo else o.isoformat()
        if isinstance(o, (bytes, memoryview)):
            return bytes(o).hex()
        return super().default(o)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(data), int(time.time())
    archive.addfile(info, io.BytesIO(data))


def restore(source: Path) -> dict[str, Any]:
    """Replace everything with the archive's content in one transaction, then prove it; raises BackupRefused untouched."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["migrations"] != applied():
            raise BackupRefused("备份和现在的程序版本不同。请安装备份时的版本恢复，再运行 hongzhu upgrade。")
        with transaction.atomic():
            _load(folder, manifest)
        _put_files(folder / "files")
    return prove(manifest)


def _load(folder: Path, manifest: dict[str, Any]) -> None:
    wanted = tables()
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for model in reversed(wanted):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - a table of ours
        for model in wanted:
            path = folder / "tables" / f"{model._meta.label_lower}.jsonl.gz"
            if path.exists():
                _insert(model, path)
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), wanted):
            cursor.execute(statement)


def _insert(model: type[models.Model], path: Path) -> None:
    """Insert through the columns themselves, so that nothing is computed anew on the way in."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        by_name = {field.attname: field for field in model._meta.concrete_fields}
        fields = [by_name[name] for name in json.loads(next(lines))]
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
        with connection.cursor() as cursor:
            for rows in _chunks(lines):
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


def _chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _put_files(folder: Path) -> None:
    target = Path(settings.FILES_DIR)
    if target.exists():
        shutil.rmtree(target)
    if folder.exists():
        shutil.copytree(folder, target)


def prove(manifest: dict[str, Any]) -> dict[str, Any]:
    """Compare what is in the database now with a manifest: every table's rows and digest, the chain, the files."""
    lines, ok = [], True
    with tempfile.TemporaryDirectory() as scratch:
        for model in tables():
            name = model._meta.label_lower
            said = manifest["tables"].get(name, {"rows": 0, "sha256": hashlib.sha256().hexdigest()})
            count, digest = _dump(model, Path(scratch) / "t.gz")
            if (count, digest) != (said["rows"], said["sha256"]):
                ok = False
                lines.append(f"{name}: 备份 {said['rows']} 行，现在 {count} 行，内容不符")
    walked = chain.walk(audit.rows(), head=audit.head())
    if isinstance(walked, chain.Fault) or list(audit.head()) != manifest["head"]:
        ok = False
        lines.append(f"留痕链不符：{walked}")
    files = sum(1 for path in Path(settings.FILES_DIR).rglob("*") if path.is_file())
    if files != manifest["files"]:
        ok = False
        lines.append(f"文件：备份 {manifest['files']} 个，现在 {files} 个")
    lines.append(f"已恢复 {manifest['rows']} 行、{files} 个文件，留痕链 {walked} 条" if ok else "恢复后核对不符，见上")
    return {"ok": ok, "lines": lines}


def doctor() -> list[dict[str, Any]]:
    """One finding for each thing a healthy installation needs."""
    found = [_finding("python", sys.version_info >= (3, 11), sys.version.split()[0])]
    try:
        connection.ensure_connection()
        found.append(_finding("database", True, f"{connection.vendor} {settings.DATABASES['default']['NAME']}"))
    except connection.Database.Error as error:
        return [*found, _finding("database", False, f"连不上：{error}。请检查 HONGZHU_DATABASE")]
    if not has_tables():
        return [*found, _finding("tables", False, "还没有数据表，请运行 hongzhu migrate")]
    found.append(_finding("tables", True, f"{len(applied())} migrations"))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            level = cursor.execute("PRAGMA synchronous").fetchone()[0]
        found.append(_finding("durability", level >= 2, f"synchronous={level}（2=FULL）"))
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes')"
            )
            weak = [
                f"{name}={value}"
                for name, value in cursor.fetchall()
                if value not in {"on", "remote_apply", "remote_write", "local"}
            ]
        found.append(
            _finding("durability", not weak, "，".join(weak) or "fsync, synchronous_commit, full_page_writes on")
        )
    for name in ("secret_key", "field_key", "index_key", "checkpoint_key"):
        path = Path(settings.DATA_DIR) / "keys" / name
        kept = f"HONGZHU_{name.upper()}" in os.environ or (path.exists() and path.stat().st_mode & 0o077 == 0)
        found.append(_finding(f"key {name}", kept, "只有本人可读" if kept else f"请执行 chmod 600 {path}"))
    walked = chain.walk(audit.rows(), head=audit.head())
    broken = isinstance(walked, chain.Fault)
    found.append(
        _finding("audit chain", not broken, walked.what if isinstance(walked, chain.Fault) else f"{walked} entries")
    )
    free = shutil.disk_usage(settings.DATA_DIR).free
    found.append(_finding("disk", free > 2 * 1024**3, f"{free / 1024**3:.1f} GiB free"))
    static = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    found.append(_finding("static files", static, "collected" if static else "请运行 hongzhu upgrade"))
    return found


def _finding(name: str, ok: bool, says: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "says": says}


def work(*, once: bool = False, now: datetime | None = None) -> None:
    """Run each room's clock task when it is due. A task that fails is reported and tried again at its next turn."""
    due: dict[str, float] = {}
    while True:
        for task in registry.book.tasks.values():
            if due.get(task.name, 0) > time.monotonic():
                continue
            due[task.name] = time.monotonic() + task.every
            task.run(now or timezone.now())
        if once:
            return
        connection.close_if_unusable_or_obsolete()
        time.sleep(1)


def serve(host: str, port: int, workers: int) -> int:
    """Granian for the pages and one worker process beside it; ends both on Ctrl-C."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
    }
    pages = subprocess.Popen(  # noqa: S603 - our own server with our own arguments
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "hongzhu.config.wsgi:application",
        ],
        env=environment,
    )  # fmt: skip
    beside = subprocess.Popen([sys.executable, "-m", "hongzhu.config.cli", "work"], env=environment)
    sys.stdout.write(f"红烛 http://{host}:{port}/\n")
    sys.stdout.flush()

    def stop(*_: object) -> None:
        pages.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        return pages.wait()
    finally:
        beside.terminate()
        beside.wait(timeout=10)
