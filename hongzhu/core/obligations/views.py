"""Pages: the gap grid and what lies behind its numbers, a body's year, waivers, campaigns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import VIEW_PEOPLE
from hongzhu.core.activities import queries as activities
from hongzhu.core.documents import queries as documents
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS
from hongzhu.kit.dates import Period
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx

from . import actions, desk, queries, rules
from .forms import GapFilter, RevokeForm, WaiveForm
from .models import Waiver
from .queries import Scope

LINES_A_PAGE = 200
LINES_A_FILL = 2000  # as many sources as one query of either database may name


def _known_at(on: date) -> datetime:
    """The end of a day, or now where the day has not ended."""
    now = timezone.now()
    ended = timezone.make_aware(datetime.combine(on + timedelta(days=1), datetime.min.time())) - timedelta(
        microseconds=1
    )
    return min(now, ended)


def _gap(request: HttpRequest, data: Any) -> tuple[queries.Gap, dict[str, Any]]:
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    asked = GapFilter(data).asked(timezone.localdate())
    grid = queries.gap(
        request.user, bureau, asked["period"], _known_at(asked["on"]), relation=asked["relation"],
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
    outside = queries.outside(grid.question.bureau, year, _known_at(asked["on"]), grid.scope)
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
    if ext == "xlsx":
        return download(sheets.summary_xlsx(table), name)
    if ext == "docx":
        layout = documents.sheet_layout(bureau, grid.question.today, "bureau_summary")
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
    if request.GET.get("body", "").isdecimal():
        body = queries.open_body(request.user, int(request.GET["body"]))
    else:
        access.require(request.user, rules.GAP)
    bureau = body.bureau if body else queries.bureau_for(request.user)
    duty = request.GET.get("duty", "")
    question = queries.ask(
        bureau, asked["period"], _known_at(asked["on"]), duties=(duty,) if duty else (), grid_only=not duty
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
    return queries.year_of(request.user, body, year, _known_at(asked["on"]))


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
            cell.url = desk.record_url(section, made.body, cell.due, today)
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


@fills
def waive(request: HttpRequest, pk: int, duty: str, period: str) -> HttpResponse:
    """说明免开 for one body, duty and period."""
    body = queries.open_body(request.user, pk, rules.WAIVE)
    due = queries.find_due(body.bureau, duty, period)
    if due is None:
        raise Http404
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive(
                body=body, duty=duty, period=period, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已准予免开，落实表里同时改过来了。"))
            return redirect("obligations:waiver_list")
    return render(
        request,
        "obligations/waive.html",
        {"form": form, "body": body, "due": due, "period_title": queries.period_words(due)},
    )


def _waivers(request: HttpRequest, waivers: Iterable[Waiver]) -> list[tuple[Waiver, str, str]]:
    """Each waiver with the words of its duty and period."""
    names = queries.duty_titles(queries.bureau_for(request.user), timezone.localdate())
    return [(waiver, names.get(waiver.duty, waiver.duty), Period.parse(waiver.period).title) for waiver in waivers]


@reads
def waiver_list(request: HttpRequest) -> HttpResponse:
    """Every waiver the user may see, taken back ones too."""
    access.require(request.user, rules.GAP)
    page = Paginator(queries.visible_waivers(request.user), 100).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _waivers(request, page), "may_waive": access.may(request.user, rules.WAIVE)}
    return render(request, "obligations/waiver_list.html", context)


@reads
def waiver_export(request: HttpRequest) -> HttpResponse:
    """The same as Excel."""
    access.require(request.user, rules.GAP)
    header = (
        _("党组织"), _("应办事项"), _("期间"), _("原因"), _("依据"), _("准予人"), _("准予时间"), _("撤回时间"),
    )  # fmt: skip
    rows = (
        (
            waiver.body.name, title, period, waiver.reason, waiver.basis, waiver.granted_by, waiver.granted_at,
            waiver.revoked_at,
        )
        for waiver, title, period in _waivers(request, queries.visible_waivers(request.user))
    )  # fmt: skip
    name = sheets.file_name(_("准予免开"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(_("准予免开"), header, rows), name)


@fills
def waiver_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiver back, with a reason."""
    waiver = queries.open_waiver(request.user, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_waiver(
                waiver=waiver, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已撤回，这一项重新应开。"))
            return redirect("obligations:waiver_list")
    title = queries.duty_titles(waiver.body.bureau, timezone.localdate()).get(waiver.duty, waiver.duty)
    context = {"form": form, "waiver": waiver, "title": title, "period_title": Period.parse(waiver.period).title}
    return render(request, "obligations/waiver_revoke.html", context)


@reads
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns running and over; a yearly one is there from the first day of its month."""
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    today = timezone.localdate()
    found = queries.campaigns_on(bureau, today)
    return render(request, "obligations/campaign_list.html", {"found": found, "today": today})


def _running(request: HttpRequest, code: str, period: str) -> tuple[Any, Any, dict[str, Any]]:
    """The campaign asked for, 404 where there is none; bureau and filter with it."""
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    today = timezone.localdate()
    for running in queries.campaigns_on(bureau, today):
        if (running.campaign.code, running.period.code) == (code, period):
            return running, bureau, GapFilter(request.GET).asked(today)
    raise Http404


@reads
def campaign(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """One campaign: required outputs and targets, units short, and the report paragraph."""
    running, bureau, asked = _running(request, code, period)
    page = queries.campaign_page(request.user, bureau, running, _known_at(asked["on"]))
    rows = [
        {"org": row.org, "cells": [
            (*(pair or (None, None)), reverse("obligations:campaign_rows", args=[code, period, number, row.org.pk]), page.outputs[number])
            for number, pair in enumerate(row.counts)
        ]}
        for row in page.rows
        if row.short or not asked["short"]
    ]  # fmt: skip
    context = {
        "page": page, "rows": rows, "asked": asked, "bureau": bureau, "report": queries.report_text(page, bureau),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "obligations/campaign.html", context)


@reads
def campaign_export(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The same as Excel: every unit, short or not."""
    running, bureau, asked = _running(request, code, period)
    header, rows = queries.campaign_table(queries.campaign_page(request.user, bureau, running, _known_at(asked["on"])))
    title = str(running.campaign.title)
    return download(write_xlsx(title, header, rows), sheets.file_name(bureau.name, title, ext="xlsx"))


@reads
def campaign_rows(request: HttpRequest, code: str, period: str, number: int, pk: int) -> HttpResponse:
    """The acts behind one number of a campaign."""
    running, _bureau, asked = _running(request, code, period)
    body = queries.open_body(request.user, pk)
    if number >= len(running.campaign.outputs):
        raise Http404
    rows = queries.campaign_rows(request.user, running, number, body, _known_at(asked["on"]))
    context = {
        "rows": rows, "body": body, "running": running, "output": running.campaign.outputs[number], "asked": asked,
        "count": sum(row[3] for row in rows),
    }  # fmt: skip
    return render(request, "obligations/campaign_rows.html", context)


def _kind_year(request: HttpRequest) -> tuple[Any, list[Any], Any, int]:
    """Bureau, kinds that keep a roster, the one asked for (else the first; None where there is none) and the year."""
    access.require(request.user, rules.GAP)
    bureau, today = queries.bureau_for(request.user), timezone.localdate()
    kinds = queries.kinds_with_roster(bureau, today)
    asked = request.GET.get("kind", "")
    kind = next((row for row in kinds if row.code == asked), kinds[0] if kinds else None)
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and 2000 <= int(text) <= today.year + 1 else today.year
    return bureau, kinds, kind, year


def _coverage(request: HttpRequest) -> tuple[list[Any], Any, int, queries.Coverage]:
    bureau, kinds, kind, year = _kind_year(request)
    if kind is None:
        return kinds, None, year, queries.Coverage([], ())
    return kinds, kind, year, queries.coverage(request.user, bureau, kind, year, timezone.now())


@reads
def coverage(request: HttpRequest) -> HttpResponse:
    """参加情况 of the units the user answers for: one line each, in the bureau's order."""
    kinds, kind, year, made = _coverage(request)
    short = request.GET.get("short") == "1"
    context = {
        "kinds": kinds, "kind": kind, "year": year, "made": made, "short": short,
        "years": range(year - 2, max(year, timezone.localdate().year) + 1),
        "page": Paginator(made.short if short else made.lines, LINES_A_PAGE).get_page(request.GET.get("page")),
        "rows_url": f"{reverse('obligations:cell')}?period={Period.year(year).code}&what=unseen",
        "who_url": _who_url(request, kind, year),
    }  # fmt: skip
    return render(request, "obligations/coverage.html", context)


def _who_url(request: HttpRequest, kind: Any, year: int) -> str:
    """The address of who and which sessions are behind a number; "" for who may not see people (as people's own page)."""
    if kind is None or not access.may(request.user, VIEW_PEOPLE):
        return ""
    return f"{reverse('obligations:coverage_rows')}?{urlencode({'kind': kind.code, 'year': year})}"


@reads
def coverage_export(request: HttpRequest) -> HttpResponse:
    """The same as Excel: 到会和补学的人次/应参加的人次 in each month."""
    _kinds, kind, year, made = _coverage(request)
    header = (
        _("单位"), *(_("%s月") % month for month in activities.MONTHS), pgettext("count", "应参加"), _("到会"), _("已补学"), _("待补学"),
        _("完成率（%）"), _("未见记录"),
    )  # fmt: skip
    rows = [(line.org.name, *_months(line.cells), *_figures(line.total), line.unseen) for line in made.lines]
    if rows:
        rows.append((_("合计"), *_months(made.months), *_figures(made.total), made.unseen))
    title = _("各单位参加情况")
    name = sheets.file_name(str(year), str(kind.title) if kind else title, title, ext="xlsx")
    return download(write_xlsx(title, header, rows), name)


def _number(request: HttpRequest, name: str) -> int:
    """A whole number of the address; 0 where there is none that makes sense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


WHO_WORDS = {
    "due": lambda: pgettext("count", "应参加"), "there": lambda: _("到会"), "made_up": lambda: _("已补学"),
    "left": lambda: _("待补学"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """Who and which sessions are behind one number of 各单位参加情况."""

    kind: Any
    year: int
    month: int
    what: str
    body: Any
    rows: Any

    @property
    def word(self) -> str:
        return WHO_WORDS[self.what]()

    @property
    def period_title(self) -> str:
        return (Period.month(self.year, self.month) if self.month else Period.year(self.year)).title


def _who(request: HttpRequest) -> Who:
    """People are for those who may see people: the units are those of the page, the permission that of a unit's own page."""
    access.require(request.user, VIEW_PEOPLE)
    _bureau, _kinds, kind, year = _kind_year(request)
    what, month = request.GET.get("what", "due"), _number(request, "m")
    if kind is None or what not in activities.BEHIND:
        raise Http404
    units, body = queries.units_of(request.user, kind, year), None
    if request.GET.get("body", ""):
        body = get_object_or_404(units, pk=_number(request, "body"))
        units = units.filter(pk=body.pk)
    month = month if month in activities.MONTHS else 0
    rows = activities.partaking_rows(
        request.user, units.order_by().values("pk"), kind.code, year, what=what, month=month
    )
    return Who(kind, year, month, what, body, rows)


@reads
def coverage_rows(request: HttpRequest) -> HttpResponse:
    """Who took part in which session, or still has to: one row for each person a number counts."""
    who = _who(request)
    page = Paginator(who.rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {"who": who, "page": page, "rows": [(row, activities.chip_of_state(row)) for row in page]}
    return render(request, "obligations/coverage_rows.html", context)


@reads
def coverage_rows_export(request: HttpRequest) -> HttpResponse:
    """All of them as Excel."""
    who = _who(request)
    header = (_("单位"), _("姓名"), _("活动"), _("日期"), _("出勤"), _("补学时间"))
    rows = (
        (
            row.org.name, row.person.name, row.act.theme, row.act.held_on, str(activities.chip_of_state(row).word),
            row.made_up_on,
        )
        for row in who.rows
    )  # fmt: skip
    title = _("参加情况") + who.word
    whose = who.body.name if who.body else str(who.kind.title)
    return download(write_xlsx(title, header, rows), sheets.file_name(who.period_title, whose, title, ext="xlsx"))


def _months(cells: Iterable[tuple[int, Any, int]]) -> list[str]:
    return [
        f"{share.done}/{share.due}" if share else _("未见记录") if missed else ""
        for _month, share, missed in cells
    ]  # fmt: skip


def _figures(share: Any) -> tuple[Any, ...]:
    return share.due, share.there, share.made_up, share.left, share.rate
