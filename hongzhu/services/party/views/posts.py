"""Demonstration posts and areas; a member's own page of posts and promises."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.forms.posts import (
    ClaimForm,
    PickForm,
    PostAmendForm,
    PostForm,
    ReportForm,
    WithdrawForm,
)
from hongzhu.services.party.forms.sending import OnForm
from hongzhu.services.party.models import MemberPost, Promise
from hongzhu.services.party.queries import places, posts, sending
from hongzhu.services.party.queries import posts_paper as papers
from hongzhu.services.party.rules import places as place_rules
from hongzhu.services.party.rules import posts as post_rules

from .sending import (
    Choice,
    Column,
    Listing,
    Refused,
    act,
    chosen,
    excel,
    fill,
    short,
    show_form,
    show_list,
    show_page,
)


def _post_columns() -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("岗位或责任区"), lambda row: row.title),
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("类别"), lambda row: row.get_kind_display()),
        Column(_("党支部"), lambda row: row.org.name),
        Column(_("职责"), lambda row: row.duty, "hz-drop"),
        Column(_("开始"), lambda row: row.from_on, "hz-drop"),
        Column(_("最近复核日期"), lambda row: row.reviewed_on, "hz-drop"),
        Column(_("状态"), lambda row: post_rules.post_chip(row, today), "hz-sum"),
    ]


def _posts(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    rows = posts.narrowed(
        posts.visible_to(request.user), timezone.localdate(), kind=filters.get("kind", ""),
        state=filters.get("state") or "held", org=filters.get("org"), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


@reads
def post_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, rows = _posts(request)
    may = access.may(request.user, rules.KEEP)
    listing = Listing(
        title=_("示范岗与责任区"), columns=_post_columns(), export="party:posts_export", back=reverse("party:index"),
        empty=(_("还没有示范岗和责任区"), _("支部安排或党员认领之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("held", _("在岗")), ("claims", _("待支部同意")), ("review", _("待复核")),
                                      ("gone", _("已撤下")), ("all", _("全部"))], filters.get("state") or "held"),
            Choice("kind", _("类别"), [("", _("全部类别")), *MemberPost.Kind.choices], filters.get("kind", "")),
        ],
        new=(_("安排岗位"), reverse("party:posts_new")) if may else None,
        buttons=[(_("岗位目录"), reverse("party:posts_places")), (_("承诺"), reverse("party:posts_promise_list"))],
        papers=[(_("一览表"), f"{reverse('party:posts_paper')}?{request.GET.urlencode()}")],
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:posts_page", args=[row.pk]))


@reads
def post_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("岗位与责任区一览表"), _post_columns(), _posts(request)[1])


@reads
def post_paper(request: HttpRequest) -> HttpResponse:
    """岗位与责任区一览表 in Word, of what the list shows."""
    access.require(request.user, rules.VIEW)
    data = papers.post_table(_posts(request)[1], timezone.localdate(), request.user.bureau.name)
    return download(
        data, sheets.file_name(_("岗位与责任区一览表"), f"{timezone.localdate():%Y%m%d}")
    )  # zh: name of a paper


@fills
def post_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    form = PostForm(
        request.POST or None, user=request.user, rows=sending.branches(request.user, rules.KEEP, today),
        places=places.pickable(request.user, today), initial={"from_on": today} | PickForm.of(request.GET),
    )  # fmt: skip
    return fill(
        request, form, partial(actions.set_post, by=Actor.of(request.user)), title=_("安排岗位"),
        back=reverse("party:posts_list"), done=_("已登记。"), goes=lambda row: reverse("party:posts_page", args=[row.pk]),
    )  # fmt: skip


@reads
def post_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _post_page(request, posts.open_post(request.user, pk))


def _post_page(request: HttpRequest, post: MemberPost, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    forms, buttons = [], []
    if access.holds(request.user, rules.KEEP, post.org) and post.to_on is None:
        if post.agreed_on is None:
            forms.append(
                short(
                    "agree",
                    _("同意认领"),
                    None,
                    reverse("party:posts_agree", args=[post.pk]),
                    _("同意"),
                    refused=refused,
                    opened=True,
                )
            )
        else:
            forms.append(
                short(
                    "review",
                    _("复核：保留"),
                    OnForm(initial={"on": today}, auto_id="id_review_%s"),
                    reverse("party:posts_review", args=[post.pk]),
                    _("登记复核"),
                    refused=refused,
                )
            )
        forms.append(
            short(
                "end",
                _("撤下"),
                WithdrawForm(initial={"on": today}, auto_id="id_end_%s"),
                reverse("party:posts_end", args=[post.pk]),
                _("撤下"),
                refused=refused,
            )
        )
        buttons = [(_("修改"), reverse("party:posts_edit", args=[post.pk]))]
    pairs = [
        (_("姓名"), post.person.name), (_("类别"), post.get_kind_display()), (_("党支部"), post.org.name),
        (_("职责"), post.duty), (_("开始"), post.from_on), (_("支部同意日期"), post.agreed_on),
        (_("最近复核日期"), post.reviewed_on), (_("结束"), post.to_on), (_("撤下原因"), post.ended_for),
    ]  # fmt: skip
    return show_page(
        request, title=post.title, subtitle=post.person.name, back=reverse("party:posts_list"), pairs=pairs,
        chip=post_rules.post_chip(post, today), forms=forms, buttons=buttons, refused=refused,
    )  # fmt: skip


@fills
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    post = posts.open_post(request.user, pk, rules.KEEP)
    form = PostAmendForm(request.POST or None, initial={"kind": post.kind, "title": post.title, "duty": post.duty})
    return fill(
        request, form, partial(actions.amend_post, post=post, by=Actor.of(request.user)), title=_("修改岗位"),
        subtitle=post.person.name, back=reverse("party:posts_page", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


@acts
def post_agree(request: HttpRequest, pk: int) -> HttpResponse:
    post = posts.open_post(request.user, pk, rules.KEEP)
    today = timezone.localdate()
    others = posts.who_else_agrees(post, request.user.pk, today)
    write = partial(actions.agree_post, post=post, by=Actor.of(request.user), on=today, others=others)
    return act(request, None, write, back=reverse("party:posts_page", args=[pk]), done=_("已同意。"))


@acts
def post_review(request: HttpRequest, pk: int) -> HttpResponse:
    post = posts.open_post(request.user, pk, rules.KEEP)
    write = partial(actions.review_post, post=post, by=Actor.of(request.user), today=timezone.localdate())
    return act(
        request, OnForm(request.POST, auto_id="id_review_%s"), write, back=reverse("party:posts_page", args=[pk]),
        done=_("已登记复核。"), again=lambda form: _post_page(request, post, ("review", form)),
    )  # fmt: skip


@acts
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    post = posts.open_post(request.user, pk, rules.KEEP)
    write = partial(actions.withdraw_post, post=post, by=Actor.of(request.user))
    return act(
        request, WithdrawForm(request.POST, auto_id="id_end_%s"), write, back=reverse("party:posts_page", args=[pk]),
        done=_("已撤下。"), again=lambda form: _post_page(request, post, ("end", form)),
    )  # fmt: skip


@reads
def own(request: HttpRequest) -> HttpResponse:
    """A member's own posts and promises, and the posts of the branch's catalogue to claim."""
    access.require(request.user, post_rules.OWN)
    return own_page(request)


def own_page(request: HttpRequest, refused: tuple[int, Any] | None = None) -> HttpResponse:
    """The page, with the form of the promise that was refused as it was typed."""
    today = timezone.localdate()
    person = request.user.person_id
    branch = posts.own_branch(person, today)
    held = list(posts.own_posts(person))
    mine = {post.place_id for post in held if post.to_on is None or post.to_on > today}
    offered = [
        (place, place_rules.place_chip(place, place.taken, today), place.pk in mine)
        for place in places.offered(branch, today)
    ]
    full = branch is not None and any(place.free < 1 for place, _chip, _mine in offered)
    typed = dict([refused]) if refused else {}
    return render(
        request, "party/posts_own.html",
        {"posts": [(post, post_rules.post_chip(post, today)) for post in held], "offered": offered,
         "keepers": places.who_keeps(branch, today, reader=request.user.pk)[: place_rules.ASKED] if full else [],
         "promises": [
             (row, post_rules.promise_chip(row), typed.get(row.pk) or report_form(row, today))
             for row in posts.own_promises(person)
         ],
         "refused": refused[1] if refused else None, "branch": branch},
    )  # fmt: skip


def report_form(promise: Promise, today: date) -> ReportForm | None:
    """The form by which a member reports a promise kept; none where there is nothing to report."""
    if promise.signed_on is None or promise.reported_on is not None or promise.done_on is not None:
        return None
    return ReportForm(initial={"on": today, "deed": promise.deed}, auto_id=f"id_{promise.pk}_%s")


@fills
def claim(request: HttpRequest) -> HttpResponse:
    """A member takes on a post or an area; the branch agrees."""
    access.require(request.user, post_rules.OWN)
    today = timezone.localdate()
    branch = posts.own_branch(request.user.person_id, today)
    form = ClaimForm(request.POST or None, initial={"from_on": today})
    back = reverse("party:posts_own")
    if branch is None:
        return show_form(
            request, form, title=_("认领岗位"), back=back, note=_("没有找到你的组织关系，请联系支部书记。")
        )
    write = partial(actions.set_post, org=branch, person=request.user.person, by=Actor.of(request.user))
    return fill(
        request, form, write, title=_("认领岗位"), back=back, done=_("已提交，等支部同意。"), subtitle=branch.name,
    )  # fmt: skip
