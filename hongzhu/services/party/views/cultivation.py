"""双培养: begun, reached, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.people.models import Membership
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import cultivation as actions
from hongzhu.services.party.forms.cultivation import CultivationAmendForm, CultivationForm
from hongzhu.services.party.forms.sending import EndForm, OnForm
from hongzhu.services.party.models import Admission, Cultivation
from hongzhu.services.party.queries import cultivation, sending
from hongzhu.services.party.queries import person as people
from hongzhu.services.party.rules import cultivation as cultivation_rules

from .sending import Choice, Column, Listing, Refused, act, chosen, excel, fill, short, show_list, show_page


def _columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("培养方向"), lambda row: row.direction),
        Column(_("党支部"), lambda row: row.org.name),
        Column(_("培养联系人"), lambda row: row.contact.name),
        Column(_("培养措施"), lambda row: row.plan, "hz-drop"),
        Column(_("开始"), lambda row: row.from_on, "hz-drop"),
        Column(_("达成日期"), lambda row: row.reached_on, "hz-drop"),
        Column(_("状态"), cultivation_rules.chip, "hz-sum"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    rows = cultivation.narrowed(
        cultivation.visible_to(request.user), direction=filters.get("kind", ""), state=filters.get("state", ""),
        text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def cultivation_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, rows = _rows(request)
    directions = sending.names(request.user.bureau, sending.DIRECTIONS, timezone.localdate())
    counted = cultivation.conversions(rows)
    listing = Listing(
        title=_("双培养"), columns=_columns(), export="party:sending_cultivation_export",
        back=reverse("party:sending_index"),
        note="" if directions else _("本局还没有填双培养的方向，请教育局在“登记册-名单”里填"),
        empty=(_("还没有培养对象"), _("登记之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("", _("全部")), ("running", _("培养中")), ("reached", _("已达成")),
                                      ("ended", _("已结束"))], filters.get("state", "")),
            Choice("kind", _("培养方向"), [("", _("全部方向")), *((one, one) for one in directions)], filters.get("kind", "")),
        ],
        figures=[(f"{one['direction']} {_('达成')}", f"{one['reached']}/{one['all']}") for one in counted],
        new=(_("登记培养"), reverse("party:sending_cultivation_new")) if access.may(request.user, rules.KEEP) else None,
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:sending_cultivation_page", args=[row.pk]))


@reads
def cultivation_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("双培养名单"), _columns(), _rows(request)[1])


@fills
def cultivation_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    directions = sending.names(request.user.bureau, sending.DIRECTIONS, today)
    form = CultivationForm(
        request.POST or None, user=request.user, rows=sending.branches(request.user, rules.KEEP, today),
        directions=directions, initial={"from_on": today},
    )  # fmt: skip
    return fill(
        request, form, partial(actions.begin_cultivation, by=Actor.of(request.user), directions=directions),
        title=_("登记培养"), back=reverse("party:sending_cultivation_list"), done=_("已登记。"),
        note="" if directions else _("本局还没有填双培养的方向，请教育局在“登记册-名单”里填"),
    )  # fmt: skip


@reads
def cultivation_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, cultivation.open_row(request.user, pk))


def _page(request: HttpRequest, row: Cultivation, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    forms, buttons = [], []
    if access.holds(request.user, rules.KEEP, row.org) and row.to_on is None:
        forms = [
            short("reach", _("登记达成"), OnForm(initial={"on": today}, auto_id="id_reach_%s"),
                  reverse("party:sending_cultivation_reach", args=[row.pk]), _("登记达成"), refused=refused, opened=True),
            short("end", _("结束培养"), EndForm(initial={"on": today}, auto_id="id_end_%s"),
                  reverse("party:sending_cultivation_end", args=[row.pk]), _("结束培养"), refused=refused),
        ]  # fmt: skip
        buttons = [(_("修改"), reverse("party:sending_cultivation_edit", args=[row.pk]))]
    way, step = cultivation.into_the_party(request.user, row.person, today)
    if way is not None:
        buttons.append((_("发展过程"), reverse("party:admission_page", args=[way.pk])))
    membership = people.member_on(row.person, today) if people.in_part(request.user, row.person) else None
    pairs = [
        (_("培养方向"), row.direction), (_("党支部"), row.org.name), (_("培养联系人"), row.contact.name),
        (_("培养措施"), row.plan), (_("开始"), row.from_on), (_("达成日期"), row.reached_on), (_("结束"), row.to_on),
        *_in_the_party(way, step, membership),
    ]  # fmt: skip
    return show_page(
        request, title=row.person.name, subtitle=row.direction, back=reverse("party:sending_cultivation_list"),
        pairs=pairs, chip=cultivation_rules.chip(row), forms=forms, buttons=buttons, refused=refused,
    )  # fmt: skip


def _in_the_party(way: Admission | None, step: str, membership: Membership | None) -> list[tuple[str, Any]]:
    """Where the person stands on the way into the Party, from its own records."""
    pairs: list[tuple[str, Any]] = []
    if membership is not None:
        pairs = [
            (_("人员类别"), membership.get_standing_display()), (_("入党时间"), membership.joined_on),
            (_("转正时间"), membership.full_on),
        ]  # fmt: skip
    if way is not None:
        pairs += [(_("申请入党时间"), way.applied_on), (_("发展过程下一步"), step)]
    return pairs


@fills
def cultivation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = cultivation.open_row(request.user, pk, rules.KEEP)
    form = CultivationAmendForm(
        request.POST or None, user=request.user, initial={"contact": row.contact.name, "plan": row.plan}
    )
    return fill(
        request, form, partial(actions.amend_cultivation, row=row, by=Actor.of(request.user)), title=_("修改培养"),
        subtitle=row.person.name, back=reverse("party:sending_cultivation_page", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


@acts
def cultivation_reach(request: HttpRequest, pk: int) -> HttpResponse:
    row = cultivation.open_row(request.user, pk, rules.KEEP)
    write = partial(actions.reach_cultivation, row=row, by=Actor.of(request.user), today=timezone.localdate())
    return act(
        request, OnForm(request.POST, auto_id="id_reach_%s"), write,
        back=reverse("party:sending_cultivation_page", args=[pk]), done=_("已登记达成。"),
        again=lambda form: _page(request, row, ("reach", form)),
    )  # fmt: skip


@acts
def cultivation_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = cultivation.open_row(request.user, pk, rules.KEEP)
    write = partial(actions.end_cultivation, row=row, by=Actor.of(request.user))
    return act(
        request, EndForm(request.POST, auto_id="id_end_%s"), write,
        back=reverse("party:sending_cultivation_page", args=[pk]), done=_("已结束。"),
        again=lambda form: _page(request, row, ("end", form)),
    )  # fmt: skip
