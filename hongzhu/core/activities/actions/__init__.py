"""Writes of this room, one file per noun."""

from .counting import confirm, strike
from .followup import close_resolution, drop_resolution, report_resolution, send_back
from .plans import PlanLine, plan, set_fixed_day
from .recording import Conflict, correct, record, transcribed, void
from .reviewing import review, send_for_correction
from .study import make_up

__all__ = [
    "Conflict",
    "PlanLine",
    "close_resolution",
    "confirm",
    "correct",
    "drop_resolution",
    "make_up",
    "plan",
    "record",
    "report_resolution",
    "review",
    "send_back",
    "send_for_correction",
    "set_fixed_day",
    "strike",
    "transcribed",
    "void",
]
