"""Writes of the room: contact points, honours, mass organisations, groups, name lists."""

from .contacts import assign, confirm, end
from .groups import amend_group, close_group, join_group, leave_group, open_group
from .honours import grant, revoke, state_strength
from .names import add_name, end_name
from .titles import end_title, grant_title

__all__ = [
    "add_name", "amend_group", "assign", "close_group", "confirm", "end", "end_name", "end_title", "grant", "grant_title", "join_group", "leave_group", "open_group", "revoke",
    "state_strength",
]  # fmt: skip
