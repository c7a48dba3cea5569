"""What a sheet of past steps would enter, row by row, by the same engine and rules as a step entered today. Reads only.

Each row is walked in the order of its days: a helper named, a notice posted and closed, a step done, each asked as
``actions/admission*.py`` asks. What a superior decided, and whatever comes after it, waits for the superior's hand (A19)
unless the superior is the one who looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import BRANCH_KINDS
from hongzhu.core.orgs.queries import Directory, ImportContext
from hongzhu.core.people import rules as people
from hongzhu.core.people.models import Membership, Standing
from hongzhu.kit.dates import full_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.tables.read import Table
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Helper
from hongzhu.services.party.pack.admission import AdmissionPart, Step
from hongzhu.services.party.rules import admission as asked
from hongzhu.services.party.rules import admission_past as past

from . import admission as queries
from .admission_past_book import Book, Checked, Line, Op, Reach
from .admission_past_sheet import Notice, read_rows

APPLY, ACTIVIST, DECIDED, CONFIRMED = "apply", "activist", "full_vote", "full_approved"


def check(table: Table, reach: Reach) -> Checked:
    """Every row against what is on file now. A fixed number of queries, whatever the number of rows."""
    part = queries.part_on(reach.bureau, reach.today)
    context = ImportContext(bureau=reach.bureau, on=reach.today, reach=reach.branches)
    directory = Directory.of(context, BRANCH_KINDS, _("党支部"))
    told = read_rows(table, part, directory.find)
    if reach.rows is not None:
        told = [one for one in told if one.row in reach.rows]
    book = Book(told, reach)
    lines = [Line(one, org=book.orgs.get(one.org or 0), faults=list(one.faults)) for one in told]
    first: dict[int, int] = {}
    for line in lines:
        if not line.faults and book.found(line):
            assert line.person is not None
            if line.person.pk in first:
                line.faults.append(_("和第%(row)s行是同一个人，请删去一行或改正") % {"row": first[line.person.pk]})
                continue
            first[line.person.pk] = line.told.row
            _Walk(book, line).walk()
    # The template's own second sheet explains the columns: that it was not read is no news.
    own = _("只读了工作表“%(name)s”，没有读：%(names)s") % {"name": table.sheet, "names": _("说明")}
    return Checked(lines, [str(one) for one in table.warnings if str(one) != own])


@dataclass(frozen=True, slots=True)
class _Event:
    """Something a row says happened, in order of its day and place on the way."""

    on: date
    rank: float
    kind: str
    code: str


class _Stop(Exception):
    """The row cannot be entered; the sentence."""


class _Walk:
    """One row walked through the engine."""

    def __init__(self, book: Book, line: Line) -> None:
        assert line.person is not None and line.org is not None
        self.book, self.line, self.told = book, line, line.told
        self.person, self.org = line.person, line.org
        way = line.admission
        self.pk = way.pk if way else 0
        facts = book.facts[way.pk] if way else engine.Facts()
        self.done, self.notices = list(facts.steps), list(facts.notices)
        self.papers, self.helps, self.ended_on = set(facts.papers), list(facts.helps), facts.ended_on
        self.outcome = way.outcome if way else ""
        self.open = list(book.open.get(self.person.pk, []))
        self.stopped = False

    def walk(self) -> None:
        try:
            self._papers()
            events = self._events()
            for event in events:
                {"step": self._step, "notice": self._notice, "helper": self._helper}[event.kind](event)
            if self.line.admission is None and not events and self.papers:
                raise _Stop(_("没有填递交入党申请书的日期，请补上"))
            if self.line.admission is not None and (self.line.ops or self.line.papers):
                self._ask(asked.is_running(self.line.admission))
            self._other_hand()
        except _Stop as refused:
            self.line.faults.append(str(refused))

    def _ask(self, verdict: Any, where: str = "") -> None:
        if not verdict:
            raise _Stop(_("%(where)s：%(why)s") % {"where": where, "why": past.bare(verdict.reason)} if where else past.bare(verdict.reason))  # fmt: skip

    def _part(self) -> AdmissionPart:
        return self.book.part(self.book.today)

    def _other_hand(self) -> None:
        hand = self.book.reach.hand
        if hand is None or not any(op.superior for op in self.line.ops):
            return
        if self.pk in self.book.hands or self.person.pk == hand[1]:
            raise _Stop(_("这个人的步骤是你替支部登记的，或就是你本人，请换一个人确认"))

    def _papers(self) -> None:
        known = by_code(self._part().papers)
        self.line.papers = sorted(code for code in self.told.papers if code not in self.papers and code in known)
        self.papers |= set(self.line.papers)

    def _events(self) -> list[_Event]:
        found: list[_Event] = []
        for step in self._part().steps:
            self._dated(step)
            for on in self.told.days.get(step.code, ()):
                if not self._held(step, on):
                    found.append(_Event(on, step.number, "step", step.code))
            if step.named is not None and self.told.helpers.get(step.named.role) and self.told.days.get(step.code):
                on = self.told.days[step.code][0]
                found.append(_Event(on, step.number - 0.25, "helper", step.code))
        steps = by_code(self._part().steps)
        for notice in self._part().notices:
            if (told := self.told.notices.get(notice.code)) is not None:
                if told.posted_on is None:
                    raise _Stop(_("%s：还没有填公示起") % notice.title)
                found.append(_Event(told.posted_on, steps[notice.after].number + 0.5, "notice", notice.code))
        return sorted(found, key=lambda one: (one.on, one.rank))

    def _dated(self, step: Step) -> None:
        """Nothing written about a step is passed over because its day is missing."""
        told, code = self.told, step.code
        beside: list[Any] = [
            told.numbers.get(code),
            told.hours.get(code),
            told.counts.get(code),
            told.decisions.get(code),
        ]
        if step.named is not None:
            known = {name for _pk, name in self.book.helping.get((self.pk, step.named.role), [])}
            beside.append(set(told.helpers.get(step.named.role, ())) - known)
        if any(beside) and not told.days.get(code):
            raise _Stop(_("%s：填了内容，没有填日期，请补上") % _title(step))

    def _held(self, step: Step, on: date) -> bool:
        """Whether the step is on file as the sheet has it; a contradiction is a refusal."""
        held = self.book.entered.get((self.pk, step.code), [])
        if not any(one.passed for one in held):
            return any(one.on == on for one in held)
        if step.repeat is not None:
            if (found := any(one.on == on for one in held)) is True:
                self.line.same += 1
            return found
        where = _title(step)
        self._ask(past.same_day([one.on for one in held], on), where)
        row = next(one for one in held if one.on == on)
        counts = {"entitled": row.entitled, "present": row.present, "favour": row.in_favour, "against": row.against,
                  "abstain": row.abstained, "written": row.written}  # fmt: skip
        self._ask(past.same_counts(counts, self.told.counts.get(step.code, {})), where)
        self.line.same += 1
        return True

    def _way(self, on: date) -> engine.Way:
        facts = engine.Facts(
            tuple(self.done), tuple(self.notices), frozenset(self.papers), tuple(self.helps), self.ended_on
        )
        return engine.way(facts, self.book.part(on), self.book.calendar, on)

    def _add(self, op: Op) -> None:
        op.waits = self.stopped
        self.line.ops.append(op)

    # --- helpers and notices --------------------------------------------------------------------------------

    def _helper(self, event: _Event) -> None:
        step = by_code(self._part().steps)[event.code]
        assert step.named is not None
        role, on = step.named.role, event.on
        held = list(self.book.helping.get((self.pk, role), []))
        for name in self.told.helpers[role]:
            if any(name == known for _pk, known in held):
                continue
            where = asked.role_title(role)
            pk = self._member(name, on, where)
            self._ask(
                asked.can_help(
                    applicant=self.person.pk, helper=pk, standing=past.standing_told(True),
                    held=[one for one, _name in held], step=step, on=on, today=self.book.today,
                ),
                where,
            )  # fmt: skip
            held.append((pk, name))
            self.helps.append(engine.Help(role, on))
            helper = Helper(person_id=pk, role=role, from_on=on)
            self._add(Op(on, _("%(role)s %(name)s") % {"role": where, "name": name}, helper=helper))

    def _member(self, name: str, on: date, where: str) -> int:
        """The full member of the branch who goes by a name."""
        rows = self.book.members.get((self.org.pk, name), {})
        known = {pk: past.was_full(found, on) for pk, found in rows.items()}
        full = [pk for pk, was in known.items() if was]
        if len(full) == 1:
            return full[0]
        told = {"where": where, "name": name, "org": self.org}
        if full:
            raise _Stop(_("%(where)s：“%(org)s”有几位“%(name)s”，请先在本人页面指定") % told)
        if any(was is None for was in known.values()):
            raise _Stop(
                _("%(where)s：名册上没有“%(name)s”的转正日期，不知道那天是不是正式党员，请先在人员里补上") % told
            )
        if known:
            raise _Stop(_("%(where)s：“%(name)s”那天不是正式党员，请另写一人") % told)
        raise _Stop(
            _("%(where)s：“%(org)s”名册上没有叫“%(name)s”的正式党员，请核对；是其他支部的，先在本人页面指定") % told
        )

    def _notice(self, event: _Event) -> None:
        rule = by_code(self._part().notices)[event.code]
        told, where = self.told.notices[event.code], str(rule.title)
        held = [one for one in self.notices if one.point == event.code]
        if any(one.posted_on == told.posted_on and one.closed_on is not None for one in held):
            self.line.same += 1
            return
        days = self._complete(told, where)
        way = self._way(event.on)
        waiting = next((place for place in way.places if place.step.notice == event.code), None)
        after = way.by_code[rule.after].on if waiting is not None and waiting.state != "done" else None
        self._ask(
            asked.can_post(
                after=after, running=any(one.closed_on is None for one in held), posted_on=event.on, days=days,
                least=rule.days, today=self.book.today,
            ),
            where,
        )  # fmt: skip
        posted = engine.Posted(event.code, event.on, days, told.closed_on)
        last = engine.notice_last(posted, self.book.calendar)
        assert told.closed_on is not None
        self._ask(asked.can_close_notice(closed=False, last=last, on=told.closed_on, today=self.book.today), where)
        self.notices.append(posted)
        row = AdmissionNotice(
            point=event.code, posted_on=event.on, days=days, objections=told.objections or 0,
            closed_on=told.closed_on,
        )  # fmt: skip
        self._add(Op(event.on, where, notice=row))

    def _complete(self, told: Notice, where: str) -> int:
        """Working days it hung; a notice without its end or its result is not known to be over."""
        missing = [
            words
            for value, words in (
                (told.ends_on, _("公示止")),
                (told.closed_on, _("结果确认日期")),
                (told.objections, _("反映件数")),
            )
            if value is None
        ]
        if missing:
            raise _Stop(_("%(where)s：还没有填%(what)s") % {"where": where, "what": _("、").join(missing)})
        assert told.posted_on is not None and told.ends_on is not None
        if not timedelta() < told.ends_on - told.posted_on < timedelta(days=366):
            raise _Stop(_("%(where)s：公示止要晚于公示起，请改日期") % {"where": where})
        return self.book.workdays(told.posted_on, told.ends_on)

    # --- steps ----------------------------------------------------------------------------------------------

    def _step(self, event: _Event) -> None:
        on, code = event.on, event.code
        if on > self.book.today:
            raise _Stop(_("第%(n)s步：日期还没有到，做了以后再记") % {"n": int(event.rank)})
        part = self.book.part(on)
        step = by_code(part.steps).get(code)
        if step is None:
            raise _Stop(_("第%(n)s步：那一天的制度里没有这一步，请核对日期") % {"n": int(event.rank)})
        where = _title(step)
        if code == APPLY and self.line.admission is None:
            self._applies(on, part)
            return
        if self.line.admission is None and not any(one.code == APPLY for one in self.done):
            raise _Stop(_("没有填递交入党申请书的日期，或它不是最早的，请核对"))
        out = self.book.outside(self.org.pk, on)
        superior = asked.side(step, outside=out) == "superior"
        if superior and self.book.reach.hand is None:
            self.stopped = True
        number = self.told.numbers.get(code, "")
        if out and step.decides and not number:
            raise _Stop(_("%(where)s：上级不在本局，请填批复文号") % {"where": where})
        way = self._way(on)
        place = way.by_code[code]
        blocks = engine.refusals(place, on)
        if engine.too_close(place, on):
            # What was reviewed was reviewed: a sheet of the past says so, and that it was sooner than the rule has it.
            blocks = tuple(block for block in blocks if block.kind != "clock")
            assert step.repeat is not None
            self.line.notes.append(
                _("%(where)s：%(day)s离上一次不满%(n)s个月")
                % {"where": where, "day": full_text(on), "n": step.repeat.months}
            )
        if blocks:
            why = _("；").join(asked.told(block, place, part) for block in blocks)
            raise _Stop(_("%(where)s：%(why)s") % {"where": where, "why": why})
        hours = self.told.hours.get(code)
        self._ask(asked.can_train(step, hours), where)
        row = AdmissionStep(
            code=code, round=place.round, on=on, number=number, hours=hours if step.hours else None, passed=True
        )
        if step.vote:
            self._vote(row, step, way, part, where)
        op = Op(on, where, number=step.number, superior=superior, step=row)
        if code == queries.ADMIT and row.passed:
            self._within_plan(on, where)
        if row.passed:
            self._effects(op, place, way)
        self.done.append(engine.Done(code, on, row.round, row.passed, row.decision, row.until))
        self._add(op)

    def _applies(self, on: date, part: AdmissionPart) -> None:
        held = next((one.standing for one in self.open if one.standing in asked.MEMBERS), "")
        verdict = asked.can_open(
            org=self.org, standing=held, born_on=self.person.born_on, applied_on=on, open_elsewhere="", part=part,
            today=self.book.today,
        )  # fmt: skip
        step = by_code(part.steps)[APPLY]
        self._ask(verdict, _title(step))
        self.done.append(engine.Done(APPLY, on))
        self._add(Op(on, _title(step), number=step.number, step=AdmissionStep(code=APPLY, on=on)))

    def _vote(self, row: AdmissionStep, step: Step, way: engine.Way, part: AdmissionPart, where: str) -> None:
        n = self.told.counts.get(step.code, {})
        ballot = engine.Ballot(
            n.get("entitled", 0), n.get("present", 0), n.get("favour", 0), n.get("against", 0), n.get("abstain", 0),
            n.get("written", 0), self.told.fewer.get(step.code, ""),
        )  # fmt: skip
        if not {"entitled", "present", "favour"} <= n.keys():
            raise _Stop(_("%(where)s：应到、实到、赞成人数还没有填，请补上") % {"where": where})
        roll, left_out = self.book.roll_on(self.org.pk, row.on)
        self._ask(asked.can_vote(ballot, roll=roll, left_out=left_out, part=part), where)
        if roll is None:
            self.line.notes.append(_("%(where)s：那天名册上还没有记录，应到人数没有和名册核对") % {"where": where})
        assert part.majority is not None
        row.entitled, row.present, row.in_favour = ballot.entitled, ballot.present, ballot.favour
        row.against, row.abstained, row.written = ballot.against, ballot.abstain, ballot.written
        row.fewer_for = ballot.fewer
        row.passed = engine.carried(ballot, part.majority.favour)
        if not row.passed:
            self.line.notes.append(_("%(where)s：赞成没有超过应到会有表决权人数的半数，记为未通过") % {"where": where})
        if not step.at_end:
            return
        row.decision = self.told.decisions.get(step.code, "")
        if not row.decision:
            raise _Stop(_("%(where)s：请填表决什么（按期转正、延长预备期或取消预备党员资格）") % {"where": where})
        if row.decision == engine.EXTEND:
            until = self.told.until.get(step.code)
            self._ask(asked.can_extend(way, until, part), where)
            row.until = until

    def _within_plan(self, on: date, where: str) -> None:
        plan = self.book.plan_over(self.org, on)
        if plan is not None:
            n = self.book.admitted_under(plan.org_id, on, but=self.pk or None)
            self._ask(asked.within_quota(admitted=n, places=plan.places, body=str(plan.org), year=on.year), where)
        self.book.admitted.append((self.pk or -self.told.row, self.org.pk, on))

    # --- the register of members: as actions.admission_steps changes it ---------------------------------------

    def _standing(self) -> Membership | None:
        return next((one for one in self.open if one.standing in people.PARTY_STANDING), None)

    def _effects(self, op: Op, place: engine.Place, way: engine.Way) -> None:
        assert op.step is not None
        held, code = self._standing(), op.step.code
        if code == ACTIVIST and held is None:
            self._take(op, Standing.ACTIVIST)
        elif code == queries.ADMIT:
            if held is not None and held.standing == Standing.PROBATIONARY and not place.done:
                if held.joined_on != op.on or held.org_id != self.org.pk:
                    raise _Stop(_("%s：名册上已是预备党员，入党日期或支部与这次大会不一致，请先核对名册") % op.title)
                return  # on file before the way was written down here
            self._take(op, Standing.PROBATIONARY, joined_on=op.on)
        elif code == CONFIRMED:
            self._settle(op, held, way)

    def _take(self, op: Op, standing: str, *, joined_on: date | None = None, full_on: date | None = None) -> None:
        held = self._standing()
        verdict = people.dates_of_membership(
            standing, born_on=self.person.born_on, joined_on=joined_on, full_on=full_on, on=op.on
        )
        if verdict and held is None:
            verdict = people.can_join(self.org, standing, self.open, op.on)
        self._ask(verdict, op.title)
        if held is not None and held.from_on >= op.on:
            raise _Stop(
                _("%(where)s：名册上的组织关系从%(day)s起，不能改在它之前，请先核对名册")
                % {"where": op.title, "day": held.from_on.isoformat()}
            )
        begins = Membership(
            person=self.person, org=self.org, standing=standing, full_on=full_on, from_on=op.on,
            joined_on=joined_on or (held.joined_on if held else None), retired=held.retired if held else False,
            left_out=held.left_out if held else "",
        )  # fmt: skip
        op.begins, op.ends = begins, held
        self._moved(op)
        self.open.append(begins)

    def _settle(self, op: Op, held: Membership | None, way: engine.Way) -> None:
        """The end of probation as the meeting decided it."""
        decided = way.by_code[DECIDED].done[-1]
        if decided.decision == engine.EXTEND:
            return
        if held is None or held.standing != Standing.PROBATIONARY:
            raise _Stop(_("%s：名册上不是预备党员，请先核对名册") % op.title)
        if decided.decision == engine.CONFIRM:
            self._take(op, Standing.FULL, full_on=way.probation_end)
            op.outcome = Admission.Outcome.CONFIRMED
            return
        self._ask(people.can_end(held.from_on, held.to_on, op.on), op.title)
        op.ends, op.outcome, self.ended_on = held, Admission.Outcome.CANCELLED, op.on
        self._moved(op)

    def _moved(self, op: Op) -> None:
        assert op.step is not None
        op.step.moved = True
        if op.ends is not None:
            self.open.remove(op.ends)


def _title(step: Step) -> str:
    return _("第%(n)s步“%(title)s”") % {"n": step.number, "title": step.title}
