"""各单位参加情况: units by month, and who and which sessions are behind each number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import VIEW_PEOPLE
from hongzhu.core.activities import queries as activities
from hongzhu.core.documents.queries import sheets
from hongzhu.core.obligations import queries, rules
from hongzhu.kit.dates import Period
from hongzhu.kit.http import download, reads, whole
from hongzhu.kit.tables.write import write_xlsx

from .asked import LINES_A_PAGE


def _kind_year(request: HttpRequest) -> tuple[Any, list[Any], Any, int]:
    """Bureau, kinds that keep a roster, the one asked for (else the first; None where there is none) and the year."""
    access.require(request.user, rules.GAP)
    bureau, today = queries.bureau_for(request.user), timezone.localdate()
    kinds = queries.kinds_with_roster(bureau, today)
    asked = request.GET.get("kind", "")
    kind = next((row for row in kinds if row.code == asked), kinds[0] if kinds else None)
    year = whole(request.GET.get("year", ""))
    return bureau, kinds, kind, year if year is not None and 2000 <= year <= today.year + 1 else today.year


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
    return whole(request.GET.get(name, "")) or 0


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
