"""The backup: one tar archive of ``manifest.json``, ``tables/<app>.<model>.jsonl.gz`` and ``files/<bureau>/<sha256>``.

It is read in one snapshot and does not depend on the database's make: a backup taken on SQLite restores on
PostgreSQL. Keys are never in it (``docs/deploy.md`` says how to keep them).
"""

# zh-file: the console has no language switch; its sentences carry both languages

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hongzhu.core.audit import queries as audit
from hongzhu.core.files.models import Blob

from .tables import applied, dump, snapshot, tables

FORMAT = 1


class BackupRefused(Exception):
    """The archive cannot be made or restored; the sentence says why and what to do. Nothing was changed."""


def backup(target: Path) -> dict[str, Any]:
    """Write the archive beside ``target`` and rename it into place; returns the manifest.

    ``missing`` in it names stored files whose bytes are gone: the rest is kept all the same. BackupRefused when the
    disk is full or the folder cannot be written; no partial archive stays behind.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            manifest, files = _read(Path(scratch))
            _pack(partial, Path(scratch), manifest, files)
            partial.rename(target)
            _sync(target.parent)
    except OSError as error:
        raise BackupRefused(
            f"没有备份成：{error.strerror or error}（{target.parent}）。请腾出空间或换一个文件夹，再备份一次。"
            f" No backup was made: {error.strerror or error}."
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return manifest


def _read(folder: Path) -> tuple[dict[str, Any], list[tuple[str, Path]]]:
    """Every table of one moment into ``folder``; the manifest, and which files belong to that moment."""
    manifest: dict[str, Any] = {
        "format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "vendor": connection.vendor, "tables": {}, "rows": 0,
    }  # fmt: skip
    with snapshot():
        manifest["migrations"] = applied()
        for model in tables():
            name = model._meta.label_lower
            count, digest = dump(model, folder / f"{name}.jsonl.gz")
            manifest["tables"][name] = {"rows": count, "sha256": digest}
            manifest["rows"] += count
        manifest["head"] = list(audit.head())
        named = sorted(f"{bureau}/{sha256}" for bureau, sha256 in _blobs())
    root = Path(settings.FILES_DIR)
    files = [(name, root / name) for name in named if (root / name).is_file()]
    manifest["files"] = len(files)
    manifest["files_sha256"] = names_digest(name for name, _path in files)
    manifest["missing"] = sorted(set(named) - {name for name, _path in files})
    return manifest, files


def _blobs() -> Iterator[tuple[int, str]]:
    yield from Blob.objects.filter(swept_at__isnull=True).values_list("bureau_id", "sha256").iterator(chunk_size=5000)


def names_digest(names: Iterator[str]) -> str:
    """One number for which files are in an archive, in sorted order."""
    whole = hashlib.sha256()
    for name in names:
        whole.update(f"{name}\n".encode())
    return whole.hexdigest()


def _pack(partial: Path, folder: Path, manifest: dict[str, Any], files: list[tuple[str, Path]]) -> None:
    # Names, phones and the like may be inside: for its owner's eyes, whatever the umask.
    with (
        os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
        tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size, info.mtime, info.mode = len(data), int(time.time()), 0o600
        archive.addfile(info, io.BytesIO(data))
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=f"tables/{path.name}", recursive=False)
        for name, path in files:
            archive.add(path, arcname=f"files/{name}", recursive=False)
        archive.close()
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
