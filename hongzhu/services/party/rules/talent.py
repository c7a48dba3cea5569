"""Experts and backbone members (B35): nominated, reviewed, on the roster for a term. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Talent


def can_review(talent: Talent, on: date, today: date, *, chosen: bool, from_on: date | None, to_on: date | None) -> Verdict:  # fmt: skip
    """Once, not before the nomination; who is chosen gets a term that lasts."""
    if talent.reviewed_on is not None:
        return Verdict(False, _("已经评审过，不能再评一次。"))
    if on < talent.nominated_on or on > today:
        return Verdict(False, _("没有保存：评审日期要在推荐之后、今天之前，请改日期。已填内容还在。"))
    if chosen and (from_on is None or to_on is None):
        return Verdict(False, _("没有保存：入选的要填任期起止。已填内容还在。"))
    if chosen and from_on is not None and to_on is not None and to_on <= from_on:
        return Verdict(False, _("没有保存：任期届满要晚于任期开始，请改日期。已填内容还在。"))
    return Verdict(True)


def can_do(talent: Talent, on: date, today: date) -> Verdict:
    """A task is done while on the roster."""
    if not talent.chosen or talent.from_on is None:
        return Verdict(False, _("没有保存：没有入选，不登记任务。"))
    if on > today or on < talent.from_on or (talent.ended_on is not None and on >= talent.ended_on):
        return Verdict(False, _("没有保存：日期不在任期里，请改日期。已填内容还在。"))
    return Verdict(True)


def can_renew(talent: Talent, to_on: date) -> Verdict:
    if not talent.chosen or talent.ended_on is not None:
        return Verdict(False, _("没有保存：只有在任的可以续任。"))
    if talent.to_on is not None and to_on <= talent.to_on:
        return Verdict(False, _("没有保存：续任的届满日期要晚于现在的届满日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_end(talent: Talent, on: date, reason: str) -> Verdict:
    if not talent.chosen or talent.from_on is None or talent.ended_on is not None:
        return Verdict(False, _("没有保存：只有在任的可以退出。"))
    if on <= talent.from_on:
        return Verdict(False, _("没有保存：退出日期要晚于任期开始，请改日期。已填内容还在。"))
    if not reason.strip():
        return Verdict(False, _("没有保存：请写退出原因。"))
    return Verdict(True)


def chip(talent: Talent, today: date, remind_days: int) -> Chip:
    if talent.ended_on is not None and talent.ended_on <= today:
        return Chip(_("已退出"), "plain", "dash")
    if talent.reviewed_on is None:
        return Chip(_("待评审"), "go", "half")
    if not talent.chosen or talent.to_on is None:
        return Chip(_("未入选"), "plain", "dash")
    if talent.to_on <= today:
        return Chip(_("任期届满"), "mind", "tri")
    if talent.to_on <= today + timedelta(days=remind_days):
        return Chip(_("快届满"), "mind", "gap")
    return Chip(_("在任"), "ok", "tick")
