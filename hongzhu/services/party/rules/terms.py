"""When an election may begin, what each of its steps asks, and which counts make it valid. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from hongzhu.core.access.rules import by_another
from hongzhu.core.orgs import rules as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Kind
from hongzhu.core.people.models import PostKind
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import full_text
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.services.party.engine import terms as engine
from hongzhu.services.party.models import Election
from hongzhu.services.party.pack.terms import Attendance, TermsPart, number

from .perms import KEEP, LEAD

COMMITTEE_POSTS = (
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE,
    PostKind.COMMITTEE_MEMBER,
)  # fmt: skip
ONE_EACH = COMMITTEE_POSTS[:-1]  # held by one person at a time
LEADING = (Kind.GENERAL_BRANCH, Kind.COMMITTEE)  # that answer for the bodies below them
ELECTING = (*BRANCH_KINDS, *LEADING)
MOST_WRITTEN_IN = 3  # so many lines for names voters wrote on their papers
WHOLE_TERM = (Election.Cause.TERM, Election.Cause.FIRST)  # elections with which a term begins


def keep_perm(kind: str) -> Perm:
    """Who writes a body's own papers: the branch's recorders; for the bodies above branches, who leads there."""
    return KEEP if kind in BRANCH_KINDS else LEAD


def step_of(election: Election) -> str:
    """What comes next: ask, allow, hold, report, confirm; "done" or "void" when nothing does."""
    if election.voided_at is not None:
        return "void"
    steps = (
        ("ask", election.asked_on), ("allow", election.allowed_on), ("hold", election.held_on),
        ("report", election.reported_on), ("confirm", election.confirmed_on),
    )  # fmt: skip
    return next((name for name, day in steps if day is None), "done")


def can_elect(kind: str, name: str, closed_on: date | None, on: date, successor: str = "") -> Verdict:
    """A body that elects, and that is not dissolved; where it went is said."""
    if kind not in ELECTING:
        return Verdict(False, _("只有党支部、联合党支部、党总支和党委在这里换届。"))
    if closed_on is not None and closed_on <= on:
        return Verdict(False, closed_words(name, closed_on, successor))
    return Verdict(True)


def closed_words(name: str, closed_on: date, successor: str) -> str:
    """That a body is dissolved and what to do: the successor where there is one."""
    words = {"name": name, "day": full_text(closed_on), "successor": successor}
    if successor:
        return _("没有保存：“%(name)s”已于%(day)s撤销，由“%(successor)s”承接，请改选“%(successor)s”。") % words
    return _("没有保存：“%(name)s”已于%(day)s撤销，请另选一个现有的党组织。") % words


def can_start(cause: str, term: engine.Term, *, running: bool, elected: bool) -> Verdict:
    """换届 begins in its window or under an approved delay; 增补 while a term runs; one election at a time."""
    if running:
        return Verdict(False, _("没有保存：已经有一次选举正在办，请先办完，或作废后重新开始。"))
    if cause == Election.Cause.FIRST and elected:
        return Verdict(False, _("没有保存：本组织已经选举过，请选“换届选举”或“增补选举”。"))
    if cause != Election.Cause.TERM:
        return Verdict(True)
    if term.state == "running" and term.notify_on:
        return Verdict(
            False,
            _("没有保存：本届到%(due)s届满，%(notify)s起才能开始换届。确需提前的，请先登记上级批准的提前日期。")
            % {"due": full_text(term.due_on or term.notify_on), "notify": full_text(term.notify_on)},
        )
    if term.state == "overdue" and term.due_on:
        return Verdict(
            False,
            _("没有保存：本届已于%(due)s届满，还没有有效的延期批准。请先请上级批准延期并登记文号，再开始换届。")
            % {"due": full_text(term.deadline or term.due_on)},
        )
    return Verdict(True)


def can_ask(election: Election, on: date, today: date) -> Verdict:
    if step_of(election) not in {"ask", "allow"}:
        return Verdict(False, _("上级已经批复，不能再改请示。需要改的，请作废后重新开始。"))
    return _dated(on, election.started_on, today)


def can_allow(election: Election, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """批复: by another than whoever asked."""
    if step_of(election) != "allow":
        return Verdict(False, _("现在不在待批复这一步，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("批复"), others=others)):
        return verdict
    return _dated(on, election.asked_on, today)


def can_hold(election: Election, on: date, today: date) -> Verdict:
    """The meeting comes after the superior's reply; its counts may be put right until they are reported."""
    if step_of(election) not in {"hold", "report"}:
        return Verdict(False, _("要先有上级批复才能登记选举；已报告的结果不能再改，需要改的请作废后重新登记。"))
    return _dated(on, election.allowed_on, today)


def in_time(due_on: date | None, until: date | None, on: date, early_days: int) -> Verdict:
    """An election long before the end of the term is one held early, one after it is one put off: both need the superior's
    approval. On the last day of the term, or of the approved delay, it is still in time."""
    if due_on is not None and on > max(due_on, until or due_on):
        return Verdict(
            False,
            _(
                "没有保存：换届最迟在%(due)s（届满或者批准延期的日期），选举日期晚了。请先登记上级批准的延期，再登记选举。"
                "已填内容还在。"
            )
            % {"due": full_text(max(due_on, until or due_on))},
        )
    if due_on is None or (until is not None and until < due_on) or (due_on - on).days <= early_days:
        return Verdict(True)
    return Verdict(
        False,
        _(
            "没有保存：本届到%(due)s届满，选举日期早了%(days)s天以上，属于提前换届。请先登记上级批准的提前日期，再登记选举。"
            "已填内容还在。"
        )
        % {"due": full_text(due_on), "days": early_days},
    )


def can_report(election: Election, on: date, today: date) -> Verdict:
    if step_of(election) != "report":
        return Verdict(False, _("要先登记选举结果才能报告，请刷新页面。"))
    return _dated(on, election.held_on, today)


def can_confirm(election: Election, on: date, today: date, *, own: bool, others: Sequence[str]) -> Verdict:
    """结果批复: by another than whoever ran the election."""
    if step_of(election) != "confirm":
        return Verdict(False, _("现在不在待批复结果这一步，请刷新页面。"))
    if not (verdict := by_another(own=own, step=_("批复"), others=others)):
        return verdict
    return _dated(on, election.reported_on, today)


def can_void(election: Election, reason: str) -> Verdict:
    """What is confirmed has become posts: it is not taken back here."""
    if step_of(election) in {"done", "void"}:
        return Verdict(False, _("已经办结或作废，不能再作废。任职有误的，请在“人员”里更正。"))
    if not reason.strip():
        return Verdict(False, _("没有作废：请写作废的原因。"))
    return Verdict(True)


def can_register(on: date, confirmed_on: date, opened_on: date, today: date) -> Verdict:
    """An election of the past from its papers: after the body was set up, confirmed not before it was held."""
    if on < opened_on:
        return Verdict(False, _("没有保存：选举日期早于设立日期%(day)s，请改日期。") % {"day": full_text(opened_on)})
    if confirmed_on < on:
        return Verdict(False, _("没有保存：批复日期早于选举日期，请改日期。"))
    return _dated(confirmed_on, None, today)


def can_delay(term: engine.Term, until: date, approved_on: date, today: date, most_years: int) -> Verdict:
    """Earlier or later by the superior's approval, by at most so many years either way."""
    if term.due_on is None:
        return Verdict(False, _("没有保存：还没有登记本届选举日期，请先补登上届选举。"))
    if not engine.may_shift(term.due_on, until, most_years, today):
        if engine.long_overdue(term.due_on, most_years, today):
            return Verdict(
                False,
                _(
                    "没有保存：本届超期已满%(years)s年，请写上级批准补办换届的日期，只能在今天到%(last)s之间。已填内容还在。"
                )
                % {"years": most_years, "last": full_text(engine.years_later(today, most_years))},
            )
        return Verdict(
            False,
            _("没有保存：提前或延期一般不超过%(years)s年，只能在%(first)s到%(last)s之间。请改日期，已填内容还在。")
            % {
                "years": most_years,
                "first": full_text(engine.years_later(term.due_on, -most_years)),
                "last": full_text(engine.years_later(term.due_on, most_years)),
            },
        )
    return _dated(approved_on, term.last_on, today)


def late_words(term: engine.Term, today: date, most_years: int) -> str:
    """What is said of a body that did not elect within the time even an approval gives, with the clause; "" of others."""
    if term.due_on is None or not engine.long_overdue(term.due_on, most_years, today):
        return ""
    words = {"due": full_text(term.due_on), "years": most_years}
    said = _(
        "本届%(due)s届满，到今天已超期满%(years)s年。延长或者提前换届一般不超过%(years)s年（关于党的基层组织任期的意见，2018）。"
    )
    if term.state == "overdue":
        said += _("请上级批准补办换届的日期，登记文号后就可以开始换届。")
    return said % words


def count_verdict(ballots: engine.Ballots, votes: Sequence[int], seats: int, rule: Attendance | None) -> Verdict:
    """Whether enough came by the rule of that day, and whether the counts of the ballot can be true."""
    if fault := engine.fault_of(ballots, votes, seats):
        return Verdict(False, _("没有保存：%(fault)s请核对票数，已填内容还在。") % {"fault": _faults()[fault]})
    if rule is not None and not engine.reaches(
        ballots.present, ballots.entitled, rule.numerator, rule.denominator, more=rule.more
    ):
        needed = engine.present_needed(ballots.entitled, rule.numerator, rule.denominator, more=rule.more)
        return Verdict(
            False,
            _(
                "没有保存：有选举权的应到%(entitled)s人，实到%(present)s人，要%(rule)s，至少%(needed)s人，"
                "选举无效。请另定日期重新召集，开会后再登记。已填内容还在。"
            )
            % {"entitled": ballots.entitled, "present": ballots.present, "rule": rule.title, "needed": needed},
        )
    return Verdict(True)


def _faults() -> dict[str, str]:
    return {
        "present": _("实到人数多于应到人数，"),
        "issued": _("发出的选票多于实到人数，"),
        "returned": _("收回的选票多于发出的选票，选举无效，"),
        "valid": _("有效票多于收回的选票，"),
        "votes": _("有人的得票多于有效票，"),
        "total": _("得票总数超过“有效票×应选名额”，"),
    }


def enough_candidates(cause: str, seats: int, candidates: int, part: TermsPart) -> Verdict:
    """差额: at least a fifth more candidates than committee seats; without a committee the secretary may stand alone."""
    needed = engine.candidates_needed(seats, number(part.surplus_percent, 0))
    if cause == Election.Cause.BY or seats < number(part.seats_least, seats + 1):
        needed = seats
    if candidates >= needed:
        return Verdict(True)
    return Verdict(
        False,
        _("没有保存：应选%(seats)s人，候选人要有%(needed)s人（差额不少于%(percent)s%%），现有%(n)s人。请补齐候选人，已填内容还在。")
        % {"seats": seats, "needed": needed, "percent": number(part.surplus_percent, 0), "n": candidates},
    )  # fmt: skip


def can_write_in(names: Sequence[str], printed: Sequence[str], kinds: Sequence[str], *, same: bool) -> Verdict:
    """Others than the candidates (另选他人): so many lines, each of them once, for a post of the committee.

    ``printed``: those of them who stand on the ballot; ``same``: one of them is written twice.
    """
    if len(names) > MOST_WRITTEN_IN:
        return Verdict(False, _("没有保存：另选他人最多登记%(n)s人。已填内容还在。") % {"n": MOST_WRITTEN_IN})
    if printed:
        return Verdict(
            False,
            _("没有保存：%(names)s已是候选人，得票请填在候选人名下，从另选他人里去掉。已填内容还在。")
            % {"names": _("、").join(printed)},
        )
    if same:
        return Verdict(False, _("没有保存：另选他人里有人写了两次，请合并得票后去掉一个。已填内容还在。"))
    if any(kind not in COMMITTEE_POSTS for kind in kinds):
        return Verdict(False, _("没有保存：另选他人的职务只能是书记、副书记和委员。已填内容还在。"))
    return Verdict(True)


def one_holder(kinds: Sequence[str]) -> Verdict:
    """Of those elected one is secretary, one organiser …; only 委员 may be several."""
    for kind in ONE_EACH:
        if list(kinds).count(kind) > 1:
            return Verdict(
                False,
                _("没有保存：当选人里有%(n)s人都是“%(post)s”，只能1人。请按新一届第一次会议的分工改，已填内容还在。")
                % {"n": list(kinds).count(kind), "post": PostKind(kind).label},
            )
    return Verdict(True)


def cautions(kind: str, part: TermsPart, *, full: int, members: int, units: int, seats: int, committee_from: int) -> list[str]:  # fmt: skip
    """What the rules on branches ask one to think of before asking: 3, 7, 50, 5 units, and the committee's size."""
    found = orgs.cautions(kind, full_members=full, members=members, units=units)
    if kind not in BRANCH_KINDS or not seats:
        return found
    least, usual, most = (number(amount, 0) for amount in (part.seats_least, part.seats_usual, part.seats_most))
    if full < committee_from and seats >= least:
        found.append(
            _("正式党员%(full)s人，不足%(from)s人一般不设支委会，只设书记1人，必要时设副书记1人（支部工作条例）。")
            % {"full": full, "from": committee_from}
        )
    elif full >= committee_from and seats < least:
        found.append(
            _("正式党员%(full)s人，%(from)s人以上应当设支委会，一般%(least)s至%(usual)s人（支部工作条例）。")
            % {"full": full, "from": committee_from, "least": least, "usual": usual}
        )
    elif seats > most:
        found.append(
            _("应选%(seats)s人。支委会一般不超过%(most)s人（支部工作条例）。") % {"seats": seats, "most": most}
        )
    elif seats > usual:
        found.append(
            _("应选%(seats)s人。支委会一般由%(least)s至%(usual)s人组成，最多%(most)s人（支部工作条例）。")
            % {"seats": seats, "least": least, "usual": usual, "most": most}
        )
    return found


def _dated(on: date, after: date | None, today: date) -> Verdict:
    if on > today:
        return Verdict(False, _("没有保存：%(day)s还没有到，请改日期。已填内容还在。") % {"day": full_text(on)})
    if after is not None and on < after:
        return Verdict(
            False,
            _("没有保存：日期早于上一步的%(day)s，请改日期。已填内容还在。") % {"day": full_text(after)},
        )
    return Verdict(True)


def term_chip(term: engine.Term, step: str = "") -> Chip:
    """How a body's term stands; an election under way is said instead of how near the end is, but not instead of 超期."""
    if term.state == "overdue":
        return Chip(_("超期未换届"), "now", "tri")
    if step:
        return Chip(_("换届中"), "go", "half")
    if term.state == "delayed":
        return Chip(_("延期中"), "mind", "dia")
    if term.state in {"soon", "early"}:
        return Chip(_("临近届满"), "mind", "dot")
    if term.state == "unknown":
        return Chip(_("未登记本届选举"), "plain", "gap")
    return Chip(_("任期内"), "ok", "tick")


def step_chip(election: Election) -> Chip:
    """Where one election stands."""
    return {
        "ask": Chip(_("待请示"), "plain", "ring"),
        "allow": Chip(_("待批复"), "go", "half"),
        "hold": Chip(_("已批复待选举"), "go", "dot"),
        "report": Chip(_("待报告结果"), "go", "dot"),
        "confirm": Chip(_("待批复结果"), "go", "half"),
        "done": Chip(_("已完成"), "ok", "tick"),
        "void": Chip(_("已作废"), "plain", "dash"),
    }[step_of(election)]
