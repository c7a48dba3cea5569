"""What an act is worth and how a vote stands: pure arithmetic on plain values, without database or words.

Reasons come back as :class:`Lack` codes; ``rules`` turns them into the sentence a recorder reads.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from hongzhu.kit import textual

_NUMERAL = re.compile(r"^[一二三四五六七八九十0-9]{1,3}[、.．]\s*")  # zh: 二、 before a heading of minutes
_COLON = re.compile("[：:]")  # zh: 党课：从党章看教师的本分
# Party standings that never vote (rules.md 1.4: probationary members have no vote; activists are not members).
NO_VOTE = frozenset({"PROBATIONARY", "ACTIVIST"})
NEARLY_ONE_THEME = 0.7  # shared shingles of two themes; one word of a usual theme may differ
PRESENT, OBSERVER, LEFT_OUT = "PRESENT", "OBSERVER", "LEFT_OUT"


# --- what a recorder tells ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoteTold:
    """One matter put to the vote; None lets the roster answer."""

    matter: str
    favour: int
    against: int = 0
    abstain: int = 0
    entitled: int | None = None
    present: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One resolution, problem found, improvement item or major decision. ``pk``: the one it was, in a correction."""

    matter: str
    kind: str = "ACTION"
    category: str = ""
    owner: int | None = None
    due_on: date | None = None
    proposer: str = ""
    opinion: str = ""
    opinion_on: date | None = None
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class ReadingTold:
    title: str
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class MediaTold:
    """A stream or recording (K08): when, how many watched, where it lies, who may show it."""

    url: str = ""
    starts_at: datetime | None = None
    viewers: int | None = None
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything one form says about one act. ``absences``: person id → state; who is not named was there.

    ``came``: those who need not come (免予参加) and were there all the same.

    ``belongs_year`` only for kinds with a year of their own (所属年度).
    """

    kind: str
    theme: str
    held_on: date
    held_to: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    belongs_year: int | None = None
    parts: tuple[str, ...] = ()
    topic: str = ""
    chair: int | None = None
    recorder: int | None = None
    lecture_title: str = ""
    lecturer: int | None = None
    lecturer_name: str = ""
    process: str = ""
    observers: str = ""
    open_to_outside: bool = False
    contact: int | None = None
    late_note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    absences: Mapping[int, str] = field(default_factory=dict)
    came: frozenset[int] = frozenset()
    readings: tuple[ReadingTold, ...] = ()
    outputs: Mapping[str, int] = field(default_factory=dict)
    votes: tuple[VoteTold, ...] = ()
    items: tuple[ItemTold, ...] = ()
    media: tuple[MediaTold, ...] = ()

    @property
    def last_day(self) -> date:
        return self.held_to or self.held_on


# --- tags ------------------------------------------------------------------------------------------------


class ConditionLike(Protocol):
    """When an act is worth a tag; empty asks nothing. ``pack.Condition`` is one."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def parts_any(self) -> tuple[str, ...]: ...
    @property
    def parts_all(self) -> tuple[str, ...]: ...
    @property
    def topics_any(self) -> tuple[str, ...]: ...
    @property
    def needs(self) -> tuple[str, ...]: ...


class TagLike(Protocol):
    """``pack.Tag`` is one."""

    @property
    def code(self) -> str: ...
    @property
    def condition(self) -> ConditionLike: ...
    @property
    def amount(self) -> str: ...
    @property
    def per_person(self) -> bool: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What tags look at. ``has`` are the needs that are met (lecture_title, vote, fixed_day …)."""

    kind: str
    parts: frozenset[str]
    topic: str = ""
    has: frozenset[str] = frozenset()
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Lack:
    """One line of a condition that does not hold: its name and the codes that would meet it."""

    line: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tag this act could be worth. ``over`` : met, but beyond the most tags one act may carry."""

    tag: str
    lacks: tuple[Lack, ...]
    amount: int = 0
    per_person: bool = False
    over: bool = False

    @property
    def met(self) -> bool:
        return not self.lacks and not self.over


def lacks_of(facts: Facts, condition: ConditionLike) -> tuple[Lack, ...]:
    """Every line of the condition that the facts do not meet, in the order people read them."""
    lacks = []
    if condition.kinds and facts.kind not in condition.kinds:
        lacks.append(Lack("kinds", condition.kinds))
    if condition.parts_any and not facts.parts & set(condition.parts_any):
        lacks.append(Lack("parts_any", condition.parts_any))
    if missing := tuple(code for code in condition.parts_all if code not in facts.parts):
        lacks.append(Lack("parts_all", missing))
    if condition.topics_any and facts.topic not in condition.topics_any:
        lacks.append(Lack("topics_any", condition.topics_any))
    if missing := tuple(need for need in condition.needs if need not in facts.has):
        lacks.append(Lack("needs", missing))
    return tuple(lacks)


def within_reach(facts: Facts, condition: ConditionLike, offered: Iterable[str], topics: Iterable[str]) -> bool:
    """Whether a recorder of this kind could have met the condition: only then is an unmet tag worth showing."""
    chips = set(offered)
    if condition.kinds and facts.kind not in condition.kinds:
        return False
    if condition.parts_any and not chips & set(condition.parts_any):
        return False
    if not chips >= set(condition.parts_all):
        return False
    return not condition.topics_any or bool(set(topics) & set(condition.topics_any))


def propose(
    facts: Facts,
    tags: Iterable[TagLike],
    *,
    offered: Iterable[str],
    topics: Iterable[str] = (),
    minutes_per_hour: int,
    most: int | None,
) -> list[Proposal]:
    """What the act counts for, each with what it lacks; met ones first, then those within reach.

    ``most`` caps the tags of bodies (tags that only count people's hours are free); a met tag beyond it
    is ``over``. Amounts are hundredths of a class hour.
    """
    chips, subjects = tuple(offered), tuple(topics)
    met, unmet, taken = [], [], 0
    for tag in tags:
        if not tag.active:
            continue
        lacks = lacks_of(facts, tag.condition)
        amount = hours(facts.minutes, minutes_per_hour) if tag.amount == "hours" else 0
        if lacks:
            if within_reach(facts, tag.condition, chips, subjects):
                unmet.append(Proposal(tag.code, lacks, amount, tag.per_person))
            continue
        counted = not (tag.per_person and tag.amount == "hours")
        over = counted and most is not None and taken >= most
        taken += counted and not over
        met.append(Proposal(tag.code, (), amount, tag.per_person, over))
    return met + unmet


def counted(proposals: Iterable[Proposal]) -> int:
    """How many of them weigh against the most tags per act."""
    return sum(not (row.per_person and row.amount) for row in proposals)


# --- time -------------------------------------------------------------------------------------------------


def minutes_of(first: date, last: date, starts_at: time | None, ends_at: time | None) -> int:
    """Minutes held: the daily span times the days; 0 where the hours are not known."""
    if starts_at is None or ends_at is None:
        return 0
    span = (ends_at.hour - starts_at.hour) * 60 + ends_at.minute - starts_at.minute
    return max(span, 0) * ((last - first).days + 1)


def hours(minutes: int, minutes_per_hour: int) -> int:
    """Hundredths of a class hour, rounded down: 90 minutes are 200 at 45 to the hour, 150 at 60."""
    if minutes_per_hour <= 0:
        raise ValueError("a class hour lasts at least one minute")
    return minutes * 100 // minutes_per_hour


def nth_weekday(year: int, month: int, weekday: int, week: int) -> date:
    """The ``week``-th ``weekday`` (0 Monday) of a month; the last one where the month has no fifth."""
    if not 0 <= weekday <= 6 or not 1 <= week <= 5:
        raise ValueError(f"weekday {weekday}, week {week}")
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
    return day if day.month == month else day - timedelta(days=7)


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# --- votes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fraction:
    """``top``/``bottom``; with ``more`` exactly so many are not enough (过半 is more than half)."""

    top: int
    bottom: int
    more: bool = False

    def least(self, whole: int) -> int:
        """The smallest number that reaches the fraction of ``whole``."""
        exact, rest = divmod(whole * self.top, self.bottom)
        return exact + 1 if self.more else exact + (rest > 0)


@dataclass(frozen=True, slots=True)
class VoteResult:
    """``quorate``: enough were there; ``carried``: and enough agreed. The two thresholds are shown to the recorder."""

    quorate: bool
    carried: bool
    least_present: int
    least_favour: int


def count_vote(
    *, entitled: int, present: int, favour: int, attendance: Fraction, votes: Fraction, base: str
) -> VoteResult:
    """Whether a matter is carried. ``base``: entitled (应到会, present or not) or present (实到会, elections).

    支部工作条例 and 发展党员工作细则: more than half of ALL entitled; probationary members are in neither number.
    """
    least_present = attendance.least(entitled)
    least_favour = votes.least(entitled if base == "entitled" else present)
    quorate = entitled > 0 and present >= least_present
    return VoteResult(quorate, quorate and favour >= least_favour, least_present, least_favour)


def pair_items(told: Sequence[ItemTold], known: Mapping[int, str | None]) -> list[int | None]:
    """For each item told the one it was before: by its id, else by the same words; None for a new one.

    ``known``: id → words; None for one that is no longer pursued, which only its id can mean. Each is meant once.
    """
    left = dict(known)
    found: list[int | None] = []
    for item in told:
        meant = item.pk if item.pk in left else None
        if meant is not None:
            del left[meant]
        found.append(meant)
    for place, item in enumerate(told):
        if found[place] is None:
            found[place] = next((pk for pk, words in left.items() if words == item.matter.strip()), None)
            left.pop(found[place] or 0, None)
    return found


# --- roster -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seat:
    """One person on the roster of the day, and the body that brings them. ``left_out``: 免予参加, not due."""

    person: int
    org: int
    standing: str
    left_out: bool = False
    name: str = ""


def stand(seats: Iterable[Seat], absences: Mapping[int, str], came: Collection[int] = ()) -> dict[int, str]:
    """person → state: there by default, absent by exception; who need not come stays out unless named or there."""
    usual = {seat.person: LEFT_OUT if seat.left_out and seat.person not in came else PRESENT for seat in seats}
    return {person: absences.get(person, state) for person, state in usual.items()}


def tally(states: Iterable[str]) -> tuple[int, int]:
    """(due, attended): observers and those left out are neither."""
    due = attended = 0
    for state in states:
        due += state not in {LEFT_OUT, OBSERVER}
        attended += state == PRESENT
    return due, attended


def voters(seats: Iterable[Seat], states: Mapping[int, str]) -> tuple[int, int]:
    """(entitled, present) to vote: never a probationary member, never one who is left out."""
    entitled = present = 0
    for seat in seats:
        if seat.standing in NO_VOTE or states.get(seat.person) in {LEFT_OUT, OBSERVER}:
            continue
        entitled += 1
        present += states.get(seat.person) == PRESENT
    return entitled, present


# --- process ----------------------------------------------------------------------------------------------


def lay_out(headings: Sequence[str], numerals: Sequence[str], mark: str) -> str:
    """Headings only, numbered, an empty line under each for what the recorder writes. Nothing is invented."""
    return "\n\n".join(f"{numerals[index]}{mark}{heading}\n" for index, heading in enumerate(headings))


def only_headings(process: str, headings: Iterable[str]) -> bool:
    """Whether nothing was written under the laid-out headings."""
    known = {heading for heading in headings if heading}
    lines = [_NUMERAL.sub("", line.strip()) for line in process.splitlines() if line.strip()]
    return all(line in known or _COLON.split(line)[0] in known for line in lines)


def alike_themes(themes: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Places of (month, theme) pairs that say the same or nearly the same in different months (B06).

    A plan and the act that met it stand in one month and are no repetition.
    """
    pairs = textual.near_duplicates([text for _month, text in themes], threshold=NEARLY_ONE_THEME)
    return [(pair.first, pair.second) for pair in pairs if themes[pair.first][0] != themes[pair.second][0]]
