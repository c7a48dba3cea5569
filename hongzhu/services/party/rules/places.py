"""What may be done with the catalogue of posts a branch offers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.kit.chips import Chip
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.models import PostPlace

ASKED = 3  # so many names of those who can make room


def can_offer(*, places: int, same: bool, taken: int = 0) -> Verdict:
    """A place stands once in a branch's catalogue, with room for those who hold it already.

    ``same``: another open place of that kind and title; ``taken``: how many hold this one.
    """
    if same:
        return Verdict(
            False, _("没有保存：目录里已经有同一类别、同一名称的岗位，请改名称，或去改那一个。已填内容还在。")
        )
    if places < 1:
        return Verdict(False, _("没有保存：名额至少1个，请改名额。已填内容还在。"))
    if places < taken:
        return Verdict(
            False, _("没有保存：已经有%(n)s人占着名额，名额不能比这更少，请改名额。已填内容还在。") % {"n": taken}
        )
    return Verdict(True)


def can_take(place: PostPlace, *, org: int, on: date, taken: int, others: Sequence[str] = ()) -> Verdict:
    """Somebody of the branch ``org`` takes the place on a day, while it is offered and one is free.

    ``others``: who keeps the catalogue, for the refusal of a full one.
    """
    if place.org_id != org:
        return Verdict(False, _("没有登记：这个岗位不在所选支部的目录里，请改支部或另选岗位。已填内容还在。"))
    if on < place.from_on:
        return Verdict(
            False,
            _("没有登记：这个岗位从%(year)s年%(month)s月%(day)s日起才开放，请到时再认领，或另选一个。已填内容还在。")
            % {"year": place.from_on.year, "month": place.from_on.month, "day": place.from_on.day},
        )
    if place.closed_on is not None and place.closed_on <= on:
        return Verdict(False, _("没有登记：这个岗位已经关闭，请另选一个。已填内容还在。"))
    if taken < place.places:
        return Verdict(True)
    if others:
        return Verdict(
            False,
            _("没有登记：这个岗位名额已满，请另选一个。要增加名额，可以找%(names)s。")
            % {"names": _("、").join(others[:ASKED])},
        )
    return Verdict(False, _("没有登记：这个岗位名额已满，请另选一个，或由支部在岗位目录里增加名额。已填内容还在。"))


def can_close(place: PostPlace, on: date) -> Verdict:
    """Closed once, on or after the day it was opened; who holds it keeps it."""
    if place.closed_on is not None:
        return Verdict(False, _("已经关闭，不用再关一次。"))
    if on < place.from_on:
        return Verdict(False, _("没有保存：关闭日期不能早于开放日期，请改日期。已填内容还在。"))
    return Verdict(True)


def place_chip(place: PostPlace, taken: int, today: date) -> Chip:
    if place.closed_on is not None and place.closed_on <= today:
        return Chip(_("已关闭"), "plain", "dash")
    if place.from_on > today:
        return Chip(_("未开放"), "plain", "ring")
    if taken >= place.places:
        return Chip(_("已满"), "ok", "tick")
    return Chip(_("可认领"), "go", "half")
