"""Work for the clock: the country's calendar of the next year, as soon as the installed package knows it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from . import actions


@registry.task("policies.calendar", title=_("载入国家节假日"), every=24 * 3600)
def load_calendar(now: datetime) -> int:
    """Idempotent: days already kept stay as they are. Returns how many are new."""
    return actions.seed_calendar(years=range(actions.FIRST_CALENDAR_YEAR, now.year + 3))
