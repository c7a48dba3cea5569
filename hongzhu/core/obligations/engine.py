"""Which periods a duty falls due in, and how one cell stands: pure date arithmetic, without database or words.

A *cell* is body x duty x period. Days are half-open; a moment is compared with the midnight that begins a day,
Asia/Shanghai. The SQL of ``queries`` must equal what these functions say (tests/core/obligations/oracle.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class Status(StrEnum):
    """How one cell stands; the words are in ``rules.CHIPS``."""

    NOT_YET = "not_yet"  # 未到期
    OPEN = "open"  # 本月应开
    HELD = "held"  # 已开
    LATE = "late"  # 逾期召开
    MADE_UP = "made_up"  # 补记
    UNSEEN = "unseen"  # 未见记录
    NOT_APPLICABLE = "not_applicable"  # 不适用
    WAIVED = "waived"  # 准予免开


class Lack(StrEnum):
    """Why a duty does not apply to a body; the sentences are in ``rules.REASONS``."""

    NOT_THERE = "not_there"
    TOO_NEW = "too_new"
    FEW_MEMBERS = "few_members"
    MANY_MEMBERS = "many_members"
    NO_TEAMS = "no_teams"
    HAS_TEAMS = "has_teams"
    NO_COMMITTEE = "no_committee"
    HAS_COMMITTEE = "has_committee"
    RETIRED = "retired"
    NOT_RETIRED = "not_retired"
    SECTOR = "sector"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Applies:
    """To which bodies of the right kind a duty applies; None and () ask nothing."""

    min_full_members: int | None = None
    max_full_members: int | None = None
    needs_teams: bool | None = None
    needs_committee: bool | None = None
    retired: bool | None = None
    sectors: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of a pack version. ``window``: (month-day, month-day) in which a year's act is held, "+1-" = next year.

    ``span``: first and last day of the campaign of a duty owed once. ``title``, ``short``, ``group`` and
    ``not_applicable`` are texts of the pack, carried along and never looked at.
    """

    code: str
    tag: str
    bearers: tuple[str, ...]
    every: str
    applies: Applies = Applies()
    count: int = 1
    only_months: tuple[int, ...] = ()
    not_months: tuple[int, ...] = ()
    window: tuple[str, str] | None = None
    span: tuple[date, date] | None = None
    yearly_month: int | None = None
    campaign: str = ""
    lock_days: int = 10
    owes_after_days: int = 0
    order: int = 0
    show_in_grid: bool = True
    title: Any = field(default="", compare=False)
    short: Any = field(default="", compare=False)
    group: Any = field(default="", compare=False)
    not_applicable: Any = field(default=None, compare=False)
    clause: Any = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """One duty in one period. An act belongs to it when its ``belongs_on`` lies in [start, stop).

    It may be held from ``opens`` and is late from ``closes`` on (both equal start and stop where the duty has no
    window of its own); what is recorded at or after the midnight that begins ``locks`` is recorded late.
    """

    duty: Duty
    code: str
    start: date
    stop: date
    opens: date
    closes: date
    locks: date

    @property
    def due_day(self) -> date:
        """The last day on which it is held in time; a due period belongs to the month, quarter … of this day."""
        return self.closes - timedelta(days=1)

    def reference_day(self, today: date) -> date:
        """The day on which it is asked whether a body exists and the duty applies to it."""
        return min(self.stop - timedelta(days=1), today)

    def survival_day(self, today: date) -> date:
        """A body dissolved before its window has ended owes nothing any more."""
        return min(self.due_day, today)

    @property
    def newest_opening(self) -> date:
        """A body opened later than this existed for fewer than ``owes_after_days`` days of the period."""
        return self.stop - timedelta(days=self.duty.owes_after_days)


def month_start(year: int, months: int) -> date:
    """First day of the month ``months`` after January of ``year``."""
    return date(year + months // 12, months % 12 + 1, 1)


def month_day(text: str, year: int) -> date:
    """``03-31`` or ``+1-03-31`` in ``year``; a 29 February that is not there is the 28th."""
    if text.startswith("+1-"):
        return month_day(text[3:], year + 1)
    month, day = int(text[:2]), int(text[3:])
    return min(date(year, month, 1) + timedelta(days=day - 1), month_start(year, month) - timedelta(days=1))


def code_of(start: date, stop: date, every: str = "") -> str:
    """The same code as kit.dates.Period.code gives; a span names its last day."""
    size = MONTHS_OF.get(every, 0)
    number = (start.month - 1) // size + 1 if size else 0
    match every:
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start.year}Q{number}"
        case "half":
            return f"{start.year}H{number}"
        case "year":
            return f"{start.year}"
        case _:
            return f"{start.isoformat()}..{(stop - timedelta(days=1)).isoformat()}"


def spans(duty: Duty, year: int, terms: Iterable[tuple[date, date]] = ()) -> Iterator[tuple[date, date]]:
    """(start, stop) of the periods of one duty that start in ``year``."""
    if duty.every == "once":
        if duty.yearly_month:
            yield date(year, duty.yearly_month, 1), month_start(year, duty.yearly_month)
        elif duty.span and duty.span[0].year == year:
            yield duty.span[0], duty.span[1] + timedelta(days=1)
    elif duty.every == "term":
        yield from (term for term in terms if term[0].year == year)
    else:
        size = MONTHS_OF[duty.every]
        for first in range(0, 12, size):
            if size > 1 or not (
                (duty.only_months and first + 1 not in duty.only_months) or first + 1 in duty.not_months
            ):
                yield month_start(year, first), month_start(year, first + size)


def due_period(duty: Duty, start: date, stop: date) -> DuePeriod:
    """The dates that matter for one duty in one period."""
    opens, closes = start, stop
    if duty.window:
        opens = month_day(duty.window[0], start.year)
        closes = month_day(duty.window[1], start.year) + timedelta(days=1)
    every = "month" if duty.yearly_month else duty.every
    return DuePeriod(
        duty, code_of(start, stop, every), start, stop, opens, closes, closes + timedelta(days=duty.lock_days)
    )


DutiesOn = Callable[[date], Sequence[Duty]]
Terms = Sequence[tuple[date, date]]


def between(duties_on: DutiesOn, first: date, last: date, terms: Terms = ()) -> list[DuePeriod]:
    """Due periods that touch [first, last]: begun by ``last`` and with their last day on ``first`` or later.

    The version in force on a period's first day governs it: ``duties_on(day)`` gives the duties of that version
    (the same object for the same version), and a period is taken only from the version of its own first day.
    """
    found: dict[tuple[str, date], DuePeriod] = {}
    for year in range(first.year - 2, last.year + 1):
        firsts = [month_start(year, month) for month in range(12)] + [start for start, _ in terms if start.year == year]
        versions = {id(duties): duties for duties in map(duties_on, firsts)}
        for duties in versions.values():
            for duty in duties:
                for start, stop in spans(duty, year, terms):
                    ended = month_day(duty.window[1], start.year) < first if duty.window else stop <= first
                    if ended or start > last or duties_on(start) is not duties:
                        continue
                    found[duty.code, start] = due_period(duty, start, stop)
    return sorted(found.values(), key=lambda due: (due.duty.order, due.duty.code, due.start))


def due_in(duties_on: DutiesOn, start: date, stop: date, terms: Terms = ()) -> list[DuePeriod]:
    """What falls due in [start, stop): the quarter in its last month, a year held in a window where the window ends."""
    return [due for due in between(duties_on, start, stop, terms) if start <= due.due_day < stop]


def open_on(duties_on: DutiesOn, today: date, terms: Terms = ()) -> list[DuePeriod]:
    """What can be held in time today: begun and not over."""
    return [due for due in between(duties_on, today, today, terms) if due.opens <= today < due.closes]


@dataclass(frozen=True, slots=True)
class Body:
    """What is asked about a body on its reference day."""

    kind: str
    opened: date
    closed: date | None = None
    full_members: int = 0
    teams: bool = False
    committee: bool = False
    retired: bool = False
    sectors: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()


def exists(body: Body, due: DuePeriod, today: date) -> bool:
    """Of the right kind, there on the reference day, and not dissolved before the last day to hold it."""
    reference, survival = due.reference_day(today), due.survival_day(today)
    return (
        body.kind in due.duty.bearers
        and body.opened <= reference
        and (body.closed is None or (body.closed > reference and body.closed > survival))
    )


def why_not(body: Body, due: DuePeriod, today: date) -> Lack | None:
    """Why the body does not owe this, None where it does; the first reason in the order of :class:`Lack`."""
    asks = due.duty.applies
    checks = (
        (Lack.NOT_THERE, not exists(body, due, today)),
        (Lack.TOO_NEW, body.opened > due.newest_opening),
        (Lack.FEW_MEMBERS, asks.min_full_members is not None and body.full_members < asks.min_full_members),
        (Lack.MANY_MEMBERS, asks.max_full_members is not None and body.full_members > asks.max_full_members),
        (Lack.NO_TEAMS, asks.needs_teams is True and not body.teams),
        (Lack.HAS_TEAMS, asks.needs_teams is False and body.teams),
        (Lack.NO_COMMITTEE, asks.needs_committee is True and not body.committee),
        (Lack.HAS_COMMITTEE, asks.needs_committee is False and body.committee),
        (Lack.RETIRED, asks.retired is False and body.retired),
        (Lack.NOT_RETIRED, asks.retired is True and not body.retired),
        (Lack.SECTOR, bool(asks.sectors) and not body.sectors & set(asks.sectors)),
        (Lack.STAGE, bool(asks.stages) and not body.stages & set(asks.stages)),
    )
    return next((lack for lack, holds in checks if holds), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """Credits of one cell by two facts: held in time or late, recorded in time or late. All counts are of acts."""

    good: int = 0  # held and recorded in time
    made_up: int = 0  # held in time, recorded late
    late: int = 0  # held late, whenever recorded
    late_made_up: int = 0  # of these recorded late as well

    @property
    def acts(self) -> int:
        return self.good + self.made_up + self.late


@dataclass(frozen=True, slots=True)
class Cell:
    """How one cell stands, in sittings: ``need`` of them were owed. An act beats a waiver.

    need = good + made_up + late + waived + unseen + lacking + ahead.
    """

    status: Status
    need: int = 0
    good: int = 0
    made_up: int = 0
    late: int = 0
    late_made_up: int = 0
    waived: int = 0
    unseen: int = 0
    lacking: int = 0
    ahead: int = 0

    @property
    def held(self) -> int:
        return self.good + self.made_up + self.late

    @property
    def held_late(self) -> bool:
        return self.late > 0

    @property
    def recorded_late(self) -> bool:
        return self.made_up + self.late_made_up > 0


def stage_of(due: DuePeriod, today: date) -> Status:
    """Whether a cell without an act is 未到期, 本月应开 or 未见记录 today."""
    if today < due.opens:
        return Status.NOT_YET
    return Status.OPEN if today < due.closes else Status.UNSEEN


def stand(facts: Facts, due: DuePeriod, today: date, *, owed: bool = True, waived: bool = False) -> Cell:
    """How one cell stands. Of more acts than are owed the best count: in time, recorded late, held late."""
    if not owed:
        return Cell(Status.NOT_APPLICABLE)
    need = due.duty.count
    good = min(facts.good, need)
    made_up = min(facts.made_up, need - good)
    late = min(facts.late, need - good - made_up)
    late_made_up = max(0, late - (facts.late - facts.late_made_up))
    rest = need - good - made_up - late
    status = stage_of(due, today)
    if rest == 0:
        status = Status.LATE if late else Status.MADE_UP if made_up else Status.HELD
    elif waived:
        status = Status.WAIVED
    return Cell(
        status=status,
        need=need,
        good=good,
        made_up=made_up,
        late=late,
        late_made_up=late_made_up,
        waived=rest if waived else 0,
        unseen=rest if status == Status.UNSEEN else 0,
        lacking=rest if status == Status.OPEN else 0,
        ahead=rest if status == Status.NOT_YET else 0,
    )


@dataclass(frozen=True, slots=True)
class Heir:
    """``heir`` takes over acts of ``source`` held before ``before``, in periods that contain every change up to ``last``."""

    source: int
    heir: int
    before: date
    last: date


def heirs(steps: Iterable[tuple[int, int, date]]) -> list[Heir]:
    """All inheritances that follow from (source, heir, on), through several steps where bodies merged again."""
    known = sorted(set(steps), key=lambda step: step[2])
    found: set[tuple[int, int, date, date]] = {(source, heir, on, on) for source, heir, on in known}
    grown = True
    while grown:
        more = {
            (source, heir, before, on)
            for source, middle, before, last in found
            for middle_again, heir, on in known
            if middle_again == middle and on >= last and heir != source
        }
        grown = not more <= found
        found |= more
    return [Heir(*row) for row in sorted(found)]


def inherits(heir: Heir, due: DuePeriod) -> bool:
    """Only the period that was open at every change: a closed one stays with the body that held it."""
    return due.start <= heir.before and heir.last < due.closes
