"""Honours (C23) and strengths of mass organisations (A29)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person
from hongzhu.core.registers import rules
from hongzhu.core.registers.models import Honour, Strength
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def grant(
    *, bureau: Bureau, title: str, level: str, granted_by: str, granted_on: date, by: Actor, org: Org | None = None,
    person: Person | None = None, document: str = "", valid_to: date | None = None,
) -> Honour:  # fmt: skip
    """Register a title granted to one body or one person."""
    if (org is None) == (person is None):
        raise ValidationError(_("没有保存：请选一个单位或一个人，二者选一。已填内容还在。"))
    if valid_to and valid_to <= granted_on:
        raise ValidationError(_("没有保存：有效期要晚于授予日期，请改日期。已填内容还在。"))
    same = Honour.objects.filter(
        bureau=bureau, org=org, person=person, title=title.strip(), granted_on=granted_on, revoked_on__isnull=True
    )
    if same.exists():
        raise ValidationError(_("没有保存：同一天的这项荣誉已经登记过。已填内容还在。"))
    honour = Honour.objects.create(
        bureau=bureau, org=org, person=person, title=title.strip(), level=level, granted_by=granted_by.strip(),
        granted_on=granted_on, valid_to=valid_to, document=document.strip(),
    )  # fmt: skip
    audit.record(
        by=by, did="registers.grant", to=Ref.to(honour), bureau=bureau.pk, level=level, on=granted_on.isoformat(),
        org=org.pk if org else 0, person=person.pk if person else 0,
    )  # fmt: skip
    return honour


@transaction.atomic
def revoke(*, honour: Honour, on: date, by: Actor, reason: str = "") -> Honour:
    """The granting body took the title back on ``on``; a mistyped row goes the same way, with its reason."""
    honour = Honour.objects.select_for_update(of=("self",)).get(pk=honour.pk)
    verdict = rules.can_revoke(honour, on)
    if not verdict:
        raise ValidationError(verdict.reason)
    honour.revoked_on = on
    honour.save(update_fields=["revoked_on"])
    audit.record(
        by=by, did="registers.revoke", to=Ref.to(honour), bureau=honour.bureau_id, on=on.isoformat(), reason=reason
    )
    return honour


@transaction.atomic
def state_strength(*, org: Org, on: date, count: int, by: Actor, today: date) -> Strength:
    """How many belong to a mass organisation on a day; stating the same day again corrects it."""
    verdict = rules.can_state_strength(org, on, today)
    if not verdict:
        raise ValidationError(verdict.reason)
    row, _made = Strength.objects.update_or_create(org=org, on=on, defaults={"count": count})
    audit.record(
        by=by, did="registers.state_strength", to=Ref.to(org), bureau=org.bureau_id, on=on.isoformat(), count=count
    )
    return row
