"""Forms of this room."""

from .act import ActForm
from .short import BeforeForm, FixedDayForm, ItemReportForm, MakeUpForm, PlanForm, ReasonForm

__all__ = ["ActForm", "BeforeForm", "FixedDayForm", "ItemReportForm", "MakeUpForm", "PlanForm", "ReasonForm"]
