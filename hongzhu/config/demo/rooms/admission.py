"""The way into the Party in a demo bureau: 52 accepted in Rencheng in 2020 (B23), and whoever is on the way today."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from hongzhu.config.demo.figures import Counts, spread
from hongzhu.config.demo.names import Names
from hongzhu.config.demo.world import FOUNDED, World
from hongzhu.core.orgs.models import Kind, Org
from hongzhu.core.people.models import Account, Engagement, Membership, Person, Standing
from hongzhu.kit.dates import SHANGHAI
from hongzhu.kit.pinyin import search_key
from hongzhu.services.party.engine.admission import CONFIRM, EXTEND, add_months
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionPaper,
    AdmissionStep,
    Helper,
    PastSheet,
    Quota,
    Source,
)
from hongzhu.services.party.pack.admission import AdmissionPart
from hongzhu.services.party.queries.admission import decided_by, part_on

# zh-file: a demo bureau's own texts
# Days from the members' meeting that accepts somebody: what is done before it and after it.
BEFORE = (
    ("apply", -600), ("talk", -585), ("activist", -510), ("activist_filed", -490), ("contacts", -488),
    ("observed", -330), ("observed", -140), ("candidate", -120), ("candidate_filed", -100), ("introducers", -98),
    ("political_review", -80), ("training", -70), ("branch_review", -60), ("preliminary", -28), ("form", -8),
)  # fmt: skip
AFTER = (
    ("superior_talk", 12), ("admit_approved", 25), ("assigned", 27), ("oath", 30), ("upper_filed", 32), ("educated", 180),
)  # fmt: skip
# Days from the end of probation.
ENDING = (("full_application", -30), ("full_vote", 3), ("full_approved", 25), ("filed", 40))
# A notice: posted and closed so many days from its anchor (meeting or end of probation).
NOTICES = {"activist": (-509, -493), "candidate": (-119, -102), "probationary": (-27, -9), "full": (-29, -10)}
VOTES = {"admit_vote", "full_vote"}
LATE, EXTENDED_ON, EXTENDED_AGAIN = 130, date(2025, 5, 16), date(2026, 5, 20)
# So many branches have kept it here for so many days: what had been done by then they entered on one sheet (补录).
LATE_BRANCHES, BEGAN = 3, 75
SOURCES = ("class_teacher", "young_teacher", "dual_cultivation", "middle_manager", "support_staff")


def add(world: World, counts: Counts, today: date) -> None:
    """Rows for every size; the running year's stages where the bureau has its edge cases."""
    book = _Book(world, today, random.Random(f"admission:{world.size.code}"))
    if world.size.code == "rencheng":
        book.accepted(counts.admitted, 2020)
    if world.size.edge_cases:
        book.probationers()
        book.on_the_way()
        book.past()
        book.plans()
    book.write()


@dataclass
class _Way:
    """One person's way before it is written."""

    admission: Admission
    steps: list[AdmissionStep] = field(default_factory=list)
    notices: list[AdmissionNotice] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    sources: tuple[str, ...] = ()
    sheet: PastSheet | None = None


class _Book:
    """Collects the rows of one bureau and writes each table once."""

    def __init__(self, world: World, today: date, rng: random.Random) -> None:
        self.world, self.today, self.rng = world, today, rng
        self.names = Names(f"{world.size.code}:admission")
        self.part: AdmissionPart = part_on(world.bureau, today)
        self.ways: list[_Way] = []
        self.memberships: list[Membership] = []
        self.fresh: list[tuple[Person, Org, date | None]] = []
        rows = Membership.objects.filter(org__in=world.branches, to_on__isnull=True).select_related("person", "org")
        self.members: dict[int, list[Membership]] = {branch.pk: [] for branch in world.branches}
        for row in rows.order_by("id"):
            self.members[row.org_id].append(row)
        self.opened = dict(Org.objects.filter(pk__in=self.members).values_list("pk", "opened_on"))
        self.clerks = {pk: f"{who.name}（组织委员）" for pk, who in world.organiser.items()}

    # Who

    def accepted(self, wanted: int, year: int) -> None:
        """So many accepted in a year, full members today: young and middle-aged backbone teachers (B23)."""
        first, last = date(year, 5, 18), date(year, 12, 11)
        pool = self._teachers(wanted)
        for number in range(wanted):
            row, branch = pool[number] if number < len(pool) else (None, self._branch(number))
            meeting = spread(first, last, number, wanted)
            person = row.person if row is not None else self._person(branch, None, 1984 + number % 9)
            way = self._way(person, branch, meeting, sources=("backbone_teacher",))
            end = add_months(meeting, 12)
            settled = _day(way, "full_approved")
            self.memberships += self._rows(person, branch, way, until=settled)
            if row is not None:
                row.joined_on, row.full_on, row.from_on = meeting, end, settled
            else:  # too few members in a small world: somebody who has since moved away
                self.memberships.append(
                    Membership(
                        person=person, org=branch, standing=Standing.FULL, joined_on=meeting, full_on=end,
                        from_on=settled, to_on=settled + timedelta(days=300),
                    )
                )  # fmt: skip
        Membership.objects.bulk_update(
            [row for row, _branch in pool[:wanted]], ["joined_on", "full_on", "from_on"], batch_size=500
        )

    def _teachers(self, wanted: int) -> list[tuple[Membership, Org]]:
        """Members without a post, born so that they were of working age, branch by branch in turn."""
        by_branch = []
        for branch in self.world.branches:
            if self.opened[branch.pk] > FOUNDED:
                continue
            able = [row for row in self.members[branch.pk][5:] if row.standing == Standing.FULL and not row.retired]
            by_branch.append([(row, branch) for row in able if row.person.born_on and row.person.born_on.year >= 1972])
        found: list[tuple[Membership, Org]] = []
        for place in range(4):  # at most four of one branch
            found += [rows[place] for rows in by_branch if len(rows) > place]
        return found[:wanted]

    def probationers(self) -> None:
        """Everybody the roster holds as probationary: one approved late, one extended, one whose probation ends this month."""
        held = [row for rows in self.members.values() for row in rows if row.standing == Standing.PROBATIONARY]
        held = [row for row in held if row.joined_on and row.joined_on <= self.today]
        first = [row for row in held if row.joined_on == date(2025, 11, 28)]
        late = first[0] if first else None
        extended = first[1] if len(first) > 1 and self.opened[first[1].org_id] <= EXTENDED_ON else None
        pending = next((row for row in held if row.joined_on == date(2026, 6, 18)), None)
        for row in held:
            if row is extended:
                row.joined_on = row.from_on = EXTENDED_ON
                row.save(update_fields=["joined_on", "from_on"])
            assert row.joined_on is not None
            way = self._way(
                row.person, row.org, row.joined_on, sources=self._sources(), late=row is late,
                extended=row is extended, stop="superior_talk" if row is pending else "",
            )  # fmt: skip
            self.memberships += self._rows(row.person, row.org, way, until=None)

    def on_the_way(self) -> None:
        """Candidates, activists and applicants in the shares of a county of 150 branches (60, 160, 40)."""
        branches = len(self.world.branches)
        for share, nearest, farthest in ((0.4, 6, 98), (1.07, 125, 500), (0.27, 520, 590)):
            for number in range(max(1, round(branches * share))):
                branch = self._branch(number)
                ahead = self.today + timedelta(days=self.rng.randint(nearest, farthest))
                meeting = ahead - timedelta(days=max(0, ahead.weekday() - 4))
                person = self._person(branch, meeting, self.rng.randint(1986, 2002))
                way = self._way(person, branch, meeting, sources=self._sources())
                self.memberships += self._rows(person, branch, way, until=None)

    def past(self) -> None:
        """A few branches entered at once what was done before they kept it here; the superior confirmed its own steps."""
        day = self.today - timedelta(days=BEGAN)
        day -= timedelta(days=max(0, day.weekday() - 4))
        decided = decided_by(self.world.bureau.pk, self.today)
        # One outside the bureau confirms nothing here.
        above = {org: body for org, body in decided.items() if body.kind != Kind.UPPER}
        before: dict[int, list[_Way]] = {}
        for way in self.ways:
            if not way.admission.outcome and way.steps[0].on <= day:
                before.setdefault(way.admission.org_id, []).append(way)
        late = [branch for branch in self.world.branches if branch.pk in before and branch.pk in above]
        for branch in late[:LATE_BRANCHES]:
            self._sheet(branch, above[branch.pk], day, before[branch.pk])

    def _sheet(self, branch: Org, above: Org, day: date, ways: list[_Way]) -> None:
        clerk, name = self.clerks[branch.pk], f"发展党员补录表 {day:%Y%m%d}.xlsx"
        decides = {step.code for step in self.part.steps if step.decides}
        waited = [n for n, way in enumerate(ways, start=2) if any(s.code in decides and s.on <= day for s in way.steps)]
        sheet = PastSheet(
            bureau=self.world.bureau, org=above, account=Account.objects.get(person=self.world.organiser[branch.pk]),
            sent_by=clerk, sent_at=at(day), name=name, sha256=hashlib.sha256(f"{branch.pk}{name}".encode()).hexdigest(),
            people=len(ways), rows=waited,
        )  # fmt: skip
        if waited:
            sheet.closed_at, sheet.closed_by = at(day, 17), self.world.officers["dangban"].name
        sheet.save()
        for way in ways:
            way.sheet = sheet
            for step in way.steps:
                if step.on <= day:
                    step.sheet, step.recorded_at = sheet, at(day, 17 if step.code in decides else 16)
                    step.recorded_by = sheet.closed_by if step.code in decides else clerk
            for notice in way.notices:
                if notice.closed_on and notice.closed_on <= day:
                    notice.sheet, notice.closed_by = sheet, clerk

    def _sources(self) -> tuple[str, ...]:
        return tuple(sorted(self.rng.sample(SOURCES, self.rng.choice((1, 1, 2)))))

    def _branch(self, number: int) -> Org:
        able = [branch for branch in self.world.branches if len(self.members[branch.pk]) > 3]
        return able[number * 7 % len(able)]

    def _person(self, branch: Org, meeting: date | None, born: int) -> Person:
        """A teacher of the branch's school who is no member yet."""
        name = self.names.person()
        person = Person(
            bureau=self.world.bureau, name=name, search_key=search_key(name)[:160], sex=self.rng.choice("12"),
            ethnic="汉族", born_on=date(born, self.rng.randint(1, 12), self.rng.randint(1, 28)), education="BACHELOR",
        )  # fmt: skip
        self.fresh.append((person, branch, meeting))
        return person

    # How far

    def _way(
        self, person: Person, branch: Org, meeting: date, *, sources: tuple[str, ...], late: bool = False,
        extended: bool = False, stop: str = "",
    ) -> _Way:  # fmt: skip
        """Everything that was done up to today, from the day of the meeting."""
        applied = meeting - timedelta(days=600)
        admission = Admission(bureau=self.world.bureau, person=person, org=branch, applied_on=applied)
        way = _Way(admission, sources=sources)
        rounds: dict[str, int] = {}
        for code, on, more in self._days(meeting, late=late, extended=extended):
            if on > self.today:
                break
            rounds[code] = rounds.get(code, 0) + 1
            way.steps.append(self._step(admission, code, on, rounds[code], more))
            if code == stop:
                break
        done = {step.code for step in way.steps}
        end = add_months(meeting, 12)
        for point, (posted, closed) in NOTICES.items():
            anchor, after = (end, "full_application") if point == "full" else (meeting, self._after(point))
            hung, over = anchor + timedelta(days=posted), anchor + timedelta(days=closed)
            if after in done and hung <= self.today:
                row = AdmissionNotice(admission=admission, point=point, posted_on=hung, days=5)
                if over <= self.today:
                    row.closed_on, row.closed_by = over, self.clerks[branch.pk]
                way.notices.append(row)
        way.helpers = list(self._helpers(way, branch, done))
        if "full_approved" in done and not extended:
            admission.outcome, admission.ended_on = Admission.Outcome.CONFIRMED, _day(way, "full_approved")
        self.ways.append(way)
        return way

    def _after(self, point: str) -> str:
        return next(one.after for one in self.part.notices if one.code == point)

    def _days(self, meeting: date, *, late: bool, extended: bool) -> Iterable[tuple[str, date, dict[str, object]]]:
        for code, days in BEFORE:
            yield code, meeting + timedelta(days=days), {}
        yield "admit_vote", meeting, {}
        behind = LATE - 25 if late else 0
        for code, days in AFTER:
            yield code, meeting + timedelta(days=days + (behind if days >= 25 and code != "educated" else 0)), {}
        end = add_months(meeting, 12)
        for code, days in ENDING:
            on = end + timedelta(days=days)
            if extended and code == "full_vote":
                yield code, EXTENDED_AGAIN, {"decision": EXTEND, "until": add_months(end, 6)}
            elif extended and code == "full_approved":
                yield code, EXTENDED_AGAIN + timedelta(days=21), {}
                return
            else:
                yield code, on, {"decision": CONFIRM} if code == "full_vote" else {}

    def _step(self, admission: Admission, code: str, on: date, number: int, more: dict[str, object]) -> AdmissionStep:
        row = AdmissionStep(
            admission=admission, org=admission.org, code=code, round=number, on=on, recorded_at=at(on),
            recorded_by=self.clerks[admission.org_id], **more,
        )  # fmt: skip
        if code == "training":
            row.hours = 24
        if code in {"candidate_filed", "preliminary", "admit_approved", "full_approved"}:
            row.number = f"教党〔{on.year}〕{on.timetuple().tm_yday % 90 + 1}号"
        return row

    def _helpers(self, way: _Way, branch: Org, done: set[str]) -> Iterable[Helper]:
        able = [row for row in self.members[branch.pk][:4] if row.standing == Standing.FULL]
        able = [row for row in able if row.person_id != way.admission.person_id]
        for code, role, count in (("contacts", Helper.Role.CONTACT, 1), ("introducers", Helper.Role.INTRODUCER, 2)):
            for row in able[:count] if code in done else ():
                yield Helper(admission=way.admission, person=row.person, role=role, from_on=_day(way, code))

    def _rows(self, person: Person, branch: Org, way: _Way, *, until: date | None) -> list[Membership]:
        """The activist's row, and the probationer's where it ended already: what the register holds beside the last one."""
        days = {step.code: step.on for step in way.steps}
        if "activist" not in days:
            return []
        met = days.get("admit_vote")
        since = max(days["activist"], self.opened[branch.pk])
        found = []
        if met is None or since < met:
            found.append(Membership(person=person, org=branch, standing=Standing.ACTIVIST, from_on=since, to_on=met))
        if until is not None and met is not None:
            found.append(
                Membership(
                    person=person, org=branch, standing=Standing.PROBATIONARY, joined_on=met, from_on=met, to_on=until
                )
            )
        return found

    def plans(self) -> None:
        """The committee's plan of the year, and the next one's not given out yet."""
        branches = len(self.world.branches)
        for year, places in ((2020, 60), (self.today.year - 1, branches // 3), (self.today.year, branches // 3)):
            Quota.objects.create(bureau=self.world.bureau, org=self.world.committee, year=year, places=max(places, 5))

    def _votes(self) -> None:
        """Counts of every meeting by the roll of its day, once everybody's membership is known; a few are away."""
        rng = random.Random(f"votes:{self.world.size.code}")
        full: dict[int, list[Membership]] = {}
        for membership in [*(row for rows in self.members.values() for row in rows), *self.memberships]:
            if membership.standing == Standing.FULL and not membership.left_out:
                full.setdefault(membership.org_id, []).append(membership)
        for way in self.ways:
            for row in way.steps:
                if row.code in VOTES:
                    held = full.get(way.admission.org_id, [])
                    entitled = sum(one.from_on <= row.on and (one.to_on is None or one.to_on > row.on) for one in held)
                    row.entitled, row.present = entitled, entitled - rng.randint(0, entitled // 6)
                    row.against, row.written = 0, 0
                    row.abstained = 1 if row.present > 8 and rng.random() < 0.3 else 0
                    row.in_favour = row.present - row.abstained

    # Writing

    def write(self) -> None:
        """Every table once; persons first, since everything else points at them."""
        self._votes()
        Person.objects.bulk_create([person for person, _branch, _meeting in self.fresh], batch_size=2000)
        Engagement.objects.bulk_create(
            [
                Engagement(
                    person=person, unit=self.world.host_of[branch.pk], relation=relation, from_on=date(2017, 9, 1)
                    if meeting is None else date(2021, 9, 1),
                    to_on=None if meeting is not None else date(2022, 7, 1),
                )
                for person, branch, meeting in self.fresh
                for relation in Engagement.Relation.values
            ],
            batch_size=2000,
        )  # fmt: skip
        for row in self.memberships:
            row.person_id = row.person.pk
        Membership.objects.bulk_create(self.memberships, batch_size=2000)
        for way in self.ways:
            way.admission.person_id = way.admission.person.pk
        Admission.objects.bulk_create([way.admission for way in self.ways], batch_size=2000)
        for model, name in ((AdmissionStep, "steps"), (AdmissionNotice, "notices"), (Helper, "helpers")):
            rows = [row for way in self.ways for row in getattr(way, name)]
            for row in rows:
                row.admission_id = row.admission.pk
            model.objects.bulk_create(rows, batch_size=2000)  # type: ignore[attr-defined]
        AdmissionPaper.objects.bulk_create([row for way in self.ways for row in self._papers(way)], batch_size=2000)
        Source.objects.bulk_create(
            [Source(admission=way.admission, code=code) for way in self.ways for code in way.sources], batch_size=2000
        )

    def _papers(self, way: _Way) -> Iterable[AdmissionPaper]:
        """What the steps done asked for; of one way in nine the paper of the next step is still missing."""
        days = {step.code: step.on for step in way.steps}
        order = [step.code for step in self.part.steps]
        last = max(order.index(code) for code in days)
        ahead = order[min(last + 1, len(order) - 1)]
        for paper in self.part.papers:
            seen = days.get(paper.before)
            if seen is None and (paper.before != ahead or self.rng.random() < 0.11):
                continue
            on = seen or min(self.today, max(days.values()))
            yield AdmissionPaper(
                admission=way.admission, code=paper.code, seen_on=max(on, way.sheet.sent_at.date()) if way.sheet else on,
                seen_by=self.clerks[way.admission.org_id], pages=self.rng.randint(1, 6),
            )  # fmt: skip


def _day(way: _Way, code: str) -> date:
    return next(step.on for step in way.steps if step.code == code)


def at(day: date, hour: int = 16) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)
