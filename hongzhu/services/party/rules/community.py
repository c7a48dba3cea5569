"""在职党员到社区报到 (J10): registered, confirmed by the community, hours of service. Never points. Pure."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Community, CommunityService

LONGEST = 24 * 60


def can_register(on: date, today: date, *, member: bool, held: bool) -> Verdict:
    if not member:
        return Verdict(False, _("没有保存：这个人不是在职党员，不用报到。已填内容还在。"))
    if held:
        return Verdict(False, _("没有保存：这个人已经在一个社区报到；搬家的，先结束原来的。已填内容还在。"))
    if on > today:
        return Verdict(False, _("没有保存：报到日期还没有到，请改日期。已填内容还在。"))
    return Verdict(True)


def can_confirm(row: Community, on: date, today: date, name: str) -> Verdict:
    """The community has confirmed it; the branch writes down who did, since communities have no account."""
    if row.confirmed_on is not None:
        return Verdict(False, _("社区已经确认，不用再登记。"))
    return _confirmed(row.registered_on, on, today, name)


def can_serve(row: Community, on: date, minutes: int, today: date) -> Verdict:
    if row.to_on is not None and on >= row.to_on:
        return Verdict(False, _("没有保存：报到已经结束，请改日期。已填内容还在。"))
    if on < row.registered_on or on > today:
        return Verdict(False, _("没有保存：服务日期要在报到之后、今天之前，请改日期。已填内容还在。"))
    if not 0 < minutes <= LONGEST:
        return Verdict(False, _("没有保存：服务时长要在1分钟到24小时之间。已填内容还在。"))
    return Verdict(True)


def can_confirm_service(service: CommunityService, on: date, today: date, name: str) -> Verdict:
    if service.confirmed_on is not None:
        return Verdict(False, _("社区已经确认，不用再登记。"))
    return _confirmed(service.on, on, today, name)


def _confirmed(since: date, on: date, today: date, name: str) -> Verdict:
    if on < since or on > today:
        return Verdict(False, _("没有保存：确认日期不能早于报到或服务，也不能晚于今天，请改日期。已填内容还在。"))
    if not name.strip():
        return Verdict(False, _("没有保存：请写社区确认人的姓名。"))
    return Verdict(True)


def can_end(row: Community, on: date) -> Verdict:
    if row.to_on is not None:
        return Verdict(False, _("已经结束，不用再结束一次。"))
    if on <= row.registered_on:
        return Verdict(False, _("没有保存：结束日期要晚于报到日期，请改日期。已填内容还在。"))
    return Verdict(True)


def chip(row: Community) -> Chip:
    if row.to_on is not None:
        return Chip(_("已结束"), "plain", "dash")
    if row.confirmed_on is None:
        return Chip(_("待社区确认"), "go", "half")
    return Chip(_("已报到"), "ok", "tick")
