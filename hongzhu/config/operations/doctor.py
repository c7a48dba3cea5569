"""One finding for each thing a healthy installation needs, with what to do where it is missing."""

# zh-file: the console has no language switch; its sentences carry both languages

from __future__ import annotations

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hongzhu.core.audit import engine as chain
from hongzhu.core.audit import queries as audit
from hongzhu.core.documents.queries import failed_since

from .tables import applied, has_tables

LEAST_FREE = 2 * 1024**3
LOOK_BACK = timedelta(days=7)
STRONG = {"on", "remote_apply", "remote_write", "local"}


def doctor() -> list[dict[str, Any]]:
    """Findings with ``name``, ``ok`` and ``says``; stops early where the rest cannot be asked."""
    found = [_finding("python", sys.version_info >= (3, 11), sys.version.split()[0])]
    try:
        connection.ensure_connection()
        found.append(_finding("database", True, f"{connection.vendor} {settings.DATABASES['default']['NAME']}"))
        if not has_tables():
            return [*found, _finding("tables", False, "还没有数据表，请运行 hongzhu migrate。 Run: hongzhu migrate")]
        found += [_tables(), _durability(), *_keys(), _chain(), _messages()]
    except Error as error:
        said = str(error).strip().splitlines()[0]
        return [*found, _finding("database", False, f"连不上：{said}。请检查 HONGZHU_DATABASE。 Cannot be reached.")]
    free = shutil.disk_usage(settings.DATA_DIR).free
    found.append(_finding("disk", free > LEAST_FREE, f"{free / 1024**3:.1f} GiB free"))
    static = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    found.append(_finding("static files", static, "collected" if static else "请运行 hongzhu upgrade"))
    return found


def _finding(name: str, ok: bool, says: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "says": says}


def _tables() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    says = f"{len(applied())} migrations"
    return _finding("tables", not waiting, f"还差 {len(waiting)} 步，请运行 hongzhu upgrade" if waiting else says)


def _durability() -> dict[str, Any]:
    """What an acknowledged record needs to survive a crash and a power loss."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = cursor.fetchone()[0]
            return _finding("durability", level >= 2, f"synchronous={level}（2=FULL）")
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes')"
        )
        weak = [f"{name}={value}" for name, value in cursor.fetchall() if value not in STRONG]
    return _finding("durability", not weak, "，".join(weak) or "fsync, synchronous_commit, full_page_writes on")


def _keys() -> list[dict[str, Any]]:
    found = []
    for name in ("secret_key", "field_key", "index_key", "checkpoint_key"):
        path = Path(settings.DATA_DIR) / "keys" / name
        given = f"HONGZHU_{name.upper()}" in os.environ
        kept = given or (path.exists() and path.stat().st_mode & 0o077 == 0)
        says = "from the environment" if given else "只有本人可读"
        found.append(_finding(f"key {name}", kept, says if kept else f"请执行 chmod 600 {path}"))
    return found


def _chain() -> dict[str, Any]:
    walked = chain.walk(audit.rows(), head=audit.head())
    if isinstance(walked, chain.Fault):
        return _finding("audit chain", False, f"第{walked.seq}条：{walked.what}")
    return _finding("audit chain", True, f"{walked} entries")


def _messages() -> dict[str, Any]:
    """What the gateway gave up on: nobody else would see it."""
    failed = failed_since(timezone.now() - LOOK_BACK)
    says = f"近7天有 {failed} 条消息没有发出去，请检查消息通道的设置 failed in 7 days" if failed else "none failed"
    return _finding("messages", not failed, says)
