"""Cadre moves step by step (A21), and the list of candidates. A move that takes effect changes the posts themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import PARTY_KINDS, Bureau, Org
from hongzhu.core.people import rules as people_rules
from hongzhu.core.people.models import Account, Person, Post, PostKind
from hongzhu.core.policies import queries as policies
from hongzhu.kit.refs import Actor, Ref
from hongzhu.services.party.models import CadreMove, FurtherPost, Reserve
from hongzhu.services.party.queries import cadres as queries
from hongzhu.services.party.queries.settings import section_on
from hongzhu.services.party.rules import cadres as rules


@transaction.atomic
def open_move(
    *, bureau: Bureau, person: Person, kind: str, by: Actor, from_org: Org | None = None, from_post: str = "",
    to_org: Org | None = None, to_post: str = "", along: Iterable[Post] = (),
) -> CadreMove:  # fmt: skip
    """Begin a move; its steps follow. The post somebody leaves must be one they hold.

    ``along``: other posts at the same unit that end, and begin at the new place, with this one (一肩挑).
    """
    holds = Post.objects.filter(person=person, org=from_org, kind=from_post, to_on__isnull=True).exists()
    verdict = rules.can_open(kind, from_post=from_post, to_post=to_post, to_place=to_org is not None, holds_from=holds)
    if not verdict:
        raise ValidationError(verdict.reason)
    if person.bureau_id != bureau.pk:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    running = CadreMove.objects.filter(person=person, voided_at__isnull=True, effective_on__isnull=True)
    if running.exists():
        raise ValidationError(_("没有保存：这个人还有一件任免没有办结，请先办结或作废。已填内容还在。"))
    target = to_org if to_post else None
    further = _going_along(person, from_org if from_post else None, from_post, target, along)
    move = CadreMove.objects.create(
        bureau=bureau, person=person, kind=kind, from_org=from_org if from_post else None, from_post=from_post,
        to_org=target, to_post=to_post,
    )  # fmt: skip
    FurtherPost.objects.bulk_create(
        [FurtherPost(move=move, kind=post.kind, from_org=post.org, to_org=place) for post, place in further]
    )
    audit.record(
        by=by, did="party.open_move", to=Ref.to(move), bureau=bureau.pk, person=person.pk, move=kind,
        further=[post.kind for post, _place in further],
    )  # fmt: skip
    return move


def _going_along(
    person: Person, org: Org | None, kind: str, target: Org | None, along: Iterable[Post]
) -> list[tuple[Post, Org | None]]:
    """Each post that goes along with where it begins again; ValidationError when it cannot."""
    chosen = {post.pk for post in along}
    if not chosen:
        return []
    found = queries.further_posts(person, org, kind, target) if org is not None else []
    posts = [post for post in found if post.pk in chosen]
    if len(posts) != len(chosen):
        raise ValidationError(
            _("没有保存：勾选的职务里有不在原单位或已经变动的，请重新登记，核对后再勾。已填内容还在。")
        )
    if target is None:
        return [(post, None) for post in posts]
    units, bodies = queries.landing(target)
    placed: list[tuple[Post, Org | None]] = []
    for post in posts:
        party = post.org.kind in PARTY_KINDS
        if not (verdict := rules.can_land(post, target, bodies if party else units, party=party)):
            raise ValidationError(verdict.reason)
        placed.append((post, (bodies if party else units)[0]))
    return placed


def _locked_move(move: CadreMove) -> CadreMove:
    rows = CadreMove.objects.select_for_update(of=("self",))
    return rows.select_related("person", "bureau", "from_org", "to_org").get(pk=move.pk)


@transaction.atomic
def inspect_cadre(*, move: CadreMove, on: date, by: Actor, today: date) -> CadreMove:
    """考察: held on a day. What was found stays on paper, outside the platform."""
    move = _locked_move(move)
    if not (verdict := rules.can_inspect(move, on, today)):
        raise ValidationError(verdict.reason)
    move.inspected_on = on
    move.save(update_fields=["inspected_on"])
    audit.record(by=by, did="party.inspect_cadre", to=Ref.to(move), bureau=move.bureau_id, on=on.isoformat())
    return move


@transaction.atomic
def deliberate_move(*, move: CadreMove, on: date, by: Actor, today: date) -> CadreMove:
    """讨论决定."""
    move = _locked_move(move)
    if not (verdict := rules.can_deliberate(move, on, today)):
        raise ValidationError(verdict.reason)
    move.deliberated_on = on
    move.save(update_fields=["deliberated_on"])
    audit.record(by=by, did="party.deliberate_move", to=Ref.to(move), bureau=move.bureau_id, on=on.isoformat())
    return move


@transaction.atomic
def publicise_move(*, move: CadreMove, on: date, by: Actor, today: date) -> CadreMove:
    """任前公示 from a day on, for the working days the pack asks (five, unless the bureau sets more)."""
    move = _locked_move(move)
    if not (verdict := rules.can_publicise(move, on, today)):
        raise ValidationError(verdict.reason)
    days = section_on(move.bureau, on).sending.posting_days.value
    move.posted_on = on
    # The first day of the notice is not counted (Civil Code art. 201).
    last, provisional = policies.add_workdays(move.bureau, on, days)
    # A day that may still move with the calendar is never stored: it is reckoned anew each time it is asked for.
    move.posted_to = None if provisional else last
    move.save(update_fields=["posted_on", "posted_to"])
    audit.record(
        by=by, did="party.publicise_move", to=Ref.to(move), bureau=move.bureau_id, on=on.isoformat(), days=days,
        until=last.isoformat(), provisional=provisional,
    )  # fmt: skip
    return move


@transaction.atomic
def effect_move(*, move: CadreMove, on: date, number: str, by: Actor, today: date) -> CadreMove:
    """The appointment takes effect: the old posts end and the new ones begin on the day, in this transaction."""
    move = _locked_move(move)
    person = Person.objects.select_for_update(of=("self",)).get(pk=move.person_id)
    oneself = Account.objects.filter(pk=by.id, person=person).exists()
    until = queries.notices(move.bureau).get(move.pk)
    if not (verdict := rules.can_take_effect(move, on, today, oneself=oneself, until=until)):
        raise ValidationError(verdict.reason)
    further = list(move.further.select_related("from_org", "to_org").order_by("pk"))
    held = list(Post.objects.select_for_update(of=("self",)).filter(person=person, to_on__isnull=True))
    if move.from_post:
        _leave(held, move.from_org_id, move.from_post, on)
    carried = [(one, _leave(held, one.from_org_id, one.kind, on)) for one in further]
    if move.to_post and move.to_org is not None:
        held.append(_take(person, move.to_org, move.to_post, held, on))
    for one, old in carried:
        if one.to_org is not None:
            held.append(_take(person, one.to_org, one.kind, held, on, acting=old.acting))
    move.effective_on, move.number = on, number.strip()[:60]
    move.save(update_fields=["effective_on", "number"])
    audit.record(
        by=by, did="party.effect_move", to=Ref.to(move), bureau=move.bureau_id, on=on.isoformat(), person=person.pk,
        left=move.from_post, left_at=move.from_org_id or 0, took=move.to_post, took_at=move.to_org_id or 0,
        further=[[one.kind, one.from_org_id, one.to_org_id or 0] for one in further],
    )  # fmt: skip
    return move


def _leave(held: list[Post], org: int | None, kind: str, on: date) -> Post:
    """End a post the person still holds, and take it out of ``held``."""
    old = next((post for post in held if (post.org_id, post.kind) == (org, kind)), None)
    if old is None:
        raise ValidationError(
            _("没有办结：这个人已经不担任原职务“%(post)s”，请作废这一条，核对后另办。") % {"post": PostKind(kind).label}
        )
    if not (verdict := people_rules.can_end(old.from_on, old.to_on, on)):
        raise ValidationError(verdict.reason)
    old.to_on = on
    old.save(update_fields=["to_on"])
    held.remove(old)
    return old


def _take(person: Person, org: Org, kind: str, held: list[Post], on: date, *, acting: bool = False) -> Post:
    """Begin a post, unless the person holds it already or the body does not exist then."""
    if not (verdict := people_rules.can_appoint(org, kind, held, on)):
        raise ValidationError(verdict.reason)
    return Post.objects.create(person=person, org=org, kind=kind, acting=acting, from_on=on)


@transaction.atomic
def void_move(*, move: CadreMove, reason: str, by: Actor, now: datetime) -> CadreMove:
    """Opened by mistake, or decided against: it stays to be read, and counts nowhere."""
    move = _locked_move(move)
    if not (verdict := rules.can_void(move, reason)):
        raise ValidationError(verdict.reason)
    move.voided_at, move.void_reason = now, reason.strip()[:200]
    move.save(update_fields=["voided_at", "void_reason"])
    audit.record(by=by, did="party.void_move", to=Ref.to(move), bureau=move.bureau_id, reason=move.void_reason)
    return move


@transaction.atomic
def list_reserve(*, bureau: Bureau, person: Person, kind: str, from_on: date, by: Actor) -> Reserve:
    """Put somebody on the list of candidates for a post."""
    if person.bureau_id != bureau.pk:
        raise ValidationError(_("没有保存：这个人不属于本局。"))
    if Reserve.objects.select_for_update().filter(person=person, kind=kind, to_on__isnull=True).exists():
        raise ValidationError(_("没有保存：这个人已经是这个职务的后备人选。已填内容还在。"))
    row = Reserve.objects.create(bureau=bureau, person=person, kind=kind, from_on=from_on)
    audit.record(
        by=by, did="party.list_reserve", to=Ref.to(person), bureau=bureau.pk, post=kind, on=from_on.isoformat()
    )
    return row


@transaction.atomic
def end_reserve(*, reserve: Reserve, on: date, reason: str, by: Actor) -> Reserve:
    row = Reserve.objects.select_for_update(of=("self",)).select_related("person").get(pk=reserve.pk)
    if not (verdict := rules.can_leave_pool(row.from_on, row.to_on, on, reason)):
        raise ValidationError(verdict.reason)
    row.to_on, row.ended_for = on, reason.strip()[:120]
    row.save(update_fields=["to_on", "ended_for"])
    audit.record(
        by=by, did="party.end_reserve", to=Ref.to(row.person), bureau=row.bureau_id, post=row.kind, on=on.isoformat()
    )
    return row
