"""Sheets of past admission steps on the desk of the superior who confirms them, and where an entry about one leads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Due
from hongzhu.services.party import rules
from hongzhu.services.party.models import PastSheet
from hongzhu.services.party.queries import admission_past as queries


@registry.link("party.pastsheet")
def sheet_url(pk: int) -> str:
    return reverse("party:admission_past_sheet", args=[pk])


@registry.door("party.pastsheet")
def sheet_door(user: Any, pk: int) -> PastSheet:
    return queries.open_sheet(user, pk)


@registry.waiting("party_admission_past")
def waiting(user: Any, today: date) -> list[Due]:
    """One line: so many sheets wait for the user's word. One query."""
    if not access.may(user, rules.LEAD):
        return []
    found = list(queries.waiting_for(user))
    if not found:
        return []
    first = found[-1]
    return [
        Due(
            title=_("发展党员补录待确认%s份") % len(found),
            text=_("%(who)s送的，%(n)s人") % {"who": first.sent_by, "n": len(first.rows)},
            url=sheet_url(first.pk),
            action=_("查看"),
            due_on=None,
            urgent=False,
        )
    ]
