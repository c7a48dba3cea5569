"""Professional titles: list, export, granting, ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import DayForm, TitleForm
from hongzhu.core.registers.models import Honour, Title
from hongzhu.core.registers.queries import titles
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor

from .asking import again, back_to, chosen, day_of, tell, tell_form


def _asked(request: HttpRequest) -> tuple[dict[str, Any], QuerySet[Title]]:
    """Filters and the rows they leave: the page and its Excel show the same."""
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    rows = titles.narrowed(
        titles.visible_to(request.user), on=day_of(filters), kind=filters.get("kind", ""),
        level=filters.get("level", ""), text=filters.get("q", ""), ended=filters.get("show") == "ended",
    )  # fmt: skip
    return filters, rows


@reads
def title_list(request: HttpRequest) -> HttpResponse:
    filters, rows = _asked(request)
    return render(
        request, "registers/title_list.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "chosen": filters, "kinds": Title.Kind.choices,
         "levels": Honour.Level.choices, "ended": filters.get("show") == "ended", "on": day_of(filters),
         "may_keep": access.may(request.user, rules.KEEP), "day_form": DayForm(initial={"on": timezone.localdate()})},
    )  # fmt: skip


@reads
def title_export(request: HttpRequest) -> HttpResponse:
    _filters, rows = _asked(request)
    name = sheets.file_name(_("专业称号登记册"), f"{timezone.localdate():%Y%m%d}", ext="xlsx")
    return download(titles.register_xlsx(rows), name)


@fills
def title_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    form = TitleForm(request.POST or None, user=request.user, initial={"level": "COUNTY"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_title(by=Actor.of(request.user), today=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已登记。"))
            return redirect("registers:title_list")
    return render(request, "registers/title_form.html", {"form": form})


@acts
def title_end(request: HttpRequest, pk: int) -> HttpResponse:
    title = titles.open_title(request.user, pk, rules.KEEP)
    form = DayForm(request.POST)
    if not form.is_valid():
        tell_form(request, form)
        return again(request, "registers:title_list", pk)
    try:
        actions.end_title(title=title, on=form.cleaned_data["on"], by=Actor.of(request.user))
    except ValidationError as error:
        tell(request, error)
        return again(request, "registers:title_list", pk)
    messages.success(request, _("已登记结束，历史保留。"))
    return back_to(request, "registers:title_list")
