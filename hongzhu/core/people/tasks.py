"""Every hour: forget uploaded sheets nobody confirmed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hongzhu.core.people import actions
from hongzhu.kit import registry


@registry.task("people.sweep_uploads", title=_("清理没有确认的导入表"), every=3600)
def sweep(now: datetime) -> int:
    """How many sheets went; running it twice changes nothing."""
    return actions.sweep_uploads(now=now)
