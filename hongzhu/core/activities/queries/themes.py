"""Themes of a year: which ones of a body repeat, and those of all bodies side by side (B06). Told, not judged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum

from hongzhu.core.access import queries as access
from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import Act, ActBody, Output, Plan
from hongzhu.core.activities.pack import ActKind
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Org

from .acts import visible_to

SERVICE_HOURS = "service_hours"


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of one month: held in ``act``, or only planned (``act`` None). ``again``: nearly that of another month."""

    month: int
    text: str
    held_on: date | None = None
    act: int | None = None
    again: bool = False


@dataclass(slots=True)
class ThemeLine:
    """One body's year of themes, and the hours of service written down at these acts."""

    org: Org
    themes: list[Theme] = field(default_factory=list)
    hours: int = 0

    @property
    def cells(self) -> list[tuple[int, list[Theme]]]:
        """Twelve months; what was held hides what had been planned for the month."""
        found: list[tuple[int, list[Theme]]] = []
        for month in range(1, 13):
            here = [theme for theme in self.themes if theme.month == month]
            found.append((month, [theme for theme in here if theme.act] or here))
        return found

    @property
    def again(self) -> int:
        """How many themes repeat another month's."""
        return sum(theme.again for _month, themes in self.cells for theme in themes)


def _marked(themes: list[Theme]) -> list[Theme]:
    doubled = {place for pair in engine.alike_themes([(row.month, row.text) for row in themes]) for place in pair}
    return [
        Theme(row.month, row.text, row.held_on, row.act, place in doubled) for place, row in enumerate(themes)
    ]  # fmt: skip


def _themes(user: Any, bodies: Any, kind: str, year: int) -> dict[int, list[Theme]]:
    """body → what was held and planned, by month. Two queries."""
    found: dict[int, list[Theme]] = defaultdict(list)
    held = (
        ActBody.objects.filter(org__in=bodies, kind=kind, act__held_on__year=year, act__in=visible_to(user).order_by().values("pk"))
        .exclude(act__status=Act.Status.VOIDED)
        .order_by("act__held_on", "act")
    )  # fmt: skip
    for org, act, text, held_on in held.values_list("org", "act", "act__theme", "act__held_on"):
        found[org].append(Theme(held_on.month, text, held_on, act))
    planned = Plan.objects.filter(body__in=bodies, kind=kind, month_on__year=year).order_by("month_on")
    for org, month_on, text in planned.values_list("body", "month_on", "theme"):
        found[org].append(Theme(month_on.month, text))
    return found


def doubled_themes(user: Any, body: Org, kind: str, year: int) -> list[tuple[Theme, Theme]]:
    """Pairs of themes of different months of a body that are the same or nearly so: planned ones and held ones."""
    themes = _themes(user, [body.pk], kind, year).get(body.pk, [])
    once: dict[tuple[int, str, int, str], tuple[Theme, Theme]] = {}
    for places in engine.alike_themes([(row.month, row.text) for row in themes]):
        one, other = sorted((themes[place] for place in places), key=lambda row: row.month)
        once[one.month, one.text, other.month, other.text] = (one, other)
    return [once[key] for key in sorted(once)]


def theme_lines(user: Any, kind: ActKind, year: int) -> list[ThemeLine]:
    """Every body in reach that may hold such acts and existed that year, in the bureau's own order. Four queries."""
    last = date(year, 12, 31)
    bodies = access.orgs_where(user, rules.COMPARE).filter(
        orgs.existing_in(date(year, 1, 1), last), kind__in=kind.scope
    )
    found = {org.pk: ThemeLine(org) for org in bodies}
    ids = bodies.order_by().values("pk")
    for org, themes in _themes(user, ids, kind.code, year).items():
        found[org].themes = sorted(_marked(themes), key=lambda row: row.month)
    hours = (
        Output.objects.filter(kind=SERVICE_HOURS, act__held_on__year=year, act__bodies__org__in=ids, act__bodies__kind=kind.code)
        .exclude(act__status=Act.Status.VOIDED)
        .order_by()
        .values_list("act__bodies__org")
        .annotate(n=Sum("count"))
    )  # fmt: skip
    for org, n in hours:
        found[org].hours = n
    return list(found.values())
