"""收支明细账 of one body, and 对账: the book's balance of a day, confirmed by another person."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import Period, full_text
from hongzhu.kit.http import download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dues_checks as actions
from hongzhu.services.party.forms.dues import CheckForm, VoidForm
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_opening as openings
from hongzhu.services.party.queries import dues_papers as papers

from .dues import year_of


def _period(request: HttpRequest, today: date) -> Period:
    """The year or quarter the address asks for; the running year when it cannot be read."""
    year, quarter = min(year_of(request, today), today.year), request.GET.get("quarter", "")
    return Period.quarter(year, int(quarter)) if quarter in ("1", "2", "3", "4") else Period.year(year)


def _account(request: HttpRequest, org: int) -> tuple[Org, accounts.Account, date, bool]:
    """Sums for whoever sees the body; payers' names for whoever keeps its dues."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.VIEW, today)
    named = access.holds(request.user, rules.KEEP, body)
    return body, accounts.account(body, _period(request, today), today, named=named), today, named


@reads
def dues_account(request: HttpRequest, org: int) -> HttpResponse:
    """收支明细账 of a year or quarter, with the latest checks beside it."""
    body, made, today, named = _account(request, org)
    return render(
        request, "party/dues_account.html",
        {"body": body, "book": made, "named": named, "today": today, "year": made.period.start.year,
         "quarter": made.period.number if made.period.every == "quarter" else 0,
         "quarters": [(n, Period.quarter(made.period.start.year, n).title) for n in range(1, 5)],
         "years": range(today.year, today.year - 5, -1), "page": Paginator(made.lines, 100).get_page(request.GET.get("page")),
         "checks": accounts.checks_of(body, today), "handles": accounts.handles(request.user, body),
         "keeps": access.holds(request.user, handings.keeps(body), body), "openings": openings.openings_of(body),
         "opening_left": openings.left_of(body, today), "superior": queries.superior_of(body, today),
         "unowned": accounts.on_nobodys_account(body, made.period, today)},
    )  # fmt: skip


@reads
def dues_account_paper(request: HttpRequest, org: int, kind: str) -> HttpResponse:
    """The account as Word or Excel."""
    body, made, today, _named = _account(request, org)
    name = sheets.file_name(body.name, _("党费收支明细账"), made.period.code, ext=kind)
    if kind == "xlsx":
        return download(papers.account_xlsx(made), name)
    return download(papers.account_docx(made, accounts.checks_of(body, today), today), name)


@fills
def dues_check_new(request: HttpRequest, org: int) -> HttpResponse:
    """登记对账: a day and what the book says; the computed balance is put beside it."""
    today = timezone.localdate()
    body = queries.open_body(request.user, org, rules.VIEW, today)
    access.check(request.user, handings.keeps(body), body)
    form = CheckForm(request.POST or None, initial={"checked_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_dues(org=body, by=Actor.of(request.user), on=today, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记对账，等另一人核对。"))
            return redirect("party:dues_account", org=body.pk)
    return render(
        request, "party/dues_check_new.html",
        {"body": body, "form": form, "today": today, "computed": accounts.computed(body, today, today)},
    )  # fmt: skip


@fills
def dues_check(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: what the book said and what is computed, for another person to confirm."""
    today = timezone.localdate()
    check = accounts.open_check(request.user, pk, today)
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.confirm_check(check=check, by=Actor.of(request.user), on=today, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已核对。"))
            return redirect("party:dues_account", org=check.org_id)
    row = accounts.check_row(check, today)
    return render(request, "party/dues_check.html", {"check": check, "row": row, "form": form})


@fills
def dues_check_void(request: HttpRequest, pk: int) -> HttpResponse:
    """A wrong check is taken back with a reason."""
    check = accounts.open_check(request.user, pk, timezone.localdate())
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void_check(
                check=check, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废，这一天可以重新对账。"))
            return redirect("party:dues_account", org=check.org_id)
    what = _("%(org)s，%(day)s") % {"org": check.org.name, "day": full_text(check.on)}
    back = reverse("party:dues_check", args=[check.pk])
    return render(
        request, "party/dues_void.html", {"form": form, "back": back, "title": _("作废对账"), "what": what}
    )  # fmt: skip
