"""What a page was asked for in its address: a month, a number, a kind. Anything unreadable is as if not asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import escape_uri_path

from hongzhu.core.activities import queries
from hongzhu.core.activities.pack import ActKind
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import FIRST_YEAR, LAST_YEAR, Period
from hongzhu.kit.http import whole

USUAL_KIND = "theme_day"


def said(request: HttpRequest, name: str) -> str:
    """What the address says, else what the form carries."""
    return request.GET.get(name) or request.POST.get(name, "")


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the address; None where there is none that makes sense."""
    return whole(said(request, name))


def month_on(request: HttpRequest, name: str = "month") -> date:
    """The first of the month asked for; this month where none was."""
    today = timezone.localdate()
    try:
        period = Period.parse(said(request, name))
    except ValueError:
        return today.replace(day=1)
    return period.start.replace(day=1) if FIRST_YEAR <= period.start.year <= LAST_YEAR else today.replace(day=1)


def year_of(request: HttpRequest, name: str = "year") -> int:
    """The year asked for; this year where none was."""
    year = number(request, name)
    return year if year and FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year


def open_kind(user: Any, body: Org, code: str, on: date) -> ActKind:
    """The kind of act of that code that this body may hold and the user may write of; else 404, or 403 with a reason."""
    kind = queries.kind_of(body.bureau, on, code)
    if kind is None or body.kind not in kind.scope or not kind.active:
        raise Http404
    queries.check_kind(user, kind)
    return kind


def download(content: bytes, *names: str, ext: str) -> HttpResponse:
    """A Word or Excel file under a safe name."""
    made = sheets.EXCEL_TYPE if ext == "xlsx" else sheets.WORD_TYPE
    answer = HttpResponse(content, content_type=made)
    name = escape_uri_path(sheets.file_name(*names, ext=ext))
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
