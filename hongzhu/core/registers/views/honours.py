"""Honours, and strengths of mass organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.files import actions as files_actions
from hongzhu.core.files import queries as files
from hongzhu.core.orgs.models import MASS_KINDS
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import DayForm, HonourForm, StrengthForm
from hongzhu.core.registers.models import Honour
from hongzhu.core.registers.queries import honours, masses
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor, Ref

from .asking import chosen, day_of, excel


@reads
def honour_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    rows = honours.narrowed(
        honours.visible_to(request.user),
        level=filters.get("level", ""),
        year=filters.get("year"),
        text=filters.get("q", ""),
    )
    this_year = timezone.localdate().year
    return render(
        request, "registers/honour_list.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "chosen": filters, "levels": Honour.Level.choices,
         "years": range(this_year, this_year - 10, -1), "may_keep": access.may(request.user, rules.KEEP)},
    )  # fmt: skip


@reads
def honour_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    rows = honours.narrowed(
        honours.visible_to(request.user),
        level=filters.get("level", ""),
        year=filters.get("year"),
        text=filters.get("q", ""),
    )
    name = sheets.file_name(_("荣誉登记册"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(honours.register_xlsx(rows), name)


@reads
def honour_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, honours.open_honour(request.user, pk))


def _page(request: HttpRequest, honour: Honour, refused: Any = None) -> HttpResponse:
    """The honour, with the short form that was refused as it was typed."""
    may_keep = access.may(request.user, rules.KEEP)
    return render(
        request, "registers/honour_page.html",
        {"honour": honour, "attachments": files.of(Ref.to(honour)), "may_keep": may_keep, "refused": refused,
         "day_form": refused or DayForm(initial={"on": timezone.localdate()})},
    )  # fmt: skip


@fills
def honour_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    form = HonourForm(request.POST or None, request.FILES or None, user=request.user, initial={"level": "COUNTY"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        scan = given.pop("scan")
        by = Actor.of(request.user)
        try:
            with transaction.atomic():
                honour = actions.grant(bureau=request.user.bureau, by=by, **given)
                if scan:
                    files_actions.attach(
                        owner=Ref.to(honour), slot="scan", name=scan.name, data=scan.read(), by=by,
                        bureau=request.user.bureau, now=timezone.now(),
                    )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记。"))
            return redirect("registers:honour_page", pk=honour.pk)
    return render(request, "registers/honour_form.html", {"form": form})


@acts
def honour_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    honour = honours.open_honour(request.user, pk, rules.KEEP)
    form = DayForm(request.POST)
    if form.is_valid():
        try:
            actions.revoke(honour=honour, on=form.cleaned_data["on"], by=Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记撤销。"))
            return redirect("registers:honour_page", pk=pk)
    return _page(request, honour, refused=form)


def _masses(request: HttpRequest) -> tuple[dict[str, Any], date, str, Any]:
    """Filters, day, kind and the rows they leave: the page and its Excel show the same."""
    filters = chosen(request)
    on = day_of(filters)
    kind = filters.get("kind", "") if filters.get("kind", "") in MASS_KINDS else ""
    return filters, on, kind, masses.on_day(request.user, on, kind=kind, text=filters.get("q", ""))


@reads
def mass_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, on, kind, rows = _masses(request)
    return render(
        request, "registers/mass_list.html",
        {"page": Paginator(rows, 100).get_page(request.GET.get("page")), "on": on, "kind": kind, "chosen": filters,
         "kinds": [(one.value, one.label) for one in MASS_KINDS], "may_keep": access.may(request.user, rules.KEEP)},
    )  # fmt: skip


@reads
def mass_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    _filters, _on, _kind, found = _masses(request)
    header = (_("组织"), _("类别"), _("所在单位"), pgettext("leader", "负责人"), _("人数"), _("截至"))
    rows = (
        (row.org.name, row.org.get_kind_display(), row.unit, row.leaders, row.count, row.stated_on) for row in found
    )
    return excel(_("群团组织登记册"), header, rows)


@fills
def mass_strength(request: HttpRequest, pk: int) -> HttpResponse:
    org = masses.open_mass(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    form = StrengthForm(request.POST or None, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_strength(org=org, by=Actor.of(request.user), today=today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记人数。"))
            return redirect("registers:mass_list")
    return render(request, "registers/strength_form.html", {"form": form, "org": org})
