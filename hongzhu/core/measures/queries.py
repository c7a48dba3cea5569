"""Running published measures over a scope, and the headline figures a bureau's pack declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.policies import queries as policies
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.kit.quantity import agrees

from . import rules
from .models import TakenValue


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
    """One headline figure beside what the rows give, in the unit of the text. ``computed`` None: nothing recorded."""

    code: str
    row: str
    counts: str
    bureau: str
    period: Period
    text: str
    measure: str
    params: dict[str, Any]
    scope: MeasureScope
    computed: int | Decimal | None
    agrees: bool

    @property
    def title(self) -> Any:
        """What the measure itself is called."""
        return measure(self.measure).title


def figure_specs(bureau: Bureau, on: date) -> tuple[Any, ...]:
    """The headline figures the bureau's pack declares; none where it has no pack yet."""
    try:
        pack = policies.pack_for(bureau, on)
    except policies.NoPack:
        return ()
    figures: tuple[Any, ...] = pack.section("measures").figures
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
    return [_figure(bureau, spec, known_at) for spec in figure_specs(bureau, timezone.localdate(known_at))]


def _figure(bureau: Bureau, spec: Any, known_at: datetime) -> Figure:
    period = Period.parse(spec.period)
    scope = scope_of(bureau, spec.scope, period)
    computed = _in_units(
        combined(spec.measure, values(spec.measure, scope, period, known_at, **spec.params)), measure(spec.measure).per
    )
    return Figure(
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
        agrees=computed is not None
        and agrees(spec.text, computed if isinstance(computed, int) else Fraction(computed)),
    )


def _in_units(value: int | None, per: int) -> int | Decimal | None:
    """29000000 fen as 290000 yuan; a part of a unit stays visible (29000001 is 290000.01)."""
    if value is None or per == 1:
        return value
    return value // per if value % per == 0 else Decimal(value) / per


def open_bureau(user: Any) -> Bureau:
    """The door to a bureau's figures: those who may look at numbers in the whole bureau; others 403."""
    access.require(user, rules.VIEW)
    root = Org.objects.filter(bureau=access.bureau_of(user), kind="BUREAU").select_related("bureau").first()
    if root is None or not access.holds(user, rules.VIEW, root):
        raise PermissionDenied(_("你只看得到全局的一部分，核对全局的数字要由教育局办理。"))
    return root.bureau


def open_figure(bureau: Bureau, code: str, known_at: datetime) -> Figure:
    """One headline figure of the bureau's pack by its code; 404 when the pack has none such."""
    for spec in figure_specs(bureau, timezone.localdate(known_at)):
        if spec.code == code:
            return _figure(bureau, spec, known_at)
    raise Http404


def rows_behind(figure: Figure, known_at: datetime) -> QuerySet[Any]:
    """The records a figure counts: what the room that publishes the measure says they are; 404 when it says nothing."""
    run = measure(figure.measure).rows
    if run is None:
        raise Http404
    found: QuerySet[Any] = run(figure.scope, figure.period, known_at, **figure.params)
    return found


def address_of(thing: Any) -> str:
    """Where a record opens, by the link its room declared; "" when it declared none."""
    link = registry.book.links.get(thing._meta.label_lower)
    return link(thing.pk) if link else ""


def taken(bureau: Bureau, taken_for: str) -> QuerySet[TakenValue]:
    """What was taken for one decision, by measure and body."""
    found = TakenValue.objects.filter(bureau=bureau, taken_for=taken_for).select_related("org")
    return found.order_by("measure", "period", "org__sort", "org_id")


def replayed(kept: TakenValue) -> registry.Row | None:
    """The same value asked again as of the same moment; None where no row comes back. Proves that nothing was rewritten."""
    period = Period.parse(kept.period)
    rows = values(kept.measure, MeasureScope(kept.bureau_id), period, kept.known_at, **kept.params)
    return next((row for row in rows if row.org_id == kept.org_id), None)
