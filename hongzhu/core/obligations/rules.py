"""Who may look, remind and waive; words and shapes of the statuses; questions about one waiver. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import EVERYONE, READERS_ABOVE, RECORDERS, by_another
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period
from hongzhu.kit.perms import Verdict

from .engine import DuePeriod, Lack, Status
from .models import Waiver

VIEW = registry.perm("obligations.view", gettext_lazy("查看全年一览"), roles=EVERYONE, past=True)
GAP = registry.perm("obligations.gap", gettext_lazy("查看组织生活落实"), roles=READERS_ABOVE)
REMIND = registry.perm(
    "obligations.remind", gettext_lazy("提醒未完成的"), roles=(Role.PARTY_OFFICE, Role.DISTRICT_OFFICER)
)
WAIVE = registry.perm("obligations.waive", gettext_lazy("说明免开"), roles=(Role.PARTY_OFFICE,))
# Whom a reminder reaches: those who record for the body.
RECEIVE = registry.perm("obligations.receive", gettext_lazy("收到提醒"), roles=RECORDERS)

CHIPS = {
    Status.NOT_YET: Chip(gettext_lazy("未到期"), "plain", "ring"),
    Status.OPEN: Chip(gettext_lazy("本月应开"), "go", "ring"),
    Status.HELD: Chip(gettext_lazy("已开"), "ok", "tick"),
    Status.LATE: Chip(gettext_lazy("逾期召开"), "mind", "tri"),
    Status.MADE_UP: Chip(gettext_lazy("补记"), "mind", "plus"),
    Status.UNSEEN: Chip(gettext_lazy("未见记录"), "mind", "gap"),
    Status.NOT_APPLICABLE: Chip(gettext_lazy("不适用"), "plain", "dash"),
    Status.WAIVED: Chip(gettext_lazy("准予免开"), "plain", "sq"),
}
OPEN_IN_PERIOD = Chip(gettext_lazy("本期应开"), "go", "ring")

REASONS = {
    Lack.NOT_THERE: gettext_lazy("当时还没有设立，或已经撤销"),
    Lack.TOO_NEW: gettext_lazy("本期才设立"),
    Lack.FEW_MEMBERS: gettext_lazy("正式党员人数不足"),
    Lack.MANY_MEMBERS: gettext_lazy("正式党员人数超过"),
    Lack.NO_TEAMS: gettext_lazy("未设党小组"),
    Lack.HAS_TEAMS: gettext_lazy("已设党小组"),
    Lack.NO_COMMITTEE: gettext_lazy("未设支委会"),
    Lack.HAS_COMMITTEE: gettext_lazy("已设支委会"),
    Lack.RETIRED: gettext_lazy("离退休党支部"),
    Lack.NOT_RETIRED: gettext_lazy("只要求离退休党支部"),
    Lack.SECTOR: gettext_lazy("不在要求的单位范围内"),
    Lack.STAGE: gettext_lazy("不在要求的学段内"),
}


def chip_of(status: Status, every: str = "month") -> Chip:
    """The chip of a status; an open duty that is not monthly says 本期应开."""
    return OPEN_IN_PERIOD if status == Status.OPEN and every != "month" else CHIPS[status]


def can_be_waived(
    due: DuePeriod | None, today: Any, reason: str, *, own: bool = False, others: Sequence[str] = ()
) -> Verdict:
    """None for closed periods (architecture, rule 7): once locked, a period stays as it is.

    ``own``: who asks holds a post in the body; nobody lets their own body off (A19).
    """
    if not (verdict := by_another(own=own, step=_("准予免开"), others=others)):
        return verdict
    if due is None:
        return Verdict(False, _("没有这一项应办事项，请从落实表里打开再办。"))
    if today >= due.locks:
        return Verdict(False, _("没有保存：%s已经锁定，不能再说明免开。") % due.code)
    if not reason.strip():
        return Verdict(False, _("没有保存：请写明免开的原因。"))
    return Verdict(True)


def can_be_revoked(waiver: Waiver) -> Verdict:
    if waiver.revoked_at is not None:
        return Verdict(False, _("这一条已经撤回，不用再办。"))
    return Verdict(True)


def months_title(period: Period) -> str:
    """2026年1至10月 for whole months of one year, else the period's own title."""
    first, last = period.start, period.last_day
    whole = first.day == 1 and period.end.day == 1 and first.year == last.year and period.every is None
    if not whole:
        return period.title
    return _("%(year)s年%(first)s至%(last)s月") % {"year": first.year, "first": first.month, "last": last.month}


def to_last_month(today: date) -> Period:
    """From January to the end of last month; in January the whole year before."""
    if today.month == 1:
        return Period.year(today.year - 1)
    return Period(date(today.year, 1, 1), date(today.year, today.month, 1))


YEARS_OFFERED = 3


def usual_periods(today: date) -> list[Period]:
    """The periods the grid offers first: to last month, this and last month, quarter, year, last year."""
    month, quarter = Period.covering("month", today), Period.covering("quarter", today)
    offered = [
        to_last_month(today),
        month,
        month.prev(),
        quarter,
        quarter.prev(),
        Period.year(today.year),
        Period.year(today.year - 1),
    ]
    return list(dict.fromkeys(offered))


def offered_periods(today: date, chosen: Period) -> list[tuple[str, list[Period]]]:
    """All periods of the grid's list in groups: the usual ones with the one chosen, then by year what has begun of it."""
    usual = list(dict.fromkeys([*usual_periods(today), chosen]))
    groups = [(_("常用"), usual)]
    for year in range(today.year, today.year - YEARS_OFFERED, -1):
        whole = Period.year(year)
        parts = [whole, *whole.parts("half"), *whole.parts("quarter"), *whole.parts("month")]
        groups.append((whole.title, [part for part in parts if part.start <= today and part not in usual]))
    return groups
