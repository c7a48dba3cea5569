"""Setting up, renaming, changing, merging and dissolving Party bodies: what a request needs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Filing

Want, Status = Filing.Want, Filing.Status
KINDS = (*BRANCH_KINDS, Kind.GENERAL_BRANCH, Kind.COMMITTEE)


def can_ask(want: str, *, org: bool, into: bool, name: str, kind: str, on: date, today: date) -> Verdict:
    """What each request must name: a new body its name and kind, an old one itself, a merger the body it joins."""
    missing = {
        Want.SET_UP: not (name.strip() and kind),
        Want.RENAME: not (org and name.strip()),
        Want.CHANGE: not (org and kind),
        Want.MERGE: not (org and into),
        Want.DISSOLVE: not org,
    }[Want(want)]
    if missing:
        return Verdict(
            False,
            {
                Want.SET_UP: _("没有保存：设立要写名称和类别。已填内容还在。"),
                Want.RENAME: _("没有保存：更名要选党组织并写新名称。已填内容还在。"),
                Want.CHANGE: _("没有保存：改变类别要选党组织和新的类别。已填内容还在。"),
                Want.MERGE: _("没有保存：合并要选党组织和并入的党组织。已填内容还在。"),
                Want.DISSOLVE: _("没有保存：撤销要选党组织。已填内容还在。"),
            }[Want(want)],
        )
    if on > today:
        return Verdict(False, _("没有保存：请示日期还没有到，请改日期。已填内容还在。"))
    return Verdict(True)


def can_answer(filing: Filing, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """批复 or not: once, by another than whoever asked."""
    if filing.status != Status.ASKED:
        return Verdict(False, _("已经答复过，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("批复"), others=others)):
        return verdict
    return _dated(on, filing.asked_on, today)


def can_finish(filing: Filing, on: date, today: date) -> Verdict:
    """It takes effect after the reply, not before its day."""
    if filing.status != Status.ALLOWED or filing.replied_on is None:
        return Verdict(False, _("要先有上级批复才能办结，请刷新页面。"))
    return _dated(on, filing.replied_on, today)


def _dated(on: date, after: date, today: date) -> Verdict:
    if on > today:
        return Verdict(False, _("没有保存：%(day)s还没有到，请改日期。已填内容还在。") % {"day": full_text(on)})
    if on < after:
        return Verdict(
            False, _("没有保存：日期早于上一步的%(day)s，请改日期。已填内容还在。") % {"day": full_text(after)}
        )
    return Verdict(True)


def chip(filing: Filing) -> Chip:
    return {
        Status.ASKED: Chip(_("待批复"), "go", "half"),
        Status.ALLOWED: Chip(_("已批复待办结"), "go", "dot"),
        Status.REFUSED: Chip(_("未同意"), "plain", "dash"),
        Status.DONE: Chip(_("已办结"), "ok", "tick"),
    }[Status(filing.status)]
