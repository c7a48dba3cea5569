"""Helpers with which ``registers`` lets people sit on a group, and a body ends. They leave no entry of their own."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Org
from hongzhu.core.people import rules
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit.perms import Verdict


def _demand(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(str(verdict.reason))


def take_seat(*, person: Person, group: Org, standing: str, on: date) -> Membership:
    """``person`` sits on the group from the day; a change of standing ends the row and begins the next.

    On the very day it began a row is set right instead, since it lasts at least a day.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Membership.objects.filter(org=group, person=person, to_on__isnull=True).first()
    _demand(rules.can_sit(group, standing, held, on))
    if held is not None and held.standing == standing:
        return held
    if held is not None and held.from_on == on:
        held.standing = standing
        held.save(update_fields=["standing"])
        return held
    if held is not None:
        held.to_on = on
        held.save(update_fields=["to_on"])
    return Membership.objects.create(person=person, org=group, standing=standing, from_on=on)


def leave_seat(*, membership: Membership, on: date) -> Membership:
    """The member sits on the group no longer from the day."""
    row = Membership.objects.select_for_update(of=("self",)).select_related("org").get(pk=membership.pk)
    _demand(rules.can_end(row.from_on, row.to_on, on))
    row.to_on = on
    row.save(update_fields=["to_on"])
    return row


def end_seats(org: Org, on: date) -> int:
    """Nobody sits on a body any longer from the day it ends; how many did."""
    rows = Membership.objects.filter(org=org, to_on__isnull=True)
    if (late := rows.filter(from_on__gte=on).select_related("person").order_by("-from_on").first()) is not None:
        raise ValidationError(
            _("%(person)s在%(day)s才加入，请用更晚的日期。")
            % {"person": late.person.name, "day": late.from_on.isoformat()}
        )
    return rows.update(to_on=on)
