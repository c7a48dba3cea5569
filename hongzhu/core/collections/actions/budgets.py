"""The yearly budget of minutes, and a leader's word that lets one request go beyond it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.collections.models import Budget, Request
from hongzhu.core.collections.queries import requests
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.refs import Actor, Ref

from .asking import ask, locked


@transaction.atomic
def set_budget(*, bureau: Bureau, org: Org | None, year: int, minutes: int | None, by: Actor) -> Budget | None:
    """Set how many minutes a unit (None: every unit of the bureau) may be asked for in a year; minutes None: no budget."""
    # One at a time: on PostgreSQL two people setting the same budget would else both find none.
    Bureau.objects.select_for_update(no_key=True).get(pk=bureau.pk)
    row = Budget.objects.filter(bureau=bureau, org=org, year=year).first()
    before = row.minutes if row else None
    if before == minutes:
        return row  # no entry: it is so already
    if minutes is None:
        Budget.objects.filter(bureau=bureau, org=org, year=year).delete()
        row = None
    elif row is None:
        row = Budget.objects.create(bureau=bureau, org=org, year=year, minutes=minutes)
    else:
        row.minutes = minutes
        row.save(update_fields=["minutes"])
    audit.record(
        by=by, did="collections.set_budget", to=Ref.to(org) if org else Ref.to(bureau), bureau=bureau.pk, year=year,
        minutes=minutes, before=before,
    )  # fmt: skip
    return row


@transaction.atomic
def allow_over(*, request: Request, reason: str, by: Actor, on: date) -> Request:
    """A leader writes why a draft may go beyond the budget; any later change of the draft takes it back."""
    request = locked(request)
    ask(requests.may_allow(request, by.id, on))
    if not reason.strip():
        raise ValidationError(_("没有批准：请写明原因。"))
    request.over_budget_reason, request.over_budget_by = reason.strip()[:200], by.label[:120]
    request.save(update_fields=["over_budget_reason", "over_budget_by"])
    audit.record(by=by, did="collections.allow_over", to=Ref.to(request), reason=request.over_budget_reason)
    return request
