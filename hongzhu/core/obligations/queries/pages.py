"""What the pages show: the gap grid, the rows behind a number, the year of one body. Fixed numbers of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities import queries as activities
from hongzhu.core.activities.models import Act
from hongzhu.core.obligations import rules
from hongzhu.core.obligations.engine import Body, DuePeriod, Duty, Lack, Status, between, why_not
from hongzhu.core.obligations.models import Reminder, Waiver
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org, Superior
from hongzhu.core.people.models import Post
from hongzhu.kit import registry
from hongzhu.kit.chips import Chip
from hongzhu.kit.dates import Period

from .duties import Book, terms_of
from .figures import (
    Features,
    Placed,
    Question,
    Totals,
    ask,
    body_scope,
    cells,
    credit_rows,
    features,
    grid,
    last_day_of,
    last_held,
    total,
)
from .sql import Scope, midnight

# The numbers of the pages that open; each is the sum of some figures of the cells.
NUMBERS: dict[str, tuple[str, ...]] = {
    "due": ("good", "made_up", "late", "waived", "unseen", "lacking", "ahead"),
    "held": ("good", "made_up", "late"),
    "in_time": ("good", "made_up"),
    "good": ("good",),
    "made_up": ("made_up",),
    "late": ("late",),
    "waived": ("waived",),
    "unseen": ("unseen",),
    "lacking": ("lacking",),
    "ahead": ("ahead",),
    "not_applicable": ("not_applicable",),
}
STATUS_OF = {
    "good": Status.HELD,
    "made_up": Status.MADE_UP,
    "late": Status.LATE,
    "waived": Status.WAIVED,
    "unseen": Status.UNSEEN,
    "lacking": Status.OPEN,
    "ahead": Status.NOT_YET,
    "not_applicable": Status.NOT_APPLICABLE,
}


# --- doors ------------------------------------------------------------------------------------------------


def visible_to(user: Any) -> QuerySet[Org]:
    """Bodies whose cells the user may open today."""
    return access.orgs_where(user, rules.VIEW)


def open_body(user: Any, pk: int, perm: Any = rules.VIEW) -> Org:
    """The door to one body's cells: unseen is 404, seen but not permitted is 403."""
    body = get_object_or_404(visible_to(user).select_related("bureau"), pk=pk)
    access.check(user, perm, body)
    return body


def keeps(account: int, body: Org, on: date) -> bool:
    """Whether the account's person holds a post in the body on a day: it is their own to hold meetings in."""
    return Post.objects.filter(orgs.on_day(on), org=body, person__account=account).exists()


def visible_waivers(user: Any) -> QuerySet[Waiver]:
    """Waivers of bodies the user may see, newest first."""
    return Waiver.objects.filter(access.within(user, rules.VIEW, "body")).select_related("body").order_by("-granted_at")


def open_waiver(user: Any, pk: int, perm: Any = rules.WAIVE) -> Waiver:
    """The door to a waiver."""
    waiver = get_object_or_404(visible_waivers(user), pk=pk)
    access.check(user, perm, waiver.body)
    return waiver


def bureau_for(user: Any) -> Bureau:
    """The user's bureau; 403 for an account that belongs to none."""
    bureau = Bureau.objects.filter(pk=access.bureau_of(user)).first()
    if bureau is None:
        raise PermissionDenied(_("你的账号不属于任何教育局，看不了落实情况。"))
    return bureau


def find_due(bureau: Bureau, duty: str, period: str) -> DuePeriod | None:
    """The due period of a duty's code and a period's code, None where there is none."""
    try:
        asked = Period.parse(period)
    except ValueError:
        return None
    found = between(Book(bureau), asked.start, asked.last_day, terms_of(bureau))
    return next((due for due in found if due.duty.code == duty and due.code == period), None)


# --- the gap grid -----------------------------------------------------------------------------------------


NOTHING = Totals()


@dataclass(frozen=True, slots=True)
class Column:
    """One duty across the grid; ``often`` says how often, or to which year it belongs."""

    duty: Duty
    often: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class GapCell:
    """One body x one duty; ``reason`` why it does not apply, "" where it does, None where the body has no such cell."""

    duty: Duty
    totals: Totals
    reason: Any = ""
    word: str = ""


@dataclass(slots=True)
class GapRow:
    """One body of the grid, in the bureau's own order."""

    org: Org
    cells: list[GapCell]
    totals: Totals
    members: int
    relation: str = ""
    superior: str = ""
    last_on: date | None = None


@dataclass(slots=True)
class Gap:
    """The whole grid. ``rows`` after the filters; counts before 有未见记录; ``hidden`` bodies the user may not see."""

    question: Question
    scope: Scope
    columns: list[Column]
    rows: list[GapRow]
    totals: Totals
    members: int
    every: int
    short: int
    hidden: int
    generals: list[Org] = field(default_factory=list)


def often_words(due: DuePeriod) -> str:
    """每月, 每季 … or 2025年度 for what belongs to a year of its own."""
    if due.duty.window:
        return _("%(year)s年度") % {"year": due.start.year}
    return {
        "month": _("每月"), "quarter": _("每季"), "half": _("每半年"), "year": _("每年"), "term": _("每学期"), "once": _("专项"),
    }[due.duty.every]  # fmt: skip


def period_words(due: DuePeriod) -> str:
    """2026年11月, 2026年四季度, 所属2025年度 …"""
    if due.duty.window:
        return _("所属%s年度") % due.start.year
    return Period(due.start, due.stop).title


def duties_of(question: Question) -> dict[str, tuple[Duty, str]]:
    """Duty and how often, by code, as the last version of the range has them."""
    return {due.duty.code: (due.duty, often_words(due)) for due in question.plan_dues()}


def reason_of(due: DuePeriod, org: Org, known: Features | None, today: date) -> Any:
    """Why a duty does not apply in a period, in the pack's words where it has some.

    ``known``: the body on the period's own reference day, so that a committee of July says nothing about June.
    """
    if due.duty.not_applicable:
        return due.duty.not_applicable
    if known is None:
        return rules.REASONS[Lack.NOT_THERE]
    body = Body(
        kind=org.kind, opened=org.opened_on, closed=org.closed_on, full_members=known.full_members, teams=known.teams,
        committee=known.committee, retired=org.retired, sectors=frozenset([org.sector]), stages=frozenset([org.stage]),
    )  # fmt: skip
    lack = why_not(body, due, today)
    # A body without a sector or stage of its own was asked by its unit's, which is not looked up again for a word.
    return rules.REASONS[lack or (Lack.SECTOR if due.duty.applies.sectors else Lack.STAGE)]


def last_dues(question: Question) -> dict[str, DuePeriod]:
    """The latest due period of each duty asked about: the day on which the grid explains 不适用."""
    return {due.duty.code: due for due in sorted(question.plan_dues(), key=lambda due: due.start)}


def gap(
    user: Any,
    bureau: Bureau,
    period: Period,
    known_at: datetime,
    *,
    relation: str = "",
    general: int = 0,
    name: str = "",
    short_only: bool = False,
    grid_only: bool = True,
) -> Gap:
    """The grid of everything the user answers for; ``general`` narrows to what stands under one body."""
    question = ask(bureau, period, known_at, grid_only=grid_only)
    path = access.scope_path(user, rules.GAP) or "-"
    own_path = path
    if general:
        chosen = get_object_or_404(visible_to(user), pk=general)
        path = orgs.path_of(chosen, min(question.today, period.last_day)) or "-"
    scope = Scope(bureau.pk, path, relation)
    by_cell = grid(question, scope)
    by_body: dict[int, dict[str, Totals]] = defaultdict(dict)
    for (body, code), totals in by_cell.items():
        by_body[body][code] = totals
    seen = visible_to(user).filter(pk__in=by_body)
    above = Superior.objects.filter(orgs.on_day(question.today), org=OuterRef("pk"), relation=Superior.Relation.BELONGS)
    seen = seen.annotate(
        above_name=Subquery(above.values("superior__name")[:1]), above_kind=Subquery(above.values("superior__kind")[:1])
    )
    dues = last_dues(question)
    latest = last_day_of(question) if dues else question.today
    known = features(question, scope, {latest, *(due.reference_day(question.today) for due in dues.values())})
    last = last_held(question, scope)
    duties = duties_of(question)
    words = {code: str(duty.short) for code, (duty, _often) in duties.items()}
    reason = partial(_reason_on_last_day, dues, known, question.today)
    rows = []
    for org in seen:
        if name in org.name:
            there = known.get((org.pk, latest))
            members = there.members if there else 0
            rows.append(
                _gap_row(org, by_body[org.pk], duties, words, reason, members=members, last_on=last.get(org.pk))
            )
    columns = [
        Column(duty, often, total([row[code] for row in by_body.values() if code in row]))
        for code, (duty, often) in duties.items()
        if any(code in row for row in by_body.values())
    ]
    codes = {column.duty.code for column in columns}
    for row in rows:
        row.cells = [cell for cell in row.cells if cell.duty.code in codes]
    short = [row for row in rows if row.totals.unseen]
    generals = visible_to(user).filter(kind__in=("COMMITTEE", "GENERAL_BRANCH"), closed_on__isnull=True)
    return Gap(
        question=question, scope=scope, columns=columns, rows=short if short_only else rows,
        totals=total(list(by_cell.values())), members=sum(known[pk, latest].members for pk in by_body if (pk, latest) in known),
        every=len(rows), short=len(short), hidden=len(by_body) - len(rows) if not name else 0,
        generals=list(generals) if own_path != "-" else [],
    )  # fmt: skip


def _reason_on_last_day(
    dues: dict[str, DuePeriod], known: dict[tuple[int, date], Features], today: date, org: Org, code: str
) -> Any:
    due = dues[code]
    return reason_of(due, org, known.get((org.pk, due.reference_day(today))), today)


def _gap_row(
    org: Any,
    cells_: dict[str, Totals],
    duties: dict[str, tuple[Duty, str]],
    words: dict[str, str],
    reason: Callable[[Org, str], Any],
    *,
    members: int,
    last_on: date | None,
) -> GapRow:
    made = []
    for code, (duty, _often) in duties.items():
        totals = cells_.get(code)
        if totals is None:
            made.append(GapCell(duty, NOTHING, None, words[code]))
        else:
            made.append(GapCell(duty, totals, "" if totals.due else reason(org, code), words[code]))
    row = GapRow(org, made, total(list(cells_.values())), members, last_on=last_on)
    if org.above_name:
        row.relation, row.superior = ("GUIDES" if org.above_kind == "UPPER" else "BELONGS"), org.above_name
    return row


def short_bodies(question: Question, scope: Scope) -> list[Placed]:
    """Cells that are over and without a record: whom a reminder goes to."""
    return [placed for placed in cells(question, scope) if placed.cell.unseen]


def reminded(bodies: Iterable[int], level: int = 1) -> set[tuple[int, str, str]]:
    """What has been reminded already: (body, duty, period)."""
    return set(Reminder.objects.filter(body__in=bodies, level=level).values_list("body", "duty", "period"))


# --- the rows behind a number -----------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One sitting that a number counts: the act that met it, or what there is instead of one."""

    body: int
    due: DuePeriod
    what: str
    chip: Chip
    org: Org | None = None
    held_on: date | None = None
    recorded_at: datetime | None = None
    label: str = ""
    url: str = ""
    note: Any = ""
    open: bool = False

    @property
    def period(self) -> str:
        """The period as people say it."""
        return period_words(self.due)


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows behind one number: ``count`` equals the number, ``hidden`` of them belong to bodies not visible today."""

    lines: list[Line]
    count: int
    hidden: int


def lines_of(user: Any, question: Question, scope: Scope, number: str, body: int = 0) -> Lines:
    """Every sitting a number counts, one row each, in the order of bodies and periods. Acts come with :func:`fill`."""
    placed = cells(question, scope)
    if body:
        placed = [row for row in placed if row.body == body]
    seen = {org.pk: org for org in visible_to(user).filter(pk__in={row.body for row in placed})}
    made: list[Line] = []
    count = 0
    for row in placed:
        figures = Totals.of(row.cell)
        for what in NUMBERS[number]:
            times = getattr(figures, what)
            count += times
            if row.body in seen:
                chip = rules.chip_of(STATUS_OF[what], row.due.duty.every)
                made += [Line(row.body, row.due, what, chip, seen[row.body]) for _n in range(times)]
    order = {pk: place for place, pk in enumerate(seen)}
    made.sort(key=lambda line: (order[line.body], line.due.duty.order, line.due.start))
    return Lines(made, count, count - len(made))


def fill(user: Any, question: Question, lines: Sequence[Line]) -> None:
    """Put acts, waivers and reasons beside the lines of one page. Four queries at most."""
    plan = question.plan
    unowed = {line.due.reference_day(plan.today) for line in lines if line.what == "not_applicable"}
    known = features(question, Scope(question.bureau.pk, bodies=tuple(sorted({line.body for line in lines}))), unowed)
    slot_of = {(slot.due.duty.code, slot.due.start): slot for slot in plan.slots}
    slots = {
        slot_of[line.due.duty.code, line.due.start].i: slot_of[line.due.duty.code, line.due.start] for line in lines
    }
    acts: dict[tuple[int, int], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    sources = set()
    for row in credit_rows(question, list(slots.values()), sorted({line.body for line in lines})):
        i, body, _pk, kind, source, held, recorded, _by = row
        due = plan.slots[i].due
        acts[i, body][_sort_of(due, held, recorded)].append((kind, source, held, recorded))
        sources.add((kind, source))
    labels = labels_of(user, sources)
    waivers = {
        (waiver.body_id, waiver.duty, waiver.period): waiver
        for waiver in Waiver.objects.filter(body__in={line.body for line in lines if line.what == "waived"})
    }
    for line in lines:
        line.open = line.what in ("unseen", "lacking", "ahead") and plan.today < line.due.locks
        stock = acts[slot_of[line.due.duty.code, line.due.start].i, line.body][line.what]
        if line.what in ("good", "made_up", "late") and stock:
            kind, source, line.held_on, line.recorded_at = stock.pop(0)
            line.label, line.url = labels.get((kind, source), ("", ""))
        elif line.what == "waived" and (waiver := waivers.get((line.body, line.due.duty.code, line.due.code))):
            line.note = waiver.reason
        elif line.what == "not_applicable" and line.org:
            there = known.get((line.body, line.due.reference_day(plan.today)))
            line.note = reason_of(line.due, line.org, there, plan.today)


def _sort_of(due: DuePeriod, held: date, recorded: datetime) -> str:
    if held >= due.closes:
        return "late"
    return "good" if recorded < midnight(due.locks) else "made_up"


def labels_of(user: Any, sources: set[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """What a credit's source is called and where it opens; "" for what the user may not open. One query."""
    ids = [source for kind, source in sources if kind == "activities.act"]
    themes = dict(activities.visible_to(user).filter(pk__in=ids).values_list("pk", "theme")) if ids else {}
    found = {}
    for kind, source in sources:
        link = registry.book.links.get(kind)
        if kind == "activities.act" and source not in themes:
            continue
        found[kind, source] = (
            str(themes.get(source, "")) if kind == "activities.act" else "",
            link(source) if link else "",
        )
    return found


# --- the year of one body ---------------------------------------------------------------------------------


@dataclass(slots=True)
class YearCell:
    """One period of one duty on the year sheet: its acts, or its status; ``span`` months high.

    ``open``: what is missing can be recorded now; ``url`` where, for those who record it.
    """

    due: DuePeriod | None
    span: int
    chip: Chip | None = None
    lacking: int = 0
    reason: Any = ""
    acts: list[YearAct] = field(default_factory=list)
    open: bool = False
    url: str = ""

    @property
    def long(self) -> bool:
        """Higher than a month: its acts name their month."""
        return self.span > 1


@dataclass(frozen=True, slots=True)
class YearAct:
    """An act in a cell; ``chip`` 补记 or 逾期召开, ``year`` the year it belongs to where that is another."""

    held_on: date
    held_to: date
    theme: str
    url: str
    chip: Chip | None = None
    year: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """全年一览: rows are months, columns duties held every month or quarter; the rest stands under 其他."""

    body: Org
    year: int
    columns: list[tuple[Duty, str]]
    rows: list[tuple[int, list[YearCell], list[YearAct]]]
    totals: Totals
    members: int
    question: Question

    @property
    def never(self) -> set[str]:
        """Duties that do not apply in any month: their column says so once and is narrow."""
        return {
            cell.due.duty.code for _month, cells, _others in self.rows for cell in cells if cell.due and cell.span == 12
        }


def cells_of(body: Org, year: int, known_at: datetime) -> tuple[Question, list[Placed]]:
    """Every cell of one body that falls due in a year."""
    question = ask(body.bureau, Period.year(year), known_at)
    return question, cells(question, body_scope(body))


def year_of(user: Any, body: Org, year: int, known_at: datetime) -> Year:
    """The year sheet of one body; nine queries however much was done."""
    question, placed = cells_of(body, year, known_at)
    shown = [row for row in placed if row.due.duty.show_in_grid and row.due.duty.every in ("month", "quarter")]
    rest = [row for row in placed if row not in shown]
    credits: dict[tuple[str, date], list[tuple[Any, ...]]] = defaultdict(list)
    for found in credit_rows(question, question.plan.slots, [body.pk]):
        due = question.plan.slots[found[0]].due
        credits[due.duty.code, due.start].append(found)
    acts = {
        act.pk: act
        for act in activities.visible_to(user)
        .filter(bodies__org=body, held_on__gte=date(year - 1, 12, 1), held_on__lte=date(year, 12, 31))
        .exclude(status=Act.Status.VOIDED)
    }
    known = features(question, body_scope(body), question.plan.groups)
    columns: dict[str, tuple[Duty, str]] = {}
    by_month: dict[tuple[str, int], YearCell] = {}
    used: set[int] = set()
    for row in shown:
        columns.setdefault(row.due.duty.code, (row.due.duty, often_words(row.due)))
        cell = _year_cell(row, credits[row.due.duty.code, row.due.start], acts, used)
        if row.cell.status == Status.NOT_APPLICABLE:
            there = known.get((body.pk, row.due.reference_day(question.today)))
            cell.reason = reason_of(row.due, body, there, question.today)
        for month in range(row.due.start.month, row.due.start.month + cell.span):
            by_month[row.due.duty.code, month] = cell
    _merge(columns, by_month)
    others: dict[int, list[YearAct]] = defaultdict(list)
    for row in rest:
        for credit in credits[row.due.duty.code, row.due.start]:
            _i, _body, _pk, kind, source, held, _recorded, _by = credit
            if kind == "activities.act" and source not in used and held.year == year:
                used.add(source)
                others[held.month].append(_year_act(row.due, credit, acts, year))
    for act in acts.values():
        if act.pk not in used and act.held_on.year == year:
            link = registry.book.links["activities.act"](act.pk)
            others[act.held_on.month].append(YearAct(act.held_on, act.held_to, act.theme, link))
    rows = [
        (month, _row_cells(columns, by_month, month), sorted(others[month], key=lambda act: act.held_on))
        for month in range(1, 13)
    ]
    everything = total([Totals.of(row.cell) for row in placed if row.due.duty.show_in_grid])
    now = known.get((body.pk, last_day_of(question))) if known else None
    return Year(body, year, list(columns.values()), rows, everything, now.members if now else 0, question)


def _row_cells(
    columns: dict[str, tuple[Duty, str]], by_month: dict[tuple[str, int], YearCell], month: int
) -> list[YearCell]:
    """The cells that begin in this month; those that began before reach down by their span."""
    made = []
    for code in columns:
        cell = by_month.get((code, month))
        if cell is None:
            made.append(YearCell(None, 1))
        elif by_month.get((code, month - 1)) is not cell:
            made.append(cell)
    return made


def _merge(codes: Iterable[str], by_month: dict[tuple[str, int], YearCell]) -> None:
    """One tall cell where a duty does not apply month after month for the same reason."""
    for code in codes:
        for month in range(2, 13):
            above, here = by_month.get((code, month - 1)), by_month.get((code, month))
            if above and here and above is not here and above.reason and str(above.reason) == str(here.reason):
                above.span += here.span
                for below in range(month, 13):
                    if by_month.get((code, below)) is here:
                        by_month[code, below] = above


def _year_cell(row: Placed, credits: list[tuple[Any, ...]], acts: dict[int, Act], used: set[int]) -> YearCell:
    span = {"month": 1, "quarter": 3}[row.due.duty.every]
    cell = YearCell(row.due, span)
    if row.cell.status == Status.NOT_APPLICABLE:
        cell.chip = rules.CHIPS[Status.NOT_APPLICABLE]
        return cell
    for credit in credits:
        if credit[3] == "activities.act":
            used.add(credit[4])
        cell.acts.append(_year_act(row.due, credit, acts, row.due.start.year))
    rest = row.cell.need - row.cell.held
    if rest:
        cell.chip, cell.lacking = rules.chip_of(row.cell.status, row.due.duty.every), rest
        cell.open = row.cell.status in (Status.OPEN, Status.UNSEEN)
    return cell


def _year_act(due: DuePeriod, credit: tuple[Any, ...], acts: dict[int, Act], year: int) -> YearAct:
    _i, _body, _pk, _kind, source, held, recorded, _by = credit
    what = _sort_of(due, held, recorded)
    chip = None if what == "good" else rules.CHIPS[STATUS_OF[what]]
    act = acts.get(source)
    link = registry.book.links["activities.act"](source) if act else ""
    belongs = due.start.year if due.duty.window and due.start.year != year else 0
    return YearAct(held, act.held_to if act else held, act.theme if act else str(due.duty.title), link, chip, belongs)
