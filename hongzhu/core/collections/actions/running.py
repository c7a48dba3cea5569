"""A request after drafting: sent with its units frozen, reminded, withdrawn, closed with its cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.audit import actions as audit
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Asked, Line, Request, Return
from hongzhu.core.collections.queries import fields, prefill, requests, returns
from hongzhu.core.documents import actions as documents
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.refs import Actor, Ref

from .asking import ask, locked

Status = Request.Status


@transaction.atomic
def send(
    *, request: Request, by: Actor, on: date, now: datetime, repeat_reason: str = "",
    withheld: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    """Send a draft: units frozen as of ``on`` in the asker's order, pre-filled, each told once.

    ``withheld``: fields the sender may not ask for, each with why.

    Refused when the same table runs or ran lately (unless ``repeat_reason`` says why), when a unit's year would cost more
    than its budget (unless a leader has allowed it), and when the draft is not whole. A table of members at a body
    that has none, and one whose numbers are all held and 0, is answered by the machine: 无此情况.
    """
    # Two requests sent at once are judged one after the other: each would else miss the other's columns and minutes.
    Bureau.objects.select_for_update(no_key=True).get(pk=request.bureau_id)
    request = locked(request)
    check = requests.check(request, on, withheld)
    ask(check.ready)
    ask(rules.may_repeat(check.first, repeat_reason))
    ask(rules.within_budget(check.over, request.over_budget_reason))
    request.status, request.sent_at, request.minutes = Status.OUT, now, check.cost.minutes
    request.repeats = check.first
    request.repeat_reason = repeat_reason.strip()[:200] if check.first else ""
    if not check.over:
        request.over_budget_reason = request.over_budget_by = ""
    request.save()
    made, lines = _returns(request, [one.column for one in check.columns], check.minutes, on=on, now=now)
    Return.objects.bulk_create(made, batch_size=1000)
    Line.objects.bulk_create(lines, batch_size=1000)
    _tell(request, [row.org_id for row in made if row.status in rules.OPEN], key="sent", on=on, now=now)
    audit.record(
        by=by, did="collections.send", to=Ref.to(request), bureau=request.bureau_id, units=len(made),
        minutes=request.minutes, columns=len(check.columns), held=len(check.held), none=_by_machine(made),
        repeats=request.repeats_id, why=request.repeat_reason, over=len(check.over),
    )  # fmt: skip
    return request


def _by_machine(made: Sequence[Return]) -> int:
    return sum(1 for row in made if row.by_machine)


def _returns(
    request: Request, columns: list[Asked], minutes: Mapping[int, int], *, on: date, now: datetime
) -> tuple[list[Return], list[Line]]:
    """One return for each unit: pre-filled where something is held, 无此情况 where its rows prove that there is nothing;
    and the rows of zeros that prove it, which are merged as they stand."""
    lines: list[Line] = []
    units = list(minutes)
    made = [
        Return(request=request, org_id=pk, place=place, planned=minutes[pk]) for place, pk in enumerate(units, start=1)
    ]
    if request.kind == Request.Kind.REPORT:
        machine = request.parts.exclude(source="").exists()
        filled = set(units) if machine else set()
    elif request.about in fields.PEOPLE:
        people = prefill.people_of(units, request.about, prefill.day_for(request, on))
        filled = {pk for pk, some in people.items() if some and any(column.field for column in columns)}
        for row in made:
            if not people.get(row.org_id):
                _answer(row, now)
    elif request.about == Request.About.UNIT:
        found = prefill.rows(request, columns, units, on)
        filled = {pk for pk, some in found.items() if some and some[0].held}
        for row in made if request.as_of <= on else ():
            if prefill.proves_none(columns, own := found[row.org_id][0]):
                _answer(row, now)
                row.filled, row.planned = len(own.held), 0
                lines.append(Line(answer=row, place=1, held=own.held))
    else:
        filled = set()
    for row in made:
        if row.org_id in filled and not row.by_machine:
            row.status = Return.Status.PREFILLED
    return made, lines


def _answer(row: Return, now: datetime) -> None:
    row.status, row.by_machine, row.handed_in_at = Return.Status.NONE, True, now


def _tell(request: Request, units: list[int], *, key: str, on: date, now: datetime) -> None:
    documents.send(
        key=f"collections.request:{request.pk}:{key}",
        accounts=access.accounts_at(units, rules.ANSWER, on),
        subject=(_("收表：%s") if key == "sent" else _("提醒：%s")) % request.title,
        text=returns.call(request),
        url=reverse("collections:return_list"),
        now=now,
    )


@transaction.atomic
def remind(*, request: Request, by: Actor, on: date, now: datetime) -> int:
    """Remind those alone who have not handed in; once up to the last day and once after it. Returns how many units."""
    request = locked(request)
    ask(rules.can_remind(request))
    missing = list(returns.to_remind(request, on).values_list("pk", "org_id"))
    if not missing:
        return 0  # no entry: nobody is left to remind
    level = returns.reminder_level(request, on)
    ids = [org for _pk, org in missing]
    _tell(request, ids, key=level, on=on, now=now)
    Return.objects.filter(pk__in=[pk for pk, _org in missing]).update(reminded_at=now)
    audit.record(by=by, did="collections.remind", to=Ref.to(request), level=level, bodies=ids)
    return len(ids)


@transaction.atomic
def withdraw(*, request: Request, reason: str, by: Actor, on: date, now: datetime) -> Request:
    """撤回 with the reason, which the units are told; what was filled in stays, the minutes count against nobody."""
    request = locked(request)
    ask(rules.can_be_withdrawn(request, reason))
    request.status, request.withdrawn_for = Status.WITHDRAWN, reason.strip()[:200]
    request.save(update_fields=["status", "withdrawn_for"])
    asked = Return.objects.filter(request=request, by_machine=False).values_list("org_id", flat=True)
    documents.send(
        key=f"collections.request:{request.pk}:withdrawn",
        accounts=access.accounts_at(list(asked), rules.ANSWER, on),
        subject=_("已撤回：%s") % request.title,
        text=_("%(asker)s撤回了这张表，不用再填。原因：%(why)s")
        % {"asker": request.asker, "why": request.withdrawn_for},
        url=f"{reverse('collections:return_list')}?show=all",
        now=now,
    )
    audit.record(by=by, did="collections.withdraw", to=Ref.to(request), reason=request.withdrawn_for)
    return request


@transaction.atomic
def close(*, request: Request, by: Actor, now: datetime) -> Request:
    """汇总: what was handed in is merged and stays as it is; the chain keeps what the request has cost."""
    request = locked(request)
    found = returns.progress(request)
    ask(rules.can_be_closed(request, handed_in=found.handed_in, unread=returns.unread(request)))
    request.status, request.closed_at = Status.CLOSED, now
    request.save(update_fields=["status", "closed_at"])
    Return.objects.filter(request=request, status=Return.Status.SUBMITTED).update(status=Return.Status.MERGED)
    cost = Return.objects.filter(request=request).aggregate(
        typed=Sum("typed", default=0), filled=Sum("filled", default=0), minutes=Sum("minutes", default=0)
    )
    audit.record(
        by=by, did="collections.close", to=Ref.to(request), units=found.sent, handed_in=found.handed_in,
        missing=found.missing, **cost,
    )  # fmt: skip
    return request
