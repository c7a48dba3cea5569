"""The count of the national system, entered by hand to hold the roster against."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import SystemCount
from hongzhu.services.party.rules import precheck as rules


@transaction.atomic
def count(*, org: Org, on: date, members: int, probationary: int, by: Actor, today: date) -> SystemCount:
    """What the system shows for a body on a day; entered again for the same day, the newest stands."""
    org = Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    verdict = rules.can_count(members=members, probationary=probationary, on=on, today=today, opened_on=org.opened_on)
    if not verdict:
        raise ValidationError(str(verdict.reason))
    row, _made = SystemCount.objects.update_or_create(
        org=org, on=on,
        defaults={
            "bureau_id": org.bureau_id, "members": members, "probationary": probationary, "entered_by": by.label[:120]
        },
    )  # fmt: skip
    audit.record(
        by=by, did="party.system_count", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), members=members,
        probationary=probationary,
    )  # fmt: skip
    return row
