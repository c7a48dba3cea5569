"""What may be done with an allotment of dues: money given down, and the report of its use. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Org
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import Allotment, AllotmentLine


def can_allot(*, flat: int | None, share: int | None, units: int, decided_on: date, today: date) -> Verdict:
    """One rule and at least one unit: the same sum for each, or a share of what each handed up."""
    if (flat is None) == (share is None):
        return Verdict(False, _("没有保存：每个单位的金额和返还比例，写一个。已填内容还在。"))
    if flat is not None and flat <= 0:
        return Verdict(False, _("没有保存：每个单位的金额要大于零。已填内容还在。"))
    if share is not None and not 0 < share <= 100:
        return Verdict(False, _("没有保存：返还比例在1%至100%之间。已填内容还在。"))
    if decided_on > today:
        return Verdict(False, _("没有保存：决定日期还没有到，请改日期。已填内容还在。"))
    if not units:
        return Verdict(
            False,
            _("没有保存：请至少选一个单位。已填内容还在。")
            if flat is not None
            else _("没有保存：这一年还没有已确认的上缴，算不出返还。已填内容还在。"),
        )
    return Verdict(True)


def can_pay(payer: Org | None, tops: Collection[Org]) -> Verdict:
    """Whose money it is, is one of the committees at the top, and said where there are several."""
    if payer is not None and payer not in tops:
        return Verdict(
            False, _("没有保存：%(org)s不是本局最上一级的党委，请另选拨付党组织。已填内容还在。") % {"org": payer.name}
        )
    if payer is None and len(tops) > 1:
        return Verdict(
            False, _("没有保存：本局有%(n)s个最上一级的党委，请选这笔钱由谁拨付。已填内容还在。") % {"n": len(tops)}
        )
    return Verdict(True)


def can_set_payer(allotment: Allotment, payer: Org, tops: Collection[Org], *, sent: int) -> Verdict:
    """While no money has gone: what was sent stands on an account already, or beside all of them, and stays there."""
    if allotment.voided_at is not None:
        return Verdict(False, _("这次下拨已经作废。"))
    if sent:
        return Verdict(
            False,
            _(
                "没有保存：已经有%(n)s个单位拨付，拨付党组织不能再改，否则对过的账会变；还没有拨付的单位，可以另登记一次下拨。已填内容还在。"
            )
            % {"n": sent},
        )
    if payer.pk == allotment.payer_id:
        return Verdict(False, _("没有保存：这次下拨已经由%(org)s拨付，不用再改。已填内容还在。") % {"org": payer.name})
    return can_pay(payer, tops)


def can_send(allotment: Allotment, *, lines: int, voucher: str, sent_on: date, today: date) -> Verdict:
    """Only with a voucher, on or after the decision."""
    if allotment.voided_at is not None:
        return Verdict(False, _("这次下拨已经作废。"))
    if not lines:
        return Verdict(False, _("没有登记：请至少选一个还没有拨付的单位。已填内容还在。"))
    if not voucher.strip():
        return Verdict(False, _("没有登记：请写凭证号，没有凭证不登记拨付。已填内容还在。"))
    if sent_on < allotment.decided_on or sent_on > today:
        return Verdict(False, _("没有登记：拨付日期要在决定日期之后、今天之前。已填内容还在。"))
    return Verdict(True)


def can_receive(line: AllotmentLine, on: date, today: date) -> Verdict:
    if line.sent_on is None:
        return Verdict(False, _("还没有拨付，不用确认。"))
    if line.received_on is not None:
        return Verdict(False, _("已经确认收到，不用再办。"))
    if on < line.sent_on or on > today:
        return Verdict(False, _("没有保存：收到日期要在拨付日期之后、今天之前。已填内容还在。"))
    return Verdict(True)


def can_report(line: AllotmentLine, *, used: int, used_for: str, voucher: str, on: date, today: date) -> Verdict:
    """The use is reported with its vouchers and never above the sum."""
    if line.received_on is None:
        return Verdict(False, _("没有保存：请先确认收到这笔钱。已填内容还在。"))
    if used > line.fen:
        return Verdict(
            False, _("没有保存：已用不能超过下拨的%(fen)s元。已填内容还在。") % {"fen": f"{line.fen / 100:.2f}"}
        )
    if used < line.used:
        return Verdict(False, _("没有保存：已用写到现在为止的合计，不能少于上次报告的。已填内容还在。"))
    if used <= 0 or not used_for.strip() or not voucher.strip():
        return Verdict(False, _("没有保存：请写已用金额、用途和支出凭证号。已填内容还在。"))
    if on < line.received_on or on > today:
        return Verdict(False, _("没有保存：报告日期要在收到日期之后、今天之前。已填内容还在。"))
    return Verdict(True)


def can_void(allotment: Allotment, *, sent: bool, reason: str) -> Verdict:
    """Before any money has gone."""
    if allotment.voided_at is not None:
        return Verdict(False, _("这次下拨已经作废。"))
    if sent:
        return Verdict(False, _("没有作废：已经有单位拨付，不能作废。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写明原因。已填内容还在。"))
    return Verdict(True)


def chip_of(line: AllotmentLine) -> Chip:
    """Where the money of one unit stands."""
    if line.sent_on is None:
        return Chip(_("待拨付"), "plain", "ring")
    if line.received_on is None:
        return Chip(_("待确认"), "go", "half")
    if line.reported_on is None:
        return Chip(_("待报使用"), "mind", "gap")
    return Chip(_("已报使用"), "ok", "tick")
