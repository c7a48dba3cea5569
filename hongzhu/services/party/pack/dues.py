"""The dues part of the party section of a policy pack: rates, rounding, clocks and limits. Money in fen."""

from __future__ import annotations

from typing import Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from hongzhu.kit.packs import Amount, Item, Mistake, PackModel, Sourced, Words, one_code_each


class Bracket(PackModel):
    """Up to this monthly base (fen, included; None: without end) one rate holds for the WHOLE base."""

    upto: int | None = Field(default=None, gt=0)
    rate: int = Field(ge=0, le=1000, description="basis points: 50 is 0.5 %")


class DuesTable(Item, Sourced):
    """How one kind of payer pays: by brackets of the base, or an amount between two bounds (fen a month).

    ``code`` is a value of DuesBase.Table.
    """

    brackets: tuple[Bracket, ...] = ()
    least: int | None = Field(default=None, gt=0)
    most: int | None = Field(default=None, gt=0)
    base: Words | None = Field(default=None, description="what the base is, shown where it is typed")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        flat = self.least is not None and self.most is not None
        if flat == bool(self.brackets) or (self.least is None) != (self.most is None):
            raise Mistake(_("要么写 brackets，要么写 least 和 most"), "brackets")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise Mistake(_("least 不能大于 most"), "least")
        bounds = [bracket.upto for bracket in self.brackets]
        if self.brackets and bounds[-1] is not None:
            raise Mistake(_("最后一档不写上限 upto"), "brackets")
        known = [bound for bound in bounds[:-1] if bound is not None]
        if len(known) != max(len(bounds) - 1, 0) or known != sorted(set(known)):
            raise Mistake(_("各档上限要从小到大"), "brackets")
        return self


class Rounding(Sourced):
    """How an amount becomes whole fen; no national rule is known."""

    value: Literal["half_up", "up", "down"] = "half_up"


class Ahead(Sourced):
    """How far ahead of the running month dues may be paid: not at all, or to the end of the quarter."""

    value: Literal["month", "quarter"] = "quarter"


class DuesPart(PackModel):
    """Filled by its own file of the pack; empty in a pack that says nothing about it."""

    tables: tuple[DuesTable, ...] = ()
    rounding: Rounding | None = None
    ahead: Ahead | None = None
    warn_first: Amount | None = Field(default=None, description="whole months unpaid in a row")
    warn_second: Amount | None = Field(default=None, description="whole months unpaid in a row")
    back_pay: Amount | None = Field(default=None, description="months back that may generally be paid")
    large: Amount | None = Field(default=None, description="one-off payment from this many fen goes upward")
    published: Amount | None = Field(default=None, description="times a year")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        one_code_each(self.tables)
        rest = (self.rounding, self.ahead, self.warn_first, self.warn_second, self.back_pay, self.large, self.published)
        if self.tables and not all(rest):
            raise Mistake(_("写了缴纳标准，就要写全尾数、预交、提醒、补交、大额、公布各项"), "tables")
        return self
