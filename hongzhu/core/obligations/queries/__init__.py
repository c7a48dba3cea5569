"""Reads of the room: the duties in force, the figures, the rows behind them, what one body has to do next."""

from .campaigns import CampaignPage, campaign_page, campaign_rows, campaigns_on, report_text
from .desk import Desk, DueCard, desk_of, due_cards
from .duties import Book, duty_titles, section_duties, terms_of
from .figures import (
    NAMES,
    Placed,
    Question,
    Totals,
    ask,
    asking,
    bearers,
    body_scope,
    cells,
    grid,
    total,
    totals,
    totals_sql,
)
from .pages import (
    NUMBERS,
    Gap,
    Line,
    Lines,
    Year,
    bureau_for,
    cells_of,
    fill,
    find_due,
    gap,
    lines_of,
    often_words,
    open_body,
    open_waiver,
    period_words,
    reminded,
    short_bodies,
    visible_to,
    visible_waivers,
    year_of,
)
from .papers import summary_table, year_table
from .sql import Plan, Scope

__all__ = [
    "NAMES", "NUMBERS", "Book", "CampaignPage", "Desk", "DueCard", "Gap", "Line", "Lines", "Placed", "Plan", "Question",
    "Scope", "Totals", "Year", "ask", "asking", "bearers", "body_scope", "bureau_for", "campaign_page", "campaign_rows", "campaigns_on",
    "cells", "cells_of", "desk_of", "due_cards", "duty_titles", "fill", "find_due", "gap", "grid", "lines_of", "often_words", "open_body",
    "open_waiver", "period_words", "reminded", "report_text", "section_duties", "short_bodies", "summary_table", "terms_of", "total",
    "totals", "totals_sql", "visible_to", "visible_waivers", "year_of", "year_table",
]  # fmt: skip
