"""Grants: given, ended, delegated to a deputy, chosen to act under."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from hongzhu.core.access import queries, rules
from hongzhu.core.access.models import ADMIN_ROLES, Acting, Device, Grant
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Account, Person
from hongzhu.kit.perms import Verdict
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def give_grant(
    *, person: Person, role: str, org: Org, from_on: date, to_on: date | None, by: Actor, by_role: str, on: date
) -> Grant:
    """Give ``person`` a role at ``org`` from a day on (to, exclusive). The page has asked where the giver may grant."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    giver = Account.objects.filter(pk=by.id).values_list("person_id", flat=True).first()
    _ask(rules.can_grant(by_role, role, oneself=giver == person.pk))
    _ask(rules.can_hold(queries.roles_of(person.pk, on), role))
    if org.bureau_id != person.bureau_id:
        raise ValidationError(_("没有保存：“%s”不属于这个人的教育局。") % org)
    if role in ADMIN_ROLES and org.kind != "BUREAU":
        raise ValidationError(_("没有保存：管理员的范围是全局，请选教育局。"))
    if from_on < on:
        raise ValidationError(_("没有保存：授权不能从过去开始，请选今天或以后。"))
    if to_on is not None and to_on <= from_on:
        raise ValidationError(_("没有保存：结束日期要晚于开始日期。"))
    _refuse_twice(person, role, org, on)
    grant = Grant.objects.create(
        bureau_id=person.bureau_id, person=person, role=role, org=org, from_on=from_on, to_on=to_on
    )
    audit.record(by=by, did="access.give_grant", to=Ref.to(person), role=role, org=org.pk, from_on=from_on, to_on=to_on)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Actor, on: date, now: datetime) -> Grant:
    """End a grant today, and the deputies who stand on it. Who is left without any grant is signed out at once."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("person", "org").get(pk=grant.pk)
    if grant.to_on is not None and grant.to_on <= on:
        return grant  # no entry: ended already
    standing = Grant.objects.filter(Q(pk=grant.pk) | Q(delegated_by=grant)).filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on)
    )
    people = list(standing.values_list("person_id", flat=True))
    # A grant of next week ends before it began: from == to holds on no day.
    standing.update(to_on=Greatest(F("from_on"), on))
    _sign_out_without_grant(people, on, now)
    audit.record(
        by=by, did="access.end_grant", to=Ref.to(grant.person), role=grant.role, org=grant.org_id, ended=len(people)
    )
    grant.refresh_from_db()
    return grant


def _sign_out_without_grant(people: list[int], on: date, now: datetime) -> None:
    left = set(Grant.objects.filter(queries.holding(on), person__in=people).values_list("person_id", flat=True))
    gone = [pk for pk in people if pk not in left]
    Account.objects.filter(person__in=gone).update(sessions_valid_from=now)
    Device.objects.filter(account__person__in=gone).delete()


@transaction.atomic
def delegate(*, grant: Grant, person: Person, to_on: date | None, by: Actor, on: date) -> Grant:
    """Let ``person`` act under ``grant`` from today; it ends with the grant, or on ``to_on``, or when revoked."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("org").get(pk=grant.pk)
    person = Person.objects.select_for_update().get(pk=person.pk)
    verdict = rules.can_delegate(
        grant.role,
        deputy=grant.delegated_by_id is not None,
        oneself=person.pk == grant.person_id,
        to_roles=queries.roles_of(person.pk, on),
    )
    _ask(verdict)
    if to_on is not None and to_on <= on:
        raise ValidationError(_("没有保存：结束日期要晚于今天。"))
    _refuse_twice(person, grant.role, grant.org, on)
    made = Grant.objects.create(
        bureau_id=grant.bureau_id, person=person, role=grant.role, org=grant.org, delegated_by=grant,
        from_on=on, to_on=to_on,
    )  # fmt: skip
    audit.record(by=by, did="access.delegate", to=Ref.to(person), role=grant.role, org=grant.org_id, to_on=to_on)
    return made


@transaction.atomic
def act_as(*, account: Account, grant: Grant, by: Actor, on: date) -> None:
    """Choose the one grant to act under. Raises ValidationError for a grant that is not one's own or does not hold."""
    if not queries.grants_on(account.person_id, on).filter(pk=grant.pk).exists():
        raise ValidationError(_("没有切换：这项职责已经不在了，请刷新后再选。"))
    Acting.objects.update_or_create(account=account, defaults={"grant": grant})
    audit.record(by=by, did="access.act_as", to=Ref.to(account), role=grant.role, org=grant.org_id)


def _refuse_twice(person: Person, role: str, org: Org, on: date) -> None:
    same = Grant.objects.filter(person=person, role=role, org=org).filter(Q(to_on__isnull=True) | Q(to_on__gt=on))
    if same.exists():
        raise ValidationError(_("没有保存：%(person)s已有“%(org)s”的这项职责。") % {"person": person, "org": org})


def _ask(verdict: Verdict) -> None:
    if not verdict:
        raise ValidationError(verdict.reason)
