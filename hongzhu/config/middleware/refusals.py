"""Refusals are logged: who asked for what and was told no."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def log_refusals(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Will write a line to the log of denials for each 403 and for each 404 of a thing that exists.

    Belongs to the audit room; passes requests through until that room completes it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware
