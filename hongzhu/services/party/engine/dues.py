"""What is owed and what is behind: pure sums over months. Money in fen; a month is its first day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

BASIS = 10_000  # basis points of one whole


class NoRate(ValueError):
    """Nothing says what this base pays."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How one kind of payer pays: ``brackets`` of (upper bound included or None, basis points), or ``least`` to ``most``."""

    brackets: tuple[tuple[int | None, int], ...] = ()
    least: int | None = None
    most: int | None = None
    rounding: str = "half_up"

    def rate(self, base: int) -> int | None:
        """Basis points on the whole base; None where an amount and not a rate is set. rules 3.1."""
        for upto, rate in self.brackets:
            if upto is None or base <= upto:
                return rate
        return None


def monthly(scale: Scale, base: int, flat: int | None = None) -> int:
    """What a month costs: one rate on the whole base (never marginal), or the fixed amount. NoRate when neither fits."""
    rate = scale.rate(base)
    if rate is not None:
        return rounded(base * rate, BASIS, scale.rounding)
    if scale.least is None or scale.most is None:
        raise NoRate
    amount = scale.least if flat is None and scale.least == scale.most else flat
    if amount is None or not scale.least <= amount <= scale.most:
        raise NoRate
    return amount


def rounded(value: int, by: int, how: str) -> int:
    """``value / by`` in whole fen: half_up, up or down. Neither number is negative."""
    if how == "up":
        return -(-value // by)
    if how == "down":
        return value // by
    return (2 * value + by) // (2 * by)


def month_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """The month ``count`` months later, earlier where it is negative."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def months(first: date, last: date) -> Iterator[date]:
    """Every month from the first to the last, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = after(month)


def between(first: date, last: date) -> int:
    """How many months lie from one month to another; 0 for the same."""
    return (last.year - first.year) * 12 + last.month - first.month


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A member belongs to a body from a day to before another; ``accepted_on``: the meeting that took them in.

    ``owes_on``: from when on they owe here whatever the day they came, where a letter from outside said how far is paid.
    """

    body: int
    from_on: date
    to_on: date | None = None
    accepted_on: date | None = None
    owes_on: date | None = None

    @property
    def begins(self) -> date:
        """Probationary members owe from the month of the meeting, also where the roster says a later day."""
        if self.owes_on:
            return self.owes_on
        return min(self.from_on, self.accepted_on) if self.accepted_on else self.from_on


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of months: what the base costs, or what a relief leaves."""

    from_on: date
    to_on: date | None
    fen: int

    def holds(self, month: date) -> bool:
        return self.from_on <= month and (self.to_on is None or month < self.to_on)


def joined(stays: Iterable[Stay]) -> list[Stay]:
    """Unbroken stays: what follows in the same body without a day between is one, whatever else changed that day."""
    found: list[Stay] = []
    for stay in stays:
        if found and found[-1].body == stay.body and found[-1].to_on == stay.from_on:
            found[-1] = replace(found[-1], to_on=stay.to_on)
        else:
            found.append(stay)
    return found


def owes_from(letter: date, came: date, left: date | None) -> date:
    """From when one owes who came with a letter that says to which month they paid: the month after it.

    ``left``: when they left here before that, if they did; the months until then stay with the body they left.
    """
    begins = after(month_of(letter))
    if left is not None and begins < came:
        begins = max(begins, after(month_of(left - timedelta(days=1))))
    return begins


def home(stays: Sequence[Stay], month: date) -> int | None:
    """To which body a month is owed: where the member stands on its first day, else where they come in during it.

    Who moves during a month still owes that month to the old body; who leaves owes the month of leaving.
    """
    ends = after(month)
    for stay in stays:
        if stay.begins <= month and (stay.to_on is None or stay.to_on > month):
            return stay.body
    coming = [stay for stay in stays if month < stay.begins < ends]
    return min(coming, key=lambda stay: stay.begins).body if coming else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one member: to whom, how much (None: no base is known), how much of it was paid."""

    month: date
    body: int
    owed: int | None
    paid: int

    @property
    def open(self) -> int:
        """What is still to pay."""
        return max((self.owed or 0) - self.paid, 0)

    @property
    def unpaid(self) -> bool:
        """Owed, and nothing came in."""
        return bool(self.owed) and not self.paid


def account(
    stays: Sequence[Stay],
    bases: Sequence[Span],
    reliefs: Sequence[Span],
    paid: Mapping[date, int],
    *,
    first: date,
    last: date,
) -> list[Cell]:
    """Every month of one member that some body may ask for, or that was paid, from ``first`` to ``last``."""
    found = []
    for month in months(first, last):
        body = home(stays, month)
        money = paid.get(month, 0)
        if body is None and not money:
            continue
        owed = next((span.fen for span in bases if span.holds(month)), None) if body is not None else 0
        if owed is not None:
            owed = min([owed, *(span.fen for span in reliefs if span.holds(month))])
        found.append(Cell(month, body or 0, owed, money))
    return found


def paid_through(cells: Iterable[Cell], last: date, on: date) -> date:
    """交至 on a day: the month before the first open one, the running one too; ``last``, the last paid, where none is open."""
    until = max(last, month_of(on))
    opened = min((cell.month for cell in cells if cell.open and cell.month <= until), default=None)
    return after(opened, -1) if opened else last


@dataclass(frozen=True, slots=True)
class Behind:
    """Whole months that passed without payment: which, how much is open in all, how many in a row at most."""

    months: tuple[date, ...]
    fen: int
    run: int


def behind(cells: Iterable[Cell], on: date) -> Behind:
    """What is behind on a day. The running month is not late yet; a month waived by a relief ends the row."""
    passed = [cell for cell in cells if cell.month < month_of(on)]
    unpaid = tuple(cell.month for cell in passed if cell.unpaid)
    run = longest = 0
    before: date | None = None
    for month in unpaid:
        run = run + 1 if before is not None and after(before) == month else 1
        longest, before = max(longest, run), month
    return Behind(unpaid, sum(cell.open for cell in passed), longest)


def level(run: int, first: int, second: int) -> int:
    """0: nothing to say; 1 from the first warning on, 2 from the second. Whole months in a row."""
    return 2 if run >= second else 1 if run >= first else 0


def last_payable(paid_on: date, ahead: str) -> date:
    """The latest month that may be paid on a day: the running one, or the last of its quarter (按季度交纳)."""
    return after(quarter_of(paid_on), 2) if ahead == "quarter" else month_of(paid_on)


def too_far_back(month: date, paid_on: date, limit: int) -> bool:
    """Whether a month lies more than ``limit`` months back: 补交一般不超过六个月."""
    return between(month, month_of(paid_on)) > limit


def share_of(fen: int, percent: int) -> int:
    """A part of a sum in per cent, half a fen up."""
    return rounded(fen * percent, 100, "half_up")


def receipt_number(year: int, number: int) -> str:
    """2026000123: the year and six digits of the bureau's series."""
    return f"{year}{number:06d}"
