"""Training classes (B20, B21): enrolled, held, closed with hours; corrected or voided afterwards. Pure."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import TrainingClass, TrainingPlan

MOST = 40_000  # 400 class hours in hundredths: no class is longer


def can_plan(from_year: int, to_year: int) -> Verdict:
    if to_year < from_year:
        return Verdict(False, _("没有保存：截止年早于起始年，请改年份。已填内容还在。"))
    return Verdict(True)


def can_hold(
    from_on: date, to_on: date, hours: int, *, who: str, plan: TrainingPlan | None, layers: set[str]
) -> Verdict:
    """A class of a plan falls into its years and trains one of its layers."""
    if to_on < from_on:
        return Verdict(False, _("没有保存：结束日期早于开始日期，请改日期。已填内容还在。"))
    if not 0 < hours <= MOST:
        return Verdict(False, _("没有保存：学时要大于0、不超过400。已填内容还在。"))
    if plan is not None and not plan.from_year <= from_on.year <= plan.to_year:
        return Verdict(
            False,
            _("没有保存：开班日期不在方案的%(first)s—%(last)s年里，请改日期或方案。已填内容还在。")
            % {"first": plan.from_year, "last": plan.to_year},
        )
    if plan is not None and layers and who not in layers:
        return Verdict(False, _("没有保存：方案里没有这个培训对象，请改对象或方案。已填内容还在。"))
    return Verdict(True)


def can_change(training: TrainingClass) -> Verdict:
    """Whom it trains, when, and who comes: until the class is closed."""
    if training.voided_at is not None:
        return Verdict(False, _("没有保存：这个班次已经作废。"))
    if training.closed_at is not None:
        return Verdict(False, _("没有保存：已经结业登记。要改缺席和学时，请用“更正”。"))
    return Verdict(True)


def can_close(training: TrainingClass, today: date, *, enrolled: int) -> Verdict:
    """After its last day, with somebody enrolled."""
    if not (verdict := can_change(training)):
        return verdict
    if today < training.to_on:
        return Verdict(False, _("没有保存：班次还没有结束，结束之后再登记结业。"))
    if not enrolled:
        return Verdict(False, _("没有保存：还没有人报名，请先登记学员。"))
    return Verdict(True)


def can_correct(training: TrainingClass) -> Verdict:
    if training.voided_at is not None:
        return Verdict(False, _("没有保存：这个班次已经作废。"))
    if training.closed_at is None:
        return Verdict(False, _("没有保存：还没有结业登记，直接登记结业就行。"))
    return Verdict(True)


def can_enter(training: TrainingClass) -> Verdict:
    """A class is told to the way into the Party once it is closed: before that nobody knows who was there."""
    if training.voided_at is not None:
        return Verdict(False, _("没有登记：这个班次已经作废。"))
    if training.closed_at is None:
        return Verdict(False, _("没有登记：请先登记结业。"))
    return Verdict(True)


def can_void(training: TrainingClass, reason: str) -> Verdict:
    if training.voided_at is not None:
        return Verdict(False, _("已经作废，不用再作废一次。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写作废原因。"))
    return Verdict(True)


def chip(training: TrainingClass, today: date) -> Chip:
    if training.voided_at is not None:
        return Chip(_("已作废"), "plain", "dash")
    if training.closed_at is not None:
        return Chip(_("已结业"), "ok", "tick")
    if today < training.from_on:
        return Chip(_("待开班"), "plain", "ring")
    if today <= training.to_on:
        return Chip(_("开班中"), "go", "half")
    return Chip(_("待登记结业"), "mind", "gap")
