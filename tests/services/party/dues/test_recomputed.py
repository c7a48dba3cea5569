"""A year's dues of 3,000 members, computed again from the exported CSV alone: other code, decimal arithmetic.

Nothing here imports the engine. The rates are written out once more from domain/rules.md 3.1.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import connection

from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as versions
from hongzhu.services.party.models import DuesBase, DuesMonth, Receipt, Relief
from hongzhu.services.party.queries import dues as queries
from hongzhu.services.party.queries import dues_lines as lines
from hongzhu.services.party.queries import dues_papers as papers

from .conftest import NOW, TODAY, m

pytestmark = pytest.mark.django_db
# PostgreSQL checks each foreign key of so many rows one by one when the test ends: a fifth of them asks it the same.
MEMBERS, BRANCHES, YEAR = 3000 if connection.vendor == "sqlite" else 600, 60, 2026
TABLES = ("SALARIED", "SALARIED", "SALARIED", "RETIRED", "FARMER", "STUDENT", "SELF_EMPLOYED", "ANNUAL")
EDGES = (299_999, 300_000, 300_001, 499_999, 500_000, 500_001, 500_100, 999_999, 1_000_000, 1_000_001)


def a_year(cast: Any, members: int = MEMBERS, branches: int = BRANCHES) -> list[Org]:
    """Random people: pay changes, reliefs, transfers, leavings, newcomers, short, double and voided payments."""
    rng = random.Random("a year of dues")
    policies.ship()
    orgs = Org.objects.bulk_create(
        [
            Org(bureau=cast.bureau, kind="BRANCH", name=f"第{n}党支部", opened_on=date(2019, 1, 1))
            for n in range(branches)
        ]
    )
    people = Person.objects.bulk_create([Person(bureau=cast.bureau, name=f"党员{n}") for n in range(members)])
    stays: list[Membership] = []
    bases: list[DuesBase] = []
    reliefs: list[Relief] = []
    receipts: list[Receipt] = []
    months: list[tuple[int, date, int]] = []
    for n, who in enumerate(people):
        stays += some_stays(rng, who, orgs[n % branches], orgs[(n + 7) % branches])
        bases += some_bases(rng, who)
        if rng.random() < 0.05:
            first = rng.randint(1, 9)
            reliefs.append(
                Relief(person=who, org=orgs[n % branches], monthly=rng.choice((0, 10, 1500, 90_000)), from_on=m(first),
                       to_on=m(first + 3), studied_on=m(1), approved_on=None if rng.random() < 0.2 else m(1))
            )  # fmt: skip
        for month in range(1, rng.choice((1, 6, 9, 12, 13))):
            receipts.append(
                Receipt(bureau=cast.bureau, org=orgs[n % branches], person=who, number=f"R{len(receipts)}", voucher="记1",
                        paid_on=m(month), fen=1, collected_by="某", recorded_at=NOW,
                        voided_at=NOW if rng.random() < 0.02 else None)
            )  # fmt: skip
            months.append((len(receipts) - 1, m(month), rng.choice((20, 1500, 7502, 20_002))))
    Membership.objects.bulk_create(stays, batch_size=2000)
    DuesBase.objects.bulk_create(bases, batch_size=2000)
    Relief.objects.bulk_create(reliefs)
    made = Receipt.objects.bulk_create(receipts, batch_size=2000)
    DuesMonth.objects.bulk_create(
        [DuesMonth(receipt=made[at], month=month, fen=fen) for at, month, fen in months], batch_size=2000
    )
    return orgs


def some_stays(rng: random.Random, who: Person, home: Org, other: Org) -> list[Membership]:
    lot = rng.random()
    if lot < 0.8:
        return [Membership(person=who, org=home, standing="FULL", from_on=date(2019, 1, 1))]
    day = date(YEAR, 1, 1) + timedelta(days=rng.randint(0, 364))
    if lot < 0.88:  # transferred
        return [
            Membership(person=who, org=home, standing="FULL", from_on=date(2019, 1, 1), to_on=day),
            Membership(person=who, org=other, standing="FULL", from_on=day),
        ]
    if lot < 0.94:  # left
        return [Membership(person=who, org=home, standing="FULL", from_on=date(2019, 1, 1), to_on=day)]
    met = day - timedelta(days=rng.randint(0, 40))  # taken in by the meeting, entered later
    return [Membership(person=who, org=home, standing="PROBATIONARY", joined_on=met, from_on=day)]


def some_bases(rng: random.Random, who: Person) -> list[DuesBase]:
    if rng.random() < 0.02:
        return []

    def base(first: date, last: date | None) -> DuesBase:
        table = rng.choice(TABLES)
        amount = rng.choice(EDGES) if rng.random() < 0.3 else rng.randint(50_000, 1_500_000)
        flat = rng.randint(20, 100) if table == "FARMER" else None
        return DuesBase(person=who, table=table, base=0 if flat else amount, flat=flat, from_on=first, to_on=last)

    start = date(2025, 1, 1) if rng.random() < 0.9 else m(3)
    if rng.random() < 0.3:
        change = m(rng.randint(4, 12))
        return [base(start, change), base(change, None)]
    return [base(start, None)]


# --- the other arithmetic


def read(archive: bytes, name: str) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return list(csv.reader(io.StringIO(file.read(name).decode("utf-8-sig"))))[1:]


def by_rule(table: str, base: Decimal, flat: str) -> Decimal:
    if table == "FARMER":
        return Decimal(flat)
    if table == "STUDENT":
        return Decimal("0.20")
    if table == "RETIRED":
        percent = "0.5" if base <= 5000 else "1"
    else:
        percent = "0.5" if base <= 3000 else "1" if base <= 5000 else "1.5" if base <= 10000 else "2"
    return (base * Decimal(percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def recomputed(archive: bytes) -> dict[tuple[str, int], tuple[str, Decimal | None, Decimal]]:
    """(member, month) -> (branch, owed, paid), from the files alone."""
    owner: dict[tuple[str, int], str] = {}
    for member, _name, branch, _standing, begins, ends in read(archive, "members.csv"):
        for month in range(1, 13):
            first = f"{YEAR}-{month:02d}-01"
            after = f"{YEAR}-{month + 1:02d}-01" if month < 12 else f"{YEAR + 1}-01-01"
            if begins <= first and (not ends or ends > first):
                owner[member, month] = branch
            elif first < begins < after:
                owner.setdefault((member, month), branch)
    costs: dict[tuple[str, int], Decimal] = {}
    for member, table, base, flat, begins, ends in read(archive, "bases.csv"):
        for month in range(1, 13):
            if begins <= f"{YEAR}-{month:02d}-01" and (not ends or f"{YEAR}-{month:02d}-01" < ends):
                costs[member, month] = by_rule(table, Decimal(base), flat)
    for member, monthly, begins, ends, _number in read(archive, "reliefs.csv"):
        for month in range(1, 13):
            if begins <= f"{YEAR}-{month:02d}-01" < ends and (member, month) in costs:
                costs[member, month] = min(costs[member, month], Decimal(monthly))
    paid: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for member, month, amount, _receipt, _voucher, _day, voided in read(archive, "payments.csv"):
        if not voided:
            paid[member, int(month[5:7])] += Decimal(amount)
    return {key: (branch, costs.get(key), paid[key]) for key, branch in owner.items()}


def test_a_year_of_three_thousand_members_is_the_same_by_another_way(cast: Any, django_assert_num_queries: Any) -> None:
    orgs = a_year(cast)
    versions.timeline(cast.bureau)  # a process reads each version of the pack once
    with django_assert_num_queries(6):
        found = queries.members_of(cast.bureau, [org.pk for org in orgs], m(1), m(12))
    assert len(found) == MEMBERS
    expected = recomputed(papers.data(orgs, YEAR))
    seen = 0
    for pk, one in found.items():
        for cell in one.cells:
            if not cell.body:
                continue
            branch, owed, paid = expected.pop((str(pk), cell.month.month))
            assert (str(cell.body), cell.paid) == (branch, int(paid * 100))
            assert cell.owed == (None if owed is None else int(owed * 100)), (pk, cell)
            seen += 1
    assert expected == {}
    assert seen > MEMBERS * 10


def test_the_sheet_of_each_branch_adds_up_to_the_same(cast: Any) -> None:
    orgs = a_year(cast, members=240, branches=6)
    for org in orgs:
        expected = {key: row for key, row in recomputed(papers.data([org], YEAR)).items() if row[0] == str(org.pk)}
        made = lines.sheet(org, YEAR, TODAY)
        assert made.owed == sum(int((owed or 0) * 100) for _branch, owed, _paid in expected.values())
        here = sum(int(paid * 100) for _branch, _owed, paid in expected.values())
        nobodys = sum(c.paid for line in made.lines for c in line.cells if c and not c.body)
        assert made.paid == here + nobodys
        assert sum(made.months) == made.paid
        assert [line.owed for line in made.lines] == [
            sum(
                int((owed or 0) * 100)
                for (who, _month), (_b, owed, _p) in expected.items()
                if who == str(line.person.pk)
            )
            for line in made.lines
        ]


def test_questions_do_not_grow_with_members(cast: Any, django_assert_num_queries: Any) -> None:
    orgs = a_year(cast, members=12, branches=3)
    lines.sheet(orgs[0], YEAR, TODAY)
    with django_assert_num_queries(6):
        queries.members_of(cast.bureau, [orgs[0].pk], m(1), m(12))
    with django_assert_num_queries(6):
        queries.members_of(cast.bureau, [org.pk for org in orgs], m(1), m(12))
