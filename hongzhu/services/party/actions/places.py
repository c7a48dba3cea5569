"""The catalogue of posts and areas a branch offers (B32): opened, put right, closed. Taken by ``posts.set_post``."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import PostPlace
from hongzhu.services.party.queries import places as queries
from hongzhu.services.party.rules import places as rules


@transaction.atomic
def offer_place(
    *, org: Org, kind: str, title: str, from_on: date, by: Actor, duty: str = "", places: int = 1
) -> PostPlace:
    """A branch offers a post or an area with so many places, from a day."""
    Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    title = title.strip()[:80]
    if not (verdict := rules.can_offer(places=places, same=queries.same(org.pk, kind, title).exists())):
        raise ValidationError(verdict.reason)
    place = PostPlace.objects.create(
        bureau_id=org.bureau_id, org=org, kind=kind, title=title, duty=duty.strip()[:200], places=places,
        from_on=from_on,
    )  # fmt: skip
    audit.record(
        by=by, did="party.offer_place", to=Ref.to(place), bureau=org.bureau_id, org=org.pk, places=places,
        on=from_on.isoformat(),
    )  # fmt: skip
    return place


@transaction.atomic
def amend_place(
    *, place: PostPlace, kind: str, title: str, duty: str, places: int, by: Actor, today: date
) -> PostPlace:
    """Put right what a place is called, what it is for, how many it has; who holds it keeps the words of that day."""
    Org.objects.select_for_update(of=("self",)).get(pk=place.org_id)
    place = PostPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.closed_on is not None:
        raise ValidationError(_("没有保存：这个岗位已经关闭，不能再改。要再开放，请在目录里加一个新的。已填内容还在。"))
    title = title.strip()[:80]
    same = queries.same(place.org_id, kind, title).exclude(pk=place.pk).exists()
    if not (verdict := rules.can_offer(places=places, same=same, taken=queries.taken(place.pk, today))):
        raise ValidationError(verdict.reason)
    place.kind, place.title, place.duty, place.places = kind, title, duty.strip()[:200], places
    place.save(update_fields=["kind", "title", "duty", "places"])
    audit.record(
        by=by, did="party.amend_place", to=Ref.to(place), bureau=place.bureau_id, org=place.org_id, places=places
    )
    return place


@transaction.atomic
def close_place(*, place: PostPlace, on: date, by: Actor) -> PostPlace:
    """The place is offered no more: the first day it is not. Who holds it keeps it until it is withdrawn."""
    place = PostPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if not (verdict := rules.can_close(place, on)):
        raise ValidationError(verdict.reason)
    place.closed_on = on
    place.save(update_fields=["closed_on"])
    audit.record(
        by=by, did="party.close_place", to=Ref.to(place), bureau=place.bureau_id, org=place.org_id, on=on.isoformat()
    )
    return place
