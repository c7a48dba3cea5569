"""Messages of one account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from hongzhu.core.documents.models import Message


def messages_of(user: Any) -> QuerySet[Message]:
    """The user's own messages, newest first: nobody reads another's."""
    return Message.objects.filter(account=user.pk).order_by("-created_at", "-id")


def unread_count(user: Any) -> int:
    return Message.objects.filter(account=user.pk, read_at__isnull=True).count()


def failed_since(moment: datetime) -> int:
    """How many messages written since then were given up by the gateway."""
    return Message.objects.filter(state=Message.State.FAILED, created_at__gte=moment).count()
