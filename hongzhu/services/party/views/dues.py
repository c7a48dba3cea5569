"""Dues of a branch: the list of bodies, the sheet of a year, bases, arrears, the yearly publication."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import BRANCH_KINDS, Org
from hongzhu.kit.http import download, fills, reads, whole
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dues as actions
from hongzhu.services.party.forms.dues import BasesForm, PublishForm, VoidForm
from hongzhu.services.party.models import DuesNotice
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers
from hongzhu.services.party.rules import dues as dues_rules

EARLIEST = 2000


def year_of(request: HttpRequest, today: date) -> int:
    """The year the address asks for; this one when it cannot be read."""
    asked = whole(request.GET.get("year", ""))
    return asked if asked is not None and EARLIEST <= asked <= today.year + 1 else today.year


@reads
def dues_list(request: HttpRequest) -> HttpResponse:
    """Bodies with their sums; whoever keeps the dues of one branch alone goes straight to its sheet."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    found = queries.listed(request.user, today)
    only = list(found[:2])
    if len(only) == 1 and only[0].kind in BRANCH_KINDS and access.holds(request.user, rules.KEEP, only[0]):
        return redirect("party:dues_sheet", org=only[0].pk, year=today.year)
    year, text = year_of(request, today), request.GET.get("q", "").strip()
    page = Paginator(found.filter(name__icontains=text) if text else found, 50).get_page(request.GET.get("page"))
    kept = set(queries.collecting(request.user, today).order_by().values_list("pk", flat=True))
    return render(
        request, "party/dues_list.html",
        {"page": page, "rows": _with_checks(list(page), year, today), "kept": kept, "year": year, "q": text,
         "years": range(today.year, today.year - 5, -1)},
    )  # fmt: skip


def _with_checks(found: list[Org], year: int, today: date) -> list[tuple[lines.BodyRow, accounts.CheckRow]]:
    """The sums of each body with its last check against the book."""
    return list(zip(lines.body_rows(found, year, today), accounts.last_checks(found, today), strict=True))


@reads
def dues_list_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    year, text = year_of(request, today), request.GET.get("q", "").strip()
    found = queries.listed(request.user, today)
    rows = _with_checks(list(found.filter(name__icontains=text) if text else found), year, today)
    header = (_("党组织"), _("本年实收"), _("未上缴"), _("未核定基数"), _("公布日期"), _("对账日期"), _("对账"))
    told = (
        (row.org.name, row.collected / 100, row.unhanded / 100, row.without_base, row.published_on,
         last.check.on if last.check else None, str(last.chip.word))
        for row, last in rows
    )  # fmt: skip
    title = _("%(year)s年党费收缴情况") % {"year": year}
    name = sheets.file_name(title, f"{today:%Y%m%d}", ext="xlsx")
    return download(write_xlsx(title, header, told, notes=[_("金额单位：元")], money_columns=[1, 2]), name)


@reads
def dues_sheet(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """党费收缴登记表 of one branch and year."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    if not EARLIEST <= year <= today.year + 1:
        raise Http404
    made = lines.sheet(body, year, today)
    behind = (
        len(lines.arrears(body.bureau, [body.pk], today)) if access.holds(request.user, rules.ARREARS, body) else None
    )
    return render(
        request, "party/dues_sheet.html",
        {"body": body, "book": made, "today": today, "here": today.month if year == today.year else 0,
         "notice": DuesNotice.objects.filter(org=body, year=year).first(), "behind": behind,
         "unconfirmed": lines.unconfirmed_bases([body.pk], today).get(body.pk, 0), "months": range(1, 13),
         "last_year": year - 1, "next_year": year + 1 if year < today.year else None,
         "many": queries.listed(request.user, today)[:2].count() > 1},
    )  # fmt: skip


@reads
def dues_sheet_paper(request: HttpRequest, org: int, year: int, kind: str) -> HttpResponse:
    """The sheet as Word or Excel, or the data behind it."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    if kind == "zip":
        return download(papers.data([body], year), sheets.file_name(body.name, _("党费数据"), str(year), ext="zip"))
    made = lines.sheet(body, year, today)
    name = sheets.file_name(body.name, _("党费收缴登记表"), str(year), ext=kind)
    return download(papers.register_docx(made, today) if kind == "docx" else papers.register_xlsx(made), name)


@fills
def dues_bases(request: HttpRequest, org: int) -> HttpResponse:
    """基数核定: everybody's base on one page, confirmed at once."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    rows = lines.current_members(body, today)
    form = BasesForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.confirm_bases(
                org=body, year=today.year, bases=form.base_sets(), by=Actor.of(request.user), on=today
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = {"n": len(rows), "c": changed}
            words = ngettext("已核定%(n)s人，其中%(c)s人有变化。", "已核定%(n)s人，其中%(c)s人有变化。", len(rows))
            messages.success(request, words % told)
            return redirect("party:dues_sheet", org=body.pk, year=today.year)
    part = queries.part_on(body.bureau, today)
    return render(
        request, "party/dues_bases.html", {"body": body, "form": form, "year": today.year, "tables": part.tables}
    )


@reads
def dues_arrears(request: HttpRequest, org: int) -> HttpResponse:
    """Who has not paid for three and for six months, as facts, for the branch's secretary alone."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.ARREARS, today)
    limits = queries.limits_on(body.bureau, today)
    rows = lines.arrears(body.bureau, [body.pk], today)
    part = queries.part_on(body.bureau, today)
    return render(
        request, "party/dues_arrears.html",
        {"body": body, "today": today, "limits": limits, "part": part,
         "groups": [(limits.warn_second, [row for row in rows if row.level == 2], part.warn_second),
                    (limits.warn_first, [row for row in rows if row.level == 1], part.warn_first)],
         "rows": [(row, lines.month_words(row.months)) for row in rows]},
    )  # fmt: skip


@fills
def dues_publish(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """党费公示: the sheet to print, and when it hung."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    if not EARLIEST <= year <= today.year:
        raise Http404
    form = PublishForm(request.POST or None, initial={"posted_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_dues(
                org=body, year=year, posted_on=form.cleaned_data["posted_on"], by=Actor.of(request.user), on=today
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记公布。"))
            return redirect("party:dues_sheet", org=body.pk, year=year)
    made = lines.sheet(body, year, today)
    paid: list[Any] = [
        (line, lines.month_words([cell.month for cell in line.cells if cell and cell.paid]))
        for line in made.lines if line.paid
    ]  # fmt: skip
    notice = DuesNotice.objects.filter(org=body, year=year).first()
    return render(
        request, "party/dues_publish.html",
        {"body": body, "book": made, "paid": paid, "form": form, "notice": notice, "today": today,
         "opens_on": dues_rules.publishing_from(year)},
    )  # fmt: skip


@fills
def dues_notice_void(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """A wrong publication is taken back, so that the year can be published anew."""
    body = queries.open_body(request.user, org, rules.KEEP, timezone.localdate())
    notice = get_object_or_404(DuesNotice.objects.select_related("org"), org=body, year=year)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.void_notice(notice=notice, reason=form.cleaned_data["reason"], by=Actor.of(request.user))
        messages.success(request, _("已作废。"))
        return redirect("party:dues_publish", org=body.pk, year=year)
    back = reverse("party:dues_publish", args=[body.pk, year])
    what = _("%(org)s，%(year)s年") % {"org": body.name, "year": year}
    return render(
        request, "party/dues_void.html", {"form": form, "back": back, "title": _("作废党费公示"), "what": what}
    )


@reads
def dues_notice_paper(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """The notice for the board as Word."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.KEEP, today)
    notice = DuesNotice.objects.filter(org=body, year=year).first()
    made = papers.notice_docx(lines.sheet(body, year, today), notice.posted_on if notice else today)
    return download(made, sheets.file_name(body.name, _("党费公示"), str(year)))
