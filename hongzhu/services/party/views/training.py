"""Training: plans, classes, enrolment, closing, papers; who is short of hours; one person's transcript."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.kit.http import acts, download, fills, reads
from hongzhu.kit.refs import Actor
from hongzhu.services.party import rules
from hongzhu.services.party.actions import training as actions
from hongzhu.services.party.forms.sending import VoidForm
from hongzhu.services.party.forms.training import (
    CertifyForm,
    ClassAmendForm,
    ClassForm,
    CloseForm,
    CourseForm,
    DropForm,
    EnrolForm,
    PlanForm,
    TraineeForm,
)
from hongzhu.services.party.models import TrainingClass, TrainingLayer
from hongzhu.services.party.queries import sending, training
from hongzhu.services.party.queries import training_paper as papers
from hongzhu.services.party.queries.training_paper import hours_text
from hongzhu.services.party.rules import training as training_rules

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
    years_from,
)


def _columns() -> list[Column]:
    today = timezone.localdate()
    return [
        Column(_("班次"), lambda row: row.title),
        Column(_("培训对象"), lambda row: row.get_who_display()),
        Column(_("主办"), lambda row: row.host.name),
        Column(_("开始"), lambda row: row.from_on),
        Column(_("结束"), lambda row: row.to_on, "hz-drop"),
        Column(_("学时"), lambda row: hours_text(row.hours), "hz-r"),
        Column(_("报名"), lambda row: row.people_n, "hz-r"),
        Column(_("缺席"), lambda row: row.absent_n if row.closed_at else None, "hz-r"),
        Column(_("状态"), lambda row: training_rules.chip(row, today), "hz-sum"),
    ]


def _rows(request: HttpRequest) -> tuple[dict[str, Any], Any]:
    filters = chosen(request)
    rows = training.narrowed(
        training.visible_to(request.user), timezone.localdate(), who=filters.get("kind", ""),
        state=filters.get("state", ""), year=filters.get("year"), text=filters.get("q", ""),
    )  # fmt: skip
    return filters, rows


def _may_host(user: Any) -> bool:
    return access.may(user, rules.KEEP) or access.may(user, rules.APPROVE)


@reads
def training_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    filters, rows = _rows(request)
    listing = Listing(
        title=_("教育培训"), columns=_columns(), export="party:training_export", back=reverse("party:index"),
        empty=(_("还没有培训班"), _("登记班次之后会出现在这里")),
        filters=[
            Choice("state", _("状态"), [("", _("全部")), ("open", _("没有结业")), ("due", _("待登记结业")),
                                      ("closed", _("已结业")), ("voided", _("已作废"))], filters.get("state", "")),
            Choice("kind", _("培训对象"), [("", _("全部对象")), *TrainingLayer.Who.choices], filters.get("kind", "")),
            Choice("year", _("年份"), [("", _("全部年份")), *years_from(timezone.localdate())], filters.get("year") or ""),
        ],
        new=(_("登记班次"), reverse("party:training_new")) if _may_host(request.user) else None,
        buttons=[
                 (_("学时缺口"), reverse("party:training_gap_list")), (_("培训方案"), reverse("party:training_plan_list"))],
    )  # fmt: skip
    return show_list(request, listing, rows, lambda row: reverse("party:training_page", args=[row.pk]))


@reads
def training_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("培训班登记"), _columns(), _rows(request)[1])


@fills
def training_new(request: HttpRequest) -> HttpResponse:
    if not access.may(request.user, rules.APPROVE):
        access.require(request.user, rules.KEEP)
    today = timezone.localdate()
    form = ClassForm(
        request.POST or None, user=request.user, rows=training.hosts(request.user, today),
        plans=training.plans(request.user), initial={"from_on": today, "to_on": today},
    )  # fmt: skip
    return fill(
        request, form, partial(actions.open_class, by=Actor.of(request.user)), title=_("登记班次"),
        back=reverse("party:training_list"), done=_("已登记，下一步报名。"),
        goes=lambda row: reverse("party:training_page", args=[row.pk]),
    )  # fmt: skip


@reads
def training_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, training.open_class(request.user, pk))


def _trainee_columns(row: TrainingClass) -> list[Column]:
    return [
        Column(_("姓名"), lambda one: one.person.name),
        Column(_("党支部"), lambda one: one.org.name),
        Column(_("到课"), lambda one: "" if row.closed_at is None else (_("缺席") if one.absent else _("到课"))),
        Column(_("实得学时"), lambda one: hours_text(training.own_hours(one)) if row.closed_at else "", "hz-r"),
        Column(_("结业证号"), lambda one: one.certificate, "hz-sum"),
    ]


def _page(request: HttpRequest, row: TrainingClass, refused: Refused = None) -> HttpResponse:
    today = timezone.localdate()
    keeps = sending.keeps(request.user, row.host)
    forms, buttons = [], []

    def to(name: str, *more: int) -> str:
        return reverse(f"party:training_{name}", args=[row.pk, *more])

    if keeps and row.voided_at is None:
        if row.closed_at is None:
            if today >= row.to_on:
                buttons.append((_("登记结业"), to("close")))
            buttons += [(_("报名"), to("enrol")), (_("修改"), to("edit"))]
        else:
            forms.append(
                short(
                    "certify",
                    _("编结业证号"),
                    CertifyForm(auto_id="id_certify_%s"),
                    to("certify"),
                    _("编号"),
                    refused=refused,
                )
            )
            if training.ways_before(request.user, row).exists():
                title = _("登记“短期集中培训”")
                forms.append(short("enter", title, None, to("enter"), _("为到课的人登记"), refused=refused))
        forms.insert(
            0,
            short(
                "course",
                _("登记课程"),
                CourseForm(initial={"on": row.from_on}, auto_id="id_course_%s"),
                to("course"),
                _("保存"),
                refused=refused,
            ),
        )
        forms.append(short("void", _("作废"), VoidForm(auto_id="id_void_%s"), to("void"), _("作废"), refused=refused))

    def each(one: Any) -> list[tuple[str, str]]:
        if not keeps or row.voided_at is not None:
            return []
        return [(_("更正") if row.closed_at else _("取消报名"), to("trainee" if row.closed_at else "drop", one.pk))]

    people = _trainee_columns(row)
    trainees = training.trainees_of(request.user, row).select_related("training")
    courses = [
        Column(_("课程"), lambda one: one.title), Column(_("授课人"), lambda one: one.teacher),
        Column(_("上课日期"), lambda one: one.on), Column(_("学时"), lambda one: hours_text(one.hours), "hz-sum"),
    ]  # fmt: skip
    tables = [
        Table(_("课程"), courses, lines_of(courses, row.courses.order_by("on", "pk")), _("还没有登记课程")),
        Table(_("学员"), people, lines_of(people, trainees, lambda one: reverse("party:training_transcript", args=[one.person_id]), each), _("还没有人报名")),
    ]  # fmt: skip
    pairs = [
        (_("培训对象"), row.get_who_display()), (_("主办"), row.host.name), (_("培训方案"), row.plan.title if row.plan else ""),
        (_("开始"), row.from_on), (_("结束"), row.to_on), (_("学时"), hours_text(row.hours)),
        (_("测试"), "" if row.closed_at is None else (_("已组织测试") if row.tested else _("未组织测试"))),
        (_("收到反馈表（份）"), row.feedback), (_("作废原因"), row.void_reason),
    ]  # fmt: skip
    shown = [(_("签到册"), to("sign_in")), (_("花名册"), to("roll"))]
    if row.closed_at is not None:
        shown.append((_("结业名单"), to("graduates")))
    return show_page(
        request, title=row.title, subtitle=row.host.name, back=reverse("party:training_list"), pairs=pairs,
        chip=training_rules.chip(row, today), tables=tables, forms=forms, papers=shown, buttons=buttons, primary=True,
        refused=refused,
    )  # fmt: skip


@fills
def training_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = training.open_class(request.user, pk, change=True)
    told = {"title": row.title, "who": row.who, "from_on": row.from_on, "to_on": row.to_on,
            "hours": hours_text(row.hours), "plan": row.plan_id}  # fmt: skip
    form = ClassAmendForm(request.POST or None, plans=training.plans(request.user), initial=told)
    return fill(
        request, form, partial(actions.amend_class, training=row, by=Actor.of(request.user)), title=_("修改班次"),
        back=reverse("party:training_page", args=[pk]), done=_("已保存。"),
    )  # fmt: skip


@fills
def training_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Many at once: a whole layer, or names."""
    row = training.open_class(request.user, pk, change=True)
    form = EnrolForm(request.POST or None, user=request.user)

    def write(*, whole: bool, names: list[Any]) -> int:
        return actions.enrol(
            training=row,
            people=training.to_enrol(request.user, row, whole=whole, people=names),
            by=Actor.of(request.user),
        )

    return fill(
        request, form, write, title=_("报名"), subtitle=row.title, back=reverse("party:training_page", args=[pk]),
        done=_("已报名。"),
    )  # fmt: skip


@fills
def training_drop(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Somebody enrolled by mistake comes off the list."""
    trainee = training.open_trainee(request.user, pk, person)
    form = DropForm(request.POST if request.method == "POST" else None)

    def write() -> None:
        actions.drop_trainee(trainee=trainee, by=Actor.of(request.user))

    return fill(
        request, form, write, title=_("取消报名"), subtitle=trainee.person.name,
        back=reverse("party:training_page", args=[pk]), done=_("已取消报名。"), note=_("保存后，这个人不在本班名册上。"),
    )  # fmt: skip


@acts
def training_course(request: HttpRequest, pk: int) -> HttpResponse:
    row = training.open_class(request.user, pk, change=True)
    return act(
        request, CourseForm(request.POST, auto_id="id_course_%s"),
        partial(actions.add_course, training=row, by=Actor.of(request.user)),
        back=reverse("party:training_page", args=[pk]), done=_("已登记课程。"),
        again=lambda form: _page(request, row, ("course", form)),
    )  # fmt: skip


@fills
def training_close(request: HttpRequest, pk: int) -> HttpResponse:
    """结业登记: absences by exception; hours are credited to everybody who was there."""
    row = training.open_class(request.user, pk, change=True)
    form = CloseForm(request.POST or None, rows=training.trainees_of(request.user, row))
    write = partial(
        actions.close_class, training=row, by=Actor.of(request.user), now=timezone.now(), today=timezone.localdate()
    )
    return fill(
        request, form, write, title=_("登记结业"), subtitle=row.title,
        back=reverse("party:training_page", args=[pk]), done=_("已登记结业，学时已计入个人。"),
    )  # fmt: skip


@fills
def training_trainee(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """更正: after the class was closed."""
    trainee = training.open_trainee(request.user, pk, person)
    told = {"absent": trainee.absent, "certificate": trainee.certificate,
            "hours": "" if trainee.hours is None else hours_text(trainee.hours)}  # fmt: skip
    form = TraineeForm(request.POST or None, initial=told)
    write = partial(actions.correct_trainee, trainee=trainee, by=Actor.of(request.user), now=timezone.now())
    return fill(
        request, form, write, title=_("更正"), subtitle=trainee.person.name,
        back=reverse("party:training_page", args=[pk]), done=_("已更正，学时已重新计入。"),
    )  # fmt: skip


@acts
def training_certify(request: HttpRequest, pk: int) -> HttpResponse:
    row = training.open_class(request.user, pk, change=True)
    return act(
        request, CertifyForm(request.POST, auto_id="id_certify_%s"),
        partial(actions.certify, training=row, by=Actor.of(request.user)),
        back=reverse("party:training_page", args=[pk]), done=_("已编结业证号。"),
        again=lambda form: _page(request, row, ("certify", form)),
    )  # fmt: skip


@acts
def training_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """The class is told to the ways into the Party of who was there, in one stroke."""
    row = training.open_class(request.user, pk, change=True)
    try:
        count, refused = actions.enter_step(
            training=row, ways=training.ways_to_enter(request.user, row), by=Actor.of(request.user),
            today=timezone.localdate(), now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        refused = error.messages
    else:
        messages.success(request, _("已为%(n)s人登记这一步。") % {"n": count})
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("party:training_page", pk=pk)


@acts
def training_void(request: HttpRequest, pk: int) -> HttpResponse:
    row = training.open_class(request.user, pk, change=True)
    return act(
        request, VoidForm(request.POST, auto_id="id_void_%s"),
        partial(actions.void_class, training=row, by=Actor.of(request.user), now=timezone.now()),
        back=reverse("party:training_page", args=[pk]), done=_("已作废，学时不再计入。"),
        again=lambda form: _page(request, row, ("void", form)),
    )  # fmt: skip


@reads
def training_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """签到册 in Word."""
    row = training.open_class(request.user, pk)
    data = papers.sign_in(row, training.trainees_of(request.user, row))
    return download(data, sheets.file_name(row.title, "签到册"))  # zh: name of a paper


@reads
def training_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """花名册 in Word."""
    row = training.open_class(request.user, pk)
    data = papers.roll(row, training.trainees_of(request.user, row))
    return download(data, sheets.file_name(row.title, "花名册"))  # zh: name of a paper


@reads
def training_graduates(request: HttpRequest, pk: int) -> HttpResponse:
    """结业名单 in Word."""
    row = training.open_class(request.user, pk)
    rows = training.trainees_of(request.user, row).filter(absent=False).select_related("training")
    return download(papers.graduates(row, rows), sheets.file_name(row.title, "结业名单"))  # zh: name of a paper


# Plans


def _layers(row: Any) -> str:
    told = [
        f"{layer.get_who_display()} {hours_text(layer.hours)}" if layer.hours else str(layer.get_who_display())
        for layer in row.layers.all()
    ]
    return str(_("、")).join(told)


def _plan_columns() -> list[Column]:
    return [
        Column(_("方案名称"), lambda row: row.title),
        Column(_("年度"), lambda row: f"{row.from_year}—{row.to_year}"),
        Column(_("培训对象和年度学时"), _layers),
        Column(_("文件"), lambda row: row.document.title if row.document else "", "hz-drop"),
        Column(_("班次"), lambda row: row.classes_n, "hz-r"),
    ]


@reads
def plan_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    office = sending.office(request.user)
    listing = Listing(
        title=_("培训方案"), columns=_plan_columns(), export="party:training_plan_export",
        back=reverse("party:training_list"), empty=(_("还没有培训方案"), _("登记之后，班次可以归到方案里")),
        new=(_("登记方案"), reverse("party:training_plan_new")) if office else None,
    )  # fmt: skip
    rows = training.plans(request.user)
    if text := chosen(request).get("q"):
        rows = rows.filter(title__icontains=text)
    link = (lambda row: reverse("party:training_plan_edit", args=[row.pk])) if office else None
    return show_list(request, listing, rows, link)


@reads
def plan_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("培训方案"), _plan_columns(), training.plans(request.user))


@fills
def plan_new(request: HttpRequest) -> HttpResponse:
    sending.require_office(request.user)
    year = timezone.localdate().year
    form = PlanForm(request.POST or None, user=request.user, initial={"from_year": year, "to_year": year + 4})
    write = partial(actions.make_plan, bureau=request.user.bureau, by=Actor.of(request.user))
    return fill(request, form, write, title=_("登记方案"), back=reverse("party:training_plan_list"), done=_("已登记。"))


@fills
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = training.open_plan(request.user, pk, change=True)
    layers = list(row.layers.all())
    told: dict[str, Any] = {
        "title": row.title, "from_year": row.from_year, "to_year": row.to_year, "document": row.document_id,
        "layers": [layer.who for layer in layers],
        **{f"hours_{layer.who}": hours_text(layer.hours) for layer in layers if layer.hours},
    }  # fmt: skip
    form = PlanForm(request.POST or None, user=request.user, initial=told)
    write = partial(actions.amend_plan, plan=row, by=Actor.of(request.user))
    return fill(request, form, write, title=_("修改方案"), back=reverse("party:training_plan_list"), done=_("已保存。"))


# Hours


def _gap_columns() -> list[Column]:
    words = dict(TrainingLayer.Who.choices)
    return [
        Column(_("姓名"), lambda line: line.asked.name),
        Column(_("党支部"), lambda line: line.asked.org),
        Column(_("培训对象"), lambda line: words[line.who]),
        Column(_("应达学时"), lambda line: hours_text(line.floor), "hz-r"),
        Column(_("已有学时"), lambda line: hours_text(line.hours), "hz-r"),
        Column(_("还差"), lambda line: hours_text(line.short), "hz-sum"),
    ]


def _gaps(request: HttpRequest) -> tuple[dict[str, Any], int, Any, Any]:
    filters, today = chosen(request), timezone.localdate()
    year = filters.get("year") or today.year
    lines = training.hours(request.user, year, today)
    shown = training.narrowed_hours(
        lines, who=filters.get("kind", ""), short_only=filters.get("state") != "all", text=filters.get("q", "")
    )
    return filters, year, lines, shown


@reads
def gap_list(request: HttpRequest) -> HttpResponse:
    """Who is short of the year's hours, layer by layer; acts and classes together."""
    access.require(request.user, rules.VIEW)
    filters, year, lines, shown = _gaps(request)
    listing = Listing(
        title=_("学时缺口"), columns=_gap_columns(), export="party:training_gap_export",
        back=reverse("party:training_list"), note=_("集中学习、党课和培训班的学时合在一起算"),
        empty=(_("没有要达学时的人"), _("先登记书记、委员和党员")),
        filters=[
            Choice("year", _("年份"), years_from(timezone.localdate()), year),
            Choice("state", _("状态"), [("short", _("还没有达到")), ("all", _("全部"))], filters.get("state") or "short"),
            Choice("kind", _("培训对象"), [("", _("全部对象")), *((one.value, one.label) for one in training.LAYERS)], filters.get("kind", "")),
        ],
        figures=[(layer.title, f"{layer.reached}/{layer.people}") for layer in training.by_layer(lines)],
    )  # fmt: skip
    return show_list(
        request, listing, shown, lambda line: reverse("party:training_transcript", args=[line.asked.person_id])
    )


@reads
def gap_export(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    return excel(_("学时缺口"), _gap_columns(), _gaps(request)[3])


@reads
def transcript(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's classes, and the hours of each year."""
    person = access.open_person(request.user, pk)
    access.require(request.user, rules.VIEW)
    classes = [
        Column(_("班次"), lambda one: one.training.title), Column(_("主办"), lambda one: one.training.host.name),
        Column(_("开始"), lambda one: one.training.from_on),
        Column(_("实得学时"), lambda one: hours_text(training.own_hours(one)), "hz-r"),
        Column(_("结业证号"), lambda one: one.certificate, "hz-sum"),
    ]  # fmt: skip
    years = [
        Column(_("年度"), lambda line: str(line[0])), Column(_("全部学时"), lambda line: hours_text(line[1]), "hz-r"),
        Column(_("其中培训班"), lambda line: hours_text(line[2]), "hz-sum"),
    ]  # fmt: skip
    return show_page(
        request, title=person.name, subtitle=_("学习培训档案"), back=reverse("party:training_gap_list"), pairs=[],
        tables=[
            Table(_("各年学时"), years, lines_of(years, training.years_of(person.pk)), _("还没有学时")),
            Table(_("培训班"), classes, lines_of(classes, training.transcript(person.pk)), _("还没有参加培训班")),
        ],
    )  # fmt: skip
