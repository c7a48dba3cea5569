"""Every address of the house: the URL resolver walked to its leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = {"reads": ("GET",), "acts": ("POST",), "fills": ("GET", "POST")}

# Views of others, which cannot carry our decorators: by the module they come from, with the reason.
FOREIGN = {
    "allauth.": "allauth's own pages: sign-in, second factor",
    "django.views.i18n": "set_language writes a cookie, nothing in the database",
    "django.contrib.staticfiles": "files of the house, no data",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One leaf of the resolver."""

    name: str  # with namespaces; empty when the pattern has none
    route: str
    view: Callable[..., Any]

    @property
    def page(self) -> str:
        return str(getattr(self.view, "hz_page", ""))

    @property
    def module(self) -> str:
        return str(getattr(self.view, "__module__", ""))

    @property
    def foreign(self) -> bool:
        return self.module.startswith(tuple(FOREIGN))

    @property
    def methods(self) -> tuple[str, ...]:
        """What a door table must cover: by decorator, else by what the class answers, else both."""
        if self.page:
            return METHODS[self.page]
        answers = getattr(self.view, "view_class", None)
        if answers is None:
            return ("POST",) if getattr(self.view, "__name__", "") == "set_language" else ("GET", "POST")
        return tuple(method for method in ("GET", "POST") if hasattr(answers, method.lower()))


def addresses(resolver: URLResolver | None = None) -> list[Address]:
    return list(_walk(resolver or get_resolver(), (), ""))


def _walk(resolver: URLResolver, spaces: tuple[str, ...], route: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(":".join((*spaces, pattern.name)) if pattern.name else "", here, pattern.callback)
        else:
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern, inside, here)
