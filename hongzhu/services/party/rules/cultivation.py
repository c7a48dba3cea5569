"""双培养 (B24): a contact for each person, one open row for each direction. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Cultivation


def can_begin(direction: str, directions: Sequence[str], *, same: bool, held: bool) -> Verdict:
    """In a direction the bureau has named; nobody is their own contact."""
    if not directions:
        return Verdict(
            False, _("没有保存：本局还没有填双培养的方向。请教育局在“登记册-名单”里填“双培养”。已填内容还在。")
        )
    if direction not in directions:
        return Verdict(False, _("没有保存：没有这个培养方向，请重选。已填内容还在。"))
    if same:
        return Verdict(False, _("没有保存：培养联系人不能是本人，请换一个人。已填内容还在。"))
    if held:
        return Verdict(False, _("没有保存：这个人在这个方向上已经在培养。已填内容还在。"))
    return Verdict(True)


def can_reach(row: Cultivation, on: date, today: date) -> Verdict:
    if row.to_on is not None or row.reached_on is not None:
        return Verdict(False, _("已经达成或结束，不用再登记。"))
    if on < row.from_on or on > today:
        return Verdict(False, _("没有保存：达成日期要在开始之后、今天之前，请改日期。已填内容还在。"))
    return Verdict(True)


def can_end(row: Cultivation, on: date) -> Verdict:
    if row.to_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= row.from_on:
        return Verdict(False, _("没有保存：结束日期要晚于开始日期，请改日期。已填内容还在。"))
    return Verdict(True)


def chip(row: Cultivation) -> Chip:
    if row.reached_on is not None:
        return Chip(_("已达成"), "ok", "tick")
    if row.to_on is not None:
        return Chip(_("已结束"), "plain", "dash")
    return Chip(_("培养中"), "go", "half")
