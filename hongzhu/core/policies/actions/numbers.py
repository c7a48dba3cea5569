"""Number series without gaps."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import F

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies.models import NumberSeries


def next_number(*, bureau: Bureau, key: str, year: int) -> int:
    """The next number of a series, without gaps: it belongs to the caller's transaction and goes back with it.

    Take several series in the sorted order of their keys. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction of the act that uses the number")
    series: dict[str, Any] = {"bureau": bureau, "key": key, "year": year}
    if not NumberSeries.objects.filter(**series).update(last=F("last") + 1):
        NumberSeries.objects.get_or_create(**series)
        NumberSeries.objects.filter(**series).update(last=F("last") + 1)
    # The UPDATE holds the row's lock until commit, so nobody else stands between it and this read.
    return NumberSeries.objects.values_list("last", flat=True).get(**series)
