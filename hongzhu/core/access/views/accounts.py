"""Accounts: who has one, opening them with slips, resetting, stopping."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import actions, queries, rules
from hongzhu.core.access.forms import MetForm, StopForm
from hongzhu.core.people.models import Account
from hongzhu.kit.http import acts, reads, whole
from hongzhu.kit.refs import Actor

ROWS = 300


@reads
def accounts(request: HttpRequest) -> HttpResponse:
    """Persons in reach with an account, or (``show=without``) those without."""
    queries.require(request.user, rules.MANAGE_ACCOUNTS)
    without = request.GET.get("show") == "without"
    text = request.GET.get("q", "").strip()[:40]
    rows = queries.account_rows(request.user, text=text, without=without)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    manageable = set() if without else queries.manageable(request.user, page.object_list)
    removable = set() if without else queries.factor_removable(request.user, page.object_list)
    context = {
        "page": page, "without": without, "text": text, "now": timezone.now(), "manageable": manageable,
        "removable": removable,
    }  # fmt: skip
    return render(request, "access/accounts.html", context)


@acts
def accounts_open(request: HttpRequest) -> HttpResponse:
    """Open accounts for the ticked persons; the answer is the slips, shown once."""
    queries.require(request.user, rules.MANAGE_ACCOUNTS)
    ticked = [pk for text in request.POST.getlist("person") if (pk := whole(text)) is not None]
    found = list(queries.account_rows(request.user, without=True).filter(pk__in=ticked))
    allowed = queries.manageable(request.user, found)
    people = [person for person in found if person.pk in allowed]
    try:
        slips = actions.open_accounts(people=people, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("access:accounts")
    return _show(request, slips)


def _open_account(request: HttpRequest, pk: int) -> Account:
    person = queries.open_holder(request.user, pk, rules.MANAGE_ACCOUNTS)
    account = get_object_or_404(Account.objects.select_related("person"), person=person)
    queries.check_manages(request.user, person)
    return account


@acts
def account_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh one-time code for one person's account; the answer is the slip, shown once."""
    account = _open_account(request, pk)
    slip = actions.give_code(account=account, by=Actor.of(request.user), now=timezone.now())
    return _show(request, [slip])


@acts
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lost second factor off, having met the person; the answer is the slip, shown once."""
    person = queries.open_holder(request.user, pk, rules.REMOVE_FACTOR)
    account = get_object_or_404(Account.objects.select_related("person"), person=person)
    queries.check_removes_factor(request.user, person)
    back = "access:accounts" if queries.may(request.user, rules.MANAGE_ACCOUNTS) else "access:grants"
    if not MetForm(request.POST).is_valid():
        messages.error(request, _("没有解除：请当面核对本人，勾选后再办。"))
        return redirect(back)
    try:
        slip = actions.remove_factor(account=account, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(back)
    return _show(request, [slip])


@acts
def account_stop(request: HttpRequest, pk: int) -> HttpResponse:
    account = _open_account(request, pk)
    form = StopForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有停用：请写明停用原因。"))
        return redirect("access:accounts")
    actions.stop(account=account, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("已停用%s的账号，登录已全部退出。") % account)
    return redirect("access:accounts")


@acts
def account_start(request: HttpRequest, pk: int) -> HttpResponse:
    account = _open_account(request, pk)
    actions.start(account=account, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("已启用%s的账号。") % account)
    return redirect("access:accounts")


def _show(request: HttpRequest, slips: list[actions.Slip]) -> HttpResponse:
    back = "access:accounts" if queries.may(request.user, rules.MANAGE_ACCOUNTS) else "access:grants"
    response = render(request, "access/slips.html", {"slips": slips, "back": reverse(back)})
    response.headers["Cache-Control"] = "no-store"
    return response
