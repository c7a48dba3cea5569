"""Making and answering a suggestion."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.policies import actions as policies
from hongzhu.kit.refs import Actor, Ref

from . import rules
from .models import Suggestion


@transaction.atomic
def make(*, org: Org, about: str, text: str, by: Actor, on: date) -> Suggestion:
    """Hand in one suggestion from a unit; it gets the bureau's next number of the year."""
    number = policies.next_number(bureau=org.bureau, key="suggestions.suggestion", year=on.year)
    suggestion = Suggestion.objects.create(
        bureau=org.bureau,
        year=on.year,
        number=number,
        org=org,
        about=about,
        text=text,
        made_by_id=by.id,
        made_at=timezone.now(),
    )
    audit.record(by=by, did="suggestions.make", to=Ref.to(suggestion), bureau=org.bureau_id, org=org.pk, about=about)
    return suggestion


@transaction.atomic
def reply(*, suggestion: Suggestion, text: str, by: Actor, on: date) -> Suggestion:
    """Answer one suggestion, once. ValidationError when it is answered already, or one's own."""
    suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if not (verdict := rules.can_be_answered(suggestion, by.id)):
        raise ValidationError(verdict.reason)
    suggestion.status = Suggestion.Status.ANSWERED
    suggestion.reply = text
    suggestion.replied_by_id = by.id
    suggestion.replied_at = timezone.now()
    suggestion.save(update_fields=["status", "reply", "replied_by", "replied_at"])
    audit.record(by=by, did="suggestions.reply", to=Ref.to(suggestion), bureau=suggestion.bureau_id, on=on.isoformat())
    return suggestion
