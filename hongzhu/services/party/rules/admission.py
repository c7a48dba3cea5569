"""What the way into the Party allows, and the sentences that say why not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import BRANCH_KINDS, Kind, Org
from hongzhu.core.people.models import Standing
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.perms import Verdict
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, Helper
from hongzhu.services.party.pack.admission import AdmissionPart, Step

QUOTA_KINDS = (*BRANCH_KINDS, Kind.GENERAL_BRANCH, Kind.COMMITTEE)
DECIDING = (Kind.COMMITTEE, Kind.UPPER)
MOST_LEVELS = 6
MEMBERS = (Standing.FULL, Standing.PROBATIONARY)
ENDS = (Admission.Outcome.WITHDRAWN, Admission.Outcome.STOPPED, Admission.Outcome.MOVED, Admission.Outcome.DECEASED)


def can_open(
    *, org: Org, standing: str, born_on: date | None, applied_on: date, open_elsewhere: str, part: AdmissionPart,
    today: date,
) -> Verdict:  # fmt: skip
    """Somebody of age who is no full member applies to a branch, and stands on no other way (Admission rules, 2014)."""
    if not part.steps:
        return Verdict(False, _("制度里还没有发展党员的步骤，请联系局党建办。"))
    if not (verdict := takes_applications(org, applied_on)):
        return verdict
    if applied_on > today:
        return Verdict(False, _("没有保存：申请时间还没有到，请改日期。已填内容还在。"))
    if standing == Standing.FULL:
        return Verdict(False, _("没有保存：名册上已是正式党员，不用再发展，请核对姓名。已填内容还在。"))
    if open_elsewhere:
        return Verdict(False, _("没有保存：已在“%s”登记了入党申请，一个人只登记一次。已填内容还在。") % open_elsewhere)
    return of_age(born_on, applied_on, part)


def takes_applications(org: Org, on: date) -> Verdict:
    """A branch that exists on the day."""
    if org.kind not in BRANCH_KINDS:
        return Verdict(False, _("没有保存：入党申请向党支部提出，请选党支部。已填内容还在。"))
    if (org.closed_on is not None and org.closed_on <= on) or org.opened_on > on:
        return Verdict(False, _("没有保存：“%s”在那一天还没有设立或已撤销，请核对。已填内容还在。") % org)
    return Verdict(True)


def of_age(born_on: date | None, applied_on: date, part: AdmissionPart) -> Verdict:
    """Eighteen or over on the day of the application."""
    assert part.min_age is not None
    if born_on is None:
        return Verdict(False, _("没有保存：名册上没有出生日期，请在“登记入党申请”页填上，才能核对年龄。已填内容还在。"))
    if applied_on < engine.birthday(born_on, part.min_age.value):
        return Verdict(
            False,
            _("没有保存：%(born)s出生，到申请那天不满%(age)s周岁，请核对出生日期和申请时间。已填内容还在。")
            % {"born": full_text(born_on), "age": part.min_age.value},
        )
    return Verdict(True)


def is_running(admission: Admission) -> Verdict:
    """A way that ended stays on file; only the papers of a confirmed member are still filed."""
    if admission.outcome in (Admission.Outcome.OPEN, Admission.Outcome.CONFIRMED):
        return Verdict(True)
    return Verdict(False, _("这条发展过程已经结束（%s），不能再改。") % admission.get_outcome_display())


def first_deciding(above: Org | None, next_above: Callable[[Org], Org | None]) -> Org | None:
    """The body that decides on members: the first Party committee on the way up; a general branch only passes on.

    Admission rules (2014): 具有审批权限的基层党委. A committee outside the bureau (UPPER) decides on paper.
    """
    for _level in range(MOST_LEVELS):
        if above is None or above.kind in DECIDING:
            return above
        above = next_above(above)
    return None  # a chain that never ends is no chain


def side(step: Step, *, outside: bool) -> str:
    """Who enters a step: branch, superior, or either of them. A superior outside the bureau answers on paper: the branch."""
    if outside or step.who != "superior":
        return "branch"
    return "superior" if step.decides else "either"


def can_do(place: engine.Place, *, on: date, today: date, part: AdmissionPart) -> Verdict:
    """A step on a day: nothing before it missing, not before its first day nor after its last, not in the future."""
    if on > today:
        return Verdict(False, _("没有保存：日期还没有到，做了以后再记。已填内容还在。"))
    found = engine.refusals(place, on)
    if not found:
        return Verdict(True)
    said = _("；").join(told(block, place, part) for block in found)
    return Verdict(False, _("没有保存：%s。已填内容还在。") % said)


def told(block: engine.Block, place: engine.Place, part: AdmissionPart) -> str:
    """What is missing, in words: what to do next."""
    if block.kind in {"clock", "late"}:
        return _told_day(block, place)
    steps, papers, notices = by_code(part.steps), by_code(part.papers), by_code(part.notices)
    match block.kind:
        case "step":
            words = _("先完成第%(n)s步“%(title)s”")
            said = words % {"n": steps[block.code].number, "title": steps[block.code].title}
        case "times":
            said = _("“%(title)s”还要再做%(n)s次") % {"title": steps[block.code].title, "n": block.n}
        case "paper":
            said = _("还缺“%s”，在材料清单里核对后打勾") % papers[block.code].title
        case "notice":
            said = _("还没有做“%s”") % notices[block.code].title
        case "unclosed":
            said = _("“%s”还没有登记结果") % notices[block.code].title
        case "held_up":
            said = _("“%s”期间的反映影响继续办理，核实清楚后重新公示") % notices[block.code].title
        case "named":
            said = _("先指定%(role)s（%(n)s人）") % {"role": role_title(block.code), "n": named_text(place.step)}
        case _:
            said = _("这一步已经办过或不再办理")
    return said


def brief(block: engine.Block, place: engine.Place, part: AdmissionPart) -> str:
    """The same in a few words, for a table."""
    match block.kind:
        case "paper":
            return _("缺“%s”") % by_code(part.papers)[block.code].title
        case "notice":
            return _("待公示")
        case "unclosed":
            return _("待登记公示结果")
        case "named":
            return _("待指定%s") % role_title(block.code)
        case _:
            return told(block, place, part)


def _told_day(block: engine.Block, place: engine.Place) -> str:
    if block.kind == "late":
        return _("已超过%s") % (full_text(place.last.day) if place.last else "")
    when = place.earliest if block.code == "earliest" else place.usual
    words = _("最早%s办理") if block.code == "earliest" else _("一般在%s以后办理")
    return words % (day_told(when) if when else "")


def day_told(when: engine.When) -> str:
    """A day, marked 暂定 while its calendar is not published."""
    day = full_text(when.day)
    return _("%s（暂定）") % day if when.provisional else day


def role_title(role: str) -> str:
    return str(Helper.Role(role).label)


def named_text(step: Step) -> str:
    if step.named is None:
        return ""
    if step.named.least == step.named.most:
        return str(step.named.least)
    return _("%(least)s至%(most)s") % {"least": step.named.least, "most": step.named.most}


def can_vote(ballot: engine.Ballot, *, roll: int | None, left_out: int, part: AdmissionPart) -> Verdict:
    """The sums of a vote, the roll of that day, and whether enough were there; not whether it was carried."""
    assert part.majority is not None
    said = {
        "empty": _("没有保存：请填应到会有表决权的人数，各项不能是负数。已填内容还在。"),
        "roll": _("没有保存：应到会有表决权%(n)s人，多于当天名册上的正式党员%(roll)s人，请核对（预备党员没有表决权）。已填内容还在。")
        % {"n": ballot.entitled, "roll": roll},
        "fewer": _("没有保存：当天名册上有正式党员%(roll)s人，其中免予参加%(out)s人，应到会有表决权%(n)s人少了。请核对应到人数；按规定有人不计在内的，选“应到少于名册的原因”。已填内容还在。")
        % {"roll": roll, "out": left_out, "n": ballot.entitled},
        "present": _("没有保存：实到会有表决权的人多于应到会的，请核对。已填内容还在。"),
        "votes": _("没有保存：赞成、反对、弃权加起来多于实到会有表决权的人，请核对（预备党员没有表决权）。已填内容还在。"),
        "written": _("没有保存：会前书面赞成的人多于没有到会的人，请核对。已填内容还在。"),
    }  # fmt: skip
    if wrong := engine.sums_wrong(ballot, roll, left_out):
        return Verdict(False, said[wrong])
    if not engine.quorate(ballot, part.majority.present):
        return Verdict(
            False,
            _(
                "没有保存：应到会有表决权%(entitled)s人，实到%(present)s人，没有超过半数，不能开会表决，请另定时间。已填内容还在。"
            )
            % {"entitled": ballot.entitled, "present": ballot.present},
        )
    return Verdict(True)


def can_extend(way: engine.Way, until: date | None, part: AdmissionPart) -> Verdict:
    """Once only, at least half a year and at most a year from the end of probation."""
    rule = part.probation
    assert rule is not None
    if way.extended or way.probation_end is None:
        return Verdict(False, _("没有保存：预备期只能延长一次，请选转正或取消预备党员资格。已填内容还在。"))
    if until is None:
        return Verdict(False, _("没有保存：延长预备期要写延长到哪一天。已填内容还在。"))
    least = engine.add_months(way.probation_end, rule.extended_least.value)
    most = engine.add_months(way.probation_end, rule.extended_most.value)
    if engine.extension_wrong(way.probation_end, until, part):
        return Verdict(
            False,
            _("没有保存：延长要在%(least)s到%(most)s之间（不少于半年，不超过一年），请改日期。已填内容还在。")
            % {"least": full_text(least), "most": full_text(most)},
        )
    return Verdict(True)


def can_train(step: Step, hours: int | None) -> Verdict:
    """The short training has its class hours."""
    if step.hours is None:
        return Verdict(True)
    if hours is None:
        return Verdict(False, _("没有保存：请填培训学时。已填内容还在。"))
    if hours < step.hours.least and step.hours.level == "refuse":
        return Verdict(
            False,
            _("没有保存：培训%(n)s学时，少于%(least)s学时，请补训后再记。已填内容还在。")
            % {"n": hours, "least": step.hours.least},
        )
    return Verdict(True)


def can_help(
    *, applicant: int, helper: int, standing: str, held: Iterable[Any], step: Step, on: date, today: date
) -> Verdict:
    """A full member of that day, not the applicant, not named twice, no more than the rule allows."""
    assert step.named is not None
    if on > today:
        return Verdict(False, _("没有保存：日期还没有到，请改日期。已填内容还在。"))
    if helper == applicant:
        return Verdict(False, _("没有保存：本人不能作自己的培养联系人或入党介绍人，请另选一人。已填内容还在。"))
    if standing != Standing.FULL:
        return Verdict(False, _("没有保存：要由正式党员担任，这个人那天不是正式党员，请另选一人。已填内容还在。"))
    held = list(held)
    if helper in held:
        return Verdict(False, _("没有保存：已经指定了这个人。"))
    if len(held) >= step.named.most:
        return Verdict(
            False,
            _("没有保存：%(role)s最多%(n)s人，请先结束一人。")
            % {"role": role_title(step.named.role), "n": step.named.most},
        )
    return Verdict(True)


def can_post(*, after: date | None, running: bool, posted_on: date, days: int, least: int, today: date) -> Verdict:
    """A notice goes up after the step it follows, one at a time, at least as long as the rule says."""
    if posted_on > today:
        return Verdict(False, _("没有保存：张贴日期还没有到，张贴以后再记。已填内容还在。"))
    if after is None:
        return Verdict(False, _("没有保存：还没有到这次公示，请先完成前面的步骤。"))
    if running:
        return Verdict(False, _("没有保存：这次公示还没有登记结果，不能再登记一次。"))
    if posted_on < after:
        return Verdict(False, _("没有保存：张贴日期早于%s，请改日期。已填内容还在。") % full_text(after))
    if days < least:
        return Verdict(False, _("没有保存：公示不少于%s个工作日，请改天数。已填内容还在。") % least)
    return Verdict(True)


def can_close_notice(*, closed: bool, last: engine.When, on: date, today: date) -> Verdict:
    """The result is stated after the last day of the notice."""
    if closed:
        return Verdict(False, _("这次公示已经登记过结果。"))
    if on > today:
        return Verdict(False, _("没有保存：日期还没有到，请改日期。已填内容还在。"))
    if on <= last.day:
        return Verdict(False, _("没有保存：公示到%s，期满后才能登记结果。已填内容还在。") % day_told(last))
    return Verdict(True)


def within_quota(*, admitted: int, places: int | None, body: str, year: int) -> Verdict:
    """Nobody is admitted beyond the year's plan of the body, where it has one."""
    if places is None or admitted < places:
        return Verdict(True)
    return Verdict(
        False,
        _(
            "没有保存：“%(body)s”%(year)s年计划发展%(places)s名，已接收%(n)s名，没有名额了，请联系上级党组织调整计划。已填内容还在。"
        )
        % {"body": body, "year": year, "places": places, "n": admitted},
    )


def chip(place: engine.Place, today: date) -> Chip:
    """How the next step stands, as the table shows it."""
    if place.state == "done":
        return Chip(_("已完成"), "ok", "tick")
    if place.late(today):
        return Chip(_("已过期限"), "now", "tri")
    if place.state == "blocked":
        return Chip(_("待补齐"), "mind", "gap")
    if place.state == "waits":
        return Chip(_("未到时间"), "plain", "ring")
    return Chip(_("可以办理"), "go", "half") if place.state == "open" else Chip(_("不再办理"), "plain", "dash")
