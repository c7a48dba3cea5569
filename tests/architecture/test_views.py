"""Every page says whether it looks, acts or is a form (``kit.http``); others' pages are on a short list with reasons."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver

from hongzhu.kit.http import reads
from tests.architecture.addresses import FOREIGN, Address, addresses

# Our own views that cannot carry a decorator: address name -> reason.
BARE: dict[str, str] = {}


def faults(found: list[Address]) -> list[str]:
    return [
        f"{address.name or address.route} ({address.module}): decorate it with reads, acts or fills"
        for address in found
        if not address.page and not address.foreign and address.name not in BARE
    ]


def test_every_view_is_decorated() -> None:
    assert faults(addresses()) == []


def test_lists_hold_nothing_unused() -> None:
    names = {address.name for address in addresses()}
    assert set(BARE) <= names
    assert all(FOREIGN.values()) and all(BARE.values())


def test_twin_a_bare_view_is_found() -> None:
    def bare(request: object) -> HttpResponse:
        return HttpResponse()

    resolver = URLResolver(RegexPattern(r"^/"), "twin")
    resolver.__dict__["url_patterns"] = [path("a/", bare, name="a"), path("b/", reads(bare), name="b")]
    assert [fault.split(" ")[0] for fault in faults(addresses(resolver))] == ["a"]
