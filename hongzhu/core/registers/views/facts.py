"""Registers that are read from posts and organisations: combined posts, vacancies, coverage; and the page of all registers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.registers import rules
from hongzhu.core.registers.queries import coverage, posts
from hongzhu.kit.http import reads

from .asking import chosen, day_of, excel


@reads
def register_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return render(request, "registers/register_list.html", {})


@reads
def combined_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    on, show = day_of(filters), filters.get("show", "")
    rows = posts.combined(request.user, on)
    shown = [row for row in rows if row.is_one] if show == "one" else rows
    page = Paginator(shown, 100).get_page(request.GET.get("page"))
    return render(
        request, "registers/combined_list.html", {"page": page, "share": posts.share_of(rows), "on": on, "show": show}
    )


@reads
def combined_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    rows = posts.combined(request.user, day_of(filters))
    if filters.get("show") == "one":
        rows = [row for row in rows if row.is_one]
    header = (_("单位"), _("校（园）长"), _("书记"), _("一肩挑"), _("从何时起"))
    told = ((row.unit.name, row.principal, row.secretary, row.is_one, row.since) for row in rows)
    return excel(_("书记、校（园）长任职情况"), header, told)


@reads
def vacancy_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    on, show = day_of(filters), filters.get("show", "")
    rows = [(row, row.days(on)) for row in posts.seats(request.user, on)]
    vacant = [(row, days) for row, days in rows if row.vacant]
    page = Paginator(rows if show == "all" else vacant, 100).get_page(request.GET.get("page"))
    return render(
        request, "registers/vacancy_list.html",
        {"page": page, "on": on, "show": show, "seats": sum(row.seats or 0 for row, _days in rows),
         "vacant": sum(row.vacant for row, _days in vacant), "acting": sum(row.acting for row, _days in rows),
         "may_people": access.may(request.user, access_rules.CHANGE_PEOPLE)},
    )  # fmt: skip


@reads
def vacancy_export(request: HttpRequest) -> HttpResponse:
    """What the page shows: the vacancies, or every seat."""
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    on = day_of(filters)
    rows = posts.seats(request.user, on, vacant_only=filters.get("show") != "all")
    header = (_("单位"), _("职务"), _("职数"), _("已配"), _("主持工作"), _("空缺"), _("空缺起"), _("空缺天数"))
    told = (
        (row.org.name, row.title, row.seats, row.filled, row.acting, row.vacant, row.vacant_since, row.days(on))
        for row in rows
    )
    return excel(_("职数与空缺"), header, told)


@reads
def coverage_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    on, show = day_of(filters), filters.get("show", "")
    sector = "" if filters.get("kind") == "all" else "PRIVATE"
    rows = coverage.institutions(request.user, on, sector=sector)
    shown = rows.filter(covered=show) if show in coverage.WAYS else rows
    return render(
        request, "registers/coverage_list.html",
        {"page": Paginator(shown, 100).get_page(request.GET.get("page")), "types": coverage.by_type(rows), "on": on,
         "show": show, "sector": sector, "words": _covered_words()},
    )  # fmt: skip


@reads
def coverage_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    sector = "" if filters.get("kind") == "all" else "PRIVATE"
    words = dict(_covered_words())
    header = (_("机构"), _("类别"), _("办学性质"), _("覆盖方式"))
    rows = coverage.institutions(request.user, day_of(filters), sector=sector)
    if filters.get("show") in coverage.WAYS:
        rows = rows.filter(covered=filters["show"])
    told = ((row.name, row.get_kind_display(), row.get_sector_display(), words[row.covered]) for row in rows)
    return excel(_("党的组织和工作覆盖"), header, told)


def _covered_words() -> list[tuple[str, str]]:
    return [
        (coverage.ALONE, _("单独组建")),
        (coverage.JOINTLY, _("联合组建")),
        (coverage.INSTRUCTOR, _("党建指导员")),
        (coverage.NONE, _("未覆盖")),
    ]
