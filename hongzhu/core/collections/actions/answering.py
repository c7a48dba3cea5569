"""What a unit hands in, and what the asker does with it: kept, submitted, none, sent back, accepted; planned items done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Answer, Line, PlanItem, Request, Return
from hongzhu.core.collections.queries import cells, requests, returns
from hongzhu.core.collections.queries.prefill import Row
from hongzhu.core.documents import actions as documents
from hongzhu.kit.refs import Actor, Ref

from .asking import ask

Status = Return.Status
Given = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One item of the next half-year's plan."""

    text: str
    due_on: date
    owner: str = ""


@transaction.atomic
def keep(*, answer: Return, given: Given, version: int, by: Actor, on: date) -> Return:
    """保存草稿: what is typed so far, for whoever of the unit goes on. Nothing is handed in.

    ``given``: {row: {column place: value as kept}}; a row is a person's id, or its number from 0.
    """
    answer = locked(answer)
    ask(rules.can_be_kept(answer))
    ask(rules.is_current(answer, version))
    sheet = returns.sheet(answer, on)
    _write_rows(answer, _rows(answer, sheet, given))
    answer.version += 1
    answer.handed_in_by = by.label[:120]
    answer.save(update_fields=["version", "handed_in_by"])
    audit.record(by=by, did="collections.keep", to=Ref.to(answer), request=answer.request_id)
    return answer


@transaction.atomic
def submit(*, answer: Return, given: Given, seen: str, version: int, by: Actor, on: date, now: datetime) -> Return:
    """提交: the rows as filled and typed. It may be corrected until merged, by submitting again.

    ``seen`` is the digest of what the machine had filled when the page was shown: a confirmation holds for that alone.
    """
    answer = locked(answer)
    ask(rules.can_be_answered(answer))
    ask(rules.is_current(answer, version))
    sheet = returns.sheet(answer, on)
    ask(rules.is_what_was_seen(sheet.seen, seen))
    rows = _rows(answer, sheet, given)
    ask(rules.is_whole(sheet.columns, [(row.held, row.given) for row in rows]))
    _write_rows(answer, rows)
    _hand_in(answer, rows, Status.SUBMITTED, by=by, on=on, now=now)
    audit.record(
        by=by, did="collections.submit", to=Ref.to(answer), request=answer.request_id, rows=len(rows), typed=answer.typed,
        filled=answer.filled,
    )  # fmt: skip
    return answer


@transaction.atomic
def hand_in_none(
    *, answer: Return, version: int, by: Actor, on: date, now: datetime, given: Given | None = None
) -> Return:  # fmt: skip
    """无此情况 in one tap. A table with one row for each unit keeps the row with what is held of it.

    ``given``: what stands in the cells of the page, typed or saved before; None: what was saved. With any of it refused.
    """
    answer = locked(answer)
    ask(rules.can_be_answered(answer))
    cells_filled = _filled(answer, given, on)
    if answer.status == Status.NONE and not answer.by_machine and not cells_filled:
        return answer  # no entry: said before
    ask(rules.is_current(answer, version))
    people = Line.objects.filter(answer=answer, person__isnull=False).count()
    ask(rules.has_nothing(answer, cells=cells_filled, people=people))
    rows: list[Row] = []
    if answer.request.kind == Request.Kind.TABLE and answer.request.about == Request.About.UNIT:
        rows = [Row(None, row.held) for row in returns.sheet(answer, on).rows]
    _write_rows(answer, rows)
    _hand_in(answer, rows, Status.NONE, by=by, on=on, now=now)
    audit.record(by=by, did="collections.hand_in_none", to=Ref.to(answer), request=answer.request_id)
    return answer


@transaction.atomic
def submit_report(
    *, answer: Return, texts: Mapping[int, str], plan: Sequence[Planned], version: int, by: Actor, on: date, now: datetime,
    hand_in: bool = True,
) -> Return:  # fmt: skip
    """The unit's words under each part (by the part's id) and its plan; the machine's paragraphs are kept as they stand.

    ``hand_in`` False: a draft for whoever goes on.
    """
    answer = locked(answer)
    ask(rules.can_be_answered(answer) if hand_in else rules.can_be_kept(answer))
    ask(rules.is_current(answer, version))
    parts = returns.part_texts(answer)
    if hand_in:
        told = [(one.part, one.machine, texts.get(one.part.pk, "").strip()) for one in parts]
        ask(rules.report_is_whole(told, planned=len(plan), due=[item.due_on for item in plan], on=on))
    Answer.objects.filter(answer=answer).delete()
    Answer.objects.bulk_create(
        [
            Answer(answer=answer, part=one.part, machine=one.machine, text=texts.get(one.part.pk, "").strip())
            for one in parts
        ]
    )
    PlanItem.objects.filter(answer=answer).delete()
    PlanItem.objects.bulk_create(
        [PlanItem(answer=answer, text=item.text[:200], owner=item.owner[:60], due_on=item.due_on) for item in plan]
    )
    if hand_in:
        written = sum(1 for text in texts.values() if text.strip())
        answer.typed, answer.filled = written, sum(1 for one in parts if one.machine)
        section = requests.section_on(answer.request.bureau, on)
        answer.minutes = rules.minutes_of(section, typed=0, filled=0, parts=written)
        _handed(answer, Status.SUBMITTED, by=by, now=now)
    answer.version += 1
    answer.handed_in_by = by.label[:120]
    answer.save()
    audit.record(
        by=by, did="collections.submit_report", to=Ref.to(answer), request=answer.request_id, handed_in=hand_in,
        plan=len(plan),
    )  # fmt: skip
    return answer


@transaction.atomic
def send_back(*, answer: Return, reason: str, by: Actor, on: date, now: datetime) -> Return:
    """退回修改 with what is to be changed; the unit is told, its rows stay as they are."""
    answer = locked(answer)
    ask(rules.can_send_back(answer, reason))
    answer.status, answer.returned_for, answer.by_machine = Status.RETURNED, reason.strip()[:200], False
    answer.version += 1
    answer.save(update_fields=["status", "returned_for", "by_machine", "version"])
    documents.send(
        key=f"collections.return:{answer.pk}:{answer.version}",
        accounts=access.accounts_at([answer.org_id], rules.ANSWER, on),
        subject=_("退回修改：%s") % answer.request.title,
        text=answer.returned_for,
        url=reverse("collections:return_page", args=[answer.pk]),
        now=now,
    )
    audit.record(by=by, did="collections.send_back", to=Ref.to(answer), org=answer.org_id, reason=answer.returned_for)
    return answer


@transaction.atomic
def accept(*, answer: Return, by: Actor, on: date) -> Return:
    """采用 a report: it goes into the roll-up, and what it plans becomes the unit's tasks (A13)."""
    answer = locked(answer)
    ask(returns.may_accept(answer, by.id, on))
    answer.status = Status.MERGED
    answer.save(update_fields=["status"])
    audit.record(by=by, did="collections.accept", to=Ref.to(answer), org=answer.org_id)
    return answer


@transaction.atomic
def finish(*, item: PlanItem, by: Actor, on: date) -> PlanItem:
    """A planned item is done on a day. A second tap changes nothing."""
    item = PlanItem.objects.select_for_update(of=("self",)).select_related("answer__request").get(pk=item.pk)
    ask(rules.can_be_finished(item))
    if item.done_on is not None:
        return item  # no entry: done before
    item.done_on = on
    item.save(update_fields=["done_on"])
    audit.record(by=by, did="collections.finish", to=Ref.to(item.answer), item=item.pk, on=on.isoformat())
    return item


def locked(answer: Return) -> Return:
    """The row as it is now, held until the end of the transaction."""
    rows = Return.objects.select_for_update(of=("self",)).select_related("request__asker", "request__bureau", "org")
    found: Return = rows.get(pk=answer.pk)
    return found


def _rows(answer: Return, sheet: returns.Sheet, given: Given) -> list[Row]:
    """The rows to be written: of the sheet with what was typed, or as many free rows as were typed in."""
    typed_into = {str(column.place) for column in sheet.columns if column.type not in rules.UNASKED}
    if answer.request.about == Request.About.FREE:
        made = [Row(None, dict(sheet.unit.held), _typed(given[key], typed_into)) for key in sorted(given)]
        return [row for row in made if row.given]
    rows = sheet.rows
    for number, row in enumerate(rows):
        key = row.person_id if row.person_id is not None else number
        # What is held is never written over by a table: it is corrected where it is kept.
        row.given = _typed(given.get(key, {}), typed_into - set(row.held))
    return rows


def _filled(answer: Return, given: Given | None, on: date) -> int:
    """How many cells people have filled: in a report its texts and the items of its plan."""
    if answer.request.kind == Request.Kind.REPORT:
        return Answer.objects.filter(answer=answer).exclude(text="").count() + len(returns.plan_of(answer))
    rows = [row.given for row in returns.sheet(answer, on).rows] if given is None else list(given.values())
    return sum(1 for row in rows for value in row.values() if not cells.is_blank(value))


def _typed(cells_of: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
    return {place: value for place, value in cells_of.items() if place in allowed and not cells.is_blank(value)}


def _write_rows(answer: Return, rows: Sequence[Row]) -> None:
    Line.objects.filter(answer=answer).delete()
    Line.objects.bulk_create(
        [
            Line(answer=answer, place=place, person=row.person, held=row.held, given=row.given)
            for place, row in enumerate(rows, start=1)
        ],
        batch_size=1000,
    )


def _hand_in(answer: Return, rows: Sequence[Row], status: str, *, by: Actor, on: date, now: datetime) -> None:
    answer.typed = sum(len(row.given) for row in rows)
    answer.filled = sum(len(row.held) for row in rows)
    section = requests.section_on(answer.request.bureau, on)
    answer.minutes = rules.minutes_of(section, typed=answer.typed, filled=answer.filled)
    _handed(answer, status, by=by, now=now)
    answer.version += 1
    answer.save()


def _handed(answer: Return, status: str, *, by: Actor, now: datetime) -> None:
    answer.status, answer.by_machine, answer.returned_for = status, False, ""
    answer.handed_in_at, answer.handed_in_by = now, by.label[:120]
