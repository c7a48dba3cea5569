"""Grants: who holds which role where; given, ended, delegated, chosen to act under."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hongzhu.core.access import actions, queries, rules
from hongzhu.core.access.forms import ActAsForm, DelegateForm, GrantForm
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

ROWS = 300
FOUND = 20


@reads
def grants(request: HttpRequest) -> HttpResponse:
    """Grants where the user may grant; a search also finds persons who hold none yet."""
    queries.require(request.user, rules.MANAGE_GRANTS)
    text = request.GET.get("q", "").strip()[:40]
    page = Paginator(queries.grant_rows(request.user, text=text), ROWS).get_page(request.GET.get("page"))
    found = []
    if text:
        people = queries.people_with_accounts(request.user, rules.MANAGE_GRANTS)
        found = list(people.filter(queries.named(text)).select_related("account")[:FOUND])
    context = {"page": page, "text": text, "found": found, "today": timezone.localdate()}
    return render(request, "access/grants.html", context)


@fills
def person_grants(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's grants in reach, and the form to give one more."""
    person = queries.open_holder(request.user, pk, rules.MANAGE_GRANTS)
    form = GrantForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.give_grant(
                person=person, role=data["role"], org=data["org"], from_on=data["from_on"], to_on=data["to_on"],
                by=Actor.of(request.user), by_role=queries.role_of(request.user), on=timezone.localdate(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已授权，%s下次打开页面就能用。") % person)
            return redirect("access:person_grants", pk=person.pk)
    rows = queries.grant_rows(request.user).filter(person=person)
    removable = queries.factor_removable(request.user, [person])
    context = {"person": person, "form": form, "rows": rows, "today": timezone.localdate(), "removable": removable}
    return render(request, "access/person_grants.html", context)


@acts
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant one may give, or take back a delegation of one's own."""
    grant = queries.open_grant(request.user, pk)
    actions.end_grant(grant=grant, by=Actor.of(request.user), on=timezone.localdate(), now=timezone.now())
    if grant.delegated_by_id:
        messages.success(request, _("已收回%s的代办。") % grant.person)
    else:
        messages.success(request, _("已结束%s的这项授权。") % grant.person)
    return _back(request)


@fills
def delegate(request: HttpRequest) -> HttpResponse:
    """Two taps: a name, and the button."""
    queries.require(request.user, rules.DELEGATE)
    grant = queries.acting_grant(request.user)
    if grant is None or grant.delegated_by_id:
        raise PermissionDenied(_("代办的人不能再委托别人，请本人来委托。"))
    form = DelegateForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delegate(
                grant=grant, person=form.cleaned_data["person"], to_on=form.cleaned_data["to_on"],
                by=Actor.of(request.user), on=timezone.localdate(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已委托%s代办。所办的事会写明是代你办的。") % form.cleaned_data["person"])
            return redirect("access:delegate")
    rows = queries.own_delegations(request.user, timezone.localdate())
    return render(request, "access/delegate.html", {"form": form, "grant": grant, "rows": rows})


@acts
def act_as(request: HttpRequest) -> HttpResponse:
    """Act under another of one's own grants from here on."""
    form = ActAsForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("没有切换：这项职责已经不在了，请刷新后再选。"))
        return redirect("access:me")
    actions.act_as(
        account=request.user,
        grant=form.cleaned_data["grant"],
        by=Actor.of(request.user),
        on=timezone.localdate(),  # type: ignore[arg-type]
    )
    return redirect("/")


def _back(request: HttpRequest) -> HttpResponse:
    """To the list the button stood in."""
    next_page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(next_page, allowed_hosts=None):
        return redirect(next_page)
    return redirect("access:me")
