"""Reads of the room: the duties in force, the figures, the rows behind them, what one body has to do next."""

from .desk import Desk, DueCard, desk_of, due_cards
from .duties import Book, section_duties, terms_of
from .figures import NAMES, Placed, Question, Totals, ask, asking, bearers, body_scope, cells, grid, total, totals
from .sql import Plan, Scope

__all__ = [
    "NAMES",
    "Book",
    "Desk",
    "DueCard",
    "Placed",
    "Plan",
    "Question",
    "Scope",
    "Totals",
    "ask",
    "asking",
    "bearers",
    "body_scope",
    "cells",
    "desk_of",
    "due_cards",
    "grid",
    "section_duties",
    "terms_of",
    "total",
    "totals",
]
