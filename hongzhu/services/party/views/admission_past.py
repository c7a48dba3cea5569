"""补录 of past admission steps: template, upload, check, entering, and the superior's confirmation of what it decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Upload
from hongzhu.core.people.queries import uploads
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.read import TableRefused
from hongzhu.services.party import rules
from hongzhu.services.party.actions import admission_past as actions
from hongzhu.services.party.forms.admission_past import PastForm, ReturnForm
from hongzhu.services.party.models import PastSheet
from hongzhu.services.party.queries import admission as admissions
from hongzhu.services.party.queries import admission_past as queries
from hongzhu.services.party.rules import admission_past as asked

RECENT = 20


@fills
def admission_past(request: HttpRequest) -> HttpResponse:
    """Where to begin: the template, the upload, and sheets sent or waiting. Uploading is for those who keep a branch."""
    keeps = access.may(request.user, rules.KEEP)
    if not keeps or request.method == "POST":
        access.require(request.user, rules.KEEP if request.method == "POST" else rules.APPROVE)
    today = timezone.localdate()
    part = admissions.part_on(request.user.bureau, today)
    form = PastForm(request.POST or None, request.FILES or None, part=part)
    if request.method == "POST" and form.is_valid():
        people.stage_upload(
            account=request.user, table=queries.TABLE, name=form.cleaned_data["file"].name, data=form.data_read,
            on=today, now=timezone.now(),
        )  # fmt: skip
        return redirect("party:admission_past_check")
    return render(
        request, "party/admission_past.html",
        {"form": form, "keeps": keeps, "sheets": queries.visible_to(request.user)[:RECENT],
         "staged": _staged(request), "steps": part.steps},
    )  # fmt: skip


@reads
def admission_past_template(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    name = sheets.file_name(_("发展党员补录表"), f"{today:%Y%m%d}", ext="xlsx")
    return download(queries.template(request.user, today), name)


@reads
def admission_past_check(request: HttpRequest) -> HttpResponse:
    """Row by row: what will be entered, what is refused and why. Checked against the database now."""
    access.require(request.user, rules.KEEP)
    looked = _looked(request)
    if isinstance(looked, HttpResponse):
        return looked
    held, found = looked
    return render(
        request, "party/admission_past_check.html",
        {"held": held, "found": found, "rows": _shown(found), "title": _("补录核对")},
    )  # fmt: skip


@reads
def admission_past_export(request: HttpRequest) -> HttpResponse:
    """The uploaded file with a column that says what becomes of each row."""
    access.require(request.user, rules.KEEP)
    looked = _looked(request)
    if isinstance(looked, HttpResponse):
        return looked
    held, found = looked
    today = timezone.localdate()
    part = admissions.part_on(request.user.bureau, today)
    name = sheets.file_name(_("发展党员补录核对结果"), f"{today:%Y%m%d}", ext="xlsx")
    return download(queries.answered(uploads.staged_bytes(held), held.name, found, part), name)


@acts
def admission_past_commit(request: HttpRequest) -> HttpResponse:
    """Enter the rows that are ready; rows refused stay in the staged file until it is replaced."""
    access.require(request.user, rules.KEEP)
    held = _staged(request)
    if held is None:
        return _gone(request)
    try:
        done = actions.enter_past(
            data=uploads.staged_bytes(held), name=held.name, reach=queries.reach_of(request.user, timezone.localdate()),
            account=request.user, by=Actor.of(request.user), now=timezone.now(),
        )  # fmt: skip
    except (ValidationError, TableRefused) as error:
        messages.error(request, getattr(error, "message", str(error)))
        return redirect("party:admission_past_check")
    _tell(request, done)
    if done.refused:
        return redirect("party:admission_past_check")
    people.drop_upload(account=request.user, table=queries.TABLE)
    return redirect("party:admission_past")


def _tell(request: HttpRequest, done: actions.Entered) -> None:
    if not (done.people or done.waiting):
        messages.info(request, _("没有新登记的：表里的内容系统里已经有了，或还要改。"))
        return
    messages.success(request, _("已登记%(people)s人、%(steps)s步。") % {"people": done.people, "steps": done.steps})
    if done.waiting:
        messages.info(request, _("有%s人的后面几步要上级确认，已送上级。") % done.waiting)


@acts
def admission_past_drop(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    people.drop_upload(account=request.user, table=queries.TABLE)
    messages.info(request, _("没有登记，上传的表已删除。"))
    return redirect("party:admission_past")


@reads
def admission_past_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet that waits, as the superior would enter it now; of one that is closed, how it ended."""
    sheet = queries.open_sheet(request.user, pk)
    today = timezone.localdate()
    verdict, found = queries.may_confirm(request.user, sheet, today), None
    if sheet.state == PastSheet.State.WAITING:
        found = queries.looked_at(request.user, sheet, today, answers=bool(verdict))
    return render(
        request, "party/admission_past_check.html",
        {"sheet": sheet, "found": found, "rows": _shown(found) if found else [], "title": _("补录表确认"),
         "verdict": verdict, "own": sheet.account_id == request.user.pk,
         "form": ReturnForm()},
    )  # fmt: skip


@acts
def admission_past_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _to_answer(request, pk)
    reach = queries.reach_of_sheet(request.user, sheet, timezone.localdate())
    try:
        done = actions.confirm_past(sheet=sheet, reach=reach, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("party:admission_past_sheet", pk=pk)
    _tell(request, done)
    return redirect("party:admission_past")


@acts
def admission_past_return(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _to_answer(request, pk)
    form = ReturnForm(request.POST)
    form.is_valid()  # a missing reason is refused by the action, with its sentence
    try:
        actions.return_past(
            sheet=sheet, reason=form.cleaned_data.get("reason", ""), by=Actor.of(request.user), now=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("party:admission_past_sheet", pk=pk)
    messages.success(request, _("已退回支部。"))
    return redirect("party:admission_past")


@acts
def admission_past_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = queries.open_sheet(request.user, pk)
    if sheet.account_id != request.user.pk:
        raise PermissionDenied(_("补录表由送表的人撤回。"))
    try:
        actions.withdraw_past(sheet=sheet, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("已撤回，支部自己的步骤已经登记的还在。"))
    return redirect("party:admission_past")


def _to_answer(request: HttpRequest, pk: int) -> PastSheet:
    """The sheet, for somebody who may answer it: the superior, and not who sent it."""
    sheet = queries.open_sheet(request.user, pk)
    verdict = queries.may_confirm(request.user, sheet, timezone.localdate())
    if not verdict:
        raise PermissionDenied(verdict.reason)
    return sheet


def _staged(request: HttpRequest) -> Upload | None:
    return uploads.staged(request.user, queries.TABLE, timezone.now())


def _gone(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("上传的表已经过期或已经登记，请重新上传。"))
    return redirect("party:admission_past")


def _looked(request: HttpRequest) -> tuple[Upload, Any] | HttpResponse:
    """The staged file and what becomes of its rows now; or, with the sentence told, where to go when it cannot be read."""
    held = _staged(request)
    if held is None:
        return _gone(request)
    reach = queries.reach_of(request.user, timezone.localdate())
    try:
        return held, queries.checked(uploads.staged_bytes(held), held.name, reach)
    except TableRefused as error:
        messages.error(request, str(error))
        return redirect("party:admission_past")


def _shown(found: Any) -> list[tuple[Any, str, Any]]:
    """Rows with their sentence: those to mend first."""
    order = {"refused": 0, "part": 1, "ready": 1, "same": 2}
    lines = sorted(found.lines, key=lambda line: (order[line.state], line.told.row))
    return [(line, queries.told(line), asked.chip(line.state)) for line in lines]
