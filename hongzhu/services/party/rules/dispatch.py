"""What may be done with instructors sent out (A24). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Dispatch


def can_send(from_on: date, to_on: date | None) -> Verdict:
    if to_on is not None and to_on <= from_on:
        return Verdict(False, _("没有保存：期满日期要晚于选派日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_visit(dispatch: Dispatch, on: date, today: date) -> Verdict:
    """A visit falls inside the time somebody was sent for, and is not one to come."""
    if on > today:
        return Verdict(False, _("没有保存：到访日期还没有到，请改日期。已填内容还在。"))
    if on < dispatch.from_on or (dispatch.ended_on is not None and on > dispatch.ended_on):
        return Verdict(False, _("没有保存：到访日期不在选派期间，请改日期。已填内容还在。"))
    return Verdict(True)


def can_end(dispatch: Dispatch, on: date) -> Verdict:
    if dispatch.ended_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= dispatch.from_on:
        return Verdict(False, _("没有保存：结束日期要晚于选派日期，请改日期。已填内容还在。"))
    return Verdict(True)


def chip(dispatch: Dispatch, today: date, remind_days: int) -> Chip:
    """Where the term stands: near its end, past it without an end, running, over."""
    if dispatch.ended_on is not None and dispatch.ended_on <= today:
        return Chip(_("已结束"), "plain", "dash")
    if dispatch.from_on > today:
        return Chip(_("待到岗"), "plain", "ring")
    if dispatch.to_on is not None and dispatch.to_on <= today:
        return Chip(_("已到期"), "mind", "tri")
    if dispatch.to_on is not None and dispatch.to_on <= today + timedelta(days=remind_days):
        return Chip(_("快到期"), "mind", "gap")
    return Chip(_("在岗"), "ok", "tick")
