"""What is typed and not yet saved, and forms that may be sent once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from hongzhu.core.access.models import Device, Draft, FormToken
from hongzhu.core.people.models import Account

KEPT = timedelta(days=90)  # a draft nobody came back to
TOKEN_KEPT = timedelta(days=7)


class DraftConflict(Exception):
    """The draft was saved elsewhere in between; ``draft`` is what stands there now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.key)
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Used:
    """The result of a form sent once: an address, and whether this was a second tap."""

    result: str
    again: bool


@transaction.atomic
def save_draft(*, account: Account, key: str, data: dict[str, Any], version: int, now: datetime) -> Draft:
    """Keep what was typed. ``version`` is the one the page began from (0: there was none).

    Raises DraftConflict, and changes nothing, when another window has saved since.
    """
    found = Draft.objects.select_for_update().filter(account=account, key=key).first()
    if found is None and version == 0:
        try:
            with transaction.atomic():
                return Draft.objects.create(account=account, key=key, data=data, saved_at=now)
        except IntegrityError:
            # Another window made it between the look and the write.
            raise DraftConflict(Draft.objects.get(account=account, key=key)) from None
    if found is None:
        # It was saved or dropped elsewhere; what is typed here must not be lost.
        return Draft.objects.create(account=account, key=key, data=data, version=version + 1, saved_at=now)
    if found.version != version:
        raise DraftConflict(found)
    found.data, found.saved_at = data, now
    found.version += 1
    found.save(update_fields=["data", "saved_at", "version"])
    return found


@transaction.atomic
def drop_draft(*, account: Account, key: str) -> None:
    """The form was saved, or its owner wants a clean one."""
    Draft.objects.filter(account=account, key=key).delete()


@transaction.atomic
def use_token(*, token: UUID, account: Account, result: str | Callable[[], str], now: datetime) -> Used:
    """Send a form once. Call it in the transaction of the act; ``result`` (usually an address) may be made by a function.

    The first tap writes the token, then makes the result; a second one waits for the first and gets its result, and
    the function is not called. If the act fails, the token goes with it. Raises PermissionDenied for a token of
    somebody else.
    """
    try:
        with transaction.atomic():
            row = FormToken.objects.create(token=token, account=account, used_at=now, result="")
    except IntegrityError:
        first = FormToken.objects.get(token=token)
        if first.account_id != account.pk:
            raise PermissionDenied from None
        return Used(result=first.result, again=True)
    row.result = result() if callable(result) else result
    row.save(update_fields=["result"])
    return Used(result=row.result, again=False)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Remove old tokens, forgotten drafts and ended sign-ins; returns how many rows went."""
    gone = FormToken.objects.filter(used_at__lt=now - TOKEN_KEPT).delete()[0]
    gone += Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]
    return gone + Device.objects.filter(expires_at__lt=now).delete()[0]
