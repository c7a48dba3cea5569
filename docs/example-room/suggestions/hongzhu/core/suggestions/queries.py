"""What a user may read: one's own suggestions, and for those who answer all of their part of the tree."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from hongzhu.core.access import queries as access
from hongzhu.kit.perms import Perm

from . import rules
from .models import Suggestion


def visible_to(user: Any) -> QuerySet[Suggestion]:
    """Newest first, with their units."""
    reached = Q(made_by=user.pk) | Q(access.within(user, rules.REPLY, "org"))
    return Suggestion.objects.filter(reached).select_related("org").order_by("-year", "-number")


def open_suggestion(user: Any, pk: int, perm: Perm = rules.VIEW) -> Suggestion:
    """The one door: unseen is 404, seen but not permitted is 403. One's own one may always read."""
    suggestion = get_object_or_404(visible_to(user), pk=pk)
    if perm != rules.VIEW or suggestion.made_by_id != user.pk:
        access.check(user, perm, suggestion.org)
    return suggestion


def unanswered(user: Any) -> QuerySet[Suggestion]:
    """What waits for the user's answer, longest first; one's own never do."""
    mine = Q(made_by=user.pk)
    found = Suggestion.objects.filter(access.within(user, rules.REPLY, "org"), status=Suggestion.Status.OPEN)
    return found.exclude(mine).select_related("org").order_by("made_at", "id")
