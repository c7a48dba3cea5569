"""Writing a checked sheet: all of it or nothing, in one transaction with one entry."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people.models import Engagement, Membership, Person
from hongzhu.core.people.queries.identity import COMPARED, Identity, Known
from hongzhu.core.people.queries.members_sheet import Membered, MembersPlan, check_members, moved
from hongzhu.core.people.queries.people_sheet import PERSONNEL, WORKPLACE, PeoplePlan, check_people
from hongzhu.kit import bulk, pinyin, registry
from hongzhu.kit.crypto import vault
from hongzhu.kit.refs import Actor, Ref
from hongzhu.kit.tables.columns import Report
from hongzhu.kit.tables.read import Table

PLAIN = ("name", "sex", "ethnic", "born_on", "education", "staff_no", "subject")


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Somebody registered one of the persons between the check and the write: a sentence, and nothing is written."""
    try:
        yield
    except IntegrityError:
        raise ValidationError(_("没有导入：刚刚有人登记了表里的人，请重新预览再确认。")) from None


@all_or_nothing()
@bulk.calm()
@transaction.atomic
def import_people(*, table: Table, context: ImportContext, by: Actor, source: str = "") -> Report:
    """Check a sheet of persons against what is on file now, and write it: everything, or nothing when there is an error.

    ``source`` is the SHA-256 of the file. Raises ValidationError with the number of errors when there are any.
    """
    Bureau.objects.select_for_update().get(pk=context.bureau.pk)
    report = check_people(table, context)
    refuse_errors(report)
    plan: PeoplePlan = report.plan
    # In the order of their look-up values: the largest indexes are then filled from front to back.
    places = sorted(plan.new, key=plan.who.id_index.__getitem__)
    pks = add_persons(context.bureau.pk, plan.who, places)
    _add_engagements(plan, pks, context.on, places)
    change_persons(plan.who, plan.changed)
    _move(plan, context.on)
    if not (report.new or report.changed):
        return report  # no entry: the sheet says what is already on file
    audit.record(
        by=by, did="people.import", to=Ref(kind="orgs.bureau", id=context.bureau.pk, label=context.bureau.name),
        bureau=context.bureau.pk, on=context.on.isoformat(), table="people", sha256=source, rows=report.rows,
        new=report.new, changed=report.changed,
    )  # fmt: skip
    return report


def refuse_errors(report: Report) -> None:
    """ValidationError when the sheet has errors: nothing of it is written."""
    if report.errors:
        raise ValidationError(
            _("没有导入：表里有%(count)s处要改。第一处是%(first)s")
            % {"count": len(report.errors), "first": report.errors[0]}
        )


def _picked(values: Sequence[Any], places: list[int]) -> list[Any]:
    return [values[place] for place in places]


def add_persons(bureau_id: int, who: Identity, places: list[int]) -> list[int]:
    """New persons of the given rows; their ids in the same order. A helper: it runs inside an import."""
    names = _picked(who.names, places)
    pks = bulk.reserve(Person, len(names))
    if not pks:
        return []
    hexes, uuids = new_uuids(len(names))
    numbers, phones = _picked(who.numbers, places), _picked(who.phones, places)
    bulk.insert(
        Person,
        {
            "id": pks,
            "uuid": hexes,
            "bureau_id": [bureau_id] * len(names),
            "name": names,
            "search_key": bulk.Made(len(pks), lambda cut: search_keys(names[cut])),
            "sex": [sex or "0" for sex in _picked(who.sexes, places)],
            "ethnic": _picked(who.ethnic, places),
            "born_on": _picked(who.born, places),
            "education": _picked(who.education, places),
            "subject": _picked(who.subjects, places),
            "id_sealed": bulk.Made(len(pks), lambda cut: sealed(numbers[cut], uuids[cut], "id")),
            "id_index": _picked(who.id_index, places),
            "id_tail": [number[-1:] for number in numbers],
            "phone_sealed": bulk.Made(len(pks), lambda cut: sealed(phones[cut], uuids[cut], "phone")),
            "phone_index": _picked(who.phone_index, places),
            "staff_no": _picked(who.staff, places),
        },
    )
    return pks


def new_uuids(count: int) -> tuple[list[str], list[str]]:
    """Random UUIDs (version 4) as plain hexadecimal for the database, and as printed for binding sealed values."""
    raw = bytearray(os.urandom(16 * count))
    raw[6::16] = raw[6::16].translate(_VERSION)
    raw[8::16] = raw[8::16].translate(_VARIANT)
    text = raw.hex()
    hexes = sorted([text[at : at + 32] for at in range(0, 32 * count, 32)])  # again for the index
    return hexes, [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in hexes]


# The version stands in the upper half of the seventh byte, the variant in the two high bits of the ninth.
_VERSION = bytes(byte & 0x0F | 0x40 for byte in range(256))
_VARIANT = bytes(byte & 0x3F | 0x80 for byte in range(256))


def search_keys(names: Sequence[str]) -> list[str]:
    """The search key of every name, as long as its column."""
    return [key[:160] for key in pinyin.search_keys(names)]


def sealed(values: Sequence[str], uuids: Sequence[str], field: str) -> list[str]:
    """Values sealed for their persons; a blank stays blank."""
    if all(values):
        return vault().seal_many((value, f"{uuid}|{field}") for value, uuid in zip(values, uuids, strict=True))
    pairs = [(value, f"{uuid}|{field}") for value, uuid in zip(values, uuids, strict=True) if value]
    boxes = iter(vault().seal_many(pairs))
    return [next(boxes) if value else "" for value in values]


def _add_engagements(plan: PeoplePlan, pks: list[int], on: date, places: list[int]) -> None:
    personnel, workplace = _picked(plan.personnel, places), _picked(plan.workplace, places)
    reasons = _picked(plan.reasons, places)
    count = len(pks)
    bulk.insert(
        Engagement,
        {
            "person_id": pks + pks,
            "unit_id": personnel + [work or own for work, own in zip(workplace, personnel, strict=True)],
            "relation": [PERSONNEL] * count + [WORKPLACE] * count,
            "reason": [""] * count + reasons,
            "from_on": [on] * (2 * count),
            "to_on": [None] * (2 * count),
        },
    )


def change_persons(who: Identity, changed: list[tuple[int, Known, set[str]]]) -> None:
    """Set what the sheet changes of persons on file; the rest keeps its value."""
    at = {name: COMPARED.index(name) for name in COMPARED}
    columns: dict[str, Any] = dict(
        zip(PLAIN, (who.names, who.sexes, who.ethnic, who.born, who.education, who.staff, who.subjects), strict=True)
    )
    plain = [(place, known, names) for place, known, names in changed if names & set(PLAIN)]
    values: dict[str, list[Any]] = {
        name: [columns[name][place] if name in names else known.values[at[name]] for place, known, names in plain]
        for name in PLAIN
    }
    values["search_key"] = search_keys(values["name"])
    bulk.update(Person, [known.pk for _place, known, _names in plain], values)
    for field, numbers, indexes in (("id", who.numbers, who.id_index), ("phone", who.phones, who.phone_index)):
        rows = [(place, known) for place, known, names in changed if f"{field}_index" in names]
        new = [numbers[place] for place, _known in rows]
        columns_now: dict[str, list[Any]] = {
            f"{field}_sealed": sealed(new, [known.uuid for _place, known in rows], field),
            f"{field}_index": [indexes[place] for place, _known in rows],
        }
        if field == "id":
            columns_now["id_tail"] = [number[-1:] for number in new]
        bulk.update(Person, [known.pk for _place, known in rows], columns_now)


def _move(plan: PeoplePlan, on: date) -> None:
    """End the old relation on the day and begin the new one; one that began this very day is set right instead."""
    ended, righted, begun = [], [], []
    for _place, known, relation, unit, reason in plan.moves:
        held = known.engaged.get(relation)
        if held is not None and held[3] == on:
            righted.append((held[0], unit, reason))
            continue
        if held is not None:
            ended.append(held[0])
        begun.append((known.pk, relation, unit, reason))
    bulk.update(Engagement, ended, {"to_on": [on] * len(ended)})
    bulk.update(
        Engagement,
        [pk for pk, _unit, _reason in righted],
        {"unit_id": [unit for _pk, unit, _reason in righted], "reason": [reason for _pk, _unit, reason in righted]},
    )
    bulk.insert(
        Engagement,
        {
            "person_id": [row[0] for row in begun],
            "relation": [row[1] for row in begun],
            "unit_id": [row[2] for row in begun],
            "reason": [row[3] for row in begun],
            "from_on": [on] * len(begun),
            "to_on": [None] * len(begun),
        },
    )


@all_or_nothing()
@bulk.calm()
@transaction.atomic
def import_members(*, table: Table, context: ImportContext, by: Actor, source: str = "") -> Report:
    """Check a roster of members against what is on file now, and write it: everything, or nothing."""
    Bureau.objects.select_for_update().get(pk=context.bureau.pk)
    report = check_members(table, context)
    refuse_errors(report)
    plan: MembersPlan = report.plan
    pks = add_persons(context.bureau.pk, plan.who, plan.new)
    change_persons(plan.who, plan.changed)
    _set_memberships(plan, pks, context.on)
    if placed := moved(plan):
        for mover in registry.book.movers.values():
            mover.follow(placed, context.on)
    if not (report.new or report.changed):
        return report  # no entry: the sheet says what is already on file
    audit.record(
        by=by, did="people.import", to=Ref(kind="orgs.bureau", id=context.bureau.pk, label=context.bureau.name),
        bureau=context.bureau.pk, on=context.on.isoformat(), table="members", sha256=source, rows=report.rows,
        new=report.new, changed=report.changed, transferred=len(plan.renewals),
    )  # fmt: skip
    return report


def _set_memberships(plan: MembersPlan, pks: list[int], on: date) -> None:
    """A change of body, standing or exemption ends one row and begins the next; the two dates are set right in place."""
    ended = [known.member[0] for _place, known in plan.renewals if known.member]
    bulk.update(Membership, ended, {"to_on": [on] * len(ended)})
    begun = [(pk, _merged(plan.rows[place], None)) for pk, place in zip(pks, plan.new, strict=True)]
    begun += [(known.pk, _merged(plan.rows[place], known.member)) for place, known in (*plan.joins, *plan.renewals)]
    bulk.insert(
        Membership,
        {
            "person_id": [pk for pk, _values in begun],
            **{name: [values[name] for _pk, values in begun] for name in MEMBER_FIELDS},
            "from_on": [on] * len(begun),
            "to_on": [None] * len(begun),
        },
    )
    righted = [
        (known.member[0], _merged(plan.rows[place], known.member)) for place, known in plan.edits if known.member
    ]
    bulk.update(
        Membership,
        [pk for pk, _values in righted],
        {name: [values[name] for _pk, values in righted] for name in MEMBER_FIELDS},
    )


MEMBER_FIELDS = ("org_id", "standing", "retired", "left_out", "joined_on", "full_on")


def _merged(row: Membered, member: tuple[Any, ...] | None) -> dict[str, Any]:
    """The row over what is on file: a blank keeps the old value."""
    _pk, _org, _standing, retired, left_out, joined_on, full_on, _since = member or (
        0,
        0,
        "",
        False,
        "",
        None,
        None,
        None,
    )
    return {
        "org_id": row.org,
        "standing": row.standing,
        "retired": retired if row.retired is None else row.retired,
        "left_out": left_out if row.left_out is None else row.left_out,
        "joined_on": row.joined_on or joined_on,
        "full_on": row.full_on or full_on,
    }
