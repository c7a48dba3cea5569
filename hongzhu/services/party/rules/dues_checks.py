"""What may be done with a check of the dues account against the book. Pure: questions with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine.dues_account import yuan
from hongzhu.services.party.models import DuesCheck


def can_check(*, on: date, today: date, taken: bool, book: int, computed: int, note: str) -> Verdict:
    """Once a day, not ahead; a difference of a single fen is explained."""
    if on > today:
        return Verdict(False, _("没有保存：对账日期还没有到，请改日期。已填内容还在。"))
    if taken:
        return Verdict(False, _("没有保存：这一天已经对过账；登记有误的，先作废那一次。已填内容还在。"))
    if book != computed and not note.strip():
        return Verdict(
            False,
            _("没有保存：这一天系统余额%(computed)s元，账面余额与它差%(gap)s元，请先查明，再写差额说明。已填内容还在。")
            % {"computed": yuan(computed), "gap": yuan(book - computed)},
        )
    return Verdict(True)


def can_confirm_check(check: DuesCheck, *, computed: int, own: bool, others: Sequence[str]) -> Verdict:
    """By another person than who entered it, while the rows still say what they said then."""
    if check.voided_at is not None:
        return Verdict(False, _("这次对账已经作废。"))
    if check.confirmed_at is not None:
        return Verdict(False, _("这次对账已经核对。"))
    if computed != check.computed_fen:
        return Verdict(
            False,
            _("没有核对：对账后有变动，当时系统余额%(then)s元，现在%(now)s元。请作废这次对账，按现在的账重新登记。")
            % {"then": yuan(check.computed_fen), "now": yuan(computed)},
        )
    return by_another(own=own, step=_("核对"), others=others)


def can_void_check(check: DuesCheck, reason: str) -> Verdict:
    """A wrong one is taken back with a reason; the day may be checked anew."""
    if check.voided_at is not None:
        return Verdict(False, _("这次对账已经作废。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def check_chip(check: DuesCheck | None, computed: int) -> Chip:
    """Where a check stands; ``computed`` is what the rows say now of its day."""
    if check is None:
        return Chip(_("未对账"), "plain", "ring")
    if check.voided_at is not None:
        return Chip(_("已作废"), "plain", "dash")
    if check.computed_fen != computed:
        return Chip(_("对账后有变动"), "mind", "gap")
    if check.confirmed_at is None:
        return Chip(_("待核对"), "go", "half")
    if check.book_fen != check.computed_fen:
        return Chip(_("有差额"), "mind", "tri")
    return Chip(_("相符"), "ok", "tick")
