"""What is asked, what has to be filled in, the burden meter and its budget, and their Excel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.forms import BudgetForm, ListFilter, MeterFilter
from hongzhu.core.collections.models import Request, Return
from hongzhu.core.collections.queries import burden, papers, requests, returns
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor

PAGE = 50


@reads
def index(request: HttpRequest) -> HttpResponse:
    """Where the menu leads: units to what they have to fill in, offices to what they ask."""
    access.require(request.user, rules.VIEW)
    asks = access.may(request.user, rules.ASK) or not access.may(request.user, rules.ANSWER)
    return redirect("collections:request_list" if asks else "collections:return_list")


@reads
def request_list(request: HttpRequest) -> HttpResponse:
    """收表: of the whole bureau, so that nobody asks twice; ``show=own``: of the user's own body."""
    access.require(request.user, rules.VIEW)
    rows, chosen = _narrowed(request)
    page = Paginator(requests.with_progress(rows), PAGE).get_page(request.GET.get("page"))
    lines = [
        (row, rules.request_chip(row), requests.filled_share(row.typed_n, row.filled_n)) for row in page.object_list
    ]
    return render(
        request,
        "collections/request_list.html",
        {
            "page": page,
            "lines": lines,
            "chosen": chosen,
            "statuses": Request.Status.choices,
            "years": range(timezone.localdate().year, timezone.localdate().year - 5, -1),
            "may_ask": access.may(request.user, rules.ASK),
            "may_answer": access.may(request.user, rules.ANSWER),
        },
    )


@reads
def request_export(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    access.require(request.user, rules.VIEW)
    rows, _chosen = _narrowed(request)
    return _excel(papers.requests_xlsx(requests.with_progress(rows)), _("收表"))


def _narrowed(request: HttpRequest) -> tuple[QuerySet[Request], dict[str, Any]]:
    form = ListFilter(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    chosen = form.cleaned_data
    rows = requests.own(request.user) if chosen.get("show") == "own" else requests.visible_to(request.user)
    if chosen.get("status"):
        rows = rows.filter(status=chosen["status"])
    if chosen.get("year"):
        first, last = requests.year_of(chosen["year"])
        rows = rows.filter(sent_at__gte=first, sent_at__lt=last)
    if text := chosen.get("q"):
        rows = rows.filter(Q(title__icontains=text) | Q(basis__icontains=text))
    return rows, chosen


@reads
def return_list(request: HttpRequest) -> HttpResponse:
    """要填的表 of the user's own units, and what they planned in accepted reports."""
    access.require(request.user, rules.ANSWER)
    show = request.GET.get("show", "")
    rows = _mine(request, show)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [(row, rules.chip_of(row)) for row in page.object_list]
    return render(
        request,
        "collections/return_list.html",
        {
            "page": page,
            "lines": lines,
            "show": show,
            "plans": list(returns.plan_items(request.user)[:PAGE]),
            "today": timezone.localdate(),
        },
    )


@reads
def return_export(request: HttpRequest) -> HttpResponse:
    """The list as filtered."""
    access.require(request.user, rules.ANSWER)
    return _excel(papers.own_xlsx(_mine(request, request.GET.get("show", ""))), _("要填的表"))


def _mine(request: HttpRequest, show: str) -> QuerySet[Return]:
    return returns.own(request.user) if show == "all" else returns.waiting(request.user)


@reads
def burden_list(request: HttpRequest) -> HttpResponse:
    """填表负担: units in the order of the tree, month by month; never sorted by what they cost."""
    access.require(request.user, rules.VIEW)
    year = _year(request)
    page = Paginator(burden.units(request.user, year), PAGE).get_page(request.GET.get("page"))
    rows = burden.meter(request.user.bureau, year, page.object_list)
    today = timezone.localdate()
    return render(
        request,
        "collections/burden_list.html",
        {
            "page": page,
            "rows": rows,
            "total": burden.total(request.user, year),
            "year": year,
            "years": range(today.year, today.year - 5, -1),
            "months": range(1, 13),
            "budget": requests.budgets(request.user.bureau, year)[0],
            "may_budget": access.may(request.user, rules.BUDGET),
        },
    )


@reads
def burden_export(request: HttpRequest) -> HttpResponse:
    """The meter of the whole reach, month by month."""
    access.require(request.user, rules.VIEW)
    year = _year(request)
    rows = burden.meter(request.user.bureau, year, burden.units(request.user, year))
    return _excel(papers.meter_xlsx(year, rows), _("填表负担"))


@reads
def burden_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's year: its twelve months, and the requests behind them."""
    access.require(request.user, rules.VIEW)
    org, year = burden.unit_seen(request.user, pk), _year(request)
    rows = list(burden.asked_of(org, year))
    today = timezone.localdate()
    return render(
        request,
        "collections/burden_unit.html",
        {
            "org": org,
            "unit": burden.meter(org.bureau, year, [org])[0],
            "lines": [(row, rules.chip_of(row)) for row in rows],
            "year": year,
            "years": range(today.year, today.year - 5, -1),
        },
    )


@reads
def burden_unit_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests behind one unit's year."""
    access.require(request.user, rules.VIEW)
    org = burden.unit_seen(request.user, pk)
    return _excel(papers.unit_year_xlsx(burden.asked_of(org, _year(request))), f"{org}{_('填表负担')}")


def _year(request: HttpRequest) -> int:
    form = MeterFilter(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    return int(form.cleaned_data.get("year") or timezone.localdate().year)


@fills
def budget_set(request: HttpRequest) -> HttpResponse:
    """The yearly budget of minutes, for every unit or for one."""
    access.require(request.user, rules.BUDGET)
    today = timezone.localdate()
    form = BudgetForm(request.POST or None, user=request.user, on=today, initial={"year": today.year})
    if request.method == "POST" and form.is_valid():
        actions.set_budget(bureau=request.user.bureau, by=Actor.of(request.user), **form.cleaned_data)
        messages.success(request, _("已保存年度预算。"))
        return redirect("collections:burden_list")
    return render(request, "collections/budget_form.html", {"form": form})


def _excel(data: bytes, name: str) -> HttpResponse:
    return download(data, sheets.file_name(name, f"{timezone.localdate():%Y%m%d}", ext="xlsx"))
