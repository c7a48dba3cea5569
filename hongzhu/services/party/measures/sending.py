"""What is published of people sent out, moved and chosen. Rows of the whole bureau count at its root."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import Kind, Org
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Row
from hongzhu.services.party.models import CadreMove, Dispatch, Talent
from hongzhu.services.party.queries.talent import on_roster


def _at_root(scope: Any, rows: QuerySet[Any]) -> list[Row]:
    """One row at the bureau's root; none when the scope is a part of the tree without it."""
    root = Org.objects.filter(scope.orgs(""), kind=Kind.BUREAU).values_list("pk", flat=True).first()
    return [] if root is None else [Row(org_id=root, value=rows.count())]


def dispatch_rows(scope: Any, period: Period, known_at: datetime, **_params: Any) -> QuerySet[Dispatch]:
    """The sendings behind :func:`dispatches`, one for each person-time."""
    rows = Dispatch.objects.filter(bureau=scope.bureau_id, from_on__gte=period.start, from_on__lt=period.end)
    return rows.select_related("person").order_by("from_on", "id")


@registry.measure(
    "party.dispatches", title=_("选派党建指导员"), unit=_("人次"), basis=_("郧阳 2021年，清单 A24"), rows=dispatch_rows
)
def dispatches(scope: Any, period: Period, known_at: datetime) -> Iterable[Row]:
    """Person-times sent out in the period: dispatch rows, not distinct persons."""
    return _at_root(scope, dispatch_rows(scope, period, known_at))


def move_rows(scope: Any, period: Period, known_at: datetime, **_params: Any) -> QuerySet[CadreMove]:
    """The moves behind :func:`cadre_moves`: effective in the period, and not voided by then."""
    rows = CadreMove.objects.filter(
        Q(voided_at__isnull=True) | Q(voided_at__gt=known_at),
        bureau=scope.bureau_id, effective_on__gte=period.start, effective_on__lt=period.end,
    )  # fmt: skip
    return rows.select_related("person").order_by("effective_on", "id")


@registry.measure(
    "party.cadre_moves", title=_("考察选拔任用交流干部"), unit=_("人"), basis=_("任城 2020年，清单 A21"), rows=move_rows
)
def cadre_moves(scope: Any, period: Period, known_at: datetime) -> Iterable[Row]:
    """Cadre moves that took effect in the period."""
    return _at_root(scope, move_rows(scope, period, known_at))


def talent_rows(scope: Any, period: Period, known_at: datetime, *, tier: str = "") -> QuerySet[Talent]:
    """The names behind :func:`talents`: on the roster on the period's last day."""
    rows = Talent.objects.filter(on_roster(period.last_day), bureau=scope.bureau_id)
    return (rows.filter(tier=tier) if tier else rows).select_related("person").order_by("person__name", "id")


@registry.measure(
    "party.talents", title=_("党建人才名册"), unit=_("人"), basis=_("济南 2020年，清单 B35"), rows=talent_rows
)
def talents(scope: Any, period: Period, known_at: datetime, *, tier: str = "") -> Iterable[Row]:
    """Members of a tier on the roster on the last day of the period."""
    return _at_root(scope, talent_rows(scope, period, known_at, tier=tier))
