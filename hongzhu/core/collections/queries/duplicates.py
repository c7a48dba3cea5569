"""What else asks the same: the same table of the same period, the period before, and who asked for a column last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Asked, Part, Request, Return
from hongzhu.core.collections.pack import CollectionsSection
from hongzhu.kit.dates import SHANGHAI

from . import fields

Status = Request.Status
REPORT = "report"  # the key of a part stands apart from that of a column


def keys_of(request: Request, columns: Sequence[Asked], parts: Sequence[Part]) -> dict[str, str]:
    """What a request asks, as compared with others: {field or normalised title: title}."""
    if request.kind == Request.Kind.REPORT:
        return {f"{REPORT} {fields.key_of(part.title)}": part.title for part in parts}
    return {column.field or fields.key_of(column.title): column.title for column in _compared(columns)}


def _compared(columns: Sequence[Asked]) -> list[Asked]:
    return [one for one in columns if one.type not in rules.UNASKED and not fields.is_remark(one.title)]


def typed_keys(columns: Sequence[Asked]) -> set[str]:
    """What units are to type: the columns by which a table is the same as another, where there are any."""
    return {fields.key_of(column.title) for column in _compared(columns) if not column.field}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request to some of the same units: how much of what is now asked it asked, whether it is the same table,
    and whether that was of another period, which this one only continues."""

    request: Request
    share: int
    same: bool
    continued: bool


def earlier(
    request: Request, columns: Sequence[Asked], parts: Sequence[Part], units: Collection[int], *, on: date,
    section: CollectionsSection,
) -> list[Earlier]:  # fmt: skip
    """Running or recent requests to overlapping units that ask some of the same, the first sent first. Five queries.

    What units type is compared, whatever one row is. A table with nothing to type is compared by all its columns, with
    tables of the same rows.
    """
    since = datetime.combine(on - timedelta(days=section.recent_days), time.min, SHANGHAI)
    found = (
        _overlapping(request, units)
        .filter(Q(status=Status.OUT) | Q(sent_at__gte=since))
        .select_related("asker", "owner")
        .prefetch_related("columns", "parts")
    )
    keys: Collection[str] = typed_keys(columns) if request.kind == Request.Kind.TABLE else ()
    if not keys:
        keys, found = keys_of(request, columns, parts), found.filter(about=request.about)
    made = []
    for row in found:
        theirs = keys_of(row, list(row.columns.all()), list(row.parts.all()))
        if share := rules.same_share(keys, theirs):
            table = rules.is_same(keys, theirs, section.same_percent)
            other = rules.is_another_period(request, row)
            made.append(Earlier(row, share, same=table and not other, continued=table and other))
    return made


def _overlapping(request: Request, units: Collection[int]) -> QuerySet[Request]:
    """Requests of the bureau that went to some of these units and were not withdrawn, the first sent first."""
    met = Return.objects.filter(request__bureau=request.bureau_id, org__in=units).values("request")
    return (
        Request.objects.filter(
            bureau=request.bureau_id, kind=request.kind, status__in=(Status.OUT, Status.CLOSED), pk__in=met
        )
        .exclude(pk=request.pk or 0)
        .order_by("sent_at", "id")
    )


def asked_before(request: Request, units: Collection[int]) -> dict[str, Request]:
    """Who asked some of these units for a column last, by field or normalised title, however long ago. Two queries."""
    found = {row.pk: row for row in _overlapping(request, units).select_related("asker")}
    asked = Asked.objects.filter(request__in=list(found)).exclude(type__in=rules.UNASKED)
    told: dict[str, Request] = {}
    rows = asked.order_by("request__sent_at", "request_id").values_list("request_id", "field", "title")
    for pk, field, title in rows:
        told[field or fields.key_of(title)] = found[pk]
    return told
