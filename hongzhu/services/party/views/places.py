"""The catalogue of posts and areas branches offer, and a member's claim of one place."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import places as actions
from hongzhu.services.party.actions import posts as post_actions
from hongzhu.services.party.forms.places import PlaceAmendForm, PlaceForm
from hongzhu.services.party.forms.sending import OnForm
from hongzhu.services.party.models import MemberPost, PostPlace
from hongzhu.services.party.queries import places, posts, sending
from hongzhu.services.party.rules import places as place_rules
from hongzhu.services.party.rules import posts as post_rules

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
)


def _columns() -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("岗位或责任区"), lambda row: row.title),
        Column(_("类别"), lambda row: row.get_kind_display()),
        Column(_("党支部"), lambda row: row.org.name),
        Column(_("职责"), lambda row: row.duty, "hz-drop"),
        Column(_("名额"), lambda row: row.places, "hz-r"),
        Column(_("已占名额"), lambda row: row.taken, "hz-r"),
        Column(_("空余名额"), lambda row: row.free, "hz-r"),
        Column(_("开放日期"), lambda row: row.from_on, "hz-drop"),
        Column(_("关闭日期"), lambda row: row.closed_on, "hz-drop"),
        Column(_("状态"), lambda row: place_rules.place_chip(row, row.taken, today), "hz-sum"),
    ]


def _places(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    today = timezone.localdate()
    rows = places.narrowed(
        places.visible_to(request.user, today), today, kind=filters.get("kind", ""),
        state=filters.get("state") or "open", org=filters.get("org"), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def place_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, rows = _places(request)
    may = access.may(request.user, rules.KEEP)
    listing = Listing(
        title=_("岗位目录"), columns=_columns(), export="party:posts_places_export", back=reverse("party:posts_list"),
        empty=(_("岗位目录还是空的"), _("支部把要设的岗位和责任区列在这里，党员点一下就能认领")),
        filters=[
            Choice("state", _("状态"), [("open", _("开放的")), ("free", _("可认领")), ("closed", _("已关闭")),
                                      ("all", _("全部"))], filters.get("state") or "open"),
            Choice("kind", _("类别"), [("", _("全部类别")), *MemberPost.Kind.choices], filters.get("kind", "")),
        ],
        new=(_("加一个岗位"), reverse("party:posts_place_new")) if may else None,
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:posts_place", args=[row.pk]))


@reads
def place_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("岗位目录"), _columns(), _places(request)[1])


@fills
def place_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    form = PlaceForm(
        request.POST or None, user=request.user, rows=sending.branches(request.user, rules.KEEP, today),
        initial={"from_on": today, "places": 1},
    )  # fmt: skip
    return fill(
        request, form, partial(actions.offer_place, by=Actor.of(request.user)), title=_("加一个岗位"),
        back=reverse("party:posts_places"), done=_("已加进目录，党员可以认领。"),
    )  # fmt: skip


@reads
def place_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _place_page(request, places.open_place(request.user, pk, timezone.localdate()))


def _holder_columns() -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("开始"), lambda row: row.from_on),
        Column(_("结束"), lambda row: row.to_on),
        Column(_("状态"), lambda row: post_rules.post_chip(row, today), "hz-sum"),
    ]


def _place_page(request: HttpRequest, place: PostPlace, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    columns = _holder_columns()
    forms: list[Any] = []
    buttons: list[tuple[str, str]] = []
    if access.holds(request.user, rules.KEEP, place.org) and place.closed_on is None:
        close = reverse("party:posts_place_close", args=[place.pk])
        forms = [short("close", _("关闭"), OnForm(initial={"on": today}), close, _("关闭"), refused=refused)]
        if place_rules.can_take(place, org=place.org_id, on=today, taken=place.taken):
            buttons = [(_("安排党员"), f"{reverse('party:posts_new')}?place={place.pk}")]
        buttons.append((_("修改"), reverse("party:posts_place_edit", args=[place.pk])))
    lines = lines_of(columns, places.holders(place), lambda row: reverse("party:posts_page", args=[row.pk]))
    pairs = [
        (_("类别"), place.get_kind_display()), (_("党支部"), place.org.name), (_("职责"), place.duty),
        (_("名额"), place.places), (_("已占名额"), place.taken), (_("空余名额"), place.free),
        (_("开放日期"), place.from_on), (_("关闭日期"), place.closed_on),
    ]  # fmt: skip
    return show_page(
        request, title=place.title, subtitle=place.org.name, back=reverse("party:posts_places"), pairs=pairs,
        chip=place_rules.place_chip(place, place.taken, today), forms=forms, buttons=buttons, refused=refused,
        tables=[Table(_("谁在这个岗位"), columns, lines, _("还没有人认领，可以点“安排党员”"))],
    )  # fmt: skip


@fills
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    place = places.open_place(request.user, pk, today, rules.KEEP)
    form = PlaceAmendForm(
        request.POST or None,
        initial={"kind": place.kind, "title": place.title, "duty": place.duty, "places": place.places},
    )
    return fill(
        request, form, partial(actions.amend_place, place=place, by=Actor.of(request.user), today=today),
        title=_("修改岗位"), subtitle=place.org.name, back=reverse("party:posts_place", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


@acts
def place_close(request: HttpRequest, pk: int) -> HttpResponse:
    place = places.open_place(request.user, pk, timezone.localdate(), rules.KEEP)
    write = partial(actions.close_place, place=place, by=Actor.of(request.user))
    return act(
        request, OnForm(request.POST), write, back=reverse("party:posts_place", args=[pk]),
        done=_("已关闭。在岗的人不变，要撤下请到各人的岗位页。"),
        again=lambda form: _place_page(request, place, ("close", form)),
    )  # fmt: skip


@acts
def place_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A member takes one of the own branch's places by one tap; the branch agrees."""
    access.require(request.user, post_rules.OWN)
    today = timezone.localdate()
    place = places.open_offered(posts.own_branch(request.user.person_id, today), pk)
    write = partial(
        post_actions.set_post, org=place.org, place=place, person=request.user.person, from_on=today,
        by=Actor.of(request.user), others=places.who_keeps(place.org, today, reader=request.user.pk),
    )  # fmt: skip
    return act(request, None, write, back=reverse("party:posts_own"), done=_("已提交，等支部同意。"))
