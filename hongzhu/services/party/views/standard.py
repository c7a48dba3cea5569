"""支部标准（党员管理）: what a standard branch has in order, judged from the rows."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.http import download, reads
from hongzhu.services.party import rules
from hongzhu.services.party.forms.precheck import CheckForm
from hongzhu.services.party.queries import standard as queries

ON_A_PAGE = 100


def _asked(request: HttpRequest) -> tuple[date, str, str, queries.Sheet, list[queries.Line]]:
    """The day, the point chosen, the text, the whole sheet, and the branches shown of it."""
    access.require(request.user, rules.VIEW)
    bureau = get_object_or_404(Bureau, pk=access.bureau_of(request.user))
    form = CheckForm(request.GET)
    form.is_valid()
    told = form.cleaned_data
    on = told.get("on") or timezone.localdate()
    sheet, text, check = queries.sheet(request.user, bureau, on), told.get("q", "").strip(), told.get("check", "")
    check = check if check in sheet.points else ""
    shown = [
        line for line in sheet.lines
        if text in line.org.name and (not check or any(mark.n for mark in line.marks if mark.code == check))
    ]  # fmt: skip
    return on, check, text, sheet, shown


@reads
def standard(request: HttpRequest) -> HttpResponse:
    on, check, text, sheet, shown = _asked(request)
    context = {
        "on": on, "check": check, "text": text, "sheet": sheet,
        "page": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "party/standard.html", context)


@reads
def standard_export(request: HttpRequest) -> HttpResponse:
    on, _check, _text, sheet, shown = _asked(request)
    book = queries.sheet_xlsx(queries.Sheet(sheet.points, tuple(shown)))
    return download(book, sheets.file_name(_("支部标准（党员管理）"), f"{on:%Y%m%d}", ext="xlsx"))
