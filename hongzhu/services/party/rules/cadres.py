"""Cadre moves (A21): inspect → deliberate → publicise → take effect, in this order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Post, PostKind
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.models import CadreMove

Kind = CadreMove.Kind
# Who is publicised before the appointment (任前公示): promoted cadres; the others may be, and need not.
PUBLICISED = (Kind.PROMOTE,)


def can_open(kind: str, *, from_post: str, to_post: str, to_place: bool, holds_from: bool) -> Verdict:
    """What a move says must fit its kind: to where, and away from a post that is held."""
    if kind not in Kind.values:
        return Verdict(False, _("没有这个类别，请重选。"))
    if kind == Kind.RELIEVE and to_post:
        return Verdict(False, _("没有保存：免职不填现职务；要任新职，请选“交流”。已填内容还在。"))
    if kind != Kind.RELIEVE and not (to_post and to_place):
        return Verdict(False, _("没有保存：请填现单位和现职务。已填内容还在。"))
    if kind in (Kind.RELIEVE, Kind.EXCHANGE) and not from_post:
        return Verdict(False, _("没有保存：请填原单位和原职务。已填内容还在。"))
    if from_post and not holds_from:
        return Verdict(
            False,
            _("没有保存：这个人现在不担任“%(post)s”，请核对原单位和原职务。已填内容还在。")
            % {"post": PostKind(from_post).label},
        )
    return Verdict(True)


def can_land(post: Post, target: Org, places: Sequence[Org], *, party: bool) -> Verdict:
    """A post that goes along begins again at the one body of its sort at the new place."""
    told = {"post": PostKind(post.kind).label, "name": target.name}
    if len(places) == 1:
        return Verdict(True)
    if party and not places:
        return Verdict(
            False,
            _("没有保存：“%(name)s”还没有党组织，“%(post)s”不能一并任。请先设立党组织，或去掉它的勾。已填内容还在。")
            % told,
        )
    if party:
        return Verdict(
            False,
            _(
                "没有保存：“%(name)s”有几个党组织，定不下在哪一个任“%(post)s”。请去掉它的勾，另办一次任免。已填内容还在。"
            )
            % told,
        )
    return Verdict(
        False,
        _(
            "没有保存：“%(name)s”不是只设在一个单位，定不下在哪里任“%(post)s”。请去掉它的勾，另办一次任免。已填内容还在。"
        )
        % told,
    )


def _open(move: CadreMove, on: date, today: date) -> Verdict:
    if move.voided_at is not None:
        return Verdict(False, _("没有保存：这一条已经作废。"))
    if move.effective_on is not None:
        return Verdict(False, _("没有保存：任免已经办结，不能再改步骤。"))
    if on > today:
        return Verdict(False, _("没有保存：日期还没有到，请改日期。已填内容还在。"))
    return Verdict(True)


def _after(on: date, before: date | None, step: str) -> Verdict:
    if before is None:
        return Verdict(False, _("没有保存：还没有登记%(step)s，请先登记。已填内容还在。") % {"step": step})
    if on < before:
        return Verdict(
            False,
            _("没有保存：日期早于%(step)s（%(day)s），请改日期。已填内容还在。")
            % {"step": step, "day": full_text(before)},
        )
    return Verdict(True)


def can_inspect(move: CadreMove, on: date, today: date) -> Verdict:
    if not (verdict := _open(move, on, today)):
        return verdict
    if move.deliberated_on is not None:
        return Verdict(False, _("没有保存：已经讨论决定，考察日期不能再改。"))
    return Verdict(True)


def can_deliberate(move: CadreMove, on: date, today: date) -> Verdict:
    if not (verdict := _open(move, on, today)):
        return verdict
    if move.posted_on is not None:
        return Verdict(False, _("没有保存：已经公示，讨论决定日期不能再改。"))
    return _after(on, move.inspected_on, _("考察"))


def can_publicise(move: CadreMove, on: date, today: date) -> Verdict:
    if not (verdict := _open(move, on, today)):
        return verdict
    return _after(on, move.deliberated_on, _("讨论决定"))


def can_take_effect(move: CadreMove, on: date, today: date, *, oneself: bool, until: When | None = None) -> Verdict:
    """After the deliberation, and for who is publicised on a day after the notice has run out (``until``); never one's own."""
    if not (verdict := _open(move, on, today)):
        return verdict
    if oneself:
        return Verdict(False, _("自己的任免不能由自己办结，请换一个人。"))
    if not (verdict := _after(on, move.deliberated_on, _("讨论决定"))):
        return verdict
    if move.kind in PUBLICISED and move.posted_on is None:
        return Verdict(False, _("没有保存：提拔任用要先公示，请先登记任前公示。已填内容还在。"))
    if until is not None and on <= until.day:
        return Verdict(
            False, _("没有保存：公示到%(day)s为止，任免日期要在这之后。已填内容还在。") % {"day": until_words(until)}
        )
    return Verdict(True)


def can_void(move: CadreMove, reason: str) -> Verdict:
    """A move that has not taken effect; what has is undone by another move."""
    if move.voided_at is not None:
        return Verdict(False, _("已经作废，不用再作废一次。"))
    if move.effective_on is not None:
        return Verdict(False, _("没有作废：任免已经办结，要改请另办一次任免。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写作废原因。"))
    return Verdict(True)


def until_words(until: When) -> str:
    """The last day of a notice, marked 暂定 while its calendar is not published."""
    return _("%s（暂定）") % full_text(until.day) if until.provisional else full_text(until.day)


def chip(move: CadreMove, today: date, until: When | None = None) -> Chip:
    if move.voided_at is not None:
        return Chip(_("已作废"), "plain", "dash")
    if move.effective_on is not None:
        return Chip(_("已办结"), "ok", "tick")
    if move.posted_on is not None:
        running = until is not None and today <= until.day
        return Chip(_("公示中"), "go", "half") if running else Chip(_("公示期满"), "go", "dot")
    if move.deliberated_on is not None:
        return Chip(_("已讨论决定"), "go", "half")
    if move.inspected_on is not None:
        return Chip(_("已考察"), "go", "half")
    return Chip(_("待考察"), "plain", "ring")


def can_leave_pool(from_on: date, to_on: date | None, on: date, reason: str) -> Verdict:
    """A candidate leaves the list of reserves (后备人选) later than they came, with a reason."""
    if to_on is not None:
        return Verdict(False, _("已经出库，不用再办一次。"))
    if on <= from_on:
        return Verdict(False, _("没有保存：出库日期要晚于入库日期，请改日期。已填内容还在。"))
    if not reason.strip():
        return Verdict(False, _("没有保存：请写出库原因，如已任用、调出。"))
    return Verdict(True)
