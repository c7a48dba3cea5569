"""Who may read and keep the registers, and what each row allows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import READERS_ABOVE, RECORDERS
from hongzhu.core.orgs.models import MASS_KINDS, Kind, Org
from hongzhu.kit import registry
from hongzhu.kit.perms import Verdict

from .models import Contact, Honour, Name, Title

VIEW = registry.perm("registers.view", gettext_lazy("查看登记册"), roles=(*READERS_ABOVE, *RECORDERS))
KEEP = registry.perm(
    "registers.keep", gettext_lazy("登记荣誉、群团人数"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY)
)
ASSIGN = registry.perm(
    "registers.assign", gettext_lazy("安排联系点和包保、设领导小组、填名单"), roles=(Role.PARTY_OFFICE,)
)

GROUP_KINDS = (Kind.LEADING_GROUP, Kind.TASK_FORCE)


def can_end(row: Contact | Name, on: date) -> Verdict:
    if row.to_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= row.from_on:
        return Verdict(False, _("没有保存：结束日期要晚于开始日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_confirm(row: Contact, person_id: int | None) -> Verdict:
    """Only who answers takes it on, and only while it lasts."""
    if person_id is None or row.person_id != person_id:
        return Verdict(False, _("要由联系人本人确认。"))
    if row.to_on is not None:
        return Verdict(False, _("这项联系已经结束，不用再确认。"))
    return Verdict(True)


def can_amend(group: Org) -> Verdict:
    if group.kind not in GROUP_KINDS:
        return Verdict(False, _("只有领导小组、专项工作组在这里改。"))
    if group.closed_on is not None:
        return Verdict(False, _("没有保存：小组已经结束，不能再改。已填内容还在。"))
    return Verdict(True)


def can_state_strength(org: Org, on: date, today: date) -> Verdict:
    """Only mass organisations state a strength here; not for a day to come."""
    if org.kind not in MASS_KINDS:
        return Verdict(False, _("只有工会、团组织、少先队登记人数。"))
    if on > today:
        return Verdict(False, _("没有保存：截至日期还没有到，请改日期。已填内容还在。"))
    return Verdict(True)


def can_revoke(honour: Honour, on: date) -> Verdict:
    if honour.revoked_on is not None:
        return Verdict(False, _("这项荣誉已经撤销。"))
    if on < honour.granted_on:
        return Verdict(False, _("没有保存：撤销日期早于授予日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_hold_title(
    kind: str, name: str, from_on: date, to_on: date | None, *, held: Iterable[Title], today: date
) -> Verdict:
    """A title granted already, not held twice at once in one kind and level; ``held``: those the person has or had."""
    if from_on > today:
        return Verdict(False, _("没有保存：授予日期还没有到，请改日期。已填内容还在。"))
    if to_on is not None and to_on <= from_on:
        return Verdict(False, _("没有保存：有效期要晚于授予日期，请改日期。已填内容还在。"))
    if kind == Title.Kind.OTHER and not name:
        return Verdict(False, _("没有保存：选“其他”时请写称号名称。已填内容还在。"))
    for row in held:
        runs = row.to_on is None or row.to_on > from_on
        if row.name == name and runs and (to_on is None or row.from_on < to_on):
            return Verdict(False, _("没有保存：这个人同级别的这项称号已经登记过。已填内容还在。"))
    return Verdict(True)


def can_end_title(title: Title, on: date) -> Verdict:
    if title.to_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= title.from_on:
        return Verdict(False, _("没有保存：结束日期要晚于授予日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_join(group: Org, bureau_id: int) -> Verdict:
    """People of the bureau sit on its groups, while these last."""
    if group.kind not in GROUP_KINDS or group.closed_on is not None:
        return Verdict(False, _("没有保存：这个小组已经结束，不能再加成员。"))
    if bureau_id != group.bureau_id:
        return Verdict(False, _("没有保存：这个人不属于本局。"))
    return Verdict(True)


def can_close(group: Org, on: date, summary: str) -> Verdict:
    """A group ends after it began; a task force with a summary (A25)."""
    if group.kind not in GROUP_KINDS:
        return Verdict(False, _("只有领导小组、专项工作组在这里结束。"))
    if group.closed_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= group.opened_on:
        return Verdict(False, _("没有保存：结束日期要晚于成立日期，请改日期。已填内容还在。"))
    if group.kind == Kind.TASK_FORCE and not summary.strip():
        return Verdict(False, _("没有保存：专项工作组结束要写一段工作小结。"))
    return Verdict(True)
