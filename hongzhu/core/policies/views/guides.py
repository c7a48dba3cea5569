"""每月工作提示: list, read, write on one page, issue."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.forms.guide import GuideForm, NewGuideForm
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

PER_PAGE = 24


@reads
def guide_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.READ_GUIDE)
    page = Paginator(queries.guides_visible_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "policies/guide_list.html", {"page": page, "may_write": access.may(request.user, rules.GUIDE)}
    )


@reads
def guide_page(request: HttpRequest, pk: int) -> HttpResponse:
    guide = queries.open_guide(request.user, pk)
    return render(
        request,
        "policies/guide_page.html",
        {
            "guide": guide,
            "reading": queries.guide_reading(guide),
            "may_write": access.holds(request.user, rules.GUIDE, guide.issuer),
        },
    )


@fills
def guide_new(request: HttpRequest) -> HttpResponse:
    bureau = queries.bureau_for(request.user, rules.GUIDE)
    today = timezone.localdate()
    issuers = queries.guide_issuers(request.user, today)
    form = NewGuideForm(
        issuers, request.POST if request.method == "POST" else None, initial={"month": today.replace(day=1)}
    )
    if request.method == "POST" and form.is_valid():
        month, issuer = form.cleaned_data["month"], form.cleaned_data["issuer"]
        guide = queries.guide_of(issuer, month)
        if guide is None:
            content = queries.guide_to_copy(issuer, month, form.cleaned_data["copy"])
            guide = actions.write_guide(
                bureau=bureau, issuer=issuer, month_on=month, content=content, by=Actor.of(request.user)
            )
        else:
            messages.info(request, _("这个月的工作提示已经有了，接着改就行。"))
        return redirect("policies:guide_edit", guide.pk)
    return render(request, "policies/guide_new.html", {"form": form})


@fills
def guide_edit(request: HttpRequest, pk: int) -> HttpResponse:
    guide = queries.open_guide(request.user, pk, rules.GUIDE)
    form = GuideForm(guide, queries.theme_kinds(guide), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_guide(
                bureau=guide.bureau,
                issuer=guide.issuer,
                month_on=guide.month_on,
                content=form.content(),
                by=Actor.of(request.user),
            )
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("已保存。"))
            return redirect("policies:guide_page", pk)
    return render(request, "policies/guide_form.html", {"guide": guide, "form": form})


@acts
def guide_issue(request: HttpRequest, pk: int) -> HttpResponse:
    guide = queries.open_guide(request.user, pk, rules.GUIDE)
    try:
        actions.issue_guide(guide=guide, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已印发，各支部的本月主题、篇目和待办已经带上。"))
    return redirect("policies:guide_page", pk)
