"""The menu entry of the bureau's figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry

from . import rules

registry.menu(
    registry.Menu(
        name="measures",
        title=_("数字"),
        url_name="measures:figures",
        order=70,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="scale",
    )
)
