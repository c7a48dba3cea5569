"""Who may propose and who may answer. Pure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import EVERYONE
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict

from .models import Suggestion

VIEW = registry.perm("suggestions.view", _("查看意见建议"), roles=EVERYONE)
MAKE = registry.perm("suggestions.make", _("提意见建议"), roles=EVERYONE)
REPLY = registry.perm("suggestions.reply", _("答复意见建议"), roles=(Role.PARTY_OFFICE,))


def can_be_answered(suggestion: Suggestion, account_id: int) -> Verdict:
    """Once, and by another person than the one who made it."""
    if suggestion.status != Suggestion.Status.OPEN:
        return Verdict(False, _("这条建议已经答复过了，刷新页面就能看到答复。"))
    if suggestion.made_by_id == account_id:
        return Verdict(False, _("不能答复自己提的建议，请另一位同事答复。"))
    return Verdict(True)


def chip(suggestion: Suggestion) -> Chip:
    """How its status looks."""
    answered = suggestion.status == Suggestion.Status.ANSWERED
    return Chip(suggestion.get_status_display(), *(("ok", "tick") if answered else ("go", "ring")))
