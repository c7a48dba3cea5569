"""What may be done with bases, receipts, reliefs and hand-overs of dues. Pure: questions with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind
from hongzhu.core.people.models import Standing
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text, month_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import DuesBase, Handing, Receipt, Relief

# Who pays: members of a Party body, full or on probation.
PAYERS = (Standing.FULL, Standing.PROBATIONARY)
# Bodies that take dues in from members; a committee or general branch may have members of its own.
COLLECTING = (*BRANCH_KINDS, Kind.GENERAL_BRANCH, Kind.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the pack says about paying."""

    ahead: str
    back_pay: int
    large: int
    warn_first: int
    warn_second: int


def can_set_base(
    *, current: DuesBase | None, scale: engine.Scale | None, base: int, flat: int | None, from_on: date
) -> Verdict:
    """A base begins with a month, not before the one it follows, and must give an amount by its table."""
    if from_on.day != 1:
        return Verdict(False, _("没有保存：起始月要写某年某月。已填内容还在。"))
    if scale is None:
        return Verdict(False, _("没有保存：制度包里没有这一类的缴纳标准，请换一类或联系教育局。已填内容还在。"))
    if current is not None and from_on < current.from_on:
        return Verdict(
            False,
            _("没有保存：现在的基数从%(month)s起算，新的不能更早；要改那个月起的，起始月就写那个月。已填内容还在。")
            % {"month": month_text(current.from_on)},
        )
    if scale.brackets and base <= 0:
        return Verdict(False, _("没有保存：请写计算基数。已填内容还在。"))
    try:
        engine.monthly(scale, base, flat)
    except engine.NoRate:
        return Verdict(
            False,
            _("没有保存：这一类每月%(least)s元至%(most)s元，请写核定的月交金额。已填内容还在。")
            % {"least": _plain(scale.least), "most": _plain(scale.most)},
        )
    return Verdict(True)


def _plain(fen: int | None) -> str:
    return f"{(fen or 0) / 100:.2f}"


def can_book(*, voucher: str, collected_by: str, paid_on: date, today: date) -> Verdict:
    """Never a payment without its voucher, and none dated ahead."""
    if not voucher.strip():
        return Verdict(False, _("没有登记：请写凭证号，没有凭证不登记收款。已填内容还在。"))
    if not collected_by.strip():
        return Verdict(False, _("没有登记：请写收款人。已填内容还在。"))
    if paid_on > today:
        return Verdict(False, _("没有登记：交纳日期还没有到，请改日期。已填内容还在。"))
    return Verdict(True)


def can_pay_month(
    *,
    name: str,
    month: date,
    cell: engine.Cell | None,
    body: int,
    fen: int,
    paid_on: date,
    limits: Limits,
    approved_late: bool,
) -> Verdict:
    """One month of one member: owed here, a base is known, not yet paid, in whole, neither too early nor too late."""
    told = {"name": name, "month": month_text(month)}
    if month.day != 1 or cell is None or cell.body != body:
        return Verdict(
            False,
            _("没有登记：%(name)s%(month)s的党费不归本支部收，当时不在本支部。请去掉这个月。已填内容还在。") % told,
        )
    if cell.owed is None:
        return Verdict(False, _("没有登记：%(name)s%(month)s还没有核定基数，请先核定。已填内容还在。") % told)
    if not (verdict := _in_time(month, paid_on, limits, told, approved_late=approved_late)):
        return verdict
    if not cell.open:
        return Verdict(False, _("没有登记：%(name)s%(month)s已经交过或不用交，不能再收一次。已填内容还在。") % told)
    if fen < cell.open:
        return Verdict(
            False,
            _("没有登记：%(name)s%(month)s应交%(fen)s元，不能少收；确有困难的先办减免。已填内容还在。")
            % (told | {"fen": _plain(cell.open)}),
        )
    return Verdict(True)


def _in_time(month: date, paid_on: date, limits: Limits, told: dict[str, str], *, approved_late: bool) -> Verdict:
    if month > engine.last_payable(paid_on, limits.ahead):
        words = (
            _("没有登记：%(name)s%(month)s还没有到，最多预交到本季度末。请去掉这个月。已填内容还在。")
            if limits.ahead == "quarter"
            else _("没有登记：%(name)s%(month)s还没有到，不能预交。请去掉这个月。已填内容还在。")
        )
        return Verdict(False, words % told)
    if not approved_late and engine.too_far_back(month, paid_on, limits.back_pay):
        return Verdict(
            False,
            _(
                "没有登记：%(name)s%(month)s已超过%(n)s个月，一般不再补交；上级同意补交的，请勾选“上级同意补交”。已填内容还在。"
            )
            % (told | {"n": str(limits.back_pay)}),
        )
    return Verdict(True)


def can_take_large(fen: int, least: int) -> Verdict:
    """A one-off payment on top of the dues; below the bound it is not a large one."""
    if fen < least:
        return Verdict(
            False, _("没有登记：大额党费从%(fen)s元起。不到的，请按月多交登记。已填内容还在。") % {"fen": _plain(least)}
        )
    return Verdict(True)


def can_forward(receipt: Receipt, *, voucher: str, on: date, today: date) -> Verdict:
    """A large one-off payment goes up whole and by itself, once, with its voucher."""
    if not receipt.large or receipt.voided_at is not None:
        return Verdict(False, _("只有没有作废的大额党费单独上缴。"))
    if receipt.forwarded_on is not None:
        return Verdict(False, _("这笔大额党费已经上缴。"))
    if not voucher.strip():
        return Verdict(False, _("没有保存：请写凭证号。已填内容还在。"))
    if on < receipt.paid_on or on > today:
        return Verdict(False, _("没有保存：上缴日期要在交纳日期之后、今天之前。已填内容还在。"))
    return Verdict(True)


def can_void_receipt(receipt: Receipt, reason: str) -> Verdict:
    """A wrong receipt is voided with its reason, while its money has not gone up."""
    if receipt.voided_at is not None:
        return Verdict(False, _("这张收据已经作废。"))
    if receipt.forwarded_on is not None:
        return Verdict(False, _("没有作废：这笔大额党费已经上缴，不能作废。"))
    if receipt.handing_id is not None:
        return Verdict(
            False, _("没有作废：这笔钱已经随季度上缴，请先作废那次上缴（上级已确认的请上级退回）。已填内容还在。")
        )
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def can_ask_relief(
    *, from_on: date, to_on: date, studied_on: date, today: date, monthly: int, usual: int | None
) -> Verdict:
    """Whole months; studied by the branch before it asks; less than the usual amount."""
    if from_on.day != 1 or to_on.day != 1 or to_on <= from_on:
        return Verdict(False, _("没有保存：减免的最后一个月不能早于第一个月。已填内容还在。"))
    if studied_on > today:
        return Verdict(False, _("没有保存：支部研究日期还没有到，请改日期。已填内容还在。"))
    if usual is None:
        return Verdict(False, _("没有保存：还没有核定基数，请先核定。已填内容还在。"))
    if monthly >= usual:
        return Verdict(False, _("没有保存：减免后要少于原来的%(fen)s元。已填内容还在。") % {"fen": _plain(usual)})
    return Verdict(True)


def can_answer_relief(
    relief: Relief, *, on: date, today: date, outside: bool, number: str, own: bool, others: Sequence[str]
) -> Verdict:
    """The superior answers what the branch asked: another person, not before the branch studied it.

    ``outside``: the superior is no body of this bureau; then the branch enters its reply, with its number.
    """
    if relief.approved_on or relief.declined_on:
        return Verdict(False, _("这项减免已经答复过。"))
    if on < relief.studied_on:
        return Verdict(False, _("没有保存：批准日期早于支部研究日期，请改日期。已填内容还在。"))
    if on > today:
        return Verdict(False, _("没有保存：批准日期还没有到，请改日期。已填内容还在。"))
    if outside:
        if not number.strip():
            return Verdict(False, _("没有保存：上级在本局以外，请写上级批复的文号。已填内容还在。"))
        return Verdict(True)
    return by_another(own=own, step=_("批准"), others=others)


def can_hand_up(*, fen: int, voucher: str, quarter_on: date, handed_on: date, today: date, handed: bool) -> Verdict:
    """Once a quarter, of a quarter that has begun, some money, with its voucher."""
    if engine.quarter_of(quarter_on) != quarter_on or quarter_on > today:
        return Verdict(False, _("没有保存：这个季度还没有开始，请改季度。已填内容还在。"))
    if handed_on > today or handed_on < quarter_on:
        return Verdict(False, _("没有保存：上缴日期要在这个季度开始之后、今天之前。已填内容还在。"))
    if handed:
        return Verdict(False, _("没有保存：这个季度已经登记过上缴，请选别的季度。已填内容还在。"))
    if not voucher.strip():
        return Verdict(False, _("没有保存：请写凭证号。已填内容还在。"))
    if fen <= 0:
        return Verdict(False, _("没有保存：到这一天没有可上缴的党费。"))
    return Verdict(True)


def can_confirm(
    handing: Handing, *, on: date, today: date, outside: bool, number: str, own: bool, others: Sequence[str]
) -> Verdict:
    """The superior says that the money arrived: another person than who handed it up."""
    if handing.voided_at is not None:
        return Verdict(False, _("这次上缴已经作废。"))
    if handing.received_on is not None:
        return Verdict(False, _("这次上缴已经确认收到。"))
    if on < handing.handed_on or on > today:
        return Verdict(False, _("没有保存：收到日期要在上缴日期之后、今天之前。已填内容还在。"))
    if outside:
        if not number.strip():
            return Verdict(False, _("没有保存：上级在本局以外，请写上级开的收款凭据号。已填内容还在。"))
        return Verdict(True)
    return by_another(own=own, step=_("确认收到"), others=others)


def can_void_handing(handing: Handing, *, superior: bool, reason: str) -> Verdict:
    """The branch takes an unconfirmed one back; one that was confirmed only the superior. Not what went further up."""
    if handing.voided_at is not None:
        return Verdict(False, _("这次上缴已经作废。"))
    if handing.received_on is not None and not superior:
        return Verdict(False, _("没有作废：上级已确认收到，请上级退回。已填内容还在。"))
    if handing.within_id is not None:
        return Verdict(False, _("没有作废：这笔钱已经随上级的上缴转走，请先作废上级那次上缴。已填内容还在。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def publishing_from(year: int) -> date:
    """The first day a year's dues may be published: 1 December, when the last of them come in."""
    return date(year, 12, 1)


def can_publish(*, year: int, posted_on: date, today: date, published: bool) -> Verdict:
    """Once for each year, and not before its December: what is published early leaves the rest of the year out."""
    if published:
        return Verdict(False, _("这一年已经公布过；公布有误的，先作废那一次。"))
    if posted_on > today or posted_on < publishing_from(year):
        words = _("没有保存：公布日期要在%(first)s以后、今天之前，全年的党费收齐再公布。已填内容还在。")
        return Verdict(False, words % {"first": full_text(publishing_from(year))})
    return Verdict(True)


def can_void_notice(reason: str) -> Verdict:
    """A wrong publication is taken back with a reason."""
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def handing_chip(handing: Handing | None, *, fen: int = 0) -> Chip:
    """Where the quarter's hand-over of a body stands."""
    if handing is None:
        return Chip(_("未上缴"), "mind", "gap") if fen else Chip(_("没有收款"), "plain", "dash")
    if handing.received_on is None:
        return Chip(_("待确认"), "go", "half")
    return Chip(_("已确认"), "ok", "tick")


def relief_chip(relief: Relief) -> Chip:
    if relief.approved_on:
        return Chip(_("已批准"), "ok", "tick")
    if relief.declined_on:
        return Chip(_("未批准"), "plain", "dash")
    return Chip(_("待批准"), "go", "half")


def receipt_chip(receipt: Receipt) -> Chip:
    if receipt.voided_at is not None:
        return Chip(_("已作废"), "plain", "dash")
    if receipt.handing_id or receipt.forwarded_on:
        return Chip(_("已上缴"), "ok", "tick")
    return Chip(_("待上缴"), "go", "half") if receipt.large else Chip(_("已收"), "ok", "dot")
