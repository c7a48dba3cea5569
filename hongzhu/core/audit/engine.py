"""The arithmetic of the chain: what is hashed, and how. Pure; the offline verifier uses the same few lines."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
FIELDS = ("seq", "bureau", "at", "actor", "actor_label", "behalf", "did", "kind", "object_id", "object_label", "detail")


def canonical(detail: dict[str, Any]) -> str:
    """JSON with sorted keys and no spaces: one text for one meaning."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def instant(at: datetime) -> str:
    """UTC to the microsecond, the same on both databases."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(prev: str, fields: dict[str, Any]) -> str:
    """SHA-256 over a leading zero byte, the hash before, and the canonical row."""
    body = canonical({name: fields[name] for name in FIELDS})
    return hashlib.sha256(b"\x00" + prev.encode() + b"\x00" + body.encode()).hexdigest()
