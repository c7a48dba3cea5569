"""The people section of a policy pack: posts a body must fill, and the dated regimes of school leadership."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.orgs.models import Kind as OrgKind
from hongzhu.core.people.models import PostKind
from hongzhu.kit import registry
from hongzhu.kit.packs import Code, Finding, Item, Mistake, PackModel, Sourced, Words, among, one_code_each

OrgKindCode = Annotated[str, among(OrgKind.values, gettext_lazy("机构类别"))]
PostKindCode = Annotated[str, among(PostKind.values, gettext_lazy("职务"))]


class Seats(Item, Sourced):
    """How many holders of a post each body of a kind should have; default of Establishment."""

    bearers: tuple[OrgKindCode, ...] = Field(min_length=1)
    post: PostKindCode
    seats: int = Field(ge=1, le=30)
    most: int | None = Field(default=None, ge=1, le=30)
    min_full_members: int | None = Field(default=None, ge=0)
    max_full_members: int | None = Field(default=None, ge=0)
    active: bool = True


class RegimeMeeting(Item, Sourced):
    """One meeting of a regime: who calls it, who must be there, how it decides."""

    kind: Code = Field(description="code of activities.kinds")
    called_by: PostKindCode
    attendance: tuple[int, int] = Field(description="at least this share of those due, e.g. [1, 2]")
    attendance_appointments: tuple[int, int] | None = None
    decides: Literal["vote", "principal"]
    note: Words | None = None


class Regime(Item, Sourced):
    """How a school is led, from one day to another."""

    from_on: date
    to_on: date | None = Field(default=None, description="first day no longer in force")
    meetings: tuple[RegimeMeeting, ...] = ()
    areas: tuple[Item, ...] = Field(default=(), description="matters in which the Party organisation takes part (A18)")
    opinion_first: bool = Field(default=False, description="a major decision without its recorded opinion is flagged")
    active: bool = True

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.to_on is not None and self.to_on <= self.from_on:
            raise Mistake(_("结束日期不晚于开始日期"), "to_on")
        one_code_each(self.meetings)
        one_code_each(self.areas)
        return self


class Limit(Item, Sourced):
    """One number of the rules on branches and members (3 full members make a branch, 50 are many)."""

    value: int = Field(ge=0, le=10_000)


class PeopleSection(PackModel):
    """Posts to fill, numbers of the branch rules, regimes of school leadership."""

    seats: tuple[Seats, ...] = ()
    limits: tuple[Limit, ...] = ()
    regimes: tuple[Regime, ...] = ()
    combined_posts: bool = Field(
        default=False, description="one person as secretary and principal is the bureau's model (A19)"
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        one_code_each(self.seats)
        one_code_each(self.limits)
        one_code_each(self.regimes)
        return self


def guard(section: PeopleSection) -> Iterator[Finding]:
    """Nothing the burden rules bar can be written in this section."""
    yield from ()


registry.pack_section("people", PeopleSection, guard=guard, title=gettext_lazy("人员"))
