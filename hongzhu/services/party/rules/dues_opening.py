"""What may be done with the opening of a dues account. Pure: questions with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine.dues_account import yuan
from hongzhu.services.party.models import DuesOpening


def can_open(*, on: date, today: date, fen: int, basis: str, stands: bool, first: date | None) -> Verdict:
    """Once, not ahead, with what it goes by. ``first``: the first day on which anything moved in the account; what is
    there from before the opening would count twice."""
    if stands:
        return Verdict(
            False, _("没有保存：这个党组织已经登记过期初余额，不再登记；有误的先作废那一次，再重新登记。已填内容还在。")
        )
    if on > today:
        return Verdict(False, _("没有保存：起账日期还没有到，请改日期。已填内容还在。"))
    if fen <= 0:
        return Verdict(False, _("没有保存：期初余额要大于零；手里没有党费的不用登记。已填内容还在。"))
    if not basis.strip():
        return Verdict(False, _("没有保存：请写依据，如银行对账单、现金日记账的日期和页码。已填内容还在。"))
    if first is not None and first < on:
        return Verdict(
            False,
            _("没有保存：%(first)s已经有收支，起账日期不能比它晚，否则同一笔钱算两次。请改起账日期。已填内容还在。")
            % {"first": full_text(first)},
        )
    return Verdict(True)


def can_confirm_opening(
    opening: DuesOpening, *, first: date | None, own: bool, others: Sequence[str]
) -> Verdict:  # fmt: skip
    """By another person than who entered it, while nothing moved before its day."""
    if opening.voided_at is not None:
        return Verdict(False, _("这次期初余额已经作废。"))
    if opening.confirmed_at is not None:
        return Verdict(False, _("期初余额已经核对。"))
    if first is not None and first < opening.on:
        return Verdict(
            False,
            _("没有核对：%(first)s已经有收支，比起账日期早，同一笔钱会算两次。请作废这次期初余额，重新登记。")
            % {"first": full_text(first)},
        )
    return by_another(own=own, step=_("核对"), others=others)


def can_void_opening(opening: DuesOpening, reason: str, *, handed: int) -> Verdict:
    """A wrong one is taken back with a reason, never changed; it may be entered anew. Not while some of it went up."""
    if opening.voided_at is not None:
        return Verdict(False, _("这次期初余额已经作废。"))
    if handed:
        return Verdict(
            False,
            _(
                "没有作废：期初余额里有%(fen)s元已经随季度上缴，请先作废那次上缴（上级已确认的请上级退回）。已填内容还在。"
            )
            % {"fen": yuan(handed)},
        )
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def can_move(opening: DuesOpening | None, day: date) -> Verdict:
    """What moved before the account began is in its opening already: it is not entered beside it."""
    if opening is None or day >= opening.on:
        return Verdict(True)
    return Verdict(
        False,
        _(
            "没有保存：%(org)s的账从%(day)s起，以前收支的钱已经在期初余额里，日期不能更早；要补记以前的，先作废期初余额。已填内容还在。"
        )
        % {"org": opening.org.name, "day": full_text(opening.on)},
    )


def can_hand_opening(opening: DuesOpening | None, *, fen: int, left: int, handed_on: date) -> Verdict:
    """Whether a hand-over takes so much of the opening: of a confirmed one, from its day on, never more than is left."""
    if opening is None:
        return Verdict(
            False,
            _(
                "没有保存：这个党组织没有登记期初余额，请把“其中期初余额”留空；手里确有以前的党费的，先登记期初余额，由另一人核对。已填内容还在。"
            ),
        )
    if opening.confirmed_at is None:
        return Verdict(
            False,
            _("没有保存：期初余额还没有核对，请另一人核对后再上缴，或者把“其中期初余额”留空。已填内容还在。"),
        )
    if handed_on < opening.on:
        return Verdict(
            False,
            _("没有保存：期初余额%(day)s起才在账上，请改上缴日期，或者把“其中期初余额”留空。已填内容还在。")
            % {"day": full_text(opening.on)},
        )
    if fen > left:
        words = (
            _("没有保存：期初余额还在手里的只有%(left)s元，不能多缴，请改成%(left)s元以内。已填内容还在。")
            if left
            else _("没有保存：期初余额已经全部上缴或下拨，请把“其中期初余额”留空。已填内容还在。")
        )
        return Verdict(False, words % {"left": yuan(left)})
    return Verdict(True)


def opening_chip(opening: DuesOpening) -> Chip:
    """Where an opening stands."""
    if opening.voided_at is not None:
        return Chip(_("已作废"), "plain", "dash")
    if opening.confirmed_at is None:
        return Chip(_("待核对"), "go", "half")
    return Chip(_("已核对"), "ok", "tick")
