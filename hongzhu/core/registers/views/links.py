"""三同步: pairs of business and Party-building documents, and those without a counterpart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import LinkForm
from hongzhu.core.registers.models import Link
from hongzhu.core.registers.queries import links
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

from .asking import chosen, excel

LACKING = ("business", "party")


def _asked(request: HttpRequest) -> tuple[dict[str, Any], int, str, Any]:
    """Filters, year, which side is asked for what it lacks ("" for the pairs), the rows."""
    access.require(request.user, rules.VIEW)
    filters = chosen(request)
    year = filters.get("year") or timezone.localdate().year
    show = filters.get("show", "") if filters.get("show") in LACKING else ""
    if show:
        rows: Any = links.lacking(request.user, party=show == "party", year=year, text=filters.get("q", ""))
    else:
        rows = links.narrowed(
            links.visible_to(request.user), step=filters.get("kind", ""), year=year, text=filters.get("q", "")
        )
    return filters, year, show, rows


@reads
def link_list(request: HttpRequest) -> HttpResponse:
    filters, year, show, rows = _asked(request)
    this_year = timezone.localdate().year
    return render(
        request, "registers/link_list.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "chosen": filters, "year": year, "show": show,
         "steps": Link.Step.choices, "years": range(this_year, this_year - 10, -1),
         "business_n": links.lacking(request.user, party=False, year=year).count(),
         "party_n": links.lacking(request.user, party=True, year=year).count(),
         "may_keep": access.may(request.user, rules.KEEP)},
    )  # fmt: skip


@reads
def link_export(request: HttpRequest) -> HttpResponse:
    _filters, _year, show, rows = _asked(request)
    if show:
        title = _("没有业务文件的党建文件") if show == "party" else _("没有党建文件的业务文件")
        header = (_("标题"), _("文号"), _("文种"), _("发文单位"), _("发文日期"))
        told: Any = ((row.title, row.number, row.get_kind_display(), row.issuer.name, row.issued_on) for row in rows)
        return excel(title, header, told)
    header = (_("业务文件"), _("发文单位"), _("党建文件"), _("发文单位"), _("环节"), _("关联日期"))
    told = (
        (row.business.title, row.business.issuer.name, row.party.title, row.party.issuer.name, row.get_step_display(),
         row.linked_on)
        for row in rows
    )  # fmt: skip
    return excel(_("三同步文件对照"), header, told)


@fills
def link_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    initial = {"on": timezone.localdate(), "business": request.GET.get("business"), "party": request.GET.get("party")}
    form = LinkForm(
        request.POST or None, business=links.plans(request.user, party=False),
        party=links.plans(request.user, party=True), initial=initial,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.link_plans(bureau=request.user.bureau, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已关联。"))
            return redirect("registers:link_list")
    return render(request, "registers/link_form.html", {"form": form})


@acts
def link_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = links.open_link(request.user, pk)
    actions.unlink_plans(link=row, by=Actor.of(request.user))
    messages.success(request, _("已取消关联。"))
    return redirect("registers:link_list")
