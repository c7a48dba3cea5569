"""议定事项: the list, one item, reporting, verifying, dropping."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Role
from hongzhu.core.activities import actions, queries, rules
from hongzhu.core.activities.forms import ItemReportForm
from hongzhu.core.activities.models import Resolution
from hongzhu.core.people.models import Person
from hongzhu.kit.http import acts, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx

from .asked import download, number

PER_PAGE = 50
MOST_EXPORTED = 20_000


def _rows(request: HttpRequest) -> Any:
    return queries.items(
        request.user,
        today=timezone.localdate(),
        org=number(request, "org"),
        kind=request.GET.get("kind", "")[:12],
        state=request.GET.get("state", "open")[:12],
    )


@reads
def item_list(request: HttpRequest) -> HttpResponse:
    """Open, overdue, closed, and major decisions without the Party organisation's opinion (A18)."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    org = number(request, "org")
    words = queries.item_words_for(request.user, today)
    page = Paginator(_rows(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "activities/item_list.html",
        {
            "page": page,
            "rows": [(row, queries.chip_of(row, today), words.category(row), words.lacks_opinion(row)) for row in page],
            "state": request.GET.get("state", "open"),
            "kind": request.GET.get("kind", ""),
            "kinds": Resolution.Kind.choices,
            "org": queries.open_body(request.user, org) if org else None,
        },
    )


@reads
def item_export(request: HttpRequest) -> HttpResponse:
    """议定事项落实台账 in Excel, as filtered."""
    access.require(request.user, rules.VIEW)
    words = queries.item_words_for(request.user, timezone.localdate())
    header = [
        _("党组织"),
        _("议定时间"),
        _("类别"),
        _("方面"),
        _("事项"),
        _("提出单位"),
        _("党组织意见"),
        _("研究日期"),
        _("责任人"),
        _("时限"),
        _("进展"),
        _("进展情况"),
        _("完成时间"),
        _("验收人"),
    ]
    rows = (
        [
            row.org.name,
            row.act.held_on,
            str(row.get_kind_display()),
            words.category(row),
            row.matter,
            row.proposer,
            str(row.get_opinion_display()) if row.opinion else "",
            row.opinion_on,
            row.owner.name if row.owner else "",
            row.due_on,
            str(queries.chip_of(row, timezone.localdate()).word),
            row.progress,
            row.closed_on,
            row.closed_by.name if row.closed_by else "",
        ]
        for row in _rows(request)[:MOST_EXPORTED]
    )
    title = _("议定事项落实台账")
    return download(write_xlsx(title, header, rows), title, ext="xlsx")


@reads
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what, who, until when, how far, and what the viewer may do next."""
    row = queries.open_item(request.user, pk)
    who = _person(request)
    recorder = queries.may_record(request.user, row.org)
    words = queries.item_words(queries.section_of(row.act.bureau, row.act.held_on))
    return render(
        request,
        "activities/item.html",
        {
            "category": words.category(row),
            "asks": words.asks(row),
            "row": row,
            "chip": queries.chip_of(row, timezone.localdate()),
            "may_report": rules.can_be_reported(row, who.pk if who else None, recorder=recorder) and _writes(request),
            "may_close": rules.can_be_closed(row, who.pk if who else None) if _verifies(request, row) else None,
            "recorder": recorder,
            "form": ItemReportForm(initial={"progress": row.progress}),
        },
    )


def _person(request: HttpRequest) -> Person | None:
    user: Any = request.user
    return user.person if getattr(user, "person_id", None) else None


def _writes(request: HttpRequest) -> bool:
    """Everybody but a reader: an inspector looks and touches nothing."""
    return access.role_of(request.user) != Role.INSPECTOR


def _verifies(request: HttpRequest, row: Resolution) -> bool:
    """Who may verify: recorders of the body and those who review it from above."""
    return queries.may_record(request.user, row.org) or access.holds(request.user, rules.REVIEW, row.org)


def _to_verify(request: HttpRequest, pk: int) -> Resolution:
    row = queries.open_item(request.user, pk)
    if not _verifies(request, row):
        raise PermissionDenied(_("你现在的角色不能验收这一项。需要时请联系支部记录人。"))
    return row


@acts
def item_report(request: HttpRequest, pk: int) -> HttpResponse:
    """报进展, by its owner or a recorder."""
    row = queries.open_item(request.user, pk)
    who = _person(request)
    recorder = queries.may_record(request.user, row.org)
    if not recorder and (who is None or who.pk != row.owner_id):
        raise PermissionDenied(_("只有负责人和支部记录人能报进展。"))
    form = ItemReportForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("请写进展情况，200字以内。"))
        actions.report_resolution(
            item=row, progress=form.cleaned_data["progress"], done=form.cleaned_data["done"], who=who,
            recorder=recorder, by=Actor.of(request.user), on=timezone.localdate(),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("进展已记下。"))
    return redirect("activities:item", row.pk)


@acts
def item_close(request: HttpRequest, pk: int) -> HttpResponse:
    """验收销号, by another than who did it."""
    row = _to_verify(request, pk)
    try:
        actions.close_resolution(item=row, who=_person(request), by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已销号。"))
    return redirect("activities:item", row.pk)


@acts
def item_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not done yet: back to its owner."""
    row = _to_verify(request, pk)
    try:
        actions.send_back(
            item=row, progress=request.POST.get("progress", ""), who=_person(request), by=Actor.of(request.user)
        )
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已退回继续办理。"))
    return redirect("activities:item", row.pk)


@acts
def item_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """不再办理, with a reason."""
    row = queries.open_item(request.user, pk)
    access.check(request.user, rules.record_perm(row.org.kind), row.org)
    try:
        actions.drop_resolution(item=row, reason=request.POST.get("reason", ""), by=Actor.of(request.user))
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已标为不再办理。"))
    return redirect("activities:item", row.pk)
