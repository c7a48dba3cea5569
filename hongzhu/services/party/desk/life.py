"""What waits about appraisals: a meeting was held and its counts are not entered yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import BRANCH_KINDS
from hongzhu.kit import registry
from hongzhu.kit.registry import Due
from hongzhu.services.party import rules
from hongzhu.services.party.queries import life as queries

CLOSES = (3, 31)  # the year's meetings are over by the end of March


@registry.waiting("party_life")
def counts_waiting(user: Any, today: date) -> list[Due]:
    """For the branch that appraised its members and has not entered the counts."""
    grant = access.acting_grant(user)
    if grant is None or grant.org.kind not in BRANCH_KINDS or not access.may(user, rules.KEEP):
        return []
    year = queries.usual_year(today)
    act = queries.counted_short(grant.org, year)
    if act is None:
        return []
    due_on = date(year + 1, *CLOSES)
    return [
        Due(
            title=_("民主评议测评票数"),
            text=_("%(year)s年度已经开会评议，票数还没有登记") % {"year": year},
            url=reverse("party:life_count", args=[grant.org_id, year]),
            action=_("登记票数"),
            due_on=due_on,
            urgent=today >= due_on,
        )
    ]
