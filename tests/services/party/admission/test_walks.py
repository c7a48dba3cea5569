"""Random people walk the way with legal and illegal moves and dates; an oracle that knows neither pack nor engine agrees.

``test_random_walks`` moves in memory; ``test_walks_by_the_actions`` does the same through the actions and the database.
The long versions are deep.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.people.queries import members_sheet
from hongzhu.core.people.rules import PARTY_STANDING
from hongzhu.core.policies import queries as policies
from hongzhu.kit.tables.columns import expected
from hongzhu.kit.tables.read import read_table
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.actions import admission_steps as steps
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.engine.admission import Ballot, Done, Facts, Help, Posted
from hongzhu.services.party.models import AdmissionStep
from hongzhu.services.party.queries import admission as queries
from tests.properties import examples
from tests.services.party.admission.conftest import CALENDAR, PART, at, staged
from tests.services.party.admission.oracle import BEFORE, CODES, NOTICES, PAPERS, Event, Hung, Oracle

TODAY = date(2026, 11, 20)
BEGIN = date(2023, 1, 2)
MOVES = 90
HANDS = {"branch": "branch_secretary", "general": "district_officer", "committee": "party_office"}
JUMPS = (-1, 0, 0, 1)


class Walk:
    """One person by the oracle; ``ask`` says whether a move is allowed by the product, and makes it when it is."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.oracle = Oracle(CALENDAR.off, CALENDAR.makeup, CALENDAR.years)
        self.now = BEGIN + timedelta(days=rng.randrange(500))
        self.said: Counter[str] = Counter()
        self.over = False

    # What a subclass does

    def begin(self, on: date) -> None:
        raise NotImplementedError

    def hand(self, n: int) -> str:
        return min(self.oracle.hands(n))

    def step(self, n: int, on: date, ballot: Ballot | None, decision: str, until: date | None, hand: str) -> bool:
        raise NotImplementedError

    def hang(self, point: str, on: date) -> bool:
        raise NotImplementedError

    def unhang(self, hung: Hung, on: date, held_up: bool) -> bool:
        raise NotImplementedError

    def tick(self, code: str) -> None:
        raise NotImplementedError

    def name(self, role: str, on: date) -> None:
        raise NotImplementedError

    # The walk

    def run(self, moves: int) -> None:
        self.begin(self.now)
        self.oracle.events.append(Event(1, self.now))
        for _move in range(moves):
            if self.over:
                return
            self.move()

    def move(self) -> None:
        roll = self.rng.random()
        if roll < 0.62:
            self.try_step()
        elif roll < 0.76:
            self.try_notice()
        elif roll < 0.9:
            code = self.rng.choice(sorted({paper for papers in PAPERS.values() for paper in papers}))
            self.tick(code)
            self.oracle.papers.add(code)
        else:
            self.try_name()

    def day(self, n: int = 0) -> date:
        """Mostly a day at the edge of a clock, else a day soon after the last one, now and then any day."""
        oracle, rng = self.oracle, self.rng
        edges = []
        if n == 7 and oracle.last(3):
            edges.append(oracle.after_months(oracle.last(3).on, 12))
        if n in (6, 21) and oracle.last(n):
            edges.append(oracle.after_months(oracle.last(n).on, 6))
        if n in (16, 17) and oracle.last(15):
            edges += [oracle.limit(oracle.last(15).on, 6)[0], oracle.limit(oracle.last(15).on, 3)[0]]
        if n in (22, 23) and (end := oracle.probation_end()):
            edges.append(end)
        if n in NOTICES and oracle.hung:
            edges.append(oracle.notice_ends(oracle.hung[-1]) + timedelta(days=1))
        if edges and rng.random() < 0.7:
            found = rng.choice(edges) + timedelta(days=rng.choice(JUMPS))
        elif rng.random() < 0.9:
            found = self.now + timedelta(days=rng.choice((0, 0, 1, 2, 5, 20, 61)))
        else:
            found = BEGIN + timedelta(days=rng.randrange(1500))
        return max(found, BEGIN)

    def try_step(self) -> None:
        oracle, rng = self.oracle, self.rng
        done = {event.n for event in oracle.events}
        near = [n for n in BEFORE if BEFORE[n] <= done and (n not in done or n in (6, 15, 16, 17, 21, 23, 24))]
        n = rng.choice(near) if near and rng.random() < 0.85 else rng.randrange(2, 26)
        if rng.random() < 0.6:
            self.prepare(n)
        on = self.day(n)
        ballot, decision, until = None, "", None
        if n in (15, 23):
            least, most = oracle.base(on)
            entitled = max(
                1, rng.choice((least, least, least, most, rng.randrange(least, most + 1), least - 1, most + 1, 3))
            )
            present = rng.randrange(entitled // 2, entitled + 1)
            favour = rng.randrange(max(0, entitled // 2 - 1), present + 1)
            reason = rng.choice(("", "", "", "AWAY"))
            ballot = Ballot(entitled, present, favour, written=rng.randrange(0, entitled - present + 1), fewer=reason)
        if n == 23:
            decision = rng.choice(("confirm", "extend", "extend", "cancel"))
            end = oracle.probation_end() or on
            until = oracle.after_months(end, rng.choice((6, 6, 12))) + timedelta(days=rng.choice(JUMPS))
        hand = self.hand(n)
        right = on <= TODAY and oracle.may(n, on) and hand in oracle.hands(n)
        if n in (15, 23):
            assert ballot is not None
            least, most = oracle.base(on)
            fits = (ballot.entitled >= least or ballot.fewer != "") and ballot.entitled <= most
            self.said[f"base {fits}"] += right
            right = right and fits and oracle.meets(ballot.entitled, ballot.present)
        if right and n == 23 and decision == "extend":
            end = oracle.probation_end()
            least, most = oracle.after_months(end, 6), oracle.after_months(end, 12)
            right = not oracle.extended() and least <= until <= most
        told = self.step(n, on, ballot, decision, until if decision == "extend" else None, hand)
        assert told is right, (n, on, hand, ballot, decision, until, oracle.events, oracle.hung, oracle.papers)
        self.said[f"{'did' if told else 'refused'} {n}"] += 1
        if told:
            passed = ballot is None or oracle.carries(ballot.entitled, ballot.favour, ballot.written)
            oracle.events.append(Event(n, on, passed, decision, until if decision == "extend" else None))
            self.now = max(self.now, on)
            settled = [event for event in oracle.events if event.n == 23 and event.passed]
            self.over = (n == 24 and settled[-1].decision == "cancel") or n == 25

    def prepare(self, n: int) -> None:
        """What the step asks for, as an orderly branch would have it."""
        for code in sorted(PAPERS.get(n, set()) - self.oracle.papers):
            self.tick(code)
            self.oracle.papers.add(code)
        wanted = {5: ("CONTACT", self.oracle.contacts, 1), 9: ("INTRODUCER", self.oracle.introducers, 2)}.get(n)
        while wanted and len(wanted[1]) < wanted[2]:
            self.name(wanted[0], min(self.now, TODAY))
            wanted[1].append(min(self.now, TODAY))

    def try_notice(self) -> None:
        oracle, rng = self.oracle, self.rng
        waiting = [hung for hung in oracle.hung if hung.closed is None]
        if waiting and rng.random() < 0.8:
            hung = rng.choice(waiting)
            on = oracle.notice_ends(hung) + timedelta(days=rng.choice((0, 1, 1, 1, 3)))
            held_up = rng.random() < 0.1
            right = on <= TODAY and on > oracle.notice_ends(hung)
            assert self.unhang(hung, on, held_up) is right, (hung, on)
            if right:
                hung.closed, hung.held_up = on, held_up
                self.now = max(self.now, on)
            return
        near = [n for n in NOTICES if oracle.last(NOTICES[n][1]) and not oracle.last(n)]
        n = rng.choice(near) if near and rng.random() < 0.8 else rng.choice(sorted(NOTICES))
        point, after = NOTICES[n]
        on = self.day()
        event = oracle.last(after)
        open_still = any(hung.point == point and hung.closed is None for hung in oracle.hung)
        twice = any(hung.point == point and hung.on == on for hung in oracle.hung)
        standing = n not in (6, 21) and oracle.holds(n, on)
        right = bool(on <= TODAY and event and on >= event.on and not open_still and not twice and not standing)
        assert self.hang(point, on) is right, (point, on, oracle.events, oracle.hung)
        if right:
            oracle.hung.append(Hung(point, on, 5))

    def try_name(self) -> None:
        role, held, most = self.rng.choice(
            (("CONTACT", self.oracle.contacts, 2), ("INTRODUCER", self.oracle.introducers, 2))
        )
        if len(held) < most:
            on = min(self.day(), TODAY)
            self.name(role, on)
            held.append(on)


class InMemory(Walk):
    """The engine alone, with the facts kept in lists."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.done: list[Done] = []
        self.helps: list[Help] = []
        self.roster: list[tuple[date, date | None, bool]] = [
            (BEGIN + timedelta(days=rng.randrange(-400, 900)), None, rng.random() < 0.2)
            for _member in range(rng.randrange(6, 30))
        ]
        self.roster += [(BEGIN - timedelta(days=400), None, False)] * 3
        self.oracle.full = self.roster

    def way(self, on: date) -> engine.Way:
        hung = tuple(Posted(one.point, one.on, one.days, one.closed, one.held_up) for one in self.oracle.hung)
        facts = Facts(tuple(self.done), hung, frozenset(self.oracle.papers), tuple(self.helps))
        return engine.way(facts, PART, CALENDAR, on)

    def begin(self, on: date) -> None:
        self.done.append(Done("apply", on))

    def step(self, n: int, on: date, ballot: Ballot | None, decision: str, until: date | None, hand: str) -> bool:
        way = self.way(on)
        place = way.by_code[CODES[n - 1]]
        if on > TODAY or engine.refusals(place, on):
            return False
        passed = True
        if ballot is not None:
            there = [row for row in self.roster if row[0] <= on and (row[1] is None or row[1] > on)]
            if engine.sums_wrong(ballot, len(there), sum(out for _from, _to, out in there)) or not engine.quorate(
                ballot, (1, 2)
            ):
                return False
            passed = engine.carried(ballot, (1, 2))
        if decision == engine.EXTEND:
            assert way.probation_end and until
            if way.extended or engine.extension_wrong(way.probation_end, until, PART):
                return False
        self.done.append(Done(CODES[n - 1], on, place.round, passed, decision, until))
        return True

    def hang(self, point: str, on: date) -> bool:
        way = self.way(on)
        rule = next(one for one in PART.notices if one.code == point)
        place = next(one for one in way.places if one.step.notice == point)
        after = way.by_code[rule.after].on
        running = any(hung.point == point and (hung.closed is None or hung.on == on) for hung in self.oracle.hung)
        return bool(on <= TODAY and place.state != "done" and after and on >= after and not running)

    def unhang(self, hung: Hung, on: date, held_up: bool) -> bool:
        last = engine.notice_last(Posted(hung.point, hung.on, hung.days), CALENDAR)
        return last.day < on <= TODAY

    def tick(self, code: str) -> None:
        """The oracle's papers are the facts."""

    def name(self, role: str, on: date) -> None:
        self.helps.append(Help(role, on))


@examples(60)
@given(st.integers(0, 10**9))
def test_random_walks(seed: int) -> None:
    InMemory(random.Random(seed)).run(MOVES)


@pytest.mark.deep
@examples(200)
@given(st.integers(0, 10**9))
def test_random_walks_at_length(seed: int) -> None:
    InMemory(random.Random(seed)).run(4 * MOVES)


def test_walks_reach_every_step_and_are_refused_at_every_step() -> None:
    """A walk that never gets anywhere, or is never refused, would prove nothing."""
    said: Counter[str] = Counter()
    for seed in range(25):
        walk = InMemory(random.Random(seed))
        walk.run(5 * MOVES)
        said += walk.said
    assert {f"did {n}" for n in range(2, 26)} <= set(said)
    assert {f"refused {n}" for n in range(2, 26)} <= set(said)
    assert min(said["base True"], said["base False"]) > 5  # votes with a base as the roll has it, and below it


class ByActions(Walk):
    """The same through the actions: people, roll, memberships and audit are real."""

    def __init__(self, rng: random.Random, cast: Any, number: int) -> None:
        super().__init__(rng)
        self.cast = cast
        calendar = policies.calendar(cast.bureau)
        self.oracle = Oracle(calendar.off, calendar.makeup, calendar.years)
        self.by = cast.actor("branch_secretary")
        self.who = Person.objects.create(bureau=cast.bureau, name="行路人", born_on=date(1990, 1, 1))
        self.named: dict[str, int] = {"CONTACT": 0, "INTRODUCER": 0}
        self.besides = random.Random(number)  # of its own: the walk itself stays as it was

    def begin(self, on: date) -> None:
        self.admission = actions.open_admission(
            person=self.who, org=self.cast.branch, applied_on=on, by=self.by, today=TODAY, now=at(TODAY)
        )

    def ask(self, write: Any, **given: Any) -> bool:
        before = AdmissionStep.objects.count()
        try:
            write(**given)
        except ValidationError as error:
            assert AdmissionStep.objects.count() == before
            assert error.messages[0]
            return False
        return True

    def hand(self, n: int) -> str:
        return self.rng.choice(sorted(HANDS)) if self.rng.random() < 0.2 else super().hand(n)

    def move(self) -> None:
        rows = Membership.objects.filter(org=self.cast.branch, standing="FULL")
        self.oracle.full = [(row.from_on, row.to_on, row.left_out != "") for row in rows]
        super().move()
        if not self.over and self.besides.random() < 0.15:
            self.try_beside()

    def try_beside(self) -> None:
        """Ways around the steps: 人员's own forms and its sheet. Every one is refused and changes nothing."""
        held = Membership.objects.filter(person=self.who, to_on__isnull=True).first()
        given: dict[str, Any] = {"by": self.by, "on": TODAY}
        rank = self.besides.choice([one for one in PARTY_STANDING if held is None or one != held.standing])
        days = {"joined_on": BEGIN, "full_on": BEGIN} if rank == "FULL" else {"joined_on": BEGIN}
        if self.besides.random() < 0.3:
            assert not sheet_says(self.cast, self.who, rank)
        elif held is None:
            assert not self.ask(people.join, person=self.who, org=self.cast.branch, standing=rank, **given, **days)
        elif self.besides.random() < 0.4:
            assert not self.ask(people.leave, membership=held, **given)
        else:
            assert not self.ask(people.change_state, membership=held, standing=rank, **given, **days)
        assert Membership.objects.filter(person=self.who, to_on__isnull=True).first() == held
        self.said[f"beside {held.standing if held else 'nothing'}"] += 1

    def step(self, n: int, on: date, ballot: Ballot | None, decision: str, until: date | None, hand: str) -> bool:
        """As the page does: the door first, then the action of the side that enters it."""
        code = CODES[n - 1]
        rule = next(one for one in PART.steps if one.code == code)
        user = self.cast.accounts[HANDS[hand]]
        if not queries.may_enter(user, self.admission, rule, on):
            return False
        write = steps.approve_step if queries.as_superior(user, self.admission, code, on) else steps.do_step
        told = steps.Told(on=on, ballot=ballot, decision=decision, until=until, hours=24 if rule.hours else None)
        return self.ask(
            write,
            admission=self.admission,
            code=code,
            told=told,
            today=TODAY,
            now=at(TODAY),
            by=self.cast.actor(HANDS[hand]),
        )

    def hang(self, point: str, on: date) -> bool:
        return self.ask(
            actions.post_notice, admission=self.admission, point=point, posted_on=on, by=self.by, today=TODAY
        )

    def unhang(self, hung: Hung, on: date, held_up: bool) -> bool:
        notice = self.admission.notices.get(point=hung.point, posted_on=hung.on)
        return self.ask(actions.close_notice, notice=notice, on=on, by=self.by, today=TODAY, held_up=held_up)

    def tick(self, code: str) -> None:
        held = dict.fromkeys([*self.oracle.papers, code])
        actions.see_papers(admission=self.admission, seen=held, on=TODAY, by=self.by)

    def name(self, role: str, on: date) -> None:
        person = self.cast.people[self.named[role]]
        self.named[role] += 1
        actions.name_helper(admission=self.admission, person=person, role=role, on=on, by=self.by, today=TODAY)

    def check(self) -> None:
        """The register of members says what the way says."""
        rows = list(Membership.objects.filter(person=self.who).order_by("from_on"))
        assert all(a.to_on == b.from_on for a, b in pairwise(rows))
        now = rows[-1] if rows and rows[-1].to_on is None else None
        confirmed, meeting = self.oracle.last(24), self.oracle.last(15)
        settled = self.oracle.last(23)
        if confirmed and settled and settled.decision == "confirm" and confirmed.on >= settled.on:
            assert now and (now.standing, now.full_on) == ("FULL", self.oracle.probation_end())
        elif self.over and settled and settled.decision == "cancel":
            assert now is None
        elif meeting:
            assert now and (now.standing, now.joined_on) == ("PROBATIONARY", meeting.on)
        elif self.oracle.last(3):
            assert now and now.standing == "ACTIVIST"


def sheet_says(cast: Any, who: Person, standing: str) -> bool:
    """Whether 人员's sheet of members would be taken with this person in another standing."""
    word = {"FULL": "正式", "PROBATIONARY": "预备", "ACTIVIST": "积极分子"}[standing]
    Person.objects.filter(pk=who.pk).update(staff_no=f"W{who.pk}")
    table = read_table(
        write_xlsx("表", ["姓名", "工号", "党员类别", "所在党组织"], [(who.name, f"W{who.pk}", word, cast.branch.name)]),
        "a.xlsx", max_rows=10, max_cols=40, expect=expected(members_sheet.COLUMNS),
    )  # fmt: skip
    report = members_sheet.check_members(table, ImportContext(cast.bureau, TODAY, None))
    assert report.good or {one.column for one in report.errors} == {"党员类别"}
    return bool(report.good)


def moving(cast: Any) -> Any:
    """The cast's branch with members who come, go, and are left out for a while."""
    for number, (since, to, out) in enumerate(
        (
            (date(2023, 9, 1), date(2025, 3, 1), ""),
            (date(2024, 6, 3), None, ""),
            (date(2024, 2, 1), date(2025, 9, 8), "AWAY"),
        )
    ):
        who = Person.objects.create(bureau=cast.bureau, name=f"往来人{number}")
        Membership.objects.create(
            person=who, org=cast.branch, standing="FULL", from_on=since, to_on=to, left_out=out, joined_on=since
        )
    return cast


def _by_actions(cast: Any, seeds: Iterable[int], moves: int) -> Counter[str]:
    said: Counter[str] = Counter()
    for seed in seeds:
        walk = ByActions(random.Random(seed), cast, seed)
        walk.run(moves)
        walk.check()
        said += walk.said
    return said


@pytest.mark.django_db
def test_walks_by_the_actions(cast: Any) -> None:
    said = _by_actions(moving(staged(cast)), (22, 41), 170)
    assert {"did 7", "did 15", "refused 7", "refused 15", "beside ACTIVIST", "beside PROBATIONARY"} <= set(said), said


@pytest.mark.deep
@pytest.mark.django_db
def test_walks_by_the_actions_at_length(cast: Any) -> None:
    said = _by_actions(moving(staged(cast)), range(12), 4 * MOVES)
    assert {f"did {n}" for n in range(2, 24)} <= set(said)
