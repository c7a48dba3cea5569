"""Who may read and keep the registers, and what each row allows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import READERS_ABOVE, RECORDERS, by_another
from hongzhu.core.orgs.models import MASS_KINDS, Kind, Org
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict

from .models import Contact, Honour, Name, Nomination, Title

VIEW = registry.perm("registers.view", gettext_lazy("查看登记册"), roles=(*READERS_ABOVE, *RECORDERS))
KEEP = registry.perm(
    "registers.keep", gettext_lazy("登记荣誉、群团人数"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY)
)
NOMINATE = registry.perm(
    "registers.nominate", gettext_lazy("推荐争创先进"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY, *RECORDERS)
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


# Nominations (C12): proposed → reviewed → posted → granted or not; withdrawn before it is decided.

Status = Nomination.Status
UNDECIDED = (Status.PROPOSED, Status.REVIEWED, Status.POSTED)


def can_nominate(year: int, proposed_on: date, today: date, *, again: bool) -> Verdict:
    if again:
        return Verdict(False, _("没有保存：今年已经推荐过这项荣誉，不用再推荐一次。已填内容还在。"))
    if proposed_on > today:
        return Verdict(False, _("没有保存：推荐日期还没有到，请改日期。已填内容还在。"))
    if not proposed_on.year - 1 <= year <= proposed_on.year + 1:
        return Verdict(False, _("没有保存：年度和推荐日期对不上，请核对。已填内容还在。"))
    return Verdict(True)


def can_review(row: Nomination, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """Reviewed by another than who nominated or is nominated (A19)."""
    if row.status != Status.PROPOSED:
        return Verdict(False, _("没有保存：这一条已经评审过，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("评审"), others=others)):
        return verdict
    return _between(on, row.proposed_on, today)


def can_post(row: Nomination, on: date, to: date, today: date) -> Verdict:
    if row.status != Status.REVIEWED or row.reviewed_on is None:
        return Verdict(False, _("没有保存：评审之后才公示，请先登记评审。"))
    if to <= on:
        return Verdict(False, _("没有保存：公示截止要晚于公示日期，请改日期。已填内容还在。"))
    return _between(on, row.reviewed_on, today)


def can_grant(row: Nomination, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """After the review, and after the notice has run out where there is one; never one's own."""
    if row.status not in (Status.REVIEWED, Status.POSTED) or row.reviewed_on is None:
        return Verdict(False, _("没有保存：还没有评审，或者已经有结果，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("授予"), others=others)):
        return verdict
    if row.posted_to is not None and on <= row.posted_to:
        return Verdict(False, _("没有保存：公示还没有期满，授予日期要在公示截止之后。已填内容还在。"))
    return _between(on, row.reviewed_on, today)


def can_decline(row: Nomination, reason: str) -> Verdict:
    if row.status not in UNDECIDED:
        return Verdict(False, _("没有保存：这一条已经有结果，请刷新页面。"))
    if not reason.strip():
        return Verdict(False, _("没有保存：请写未授予原因。"))
    return Verdict(True)


def can_withdraw(row: Nomination) -> Verdict:
    if row.status not in UNDECIDED:
        return Verdict(False, _("没有撤回：这一条已经有结果。"))
    return Verdict(True)


def _between(on: date, since: date, today: date) -> Verdict:
    if on < since or on > today:
        return Verdict(False, _("没有保存：日期要在上一步之后、今天之前，请改日期。已填内容还在。"))
    return Verdict(True)


def nomination_chip(row: Nomination, today: date) -> Chip:
    """Where it stands; a granted title says whether it is still held."""
    honour = row.honour
    if honour is not None:
        if honour.revoked_on is not None and honour.revoked_on <= today:
            return Chip(_("荣誉已撤销"), "plain", "dash")
        if honour.valid_to is not None and honour.valid_to <= today:
            return Chip(_("已过有效期"), "plain", "dash")
        return Chip(_("已授予"), "ok", "tick")
    looks = {
        Status.PROPOSED: ("go", "ring"), Status.REVIEWED: ("go", "half"), Status.POSTED: ("go", "dot"),
        Status.DECLINED: ("plain", "dash"), Status.WITHDRAWN: ("plain", "dash"), Status.GRANTED: ("ok", "tick"),
    }  # fmt: skip
    tone, shape = looks[Status(row.status)]
    return Chip(row.get_status_display(), tone, shape)
