"""Returns: who sees which, the rows of one, who is missing, and everything merged in the asker's order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Q, QuerySet, Sum, When
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.access.models import Role
from hongzhu.core.audit import queries as audit
from hongzhu.core.collections import rules
from hongzhu.core.collections.models import Answer, Asked, Line, Part, PlanItem, Request, Return
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from hongzhu.kit.dates import SHANGHAI, day_text
from hongzhu.kit.perms import Perm, Verdict
from hongzhu.kit.refs import Ref

from . import cells, prefill, requests
from .prefill import Row

Status = Return.Status
About = Request.About


# Doors.


def visible_to(user: Any) -> QuerySet[Return]:
    """Answers of the user's part of the tree, and those to what the user's own body asks."""
    rows = Return.objects.filter(request__bureau=access.bureau_of(user)).exclude(request__status=Request.Status.DRAFT)
    seen = access.within(user, rules.VIEW, "org")
    if access.may(user, rules.ASK):
        seen |= requests.asks_for(user, "request__asker")
    return rows.filter(seen).select_related("request__asker", "request__bureau", "org").order_by("place", "id")


def open_return(user: Any, pk: int, perm: Perm = rules.VIEW) -> Return:
    """The one door: ANSWER is asked at the unit, ASK of the body that asks. Unseen 404, not permitted 403."""
    answer: Return = get_object_or_404(visible_to(user), pk=pk)
    if perm is rules.ASK:
        access.require(user, perm)
        if not requests.is_own(user, answer.request):
            raise PermissionDenied(_("这是%s收的表，要由他们办理。") % answer.request.asker)
    else:
        access.check(user, perm, answer.org)
        if perm is rules.ANSWER:
            check_answers(user, answer.org)
    return answer


def answers_for(user: Any, field: str) -> Q:
    """Bodies the user answers for: a district's officer only for the body of the grant, not for all below it."""
    grant = access.acting_grant(user)
    mine = access.within(user, rules.ANSWER, field)
    return mine & Q(**{field: grant.org_id}) if grant and grant.role == Role.DISTRICT_OFFICER else mine


def answers_at(user: Any, org: Org) -> bool:
    """Whether what this body of the user's reach is asked is the user's to answer."""
    grant = access.acting_grant(user)
    return access.may(user, rules.ANSWER) and (
        grant is None or grant.role != Role.DISTRICT_OFFICER or grant.org_id == org.pk
    )


def check_answers(user: Any, org: Org) -> None:
    """403 with who answers, where it is not this user."""
    if not answers_at(user, org):
        raise PermissionDenied(_("这张表由%s填报，要改请他们改，或退回修改。") % org)


def own(user: Any) -> QuerySet[Return]:
    """What the user's units were asked, also what was closed or withdrawn: what is open first, the nearest end first."""
    return (
        Return.objects.filter(answers_for(user, "org"), request__bureau=access.bureau_of(user))
        .exclude(request__status=Request.Status.DRAFT)
        .select_related("request__asker", "org")
        .order_by(
            Case(When(request__status=Request.Status.OUT, then=0), default=1), "request__due_on", "request_id", "place"
        )
    )


def waiting(user: Any) -> QuerySet[Return]:
    """What the user's units still have to hand in."""
    return own(user).filter(request__status=Request.Status.OUT, status__in=rules.OPEN)


def plan_items(user: Any) -> QuerySet[PlanItem]:
    """What the user's units have planned in accepted reports and not yet done, the nearest first."""
    return (
        PlanItem.objects.filter(answers_for(user, "answer__org"), done_on__isnull=True)
        .filter(answer__status=Status.MERGED, answer__request__bureau=access.bureau_of(user))
        .select_related("answer__request", "answer__org")
        .order_by("due_on", "id")
    )


def open_plan_item(user: Any, pk: int) -> PlanItem:
    """The door of one planned item: its unit's own people; others above see it on the report, 403 here."""
    rows = PlanItem.objects.select_related("answer__org", "answer__request")
    item: PlanItem = get_object_or_404(rows.filter(answer__in=visible_to(user).order_by().values("pk")), pk=pk)
    access.check(user, rules.ANSWER, item.answer.org)
    check_answers(user, item.answer.org)
    return item


def may_accept(answer: Return, account: int, on: date) -> Verdict:
    """Whether this account may accept the report, and if not, who may (A19)."""
    wrote = audit.who_did(Ref.to(answer), "collections.submit", "collections.keep", "collections.submit_report")
    if account not in wrote:
        return rules.can_accept(answer, own=False, others=())
    others = access.names_over(answer.request.asker, rules.ASK, on, but=wrote)
    return rules.can_accept(answer, own=True, others=others)


# The rows of one answer.


@dataclass(slots=True)
class Sheet:
    """A unit's table as it stands: columns, rows with what is held and given, and the row of the unit under free rows."""

    columns: list[Asked]
    rows: list[Row]
    unit: Row = field(default_factory=Row)

    @property
    def seen(self) -> str:
        """A digest of everything the machine filled: a confirmation is for exactly this."""
        told = [[row.person_id, row.held] for row in self.rows] + [[0, self.unit.held]]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def sheet(answer: Return, today: date) -> Sheet:
    """The rows filled anew from the records, with what the unit has typed so far; once merged, as they were handed in."""
    request, columns = answer.request, requests.columns_of(answer.request)
    stored = stored_rows(answer)
    if request.status != Request.Status.OUT or answer.status == Status.MERGED:
        return Sheet(columns, stored)
    if request.about == About.FREE:
        unit = prefill.unit_row(request, columns, answer.org_id, today)
        return Sheet(columns, [Row(None, dict(unit.held), row.given, unit.kept_at) for row in stored], unit)
    fresh = prefill.rows(request, columns, [answer.org_id], today)[answer.org_id]
    given = {row.person_id: row.given for row in stored}
    for row in fresh:
        typed = given.get(row.person_id, {})
        # What has come to be held since is not typed twice: the record is what counts.
        row.given = {place: value for place, value in typed.items() if place not in row.held}
    return Sheet(columns, fresh)


def stored_rows(answer: Return) -> list[Row]:
    """The rows as last saved. One query."""
    lines = Line.objects.filter(answer=answer).select_related("person").order_by("place")
    return [Row(line.person, line.held, line.given) for line in lines]


# The officer's page.


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: units asked, handed in, by status; cells typed and filled by the machine, minutes."""

    sent: int
    handed_in: int
    waiting: int
    prefilled: int
    returned: int
    none: int
    by_machine: int
    typed: int
    filled: int
    minutes: int

    @property
    def missing(self) -> int:
        return self.sent - self.handed_in

    @property
    def share(self) -> int | None:
        """Per cent of the cells that the machine filled."""
        return requests.filled_share(self.typed, self.filled)


def progress(request: Request) -> Progress:
    """One query."""

    def having(*statuses: str) -> Count:
        return Count("pk", filter=Q(status__in=statuses))

    counted = Return.objects.filter(request=request).aggregate(
        sent=Count("pk"),
        handed_in=having(*rules.HANDED_IN),
        waiting=having(Status.WAITING),
        prefilled=having(Status.PREFILLED),
        returned=having(Status.RETURNED),
        none=having(Status.NONE),
        by_machine=Count("pk", filter=Q(by_machine=True)),
        typed=Sum("typed", default=0),
        filled=Sum("filled", default=0),
        minutes=Sum("minutes", default=0),
    )
    return Progress(**counted)


def unread(request: Request) -> int:
    """Reports handed in and neither accepted nor sent back; 0 for a table."""
    if request.kind != Request.Kind.REPORT:
        return 0
    return Return.objects.filter(request=request, status=Status.SUBMITTED).count()


def of_request(user: Any, request: Request, show: str = "") -> QuerySet[Return]:
    """The units of a request in the asker's order; ``show``: missing, in, returned, none."""
    rows = visible_to(user).filter(request=request)
    narrowed = {
        "missing": rules.OPEN,
        "in": rules.HANDED_IN,
        "returned": (Status.RETURNED,),
        "none": (Status.NONE,),
    }
    return rows.filter(status__in=narrowed[show]) if show in narrowed else rows


def reminder_level(request: Request, on: date) -> str:
    """``early`` up to the last day, ``late`` after it: one reminder at each."""
    return "late" if on > request.due_on else "early"


def to_remind(request: Request, on: date) -> QuerySet[Return]:
    """Units that have not handed in and were not reminded at this level."""
    told = Q(reminded_at__isnull=False)
    if reminder_level(request, on) == "late":
        told &= Q(reminded_at__gt=datetime.combine(request.due_on, time.max, SHANGHAI))
    return Return.objects.filter(request=request, status__in=rules.OPEN).exclude(told).order_by("place", "id")


def call(request: Request) -> str:
    """The words of a message that asks for the table."""
    return _("%(asker)s收表《%(title)s》，依据：%(basis)s。请在%(day)s前填报；平台已有的已经填好，请核对。") % {
        "asker": request.asker,
        "title": request.title,
        "basis": request.basis,
        "day": day_text(request.due_on),
    }


# Merging.


def merged_rows(request: Request, columns: Sequence[Asked]) -> Iterator[list[Any]]:
    """Every handed-in row in the asker's order, cells in the order of ``columns``; formulas are left to the sheet."""
    lines = Line.objects.filter(answer__request=request, answer__status__in=rules.HANDED_IN)
    told = lines.order_by("answer__place", "answer_id", "place").values_list("held", "given")
    for number, (held, given) in enumerate(told.iterator(chunk_size=5000), start=1):
        yield [_merged_cell(column, number, held, given) for column in columns]


def _merged_cell(column: Asked, number: int, held: dict[str, Any], given: dict[str, Any]) -> Any:
    if column.type == Asked.Type.ORDER:
        return number
    if column.type == Asked.Type.FORMULA:
        return None
    place = str(column.place)
    return cells.cell(held.get(place, given.get(place)), column.type)


def totals(request: Request, columns: Sequence[Asked]) -> dict[int, Decimal]:
    """The sum of each summed column over all handed-in rows, by column place, in the unit its cells are written in."""
    summed = [column for column in columns if column.summed]
    found = {column.place: Decimal(0) for column in summed}
    if not summed:
        return found
    lines = Line.objects.filter(answer__request=request, answer__status__in=rules.HANDED_IN)
    for held, given in lines.values_list("held", "given").iterator(chunk_size=5000):
        for column in summed:
            place = str(column.place)
            found[column.place] += cells.amount(held.get(place, given.get(place)), column.type)
    return found


# Reports.


@dataclass(frozen=True, slots=True)
class PartText:
    """One part of a report at a unit: the machine's paragraph and the unit's own words."""

    part: Part
    machine: str
    text: str


def part_texts(answer: Return) -> list[PartText]:
    """Every part with the paragraph the machine makes now (as handed in, once merged) and what the unit wrote."""
    request = answer.request
    kept = {row.part_id: row for row in Answer.objects.filter(answer=answer)}
    fixed = request.status != Request.Status.OUT or answer.status == Status.MERGED
    made = []
    for part in request.parts.order_by("place"):
        row = kept.get(part.pk)
        machine = (row.machine if row else "") if fixed else paragraph(part, answer)
        made.append(PartText(part, machine, row.text if row else ""))
    return made


def handed_parts(answer: Return) -> list[PartText]:
    """Every part as it was saved last. Two queries."""
    kept = {row.part_id: row for row in Answer.objects.filter(answer=answer)}
    parts = answer.request.parts.order_by("place")
    return [PartText(part, kept[part.pk].machine, kept[part.pk].text) for part in parts if part.pk in kept]


def paragraph(part: Part, answer: Return) -> str:
    """What the machine says under a part about this unit and the report's half-year; "" where it says nothing."""
    declared = registry.book.paragraphs.get(part.source)
    return str(declared.text(answer.org, requests.period_of(answer.request))) if declared else ""


def plan_of(answer: Return) -> list[PlanItem]:
    """The items of the next half-year's plan, the nearest first."""
    return list(PlanItem.objects.filter(answer=answer).order_by("due_on", "id"))
