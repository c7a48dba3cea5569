"""What these pages share: how long a page is, and up to when is known what they tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

LINES_A_PAGE = 200


def known_at(on: date) -> datetime:
    """The end of a day, or now where the day has not ended."""
    now = timezone.now()
    ended = timezone.make_aware(datetime.combine(on + timedelta(days=1), datetime.min.time())) - timedelta(
        microseconds=1
    )
    return min(now, ended)
