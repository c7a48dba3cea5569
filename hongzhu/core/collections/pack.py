"""The collections section of a policy pack: what a typed cell costs, how long a table is recent, what a year may cost."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from pydantic import Field

from hongzhu.kit import registry
from hongzhu.kit.packs import PackModel


class CollectionsSection(PackModel):
    """Costs are the bureau's own estimate: seconds for a typed cell, for looking over a pre-filled one, for opening a table."""

    seconds_typed: int = Field(default=20, ge=1, le=3600)
    seconds_checked: int = Field(default=2, ge=0, le=600)
    seconds_opening: int = Field(default=180, ge=0, le=36_000)
    seconds_part: int = Field(default=900, ge=0, le=36_000, description="writing under one heading of a report")
    recent_days: int = Field(
        default=90, ge=1, le=730, description="a table asked again within so many days is a duplicate"
    )
    same_percent: int = Field(
        default=80, ge=1, le=100, description="from so many per cent of its columns on it is the same table again"
    )
    budget_minutes: int | None = Field(
        default=None, ge=1, le=100_000, description="minutes a unit may be asked for in a year"
    )


registry.pack_section("collections", CollectionsSection, title=gettext_lazy("收表"))
