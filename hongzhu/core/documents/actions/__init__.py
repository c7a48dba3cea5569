"""Writes of the room: the outbox, and the life of a document."""

from .life import (
    Wording,
    approve,
    draft,
    enter,
    issue,
    repeal,
    revise_draft,
    send_back,
    sign,
    submit,
    take_effect,
    withdraw_draft,
)
from .outbox import Delivered, deliver, read_all, read_message, send
from .receipts import read, remind, reply, sign_up

__all__ = [
    "Delivered",
    "Wording",
    "approve",
    "deliver",
    "draft",
    "enter",
    "issue",
    "read",
    "read_all",
    "read_message",
    "remind",
    "repeal",
    "reply",
    "revise_draft",
    "send",
    "send_back",
    "sign",
    "sign_up",
    "submit",
    "take_effect",
    "withdraw_draft",
]  # fmt: skip
