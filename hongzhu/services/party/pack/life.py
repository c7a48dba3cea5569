"""The life part of the party section: yearly appraisal, steps of the organisation-life meeting, statistics, structure."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.people.models import PostKind
from hongzhu.core.registers.models import Honour, Title
from hongzhu.kit.packs import Code, Item, Mistake, MonthDay, PackModel, Sourced, Words, among, one_code_each

TitleKind = Annotated[str, among(Title.Kind.values, gettext_lazy("专业称号"))]
TitleLevel = Annotated[str, among(Honour.Level.values, gettext_lazy("级别"))]
PostCode = Annotated[str, among(PostKind.values, gettext_lazy("职务"))]
GradeCode = Annotated[str, among(("excellent", "qualified", "basic", "unqualified"), gettext_lazy("评议等次"))]


class Grade(Item):
    """One grade of the appraisal, in the order of the sheet."""

    code: GradeCode


class Cap(Sourced):
    """优秀 generally at most ``share`` of the members, rounded down; above it only with the superior's approval."""

    share: tuple[int, int] = Field(description="[1, 3]: a third")
    of: Literal["members", "graded"] = Field(default="members", description="all members, or those who get a grade")

    @model_validator(mode="after")
    def _share(self) -> Self:
        above, below = self.share
        if not 0 < above <= below:
            raise Mistake(_("写成 [1, 3] 这样的比例，不超过1"), "share")
        return self


class LifeStepSpec(Item, Sourced):
    """One step of the organisation-life meeting. ``counted``: what its number counts; ``kind``: the act that does it."""

    counted: Words | None = None
    kind: Code | None = Field(default=None, description="done by the year's act of this kind, not ticked by hand")


class Closing(Sourced):
    """A day on which statistics are closed (党统), and from which day on the pre-check stands on the desk."""

    day: MonthDay
    remind_from: MonthDay


class Structure(PackModel):
    """Which titles and posts the structure line of a branch counts (B38). One person may count in several."""

    titles: tuple[TitleKind, ...] = ("SUBJECT_LEADER", "BACKBONE", "EXPERT_TEACHER")
    levels: tuple[TitleLevel, ...] = ("CITY", "COUNTY")
    posts: tuple[PostCode, ...] = ("MIDDLE_MANAGER", "GRADE_HEAD", "CLASS_TEACHER")


class LifePart(PackModel):
    """Filled by its own file of the pack; empty in a pack that says nothing about it."""

    grades: tuple[Grade, ...] = ()
    cap: Cap | None = None
    probationary_graded: bool = False
    steps: tuple[LifeStepSpec, ...] = ()
    closings: tuple[Closing, ...] = ()
    structure: Structure = Structure()

    @model_validator(mode="after")
    def _once(self) -> Self:
        for items in (self.grades, self.steps):
            one_code_each(items)
        return self
