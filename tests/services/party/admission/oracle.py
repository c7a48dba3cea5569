"""The way into the Party told a second time, naively: by numbers of steps, day by day, without the pack and the engine.

Written from domain/rules.md section 2 alone. It knows one person's events and answers: may step ``n`` be done on a day?
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

ONE = timedelta(days=1)
CODES = (
    "apply", "talk", "activist", "activist_filed", "contacts", "observed", "candidate", "candidate_filed", "introducers",
    "political_review", "training", "branch_review", "preliminary", "form", "admit_vote", "superior_talk",
    "admit_approved", "upper_filed", "assigned", "oath", "educated", "full_application", "full_vote", "full_approved",
    "filed",
)  # fmt: skip
BEFORE = {
    2: {1}, 3: {2}, 4: {3}, 5: {3}, 6: {4, 5}, 7: {6}, 8: {7}, 9: {8}, 10: {8}, 11: {8}, 12: {9, 10, 11}, 13: {12},
    14: {13}, 15: {14}, 16: {15}, 17: {16}, 18: {17}, 19: {17}, 20: {19}, 21: {19}, 22: {20, 21}, 23: {22}, 24: {23},
    25: {24, 18},
}  # fmt: skip
PAPERS = {
    2: {"application"}, 7: {"review_form", "contact_records"}, 12: {"review_conclusion", "training_certificate"},
    14: {"preliminary_reply"}, 15: {"notice_result", "admission_form"}, 17: {"meeting_record"}, 19: {"approval"},
    23: {"full_application"}, 24: {"full_record"}, 25: {"full_approval"},
}  # fmt: skip
NOTICES = {4: ("activist", 3), 8: ("candidate", 7), 15: ("probationary", 13), 23: ("full", 22)}
DECIDED = {8, 13, 17, 24}  # by the committee above, entered by nobody else; a general branch only passes on
EITHER = {11, 16, 18}  # done by the committee, entered there or by the branch
AGAIN = {6: (2, 7), 21: (1, 23)}  # half-yearly: how often at least, and the step that ends them


@dataclass
class Event:
    n: int
    on: date
    passed: bool = True
    decision: str = ""
    until: date | None = None


@dataclass
class Hung:
    point: str
    on: date
    days: int
    closed: date | None = None
    held_up: bool = False


@dataclass
class Oracle:
    """One person, and the days off and make-up days of the published years."""

    off: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int]
    events: list[Event] = field(default_factory=list)
    hung: list[Hung] = field(default_factory=list)
    papers: set[str] = field(default_factory=set)
    contacts: list[date] = field(default_factory=list)
    introducers: list[date] = field(default_factory=list)
    full: list[tuple[date, date | None, bool]] = field(default_factory=list)  # members: from, to, 免予参加

    # Days

    def works(self, day: date) -> bool:
        return day in self.makeup or (day.weekday() not in (5, 6) and day not in self.off)

    def notice_ends(self, hung: Hung) -> date:
        day, seen = hung.on, 0
        while seen < hung.days:
            day += ONE
            if self.works(day):
                seen += 1
        return day

    @staticmethod
    def after_months(day: date, months: int) -> date:
        """Walk on, day by day, to the month wanted; there to the same number or to the month's last day."""
        found, crossed = day, 0
        while crossed < months:
            found += ONE
            if found.day == 1:
                crossed += 1
        while found.day < day.day and (found + ONE).month == found.month:
            found += ONE
        return found

    def limit(self, day: date, months: int) -> tuple[date, bool]:
        """The last day of a limit, on a working day; and whether anybody can know it yet."""
        last = self.after_months(day, months)
        while not self.works(last):
            last += ONE
        return last, last.year <= max(self.years)

    # Hands

    @staticmethod
    def hands(n: int) -> set[str]:
        """Who may enter a step: of the branch, the general branch above it, the committee above that."""
        if n in DECIDED:
            return {"committee"}
        return {"branch", "committee"} if n in EITHER else {"branch"}

    # Votes

    def base(self, on: date) -> tuple[int, int]:
        """The least and the most who may be called entitled on a day: full members less the 免予参加, full members."""
        there = [out for since, to, out in self.full if since <= on and (to is None or on < to)]
        return sum(not out for out in there), len(there)

    @staticmethod
    def meets(entitled: int, present: int) -> bool:
        return Fraction(present, entitled) > Fraction(1, 2)

    @staticmethod
    def carries(entitled: int, favour: int, written: int) -> bool:
        return Fraction(favour + written, entitled) > Fraction(1, 2)

    # The way

    def last(self, n: int) -> Event | None:
        good = [event for event in self.events if event.n == n and event.passed]
        return good[-1] if good else None

    def holds(self, n: int, on: date) -> Event | None:
        """The last success of a step, unless it fell away by ``on``."""
        event = self.last(n)
        if event is None:
            return None
        if n == 15 and self.lapsed(event, on):
            return None
        if n == 23 and event.decision == "extend" and self.approved(event):
            return None
        for need in BEFORE.get(n, set()):
            if need in AGAIN:
                continue
            before = self.holds(need, on)
            if before is None or before.on > event.on:
                return None
        return event

    def lapsed(self, meeting: Event, on: date) -> bool:
        if any(event.n == 17 and event.passed and event.on >= meeting.on for event in self.events):
            return False
        last, known = self.limit(meeting.on, 6)
        return known and on > last

    def approved(self, decision: Event) -> bool:
        return any(event.n == 24 and event.passed and event.on >= decision.on for event in self.events)

    def probation_end(self) -> date | None:
        meeting = self.last(15)
        if meeting is None:
            return None
        for event in reversed(self.events):
            extended = event.n == 23 and event.passed and event.decision == "extend" and self.approved(event)
            if extended and event.on >= meeting.on and event.until:
                return event.until
        return self.after_months(meeting.on, 12)

    def extended(self) -> bool:
        meeting = self.last(15)
        return meeting is not None and self.probation_end() != self.after_months(meeting.on, 12)

    def may(self, n: int, on: date) -> bool:
        done = [event for event in self.events if event.n == n]
        if n in AGAIN:
            if self.holds(AGAIN[n][1], on) or (done and on < self.after_months(done[-1].on, 6)):
                return False
        elif self.holds(n, on) or (done and on < done[-1].on):
            return False
        return self.gates(n, on) and self.things(n, on, bool(done)) and self.clocks(n, on)

    def gates(self, n: int, on: date) -> bool:
        for need in BEFORE.get(n, set()):
            if need in AGAIN:
                times = [event for event in self.events if event.n == need]
                if len(times) < AGAIN[need][0] or times[-1].on > on:
                    return False
            elif (event := self.holds(need, on)) is None or event.on > on:
                return False
        return True

    def things(self, n: int, on: date, again: bool) -> bool:
        if not again and PAPERS.get(n, set()) - self.papers:
            return False
        if n == 5 and sum(day <= on for day in self.contacts) not in (1, 2):
            return False
        if n == 9 and sum(day <= on for day in self.introducers) != 2:
            return False
        if n not in NOTICES:
            return True
        point, after = NOTICES[n]
        floor = [event.on for event in self.events if event.n == n]
        if self.last(after):
            floor.append(self.last(after).on)
        fit = [one for one in self.hung if one.point == point and all(one.on >= day for day in floor)]
        if not fit:
            return False
        newest = max(fit, key=lambda one: one.on)
        return bool(newest.closed and not newest.held_up and on >= newest.closed and on > self.notice_ends(newest))

    def clocks(self, n: int, on: date) -> bool:
        if n == 7 and on < self.after_months(self.last(3).on, 12):
            return False
        if n == 17:
            last, known = self.limit(self.last(15).on, 6)
            if known and on > last:
                return False
        end = self.probation_end()
        return not (n == 23 and end is not None and on < end)
