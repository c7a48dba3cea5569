"""Obligation totals per unit: ours from the narrow credit table, the peer's from the tables acts are kept in.

5,000 bearers x 60 duties over 2,040,000 acts of two years; one act in seventeen of every twentieth body is held
together with the next body, and an act carries up to five tags. The peer is the same query to the letter but for its
source: acts joined to their bodies and to the confirmed tags, with covering indexes made for it on all three tables
and fresh statistics. It does less than it should: it does not ask whether each body of a joint act had an attender of
its own (which credits already answer), and it can only answer for now, not for an earlier moment.
Both sides run as the application runs them, in one session, fully fetched. SQLite works in our process: CPU seconds;
PostgreSQL in its own: wall clock. Every bar says what it read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Field, Model

from benchmarks.bar import Bar, duel, plan, sample, scratch_database
from hongzhu.core.activities.models import Act, ActBody, TagClaim
from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import queries
from hongzhu.core.obligations.engine import Applies, Duty, due_in, heirs, open_on
from hongzhu.core.obligations.models import Waiver
from hongzhu.core.obligations.queries.sql import EVENT, WAIVED, Plan, Scope, Sql, moment
from hongzhu.core.orgs.models import Bureau, Org, Placement
from hongzhu.core.orgs.queries import segment
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies.models import PackVersion

BEARERS, UNITS, MEMBERS, MONTHS, ACTS_A_MONTH = 5000, 250, 9, 24, 17
TODAY = date(2026, 11, 20)
KNOWN_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FIRST = date(2024, 12, 1)
EVERY = ("month",) * 40 + ("quarter",) * 14 + ("half",) * 4 + ("year",) * 2
STEP = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def duties() -> list[Duty]:
    """60 duties, a third of them only for some bodies."""
    some = (
        Applies(),
        Applies(),
        Applies(min_full_members=7),
        Applies(),
        Applies(retired=False),
        Applies(needs_teams=False),
    )
    return [
        Duty(f"duty{n:02}", f"tag{n:02}", ("BRANCH",), every, some[n % len(some)], order=n)
        for n, every in enumerate(EVERY)
    ]


DUTIES = duties()


# --- filling the tables, set-based ---------------------------------------------------------------------------


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def numbers(name: str, count: int) -> str:
    return f"{name}(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM {name} WHERE n < {count - 1})"


class without_indexes:
    """Load first, index afterwards: the tables end up as the migrations made them."""

    def __init__(self, *models: type[Model]) -> None:
        self.models = models

    def __enter__(self) -> None:
        self.kept: list[str] = []
        for model in self.models:
            table = model._meta.db_table
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute(
                        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' AND tbl_name = %s",
                        [table],
                    )
                else:
                    cursor.execute(
                        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = %s AND NOT EXISTS"
                        " (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
                        [table],
                    )
                found = cursor.fetchall()
            for name, made in found:
                run(f'DROP INDEX "{name}"')
                self.kept.append(made)

    def __exit__(self, *_: object) -> None:
        for made in self.kept:
            run(made)


def fill() -> Bureau:
    """Bodies, members, acts, their bodies and tags; credits as the acts would have settled them."""
    lite = connection.vendor == "sqlite"
    if lite:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            run(f"PRAGMA {pragma}")
    else:
        # The rows are made to fit: checking 20 million foreign keys one by one would take longer than all the rest.
        for setting in (
            "session_replication_role = replica",
            "synchronous_commit = off",
            "maintenance_work_mem = '256MB'",
        ):
            run(f"SET {setting}")
    bureau = Bureau.objects.create(code="bench", name="青禾县教育局")  # zh: a name in made-up data
    version = PackVersion.objects.create(name="bench", version=1, title="bench")
    root = Org.objects.create(bureau=bureau, kind="BUREAU", name="root", opened_on=FIRST)
    units = Org.objects.bulk_create(
        [Org(bureau=bureau, kind="SCHOOL", name=f"unit {n}", opened_on=FIRST) for n in range(UNITS)]
    )
    bodies = Org.objects.bulk_create(
        [
            Org(bureau=bureau, kind="BRANCH", name=f"body {n}", opened_on=FIRST, retired=n % 11 == 0)
            for n in range(BEARERS)
        ],
        batch_size=1000,
    )
    top = segment(root.pk)
    places = [Placement(org=root, path=top, from_on=FIRST)]
    places += [Placement(org=unit, parent=root, path=top + segment(unit.pk), from_on=FIRST) for unit in units]
    for n, body in enumerate(bodies):
        unit = units[n % UNITS]
        places.append(Placement(org=body, parent=unit, path=top + segment(unit.pk) + segment(body.pk), from_on=FIRST))
    Placement.objects.bulk_create(places, batch_size=1000)
    people = Person.objects.bulk_create([Person(bureau=bureau, name=f"p{n}") for n in range(MEMBERS)])
    Membership.objects.bulk_create(
        [
            Membership(org=body, person=people[m], standing="FULL", from_on=FIRST)
            for n, body in enumerate(bodies)
            for m in range(5 if n % 6 == 0 else MEMBERS)
        ],
        batch_size=2000,
    )
    _acts(bureau, version, bodies[0].pk)
    first = bodies[0].pk
    Waiver.objects.bulk_create(
        [
            Waiver(
                bureau=bureau, duty="duty00", body_id=first + n * 41, period="2026-11", period_from=date(2026, 11, 1),
                reason="-", granted_by="-", granted_at=KNOWN_AT - timedelta(days=3),
            )
            for n in range(100)
        ]
    )  # fmt: skip
    if not lite:
        for model in (Act, ActBody, TagClaim, Credit, Org, Placement, Membership):
            run(f"VACUUM ANALYZE {model._meta.db_table}")
    run("ANALYZE")
    if not lite:
        run("SET session_replication_role = origin")
    return bureau


def _blank(kept: Field[Any, Any]) -> str:
    """A column the bench does not care about, as a literal."""
    if isinstance(kept, BooleanField):
        return "0" if connection.vendor == "sqlite" else "false"
    return "0" if "Integer" in kept.get_internal_type() else "''"


def into(model: type[Model], columns: dict[str, str]) -> str:
    """INSERT INTO … SELECT with every column that must hold something."""
    kept = [field for field in model._meta.concrete_fields if not field.null and not field.primary_key]
    columns = {field.column: _blank(field) for field in kept} | columns
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"


def _acts(bureau: Bureau, version: PackVersion, first: int) -> None:
    lite = connection.vendor == "sqlite"
    held = "date('2024-12-01', '+' || m.n || ' months', '+' || ((b.n * 3 + j.n * 5) % 28) || ' days')"
    if not lite:
        held = "(DATE '2024-12-01' + m.n * INTERVAL '1 month')::date + (b.n * 3 + j.n * 5) % 28"
    days = "{held} || ' 12:00:00'" if lite else "({held} + TIME '12:00') AT TIME ZONE 'UTC'"
    recorded = days.format(
        held=f"date({held}, '+' || ((b.n + j.n) % 13) || ' days')" if lite else f"({held} + (b.n + j.n) % 13)"
    )
    uuid = "lower(hex(randomblob(16)))" if lite else "gen_random_uuid()"
    empty_list, empty_dict = ("'[]'", "'{}'") if lite else ("'[]'::jsonb", "'{}'::jsonb")
    # A record sheet's body is some 600 characters long; rows without it would flatter nobody but the peer.
    text = "substr('" + "0123456789" * 30 + "', 1, 240 + (b.n + j.n) % 60)"
    columns = {
        "id": f"(m.n * {BEARERS} + b.n) * {ACTS_A_MONTH} + j.n + 1", "uuid": uuid, "bureau_id": str(bureau.pk),
        "body_id": f"{first} + b.n", "kind": "'theme_day'", "pack_version_id": str(version.pk), "held_on": held, "held_to": held,
        "belongs_on": held, "parts": empty_list, "process": text, "extra": empty_dict, "status": "'RECORDED'", "recorded_at": recorded,
    }  # fmt: skip
    with without_indexes(Act, ActBody, TagClaim, Credit):
        run(
            f"WITH RECURSIVE {numbers('b', BEARERS)}, {numbers('m', MONTHS)}, {numbers('j', ACTS_A_MONTH)}"
            f" {into(Act, columns)}"
            " FROM m CROSS JOIN b CROSS JOIN j ORDER BY 1",
        )
        bodies = {
            "act_id": columns["id"], "org_id": f"{first} + b.n + k.n", "kind": "'theme_day'", "year": "2024",
            "number": f"(m.n * {ACTS_A_MONTH} + j.n) * 2 + k.n", "takes_part": "1" if lite else "true",
        }  # fmt: skip
        joint = f"b.n % 20 = 0 AND j.n = 0 AND b.n + 1 < {BEARERS}"
        run(
            f"WITH RECURSIVE {numbers('b', BEARERS)}, {numbers('m', MONTHS)}, {numbers('j', ACTS_A_MONTH)}, {numbers('k', 2)}"
            f" {into(ActBody, bodies)} FROM m CROSS JOIN b CROSS JOIN j CROSS JOIN k WHERE k.n = 0 OR ({joint}) ORDER BY 1"
        )
        claims = {"act_id": "a.act_id", "org_id": "a.org_id", "tag": "d.tag", "state": "'CONFIRMED'"}
        values = ", ".join(f"({n}, 'tag{n:02}', {STEP[every]}, {n % ACTS_A_MONTH})" for n, every in enumerate(EVERY))
        run(
            f"WITH RECURSIVE d(n, tag, step, j) AS (VALUES {values}), {numbers('b', BEARERS)}, {numbers('m', MONTHS)}"
            f" {into(TagClaim, claims)} FROM m CROSS JOIN b CROSS JOIN d JOIN activities_actbody a"
            f" ON a.act_id = (m.n * {BEARERS} + b.n) * {ACTS_A_MONTH} + d.j + 1"
            # FIRST is a December: a quarter's, half's and year's act falls in one month of it, by body; one in 16 is missing.
            " WHERE (m.n + 11 - b.n) % d.step = 0 AND (b.n * 7 + m.n * 5 + d.n * 3) % 16 > 0 ORDER BY 1"
        )
        same = {name: f"a.{name}" for name in ("bureau_id", "held_on", "belongs_on", "recorded_at")}
        credits = {**same, "tag": "t.tag", "body_id": "t.org_id", "kind": "'activities.act'", "source": "a.id"}
        run(
            into(Credit, credits)
            + " FROM activities_tagclaim t JOIN activities_act a ON a.id = t.act_id WHERE t.state = 'CONFIRMED' ORDER BY a.id"
        )
    run("CREATE INDEX bench_act ON activities_act (bureau_id, belongs_on, id, held_on, recorded_at, voided_at)")
    run("CREATE INDEX bench_act_id ON activities_act (id, bureau_id, belongs_on, held_on, recorded_at, voided_at)")
    run("CREATE INDEX bench_claim_act ON activities_tagclaim (act_id, state, tag, org_id)")
    run("CREATE INDEX bench_claim_tag ON activities_tagclaim (tag, state, act_id, org_id)")
    run("CREATE INDEX bench_body ON activities_actbody (act_id, org_id)")


class Raw(Plan):
    """The same query on the tables that acts are kept in. ``way``: the order of the join, both are tried."""

    way = "days"

    def facts_table(self, scope: Scope, heirs: Sequence[object]) -> Sql:
        lite = connection.vendor == "sqlite"
        at = moment(self.known_at)
        cross = "CROSS JOIN {}" if lite else "JOIN {} ON true"
        if self.way == "days":
            tables = ["spans p", "activities_act c", "activities_tagclaim t", "slots s"]
            also = " AND s.start = p.start AND s.stop = p.stop AND c.belongs_on >= p.start AND c.belongs_on < p.stop"
        else:
            tables = ["slots s", "activities_tagclaim t", "activities_act c"]
            also = " AND c.belongs_on >= s.start AND c.belongs_on < s.stop"
        source = " ".join([tables[0], *(cross.format(table) for table in tables[1:])])
        arms = [
            Sql(
                f"SELECT s.key AS key, t.org_id AS body, {EVENT} AS event FROM {source} WHERE t.act_id = c.id AND t.tag = s.tag"
                " AND t.state = 'CONFIRMED' AND c.bureau_id = %s AND c.recorded_at <= %s AND"
                " (c.voided_at IS NULL OR c.voided_at > %s) AND EXISTS"
                " (SELECT 1 FROM activities_actbody ab WHERE ab.act_id = c.id AND ab.org_id = t.org_id)" + also,
                (scope.bureau_id, at, at),
            ),
            Sql(
                f"SELECT s.key, w.body_id, {WAIVED} FROM slots s CROSS JOIN obligations_waiver w WHERE w.bureau_id = %s AND"
                " w.duty = s.duty AND w.period = s.code AND w.granted_at <= %s AND (w.revoked_at IS NULL OR w.revoked_at > %s)",
                (scope.bureau_id, at, at),
            ),
        ]
        facts = self.grouped(arms, lateral=False)
        if not lite:
            facts = Sql(facts.text.replace("MIN(", "LEAST("), facts.params)
        return Sql("spans AS (SELECT DISTINCT start, stop FROM slots), ") + facts


class RawByTag(Raw):
    way = "tags"


def bars() -> Iterator[Bar]:
    """Totals per unit on both databases, the whole year's cells beside them, one body's desk."""
    assert heirs([]) == []
    for vendor in ("sqlite", "postgres"):
        with scratch_database(vendor):
            begun = time.perf_counter()
            bureau = fill()
            yield from _bars(vendor, bureau, time.perf_counter() - begun)


def _bars(vendor: str, bureau: Bureau, filled: float) -> Iterator[Bar]:
    clock = "cpu" if vendor == "sqlite" else "wall"
    ours = queries.asking(bureau, open_on(lambda _: DUTIES, TODAY), KNOWN_AT)
    peers = []
    for kind in (Raw, RawByTag):
        peer = queries.asking(bureau, open_on(lambda _: DUTIES, TODAY), KNOWN_AT)
        peer.plan = kind([slot.due for slot in ours.plan.slots], KNOWN_AT)
        peers.append(peer)
    scope = Scope(bureau.pk, path=Placement.objects.values_list("path", flat=True).get(parent__isnull=True))
    answers = [queries.totals(question, scope, by="unit") for question in (ours, *peers)]
    if any(answer != answers[0] for answer in answers) or len(answers[0]) != UNITS:
        raise AssertionError("both queries must give the same totals")
    times = [sample(lambda q=q: queries.totals(q, scope, by="unit"), rounds=1, warm=0, clock=clock).best for q in peers]
    best = peers[times.index(min(times))]
    mine, raw = duel(
        lambda: queries.totals(ours, scope, by="unit"),
        lambda: queries.totals(best, scope, by="unit"),
        rounds=3,
        clock=clock,
    )
    everything = queries.total(list(answers[0].values()))
    figure = {"ours": mine.s, "raw tables": raw.s}
    read = (
        f"{Act.objects.count():,} acts, {Credit.objects.count():,} credits, {BEARERS:,} bearers x {len(EVERY)} duties; filled in"
        f" {filled:.0f} s; due {everything.due:,}, held {everything.held:,}, waived {everything.waived:,}; {len(answers[0])} units equal"
    )
    plans = "\n".join(
        f"{name}:\n{plan(sql.text, sql.params)}"
        for name, sql in (("ours", _sql(ours, scope)), ("raw", _sql(best, scope)))
    )
    yield Bar(f"obligations {vendor}: totals", figure, mine.median, 1, unit="s", note=read)
    yield Bar(f"obligations {vendor}: to raw tables", figure, mine.median / raw.median, 0.2, note=plans)
    year = queries.asking(bureau, due_in(lambda _: DUTIES, date(2026, 1, 1), date(2027, 1, 1)), KNOWN_AT)
    whole = sample(lambda: queries.grid(year, scope), rounds=1, warm=0, clock=clock)
    body = Org.objects.filter(kind="BRANCH")[1234]
    desk = sample(lambda: queries.desk_of(body, TODAY, KNOWN_AT, book=lambda _: DUTIES), rounds=15)
    yield Bar(
        f"obligations {vendor}: desk", {"one body": desk.ms, "whole year's cells": whole.s}, desk.median * 1000, 20, unit="ms CPU",
        note=f"whole year: {len(year.plan.slots)} due periods x {BEARERS:,} bearers grouped to bodies x duties",
    )  # fmt: skip


def _sql(question: queries.Question, scope: Scope) -> Sql:
    return queries.totals_sql(question, scope, by="unit")
