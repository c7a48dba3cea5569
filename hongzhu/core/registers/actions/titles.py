"""Professional titles (学科带头人 …): granted from a day on, ended on a day, never overwritten (B38)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.people.models import Person
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Title
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def grant_title(
    *, person: Person, kind: str, level: str, from_on: date, by: Actor, today: date, name: str = "",
    granted_by: str = "", to_on: date | None = None,
) -> Title:  # fmt: skip
    """``person`` holds the title from ``from_on``. A person may hold several, of several levels, at once."""
    name = name.strip()[:80]
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Title.objects.filter(person=person, kind=kind, level=level)
    verdict = rules.can_hold_title(kind, name, from_on, to_on, held=held, today=today)
    if not verdict:
        raise ValidationError(verdict.reason)
    title = Title.objects.create(
        bureau_id=person.bureau_id, person=person, kind=kind, level=level, name=name,
        granted_by=granted_by.strip()[:120], from_on=from_on, to_on=to_on,
    )  # fmt: skip
    audit.record(
        by=by, did="registers.grant_title", to=Ref.to(title), bureau=person.bureau_id, person=person.pk, kind=kind,
        level=level, on=from_on.isoformat(),
    )  # fmt: skip
    return title


@transaction.atomic
def end_title(*, title: Title, on: date, by: Actor) -> Title:
    """The title is held no longer from ``on``; the row stays, so that any past day still shows it."""
    title = Title.objects.select_for_update(of=("self",)).get(pk=title.pk)
    verdict = rules.can_end_title(title, on)
    if not verdict:
        raise ValidationError(verdict.reason)
    title.to_on = on
    title.save(update_fields=["to_on"])
    audit.record(by=by, did="registers.end_title", to=Ref.to(title), bureau=title.bureau_id, on=on.isoformat())
    return title
