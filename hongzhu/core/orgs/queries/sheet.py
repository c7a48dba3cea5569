"""The sheet of organisations (机构): its columns, and what a filled one would set up or change. Reads only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, Hosting, Kind, Org, Placement, Superior
from hongzhu.kit.china import creditcode, schoolcode
from hongzhu.kit.tables.columns import Column, Grid, Report
from hongzhu.kit.tables.read import Table
from hongzhu.kit.tables.repair import CellRefused, choice, day, half_width, long_number, one_line, short_code

from .days import existing, on_day
from .naming import ImportContext

# The root of a bureau and its superior bodies are not set up by a sheet.
NOT_FROM_SHEETS = (Kind.BUREAU,)
KIND_WORDS = {
    **{str(label): code for code, label in Kind.choices if code not in NOT_FROM_SHEETS},
    "中小学": Kind.SCHOOL.value, "小学": Kind.SCHOOL.value, "中学": Kind.SCHOOL.value,  # zh: words of people's sheets
    "支部": Kind.BRANCH.value, "总支": Kind.GENERAL_BRANCH.value, "联合支部": Kind.JOINT_BRANCH.value,  # zh: the same
}  # fmt: skip
FACTS = ("short_name", "school_code", "credit_code", "sector", "stage", "area")
SUPERIOR_KEYS = {Superior.Relation.BELONGS.value: "belongs_to", Superior.Relation.GUIDES.value: "guided_by"}
SIGNS = "[、,，]"  # zh: signs people put between names

COLUMNS = (  # zh: titles people write, and invented examples
    Column("name", gettext_lazy("名称"), ("单位名称", "机构名称", "学校名称", "全称", "党组织名称"), required=True, hint=gettext_lazy("全称"), examples=("柳林中心小学", "柳林中心小学党支部"), width=28),
    Column("kind", gettext_lazy("类别"), ("机构类别", "单位类别", "类型"), required=True, hint=gettext_lazy("学校、幼儿园、股室、党委、党总支、党支部、联合党支部 等"), examples=("学校", "党支部")),
    Column("parent", gettext_lazy("上级"), ("上级单位", "上级机构", "主管单位"), required=True, hint=gettext_lazy("在机构树上挂在谁下面；可以是同一张表里的另一行"), examples=("青禾县教育局", "柳林学区党总支"), width=24),
    Column("short_name", gettext_lazy("简称"), examples=("柳林小学", ""), width=16),
    Column("school_code", gettext_lazy("学校（机构）标识码"), ("学校标识码", "机构标识码", "学校代码", "标识码"), hint=gettext_lazy("10位数字"), text=True, width=18),
    Column("credit_code", gettext_lazy("统一社会信用代码"), ("信用代码", "社会信用代码"), hint=gettext_lazy("18位"), text=True, width=22),
    Column("sector", gettext_lazy("办学性质"), ("公办民办", "举办者类型"), hint="公办、民办", examples=("公办", "")),
    Column("stage", gettext_lazy("学段"), ("办学类型", "学校类型"), hint="、".join(str(label) for code, label in Org.Stage.choices if code), examples=("小学", "")),
    Column("area", gettext_lazy("所在地类别"), ("城乡类别", "城乡类型"), hint=gettext_lazy("如 城区、涉农")),
    Column("opened_on", gettext_lazy("设立日期"), ("成立日期", "建校时间", "成立时间"), hint=gettext_lazy("不填就是生效日期"), examples=("2010-09-01", "2012-06-30")),
    Column("belongs_to", gettext_lazy("隶属"), ("隶属党组织", "上级党组织"), hint=gettext_lazy("党组织填：由谁批准、向谁报告"), examples=("", "柳林学区党总支"), width=24),
    Column("guided_by", gettext_lazy("指导"), ("归口指导", "指导党组织"), hint=gettext_lazy("和隶属不同时才填"), width=24),
    Column("hosts", gettext_lazy("所在单位"), ("依托单位", "设在单位"), hint=gettext_lazy("党组织填：设在哪所学校；联合党支部可填几个，用顿号分开"), examples=("", "柳林中心小学"), width=24),
    Column("approval", gettext_lazy("批准文号"), ("文号", "批复文号"), width=18),
    Column("number", gettext_lazy("序号"), ("编号",), kept=False, hint=gettext_lazy("不用导入")),
    Column("remark", gettext_lazy("备注"), ("说明",), kept=False, hint=gettext_lazy("不收与业务无关的文字")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A body a row points at: one on file (``pk``), or another row of the sheet (``place``, from 0)."""

    pk: int = 0
    place: int = -1


@dataclass(slots=True)
class OrgRow:
    """One checked row."""

    name: str
    kind: str
    facts: dict[str, str]
    opened_on: date
    approval: str
    parent: Target | None = None
    belongs_to: Target | None = None
    guided_by: Target | None = None
    hosts: tuple[Target, ...] = ()


@dataclass(slots=True)
class OrgPlan:
    """``new``: rows to set up, parents before children; ``changed``: (id, facts) of bodies on file."""

    rows: list[OrgRow] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    changed: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    """Bodies on file that a row may mean or point at."""

    by_code: dict[str, Org]
    by_kind: dict[tuple[str, str], Org]
    by_name: dict[str, list[Org]]
    parents: dict[int, set[int | None]]
    opened: dict[int, date]
    # Id and column: the titles of the bodies that stand there now, of any kind, also outside what the importer may touch.
    places: dict[tuple[int, str], set[str]]


def check_orgs(table: Table, context: ImportContext) -> Report:
    """Every error by row and column, and what would change. A body on file gets new facts, never a new place."""
    grid = Grid(table, COLUMNS)
    plan = OrgPlan(rows=_rows(grid, context))
    file = _on_file(context)
    matched = [_match(grid, place, row, file) for place, row in enumerate(plan.rows)]
    by_name: dict[str, list[int]] = {}
    for place, row in enumerate(plan.rows):
        if row.name and matched[place] is None:
            by_name.setdefault(row.name, []).append(place)
    _point(grid, plan, file, matched, by_name)
    for place, (row, one) in enumerate(zip(plan.rows, matched, strict=True)):
        if one is None:
            _check_new(grid, place, row, plan, file)
            plan.new.append(place)
            continue
        changed = {name: value for name, value in row.facts.items() if value and value != getattr(one, name)}
        if row.parent and row.parent.pk and row.parent.pk not in file.parents.get(one.pk, ()):
            grid.refuse(place, "parent", _("已有这个机构，上级和现在的不同；调整隶属请打开它的页面，凭批准文号办理"))
        if changed:
            plan.changed.append((one.pk, changed))
    plan.new = _parents_first(grid, plan)
    return grid.report(
        new=len(plan.new), changed=len(plan.changed), unchanged=len(grid) - len(plan.new) - len(plan.changed), plan=plan
    )


def _rows(grid: Grid, context: ImportContext) -> list[OrgRow]:
    names = grid.clean("name", one_line, "")
    kinds = grid.clean("kind", lambda cell: choice(cell, KIND_WORDS, hint=str(grid.columns["kind"].hint)), None)
    grid.require("name", names)
    grid.require("kind", kinds)
    for place, name in enumerate(names):
        if len(name) > 80:
            grid.refuse(place, "name", _("名称超过80个字，请核对"))
    sectors = {str(label): code for code, label in Org.Sector.choices if code}
    stages = {str(label): code for code, label in Org.Stage.choices if code}
    facts: dict[str, list[Any]] = {
        "short_name": grid.clean("short_name", one_line, ""),
        "school_code": grid.clean("school_code", _coded(short_code, lambda text: schoolcode.check(text).code), ""),
        "credit_code": grid.clean("credit_code", _coded(long_number, creditcode.check), ""),
        "sector": grid.clean("sector", lambda cell: choice(cell, sectors), None),
        "stage": grid.clean("stage", lambda cell: choice(cell, stages), None),
        "area": grid.clean("area", half_width, ""),
    }
    for key, most in (("short_name", 40), ("area", 12)):
        for place, value in enumerate(facts[key]):
            if len(value) > most:
                grid.refuse(place, key, _("超过%(most)s个字，请改短") % {"most": most})
    opened = grid.clean("opened_on", lambda cell: day(cell, month_allowed=True), None)
    for place, opening in enumerate(opened):
        if opening and opening > context.on:
            grid.refuse(place, "opened_on", _("日期还没有到，请核对"))
    approvals = grid.clean("approval", one_line, "")
    grid.once("school_code", facts["school_code"])
    grid.once("credit_code", facts["credit_code"])
    grid.once("name", [f"{kind} {name}" if kind and name else "" for kind, name in zip(kinds, names, strict=True)])
    return [
        OrgRow(
            name=name, kind=kinds[place] or "", facts={key: facts[key][place] or "" for key in FACTS},
            opened_on=opened[place] or context.on, approval=approvals[place][:80],
        )
        for place, name in enumerate(names)
    ]  # fmt: skip


def _coded(repair: Callable[[Any], tuple[str, str | None]], check: Callable[[str], str]) -> Callable[[Any], Any]:
    def read(cell: Any) -> tuple[str, str | None]:
        text, note = repair(cell)
        if not text:
            return "", None
        try:
            return check(text), note
        except ValueError as error:
            raise CellRefused(str(error)) from None

    return read


def _on_file(context: ImportContext) -> _File:
    bodies = list(context.bodies())
    by_name: dict[str, list[Org]] = {}
    for org in bodies:
        for title in {org.name, org.short_name} - {""}:
            by_name.setdefault(title, []).append(org)
    parents, places = _places(context)
    return _File(
        by_code={org.school_code: org for org in bodies if org.school_code},
        by_kind={(org.kind, org.name): org for org in bodies},
        by_name=by_name,
        parents=parents,
        opened={org.pk: org.opened_on for org in bodies},
        places=places,
    )


def _places(context: ImportContext) -> tuple[dict[int, set[int | None]], dict[tuple[int, str], set[str]]]:
    """Where the bodies on file stand, on the day and from their last step on. Three queries."""
    now = {"org__in": context.bodies().order_by().values("pk")}
    dated = on_day(context.on) | Q(to_on__isnull=True)
    parents: dict[int, set[int | None]] = {}
    places: dict[tuple[int, str], set[str]] = {}
    for pk, parent, *titles in Placement.objects.filter(dated, **now).values_list(
        "org_id", "parent_id", "parent__name", "parent__short_name"
    ):
        parents.setdefault(pk, set()).add(parent)
        places.setdefault((pk, "parent"), set()).update(titles)
    for pk, relation, *titles in Superior.objects.filter(dated, **now).values_list(
        "org_id", "relation", "superior__name", "superior__short_name"
    ):
        places.setdefault((pk, SUPERIOR_KEYS[relation]), set()).update(titles)
    for pk, *titles in Hosting.objects.filter(dated, **now).values_list("org_id", "unit__name", "unit__short_name"):
        places.setdefault((pk, "hosts"), set()).update(titles)
    return parents, places


def _match(grid: Grid, place: int, row: OrgRow, file: _File) -> Org | None:
    """The body on file a row means: by school code, then by kind and name."""
    code = row.facts["school_code"]
    one, other = (file.by_code.get(code) if code else None), file.by_kind.get((row.kind, row.name))
    if one is not None and other is not None and one.pk != other.pk:
        grid.refuse(place, "school_code", _("这个标识码已是“%(name)s”的，请核对") % {"name": one.name})
    if one is not None and other is None:
        grid.refuse(
            place, "name", _("这个标识码已是“%(name)s”的；更名请打开它的页面，凭批准文号办理") % {"name": one.name}
        )
    return one or other


def _point(
    grid: Grid, plan: OrgPlan, file: _File, matched: Sequence[Org | None], by_name: dict[str, list[int]]
) -> None:
    """Names of other bodies to targets, on file first, then in the sheet itself.

    A body on file that names where it stands already says nothing new: that needs no target. Nor does it need 上级.
    """

    def target(place: int, key: str, name: str, party: bool | None) -> Target | None:
        found = [Target(pk=org.pk) for org in file.by_name.get(name, []) if party in (None, org.kind in PARTY_KINDS)]
        found += [
            Target(place=other)
            for other in by_name.get(name, [])
            if other != place and party in (None, plan.rows[other].kind in PARTY_KINDS)
        ]
        if len(found) == 1:
            return found[0]
        text = (
            _("有%(count)s个叫“%(name)s”的，请写全称")
            if found
            else _("没有叫“%(name)s”的机构，请核对全称，或在表里加一行")
        )
        grid.refuse(place, key, text % {"count": len(found), "name": name[:40]})
        return None

    titles = {key: grid.clean(key, one_line, "") for key in ("parent", "belongs_to", "guided_by", "hosts")}
    grid.require("parent", [title or one for title, one in zip(titles["parent"], matched, strict=True)])
    for place, (row, one) in enumerate(zip(plan.rows, matched, strict=True)):
        held = {key: file.places.get((one.pk, key), set()) if one else set() for key in titles}
        for key, party in (("parent", None), ("belongs_to", True), ("guided_by", True)):
            if (title := titles[key][place]) and title not in held[key]:
                setattr(row, key, target(place, key, title, party))
        names = [part.strip() for part in re.split(SIGNS, titles["hosts"][place]) if part.strip()]
        row.hosts = tuple(
            found for name in names if name not in held["hosts"] and (found := target(place, "hosts", name, False))
        )


def _check_new(grid: Grid, place: int, row: OrgRow, plan: OrgPlan, file: _File) -> None:
    if row.parent:
        above = file.opened[row.parent.pk] if row.parent.pk else plan.rows[row.parent.place].opened_on
        if row.opened_on < above:
            grid.refuse(place, "opened_on", _("早于上级的设立日期%(day)s，请核对") % {"day": above.isoformat()})
    if row.hosts and row.kind not in PARTY_KINDS:
        grid.refuse(place, "hosts", _("只有党组织才填所在单位"))
    if row.kind in BRANCH_KINDS and not row.hosts:
        grid.warnings.append(_("“%(name)s”没有填所在单位，单位页面上会看不到它") % {"name": row.name})


def _parents_first(grid: Grid, plan: OrgPlan) -> list[int]:
    """New rows in an order in which every parent comes before its children; a circle is an error."""
    wanted, state = set(plan.new), dict[int, int]()
    ordered: list[int] = []
    for start in plan.new:
        chain = []
        place = start
        while place in wanted and place not in state:
            state[place] = 1
            chain.append(place)
            above = plan.rows[place].parent
            place = above.place if above else -1
            if place in chain:
                grid.refuse(start, "parent", _("上级绕成了圈，请核对"))
                break
        ordered += reversed(chain)
    return ordered


def export_orgs(context: ImportContext) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Every body of the bureau that exists on the day, with the columns of the sheet. Four queries."""
    found = Org.objects.filter(existing(context.on), bureau=context.bureau).exclude(kind__in=NOT_FROM_SHEETS)
    if context.reach is not None:
        found = found.filter(pk__in=context.reach.order_by().values("pk"))
    parents = dict(Placement.objects.filter(on_day(context.on), org__in=found).values_list("org_id", "parent__name"))
    above = {
        (pk, relation): name
        for pk, relation, name in Superior.objects.filter(on_day(context.on), org__in=found).values_list(
            "org_id", "relation", "superior__name"
        )
    }
    hosts: dict[int, list[str]] = {}
    for pk, name in Hosting.objects.filter(on_day(context.on), org__in=found).values_list("org_id", "unit__name"):
        hosts.setdefault(pk, []).append(name)
    header = [str(column.title) for column in COLUMNS if column.kept and column.key != "approval"]
    rows = [
        (
            org.name, str(org.get_kind_display()), parents.get(org.pk) or "", org.short_name, org.school_code,
            org.credit_code, str(org.get_sector_display()) if org.sector else "",
            str(org.get_stage_display()) if org.stage else "", org.area, org.opened_on,
            above.get((org.pk, Superior.Relation.BELONGS), ""), above.get((org.pk, Superior.Relation.GUIDES), ""),
            "、".join(hosts.get(org.pk, [])),  # zh: read back by the import
        )
        for org in found.order_by("kind", "sort", "pk")
    ]  # fmt: skip
    return header, rows
