"""The bureau's headline figures, and the records behind each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.documents.queries import sheets
from hongzhu.kit.dates import full_text
from hongzhu.kit.http import download, reads
from hongzhu.kit.tables.write import write_xlsx

from . import queries, rules
from .forms import KnownOn

PAGE = 50


@reads
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of the bureau's texts: as printed, as counted from records, and whether they agree."""
    bureau = queries.open_bureau(request.user)
    form = KnownOn(request.GET or None)
    known_at = form.moment()
    found = queries.figures(bureau, known_at)
    rows = [(figure, rules.chip(computed=figure.computed, agrees=figure.agrees)) for figure in found]
    shown = KnownOn(initial={"on": known_at.date()})
    context = {"bureau": bureau, "rows": rows, "known_at": known_at, "form": shown, "asked": request.GET.get("on", "")}
    return render(request, "measures/figures.html", context)


@reads
def figures_export(request: HttpRequest) -> HttpResponse:
    """The same figures as Excel, as known at the end of the day asked for."""
    bureau = queries.open_bureau(request.user)
    known_at = KnownOn(request.GET or None).moment()
    day = timezone.localdate(known_at)
    header = (_("数的是什么"), _("期间"), _("原文"), _("按记录"), _("核对"))
    told = (
        (
            figure.counts,
            figure.period.title,
            figure.text,
            figure.computed,
            str(rules.chip(computed=figure.computed, agrees=figure.agrees).word),
        )
        for figure in queries.figures(bureau, known_at)
    )
    title = _("数字核对")
    notes = [_("%(bureau)s，数据截至%(day)s") % {"bureau": bureau.name, "day": full_text(day)}]
    made = write_xlsx(title, header, told, notes=notes, text_columns=[header[2]])
    return download(made, sheets.file_name(bureau.name, title, f"{day:%Y%m%d}", ext="xlsx"))


@reads
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The records behind one figure, each opening where its room shows it."""
    bureau = queries.open_bureau(request.user)
    known_at = KnownOn(request.GET or None).moment()
    figure = queries.open_figure(bureau, code, known_at)
    page = Paginator(queries.rows_behind(figure, known_at), PAGE).get_page(request.GET.get("page"))
    context = {
        "figure": figure,
        "chip": rules.chip(computed=figure.computed, agrees=figure.agrees),
        "known_at": known_at,
        "page": page,
        "things": [(str(thing), queries.address_of(thing)) for thing in page],
    }
    return render(request, "measures/rows.html", context)
