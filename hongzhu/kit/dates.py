"""Calendar periods, Shanghai days, dates as people here write and type them.

A period is half-open: its end is the first day that no longer belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1900, 2100

Every = Literal["month", "quarter", "half", "year"]
MONTHS_OF: dict[Every, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}

_CODE = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4])|H([12]))?", re.ASCII)
_SPAN_CODE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DateRefused(ValueError):
    """What was typed is not a date we can keep; ``str(error)`` is the sentence for the user."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` up to but not including ``end``."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start}..{self.end}")

    @classmethod
    def of(cls, every: Every, year: int, number: int = 1) -> Period:
        """The ``number``-th month, quarter, half (from 1) of ``year``; ValueError outside the year."""
        size = MONTHS_OF[every]
        if not 1 <= number <= 12 // size:
            raise ValueError(f"{every} {number}")
        first = (number - 1) * size
        return cls(_month_start(year, first), _month_start(year, first + size))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls.of("month", year, month)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        return cls.of("quarter", year, quarter)

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        return cls.of("half", year, half)

    @classmethod
    def year(cls, year: int) -> Period:
        return cls.of("year", year)

    @classmethod
    def span(cls, first: date, last: date) -> Period:
        """Any run of days, both ends belonging to it."""
        return cls(first, last + timedelta(days=1))

    @classmethod
    def covering(cls, every: Every, day: date) -> Period:
        """The calendar month, quarter, half or year ``day`` lies in."""
        return cls.of(every, day.year, (day.month - 1) // MONTHS_OF[every] + 1)

    @classmethod
    def parse(cls, code: str) -> Period:
        """The period of a ``code``; ValueError when it is none."""
        if found := _CODE.fullmatch(code):
            year, month, quarter, half = found.groups()
            if month:
                return cls.month(int(year), int(month))
            if quarter:
                return cls.quarter(int(year), int(quarter))
            return cls.half(int(year), int(half)) if half else cls.year(int(year))
        if found := _SPAN_CODE.fullmatch(code):
            return cls.span(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
        raise ValueError(f"not a period: {code!r}")

    @property
    def every(self) -> Every | None:
        """Which kind of calendar period this is; None for any other run of days."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        for every, size in MONTHS_OF.items():
            if months == size and self.start.day == self.end.day == 1 and (self.start.month - 1) % size == 0:
                return every
        return None

    @property
    def number(self) -> int:
        """Which one of its year, from 1: 3 for March, 4 for the fourth quarter."""
        every = self.every
        return 1 if every is None else (self.start.month - 1) // MONTHS_OF[every] + 1

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def code(self) -> str:
        """``2026-11``, ``2026Q4``, ``2026H1``, ``2026``, else ``2026-11-03..2026-11-20`` with the last day."""
        match self.every:
            case "month":
                return f"{self.start:%Y-%m}"
            case "quarter":
                return f"{self.start.year}Q{self.number}"
            case "half":
                return f"{self.start.year}H{self.number}"
            case "year":
                return f"{self.start.year}"
            case _:
                return f"{self.start.isoformat()}..{self.last_day.isoformat()}"

    @property
    def title(self) -> str:
        """As people say it: 2026年11月, 2026年四季度, 2026年上半年, 2026年."""
        parts = {"year": self.start.year, "month": self.start.month, "mm": f"{self.start.month:02}"}
        match self.every:
            case "month":
                return gettext("%(year)s年%(month)s月") % parts
            case "quarter":
                return (
                    gettext("%(year)s年一季度"),
                    gettext("%(year)s年二季度"),
                    gettext("%(year)s年三季度"),
                    gettext("%(year)s年四季度"),
                )[self.number - 1] % parts
            case "half":
                return (gettext("%(year)s年上半年"), gettext("%(year)s年下半年"))[self.number - 1] % parts
            case "year":
                return gettext("%(year)s年") % parts
            case _:
                return range_text(self.start, self.last_day)

    def __str__(self) -> str:
        return self.title

    def __contains__(self, day: date) -> bool:
        return self.contains(day)

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlaps(self, other: Period) -> bool:
        return self.start < other.end and other.start < self.end

    def next(self) -> Period:
        """The period after this one: the next of its kind, or as many days again."""
        every = self.every
        return Period(self.end, self.end + (self.end - self.start)) if every is None else self.covering(every, self.end)

    def prev(self) -> Period:
        """The period before this one: the previous of its kind, or as many days before."""
        every = self.every
        if every is None:
            return Period(self.start - (self.end - self.start), self.start)
        return self.covering(every, self.start - timedelta(days=1))

    def parts(self, every: Every) -> list[Period]:
        """The calendar months, quarters, halves or years that start inside this period, in order."""
        part = self.covering(every, self.start)
        if part.start < self.start:
            part = part.next()
        found = []
        while part.start < self.end:
            found.append(part)
            part = part.next()
        return found

    def each_day(self) -> Iterator[date]:
        for offset in range(self.days):
            yield self.start + timedelta(days=offset)


def _month_start(year: int, months: int) -> date:
    return date(year + months // 12, months % 12 + 1, 1)


def day_of(moment: datetime) -> date:
    """The day it was in Shanghai; ValueError for a moment without a zone, which could be any day."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no Shanghai day")
    return moment.astimezone(SHANGHAI).date()


def _words(day: date) -> dict[str, object]:
    return {"year": day.year, "month": day.month, "day": day.day, "mon": _MONTH_NAMES[day.month - 1]}


def weekday_text(day: date) -> str:
    """周一 to 周日."""
    return (
        gettext("周一"),
        gettext("周二"),
        gettext("周三"),
        gettext("周四"),
        gettext("周五"),
        gettext("周六"),
        gettext("周日"),
    )[day.weekday()]


def day_text(day: date) -> str:
    """11月20日."""
    return gettext("%(month)s月%(day)s日") % _words(day)


def weekday_day_text(day: date) -> str:
    """11月20日 周五."""
    return f"{day_text(day)} {weekday_text(day)}"


def full_text(day: date) -> str:
    """2026年11月20日."""
    return gettext("%(year)s年%(month)s月%(day)s日") % _words(day)


def month_text(day: date) -> str:
    """2026年11月, for dates kept to the month."""
    return gettext("%(year)s年%(month)s月") % {"year": day.year, "month": day.month, "mm": f"{day.month:02}"}


def range_text(first: date, last: date, *, year: bool = True) -> str:
    """2026年11月3日至20日, 2026年11月3日至12月1日, 2026年12月30日至2027年1月2日; one day stands alone.

    ``year=False`` leaves the year out where both days share it.
    """
    whole = year or first.year != last.year
    begin = full_text(first) if whole else day_text(first)
    if first == last:
        return begin
    if (first.year, first.month) == (last.year, last.month):
        end = pgettext("last day of a range inside one month", "%(day)s日") % _words(last)
    elif first.year == last.year:
        end = day_text(last)
    else:
        end = full_text(last)
    return gettext("%(begin)s至%(end)s") % {"begin": begin, "end": end}


# --- what people type -------------------------------------------------------------------------------------

_SEPARATED = re.compile(  # zh: dates as people type them
    r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*(?:([-/.月])\s*(\d{1,2})\s*[日号]?|月)?", re.ASCII
)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_CLOCK = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_TWO_DIGIT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)  # zh: dates as people type them
_WEEKDAY = re.compile(r"[\s(]*(?:周|星期)[一二三四五六日天][\s)]*$")  # zh: dates as people type them
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_MONTHS_NUMBER = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])", re.ASCII)
_EXCEL_ZERO = date(1899, 12, 30)
# Serial 61 is the first after 29 February 1900, a day Excel knows and the calendar does not.
_SERIALS = range(61, (date(LAST_YEAR, 12, 31) - _EXCEL_ZERO).days + 1)


@dataclass(frozen=True, slots=True)
class Typed:
    """A date as typed: ``day`` is the first of the month where only the month was given."""

    day: date
    precision: Literal["day", "month"]


def parse_date(value: object) -> date:
    """The day of what a person typed or a spreadsheet cell holds; DateRefused with a sentence otherwise."""
    return parse_typed(value, month_allowed=False).day


def parse_typed(value: object, *, month_allowed: bool = True) -> Typed:
    """Like :func:`parse_date`, keeping apart dates known to the month only.

    Reads 2026-11-20, 2026/11/20, 2026.11.20, 20261120, 2026年11月20日, date cells and Excel serial numbers;
    with ``month_allowed`` also 2026.11, 2026-11, 202611 and 2026年11月. A clock time behind the day is dropped.
    """
    if isinstance(value, datetime):
        return _typed(value.date() if value.tzinfo is None else day_of(value))
    if isinstance(value, date):
        return _typed(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, month_allowed=month_allowed)
    if not isinstance(value, str):
        raise DateRefused(_("这一格不是日期，请写成 2026-11-20 这样"))
    text = unicodedata.normalize("NFKC", value).replace("\u200b", "").replace("\ufeff", "").strip().lstrip("'")
    text = _WEEKDAY.sub("", _CLOCK.sub("", text)).strip()
    if not text:
        raise DateRefused(_("没有填日期，请写成 2026-11-20 这样"))
    if found := _SEPARATED.fullmatch(text):
        year, first, month, second, day = found.groups()
        if first != "年" or second in {None, "月"}:  # zh: dates as people type them
            return _typed_parts(year, month, day, month_allowed=month_allowed)
    if (found := _PLAIN.fullmatch(text)) and (found[3] or _MONTHS_NUMBER.fullmatch(text)):
        return _typed_parts(found[1], found[2], found[3], month_allowed=month_allowed)
    if _SERIAL.fullmatch(text):
        return _from_number(float(text), month_allowed=month_allowed)
    if _TWO_DIGIT_YEAR.fullmatch(text):
        raise DateRefused(_("“%(text)s”的年份只有两位，请写全，如 2026-11-20") % {"text": text})
    raise DateRefused(_("看不懂日期“%(text)s”，请写成 2026-11-20 这样") % {"text": text[:20]})


def _from_number(value: float, *, month_allowed: bool) -> Typed:
    whole = int(value) if abs(value) < 1e9 else 0  # a NaN is not less than anything
    if value == whole and _PLAIN.fullmatch(str(whole)) and (whole >= 1e7 or _MONTHS_NUMBER.fullmatch(str(whole))):
        text = str(whole)
        return _typed_parts(text[:4], text[4:6], text[6:] or None, month_allowed=month_allowed)
    if FIRST_YEAR <= whole <= LAST_YEAR:
        # Excel turns the typed 2026.10 into the number 2026.1: January or October, nobody can tell.
        raise DateRefused(
            _("“%(text)s”是数字，分不清年和月，请把这一格改成文本，写成 2026-11-20 这样") % {"text": value}
        )
    if whole not in _SERIALS:
        raise DateRefused(_("看不懂日期“%(text)s”，请写成 2026-11-20 这样") % {"text": value})
    return _typed(_EXCEL_ZERO + timedelta(days=whole))


def _typed_parts(year: str, month: str, day: str | None, *, month_allowed: bool) -> Typed:
    if day is None and not month_allowed:
        raise DateRefused(_("“%(year)s年%(month)s月”没有写到日，请补上日") % {"year": year, "month": int(month)})
    if not 1 <= int(month) <= 12:
        raise DateRefused(_("没有%(month)s月，请改日期") % {"month": int(month)})
    try:
        made = date(int(year), int(month), int(day or 1))
    except ValueError:
        if 1 <= int(day or 1) <= 31:
            words = {"year": int(year), "month": int(month), "day": int(day or 1)}
            leap = int(month) == 2 and int(day or 1) == 29
            raise DateRefused(
                (_("%(year)s年2月29日不存在，请改日期") if leap else _("%(month)s月%(day)s日不存在，请改日期")) % words
            ) from None
        raise DateRefused(_("没有%(day)s日，请改日期") % {"day": int(day or 1)}) from None
    return _typed(made, "day" if day else "month")


def _typed(day: date, precision: Literal["day", "month"] = "day") -> Typed:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DateRefused(_("%(year)s年不在1900年到2100年之间，请改日期") % {"year": day.year})
    return Typed(day, precision)
