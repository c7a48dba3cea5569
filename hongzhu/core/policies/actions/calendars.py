"""Days off, make-up days and school terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import queries
from hongzhu.core.policies.models import CalendarDay, SchoolTerm
from hongzhu.kit.china import workdays
from hongzhu.kit.refs import Actor

from .shipping import SYSTEM

FIRST_CALENDAR_YEAR = 2015


@transaction.atomic
def seed_calendar(*, years: Iterable[int] = (), by: Actor = SYSTEM) -> int:
    """Load the country's holidays and make-up days the installed package knows; days already kept stay as they are."""
    wanted = list(years) or list(range(FIRST_CALENDAR_YEAR, timezone.localdate().year + 3))
    known = set(CalendarDay.objects.filter(bureau__isnull=True).values_list("on", flat=True))
    made = []
    for year in wanted:
        arrangement = workdays.seed(year)
        if arrangement is None:
            continue
        for kind, days in (
            (CalendarDay.Kind.HOLIDAY, arrangement.off),
            (CalendarDay.Kind.WORKDAY, arrangement.makeup),
        ):
            made += [
                CalendarDay(bureau=None, on=day, kind=kind, name=str(CalendarDay.Kind(kind).label))
                for day in sorted(days)
                if day not in known
            ]
    if not made:
        return 0  # no entry: every day was known
    CalendarDay.objects.bulk_create(made)
    last = max(day.on for day in made).isoformat()
    audit.record(by=by, did="policies.seed_calendar", bureau=0, days=len(made), last=last)
    return len(made)


@transaction.atomic
def set_day(*, bureau: Bureau, on: date, kind: str, name: str, by: Actor) -> CalendarDay:
    """A day off or a make-up day of the bureau's own; it stands above the country's calendar."""
    if CalendarDay.objects.filter(bureau=bureau, on=on).exists():
        raise ValidationError(_("没有保存：这一天已经登记过，请先删去原来的。已填内容还在。"))
    made = CalendarDay.objects.create(bureau=bureau, on=on, kind=kind, name=name.strip())
    audit.record(by=by, did="policies.set_day", bureau=bureau.pk, on=on.isoformat(), kind=kind)
    return made


@transaction.atomic
def remove_day(*, day: CalendarDay, by: Actor) -> None:
    """Take one of the bureau's own days away; the country's calendar stays."""
    if day.bureau_id is None:
        raise ValidationError(_("国家公布的节假日不能删，可以另加一天本局的安排盖过它。"))
    audit_bureau, on = day.bureau_id, day.on
    day.delete()
    audit.record(by=by, did="policies.remove_day", bureau=audit_bureau, on=on.isoformat())


@transaction.atomic
def set_term(*, bureau: Bureau, name: str, from_on: date, to_on: date, by: Actor) -> SchoolTerm:
    """A school term; ``to_on`` is the first day of the holidays. Terms of one bureau do not overlap."""
    if to_on <= from_on:
        raise ValidationError(_("没有保存：结束日期不晚于开学日期，请改日期。已填内容还在。"))
    if queries.terms(bureau, from_on, to_on).exists():
        raise ValidationError(_("没有保存：与已有的学期重叠，请改日期。已填内容还在。"))
    made = SchoolTerm.objects.create(bureau=bureau, name=name.strip(), from_on=from_on, to_on=to_on)
    audit.record(by=by, did="policies.set_term", bureau=bureau.pk, name=made.name, from_on=from_on.isoformat())
    return made


@transaction.atomic
def remove_term(*, term: SchoolTerm, by: Actor) -> None:
    """Take a term away that was entered by mistake."""
    bureau, name, from_on = term.bureau_id, term.name, term.from_on
    term.delete()
    audit.record(by=by, did="policies.remove_term", bureau=bureau, name=name, from_on=from_on.isoformat())
