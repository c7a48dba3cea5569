"""How many were accepted as probationary members (B23)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row
from hongzhu.services.party.models import AdmissionStep
from hongzhu.services.party.queries import admission as queries


def admitted_rows(scope: Any, period: Period, known_at: datetime, *, source: str = "") -> QuerySet[AdmissionStep]:
    """Meetings of branches in the scope that accepted somebody in the period, recorded by ``known_at``; one for each person.

    ``source``: only people with this source tag (party.admission.sources).
    """
    found = queries.admitted(period.start, period.end).filter(scope.orgs("org"), recorded_at__lte=known_at)
    if source:
        found = found.filter(admission__sources__code=source)
    return found.order_by("on", "id")


@registry.measure(
    "party.admitted",
    title=_("新发展党员"),
    unit=_("名"),
    basis=_("支部大会通过接收为预备党员的日期，清单 B23"),
    rows=admitted_rows,
)
def admitted(scope: Any, period: Period, known_at: datetime, *, source: str = "") -> Iterable[Row]:
    """People accepted in the period, per branch."""
    rows = admitted_rows(scope, period, known_at, source=source).order_by().values("org")
    return [Row(org_id=row["org"], value=row["n"]) for row in rows.annotate(n=Count("pk"))]
