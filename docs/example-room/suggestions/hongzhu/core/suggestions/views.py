"""List, hand in, look, answer."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit.http import fills, reads
from hongzhu.kit.refs import Actor

from . import actions, queries, rules
from .forms import ReplyForm, SuggestionForm

PAGE = 30


@reads
def suggestion_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    page = Paginator(queries.visible_to(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(suggestion, rules.chip(suggestion)) for suggestion in page]
    return render(request, "suggestions/suggestion_list.html", {"page": page, "rows": rows})


@fills
def suggestion_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.MAKE)
    form = SuggestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.make(
            org=access.acting_grant(request.user).org,
            **form.cleaned_data,
            by=Actor.of(request.user),
            on=timezone.localdate(),
        )
        messages.success(request, _("已收到，答复后会出现在这里"))
        return redirect("suggestions:suggestion_list")
    return render(request, "suggestions/suggestion_form.html", {"form": form})


@reads
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.open_suggestion(request.user, pk)
    may_reply = access.holds(request.user, rules.REPLY, found.org) and rules.can_be_answered(found, request.user.pk)
    context = {"suggestion": found, "chip": rules.chip(found), "may_reply": may_reply}
    return render(request, "suggestions/suggestion.html", context)


@fills
def suggestion_reply(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.open_suggestion(request.user, pk, rules.REPLY)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reply(
                suggestion=found,
                text=form.cleaned_data["text"],
                by=Actor.of(request.user),
                on=timezone.localdate(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已答复"))
            return redirect("suggestions:suggestion", pk=found.pk)
    return render(request, "suggestions/reply_form.html", {"form": form, "suggestion": found})
