"""Demonstration posts, areas and promises."""

from __future__ import annotations

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
    PostAmendForm,
    PostForm,
    PromiseForm,
    TickForm,
    WithdrawForm,
)
from hongzhu.services.party.forms.sending import OnForm
from hongzhu.services.party.models import MemberPost
from hongzhu.services.party.queries import posts, sending
from hongzhu.services.party.queries import posts_paper as papers
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
    lines_of,
    short,
    show_form,
    show_list,
    show_page,
    years_from,
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
        buttons=[
                 (_("承诺"), reverse("party:posts_promise_list"))],
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
        initial={"from_on": today},
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
    """A member's own posts and promises."""
    access.require(request.user, post_rules.OWN)
    today = timezone.localdate()
    person = request.user.person_id
    return render(
        request, "party/posts_own.html",
        {"posts": [(post, post_rules.post_chip(post, today)) for post in posts.own_posts(person)],
         "promises": [(row, post_rules.promise_chip(row)) for row in posts.own_promises(person)],
         "branch": posts.own_branch(person, today)},
    )  # fmt: skip


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


# Promises


def _promise_columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda line: line.member.person.name),
        Column(_("党支部"), lambda line: line.member.org.name),
        Column(_("承诺事项"), lambda line: line.promise.item if line.promise else ""),
        Column(_("签名日期"), lambda line: line.promise.signed_on if line.promise else None, "hz-drop"),
        Column(_("兑现日期"), lambda line: line.promise.done_on if line.promise else None, "hz-drop"),
        Column(_("状态"), lambda line: post_rules.promise_chip(line.promise), "hz-sum"),
    ]


def _promises(request: HttpRequest) -> tuple[dict[str, Any], int, Any]:
    filters = chosen(request)
    today = timezone.localdate()
    year = filters.get("year") or today.year
    lines = posts.promise_lines(
        request.user, year, today, org=filters.get("org"), state=filters.get("state", ""), text=filters.get("q", "")
    )
    return filters, year, lines


@reads
def promise_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, year, lines = _promises(request)
    today = timezone.localdate()
    branches = list(sending.branches(request.user, rules.KEEP, today)[:2])
    buttons = [(_("各支部进度"), f"{reverse('party:posts_promise_coverage')}?year={year}")]
    new = None
    if len(branches) == 1:
        new = (_("本支部承诺"), reverse("party:posts_promise_branch", args=[branches[0].pk, year]))
    listing = Listing(
        title=_("党员承诺"), columns=_promise_columns(), export="party:posts_promise_export",
        back=reverse("party:posts_list"), empty=(_("没有党员"), _("先登记党员，再填承诺")),
        filters=[
            Choice("year", _("年度"), years_from(today, ahead=1), year),
            Choice("state", _("状态"), [("", _("全部")), ("missing", _("未见承诺")), ("unsigned", _("待签名")),
                                      ("signed", _("已签名")), ("done", _("已兑现"))], filters.get("state", "")),
        ],
        buttons=buttons, new=new,
    )  # fmt: skip
    return show_list(
        request, listing, lines,
        lambda line: reverse("party:posts_promise_branch", args=[line.member.org_id, year]),
    )  # fmt: skip


@reads
def promise_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("党员承诺"), _promise_columns(), _promises(request)[2])


def _coverage_columns() -> list[Column]:
    return [
        Column(_("党支部"), lambda line: line.org.name),
        Column(_("党员"), lambda line: line.members, "hz-r"),
        Column(_("已签名"), lambda line: line.signed, "hz-r"),
        Column(_("已兑现"), lambda line: line.done, "hz-r"),
        Column(_("未签名"), lambda line: line.missing, "hz-r"),
        Column(_("签名率"), lambda line: line.share, "hz-sum"),
    ]


@reads
def promise_coverage(request: HttpRequest) -> HttpResponse:
    """Signed of all members, branch by branch."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    year = chosen(request).get("year") or today.year
    lines = posts.coverage(request.user, year, today)
    listing = Listing(
        title=_("承诺进度"), columns=_coverage_columns(), export="party:posts_promise_coverage_export",
        back=reverse("party:posts_promise_list"), empty=(_("没有党支部"), _("先设立党支部")),
        filters=[Choice("year", _("年度"), years_from(today, ahead=1), year)],
        figures=[(_("已签名"), sum(line.signed for line in lines)), (_("党员"), sum(line.members for line in lines))],
    )  # fmt: skip
    return show_list(
        request, listing, lines, lambda line: reverse("party:posts_promise_branch", args=[line.org.pk, year])
    )


@reads
def promise_coverage_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    lines = posts.coverage(request.user, chosen(request).get("year") or today.year, today)
    return excel(_("承诺进度"), _coverage_columns(), lines)


@reads
def promise_branch(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """One branch's promises of a year: write, print, sign, fulfil."""
    branch = posts.open_branch(request.user, org, rules.VIEW)
    today = timezone.localdate()
    lines = posts.promise_lines(request.user, year, today, org=branch.pk)
    columns = [_promise_columns()[0], *_promise_columns()[2:]]
    return render(
        request, "party/posts_promises.html",
        {"branch": branch, "year": year, "columns": columns, "lines": lines_of(columns, lines),
         "members": len(lines), "signed": sum(bool(line.promise and line.promise.signed_on) for line in lines),
         "done": sum(bool(line.promise and line.promise.done_on) for line in lines),
         "may_keep": access.holds(request.user, rules.KEEP, branch)},
    )  # fmt: skip


@reads
def promise_paper(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """党员承诺书: one line for each member, to sign on paper."""
    branch = posts.open_branch(request.user, org, rules.VIEW)
    lines = posts.promise_lines(request.user, year, timezone.localdate(), org=branch.pk)
    name = sheets.file_name(branch.name, "党员承诺书", str(year))  # zh: name of a paper
    return download(papers.promise_sheet(branch.name, year, lines), name)


@fills
def promise_write(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """One line for each member."""
    branch = posts.open_branch(request.user, org)
    today = timezone.localdate()
    lines = posts.promise_lines(request.user, year, today, org=branch.pk)
    form = PromiseForm(request.POST or None, lines=lines)

    def write(**_typed: Any) -> int:
        return actions.write_promises(
            org=branch, year=year, items=form.items(), on=posts.day_in(year, today), by=Actor.of(request.user)
        )

    return fill(
        request, form, write, title=_("填承诺事项"), subtitle=_("%(branch)s %(year)s年，一人一行") % {"branch": branch.name, "year": year},
        back=reverse("party:posts_promise_branch", args=[org, year]), done=_("已保存。打印后请党员签名，再登记签名。"),
    )  # fmt: skip


@fills
def promise_sign(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """Who signed on paper: all but those ticked."""
    branch = posts.open_branch(request.user, org)
    today = timezone.localdate()
    rows = posts.of_branch(branch, year).filter(signed_on__isnull=True)
    form = TickForm(request.POST or None, rows=rows, label=_("没有签的"), day=_("签名日期"), initial={"on": today})

    def write(*, on: Any, but: list[int]) -> int:
        return actions.sign_promises(org=branch, year=year, absent=but, on=on, by=Actor.of(request.user), today=today)

    return fill(
        request, form, write, title=_("登记签名"), subtitle=branch.name,
        back=reverse("party:posts_promise_branch", args=[org, year]), done=_("已登记签名。"),
    )  # fmt: skip


@fills
def promise_fulfil(request: HttpRequest, org: int, year: int) -> HttpResponse:
    """Which promises were kept: all signed ones but those ticked."""
    branch = posts.open_branch(request.user, org)
    today = timezone.localdate()
    rows = posts.of_branch(branch, year).filter(signed_on__isnull=False, done_on__isnull=True)
    form = TickForm(request.POST or None, rows=rows, label=_("还没有兑现的"), day=_("兑现日期"), initial={"on": today})

    def write(*, on: Any, but: list[int]) -> int:
        return actions.fulfil_promises(
            org=branch, year=year, open_ones=but, on=on, by=Actor.of(request.user), today=today
        )

    return fill(
        request, form, write, title=_("登记兑现"), subtitle=branch.name,
        back=reverse("party:posts_promise_branch", args=[org, year]), done=_("已登记兑现。"),
    )  # fmt: skip
