"""The bodies of the shipped packs, read once for a whole run on PostgreSQL.

Most tests ship the packs. On PostgreSQL that was a fifth of the phase: 1.2 MB of JSON parsed and compressed again for each.
scripts/migrated_database.py lays the bodies beside the empty tables of the template; ``ship()`` then runs as it stands, but
for the column ``body``, which is copied from there by its digest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace

import pytest
from django.db import connection, models

from hongzhu.core.policies.actions import shipping
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack import folder
from hongzhu.kit import bulk


def fill() -> None:
    """Lay the bodies down, in a schema of their own that no table of the house is in."""
    editions = [edition for editions in folder.shipped(folder.PACKS).values() for edition in editions]
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA shelf")
        cursor.execute("CREATE TABLE shelf.body (digest text PRIMARY KEY, body jsonb NOT NULL)")
        cursor.executemany("INSERT INTO shelf.body VALUES (%s, %s)", [(it.digest, it.text) for it in editions])


@contextmanager
def used() -> Iterator[None]:
    """``ship()`` takes the bodies from the shelf, where the run has one."""
    if connection.vendor != "postgresql" or not os.environ.get("HONGZHU_TEST_TEMPLATE"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipping, "bulk", SimpleNamespace(reserve=bulk.reserve, insert=_insert))
        yield


def _insert(model: type[models.Model], columns: bulk.Columns) -> int:
    if model is not PackVersion or not _digests().issuperset(columns["digest"]):
        return bulk.insert(model, columns)  # packs a test wrote itself
    count = bulk.insert(model, {**columns, "body": ["{}"] * len(columns["id"])})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE policies_packversion AS pack SET body = shelf.body.body FROM shelf.body"
            " WHERE pack.digest = shelf.body.digest AND pack.id = ANY(%s)",
            [list(columns["id"])],
        )
        assert cursor.rowcount == count
    return count


@cache
def _digests() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM shelf.body")
        return frozenset(row[0] for row in cursor.fetchall())
