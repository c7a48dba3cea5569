"""Who looks at the bureau's figures, and who takes values for a decision. Pure."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Role
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip

VIEW = registry.perm("measures.view", _("核对数字"), roles=(Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.INSPECTOR))
TAKE = registry.perm("measures.take", _("留存数字"), roles=(Role.PARTY_OFFICE,))


def chip(*, computed: int | Decimal | None, agrees: bool) -> Chip:
    """How a headline figure stands: nothing recorded is not a disagreement, and no zero."""
    if computed is None:
        return Chip(_("没有记录"), "plain", "dash")
    return Chip(_("相符"), "ok", "tick") if agrees else Chip(_("不符"), "mind", "dia")
