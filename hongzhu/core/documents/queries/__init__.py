"""Reads of the room: the register and its receipts, the outbox of one account. Sheets stand in ``queries.sheets``."""

from .outbox import messages_of, unread_count
from .register import (
    Coverage,
    addressed_sign_ups,
    addressees,
    audience,
    call_to_read,
    chain_of,
    coverage_of,
    inbox,
    kind_of,
    kinds_of,
    open_document,
    open_recipient,
    outbox,
    recipients_of,
    reminder_level,
    sections,
    sign_up_of,
    status_chip,
    to_remind,
    visible_recipients,
    visible_to,
    with_coverage,
)

__all__ = [
    "Coverage", "addressed_sign_ups", "addressees", "audience", "call_to_read", "chain_of", "coverage_of", "inbox", "kind_of", "kinds_of",
    "messages_of", "open_document", "open_recipient", "outbox", "recipients_of", "reminder_level",
    "sections", "sign_up_of", "status_chip", "to_remind", "unread_count", "visible_recipients", "visible_to",
    "with_coverage",
]  # fmt: skip
