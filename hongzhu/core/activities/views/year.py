"""A year of one kind of act: who of a body took part, and the themes of all bodies side by side."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries, rules
from hongzhu.core.activities.pack import ActKind
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.kit.http import reads
from hongzhu.kit.tables.write import write_xlsx

from .asked import USUAL_KIND, download, year_of

BODIES_A_PAGE = 100


def _month_words() -> list[str]:
    return [_("%s月") % month for month in queries.MONTHS]


def _chosen(kinds: list[ActKind], code: str) -> ActKind | None:
    """The kind asked for, else the usual one, else the first; None where there is none."""
    known = {kind.code: kind for kind in kinds}
    return known.get(code) or known.get(USUAL_KIND) or next(iter(kinds), None)


def _years(year: int) -> list[int]:
    return list(range(year - 2, max(year, timezone.localdate().year) + 1))


def _partaking(request: HttpRequest, pk: int) -> tuple[Org, list[ActKind], ActKind | None, int, queries.Partaking]:
    body = queries.open_body(request.user, pk)
    today, year = timezone.localdate(), year_of(request)
    kinds = queries.roster_kinds(body, today)
    kind = _chosen(kinds, request.GET.get("kind", ""))
    made = (
        queries.partaking(request.user, body, kind, year, today) if kind else queries.Partaking([], own_only=True)
    )  # fmt: skip
    return body, kinds, kind, year, made


@reads
def partaking(request: HttpRequest, pk: int) -> HttpResponse:
    """参加情况 of one body: who took part in the acts of a kind, month by month; a member sees the own line alone."""
    body, kinds, kind, year, made = _partaking(request, pk)
    short = request.GET.get("left") == "1"
    return render(
        request,
        "activities/partaking.html",
        {
            "body": body,
            "kinds": kinds,
            "kind": kind,
            "year": year,
            "years": _years(year),
            "made": made,
            "lines": made.left if short else made.lines,
            "short": short,
            "may_record": queries.may_record(request.user, body),
        },
    )


@reads
def partaking_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in Excel: 到会和补学的次数/应参加的次数 in each month."""
    body, _kinds, kind, year, made = _partaking(request, pk)
    header = [
        _("姓名"), *_month_words(), pgettext("count", "应参加"), _("到会"), _("已补学"), _("待补学"), _("完成率（%）"),
    ]  # fmt: skip
    rows = [
        [
            line.name if line.on_roster else _("%s（已不在名册）") % line.name,
            *_shares(line.cells),
            *_figures(line.total),
        ]
        for line in made.lines
    ]
    if rows and not made.own_only:
        rows.append([_("合计"), *_shares(made.months), *_figures(made.total)])
    title = _("参加情况")
    return download(
        write_xlsx(title, header, rows), str(year), str(kind.title) if kind else title, title, body.name, ext="xlsx"
    )


def _shares(cells: list[tuple[int, queries.Share | None]]) -> list[str]:
    return [f"{share.done}/{share.due}" if share else "" for _month, share in cells]


def _figures(share: queries.Share) -> list[Any]:
    return [share.due, share.there, share.made_up, share.left, share.rate]


def _themes(request: HttpRequest) -> tuple[list[ActKind], ActKind | None, int, list[queries.ThemeLine]]:
    access.require(request.user, rules.COMPARE)
    user: Any = request.user
    bureau: Bureau | None = user.bureau
    today, year = timezone.localdate(), year_of(request)
    kinds = sorted(
        (kind for kind in queries.section_of(bureau, today).kinds if kind.active and not kind.daily),
        key=lambda kind: kind.order,
    ) if bureau else []  # fmt: skip
    kind = _chosen(kinds, request.GET.get("kind", ""))
    lines = queries.theme_lines(user, kind, year) if kind else []
    name = request.GET.get("q", "").strip()[:40]
    again = request.GET.get("again") == "1"
    return kinds, kind, year, [line for line in lines if name in line.org.name and (line.again or not again)]


@reads
def theme_list(request: HttpRequest) -> HttpResponse:
    """主题一览: what each body held or plans, month by month, side by side (B06)."""
    kinds, kind, year, lines = _themes(request)
    return render(
        request,
        "activities/theme_list.html",
        {
            "kinds": kinds,
            "kind": kind,
            "year": year,
            "years": _years(year),
            "page": Paginator(lines, BODIES_A_PAGE).get_page(request.GET.get("page")),
            "again": request.GET.get("again") == "1",
            "asked_name": request.GET.get("q", "").strip()[:40],
            "months": queries.MONTHS,
        },
    )


@reads
def theme_export(request: HttpRequest) -> HttpResponse:
    """The same in Excel."""
    _kinds, kind, year, lines = _themes(request)
    header = [_("组织"), *_month_words(), _("重复的主题"), _("志愿服务（小时）")]
    rows = [
        [line.org.name, *(_("；").join(_theme_text(theme) for theme in themes) for _month, themes in line.cells),
         line.again, line.hours]
        for line in lines
    ]  # fmt: skip
    title = _("主题一览")
    return download(write_xlsx(title, header, rows), str(year), str(kind.title) if kind else title, title, ext="xlsx")


def _theme_text(theme: queries.Theme) -> str:
    return theme.text if theme.act else _("%s（计划）") % theme.text
