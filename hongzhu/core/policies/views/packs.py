"""Packs in the browser: read, draft as a form, compare, preview, publish; exceptions from the guard."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents import queries as documents
from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.forms.draft import EDITABLE, DraftForm
from hongzhu.core.policies.forms.items import FORMS
from hongzhu.core.policies.forms.numbers import NumbersForm
from hongzhu.core.policies.forms.small import ExceptionForm, PeriodForm, PublishForm
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack.adding import WHOLE, Place
from hongzhu.core.policies.pack.words import section_words
from hongzhu.kit.http import acts, fills, reads, whole
from hongzhu.kit.refs import Actor


@reads
def pack_list(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.READ)
    rows = queries.version_rows(request.user, bureau, timezone.localdate())
    return render(
        request,
        "policies/pack_list.html",
        {
            "bureau": bureau,
            "rows": rows,
            "drafted": any(row.version.status == PackVersion.Status.DRAFT for row in rows),
            "others": queries.other_packs(request.user, bureau),
            "may_draft": access.may(request.user, rules.DRAFT),
            "arrived": queries.arrived(bureau, timezone.localdate()),
            "may_calendar": access.may(request.user, rules.CALENDAR),
        },
    )


def _sections(version: PackVersion) -> list[tuple[str, str]]:
    return [(name, section_words(name)) for name in queries.typed(version).sections]


@reads
def version_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _version(request, pk, None)


@reads
def version_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    return _version(request, pk, section)


def _version(request: HttpRequest, pk: int, section: str | None) -> HttpResponse:
    version = queries.open_version(request.user, pk)
    reading = queries.reading(version, section)
    if reading is None:
        raise Http404
    return render(
        request,
        "policies/version_page.html",
        {
            "version": version,
            "paper": documents.cited(request.user, [version.basis]).get(version.basis),
            "sections": _sections(version),
            "reading": reading,
            "findings": queries.finding_rows(version, timezone.localdate()),
            "older": queries.compared_with(version),
            "may_draft": access.may(request.user, rules.DRAFT),
            "editable": reading.name in EDITABLE,
            "own": {f"{listing}-{code}" for name, listing, code in queries.added(version) if name == reading.name},
        },
    )


@acts
def draft_start(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.DRAFT)
    version = actions.draft(bureau=bureau, by=Actor.of(request.user), on=timezone.localdate())
    return redirect("policies:draft_edit", version.pk, "obligations")


@acts
def draft_take_over(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.DRAFT)
    by = Actor.of(request.user)
    if queries.arrived(bureau, timezone.localdate()) is None:
        messages.info(request, _("没有新的随系统版本，不用并入。"))
        return redirect("policies:pack_list")
    version = actions.draft(bureau=bureau, by=by, on=timezone.localdate())
    try:
        actions.take_over(version=version, by=by, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("policies:version_page", version.pk)
    messages.success(request, _("新版本的变动已并入草稿，本局自己改过的没有动。请看一遍再发布。"))
    return redirect("policies:version_compare", version.pk)


@fills
def draft_edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    if not (verdict := rules.can_be_edited(version)):
        messages.error(request, verdict.reason)
        return redirect("policies:version_page", pk)
    sections = queries.typed(version).sections
    if section not in EDITABLE or section not in sections:
        raise Http404
    added = queries.added(version)
    kind = DraftForm if EDITABLE[section] else NumbersForm
    form = kind(section, sections, added, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(
                version=version,
                edits=form.edits(),
                seen=request.POST.get("seen", ""),
                by=Actor.of(request.user),
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("草稿已保存。"))
            return redirect(_next(version, section, request.POST.get("next", ""), added))
    return render(
        request,
        "policies/draft_form.html",
        {
            "version": version,
            "form": form,
            "section": section,
            "section_title": section_words(section),
            "sections": [(name, title) for name, title in _sections(version) if name in EDITABLE],
            "findings": queries.finding_rows(version, timezone.localdate(), section),
        },
    )


def _next(version: PackVersion, section: str, asked: str, added: Collection[Place]) -> str:
    """Where to go once the draft is saved: what the pressed button asks for, else to read the section."""
    what, _colon, name = asked.partition(":")
    listing, _colon, code = name.partition(":")
    if what == "section" and name in EDITABLE and name in version.body:
        return reverse("policies:draft_edit", args=[version.pk, name])
    if what == "add" and (section, name) in FORMS:
        return reverse("policies:item_add", args=[version.pk, section, name])
    if what == "item" and ((section, listing, code) in added or (section, listing) in WHOLE):
        return reverse("policies:item_edit", args=[version.pk, section, listing, code])
    return reverse("policies:version_section", args=[version.pk, section])


@reads
def version_compare(request: HttpRequest, pk: int) -> HttpResponse:
    version = queries.open_version(request.user, pk)
    other = whole(request.GET.get("with", ""))
    older = queries.compared_with(version) if other is None else queries.open_version(request.user, other)
    return render(
        request,
        "policies/compare.html",
        {
            "version": version,
            "older": older,
            "groups": queries.differences(older, version) if older else [],
            "choices": queries.comparable(request.user, version),
        },
    )


@reads
def version_preview(request: HttpRequest, pk: int) -> HttpResponse:
    version = queries.open_version(request.user, pk)
    bureau = queries.bureau_for(request.user, rules.READ)
    form = PeriodForm(request.GET if "period" in request.GET else None, initial={"period": timezone.localdate().year})
    moved = queries.preview(queries.typed(version), bureau, form.cleaned_data["period"]) if form.is_valid() else None
    return render(request, "policies/preview.html", {"version": version, "form": form, "moved": moved})


@fills
def version_publish(request: HttpRequest, pk: int) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    if not (verdict := rules.can_be_edited(version)):
        messages.error(request, verdict.reason)
        return redirect("policies:version_page", pk)
    today = timezone.localdate()
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish(version=version, by=Actor.of(request.user), now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已发布，从施行日期起生效。"))
            return redirect("policies:version_page", pk)
    older = queries.compared_with(version)
    return render(
        request,
        "policies/publish.html",
        {
            "version": version,
            "form": form,
            "findings": queries.finding_rows(version, today),
            "older": older,
            "groups": queries.differences(older, version) if older else [],
        },
    )


@acts
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    try:
        actions.discard(version=version, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("policies:version_page", pk)
    messages.success(request, _("草稿已删去，现行版本没有变。"))
    return redirect("policies:pack_list")


@reads
def exception_list(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.READ)
    return render(
        request,
        "policies/exceptions.html",
        {
            "rows": queries.exception_rows(bureau, timezone.localdate()),
            "may_except": access.may(request.user, rules.EXCEPT),
        },
    )


@fills
def exception_add(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.EXCEPT)
    initial: dict[str, Any] = {"rule": request.GET.get("rule", "")}
    form = ExceptionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.allow_exception(
                bureau=bureau, by=Actor.of(request.user), on=timezone.localdate(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("例外已登记，到期自动失效。"))
            return redirect("policies:exception_list")
    return render(request, "policies/exception_form.html", {"form": form})


@acts
def exception_end(request: HttpRequest, pk: int) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.EXCEPT)
    exception = get_object_or_404(queries.exceptions(bureau), pk=pk)
    try:
        actions.end_exception(exception=exception, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("这条例外已停用。"))
    return redirect("policies:exception_list")
