"""Instructors sent to new economic and social organisations."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import dispatch as actions
from hongzhu.services.party.forms.dispatch import DispatchAmendForm, DispatchForm, VisitForm
from hongzhu.services.party.forms.sending import EndForm
from hongzhu.services.party.models import Dispatch
from hongzhu.services.party.queries import dispatch, sending
from hongzhu.services.party.queries import sending_paper as papers
from hongzhu.services.party.queries.settings import section_on
from hongzhu.services.party.rules import dispatch as dispatch_rules

from .sending import (
    Choice,
    Column,
    Listing,
    Refused,
    Table,
    act,
    chosen,
    excel,
    fill,
    lines_of,
    short,
    show_list,
    show_page,
    years_from,
)


def _columns(remind: int) -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("党建指导员"), lambda row: row.person.name),
        Column(_("服务组织"), lambda row: row.served),
        Column(_("组织类别"), lambda row: row.get_sector_display()),
        Column(_("批次"), lambda row: row.batch),
        Column(_("选派日期"), lambda row: row.from_on, "hz-drop"),
        Column(_("期满日期"), lambda row: row.to_on, "hz-drop"),
        Column(_("到访次数"), lambda row: row.visits_n, "hz-r"),
        Column(_("办成事项"), lambda row: row.outputs_n, "hz-r"),
        Column(_("状态"), lambda row: dispatch_rules.chip(row, today, remind), "hz-sum"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], int, Any]:
    filters, today = chosen(request), timezone.localdate()
    remind = section_on(request.user.bureau, today).sending.remind_days
    rows = dispatch.narrowed(
        dispatch.visible_to(request.user), today, remind, state=filters.get("state", ""),
        sector=filters.get("kind", ""), year=filters.get("year"), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, remind, rows


@reads
def dispatch_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, remind, rows = _rows(request)
    listing = Listing(
        title=_("党建指导员"), columns=_columns(remind), export="party:sending_dispatch_export",
        back=reverse("party:sending_index"), note=_("人次按选派登记数，同一人派两次算两人次"),
        empty=(_("还没有选派党建指导员"), _("登记选派之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("", _("全部")), ("running", _("在岗")), ("ending", _("快到期或已到期")),
                                      ("ended", _("已结束"))], filters.get("state", "")),
            Choice("kind", _("组织类别"), [("", _("全部类别")), *Dispatch.Sector.choices], filters.get("kind", "")),
            Choice("year", _("年份"), [("", _("全部年份")), *years_from(timezone.localdate())], filters.get("year") or ""),
        ],
        figures=[(_("人次"), rows.count()), (_("人数"), dispatch.persons_of(rows))],
        new=(_("登记选派"), reverse("party:sending_dispatch_new")) if sending.office(request.user) else None,
        papers=[(_("选派名册"), f"{reverse('party:sending_dispatch_paper')}?{request.GET.urlencode()}")],
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:sending_dispatch_page", args=[row.pk]))


@reads
def dispatch_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    _filters, remind, rows = _rows(request)
    return excel(_("党建指导员选派名册"), _columns(remind), rows)


@reads
def dispatch_paper(request: HttpRequest) -> HttpResponse:
    """选派名册 in Word, of what the list shows."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    data = papers.dispatch_table(_rows(request)[2], today, request.user.bureau.name)
    return download(data, sheets.file_name("党建指导员选派名册", f"{today:%Y%m%d}"))  # zh: name of a paper


@fills
def dispatch_new(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    form = DispatchForm(request.POST or None, user=request.user, initial={"from_on": timezone.localdate()})
    write = partial(actions.send_instructor, bureau=request.user.bureau, by=Actor.of(request.user))
    return fill(
        request, form, write, title=_("登记选派"), back=reverse("party:sending_dispatch_list"), done=_("已登记。"),
        goes=lambda row: reverse("party:sending_dispatch_page", args=[row.pk]),
    )  # fmt: skip


@reads
def dispatch_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, dispatch.open_dispatch(request.user, pk))


def _page(request: HttpRequest, row: Dispatch, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    remind = section_on(row.bureau, today).sending.remind_days
    office = sending.office(request.user)
    forms, buttons = [], []
    if office or row.person_id == request.user.person_id:
        forms.append(
            short(
                "visit",
                _("登记到访"),
                VisitForm(initial={"on": today}, auto_id="id_visit_%s"),
                reverse("party:sending_dispatch_visit", args=[row.pk]),
                _("保存"),
                refused=refused,
                opened=True,
            )
        )
    if office:
        buttons.append((_("修改"), reverse("party:sending_dispatch_edit", args=[row.pk])))
        if row.ended_on is None:
            forms.append(
                short(
                    "end",
                    _("结束选派"),
                    EndForm(initial={"on": today}, auto_id="id_end_%s"),
                    reverse("party:sending_dispatch_end", args=[row.pk]),
                    _("结束选派"),
                    refused=refused,
                )
            )
    columns = [
        Column(_("做了什么"), lambda visit: visit.outcome), Column(_("到访日期"), lambda visit: visit.on),
        Column(_("办成事项"), lambda visit: visit.outputs, "hz-sum"),
    ]  # fmt: skip
    visits = Table(_("到访记录"), columns, lines_of(columns, dispatch.visits_of(row)), _("还没有登记到访"))
    pairs = [
        (_("服务组织"), row.served), (_("组织类别"), row.get_sector_display()), (_("批次"), row.batch),
        (_("选派日期"), row.from_on), (_("期满日期"), row.to_on), (_("实际结束"), row.ended_on),
    ]  # fmt: skip
    return show_page(
        request, title=row.person.name, subtitle=row.served, back=reverse("party:sending_dispatch_list"), pairs=pairs,
        chip=dispatch_rules.chip(row, today, remind), tables=[visits], forms=forms, buttons=buttons, refused=refused,
    )  # fmt: skip


@fills
def dispatch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = dispatch.open_dispatch(request.user, pk)
    sending.require_office(request.user)
    told = {"served": row.served, "sector": row.sector, "batch": row.batch, "to_on": row.to_on}
    form = DispatchAmendForm(request.POST or None, initial=told)
    return fill(
        request, form, partial(actions.amend_dispatch, dispatch=row, by=Actor.of(request.user)), title=_("修改选派"),
        subtitle=row.person.name, back=reverse("party:sending_dispatch_page", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


@acts
def dispatch_visit(request: HttpRequest, pk: int) -> HttpResponse:
    row = dispatch.open_to_visit(request.user, pk)
    write = partial(actions.visit_served, dispatch=row, by=Actor.of(request.user), today=timezone.localdate())
    return act(
        request, VisitForm(request.POST, auto_id="id_visit_%s"), write,
        back=reverse("party:sending_dispatch_page", args=[pk]), done=_("已登记到访。"),
        again=lambda form: _page(request, row, ("visit", form)),
    )  # fmt: skip


@acts
def dispatch_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = dispatch.open_dispatch(request.user, pk)
    sending.require_office(request.user)
    write = partial(actions.end_dispatch, dispatch=row, by=Actor.of(request.user))
    return act(
        request, EndForm(request.POST, auto_id="id_end_%s"), write,
        back=reverse("party:sending_dispatch_page", args=[pk]), done=_("已结束选派。"),
        again=lambda form: _page(request, row, ("end", form)),
    )  # fmt: skip
