"""Writing and issuing the monthly guide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.policies import rules
from hongzhu.core.policies.models import MonthlyGuide
from hongzhu.kit.refs import Actor, Ref


@transaction.atomic
def write_guide(
    *, bureau: Bureau, issuer: Org, month_on: date, content: Mapping[str, list[dict[str, Any]]], by: Actor
) -> MonthlyGuide:
    """Write or rewrite one month's guide of one issuer; an issued one changes for every branch at once."""
    month = month_on.replace(day=1)
    guide = MonthlyGuide.objects.select_for_update(of=("self",)).filter(issuer=issuer, month_on=month).first()
    if guide is None:
        guide = MonthlyGuide(bureau=bureau, issuer=issuer, month_on=month)
    for name in ("themes", "readings", "meetings", "reports"):
        setattr(guide, name, list(content.get(name, [])))
    if guide.status == MonthlyGuide.Status.ISSUED and not any(
        (guide.themes, guide.readings, guide.meetings, guide.reports)
    ):
        raise ValidationError(_("没有保存：已经印发的工作提示不能清空。已填内容还在。"))
    guide.save()
    audit.record(by=by, did="policies.write_guide", to=Ref.to(guide), bureau=bureau.pk, month=month.isoformat()[:7])
    return guide


@transaction.atomic
def issue_guide(*, guide: MonthlyGuide, by: Actor, on: date) -> MonthlyGuide:
    """Issue a guide: from now on it pre-fills every branch's month."""
    guide = MonthlyGuide.objects.select_for_update(of=("self",)).get(pk=guide.pk)
    if not (verdict := rules.can_be_issued(guide)):
        raise ValidationError(verdict.reason)
    guide.status = MonthlyGuide.Status.ISSUED
    guide.issued_on = on
    guide.save(update_fields=["status", "issued_on"])
    audit.record(by=by, did="policies.issue_guide", to=Ref.to(guide), bureau=guide.bureau_id, on=on.isoformat())
    return guide
