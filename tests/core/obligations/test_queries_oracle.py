"""On random dated trees, memberships, acts and waivers the SQL says what the slow loops say."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import queries
from hongzhu.core.obligations.engine import Applies, Duty, between
from hongzhu.core.obligations.models import Waiver
from hongzhu.core.obligations.queries import Scope, Totals, asking, total
from hongzhu.core.orgs.models import Bureau, Change, Hosting, Org, Placement, Superior
from hongzhu.core.orgs.queries import segment
from hongzhu.core.people.models import Membership, Person, Post
from tests.core.obligations import oracle
from tests.properties import examples

FIRST, LAST = date(2025, 11, 1), date(2026, 12, 31)


def some_day(rng: random.Random, first: date = FIRST, last: date = LAST) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def some_moment(rng: random.Random) -> datetime:
    # Midnights of Shanghai are 16:00 UTC: exactly on the boundary as often as beside it.
    moments = (0, 1, 15 * 3600 + 3599, 16 * 3600, 16 * 3600 + 1)
    day = some_day(rng)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=rng.choice(moments))


def random_duties(rng: random.Random) -> tuple[Duty, ...]:
    made = []
    for number in range(rng.randint(2, 7)):
        every = rng.choice(["month", "month", "quarter", "half", "year", "once", "term"])
        months = tuple(sorted(rng.sample(range(1, 13), 4))) if every == "month" and rng.random() < 0.3 else ()
        made.append(
            Duty(
                code=f"d{number}",
                tag=f"t{rng.randrange(4)}",
                bearers=rng.choice([("BRANCH",), ("BRANCH", "JOINT_BRANCH"), ("CLASS",)]),
                every=every,
                count=rng.choice([1, 1, 1, 2, 3]),
                only_months=months,
                window=("12-01", "+1-03-31") if every == "year" and rng.random() < 0.5 else None,
                span=(date(2026, 3, 10), date(2026, 7, 9)) if every == "once" else None,
                lock_days=rng.choice([0, 5, 10]),
                owes_after_days=rng.choice([0, 0, 15, 40]),
                applies=Applies(
                    min_full_members=rng.choice([None, None, 2, 3]),
                    max_full_members=rng.choice([None, None, 4]),
                    needs_teams=rng.choice([None, None, True, False]),
                    needs_committee=rng.choice([None, None, True, False]),
                    retired=rng.choice([None, None, True, False]),
                    sectors=rng.choice([(), (), ("PUBLIC",)]),
                    stages=rng.choice([(), (), ("PRIMARY", "JUNIOR")]),
                ),
            )
        )
    return tuple(made)


def random_world(rng: random.Random) -> tuple[Bureau, list[Org], list[Org]]:
    bureau = Bureau.objects.create(code=f"b{rng.randrange(10**9)}", name="甲")
    root = Org.objects.create(bureau=bureau, kind="BUREAU", name="甲", opened_on=date(2020, 1, 1))
    Placement.objects.create(org=root, path=segment(root.pk), from_on=date(2020, 1, 1))
    units = []
    for number in range(3):
        kind = rng.choice(["SCHOOL", "SCHOOL", "COMMITTEE", "UPPER"])
        unit = Org.objects.create(
            bureau=bureau, kind=kind, name=f"u{number}", opened_on=date(2020, 1, 1),
            sector=rng.choice(["PUBLIC", "PRIVATE", ""]), stage=rng.choice(["PRIMARY", "SENIOR", ""]),
        )  # fmt: skip
        Placement.objects.create(
            org=unit, parent=root, path=segment(root.pk) + segment(unit.pk), from_on=date(2020, 1, 1)
        )
        units.append(unit)
    bodies = [random_body(rng, bureau, root, units, number) for number in range(rng.randint(2, 5))]
    for _ in range(rng.randint(0, 2)):
        source, heir = rng.sample(bodies, 2)
        on = some_day(rng)
        if rng.random() < 0.5 and source.closed_on is None and source.opened_on <= on:
            Org.objects.filter(pk=source.pk).update(closed_on=on)
            source.closed_on = on
            Change.objects.create(org=source, step="MERGED", on=on, other=heir)
        else:
            Change.objects.create(org=heir, step="SPLIT", on=heir.opened_on, other=source)
    return bureau, bodies, [root, *units]


def random_body(rng: random.Random, bureau: Bureau, root: Org, units: list[Org], number: int) -> Org:
    opened = rng.choice([date(2020, 1, 1), some_day(rng)])
    closed = some_day(rng, opened, LAST) if rng.random() < 0.25 else None
    body = Org.objects.create(
        bureau=bureau, kind=rng.choice(["BRANCH", "BRANCH", "JOINT_BRANCH", "CLASS"]), name=f"n{number}", opened_on=opened,
        closed_on=closed, retired=rng.random() < 0.3, sector=rng.choice(["", "", "PUBLIC"]), stage=rng.choice(["", "", "JUNIOR"]),
    )  # fmt: skip
    parent = rng.choice(units)
    moved = some_day(rng, opened + timedelta(days=1), LAST + timedelta(days=2)) if rng.random() < 0.4 else None
    first = Placement.objects.create(
        org=body,
        parent=parent,
        path=segment(root.pk) + segment(parent.pk) + segment(body.pk),
        from_on=opened,
        to_on=moved,
    )
    if moved:
        parent = rng.choice(units)
        path = segment(root.pk) + segment(parent.pk) + segment(body.pk)
        Placement.objects.create(org=body, parent=parent, path=path, from_on=moved)
    for relation in ("BELONGS", "GUIDES"):
        if rng.random() < 0.6:
            Superior.objects.create(org=body, superior=rng.choice(units), relation=relation, from_on=opened)
    if rng.random() < 0.6:
        Hosting.objects.create(org=body, unit=rng.choice(units), from_on=some_day(rng))
    if rng.random() < 0.5:
        team = Org.objects.create(bureau=bureau, kind="TEAM", name=f"t{number}", opened_on=some_day(rng))
        Placement.objects.create(org=team, parent=body, path=first.path + segment(team.pk), from_on=team.opened_on)
    for m in range(rng.randint(0, 5)):
        who = Person.objects.create(bureau=bureau, name=f"p{m}")
        since = rng.choice([date(2020, 1, 1), some_day(rng)])
        Membership.objects.create(
            person=who, org=body, standing=rng.choice(["FULL", "FULL", "FULL", "PROBATIONARY"]), from_on=since,
            to_on=since + timedelta(days=rng.randint(1, 200)) if rng.random() < 0.3 else None,
        )  # fmt: skip
        if rng.random() < 0.2:
            Post.objects.create(person=who, org=body, kind="ORGANISER", from_on=since)
    return body


def random_deeds(rng: random.Random, bureau: Bureau, bodies: list[Org], dues: list[Any]) -> None:
    for number in range(rng.randint(5, 40)):
        body, held = rng.choice(bodies), some_day(rng)
        edges = [edge for due in dues for edge in (due.start, due.stop, due.closes, due.stop - timedelta(days=1))]
        if rng.random() < 0.5 and edges:
            held = rng.choice(edges)
        recorded = some_moment(rng)
        Credit.objects.create(
            bureau=bureau, tag=f"t{rng.randrange(4)}", body=body, held_on=held, kind="activities.act", source=number,
            belongs_on=rng.choice([held, held, held - timedelta(days=rng.randint(0, 90))]), recorded_at=recorded,
            entered_at=rng.choice([None, None, recorded + timedelta(days=20)]),
            voided_at=rng.choice([None, None, None, recorded + timedelta(days=40)]),
        )  # fmt: skip
    joint = [body for body in bodies if rng.random() < 0.6]
    for body in joint:  # one act of several bodies
        Credit.objects.create(
            bureau=bureau, tag="t0", body=body, held_on=date(2026, 5, 8), belongs_on=date(2026, 5, 8),
            recorded_at=datetime(2026, 5, 9, tzinfo=UTC), kind="activities.act", source=1000,
        )  # fmt: skip
    for due in rng.sample(dues, min(len(dues), 6)):
        granted = some_moment(rng)
        Waiver.objects.create(
            bureau=bureau, duty=due.duty.code, body=rng.choice(bodies), period=due.code, period_from=due.start, reason="-",
            granted_by="-", granted_at=granted, revoked_at=rng.choice([None, None, granted + timedelta(days=9)]),
        )  # fmt: skip


@pytest.mark.django_db
@examples(8)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_sql_equals_oracle(seed: int) -> None:
    sql_equals_oracle(seed)


@pytest.mark.deep
@pytest.mark.django_db
@examples(60)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_sql_equals_oracle_many_times(seed: int) -> None:
    sql_equals_oracle(seed)


def sql_equals_oracle(seed: int) -> None:
    rng = random.Random(seed)
    with transaction.atomic():
        duties = random_duties(rng)
        dues = between(lambda _: duties, FIRST, LAST, [(date(2026, 3, 1), date(2026, 7, 10))])
        bureau, bodies, places = random_world(rng)
        random_deeds(rng, bureau, bodies, dues)
        known_at = some_moment(rng)
        question = asking(bureau, dues, known_at)
        paths = [Placement.objects.get(org=place).path for place in places]
        scopes = [
            Scope(bureau.pk),
            Scope(bureau.pk, body=rng.choice(bodies).pk),
            Scope(bureau.pk, path=rng.choice(paths)),
        ]
        scopes.append(Scope(bureau.pk, path=rng.choice(paths), relation=rng.choice(["BELONGS", "GUIDES"])))
        few = rng.sample(bodies, rng.randint(1, len(bodies)))
        scopes.append(Scope(bureau.pk, bodies=tuple(body.pk for body in few)))
        for scope in scopes:
            expected = oracle.cells(bureau.pk, dues, scope, known_at, question.heirs)
            got = {(p.body, p.due.duty.code, p.due.code): p.cell for p in queries.cells(question, scope)}
            assert got == expected
            check_sums(question, scope, expected)
        transaction.set_rollback(True)


def check_sums(question: Any, scope: Scope, expected: dict[tuple[int, str, str], Any]) -> None:
    by_body: dict[int, Totals] = {}
    by_duty: dict[tuple[int, str], Totals] = {}
    for (body, duty, _), cell in expected.items():
        by_body[body] = by_body.get(body, Totals()) + Totals.of(cell)
        by_duty[body, duty] = by_duty.get((body, duty), Totals()) + Totals.of(cell)
    assert queries.grid(question, scope) == by_duty
    got = {body: row for body, row in queries.totals(question, scope).items() if row != Totals()}
    assert got == by_body
    everything = queries.totals(question, scope, by="all")
    assert total(list(everything.values())) == total(list(by_body.values()))
    assert total(list(queries.totals(question, scope, by="unit").values())) == total(list(by_body.values()))


@pytest.mark.django_db
def test_the_oracle_notices_a_wrong_row() -> None:
    """The failing twin: a credit moved behind the query's back is seen by the comparison."""
    rng = random.Random(7)
    duties = (Duty("d0", "t0", ("BRANCH",), "month"),)
    dues = between(lambda _: duties, date(2026, 5, 1), date(2026, 5, 31))
    bureau = Bureau.objects.create(code="one", name="甲")
    body = Org.objects.create(bureau=bureau, kind="BRANCH", name="乙", opened_on=date(2020, 1, 1))
    random_deeds(rng, bureau, [body], [])
    Credit.objects.all().delete()
    Credit.objects.create(
        bureau=bureau, tag="t0", body=body, held_on=date(2026, 5, 31), belongs_on=date(2026, 5, 31),
        recorded_at=datetime(2026, 6, 1, tzinfo=UTC), kind="activities.act", source=1,
    )  # fmt: skip
    question = asking(bureau, dues, datetime(2026, 7, 1, tzinfo=UTC))
    expected = oracle.cells(bureau.pk, dues, Scope(bureau.pk), question.known_at, [])
    Credit.objects.update(belongs_on=date(2026, 6, 1))
    got = {(p.body, p.due.duty.code, p.due.code): p.cell for p in queries.cells(question, Scope(bureau.pk))}
    assert got != expected
