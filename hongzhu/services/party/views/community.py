"""在职党员到社区报到."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.people.models import Person
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import community as actions
from hongzhu.services.party.forms.community import (
    ClaimServiceForm,
    CommunityForm,
    ConfirmForm,
    OwnCommunityForm,
    ServiceForm,
)
from hongzhu.services.party.forms.sending import EndForm
from hongzhu.services.party.models import Community
from hongzhu.services.party.queries import community, sending
from hongzhu.services.party.rules import community as community_rules

from .sending import (  # fmt: skip
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
)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("党支部"), lambda row: row.branch_name or ""),
        Column(_("社区（村）"), lambda row: row.community),
        Column(_("认领服务"), lambda row: row.service),
        Column(_("报到日期"), lambda row: row.registered_on, "hz-drop"),
        Column(_("社区确认人"), lambda row: row.confirmed_by, "hz-drop"),
        Column(_("服务次数"), lambda row: row.services_n, "hz-r"),
        Column(_("服务小时"), lambda row: _hours(row.minutes_n), "hz-r"),
        Column(_("状态"), community_rules.chip, "hz-sum"),
    ]


def _missing_columns() -> list[Column]:
    return [Column(_("姓名"), lambda row: row.person.name), Column(_("党支部"), lambda row: row.org.name, "hz-sum")]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], bool, Any]:
    """Filters, whether those not registered are asked for, the rows."""
    filters, today = chosen(request), timezone.localdate()
    if filters.get("state") == "missing":
        return filters, True, community.unregistered(request.user, today, filters.get("q", ""))
    rows = community.narrowed(
        community.visible_to(request.user, today), state=filters.get("state") or "open", text=filters.get("q", "")
    )
    return filters, False, rows


@reads
def community_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, missing, rows = _rows(request)
    states = [
        ("open", _("已报到")),
        ("unconfirmed", _("待社区确认")),
        ("missing", _("还没有报到")),
        ("ended", _("已结束")),
    ]
    listing = Listing(
        title=_("社区报到"), columns=_missing_columns() if missing else _columns(),
        export="party:sending_community_export", back=reverse("party:sending_index"),
        note=_("服务时长只作记录，不折算积分"),
        empty=(_("还没有人报到"), _("登记之后会出现在这里")),
        filters=[Choice("state", _("状态"), states, filters.get("state") or "open")],
        figures=[(_("人数"), rows.count())],
        new=(_("登记报到"), reverse("party:sending_community_new")) if access.may(request.user, rules.KEEP) else None,
    )  # fmt: skip
    link = None if missing else lambda row: reverse("party:sending_community_page", args=[row.pk])
    return show_list(request, listing, rows, link)


@reads
def community_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    _filters, missing, rows = _rows(request)
    if missing:
        return excel(_("未到社区报到名单"), _missing_columns(), rows)
    return excel(_("社区报到名册"), _columns(), rows)


@fills
def community_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    form = CommunityForm(
        request.POST or None, user=request.user, initial={"registered_on": today},
        services=sending.names(request.user.bureau, sending.SERVICES, today),
    )  # fmt: skip
    return fill(
        request, form, partial(actions.register_community, by=Actor.of(request.user), today=today),
        title=_("登记报到"), back=reverse("party:sending_community_list"), done=_("已登记。"),
        goes=lambda row: reverse("party:sending_community_page", args=[row.pk]),
    )  # fmt: skip


@fills
def community_own(request: HttpRequest) -> HttpResponse:
    """A member registers with their community, and claims a service there; confirmed by the branch as ever."""
    person = get_object_or_404(Person, pk=request.user.person_id or 0)
    today, row, back = timezone.localdate(), community.own(person.pk), reverse("access:me")
    services = sending.names(person.bureau, sending.SERVICES, today)
    by = Actor.of(request.user)
    if row is None:
        form: Any = OwnCommunityForm(request.POST or None, initial={"registered_on": today}, services=services)
        write: Any = partial(actions.register_community, person=person, by=by, today=today)
    else:
        told = {"community": row.community, "service": row.service}
        form = ClaimServiceForm(request.POST or None, initial=told, services=services)
        write = partial(actions.claim_service, row=row, by=by)
    return fill(
        request, form, write, title=_("社区报到"), subtitle=person.name, back=back, done=_("已登记。"),
        note=_("社区确认由党支部登记；搬家的，请党支部先结束原来的报到。"),
    )  # fmt: skip


@reads
def community_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, community.open_row(request.user, pk, timezone.localdate()))


def _page(request: HttpRequest, row: Community, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    may = access.may(request.user, rules.KEEP)
    forms, buttons = [], []
    if may and row.to_on is None:
        if row.confirmed_on is None:
            forms.append(
                short(
                    "confirm",
                    _("社区确认"),
                    ConfirmForm(initial={"on": today}, auto_id="id_confirm_%s"),
                    reverse("party:sending_community_confirm", args=[row.pk]),
                    _("登记确认"),
                    refused=refused,
                    opened=True,
                )
            )
        forms.append(
            short(
                "serve",
                _("登记服务"),
                ServiceForm(initial={"on": today, "title": row.service}, auto_id="id_serve_%s"),
                reverse("party:sending_community_serve", args=[row.pk]),
                _("保存"),
                refused=refused,
                opened=row.confirmed_on is not None,
            )
        )
        forms.append(
            short(
                "end",
                _("结束报到"),
                EndForm(initial={"on": today}, auto_id="id_end_%s"),
                reverse("party:sending_community_end", args=[row.pk]),
                _("结束报到"),
                refused=refused,
            )
        )
        buttons = [(_("修改"), reverse("party:sending_community_edit", args=[row.pk]))]

    def confirming(service: Any) -> list[tuple[str, str]]:
        if not may or service.confirmed_on is not None:
            return []
        return [(_("登记确认"), reverse("party:sending_community_service", args=[service.pk]))]

    columns = [
        Column(_("服务事项"), lambda service: service.title), Column(_("服务日期"), lambda service: service.on),
        Column(_("分钟"), lambda service: service.minutes, "hz-r"),
        Column(_("社区确认人"), lambda service: service.confirmed_by, "hz-sum"),
    ]  # fmt: skip
    lines = lines_of(columns, community.services_of(row), buttons=confirming)
    pairs = [
        (_("党支部"), row.branch_name), (_("社区（村）"), row.community), (_("报到日期"), row.registered_on),
        (_("认领服务"), row.service), (_("社区确认日期"), row.confirmed_on), (_("社区确认人"), row.confirmed_by),
        (_("服务小时"), _hours(row.minutes_n)), (_("结束"), row.to_on),
    ]  # fmt: skip
    return show_page(
        request, title=row.person.name, subtitle=row.community, back=reverse("party:sending_community_list"),
        pairs=pairs, chip=community_rules.chip(row), tables=[Table(_("服务记录"), columns, lines, _("还没有登记服务"))],
        forms=forms, buttons=buttons, refused=refused,
    )  # fmt: skip


@fills
def community_edit(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    row = community.open_row(request.user, pk, today, change=True)
    form = ClaimServiceForm(
        request.POST or None, initial={"community": row.community, "service": row.service},
        services=sending.names(row.bureau, sending.SERVICES, today),
    )  # fmt: skip
    return fill(
        request, form, partial(actions.claim_service, row=row, by=Actor.of(request.user)), title=_("认领服务"),
        subtitle=row.person.name, back=reverse("party:sending_community_page", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


def _does(request: HttpRequest, pk: int, name: str, *, form: Any, write: Any, done: str) -> HttpResponse:
    row = community.open_row(request.user, pk, timezone.localdate(), change=True)
    return act(
        request, form(request.POST, auto_id=f"id_{name}_%s"), partial(write, row=row, by=Actor.of(request.user)),
        back=reverse("party:sending_community_page", args=[pk]), done=done,
        again=lambda typed: _page(request, row, (name, typed)),
    )  # fmt: skip


@acts
def community_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    write = partial(actions.confirm_community, today=timezone.localdate())
    return _does(request, pk, "confirm", form=ConfirmForm, write=write, done=_("已登记确认。"))


@acts
def community_serve(request: HttpRequest, pk: int) -> HttpResponse:
    write = partial(actions.serve_community, today=timezone.localdate())
    return _does(request, pk, "serve", form=ServiceForm, write=write, done=_("已登记服务。"))


@acts
def community_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _does(request, pk, "end", form=EndForm, write=actions.end_community, done=_("已结束报到。"))


@fills
def community_service(request: HttpRequest, pk: int) -> HttpResponse:
    """Who in the community confirmed one service."""
    today = timezone.localdate()
    service = community.open_service(request.user, pk, today)
    form = ConfirmForm(request.POST or None, initial={"on": today})
    write = partial(actions.confirm_service, service=service, by=Actor.of(request.user), today=today)
    return fill(
        request, form, write, title=_("登记确认"), subtitle=service.title,
        back=reverse("party:sending_community_page", args=[service.community_id]), done=_("已登记确认。"),
    )  # fmt: skip
