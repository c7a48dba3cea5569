"""When the outbox is emptied."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from . import actions


@registry.task("documents.deliver", title=_("发出待发消息"), every=60)
def deliver(now: datetime) -> None:
    actions.deliver(now=now)
