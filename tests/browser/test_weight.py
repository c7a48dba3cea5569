"""The scale itself: it sees every file, and our shared files leave room for the page."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.browser import weight


def page() -> bytes:
    request = RequestFactory().get("/")
    house = {"signed_in": True, "brand": "红烛", "menu": [], "bar": [], "tabs": [], "home": "/"}
    return render_to_string("base.html", {"request": request, "house": house}).encode()


def test_style_sheets_and_scripts_are_light():
    weighed = weight.weigh(page())
    names = {part.rpartition("/")[2] for part in weighed.parts}
    assert {"page", "bootstrap.subset.css", "hongzhu.css", "hongzhu.js", "htmx-2.min.js"} <= names
    # Half of the limit is left for the page's own words.
    assert weighed.total < weight.LIMIT * 0.6, str(weighed)


def test_a_heavy_page_would_be_seen():
    import random

    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=120_000))
    assert weight.weigh(f"<p>{noise}</p>".encode()).total > weight.LIMIT
