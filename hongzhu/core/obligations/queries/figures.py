# ruff: noqa: S608 - the SQL is put together from texts of this module; every value from outside is a parameter
"""The figures: totals per body or unit, the grid of bodies x duties, single cells. One query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Q

from hongzhu.core.obligations.engine import Cell, DuePeriod, Facts, Heir, due_in, heirs, inherits, stand
from hongzhu.core.orgs.models import Bureau, Change, Org
from hongzhu.kit.dates import SHANGHAI, Period

from .duties import Book, terms_of
from .sql import Plan, Scope, Slot, Sql, day, joined, rows_of, unpacked


@dataclass(frozen=True, slots=True)
class Totals:
    """Sittings of one body, duty or unit. ``due`` = held + waived + unseen + lacking + ahead.

    ``good`` 已开, ``made_up`` 补记 (held in time, recorded late), ``late`` 逾期召开, ``late_made_up`` those of ``late``
    recorded late as well, ``lacking`` 本期还差, ``ahead`` 未到期. ``not_applicable`` counts cells.
    """

    due: int = 0
    good: int = 0
    made_up: int = 0
    late: int = 0
    late_made_up: int = 0
    waived: int = 0
    unseen: int = 0
    lacking: int = 0
    ahead: int = 0
    not_applicable: int = 0

    @property
    def held(self) -> int:
        return self.good + self.made_up + self.late

    @property
    def in_time(self) -> int:
        """Held inside the period, whenever recorded."""
        return self.good + self.made_up

    @property
    def judged(self) -> int:
        """What can be judged: held already, or over without a record. Waived and not yet due are left out."""
        return self.held + self.unseen

    @property
    def rate(self) -> int | None:
        """按期召开率 in tenths of a per cent, None where nothing can be judged: missing is not zero."""
        return round(1000 * self.in_time / self.judged) if self.judged else None

    def __add__(self, other: Totals) -> Totals:
        return total((self, other))

    @classmethod
    def of(cls, cell: Cell) -> Totals:
        """One cell as totals."""
        return cls(
            due=cell.need,
            not_applicable=0 if cell.need else 1,
            **{
                name: getattr(cell, name)
                for name in ("good", "made_up", "late", "late_made_up", "waived", "unseen", "lacking", "ahead")
            },
        )


NAMES = tuple(f.name for f in fields(Totals))
_values = attrgetter(*NAMES)


def total(rows: Sequence[Totals]) -> Totals:
    """The sum."""
    return Totals(*map(sum, zip(*map(_values, rows), strict=True)))


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell of one body: its due period and how it stands."""

    body: int
    due: DuePeriod
    cell: Cell


@dataclass(slots=True)
class Question:
    """What is asked: the bureau's due periods of a range as of a moment. Loads packs, terms and changes once."""

    bureau: Bureau
    known_at: datetime
    dues: list[DuePeriod]
    heirs: list[Heir]
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self.plan = Plan(self.dues, self.known_at)

    @property
    def today(self) -> date:
        return self.plan.today

    def plan_dues(self) -> list[DuePeriod]:
        """The due periods asked about, in the order of duties and days."""
        return self.dues


def ask(
    bureau: Bureau,
    period: Period,
    known_at: datetime,
    *,
    duties: Sequence[str] = (),
    grid_only: bool = False,
    book: Book | None = None,
) -> Question:
    """The due periods whose last day lies in ``period``; ``duties`` narrows to some codes."""
    found = due_in(book or Book(bureau), period.start, period.end, terms_of(bureau))
    return asking(bureau, found, known_at, duties=duties, grid_only=grid_only)


def asking(
    bureau: Bureau,
    dues: Sequence[DuePeriod],
    known_at: datetime,
    *,
    duties: Sequence[str] = (),
    grid_only: bool = False,
) -> Question:
    """A question about given due periods."""
    taken = [
        due for due in dues if (not duties or due.duty.code in duties) and (due.duty.show_in_grid or not grid_only)
    ]
    return Question(bureau, known_at, taken, heirs_of(bureau, taken, known_at) if taken else [])


def heirs_of(bureau: Bureau, dues: Sequence[DuePeriod], known_at: datetime) -> list[Heir]:
    """Who takes over from whom, from mergers and splits inside the due periods (orgs.Change). One query.

    Of a merger the body that ended that day is the source; of a split the body set up that day is the heir.
    """
    first, last = min(due.start for due in dues), max(due.closes for due in dues)
    today = known_at.astimezone(SHANGHAI).date()
    steps = []
    rows = Change.objects.filter(
        Q(step=Change.Step.MERGED) | Q(step=Change.Step.SPLIT),
        org__bureau=bureau, on__gte=first, on__lt=last, on__lte=today, other__isnull=False,
    ).values_list("step", "on", "org", "org__opened_on", "org__closed_on", "other", "other__closed_on")  # fmt: skip
    for step, on, org, opened, closed, other, other_closed in rows:
        if step == Change.Step.MERGED:
            source, heir = (org, other) if closed == on or other_closed != on else (other, org)
        else:
            source, heir = (other, org) if opened == on else (org, other)
        steps.append((source, heir, on))
    found = heirs(steps)
    return [heir for heir in found if any(inherits(heir, due) for due in dues)]


def _with(question: Question, scope: Scope, unit: str = "0") -> Sql:
    plan = question.plan
    tables = (
        plan.slots_table(), plan.days_table(), plan.bearers_table(scope, unit), plan.facts_table(scope, question.heirs)
    )  # fmt: skip
    return Sql("WITH ") + joined(", ", tables)


def totals_sql(question: Question, scope: Scope, *, by: str = "body", duties: bool = False) -> Sql:
    """The text of :func:`totals` and :func:`grid` (``duties``: by duty as well), for reading its plan."""
    plan = question.plan
    unit = {"body": "o.id", "all": "0", "unit": f"COALESCE(SUBSTR(p.path, {len(scope.path) + 1}, 8), '')"}[by]
    weights: dict[tuple[int, int, int], list[int]] = {}
    for slot in plan.slots:
        row = weights.setdefault((slot.g, slot.bit, slot.k if duties else 0), [0, 0, 0, 0])
        row[0] += 1
        row[1 + slot.phase] += slot.due.duty.count
    rows = joined(", ", [Sql("(%s, %s, %s, %s, %s, %s, %s)", (*key, *row)) for key, row in weights.items()])
    owed = "(b.mask >> w.bit) & 1"
    slots, of_slot, k = (" CROSS JOIN slots s", " AND s.key = f.key", "s.k") if duties else ("", "", "0")
    return (
        _with(question, scope, unit) + Sql(", weights(g, bit, k, cells, ahead, lacking, over_) AS (VALUES ") + rows
        + Sql(
            f") SELECT b.unit, w.k, SUM(w.ahead * ({owed})), SUM(w.lacking * ({owed})), SUM(w.over_ * ({owed})),"
            f" SUM(w.cells * (1 - ({owed}))), -1 FROM bearers b CROSS JOIN weights w"
            " WHERE w.g = b.g AND (b.fit >> w.bit) & 1 = 1 GROUP BY b.unit, w.k UNION ALL"
            f" SELECT b.unit, {k}, COUNT(*), 0, 0, 0, f.outcome FROM facts f{slots} CROSS JOIN bearers b WHERE b.body = f.body"
            f" AND b.g = ((f.key >> 14) & 1023) AND (b.mask >> CAST((f.key >> 8) & 63 AS int)) & 1 = 1{of_slot}"
            f" GROUP BY b.unit, f.outcome{', s.k' if duties else ''}"
        )
    )  # fmt: skip


def _summed(sql: Sql) -> dict[tuple[Any, int], Totals]:
    """What is owed from audiences, what is done from outcomes, by unit and duty number."""
    made: dict[tuple[Any, int], Totals] = {}
    done: dict[tuple[Any, int], list[tuple[int, dict[str, int]]]] = defaultdict(list)
    for unit, k, count, *rest_of, outcome in rows_of(sql):
        if outcome < 0:
            ahead, lacking, over, na = (int(value) for value in (count, *rest_of))
            made[unit, k] = Totals(
                due=ahead + lacking + over, unseen=over, lacking=lacking, ahead=ahead, not_applicable=na
            )
        else:
            done[unit, k].append((int(count), unpacked(outcome)))
    for key, cells_ in done.items():
        for count, cell in cells_:
            names = ("good", "made_up", "late", "late_made_up", "waived")
            met = cell["need"] - cell["rest"] + cell["waived"]
            rest = ("ahead", "lacking", "unseen")[cell["phase"]]
            made[key] += Totals(**{name: cell[name] * count for name in names}, **{rest: -met * count})
    return made


def totals(question: Question, scope: Scope, *, by: str = "body") -> dict[int, Totals]:
    """Totals by ``body`` id, by ``unit`` (id of the scope's child the body stands under, 0 for others), or ``all`` (key 0).

    What is due comes from audiences, what is done from credits: no cell is ever written out.
    """
    if not question.plan.slots:
        return {}
    made = _summed(totals_sql(question, scope, by=by))
    if by == "unit":
        return {int(unit, 16) if unit else 0: value for (unit, _k), value in made.items()}
    return {int(unit): value for (unit, _k), value in made.items()}


def grid(question: Question, scope: Scope) -> dict[tuple[int, str], Totals]:
    """Totals by (body, duty code)."""
    if not question.plan.slots:
        return {}
    made = _summed(totals_sql(question, scope, duties=True))
    return {(int(body), question.plan.codes[k]): value for (body, k), value in made.items()}


_CELLS = (
    " FROM (SELECT u.body, u.key, MAX(u.k) AS k, MAX(u.owed) AS owed, MAX(u.outcome) AS outcome FROM ("
    "SELECT b.body AS body, s.key AS key, s.k AS k, (b.mask >> s.bit) & 1 AS owed, CAST(NULL AS bigint) AS outcome"
    " FROM bearers b CROSS JOIN slots s WHERE s.g = b.g AND (b.fit >> s.bit) & 1 = 1"
    " UNION ALL SELECT f.body, f.key, NULL, NULL, f.outcome FROM facts f"
    ") u GROUP BY u.body, u.key HAVING MAX(u.owed) IS NOT NULL) f"
)


def cells(question: Question, scope: Scope) -> list[Placed]:
    """Every cell of the scope, those not applicable too, by body and due period. Bodies not there have no cell."""
    plan = question.plan
    if not plan.slots:
        return []
    sql = _with(question, scope) + (
        " SELECT f.body, f.key >> 24, f.owed, COALESCE(f.outcome, 0)" + _CELLS + " ORDER BY f.body, f.key"
    )
    made = []
    for body, i, owed, outcome in rows_of(sql):
        due, done = plan.slots[i].due, unpacked(outcome)
        facts = Facts(done["good"], done["made_up"], done["late"], done["late_made_up"])
        made.append(Placed(body, due, stand(facts, due, plan.today, owed=bool(owed), waived=done["waived"] > 0)))
    return made


@dataclass(frozen=True, slots=True)
class Features:
    """What was asked of a body on one reference day, as the page explains 不适用; ``members`` of every standing."""

    body: int
    full_members: int
    teams: bool
    committee: bool
    members: int


def last_day_of(question: Question) -> date:
    """The latest reference day of what is asked."""
    return max(question.plan.groups)


def features(question: Question, scope: Scope, days: Collection[date]) -> dict[tuple[int, date], Features]:
    """The features of every bearer in scope on some reference days of the question, by body and day. One query."""
    plan = question.plan
    groups = {ref: g for g, ref in enumerate(plan.groups) if ref in days}
    if not groups:
        return {}
    of_day = {g: ref for ref, g in groups.items()}
    members = (
        "(SELECT COUNT(*) FROM people_membership m WHERE m.org_id = b.body AND m.standing IN ('FULL', 'PROBATIONARY')"
        " AND m.from_on <= d.ref AND (m.to_on IS NULL OR m.to_on > d.ref))"
    )
    sql = Sql("WITH ") + joined(", ", (plan.days_table(), plan.bearers_table(scope)))
    sql += (
        f" SELECT b.g, b.body, b.full_members, b.teams, b.committee, {members}"
        " FROM bearers b JOIN days d ON d.g = b.g WHERE b.g IN "
    )
    sql += Sql("(" + ", ".join(["%s"] * len(of_day)) + ")", tuple(of_day))
    return {
        (body, of_day[g]): Features(body, int(full), bool(teams), bool(committee), int(everybody))
        for g, body, full, teams, committee, everybody in rows_of(sql)
    }


def last_held(question: Question, scope: Scope) -> dict[int, date]:
    """The last day each bearer in scope held something that counts, as known. One query."""
    plan = question.plan
    if not plan.slots:
        return {}
    tags = sorted({slot.due.duty.tag for slot in plan.slots})
    sql = Sql("WITH ") + joined(", ", (plan.days_table(), plan.bearers_table(scope)))
    sql += Sql(
        " SELECT c.body_id, MAX(c.held_on) FROM (SELECT DISTINCT body FROM bearers WHERE fit > 0) b CROSS JOIN credits_credit c"
        f" WHERE c.body_id = b.body AND c.held_on <= %s AND c.tag IN ({', '.join(['%s'] * len(tags))}) AND ",
        (day(plan.today), *tags),
    )
    sql += plan.known() + " GROUP BY c.body_id"
    return {row[0]: as_date(row[1]) for row in rows_of(sql)}


def as_date(value: Any) -> date:
    """A date as either database hands it over."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_moment(value: Any) -> datetime:
    """A moment as either database hands it over; SQLite keeps UTC without saying so."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def bearers(question: Question, scope: Scope) -> list[int]:
    """Bodies of the scope that bear any of the duties asked about."""
    plan = question.plan
    if not plan.slots:
        return []
    sql = Sql("WITH ") + joined(", ", (plan.days_table(), plan.bearers_table(scope)))
    return [row[0] for row in rows_of(sql + " SELECT DISTINCT body FROM bearers WHERE fit > 0 ORDER BY body")]


def credit_rows(question: Question, slots: Sequence[Slot], bodies: Sequence[int]) -> list[tuple[Any, ...]]:
    """(slot, body, credit id, kind, source, held_on, recorded_at) of the credits of some cells, best first.

    Inherited ones come with the body that held them in the last column; what a body held together with the one it
    inherits from is its own and stands there once, as the figures count it. One query for all.
    """
    if not slots or not bodies:
        return []
    plan = question.plan
    wanted = {slot.i for slot in slots}
    lines = [(slot.i, body, body, slot.due.stop) for slot in slots for body in bodies]
    lines += [
        (slot.i, heir.heir, heir.source, heir.before)
        for slot in slots
        for heir in question.heirs
        if slot.i in wanted and heir.heir in bodies and inherits(heir, slot.due)
    ]
    # A row of values per cell; the body's own index finds its credits.
    table = joined(", ", [Sql("(%s, %s, %s, %s)", (i, b, s, day(last))) for i, b, s, last in lines])
    sql = (
        Sql("WITH ") + plan.slots_table() + ", wanted(i, body, source, before) AS (VALUES " + table + ")"
        " SELECT s.i, w.body, c.id, c.kind, c.source, c.held_on, c.recorded_at, c.body_id FROM wanted w JOIN slots s ON s.i = w.i"
        " JOIN credits_credit c ON c.body_id = w.source AND c.tag = s.tag AND c.belongs_on >= s.start AND c.belongs_on < s.stop"
        " AND (w.source = w.body OR c.held_on < w.before) AND " + plan.known()
        + " ORDER BY s.i, w.body, c.held_on, c.id"
    )  # fmt: skip
    found = list(rows_of(sql))
    own = {(row[0], row[1], row[3], row[4]) for row in found if row[7] == row[1]}
    return [
        (*row[:5], as_date(row[5]), as_moment(row[6]), row[7])
        for row in found
        if row[7] == row[1] or (row[0], row[1], row[3], row[4]) not in own
    ]


def body_scope(body: Org) -> Scope:
    """The scope of one body."""
    return Scope(bureau_id=body.bureau_id, body=body.pk)
