"""Writes of the room: contact points, honours, mass organisations, groups, name lists."""

from .contacts import assign, end
from .groups import close_group, join_group, leave_group, open_group
from .honours import grant, revoke, state_strength
from .names import add_name, end_name

__all__ = [
    "add_name", "assign", "close_group", "end", "end_name", "grant", "join_group", "leave_group", "open_group", "revoke",
    "state_strength",
]  # fmt: skip
