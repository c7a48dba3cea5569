"""What the room shows elsewhere: menu, what waits for units and askers, search, the card on a unit's page, links, doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hongzhu.core.access import queries as access
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.dates import full_text
from hongzhu.kit.registry import Due, Fact, Hit, PanelData

from . import rules
from .models import Request, Return
from .queries import requests, returns

SHOWN = 6

registry.menu(
    registry.Menu(
        name="collections",
        title=gettext_lazy("收表"),
        url_name="collections:index",
        order=45,
        shown=lambda user: access.may(user, rules.VIEW),
        icon="list",
    )
)


@registry.link("collections.request")
def request_url(pk: int) -> str:
    return reverse("collections:request_page", args=[pk])


@registry.link("collections.return")
def return_url(pk: int) -> str:
    return reverse("collections:return_read", args=[pk])


@registry.door("collections.request")
def request_door(user: Any, pk: int) -> Request:
    return requests.open_request(user, pk)


@registry.waiting("collections")
def waiting(user: Any, today: date) -> list[Due]:
    """For units: tables to fill in, and planned items; for askers: what can be merged, and who is late. Two queries each."""
    fills = [*_to_fill(user, today), *_planned(user, today)] if access.may(user, rules.ANSWER) else []
    return [*fills, *_to_merge(user, today)] if access.may(user, rules.ASK) else fills


def _to_fill(user: Any, today: date) -> list[Due]:
    return [
        Due(
            title=row.request.title,
            text=_("%(asker)s收表") % {"asker": row.request.asker},
            url=reverse("collections:return_page", args=[row.pk]),
            action=_("去核对") if row.status == Return.Status.PREFILLED else _("去填"),
            due_on=row.request.due_on,
            urgent=row.request.due_on <= today,
            chip=rules.chip_of(row),
        )
        for row in returns.waiting(user)[:SHOWN]
    ]


def _planned(user: Any, today: date) -> list[Due]:
    return [
        Due(
            title=item.text,
            text=_("计划事项，%s") % item.answer.request.title,
            url=reverse("collections:return_list"),
            action=_("办理"),
            due_on=item.due_on,
            urgent=item.due_on <= today,
        )
        for item in returns.plan_items(user)[:SHOWN]
    ]


def _to_merge(user: Any, today: date) -> list[Due]:
    rows = requests.with_progress(requests.own(user).filter(status=Request.Status.OUT)).order_by("due_on", "id")
    found = []
    for row in rows:
        missing = row.sent_n - row.in_n  # type: ignore[attr-defined]  # annotated
        if missing and row.due_on >= today:
            continue
        found.append(
            Due(
                title=row.title,
                text=ngettext("%(n)s个单位还没交", "%(n)s个单位还没交", missing) % {"n": missing}
                if missing
                else _("都交了，请采用或退回")
                if row.kind == Request.Kind.REPORT
                else _("都交了，可以汇总"),
                url=request_url(row.pk),
                action=_("催报") if missing else _("汇总"),
                due_on=row.due_on,
                urgent=row.due_on <= today,
            )
        )
    return found[:SHOWN]


@registry.search("collections", title=gettext_lazy("收表"))
def find_requests(user: Any, text: str, limit: int) -> list[Hit]:
    """By title or basis, only what the user may see."""
    rows = requests.visible_to(user).filter(Q(title__icontains=text) | Q(basis__icontains=text))[:limit]
    return [Hit(label=row.title, url=request_url(row.pk), text=f"{row.asker} {full_text(row.due_on)}") for row in rows]


@registry.panel("collections", title=gettext_lazy("本月要填的表"), order=65)
def month_panel(user: Any, org: Org, on: date) -> PanelData | None:
    """What this unit has to hand in this month, and how much of it is done. Two queries beyond the user's scope."""
    rows = Return.objects.filter(
        access.within(user, rules.VIEW, "org"),
        org=org,
        request__status__in=(Request.Status.OUT, Request.Status.CLOSED),
        request__due_on__year=on.year,
        request__due_on__month=on.month,
    )
    counted = rows.aggregate(n=Count("pk"), done=Count("pk", filter=Q(status__in=rules.HANDED_IN)))
    if not counted["n"]:
        return None
    mine = returns.answers_at(user, org)
    latest = rows.select_related("request").order_by("request__due_on", "pk")[:3]
    return PanelData(
        figures=(Fact(_("本月要填"), counted["n"], unit=_("张")), Fact(_("已交"), counted["done"], unit=_("张"))),
        items=tuple(
            Due(
                title=row.request.title,
                text=full_text(row.request.due_on),
                url=reverse("collections:return_page" if mine else "collections:return_read", args=[row.pk]),
                chip=rules.chip_of(row),
            )
            for row in latest
        ),
        note=_("填表负担"),
        note_url=reverse("collections:burden_unit", args=[org.pk]),
    )
