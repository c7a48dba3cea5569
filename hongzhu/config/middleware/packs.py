"""A house whose policy packs were never loaded says so on a plain page, instead of failing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hongzhu.core.policies import queries as policies

logger = logging.getLogger(__name__)


def say_no_pack(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer ``NoPack`` with 503 and what the administrator has to do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    if not isinstance(exception, policies.NoPack):
        return None
    logger.error("policy pack %s is not in the database: run hongzhu upgrade", exception)
    return render(request, "no_pack.html", status=503)
