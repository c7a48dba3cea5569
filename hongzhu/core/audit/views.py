"""The audit administrator's two lists. Reading only: nobody changes the chain from a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.kit.http import reads

from . import queries
from .models import Refusal

PAGE = 50


@reads
def entry_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, access_rules.VIEW_AUDIT)
    found = queries.entries(
        access.bureau_of(request.user) or None,
        did=request.GET.get("did", ""),
        actor=request.GET.get("actor", ""),
        text=request.GET.get("q", ""),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "audit/entry_list.html",
        {
            "page": page,
            "rows": queries.told(page),
            "rooms": queries.rooms(),
            "head": queries.head()[0],
            "filtered": any(request.GET.values()),
        },
    )


@reads
def refusal_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, access_rules.VIEW_AUDIT)
    kind = request.GET.get("kind", "")
    found = queries.refusals(access.bureau_of(request.user) or None, kind=kind)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/refusal_list.html", {"page": page, "kinds": Refusal.Kind.choices, "kind": kind})
