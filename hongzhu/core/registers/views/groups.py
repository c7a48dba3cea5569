"""Leading groups, task forces, and lists of names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access import queries as access
from hongzhu.core.activities import actions as activity_actions
from hongzhu.core.activities import queries as activities
from hongzhu.core.activities import rules as activity_rules
from hongzhu.core.documents import queries as documents
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import AmendForm, CloseForm, DayForm, GroupForm, MemberForm, NameForm, StatusForm
from hongzhu.core.registers.queries import groups, names
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

from .asking import chosen, day_of, excel, tell

DAYS = 60  # lines a day of one page; the rest stands in the list of activities


@reads
def group_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    rows = groups.all_of(request.user, timezone.localdate())
    return render(
        request, "registers/group_list.html",
        {"page": Paginator(rows, 50).get_page(request.GET.get("page")), "may_assign": access.may(request.user, rules.ASSIGN)},
    )  # fmt: skip


@reads
def group_list_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    header = (_("名称"), _("类别"), pgettext("several", "成员"), _("成立日期"), _("结束日期"))
    rows = (
        (group.name, group.get_kind_display(), group.members_n, group.opened_on, group.closed_on)
        for group in groups.all_of(request.user, timezone.localdate())
    )
    return excel(_("领导小组、专项工作组"), header, rows)


@reads
def group_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, groups.open_group(request.user, pk))


def _page(request: HttpRequest, group: Org, *, refused: Any = None, leaving: int = 0) -> HttpResponse:
    """The group, with the short form that was refused as it was typed (of the member ``leaving``, when it was that one)."""
    on = day_of(chosen(request))
    today = timezone.localdate()
    may_assign = access.may(request.user, rules.ASSIGN) and group.closed_on is None
    charter, daily = groups.charter_of(group), activities.daily_kind(group, today)
    may_record = daily is not None and group.closed_on is None and activities.may_record(request.user, group)
    amend: dict[str, Any] = {"event": "", "rule": None, "mandate": group.mandate}
    if charter:
        amend |= {"event": charter.event, "rule": charter.rule_id}
    forms: dict[str, Any] = {}
    if may_record:
        forms["status_form"] = StatusForm(initial={"on": today}, auto_id="id_status_%s")
    if may_assign:
        forms |= {
            "amend_form": AmendForm(user=request.user, keep=amend["rule"], initial=amend, auto_id="id_amend_%s"),
            "member_form": MemberForm(user=request.user, initial={"on": today}, auto_id="id_member_%s"),
            "close_form": CloseForm(initial={"on": today}, auto_id="id_close_%s"),
        }
    for name, form in forms.items():
        if isinstance(refused, type(form)):
            forms[name] = refused
    return render(
        request, "registers/group_page.html",
        {"daily": daily, "lines": activities.of_kind(group, daily.code)[:DAYS] if daily else (),
         "items": [(item, activities.chip_of(item, today)) for item in activities.items_of(group)], "may_record": may_record,
         "group": group, "charter": charter, "members": groups.members_on(group, on), "on": on, "may_assign": may_assign,
         "leaving": leaving, "leave_form": refused if leaving else None, "refused": refused,
         # A refused form was posted to an address of its own, which shows no page.
         "page_address": reverse("registers:group_page", args=[group.pk]), **forms},
    )  # fmt: skip


@reads
def group_export(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk)
    header = (_("姓名"), _("身份"), _("分工"), _("开始"))
    rows = (
        (seat.membership.person.name, seat.membership.get_standing_display(), seat.duty, seat.membership.from_on)
        for seat in groups.members_on(group, day_of(chosen(request)))
    )
    return excel(group.name, header, rows)


@fills
def group_new(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.ASSIGN)
    form = GroupForm(request.POST or None, user=request.user, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            group = actions.open_group(by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已设立。"))
            return redirect("registers:group_page", pk=group.pk)
    return render(request, "registers/group_form.html", {"form": form})


def _write(
    request: HttpRequest, group: Org, form: Any, write: Callable[..., Any], done: str, *, leaving: int = 0
) -> HttpResponse:
    """One short form of the page: written, or the page again with what was typed and why it was refused."""
    if form.is_valid():
        try:
            write(by=Actor.of(request.user), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, done)
            return redirect("registers:group_page", pk=group.pk)
    return _page(request, group, refused=form, leaving=leaving)


@acts
def group_amend(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    charter = groups.charter_of(group)
    form = AmendForm(request.POST, user=request.user, keep=charter.rule_id if charter else None, auto_id="id_amend_%s")
    return _write(request, group, form, partial(actions.amend_group, group=group), _("已保存。"))


@acts
def group_status(request: HttpRequest, pk: int) -> HttpResponse:
    """One line for one day: an act of the pack's daily kind, recorded like any other."""
    group = groups.open_group(request.user, pk)
    access.check(request.user, activity_rules.record_perm(group.kind), group)
    today = timezone.localdate()
    daily = activities.daily_kind(group, today)
    if daily is None:
        raise Http404

    def write(*, by: Actor, line: str, on: date) -> None:
        told = activities.one_line(daily, line, on)
        activity_actions.record(body=group, told=told, by=by, on=today, now=timezone.now())

    return _write(request, group, StatusForm(request.POST, auto_id="id_status_%s"), write, _("已记下这一天。"))


@acts
def group_join(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    form = MemberForm(request.POST, user=request.user, auto_id="id_member_%s")
    return _write(request, group, form, partial(actions.join_group, group=group), _("已加入。"))


@acts
def group_leave(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    row = get_object_or_404(Membership, pk=member, org=group)
    form = DayForm(request.POST)
    return _write(request, group, form, partial(actions.leave_group, membership=row), _("已退出。"), leaving=row.pk)


@acts
def group_close(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    form = CloseForm(request.POST, auto_id="id_close_%s")
    return _write(
        request, group, form, partial(actions.close_group, group=group), _("已结束“%s”，成员同日退出。") % group
    )


@reads
def name_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return _names(request)


def _names(request: HttpRequest, *, refused: Any = None, adding: str = "") -> HttpResponse:
    """The lists; what was refused for the list ``adding`` stands in its fields as it was typed."""
    found = names.lists(request.user.bureau, timezone.localdate())
    papers = documents.cited(request.user, [name.document for one in found for name in one.names])
    return render(
        request, "registers/name_list.html",
        {"lists": [(one, [(name, papers.get(name.document)) for name in one.names]) for one in found], "refused": refused,
         "adding": adding, "may_assign": access.may(request.user, rules.ASSIGN)},
    )  # fmt: skip


@reads
def name_export(request: HttpRequest) -> HttpResponse:
    """Every list with its items, those of the pack first."""
    access.require(request.user, rules.VIEW)
    header = (_("名单"), _("名称"), _("依据文件"), _("开始"))
    rows: list[tuple[Any, ...]] = []
    for one in names.lists(request.user.bureau, timezone.localdate()):
        rows += [(str(one.spec.title), str(item), "", None) for item in one.spec.items]
        rows += [(str(one.spec.title), name.text, name.document, name.from_on) for name in one.names]
    return excel(_("名单"), header, rows)


@acts
def name_add(request: HttpRequest, code: str) -> HttpResponse:
    access.require(request.user, rules.ASSIGN)
    today = timezone.localdate()
    spec = names.list_of(request.user.bureau, code, today)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            actions.add_name(
                bureau=request.user.bureau, code=spec.code, by=Actor.of(request.user), on=today, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已加入名单。"))
            return redirect("registers:name_list")
    return _names(request, refused=form, adding=spec.code)


@acts
def name_end(request: HttpRequest, pk: int) -> HttpResponse:
    name = names.open_name(request.user, pk)
    try:
        actions.end_name(name=name, by=Actor.of(request.user), on=timezone.localdate())
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已从名单去掉“%s”。") % name)
    return redirect("registers:name_list")
