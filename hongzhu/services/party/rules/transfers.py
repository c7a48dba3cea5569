"""What each step of a transfer asks. Nobody consents for both sides, and nobody for themselves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hongzhu.core.access.rules import by_another
from hongzhu.core.people.models import Standing
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Transfer

Status, Way = Transfer.Status, Transfer.Way
OPEN = (Status.ASKED, Status.LET_GO, Status.SENT)
CARRIED = (Standing.FULL, Standing.PROBATIONARY)  # whose relation a letter carries


def can_ask(
    way: str, *, held_at: int | None, from_org: int | None, to_org: int | None, outside: str, running: bool
) -> Verdict:
    """Both ends are named, they differ, and the member really belongs where they leave from.

    ``held_at``: the body that holds the person's relation today, None for none.
    """
    if running:
        return Verdict(False, _("没有保存：这个人已有一次转接正在办，请先办完或撤回。"))
    if way == Way.IN:
        if held_at is not None:
            return Verdict(False, _("没有保存：这个人的组织关系已在本局，请选“本局内转接”。已填内容还在。"))
        missing = to_org is None or not outside.strip()
    else:
        if held_at is None or held_at != from_org:
            return Verdict(
                False, _("没有保存：这个人的组织关系不在所选的转出党组织，请核对姓名和党组织。已填内容还在。")
            )
        missing = to_org is None if way == Way.WITHIN else not outside.strip()
    if missing:
        return Verdict(False, _("没有保存：请写明转出和转入的党组织，局外的写全称。已填内容还在。"))
    if way == Way.WITHIN and from_org == to_org:
        return Verdict(False, _("没有保存：转出和转入是同一个党组织，请另选一个。已填内容还在。"))
    return Verdict(True)


def can_let_go(line: Transfer, on: date, today: date, *, oneself: bool, others: Sequence[str]) -> Verdict:
    """The branch that is left agrees; not the person for themselves."""
    if line.status != Status.ASKED or line.way == Way.IN:
        return Verdict(False, _("现在不在待转出支部同意这一步，请刷新页面。"))
    if on > today:
        return Verdict(False, _("没有保存：同意日期还没有到，请改日期。已填内容还在。"))
    if on < line.asked_on:
        return Verdict(
            False,
            _("没有保存：同意日期早于提出转接的%(day)s，请改日期。已填内容还在。") % {"day": full_text(line.asked_on)},
        )
    return by_another(own=oneself, step=_("同意转出"), others=others)


def can_send(
    line: Transfer, on: date, today: date, *, number: str, valid_to: date, most: date, own: bool = False,
    others: Sequence[str] = (),
) -> Verdict:  # fmt: skip
    """The superior agrees and writes the letter: its number, and until when it is valid. By another than let them go."""
    if line.status != (Status.ASKED if line.way == Way.IN else Status.LET_GO):
        return Verdict(False, _("现在不在待上级同意这一步，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("开介绍信"), others=others)):
        return verdict
    if why := _letter_wrong(line, on, today, number):
        return Verdict(False, why)
    if not on <= valid_to <= most:
        return Verdict(
            False,
            _("没有保存：介绍信有效期要在开具日期之后、%(day)s之前，请改日期。已填内容还在。")
            % {"day": full_text(most)},
        )
    return Verdict(True)


def _letter_wrong(line: Transfer, on: date, today: date, number: str) -> str:
    """What is wrong with a letter's number or day; "" where nothing is."""
    if not number.strip():
        return _("没有保存：请写介绍信编号。已填内容还在。")
    if on > today:
        return _("没有保存：开具日期还没有到，请改日期。已填内容还在。")
    if on < (line.let_go_on or line.asked_on):
        return _("没有保存：开具日期早于转出支部同意的日期，请改日期。已填内容还在。")
    return ""


def can_receive(line: Transfer, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """The receiving side's word, once, by another than who consented for the side that is left."""
    if line.status != Status.SENT or line.sent_on is None:
        return Verdict(False, _("现在不在待接收这一步，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("接收"), others=others)):
        return verdict
    if on > today:
        return Verdict(False, _("没有保存：接收日期还没有到，请改日期。已填内容还在。"))
    if on < line.sent_on:
        return Verdict(
            False,
            _("没有保存：接收日期早于开具介绍信的%(day)s，请改日期。已填内容还在。") % {"day": full_text(line.sent_on)},
        )
    return Verdict(True)


def can_return(line: Transfer, reason: str) -> Verdict:
    if line.status not in OPEN:
        return Verdict(False, _("已经办结，不能再退回。"))
    if not reason.strip():
        return Verdict(False, _("没有退回：请写退回的原因。"))
    return Verdict(True)


def can_join(line: Transfer) -> Verdict:
    """A transfer under way that stands by itself."""
    if line.batch_id is not None:
        return Verdict(False, _("没有保存：这次转接已经在一个批次里。"))
    if line.status not in OPEN:
        return Verdict(False, _("没有保存：这次转接已经办结，不用再加入批次。"))
    return Verdict(True)


def can_cancel(line: Transfer) -> Verdict:
    """Before the letter is written; after that the other side returns it."""
    if line.status not in (Status.ASKED, Status.LET_GO):
        return Verdict(False, _("介绍信已经开出，不能撤回。请转入支部退回。"))
    return Verdict(True)


def chip(line: Transfer, *, lost: bool = False) -> Chip:
    if lost:
        return Chip(_("已转出未接收"), "now", "tri")
    return {
        Status.ASKED: Chip(_("待上级同意") if line.way == Way.IN else _("待转出支部同意"), "plain", "ring"),
        Status.LET_GO: Chip(_("待上级同意"), "go", "half"),
        Status.SENT: Chip(_("已转出待接收"), "go", "dot"),
        Status.RECEIVED: Chip(pgettext("transfer", "已接收"), "ok", "tick"),
        Status.RETURNED: Chip(_("已退回"), "mind", "dash"),
        Status.CANCELLED: Chip(_("已撤回"), "plain", "dash"),
    }[Status(line.status)]
