"""Where somebody belongs, works and answers: memberships, posts, places of work, seats. Dated, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Hosting, Org
from hongzhu.core.people import rules
from hongzhu.core.people.models import Engagement, Establishment, Membership, Person, Post, PostKind
from hongzhu.kit import registry
from hongzhu.kit.crypto import vault
from hongzhu.kit.perms import Verdict
from hongzhu.kit.pinyin import search_key
from hongzhu.kit.refs import Actor, Ref


def demand(verdict: Verdict) -> None:
    """ValidationError with the rule's own reason."""
    if not verdict:
        raise ValidationError(str(verdict.reason))


def _held(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _there(unit: Org, on: date) -> Q:
    """Persons on the books of a unit or at work there on a day, or of a body that is seated in it."""
    housed = Hosting.objects.filter(orgs.on_day(on), unit=unit).values("org")
    members = Membership.objects.filter(Q(org=unit) | Q(org__in=housed), orgs.on_day(on)).values("person")
    return Q(pk__in=Engagement.objects.filter(orgs.on_day(on), unit=unit).values("person")) | Q(pk__in=members)


@transaction.atomic
def register(
    *, name: str, unit: Org, by: Actor, on: date, sex: str = "0", born_on: date | None = None, education: str = "",
    ethnic: str = "", subject: str = "", staff_no: str = "", id_number: str = "", phone: str = "",
) -> Person:  # fmt: skip
    """Put one person on file, on the books of a unit and at work there. ValidationError when the person is there already, or
    somebody of the same name whom no number tells apart: the import refuses the same."""
    demand(rules.can_belong(unit, on))
    box = vault()
    index = box.index(id_number, column="id")
    here = Person.objects.filter(bureau=unit.bureau_id)
    if index and here.filter(id_index=index).exists():
        raise ValidationError(_("这个身份证号已经登记过，请按姓名查找，不要再登记一次。"))
    if staff_no and here.filter(staff_no=staff_no).exists():
        raise ValidationError(_("这个工号已经登记过，请核对。"))
    if not (index or staff_no) and here.filter(_there(unit, on), name=name.strip()).exists():
        raise ValidationError(
            _(
                "没有登记：%(unit)s已经有一位“%(name)s”。是同一个人就不用再登记，请按姓名查找；是另一个人，请填身份证号或工号。"
                "已填内容还在。"
            )
            % {"unit": unit.name, "name": name.strip()}
        )
    person = Person(
        bureau_id=unit.bureau_id, name=name, search_key=search_key(name)[:160], sex=sex, born_on=born_on,
        education=education, ethnic=ethnic, subject=subject.strip()[:20], staff_no=staff_no, id_index=index, id_tail=id_number[-1:],
        phone_index=box.index(phone, column="phone"),
    )  # fmt: skip
    if id_number:
        person.id_sealed = box.seal(id_number, bind=f"{person.uuid}|id")
    if phone:
        person.phone_sealed = box.seal(phone, bind=f"{person.uuid}|phone")
    person.save()
    Engagement.objects.bulk_create(
        [Engagement(person=person, unit=unit, relation=relation, from_on=on) for relation in Engagement.Relation.values]
    )
    audit.record(by=by, did="people.register", to=Ref.to(person), bureau=unit.bureau_id, unit=unit.pk)
    return person


@transaction.atomic
def appoint(*, person: Person, org: Org, kind: str, by: Actor, on: date, acting: bool = False) -> Post:
    """Give somebody a post from a day on. Whoever held it goes on holding it until ended."""
    person = _held(person)
    demand(rules.can_appoint(org, kind, Post.objects.filter(person=person, to_on__isnull=True), on))
    post = Post.objects.create(person=person, org=org, kind=kind, acting=acting, from_on=on)
    audit.record(
        by=by, did="people.appoint", to=Ref.to(person), bureau=org.bureau_id, org=org.pk, post=kind, on=on.isoformat()
    )
    return post


@transaction.atomic
def succeed(*, post: Post, person: Person, by: Actor, on: date, acting: bool = False) -> Post:
    """One person hands a post to another on one day: the change of a secretary."""
    post = Post.objects.select_for_update(of=("self",)).select_related("org").get(pk=post.pk)
    demand(rules.can_end(post.from_on, post.to_on, on))
    demand(rules.can_appoint(post.org, post.kind, Post.objects.filter(person=person, to_on__isnull=True), on))
    post.to_on = on
    post.save(update_fields=["to_on"])
    made = Post.objects.create(person=person, org=post.org, kind=post.kind, acting=acting, from_on=on)
    audit.record(
        by=by, did="people.succeed", to=Ref.to(person), bureau=post.org.bureau_id, org=post.org_id, post=post.kind,
        on=on.isoformat(), before=post.person_id,
    )  # fmt: skip
    return made


@transaction.atomic
def end_post(*, post: Post, by: Actor, on: date) -> Post:
    """End a post on a day: the first day it is no longer held."""
    post = Post.objects.select_for_update(of=("self",)).select_related("org", "person").get(pk=post.pk)
    demand(rules.can_end(post.from_on, post.to_on, on))
    post.to_on = on
    post.save(update_fields=["to_on"])
    audit.record(
        by=by, did="people.end_post", to=Ref.to(post.person), bureau=post.org.bureau_id, org=post.org_id,
        post=post.kind, on=on.isoformat(),
    )  # fmt: skip
    return post


@transaction.atomic
def set_seats(*, org: Org, kind: str, seats: int, by: Actor, on: date) -> Establishment:
    """How many holders of a post a body should have from a day on (A20)."""
    if kind not in PostKind.values:
        raise ValidationError(_("没有这个职务，请重选。"))
    demand(rules.can_belong(org, on))
    held = Establishment.objects.select_for_update().filter(org=org, kind=kind, to_on__isnull=True).first()
    if held is not None and held.seats == seats:
        return held  # no entry: already so
    if held is not None and held.from_on >= on:
        held.delete()
    elif held is not None:
        held.to_on = on
        held.save(update_fields=["to_on"])
    made = Establishment.objects.create(org=org, kind=kind, seats=seats, from_on=on)
    audit.record(by=by, did="people.set_seats", to=Ref.to(org), bureau=org.bureau_id, post=kind, seats=seats)
    return made


@transaction.atomic
def join(
    *, person: Person, org: Org, standing: str, by: Actor, on: date, joined_on: date | None = None,
    full_on: date | None = None, retired: bool = False,
) -> Membership:  # fmt: skip
    """Begin a membership on a day. For the Party: one at a time (use :func:`transfer` for a change of branch)."""
    person = _held(person)
    held = Membership.objects.filter(person=person, to_on__isnull=True).select_related("org")
    demand(rules.can_join(org, standing, held, on))
    demand(rules.dates_of_membership(standing, born_on=person.born_on, joined_on=joined_on, full_on=full_on, on=on))
    if standing in rules.PARTY_STANDING:
        _not_led(person)
    made = Membership.objects.create(
        person=person, org=org, standing=standing, retired=retired, joined_on=joined_on, full_on=full_on, from_on=on
    )
    audit.record(
        by=by, did="people.join", to=Ref.to(person), bureau=org.bureau_id, org=org.pk, standing=standing,
        on=on.isoformat(),
    )  # fmt: skip
    return made


@transaction.atomic
def transfer(*, membership: Membership, org: Org, by: Actor, on: date) -> Membership:
    """Move a Party membership (组织关系) to another branch: it counts there from that day on."""
    membership = _locked(membership)
    demand(rules.can_transfer(membership, org, on))
    made = _renewed(membership, on, org=org)
    audit.record(
        by=by, did="people.transfer", to=Ref.to(membership.person), bureau=org.bureau_id, on=on.isoformat(),
        before=membership.org_id, after=org.pk,
    )  # fmt: skip
    return made


@transaction.atomic
def correct_place(*, membership: Membership, org: Org, by: Actor, on: date) -> Membership:
    """Put right at which body a Party membership stands, where it was entered wrongly. No move: that is asked for.

    ValidationError while a move is under way; what hangs on the place in the rooms above goes along.
    """
    membership = _locked(membership)
    demand(rules.can_transfer(membership, org, on))
    _not_moving(membership.person)
    made = _renewed(membership, on, org=org)
    for mover in registry.book.movers.values():
        mover.follow({membership.person_id: org.pk}, on)
    audit.record(
        by=by, did="people.correct_place", to=Ref.to(membership.person), bureau=org.bureau_id, on=on.isoformat(),
        before=membership.org_id, after=org.pk,
    )  # fmt: skip
    return made


@transaction.atomic
def leave(*, membership: Membership, by: Actor, on: date) -> Membership:
    """End a membership on a day: dead, or put on the roster by mistake. Whoever moves away is transferred.

    ValidationError while a transfer of theirs is on its way, or they are led into the Party step by step.
    """
    membership = _locked(membership)
    if membership.standing in rules.PARTY_STANDING:
        _not_led(membership.person)
        _not_moving(membership.person)
    return move_out(membership=membership, by=by, on=on)


@transaction.atomic
def move_out(*, membership: Membership, by: Actor, on: date) -> Membership:
    """End a membership whose end was decided elsewhere: 组织关系转接 has carried it out of the bureau."""
    membership = _locked(membership)
    demand(rules.can_end(membership.from_on, membership.to_on, on))
    membership.to_on = on
    membership.save(update_fields=["to_on"])
    audit.record(
        by=by, did="people.leave", to=Ref.to(membership.person), bureau=membership.org.bureau_id,
        org=membership.org_id, on=on.isoformat(),
    )  # fmt: skip
    return membership


@transaction.atomic
def change_state(
    *, membership: Membership, by: Actor, on: date, retired: bool | None = None, left_out: str | None = None,
    standing: str | None = None, full_on: date | None = None, joined_on: date | None = None,
) -> Membership:  # fmt: skip
    """Retire, exempt with a reason (免予参加), or enter a standing from before: one row ends and the next begins that day.

    ValidationError when the standing would change of somebody who is led into the Party step by step.
    """
    membership = _locked(membership)
    wanted = {
        "retired": retired, "left_out": left_out, "standing": standing, "full_on": full_on, "joined_on": joined_on
    }  # fmt: skip
    changes = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(membership, name)
    }
    if not changes:
        return membership  # no entry: already so
    demand(
        rules.dates_of_membership(
            standing or membership.standing, born_on=membership.person.born_on,
            joined_on=joined_on or membership.joined_on, full_on=full_on or membership.full_on, on=on,
        )
    )  # fmt: skip
    if "standing" in changes:
        _not_led(membership.person)
    if membership.to_on is not None or on < membership.from_on:
        raise ValidationError(_("日期不能早于%(day)s，请改日期。") % {"day": membership.from_on.isoformat()})
    if on == membership.from_on:
        for name, value in changes.items():
            setattr(membership, name, value)
        membership.save(update_fields=list(changes))
        made = membership
    else:
        made = _renewed(membership, on, **changes)
    audit.record(
        by=by, did="people.change_state", to=Ref.to(membership.person), bureau=membership.org.bureau_id,
        on=on.isoformat(), fields=sorted(changes),
    )  # fmt: skip
    return made


@transaction.atomic
def engage(*, person: Person, relation: str, unit: Org, by: Actor, on: date, reason: str = "") -> Engagement:
    """Set 人事关系 or 工作单位 from a day on, with its reason (借调、支教、轮岗、退休)."""
    person = _held(person)
    demand(rules.can_belong(unit, on))
    held = Engagement.objects.filter(person=person, relation=relation, to_on__isnull=True).first()
    if held is not None and (held.unit_id, held.reason) == (unit.pk, reason):
        return held  # no entry: already so
    if held is not None and held.from_on > on:
        raise ValidationError(_("现在的关系从%(day)s起，请用更晚的日期。") % {"day": held.from_on.isoformat()})
    if held is not None and held.from_on == on:
        held.unit, held.reason = unit, reason
        held.save(update_fields=["unit", "reason"])
        made = held
    else:
        if held is not None:
            held.to_on = on
            held.save(update_fields=["to_on"])
        made = Engagement.objects.create(person=person, relation=relation, unit=unit, reason=reason, from_on=on)
    audit.record(
        by=by, did="people.engage", to=Ref.to(person), bureau=unit.bureau_id, relation=relation, unit=unit.pk,
        reason=reason, on=on.isoformat(),
    )  # fmt: skip
    return made


def _not_led(person: Person) -> None:
    """The standing of whoever is on the way into the Party changes by its steps, not by an entry beside them."""
    for where in registry.book.guides.values():
        for told in where([person.pk]).values():
            raise ValidationError(_("没有保存：%(why)s已填内容还在。") % {"why": told})


def _not_moving(person: Person) -> None:
    """Nobody's place changes beside a transfer that is on its way."""
    for mover in registry.book.movers.values():
        for told in mover.waits([person.pk]).values():
            raise ValidationError(_("没有保存：%(why)s已填内容还在。") % {"why": told})


def _locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update(of=("self",)).select_related("org", "person").get(pk=membership.pk)


def _renewed(membership: Membership, on: date, **changes: object) -> Membership:
    """End the row on the day and begin the next with the changes."""
    kept = ("standing", "retired", "left_out", "joined_on", "full_on", "org")
    values = {name: getattr(membership, name) for name in kept} | changes
    membership.to_on = on
    membership.save(update_fields=["to_on"])
    return Membership.objects.create(person=membership.person, from_on=on, **values)


def move_members(org: Org, target: Org, on: date, only: Iterable[int] | None = None) -> int:
    """Members of a body to another from a day on; those there already just leave. How many. A helper."""
    rows = Membership.objects.filter(org=org, to_on__isnull=True)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    if rows.filter(from_on__gt=on).exists():
        raise ValidationError(_("有人的组织关系在这一天之后才转入，请用更晚的日期。"))
    there = set(Membership.objects.filter(org=target, to_on__isnull=True).values_list("person_id", flat=True))
    kept = list(rows.exclude(person__in=there))
    # Whoever came this very day is set right: a membership lasts at least a day.
    today = [row.pk for row in kept if row.from_on == on]
    Membership.objects.filter(pk__in=today).update(org=target)
    moved = [row for row in kept if row.from_on < on]
    rows.filter(from_on__lt=on).update(to_on=on)
    Membership.objects.bulk_create(
        [
            Membership(
                person_id=row.person_id, org=target, standing=row.standing, retired=row.retired, left_out=row.left_out,
                joined_on=row.joined_on, full_on=row.full_on, from_on=on,
            )
            for row in moved
        ],
        batch_size=1000,
    )  # fmt: skip
    party = {row.person_id: target.pk for row in kept if row.standing in rules.PARTY_STANDING}
    for mover in registry.book.movers.values():
        mover.follow(party, on)
    return len(kept)
