"""Home, one page per unit, search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hongzhu.core.access import queries as access
from hongzhu.core.activities import rules as activity_rules
from hongzhu.core.policies import queries as policies
from hongzhu.kit.http import reads

from . import queries, rules
from .forms import AsOf

ABOUT_ITSELF = ("leaders", "people")


@reads
def home(request: HttpRequest) -> HttpResponse:
    """The branch's home on a phone, the officer's desk, or one line for those who hold no role yet."""
    today = timezone.localdate()
    grant = access.acting_grant(request.user)
    if grant is None:
        return render(request, "portal/no_role.html")
    waiting = queries.waiting_for(request.user, today)
    context = {
        "today": today,
        "org": grant.org,
        "relations": queries.relations(grant.org, today),
        "duties": waiting.pop("obligations", []),
        "waiting": [item for items in waiting.values() for item in items],
        "guide": policies.guide_for(grant.org, today),
    }
    if grant.role in rules.BRANCH_ROLES:
        # Nothing to record says nothing of what was held to who records nothing.
        context["records"] = access.may(request.user, activity_rules.RECORD)
        context["year_url"] = queries.year_page(grant.org, today)
        context["recent"] = queries.recent_at(request.user, grant.org)
        return render(request, "portal/branch_home.html", context)
    # At one's own desk the work comes first; who leads and how many they are is known there.
    panels = queries.panels_for(request.user, grant.org, today)
    context["panels"] = sorted(panels, key=lambda one: one[0].name in ABOUT_ITSELF)
    return render(request, "portal/desk.html", context)


@reads
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One page about one body, for the leader who visits at eight tomorrow."""
    org = access.open_org(request.user, pk)
    today = timezone.localdate()
    asked = AsOf(request.GET or None)
    on = (asked.is_valid() and asked.cleaned_data["on"]) or today
    branches = list(queries.branches_of(org, on))
    context = {
        "org": org,
        "on": on,
        "today": today,
        "above": queries.above(request.user, org, on),
        "relations": queries.relations_of(org, branches, on),
        "branches": branches,
        "panels": queries.panels_for(request.user, org, on),
    }
    return render(request, "portal/unit.html", context)


@reads
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    return render(request, "portal/search.html", {"text": text, "found": queries.search(request.user, text)})
