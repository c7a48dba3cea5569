"""One request: before sending what is known about it, after sending how far it is, and what comes of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.forms import ReasonForm
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import papers, requests, returns
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.read import TableRefused

from .shown import show_request, step

PAGE = 200


@reads
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show_request(request, requests.open_request(request.user, pk))


@reads
def request_returns(request: HttpRequest, pk: int) -> HttpResponse:
    """The units in the asker's order: who has handed in, who is missing."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    show = request.GET.get("show", "")
    page = Paginator(returns.of_request(request.user, asked, show), PAGE).get_page(request.GET.get("page"))
    lines = [(row, rules.chip_of(row), rules.submitter(row)) for row in page.object_list]
    return render(
        request,
        "collections/return_table.html",
        {
            "asked": asked, "page": page, "lines": lines, "show": show, "progress": returns.progress(asked),
            "remind_n": returns.to_remind(asked, timezone.localdate()).count(),
            "open": asked.status == Request.Status.OUT,
        },
    )  # fmt: skip


@reads
def returns_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The units as filtered."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    rows = returns.of_request(request.user, asked, request.GET.get("show", ""))
    return download(papers.returns_xlsx(rows), sheets.file_name(asked.title, _("各单位填报"), ext="xlsx"))


@reads
def request_merged(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything handed in, in the superior's own file."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    if withheld := requests.withheld_from(request.user, asked):
        raise PermissionDenied(next(iter(withheld.values())))
    try:
        data = papers.merged_xlsx(asked)
    except TableRefused as refused:
        return render(request, "collections/refused.html", {"asked": asked, "why": str(refused)}, status=409)
    return download(data, sheets.file_name(asked.title, _("汇总"), ext="xlsx"))


@reads
def request_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report put together from accepted parts."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    return download(papers.report_docx(asked), sheets.file_name(asked.title, _("汇总")))


@acts
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    asked = requests.open_request(request.user, pk, rules.ASK)
    by, today, now = Actor.of(request.user), timezone.localdate(), timezone.now()
    form = ReasonForm(request.POST)
    return step(
        request,
        form,
        lambda given: actions.withdraw(request=asked, reason=given["reason"], by=by, on=today, now=now),
        done=_("已撤回。"),
        back=reverse("collections:request_page", args=[pk]),
        again=lambda: show_request(request, asked, reason_form=form),
    )


@acts
def request_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """One reminder to those alone who are missing."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    try:
        count = actions.remind(request=asked, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        told = ngettext("已提醒%(n)s个单位。", "已提醒%(n)s个单位。", count) % {"n": count}
        messages.success(request, told if count else _("没有要提醒的单位，或这一轮已经提醒过。"))
    return redirect("collections:request_page", pk=pk)


@acts
def request_close(request: HttpRequest, pk: int) -> HttpResponse:
    """汇总 and close, with what it has cost."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    try:
        actions.close(request=asked, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已汇总。"))
    return redirect("collections:request_page", pk=pk)
