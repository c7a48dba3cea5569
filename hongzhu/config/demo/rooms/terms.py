"""Elections of a demo bureau: those of Rencheng in 2020 (B28), every body's last ones, and what is under way today."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q

from hongzhu.config.demo.figures import Counts, spread
from hongzhu.config.demo.world import World
from hongzhu.core.orgs.models import Kind, Org, Superior
from hongzhu.core.people.models import Membership, Person, Post, PostKind, Standing
from hongzhu.services.party.engine import terms as engine
from hongzhu.services.party.models import Delay, Election, ElectionSeat, Filing

# zh-file: a demo bureau's own texts
COMMITTEE_FROM = 7
POSTS = (PostKind.SECRETARY, PostKind.ORGANISER, PostKind.PUBLICITY, PostKind.DISCIPLINE)
YEARS = {Kind.BRANCH: 3, Kind.JOINT_BRANCH: 3, Kind.GENERAL_BRANCH: 3, Kind.COMMITTEE: 5}
# Places of branches in the list that have a story of their own: far from the edge cases of ``world``.
DELAYED, LATE, BY, ASKING, ALLOWED, REPORTED = 20, 21, 22, 23, 24, 25
SOON = range(26, 34)


def add(world: World, counts: Counts, today: date) -> None:
    """Rows for every size; a delay, an overdue one, elections under way and a filing where there are edge cases."""
    book = _Book(world, today)
    if world.size.code == "rencheng":
        book.of_2020(counts.rural_general_elections, counts.branch_elections)
    book.ordinary()
    if world.size.edge_cases and len(world.branches) > max(SOON):
        book.stories()
    book.write()


@dataclass
class _Seats:
    """Who stands: the posts of those elected, and the one more who is not."""

    elected: list[tuple[Person, str]]
    other: Person | None


@dataclass
class _Book:
    """Collects the rows of one bureau and writes each table once."""

    world: World
    today: date
    rng: random.Random = field(init=False)
    begins: dict[int, date] = field(default_factory=dict)
    elections: list[tuple[Election, list[ElectionSeat]]] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.world
        self.rng = random.Random(f"terms:{world.size.code}")
        bodies = [world.committee, *world.generals, *world.branches]
        self.org = Org.objects.in_bulk([body.pk for body in bodies])
        self.bodies = [self.org[body.pk] for body in bodies]
        above = Superior.objects.filter(org__in=bodies, relation="BELONGS", to_on__isnull=True).select_related(
            "superior"
        )
        self.above = {row.org_id: row.superior for row in above}
        counted = Membership.objects.filter(org__in=bodies, to_on__isnull=True, standing=Standing.FULL).values_list(
            "org"
        )
        told = counted.annotate(full=Count("pk"), able=Count("pk", filter=Q(left_out=""))).values_list(
            "org", "full", "able"
        )
        self.full = {org: full for org, full, _able in told}
        self.able = {org: able for org, _full, able in told}
        self.numbers: dict[int, int] = {}

    # Which elections there were

    def of_2020(self, generals: int, branches: int) -> None:
        """So many general branches of towns and branches elected in 2020 (B28)."""
        rural = [org for org in self.bodies if org.kind == Kind.GENERAL_BRANCH and org.area == "涉农"]
        plain = [org for org in self.bodies if org.kind == Kind.BRANCH and org.opened_on < date(2020, 1, 1)]
        for found, wanted in ((rural, generals), (plain, branches)):
            chosen = found[:wanted]
            for place, org in enumerate(chosen):
                self.begins[org.pk] = spread(date(2020, 4, 13), date(2020, 12, 18), place, len(chosen))

    def ordinary(self) -> None:
        """From each body's first election on record, term by term, to the last before today."""
        for place, org in enumerate(self.bodies):
            first = self.begins.get(org.pk)
            cause = Election.Cause.TERM
            if first is None and org.opened_on >= date(2020, 1, 1):
                first, cause = org.opened_on + timedelta(days=4), Election.Cause.FIRST
            if first is None:
                first = spread(date(2021, 3, 15), date(2022, 12, 16), place, len(self.bodies))
            self.run(org, first, cause)

    def run(self, org: Org, first: date, cause: str) -> None:
        """Term by term: each election some days before its due day, and none that is due is missing."""
        on, due, years = first, None, YEARS[Kind(org.kind)]
        limit = self.today - timedelta(days=8)
        while on <= limit:
            end = engine.years_later(on, years)
            coming = end - timedelta(days=self.rng.randint(0, 12))
            coming = min(coming, limit) if end <= self.today else coming
            self.whole(org, on, cause, due=due, current=coming > limit)
            due, on, cause = end, coming, Election.Cause.TERM

    def stories(self) -> None:
        """An overdue one with approval and one without, some due soon, three under way, a by-election, a filing."""
        branches = [self.org[branch.pk] for branch in self.world.branches]
        day = timedelta(days=1)
        self.relive(branches[DELAYED], engine.years_later(self.today, -3) - 60 * day)
        self.relive(branches[LATE], engine.years_later(self.today, -3) - 20 * day)
        for step, place in enumerate(SOON):
            self.relive(branches[place], engine.years_later(self.today, -3) + (15 + 20 * step) * day)
        due = engine.years_later(engine.years_later(self.today, -3) - 60 * day, 3)
        self.delays.append(
            Delay(
                org=branches[DELAYED], due_on=due, until=self.today + 120 * day, approved_on=due - 20 * day,
                approved_by=self.over(branches[DELAYED]), number=self.number(branches[DELAYED], due, above=True),
                reason="学校合并，班子调整",
            )
        )  # fmt: skip
        for place, step in ((ASKING, "ask"), (ALLOWED, "allow"), (REPORTED, "report")):
            self.relive(branches[place], engine.years_later(self.today, -3) + 30 * day)
            self.under_way(branches[place], step)
        self.by_election(branches[BY])
        self.filing(self.org[self.world.special["fifty_three"].pk])

    def relive(self, org: Org, last: date) -> None:
        """The last election on another day; nothing earlier but of 2020."""
        kept = [
            (row, seats) for row, seats in self.elections if row.org_id != org.pk or (row.held_on or last).year == 2020
        ]
        self.elections = kept
        self.whole(org, last, Election.Cause.TERM, due=None, current=True)

    # One election

    def whole(self, org: Org, on: date, cause: str, *, due: date | None, current: bool) -> None:
        """An election from beginning to confirmation."""
        seats = self.seats(org, on, current=current)
        if not seats.elected:
            return
        election = self.begun(org, cause, on - timedelta(days=40), due)
        self.asked(election, seats, on - timedelta(days=35), on)
        self.allowed(election, on - timedelta(days=21))
        rows = self.held(election, seats, on)
        election.reported_on, election.reported_number = on + timedelta(days=2), self.number(org, on)
        election.confirmed_on = min(on + timedelta(days=self.rng.randint(6, 14)), self.today)
        election.confirmed_number, election.confirmed_by = self.number(org, on, above=True), self.over(org)
        self.elections.append((election, rows))

    def under_way(self, org: Org, step: str) -> None:
        seats = self.seats(org, self.today, current=True)
        day = timedelta(days=1)
        start = self.today - 30 * day
        election = self.begun(org, Election.Cause.TERM, start, self.today + 30 * day)
        self.asked(election, seats, start + 4 * day, self.today + 12 * day)
        rows = [ElectionSeat(person=person, kind=kind) for person, kind in self.ballot(seats)]
        if step != "ask":
            self.allowed(election, start + 12 * day)
        if step == "report":
            rows = self.held(election, seats, self.today - 6 * day)
            election.reported_on, election.reported_number = self.today - 4 * day, self.number(org, self.today)
        self.elections.append((election, rows))

    def by_election(self, org: Org) -> None:
        """One more committee member this autumn."""
        people = self.world.members[org.pk]
        on = self.today - timedelta(days=12)
        seats = _Seats([(people[5], PostKind.COMMITTEE_MEMBER)], people[6])
        election = self.begun(org, Election.Cause.BY, on - timedelta(days=20), None)
        self.asked(election, seats, on - timedelta(days=18), on)
        self.allowed(election, on - timedelta(days=9))
        rows = self.held(election, seats, on)
        election.reported_on, election.reported_number = on + timedelta(days=1), self.number(org, on)
        election.confirmed_on = on + timedelta(days=8)
        election.confirmed_number, election.confirmed_by = self.number(org, on, above=True), self.over(org)
        self.elections.append((election, rows))
        self.posts.append(Post(person=people[5], org=org, kind=PostKind.COMMITTEE_MEMBER, from_on=on))

    def filing(self, org: Org) -> None:
        """The branch of 53 asks for a second one beside it."""
        asked = self.today - timedelta(days=12)
        self.filings.append(
            Filing(
                bureau=self.world.bureau, want=Filing.Want.SET_UP, superior=self.above[org.pk],
                host=self.world.host_of[org.pk], name=org.name.replace("党支部", "第二党支部"), kind=Kind.BRANCH, members=25,
                asked_on=asked, asked_by=f"{self.world.secretary[org.pk].name}（书记）", number=self.number(org, asked),
                reason="党员53人，超过50人，拟分设一个支部",
            )
        )  # fmt: skip

    # Its parts

    def seats(self, org: Org, on: date, *, current: bool) -> _Seats:
        """Those who hold the posts, and one more candidate where there is a committee."""
        people = self.world.members.get(org.pk, [])
        if org.kind == Kind.COMMITTEE:
            return _Seats([(people[0], PostKind.SECRETARY)] if people else [], None)
        if org.kind == Kind.GENERAL_BRANCH:
            return self.of_general(org, on, current=current)
        if self.full.get(org.pk, 0) < COMMITTEE_FROM or len(people) < COMMITTEE_FROM:
            return _Seats([(people[0], PostKind.SECRETARY)], None)
        if org.pk == getattr(self.world.special.get("handover"), "pk", 0):
            # The secretary of today came in August, after the election.
            chosen = [people[2], people[1], people[4]]
            return _Seats(list(zip(chosen, (POSTS[0], POSTS[1], POSTS[3]), strict=True)), people[5])
        return _Seats(list(zip((people[0], people[1], people[2], people[4]), POSTS, strict=True)), people[5])

    def of_general(self, org: Org, on: date, *, current: bool) -> _Seats:
        """Secretaries of the branches under it; the general branch's own posts begin with its last election."""
        under = [branch for branch in self.world.branches[1:] if self.above.get(branch.pk, org).pk == org.pk]
        people = [self.world.secretary[branch.pk] for branch in under if self.full.get(branch.pk, 0) >= COMMITTEE_FROM][
            :5
        ]
        if len(people) < 4:
            people = people or [self.world.secretary[self.world.branches[-1].pk]]
            return _Seats([(people[0], PostKind.SECRETARY)], None)
        elected = list(zip(people[:-1], POSTS, strict=False))
        if current:
            self.posts += [Post(person=person, org=org, kind=kind, from_on=on) for person, kind in elected]
        return _Seats(elected, people[-1])

    def begun(self, org: Org, cause: str, on: date, due: date | None) -> Election:
        return Election(bureau=self.world.bureau, org=org, cause=cause, started_on=max(on, org.opened_on), due_on=due)

    def asked(self, election: Election, seats: _Seats, on: date, planned: date) -> None:
        election.asked_on, election.planned_on = max(on, election.started_on), planned
        election.asked_number, election.seats = self.number(election.org, planned), len(seats.elected)

    def allowed(self, election: Election, on: date) -> None:
        election.allowed_on = max(on, election.asked_on or on)
        election.allowed_number = self.number(election.org, on, above=True)
        election.allowed_by = self.over(election.org)

    def ballot(self, seats: _Seats) -> list[tuple[Person, str]]:
        return [*seats.elected, *([(seats.other, PostKind.COMMITTEE_MEMBER)] if seats.other else [])]

    def held(self, election: Election, seats: _Seats, on: date) -> list[ElectionSeat]:
        """Counts that are valid by the rule of 1990 and so by that of 2020."""
        entitled = self.entitled(election.org)
        needed = engine.present_needed(entitled, 4, 5, more=True)
        present = self.rng.randint(min(needed, entitled), entitled)
        election.held_on, election.entitled, election.present = on, entitled, present
        election.issued = election.returned = present
        election.valid = present - (1 if present > 20 and self.rng.random() < 0.3 else 0)
        half = present // 2
        rows = []
        for person, kind in self.ballot(seats):
            wins = person is not seats.other
            votes = (
                self.rng.randint(max(half + 1, election.valid - 2), election.valid)
                if wins
                else self.rng.randint(0, half // 2)
            )
            rows.append(ElectionSeat(person=person, kind=kind, votes=votes, elected=wins))
        return rows

    def entitled(self, org: Org) -> int:
        if org.kind == Kind.GENERAL_BRANCH:
            return max(
                10, sum(self.able.get(b.pk, 0) for b in self.world.branches if self.above.get(b.pk, b).pk == org.pk)
            )
        if org.kind == Kind.COMMITTEE:
            return 120  # delegates
        return max(3, self.able.get(org.pk, 0))

    def over(self, org: Org) -> str:
        return self.above[org.pk].name if org.pk in self.above else "区委组织部"

    def number(self, org: Org, on: date, *, above: bool = False) -> str:
        """A document number: one series for each body and each superior."""
        body = self.above.get(org.pk) if above else org
        key = (body.pk if body else 0) * 10_000 + on.year
        self.numbers[key] = self.numbers.get(key, 0) + 1
        word = {Kind.COMMITTEE: "教党", Kind.GENERAL_BRANCH: "学总", Kind.UPPER: "镇党"}.get(
            body.kind if body else "", "支"
        )  # type: ignore[call-overload]
        return f"{word}〔{on.year}〕{self.numbers[key]}号"

    def write(self) -> None:
        made = Election.objects.bulk_create([election for election, _rows in self.elections], batch_size=500)
        seats = []
        for election, (_row, rows) in zip(made, self.elections, strict=True):
            for row in rows:
                row.election = election
            seats += rows
        ElectionSeat.objects.bulk_create(seats, batch_size=1000)
        Post.objects.bulk_create(self.posts)
        Delay.objects.bulk_create(self.delays)
        Filing.objects.bulk_create(self.filings)
