"""When the store is swept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hongzhu.kit import registry

from . import actions


@registry.task("files.sweep", title=_("清理无人引用的附件"), every=24 * 60 * 60)
def sweep(now: datetime) -> None:
    actions.sweep(now=now)
