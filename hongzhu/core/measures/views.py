"""The bureau's headline figures, and the records behind each."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hongzhu.kit.http import reads

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
