"""The registers section of a policy pack: contact schemes, levels of honours, lists that are only names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.registers.models import Contact, Honour
from hongzhu.kit import registry
from hongzhu.kit.packs import Finding, Item, PackModel, Words, among, one_code_each


class Scheme(Item):
    """联系点 or 包保: off until the bureau has one. ``most``: overload when one person has more; none: no limit."""

    code: Annotated[str, among(Contact.Scheme.values, gettext_lazy("联系方式"))]
    active: bool = False
    most: int | None = Field(default=None, ge=1, le=100)
    visits_a_year: int | None = Field(default=None, ge=1, le=60, description="none: only listed when nobody came")
    clause: Words | None = None


class HonourLevel(Item):
    code: Annotated[str, among(Honour.Level.values, gettext_lazy("荣誉级别"))]
    order: int = 0


class NameList(Item):
    """A list the source text names without spelling it out: empty until the bureau fills it in."""

    row: str = Field(
        default="", pattern=r"^([A-M]\d{2})?$", description="row of the inventory; none: a list of the bureau's own"
    )
    items: tuple[Words, ...] = ()
    source: Words
    expected: int | None = Field(default=None, ge=1, le=50, description="as many as the name says")


class RegistersSection(PackModel):
    schemes: tuple[Scheme, ...] = ()
    honour_levels: tuple[HonourLevel, ...] = ()
    lists: tuple[NameList, ...] = ()
    # Five is local practice for titles ("five working days or more"); no national rule sets it, the officer may overtype.
    posting_days: int = Field(default=5, ge=1, le=60, description="working days a nomination is posted, as proposed")

    @model_validator(mode="after")
    def _once(self) -> Self:
        for items in (self.schemes, self.honour_levels, self.lists):
            one_code_each(items)
        return self


def guard(section: RegistersSection) -> Iterator[Finding]:
    """Says when a filled list has another number of names than its title promises."""
    for names in section.lists:
        if names.items and names.expected and len(names.items) != names.expected:
            yield Finding(
                "warn",
                "names_do_not_add_up",
                names.source,
                "certain",
                f"lists.{names.code}.items",
                _("“%(title)s”应有%(expected)s项，现有%(found)s项")
                % {"title": names.title, "expected": names.expected, "found": len(names.items)},
                _("对照文件补齐或删去多余的项"),
            )


registry.pack_section("registers", RegistersSection, guard=guard, title=gettext_lazy("登记册"))
