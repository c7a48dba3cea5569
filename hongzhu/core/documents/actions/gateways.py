"""Ways a message leaves the house. ``settings.MESSAGE_GATEWAY`` names one: console, mail, webhook, memory, none.

A gateway raises OSError when the message could not be handed over; it is tried again later.
"""

from __future__ import annotations

import json
import logging
import smtplib
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from hongzhu.core.documents import engine
from hongzhu.core.documents.models import Message

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves: to whom by account name, and the words. Nothing else of the person."""

    id: int
    to: str
    subject: str
    text: str
    url: str

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(message.pk, message.account.username, message.subject, message.text, message.url)


# The memory gateway's post box, for tests.
box: list[Parcel] = []


def _console(parcel: Parcel) -> None:
    logger.warning("message %s to %s: %s", parcel.id, parcel.to, parcel.subject)


def _memory(parcel: Parcel) -> None:
    box.append(parcel)


def _none(_parcel: Parcel) -> None:
    """Messages are read in the house alone."""


def _mail(parcel: Parcel) -> None:
    # Accounts have no e-mail of their own (users.md): the bureau's mail system knows them by name.
    if not settings.MAIL_DOMAIN:
        raise ImproperlyConfigured("HONGZHU_MAIL_DOMAIN: the mail gateway sends to <account>@<domain>")
    body = f"{parcel.text}\n\n{parcel.url}".strip()
    mail = EmailMessage(parcel.subject, body, settings.DEFAULT_FROM_EMAIL, [f"{parcel.to}@{settings.MAIL_DOMAIN}"])
    mail.extra_headers["Message-ID"] = f"<hongzhu-{parcel.id}@{settings.MAIL_DOMAIN}>"
    try:
        mail.send()
    except smtplib.SMTPException as error:  # an OSError as well, said here so that nobody has to look it up
        raise OSError(str(error)) from error


def _webhook(parcel: Parcel) -> None:
    """POST the message as JSON; the receiver drops what it has by ``id`` and checks ``X-Hongzhu-Signature``."""
    address = settings.WEBHOOK_URL
    if not address.startswith(("https://", "http://")) or not settings.WEBHOOK_SECRET:
        raise ImproperlyConfigured("the webhook gateway needs HONGZHU_WEBHOOK_URL and HONGZHU_WEBHOOK_SECRET")
    body = json.dumps(
        {"id": parcel.id, "to": parcel.to, "subject": parcel.subject, "text": parcel.text, "url": parcel.url},
        ensure_ascii=False,
    ).encode()
    moment = int(time.time())
    request = urllib.request.Request(  # noqa: S310 - scheme checked above; the address is the operator's
        address,
        data=body,
        headers={
            "Content-Type": "application/json",
            "X-Hongzhu-Id": str(parcel.id),
            "X-Hongzhu-Time": str(moment),
            "X-Hongzhu-Signature": engine.sign(settings.WEBHOOK_SECRET, moment, body),
        },
    )
    opener = urllib.request.build_opener(_NoRedirect)
    with opener.open(request, timeout=settings.WEBHOOK_SECONDS) as answer:
        if answer.status >= 300:
            raise OSError(f"webhook answered {answer.status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the words to somebody the operator did not name."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


GATEWAYS: dict[str, Callable[[Parcel], None]] = {
    "console": _console,
    "mail": _mail,
    "webhook": _webhook,
    "memory": _memory,
    "none": _none,
}
