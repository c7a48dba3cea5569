"""Entering a checked sheet of past admission steps: the branch what is its own, the superior what it decided (A19)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.people.actions.sheets import all_or_nothing
from hongzhu.core.people.models import Account, Membership
from hongzhu.kit.crypto import vault
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionPaper,
    AdmissionStep,
    Helper,
    PastSheet,
    Quota,
    Source,
)
from hongzhu.services.party.queries import admission_past as queries
from hongzhu.services.party.queries.admission_past_book import Checked, Line, Op, Reach
from hongzhu.services.party.rules import admission_past as rules


@dataclass(frozen=True, slots=True)
class Entered:
    """What a sheet came to: persons and steps entered, persons with steps that wait for the superior, rows refused."""

    people: int
    steps: int
    waiting: int
    refused: int


@all_or_nothing()
@transaction.atomic
def enter_past(*, data: bytes, name: str, reach: Reach, account: Account, by: Actor, now: datetime) -> Entered:
    """Enter every row of a sheet that is legal now, as far as the branch may; the rest waits for the superior, file sealed.

    Rows refused enter nothing; their reasons stand on the check page. The same sheet again enters nothing new.
    ValidationError when somebody entered the same persons in between.
    """
    found = _checked(data, name, reach)
    digest = hashlib.sha256(data).hexdigest()
    asked = _already_waiting(digest)
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in found.ready:
        assert line.org is not None
        body = (line.above or line.org).pk
        if line.writes or (body, line.told.row) not in asked:
            groups[body].append(line)
    if not groups:
        return Entered(0, 0, 0, len(found.refused))  # no entry: everything is on file, waits already, or is refused
    sheets = {}
    for body, lines in groups.items():
        rows = [line.told.row for line in lines if line.state == "part"]
        sheet = PastSheet(
            bureau=reach.bureau, org_id=body, account=account, sent_by=by.label[:120], sent_at=now, name=name[:160],
            sha256=digest, people=len(lines), rows=rows,
        )  # fmt: skip
        if rows:
            sheet.state = PastSheet.State.WAITING
            sheet.sealed = vault().seal_bytes(data, bind=queries.bind_of(sheet))
        sheets[body] = sheet
    PastSheet.objects.bulk_create(sheets.values())
    written = _write(
        [(line, sheets[body]) for body, lines in groups.items() for line in lines],
        reach, branch=by.label, superior=by.label, now=now,
    )  # fmt: skip
    waiting = sum(len(sheet.rows) for sheet in sheets.values())
    audit.record(
        by=by, did="party.enter_past", to=Ref(kind="orgs.bureau", id=reach.bureau.pk, label=reach.bureau.name),
        bureau=reach.bureau.pk, on=reach.today.isoformat(), sha256=digest, sheets=[one.pk for one in sheets.values()],
        people=written.people, steps=written.steps, waiting=waiting,
    )  # fmt: skip
    return Entered(written.people, written.steps, waiting, len(found.refused))


@all_or_nothing()
@transaction.atomic
def confirm_past(*, sheet: PastSheet, reach: Reach, by: Actor, now: datetime) -> Entered:
    """The superior confirms what it decided: the rows that waited are checked once more and entered, all that are legal.

    ValidationError when the sheet does not wait any longer, when a row cannot be entered any more (it goes back to the
    branch), or when the one who confirms sent it.
    """
    sheet = _locked(sheet)
    _ask(rules.can_close(sheet))
    if sheet.account_id == by.id:
        raise ValidationError(_("没有确认：这份表是你补录的，请换一个人确认。"))
    found = _checked(queries.file_of(sheet), sheet.name, reach)
    if found.refused:
        raise ValidationError(
            _("没有确认：有%(n)s人的步骤现在不能登记，第一处是第%(row)s行，%(why)s。请退回支部改好再送。")
            % {"n": len(found.refused), "row": found.refused[0].told.row, "why": found.refused[0].faults[0]}
        )
    written = _write([(line, sheet) for line in found.ready], reach, branch=sheet.sent_by, superior=by.label, now=now)
    _close(sheet, PastSheet.State.DONE, by=by, now=now)
    audit.record(
        by=by, did="party.confirm_past", to=Ref.to(sheet), bureau=sheet.bureau_id, org=sheet.org_id,
        on=reach.today.isoformat(), people=written.people, steps=written.steps,
    )  # fmt: skip
    return Entered(written.people, written.steps, 0, 0)


@transaction.atomic
def return_past(*, sheet: PastSheet, reason: str, by: Actor, now: datetime) -> PastSheet:
    """The superior sends a sheet back with a reason; what the branch entered of its own stays."""
    sheet = _locked(sheet)
    _ask(rules.can_close(sheet))
    if not reason.strip():
        raise ValidationError(_("没有退回：请写退回的原因。"))
    sheet.returned_for = reason.strip()[:200]
    _close(sheet, PastSheet.State.RETURNED, by=by, now=now)
    audit.record(
        by=by, did="party.return_past", to=Ref.to(sheet), bureau=sheet.bureau_id, org=sheet.org_id,
        reason=sheet.returned_for,
    )  # fmt: skip
    return sheet


@transaction.atomic
def withdraw_past(*, sheet: PastSheet, by: Actor, now: datetime) -> PastSheet:
    """Whoever sent a sheet takes it back before the superior has answered."""
    sheet = _locked(sheet)
    _ask(rules.can_close(sheet))
    _close(sheet, PastSheet.State.WITHDRAWN, by=by, now=now)
    audit.record(by=by, did="party.withdraw_past", to=Ref.to(sheet), bureau=sheet.bureau_id, org=sheet.org_id)
    return sheet


def _locked(sheet: PastSheet) -> PastSheet:
    return PastSheet.objects.select_for_update(of=("self",)).select_related("org", "bureau").get(pk=sheet.pk)


def _close(sheet: PastSheet, state: str, *, by: Actor, now: datetime) -> None:
    """The file goes; that there was a sheet, whose, and how it ended stays."""
    sheet.state, sheet.sealed, sheet.closed_at, sheet.closed_by = state, b"", now, by.label[:120]
    sheet.save(update_fields=["state", "sealed", "closed_at", "closed_by", "returned_for"])


def _already_waiting(digest: str) -> set[tuple[int, int]]:
    """(superior, row) of the very same file that wait already."""
    waiting = PastSheet.objects.filter(sha256=digest, state=PastSheet.State.WAITING).values_list("org", "rows")
    return {(org, row) for org, rows in waiting for row in rows}


def _checked(data: bytes, name: str, reach: Reach) -> Checked:
    """The sheet against what is on file now, which nobody changes before it is written: ways and plans are locked."""
    Bureau.objects.select_for_update().get(pk=reach.bureau.pk)
    list(Quota.objects.select_for_update().filter(bureau=reach.bureau).values_list("pk"))
    branches = reach.branches.order_by().values("pk")
    list(Admission.objects.select_for_update(of=("self",)).filter(org__in=branches).values_list("pk"))
    return queries.checked(data, name, reach)


# --- writing: each table once -------------------------------------------------------------------------------


def _write(
    lines: Sequence[tuple[Line, PastSheet]], reach: Reach, *, branch: str, superior: str, now: datetime
) -> Entered:
    """Rows of every table for what does not wait. A helper: it runs inside an action."""
    lines = [(line, sheet) for line, sheet in lines if line.writes]
    ways = _ways([line for line, _sheet in lines], reach)
    steps: list[AdmissionStep] = []
    notices: list[AdmissionNotice] = []
    helpers: list[Helper] = []
    for line, sheet in lines:
        way = ways[line.told.row]
        for op in _now(line):
            if op.step is not None:
                op.step.admission, op.step.org, op.step.sheet, op.step.recorded_at = way, way.org, sheet, now
                op.step.recorded_by = (superior if op.superior else branch)[:120]
                steps.append(op.step)
            if op.notice is not None:
                op.notice.admission, op.notice.sheet, op.notice.closed_by = way, sheet, branch[:120]
                notices.append(op.notice)
            if op.helper is not None:
                op.helper.admission = way
                helpers.append(op.helper)
    AdmissionStep.objects.bulk_create(steps)
    AdmissionNotice.objects.bulk_create(notices)
    Helper.objects.bulk_create(helpers)
    AdmissionPaper.objects.bulk_create(
        [
            AdmissionPaper(admission=ways[line.told.row], code=code, seen_on=reach.today, seen_by=branch[:120])
            for line, _sheet in lines
            for code in line.papers
        ]
    )
    _register(op for line, _sheet in lines for op in _now(line))
    return Entered(len(lines), len(steps), 0, 0)


def _now(line: Line) -> list[Op]:
    return [op for op in line.ops if not op.waits]


def _ways(lines: Sequence[Line], reach: Reach) -> dict[int, Admission]:
    """The way of each row: on file, or opened by its first step; its end, where a step ended it."""
    ways: dict[int, Admission] = {}
    fresh, ended = [], []
    for line in lines:
        way = line.admission
        if way is None:
            way = Admission(bureau=reach.bureau, person=line.person, org=line.org, applied_on=line.ops[0].on)
            way.league = line.told.league
            fresh.append(line)
        for op in _now(line):
            if op.outcome:
                way.outcome, way.ended_on = op.outcome, op.on
                if line.admission is not None:
                    ended.append(way)
        ways[line.told.row] = way
    Admission.objects.bulk_create([ways[line.told.row] for line in fresh])
    Admission.objects.bulk_update(ended, ["outcome", "ended_on"])
    Source.objects.bulk_create(
        [Source(admission=ways[line.told.row], code=code) for line in fresh for code in line.told.sources]
    )
    return ways


def _register(ops: Iterable[Op]) -> None:
    """The register of members as the steps change it: what ended first, then what began."""
    begun: list[Membership] = []
    ended: list[Membership] = []
    for op in ops:
        if op.ends is not None:
            op.ends.to_on = op.on
            if op.ends.pk is not None:
                ended.append(op.ends)
        if op.begins is not None:
            begun.append(op.begins)
    Membership.objects.bulk_update(ended, ["to_on"])
    Membership.objects.bulk_create(begun)


def _ask(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))
