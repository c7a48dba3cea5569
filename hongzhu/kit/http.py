"""Three kinds of page: ``reads`` (GET, the database refuses writes), ``acts`` (POST, one transaction), ``fills`` (a form: both).

Every view carries one of them; a test refuses a view without.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


@contextmanager
def read_only() -> Iterator[None]:
    """One transaction in which the database itself refuses to write.

    SQLite: DEFERRED with ``PRAGMA query_only`` set and reset on the raw connection, because Django's own
    cursor would open a write transaction first. PostgreSQL: ``SET TRANSACTION READ ONLY``, undone by
    rolling back, so that it also ends inside an outer transaction.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        raw: Any = connection.connection
        mode = connection.transaction_mode  # type: ignore[attr-defined]
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        raw.execute("PRAGMA query_only = ON")
        try:
            with transaction.atomic():
                yield
        finally:
            raw.execute("PRAGMA query_only = OFF")
            connection.transaction_mode = mode  # type: ignore[attr-defined]
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            yield
            transaction.set_rollback(True)


def reads(view: View) -> View:
    """A page that only looks: GET and HEAD, in a read-only transaction."""

    @require_http_methods(["GET", "HEAD"])
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with read_only():
            return _rendered(view(request, *args, **kwargs))

    page.hz_page = "reads"  # type: ignore[attr-defined]
    return page


def acts(view: View) -> View:
    """A page that changes something: POST, in one transaction."""

    @require_http_methods(["POST"])
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            return _rendered(view(request, *args, **kwargs))

    page.hz_page = "acts"  # type: ignore[attr-defined]
    return page


def fills(view: View) -> View:
    """A form: GET shows it in a read-only transaction, POST saves it in one transaction or shows it again."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic() if request.method == "POST" else read_only():
            return _rendered(view(request, *args, **kwargs))

    page.hz_page = "fills"  # type: ignore[attr-defined]
    return page


def _rendered(response: HttpResponse) -> HttpResponse:
    """Render a lazy template response while its transaction is still open."""
    render = getattr(response, "render", None)
    return render() if callable(render) else response


def whole(text: str) -> int | None:
    """A whole number as an address or a form sent it; None where it is none, or longer than any of ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def download(data: bytes, name: str) -> HttpResponse:
    """Bytes we made, to be saved under ``name``; the type follows from its ending."""
    response = HttpResponse(data, content_type=TYPES.get(name.rpartition(".")[2], "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
