"""Writes of the policies room, one file per noun: shipped packs, drafts, exceptions, calendars, numbers, guides."""

from .calendars import FIRST_CALENDAR_YEAR, remove_day, remove_term, seed_calendar, set_day, set_term
from .drafts import add_items, change_item, discard, draft, edit, publish, remove_item, take_over
from .exceptions import allow_exception, end_exception
from .guides import issue_guide, write_guide
from .numbers import next_number
from .shipping import SYSTEM, ship

__all__ = [
    "FIRST_CALENDAR_YEAR",
    "SYSTEM",
    "add_items",
    "allow_exception",
    "change_item",
    "discard",
    "draft",
    "edit",
    "end_exception",
    "issue_guide",
    "next_number",
    "publish",
    "remove_day",
    "remove_item",
    "remove_term",
    "seed_calendar",
    "set_day",
    "set_term",
    "ship",
    "take_over",
    "write_guide",
]
