"""Pages of the activities room."""

from .acts import act, act_attach, act_export, act_list, act_return, act_review, act_strike, act_void
from .bodies import absent_list, before, before_paper, body_table, check, fixed_day, month, plan
from .following import item, item_back, item_close, item_drop, item_export, item_list, item_report
from .lectures import lecture_counts, lecture_export, lecture_rows, lecture_rows_export
from .recording import act_correct, act_draft, act_draft_drop, act_new, act_pick
from .saved import (
    act_card,
    act_confirm,
    act_make_up,
    act_paper,
    act_saved,
    act_sheets,
    act_text,
    act_transcribed,
)
from .year import partaking, partaking_export, theme_export, theme_list

__all__ = [
    "absent_list", "act", "act_attach", "act_card", "act_confirm", "act_correct", "act_draft", "act_draft_drop",
    "act_export", "act_list", "act_make_up", "act_new", "act_paper", "act_pick", "act_return", "act_review", "act_saved",
    "act_sheets", "act_strike", "act_text", "act_transcribed", "act_void", "before", "before_paper", "body_table",
    "check", "fixed_day", "item", "item_back", "item_close", "item_drop", "item_export", "item_list", "item_report",
    "lecture_counts", "lecture_export", "lecture_rows", "lecture_rows_export", "month", "partaking", "partaking_export", "plan", "theme_export", "theme_list",
]  # fmt: skip
