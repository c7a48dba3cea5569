"""讲党课统计: counts by speaker and by topic, and the lectures behind each number (B09)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries, rules
from hongzhu.core.activities.models import Act
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.obligations import rules as obligation_rules
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.dates import Period
from hongzhu.kit.http import reads
from hongzhu.kit.tables.write import write_xlsx

from .asked import download

PER_PAGE = 100
SECRETARY_TAG = "secretary_lecture"


def _bureau(request: HttpRequest) -> Bureau:
    access.require(request.user, rules.LECTURES)
    return obligations.bureau_for(request.user)


def _period(request: HttpRequest, today: date) -> Period:
    """The period asked for; this year where none was, or none that can be read."""
    try:
        return Period.parse(request.GET.get("period", ""))
    except ValueError:
        return Period.year(today.year)


def _unlectured_url(request: HttpRequest, bureau: Bureau, year: int, today: date) -> str:
    """The list of secretaries who have not lectured: for the whole year, for a body's own recorder of that body alone.

    "" where the pack of that year asks nobody to.
    """
    duty = next((row for row in obligations.Book(bureau)(date(year, 1, 1)) if row.tag == SECRETARY_TAG), None)
    if duty is None:
        return ""
    asked = {"duty": duty.code, "period": Period.year(year).code, "what": "unseen" if year < today.year else "lacking"}
    grant = access.acting_grant(request.user)
    if grant and not access.may(request.user, obligation_rules.GAP):
        asked |= {"body": grant.org_id, "what": "due"}
    return f"{reverse('obligations:cell')}?{urlencode(asked)}"


@reads
def lecture_counts(request: HttpRequest) -> HttpResponse:
    """讲党课统计 of what the user answers for; the list of secretaries without a lecture is the one that exists."""
    bureau, today = _bureau(request), timezone.localdate()
    period = _period(request, today)
    year = min(period.last_day.year, today.year)
    return render(
        request,
        "activities/lecture_counts.html",
        {
            "counts": queries.lecture_counts(request.user, period, queries.topic_words(bureau, today)),
            "period": period,
            "periods": [
                (title, [(row.code, obligation_rules.months_title(row)) for row in group])
                for title, group in obligation_rules.offered_periods(today, period)
            ],
            "period_title": obligation_rules.months_title(period),
            "year": year,
            "unlectured_url": _unlectured_url(request, bureau, year, today),
            "answers_for_many": access.may(request.user, obligation_rules.GAP),
        },
    )


@reads
def lecture_export(request: HttpRequest) -> HttpResponse:
    """The same in Excel."""
    bureau, today = _bureau(request), timezone.localdate()
    period = _period(request, today)
    counts = queries.lecture_counts(request.user, period, queries.topic_words(bureau, today))
    header = [_("统计口径"), _("分类"), _("次数"), _("参加人次")]
    rows = [
        [title, line.title, line.times, line.came]
        for title, lines in ((_("按主讲人"), counts.roles), (_("按内容"), counts.topics))
        for line in (*lines, counts.total)
    ]
    title = _("讲党课统计")
    return download(write_xlsx(title, header, rows), title, obligation_rules.months_title(period), ext="xlsx")


def _asked(request: HttpRequest) -> tuple[Period, Any, dict[str, str], dict[str, str]]:
    bureau, today = _bureau(request), timezone.localdate()
    period = _period(request, today)
    role, topic = request.GET.get("role", "")[:40], request.GET.get("topic", "")[:40]
    rows = queries.lectures(request.user, period, role=role, topic=topic).select_related("body", "lecturer")
    return period, rows, queries.role_words(), queries.topic_words(bureau, today)


@reads
def lecture_rows(request: HttpRequest) -> HttpResponse:
    """The lectures behind one number."""
    period, rows, roles, topics = _asked(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    role, topic = request.GET.get("role", ""), request.GET.get("topic", "")
    return render(
        request,
        "activities/lecture_rows.html",
        {
            "page": page,
            "rows": [(act, roles.get(act.role, act.role), topics.get(act.topic, act.topic)) for act in page],
            "asked": [words.get(code, code) for words, code in ((roles, role), (topics, topic)) if code],
            "period": period,
            "period_title": obligation_rules.months_title(period),
        },
    )


@reads
def lecture_rows_export(request: HttpRequest) -> HttpResponse:
    """All of them in Excel."""
    period, rows, roles, topics = _asked(request)
    header = [_("日期"), _("党课题目"), _("主讲人"), _("职务"), _("内容"), _("党组织"), _("主题"), _("到会")]
    told = (
        [
            act.held_on, act.lecture_title, _speaker(act), roles.get(act.role, act.role),
            topics.get(act.topic, act.topic), act.body.name, act.theme, act.attended,
        ]
        for act in rows
    )  # fmt: skip
    title = _("党课")
    return download(write_xlsx(title, header, told), title, obligation_rules.months_title(period), ext="xlsx")


def _speaker(act: Act) -> str:
    return act.lecturer.name if act.lecturer else act.lecturer_name
