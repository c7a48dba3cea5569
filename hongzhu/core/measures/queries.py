"""Running published measures over a scope, and the headline figures a bureau's pack declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.quantity import agrees


@dataclass(frozen=True, slots=True)
class MeasureScope:
    """Which bodies a measure looks at: a whole bureau, or the subtree of ``path`` as it stood on ``on``."""

    bureau_id: int
    path: str = ""
    on: date | None = None

    def orgs(self, field: str) -> Q:
        """A condition on a foreign key to Org called ``field`` ("" for Org itself)."""
        prefix = f"{field}__" if field else ""
        inside = Q(**{f"{prefix}bureau_id": self.bureau_id})
        if self.path:
            inside &= orgs.reach(self.path, self.on or timezone.localdate(), field)
        return inside


def measure(code: str) -> registry.Measure:
    """The published measure of that name; KeyError names the ones there are."""
    try:
        return registry.book.measures[code]
    except KeyError:
        raise KeyError(f"{code}: no such measure; published: {', '.join(sorted(registry.book.measures))}") from None


def values(code: str, scope: MeasureScope, period: Period, known_at: datetime, **params: Any) -> list[registry.Row]:
    """The value for each body of the scope that has one. A body without a row is unknown, not zero."""
    return list(measure(code).run(scope, period, known_at, **params))


def combined(code: str, rows: Iterable[registry.Row]) -> int | None:
    """One number for all bodies, as the measure says (sum, lowest, highest); None where nothing is known at all."""
    known = [row.value for row in rows if row.value is not None]
    if not known:
        return None
    how = measure(code).combine
    return sum(known) if how == "sum" else min(known) if how == "min" else max(known)


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure beside what the rows give. ``computed`` None: nothing recorded."""

    code: str
    row: str
    counts: str
    bureau: str
    period: Period
    text: str
    measure: str
    params: dict[str, Any]
    scope: MeasureScope
    computed: int | None
    agrees: bool


def figure_specs(bureau: Bureau, on: date) -> tuple[Any, ...]:
    """The headline figures the bureau's pack declares."""
    figures: tuple[Any, ...] = policies.pack_for(bureau, on).section("measures").figures
    return figures


def scope_of(bureau: Bureau, kind: str, period: Period) -> MeasureScope:
    """The whole bureau, or the bureau's one body of a kind as it stood on the period's last day."""
    if kind == "bureau":
        return MeasureScope(bureau.pk)
    body = Org.objects.filter(bureau=bureau, kind=kind).order_by("sort", "id").first()
    path = orgs.path_of(body, period.last_day) if body else ""
    return MeasureScope(bureau.pk, path or "none", period.last_day)


def figures(bureau: Bureau, known_at: datetime) -> list[Figure]:
    """Every headline figure of the bureau's pack, computed from rows and compared with the text (余, 多, 以上)."""
    found = []
    for spec in figure_specs(bureau, timezone.localdate(known_at)):
        period = Period.parse(spec.period)
        scope = scope_of(bureau, spec.scope, period)
        computed = combined(spec.measure, values(spec.measure, scope, period, known_at, **spec.params))
        found.append(
            Figure(
                code=spec.code,
                row=spec.row,
                counts=str(spec.counts),
                bureau=bureau.name,
                period=period,
                text=spec.text,
                measure=spec.measure,
                params=dict(spec.params),
                scope=scope,
                computed=computed,
                agrees=computed is not None and agrees(spec.text, computed),
            )
        )
    return found
