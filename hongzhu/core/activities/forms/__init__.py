"""Forms of this room."""

from .act import ActForm
from .short import FixedDayForm, ItemReportForm, MakeUpForm, PlanForm, ReasonForm

__all__ = ["ActForm", "FixedDayForm", "ItemReportForm", "MakeUpForm", "PlanForm", "ReasonForm"]
