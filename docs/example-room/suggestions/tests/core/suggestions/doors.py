"""Doors of the suggestions room: everybody proposes, the maker and the Party office see, the Party office answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongzhu.core.suggestions import actions
from hongzhu.core.suggestions.models import Suggestion
from tests.doors import Door, expect


def a_suggestion(cast: Any) -> Suggestion:
    """The member of the branch proposes something."""
    return actions.make(
        org=cast.branch, about="WORK", text="通知合并成一周一次", by=cast.actor("member"), on=date(2026, 11, 20)
    )


def key(suggestion: Suggestion) -> dict[str, int]:
    return {"pk": suggestion.pk}


ADMINS = {"anonymous": 302, "system_admin": 403, "security_admin": 403, "audit_admin": 403}
TYPED = {"about": "PLATFORM", "text": "记录表加一行"}

DOORS = [
    Door("suggestions:suggestion_list", "GET", expect(rest=200, **ADMINS)),
    Door("suggestions:suggestion_new", "GET", expect(rest=200, **ADMINS)),
    Door("suggestions:suggestion_new", "POST", expect(rest=302, **ADMINS), data=lambda it: TYPED),
    Door(
        "suggestions:suggestion",
        "GET",
        expect(rest=404, anonymous=302, member=200, party_office=200),
        make=a_suggestion,
        kwargs=key,
    ),
    Door(
        "suggestions:suggestion_reply",
        "GET",
        expect(rest=404, anonymous=302, member=403, party_office=200),
        make=a_suggestion,
        kwargs=key,
    ),
    Door(
        "suggestions:suggestion_reply",
        "POST",
        expect(rest=404, anonymous=302, member=403, party_office=302),
        make=a_suggestion,
        kwargs=key,
        data=lambda it: {"text": "下周起照办"},
    ),
]
