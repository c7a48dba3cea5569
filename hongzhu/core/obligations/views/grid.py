"""The gap grid, what lies behind its numbers, and a body's year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries as activities
from hongzhu.core.documents import queries as documents
from hongzhu.core.documents.queries import sheets
from hongzhu.core.obligations import actions, queries, rules
from hongzhu.core.obligations.forms import GapFilter
from hongzhu.core.obligations.queries import Scope
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS
from hongzhu.kit.dates import Period
from hongzhu.kit.http import acts, download, reads, whole
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx

from .asked import LINES_A_PAGE, known_at

LINES_A_FILL = 2000  # as many sources as one query of either database may name


def _gap(request: HttpRequest, data: Any) -> tuple[queries.Gap, dict[str, Any]]:
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    asked = GapFilter(data).asked(timezone.localdate())
    grid = queries.gap(
        request.user, bureau, asked["period"], known_at(asked["on"]), relation=asked["relation"],
        general=asked["general"], name=asked["q"], short_only=asked["short"],
    )  # fmt: skip
    return grid, asked


@reads
def gap(request: HttpRequest) -> HttpResponse:
    """组织生活落实: bodies x duties of the part of the tree the user answers for."""
    grid, asked = _gap(request, request.GET)
    today = timezone.localdate()
    chosen = asked["period"]
    periods = [
        (title, [(period.code, rules.months_title(period)) for period in group])
        for title, group in rules.offered_periods(today, chosen)
    ]
    year, rate = chosen.start.year, grid.totals.rate
    outside = queries.outside(grid.question.bureau, year, known_at(asked["on"]), grid.scope)
    context = {
        "rows_url": _rows_url(asked), "excel_url": _paper_url(request, "xlsx"), "word_url": _paper_url(request, "docx"),
        "rate": None if rate is None else f"{rate / 10:.1f}",
        "gap": grid, "asked": asked, "period": chosen, "period_title": rules.months_title(chosen), "periods": periods,
        "today": today, "may_remind": access.may(request.user, rules.REMIND), "bureau": grid.question.bureau, "outside": outside, "outside_year": year,
        "outside_url": _rows_url(asked | {"period": Period.year(year)}),
    }  # fmt: skip
    return render(request, "obligations/gap.html", context)


def _rows_url(asked: dict[str, Any]) -> str:
    """The address of the rows behind the numbers of one view; the page adds which number, duty and body."""
    kept = {
        "period": asked["period"].code,
        "on": asked["on"].isoformat(),
        "relation": asked["relation"],
        "general": asked["general"],
    }
    return f"{reverse('obligations:cell')}?{urlencode({key: value for key, value in kept.items() if value})}"


def _paper_url(request: HttpRequest, ext: str) -> str:
    return f"{reverse('obligations:gap_paper', args=[ext])}?{request.GET.urlencode()}"


@reads
def gap_paper(request: HttpRequest, ext: str) -> HttpResponse:
    """组织生活落实情况汇总表 as shown, in Excel or Word: Chinese in either language of the page."""
    grid, asked = sheets.in_chinese(_gap)(request, request.GET)
    bureau = grid.question.bureau
    table = queries.summary_table(grid, bureau.name, sheets.in_chinese(rules.months_title)(asked["period"]))
    name = sheets.file_name(bureau.name, _("组织生活落实情况汇总表"), ext=ext)
    layout = documents.sheet_layout(bureau, grid.question.today, "bureau_summary")
    if ext == "xlsx":
        return download(sheets.summary_xlsx(table, layout=layout), name)
    if ext == "docx":
        return download(sheets.summary(table, layout=layout), name)
    raise Http404


@acts
def gap_remind(request: HttpRequest) -> HttpResponse:
    """提醒未完成的: one action to those short in the period shown, and to nobody twice."""
    access.require(request.user, rules.REMIND)
    grid, asked = _gap(request, request.POST)
    shown = {row.org.pk for row in grid.rows}
    short = [placed for placed in queries.short_bodies(grid.question, grid.scope) if placed.body in shown]
    told = actions.remind(
        bureau=grid.question.bureau, short=short, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now(),
        url=reverse("obligations:mine"),
    )  # fmt: skip
    if told:
        messages.success(request, _("已提醒%s个党组织，同一项不再重复提醒。") % told)
    else:
        messages.info(request, _("没有要提醒的：未见记录的都已经提醒过。"))
    # Back to the view the button stood in, as it was asked for: who is reminded hangs on the posted fields alone.
    view = QueryDict(request.POST.get("view", ""))
    kept = {name: view[name] for name in GapFilter.base_fields if view.get(name)}
    return redirect(f"{reverse('obligations:gap')}?{urlencode({'period': asked['period'].code} | kept)}")


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind one number, as its page and its Excel need it."""

    asked: dict[str, Any]
    number: str
    body: Any
    bureau: Any
    duty: Any
    question: queries.Question
    found: queries.Lines

    @property
    def number_word(self) -> str:
        return NUMBER_WORDS[self.number]()


def _behind(request: HttpRequest) -> Behind:
    asked = GapFilter(request.GET).asked(timezone.localdate())
    number = request.GET.get("what", "due")
    if number not in queries.NUMBERS:
        raise Http404
    body = None
    if (asked_for := whole(request.GET.get("body", ""))) is not None:
        body = queries.open_body(request.user, asked_for)
    else:
        access.require(request.user, rules.GAP)
    bureau = body.bureau if body else queries.bureau_for(request.user)
    duty = request.GET.get("duty", "")
    question = queries.ask(
        bureau, asked["period"], known_at(asked["on"]), duties=(duty,) if duty else (), grid_only=not duty
    )
    scope = queries.body_scope(body) if body else _scope(request, bureau.pk, asked, question)
    found = queries.lines_of(request.user, question, scope, number)
    return Behind(
        asked, number, body, bureau, question.dues[0].duty if duty and question.dues else None, question, found
    )


@reads
def cell(request: HttpRequest) -> HttpResponse:
    """The rows behind a number: one row for each sitting it counts."""
    behind = _behind(request)
    page = Paginator(behind.found.lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    queries.fill(request.user, behind.question, page.object_list)
    context = {
        "found": behind.found, "page": page, "number": behind.number, "body": behind.body, "asked": behind.asked,
        "bureau": behind.bureau, "number_word": behind.number_word, "duty": behind.duty,
        "period_title": rules.months_title(behind.asked["period"]), "today": behind.question.today,
        "may_waive": access.may(request.user, rules.WAIVE),
    }  # fmt: skip
    return render(request, "obligations/cell.html", context)


@reads
def cell_export(request: HttpRequest) -> HttpResponse:
    """All rows behind a number as Excel."""
    behind = _behind(request)
    lines = behind.found.lines
    for first in range(0, len(lines), LINES_A_FILL):
        queries.fill(request.user, behind.question, lines[first : first + LINES_A_FILL])
    header = (_("党组织"), _("应办事项"), _("期间"), _("状态"), _("日期"), _("活动"), _("原因"), _("记录时间"))
    rows = (
        (
            line.org.name if line.org else "", str(line.due.duty.title), line.period, str(line.chip.word), line.held_on,
            line.label, str(line.note), line.recorded_at,
        )
        for line in lines
    )  # fmt: skip
    title = rules.months_title(behind.asked["period"]) + behind.number_word
    whose = behind.body.name if behind.body else behind.bureau.name
    return download(write_xlsx(title, header, rows), sheets.file_name(whose, title, ext="xlsx"))


NUMBER_WORDS = {
    "due": lambda: _("应开"), "held": lambda: _("已开"), "in_time": lambda: _("按期召开"), "good": lambda: _("按期召开并按时记录"),
    "made_up": lambda: _("补记"), "late": lambda: _("逾期召开"), "waived": lambda: _("准予免开"), "unseen": lambda: _("未见记录"),
    "lacking": lambda: _("本期还差"), "ahead": lambda: _("未到期"), "not_applicable": lambda: _("不适用"),
}  # fmt: skip


def _scope(request: HttpRequest, bureau: int, asked: dict[str, Any], question: queries.Question) -> Scope:
    path = access.scope_path(request.user, rules.GAP) or "-"
    if asked["general"]:
        chosen = get_object_or_404(queries.visible_to(request.user), pk=asked["general"])
        path = orgs.path_of(chosen, min(question.today, asked["period"].last_day)) or "-"
    return Scope(bureau, path, asked["relation"])


@reads
def mine(request: HttpRequest) -> HttpResponse:
    """The user's own body's year; those above are led to the grid."""
    access.require(request.user, rules.VIEW)
    grant = access.acting_grant(request.user)
    if grant is not None and grant.org.kind in BRANCH_KINDS:
        return redirect("obligations:year", grant.org.pk, timezone.localdate().year)
    return redirect("obligations:gap")


def _year(request: HttpRequest, pk: int, year: int) -> queries.Year:
    body = queries.open_body(request.user, pk)
    today = timezone.localdate()
    if not 2000 <= year <= today.year + 1:
        raise Http404
    asked = GapFilter(request.GET).asked(today)
    return queries.year_of(request.user, body, year, known_at(asked["on"]))


@reads
def year(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """全年一览 of one body; its self-check is shown to those who record for it, to nobody above."""
    made = _year(request, pk, year)
    today = timezone.localdate()
    own = activities.may_record(request.user, made.body)
    doubts = activities.self_check(made.body, year, today) if own else None
    if own:
        section = activities.section_of(made.body.bureau, today)
        for cell in (cell for _month, cells, _others in made.rows for cell in cells if cell.due and cell.open):
            cell.url = queries.record_url(request.user, section, made.body, cell.due, today)
    context = {
        "made": made, "body": made.body, "today": today, "own": own, "may_gap": access.may(request.user, rules.GAP), "doubts": doubts, "here": today.month if year == today.year else 0,
        "rows_url": f"{reverse('obligations:cell')}?body={pk}&period={Period.year(year).code}", "last_year": year - 1, "next_year": year + 1 if year < today.year else 0,
    }  # fmt: skip
    return render(request, "obligations/year.html", context)


@reads
def year_paper(request: HttpRequest, pk: int, year: int, ext: str) -> HttpResponse:
    """全年组织生活一览表 in Excel or Word: Chinese in either language of the page."""
    made = sheets.in_chinese(_year)(request, pk, year)
    table = queries.year_table(made)
    name = sheets.file_name(made.body.name, _("%s年组织生活一览表") % year, ext=ext)
    if ext == "xlsx":
        return download(sheets.year_table_xlsx(table), name)
    if ext == "docx":
        layout = documents.sheet_layout(made.body.bureau, made.question.today, "year_overview")
        return download(sheets.year_table(table, layout=layout), name)
    raise Http404
