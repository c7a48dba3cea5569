"""The register of bodies: list at any day, history, and each step in a body's life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access import rules as access_rules
from hongzhu.core.measures import queries as measures
from hongzhu.core.orgs import actions, queries, rules
from hongzhu.core.orgs.forms import (
    DissolveForm,
    FactsForm,
    HostsForm,
    ListFilter,
    MergeForm,
    MoveForm,
    RenameForm,
    SetUpForm,
    SplitForm,
    StepForm,
    SuperiorsForm,
)
from hongzhu.core.orgs.measures import set_up_rows
from hongzhu.core.orgs.models import Bureau, Kind, Org
from hongzhu.core.people import actions as people
from hongzhu.core.people.queries import pages
from hongzhu.core.registers.rules import GROUP_KINDS
from hongzhu.kit.dates import Period
from hongzhu.kit.http import download, fills, reads, whole
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.write import write_xlsx

ON_A_PAGE = 80


def _listed(request: HttpRequest) -> tuple[ListFilter, list[queries.Placed], date]:
    access.require(request.user, access_rules.VIEW_ORGS)
    form = ListFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    on = chosen.pop("on", None) or timezone.localdate()
    path = access.scope_path(request.user, access_rules.VIEW_ORGS) or "-"
    seen = access.within(request.user, access_rules.VIEW_ORGS, "org")
    return form, queries.tree(path, on, seen=seen, **chosen), on


@reads
def org_list(request: HttpRequest) -> HttpResponse:
    """The tree of bodies on a day, filtered; indented by depth."""
    form, rows, on = _listed(request)
    context = {
        "form": form, "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")), "on": on,
        "may_change": access.may(request.user, access_rules.CHANGE_ORGS),
        "may_import": access.may(request.user, access_rules.IMPORT),
        "filtered": any(request.GET.get(name) for name in ("kind", "sector", "stage", "area", "q", "on")),
    }  # fmt: skip
    return render(request, "orgs/org_list.html", context)


@reads
def org_export(request: HttpRequest) -> HttpResponse:
    """The list as Excel."""
    _form, rows, on = _listed(request)
    header = [
        _("名称"),
        _("类别"),
        _("上级"),
        _("隶属"),
        _("指导"),
        _("学校标识码"),
        _("学段"),
        _("办学性质"),
        _("设立日期"),
    ]
    lines = [
        (
            row.org.name, str(row.org.get_kind_display()), row.parent, row.belongs, row.guides, row.org.school_code,
            str(row.org.get_stage_display()) if row.org.stage else "",
            str(row.org.get_sector_display()) if row.org.sector else "", row.org.opened_on,
        )
        for row in rows
    ]  # fmt: skip
    response = HttpResponse(
        write_xlsx(_("机构"), header, lines, text_columns=[_("学校标识码")]),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="orgs-{on:%Y%m%d}.xlsx"'
    return response


def _set_up(request: HttpRequest) -> tuple[Period, str, Any]:
    """The year and kind asked for, and the bodies set up in it: the rows behind the measure orgs.set_up (B29)."""
    access.require(request.user, access_rules.VIEW_ORGS)
    year = whole(request.GET.get("year", ""))
    today = timezone.localdate()
    period = Period.year(year if year is not None and 1900 < year < 2100 else today.year)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    scope = measures.MeasureScope(
        bureau_id=access.bureau_of(request.user), path=access.scope_path(request.user, access_rules.VIEW_ORGS) or "-"
    )
    return period, kind, set_up_rows(scope, period, timezone.now(), kind=kind)


@reads
def changes(request: HttpRequest) -> HttpResponse:
    """Bodies set up in a year, by kind."""
    period, kind, rows = _set_up(request)
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")), "period": period, "kind": kind,
        "kinds": Kind.choices, "before": period.prev().start.year, "after": period.next().start.year,
    }  # fmt: skip
    return render(request, "orgs/changes.html", context)


@reads
def changes_export(request: HttpRequest) -> HttpResponse:
    """What the page shows, as Excel."""
    period, _kind, rows = _set_up(request)
    header = [_("名称"), _("类别"), _("设立日期"), _("批准文号")]
    told = [(row.org.name, str(row.org.get_kind_display()), row.on, row.approval) for row in rows]
    return download(write_xlsx(_("设立情况"), header, told), f"{_('设立情况')}{period.code}.xlsx")


@reads
def org_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A body's life so far, its superiors and hosts by day, and what may be changed."""
    org = access.open_org(request.user, pk)
    today = timezone.localdate()
    full, members = pages.counts(org, today)
    units = len(queries.hosts_of(org, today))
    context = {
        "org": org, "life": queries.life(org), "today": today, "is_group": org.kind in GROUP_KINDS,
        "cautions": rules.cautions(org.kind, full_members=full, members=members, units=units),
        "may_change": access.holds(request.user, access_rules.CHANGE_ORGS, org) and org.closed_on is None,
        "may_people": access.holds(request.user, access_rules.CHANGE_PEOPLE, org) and org.closed_on is None,
    }  # fmt: skip
    return render(request, "orgs/org_page.html", context)


def _step(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    org: Org | None,
    write: Callable[[dict[str, Any], Actor], Org],
    *,
    cautions: list[str] | None = None,
) -> HttpResponse:
    """One step: shown with what to think of, or written with one action; a refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            written = write(form.cleaned_data, Actor.of(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已办理“%(title)s”，历史保留。") % {"title": title})
            return redirect("orgs:org_page", pk=written.pk)
    back = reverse("orgs:org_page", args=[org.pk]) if org else reverse("orgs:org_list")
    context = {"form": form, "title": title, "sub": org.name if org else "", "back": back, "cautions": cautions or []}
    return render(request, "orgs/form.html", context)


def _open(request: HttpRequest, pk: int) -> Org:
    return access.open_org(request.user, pk, access_rules.CHANGE_ORGS)


@fills
def org_set_up(request: HttpRequest) -> HttpResponse:
    access.require(request.user, access_rules.CHANGE_ORGS)
    form = SetUpForm(request.POST or None, user=request.user)
    bureau = Bureau.objects.get(pk=access.bureau_of(request.user))

    def write(data: dict[str, Any], by: Actor) -> Org:
        made = actions.set_up(bureau=bureau, by=by, **data | {"hosts": tuple(data["hosts"])})
        for text in rules.cautions(made.kind, full_members=0, members=None, units=len(data["hosts"])):
            messages.warning(request, text)
        return made

    return _step(request, form, _("设立"), None, write)


@fills
def org_rename(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    form = RenameForm(request.POST or None, user=request.user, org=org)
    return _step(request, form, _("更名"), org, lambda data, by: actions.rename(org=org, by=by, **data))


@fills
def org_facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Codes, stage, sector and the like: facts without a history of their own."""
    org = _open(request, pk)
    # The form's own copy of the body: the action must still see what it was.
    form = FactsForm(request.POST or None, instance=Org.objects.get(pk=org.pk))
    today = timezone.localdate()
    return _step(
        request, form, _("修改登记信息"), org, lambda data, by: actions.change_facts(org=org, by=by, on=today, **data)
    )


@fills
def org_move(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    form = MoveForm(request.POST or None, user=request.user, org=org)
    return _step(request, form, _("调整位置"), org, lambda data, by: actions.move(org=org, by=by, **data))


@fills
def org_superiors(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    above = queries.superiors_of(org, timezone.localdate())
    initial = {"belongs_to": above.get("BELONGS"), "guided_by": above.get("GUIDES")}
    form = SuperiorsForm(request.POST or None, user=request.user, org=org, initial=initial)
    return _step(
        request, form, _("调整隶属、指导"), org, lambda data, by: actions.change_superiors(org=org, by=by, **data)
    )


@fills
def org_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    held = queries.hosts_of(org, timezone.localdate())
    form = HostsForm(request.POST or None, user=request.user, org=org, initial={"hosts": held})

    def write(data: dict[str, Any], by: Actor) -> Org:
        for text in rules.cautions(org.kind, units=len(data["hosts"])):
            messages.warning(request, text)
        return actions.change_hosts(org=org, by=by, **data | {"hosts": tuple(data["hosts"])})

    return _step(request, form, _("调整所在单位"), org, write)


@fills
def org_merge(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    form = MergeForm(request.POST or None, user=request.user, org=org)
    return _step(request, form, _("合并"), org, lambda data, by: people.merge(org=org, by=by, **data))


@fills
def org_split(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    form = SplitForm(request.POST or None, user=request.user, org=org)

    def write(data: dict[str, Any], by: Actor) -> Org:
        chosen = [row.pk for row in data.pop("memberships")]
        made = people.split(org=org, memberships=chosen, by=by, **data)
        full, members = pages.counts(made, data["on"])
        for text in rules.cautions(made.kind, full_members=full, members=members):
            messages.warning(request, text)
        return made

    return _step(request, form, _("分设"), org, write)


@fills
def org_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    org = _open(request, pk)
    if org.kind in GROUP_KINDS:
        messages.info(request, _("小组在登记册里结束：写一段小结，成员同日退出。"))
        return redirect("registers:group_page", pk=pk)
    form: StepForm = DissolveForm(request.POST or None, user=request.user, org=org)
    return _step(request, form, _("撤销"), org, lambda data, by: people.dissolve(org=org, by=by, **data))
