"""Writing the chain, in the transaction of the act itself."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hongzhu.kit.refs import Actor, Ref

from . import engine
from .models import ChainHead, Entry, Refusal


def record(*, by: Actor, did: str, to: Ref | None = None, bureau: int | None = None, **detail: Any) -> Entry:
    """Append one entry to the chain. Call it last in the transaction: the head's lock is held until commit.

    ``did`` is ``<room>.<verb>``. ``detail`` is facts needed to understand the entry later: ids, dates,
    counts, reasons; never identity numbers, phones or text about a person. Raises RuntimeError outside a
    transaction, because an entry without its act, or an act without its entry, proves nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record needs the transaction of the act")
    head, _made = ChainHead.objects.select_for_update().get_or_create(id=1)
    fields: dict[str, Any] = {
        "seq": head.seq + 1,
        "bureau": by.bureau if bureau is None else bureau,
        "at": timezone.now(),
        "actor": by.id,
        "actor_label": by.label[:120],
        "behalf": by.behalf[:120],
        "did": did,
        "kind": to.kind if to else "",
        "object_id": to.id if to else 0,
        "object_label": to.label[:200] if to else "",
        "detail": engine.canonical(detail),
    }
    entry = Entry(
        prev=head.hash, hash=engine.digest(head.hash, fields | {"at": engine.instant(fields["at"])}), **fields
    )
    entry.save(force_insert=True)
    ChainHead.objects.filter(id=1).update(seq=entry.seq, hash=entry.hash)
    return entry


@transaction.atomic
def log_refusal(*, by: Actor, kind: str, what: str, purpose: str = "", to: Ref | None = None) -> Refusal:
    """Keep a denial or a reveal in the log of its own. Written after the page's transaction has ended."""
    return Refusal.objects.create(
        bureau=by.bureau,
        at=timezone.now(),
        actor=by.id,
        actor_label=by.label[:120],
        kind=kind,
        what=what[:200],
        purpose=purpose[:200],
        object_kind=to.kind if to else "",
        object_id=to.id if to else 0,
    )
