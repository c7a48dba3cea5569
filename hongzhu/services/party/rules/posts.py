"""What may be done with demonstration posts, responsibility areas and promises. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.rules import EVERYONE, by_another
from hongzhu.core.people.models import Standing
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import MemberPost, Promise

# What somebody does about their own: claims a post, writes down a visit made as an instructor.
OWN = registry.perm("party.own", gettext_lazy("认领岗位、登记本人的到访"), roles=EVERYONE)

REVIEW_DAYS = 366  # a post nobody has looked at again for a year is listed for review
PARTY = (Standing.FULL, Standing.PROBATIONARY)


def can_hold(standing: str | None, from_on: date, to_on: date | None) -> Verdict:
    """A member of the branch holds a post there; ``standing`` None: no membership there on the day."""
    if standing not in PARTY:
        return Verdict(False, _("没有保存：这个人在开始日期不是本支部的党员，请核对姓名或日期。已填内容还在。"))
    if to_on is not None and to_on <= from_on:
        return Verdict(False, _("没有保存：结束日期要晚于开始日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_agree(post: MemberPost, *, own: bool, others: Sequence[str]) -> Verdict:
    """A claim is agreed to once, by another than who claims."""
    if post.agreed_on is not None:
        return Verdict(False, _("支部已经同意，不用再点一次。"))
    if post.to_on is not None:
        return Verdict(False, _("这个岗位已经撤下，不用再同意。"))
    return by_another(own=own, step=_("同意"), others=others)


def can_review(post: MemberPost, on: date, today: date) -> Verdict:
    """Kept after a look at it: while it is held, agreed to, and not for a day to come."""
    if post.agreed_on is None:
        return Verdict(False, _("没有登记复核：支部还没有同意，请先点“同意”。"))
    if post.to_on is not None and post.to_on <= on:
        return Verdict(False, _("没有登记复核：这个岗位已经撤下。"))
    if on > today:
        return Verdict(False, _("没有登记复核：复核日期还没有到，请改日期。已填内容还在。"))
    if on < post.from_on or (post.reviewed_on and on <= post.reviewed_on):
        return Verdict(False, _("没有登记复核：日期要晚于开始日期和上次复核，请改日期。已填内容还在。"))
    return Verdict(True)


def can_withdraw(post: MemberPost, on: date, reason: str) -> Verdict:
    if post.to_on is not None:
        return Verdict(False, _("已经撤下，不用再撤一次。"))
    if on < post.from_on:
        return Verdict(False, _("没有保存：结束日期不能早于开始日期，请改日期。已填内容还在。"))
    if not reason.strip():
        return Verdict(False, _("没有保存：请写撤下原因，如岗位调整、期满。"))
    return Verdict(True)


def can_sign(promise: Promise, on: date, today: date) -> Verdict:
    """Signed on paper on a day of the promise's year, and not tomorrow."""
    if on > today:
        return Verdict(False, _("没有登记：签名日期还没有到，请改日期。已填内容还在。"))
    if on.year not in (promise.year - 1, promise.year):
        return Verdict(False, _("没有登记：签名日期不在承诺年度里，请改日期。已填内容还在。"))
    return Verdict(True)


def can_fulfil(promise: Promise, on: date, today: date) -> Verdict:
    """Marked as kept by the branch, after it was signed. Kept or not yet: never a score."""
    if promise.signed_on is None:
        return Verdict(False, _("没有登记：还没有签名，请先登记签名。"))
    if on > today:
        return Verdict(False, _("没有登记：兑现日期还没有到，请改日期。已填内容还在。"))
    if on < promise.signed_on:
        return Verdict(False, _("没有登记：兑现日期早于签名日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_report(promise: Promise, on: date, today: date, *, own: bool) -> Verdict:
    """A member reports the own signed promise kept, once until it is sent back."""
    if not own:
        return Verdict(False, _("没有报：兑现由本人报，支部请用“登记兑现”。"))
    if promise.done_on is not None:
        return Verdict(False, _("支部已经确认兑现，不用再报。"))
    if promise.reported_on is not None:
        return Verdict(False, _("已经报过，等支部确认，不用再报。"))
    if promise.signed_on is None:
        return Verdict(False, _("没有报：还没有登记签名。请先在承诺书上签名，由支部登记后再报。已填内容还在。"))
    return can_fulfil(promise, on, today)


def can_answer(promise: Promise, *, own: bool, step: str, others: Sequence[str]) -> Verdict:
    """What a member reported is confirmed or sent back (``step``) once, by another."""
    if promise.done_on is not None:
        return Verdict(False, _("已经确认兑现，不用再点一次。"))
    if promise.reported_on is None:
        return Verdict(False, _("本人现在没有报兑现，请等本人报，或用“登记兑现”。"))
    return by_another(own=own, step=step, others=others)


def has_reason(reason: str) -> Verdict:
    """Sent back with a word on what is missing."""
    if not reason.strip():
        return Verdict(False, _("没有退回：请写退回原因，如还差哪一项。"))
    return Verdict(True)


def post_chip(post: MemberPost, today: date) -> Chip:
    if post.to_on is not None and post.to_on <= today:
        return Chip(_("已撤下"), "plain", "dash")
    if post.agreed_on is None:
        return Chip(_("待支部同意"), "go", "half")
    if (today - (post.reviewed_on or post.from_on)).days >= REVIEW_DAYS:
        return Chip(_("待复核"), "mind", "gap")
    return Chip(_("在岗"), "ok", "tick")


def promise_chip(promise: Promise | None) -> Chip:
    if promise is None:
        return Chip(_("未见承诺"), "mind", "gap")
    if promise.done_on is not None:
        return Chip(_("已兑现"), "ok", "tick")
    if promise.reported_on is not None:
        return Chip(_("已报兑现"), "go", "half")
    if promise.returned_for:
        return Chip(_("退回补充"), "mind", "gap")
    if promise.signed_on is not None:
        return Chip(_("已签名"), "go", "dot")
    return Chip(_("待签名"), "plain", "ring")
