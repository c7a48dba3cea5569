"""Experts and backbone members: nominated, reviewed, tasks, renewal, removal."""

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
from hongzhu.services.party.actions import talent as actions
from hongzhu.services.party.forms.sending import ReasonForm
from hongzhu.services.party.forms.talent import RenewForm, ReviewForm, TalentForm, TaskForm
from hongzhu.services.party.models import Talent
from hongzhu.services.party.queries import sending, talent
from hongzhu.services.party.queries.settings import section_on
from hongzhu.services.party.rules import talent as talent_rules

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


def _columns(remind: int) -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("姓名"), lambda row: row.person.name),
        Column(_("层级"), lambda row: row.get_tier_display()),
        Column(_("推荐单位"), lambda row: row.nominated_by.name),
        Column(_("遴选通知"), lambda row: row.call, "hz-drop"),
        Column(_("任期开始"), lambda row: row.from_on, "hz-drop"),
        Column(_("任期届满"), lambda row: row.to_on, "hz-drop"),
        Column(_("完成任务"), lambda row: row.tasks_n, "hz-r"),
        Column(_("状态"), lambda row: talent_rules.chip(row, today, remind), "hz-sum"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], int, Any]:
    filters, today = chosen(request), timezone.localdate()
    remind = section_on(request.user.bureau, today).sending.remind_days
    rows = talent.narrowed(
        talent.visible_to(request.user), today, remind, tier=filters.get("kind", ""),
        state=filters.get("state") or "roster", text=filters.get("q", ""),
    )  # fmt: skip
    return filters, remind, rows


@reads
def talent_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, remind, rows = _rows(request)
    may = access.may(request.user, rules.KEEP) or sending.office(request.user)
    listing = Listing(
        title=_("党建人才"), columns=_columns(remind), export="party:sending_talent_export",
        back=reverse("party:sending_index"),
        empty=(_("名册上还没有人"), _("推荐并评审入选之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("roster", _("在任")), ("waiting", _("待评审")), ("ending", _("快届满或已届满")),
                                      ("ended", _("已退出或未入选")), ("all", _("全部"))], filters.get("state") or "roster"),
            Choice("kind", _("层级"), [("", _("全部层级")), *Talent.Tier.choices], filters.get("kind", "")),
        ],
        new=(_("推荐"), reverse("party:sending_talent_new")) if may else None,
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:sending_talent_page", args=[row.pk]))


@reads
def talent_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    _filters, remind, rows = _rows(request)
    return excel(_("党建人才名册"), _columns(remind), rows)


@fills
def talent_new(request: HttpRequest) -> HttpResponse:
    if not sending.office(request.user):
        access.require(request.user, rules.KEEP)
    form = TalentForm(
        request.POST or None, user=request.user, rows=talent.nominators(request.user),
        initial={"nominated_on": timezone.localdate()},
    )  # fmt: skip
    return fill(
        request, form, partial(actions.nominate_talent, by=Actor.of(request.user)), title=_("推荐党建人才"),
        back=reverse("party:sending_talent_list"), done=_("已推荐，等教育局评审。"),
        goes=lambda row: reverse("party:sending_talent_page", args=[row.pk]),
    )  # fmt: skip


@reads
def talent_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, talent.open_talent(request.user, pk))


def _page(request: HttpRequest, row: Talent, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    remind = section_on(row.bureau, today).sending.remind_days
    forms = []
    if sending.office(request.user):

        def to(name: str) -> str:
            return reverse(f"party:sending_talent_{name}", args=[row.pk])

        if row.reviewed_on is None:
            forms.append(
                short(
                    "review",
                    _("评审"),
                    ReviewForm(initial={"on": today}, auto_id="id_review_%s"),
                    to("review"),
                    _("保存"),
                    refused=refused,
                    opened=True,
                )
            )
        elif row.chosen and row.ended_on is None:
            forms.append(
                short(
                    "task",
                    _("登记任务"),
                    TaskForm(initial={"on": today}, auto_id="id_task_%s"),
                    to("task"),
                    _("保存"),
                    refused=refused,
                    opened=True,
                )
            )
            forms.append(
                short("renew", _("续任"), RenewForm(auto_id="id_renew_%s"), to("renew"), _("续任"), refused=refused)
            )
            forms.append(
                short(
                    "end",
                    _("退出"),
                    ReasonForm(initial={"on": today}, auto_id="id_end_%s"),
                    to("end"),
                    _("退出"),
                    refused=refused,
                )
            )
    columns = [Column(_("任务"), lambda task: task.title), Column(_("日期"), lambda task: task.on, "hz-sum")]
    tasks = Table(_("完成的任务"), columns, lines_of(columns, talent.tasks_of(row)), _("还没有登记任务"))
    pairs = [
        (_("层级"), row.get_tier_display()), (_("推荐单位"), row.nominated_by.name), (_("遴选通知"), row.call),
        (_("推荐日期"), row.nominated_on), (_("评审日期"), row.reviewed_on), (_("任期开始"), row.from_on),
        (_("任期届满"), row.to_on), (_("退出日期"), row.ended_on), (_("退出原因"), row.ended_for),
    ]  # fmt: skip
    return show_page(
        request, title=row.person.name, subtitle=row.get_tier_display(), back=reverse("party:sending_talent_list"),
        pairs=pairs, chip=talent_rules.chip(row, today, remind), tables=[tasks], forms=forms, refused=refused,
    )  # fmt: skip


def _does(request: HttpRequest, pk: int, name: str, *, form: Any, write: Any, done: str) -> HttpResponse:
    row = talent.open_talent(request.user, pk, change=True)
    return act(
        request, form(request.POST, auto_id=f"id_{name}_%s"), partial(write, talent=row, by=Actor.of(request.user)),
        back=reverse("party:sending_talent_page", args=[pk]), done=done,
        again=lambda typed: _page(request, row, (name, typed)),
    )  # fmt: skip


@acts
def talent_review(request: HttpRequest, pk: int) -> HttpResponse:
    write = partial(actions.review_talent, today=timezone.localdate())
    return _does(request, pk, "review", form=ReviewForm, write=write, done=_("已登记评审。"))


@acts
def talent_task(request: HttpRequest, pk: int) -> HttpResponse:
    write = partial(actions.do_task, today=timezone.localdate())
    return _does(request, pk, "task", form=TaskForm, write=write, done=_("已登记任务。"))


@acts
def talent_renew(request: HttpRequest, pk: int) -> HttpResponse:
    return _does(request, pk, "renew", form=RenewForm, write=actions.renew_talent, done=_("已续任。"))


@acts
def talent_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _does(request, pk, "end", form=ReasonForm, write=actions.end_talent, done=_("已登记退出。"))
