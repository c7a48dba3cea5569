"""在职党员到社区报到 (J10): registered, a service claimed, confirmed by the community, hours served."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import Community, CommunityService
from hongzhu.services.party.rules import community as rules
from hongzhu.services.party.rules.posts import PARTY


@transaction.atomic
def register_community(
    *, person: Person, community: str, registered_on: date, by: Actor, today: date, service: str = ""
) -> Community:
    """A member in post registers with the community they live in."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    member = Membership.objects.filter(
        orgs.on_day(registered_on), person=person, standing__in=PARTY, retired=False
    ).exists()
    held = Community.objects.filter(person=person, to_on__isnull=True).exists()
    if not (verdict := rules.can_register(registered_on, today, member=member, held=held)):
        raise ValidationError(verdict.reason)
    row = Community.objects.create(
        bureau_id=person.bureau_id, person=person, community=community.strip()[:80], registered_on=registered_on,
        service=service.strip()[:120],
    )  # fmt: skip
    audit.record(
        by=by, did="party.register_community", to=Ref.to(person), bureau=row.bureau_id, on=registered_on.isoformat()
    )
    return row


def _locked_community(row: Community) -> Community:
    return Community.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)


@transaction.atomic
def claim_service(*, row: Community, community: str, service: str, by: Actor) -> Community:
    """The service somebody has taken on there; also puts the name of the community right, which then has to be confirmed
    anew."""
    row = _locked_community(row)
    if row.to_on is not None:
        raise ValidationError(_("没有保存：报到已经结束，不能再改。"))
    name = community.strip()[:80]
    renamed = name != row.community
    if renamed:  # who confirmed it confirmed the other one
        row.confirmed_on, row.confirmed_by = None, ""
    row.community, row.service = name, service.strip()[:120]
    row.save(update_fields=["community", "service", "confirmed_on", "confirmed_by"])
    audit.record(by=by, did="party.claim_service", to=Ref.to(row.person), bureau=row.bureau_id, renamed=renamed)
    return row


@transaction.atomic
def confirm_community(*, row: Community, on: date, name: str, by: Actor, today: date) -> Community:
    """The community confirmed it; the branch types who did."""
    row = _locked_community(row)
    if not (verdict := rules.can_confirm(row, on, today, name)):
        raise ValidationError(verdict.reason)
    row.confirmed_on, row.confirmed_by = on, name.strip()[:60]
    row.save(update_fields=["confirmed_on", "confirmed_by"])
    audit.record(by=by, did="party.confirm_community", to=Ref.to(row.person), bureau=row.bureau_id, on=on.isoformat())
    return row


@transaction.atomic
def serve_community(
    *, row: Community, on: date, title: str, minutes: int, by: Actor, today: date, confirmed_by: str = ""
) -> CommunityService:
    """So many minutes of a service on a day; the same service of the same day again corrects it until confirmed."""
    row = _locked_community(row)
    if not (verdict := rules.can_serve(row, on, minutes, today)):
        raise ValidationError(verdict.reason)
    title = title.strip()[:120]
    held = CommunityService.objects.filter(community=row, on=on, title=title).first()
    if held is not None and held.confirmed_on is not None:
        raise ValidationError(_("没有保存：这一天的这项服务社区已经确认，不能再改。"))
    name = confirmed_by.strip()[:60]
    made, _new = CommunityService.objects.update_or_create(
        community=row, on=on, title=title,
        defaults={"minutes": minutes, "confirmed_by": name, "confirmed_on": today if name else None},
    )  # fmt: skip
    audit.record(
        by=by, did="party.serve_community", to=Ref.to(row.person), bureau=row.bureau_id, on=on.isoformat(),
        minutes=minutes, confirmed=bool(name),
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_service(*, service: CommunityService, on: date, name: str, by: Actor, today: date) -> CommunityService:
    held = CommunityService.objects.select_for_update(of=("self",)).select_related("community__person")
    row = held.get(pk=service.pk)
    if not (verdict := rules.can_confirm_service(row, on, today, name)):
        raise ValidationError(verdict.reason)
    row.confirmed_on, row.confirmed_by = on, name.strip()[:60]
    row.save(update_fields=["confirmed_on", "confirmed_by"])
    audit.record(
        by=by, did="party.confirm_service", to=Ref.to(row.community.person), bureau=row.community.bureau_id,
        on=row.on.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def end_community(*, row: Community, on: date, by: Actor) -> Community:
    """Moved away, or moved on: the next registration may follow."""
    row = _locked_community(row)
    if not (verdict := rules.can_end(row, on)):
        raise ValidationError(verdict.reason)
    row.to_on = on
    row.save(update_fields=["to_on"])
    audit.record(by=by, did="party.end_community", to=Ref.to(row.person), bureau=row.bureau_id, on=on.isoformat())
    return row
