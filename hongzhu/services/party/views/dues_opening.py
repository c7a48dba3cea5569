"""期初余额 of a dues account: entered once, confirmed by another person, voided with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit.dates import full_text
from hongzhu.kit.http import fills
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dues_opening as actions
from hongzhu.services.party.forms.dues import OpeningForm, VoidForm
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.rules import dues_opening as opening_rules


@fills
def dues_opening_new(request: HttpRequest, org: int) -> HttpResponse:
    """登记期初余额: a day, how much was in hand, and what says so."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.VIEW, today)
    access.check(request.user, handings.keeps(body), body)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_opening(org=body, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记期初余额，等另一人核对；核对后计入余额。"))
            return redirect("party:dues_account", org=body.pk)
    return render(
        request, "party/dues_opening_new.html",
        {"body": body, "form": form, "first": openings.first_moved(body, today)},
    )  # fmt: skip


@fills
def dues_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: what was said to be in hand and by what, for another person to confirm."""
    today = timezone.localdate()
    opening = openings.open_opening(request.user, pk, today)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.confirm_opening(opening=opening, by=Actor.of(request.user), on=today, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已核对，期初余额已计入。"))
            return redirect("party:dues_account", org=opening.org_id)
    chip = opening_rules.opening_chip(opening)
    return render(request, "party/dues_opening.html", {"opening": opening, "chip": chip, "form": form})


@fills
def dues_opening_void(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong opening is taken back with a reason."""
    opening = openings.open_opening(request.user, pk, timezone.localdate())
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_opening(
                opening=opening, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废，可以重新登记期初余额。"))
            return redirect("party:dues_account", org=opening.org_id)
    what = _("%(org)s，%(day)s") % {"org": opening.org.name, "day": full_text(opening.on)}
    back = reverse("party:dues_opening", args=[opening.pk])
    return render(
        request, "party/dues_void.html", {"form": form, "back": back, "title": _("作废期初余额"), "what": what}
    )  # fmt: skip
