"""What the register of organisations publishes. ``scope`` is any object with ``orgs(field) -> Q``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row

from .models import Change


def set_up_rows(scope: Any, period: Period, known_at: datetime, *, kind: str = "") -> QuerySet[Change]:
    """The set-up steps behind :func:`set_up`: one row for each body set up in the period."""
    found = Change.objects.filter(
        scope.orgs("org"), step=Change.Step.SET_UP, on__gte=period.start, on__lt=period.end
    ).select_related("org")
    return (found.filter(org__kind=kind) if kind else found).order_by("on", "id")


@registry.measure(
    "orgs.set_up", title=_("新设立的党组织"), unit=_("个"), basis=_("任城 2020年，清单 B29"), rows=set_up_rows
)
def set_up(scope: Any, period: Period, known_at: datetime, *, kind: str = "") -> Iterable[Row]:
    """How many bodies of ``kind`` (Org.Kind code, "" for all) were set up in the period, one row each."""
    rows = set_up_rows(scope, period, known_at, kind=kind)
    counted = rows.order_by().values("org").annotate(n=Count("id"))
    return [Row(org_id=row["org"], value=row["n"]) for row in counted]
