"""How the duties of bodies stand, for tables that would otherwise ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.dates import SHANGHAI, Period

from .figures import Totals, ask, grid, total
from .sql import Scope

# The four of 三会一课 and 主题党日 that summaries ask for, by the tag of their duty.
TAGS = ("members_meeting", "committee_meeting", "team_meeting", "lecture", "theme_day")


def held_by_units(ids: Iterable[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """``obligations.*`` of bodies for the year up to a day. A fixed number of queries for each bureau.

    A duty that does not apply to a body is left out; so are sittings whose time has not come.
    """
    wanted = list(ids)
    known_at = datetime.combine(on, time.max, SHANGHAI)
    told: dict[int, dict[str, Any]] = {}
    for bureau in Bureau.objects.filter(pk__in=Org.objects.filter(pk__in=wanted).order_by().values("bureau")):
        question = ask(bureau, Period.year(on.year), known_at)
        tag_of = {due.duty.code: due.duty.tag for due in question.dues}
        found: dict[int, dict[str, list[Totals]]] = defaultdict(lambda: defaultdict(list))
        for (body, duty), totals in grid(question, Scope(bureau.pk, bodies=tuple(wanted))).items():
            if totals.due > totals.ahead:
                found[body][tag_of[duty]].append(totals)
        for body, by_tag in found.items():
            told[body] = _told({tag: total(rows) for tag, rows in by_tag.items()})
    return {
        pk: {
            code: value for name, value in row.items() if (code := f"obligations.{name}") in codes and value is not None
        }
        for pk, row in told.items()
    }


def _told(by_tag: dict[str, Totals]) -> dict[str, Any]:
    whole = total(list(by_tag.values()))
    row: dict[str, Any] = _figures("all", whole)
    row["rate"] = Decimal(whole.rate) / 10 if whole.rate is not None else None
    row["unseen"] = whole.unseen
    for tag in TAGS:
        if tag in by_tag:
            row |= _figures(tag, by_tag[tag])
    return row


def _figures(name: str, totals: Totals) -> dict[str, int]:
    return {
        f"{name}_due": totals.due - totals.ahead,
        f"{name}_held": totals.held,
        f"{name}_in_time": totals.good,
        f"{name}_made_up": totals.made_up,
    }
