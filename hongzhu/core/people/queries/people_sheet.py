"""The sheet of persons (人员): its columns, and what a filled one would change. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.orgs.models import UNIT_KINDS
from hongzhu.core.orgs.queries import Directory, ImportContext
from hongzhu.core.people.models import Engagement
from hongzhu.kit.tables.columns import Column, Grid, Report
from hongzhu.kit.tables.read import Table
from hongzhu.kit.tables.repair import choice

from . import identity, words
from .identity import Identity, Known

PERSONNEL, WORKPLACE = Engagement.Relation.PERSONNEL.value, Engagement.Relation.WORKPLACE.value

WHO = (  # zh: titles people write, and invented examples
    Column("name", gettext_lazy("姓名"), ("名字", "教师姓名", "党员姓名", "员工姓名"), required=True, examples=("林知远", "苏晓禾")),
    Column("sex", gettext_lazy("性别"), hint=gettext_lazy("男、女"), examples=("男", "女"), width=8),
    Column("ethnic", gettext_lazy("民族"), examples=("汉族", "回族"), width=10),
)  # fmt: skip
NUMBERS = (  # zh: titles people write
    Column(
        "id_number", gettext_lazy("身份证号"), ("身份证号码", "身份证", "公民身份号码", "身份证件号", "证件号码", "公民身份证号码"),
        hint=gettext_lazy("先把这一列设为文本格式再填，否则后几位会变成0；可以不填，填了才能和已有的人准确对上"), text=True, width=22,
    ),
    Column(
        "staff_no", gettext_lazy("工号"), ("职工号", "教职工号", "人员编号", "教师编号"),
        hint=gettext_lazy("没有可以不填"), text=True, width=14,
    ),
)  # fmt: skip
PHONE_NAMES = ("手机号码", "手机", "联系电话", "电话", "移动电话", "联系方式")  # zh: titles people write

COLUMNS = (  # zh: titles people write, and invented examples
    *WHO,
    Column("born_on", gettext_lazy("出生日期"), ("出生年月日", "生日", "出生年月"), hint=gettext_lazy("写到日；填了身份证号可以不填"), examples=("1990-04-12", "1988年11月3日")),
    Column("education", gettext_lazy("学历"), ("最高学历", "文化程度"), hint=words.EDUCATION_HINT, examples=("本科", "硕士")),
    Column("subject", gettext_lazy("任教学科"), ("学科", "所教学科", "任教科目", "任课学科"), hint=gettext_lazy("教几门的写主要的一门；不任课的不填"), examples=("语文", "数学"), width=12),
    *NUMBERS,
    Column("phone", gettext_lazy("手机号"), PHONE_NAMES, text=True, width=16),
    Column("personnel", gettext_lazy("人事关系所在单位"), ("人事关系", "编制单位", "单位", "所在单位"), required=True, hint=gettext_lazy("单位全称、简称或学校标识码"), examples=("柳林中心小学", "柳林中心小学"), width=24),
    Column("workplace", gettext_lazy("工作单位"), ("现工作单位", "工作地点", "实际工作单位"), hint=gettext_lazy("借调、支教的填现在工作的单位；不填就是人事关系所在单位"), examples=("", "双桥小学"), width=24),
    Column("reason", gettext_lazy("在岗情况"), ("在编情况", "人员状态", "在岗状态"), hint=words.REASON_HINT, examples=("在编在岗", "支教")),
    Column("number", gettext_lazy("序号"), ("编号",), kept=False, hint=gettext_lazy("不用导入")),
    Column("remark", gettext_lazy("备注"), ("说明",), kept=False, hint=gettext_lazy("不收与业务无关的文字")),
)  # fmt: skip


@dataclass(slots=True)
class PeoplePlan:
    """What would be written. Rows are counted from 0 in the order of the sheet.

    ``moves``: (row, person on file or None, relation, unit, reason): a new engagement from the day of the import on.
    """

    who: Identity
    new: list[int]
    changed: list[tuple[int, Known, set[str]]]
    personnel: list[int | None]
    workplace: list[int | None]
    reasons: list[str]
    moves: list[tuple[int, Known, str, int, str]]


def check_people(table: Table, context: ImportContext) -> Report:
    """Every error by row and column, and what would change. A fixed number of queries for a large sheet."""
    grid = Grid(table, COLUMNS)
    units = Directory.of(context, UNIT_KINDS, _("单位"))
    personnel = grid.clean("personnel", units.find, None)
    workplace = grid.clean("workplace", units.find, None)
    reasons = grid.clean("reason", _reason, None)
    who = identity.read_identity(grid, context.on)
    bare = not (all(who.numbers) or all(who.staff))
    known = identity.on_file(context.bureau.pk, who, with_names=bare or context.reach is not None)
    bodies = _bodies(personnel, workplace) if bare or known else None
    matched = identity.match(grid, who, known, bodies, unplaced="personnel")
    if not all(personnel):
        grid.require("personnel", [unit or one for unit, one in zip(personnel, matched, strict=True)])
    plan = PeoplePlan(who, [], [], personnel, workplace, [], [])
    if any(matched):
        _compare(grid, context, plan, matched, reasons)
    else:
        plan.new = list(range(len(grid)))
    plan.reasons = [reason or "" for reason in reasons]
    touched = {place for place, *_rest in plan.changed} | {place for place, *_rest in plan.moves}
    return grid.report(
        new=len(plan.new), changed=len(touched), unchanged=len(grid) - len(plan.new) - len(touched), plan=plan
    )


def _reason(cell: Any) -> tuple[str | None, str | None]:
    return choice(cell, words.REASON, hint=words.REASON_HINT)


def _bodies(personnel: Sequence[int | None], workplace: Sequence[int | None]) -> list[set[int]]:
    kept: dict[tuple[int | None, int | None], set[int]] = {}
    return [kept.setdefault(pair, {body for body in pair if body}) for pair in zip(personnel, workplace, strict=True)]


def _compare(
    grid: Grid, context: ImportContext, plan: PeoplePlan, matched: list[Known | None], reasons: list[str | None]
) -> None:
    allowed = None if context.reach is None else set(context.bodies().values_list("pk", flat=True))
    for place, (row, known) in enumerate(zip(plan.who.compared(), matched, strict=True)):
        if known is None:
            plan.new.append(place)
            continue
        if allowed is not None and known.bodies() and not known.bodies() & allowed:
            grid.refuse(place, "name", _("这个人在你的范围之外，请由上级导入"))
            continue
        if changed := identity.differences(plan.who, place, row, known, month_only=False):
            plan.changed.append((place, known, changed))
        wanted = {PERSONNEL: (plan.personnel[place], ""), WORKPLACE: (plan.workplace[place], reasons[place])}
        for relation, (unit, reason) in wanted.items():
            _move(grid, plan, place, known, on=context.on, relation=relation, unit=unit, reason=reason)


def _move(
    grid: Grid,
    plan: PeoplePlan,
    place: int,
    known: Known,
    *,
    on: date,
    relation: str,
    unit: int | None,
    reason: str | None,
) -> None:
    held = known.engaged.get(relation)
    if held is None:
        if unit is not None or relation == WORKPLACE:
            own = plan.personnel[place]
            target = unit or own
            at_home = unit is None and reason is None and PERSONNEL in known.engaged
            if target is not None and not (at_home and known.engaged[PERSONNEL][1] == own):
                plan.moves.append((place, known, relation, target, reason or ""))
        return
    _pk, old_unit, old_reason, since = held
    if relation == PERSONNEL:
        reason = old_reason
    same = (unit is None or unit == old_unit) and (reason is None or reason == old_reason)
    if same:
        return
    if since > on:
        key = "personnel" if relation == PERSONNEL else "workplace"
        grid.refuse(place, key, _("现在的关系从%(day)s起，导入的生效日期不能更早") % {"day": since.isoformat()})
        return
    plan.moves.append((place, known, relation, unit or old_unit, old_reason if reason is None else reason))
