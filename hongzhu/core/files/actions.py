"""Keeping bytes and pointing at them. Bytes are on disk before the row commits: a crash leaves an orphan, never a hole."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.dates import day_of
from hongzhu.kit.refs import Actor, Ref
from hongzhu.kit.tables import uploads

from . import engine, queries, rules
from .models import Attachment, Blob

# An upload in flight is never swept: its file is younger than this.
ORPHAN_AGE = timedelta(days=1)
KEEP_REMOVED = timedelta(days=30)


@transaction.atomic
def attach(*, owner: Ref, slot: str, name: str, data: bytes, by: Actor, bureau: Bureau, now: datetime) -> Attachment:
    """Keep a file for a record. ValidationError when it is of no allowed kind, or a quota is used up.

    The bytes are written, synced and renamed before the row: if this transaction is rolled back the file is an
    orphan and is swept; a row without its file cannot be committed.
    """
    try:
        checked = uploads.check_upload(data, engine.clean_name(name))
    except uploads.UploadRefused as refused:
        told = _("没有保存附件“%(name)s”：%(why)s。其他已填内容还在。")
        raise ValidationError(told % {"name": engine.clean_name(name), "why": refused}) from refused
    _make_room(size=len(checked.data), bureau=bureau, by=by, now=now)
    blob = _keep(data=checked.data, mime=checked.mime, bureau=bureau, now=now)
    attachment = Attachment.objects.create(
        blob=blob,
        owner_kind=owner.kind,
        owner_id=owner.id,
        slot=slot,
        name=engine.clean_name(checked.name),
        added_at=now,
        added_by=by.label[:120],
        added_by_id=by.id,
    )
    audit.record(
        by=by, did="files.attach", to=owner, bureau=bureau.pk, slot=slot, attachment=attachment.pk,
        sha256=blob.sha256, size=blob.size,
    )  # fmt: skip
    return attachment


@transaction.atomic
def remove(*, attachment: Attachment, by: Actor, now: datetime) -> None:
    """Take a file off its record. The bytes stay for a month, in case the tap was a mistake; then they are swept."""
    row = Attachment.objects.select_for_update(of=("self",)).select_related("blob").get(pk=attachment.pk)
    if row.removed_at is not None:
        return  # no entry: removed before
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    audit.record(
        by=by, did="files.remove", to=Ref(row.owner_kind, row.owner_id), bureau=row.blob.bureau_id,
        slot=row.slot, attachment=row.pk, sha256=row.blob.sha256,
    )  # fmt: skip


def _make_room(*, size: int, bureau: Bureau, by: Actor, now: datetime) -> None:
    kept = Blob.objects.filter(bureau=bureau, swept_at__isnull=True).aggregate(n=Coalesce(Sum("size"), 0))["n"]
    today = day_of(now)
    sent = Attachment.objects.filter(added_by_id=by.id, added_at__date=today, blob__bureau=bureau)
    mine = sent.aggregate(size=Coalesce(Sum("blob__size"), 0), files=Count("pk"))
    system = by.id == 0  # imports and the demo have no daily share; the bureau's limit binds them all the same
    verdict = rules.fits(
        size=size,
        bureau_used=kept,
        bureau_limit=settings.FILES_BUREAU_MB * rules.MIB,
        sender_used=0 if system else mine["size"],
        sender_limit=settings.FILES_DAILY_MB * rules.MIB,
        sender_files=0 if system else mine["files"],
        sender_files_limit=settings.FILES_DAILY_COUNT,
    )
    if not verdict:
        raise ValidationError(verdict.reason)


def _keep(*, data: bytes, mime: str, bureau: Bureau, now: datetime) -> Blob:
    sha256 = engine.digest(data)
    _write(engine.location(queries.store(), bureau.pk, sha256), data)
    blob, _new = Blob.objects.select_for_update().get_or_create(
        bureau=bureau, sha256=sha256, defaults={"size": len(data), "mime": mime, "stored_at": now}
    )
    # Whoever swept these bytes held this lock; now that it is ours, what is on disk stays.
    _write(queries.path_of(blob), data)
    if blob.swept_at is not None:
        blob.swept_at = None
        blob.save(update_fields=["swept_at"])
    return blob


def _write(path: Path, data: bytes) -> None:
    """Put bytes at ``path`` so that either all of them are there after a power loss, or none. Present bytes stay."""
    if path.is_file() and path.stat().st_size == len(data):
        os.utime(path)  # a fresh date keeps the sweeper off until the row is committed
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(*, now: datetime) -> int:
    """Delete bytes nobody points at: uploads that were rolled back, and files removed a month ago. Returns how many."""
    return _sweep_orphans(now) + _sweep_removed(now)


def _sweep_orphans(now: datetime) -> int:
    swept = 0
    known: set[tuple[str, str]] = set()
    for bureau_id, sha256 in Blob.objects.values_list("bureau_id", "sha256").iterator(chunk_size=5000):
        known.add((str(bureau_id), sha256))
    root = queries.store()
    limit = (now - ORPHAN_AGE).timestamp()
    for path in root.glob("*/*") if root.is_dir() else ():
        ours = engine.is_digest(path.name) or path.name.startswith(".new-")
        if ours and (path.parent.name, path.name) not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def _sweep_removed(now: datetime) -> int:
    pointed = Attachment.objects.filter(blob=OuterRef("pk"))
    recent = pointed.filter(removed_at__gt=now - KEEP_REMOVED) | pointed.filter(removed_at__isnull=True)
    old = Blob.objects.filter(~Exists(recent), swept_at__isnull=True, stored_at__lt=now - ORPHAN_AGE)
    swept = 0
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again under the lock that attach takes: the same bytes may just have come again.
            blob = old.select_for_update(of=("self",)).filter(pk=pk).first()
            if blob is None:
                continue
            queries.path_of(blob).unlink(missing_ok=True)
            blob.swept_at = now
            blob.save(update_fields=["swept_at"])
            swept += 1
    return swept
