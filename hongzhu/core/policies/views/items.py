"""New items of a draft: add one, change or take away what the draft itself added."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.forms.items import FORMS, ItemForm
from hongzhu.core.policies.models import PackVersion
from hongzhu.core.policies.pack.words import listing_words, section_words
from hongzhu.kit.http import acts, fills
from hongzhu.kit.refs import Actor


def _form_class(section: str, listing: str) -> type[ItemForm]:
    if (section, listing) not in FORMS:
        raise Http404
    return FORMS[section, listing]


def _page(
    request: HttpRequest, version: PackVersion, form: ItemForm, item: queries.OwnItem | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "rows": form.rows(),
        "version": version,
        "form": form,
        "item": item,
        "listing_title": listing_words(form.listing),
        "section_title": section_words(form.section),
    }
    return render(request, "policies/item_form.html", context)


@fills
def item_add(request: HttpRequest, pk: int, section: str, listing: str) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    form_class = _form_class(section, listing)
    if not (verdict := rules.can_be_edited(version)):
        messages.error(request, verdict.reason)
        return redirect("policies:version_page", pk)
    data, like = request.POST if request.method == "POST" else None, request.GET.get("like", "")
    form = form_class(queries.typed(version).sections, None, data, like=like)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_items(
                version=version, additions=form.additions(), by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已加进草稿，发布以前不影响任何单位。"))
            return redirect("policies:draft_edit", pk, section)
    return _page(request, version, form)


@fills
def item_edit(request: HttpRequest, pk: int, section: str, listing: str, code: str) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    form_class = _form_class(section, listing)
    if not (verdict := rules.can_be_edited(version)):
        messages.error(request, verdict.reason)
        return redirect("policies:version_page", pk)
    item = queries.open_item(version, section, listing, code, inherited=True)
    if not form_class.takes(item.item):
        raise Http404
    form = form_class(queries.typed(version).sections, item.item, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_item(
                version=version,
                item=item,
                changed=form.addition(),
                along=form.along(form.cleaned_data),
                by=Actor.of(request.user),
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("草稿已保存。"))
            return redirect("policies:draft_edit", pk, section)
    return _page(request, version, form, item)


@acts
def item_remove(request: HttpRequest, pk: int, section: str, listing: str, code: str) -> HttpResponse:
    version = queries.open_version(request.user, pk, rules.DRAFT)
    _form_class(section, listing)
    if not (verdict := rules.can_be_edited(version)):
        messages.error(request, verdict.reason)
        return redirect("policies:version_page", pk)
    item = queries.open_item(version, section, listing, code)
    try:
        actions.remove_item(version=version, item=item, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("policies:item_edit", pk, section, listing, code)
    messages.success(request, _("“%(title)s”已从草稿里去掉。") % {"title": item.item.title})
    return redirect("policies:draft_edit", pk, section)
