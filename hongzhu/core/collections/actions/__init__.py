"""Writes of the room: drafting a request, its life after sending, what units hand in, and the yearly budget."""

from .answering import Planned, accept, finish, hand_in_none, keep, send_back, submit, submit_report
from .asking import ColumnWish, Heading, PartWish, discard, draft, lay_out, lay_parts, revise
from .budgets import allow_over, set_budget
from .running import close, remind, send, withdraw

__all__ = [
    "ColumnWish",
    "Heading",
    "PartWish",
    "Planned",
    "accept",
    "allow_over",
    "close",
    "discard",
    "draft",
    "finish",
    "hand_in_none",
    "keep",
    "lay_out",
    "lay_parts",
    "remind",
    "revise",
    "send",
    "send_back",
    "set_budget",
    "submit",
    "submit_report",
    "withdraw",
]  # fmt: skip
