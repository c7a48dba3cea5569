"""What browser tests ask of a page: sign in, no sideways scroll, no violation, sheets of paper, pictures."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.shortcuts import resolve_url
from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"

_troubles: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_servers: WeakKeyDictionary[Page, str] = WeakKeyDictionary()


def watch(page: Page, server: str) -> None:
    """Note whatever the browser complains about, and every request that leaves our server."""
    troubles: list[str] = []
    _troubles[page], _servers[page] = troubles, server

    def heard(message: ConsoleMessage) -> None:
        # A page that answers 403, 404 or 422 is reported as a failed resource: that is its own address, not a fault.
        own = "Failed to load resource" in message.text and message.location.get("url") == page.url
        if message.type == "error" and not own:
            troubles.append(f"{message.text} ({message.location.get('url')})")

    def asked(url: str) -> None:
        if urlsplit(url).scheme in {"http", "https"} and not url.startswith(server):
            troubles.append(f"asked another server: {url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on("request", lambda request: asked(request.url))


def csp_clean(page: Page) -> None:
    """Fail on any Content-Security-Policy violation, script error, missing file or foreign request so far."""
    troubles = _troubles[page]
    assert not troubles, f"{page.url}\n" + "\n".join(troubles)


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in as a person does, through the form."""
    page.goto(resolve_url(settings.LOGIN_URL))
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.locator("form:has(input[name=password]) button").first.click()


def sign_in_as(page: Page, account: Any) -> None:
    """Sign in without the form: for tests about something else."""
    from django.test import Client

    client = Client()
    client.force_login(account)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": _servers[page]}])


def eventually(page: Page, script: str, seconds: float = 10) -> None:
    """Ask ``script`` until it is true. Playwright's own ``wait_for_function`` needs ``eval``, which our policy refuses."""
    for _try in range(int(seconds * 20)):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url}: never true: {script}")


def no_overflow(page: Page) -> None:
    """Nothing makes the page scroll sideways (a table may, inside its own scrolling box)."""
    found = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
          const wide = [];
          const boxed = (element) => {
            for (let up = element; up && up !== document.body; up = up.parentElement) {
              if (getComputedStyle(up).overflowX !== "visible") return true;
            }
            return false;
          };
          const note = (element, box, what, holder) => {
            if (box.width && box.right > width + 0.5 && !boxed(holder)) {
              wide.push(element.tagName + "." + element.className + " right=" + Math.round(box.right) + what);
            }
          };
          const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          document.querySelectorAll("body *").forEach(
            (element) => note(element, element.getBoundingClientRect(), "", element.parentElement));
          while (words.nextNode()) {
            range.selectNodeContents(words.currentNode);
            const text = " “" + words.currentNode.data.trim().slice(0, 20) + "”";
            const holder = words.currentNode.parentElement;
            note(holder, range.getBoundingClientRect(), text, holder);
          }
          return wide.length ? wide.slice(0, 12) : ["scrollWidth " + document.documentElement.scrollWidth + " > " + width];
        }"""
    )
    assert not found, f"{page.url} scrolls sideways:\n" + "\n".join(found)


@cache
def _axe_source() -> str:
    return AXE.read_text()


def axe(page: Page, *, ignore: tuple[str, ...] = ()) -> None:
    """No accessibility violation of impact serious or critical. ``ignore`` names rules, with the reason beside it."""
    page.evaluate(_axe_source())
    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    bad = [
        f"{violation['impact']} {violation['id']}: {violation['help']}\n    "
        + "\n    ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:4])
        for violation in result["violations"]
        if violation["impact"] in {"serious", "critical"} and violation["id"] not in ignore
    ]
    assert not bad, f"{page.url}\n" + "\n".join(bad)


def shot(page: Page, name: str, *, full: bool = False) -> Path:
    """A picture in screenshots/<name>.png, to be looked at beside the mock-ups."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=full)
    return path


def sheets(pdf: bytes) -> int:
    """How many pages a PDF from Chromium has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def paper(page: Page, path: str, name: str = "") -> int:
    """Print ``path`` as the sheet's own ``@page`` says and count the sheets; with ``name``, keep screenshots/<name>.pdf."""
    page.goto(path)
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    if name:
        SCREENSHOTS.mkdir(exist_ok=True)
        (SCREENSHOTS / f"{name}.pdf").write_bytes(pdf)
    return sheets(pdf)


def look(page: Page, name: str) -> None:
    """The usual four questions, and a picture."""
    no_overflow(page)
    axe(page)
    csp_clean(page)
    shot(page, name)
