"""How far back the months of a bureau are closed."""

from __future__ import annotations

from datetime import date, timedelta

from hongzhu.core.credits import queries as credits
from hongzhu.core.obligations.pack import LOCK_DAYS
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period


def sealed_until(bureau_id: int, on: date) -> date | None:
    """The first day of the last month that is closed and holds records: what is laid down from that day on or before
    would move values already taken (architecture, rules 3 and 6). None while nothing recorded is closed yet.
    """
    first = credits.first_day(bureau_id)
    if first is None:
        return None
    pack = policies.pack_for(Bureau.objects.get(pk=bureau_id), on)
    days = min((duty.lock_days for duty in pack.section("obligations").duties), default=LOCK_DAYS)
    month = Period.covering("month", on)
    while month.end + timedelta(days=days) > on:
        month = month.prev()
    return month.start if month.end > first else None
