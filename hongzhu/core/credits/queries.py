"""Reads: a person's hours, and the proof that the table equals what its sources give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet, Sum

from hongzhu.kit import registry

from .models import Credit

# A credit without its bureau: the kind and the number of what earned it first.
Key = tuple[str, int, str, int, int | None, date, date, datetime, int]


def stood(at: datetime) -> Q:
    """Credits as they stood at a moment: recorded, entered, and not voided by then."""
    return (
        Q(recorded_at__lte=at)
        & (Q(entered_at__isnull=True) | Q(entered_at__lte=at))
        & (Q(voided_at__isnull=True) | Q(voided_at__gt=at))
    )


def open_credits(bureau_id: int) -> QuerySet[Credit]:
    """Credits of a bureau that count today."""
    return Credit.objects.filter(bureau=bureau_id, voided_at__isnull=True)


def first_day(bureau_id: int) -> date | None:
    """The earliest day a credit of the bureau belongs to; None where there is none."""
    found: date | None = open_credits(bureau_id).aggregate(first=Min("belongs_on"))["first"]
    return found


def hours_of(
    people: Iterable[int], year: int, *, tags: Iterable[str] = (), at: datetime | None = None
) -> dict[int, int]:
    """Hundredths of a class hour by person in a year, by the day the act belongs to. One query.

    Somebody without a credit has no entry: missing is not zero. ``tags`` narrows to some; ``at`` looks back.
    """
    rows = Credit.objects.filter(
        person__in=list(people), belongs_on__gte=date(year, 1, 1), belongs_on__lt=date(year + 1, 1, 1)
    )
    rows = rows.filter(stood(at)) if at else rows.filter(voided_at__isnull=True)
    wanted = tuple(tags)
    if wanted:
        rows = rows.filter(tag__in=wanted)
    return dict(rows.order_by().values_list("person").annotate(sum=Sum("amount")))


@dataclass(frozen=True, slots=True)
class Difference:
    """What the table and its sources do not agree on: earned but not there, there but not earned."""

    missing: list[Key]
    surplus: list[Key]

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)


def recomputed(bureau_id: int) -> Iterator[Key]:
    """Every credit that should be open, as the rooms that declared a source recompute it."""
    for source in registry.book.credit_sources.values():
        for row in source.rows(bureau_id):
            yield (source.kind, *row)  # type: ignore[misc]


def kept(bureau_id: int) -> Iterator[Key]:
    """Every credit that is open, in the same shape."""
    rows: Any = open_credits(bureau_id).values_list(
        "kind", "source", "tag", "body", "person", "held_on", "belongs_on", "recorded_at", "amount"
    )
    return iter(rows.iterator(chunk_size=5000))


def compare(bureau_id: int) -> Difference:
    """The proof: both sides row by row, recording times too, because 补记 depends on them."""
    wanted = set(recomputed(bureau_id))
    there = set(kept(bureau_id))
    return Difference(missing=sorted(wanted - there, key=str), surplus=sorted(there - wanted, key=str))
