"""Writes of the room: contact points, honours, mass organisations, groups, name lists."""

from .contacts import assign, confirm, end
from .groups import amend_group, close_group, join_group, leave_group, open_group
from .honours import grant, revoke, state_strength
from .links import link_plans, unlink_plans
from .names import add_name, end_name
from .nominations import (
    decline_nomination,
    grant_nomination,
    nominate,
    post_nomination,
    review_nomination,
    withdraw_nomination,
)
from .titles import end_title, grant_title

__all__ = [
    "add_name", "amend_group", "assign", "close_group", "confirm", "decline_nomination", "end", "end_name",
    "end_title", "grant", "grant_nomination", "grant_title", "join_group", "leave_group", "link_plans", "nominate",
    "open_group", "post_nomination", "review_nomination", "revoke", "state_strength", "unlink_plans",
    "withdraw_nomination",
]  # fmt: skip
