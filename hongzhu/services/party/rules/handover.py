"""When a secretary may hand over to whom, and when the list counts as signed. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Handover

AHEAD = timedelta(days=31)  # a list may be prepared for a day so far ahead


def can_hand_over(
    *, leaving: int, coming: int, was_secretary: bool, on: date, today: date, prepared: Handover | None
) -> Verdict:
    """``leaving`` and ``coming``: ids of persons. ``prepared``: the body's list that nobody has signed yet."""
    if leaving == coming:
        return Verdict(False, _("没有保存：移交人和接收人是同一个人，请核对。已填内容还在。"))
    if not was_secretary:
        return Verdict(False, _("没有保存：移交人没有在这个党组织担任过书记，请核对。已填内容还在。"))
    if on > today + AHEAD:
        return Verdict(False, _("没有保存：交接日期在一个月以后，清单到时再列。已填内容还在。"))
    if prepared is not None and prepared.leaving_id != leaving:
        return Verdict(
            False, _("没有保存：已经有一份%s的交接清单没有签字，请先签字登记。已填内容还在。") % prepared.leaving.name
        )
    return Verdict(True)


def can_sign(row: Handover, on: date, today: date) -> Verdict:
    """All three have signed on paper, on the day of the handover or later."""
    if row.signed_on is not None:
        return Verdict(False, _("已经登记过签字，不用再登记一次。"))
    if on < row.on:
        return Verdict(False, _("没有保存：签字日期早于交接日期，请改日期。"))
    if on > today:
        return Verdict(False, _("没有保存：签字日期还没有到，请改日期。"))
    return Verdict(True)
