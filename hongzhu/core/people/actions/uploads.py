"""A sheet between upload and confirmation: kept sealed for two hours, then forgotten."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from django.db import transaction

from hongzhu.core.people.models import Account, Upload
from hongzhu.kit.crypto import vault

KEPT = timedelta(hours=2)


@transaction.atomic
def stage_upload(*, account: Account, table: str, name: str, data: bytes, on: date, now: datetime) -> Upload:
    """Keep an uploaded sheet until it is confirmed; the next one of the same table takes its place."""
    digest = hashlib.sha256(data).hexdigest()
    made, _new = Upload.objects.update_or_create(
        account=account,
        table=table,
        defaults={
            "name": name[:160],
            "sha256": digest,
            "on": on,
            "sealed": vault().seal_bytes(data, bind=f"upload|{account.pk}|{table}"),
            "staged_at": now,
            "expires_at": now + KEPT,
        },
    )
    return made


@transaction.atomic
def drop_upload(*, account: Account, table: str) -> None:
    """Forget a staged sheet: it was written, or given up."""
    Upload.objects.filter(account=account, table=table).delete()


@transaction.atomic
def sweep_uploads(*, now: datetime) -> int:
    """Forget sheets nobody confirmed in time; how many."""
    count, _each = Upload.objects.filter(expires_at__lte=now).delete()
    return count
