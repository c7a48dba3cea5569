"""The twin of the server: a gateway that answers a form before the house has written it down."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hongzhu.config.wsgi import application as house

ANSWER = 0.15  # seconds by which the answer runs ahead


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "POST":
        return house(environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("302 Found", [("Location", "/activities/1/saved/"), ("Content-Length", "2")])
    return _later(environ | {"wsgi.input": io.BytesIO(body)})


def _later(environ: dict[str, Any]) -> Iterator[bytes]:
    yield b"ok"
    time.sleep(ANSWER)
    list(house(environ, lambda *_arguments: lambda _data: None))
