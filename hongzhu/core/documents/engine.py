"""Waiting times of the outbox, and what a 文号 looks like. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

# After each failed try; then the message counts as failed and stays on the list of the account.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after the ``tries``-th failure (from 1); None: no more."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None


def number_text(pattern: str, *, prefix: str, year: int, number: int) -> str:
    """{prefix}〔{year}〕{number}号 with its values."""
    return pattern.format(prefix=prefix, year=year, number=number)


def sign(secret: str, moment: int, body: bytes) -> str:
    """HMAC-SHA256 over ``<unix seconds>.<body>`` in hex: the receiver proves who sent it and that it is fresh."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
