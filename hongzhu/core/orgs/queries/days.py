"""What holds on a day. Dates are half-open."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def on_day(on: date, prefix: str = "") -> Q:
    """Rows of a dated relation that hold on ``on``."""
    return Q(**{f"{prefix}from_on__lte": on}) & (
        Q(**{f"{prefix}to_on__isnull": True}) | Q(**{f"{prefix}to_on__gt": on})
    )


def existing(on: date) -> Q:
    """Bodies that exist on ``on``: opened, and not yet closed."""
    return Q(opened_on__lte=on) & (Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def existing_in(first: date, last: date) -> Q:
    """Bodies that existed on some day from ``first`` to ``last``."""
    return Q(opened_on__lte=last) & (Q(closed_on__isnull=True) | Q(closed_on__gt=first))
