"""Forms of this room."""

from .answering import AnswerForm, ReportForm
from .asking import ColumnsForm, PartsForm, RequestForm, initial_of
from .short import BudgetForm, ListFilter, MeterFilter, ReasonForm, SendForm

__all__ = [
    "AnswerForm", "BudgetForm", "ColumnsForm", "ListFilter", "MeterFilter", "PartsForm", "ReasonForm", "ReportForm",
    "RequestForm", "SendForm", "initial_of",
]  # fmt: skip
