"""Working days and school terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies.models import CalendarDay, SchoolTerm
from hongzhu.kit.china import workdays


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and make-up days of one bureau, the country's with the bureau's own on top."""

    off: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        return workdays.is_workday(day, off=self.off, makeup=self.makeup)

    def add(self, day: date, count: int) -> tuple[date, bool]:
        """The day, and whether it is 暂定: a year on the way has no published holidays yet."""
        found = workdays.add_workdays(day, count, off=self.off, makeup=self.makeup)
        years = range(min(day, found).year, max(day, found).year + 1)
        return found, any(year not in self.years for year in years)


def calendar(bureau: Bureau) -> Calendar:
    """The bureau's calendar in one query; for work over many days keep it."""
    kinds: dict[date, str] = {}
    years: set[int] = set()
    rows = CalendarDay.objects.filter(Q(bureau__isnull=True) | Q(bureau=bureau)).order_by(
        F("bureau").asc(nulls_first=True), "on"
    )
    for on, kind, own in rows.values_list("on", "kind", "bureau"):
        kinds[on] = kind
        if own is None:
            years.add(on.year)
    return Calendar(
        off=frozenset(day for day, kind in kinds.items() if kind == CalendarDay.Kind.HOLIDAY),
        makeup=frozenset(day for day, kind in kinds.items() if kind == CalendarDay.Kind.WORKDAY),
        years=frozenset(years),
    )


def is_workday(bureau: Bureau, day: date) -> bool:
    """Whether people work that day, by the country's calendar with the bureau's own days on top."""
    return calendar(bureau).is_workday(day)


def add_workdays(bureau: Bureau, day: date, n: int) -> tuple[date, bool]:
    """The n-th working day after ``day`` and whether it is 暂定; the first day is not counted (Civil Code art. 201)."""
    return calendar(bureau).add(day, n)


def calendar_days(bureau: Bureau, year: int) -> QuerySet[CalendarDay]:
    """One year's days off and make-up days, the country's and the bureau's own."""
    return CalendarDay.objects.filter(Q(bureau__isnull=True) | Q(bureau=bureau), on__year=year).order_by("on")


def terms(bureau: Bureau, from_on: date | None = None, to_on: date | None = None) -> QuerySet[SchoolTerm]:
    """School terms, those that touch [from_on, to_on) when given."""
    found = SchoolTerm.objects.filter(bureau=bureau)
    if from_on is not None:
        found = found.filter(to_on__gt=from_on)
    if to_on is not None:
        found = found.filter(from_on__lt=to_on)
    return found.order_by("from_on")


def term_of(bureau: Bureau, day: date) -> SchoolTerm | None:
    """The term a day lies in; None in the holidays or where no term is kept."""
    return SchoolTerm.objects.filter(bureau=bureau, from_on__lte=day, to_on__gt=day).order_by("from_on").first()


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row with one arrangement. ``own``: id of the bureau's own day, 0 for the country's."""

    first: date
    last: date
    words: str
    name: str
    own: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def calendar_runs(bureau: Bureau, year: int) -> list[Run]:
    """One year's calendar as a notice states it: the country's days in runs, the bureau's own one by one."""
    runs: list[Run] = []
    for day in calendar_days(bureau, year):
        words, own = day.get_kind_display(), day.pk if day.bureau_id else 0
        before = runs[-1] if runs else None
        if before and not own and not before.own and before.words == words and (day.on - before.last).days == 1:
            runs[-1] = Run(before.first, day.on, words, "", 0)
        else:
            runs.append(Run(day.on, day.on, words, day.name if own else "", own))
    return runs


def all_days(bureau: Bureau) -> QuerySet[CalendarDay]:
    """The country's days and the bureau's own."""
    return CalendarDay.objects.filter(Q(bureau__isnull=True) | Q(bureau=bureau))
