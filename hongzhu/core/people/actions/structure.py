"""Ending a body with its members: dissolve, merge, split (B29). On orgs' own helpers, one entry for the whole step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.actions.changing import locked
from hongzhu.core.orgs.actions.ending import close_body
from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior
from hongzhu.core.people.models import Engagement, Membership, Post
from hongzhu.core.people.rules import PARTY_STANDING
from hongzhu.kit import registry
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref

from .places import move_members
from .seats import end_seats


@transaction.atomic
def dissolve(*, org: Org, by: Actor, on: date, successor: Org | None = None, approval: str = "") -> Org:
    """End a body. Its members go to the successor the same day; without one no Party member may be left in it."""
    return _end(org=org, successor=successor, step=Change.Step.DISSOLVED, by=by, on=on, approval=approval)


@transaction.atomic
def merge(*, org: Org, into: Org, by: Actor, on: date, approval: str = "") -> Org:
    """Join a body to another: members, and the bodies it was above, pass over; its posts end."""
    return _end(org=org, successor=into, step=Change.Step.MERGED, by=by, on=on, approval=approval)


def _end(*, org: Org, successor: Org | None, step: str, by: Actor, on: date, approval: str) -> Org:
    org, moved = end_body(org=org, successor=successor, step=step, on=on, approval=approval)
    audit.record(
        by=by, did="people.end_body", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), step=step,
        approval=approval, successor=successor.pk if successor else 0, members=moved,
    )  # fmt: skip
    return org


def end_body(*, org: Org, successor: Org | None, step: str, on: date, approval: str = "") -> tuple[Org, int]:
    """End a body with all that is in it; how many members moved, or sat on it to the end.

    Whoever sits on a group just sits on it no longer; a Party member, and who works in a unit, needs a successor to go
    to. A helper: whoever calls it leaves the entry, in the same transaction.
    """
    inside = Membership.objects.filter(org=org, to_on__isnull=True)
    party = inside.filter(standing__in=PARTY_STANDING).count()
    staff = Engagement.objects.filter(unit=org, to_on__isnull=True)
    if successor is None and party:
        raise ValidationError(
            _("“%(name)s”还有%(count)s名成员，请先写明由谁承接。") % {"name": org.name, "count": party}
        )
    if successor is None and staff.exists():
        raise ValidationError(_("“%(name)s”还有在册或在岗人员，请先写明由谁承接。") % {"name": org.name})
    org = close_body(org=org, successor=successor, step=step, on=on, approval=approval)
    members = move_members(org, successor, on) if successor else end_seats(org, on)
    if successor:
        _move_staff(org, successor, on)
    for mover in registry.book.movers.values():
        mover.pass_over(org.pk, successor.pk if successor else None, on)
    Post.objects.filter(org=org, to_on__isnull=True, from_on__lt=on).update(to_on=on)
    Post.objects.filter(org=org, to_on__isnull=True).delete()
    return org, members


def _move_staff(org: Org, successor: Org, on: date) -> None:
    staff = Engagement.objects.filter(unit=org, to_on__isnull=True)
    staff.filter(from_on__gte=on).update(unit=successor)
    rows = list(staff)
    staff.update(to_on=on)
    Engagement.objects.bulk_create(
        [
            Engagement(person_id=row.person_id, unit=successor, relation=row.relation, reason=row.reason, from_on=on)
            for row in rows
        ],
        batch_size=1000,
    )


@transaction.atomic
def split(
    *, org: Org, name: str, memberships: Iterable[int], by: Actor, on: date, hosts: tuple[Org, ...] = (),
    approval: str = "",
) -> Org:  # fmt: skip
    """Set up a second body of the same kind beside a body, under the same superiors, and move members to it."""
    org = locked(org, on)
    chosen = list(memberships)
    if not chosen or Membership.objects.filter(org=org, to_on__isnull=True, pk__in=chosen).count() != len(chosen):
        raise ValidationError(_("请至少选一名现有成员转到新设的机构。"))
    if Org.objects.filter(bureau=org.bureau_id, kind=org.kind, name=name, closed_on__isnull=True).exists():
        raise ValidationError(_("已有同名的“%s”，请核对名称，或打开已有的那一个。") % name)
    place = Placement.objects.filter(orgs.on_day(on), org=org).first()
    if place is None:
        raise ValidationError(_("“%(name)s”在那一天没有位置，请改日期。") % {"name": org.name})
    made = Org.objects.create(
        bureau_id=org.bureau_id, kind=org.kind, name=name, search_key=search_key(name)[:300], sector=org.sector,
        stage=org.stage, area=org.area, opened_on=on,
    )  # fmt: skip
    Placement.objects.create(
        org=made, parent_id=place.parent_id, path=place.path[:-8] + orgs.segment(made.pk), from_on=on
    )
    units = hosts or tuple(row.unit for row in Hosting.objects.filter(orgs.on_day(on), org=org).select_related("unit"))
    Hosting.objects.bulk_create([Hosting(org=made, unit=unit, from_on=on) for unit in units])
    Superior.objects.bulk_create(
        [
            Superior(org=made, superior_id=row.superior_id, relation=row.relation, from_on=on)
            for row in Superior.objects.filter(orgs.on_day(on), org=org)
        ]
    )
    moved = move_members(org, made, on, only=chosen)
    Change.objects.create(org=org, step=Change.Step.SPLIT, on=on, approval=approval, other=made)
    Change.objects.create(org=made, step=Change.Step.SET_UP, on=on, approval=approval, new_name=name, other=org)
    audit.record(
        by=by, did="people.split_body", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), approval=approval,
        made=made.pk, members=moved,
    )  # fmt: skip
    return made
