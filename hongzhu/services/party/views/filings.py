"""支部设立、更名、改变类别、合并、撤销: the list of requests, one request, its answer and its effect."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules as perms
from hongzhu.services.party.actions import filings as actions
from hongzhu.services.party.forms.terms import AnswerFilingForm, AskFilingForm, FilterForm, FinishForm
from hongzhu.services.party.models import Filing
from hongzhu.services.party.queries import filings, terms
from hongzhu.services.party.queries import filings_paper as paper
from hongzhu.services.party.rules import filings as rules

PAGE = 50


def _found(request: HttpRequest) -> tuple[Any, str]:
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    show = form.cleaned_data.get("show") or ""
    rows = filings.visible_to(request.user).order_by("-asked_on", "-id")
    return (rows.filter(status=show) if show in Filing.Status.values else rows), show


@reads
def election_filing_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    found, show = _found(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "party/filing_list.html",
        {"page": page, "rows": [(row, rules.chip(row)) for row in page], "show": show, "statuses": Filing.Status.choices,
         "may_ask": filings.may_ask(request.user)},
    )  # fmt: skip


@reads
def election_filing_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    title = _("党组织设立变更")
    header = (
        _("事项"), _("党组织"), _("新名称"), _("新类别"), _("并入（承接）"), _("上级党组织"), _("事由"), _("请示日期"), _("请示文号"),
        _("批复日期"), _("批复文号"), _("生效日期"), _("状态"),
    )  # fmt: skip
    rows = (
        (row.get_want_display(), row.org.name if row.org else "", row.name, row.get_kind_display(),
         row.into.name if row.into else "", row.superior.name, row.reason, row.asked_on, row.number, row.replied_on,
         row.reply_number, row.done_on, str(rules.chip(row).word))
        for row in _found(request)[0]
    )  # fmt: skip
    name = sheets.file_name(title, f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(write_xlsx(title, header, rows), name)


@fills
def election_filing_new(request: HttpRequest) -> HttpResponse:
    """请示: shown again with the thresholds it touches before it is sent."""
    if not filings.may_ask(request.user):
        access.require(request.user, perms.KEEP)
    today = timezone.localdate()
    form = AskFilingForm(request.POST or None, user=request.user, today=today, initial={"on": today})
    cautions: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        cautions = form.cautions()
        if not cautions or given["seen"]:
            filings.check_asks(request.user, given["org"] or given["host"], given["superior"])
            given.pop("seen")
            try:
                filing = actions.ask(bureau=request.user.bureau, by=Actor.of(request.user), today=today, **given)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("已登记请示，等上级批复。"))
                return redirect("party:election_filing_page", pk=filing.pk)
    return render(request, "party/filing_form.html", {"form": form, "cautions": cautions})


@reads
def election_filing_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, filings.open_filing(request.user, pk))


def _page(request: HttpRequest, filing: Filing, refused: Any = None) -> HttpResponse:
    today = timezone.localdate()
    outside = terms.is_outside(filing.superior)
    above = access.holds(request.user, perms.LEAD, filing.superior)
    place = filing.org or filing.host
    keeps = place is not None and access.holds(request.user, perms.KEEP, place)
    answer_form = finish_form = None
    if filing.status == Filing.Status.ASKED and (keeps or above if outside else above):
        answer_form = refused or AnswerFilingForm(initial={"on": today})
    if filing.status == Filing.Status.ALLOWED and (
        access.may(request.user, access_rules.CHANGE_ORGS) if outside else above
    ):
        finish_form = refused or FinishForm(initial={"on": today})
    cautions = []
    if filing.status in (Filing.Status.ASKED, Filing.Status.ALLOWED):
        cautions = filings.cautions(
            filing.want, org=filing.org, into=filing.into, kind=filing.kind, members=filing.members,
            units=filing.others.count() + (1 if filing.host_id else 0), on=today,
        )  # fmt: skip
    return render(
        request, "party/filing_page.html",
        {"filing": filing, "chip": rules.chip(filing), "others": list(filing.others.order_by("sort", "id")),
         "answer_form": answer_form, "finish_form": finish_form, "refused": refused, "outside": outside, "cautions": cautions},
    )  # fmt: skip


@reads
def election_filing_paper(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The request or the reply as Word."""
    made = paper.write(filings.open_filing(request.user, pk), code)
    if made is None:
        raise Http404
    return download(made[1], made[0])


@acts
def election_filing_answer(request: HttpRequest, pk: int) -> HttpResponse:
    filing = filings.open_to_answer(request.user, pk)
    form = AnswerFilingForm(request.POST)
    if form.is_valid():
        try:
            actions.answer(filing=filing, by=Actor.of(request.user), today=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已答复。"))
            return redirect("party:election_filing_page", pk=filing.pk)
    return _page(request, filing, form)


@acts
def election_filing_finish(request: HttpRequest, pk: int) -> HttpResponse:
    filing = filings.open_to_finish(request.user, pk)
    form = FinishForm(request.POST)
    if form.is_valid():
        try:
            actions.finish(
                filing=filing, by=Actor.of(request.user), on=form.cleaned_data["on"], today=timezone.localdate()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已办结，机构已按批复调整。"))
            return redirect("party:election_filing_list")
    return _page(request, filing, form)
