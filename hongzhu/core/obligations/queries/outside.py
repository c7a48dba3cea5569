"""The duties that have no column in the gap grid: most are owed once a year (书记讲党课, 民主生活会), some to a campaign."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from hongzhu.core.obligations.engine import Duty, due_in
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.dates import Period

from .duties import Book, terms_of
from .figures import Totals, asking, grid, total
from .sql import Scope


@dataclass(frozen=True, slots=True)
class OutsideLine:
    """One duty over the year, for all bodies of the scope together."""

    duty: Duty
    totals: Totals


def outside(bureau: Bureau, year: int, known_at: datetime, scope: Scope) -> list[OutsideLine]:
    """What falls due in a year and is not in the grid, in the pack's order; duties nobody of the scope owes are left out.

    The whole year: a duty of the year is not due before it ends, so shorter periods would never show it.
    """
    asked = Period.year(year)
    dues = due_in(Book(bureau), asked.start, asked.end, terms_of(bureau))
    question = asking(bureau, [due for due in dues if not due.duty.show_in_grid], known_at)
    by_duty: dict[str, list[Totals]] = defaultdict(list)
    for (_body, code), found in grid(question, scope).items():
        by_duty[code].append(found)
    duties = {due.duty.code: due.duty for due in question.plan_dues()}
    lines = [OutsideLine(duty, total(by_duty[code])) for code, duty in duties.items() if code in by_duty]
    return sorted((line for line in lines if line.totals.due), key=lambda line: line.duty.order)
