"""What is on file about a person, put right: sex, ethnic group, birthday, education, subject, and the two dates of a member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from hongzhu.core.audit import actions as audit
from hongzhu.core.people import rules
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit.refs import Actor, Ref

from .places import demand


@transaction.atomic
def amend(
    *, person: Person, by: Actor, today: date, sex: str, ethnic: str, born_on: date | None, education: str,
    subject: str | None = None, joined_on: date | None = None, full_on: date | None = None,
) -> Person:  # fmt: skip
    """Put a person's facts right; the dates are those of the open Party membership, if there is one.

    ``subject``: what the person teaches; None leaves it as it is, blank takes it away.

    A correction, not a change of state: 转正 and 离退休 are dated changes of their own. ValidationError when dates do
    not agree with each other.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Membership.objects.select_for_update(of=("self",)).filter(
        person=person, to_on__isnull=True, standing__in=rules.PARTY_STANDING
    )
    membership = held.first()
    if membership is not None:
        demand(
            rules.dates_of_membership(
                membership.standing, born_on=born_on, joined_on=joined_on, full_on=full_on, on=today
            )
        )
    told = {"sex": sex, "ethnic": ethnic.strip()[:20], "born_on": born_on, "education": education}
    if subject is not None:
        told["subject"] = subject.strip()[:20]
    changed = _set(person, told)
    if membership is not None:
        changed += _set(membership, {"joined_on": joined_on, "full_on": full_on})
    if not changed:
        return person  # no entry: already so
    audit.record(by=by, did="people.amend", to=Ref.to(person), bureau=person.bureau_id, fields=sorted(changed))
    return person


def _set(row: Person | Membership, told: Mapping[str, object]) -> list[str]:
    """Set what differs; the names of what was changed."""
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, told[name])
    if changed:
        row.save(update_fields=changed)
    return changed
