"""Promises: one line for each member and year, written, signed, reported kept by its member, confirmed by another."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.rules import by_another
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.forms.posts import PromiseForm, ReportForm, ReturnForm, TickForm
from hongzhu.services.party.models import Promise
from hongzhu.services.party.queries import posts, sending
from hongzhu.services.party.queries import posts_paper as papers
from hongzhu.services.party.rules import posts as post_rules

from .posts import own_page
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
    show_list,
    show_page,
    years_from,
)


def _promise_columns() -> list[Column]:
    return [
        Column(_("姓名"), lambda line: line.member.person.name),
        Column(_("党支部"), lambda line: line.member.org.name),
        Column(_("承诺事项"), lambda line: line.promise.item if line.promise else ""),
        Column(_("签名日期"), lambda line: line.promise.signed_on if line.promise else None, "hz-drop"),
        Column(_("兑现日期"), lambda line: line.promise.done_on if line.promise else None, "hz-drop"),
        Column(_("做了什么"), lambda line: line.promise.deed if line.promise else "", "hz-drop"),
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
                                      ("signed", _("已签名")), ("reported", _("已报兑现")),
                                      ("returned", _("退回补充")), ("done", _("已兑现"))], filters.get("state", "")),
        ],
        buttons=buttons, new=new,
    )  # fmt: skip
    return show_list(request, listing, lines, _opens)


def _opens(line: posts.PromiseLine) -> str:
    """A promise opens its own page; a member without one, the page of the branch."""
    if line.promise is None:
        return ""
    return reverse("party:posts_promise_page", args=[line.promise.pk])


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
        Column(_("签名率"), lambda line: line.share, "hz-r"),
        Column(_("兑现率"), lambda line: line.kept, "hz-sum"),
    ]


@reads
def promise_coverage(request: HttpRequest) -> HttpResponse:
    """Signed of all members and kept of those signed, branch by branch."""
    access.require(request.user, rules.VIEW)
    today = timezone.localdate()
    year = chosen(request).get("year") or today.year
    lines = posts.coverage(request.user, year, today)
    listing = Listing(
        title=_("承诺进度"), columns=_coverage_columns(), export="party:posts_promise_coverage_export",
        back=reverse("party:posts_promise_list"), empty=(_("没有党支部"), _("先设立党支部")),
        filters=[Choice("year", _("年度"), years_from(today, ahead=1), year)],
        figures=[(_("党员"), sum(line.members for line in lines)), (_("已签名"), sum(line.signed for line in lines)),
                 (_("已兑现"), sum(line.done for line in lines))],
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
        {"branch": branch, "year": year, "columns": columns, "lines": lines_of(columns, lines, _opens),
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
    rows, own_left = posts.to_fulfil(branch, year, request.user.person_id)
    form = TickForm(request.POST or None, rows=rows, label=_("还没有兑现的"), day=_("兑现日期"), initial={"on": today})
    others = posts.who_else_confirms(branch, request.user.pk, today) if own_left else []

    def write(*, on: Any, but: list[int]) -> int:
        return actions.fulfil_promises(
            org=branch, year=year, open_ones=but, on=on, by=Actor.of(request.user), today=today, others=others
        )

    return fill(
        request, form, write, title=_("登记兑现"), subtitle=branch.name,
        back=reverse("party:posts_promise_branch", args=[org, year]), done=_("已登记兑现。"),
        note=by_another(own=own_left, step=_("确认兑现"), others=others).reason,
    )  # fmt: skip


@reads
def promise_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _promise_page(request, posts.open_promise(request.user, pk))


def _promise_page(request: HttpRequest, promise: Promise, refused: Refused = None) -> HttpResponse:
    forms, told = [], ""
    waits = promise.reported_on is not None and promise.done_on is None
    if waits and access.holds(request.user, rules.KEEP, promise.org):
        confirm = reverse("party:posts_promise_confirm", args=[promise.pk])
        send_back = reverse("party:posts_promise_return", args=[promise.pk])
        forms = [
            short("confirm", _("确认兑现"), None, confirm, _("确认兑现"), refused=refused, opened=True),
            short("return", _("退回补充"), ReturnForm(), send_back, _("退回补充"), refused=refused),
        ]
        if promise.person_id == request.user.person_id:
            forms, told = [], _to_others(request, promise)
    pairs = [
        (_("姓名"), promise.person.name), (_("党支部"), promise.org.name),
        (_("年度"), _("%(year)s年") % {"year": promise.year}), (_("签名日期"), promise.signed_on),
        (_("本人报兑现日期"), promise.reported_on), (_("做了什么"), promise.deed),
        (_("退回原因"), promise.returned_for), (_("兑现日期"), promise.done_on), (_("核对人"), promise.checked_by),
        (_("确认兑现"), told),
    ]  # fmt: skip
    return show_page(
        request, title=promise.item, subtitle=promise.person.name, pairs=pairs,
        back=reverse("party:posts_promise_branch", args=[promise.org_id, promise.year]),
        chip=post_rules.promise_chip(promise), forms=forms, refused=refused,
    )  # fmt: skip


def _to_others(request: HttpRequest, promise: Promise) -> str:
    """Who confirms the promise of who is looking."""
    others = posts.who_else_confirms(promise.org, request.user.pk, timezone.localdate())
    return by_another(own=True, step=_("确认兑现"), others=others).reason


@acts
def promise_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A member reports the own promise kept."""
    access.require(request.user, post_rules.OWN)
    promise = posts.open_own(request.user, pk)
    write = partial(actions.report_promise, promise=promise, by=Actor.of(request.user), today=timezone.localdate())
    return act(
        request, ReportForm(request.POST, auto_id=f"id_{pk}_%s"), write, back=reverse("party:posts_own"),
        done=_("已报兑现，等支部确认。"), again=lambda form: own_page(request, (pk, form)),
    )  # fmt: skip


@acts
def promise_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    promise = posts.open_promise(request.user, pk, rules.KEEP)
    others = posts.who_else_confirms(promise.org, request.user.pk, timezone.localdate())
    write = partial(actions.confirm_promise, promise=promise, by=Actor.of(request.user), others=others)
    return act(request, None, write, back=reverse("party:posts_promise_page", args=[pk]), done=_("已确认兑现。"))


@acts
def promise_return(request: HttpRequest, pk: int) -> HttpResponse:
    promise = posts.open_promise(request.user, pk, rules.KEEP)
    others = posts.who_else_confirms(promise.org, request.user.pk, timezone.localdate())
    write = partial(actions.return_promise, promise=promise, by=Actor.of(request.user), others=others)
    return act(
        request, ReturnForm(request.POST), write, back=reverse("party:posts_promise_page", args=[pk]),
        done=_("已退回，本人补充后再报。"), again=lambda form: _promise_page(request, promise, ("return", form)),
    )  # fmt: skip
