"""The admission part of the party section of a policy pack: stages, steps, papers, notices, probation."""

from __future__ import annotations

from typing import Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from hongzhu.kit.packs import Amount, Code, Item, Level, Mistake, PackModel, Sourced, Words, by_code, one_code_each

Unit = Literal["workdays", "months"]
Who = Literal["applicant", "branch", "superior"]
Role = Literal["CONTACT", "INTRODUCER"]


class Clock(Sourced):
    """How long after another step: ``at_least`` opens the step, ``at_most`` ends its time. ``level``: refuse or warn.

    An "at least" clock that only warns says from when the step is usual. ``redo``: past this limit the step named there has to be done anew (approval later than six months).
    """

    since: Code
    sense: Literal["at_least", "at_most"]
    n: int = Field(ge=1, le=120)
    unit: Unit
    level: Level
    redo: Code | Literal[""] = ""


class Repeat(Sourced):
    """A step done again and again: every ``months``; ``times`` at least before what comes after; ends with ``until``."""

    months: int = Field(ge=1, le=24)
    times: int = Field(ge=1, le=12)
    since: Code
    until: Code


class Named(Sourced):
    """Full members named before a step: how many of which role."""

    role: Role
    least: int = Field(ge=1, le=9)
    most: int = Field(ge=1, le=9)


class Hours(Sourced):
    """Class hours a training has at least."""

    least: int = Field(ge=1, le=500)
    level: Level


class Step(Item, Sourced):
    """One of the steps. ``needs``: steps without which it cannot be done. ``decides``: a decision of the superior.

    ``notice``: a public notice that is over before the step. ``at_end``: done when the probation is over. ``short`` heads
    a column.
    """

    number: int = Field(ge=1, le=99)
    stage: Code
    short: Words
    who: Who
    needs: tuple[Code, ...] = ()
    clocks: tuple[Clock, ...] = ()
    vote: bool = False
    decides: bool = False
    at_end: bool = False
    notice: Code | Literal[""] = ""
    named: Named | None = None
    hours: Hours | None = None
    repeat: Repeat | None = None
    hint: Words | None = None


class Paper(Item, Sourced):
    """A paper seen before a step can be done. ``personnel``: it goes into the personnel file."""

    before: Code
    personnel: bool = False


class Notice(Item, Sourced):
    """A point at which a notice is posted: after one step, and how many working days it stays, at least."""

    after: Code
    days: int = Field(ge=1, le=60)
    kind: Words


class Probation(PackModel):
    """How long, from which meeting, and how it may be extended (months)."""

    since: Code
    decided_at: Code
    approved_at: Code
    months: Amount
    extensions: Amount
    extended_least: Amount
    extended_most: Amount


class Majority(Sourced):
    """More than ``share`` of those entitled are present, and more than ``share`` of those entitled agree."""

    present: tuple[int, int] = (1, 2)
    favour: tuple[int, int] = (1, 2)


class AdmissionPart(PackModel):
    """Filled by its own file of the pack; empty in a pack that says nothing about it."""

    min_age: Amount | None = None
    rolls_over_days_off: Sourced | None = Field(
        default=None, description="a limit ending on a day off: next working day"
    )
    majority: Majority | None = None
    probation: Probation | None = None
    stages: tuple[Item, ...] = ()
    steps: tuple[Step, ...] = ()
    papers: tuple[Paper, ...] = ()
    notices: tuple[Notice, ...] = ()
    sources: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _names_meet(self) -> Self:
        """Every code that is used exists, and needs lead backwards: a way without a circle."""
        for items in (self.stages, self.steps, self.papers, self.notices, self.sources):
            one_code_each(items)
        steps, stages, notices = by_code(self.steps), by_code(self.stages), by_code(self.notices)
        for step in self.steps:
            where = ("steps", step.code)
            if step.stage not in stages:
                raise Mistake(_("没有叫“%s”的阶段") % step.stage, *where)
            if step.notice and step.notice not in notices:
                raise Mistake(_("没有叫“%s”的公示节点") % step.notice, *where)
            for need in step.needs:
                if need not in steps or steps[need].number >= step.number:
                    raise Mistake(_("“%s”不是排在前面的步骤") % need, *where)
            used = [clock.since for clock in step.clocks] + [clock.redo for clock in step.clocks if clock.redo]
            used += [step.repeat.since, step.repeat.until] if step.repeat else []
            if missing := [code for code in used if code not in steps]:
                raise Mistake(_("没有叫“%s”的步骤") % missing[0], *where)
        for thing, code in [(one.code, one.before) for one in self.papers] + [(n.code, n.after) for n in self.notices]:
            if code not in steps:
                raise Mistake(_("“%(thing)s”所指的步骤“%(code)s”不存在") % {"thing": thing, "code": code})
        if self.steps and (self.probation is None or self.majority is None or self.min_age is None):
            raise Mistake(_("有步骤就要有预备期、表决和年龄的规定"))
        return self
