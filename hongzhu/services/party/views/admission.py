"""The table of the way into the Party, one person's page, papers, sources, ends, the year's plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.forms.admission import (
    EndDayForm,
    EndForm,
    FilterForm,
    MoveForm,
    OpenForm,
    PapersForm,
    QuotaForm,
    SourcesForm,
    VoidForm,
)
from hongzhu.services.party.queries import admission as queries
from hongzhu.services.party.queries import admission_page as pages
from hongzhu.services.party.queries import admission_paper as papers
from hongzhu.services.party.queries import admission_table as tables


def _chosen(request: HttpRequest) -> dict[str, Any]:
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    return form.cleaned_data


def _rows(request: HttpRequest) -> tuple[dict[str, Any], list[tables.Row]]:
    """The filter and the rows it leaves: the page and its Excel show the same."""
    given = _chosen(request)
    wanted = tables.Filter(
        text=given.get("q", ""), org=given.get("org"), stage=given.get("stage", ""),
        step=given.get("step", ""), source=given.get("source", ""), who=given.get("who", ""),
        ended=given.get("show") == "ended",
    )  # fmt: skip
    return given, tables.table(request.user, wanted, timezone.localdate())


@reads
def admission_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    given, rows = _rows(request)
    part = queries.part_on(request.user.bureau, today)
    return render(
        request, "party/admission_list.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "chosen": given, "stages": part.stages, "steps": part.steps, "sources": part.sources,
         "today": today, "late": sum(row.late for row in rows), "branches": tables.branches_seen(request.user, today),
         "may_keep": access.may(request.user, rules.KEEP),
         "may_past": access.may(request.user, rules.KEEP) or access.may(request.user, rules.APPROVE)},
    )  # fmt: skip


@reads
def admission_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    _given, rows = _rows(request)
    name = sheets.file_name(_("发展党员工作台账"), f"{today:%Y%m%d}", ext="xlsx")
    return download(tables.ledger_xlsx(rows, queries.part_on(request.user.bureau, today)), name)


@fills
def admission_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    part = queries.part_on(request.user.bureau, today)
    form = OpenForm(request.POST or None, user=request.user, today=today, part=part, initial={"applied_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            admission = actions.open_admission(
                by=Actor.of(request.user), today=today, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记入党申请。"))
            return redirect("party:admission_page", pk=admission.pk)
    return render(request, "party/admission_new.html", {"form": form})


@reads
def admission_page(request: HttpRequest, pk: int) -> HttpResponse:
    admission = queries.open_admission(request.user, pk)
    today = timezone.localdate()
    keeps = access.holds(request.user, rules.KEEP, admission.org)
    return render(
        request, "party/admission_page.html",
        {"admission": admission, "shown": pages.page(request.user, admission, today), "today": today, "keeps": keeps,
         "void_form": VoidForm(), "end_form": EndDayForm(initial={"on": today}),
         "running": admission.outcome in ("", "CONFIRMED"), "papers": papers.offered(admission, today)},
    )  # fmt: skip


@fills
def admission_papers(request: HttpRequest, pk: int) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    part = queries.part_on(admission.bureau, today)
    held = dict(admission.papers.values_list("code", "pages"))
    form = PapersForm(request.POST or None, part=part, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.see_papers(admission=admission, seen=form.seen(), on=today, by=Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存材料核对情况。"))
            return redirect("party:admission_page", pk=pk)
    lines = [(paper, form[f"seen_{paper.code}"], form[f"pages_{paper.code}"]) for paper in part.papers]
    return render(request, "party/admission_papers.html", {"form": form, "admission": admission, "lines": lines})


@fills
def admission_sources(request: HttpRequest, pk: int) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    part = queries.part_on(admission.bureau, today)
    held = list(admission.sources.values_list("code", flat=True))
    form = SourcesForm(request.POST or None, part=part, initial={"sources": held})
    if request.method == "POST" and form.is_valid():
        actions.set_sources(
            admission=admission, codes=form.cleaned_data["sources"], by=Actor.of(request.user), on=today
        )
        messages.success(request, _("已保存。"))
        return redirect("party:admission_page", pk=pk)
    return _form(request, form, admission, _("来源"), _("按实际情况选，可以多选"))


@fills
def admission_end(request: HttpRequest, pk: int) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    form = EndForm(request.POST or None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_admission(admission=admission, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已结束，过程留档可查。"))
            return redirect("party:admission_page", pk=pk)
    return _form(request, form, admission, _("结束发展过程"), _("结束以后不能再改，过程留档可查"))


@fills
def admission_move(request: HttpRequest, pk: int) -> HttpResponse:
    admission = queries.open_admission(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    form = MoveForm(request.POST or None, admission=admission, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_admission(admission=admission, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已转到新的党支部，已办的步骤接着算。"))
            return redirect("party:admission_list")
    return _form(request, form, admission, _("转到其他支部"), _("培养时间连续计算，培养联系人由新支部重新指定"))


def _form(request: HttpRequest, form: Any, admission: Any, title: str, about: str) -> HttpResponse:
    return render(
        request, "party/admission_form.html", {"form": form, "admission": admission, "title": title, "about": about}
    )


@reads
def admission_paper(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    admission = queries.open_admission(request.user, pk)
    made = papers.write(admission, code, timezone.localdate())
    if made is None:
        raise Http404
    return download(made.data, made.name)


@reads
def admission_year(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    year = _chosen(request).get("year") or today.year
    found, total, count = tables.year_lines(request.user, year, today)
    return render(
        request, "party/admission_year.html",
        {"page": Paginator(found, 100).get_page(request.GET.get("page")), "year": year, "total": total, "count": count,
         "years": range(today.year + 1, today.year - 9, -1), "may_plan": access.may(request.user, rules.APPROVE),
         "sources": queries.part_on(request.user.bureau, today).sources},
    )  # fmt: skip


@reads
def admission_year_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    year = _chosen(request).get("year") or today.year
    found, total, count = tables.year_lines(request.user, year, today)
    part = queries.part_on(request.user.bureau, today)
    name = sheets.file_name(_("%s年发展党员情况") % year, f"{today:%Y%m%d}", ext="xlsx")
    return download(tables.year_xlsx(found, total, count, part, year), name)


@fills
def admission_quota(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.APPROVE)
    today = timezone.localdate()
    form = QuotaForm(request.POST or None, user=request.user, today=today, initial={"year": today.year})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_quota(by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已下达计划。"))
            return redirect("party:admission_year")
    return render(request, "party/admission_quota.html", {"form": form})
