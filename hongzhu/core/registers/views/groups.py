"""Leading groups, task forces, and lists of names."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities import actions as activity_actions
from hongzhu.core.activities import queries as activities
from hongzhu.core.activities import rules as activity_rules
from hongzhu.core.people.models import Membership
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.forms import AmendForm, CloseForm, DayForm, GroupForm, MemberForm, NameForm, StatusForm
from hongzhu.core.registers.queries import groups, names
from hongzhu.kit.http import acts, fills, reads
from hongzhu.kit.refs import Actor

from .asking import chosen, day_of, excel, tell, tell_form

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
def group_page(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk)
    on = day_of(chosen(request))
    today = timezone.localdate()
    may_assign = access.may(request.user, rules.ASSIGN) and group.closed_on is None
    charter, daily = groups.charter_of(group), activities.daily_kind(group, today)
    may_record = daily is not None and group.closed_on is None and activities.may_record(request.user, group)
    amend: dict[str, Any] = {"event": "", "rule": None, "mandate": group.mandate}
    if charter:
        amend |= {"event": charter.event, "rule": charter.rule_id}
    return render(
        request, "registers/group_page.html",
        {"daily": daily, "lines": activities.of_kind(group, daily.code)[:DAYS] if daily else (),
         "status_form": StatusForm(initial={"on": today}) if may_record else None,
         "items": [(item, activities.chip_of(item, today)) for item in activities.items_of(group)], "may_record": may_record,
         "amend_form": AmendForm(user=request.user, keep=amend["rule"], initial=amend) if may_assign else None,
         "group": group, "charter": charter, "members": groups.members_on(group, on), "on": on,
         "may_assign": may_assign, "member_form": MemberForm(user=request.user, initial={"on": today}) if may_assign else None,
         "close_form": CloseForm(initial={"on": today}), "day_form": DayForm(initial={"on": today})},
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


@acts
def group_amend(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    charter = groups.charter_of(group)
    form = AmendForm(request.POST, user=request.user, keep=charter.rule_id if charter else None)
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:group_page", pk=pk)
    try:
        actions.amend_group(group=group, by=Actor.of(request.user), **form.cleaned_data)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已保存。"))
    return redirect("registers:group_page", pk=pk)


@acts
def group_status(request: HttpRequest, pk: int) -> HttpResponse:
    """One line for one day: an act of the pack's daily kind, recorded like any other."""
    group = groups.open_group(request.user, pk)
    access.check(request.user, activity_rules.record_perm(group.kind), group)
    form = StatusForm(request.POST)
    today = timezone.localdate()
    daily = activities.daily_kind(group, today)
    if daily is None:
        raise Http404
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:group_page", pk=pk)
    told = activities.one_line(daily, form.cleaned_data["line"], form.cleaned_data["on"])
    try:
        activity_actions.record(body=group, told=told, by=Actor.of(request.user), on=today, now=timezone.now())
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已记下这一天。"))
    return redirect("registers:group_page", pk=pk)


@acts
def group_join(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    form = MemberForm(request.POST, user=request.user)
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:group_page", pk=pk)
    try:
        actions.join_group(group=group, by=Actor.of(request.user), **form.cleaned_data)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已加入。"))
    return redirect("registers:group_page", pk=pk)


@acts
def group_leave(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    row = get_object_or_404(Membership, pk=member, org=group)
    form = DayForm(request.POST)
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:group_page", pk=pk)
    try:
        actions.leave_group(membership=row, by=Actor.of(request.user), on=form.cleaned_data["on"])
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已退出。"))
    return redirect("registers:group_page", pk=pk)


@acts
def group_close(request: HttpRequest, pk: int) -> HttpResponse:
    group = groups.open_group(request.user, pk, rules.ASSIGN)
    form = CloseForm(request.POST)
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:group_page", pk=pk)
    try:
        actions.close_group(group=group, by=Actor.of(request.user), **form.cleaned_data)
    except ValidationError as error:
        tell(request, error)
        return redirect("registers:group_page", pk=pk)
    messages.success(request, _("已结束“%s”。") % group)
    return redirect("registers:group_list")


@reads
def name_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return render(
        request, "registers/name_list.html",
        {"lists": names.lists(request.user.bureau, timezone.localdate()), "form": NameForm(),
         "may_assign": access.may(request.user, rules.ASSIGN)},
    )  # fmt: skip


@acts
def name_add(request: HttpRequest, code: str) -> HttpResponse:
    access.require(request.user, rules.ASSIGN)
    today = timezone.localdate()
    spec = names.list_of(request.user.bureau, code, today)
    form = NameForm(request.POST)
    if not form.is_valid():
        tell_form(request, form)
        return redirect("registers:name_list")
    try:
        actions.add_name(
            bureau=request.user.bureau, code=spec.code, by=Actor.of(request.user), on=today, **form.cleaned_data
        )
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, _("已加入名单。"))
    return redirect("registers:name_list")


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
