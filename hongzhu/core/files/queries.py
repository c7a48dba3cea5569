"""Attachments of a record, the one door to them, and what is missing on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.kit.refs import Ref
from hongzhu.kit.registry import book

from . import engine
from .models import Attachment, Blob

CHANGE = ":change"


def of(owner: Ref, slot: str | None = None) -> QuerySet[Attachment]:
    """The files a record carries now, oldest first."""
    found = Attachment.objects.filter(owner_kind=owner.kind, owner_id=owner.id, removed_at__isnull=True)
    if slot is not None:
        found = found.filter(slot=slot)
    return found.select_related("blob").order_by("added_at", "id")


def of_many(kind: str, ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """The files of many records of one kind, by the record's id. One query."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    rows = Attachment.objects.filter(owner_kind=kind, owner_id__in=list(ids), removed_at__isnull=True)
    for row in rows.select_related("blob").order_by("added_at", "id"):
        found[row.owner_id].append(row)
    return dict(found)


def open_attachment(user: Any, pk: int) -> Attachment:
    """The one door to a file is its owner's: who may not open the record may not open the file. 404 for the rest."""
    attachment = _live(pk)
    _door(attachment.owner_kind)(user, attachment.owner_id)
    return attachment


def open_for_change(user: Any, pk: int) -> Attachment:
    """For removing a file: 404 when the record is unseen, 403 when the user may not change the record."""
    attachment = open_attachment(user, pk)
    door = book.doors.get(attachment.owner_kind + CHANGE)
    if door is None:
        raise PermissionDenied(_("这个附件不能单独删除。请在它所属的记录上更正。"))
    door(user, attachment.owner_id)
    return attachment


def _live(pk: int) -> Attachment:
    rows = Attachment.objects.select_related("blob").filter(removed_at__isnull=True)
    attachment: Attachment = get_object_or_404(rows, pk=pk)
    return attachment


def _door(kind: str) -> Callable[[Any, int], Any]:
    # A kind without a door opens for nobody: nothing is readable by having been forgotten.
    if kind not in book.doors:
        raise Http404
    return book.doors[kind]


def store() -> Path:
    return Path(settings.FILES_DIR)


def path_of(blob: Blob) -> Path:
    """Where the bytes lie."""
    return engine.location(store(), blob.bureau_id, blob.sha256)


def with_live_attachment() -> QuerySet[Blob]:
    """Blobs somebody still points at."""
    live = Attachment.objects.filter(blob=OuterRef("pk"), removed_at__isnull=True)
    return Blob.objects.filter(Exists(live)).order_by("id")


@dataclass(frozen=True, slots=True)
class Fault:
    """One stored file that is not what its row says: ``missing``, ``size`` or ``digest``."""

    blob_id: int
    path: str
    what: str


def faults(*, deep: bool = False) -> Iterator[Fault]:
    """Files that should be there and are not, or have another size; ``deep`` reads them all and compares digests."""
    for blob in with_live_attachment().iterator(chunk_size=2000):
        path = path_of(blob)
        if not path.is_file():
            yield Fault(blob.pk, str(path), "missing")
        elif path.stat().st_size != blob.size:
            yield Fault(blob.pk, str(path), "size")
        elif deep and engine.digest(path.read_bytes()) != blob.sha256:
            yield Fault(blob.pk, str(path), "digest")
