"""Demonstration posts, responsibility areas and promises (B32, B33): assigned or claimed, reviewed, withdrawn; signed, kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Membership, Person
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import MemberPost, PostPlace, Promise
from hongzhu.services.party.queries import places
from hongzhu.services.party.rules import places as place_rules
from hongzhu.services.party.rules import posts as rules


def _standing(person: Person, org: Org, on: date) -> str | None:
    return Membership.objects.filter(orgs.on_day(on), person=person, org=org).values_list("standing", flat=True).first()


def is_own(by: Actor, person_id: int) -> bool:
    """Whether who acts is the person it is about."""
    return Account.objects.filter(pk=by.id, person=person_id).exists()


@transaction.atomic
def set_post(
    *, org: Org, person: Person, from_on: date, by: Actor, kind: str = "", title: str = "", duty: str = "",
    to_on: date | None = None, place: PostPlace | None = None, others: Sequence[str] = (),
) -> MemberPost:  # fmt: skip
    """Give a member a demonstration post or an area; what somebody takes on themselves waits for another to agree.

    ``place``: one of the branch's catalogue, whose kind, title and duty it then has; ``others``: who could make room
    in a full one, for the refusal.
    """
    if place is not None:
        place = PostPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
        taken = places.taken(place.pk, from_on)
        if not (verdict := place_rules.can_take(place, org=org.pk, on=from_on, taken=taken, others=others)):
            raise ValidationError(verdict.reason)
        kind, title, duty = place.kind, place.title, place.duty
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not (verdict := rules.can_hold(_standing(person, org, from_on), from_on, to_on)):
        raise ValidationError(verdict.reason)
    title = title.strip()[:80]
    if MemberPost.objects.filter(org=org, person=person, kind=kind, title=title, to_on__isnull=True).exists():
        raise ValidationError(_("没有保存：这个人已经在这个岗位或责任区上。已填内容还在。"))
    post = MemberPost.objects.create(
        bureau_id=org.bureau_id, org=org, place=place, person=person, kind=kind, title=title,
        duty=duty.strip()[:200], from_on=from_on, to_on=to_on, agreed_on=None if is_own(by, person.pk) else from_on,
    )  # fmt: skip
    audit.record(
        by=by, did="party.set_post", to=Ref.to(post), bureau=org.bureau_id, org=org.pk, person=person.pk, post=kind,
        on=from_on.isoformat(), agreed=post.agreed_on is not None, place=post.place_id,
    )  # fmt: skip
    return post


@transaction.atomic
def amend_post(*, post: MemberPost, kind: str, title: str, duty: str, by: Actor) -> MemberPost:
    """Put right what a post is called and what it is for."""
    post = MemberPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if post.to_on is not None:
        raise ValidationError(_("没有保存：这个岗位已经撤下，不能再改。"))
    title = title.strip()[:80]
    same = MemberPost.objects.filter(
        org=post.org_id, person=post.person_id, kind=kind, title=title, to_on__isnull=True
    ).exclude(pk=post.pk)
    if same.exists():
        raise ValidationError(_("没有保存：这个人已经在这个岗位或责任区上。已填内容还在。"))
    post.kind, post.title, post.duty = kind, title, duty.strip()[:200]
    post.save(update_fields=["kind", "title", "duty"])
    audit.record(by=by, did="party.amend_post", to=Ref.to(post), bureau=post.bureau_id, org=post.org_id)
    return post


@transaction.atomic
def agree_post(*, post: MemberPost, by: Actor, on: date, others: Sequence[str] = ()) -> MemberPost:
    """The branch agrees to a claim. ``others``: who else could, for the refusal of one's own."""
    post = MemberPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if not (verdict := rules.can_agree(post, own=is_own(by, post.person_id), others=others)):
        raise ValidationError(verdict.reason)
    post.agreed_on = on
    post.save(update_fields=["agreed_on"])
    audit.record(
        by=by, did="party.agree_post", to=Ref.to(post), bureau=post.bureau_id, org=post.org_id, on=on.isoformat()
    )
    return post


@transaction.atomic
def review_post(*, post: MemberPost, by: Actor, on: date, today: date) -> MemberPost:
    """Looked at again and kept."""
    post = MemberPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if not (verdict := rules.can_review(post, on, today)):
        raise ValidationError(verdict.reason)
    post.reviewed_on = on
    post.save(update_fields=["reviewed_on"])
    audit.record(
        by=by, did="party.review_post", to=Ref.to(post), bureau=post.bureau_id, org=post.org_id, on=on.isoformat()
    )
    return post


@transaction.atomic
def withdraw_post(*, post: MemberPost, by: Actor, on: date, reason: str) -> MemberPost:
    """The post or area is withdrawn: the first day it is no longer held."""
    post = MemberPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if not (verdict := rules.can_withdraw(post, on, reason)):
        raise ValidationError(verdict.reason)
    post.to_on, post.ended_for = on, reason.strip()[:200]
    post.save(update_fields=["to_on", "ended_for"])
    audit.record(
        by=by, did="party.withdraw_post", to=Ref.to(post), bureau=post.bureau_id, org=post.org_id, on=on.isoformat()
    )
    return post


@transaction.atomic
def write_promises(*, org: Org, year: int, items: Mapping[int, str], on: date, by: Actor) -> int:
    """One line for each member named by id; an empty line leaves a member out, a signed one stays as it was signed.

    How many lines were written or changed. ValidationError when somebody is no member of the branch on the day.
    """
    lines = {person: text.strip()[:200] for person, text in items.items() if text.strip()}
    members = Membership.objects.filter(
        orgs.on_day(on), org=org, standing__in=rules.PARTY, person__in=lines
    ).values_list("person", flat=True)
    if set(lines) - set(members):
        raise ValidationError(_("没有保存：有人不是本支部党员，请刷新页面再填。已填内容还在。"))
    held = {row.person_id: row for row in Promise.objects.select_for_update().filter(person__in=lines, year=year)}
    fresh = [
        Promise(bureau_id=org.bureau_id, org=org, person_id=person, year=year, item=text)
        for person, text in lines.items()
        if person not in held
    ]
    changed = [row for row in held.values() if row.signed_on is None and row.item != lines[row.person_id]]
    for row in changed:
        row.item, row.org = lines[row.person_id], org
    if not fresh and not changed:
        return 0  # no entry: nothing new was typed
    Promise.objects.bulk_create(fresh, batch_size=500)
    Promise.objects.bulk_update(changed, ["item", "org"], batch_size=500)
    audit.record(
        by=by, did="party.write_promises", to=Ref.to(org), bureau=org.bureau_id, year=year, new=len(fresh),
        changed=len(changed),
    )  # fmt: skip
    return len(fresh) + len(changed)


@transaction.atomic
def sign_promises(*, org: Org, year: int, absent: Collection[int], on: date, by: Actor, today: date) -> int:
    """Everybody with a line has signed on paper on a day, but for those ticked. How many signed just now."""
    rows = list(
        Promise.objects.select_for_update().filter(org=org, year=year, signed_on__isnull=True).exclude(pk__in=absent)
    )
    for row in rows:
        if not (verdict := rules.can_sign(row, on, today)):
            raise ValidationError(verdict.reason)
    if not rows:
        raise ValidationError(_("没有登记：没有等着签名的承诺，请先填承诺事项。"))
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(signed_on=on)
    audit.record(
        by=by, did="party.sign_promises", to=Ref.to(org), bureau=org.bureau_id, year=year, on=on.isoformat(),
        signed=len(rows), absent=len(absent),
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def fulfil_promises(
    *, org: Org, year: int, open_ones: Collection[int], on: date, by: Actor, today: date, others: Sequence[str] = ()
) -> int:
    """The branch marks signed promises as kept, but for those ticked as not yet. Kept or not: never scored.

    A promise its member has reported is kept on the day reported, the others on ``on``. The promise of who acts stays
    open: ``others`` are who may confirm that one, for the refusal when there is no other left.
    """
    rows = list(
        Promise.objects.select_for_update()
        .filter(org=org, year=year, signed_on__isnull=False, done_on__isnull=True)
        .exclude(pk__in=open_ones)
    )
    me = Account.objects.filter(pk=by.id).values_list("person", flat=True).first()
    kept = [row for row in rows if row.person_id != me]
    if not kept:
        verdict = by_another(own=bool(rows), step=_("确认兑现"), others=others)
        raise ValidationError(verdict.reason or _("没有登记：没有要标兑现的承诺。"))
    for row in kept:
        if not (verdict := rules.can_fulfil(row, row.reported_on or on, today)):
            raise ValidationError(verdict.reason)
    Promise.objects.filter(pk__in=[row.pk for row in kept]).update(
        done_on=Coalesce("reported_on", Value(on, output_field=DateField())), checked_by=by.label[:120]
    )
    audit.record(
        by=by, did="party.fulfil_promises", to=Ref.to(org), bureau=org.bureau_id, year=year, on=on.isoformat(),
        kept=len(kept),
    )  # fmt: skip
    return len(kept)


@transaction.atomic
def report_promise(*, promise: Promise, on: date, by: Actor, today: date, deed: str = "") -> Promise:
    """A member reports the own promise kept on a day; ``deed``: what was done, if they like. Another then confirms."""
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    if not (verdict := rules.can_report(promise, on, today, own=is_own(by, promise.person_id))):
        raise ValidationError(verdict.reason)
    promise.reported_on, promise.deed, promise.returned_for = on, deed.strip()[:100], ""
    promise.save(update_fields=["reported_on", "deed", "returned_for"])
    audit.record(
        by=by, did="party.report_promise", to=Ref.to(promise), bureau=promise.bureau_id, org=promise.org_id,
        on=on.isoformat(),
    )  # fmt: skip
    return promise


@transaction.atomic
def confirm_promise(*, promise: Promise, by: Actor, others: Sequence[str] = ()) -> Promise:
    """The branch confirms what a member reported: kept on the day reported. Never by that member."""
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    own = is_own(by, promise.person_id)
    if not (verdict := rules.can_answer(promise, own=own, step=_("确认兑现"), others=others)):
        raise ValidationError(verdict.reason)
    promise.done_on, promise.checked_by = promise.reported_on, by.label[:120]
    promise.save(update_fields=["done_on", "checked_by"])
    audit.record(by=by, did="party.confirm_promise", to=Ref.to(promise), bureau=promise.bureau_id, org=promise.org_id)
    return promise


@transaction.atomic
def return_promise(*, promise: Promise, reason: str, by: Actor, others: Sequence[str] = ()) -> Promise:
    """The branch sends a report back with a short reason; the member may report again."""
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    own = is_own(by, promise.person_id)
    if not (verdict := rules.can_answer(promise, own=own, step=_("退回"), others=others)):
        raise ValidationError(verdict.reason)
    if not (verdict := rules.has_reason(reason)):
        raise ValidationError(verdict.reason)
    promise.reported_on, promise.returned_for = None, reason.strip()[:200]
    promise.save(update_fields=["reported_on", "returned_for"])
    audit.record(by=by, did="party.return_promise", to=Ref.to(promise), bureau=promise.bureau_id, org=promise.org_id)
    return promise
