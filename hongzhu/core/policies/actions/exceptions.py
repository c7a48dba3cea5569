"""Exceptions from the regulation guard."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import rules
from hongzhu.core.policies.models import GuardException
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def allow_exception(
    *, bureau: Bureau, rule: str, basis: str, owner: str, expires_on: date, by: Actor, on: date, lasting: bool = False
) -> GuardException:
    """Lift one rule of the guard for a bureau, on a document, by a named owner, until a day (at most a year)."""
    verdict = rules.can_be_excepted(lasting=lasting, basis=basis, owner=owner, expires_on=expires_on, on=on)
    if not verdict:
        raise ValidationError(verdict.reason)
    made = GuardException.objects.create(
        bureau=bureau,
        rule=rule,
        basis=basis.strip(),
        owner=owner.strip(),
        expires_on=expires_on,
        created_at=timezone.now(),
    )
    audit.record(
        by=by,
        did="policies.allow_exception",
        to=Ref.to(made),
        bureau=bureau.pk,
        rule=rule,
        basis=made.basis,
        expires_on=expires_on.isoformat(),
    )
    return made


@transaction.atomic
def end_exception(*, exception: GuardException, by: Actor, on: date) -> GuardException:
    """End an exception before its day: from ``on`` it lifts nothing."""
    exception = GuardException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if not rules.counts(exception, on):
        raise ValidationError(_("这条例外已经到期。"))
    exception.expires_on = on - timedelta(days=1)
    exception.save(update_fields=["expires_on"])
    audit.record(
        by=by, did="policies.end_exception", to=Ref.to(exception), bureau=exception.bureau_id, rule=exception.rule
    )
    return exception
