"""One-time codes: made, kept as a keyed hash, printed on a slip once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from hongzhu.core.access import engine
from hongzhu.core.people.models import Account


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over on paper: shown once, kept nowhere."""

    account: Account
    code: str
    expires_at: datetime


def put_code(account: Account, now: datetime, hours: int) -> Slip:
    """Give the account a fresh code; the caller saves it. The old one is void from here on."""
    code = engine.new_code()
    account.code_hash = hashed(account.pk, code)
    account.code_expires_at = now + timedelta(hours=hours)
    return Slip(account=account, code=code, expires_at=account.code_expires_at)


def hashed(account_id: int, typed: str) -> str:
    """The code has 49 random bits, so a keyed hash is enough: three hundred slips need no three hundred Argon2 runs."""
    return salted_hmac(f"access.code:{account_id}", engine.plain_code(typed), algorithm="sha256").hexdigest()


def fits(account: Account | None, typed: str, now: datetime) -> bool:
    """Whether ``typed`` is the account's code and still valid; the same work for an account that is not there."""
    wanted = hashed(account.pk if account else 0, typed)
    known = account.code_hash if account else ""
    same = hmac.compare_digest(wanted.encode(), (known or "none").encode())
    return bool(same and account and account.is_active and account.code_expires_at and now < account.code_expires_at)


def first_hours() -> int:
    """Hours a new account's slip is good for: it is carried to a school and handed out there."""
    return int(settings.FIRST_CODE_HOURS)


def reset_hours() -> int:
    return int(settings.RESET_CODE_HOURS)
