"""Acts in bulk: the same rows the actions write, in batches. Credits come from the same source as ``rebuild credits``."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from hongzhu.core.activities.models import (
    Act,
    ActBody,
    Attendance,
    FieldValue,
    Output,
    Reading,
    Resolution,
    TagClaim,
    Vote,
)
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Person
from hongzhu.core.policies import queries as policies
from hongzhu.core.policies.models import NumberSeries
from hongzhu.core.registers.models import Contact
from hongzhu.kit import bulk
from hongzhu.kit.dates import SHANGHAI

REASONS = ("外出学习，返校后补记", "期末工作集中，月底补记", "记录人病假，由他人补记")
SOON_ENOUGH = 10  # days
HOUR_TAGS = {"study_hours"}
ABSENCES = (("OFFICIAL", 40), ("PERSONAL", 25), ("SICK", 20), ("POSTED", 8), ("MATERNITY", 3), ("UNEXCUSED", 4))


@dataclass(slots=True)
class Planned:
    """One act to be written, before it has an id."""

    body: Org
    kind: str
    theme: str
    held_on: date
    roster: list[tuple[Person, str]]
    tags: tuple[str, ...]
    recorder: Person | None
    chair: Person | None = None
    recorded_at: datetime | None = None
    belongs_on: date | None = None
    parts: tuple[str, ...] = ()
    place: str = ""
    starts: time = time(15, 30)
    minutes: int = 90
    lecture_title: str = ""
    lecturer: Person | None = None
    lecturer_post: str = ""
    process: str = ""
    topic: str = ""
    outputs: tuple[tuple[str, int], ...] = ()
    readings: tuple[tuple[str, date | None], ...] = ()
    decision: str = ""
    decided: str = Resolution.Kind.ACTION
    contact: Contact | None = None
    vote: str = ""
    absent_share: float = 0.06
    also: tuple[tuple[Org, str, tuple[str, ...]], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    marks: list[tuple[Person, str, str]] = field(default_factory=list)


class Writer:
    """Collects planned acts of one bureau and writes them in batches."""

    def __init__(self, bureau: Bureau, today: date, seed: str) -> None:
        self.bureau, self.today = bureau, today
        self.now = timezone.now()  # nothing is recorded later than the demo is filled
        self.random = random.Random(seed)
        self.timeline = policies.timeline(bureau)
        # What a pack keeps to those who took part, by its version: looked up once, not for each act.
        self.closed: dict[int, set[str]] = {}
        self.numbers: dict[tuple[int, str, int], int] = defaultdict(int)
        self.waiting: list[Planned] = []
        self.written = 0
        # Which of the bodies of a joint act brought a person; filled by whoever plans one.
        self.homes: dict[int, int] = {}

    def add(self, planned: Planned) -> None:
        self.waiting.append(planned)

    def flush(self) -> list[Act]:
        """Write what waits; returns the acts in order."""
        plans, self.waiting = self.waiting, []
        plans.sort(key=lambda plan: (plan.held_on, plan.body.pk))
        acts = Act.objects.bulk_create([self._act(plan) for plan in plans], batch_size=1000)
        bodies, attendances, claims, others = [], [], [], defaultdict(list)
        for act, plan in zip(acts, plans, strict=True):
            held_by = [(plan.body, plan.kind, plan.tags), *plan.also]
            for org, kind, tags in held_by:
                year = (plan.belongs_on or plan.held_on).year
                key = (org.pk, kind, year)
                self.numbers[key] += 1
                bodies.append(ActBody(act=act, org=org, kind=kind, year=year, number=self.numbers[key]))
                for tag in tags:
                    amount = round(plan.minutes * 100 / 45) if tag in HOUR_TAGS else 0
                    claims.append(
                        TagClaim(
                            act=act,
                            org=org,
                            tag=tag,
                            state=TagClaim.State.CONFIRMED,
                            amount=amount,
                            decided_by=str(plan.recorder or ""),
                            decided_at=plan.recorded_at,
                            per_person=tag in HOUR_TAGS,
                            known_at=plan.recorded_at,
                        )
                    )
            attendances.extend(self._attendances(act, plan))
            self._others(act, plan, others)
        for rows in (bodies, attendances, claims):
            bulk.insert_objects(rows)
        for rows in others.values():
            bulk.insert_objects(rows)
        self._series()
        self.written += len(acts)
        return acts

    def _series(self) -> None:
        """The counters stand where the numbers given out have left them."""
        NumberSeries.objects.bulk_create(
            [
                NumberSeries(bureau=self.bureau, key=f"activities.{kind}.{org}", year=year, last=last)
                for (org, kind, year), last in self.numbers.items()
            ],
            batch_size=4000,
            update_conflicts=True,
            unique_fields=["bureau", "key", "year"],
            update_fields=["last"],
        )

    def _act(self, plan: Planned) -> Act:
        if plan.recorded_at is None:
            plan.recorded_at = self.recorded_at(plan.held_on)
        plan.marks = self._marks(plan)
        states = [state for _who, _standing, state in plan.marks]
        ended = (datetime.combine(plan.held_on, plan.starts) + timedelta(minutes=plan.minutes)).time()
        extra = dict(plan.extra)
        if plan.topic:
            extra["topic"] = plan.topic
        pack = self.timeline.on(plan.held_on)
        if pack.version_id not in self.closed:
            kinds = pack.section("activities").kinds
            self.closed[pack.version_id] = {kind.code for kind in kinds if kind.confidential}
        return Act(
            bureau=self.bureau,
            body=plan.body,
            kind=plan.kind,
            theme=plan.theme,
            place=plan.place,
            pack_version_id=pack.version_id,
            confidential=plan.kind in self.closed[pack.version_id],
            held_on=plan.held_on,
            held_to=plan.held_on,
            starts_at=plan.starts,
            ends_at=ended,
            belongs_on=plan.belongs_on or plan.held_on,
            parts=list(plan.parts),
            chair=plan.chair,
            lecture_title=plan.lecture_title,
            lecturer=plan.lecturer,
            lecturer_post=plan.lecturer_post,
            process=plan.process,
            extra=extra,
            due_roster=len(states) - states.count("LEFT_OUT"),
            attended=states.count("PRESENT"),
            contact=plan.contact,
            recorder=plan.recorder,
            recorded_at=plan.recorded_at,
            late_note=self._late_note(plan),
        )

    def _late_note(self, plan: Planned) -> str:
        """Most of those who record late say why; every fourth forgets, and the self-check reminds."""
        assert plan.recorded_at is not None
        days = (plan.recorded_at.date() - plan.held_on).days
        return REASONS[days % len(REASONS)] if days > SOON_ENOUGH and (plan.held_on.day + days) % 4 else ""

    def _marks(self, plan: Planned) -> list[tuple[Person, str, str]]:
        """Everybody on the roster and how they attended: present, save a few."""
        marks = []
        for who, written in plan.roster:
            standing, _bar, left_out = written.partition("|")
            state: str = Attendance.State.PRESENT
            if left_out:
                state = Attendance.State.LEFT_OUT
            elif who is not plan.lecturer and who is not plan.chair and self.random.random() < plan.absent_share:
                state = self.random.choices([code for code, _w in ABSENCES], [weight for _c, weight in ABSENCES])[0]
            marks.append((who, standing, state))
        return marks

    def _attendances(self, act: Act, plan: Planned) -> list[Attendance]:
        rows = []
        homes = self.homes
        for who, standing, state in plan.marks:
            row = Attendance(
                act=act,
                org_id=homes.get(who.pk, plan.body.pk) if plan.also else plan.body.pk,
                person=who,
                standing=standing,
                state=state,
            )
            absent = state not in (Attendance.State.PRESENT, Attendance.State.LEFT_OUT)
            if absent and self.random.random() < 0.8:
                made_up = plan.held_on + timedelta(days=self.random.randint(2, 12))
                if made_up <= self.today:
                    row.made_up_on, row.made_up_way = made_up, self.random.choice(("GROUP", "SELF", "VISIT"))
                    row.made_up_by = str(plan.recorder or "")
            rows.append(row)
        return rows

    def _others(self, act: Act, plan: Planned, others: dict[Any, list[Any]]) -> None:
        others[Output].extend(Output(act=act, kind=kind, count=count) for kind, count in plan.outputs)
        others[Reading].extend(Reading(act=act, title=title, issued_on=on) for title, on in plan.readings)
        if level := plan.extra.get("level"):
            others[FieldValue].append(FieldValue(act=act, code="level", text=level))
        if plan.decision:
            due = plan.held_on + timedelta(days=30)
            row = Resolution(
                act=act, org=plan.body, kind=plan.decided, matter=plan.decision, owner=plan.recorder, due_on=due
            )
            if due < self.today and plan.chair and self.random.random() < 0.9:
                row.state, row.progress = Resolution.State.CLOSED, "已办结"
                row.reported_on, row.reported_by = due - timedelta(days=3), plan.recorder
                row.closed_on, row.closed_by = due - timedelta(days=1), plan.chair
            if row.closed_by != row.owner or row.closed_by is None:
                others[Resolution].append(row)
        if plan.vote:
            entitled = sum(1 for _who, standing in plan.roster if standing == "FULL")
            there = sum(1 for _who, standing, state in plan.marks if (standing, state) == ("FULL", "PRESENT"))
            others[Vote].append(Vote(act=act, matter=plan.vote, entitled=entitled, present=there, favour=there))

    def recorded_at(self, held_on: date) -> datetime:
        """35–45 % in the last five days of the month, median 2–4 days, a tail to 40 days; never after today."""
        roll = self.random.random()
        if roll < 0.36:
            month_end = (held_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            day = max(held_on, month_end - timedelta(days=self.random.randint(0, 4)))
        elif roll < 0.93:
            day = held_on + timedelta(days=min(9, int(self.random.expovariate(1 / 2.6))))
        else:
            day = held_on + timedelta(days=self.random.randint(15, 40))
        return self.at(min(day, self.today), 16 + self.random.randint(0, 5), self.random.randint(0, 59))

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return min(datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI), self.now)
