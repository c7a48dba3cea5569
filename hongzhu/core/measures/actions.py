"""Taking values for a decision: kept as they were known, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period
from hongzhu.kit.refs import Actor

from . import queries
from .models import TakenValue


@transaction.atomic
def take(
    *,
    bureau: Bureau,
    code: str,
    scope: queries.MeasureScope,
    period: Period,
    known_at: datetime,
    taken_for: str,
    by: Actor,
    params: Mapping[str, str | int | bool] | None = None,
) -> list[TakenValue]:
    """Keep what measure ``code`` gives for every body of ``scope``, as known at ``known_at``, for one decision.

    ``taken_for`` names the decision (汇报、通报、评定 and its paper). Taking the same again for the same decision
    returns what was kept the first time, whatever the records say by now. The pack version noted is the one in force
    on the period's first day. ValidationError without a decision, for a moment to come, or another bureau's scope.
    """
    if not taken_for.strip():
        raise ValidationError(_("没有留存：请写明为哪件事留存，如“2026年上半年通报”。"))
    if known_at > timezone.now():
        raise ValidationError(_("没有留存：截至时间还没有到，请改成现在或以前。"))
    if scope.bureau_id != bureau.pk:
        raise ValidationError(_("没有留存：范围不在本局，请重新选择范围。"))
    asked = dict(sorted((params or {}).items()))
    # The bureau's row is the lock: two officers pressing at once keep one set, not two halves.
    Bureau.objects.select_for_update(of=("self",)).get(pk=bureau.pk)
    for_this = {"bureau": bureau, "taken_for": taken_for.strip(), "measure": code, "period": period.code}
    kept = list(TakenValue.objects.filter(**for_this, params=asked).order_by("org_id"))
    if kept:
        return kept  # no entry: already taken for this decision
    pack = policies.pack_for(bureau, period.start)
    made = TakenValue.objects.bulk_create(
        [
            TakenValue(
                **for_this,
                params=asked,
                org_id=row.org_id,
                value=row.value,
                of=row.of,
                known_at=known_at,
                pack_version=f"{pack.name}-{pack.version}",
                taken_at=timezone.now(),
            )
            for row in queries.values(code, scope, period, known_at, **asked)
        ],
        batch_size=1000,
    )
    audit.record(
        by=by,
        did="measures.take",
        bureau=bureau.pk,
        measure=code,
        params=asked,
        period=period.code,
        known_at=known_at.isoformat(),
        taken_for=taken_for.strip(),
        bodies=len(made),
    )
    return made
