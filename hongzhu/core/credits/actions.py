"""Writing credits in the transaction of the act that earned them. No audit entry of their own: the act's entry covers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from hongzhu.kit import bulk, registry

from .models import Credit


@dataclass(frozen=True, slots=True)
class Earned:
    """One credit to write: ``person`` None for a body's; ``amount`` in hundredths of a class hour.

    ``recorded_at`` only where this fact became known at another time than the others (a make-up study).
    """

    tag: str
    body: int
    held_on: date
    belongs_on: date
    person: int | None = None
    amount: int = 0
    recorded_at: datetime | None = None

    def key(self) -> tuple[object, ...]:
        return (self.tag, self.body, self.person, self.held_on, self.belongs_on, self.amount)


@dataclass(frozen=True, slots=True)
class Worth:
    """What one source has earned, and when its fact was first known."""

    earned: Iterable[Earned]
    recorded_at: datetime


def settle(*, kind: str, bureau: int, worth: Mapping[int, Worth], now: datetime) -> tuple[int, int]:
    """Make the open credits of the sources of a kind equal their ``worth`` (source id to what it earned): void those no
    longer earned, add the new ones, keep the rest. Three statements for any number of sources.

    Idempotent; returns (added, voided). A credit kept keeps its ``recorded_at``; a new one gets that of its source, the
    time its fact was first known; where the source had credits before, it stands in looks back from ``now`` on only.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("credits.settle needs the transaction of the act")
    wanted = {(source, row.key()): row for source, told in worth.items() for row in told.earned}
    gone = []
    corrected: set[int] = set()
    for credit in Credit.objects.filter(kind=kind, source__in=list(worth)):
        corrected.add(credit.source)
        if credit.voided_at is not None:
            continue
        key = (credit.tag, credit.body_id, credit.person_id, credit.held_on, credit.belongs_on, credit.amount)
        if wanted.pop((credit.source, key), None) is None:
            gone.append(credit.pk)
    voided = Credit.objects.filter(pk__in=gone).update(voided_at=now) if gone else 0
    Credit.objects.bulk_create(
        [
            Credit(
                bureau_id=bureau, tag=row.tag, body_id=row.body, person_id=row.person, held_on=row.held_on,
                belongs_on=row.belongs_on, recorded_at=row.recorded_at or worth[source].recorded_at, amount=row.amount,
                entered_at=now if source in corrected else None, kind=kind, source=source,
            )
            for (source, _key), row in wanted.items()
        ],
        batch_size=1000,
    )  # fmt: skip
    return len(wanted), voided


def rebuild(*, bureau: int, now: datetime) -> tuple[int, int]:
    """Make every open credit of a bureau equal what the declared sources give; returns (added, voided).

    Set-based: one pass over the sources, one over the table. Nothing is deleted: what no source gives is
    voided. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("credits.rebuild needs a transaction")
    wanted: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for source in registry.book.credit_sources.values():
        for row in source.rows(bureau):
            wanted[(source.kind, *row)] = (source.kind, *row)
    gone = []
    known: set[tuple[object, object]] = set()
    held = Credit.objects.filter(bureau_id=bureau).values_list(
        "pk", "voided_at", "kind", "source", "tag", "body", "person", "held_on", "belongs_on", "recorded_at", "amount"
    )
    for pk, voided_at, *key in held.iterator(chunk_size=5000):
        known.add((key[0], key[1]))
        if voided_at is None and wanted.pop(tuple(key), None) is None:
            gone.append(pk)
    for start in range(0, len(gone), 5000):
        Credit.objects.filter(pk__in=gone[start : start + 5000]).update(voided_at=now)
    fields = ("kind", "source", "tag", "body_id", "person_id", "held_on", "belongs_on", "recorded_at", "amount")
    columns = dict(zip(fields, zip(*wanted.values(), strict=True), strict=True)) if wanted else {}
    bulk.insert(Credit, columns | {"bureau_id": [bureau] * len(wanted), "voided_at": [None] * len(wanted)})
    return len(wanted), len(gone)
