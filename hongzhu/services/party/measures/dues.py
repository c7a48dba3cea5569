"""Dues taken in, handed up, allotted. Values in fen, read in yuan; by body. What was voided since is seen as it was then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row
from hongzhu.services.party.models import AllotmentLine, Handing, Receipt

FEN = 100  # fen to the yuan


def _standing(known_at: datetime, prefix: str = "") -> Q:
    """Not voided by the moment asked for."""
    return Q(**{f"{prefix}voided_at__isnull": True}) | Q(**{f"{prefix}voided_at__gt": known_at})


def collected_rows(scope: Any, period: Period, known_at: datetime, *, large: bool = False) -> QuerySet[Receipt]:
    """Receipts dated in the period, as known at a moment."""
    return Receipt.objects.filter(
        _standing(known_at), scope.orgs("org"), paid_on__gte=period.start, paid_on__lt=period.end,
        recorded_at__lte=known_at, large=large,
    ).order_by("paid_on", "id")  # fmt: skip


@registry.measure(
    "party.dues_collected", title=_("收缴党费"), unit=_("元"), per=FEN, rows=collected_rows,
    basis=_("未作废的收据，按交纳日期；大额党费另计（large）"),
)  # fmt: skip
def dues_collected(scope: Any, period: Period, known_at: datetime, *, large: bool = False) -> Iterable[Row]:
    """Sum of receipts in fen, per branch."""
    rows = collected_rows(scope, period, known_at, large=large).order_by().values("org")
    for row in rows.annotate(n=Sum("fen")).order_by("org"):
        yield Row(org_id=row["org"], value=row["n"])


def handed_rows(scope: Any, period: Period, known_at: datetime) -> QuerySet[Handing]:
    """Hand-overs of branches whose quarter begins in the period, confirmed by the moment asked for."""
    return Handing.objects.filter(
        _standing(known_at), scope.orgs("org"), quarter_on__gte=period.start, quarter_on__lt=period.end,
        received_at__lte=known_at, org__kind__in=("BRANCH", "JOINT_BRANCH"),
    ).order_by("quarter_on", "id")  # fmt: skip


@registry.measure(
    "party.dues_handed", title=_("上缴党费"), unit=_("元"), per=FEN, rows=handed_rows,
    basis=_("上级已确认收到的支部上缴，按所属季度；总支转交的不重复计"),
)  # fmt: skip
def dues_handed(scope: Any, period: Period, known_at: datetime) -> Iterable[Row]:
    """Sum of confirmed hand-overs in fen, per branch."""
    rows = handed_rows(scope, period, known_at).order_by().values("org")
    for row in rows.annotate(n=Sum("fen")).order_by("org"):
        yield Row(org_id=row["org"], value=row["n"])


def allotted_rows(scope: Any, period: Period, known_at: datetime, *, kind: str = "SPECIAL") -> QuerySet[AllotmentLine]:
    """What was paid out to units in the period, as known at a moment."""
    return AllotmentLine.objects.filter(
        _standing(known_at, "allotment__"), scope.orgs("org"), allotment__kind=kind, sent_on__gte=period.start,
        sent_on__lt=period.end, sent_at__lte=known_at,
    ).select_related("org").order_by("sent_on", "id")  # fmt: skip


@registry.measure(
    "party.dues_allotted", title=_("下拨党费"), unit=_("元"), per=FEN, rows=allotted_rows,
    basis=_("已拨付到单位的下拨，按拨付日期"),
)  # fmt: skip
def dues_allotted(scope: Any, period: Period, known_at: datetime, *, kind: str = "SPECIAL") -> Iterable[Row]:
    """Sum allotted in fen, per unit; ``kind`` as Allotment.Kind (B27)."""
    rows = allotted_rows(scope, period, known_at, kind=kind).order_by().values("org")
    for row in rows.annotate(n=Sum("fen")).order_by("org"):
        yield Row(org_id=row["org"], value=row["n"])


@registry.measure(
    "party.dues_allotted_units", title=_("下拨党费的单位"), unit=_("个"), rows=allotted_rows,
    basis=_("已拨付到的单位，按拨付日期；一个单位只计一次"),
)  # fmt: skip
def dues_allotted_units(scope: Any, period: Period, known_at: datetime, *, kind: str = "SPECIAL") -> Iterable[Row]:
    """1 for each unit that was allotted something (B27)."""
    rows = allotted_rows(scope, period, known_at, kind=kind).order_by().values("org")
    for row in rows.annotate(n=Count("pk")).order_by("org"):
        yield Row(org_id=row["org"], value=1)
