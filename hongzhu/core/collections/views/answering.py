"""What a unit fills in and what the asker does with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import actions as access_actions
from hongzhu.core.access.models import FormToken
from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.forms import AnswerForm, ReasonForm, ReportForm
from hongzhu.core.collections.models import Request, Return
from hongzhu.core.collections.queries import cells, requests, returns
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

from .shown import step


@fills
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's own page: held rows to confirm, typed cells for what nobody holds; or the parts of a report."""
    answer = returns.open_return(request.user, pk, rules.ANSWER)
    if request.method == "POST" and (before := _sent_before(request)):
        return redirect(before)
    if answer.request.kind == Request.Kind.REPORT:
        return _report(request, answer)
    return _table(request, answer)


def _table(request: HttpRequest, answer: Return) -> HttpResponse:
    today = timezone.localdate()
    sheet = returns.sheet(answer, today)
    form = AnswerForm(answer, sheet, request.POST or None, user=request.user, more="more" in request.POST)
    told = _moved(request, answer, sheet.seen) if request.method == "POST" else []
    if request.method == "POST" and "more" not in request.POST:
        valid = form.is_valid()
        if "keep" in request.POST and not told:
            return _kept(request, answer, form, sheet)
        if valid and not told:
            done = _once(request, form, lambda: _submit(request, answer, form))
            if done:
                return redirect(done)
    if told:
        form.say_theirs(returns.stored_rows(answer))
    return _show(request, answer, "collections/answer_form.html", form=form, sheet=sheet, told=told)


def _submit(request: HttpRequest, answer: Return, form: AnswerForm) -> str:
    actions.submit(
        answer=answer, given=form.given(), seen=request.POST.get("seen", ""), version=_version(request),
        by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("已提交。汇总前还可以更正。"))
    return reverse("collections:return_list")


def _kept(request: HttpRequest, answer: Return, form: AnswerForm, sheet: returns.Sheet) -> HttpResponse:
    """保存草稿: what can be read is kept, what cannot stays on the page with its sentence."""
    if any(error.code != "required" for errors in form.errors.as_data().values() for error in errors):
        return _show(request, answer, "collections/answer_form.html", form=form, sheet=sheet, told=[])
    try:
        actions.keep(
            answer=answer,
            given=form.given(),
            version=_version(request),
            by=Actor.of(request.user),
            on=timezone.localdate(),
        )
    except ValidationError as error:
        return _show(request, answer, "collections/answer_form.html", form=form, sheet=sheet, told=error.messages)
    messages.success(request, _("草稿已存，本单位的同志都可以接着填。"))
    return redirect("collections:return_page", pk=answer.pk)


def _report(request: HttpRequest, answer: Return) -> HttpResponse:
    form = ReportForm(returns.part_texts(answer), returns.plan_of(answer), request.POST or None)
    told = _moved(request, answer, request.POST.get("seen", "")) if request.method == "POST" else []
    if request.method == "POST" and form.is_valid() and not told:
        hand_in = "keep" not in request.POST
        if done := _once(request, form, lambda: _submit_report(request, answer, form, hand_in=hand_in)):
            return redirect(done)
    return _show(request, answer, "collections/report_form.html", form=form, told=told)


def _submit_report(request: HttpRequest, answer: Return, form: ReportForm, *, hand_in: bool) -> str:
    actions.submit_report(
        answer=answer, texts=form.texts(), plan=form.plan(), version=_version(request), by=Actor.of(request.user),
        on=timezone.localdate(), now=timezone.now(), hand_in=hand_in,
    )  # fmt: skip
    if hand_in:
        messages.success(request, _("已提交。采用前还可以更正。"))
        return reverse("collections:return_list")
    messages.success(request, _("草稿已存，本单位的同志都可以接着填。"))
    return reverse("collections:return_page", args=[answer.pk])


def _moved(request: HttpRequest, answer: Return, seen: str) -> list[str]:
    """What has changed since the page was opened: somebody else saved, or the records did."""
    verdicts = (
        rules.is_current(answer, _version(request)),
        rules.is_what_was_seen(seen, request.POST.get("seen", "")),
    )
    return [verdict.reason for verdict in verdicts if not verdict]


def _once(request: HttpRequest, form: Any, act: Callable[[], str]) -> str:
    """Do it once, however often the button is tapped; "" when it was refused and the form says why."""
    user: Any = request.user
    try:
        return access_actions.use_token(token=_token(request), account=user, now=timezone.now(), result=act).result
    except ValidationError as error:
        form.add_error(None, error)
        return ""


def _sent_before(request: HttpRequest) -> str:
    """Where the first tap of this form led; "" for a form not sent yet."""
    row = FormToken.objects.filter(token=_token(request), account=request.user.pk).first()
    return row.result if row else ""


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid.uuid4()  # a form without its token is a form of its own


def _version(request: HttpRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else -1


def _show(request: HttpRequest, answer: Return, template: str, **more: Any) -> HttpResponse:
    sheet = more.get("sheet")
    return render(
        request,
        template,
        {
            "answer": answer,
            "asked": answer.request,
            "chip": rules.chip_of(answer),
            "submitter": rules.submitter(answer),
            "open": rules.can_be_answered(answer),
            "keeps": rules.can_be_kept(answer),
            "token": request.POST.get("token") or uuid.uuid4(),
            "seen": sheet.seen if sheet else "",
            "attachments": (),
            "period": requests.period_of(answer.request),
            **more,
        },
    )


@acts
def return_none(request: HttpRequest, pk: int) -> HttpResponse:
    """无此情况 in one tap. The button sends the table's own form: refused, the page gives back what was typed."""
    answer = returns.open_return(request.user, pk, rules.ANSWER)
    today, version = timezone.localdate(), _version(request)
    sheet = form = None
    if answer.request.kind == Request.Kind.TABLE:
        sheet = returns.sheet(answer, today)
        form = AnswerForm(answer, sheet, request.POST, user=request.user)
    try:
        actions.hand_in_none(
            answer=answer, version=version, given=form.standing() if form else None, by=Actor.of(request.user), on=today,
            now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        if form is None:
            messages.error(request, error.messages[0])
            return redirect("collections:return_page", pk=pk)
        form.forgive_missing()
        if not rules.is_current(answer, version):
            form.put_theirs()
        return _show(request, answer, "collections/answer_form.html", form=form, sheet=sheet, told=error.messages)
    messages.success(request, _("已报“无此情况”。"))
    return redirect("collections:return_list")


@reads
def return_read(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's answer as it was handed in, for those who asked and those above the unit."""
    return _read(request, returns.open_return(request.user, pk))


def _read(request: HttpRequest, answer: Return, reason_form: ReasonForm | None = None) -> HttpResponse:
    columns = requests.columns_of(answer.request)
    hidden = requests.withheld_from(request.user, answer.request, answer.org)
    # What a unit has only begun to write is its own.
    shown = answer.status in (*rules.HANDED_IN, Return.Status.RETURNED)
    rows = [
        (row.person, [(column, cells.read(row.held.get(str(column.place), row.given.get(str(column.place))), column.type),
                       str(column.place) in row.held)
                      for column in columns if column.type not in rules.UNASKED and column.field not in hidden])
        for row in (returns.stored_rows(answer) if shown else ())
    ]  # fmt: skip
    own = requests.is_own(request.user, answer.request)
    report = answer.request.kind == Request.Kind.REPORT
    judged = returns.may_accept(answer, request.user.pk, timezone.localdate()) if own and report else None
    return render(
        request,
        "collections/answer_page.html",
        {
            "answer": answer,
            "asked": answer.request,
            "chip": rules.chip_of(answer),
            "submitter": rules.submitter(answer),
            "columns": columns,
            "rows": rows,
            "hidden": next(iter(hidden.values()), "") if shown else "",
            "parts": returns.handed_parts(answer) if report and shown else [],
            "plan": returns.plan_of(answer) if shown else [],
            "report": report,
            "own": own,
            "judged": judged,
            "back_ok": own and rules.can_send_back(answer, "-"),
            "reason_form": reason_form or ReasonForm(),
        },
    )


@acts
def return_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    answer = returns.open_return(request.user, pk, rules.ASK)
    by, today, now = Actor.of(request.user), timezone.localdate(), timezone.now()
    form = ReasonForm(request.POST)
    return step(
        request,
        form,
        lambda given: actions.send_back(answer=answer, reason=given["reason"], by=by, on=today, now=now),
        done=_("已退回修改。"),
        back=reverse("collections:return_read", args=[pk]),
        again=lambda: _read(request, answer, form),
    )


@acts
def return_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """采用 a report."""
    answer = returns.open_return(request.user, pk, rules.ASK)
    try:
        actions.accept(answer=answer, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已采用。"))
    return redirect("collections:return_read", pk=pk)


@acts
def plan_done(request: HttpRequest, pk: int) -> HttpResponse:
    """One planned item is done."""
    item = returns.open_plan_item(request.user, pk)
    try:
        actions.finish(item=item, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已登记完成。"))
    return redirect("collections:return_list")
