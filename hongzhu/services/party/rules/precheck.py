"""What may be entered as the count of the national system. Pure."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hongzhu.kit.perms import Verdict


def can_count(*, members: int, probationary: int, on: date, today: date, opened_on: date) -> Verdict:
    """A number read off another system on a day that has come, while the body existed."""
    if on > today:
        return Verdict(False, _("没有保存：截至日期还没有到，请改日期。已填内容还在。"))
    if on < opened_on:
        return Verdict(False, _("没有保存：那一天这个党组织还没有设立，请改日期。已填内容还在。"))
    if probationary > members:
        return Verdict(False, _("没有保存：预备党员多于党员总数，请核对。已填内容还在。"))
    return Verdict(True)
