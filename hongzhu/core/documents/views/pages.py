"""One document: its page, its paper, its life, its receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.documents import actions, queries, rules
from hongzhu.core.documents.forms import (
    AttachForm,
    DayForm,
    DocumentForm,
    EnterForm,
    IssueForm,
    ReasonForm,
    ReplyForm,
    SignForm,
    initial_of,
)
from hongzhu.core.documents.models import Document
from hongzhu.core.documents.queries import sheets
from hongzhu.core.files import actions as file_actions
from hongzhu.core.files import queries as files
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.perms import Perm
from hongzhu.kit.refs import Actor, Ref


@reads
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, queries.open_document(request.user, pk))


def _page(request: HttpRequest, document: Document, *, refused: Any = None, step: str = "") -> HttpResponse:
    """The document with the short forms of its steps; the one of ``step`` that was refused as it was typed."""
    user, today = request.user, timezone.localdate()
    mine = queries.recipients_of(user, document).filter(pk__in=queries.inbox(user).values("pk")).first()
    drafts, signs = access.holds(user, rules.DRAFT, document.issuer), access.holds(user, rules.SIGN, document.issuer)
    forms: dict[str, Any] = {
        "reply": ReplyForm(initial={"reply": mine.reply}) if mine else None,
        "sign": SignForm(initial={"on": today}),
        "issue": IssueForm(initial={"on": today}),
        "send_back": ReasonForm(),
        "take_effect": DayForm(initial={"on": today}, auto_id="id_effect_%s"),
        "repeal": DayForm(initial={"on": today}, auto_id="id_repeal_%s"),
    }
    if refused is not None:
        forms[step] = refused
    return render(
        request,
        "documents/document_page.html",
        {
            "document": document,
            "chip": queries.status_chip(document),
            "chain": [(link, queries.status_chip(link)) for link in queries.chain_of(user, document)],
            "coverage": queries.coverage_of(user, document),
            "attachments": files.of(Ref.to(document)),
            "mine": mine,
            "may_receive": mine is not None and access.holds(user, rules.RECEIVE, mine.org),
            "forms": forms,
            "turned_back": refused,
            "drafts": drafts,
            "signs": signs,
            "audience_n": queries.audience(document, today).count() if drafts and not document.issued_on else 0,
            "remind_n": queries.to_remind(document, today).count() if drafts and document.issued_on else 0,
            "may_sign_up": access.may(user, rules.SIGN_UP) and bool(rules.can_sign_up(document, today)),
            "signed_up": queries.sign_up_of(user, document),
            "refused": _refused(document, user.pk, today) if drafts else "",
            "attach_form": AttachForm() if drafts and rules.takes_files(document) else None,
        },
    )


def _refused(document: Document, account: Any, today: date) -> Any:
    """Why the next check of a document in review is not for this account; "" where it may or nothing is to check."""
    if document.status != Document.Status.REVIEW:
        return ""
    ask = queries.may_sign if document.reviewed_by else queries.may_approve
    return ask(document, account, today).reason


@reads
def document_word(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk)
    return download(sheets.official(document), sheets.file_name(document.number, document.title))


@reads
def document_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk)
    rows = queries.recipients_of(request.user, document)
    show = request.GET.get("show", "")
    narrowed = {"read": {"read_at__isnull": False}, "unread": {"read_at__isnull": True},
                "replied": {"replied_at__isnull": False}, "unreplied": {"replied_at__isnull": True}}  # fmt: skip
    page = Paginator(rows.filter(**narrowed.get(show, {})), 200).get_page(request.GET.get("page"))
    return render(
        request,
        "documents/document_coverage.html",
        {
            "document": document,
            "page": page,
            "show": show,
            "coverage": queries.coverage_of(request.user, document),
            "drafts": access.holds(request.user, rules.DRAFT, document.issuer),
            "remind_n": queries.to_remind(document, timezone.localdate()).count(),
        },
    )


@reads
def document_sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk)
    page = Paginator(queries.addressed_sign_ups(request.user, document), 200).get_page(request.GET.get("page"))
    return render(request, "documents/document_sign_ups.html", {"document": document, "page": page})


@fills
def document_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.DRAFT)
    form = DocumentForm(request.POST or None, user=request.user, initial=_first(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft(
                issuer=form.cleaned_data["issuer"],
                wording=form.wording(),
                by=Actor.of(request.user),
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存草稿。"))
            return redirect("documents:document_page", pk=made.pk)
    return render(request, "documents/document_form.html", {"form": form})


@fills
def document_enter(request: HttpRequest) -> HttpResponse:
    """登记已发文件: what was issued on paper, before the platform or by a body above."""
    access.require(request.user, rules.DRAFT)
    form = EnterForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given, by, now = form.cleaned_data, Actor.of(request.user), timezone.now()
        try:
            with transaction.atomic():
                made = actions.enter(
                    issuer=given["issuer"], wording=form.wording(), number=given["number"],
                    issued_on=given["issued_on"], signed_by=given["signed_by"], by=by, now=now,
                    to=None if given["kinds"] else (),
                )  # fmt: skip
                if given["file"]:
                    _attach(made, given["file"], "scan", by)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记。"))
            return redirect("documents:document_page", pk=made.pk)
    return render(request, "documents/document_enter.html", {"form": form})


@acts
def document_attach(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk, rules.DRAFT)
    form = AttachForm(request.POST, request.FILES)
    verdict = rules.takes_files(document)
    if not verdict:
        messages.error(request, verdict.reason)
    elif not form.is_valid():
        messages.error(request, _("没有加上：请先选一个文件。"))
    else:
        slot = "paper" if document.status == Document.Status.DRAFT else "scan"
        try:
            _attach(document, form.cleaned_data["file"], slot, Actor.of(request.user))
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("已加上。"))
    return redirect("documents:document_page", pk=pk)


def _attach(document: Document, upload: Any, slot: str, by: Actor) -> None:
    file_actions.attach(
        owner=Ref.to(document), slot=slot, name=upload.name, data=upload.read(), by=by, bureau=document.bureau,
        now=timezone.now(),
    )  # fmt: skip


@fills
def document_change(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk, rules.DRAFT)
    form = DocumentForm(request.POST or None, user=request.user, document=document, initial=initial_of(document))
    form.fields["issuer"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_draft(
                document=document, wording=form.wording(), by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存草稿。"))
            return redirect("documents:document_page", pk=pk)
    return render(request, "documents/document_form.html", {"form": form, "document": document})


@acts
def document_submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, rules.DRAFT, _("已提交审阅。"), lambda it, by: actions.submit(document=it, by=by))


@acts
def document_approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request,
        pk,
        rules.DRAFT,
        _("审阅通过。"),
        lambda it, by: actions.approve(document=it, by=by, on=timezone.localdate()),
    )


@acts
def document_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    return _step(
        request, pk, rules.DRAFT, _("已退回补正。"),
        lambda it, by: actions.send_back(document=it, reason=form.cleaned_data["reason"], by=by), form,
        step="send_back",
    )  # fmt: skip


@acts
def document_sign(request: HttpRequest, pk: int) -> HttpResponse:
    form = SignForm(request.POST)
    return _step(
        request, pk, rules.SIGN, _("已签发。"),
        lambda it, by: actions.sign(
            document=it, signed_by=form.cleaned_data["signed_by"], by=by, on=form.cleaned_data["on"]
        ), form, step="sign",
    )  # fmt: skip


@acts
def document_issue(request: HttpRequest, pk: int) -> HttpResponse:
    form = IssueForm(request.POST)
    return _step(
        request, pk, rules.SIGN, _("已发出。"),
        lambda it, by: actions.issue(
            document=it, by=by, on=form.cleaned_data["on"], number=form.cleaned_data["number"], now=timezone.now()
        ), form, step="issue",
    )  # fmt: skip


@acts
def document_take_effect(request: HttpRequest, pk: int) -> HttpResponse:
    form = DayForm(request.POST, auto_id="id_effect_%s")
    return _step(
        request, pk, rules.SIGN, _("已转为正式施行。"),
        lambda it, by: actions.take_effect(document=it, by=by, on=form.cleaned_data["on"]), form, step="take_effect",
    )  # fmt: skip


@acts
def document_repeal(request: HttpRequest, pk: int) -> HttpResponse:
    form = DayForm(request.POST, auto_id="id_repeal_%s")
    return _step(
        request, pk, rules.SIGN, _("已废止。"),
        lambda it, by: actions.repeal(document=it, by=by, on=form.cleaned_data["on"]), form, step="repeal",
    )  # fmt: skip


@acts
def document_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk, rules.DRAFT)
    try:
        actions.withdraw_draft(document=document, by=Actor.of(request.user))
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("documents:document_page", pk=pk)
    messages.success(request, _("已删除草稿“%s”。") % document.title)
    return redirect("documents:document_outbox")


@acts
def document_remind(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk, rules.DRAFT)
    try:
        count = actions.remind(
            document=document, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        words = ngettext("已提醒%(n)s个单位。", "已提醒%(n)s个单位。", count) % {"n": count}
        messages.success(request, words if count else _("没有要提醒的：都已签收，或已经提醒过。"))
    return redirect("documents:document_coverage", pk=pk)


@acts
def recipient_read(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = queries.open_recipient(request.user, pk)
    try:
        actions.read(recipient=recipient, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已签收。"))
    return redirect("documents:document_page", pk=recipient.document_id)


@acts
def recipient_reply(request: HttpRequest, pk: int) -> HttpResponse:
    recipient = queries.open_recipient(request.user, pk)
    try:
        actions.reply(
            recipient=recipient, text=request.POST.get("reply", ""), by=Actor.of(request.user), now=timezone.now()
        )
    except ValidationError as error:
        form = ReplyForm(request.POST)
        form.errors.clear()  # the room's own sentence says what to do
        form.add_error("reply", error)
        return _page(request, queries.open_document(request.user, recipient.document_id), refused=form, step="reply")
    messages.success(request, _("已回复。"))
    return redirect("documents:document_page", pk=recipient.document_id)


@acts
def document_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    document = queries.open_document(request.user, pk, rules.SIGN_UP)
    grant, person = access.acting_grant(request.user), request.user.person
    try:
        actions.sign_up(
            document=document, person=person, org=grant.org, by=Actor.of(request.user),
            on=timezone.localdate(), now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已报名。"))
    return redirect("documents:document_page", pk=pk)


def _first(request: HttpRequest) -> dict[str, Any]:
    """Defaults of a new document: the user's own body, a notice."""
    grant = access.acting_grant(request.user)
    return {"issuer": grant.org_id if grant else None, "kind": Document.Kind.NOTICE}


def _step(  # noqa: PLR0917 - a step is told in this order everywhere above
    request: HttpRequest,
    pk: int,
    perm: Perm,
    done: str,
    act: Callable[[Document, Actor], Any],
    form: Any = None,
    *,
    step: str = "",
) -> HttpResponse:
    """One step of a document's life: door, form, action, back to its page; refused, the page as it was typed."""
    document = queries.open_document(request.user, pk, perm)
    if form is None or form.is_valid():
        try:
            act(document, Actor.of(request.user))
        except ValidationError as error:
            if form is None:
                messages.error(request, error.message)
                return redirect("documents:document_page", pk=pk)
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("documents:document_page", pk=pk)
    return _page(request, queries.open_document(request.user, pk), refused=form, step=step)
