"""Drafting a request: heading and columns, what each column means, the look before sending, and sending."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.forms import ColumnsForm, PartsForm, ReasonForm, RequestForm, SendForm, initial_of
from hongzhu.core.collections.forms.asking import usual_parts
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import fields, papers, requests
from hongzhu.core.files import actions as files
from hongzhu.kit.http import acts, fills
from hongzhu.kit.refs import Actor, Ref

from .shown import show_request, step


@fills
def request_new(request: HttpRequest) -> HttpResponse:
    """A new table, or with ``kind=REPORT`` a new report."""
    access.require(request.user, rules.ASK)
    kind = Request.Kind.REPORT if request.GET.get("kind") == "REPORT" else Request.Kind.TABLE
    form = RequestForm(request.POST or None, request.FILES or None, user=request.user, kind=kind, new=True)
    if request.method == "POST" and form.is_valid():
        try:
            made = _draft(request, form, kind)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            name = "request_parts" if kind == Request.Kind.REPORT else "request_columns"
            return redirect(f"collections:{name}", pk=made.pk)
    return render(request, "collections/request_form.html", {"form": form, "kind": kind})


@transaction.atomic
def _draft(request: HttpRequest, form: RequestForm, kind: str) -> Request:
    """The draft, its columns or usual parts, and the superior's own file; all of it or nothing: a refused file is shown
    on the page, which would else keep the draft without it."""
    by, now = Actor.of(request.user), timezone.now()
    made = actions.draft(asker=form.cleaned_data["asker"], kind=kind, heading=form.heading(), by=by, now=now)
    if kind == Request.Kind.REPORT:
        actions.lay_parts(request=made, parts=usual_parts(made.as_of), by=by)
        return made
    template = form.template
    actions.lay_out(request=made, columns=form.columns(), by=by, sheet=template.sheet if template else None)
    if template is not None:
        upload = form.cleaned_data["file"]
        upload.seek(0)
        files.attach(
            owner=Ref.to(made), slot=papers.TEMPLATE, name=upload.name, data=upload.read(), by=by, bureau=made.bureau,
            now=now,
        )  # fmt: skip
        for warning in template.warnings:
            messages.warning(request, warning)
    return made


@fills
def request_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The heading of a draft."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    form = RequestForm(request.POST or None, user=request.user, kind=asked.kind, new=False, initial=initial_of(asked))
    form.fields["asker"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            heading = form.heading()
            withheld = fields.withheld(request.user, heading.about, asked.asker)
            made = actions.revise(request=asked, heading=heading, by=Actor.of(request.user), withheld=withheld)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if made.about != asked.about:
                told = _("已保存草稿。现在是“%s”，各列和平台字段已重新对过，以前的确认作废，请核对每列填什么。")
                messages.success(request, told % made.get_about_display())
                return redirect("collections:request_columns", pk=pk)
            messages.success(request, _("已保存草稿。"))
            return redirect("collections:request_page", pk=pk)
    return render(request, "collections/request_form.html", {"form": form, "kind": asked.kind, "asked": asked})


@fills
def request_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column means: filled by the platform, or typed by the unit."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    withheld = fields.withheld(request.user, asked.about, asked.asker)
    form = ColumnsForm(asked, requests.columns_of(asked), request.POST or None, withheld=withheld)
    if request.method == "POST" and form.is_valid():
        try:
            actions.lay_out(request=asked, columns=form.wishes(), by=Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("collections:request_page", pk=pk)
    return render(request, "collections/columns_form.html", {"form": form, "asked": asked})


@fills
def request_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of a draft report."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    form = PartsForm(list(asked.parts.order_by("place")), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.lay_parts(request=asked, parts=form.wishes(), by=Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("collections:request_page", pk=pk)
    return render(request, "collections/parts_form.html", {"form": form, "asked": asked})


@acts
def request_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft; refused, the page says why and keeps the reason that was typed."""
    asked = requests.open_request(request.user, pk, rules.ASK)
    form = SendForm(request.POST)
    reason = form.cleaned_data["repeat_reason"] if form.is_valid() else ""
    try:
        made = actions.send(
            request=asked, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now(), repeat_reason=reason,
            withheld=requests.withheld_from(request.user, asked),
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return show_request(request, asked, send_form=form)
    n = made.returns.count()
    messages.success(request, ngettext("已发给%(n)s个单位。", "已发给%(n)s个单位。", n) % {"n": n})
    return redirect("collections:request_page", pk=pk)


@acts
def request_allow(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader's word that lets a draft go beyond the budget."""
    asked = requests.open_request(request.user, pk, rules.BUDGET)
    form = ReasonForm(request.POST)
    return step(
        request,
        form,
        lambda given: actions.allow_over(
            request=asked, reason=given["reason"], by=Actor.of(request.user), on=timezone.localdate()
        ),
        done=_("已同意超出预算。"),
        back=reverse("collections:request_page", args=[pk]),
        again=lambda: show_request(request, asked, reason_form=form),
    )


@acts
def request_discard(request: HttpRequest, pk: int) -> HttpResponse:
    asked = requests.open_request(request.user, pk, rules.ASK)
    try:
        actions.discard(request=asked, by=Actor.of(request.user))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("collections:request_page", pk=pk)
    messages.success(request, _("已删除草稿“%s”。") % asked.title)
    return redirect(f"{reverse('collections:request_list')}?show=own")
