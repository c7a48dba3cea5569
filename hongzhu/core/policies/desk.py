"""Menu entries, addresses and doors of this room."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access import queries as access
from hongzhu.kit import registry

from . import queries, rules
from .models import MonthlyGuide, PackVersion

registry.menu(
    registry.Menu(
        name="guides",
        title=_("每月提示"),
        url_name="policies:guide_list",
        order=60,
        shown=lambda user: access.may(user, rules.READ_GUIDE),
        icon="calendar",
    )
)
registry.menu(
    registry.Menu(
        name="policies",
        title=_("制度"),
        url_name="policies:pack_list",
        order=80,
        shown=lambda user: access.may(user, rules.READ),
        icon="book",
    )
)


@registry.link("policies.packversion")
def version_link(pk: int) -> str:
    return reverse("policies:version_page", args=[pk])


@registry.door("policies.packversion")
def version_door(user: Any, pk: int) -> PackVersion:
    return queries.open_version(user, pk)


@registry.link("policies.monthlyguide")
def guide_link(pk: int) -> str:
    return reverse("policies:guide_page", args=[pk])


@registry.door("policies.monthlyguide")
def guide_door(user: Any, pk: int) -> MonthlyGuide:
    return queries.open_guide(user, pk)
