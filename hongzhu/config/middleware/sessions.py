"""Sessions end: after idle minutes, after the longest day, when the account changes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def sessions(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Will end a session that was idle for IDLE_MINUTES or is older than SESSION_HOURS, and name who acts for whom.

    Belongs to the access room; passes requests through until that room completes it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware
