"""Where a person stands on the way into the Party: gates, clocks, notices, probation. Pure.

``part`` is the admission part of the pack (pack/admission.py). How days are counted:

- A period of months or years ends on the day with the same number; where that month is shorter, on its last day
  (31 January + 1 month = 28 or 29 February). A step held back "at least" so long may be done on that very day; a step
  that must be done "within" so long may be done up to that day, that day included.
- What is done again and again is held back by its own months: two reviews of one half year are one.
- The day itself is not counted (Civil Code art. 201). A limit whose last day is a day off runs to the next working day
  (art. 203) where the pack says so.
- A notice counts working days from the day after posting; what waits for it may be done the day after its last day.
- A day reckoned with a calendar that is not published yet is 暂定 (``provisional``): it is never stored, so that it is
  reckoned anew when the calendar is there. A limit that is 暂定 refuses nothing and makes nobody late.
- Approval that comes too late (a clock with ``redo``) lapses the meeting: it and what followed it are done anew, and
  probation runs from the new meeting. An approved extension sends the meeting and its approval round once more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from .admission_days import (
    Ballot,
    Calendar,
    When,
    add_months,
    birthday,
    carried,
    closes,
    opens,
    quorate,
    rolled,
    sums_wrong,
    workdays_after,
)

__all__ = [
    "CANCEL", "CONFIRM", "EXTEND", "Ballot", "Block", "Calendar", "Done", "Facts", "Help", "Place", "Posted", "Way", "When",
    "add_months", "birthday", "carried", "closes", "extension_wrong", "notice_last", "opens", "quorate", "refusals",
    "rolled", "sums_wrong", "too_close", "way",
]  # fmt: skip

CONFIRM, EXTEND, CANCEL = "confirm", "extend", "cancel"
DAY = timedelta(days=1)

State = Literal["done", "open", "waits", "blocked", "over"]


@dataclass(frozen=True, slots=True)
class Done:
    """One step as it was done; ``passed`` and ``decision`` where it was voted on."""

    code: str
    on: date
    round: int = 1
    passed: bool = True
    decision: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """One notice: where, when, for how many working days, and how it ended."""

    point: str
    posted_on: date
    days: int
    closed_on: date | None = None
    held_up: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """A full member named for a role, from a day on."""

    role: str
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of one person's way."""

    steps: tuple[Done, ...] = ()
    notices: tuple[Posted, ...] = ()
    papers: frozenset[str] = frozenset()
    helps: tuple[Help, ...] = ()
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands before a step: ``kind`` is step, times, paper, notice, named, clock or end; ``code`` names it."""

    kind: str
    code: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One step of the way, as it stands on a day."""

    step: Any
    state: State
    done: tuple[Done, ...] = ()
    round: int = 1
    blocks: tuple[Block, ...] = ()
    earliest: When | None = None
    usual: When | None = None
    due: When | None = None
    last: When | None = None
    redo: bool = False

    @property
    def on(self) -> date | None:
        """The day it was last done with success."""
        return next((one.on for one in reversed(self.done) if one.passed), None)

    def late(self, today: date) -> bool:
        """Its day has gone by and it is not done. A provisional day accuses nobody."""
        waiting = self.state in {"open", "waits", "blocked"}
        return bool(waiting and self.due and not self.due.provisional and self.due.day < today)


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way: every step's place, those to be done now, who does them, and the end of probation."""

    places: tuple[Place, ...]
    today: date
    probation_end: date | None = None
    extended: bool = False
    by_code: Mapping[str, Place] = field(default_factory=dict)

    @property
    def current(self) -> tuple[Place, ...]:
        """Not done, and every step before it is: whatever else is still missing is the next to do."""
        return tuple(
            place
            for place in self.places
            if place.state in {"open", "waits", "blocked"}
            and not any(b.kind in {"step", "times"} for b in place.blocks)
        )

    @property
    def next(self) -> Place | None:
        """The one to look at first: what can be done before what waits for its day, and what is done again and again only
        when nothing else can be done or it still holds the way up."""

        def order(place: Place) -> tuple[bool, bool, int]:
            again = place.step.repeat is not None and sum(one.passed for one in place.done) >= place.step.repeat.times
            return place.state == "waits" or (again and not _due(place, self.today)), again, place.step.number

        return min(self.current, key=order, default=None)

    @property
    def who(self) -> str:
        """Who acts next: applicant, branch or superior; "" when the way is over."""
        place = self.next
        if place is None:
            return ""
        # A notice is posted, papers are gathered and helpers are named by the branch.
        return "branch" if place.state == "blocked" else str(place.step.who)

    @property
    def stage(self) -> str:
        """The stage of the last step done that is no mere repetition; the first one before any."""
        done = [place for place in self.places if place.on is not None]
        return str(max(done, key=lambda place: place.step.number).step.stage if done else self.places[0].step.stage)


def _due(place: Place, today: date) -> bool:
    return bool(place.due and place.due.day <= today)


def notice_last(posted: Posted, calendar: Calendar) -> When:
    """The last day a notice hangs: working days from the day after posting."""
    return workdays_after(calendar, posted.posted_on, posted.days)


# --- the way ------------------------------------------------------------------------------------------------


def way(facts: Facts, part: Any, calendar: Calendar, today: date) -> Way:
    """Where every step stands on a day, from what was done. Set of steps, gates and clocks are the pack's."""
    rounds: dict[str, list[Done]] = {}
    for one in sorted(facts.steps, key=lambda done: (done.round, done.on)):
        rounds.setdefault(one.code, []).append(one)
    look = _Look(facts, part, calendar, rounds, today)
    places = tuple(look.place(step) for step in sorted(part.steps, key=lambda step: step.number))
    end, extended = look.probation()
    return Way(places, today, end, extended, {place.step.code: place for place in places})


class _Look:
    """One person's facts beside one pack; answers for a step at a time."""

    def __init__(
        self, facts: Facts, part: Any, calendar: Calendar, rounds: Mapping[str, list[Done]], today: date
    ) -> None:
        self.facts, self.part, self.calendar, self.rounds, self.today = facts, part, calendar, rounds, today
        self.steps = {step.code: step for step in part.steps}
        self.rolls = part.rolls_over_days_off is not None
        self.last = {code: one for code, found in rounds.items() for one in found if one.passed}
        self.standing: dict[str, Done | None] = {}
        self.stale = self._stale()

    def _stale(self) -> frozenset[str]:
        """Steps whose last success no longer stands: the approval came too late, so the meeting is held anew."""
        found: set[str] = set()
        for step in self.part.steps:
            for clock in step.clocks:
                since, done = self.passed(clock.since), self.passed(step.code)
                if not clock.redo or since is None or (done is not None and done.on >= since.on):
                    continue
                last = closes(clock, since.on, self.calendar, rolls=self.rolls)
                if not last.provisional and last.day < self.today:
                    found.add(clock.redo)
        return frozenset(found)

    def passed(self, code: str) -> Done | None:
        """The last time a step was done with success."""
        return self.last.get(code)

    def stands(self, code: str) -> Done | None:
        """The last success that still stands: it has not lapsed, and nothing before it was done anew since."""
        if code not in self.standing:
            self.standing[code] = self._stands(code)
        return self.standing[code]

    def _stands(self, code: str) -> Done | None:
        done = self.passed(code)
        if done is None or code in self.stale or self._again(code, done):
            return None
        for need in self.steps[code].needs:
            before = self.stands(need)
            if self.steps[need].repeat is None and (before is None or before.on > done.on):
                return None
        return done

    def _again(self, code: str, decided: Done) -> bool:
        """An extension that was approved: the meeting decides once more at its end."""
        probation = self.part.probation
        return code == probation.decided_at and decided.decision == EXTEND and self._sealed(decided)

    def _sealed(self, decided: Done) -> bool:
        approvals = self.rounds.get(self.part.probation.approved_at, [])
        return any(one.passed and one.on >= decided.on for one in approvals)

    def probation(self) -> tuple[date | None, bool]:
        """The last day's morrow of probation: the same day of the next year, or the day it was extended to."""
        rule = self.part.probation
        since = self.passed(rule.since)
        if since is None:
            return None, False
        for one in reversed(self.rounds.get(rule.decided_at, [])):
            fit = one.passed and one.decision == EXTEND and one.on >= since.on
            if fit and one.until and self._sealed(one):
                return one.until, True
        return add_months(since.on, rule.months.value), False

    def place(self, step: Any) -> Place:
        done = tuple(self.rounds.get(step.code, []))
        number = done[-1].round + 1 if done else 1
        standing = self.stands(step.code)
        ended = step.repeat is not None and self.stands(step.repeat.until) is not None
        if (standing is not None and step.repeat is None) or (ended and done):
            return Place(step, "done", done, number)
        if self.facts.ended_on is not None or ended:
            return Place(step, "over", done, number)
        earliest, last = self.window(step, done)
        usual = self.usual(step)
        missing = self.blocks(step, done)
        early = (*_before(earliest, self.today, "earliest"), *_before(usual, self.today, "usual"))
        blocks = (*missing, *early, *_too_late(last, self.today))
        due = self.due(step, done)
        hard = [block for block in blocks if block.kind != "clock"]
        state: State = "blocked" if hard else "waits" if blocks else "open"
        return Place(step, state, done, number, blocks, earliest, usual, due, last, step.code in self.stale)

    def blocks(self, step: Any, done: tuple[Done, ...], on: date | None = None) -> tuple[Block, ...]:
        """Everything that is missing before the step, days apart."""
        found: list[Block] = []
        for need in step.needs:
            rule = self.steps[need].repeat
            if rule is not None:
                times = sum(one.passed for one in self.rounds.get(need, []))
                if times < rule.times:
                    found.append(Block("times" if times else "step", need, rule.times - times))
            elif self.stands(need) is None:
                found.append(Block("step", need))
        if step.notice and (posted := self.notice(step, done)) is None:
            found.append(Block("notice", step.notice))
        elif step.notice and posted and posted.held_up:
            found.append(Block("held_up", step.notice))
        elif step.notice and posted and posted.closed_on is None:
            found.append(Block("unclosed", step.notice))
        if step.named and not step.named.least <= self.helpers(step, on or self.today) <= step.named.most:
            found.append(Block("named", step.named.role, step.named.least))
        if not done:  # papers are asked for once; a meeting held anew has the same file before it
            missing = (one for one in self.part.papers if one.before == step.code)
            found += [Block("paper", one.code) for one in missing if one.code not in self.facts.papers]
        return tuple(found)

    def helpers(self, step: Any, on: date) -> int:
        role = step.named.role
        helping = (one for one in self.facts.helps if one.role == role)
        return sum(one.from_on <= on and (one.to_on is None or one.to_on > on) for one in helping)

    def notice(self, step: Any, done: tuple[Done, ...]) -> Posted | None:
        """The notice that serves this round: posted after the step it follows, and after the last time it was voted on."""
        point = next(one for one in self.part.notices if one.code == step.notice)
        after = self.passed(point.after)
        since = max([one.on for one in done] + ([after.on] if after else []), default=None)
        fit = [
            one for one in self.facts.notices if one.point == step.notice and (since is None or one.posted_on >= since)
        ]
        return max(fit, key=lambda one: one.posted_on, default=None)

    def window(self, step: Any, done: tuple[Done, ...]) -> tuple[When | None, When | None]:
        """The first and the last day the step may be done, as far as what went before is known."""
        first: list[When] = []
        for need in step.needs:
            if (before := self.stands(need) or (self.passed(need) if self.steps[need].repeat else None)) is not None:
                first.append(When(before.on))
        if done:
            again = add_months(done[-1].on, step.repeat.months) if step.repeat is not None else done[-1].on
            first.append(When(again))
        for clock in step.clocks:
            since = self.stands(clock.since)
            if since is not None and clock.sense == "at_least" and clock.level == "refuse":
                first.append(opens(clock, since.on, self.calendar))
        if step.notice and (posted := self.notice(step, done)) is not None:
            over = notice_last(posted, self.calendar)
            first.append(When(over.day + DAY, over.provisional))
            if posted.closed_on:
                first.append(When(posted.closed_on))
        if step.at_end and (end := self.probation()[0]) is not None:
            first.append(When(end))
        return _latest(first), self._limit(step, ("refuse",))

    def usual(self, step: Any) -> When | None:
        """The day from which the step is usual, where the pack only warns before it."""
        since = [(clock, self.stands(clock.since)) for clock in step.clocks if clock.sense == "at_least"]
        found = [
            opens(clock, one.on, self.calendar) for clock, one in since if clock.level == "warn" and one is not None
        ]
        return _latest(found)

    def _limit(self, step: Any, levels: Iterable[str]) -> When | None:
        """The earliest day at which an "at most" clock of these levels runs out."""
        found = []
        for clock in step.clocks:
            since = self.stands(clock.since)
            if since is not None and clock.sense == "at_most" and clock.level in levels:
                found.append(closes(clock, since.on, self.calendar, rolls=self.rolls))
        return min(found, key=lambda when: when.day, default=None)

    def due(self, step: Any, done: tuple[Done, ...]) -> When | None:
        """The day by which it should be done."""
        if step.repeat is not None:
            since = done[-1] if done else self.stands(step.repeat.since)
            if since is None:
                return None
            full = add_months(since.on, step.repeat.months)
            # The next one may not be held before that day, so it has the rest of that month.
            last = full.replace(day=monthrange(full.year, full.month)[1]) if done else full
            return rolled(last, self.calendar, rolls=self.rolls)
        if step.at_end:
            end, _extended = self.probation()
            return When(end) if end else None
        return self._limit(step, ("refuse", "warn"))


def _before(when: When | None, today: date, code: str) -> tuple[Block, ...]:
    return (Block("clock", code),) if when is not None and when.day > today else ()


def _too_late(last: When | None, today: date) -> tuple[Block, ...]:
    late = last is not None and not last.provisional and last.day < today
    return (Block("late", "last"),) if late else ()


def _latest(found: list[When]) -> When | None:
    if not found:
        return None
    day = max(when.day for when in found)
    return When(day, any(when.provisional for when in found if when.day == day))


def too_close(place: Place, on: date) -> bool:
    """Whether nothing but its own months holds back what is done again and again."""
    if place.step.repeat is None or not place.done or place.earliest is None:
        return False
    last = place.done[-1].on
    return last < on < place.earliest.day == add_months(last, place.step.repeat.months)


def refusals(place: Place, on: date) -> tuple[Block, ...]:
    """Why the step cannot be done on a day, from its place as of that day: missing things, too soon, too late."""
    if place.state in {"done", "over"}:
        return (Block("end", place.state),)
    hard = [block for block in place.blocks if block.kind not in {"clock", "late"}]
    if place.earliest is not None and on < place.earliest.day:
        hard.append(Block("clock", "earliest"))
    if place.last is not None and not place.last.provisional and on > place.last.day:
        hard.append(Block("late", "last"))
    return tuple(hard)


def extension_wrong(end: date, until: date, part: Any) -> str:
    """Why probation cannot be extended to a day: "short", "long", or "" when it can. Both edges are allowed."""
    rule = part.probation
    if until < add_months(end, rule.extended_least.value):
        return "short"
    return "long" if until > add_months(end, rule.extended_most.value) else ""
