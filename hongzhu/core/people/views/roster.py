"""党员名册 and posts of many people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people import actions
from hongzhu.core.people.forms import RosterFilter, SeatsFilter, SeatsForm
from hongzhu.core.people.queries import export, pages
from hongzhu.kit.http import fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx

from .imports import xlsx

ON_A_PAGE = 60


def _chosen(request: HttpRequest) -> tuple[RosterFilter, Any, Any]:
    access.require(request.user, access_rules.VIEW_PEOPLE)
    form = RosterFilter(request.GET or None, user=request.user)
    data = form.cleaned_data if form.is_valid() else {}
    on = data.get("on") or timezone.localdate()
    found = pages.members_on(on).filter(access.within(request.user, access_rules.VIEW_PEOPLE, "org"))
    found = found.filter(pages.in_state(data.get("state", ""), on))
    if data.get("org"):
        found = found.filter(org=data["org"])
    if text := data.get("q", "").strip():
        found = found.filter(person__in=access.visible_people(request.user, on).filter(access.named(text)).order_by())
    return form, found, on


@reads
def roster(request: HttpRequest) -> HttpResponse:
    """The roster with its usual columns; prints on A4 across."""
    form, found, on = _chosen(request)
    page = Paginator(found.order_by("org__sort", "org_id", "person__search_key", "pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = pages.members_on(on).filter(pk__in=[row.pk for row in page])
    context = {
        "form": form, "page": page, "rows": export.roster(shown, on), "on": on, "state": request.GET.get("state", ""),
        "states": RosterFilter.STATES, "may_import": access.may(request.user, access_rules.IMPORT),
        "filtered": any(request.GET.get(name) for name in ("state", "q", "org")),
    }  # fmt: skip
    return render(request, "people/roster.html", context)


@reads
def roster_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, as Excel; numbers masked."""
    _form, found, on = _chosen(request)
    header, rows = export.roster_sheet(export.roster(found, on))
    title = _("党员名册")
    return xlsx(f"{title}{on:%Y%m%d}", write_xlsx(title, header, rows))


def _seats(request: HttpRequest) -> tuple[SeatsFilter, list[pages.Seat], date]:
    """Posts beside their seats in the user's part, on the day asked for."""
    access.require(request.user, access_rules.VIEW_PEOPLE)
    form = SeatsFilter(request.GET)
    on = (form.cleaned_data.get("on") if form.is_valid() else None) or timezone.localdate()
    bodies = access.orgs_where(request.user, access_rules.VIEW_PEOPLE).filter(orgs.existing(on))
    return form, pages.seats_at(bodies.order_by().values("pk"), on), on


def _short(request: HttpRequest) -> bool:
    return request.GET.get("range") == "short"


@reads
def posts(request: HttpRequest) -> HttpResponse:
    """Posts beside their seats: filled, acting, vacant and for how many days (A20)."""
    form, seats, on = _seats(request)
    rows = [(seat, seat.days(on)) for seat in seats if seat.vacant or not _short(request)]
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")), "range": "short" if _short(request) else "",
        "vacant": sum(seat.vacant for seat in seats), "on": on, "form": form, "set": any(seat.seats for seat in seats),
        "may_change": access.may(request.user, access_rules.CHANGE_PEOPLE),
    }  # fmt: skip
    return render(request, "people/posts.html", context)


@reads
def posts_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, all of it, as Excel: one line for each post of each body."""
    _form, seats, on = _seats(request)
    header = [_("单位、党组织"), _("职务"), _("职数"), _("现任"), _("主持工作"), _("空缺"), _("空缺起"), _("空缺天数")]
    rows = [
        (
            seat.org.name, seat.title, seat.seats, _names(seat, acting=False), _names(seat, acting=True), seat.vacant,
            seat.vacant_since, seat.days(on),
        )
        for seat in seats
        if seat.vacant or not _short(request)
    ]  # fmt: skip
    title = _("任职和职数")
    return xlsx(f"{title}{on:%Y%m%d}", write_xlsx(title, header, rows))


def _names(seat: pages.Seat, *, acting: bool) -> str:
    return _("、").join(post.person.name for post in seat.posts if post.acting == acting)


@fills
def seats(request: HttpRequest, org: int) -> HttpResponse:
    """The seats of one body as they stand, and how many holders of a post it should have from a day on."""
    body = access.open_org(request.user, org)
    access.check(request.user, access_rules.CHANGE_PEOPLE, body)
    form = SeatsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_seats(org=body, by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存职数。"))
            return redirect("people:seats", org=body.pk)
    today = timezone.localdate()
    context = {
        "form": form, "org": body, "rows": [(seat, seat.days(today)) for seat in pages.seats_at([body.pk], today)],
        "on": today,
    }  # fmt: skip
    return render(request, "people/seats.html", context)
