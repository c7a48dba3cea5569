# ruff: noqa: S608 - the SQL is put together from texts of this module; every value from outside is a parameter
"""The set-based query: bearers x due periods, met from the narrow credit table. Two dialects, one text.

``slots``   one row per due period: which credits it counts, when they are late, how much it asks.
``bearers`` one row per body and reference day, with two bit masks over the *audiences* of that day (distinct
            answers to "who owes this?"): ``fit`` right kind and there, ``mask`` the duty applies as well.
``facts``   credits (and waivers) grouped by slot and body, straight from the covering index credits_of_bodies.

All figures of the room come from these three. Features are looked up in the tree as it stood on the reference day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from hongzhu.core.obligations.engine import DuePeriod, Heir, Status, inherits, stage_of
from hongzhu.core.orgs.models import Kind, Superior
from hongzhu.core.people.models import PostKind, Standing
from hongzhu.kit.dates import SHANGHAI

BITS = 60  # audiences one bigint mask can hold; a day with more is cut into several groups
COMMITTEE_POSTS = (PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE, PostKind.COMMITTEE_MEMBER)
PHASES = {Status.NOT_YET: 0, Status.OPEN: 1, Status.UNSEEN: 2}
WAIVED = 5
# 1 held and recorded in time, 2 recorded late, 3 held late, 4 both
EVENT = (
    "CASE WHEN c.held_on < s.closes THEN CASE WHEN c.recorded_at < s.lock_at THEN 1 ELSE 2 END"
    " WHEN c.recorded_at < s.lock_at THEN 3 ELSE 4 END"
)

# Where the figures of a cell stand in its ``outcome``, six bits each; the low eight are need and phase, as in the key.
SHIFTS = {"good": 8, "made_up": 14, "late": 20, "late_made_up": 26, "waived": 32, "rest": 38}


def unpacked(outcome: int) -> dict[str, int]:
    """The figures of a cell by name, with ``need`` and ``phase``."""
    found = {name: outcome >> shift & 63 for name, shift in SHIFTS.items()}
    return found | {"need": outcome & 63, "phase": outcome >> 6 & 3}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cells: one body or a few, or the bodies under ``path`` on each period's reference day, else the whole bureau.

    ``relation`` "" takes what stands in the subtree, is hosted by it, or has a superior in it; BELONGS (隶属) and
    GUIDES (指导) take only those with a superior of that relation there, upper bodies outside the bureau left out.
    """

    bureau_id: int
    path: str = ""
    relation: str = ""
    body: int | None = None
    bodies: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """The bodies named, () where the scope is a part of the tree."""
        return (self.body,) if self.body is not None else self.bodies


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters."""

    text: str
    params: tuple[Any, ...] = ()

    def __add__(self, other: Sql | str) -> Sql:
        more = other if isinstance(other, Sql) else Sql(other)
        return Sql(self.text + more.text, self.params + more.params)


def joined(separator: str, pieces: Iterable[Sql]) -> Sql:
    made = list(pieces)
    return Sql(separator.join(piece.text for piece in made), tuple(value for piece in made for value in piece.params))


def rows_of(sql: Sql) -> list[tuple[Any, ...]]:
    """Run it and fetch every row."""
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return list(cursor.fetchall())


def day(value: date) -> Any:
    return connection.ops.adapt_datefield_value(value)


def moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def midnight(value: date) -> datetime:
    """The moment a day begins in Shanghai."""
    return datetime.combine(value, time.min, tzinfo=SHANGHAI)


def _list(values: Sequence[Any]) -> Sql:
    return Sql("(" + ", ".join(["%s"] * len(values)) + ")", tuple(values))


def _table(name: str, columns: str, rows: Sequence[Sequence[Any]]) -> Sql:
    """A named table of values for a WITH clause."""
    return Sql(f"{name}({columns}) AS (VALUES ") + joined(", ", [_list(row) for row in rows]) + ")"


def _holds(alias: str, ref: str = "d.ref") -> str:
    return f"{alias}.from_on <= {ref} AND ({alias}.to_on IS NULL OR {alias}.to_on > {ref})"


@dataclass(frozen=True, slots=True)
class Audience:
    """One answer to "who owes this?" on one reference day: the condition over a bearer's columns."""

    fits: Sql
    applies: Sql


@dataclass(frozen=True, slots=True)
class Slot:
    """One due period with its place in the query: ``g`` reference day group, ``bit`` audience, ``k`` duty number."""

    i: int
    due: DuePeriod
    k: int
    g: int
    bit: int
    phase: int

    @property
    def key(self) -> int:
        """All that the figures need to know of a slot in one number, so that grouping carries no more than that."""
        return (((self.i << 10 | self.g) << 6 | self.bit) << 2 | self.phase) << 6 | self.due.duty.count


class Plan:
    """Due periods laid out for one query as of ``today`` (a day) and ``known_at`` (a moment)."""

    def __init__(self, dues: Sequence[DuePeriod], known_at: datetime) -> None:
        self.known_at = known_at
        self.today = known_at.astimezone(SHANGHAI).date()
        self.codes = list(dict.fromkeys(due.duty.code for due in dues))
        self.groups: list[date] = []
        self.audiences: list[list[Audience]] = []
        self.slots = [self._place(i, due) for i, due in enumerate(dues)]
        self.kinds = sorted({kind for due in dues for kind in due.duty.bearers})
        asks = [due.duty.applies for due in dues]
        self.asks_members = any(a.min_full_members is not None or a.max_full_members is not None for a in asks)
        self.asks_teams = any(a.needs_teams is not None for a in asks)
        self.asks_committee = any(a.needs_committee is not None for a in asks)

    def _place(self, i: int, due: DuePeriod) -> Slot:
        reference = due.reference_day(self.today)
        audience = self._audience(due, reference)
        g = -1
        for number, ref in enumerate(self.groups):
            if ref == reference and (audience in self.audiences[number] or len(self.audiences[number]) < BITS):
                g = number
                if audience in self.audiences[number]:
                    break
        if g < 0:
            g = len(self.groups)
            self.groups.append(reference)
            self.audiences.append([])
        if audience not in self.audiences[g]:
            self.audiences[g].append(audience)
        bit = self.audiences[g].index(audience)
        return Slot(i, due, self.codes.index(due.duty.code), g, bit, PHASES[stage_of(due, self.today)])

    def _audience(self, due: DuePeriod, reference: date) -> Audience:
        """engine.exists and engine.why_not as conditions; what can never fail on this day is left out."""
        fits = [Sql("x.kind IN ") + _list(due.duty.bearers)]
        survival = due.survival_day(self.today)
        if survival > reference:
            fits.append(Sql("(x.closed_on IS NULL OR x.closed_on > %s)", (day(survival),)))
        asks, more = due.duty.applies, []
        if due.newest_opening < reference:
            more.append(Sql("x.opened_on <= %s", (day(due.newest_opening),)))
        if asks.min_full_members is not None:
            more.append(Sql("x.full_members >= %s", (asks.min_full_members,)))
        if asks.max_full_members is not None:
            more.append(Sql("x.full_members <= %s", (asks.max_full_members,)))
        for name in ("needs_teams", "needs_committee", "retired"):
            wanted = getattr(asks, name)
            if wanted is not None:
                column = {"needs_teams": "teams", "needs_committee": "committee", "retired": "retired"}[name]
                more.append(Sql(f"x.{column} = %s", (1 if wanted else 0,)))
        more += [
            self._of_unit(name, getattr(asks, name + "s")) for name in ("sector", "stage") if getattr(asks, name + "s")
        ]
        return Audience(joined(" AND ", fits), joined(" AND ", [*fits, *more]))

    @staticmethod
    def _of_unit(name: str, values: Sequence[str]) -> Sql:
        """Own sector or stage where the body has one, else that of a unit it lives in or stands under."""
        among = _list(values)
        return (
            Sql(f"(x.{name} IN ") + among
            + Sql(
                f" OR (x.{name} = '' AND (EXISTS (SELECT 1 FROM orgs_hosting h JOIN orgs_org u ON u.id = h.unit_id"
                f" WHERE h.org_id = x.body AND {_holds('h', 'x.ref')} AND u.{name} IN "
            ) + among
            + Sql(
                ") OR EXISTS (SELECT 1 FROM orgs_placement q JOIN orgs_org u ON u.id = q.parent_id"
                f" WHERE q.org_id = x.body AND {_holds('q', 'x.ref')} AND u.{name} IN "
            ) + among + ")))) "
        )  # fmt: skip

    # --- the tables of the WITH clause ---------------------------------------------------------------

    def slots_table(self) -> Sql:
        return _table(
            "slots",
            "key, i, k, g, bit, need, phase, duty, code, tag, start, stop, closes, lock_at",
            [
                (
                    s.key, s.i, s.k, s.g, s.bit, s.due.duty.count, s.phase, s.due.duty.code, s.due.code, s.due.duty.tag,
                    day(s.due.start), day(s.due.stop), day(s.due.closes), moment(midnight(s.due.locks)),
                )
                for s in self.slots
            ],
        )  # fmt: skip

    def days_table(self) -> Sql:
        return _table("days", "g, ref", [(g, day(ref)) for g, ref in enumerate(self.groups)])

    def _mask(self, pick: str) -> Sql:
        """Sum of the bits of the audiences a body is in, by reference day."""
        arms: dict[Sql, list[int]] = {}
        for g, audiences in enumerate(self.audiences):
            bits = [
                Sql("CASE WHEN ") + getattr(audience, pick) + f" THEN {1 << bit} ELSE 0 END"
                for bit, audience in enumerate(audiences)
            ]
            arms.setdefault(joined(" + ", bits), []).append(g)
        if len(arms) == 1:
            return next(iter(arms))
        whens = [Sql(f" WHEN x.g IN ({', '.join(map(str, groups))}) THEN ") + sum_ for sum_, groups in arms.items()]
        return Sql("CASE") + joined("", whens) + " ELSE 0 END"

    def bearers_table(self, scope: Scope, unit: str = "0") -> Sql:
        """Bodies of the right kinds in scope on each reference day, with what duties ask about them."""
        members = teams = committee = "0"
        if self.asks_members:
            members = (
                "(SELECT COUNT(*) FROM people_membership m WHERE m.org_id = o.id"
                f" AND m.standing = '{Standing.FULL.value}' AND {_holds('m')})"
            )
        if self.asks_teams:
            teams = (
                "CASE WHEN EXISTS (SELECT 1 FROM orgs_placement tp JOIN orgs_org t ON t.id = tp.org_id"
                f" WHERE tp.parent_id = o.id AND {_holds('tp')} AND t.kind = '{Kind.TEAM.value}'"
                " AND t.opened_on <= d.ref AND (t.closed_on IS NULL OR t.closed_on > d.ref)) THEN 1 ELSE 0 END"
            )
        if self.asks_committee:
            posts = ", ".join(f"'{post.value}'" for post in COMMITTEE_POSTS)
            committee = (
                "CASE WHEN EXISTS (SELECT 1 FROM people_post cp WHERE cp.org_id = o.id"
                f" AND cp.kind IN ({posts}) AND {_holds('cp')}) THEN 1 ELSE 0 END"
            )
        return (
            Sql("x AS MATERIALIZED (")
            + Sql(
                f"SELECT d.g, d.ref, o.id AS body, {unit} AS unit, o.kind, o.sector, o.stage,"
                " CASE WHEN o.retired THEN 1 ELSE 0 END AS retired, o.opened_on, o.closed_on,"
                f" {members} AS full_members, {teams} AS teams, {committee} AS committee"
                " FROM days d CROSS JOIN orgs_org o"
                " LEFT JOIN orgs_placement p ON p.org_id = o.id AND " + _holds("p") + " WHERE o.bureau_id = %s AND o.kind IN ",
                (scope.bureau_id,),
            )
            + _list(self.kinds)
            + " AND o.opened_on <= d.ref AND (o.closed_on IS NULL OR o.closed_on > d.ref)"
            + self._inside(scope)
            + Sql("), bearers AS MATERIALIZED (SELECT x.g, x.body, x.unit, x.full_members, x.teams, x.committee, x.retired, CAST(")
            + self._mask("fits") + " AS bigint) AS fit, CAST(" + self._mask("applies") + " AS bigint) AS mask FROM x)"
        )  # fmt: skip

    @staticmethod
    def _inside(scope: Scope) -> Sql:
        """The condition that a body stands in scope on the reference day."""
        if scope.ids:
            return Sql(" AND o.id IN ") + _list(scope.ids)
        if not scope.path and not scope.relation:
            return Sql("")
        ends = (scope.path, scope.path + "g") if scope.path else ("", "g")
        related = Sql(
            "EXISTS (SELECT 1 FROM orgs_superior r JOIN orgs_placement rp ON rp.org_id = r.superior_id"
            " JOIN orgs_org ro ON ro.id = r.superior_id"
            f" WHERE r.org_id = o.id AND {_holds('r')} AND {_holds('rp')} AND rp.path >= %s AND rp.path < %s",
            ends,
        )
        if scope.relation:
            return (
                Sql(" AND ") + related
                + Sql(f" AND r.relation = %s AND ro.kind <> '{Kind.UPPER.value}')", (Superior.Relation(scope.relation).value,))
            )  # fmt: skip
        return (
            Sql(" AND ((p.path >= %s AND p.path < %s) OR ", ends) + related
            + Sql(
                ") OR EXISTS (SELECT 1 FROM orgs_hosting h JOIN orgs_placement hp ON hp.org_id = h.unit_id"
                f" WHERE h.org_id = o.id AND {_holds('h')} AND {_holds('hp')} AND hp.path >= %s AND hp.path < %s))",
                ends,
            )
        )  # fmt: skip

    # --- what was done --------------------------------------------------------------------------------

    def known(self, alias: str = "c") -> Sql:
        """Credits that stood at ``known_at``."""
        at = moment(self.known_at)
        return Sql(
            f"{alias}.person_id IS NULL AND {alias}.recorded_at <= %s"
            f" AND ({alias}.entered_at IS NULL OR {alias}.entered_at <= %s)"
            f" AND ({alias}.voided_at IS NULL OR {alias}.voided_at > %s)",
            (at, at, at),
        )

    def facts_table(self, scope: Scope, heirs: Sequence[Heir]) -> Sql:
        """(key, body, outcome) for cells with a credit or a waiver; ``outcome`` is packed as SHIFTS says.

        Credits are found by duty and days; for one body by the body. PostgreSQL groups slot by slot, so that each
        group fits in memory; SQLite reads the slots in order and sorts three small numbers.
        """
        lateral = connection.vendor == "postgresql"
        head = "SELECT " if lateral else "SELECT s.key AS key, "
        from_ = "FROM " if lateral else "FROM slots s CROSS JOIN "
        arms = [
            Sql(
                f"{head}c.body_id AS body, {EVENT} AS event {from_}credits_credit c WHERE c.bureau_id = %s AND c.tag = s.tag"
                " AND c.belongs_on >= s.start AND c.belongs_on < s.stop AND ",
                (scope.bureau_id,),
            )
            + self.known()
        ]
        waived = Sql(
            f"{head}w.body_id AS body, {WAIVED} AS event {from_}obligations_waiver w WHERE w.bureau_id = %s"
            " AND w.duty = s.duty AND w.period = s.code AND w.granted_at <= %s AND (w.revoked_at IS NULL OR w.revoked_at > %s)",
            (scope.bureau_id, moment(self.known_at), moment(self.known_at)),
        )
        if scope.ids:
            arms[0] += Sql(" AND c.body_id IN ") + _list(scope.ids)
            waived += Sql(" AND w.body_id IN ") + _list(scope.ids)
        return self.grouped([*arms, *self._inherited(head, from_, scope, heirs), waived], lateral=lateral)

    @staticmethod
    def grouped(arms: Sequence[Sql], *, lateral: bool) -> Sql:
        """Events (key, body, event) as facts: of more acts than are needed the best are used, as engine.stand does."""
        need = f"({'s' if lateral else 'e'}.key & 63)"
        least = "LEAST" if lateral else "MIN"
        counted = {
            name: f"SUM(CASE WHEN e.event IN ({events}) THEN 1 ELSE 0 END)"
            for name, events in (("good", "1"), ("made_up", "2"), ("late", "3, 4"), ("clean", "3"), ("waived", "5"))
        }
        good = f"{least}({counted['good']}, {need})"
        made_up = f"{least}({counted['made_up']}, {need} - {good})"
        late = f"{least}({counted['late']}, {need} - {good} - {made_up})"
        both = f"CASE WHEN {late} > {counted['clean']} THEN {late} - {counted['clean']} ELSE 0 END"
        rest = f"{need} - {least}({counted['good']} + {counted['made_up']} + {counted['late']}, {need})"
        waived = f"CASE WHEN {counted['waived']} > 0 THEN {rest} ELSE 0 END"
        key = "s.key" if lateral else "e.key"
        packed = " | ".join(
            f"(CAST({text} AS bigint) << {shift})"
            for text, shift in zip((good, made_up, late, both, waived, rest), SHIFTS.values(), strict=True)
        )
        columns = f"({key} & 255) | {packed} AS outcome"
        union = joined(" UNION ALL ", arms)
        if lateral:
            return (
                Sql("facts AS MATERIALIZED (SELECT s.key, f.* FROM slots s CROSS JOIN LATERAL (SELECT e.body, " + columns + " FROM (")
                + union + ") e GROUP BY e.body) f)"
            )  # fmt: skip
        return (
            Sql("facts AS MATERIALIZED (SELECT e.key, e.body, " + columns + " FROM (")
            + union
            + ") e GROUP BY e.key, e.body)"
        )

    def _inherited(self, head: str, from_: str, scope: Scope, heirs: Sequence[Heir]) -> list[Sql]:
        """What a successor takes over: acts of its source in periods open at the change, each act once."""
        rows = [
            (slot.i, heir.source, heir.heir, day(heir.before))
            for slot in self.slots
            for heir in heirs
            if inherits(heir, slot.due) and (not scope.ids or heir.heir in scope.ids)
        ]
        if not rows:
            return []
        taken = (
            Sql("(SELECT v.column1 AS i, v.column2 AS source, v.column3 AS heir, v.column4 AS before FROM (VALUES ")
            + joined(", ", [_list(row) for row in rows]) + ") v) h"
        )  # fmt: skip
        same = "{0}.tag = s.tag AND {0}.belongs_on >= s.start AND {0}.belongs_on < s.stop AND "
        inner = (
            Sql(f"SELECT s.key AS key, h.heir AS body, MIN({EVENT}) AS event " + from_)
            + taken
            + Sql(
                " CROSS JOIN credits_credit c WHERE h.i = s.i AND c.body_id = h.source AND c.held_on < h.before"
                " AND c.bureau_id = %s AND " + same.format("c"),
                (scope.bureau_id,),
            )
            + self.known()
            + " AND NOT EXISTS (SELECT 1 FROM credits_credit own WHERE own.body_id = h.heir AND own.kind = c.kind"
            " AND own.source = c.source AND " + same.format("own")
            + self.known("own")
            + ") GROUP BY s.key, h.heir, c.kind, c.source"
        )  # fmt: skip
        return [Sql(f"{head.replace('s.key', 'n.key')}n.body, n.event FROM (") + inner + ") n"]
