"""组织关系转接: batches and single transfers, one transfer step by step, the lost in between, the member's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules as perms
from hongzhu.services.party.actions import transfers as actions
from hongzhu.services.party.engine import transfers as engine
from hongzhu.services.party.forms.terms import FilterForm
from hongzhu.services.party.forms.transfers import (
    AskTransferForm,
    BatchForm,
    JoinForm,
    ReceiveForm,
    ReceiveInForm,
    ReturnForm,
    SendForm,
    SinceForm,
    SpeakForm,
    WhoForm,
)
from hongzhu.services.party.models import Transfer, TransferBatch
from hongzhu.services.party.queries import transfers
from hongzhu.services.party.queries import transfers_paper as paper
from hongzhu.services.party.rules import transfers as rules

PAGE = 50
Status, Way = Transfer.Status, Transfer.Way


def _found(request: HttpRequest) -> tuple[Any, dict[str, Any]]:
    """Single transfers and those of batches, as asked for."""
    form = FilterForm(request.GET)
    form.is_valid()  # what cannot be read narrows nothing
    asked = form.cleaned_data
    show, text = asked.get("show") or "", (asked.get("q") or "").strip()
    rows = transfers.visible_to(request.user).order_by("-asked_on", "-id")
    if show == "open":
        rows = rows.filter(status__in=rules.OPEN)
    elif show in Status.values:
        rows = rows.filter(status=show)
    if text:
        rows = rows.filter(person__name__icontains=text)
    return rows, {"show": show, "q": text}


@reads
def transfer_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    today = timezone.localdate()
    found, asked = _found(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "party/transfer_list.html",
        asked | {"page": page, "lines": transfers.lines(request.user, page, today), "statuses": Status.choices,
                 "batches": list(transfers.batches(request.user)[:12]), "lost": transfers.lost(request.user, today).count(),
                 "may_open": access.may(request.user, perms.APPROVE),
                 "may_ask": access.may(request.user, perms.APPROVE) or access.may(request.user, perms.KEEP)},
    )  # fmt: skip


@reads
def transfer_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    return _excel(request, "组织关系转接登记", _found(request)[0])  # zh: papers are Chinese


def _excel(request: HttpRequest, title: str, found: Any) -> HttpResponse:
    today = timezone.localdate()
    rows = transfers.lines(request.user, found, today)
    return download(paper.table(title, rows), sheets.file_name(title, f"{today:%Y%m%d}", ext="xlsx"))


@reads
def transfer_lost(request: HttpRequest) -> HttpResponse:
    """Sent and not received: past the letter's last day, or too long on the way."""
    access.require(request.user, perms.VIEW)
    today = timezone.localdate()
    page = Paginator(transfers.lost(request.user, today), PAGE).get_page(request.GET.get("page"))
    days = transfers.lost_days(request.user.bureau, today)
    rows = [(row, (today - row.sent_on).days, engine.lost_since(row.sent_on, row.valid_to, days)) for row in page]
    return render(request, "party/transfer_lost.html", {"page": page, "rows": rows, "days": days})


@reads
def transfer_lost_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.VIEW)
    return _excel(request, "转出未接收", transfers.lost(request.user, timezone.localdate()))  # zh: papers are Chinese


@reads
def transfer_own(request: HttpRequest) -> HttpResponse:
    """The member's own transfers: where each one stands and whose word is next."""
    today = timezone.localdate()
    rows = [(row, rules.chip(row), transfers.next_word(row, today)) for row in transfers.own(request.user)[:20]]
    return render(request, "party/transfer_own.html", {"rows": rows})


@fills
def transfer_new(request: HttpRequest) -> HttpResponse:
    if not access.may(request.user, perms.APPROVE):
        access.require(request.user, perms.KEEP)
    today = timezone.localdate()
    about = WhoForm(request.GET)
    whom = (about.cleaned_data["person"] if about.is_valid() else None) or 0
    begun = transfers.started_with(request.user, whom, today) if whom else {}
    form = AskTransferForm(request.POST or None, user=request.user, today=today, initial=begun | {"on": today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        sides = {Way.IN: (given["to_org"],), Way.OUT: (given["from_org"],)}.get(
            given["way"], (given["from_org"], given["to_org"])
        )
        transfers.check_asks(request.user, *(side for side in sides if side))
        try:
            line = actions.ask(bureau=request.user.bureau, by=Actor.of(request.user), **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已提出转接。"))
            return redirect("party:transfer_page", pk=line.pk)
    return render(request, "party/transfer_form.html", {"form": form})


@reads
def transfer_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, transfers.open_transfer(request.user, pk))


def _page(request: HttpRequest, row: Transfer, refused: Any = None) -> HttpResponse:
    today = timezone.localdate()
    speaks = transfers.may_speak(request.user, row, today)
    form, where = None, ""
    if speaks and row.status == Status.ASKED and row.way != Way.IN:
        where, form = "party:transfer_let_go", ReceiveForm(initial={"on": today})
        form.fields["on"].label = _("同意日期")
    elif speaks and row.status in (Status.ASKED, Status.LET_GO):
        paid = transfers.dues_paid_to([row.person_id], today).get(row.person_id)
        valid = engine.valid_until(today, transfers.letter_days(row.bureau, today))
        where = "party:transfer_send"
        form = SendForm(initial={"on": today, "valid_to": valid, "dues_to": paid})
    elif speaks:
        where = "party:transfer_receive"
        form = (ReceiveInForm if row.way == Way.IN else ReceiveForm)(initial={"on": today})
    if refused is not None and not isinstance(refused, ReturnForm):
        form = refused
    ends = transfers.may_end(request.user, row)
    batches = transfers.joinable(request.user, row)
    return render(
        request, "party/transfer_page.html",
        {"row": row, "chip": rules.chip(row, lost=transfers.late(row, today, transfers.lost_days(row.bureau, today))),
         "next": transfers.next_word(row, today), "form": form, "where": where, "refused": refused,
         "dues_to": row.dues_to or transfers.dues_paid_to([row.person_id], today).get(row.person_id),
         "posts": _("、").join(transfers.posts_left(row, today)) if row.status in rules.OPEN else "",
         "join_form": JoinForm(batches=batches) if batches else None,
         "may_cancel": ends and bool(rules.can_cancel(row)),
         "return_form": (refused if isinstance(refused, ReturnForm) else ReturnForm(auto_id="id_return_%s"))
         if ends and row.status in rules.OPEN else None},
    )  # fmt: skip


def _step(request: HttpRequest, row: Transfer, form: Any, write: Callable[..., Any], done: str) -> HttpResponse:
    if form.is_valid():
        try:
            write(by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("party:transfer_page", pk=row.pk)
    return _page(request, row, form)


@acts
def transfer_let_go(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    row = transfers.open_to_speak(request.user, pk, today)
    write = partial(actions.let_go, lines=[row], today=today)
    return _step(request, row, ReceiveForm(request.POST), write, _("已同意转出，等上级开介绍信。"))


@acts
def transfer_send(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    row = transfers.open_to_speak(request.user, pk, today)
    return _step(
        request,
        row,
        SendForm(request.POST),
        partial(actions.send, line=row, today=today),
        _("已开出介绍信，等转入支部接收。"),
    )


@acts
def transfer_receive(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    row = transfers.open_to_speak(request.user, pk, today)
    form = (ReceiveInForm if row.way == Way.IN else ReceiveForm)(request.POST)
    return _step(request, row, form, partial(actions.receive, lines=[row], today=today), _("已接收，组织关系已转接。"))


@acts
def transfer_return(request: HttpRequest, pk: int) -> HttpResponse:
    row = transfers.open_to_end(request.user, pk)
    form = ReturnForm(request.POST, auto_id="id_return_%s")
    return _step(request, row, form, partial(actions.send_back, line=row, on=timezone.localdate()), _("已退回。"))


@acts
def transfer_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = transfers.open_to_end(request.user, pk)
    try:
        actions.cancel(line=row, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, _("已撤回。"))
    return redirect("party:transfer_page", pk=row.pk)


@reads
def transfer_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """介绍信 in Word, once it has been written."""
    row = transfers.open_transfer(request.user, pk)
    if row.sent_on is None:
        raise Http404
    return download(paper.letter(row), sheets.file_name(row.person.name, "组织关系介绍信", ext="docx"))  # zh: papers


@fills
def transfer_batch_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, perms.APPROVE)
    today = timezone.localdate()
    initial = {"on": today, "title": _("%(year)s年暑期调动") % {"year": today.year}}
    form = BatchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.open_batch(bureau=request.user.bureau, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已建批次，可以从人事调动里选人。"))
            return redirect("party:transfer_batch_propose", pk=batch.pk)
    return render(request, "party/transfer_batch_form.html", {"form": form})


@reads
def transfer_batch(request: HttpRequest, pk: int) -> HttpResponse:
    return _batch(request, transfers.open_batch(request.user, pk))


def _batch(request: HttpRequest, batch: TransferBatch, refused: Any = None) -> HttpResponse:
    today = timezone.localdate()
    lines = transfers.lines(request.user, transfers.lines_of(request.user, batch), today)
    mine = [line for line in lines if line.mine]
    letters = transfers.letters_due(request.user, (line.row for line in lines), today)
    return render(
        request, "party/transfer_batch.html",
        {"batch": batch, "lines": lines, "today": today, "refused": refused,
         "to_let_go": sum(line.row.status == Status.ASKED for line in mine),
         "to_receive": sum(line.row.status == Status.SENT for line in mine), "letters": letters,
         "written": any(line.row.status == Status.SENT for line in lines),
         "may_open": access.may(request.user, perms.APPROVE)},
    )  # fmt: skip


@reads
def transfer_batch_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Every letter of the batch that is on its way, in one Word file."""
    batch = transfers.open_batch(request.user, pk)
    rows = list(transfers.lines_of(request.user, batch).filter(status=Status.SENT))
    if not rows:
        raise Http404
    return download(paper.letters(rows), sheets.file_name(batch.title, "组织关系介绍信", ext="docx"))  # zh: papers


@acts
def transfer_join(request: HttpRequest, pk: int) -> HttpResponse:
    """A single transfer goes into a batch."""
    row = transfers.open_transfer(request.user, pk)
    access.require(request.user, perms.APPROVE)
    form = JoinForm(request.POST, batches=transfers.joinable(request.user, row))
    if form.is_valid():
        actions.join_batch(line=row, batch=form.cleaned_data["batch"], by=Actor.of(request.user))
        messages.success(request, _("已加入批次。"))
    else:
        messages.error(request, _("没有保存：这次转接已经办结或已在批次里，请刷新页面。"))
    return redirect("party:transfer_page", pk=row.pk)


@reads
def transfer_batch_export(request: HttpRequest, pk: int) -> HttpResponse:
    batch = transfers.open_batch(request.user, pk)
    return _excel(request, batch.title, transfers.lines_of(request.user, batch))


@acts
def transfer_batch_speak(request: HttpRequest, pk: int) -> HttpResponse:
    """A branch's consent or reception for the ticked lines, in one action."""
    batch = transfers.open_batch(request.user, pk)
    today = timezone.localdate()
    rows = {row.pk: row for row in transfers.lines_of(request.user, batch)}
    form = SpeakForm(request.POST, lines=rows)
    if not form.is_valid():
        return _batch(request, batch, form)
    given = form.cleaned_data
    chosen = [rows[pk] for pk in given["line"]]
    for row in chosen:
        transfers.check_speaks(request.user, row, today)
    by = Actor.of(request.user)
    try:
        if given["what"] == "let_go":
            actions.let_go(lines=chosen, by=by, on=given["on"], today=today)
        elif given["what"] == "send":
            actions.send_many(lines=chosen, first=given["number"], by=by, on=given["on"], today=today)
        else:
            actions.receive(lines=chosen, by=by, on=given["on"], today=today)
    except ValidationError as error:
        form.add_error(None, error)
        return _batch(request, batch, form)
    n = len(chosen)
    messages.success(request, ngettext("已办%(n)s人。", "已办%(n)s人。", n) % {"n": n})
    return redirect("party:transfer_batch", pk=batch.pk)


@fills
def transfer_batch_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Members whose personnel relation has moved and whose membership has not: tick who goes into the batch."""
    access.require(request.user, perms.APPROVE)
    batch = transfers.open_batch(request.user, pk)
    today = timezone.localdate()
    asked = SinceForm(request.GET)
    since = (asked.cleaned_data.get("since") if asked.is_valid() else None) or date(today.year, 7, 1)
    since = since if since <= today else date(today.year - 1, 7, 1)
    rows = list(transfers.proposals(request.user, since, today))
    choices = transfers.choices_of({row.unit for row in rows}, today)
    error_text = ""
    if request.method == "POST":
        ticked = set(request.POST.getlist("member"))
        chosen = [(row.person, _target(request, row, choices)) for row in rows if str(row.pk) in ticked and row.target]
        targets = transfers.targets(request.user.bureau).in_bulk([target for _person, target in chosen])
        try:
            made = actions.add_moved(
                batch=batch, chosen=[(person, targets[target]) for person, target in chosen], reason=_("工作调动"),
                by=Actor.of(request.user), on=today,
            )  # fmt: skip
        except ValidationError as error:
            error_text = " ".join(error.messages)
        else:
            n = len(made)
            messages.success(
                request, ngettext("已加入%(n)s人，等转出支部同意。", "已加入%(n)s人，等转出支部同意。", n) % {"n": n}
            )
            return redirect("party:transfer_batch", pk=batch.pk)
    return render(
        request, "party/transfer_propose.html",
        {"batch": batch, "rows": [(row, choices.get(row.unit, []), _target(request, row, choices)) for row in rows],
         "since": since, "error_text": error_text},
    )  # fmt: skip


def _target(request: HttpRequest, row: Any, choices: dict[int, list[tuple[int, str]]]) -> int:
    """The branch chosen for one line, of those in the unit; the first where none was."""
    asked = request.POST.get(f"target_{row.pk}", "")
    return next((pk for pk, _name in choices.get(row.unit, []) if str(pk) == asked), row.target)
