"""What may be written down of an appraisal, of the steps of an organisation-life meeting, of a secretary's report. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine import life as engine
from hongzhu.services.party.pack.life import LifePart, LifeStepSpec


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of an appraisal as a secretary enters them, with what explains them."""

    year: int
    held_on: date
    counts: engine.Counts
    absent_for: str = ""
    cap_reason: str = ""


def can_appraise(told: Told, *, probationary: int, part: LifePart, today: date) -> Verdict:
    """The counts of one branch and year. ``told.counts.members`` and ``probationary`` are the roll of that day."""
    refused = _first(_against_appraisal(told, probationary, today))
    return _within_cap(told, part) if refused is None else refused


def _first(reasons: Iterator[str]) -> Verdict | None:
    """A refusal with the first reason; None when there is none."""
    reason = next(reasons, "")
    return Verdict(False, reason) if reason else None


def _against_appraisal(told: Told, probationary: int, today: date) -> Iterator[str]:
    counts = told.counts
    if told.held_on > today:
        yield _("没有保存：评议日期还没有到，请改日期。已填内容还在。")
    if not engine.may_belong(told.held_on, told.year):
        yield _("没有保存：%s年度的评议在当年或次年上半年开，请改所属年度或日期。已填内容还在。") % told.year
    if not counts.members:
        yield _("没有保存：那一天名册上没有党员，请核对日期，或先在党员名册里登记。已填内容还在。")
    if counts.took_part > counts.members:
        words = {"took": counts.took_part, "members": counts.members}
        yield _("没有保存：参评%(took)s人，多于那一天名册上的%(members)s人，请核对。已填内容还在。") % words
    if counts.probationary > min(probationary, counts.took_part):
        words = {"told": counts.probationary, "roll": probationary}
        yield _("没有保存：参评的预备党员填了%(told)s人，名册上是%(roll)s人，请核对。已填内容还在。") % words
    if counts.took_part < counts.members and not told.absent_for.strip():
        yield _("没有保存：有%s人未参评，请写原因。已填内容还在。") % (counts.members - counts.took_part)
    if counts.graded != counts.to_grade:
        words = {"graded": counts.graded, "took": counts.took_part, "new": counts.probationary, "due": counts.to_grade}
        yield (
            _(
                "没有保存：四个等次合计%(graded)s人，应为%(due)s人（参评%(took)s人，减去不评等次的预备党员%(new)s人），请核对。已填内容还在。"
            )
            % words
        )


def _within_cap(told: Told, part: LifePart) -> Verdict:
    """优秀 above its share needs the superior's approval, named."""
    if part.cap is None:
        return Verdict(True)
    most = engine.cap(told.counts, part.cap.share, part.cap.of)
    if told.counts.excellent > most and not told.cap_reason.strip():
        words = {"n": told.counts.excellent, "most": most}
        return Verdict(
            False,
            _(
                "没有保存：优秀%(n)s人，一般不超过%(most)s人（三分之一，尾数舍去）。上级批准超过的，请写批准依据。已填内容还在。"
            )
            % words,
        )
    return Verdict(True)


def can_tick(spec: LifeStepSpec, done_on: date, count: int | None, *, year: int, today: date) -> Verdict:
    """One step of the organisation-life meeting, with its number where it has one."""
    if spec.kind is not None:
        return Verdict(False, _("这一步由会议记录带出，请先记录这次会议，不用在这里打勾。"))
    if done_on > today:
        return Verdict(False, _("没有保存：日期还没有到，请改日期。已填内容还在。"))
    if not engine.may_belong(done_on, year):
        return Verdict(False, _("没有保存：日期不在这个年度里，请改日期。已填内容还在。"))
    if spec.counted is not None and count is None:
        return Verdict(False, _("没有保存：请填%(what)s，没有就填0。已填内容还在。") % {"what": spec.counted})
    if spec.counted is None and count is not None:
        return Verdict(False, _("没有保存：这一步没有数量，请把数量空着。已填内容还在。"))
    return Verdict(True)


@dataclass(frozen=True, slots=True)
class Report:
    """A secretary's yearly report: received, tested by votes, how many problems fed back. Counts only."""

    received_on: date | None = None
    held_on: date | None = None
    votes: tuple[int | None, ...] = (None, None, None, None)
    problems: int | None = None
    fed_back_on: date | None = None


def can_report(told: Report, *, today: date, own: bool, others: Sequence[str]) -> Verdict:
    """Votes come with the day they were cast; problems fed back after it. Nobody enters the test of their own work."""
    refused = _first(_against_report(told, today))
    if refused is not None:
        return refused
    tested = any(vote is not None for vote in told.votes)
    return by_another(own=own and tested, step=_("登记测评"), others=others)


def _against_report(told: Report, today: date) -> Iterator[str]:
    days = [day for day in (told.received_on, told.held_on, told.fed_back_on) if day]
    if not days:
        yield _("没有保存：请至少填一个日期。已填内容还在。")
    if days and max(days) > today:
        yield _("没有保存：日期还没有到，请改日期。已填内容还在。")
    given = [vote for vote in told.votes if vote is not None]
    if given and len(given) != len(told.votes):
        yield _("没有保存：测评票要把好、较好、一般、差四项都填上，没有的填0。已填内容还在。")
    if given and (told.held_on is None or not sum(given)):
        yield _("没有保存：填了测评票，请填述职日期，合计要多于0票。已填内容还在。")
    if told.problems is not None and told.fed_back_on is None:
        yield _("没有保存：填了反馈问题数，请填反馈日期。已填内容还在。")
    if told.fed_back_on and (told.held_on is None or told.fed_back_on < told.held_on):
        yield _("没有保存：反馈在述职之后，请核对两个日期。已填内容还在。")
