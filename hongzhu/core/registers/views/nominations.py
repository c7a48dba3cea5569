"""Nominations for titles of a year."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import DayForm, DeclineForm, GrantForm, NominationForm, PostingForm
from hongzhu.core.registers.models import Honour, Nomination
from hongzhu.core.registers.queries import nominations
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

from .asking import chosen, excel, tell


def _asked(request: HttpRequest) -> tuple[dict[str, Any], QuerySet[Nomination]]:
    """Filters and the rows they leave: the page and its Excel show the same."""
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    rows = nominations.narrowed(
        nominations.visible_to(request.user), timezone.localdate(), year=filters.get("year"),
        level=filters.get("level", ""), state=filters.get("show", ""), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def nomination_list(request: HttpRequest) -> HttpResponse:
    filters, rows = _asked(request)
    today = timezone.localdate()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    states = [("", _("全部状态")), ("held", _("现在持有")), *Nomination.Status.choices]
    return render(
        request, "registers/nomination_list.html",
        {"page": page, "lines": [(row, rules.nomination_chip(row, today)) for row in page], "chosen": filters,
         "levels": Honour.Level.choices, "states": states, "years": range(today.year, today.year - 10, -1),
         "may_nominate": access.may(request.user, rules.NOMINATE)},
    )  # fmt: skip


@reads
def nomination_export(request: HttpRequest) -> HttpResponse:
    _filters, rows = _asked(request)
    today = timezone.localdate()
    header = (
        _("年度"), _("荣誉名称"), _("单位"), _("个人"), _("级别"), _("推荐单位"), _("推荐日期"), _("评审日期"), _("公示截止"),
        _("授予日期"), _("状态"), _("未授予原因"),
    )  # fmt: skip
    told = (
        (
            row.year, row.title, row.org.name if row.org else "", row.person.name if row.person else "",
            row.get_level_display(), row.nominated_by.name, row.proposed_on, row.reviewed_on, row.posted_to,
            row.honour.granted_on if row.honour else None, str(rules.nomination_chip(row, today).word), row.reason,
        )
        for row in rows.iterator(chunk_size=2000)
    )  # fmt: skip
    return excel(_("争创先进登记册"), header, told)


@fills
def nomination_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.NOMINATE)
    today = timezone.localdate()
    form = NominationForm(
        request.POST or None, user=request.user, rows=nominations.nominators(request.user, today),
        initial={"year": today.year, "proposed_on": today, "level": "COUNTY"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.nominate(by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已推荐。"))
            return redirect("registers:nomination_page", pk=row.pk)
    return render(request, "registers/nomination_form.html", {"form": form})


@reads
def nomination_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, nominations.open_nomination(request.user, pk))


def _page(request: HttpRequest, row: Nomination, refused: Any = None) -> HttpResponse:
    """The nomination with the short forms of its next step; a refused one as it was typed."""
    today = timezone.localdate()
    decides = access.holds(request.user, rules.ASSIGN, row.nominated_by)
    forms: dict[str, Any] = {}
    if decides and row.status == Nomination.Status.PROPOSED:
        forms["review"] = DayForm(initial={"on": today}, auto_id="id_review_%s")
    if decides and row.status == Nomination.Status.REVIEWED:
        until = nominations.posted_until(request.user.bureau, today)
        forms["post"] = PostingForm(initial={"on": today, "to": until}, auto_id="id_post_%s")
    if decides and row.status in (Nomination.Status.REVIEWED, Nomination.Status.POSTED):
        forms["grant"] = GrantForm(initial={"on": today, "granted_by": request.user.bureau.name}, auto_id="id_grant_%s")
    if decides and row.status in rules.UNDECIDED:
        forms["decline"] = DeclineForm(auto_id="id_decline_%s")
    for name, form in forms.items():
        if isinstance(refused, type(form)):
            forms[name] = refused
    withdraws = row.status in rules.UNDECIDED and access.holds(request.user, rules.NOMINATE, row.nominated_by)
    return render(
        request, "registers/nomination_page.html",
        {"row": row, "chip": rules.nomination_chip(row, today), "forms": forms, "withdraws": withdraws, "refused": refused},
    )  # fmt: skip


def _write(request: HttpRequest, row: Nomination, form: Any, write: Callable[..., Any], done: str) -> HttpResponse:
    """One short form of the page: written, or the page again with what was typed and why it was refused."""
    if form.is_valid():
        try:
            write(nomination=row, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("registers:nomination_page", pk=row.pk)
    return _page(request, row, refused=form)


@acts
def nomination_review(request: HttpRequest, pk: int) -> HttpResponse:
    row = nominations.open_nomination(request.user, pk, rules.ASSIGN)
    today = timezone.localdate()
    own, others = nominations.decided_by_own(row, request.user, today)
    write = partial(actions.review_nomination, today=today, own=own, others=others)
    return _write(request, row, DayForm(request.POST, auto_id="id_review_%s"), write, _("已登记评审。"))


@acts
def nomination_post(request: HttpRequest, pk: int) -> HttpResponse:
    row = nominations.open_nomination(request.user, pk, rules.ASSIGN)
    write = partial(actions.post_nomination, today=timezone.localdate())
    return _write(request, row, PostingForm(request.POST, auto_id="id_post_%s"), write, _("已登记公示。"))


@acts
def nomination_grant(request: HttpRequest, pk: int) -> HttpResponse:
    row = nominations.open_nomination(request.user, pk, rules.ASSIGN)
    today = timezone.localdate()
    own, others = nominations.decided_by_own(row, request.user, today)
    write = partial(actions.grant_nomination, today=today, own=own, others=others)
    return _write(
        request, row, GrantForm(request.POST, auto_id="id_grant_%s"), write, _("已授予，荣誉登记册里有了这一项。")
    )


@acts
def nomination_decline(request: HttpRequest, pk: int) -> HttpResponse:
    row = nominations.open_nomination(request.user, pk, rules.ASSIGN)
    form = DeclineForm(request.POST, auto_id="id_decline_%s")
    return _write(request, row, form, actions.decline_nomination, _("已登记未授予。"))


@acts
def nomination_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = nominations.open_nomination(request.user, pk, rules.NOMINATE)
    try:
        actions.withdraw_nomination(nomination=row, by=Actor.of(request.user))
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已撤回推荐。"))
    return redirect("registers:nomination_page", pk=pk)
