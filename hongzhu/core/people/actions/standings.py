"""Helpers with which ``services.party`` moves a person's standing in the Party. They leave no entry of their own."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Org
from hongzhu.core.people import rules
from hongzhu.core.people.models import Membership, Person


def standing_of(person: Person) -> Membership | None:
    """The open Party membership (full, probationary or activist) of a person, locked."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("org")
    return rows.filter(person=person, to_on__isnull=True, standing__in=rules.PARTY_STANDING).first()


def take_standing(
    *, person: Person, org: Org, standing: str, on: date, joined_on: date | None = None, full_on: date | None = None
) -> Membership:
    """From ``on`` the person has this standing in ``org``; what they had before ends that day. ValidationError with a reason."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = standing_of(person)
    verdict = rules.dates_of_membership(standing, born_on=person.born_on, joined_on=joined_on, full_on=full_on, on=on)
    if verdict and held is None:
        verdict = rules.can_join(org, standing, Membership.objects.filter(person=person, to_on__isnull=True), on)
    if not verdict:
        raise ValidationError(str(verdict.reason))
    kept = {}
    if held is not None:
        if held.from_on >= on:
            raise ValidationError(
                _("没有保存：名册上%(person)s的组织关系从%(day)s起，不能改在它之前，请先核对名册。已填内容还在。")
                % {"person": person, "day": held.from_on.isoformat()}
            )
        kept = {"retired": held.retired, "left_out": held.left_out}
        joined_on = joined_on or held.joined_on
        held.to_on = on
        held.save(update_fields=["to_on"])
    return Membership.objects.create(
        person=person, org=org, standing=standing, joined_on=joined_on, full_on=full_on, from_on=on, **kept
    )


def end_standing(*, person: Person, on: date) -> bool:
    """The person's Party membership ends on ``on``; whether there was one."""
    held = standing_of(person)
    if held is None:
        return False
    verdict = rules.can_end(held.from_on, held.to_on, on)
    if not verdict:
        raise ValidationError(str(verdict.reason))
    held.to_on = on
    held.save(update_fields=["to_on"])
    return True


def take_back(*, person: Person, on: date) -> None:
    """Undo what was entered by mistake for ``on``: the row begun that day goes, the one ended that day goes on.

    The one place where a membership is removed: it never was. The entry of the caller says so and why.
    """
    rows = Membership.objects.select_for_update(of=("self",)).filter(person=person, standing__in=rules.PARTY_STANDING)
    begun = rows.filter(from_on=on).first()
    if begun is not None and begun.to_on is not None:
        raise ValidationError(_("没有作废：这之后组织关系又变动过，请先核对名册。"))
    if begun is not None:
        begun.delete()
    rows.filter(to_on=on).update(to_on=None)
