"""The first page on the wire: page, style sheets and scripts after Brotli, for a stranger and for a branch secretary."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import override_settings

from benchmarks.bar import Bar, scratch_database
from hongzhu.core.policies import actions as policies
from tests import cast
from tests.browser import weight


def bars() -> Iterator[Bar]:
    with scratch_database("sqlite"), override_settings(ALLOWED_HOSTS=["testserver"]):
        call_command("collectstatic", interactive=False, verbosity=0)
        policies.ship()
        client, people = Client(), cast.build()
        yield _bar("first page, sign-in", weight.first_page(client, resolve_url(settings.LOGIN_URL)))
        people.login(client, "branch_secretary")
        yield _bar("first page, a branch's desk", weight.first_page(client, resolve_url(settings.LOGIN_REDIRECT_URL)))


def _bar(name: str, weighed: weight.Weight) -> Bar:
    if not any(part.endswith(".css") for part in weighed.parts):
        raise RuntimeError(f"{name}: a page without our style sheet is not the page users get")
    figures = {part.rpartition("/")[2] or part: f"{size / 1024:.1f} KiB" for part, size in weighed.parts.items()}
    return Bar(name, figures, ratio=weighed.total / 1024, limit=weight.LIMIT / 1024, unit="KiB")
