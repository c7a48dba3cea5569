"""How heavy the first page is on the wire: the page, its style sheets and its scripts, compressed with Brotli."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

LIMIT = 60 * 1024


@dataclass(slots=True)
class Weight:
    """Bytes after Brotli: ``parts`` by address, ``total`` their sum."""

    parts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    def __str__(self) -> str:
        lines = [f"{size / 1024:7.1f} KiB  {part}" for part, size in self.parts.items()]
        return "\n".join([*lines, f"{self.total / 1024:7.1f} KiB  together"])


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        wanted = have.get("src") if tag in {"script", "img"} else None
        if tag == "link" and set((have.get("rel") or "").split()) & {"stylesheet", "icon", "preload"}:
            wanted = have.get("href")
        if wanted and wanted not in self.found:
            self.found.append(wanted)


def _static(url: str) -> bytes:
    """The bytes behind a static address, from the built folder or from the sources."""
    name = urlsplit(url).path.removeprefix(settings.STATIC_URL)
    if path := finders.find(name):
        return Path(path).read_bytes()
    if path := finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name)):
        return Path(path).read_bytes()
    with staticfiles_storage.open(name) as stored:
        return bytes(stored.read())


def weigh(html: bytes) -> Weight:
    """Weigh a page and what it asks for. Dynamic pages are compressed fast (5), static files once and well (11)."""
    links = _Links()
    links.feed(html.decode())
    weight = Weight({"page": len(brotli.compress(html, quality=5))})
    for url in links.found:
        weight.parts[url] = len(brotli.compress(_static(url), quality=11))
    return weight


def first_page(client: Any, url: str) -> Weight:
    """Weigh the page at ``url`` as Django's test client gets it."""
    response = client.get(url, follow=True)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return weigh(response.content)
