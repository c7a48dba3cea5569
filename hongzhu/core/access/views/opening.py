"""The first page of a new deployment; gone once somebody has an account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import actions, queries
from hongzhu.core.access.forms import FirstRunForm
from hongzhu.core.policies import actions as policies
from hongzhu.kit.http import fills
from hongzhu.kit.refs import Actor


@login_not_required
@fills
def first_run(request: HttpRequest) -> HttpResponse:
    """Bureau, three administrators, Party office; the answer is their slips, shown once."""
    if not queries.no_accounts_yet():
        raise Http404
    form = FirstRunForm(request.POST or None, packs=queries.shipped_packs())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        opening = actions.Opening(
            name=data["name"], code=data["code"], division_code=data["division_code"], pack=data["pack"],
            people=form.people(),
        )  # fmt: skip
        by = Actor.system(_("首次设置"))
        try:
            # Nothing to do where ``hongzhu migrate`` made the tables; a bureau without its pack could open no page.
            policies.ship()
            policies.seed_calendar()
            slips = actions.first_run(opening=opening, by=by, on=timezone.localdate(), now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            response = render(request, "access/slips.html", {"slips": slips, "first": True})
            response.headers["Cache-Control"] = "no-store"
            return response
    return render(request, "access/first_run.html", {"form": form})
