"""The register, what came in, what goes out, and their Excel."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents import queries, rules
from hongzhu.core.documents.forms import FilterForm
from hongzhu.core.documents.models import Document, Recipient
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import download, reads

PAGE = 50


@reads
def document_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    rows, chosen = _narrowed(request, queries.visible_to(request.user))
    return _list_page(request, queries.with_coverage(rows), chosen, "documents/document_list.html")


@reads
def document_outbox(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.DRAFT)
    rows, chosen = _narrowed(request, queries.outbox(request.user))
    return _list_page(request, queries.with_coverage(rows), chosen, "documents/document_outbox.html")


@reads
def document_inbox(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    rows, show = _received(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/document_inbox.html", {"page": page, "show": show, "today": timezone.localdate()})


def _received(request: HttpRequest) -> tuple[QuerySet[Recipient], str]:
    rows = queries.inbox(request.user)
    show = request.GET.get("show", "")
    if show == "unread":
        rows = rows.filter(read_at__isnull=True)
    elif show == "unreplied":
        rows = rows.filter(document__needs_reply=True, replied_at__isnull=True)
    return rows, show


@reads
def inbox_export(request: HttpRequest) -> HttpResponse:
    """收文 as filtered."""
    access.require(request.user, rules.VIEW)
    rows, _show = _received(request)
    return _excel(queries.inbox_xlsx(rows), _("收文"))


@reads
def document_export(request: HttpRequest) -> HttpResponse:
    """The register as filtered; ``box=out``: only what the user's own unit drafted and issued."""
    access.require(request.user, rules.VIEW)
    rows = queries.outbox(request.user) if request.GET.get("box") == "out" else queries.visible_to(request.user)
    rows, _chosen = _narrowed(request, rows)
    return _excel(queries.register_xlsx(queries.with_coverage(rows)), _("文件登记册"))


@reads
def coverage_export(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk)
    return _excel(queries.coverage_xlsx(queries.recipients_of(request.user, document)), _("签收情况"))


@reads
def sign_ups_export(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk)
    return _excel(queries.sign_ups_xlsx(queries.addressed_sign_ups(request.user, document)), _("报名"))


def _excel(data: bytes, name: str) -> HttpResponse:
    return download(data, sheets.file_name(name, f"{timezone.localdate():%Y%m%d}", ext="xlsx"))


def _narrowed(request: HttpRequest, rows: QuerySet[Document]) -> tuple[QuerySet[Document], dict[str, Any]]:
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    chosen = form.cleaned_data
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("status"):
        rows = rows.filter(status=chosen["status"])
    if chosen.get("year"):
        rows = rows.filter(issued_on__year=chosen["year"])
    if text := chosen.get("q"):
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text))
    return rows, chosen


def _list_page(request: HttpRequest, rows: QuerySet[Document], chosen: dict[str, Any], template: str) -> HttpResponse:
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for document in page.object_list:
        document.chip = queries.status_chip(document)
    this_year = timezone.localdate().year
    return render(
        request,
        template,
        {
            "page": page,
            "chosen": chosen,
            "kinds": Document.Kind.choices,
            "statuses": Document.Status.choices,
            "years": range(this_year, this_year - 8, -1),
            "may_draft": access.may(request.user, rules.DRAFT),
        },
    )
