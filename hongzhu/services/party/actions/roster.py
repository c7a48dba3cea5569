"""Marking that a member was typed into an upper system."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.people.models import Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Transcribed


@transaction.atomic
def transcribe(*, person: Person, system: str, on: date, by: Actor) -> Transcribed:
    """已转录: the person's card was carried over into ``system`` on a day; the newest day stands."""
    row, _made = Transcribed.objects.select_for_update().update_or_create(
        person=person, system=system, defaults={"bureau_id": person.bureau_id, "on": on, "by": by.label[:120]}
    )
    audit.record(
        by=by, did="party.transcribe", to=Ref.to(person), bureau=person.bureau_id, system=system, on=on.isoformat()
    )
    return row
