"""The outbox: messages are rows in the transaction of the act; delivery happens later and is no business write."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q

from hongzhu.core.documents import engine
from hongzhu.core.documents.models import Message
from hongzhu.core.people.models import Account

from . import gateways

# A worker that died while sending leaves its claim behind; after this it is taken up again.
CLAIM = timedelta(minutes=5)


@transaction.atomic
def send(*, key: str, accounts: Iterable[Account], subject: str, text: str, url: str = "", now: datetime) -> int:
    """Put one message for each account into the outbox, in the caller's transaction. Returns how many are new.

    ``key`` names item and level (``obligations.short:<id>:2026-11``): an account gets each key once, however
    often this runs and from however many processes. The act that sends carries the audit entry.
    """
    ids = {account.pk for account in accounts}
    there = set(Message.objects.filter(key=key, account__in=ids).values_list("account_id", flat=True))
    fresh = [
        Message(
            account_id=pk, key=key, subject=subject[:160], text=text, url=url[:200], created_at=now, next_try_at=now
        )
        for pk in sorted(ids - there)
    ]
    Message.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    return len(fresh)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did: handed over, given up, and to be tried again."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0


def deliver(*, now: datetime, limit: int = 200) -> Delivered:
    """Hand over what is due, each message in a transaction of its own. At least once: the receiver drops repeats by id."""
    gateway = _gateway()
    due = Message.objects.filter(state=Message.State.WAITING).filter(Q(next_try_at__lte=now) | Q(next_try_at=None))
    done = {Message.State.SENT: 0, Message.State.FAILED: 0, Message.State.WAITING: 0}
    for message in due.select_related("account").order_by("next_try_at", "id")[:limit]:
        # The claim: one worker moves the next try away; a second one finds the row changed and passes on.
        claimed = due.filter(pk=message.pk).update(next_try_at=now + CLAIM, tries=message.tries + 1)
        if claimed:
            done[_hand_over(message, gateway, now)] += 1
    return Delivered(done[Message.State.SENT], done[Message.State.FAILED], done[Message.State.WAITING])


def _gateway() -> Callable[[gateways.Parcel], None]:
    """The gateway the operator chose; ImproperlyConfigured names the ones there are."""
    try:
        return gateways.GATEWAYS[settings.MESSAGE_GATEWAY]
    except KeyError:
        known = ", ".join(sorted(gateways.GATEWAYS))
        raise ImproperlyConfigured(f"HONGZHU_GATEWAY={settings.MESSAGE_GATEWAY!r}: one of {known}") from None


def _hand_over(message: Message, gateway: Callable[[gateways.Parcel], None], now: datetime) -> Message.State:
    tries = message.tries + 1
    error = ""
    try:
        gateway(gateways.Parcel.of(message))
    except (OSError, http.client.HTTPException, ImproperlyConfigured) as refused:
        error = f"{type(refused).__name__}: {refused}"[:300]
    again = engine.next_try(tries, now) if error else None
    state = Message.State.SENT
    if error:
        state = Message.State.WAITING if again else Message.State.FAILED
    Message.objects.filter(pk=message.pk).update(
        state=state, error=error, next_try_at=again, sent_at=None if error else now
    )
    return state


@transaction.atomic
def read_message(*, account: Account, message: Message, now: datetime) -> None:
    """Mark one of the account's own messages as read. Not a business write: nothing hangs on it."""
    Message.objects.filter(pk=message.pk, account=account, read_at__isnull=True).update(read_at=now)


@transaction.atomic
def read_all(*, account: Account, now: datetime) -> int:
    """Mark all of the account's messages as read; returns how many were not."""
    return Message.objects.filter(account=account, read_at__isnull=True).update(read_at=now)
