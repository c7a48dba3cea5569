"""双带头: both sides of the secretaries of teachers' branches, against the bureau's tests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit.chips import Chip
from hongzhu.kit.http import reads
from hongzhu.services.party import rules
from hongzhu.services.party.queries import leaders

from .sending import Choice, Column, Listing, chosen, excel, show_list


def _chip(met: bool | None, tests: bool) -> Chip | str:
    if not tests:
        return ""
    if met is None:
        return Chip(_("未报"), "plain", "dash")
    return Chip(_("符合"), "ok", "tick") if met else Chip(_("不符合"), "mind", "gap")


def _columns(tests: Any) -> list[Column]:
    party = any(test.side == "party" for test in tests)
    professional = any(test.side == "professional" for test in tests)
    return [
        Column(_("书记"), lambda row: row.person.name),
        Column(_("党支部"), lambda row: row.post.org.name),
        Column(_("入党日期"), lambda row: row.told.joined_on, "hz-drop"),
        Column(_("任书记起"), lambda row: row.told.secretary_since, "hz-drop"),
        Column(_("学历"), lambda row: row.education, "hz-drop"),
        Column(_("专业称号"), lambda row: _("、").join(row.titles)),
        Column(_("党务一方"), lambda row: _chip(row.party, party)),
        Column(_("业务一方"), lambda row: _chip(row.professional, professional), "hz-sum"),
        Column(_("不符合或未报的"), lambda row: _("、").join((*row.lacking, *row.unknown)), "hz-sub"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], Any, list[Any], list[Any]]:
    filters, today = chosen(request), timezone.localdate()
    tests = leaders.tests_of(request.user.bureau, today)
    rows = leaders.leaders(request.user, today, tests)
    text = filters.get("q", "")
    shown = [row for row in rows if text in row.person.name or text in row.post.org.name]
    if filters.get("state") == "short":
        shown = [row for row in shown if not row.both]
    if filters.get("state") == "both":
        shown = [row for row in shown if row.both]
    return filters, tests, rows, shown


@reads
def leader_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, tests, rows, shown = _rows(request)
    listing = Listing(
        title=_("双带头"), columns=_columns(tests), export="party:sending_leader_export",
        back=reverse("party:sending_index"),
        note=_("标准：%(tests)s") % {"tests": _("；").join(str(test.title) for test in tests)} if tests
        else _("本局还没有定双带头的标准，只列情况；标准在制度包“党务-选派与培养”里定"),
        empty=(_("没有教师党支部书记"), _("先登记党支部和书记")),
        filters=[Choice("state", _("状态"), [("", _("全部")), ("short", _("还不双符合的")), ("both", _("双符合"))], filters.get("state", ""))],
        figures=[(_("书记"), len(rows)), *([(_("双符合"), leaders.share(rows))] if tests else [])],
    )  # fmt: skip
    return show_list(request, listing, shown)


@reads
def leader_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    _filters, tests, _all, shown = _rows(request)
    return excel(_("教师党支部书记双带头情况"), _columns(tests), shown)
