"""What may be entered from a sheet of past steps beyond what a step done today allows, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.people.models import Standing
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import PastSheet


def bare(reason: object) -> str:
    """The sentence of a refusal without what only a form says (nothing saved, typed content kept): a row says it once."""
    return str(reason).removeprefix(_("没有保存：")).removesuffix(_("已填内容还在。")).strip()


def same_day(held: Sequence[date], told: date) -> Verdict:
    """A step that stands on file keeps its day; another one in the sheet is for somebody to look at."""
    if told in held:
        return Verdict(True)
    return Verdict(
        False,
        _("系统里已登记在%(held)s，表里是%(told)s，请核对；系统里登记错了的，先在本人页面作废再补录")
        % {"held": full_text(held[-1]), "told": full_text(told)},
    )


def same_counts(held: Mapping[str, Any], told: Mapping[str, int]) -> Verdict:
    """Counts of a vote on file; a blank cell asks nothing."""
    if all(held.get(name) == n for name, n in told.items()):
        return Verdict(True)
    return Verdict(False, _("表决人数和系统里登记的不同，请核对；系统里登记错了的，先在本人页面作废再补录"))


def was_full(rows: Iterable[tuple[date, date | None, date | None]], on: date) -> bool | None:
    """Whether somebody was a full member on a day, by rows (from, to, 转正日期) of full membership; None when not known.

    The roster of a bureau that starts today begins today; the day of full membership kept in it reaches further back.
    """
    found: bool | None = False
    for from_on, to_on, full_on in rows:
        if from_on <= on and (to_on is None or to_on > on):
            return True
        if from_on > on and full_on is not None and full_on <= on:
            return True
        if from_on > on and full_on is None:
            found = None
    return found


def standing_told(full: bool) -> str:
    """As :func:`rules.admission.can_help` asks for it."""
    return str(Standing.FULL) if full else ""


def can_close(sheet: PastSheet) -> Verdict:
    """Only a sheet that still waits is confirmed, returned or withdrawn."""
    if sheet.state == PastSheet.State.WAITING:
        return Verdict(True)
    return Verdict(False, _("这份补录表%s，不用再办。") % sheet.get_state_display())


def chip(state: str) -> Chip:
    """How a row of the sheet stands."""
    match state:
        case "refused":
            return Chip(_("要改"), "now", "tri")
        case "part":
            return Chip(_("部分等上级"), "mind", "half")
        case "ready":
            return Chip(_("可以登记"), "ok", "tick")
        case _:
            return Chip(_("没有新内容"), "plain", "ring")
