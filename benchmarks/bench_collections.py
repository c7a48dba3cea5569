"""收表: merging what units handed in, pre-filling what nobody should type, and how much of the usual tables that is.

Merge: 300 returned tables of 200 rows go into a superior's own workbook of 14 columns (tests/core/collections/samples:
merged head, ruled rows, formulas, notes below), typed values and all. Pre-fill: forty columns about 300 units, each
question to the database counted. Share: ten tables after the usual sheets, columns matched by their titles alone, on a
bureau of the demo; 序号 and formulas are on neither side.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.bar import Bar, sample, scratch_database
from hongzhu.core.collections.queries import fields
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Hosting, Org, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.kit import registry
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.template import merge, read_template
from tests.core.collections.samples import SAMPLES, build, share

TABLES, ROWS = 300, 200
UNITS, COLUMNS, MEMBERS = 300, 40, 12
ON = date(2026, 11, 20)
BENCH = Actor.system("bench")
# Rooms that answer about a unit with one question; those of party affairs and duties work out months and terms.
ROOMS = ("orgs.units", "people.units", "registers.units", "activities.units")


def returned() -> list[list[Any]]:
    """What the units handed in, one row for each column of 党员名册; names invented."""
    made = []
    for number in range(TABLES * ROWS):
        born = date(1960, 1, 1) + timedelta(days=number % 15_000)
        made.append([
            None, f"人员{number:05d}", "男女"[number % 2], "汉族", born.isoformat(), ("本科", "大专", "硕士")[number % 3],
            date(1990 + number % 30, 7, 1), date(1991 + number % 30, 7, 1), "教师", "正式党员", "在职", "正常",
            f"1{3 + number % 7}{number:09d}", "" if number % 9 else f"第{number % TABLES}张表 & 备注",
        ])  # fmt: skip
    return made


def merging() -> Bar:
    data = build(next(one for one in SAMPLES if one.name == "党员名册"))
    template, rows = read_template(data, "党员名册.xlsx"), returned()
    timed = sample(lambda: merge(data, template, rows), rounds=5, clock="cpu")
    tracemalloc.start()
    merged = merge(data, template, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if len(merged) < 1_000_000:
        raise RuntimeError("the merged file is too small to hold the rows")
    return Bar(
        "merge 300 tables of 200 rows",
        {"rows": f"{len(rows):,}", "cells": f"{len(rows) * len(template.columns):,}", "file": f"{len(merged) / 2**20:.1f} MiB",
         "memory": f"{peak / 2**20:.0f} MiB above the rows"},
        ratio=timed.median, limit=3, unit="s", note=f"{min(timed.rounds):.2f} to {max(timed.rounds):.2f} s of CPU, one process; peak beside the rows handed in",
    )  # fmt: skip


def units() -> list[int]:
    """A bureau of 300 schools, each with a branch of twelve, a secretary and a principal."""
    root = orgs.open_bureau(code="bench", name="测试县教育局", pack="national", by=BENCH, on=date(2010, 1, 1))
    begun: dict[str, Any] = {"from_on": root.opened_on}
    facts = {"bureau": root.bureau, "opened_on": root.opened_on}
    with transaction.atomic():
        committee = Org.objects.create(kind="COMMITTEE", name="测试县教育局党委", **facts)
        schools = Org.objects.bulk_create(
            [Org(kind="SCHOOL", name=f"第{n}小学", stage="PRIMARY", **facts) for n in range(UNITS)]
        )
        branches = Org.objects.bulk_create([Org(kind="BRANCH", name=f"第{n}小学党支部", **facts) for n in range(UNITS)])
        pairs = list(zip(schools, branches, strict=True))
        Hosting.objects.bulk_create([Hosting(org=branch, unit=school, **begun) for school, branch in pairs])
        Superior.objects.bulk_create(
            [Superior(org=one, superior=committee, relation="BELONGS", **begun) for one in branches]
        )
        people = Person.objects.bulk_create([
            Person(bureau=root.bureau, name=f"人{n}", sex="12"[n % 2], ethnic="汉族", education="BACHELOR", born_on=date(1980, 1, 1))
            for n in range(UNITS * MEMBERS)
        ])  # fmt: skip
        Membership.objects.bulk_create(
            [Membership(person=who, org=branches[n % UNITS], standing="FULL", **begun) for n, who in enumerate(people)]
        )
        Engagement.objects.bulk_create(
            [
                Engagement(person=who, unit=schools[n % UNITS], relation="WORKPLACE", **begun)
                for n, who in enumerate(people)
            ]
        )
        Post.objects.bulk_create(
            [Post(person=people[n], org=one, kind="SECRETARY", **begun) for n, one in enumerate(branches)]
        )
    return [one.pk for one in branches]


def prefilling() -> Bar:
    with scratch_database("sqlite"):
        ids = units()
        codes = [field.code for name in ROOMS for field in registry.book.fields[name].fields]
        chosen = [*codes[: COLUMNS - len(ROOMS)], *(registry.book.fields[name].fields[-1].code for name in ROOMS)]
        chosen = list(dict.fromkeys(chosen))
        chosen += [code for code in codes if code not in chosen][: COLUMNS - len(chosen)]
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            found, _people = fields.values(chosen, "UNIT", units=ids, people=(), on=ON)
        timed = sample(lambda: fields.values(chosen, "UNIT", units=ids, people=(), on=ON), rounds=5)
    cells = sum(map(len, found.values()))
    if len(found) != UNITS or len(chosen) != COLUMNS or not asked:
        raise RuntimeError("not every unit was answered about")
    return Bar(
        f"pre-fill {COLUMNS} columns, {UNITS} units",
        {"rooms": str(len(ROOMS)), "questions": str(len(asked)), "cells": f"{cells:,}", "cpu": timed.ms},
        ratio=len(asked) / len(ROOMS), limit=1,
    )  # fmt: skip


def shares() -> Iterator[Bar]:
    with scratch_database("sqlite"):
        found = share.shares(share.stage())
    cells, filled = sum(one.cells for one in found), sum(one.filled for one in found)
    yield Bar(
        "cells pre-filled, ten usual tables",
        {"cells": f"{cells:,}", "filled": f"{filled:,}"},
        ratio=100 * filled / cells, limit=70, better=">=", unit="%",
        note="\n".join(f"{one.sample.name}: {one.percent:.0f} % of {one.cells:,}" for one in found),
    )  # fmt: skip


def bars() -> Iterator[Bar]:
    yield merging()
    yield prefilling()
    yield from shares()
