"""The sheet an account has uploaded and not yet confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hongzhu.core.people.models import Upload
from hongzhu.kit.crypto import vault
from hongzhu.kit.tables.columns import Column, expected, match_header
from hongzhu.kit.tables.read import Table, read_table

# 300,000 rows and the lines above them; within what kit.tables holds in memory.
MOST_ROWS, MOST_COLUMNS = 300_200, 32


def staged(account: Any, table: str, now: datetime) -> Upload | None:
    """The account's own sheet of one table; None when there is none or its time is over."""
    return Upload.objects.filter(account=account.pk, table=table, expires_at__gt=now).first()


def staged_bytes(upload: Upload) -> bytes:
    """The file as it was uploaded."""
    return vault().open_bytes(bytes(upload.sealed), bind=f"upload|{upload.account_id}|{upload.table}")


def staged_table(upload: Upload, columns: Sequence[Column]) -> Table:
    """The staged file as a table; TableRefused as when it was uploaded."""
    return read_sheet(staged_bytes(upload), upload.name, columns)


def read_sheet(source: bytes | str | Path, name: str, columns: Sequence[Column]) -> Table:
    """A file people upload, within the limits of an import; a required column that is missing is refused here."""
    table = read_table(source, name, max_rows=MOST_ROWS, max_cols=MOST_COLUMNS, expect=expected(columns))
    match_header(table.header, columns)
    return table
