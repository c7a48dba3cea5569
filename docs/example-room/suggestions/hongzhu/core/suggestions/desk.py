"""Where the room shows itself: the menu, what waits, links."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry
from hongzhu.kit.registry import Due

from . import queries, rules
from .models import Suggestion

SHOWN = 5

registry.menu(
    registry.Menu(
        name="suggestions",
        title=_("意见建议"),
        url_name="suggestions:suggestion_list",
        order=90,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="edit",
    )
)


@registry.link("suggestions.suggestion")
def suggestion_url(pk: int) -> str:
    return reverse("suggestions:suggestion", args=[pk])


@registry.door("suggestions.suggestion")
def suggestion_door(user: Any, pk: int) -> Suggestion:
    return queries.open_suggestion(user, pk)


@registry.waiting("suggestions")
def waiting(user: Any, today: date) -> list[Due]:
    """The oldest suggestions without an answer, for those who answer. One query."""
    if not access.may(user, rules.REPLY):
        return []
    return [
        Due(
            title=str(row),
            text=row.org.name,
            url=reverse("suggestions:suggestion_reply", args=[row.pk]),
            action=gettext("答复"),
        )
        for row in queries.unanswered(user)[:SHOWN]
    ]
