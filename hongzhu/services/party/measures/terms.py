"""Completed elections, counted at the body that elected, on the day it elected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row
from hongzhu.services.party.models import Election


def election_rows(
    scope: Any, period: Period, known_at: datetime, *, kind: str = "", area: str = ""
) -> QuerySet[Election]:  # fmt: skip
    """The elections behind :func:`elections_completed`: 换届 held in the period, their result confirmed by ``known_at``."""
    rows = Election.objects.filter(
        scope.orgs("org"), Q(voided_at__isnull=True) | Q(voided_at__gt=known_at), cause=Election.Cause.TERM,
        held_on__gte=period.start, held_on__lt=period.end, confirmed_on__lte=timezone.localdate(known_at),
    )  # fmt: skip
    if kind:
        rows = rows.filter(org__kind=kind)
    if area:
        rows = rows.filter(org__area=area)
    return rows.select_related("org").order_by("held_on", "id")


@registry.measure(
    "party.elections_completed", title=_("完成换届的党组织"), unit=_("个"), basis=_("清单 B28，任城 2020年"),
    rows=election_rows,
)  # fmt: skip
def elections_completed(scope: Any, period: Period, known_at: datetime, **asked: str) -> Iterable[Row]:
    """Completed 换届 by body, by kind of body (Org.Kind) and by its area tag (涉农), whichever are asked."""
    rows = election_rows(scope, period, known_at, **asked).select_related(None).order_by()
    return [Row(org_id=org, value=n) for org, n in rows.values_list("org").annotate(n=Count("org", distinct=True))]
