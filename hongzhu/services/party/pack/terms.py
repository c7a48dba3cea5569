"""The terms part of the party section of a policy pack: elections, and how long a letter of transfer waits."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from hongzhu.kit.packs import Amount, Item, Mistake, PackModel, Sourced, one_code_each


class Attendance(Item, Sourced):
    """How many of those entitled must be present for an election held from a day on.

    ``more`` true: more than ``numerator``/``denominator`` of them; false: not fewer than that.
    """

    from_on: date
    numerator: int = Field(ge=1, le=100)
    denominator: int = Field(ge=1, le=100)
    more: bool

    @model_validator(mode="after")
    def _a_part(self) -> Self:
        if self.numerator > self.denominator:
            raise Mistake(_("分子不能大于分母"), "numerator")
        return self


class TermsPart(PackModel):
    """Filled by its own file of the pack; empty in a pack that says nothing about it.

    The length of terms itself stands in the obligations section (terms_of_office); the thresholds 3, 7 and 50 in the
    people section (limits) and in the cautions of the register of organisations.
    """

    attendance: tuple[Attendance, ...] = ()
    surplus_percent: Amount | None = None
    seats_least: Amount | None = None
    seats_usual: Amount | None = None
    seats_most: Amount | None = None
    early_days: Amount | None = None
    letter_days: Amount | None = None
    lost_days: Amount | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        one_code_each(self.attendance)
        days = [rule.from_on for rule in self.attendance]
        if days != sorted(set(days)):
            raise Mistake(_("几条到会规定要按起始日期从早到晚写，一天一条"), "attendance")
        return self

    def attendance_on(self, on: date) -> Attendance | None:
        """The rule of attendance for an election held on a day; None where none was in force."""
        return next((rule for rule in reversed(self.attendance) if rule.from_on <= on), None)


def number(amount: Amount | None, default: int) -> int:
    """The parameter's value, or ``default`` under a pack that is silent."""
    return default if amount is None else amount.value
