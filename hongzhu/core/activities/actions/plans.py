"""The year plan of a body, and its fixed Party day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities.models import FixedDay, Plan
from hongzhu.core.audit import actions as audit
from hongzhu.core.orgs.models import Org
from hongzhu.kit.refs import Actor, Ref


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a year plan; an empty theme takes the line out."""

    kind: str
    month_on: date
    theme: str
    planned_on: date | None = None


@transaction.atomic
def plan(*, body: Org, year: int, lines: Iterable[PlanLine], by: Actor) -> int:
    """Keep the lines of one year; lines not named stay. Returns how many stand. Two statements, whatever the number."""
    kept = {(line.kind, line.month_on): line for line in lines}
    for line in kept.values():
        if line.month_on.year != year or line.month_on.day != 1:
            raise ValidationError(_("计划只能写%s年的月份。") % year)
        if line.planned_on and (line.planned_on.year, line.planned_on.month) != (year, line.month_on.month):
            raise ValidationError(
                _("%(month)s月的计划日期不在%(month)s月，请改日期。") % {"month": line.month_on.month}
            )
    old = {(row.kind, row.month_on): row for row in Plan.objects.filter(body=body, month_on__year=year)}
    gone = [old[key].pk for key, line in kept.items() if key in old and not line.theme.strip()]
    Plan.objects.filter(pk__in=gone).delete()
    Plan.objects.bulk_create(
        [
            Plan(
                bureau_id=body.bureau_id, body=body, kind=line.kind, month_on=line.month_on,
                theme=line.theme.strip()[:120], planned_on=line.planned_on,
            )
            for line in kept.values() if line.theme.strip()
        ],
        update_conflicts=True, unique_fields=["body", "kind", "month_on"], update_fields=["theme", "planned_on"],
    )  # fmt: skip
    standing = Plan.objects.filter(body=body, month_on__year=year).count()
    audit.record(by=by, did="activities.plan", to=Ref.to(body), bureau=body.bureau_id, year=year, lines=standing)
    return standing


@transaction.atomic
def set_fixed_day(
    *, body: Org, weekday: int, week: int, starts_at: time, ends_at: time, place: str, by: Actor
) -> FixedDay:
    """The fixed Party day of a body: the n-th weekday of each month, its usual hours and place."""
    if not 0 <= weekday <= 6 or not 1 <= week <= 5:
        raise ValidationError(_("固定党日请选第一周到第五周、周一到周日。"))
    if ends_at <= starts_at:
        raise ValidationError(_("结束时间不晚于开始时间，请改时间。"))
    day, _made = FixedDay.objects.update_or_create(
        body=body,
        defaults={
            "weekday": weekday, "week": week, "starts_at": starts_at, "ends_at": ends_at, "place": place.strip()[:80],
        },
    )  # fmt: skip
    audit.record(
        by=by, did="activities.set_fixed_day", to=Ref.to(body), bureau=body.bureau_id, weekday=weekday, week=week
    )
    return day
