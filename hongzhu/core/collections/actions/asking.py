"""Drafting a request: its heading, the columns of a table, the parts of a report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Asked, Part, Request
from hongzhu.core.collections.queries import fields
from hongzhu.core.documents.models import Document
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an asker writes over a request. ``under`` None: the whole bureau; ``order``: names of units as the superior
    lists them, empty: as they stand in the tree."""

    title: str
    basis: str
    owner: Person
    as_of: date
    due_on: date
    about: str = Request.About.UNIT
    kinds: tuple[str, ...] = ()
    under: Org | None = None
    order: tuple[str, ...] = ()
    asked_by_upper: str = ""
    document: Document | None = None
    note: str = ""
    total_row: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWish:
    """One column as laid out. ``field``: the code of a field that fills it; ``proposed``: one that may be meant."""

    place: int
    title: str
    type: str = Asked.Type.TEXT
    field: str = ""
    proposed: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWish:
    """One part of a report: its heading, the machine's paragraph under it, and whether it is the plan."""

    title: str
    source: str = ""
    plan: bool = False


@transaction.atomic
def draft(*, asker: Org, kind: str, heading: Heading, by: Actor, now: datetime) -> Request:
    """Begin a request of ``asker``; its columns or parts are laid out next."""
    request = Request(bureau=asker.bureau, asker=asker, kind=kind, created_at=now, created_by=by.label[:120])
    _write(request, heading)
    request.save()
    audit.record(by=by, did="collections.draft", to=Ref.to(request), bureau=asker.bureau_id, kind=kind)
    return request


@transaction.atomic
def revise(*, request: Request, heading: Heading, by: Actor, withheld: Collection[str] = ()) -> Request:
    """Write the heading of a draft anew. What a leader allowed for the old one is allowed no more.

    Where a row becomes something else, every column is matched anew: 姓名 of a unit's row is not 姓名 of a member's.
    ``withheld``: fields the asker may not ask for in such a table.
    """
    request = locked(request)
    ask(rules.can_be_changed(request))
    about = request.about
    _write(request, heading)
    request.over_budget_reason = request.over_budget_by = ""
    request.save()
    more: dict[str, Any] = {}
    if request.about != about:
        columns = list(request.columns.order_by("place"))
        wishes = [
            _rematched(column, wish)
            for column, wish in zip(columns, matched(map(_as_laid, columns), request.about, withheld), strict=True)
        ]
        made = _lay(request, wishes)
        more = {"about": request.about, "columns": len(made), "held": sum(1 for column in made if column.field)}
    audit.record(by=by, did="collections.revise", to=Ref.to(request), due=heading.due_on.isoformat(), **more)
    return request


@transaction.atomic
def lay_out(*, request: Request, columns: Sequence[ColumnWish], by: Actor, sheet: str | None = None) -> list[Asked]:
    """Lay a draft's columns out anew; ``sheet`` is the one of the asker's workbook (None: as before)."""
    request = locked(request)
    ask(rules.can_be_changed(request))
    if sheet is not None:
        request.sheet = sheet
    request.over_budget_reason = request.over_budget_by = ""
    request.save()
    made = _lay(request, columns)
    audit.record(
        by=by, did="collections.lay_out", to=Ref.to(request), columns=len(made),
        held=sum(1 for column in made if column.field),
    )  # fmt: skip
    return made


def _lay(request: Request, columns: Sequence[ColumnWish]) -> list[Asked]:
    request.columns.all().delete()
    return Asked.objects.bulk_create(
        [
            Asked(
                request=request, place=wish.place, title=wish.title[:120], type=wish.type, field=wish.field,
                proposed="" if wish.field else wish.proposed, options=list(wish.options), required=wish.required,
                summed=wish.summed,
            )
            for wish in columns
        ]
    )  # fmt: skip


def matched(
    columns: Iterable[tuple[int, str, str, Sequence[str]]], about: str, but: Collection[str] = ()
) -> list[ColumnWish]:
    """Place, title, type and options of each column, matched with what the platform holds of such a row; ``but``: codes
    of fields the asker may not ask for."""
    made, laid = [], list(columns)
    met = fields.match([title for _place, title, _type, _options in laid], about, but)
    for (place, title, kind, options), one in zip(laid, met, strict=True):
        machine = kind in rules.UNASKED or fields.is_order(title)
        sure = one.field if one.sure and not machine else None
        found = "ORDER" if machine and kind != "FORMULA" else kind or "TEXT"
        number = found in rules.COUNTED
        made.append(
            ColumnWish(
                place=place, title=title, type=fields.column_type(sure) if sure else found, field=sure.code if sure else "",
                proposed="" if machine else one.proposed, options=tuple(options), required=number and sure is None,
                summed=number or bool(sure and sure.type in ("number", "money")),
            )
        )  # fmt: skip
    return made


def _as_laid(column: Asked) -> tuple[int, str, str, Sequence[str]]:
    """A stored column as it would come anew. One that was filled had the type of its field: with a list, it is a choice."""
    listed = column.field and column.options and column.type == Asked.Type.TEXT
    return column.place, column.title, Asked.Type.CHOICE if listed else column.type, column.options


def _rematched(column: Asked, wish: ColumnWish) -> ColumnWish:
    """A column matched anew; what the officer said of it stays where it means the same as before."""
    if column.field == wish.field:
        return replace(wish, type=column.type, required=column.required, summed=column.summed)
    return replace(wish, summed=column.summed) if column.type in rules.COUNTED else wish


@transaction.atomic
def lay_parts(*, request: Request, parts: Sequence[PartWish], by: Actor) -> list[Part]:
    """Lay the parts of a draft report out anew."""
    request = locked(request)
    ask(rules.can_be_changed(request))
    request.over_budget_reason = request.over_budget_by = ""
    request.save(update_fields=["over_budget_reason", "over_budget_by"])
    request.parts.all().delete()
    made = Part.objects.bulk_create(
        [
            Part(request=request, place=place, title=wish.title[:80], source=wish.source, plan=wish.plan)
            for place, wish in enumerate(parts, start=1)
        ]
    )
    audit.record(by=by, did="collections.lay_parts", to=Ref.to(request), parts=len(made))
    return made


@transaction.atomic
def discard(*, request: Request, by: Actor) -> None:
    """Delete a draft nobody has seen."""
    request = locked(request)
    ask(rules.can_be_discarded(request))
    gone = Ref.to(request)
    request.delete()
    audit.record(by=by, did="collections.discard", to=gone)


def locked(request: Request) -> Request:
    """The row as it is now, held until the end of the transaction."""
    rows = Request.objects.select_for_update(of=("self",)).select_related("asker", "owner", "bureau")
    found: Request = rows.get(pk=request.pk)
    return found


def ask(verdict: Verdict) -> None:
    """ValidationError with the rule's sentence when it says no."""
    if not verdict:
        raise ValidationError(verdict.reason)


def _write(request: Request, heading: Heading) -> None:
    plain = ("title", "basis", "owner", "as_of", "due_on", "asked_by_upper", "document", "note", "total_row")
    for name in plain:
        setattr(request, name, getattr(heading, name))
    request.about = heading.about if request.kind == Request.Kind.TABLE else Request.About.UNIT
    audience: dict[str, Any] = {"under": heading.under.pk if heading.under else None, "kinds": list(heading.kinds)}
    if heading.order:
        audience["order"] = list(heading.order)
    request.audience = audience
