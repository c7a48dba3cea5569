"""The log of refusals and reveals is written here: after the page's transaction has ended, before the answer leaves.

A refusal rolls the page's transaction back; a line written inside it would go with it. A reveal whose line cannot be
written does not leave the house: the answer becomes the page for a fault of ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

from hongzhu.core.audit import actions as audit
from hongzhu.core.audit.models import Refusal
from hongzhu.kit.refs import Actor

logger = logging.getLogger(__name__)

BY_STATUS = {403: Refusal.Kind.DENIED, 404: Refusal.Kind.UNSEEN}
# Browsers ask for these by themselves.
UNASKED = ("/favicon.ico", "/apple-touch-icon", "/robots.txt")


def log_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write what the page noted in ``request.hz_log``, and each 403 and 404 of somebody signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for entry in _entries(request, response):
            try:
                audit.log_refusal(**entry)
            except DatabaseError:
                logger.exception("the log of refusals cannot be written")
                if entry["kind"] == Refusal.Kind.REVEAL:
                    return server_error(request)
        return response

    return middleware


def _entries(request: HttpRequest, response: HttpResponse) -> Iterator[dict[str, Any]]:
    # A reveal that ended in an error page has shown nothing.
    noted = request.__dict__.pop("hz_log", [])
    yield from (entry for entry in noted if response.status_code < 400 or entry["kind"] != Refusal.Kind.REVEAL)
    kind = BY_STATUS.get(response.status_code)
    user: Any = request.user
    if kind and user.is_authenticated and not request.path.startswith((settings.STATIC_URL, *UNASKED)):
        yield {"by": Actor.of(user), "kind": kind, "what": f"{request.method} {request.path}"}
