"""Which tables a backup holds, and how a row is written so that both databases write the same."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from hongzhu.kit.http import read_only

# What is made anew by itself, or must not outlive the server it was made on.
LEFT_OUT = {"contenttypes", "auth", "sessions"}
CHUNK = 2000
EMPTY = hashlib.sha256().hexdigest()


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
    """Whether anything of anybody's is in this database; the shipped packs and their entry are nobody's."""
    shipped = {"policies.packversion", "policies.calendarday", "audit.entry", "audit.chainhead"}
    return has_tables() and any(
        model._base_manager.exists() for model in tables() if model._meta.label_lower not in shipped
    )


def applied() -> list[str]:
    """The migrations this database has, as ``app.name``."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of the database from the first query to the last, while other people go on writing."""
    outermost = not connection.in_atomic_block
    with read_only():
        if connection.vendor == "postgresql" and outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


class Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own encoder cuts to milliseconds, and a digest would never match again."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.astimezone(UTC).isoformat() if o.tzinfo else o.isoformat()
        if isinstance(o, time):
            return o.isoformat()
        if isinstance(o, (bytes, memoryview)):
            return base64.b64encode(bytes(o)).decode()
        return super().default(o)


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """One line for each row, by primary key. Keys of JSON are sorted: PostgreSQL does not keep their order."""
    rows = model._base_manager.order_by("pk").values_list(*columns(model)).iterator(chunk_size=CHUNK)
    for row in rows:
        yield (json.dumps(row, cls=Exact, ensure_ascii=False, sort_keys=True) + "\n").encode()


def summed(rows: Iterable[bytes]) -> tuple[int, str]:
    """How many lines, and their SHA-256."""
    digest, count = hashlib.sha256(), 0
    for line in rows:
        digest.update(line)
        count += 1
    return count, digest.hexdigest()


def dump(model: type[models.Model], path: Path) -> tuple[int, str]:
    """Write a table as compressed lines, its columns in the first; (rows, digest of the rows)."""
    with gzip.GzipFile(path, "wb", compresslevel=3, mtime=0) as out:
        out.write((json.dumps(columns(model)) + "\n").encode())

        def written() -> Iterator[bytes]:
            for line in lines(model):
                out.write(line)
                yield line

        return summed(written())
