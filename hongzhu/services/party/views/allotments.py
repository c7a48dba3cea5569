"""Allotments of dues: batches, their units, sending, receiving, reporting the use."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.actions import allotments as actions
from hongzhu.services.party.forms.allotments import AllotmentForm, PayerForm, ReceivedForm, SendForm, UseForm
from hongzhu.services.party.forms.dues import VoidForm
from hongzhu.services.party.models import Allotment
from hongzhu.services.party.queries import allotments as queries
from hongzhu.services.party.queries import dues_account as purses
from hongzhu.services.party.queries import dues_papers as papers
from hongzhu.services.party.rules import allotments as allotment_rules


@reads
def dues_allotments(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    page = Paginator(queries.visible_allotments(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "party/allotment_list.html", {"page": page, "may_allot": queries.may_allot(request.user)})


@reads
def dues_allotments_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    header = (
        _("名称"),
        _("类别"),
        _("年度"),
        _("决定日期"),
        _("单位数"),
        _("金额"),
        _("已拨付"),
        _("已用"),
        _("待报使用"),
    )
    rows = (
        (row.title, row.get_kind_display(), row.year, row.decided_on, row.units, row.fen / 100, row.sent, row.used / 100,
         row.unreported)
        for row in queries.visible_allotments(request.user)
    )  # fmt: skip
    name = sheets.file_name(_("党费下拨"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(_("党费下拨"), header, rows, notes=[_("金额单位：元")], money_columns=[5, 7]), name)


def _lines(request: HttpRequest, allotment: Allotment) -> tuple[str, Any]:
    found = queries.visible_lines(request.user).filter(allotment=allotment)
    show = request.GET.get("show", "")
    if show == "unreported":
        return show, found.filter(sent_on__isnull=False, reported_on__isnull=True)
    if show == "unsent":
        return show, found.filter(sent_on__isnull=True)
    return "", found


@reads
def dues_allotment(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch with its units: sent, received, used, and who has not reported the use."""
    allotment = queries.open_allotment(request.user, pk)
    show, found = _lines(request, allotment)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    several = queries.several_payers(allotment.bureau_id, timezone.localdate())
    return render(
        request, "party/allotment_page.html",
        {"allotment": allotment, "page": page, "show": show, "may_allot": queries.may_allot(request.user),
         "several": several,
         "lines": [(line, allotment_rules.chip_of(line)) for line in page],
         "unsent": allotment.units - allotment.sent},  # type: ignore[attr-defined]
    )  # fmt: skip


@reads
def dues_allotment_export(request: HttpRequest, pk: int) -> HttpResponse:
    allotment = queries.open_allotment(request.user, pk)
    _show, found = _lines(request, allotment)
    return download(papers.allotment_xlsx(allotment, list(found)), sheets.file_name(allotment.title, ext="xlsx"))


def _check_allots(request: HttpRequest) -> None:
    access.require(request.user, rules.MONEY)
    if not queries.may_allot(request.user):
        raise PermissionDenied(_("党费下拨由教育局党建办办理。"))


@fills
def dues_allotment_new(request: HttpRequest) -> HttpResponse:
    """A batch by one rule."""
    _check_allots(request)
    today = timezone.localdate()
    form = AllotmentForm(
        request.POST or None, units=queries.units(request.user, today),
        payers=queries.payers(access.bureau_of(request.user), today),
        initial={"kind": Allotment.Kind.SPECIAL, "decided_on": today, "year": today.year},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.allot(
                bureau=request.user.bureau, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记，拨付时再写凭证号。"))
            return redirect("party:dues_allotment", pk=made.pk)
    return render(request, "party/allotment_form.html", {"form": form})


@fills
def dues_allotment_payer(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose money it is, before any of it is sent."""
    allotment = queries.open_allotment(request.user, pk)
    _check_allots(request)
    today = timezone.localdate()
    form = PayerForm(
        request.POST or None, payers=queries.payers(allotment.bureau_id, today), initial={"payer": allotment.payer_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_payer(allotment=allotment, by=Actor.of(request.user), on=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存拨付党组织。"))
            return redirect("party:dues_allotment", pk=allotment.pk)
    return render(request, "party/allotment_payer.html", {"form": form, "allotment": allotment})


@fills
def dues_allotment_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Which units are paid, under one voucher."""
    allotment = queries.open_allotment(request.user, pk)
    _check_allots(request)
    today = timezone.localdate()
    unsent = queries.visible_lines(request.user).filter(allotment=allotment, sent_on__isnull=True)
    form = SendForm(request.POST or None, lines=unsent, initial={"sent_on": today, "lines": list(unsent)})
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.send_allotment(
                allotment=allotment, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记拨付%(n)s个单位。") % {"n": count})
            return redirect("party:dues_allotment", pk=allotment.pk)
    nobodys = allotment.payer is None and queries.several_payers(allotment.bureau_id, today)
    return render(
        request, "party/allotment_send.html",
        {"form": form, "allotment": allotment, "nobodys": nobodys, "purse": purses.purse_of(allotment, today)},
    )  # fmt: skip


@fills
def dues_allotment_void(request: HttpRequest, pk: int) -> HttpResponse:
    allotment = queries.open_allotment(request.user, pk)
    _check_allots(request)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_allotment(
                allotment=allotment, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废。"))
            return redirect("party:dues_allotment", pk=allotment.pk)
    back = reverse("party:dues_allotment", args=[allotment.pk])
    return render(
        request, "party/dues_void.html",
        {"form": form, "back": back, "title": _("作废下拨"), "what": allotment.title},
    )  # fmt: skip


@reads
def dues_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's part of a batch, with what it does next."""
    line = queries.open_line(request.user, pk, rules.VIEW)
    return render(
        request, "party/allotment_line.html",
        {"line": line, "chip": allotment_rules.chip_of(line), "may_keep": access.holds(request.user, rules.KEEP, line.org)},
    )  # fmt: skip


@fills
def dues_line_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit says that the money arrived."""
    line = queries.open_line(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    form = ReceivedForm(request.POST or None, initial={"received_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.receive_allotment(
                line=line, received_on=form.cleaned_data["received_on"], by=Actor.of(request.user), on=today
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已确认收到。"))
            return redirect("party:dues_line", pk=line.pk)
    return render(request, "party/allotment_line_form.html", {"form": form, "line": line, "title": _("确认收到")})


@fills
def dues_line_use(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit reports what it spent, on what, with which vouchers."""
    line = queries.open_line(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    first = {"used": line.used or None, "used_for": line.used_for, "voucher": line.used_voucher, "reported_on": today}
    form = UseForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_use(line=line, by=Actor.of(request.user), on=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已报告使用情况。"))
            return redirect("party:dues_line", pk=line.pk)
    return render(request, "party/allotment_line_form.html", {"form": form, "line": line, "title": _("报告使用情况")})
