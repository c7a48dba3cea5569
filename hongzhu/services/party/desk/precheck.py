"""In June and December the pre-check stands on the desk of whoever keeps or approves Party affairs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Due
from hongzhu.services.party import rules
from hongzhu.services.party.engine import precheck as engine
from hongzhu.services.party.queries import precheck as queries


@registry.waiting("party_precheck")
def before_the_closing(user: Any, today: date) -> list[Due]:
    """How many rows will not balance, until the closing day; outside the run-ups nothing is asked of the database."""
    grant = access.acting_grant(user)
    if grant is None or not (access.may(user, rules.KEEP) or access.may(user, rules.APPROVE)):
        return []
    closes = engine.closing_of(today, queries.windows(grant.org.bureau, today))
    if closes is None:
        return []
    found = queries.findings(user, grant.org.bureau, today)
    if not found:
        return []
    return [
        Due(
            title=_("党统预检"), text=_("%s条要补正") % len(found), url=reverse("party:precheck"), action=_("去补正"),
            due_on=closes, urgent=today == closes,
        )
    ]  # fmt: skip
