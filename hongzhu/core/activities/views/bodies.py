"""What belongs to one body: year plan, fixed Party day, before the meeting, self-check, make-up list, month, tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.activities import actions, engine, queries, rules
from hongzhu.core.activities.forms import BeforeForm, FixedDayForm, PlanForm
from hongzhu.core.activities.models import FixedDay
from hongzhu.core.activities.queries import paper
from hongzhu.core.documents import queries as documents
from hongzhu.core.documents.queries import sheets
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import Period
from hongzhu.kit.http import fills, reads
from hongzhu.kit.packs import by_code
from hongzhu.kit.refs import Actor

from .asked import USUAL_KIND, download, month_on, open_kind, year_of

LOOK_BACK = timedelta(days=366)


@fills
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """全年组织生活计划 of one kind: twelve themes and days, from last year's and the monthly guide (B06)."""
    body = queries.open_body_to_record(request.user, pk)
    year = year_of(request)
    kinds = queries.kinds_to_record(request.user, body, timezone.localdate())
    code = request.GET.get("kind") or (kinds[0].code if kinds else USUAL_KIND)
    kind = open_kind(request.user, body, code, timezone.localdate())
    lines = {month: row for (its, month), row in queries.plan_year(body, year).items() if its == kind.code}
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, year=year, kind=kind.code, lines=lines)
    if form.is_valid():
        try:
            count = actions.plan(body=body, year=year, lines=form.lines(), by=Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("计划已存，全年共%s条。") % count)
            return redirect(f"{reverse('activities:plan', args=[body.pk])}?year={year}&kind={kind.code}")
    suggested = queries.suggested_plan(body, year, kind.code)
    return render(
        request,
        "activities/plan.html",
        {
            "body": body,
            "year": year,
            "kind": kind,
            "kinds": kinds,
            "form": form,
            "months": [(month, theme, day, suggested.get(month)) for month, theme, day in form.months()],
            "doubled": queries.doubled_themes(request.user, body, kind.code, year),
        },
    )


@fills
def fixed_day(request: HttpRequest, pk: int) -> HttpResponse:
    """固定党日: the n-th weekday, its usual hours and place: the defaults of the form."""
    body = queries.open_body_to_record(request.user, pk)
    now = FixedDay.objects.filter(body=body).first()
    usual: dict[str, Any] = {
        "weekday": 4,
        "week": 3,
        "starts_at": "15:30",
        "ends_at": "17:00",
        "place": _("党员活动室"),
    }
    if now:
        usual = {name: getattr(now, name) for name in usual}
    form = FixedDayForm(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_valid():
        try:
            actions.set_fixed_day(body=body, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("固定党日已存，记一次时按它填好。"))
            return redirect(f"{reverse('activities:act_list')}?org={body.pk}")
    today = timezone.localdate()
    coming = engine.nth_weekday(today.year, today.month, now.weekday, now.week) if now else None
    return render(request, "activities/fixed_day.html", {"body": body, "form": form, "coming": coming})


@reads
def before(request: HttpRequest, pk: int) -> HttpResponse:
    """会前: the notice to paste, the agenda, the blank sign-in sheet."""
    body = queries.open_body_to_record(request.user, pk)
    kind = open_kind(request.user, body, request.GET.get("kind", USUAL_KIND), timezone.localdate())
    setup = _coming(request, body, kind)
    form = BeforeForm(request.GET, usual=paper.notice(setup, timezone.localdate()))
    notice = form.notice()
    return render(
        request,
        "activities/before.html",
        {
            "body": body,
            "kind": kind,
            "form": form,
            "notice": notice,
            "asked": _asked(request, kind.code, setup.month_on),
            "text": sheets.meeting_notice_text(
                notice, layout=documents.sheet_layout(body.bureau, timezone.localdate(), "meeting_notice")
            ),
            "month": setup.month_on,
            "kinds": queries.kinds_to_record(request.user, body, timezone.localdate()),
        },
    )


def _asked(request: HttpRequest, kind: str, month: date) -> str:
    """The address of the papers: the kind, the month, and what was typed on the page."""
    asked = request.GET.copy()
    asked["kind"], asked["month"] = kind, f"{month:%Y-%m}"
    return asked.urlencode()


def _coming(request: HttpRequest, body: Any, kind: Any) -> queries.Setup:
    """The defaults of a meeting still to come: its day may lie ahead."""
    user: Any = request.user
    month = month_on(request)
    return queries.setup(
        body=body,
        kind=kind,
        month_on=month,
        today=max(timezone.localdate(), engine.month_end(month)),
        person_id=getattr(user, "person_id", None),
    )


@reads
def before_paper(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """会议通知 and 签到表 in Word, before the meeting."""
    body = queries.open_body_to_record(request.user, pk)
    kind = open_kind(request.user, body, request.GET.get("kind", USUAL_KIND), timezone.localdate())
    setup = _coming(request, body, kind)
    layouts = by_code(policies.pack_for(body.bureau, timezone.localdate()).section("documents").sheets)
    notice = BeforeForm(request.GET, usual=paper.notice(setup, timezone.localdate())).notice()
    day = notice.held.on
    if code == "notice":
        made, title = sheets.meeting_notice(notice, layout=layouts.get("meeting_notice")), _("会议通知")
    elif code == "sign_in":
        sheet = paper.sign_in(body, kind, day, notice.held, notice.place)
        made, title = sheets.sign_in(sheet, layout=layouts.get("sign_in_blank")), _("签到表")
    else:
        raise Http404
    return download(made, f"{day:%Y-%m-%d}", title, body.name, ext="docx")


@reads
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """记录自查, for the branch's own recorders: 404 for everybody above."""
    body = queries.open_own_body(request.user, pk)
    year = year_of(request)
    return render(
        request,
        "activities/check.html",
        {"body": body, "year": year, "doubts": queries.self_check(body, year, timezone.localdate())},
    )


@reads
def absent_list(request: HttpRequest, pk: int) -> HttpResponse:
    """待补学: who was absent within a year and has not made it up."""
    body = queries.open_body(request.user, pk)
    rows = list(queries.absent_of(request.user, body, timezone.localdate() - LOOK_BACK))
    return render(
        request,
        "activities/absent_list.html",
        {
            "body": body,
            "rows": rows,
            "may_record": queries.may_record(request.user, body),
            "may_see_people": access.may(request.user, access_rules.VIEW_PEOPLE),
        },
    )


@reads
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """One month of a body on one A4 page, and as text to paste."""
    body = queries.open_body(request.user, pk)
    first = month_on(request)
    period = Period.covering("month", first)
    asked = queries.Filter(org=body.pk, period=period)
    acts = list(queries.listing(request.user, asked).exclude(status="VOIDED").order_by("held_on", "pk"))
    titles = queries.kind_titles(body.bureau, timezone.localdate())
    plans = [
        (titles.get(row.kind, row.kind), row)
        for (_kind, its), row in queries.plan_year(body, first.year).items()
        if its == first.month
    ]
    return render(
        request,
        "activities/month.html",
        {
            "body": body,
            "period": period,
            "acts": [(row, titles.get(row.kind, row.kind)) for row in acts],
            "plans": plans,
            "earlier": period.prev().start,
            "later": period.next().start,
        },
    )


@reads
def body_table(request: HttpRequest, pk: int, code: str, ext: str) -> HttpResponse:
    """Attendance table, hours ledger, resolutions ledger and make-up sheet of a body's year, in Word or Excel."""
    body = queries.open_body(request.user, pk)
    access.require(request.user, access_rules.VIEW_PEOPLE if code != "resolutions" else rules.VIEW)
    year = year_of(request)
    if ext not in ("docx", "xlsx"):
        raise Http404
    layouts = by_code(policies.pack_for(body.bureau, _last_day(year)).section("documents").sheets)
    word = ext == "docx"
    made: bytes
    if code == "attendance":
        table, title = paper.attendance_table(body, year), _("党员参加组织生活情况统计表")
        layout = layouts.get("attendance_table")
        made = sheets.attendance(table, layout=layout) if word else sheets.attendance_xlsx(table, layout=layout)
    elif code == "hours":
        kinds = sheets.in_chinese(queries.kind_titles)(body.bureau, _last_day(year))
        ledger = paper.hours_ledger(body, year, kinds)
        title, layout = _("党员教育培训学时台账"), layouts.get("hours_ledger")
        made = sheets.hours(ledger, layout=layout) if word else sheets.hours_xlsx(ledger, layout=layout)
    elif code == "resolutions":
        items, title = paper.items_ledger(request.user, body, year, timezone.localdate()), _("议定事项落实台账")
        layout = layouts.get("resolutions_ledger")
        made = sheets.resolutions(items, layout=layout) if word else sheets.resolutions_xlsx(items, layout=layout)
    elif code == "make_up" and word:
        rows = queries.absent_of(request.user, body, date(year, 1, 1))
        title = _("补学记录表")
        made = sheets.make_up(paper.make_up_sheet(body, rows), layout=layouts.get("make_up_record"))
    else:
        raise Http404
    return download(made, str(year), title, body.name, ext=ext)


def _last_day(year: int) -> date:
    return min(date(year, 12, 31), timezone.localdate())
