"""Messages of one account."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hongzhu.core.documents.models import Message


def messages_of(user: Any) -> QuerySet[Message]:
    """The user's own messages, newest first: nobody reads another's."""
    return Message.objects.filter(account=user.pk).order_by("-created_at", "-id")


def unread_count(user: Any) -> int:
    return Message.objects.filter(account=user.pk, read_at__isnull=True).count()
