"""The roster of members (党员名册) as a sheet: its usual columns, and what a filled one would change. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.orgs.models import Kind
from hongzhu.core.orgs.queries import Directory, ImportContext
from hongzhu.core.people.models import Standing
from hongzhu.kit import registry
from hongzhu.kit.tables.columns import Column, Grid, Report
from hongzhu.kit.tables.read import Table
from hongzhu.kit.tables.repair import choice, day

from . import identity, words
from .identity import Identity, Known
from .people_sheet import NUMBERS, PHONE_NAMES, WHO

HOLDING = (Kind.BRANCH, Kind.JOINT_BRANCH, Kind.GENERAL_BRANCH, Kind.COMMITTEE)
ADULT = 18

COLUMNS = (  # zh: titles people write, and invented examples
    Column("number", gettext_lazy("序号"), ("编号",), kept=False, hint=gettext_lazy("不用导入")),
    *WHO,
    Column("born_on", gettext_lazy("出生年月"), ("出生日期", "生日", "出生时间"), hint=gettext_lazy("写到月或日"), examples=("1990.04", "1988-11-03")),
    Column("education", gettext_lazy("学历"), ("最高学历", "文化程度"), hint=words.EDUCATION_HINT, examples=("本科", "硕士")),
    Column("joined_on", gettext_lazy("入党时间"), ("入党日期", "入党年月", "加入党组织日期"), examples=("2014-06-20", "2026-06-12")),
    Column("full_on", gettext_lazy("转正时间"), ("转正日期", "转正年月"), hint=gettext_lazy("预备党员不填"), examples=("2015-06-26", "")),
    Column("post", gettext_lazy("岗位/职务"), ("岗位", "职务", "岗位职务"), kept=False, hint=gettext_lazy("任职在人员页面登记")),
    Column("standing", gettext_lazy("党员类别"), ("党员类别(正式/预备)", "人员类别", "类别", "身份"), required=True, hint=words.STANDING_HINT, examples=("正式", "预备"), width=10),
    Column("retired", gettext_lazy("在职/离退休"), ("在职离退休", "是否离退休", "在职情况"), hint=words.RETIRED_HINT, examples=("在职", "在职")),
    Column("left_out", gettext_lazy("组织关系状态"), ("参加情况", "免予参加"), hint=words.LEFT_OUT_HINT, examples=("正常", "正常")),
    Column("phone", gettext_lazy("联系电话"), ("手机号", *PHONE_NAMES), text=True, width=16),
    Column("branch", gettext_lazy("所在党组织"), ("党支部", "所在支部", "支部", "党组织", "所在党支部", "组织关系"), required=True, hint=gettext_lazy("党支部的全称"), examples=("柳林中心小学党支部", "柳林中心小学党支部"), width=26),
    *NUMBERS,
    Column("remark", gettext_lazy("备注"), ("说明",), kept=False, hint=gettext_lazy("不收与业务无关的文字")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Membered:
    """What a row says of a membership; None where it says nothing."""

    org: int
    standing: str
    retired: bool | None
    left_out: str | None
    joined_on: date | None
    full_on: date | None


@dataclass(slots=True)
class MembersPlan:
    """What would be written: persons, and the memberships to begin (``joins``), renew or set right (``edits``)."""

    who: Identity
    rows: list[Membered]
    new: list[int]
    changed: list[tuple[int, Known, set[str]]]
    joins: list[tuple[int, Known]]
    renewals: list[tuple[int, Known]]
    edits: list[tuple[int, Known]]


def check_members(table: Table, context: ImportContext) -> Report:
    """Every error by row and column, and what would change."""
    grid = Grid(table, COLUMNS)
    branches = Directory.of(context, HOLDING, _("党组织"))
    orgs = grid.clean("branch", branches.find, None)
    standing = grid.clean("standing", lambda cell: choice(cell, words.STANDING, hint=words.STANDING_HINT), None)
    retired = grid.clean("retired", lambda cell: choice(cell, words.RETIRED, hint=words.RETIRED_HINT), None)
    left_out = grid.clean("left_out", lambda cell: choice(cell, words.LEFT_OUT, hint=words.LEFT_OUT_HINT), None)
    joined = grid.clean("joined_on", lambda cell: day(cell, month_allowed=True), None)
    full = grid.clean("full_on", lambda cell: day(cell, month_allowed=True), None)
    grid.require("branch", orgs)
    grid.require("standing", standing)
    who = identity.read_identity(grid, context.on, month_allowed=True)
    bodies = [{org} if org else set() for org in orgs]
    known = identity.on_file(context.bureau.pk, who, with_names=True)
    matched = identity.match(grid, who, known, bodies)
    rows = [
        Membered(org or 0, kind or "", out, left, since, turned)
        for org, kind, out, left, since, turned in zip(orgs, standing, retired, left_out, joined, full, strict=True)
    ]
    plan = MembersPlan(who, rows, [], [], [], [], [])
    for place, row in enumerate(rows):
        _dates(grid, place, row, who.born[place], context.on)
    allowed = None if context.reach is None else set(context.bodies().values_list("pk", flat=True))
    for place, (values, one) in enumerate(zip(who.compared(), matched, strict=True)):
        if one is None:
            plan.new.append(place)
            continue
        if allowed is not None and one.bodies() and not one.bodies() & allowed:
            grid.refuse(place, "name", _("这个人在你的范围之外，请由上级导入"))
            continue
        if changed := identity.differences(who, place, values, one, month_only=True):
            plan.changed.append((place, one, changed))
        _compare(grid, plan, place, one, context.on)
    _under_way(grid, plan)
    touched = {entry[0] for entry in (*plan.changed, *plan.joins, *plan.renewals, *plan.edits)}
    return grid.report(
        new=len(plan.new), changed=len(touched), unchanged=len(grid) - len(plan.new) - len(touched), plan=plan
    )


def _dates(grid: Grid, place: int, row: Membered, born: date | None, on: date) -> None:
    if row.joined_on and row.joined_on > on:
        grid.refuse(place, "joined_on", _("日期还没有到，请核对"))
    if row.joined_on and born and identity.age_on(born, row.joined_on) < ADULT:
        grid.refuse(place, "joined_on", _("按出生日期，入党时不满18岁，请核对"))
    if row.full_on and row.full_on > on:
        grid.refuse(place, "full_on", _("日期还没有到，请核对"))
    if row.full_on and row.standing in {Standing.PROBATIONARY, Standing.ACTIVIST}:
        grid.refuse(place, "full_on", _("预备党员和积极分子还没有转正时间，请核对类别"))
    if row.full_on and row.joined_on and row.full_on < row.joined_on:
        grid.refuse(place, "full_on", _("早于入党时间，请核对"))


def same_as(member: tuple[Any, ...], row: Membered) -> tuple[bool, bool]:
    """Whether body, standing and exemptions are as on file; and whether the two dates are."""
    _pk, org, standing, retired, left_out, joined_on, full_on, _since = member
    place = org == row.org and standing == row.standing
    exempt = (row.retired is None or row.retired == retired) and (row.left_out is None or row.left_out == left_out)
    dates = (row.joined_on in {None, joined_on}) and (row.full_on in {None, full_on})
    return place and exempt, dates


def _under_way(grid: Grid, plan: MembersPlan) -> None:
    """Who is led into the Party changes standing by those steps, and whose move is on its way stays until it ended."""
    held = {one.pk: (place, one.member) for place, one in (*plan.joins, *plan.renewals, *plan.edits)}
    ranked = [pk for pk, (place, now) in held.items() if not now or now[2] != plan.rows[place].standing]
    asked = [(where, ranked, "standing") for where in registry.book.guides.values()]
    asked += [(mover.waits, list(moved(plan)), "branch") for mover in registry.book.movers.values()]
    for where, persons, column in asked:
        for pk, why in where(persons).items() if persons else ():
            grid.refuse(held[pk][0], column, why)


def moved(plan: MembersPlan) -> dict[int, int]:
    """Who stands in another body by the plan: person to body."""
    held = [*plan.joins, *plan.renewals, *plan.edits]
    return {
        one.pk: plan.rows[place].org for place, one in held if not one.member or one.member[1] != plan.rows[place].org
    }


def _compare(grid: Grid, plan: MembersPlan, place: int, known: Known, on: date) -> None:
    row = plan.rows[place]
    if known.member is None:
        plan.joins.append((place, known))
        return
    state, dates = same_as(known.member, row)
    if state and dates:
        return
    since = known.member[7]
    if state or since == on:
        plan.edits.append((place, known))
    elif since > on:
        grid.refuse(
            place, "branch", _("现在的组织关系从%(day)s起，导入的生效日期不能更早") % {"day": since.isoformat()}
        )
    else:
        plan.renewals.append((place, known))
