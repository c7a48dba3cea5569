"""Once a day: forget old drafts, form tokens and ended sign-ins."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from . import actions


@registry.task("access.sweep", title=_("清理过期的草稿、表单凭据和登录"), every=24 * 3600)
def sweep(now: datetime) -> int:
    """How many rows went; running it twice changes nothing."""
    return actions.sweep(now=now)
