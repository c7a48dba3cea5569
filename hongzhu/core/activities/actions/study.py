"""补学: the absent make it up; only then do they earn the hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.activities import rules
from hongzhu.core.activities.models import Act, Attendance
from hongzhu.core.audit import actions as audit
from hongzhu.kit.refs import Actor, Ref

from .counting import _settle


@transaction.atomic
def make_up(
    *, act: Act, people: Iterable[int], on: date, way: str, seen_to_by: str, by: Actor, today: date, now: datetime
) -> int:
    """Write down the make-up study of some of the absent; returns how many. Their hours follow at once."""
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    rows = list(act.attendances.filter(person__in=list(people)).select_related("person"))
    if not rows:
        raise ValidationError(_("没有选人，请选已经补学的人。"))
    if way not in Attendance.Way.values:
        raise ValidationError(_("请选补学方式。"))
    for row in rows:
        row.act = act
        if not (verdict := rules.can_be_made_up(row, on, today)):
            raise ValidationError(verdict.reason)
        row.made_up_on, row.made_up_way, row.made_up_by = on, way, seen_to_by.strip()[:60]
        row.made_up_at = row.made_up_at or now
    Attendance.objects.bulk_update(rows, ["made_up_on", "made_up_way", "made_up_by", "made_up_at"])
    _settle(act, now=now)
    audit.record(
        by=by, did="activities.make_up", to=Ref.to(act), bureau=act.bureau_id, on=on.isoformat(), way=way,
        people=sorted(row.person_id for row in rows),
    )  # fmt: skip
    return len(rows)
