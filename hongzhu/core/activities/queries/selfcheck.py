"""记录自查: what the branch should put right before anybody asks. For its own eyes: nobody above sees a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import ABSENT, Act, Attendance, Resolution, Vote
from hongzhu.core.activities.pack import ActivitiesSection, ActKind, Part
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership
from hongzhu.core.policies.models import CalendarDay
from hongzhu.kit.dates import day_of, day_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.textual import similarity

from .acts import section_of
from .items import item_words
from .roster import PARTY_MEMBERS

NEARLY_EQUAL = 0.85  # shared shingles; below, two honest records of one kind may well agree
SHORT = 20  # characters: a shorter text is too short to be compared
RECORDED_LATE = timedelta(days=10)
MAKE_UP_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at: what it is, what to do, and the act it is about. ``grave`` ones come first."""

    code: str
    what: str
    todo: str
    act: int
    held_on: date
    grave: bool = False


def self_check(body: Org, year: int, today: date) -> list[Doubt]:
    """All findings of one body's year, grave ones first, then by day. A fixed number of queries."""
    acts = list(
        Act.objects.filter(bodies__org=body, held_on__year=year)
        .exclude(status=Act.Status.VOIDED)
        .prefetch_related("votes", "resolutions")
        .order_by("held_on", "pk")
    )
    rows: dict[int, list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(act__in=[act.pk for act in acts]).select_related("person"):
        rows[row.act_id].append(row)
    section = section_of(body.bureau, date(year, 12, 31) if year < today.year else today)
    found = [
        *_single(acts, section),
        *_rosters(body, acts, rows, section),
        *_votes(acts, rows, section),
        *_order(acts),
        *_twice(acts, rows),
        *_holidays(body, acts, year),
        *_alike(acts, _last_before(body, year)),
        *_absent(acts, rows, today),
        *_late_items(acts, section, today),
    ]
    return sorted(found, key=lambda doubt: (not doubt.grave, doubt.held_on, doubt.act))


def _doubt(code: str, act: Act, what: str, todo: str, *, grave: bool = False) -> Doubt:
    return Doubt(
        code,
        _("%(day)s %(theme)s：%(what)s") % {"day": day_text(act.held_on), "theme": act.theme, "what": what},
        todo,
        act.pk,
        act.held_on,
        grave,
    )


def _single(acts: list[Act], section: ActivitiesSection) -> Iterator[Doubt]:
    """What one act lacks in itself."""
    parts, kinds = by_code(section.parts), by_code(section.kinds)
    for act in acts:
        kind = kinds.get(act.kind)
        needs = {need for code in act.parts if code in parts for need in parts[code].needs}
        if "lecture_title" in needs and not act.lecture_title:
            yield _doubt("no_title", act, _("党课没有题目"), _("更正，补上党课题目"), grave=True)
        if "lecturer" in needs and not (act.lecturer_id or act.lecturer_name):
            yield _doubt("no_lecturer", act, _("没有主讲人"), _("更正，补上主讲人"))
        if "vote" in act.parts and not act.votes.all():
            yield _doubt(
                "no_vote", act, _("勾了“会议表决”，没有表决结果"), _("更正，补上应到、实到和票数，或去掉“会议表决”")
            )
        if kind and kind.roster != "none" and not act.chair_id:
            yield _doubt("no_chair", act, _("没有主持人"), _("更正，在“更多”里选主持人"))
        if kind and not rules.is_bare(kind) and kind.roster != "none" and _empty(act, kind, parts):
            yield _doubt("no_process", act, _("主要过程只有标题，没有内容"), _("更正，把过程补上"))
        if day_of(act.recorded_at) - act.held_on > RECORDED_LATE and not act.late_note:
            days = (day_of(act.recorded_at) - act.held_on).days
            yield _doubt("late", act, _("隔了%s天才记，没有说明") % days, _("更正，在“更多”里写一句补记说明"))
        if act.status == Act.Status.RETURNED:
            yield _doubt("returned", act, _("退回补正：%s") % act.review_note, _("按意见更正"), grave=True)


def _empty(act: Act, kind: ActKind, parts: Mapping[str, Part]) -> bool:
    headings = [str(words) for words in kind.headings]
    headings += [str(part.heading or part.title) for part in parts.values()]
    return engine.only_headings(act.process, headings)


def _rosters(
    body: Org, acts: list[Act], rows: dict[int, list[Attendance]], section: ActivitiesSection
) -> Iterator[Doubt]:
    """The roster kept with the act against the members of that day, as the register has them now."""
    kinds = by_code(section.kinds)
    members = list(Membership.objects.filter(org=body, standing__in=PARTY_MEMBERS).select_related("person"))
    for act in acts:
        kind = kinds.get(act.kind)
        if kind is None or kind.roster != "members":
            continue
        of_day = {
            row.person_id: row.person.name
            for row in members
            if row.from_on <= act.held_on and (row.to_on is None or row.to_on > act.held_on)
        }
        kept = {row.person_id: row.person.name for row in rows[act.pk] if row.org_id == body.pk}
        missing = [name for person, name in of_day.items() if person not in kept]
        extra = [name for person, name in kept.items() if person not in of_day]
        if missing or extra:
            said = [_("少了%s") % _("、").join(missing)] if missing else []
            said += [_("多了%s") % _("、").join(extra)] if extra else []
            yield _doubt(
                "roster",
                act,
                _("和当天名册不一致，%s") % _("，").join(said),
                _("更正一次即按当天名册重排，或先改党员名册"),
                grave=True,
            )
        due = sum(row.state not in (engine.LEFT_OUT, engine.OBSERVER) for row in rows[act.pk])
        if due != act.due_roster:
            yield _doubt(
                "count", act, _("应到%(a)s人，名册上%(b)s人") % {"a": act.due_roster, "b": due}, _("更正一次即重新计算")
            )


def _votes(acts: list[Act], rows: dict[int, list[Attendance]], section: ActivitiesSection) -> Iterator[Doubt]:
    decisions = by_code(section.decisions)
    for act in acts:
        voters = [row for row in rows[act.pk] if row.standing not in engine.NO_VOTE]
        probationary = [row.person.name for row in rows[act.pk] if row.standing in engine.NO_VOTE]
        there = sum(row.state == engine.PRESENT for row in voters)
        for vote in act.votes.all():
            if voters and vote.entitled > len(voters):
                names = _("、").join(probationary)
                yield _doubt(
                    "probationary", act,
                    _("“%(matter)s”应到会有表决权%(n)s人，正式党员只有%(m)s人") % {"matter": vote.matter, "n": vote.entitled, "m": len(voters)}
                    + (_("（预备党员%s没有表决权）") % names if names else ""),
                    _("更正表决人数，分母只算正式党员"), grave=True,
                )  # fmt: skip
            elif voters and vote.present > there:
                yield _doubt(
                    "present", act, _("“%(matter)s”实到%(n)s人，当天到会的正式党员%(m)s人") % {"matter": vote.matter, "n": vote.present, "m": there},
                    _("更正实到会有表决权的人数"), grave=True,
                )  # fmt: skip
            told = engine.VoteTold(vote.matter, vote.favour, vote.against, vote.abstain)
            result = rules.verdict_of(told, vote.entitled, vote.present, decisions.get(vote.rule))
            if vote.entitled and not result.carried:
                yield _doubt("not_carried", act, _why_not(vote, result), _("核对票数；没有通过的不能按通过办"))


def _why_not(vote: Vote, result: engine.VoteResult) -> str:
    """Which of the two thresholds was missed, as the record sheet counts them."""
    if not result.quorate:
        return _("“%(matter)s”实到%(n)s人，至少%(least)s人到会才能表决，没有通过") % {
            "matter": vote.matter, "n": vote.present, "least": result.least_present,
        }  # fmt: skip
    return _("“%(matter)s”赞成%(n)s票，至少%(least)s票才能通过，没有通过") % {
        "matter": vote.matter, "n": vote.favour, "least": result.least_favour,
    }  # fmt: skip


def _order(acts: list[Act]) -> Iterator[Doubt]:
    """支委会 dated after the 党员大会 that voted on the same matter: the committee prepares, the members decide."""
    prepared = [act for act in acts if act.kind == "committee_meeting"]
    for act in acts:
        for vote in act.votes.all():
            before = after = None
            for meeting in prepared:
                about = meeting.theme + "".join(item.matter for item in meeting.resolutions.all())
                if _about(vote.matter, about):
                    before = before or (meeting if meeting.held_on <= act.held_on else None)
                    after = after or (meeting if meeting.held_on > act.held_on else None)
            if after and not before:
                yield _doubt(
                    "order", after,
                    _("支委会在%(day)s党员大会表决之后才研究“%(matter)s”") % {"day": day_text(act.held_on), "matter": vote.matter},
                    _("核对两次会议的日期，写反了就更正"), grave=True,
                )  # fmt: skip


def _about(matter: str, text: str) -> bool:
    """Whether a text names the matter: long shared runs, not single words."""
    return matter in text or (len(text) >= 4 and similarity(matter, text) >= 0.3)


def _twice(acts: list[Act], rows: dict[int, list[Attendance]]) -> Iterator[Doubt]:
    """One person in two places at the same hours, here or at another body's act."""
    people = {row.person_id for found in rows.values() for row in found if row.state == engine.PRESENT}
    days = {act.held_on for act in acts}
    elsewhere = (
        Attendance.objects.filter(person__in=people, state=engine.PRESENT, act__held_on__in=days)
        .exclude(act__status=Act.Status.VOIDED)
        .select_related("act", "person")
    )
    by_day: dict[tuple[int, date], list[Attendance]] = defaultdict(list)
    for row in elsewhere:
        by_day[row.person_id, row.act.held_on].append(row)
    said: dict[tuple[int, str], list[str]] = defaultdict(list)
    known = {act.pk: act for act in acts}
    for act in acts:
        for row in rows[act.pk]:
            if row.state != engine.PRESENT:
                continue
            for other in by_day[row.person_id, act.held_on]:
                first = other.act_id not in known or other.act_id > act.pk
                if other.act_id != act.pk and first and _overlap(act, other.act):
                    said[act.pk, other.act.theme].append(row.person.name)
    for (pk, theme), names in said.items():
        yield _doubt(
            "twice", known[pk], _("%(names)s同时在“%(theme)s”到会") % {"names": _("、").join(sorted(set(names))), "theme": theme},
            _("核对时间，或把其中一次改为缺席"), grave=True,
        )  # fmt: skip


def _overlap(one: Act, other: Act) -> bool:
    if None in (one.starts_at, one.ends_at, other.starts_at, other.ends_at):
        return False
    return bool(one.starts_at < other.ends_at and other.starts_at < one.ends_at)  # type: ignore[operator]  # None is out


def _holidays(body: Org, acts: list[Act], year: int) -> Iterator[Doubt]:
    days = CalendarDay.objects.filter(Q(bureau=body.bureau_id) | Q(bureau__isnull=True), on__year=year)
    off = {row.on: row.name for row in days if row.kind == CalendarDay.Kind.HOLIDAY}
    for act in acts:
        if act.held_on in off:
            yield _doubt("holiday", act, _("当天是%s放假") % off[act.held_on], _("核对日期，写错了就更正"))


def _last_before(body: Org, year: int) -> dict[str, Act]:
    """kind → the last act of the year before: January is held against December."""
    rows = Act.objects.filter(bodies__org=body, held_on__year=year - 1).exclude(status=Act.Status.VOIDED)
    return {act.kind: act for act in rows.order_by("held_on", "pk").only("kind", "held_on", "process")}


def _alike(acts: list[Act], last: dict[str, Act]) -> Iterator[Doubt]:
    """Text nearly equal to the act of the same kind before it; ``last``: kind → the one before the year."""
    for act in acts:
        before = last.get(act.kind)
        if before and len(act.process) >= SHORT and len(before.process) >= SHORT:
            score = similarity(before.process, act.process)
            if score >= NEARLY_EQUAL:
                yield _doubt(
                    "alike", act, _("过程和%(day)s的几乎一样（%(n)s%%）") % {"day": day_text(before.held_on), "n": round(score * 100)},
                    _("更正，写这一次真实的过程"),
                )  # fmt: skip
        last[act.kind] = act


def _absent(acts: list[Act], rows: dict[int, list[Attendance]], today: date) -> Iterator[Doubt]:
    for act in acts:
        waiting = [row.person.name for row in rows[act.pk] if row.state in ABSENT and row.made_up_on is None]
        if waiting and today - act.held_on > MAKE_UP_WITHIN:
            yield _doubt("not_made_up", act, _("%s没有补学") % _("、").join(waiting), _("补学后点“补学”记下时间和方式"))


def _late_items(acts: list[Act], section: ActivitiesSection, today: date) -> Iterator[Doubt]:
    words = item_words(section)
    for act in acts:
        for item in act.resolutions.all():
            if item.state in (Resolution.State.OPEN, Resolution.State.REPORTED) and item.due_on and item.due_on < today:
                yield _doubt("overdue", act, _("议定事项“%s”逾期") % item.matter, _("报进展，办完了请另一人验收销号"))
            if words.lacks_opinion(item):
                yield _doubt(
                    "no_opinion",
                    act,
                    _("重大事项“%s”没有党组织意见") % item.matter,
                    _("更正，补上党组织意见和研究日期"),
                    grave=True,
                )
