"""Who may record, follow up, review; and the questions an act is asked before it changes. Pure: no clock, no writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import EVERYONE, READERS_ABOVE, RECORDERS, by_another
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind
from hongzhu.kit import registry
from hongzhu.kit.dates import day_text, full_text
from hongzhu.kit.perms import Perm, Verdict

from . import engine
from .models import ABSENT, Act, Attendance, Resolution
from .pack import ActivitiesSection, ActKind, Decision

VIEW = registry.perm("activities.view", gettext_lazy("查看活动"), roles=EVERYONE, past=True)
RECORD = registry.perm("activities.record", gettext_lazy("记录支部活动"), roles=RECORDERS)
RECORD_SCHOOL = registry.perm(
    "activities.record_school", gettext_lazy("记录学校活动"), roles=(Role.SCHOOL_SECRETARY, *RECORDERS)
)
RECORD_OFFICE = registry.perm(
    "activities.record_office",
    gettext_lazy("记录机关和上级党组织活动"),
    roles=(Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY),
)
REPORT = registry.perm("activities.report", gettext_lazy("报告议定事项进展"), roles=EVERYONE)
REVIEW = registry.perm(
    "activities.review", gettext_lazy("审阅、退回补正"), roles=(Role.PARTY_OFFICE, Role.DISTRICT_OFFICER)
)
STRIKE = registry.perm("activities.strike", gettext_lazy("取消计入"), roles=(Role.PARTY_OFFICE,))
COMPARE = registry.perm("activities.compare", gettext_lazy("查看主题一览"), roles=READERS_ABOVE)
LECTURES = registry.perm("activities.lectures", gettext_lazy("查看讲党课统计"), roles=(*READERS_ABOVE, *RECORDERS))
CHECK_OWN = registry.perm("activities.check_own", gettext_lazy("记录自查"), roles=RECORDERS)

SCHOOL_KINDS = (Kind.SCHOOL, Kind.KINDERGARTEN, Kind.TRAINING, Kind.CLASS, Kind.UNION, Kind.LEAGUE, Kind.PIONEERS)

# B07 B08 B14 B19: held, who, when, counts and the unit's own improvement items. Whatever a pack says, these kinds
# have no text and no file slot for what a person said (architecture.md, Boundaries).
BARE_KINDS = frozenset({"org_life", "democratic_life", "appraisal", "spirit_analysis", "centre_study"})
# What a bare act may still keep of its resolutions: the unit's own improvement items.
BARE_ITEMS = frozenset({Resolution.Kind.IMPROVEMENT})


def record_perm(org_kind: str) -> Perm:
    """Which permission recording for a body of this kind needs: a branch's acts are its own to write."""
    if org_kind in (*BRANCH_KINDS, Kind.TEAM):
        return RECORD
    return RECORD_SCHOOL if org_kind in SCHOOL_KINDS else RECORD_OFFICE


def is_bare(kind: ActKind) -> bool:
    """Whether the kind keeps no text of the proceedings and no files (see BARE_KINDS)."""
    return kind.code in BARE_KINDS or kind.confidential


def kinds_for(section: ActivitiesSection, org_kind: str) -> list[ActKind]:
    """The kinds of act a body of this kind may hold, in the pack's order."""
    fit = [kind for kind in section.kinds if kind.active and org_kind in kind.scope]
    return sorted(fit, key=lambda kind: kind.order)


# --- may it be written ------------------------------------------------------------------------------------


def can_hold(kind: ActKind | None, org_kind: str) -> Verdict:
    if kind is None or not kind.active:
        return Verdict(False, _("这一类活动现在不用记，请换一类。"))
    if org_kind not in kind.scope:
        return Verdict(False, _("“%(kind)s”不由这类组织召开，请换一类或换一个组织。") % {"kind": kind.title})
    return Verdict(True)


def can_be_told(told: engine.Told, kind: ActKind, *, opened_on: date, closed_on: date | None, today: date) -> Verdict:
    """Whether what was told can be kept as one act. The first reason found, in the user's words."""
    reason = next(_when_wrong(told, opened_on=opened_on, closed_on=closed_on, today=today), None)
    reason = reason or next(_what_wrong(told, kind), None)
    return Verdict(False, reason) if reason else keeps_boundary(told, kind)


def _when_wrong(told: engine.Told, *, opened_on: date, closed_on: date | None, today: date) -> Iterator[str]:
    if told.held_on > today:
        yield _("%s还没到，会后再记；会前可以先做计划和通知") % day_text(told.held_on)
    if told.last_day > today:
        yield _("结束日期%s还没到，请改日期") % day_text(told.last_day)
    if told.last_day < told.held_on:
        yield _("结束日期早于开始日期，请改日期")
    if told.held_on < opened_on:
        yield _("这个组织%s才设立，请改日期") % full_text(opened_on)
    if closed_on and told.held_on >= closed_on:
        yield _("这个组织已在%s撤销，请改日期") % full_text(closed_on)
    if told.starts_at and told.ends_at and told.ends_at <= told.starts_at:
        yield _("结束时间不晚于开始时间，请改时间")


def _what_wrong(told: engine.Told, kind: ActKind) -> Iterator[str]:
    if not told.theme.strip():
        yield _("没有主题，请选一个或写一个")
    years = (told.held_on.year, told.held_on.year - 1)
    if kind.belonging == "own_year" and told.belongs_year not in years:
        yield _("请选所属年度：%(last)s年度或%(this)s年度") % {"last": years[1], "this": years[0]}
    if unknown := [part for part in told.parts if part not in kind.parts]:
        yield _("“本次包含”里有这类活动没有的一项：%s，请重新选") % _("、").join(unknown)


# Parts at which somebody of the body's own may speak, though nothing asks for it: an exchange (K07).
SPOKEN = frozenset({"exchange"})


def keeps_boundary(told: engine.Told, kind: ActKind) -> Verdict:
    """No text of what a person said where the kind is bare (B07, B08, B14, B19)."""
    if not is_bare(kind):
        return Verdict(True)
    if told.process.strip():
        return Verdict(
            False, _("“%s”只记召开情况、人数和整改事项，不收发言和检查材料，请把“主要过程”清空") % kind.title
        )
    if any(item.kind not in BARE_ITEMS for item in told.items):
        return Verdict(False, _("“%s”只收单位的整改事项，请改写或去掉这一项") % kind.title)
    if told.media:
        return Verdict(False, _("“%s”不收录音录像，请去掉") % kind.title)
    return Verdict(True)


def takes_files(kind: ActKind) -> Verdict:
    if is_bare(kind):
        return Verdict(False, _("“%s”不收附件：检查材料和发言留在纸上") % kind.title)
    return Verdict(True)


def can_be_absent(state: str) -> Verdict:
    return Verdict(state in ABSENT, "" if state in ABSENT else _("请选没有到会的原因"))


def can_vote(vote: engine.VoteTold, entitled: int, present: int, on_roll: int) -> Verdict:
    """The sums of one vote, before any threshold is asked. ``on_roll``: how many the roster of that day has, 0 without one.

    A probationary member counted in is what the branch's own check finds; more than the whole roster is a slip.
    """
    if on_roll and entitled > on_roll:
        return Verdict(
            False,
            _("“%(matter)s”：应到会有表决权的填了%(n)s人，当天名册上只有%(roll)s人，请改人数；名册缺人的，先补名册再记")
            % {"matter": vote.matter, "n": entitled, "roll": on_roll},
        )
    if present > entitled:
        return Verdict(False, _("“%s”：实到会有表决权的人多于应到会的，请核对") % vote.matter)
    if vote.favour + vote.against + vote.abstain > present:
        return Verdict(
            False, _("“%s”：赞成、反对、弃权加起来多于实到会有表决权的人，请核对（预备党员没有表决权）") % vote.matter
        )
    return Verdict(True)


# --- may it change ----------------------------------------------------------------------------------------


def can_be_corrected(act: Act) -> Verdict:
    if act.status == Act.Status.VOIDED:
        return Verdict(False, _("这次活动已作废，不能更正；可以复制后重新记一次。"))
    return Verdict(True)


def can_be_voided(act: Act, reason: str) -> Verdict:
    if act.status == Act.Status.VOIDED:
        return Verdict(False, _("这次活动已经作废了。"))
    if not reason.strip():
        return Verdict(False, _("请写作废的原因，作废后记录仍可查看。"))
    return Verdict(True)


def can_be_confirmed(act: Act) -> Verdict:
    if act.status == Act.Status.VOIDED:
        return Verdict(False, _("这次活动已作废，不再计入。"))
    return Verdict(True)


def can_be_reviewed(act: Act, *, own: bool, others: Sequence[str]) -> Verdict:
    """Read by another than who recorded or corrected it (A19). ``own``: who asks did."""
    if act.status in (Act.Status.VOIDED, Act.Status.REVIEWED):
        return Verdict(False, _("“%s”的活动不用再审阅。") % act.get_status_display())
    return by_another(own=own, step=_("审阅"), others=others)


def can_be_returned(act: Act, note: str) -> Verdict:
    if act.status == Act.Status.VOIDED:
        return Verdict(False, _("这次活动已作废，不用退回。"))
    if not note.strip():
        return Verdict(False, _("请写清要补正什么，支部才好改。"))
    return Verdict(True)


def can_be_made_up(row: Attendance, on: date, today: date) -> Verdict:
    """补学 only for the absent of an act that stands; not before the act itself, not in the future."""
    if row.act.status == Act.Status.VOIDED:
        return Verdict(False, _("这次活动已作废，不用补学。"))
    if row.state not in (*ABSENT, Attendance.State.LEFT_OUT):
        return Verdict(False, _("%s当天到会，不用补学。") % row.person)
    if on < row.act.held_on:
        return Verdict(False, _("补学时间早于活动日期，请改日期。"))
    if on > today:
        return Verdict(False, _("%s还没到，补学后再记。") % day_text(on))
    return Verdict(True)


def can_be_reported(item: Resolution, person_id: int | None, *, recorder: bool) -> Verdict:
    if item.state not in (Resolution.State.OPEN, Resolution.State.REPORTED):
        return Verdict(False, _("这一项%s，不用再报。") % item.get_state_display())
    if not recorder and item.owner_id != person_id:
        return Verdict(False, _("只有负责人和支部记录人能报进展。"))
    return Verdict(True)


def can_be_closed(item: Resolution, person_id: int | None) -> Verdict:
    """Closed by another than who owned it and who reported it done: nobody verifies the own work."""
    if item.state in (Resolution.State.CLOSED, Resolution.State.DROPPED):
        return Verdict(False, _("这一项%s。") % item.get_state_display())
    if person_id is None:
        return Verdict(False, _("这个账号没有对应的人，不能验收。请用本人账号登录。"))
    if person_id in (item.owner_id, item.reported_by_id):
        return Verdict(False, _("自己办的事不能自己验收，请换一个人验收销号。"))
    return Verdict(True)


# --- in words ---------------------------------------------------------------------------------------------


def needs_in_words() -> dict[str, str]:
    """Each need, as the sentence says that it is missing."""
    return {
        "lecture_title": _("没有党课题目"),
        "lecturer": _("没有主讲人"),
        "secretary": _("主讲人不是书记"),
        "vote": _("没有表决结果"),
        "resolution": _("没有议定事项"),
        "readings": _("没有学习篇目"),
        "outputs": _("没有填数量"),
        "place": _("没有地点"),
        "open": _("没有标“对外开放”"),
        "fixed_day": _("不在固定党日"),
    }


def reason_of(proposal: engine.Proposal, section: ActivitiesSection) -> str:
    """Why a tag is not counted: 未勾“会议表决”或“民主议事”，不计. Empty where it is met."""
    if proposal.over:
        return _("超过每次最多计入的项数，不计")
    if not proposal.lacks:
        return ""
    parts = {part.code: str(part.title) for part in section.parts}
    topics = {topic.code: str(topic.title) for topic in section.topics}
    said = needs_in_words()
    words = []
    for lack in proposal.lacks:
        if lack.line == "parts_any":
            words.append(_("未勾%s") % _or(_quoted(parts.get(code, code)) for code in lack.codes))
        elif lack.line == "parts_all":
            words.append(_("未勾%s") % _("、").join(_quoted(parts.get(code, code)) for code in lack.codes))
        elif lack.line == "topics_any":
            words.append(_("内容不是%s") % _or(_quoted(topics.get(code, code)) for code in lack.codes))
        elif lack.line == "needs":
            words.extend(said.get(code, code) for code in lack.codes)
    return _("%s，不计") % _("，").join(words) if words else _("条件不符，不计")


def facts_of(
    told: engine.Told, *, has_vote: bool, on_fixed_day: bool, has_lecturer: bool, by_secretary: bool
) -> engine.Facts:
    """What the tags may look at."""
    given = {
        "lecture_title": bool(told.lecture_title.strip()),
        "lecturer": has_lecturer,
        "secretary": by_secretary,
        "vote": has_vote,
        "resolution": bool(told.items),
        "readings": bool(told.readings),
        "outputs": any(told.outputs.values()),
        "place": bool(told.place.strip()),
        "open": told.open_to_outside,
        "fixed_day": on_fixed_day,
    }
    return engine.Facts(
        kind=told.kind,
        parts=frozenset(told.parts),
        topic=told.topic,
        has=frozenset(name for name, there in given.items() if there),
        minutes=engine.minutes_of(told.held_on, told.last_day, told.starts_at, told.ends_at),
    )


def proposals_for(kind: ActKind, section: ActivitiesSection, facts: engine.Facts) -> list[engine.Proposal]:
    """The tags this act may count for, under this pack."""
    return engine.propose(
        facts,
        section.tags,
        offered=kind.parts,
        topics=kind.topics or tuple(topic.code for topic in section.topics),
        minutes_per_hour=section.minutes_per_hour.value if section.minutes_per_hour else 60,
        most=section.max_tags_per_act.value if section.max_tags_per_act else None,
    )


def verdict_of(vote: engine.VoteTold, entitled: int, present: int, decision: Decision | None) -> engine.VoteResult:
    """How the vote stands under the pack's decision; without one, more than half of all entitled."""
    attendance = decision.attendance if decision else None
    votes = decision.votes if decision else None
    return engine.count_vote(
        entitled=entitled,
        present=present,
        favour=vote.favour,
        attendance=engine.Fraction(*attendance.of, attendance.more) if attendance else engine.Fraction(1, 2, more=True),
        votes=engine.Fraction(*votes.of, votes.more) if votes else engine.Fraction(1, 2, more=True),
        base=decision.base if decision else "entitled",
    )


def _quoted(word: str) -> str:
    return _("“%s”") % word


def _or(words: Iterable[str]) -> str:
    return _("或").join(words)
