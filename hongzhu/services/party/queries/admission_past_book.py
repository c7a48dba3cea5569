"""What is on file about everybody in a sheet of past steps, read once, and the shapes of its rows. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Hosting, Kind, Org, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.kit.crypto import vault
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Helper, Quota
from hongzhu.services.party.pack.admission import AdmissionPart
from hongzhu.services.party.rules import admission as asked

from . import admission as queries
from .admission_past_sheet import Told
from .settings import sections_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which branches a sheet may touch. ``hand``: (account, person) of the superior who looks; None: the branch does.

    ``rows``: only these rows of the sheet; None: all of them.
    """

    bureau: Bureau
    branches: QuerySet[Org]
    today: date
    hand: tuple[int, int | None] | None = None
    rows: frozenset[int] | None = None


@dataclass(slots=True)
class Op:
    """One thing a row enters. ``waits``: for the superior. ``begins``/``ends``: what changes in the register with it."""

    on: date
    title: str
    number: int = 0
    waits: bool = False
    superior: bool = False
    step: AdmissionStep | None = None
    notice: AdmissionNotice | None = None
    helper: Helper | None = None
    begins: Membership | None = None
    ends: Membership | None = None
    outcome: str = ""


@dataclass(slots=True)
class Line:
    """One row with what it would enter, or why not."""

    told: Told
    org: Org | None = None
    above: Org | None = None
    person: Person | None = None
    admission: Admission | None = None
    papers: list[str] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same: int = 0

    @property
    def state(self) -> str:
        """refused, same (nothing new), ready, or part (some of it waits for the superior)."""
        if self.faults:
            return "refused"
        if not self.ops and not self.papers:
            return "same"
        return "part" if any(op.waits for op in self.ops) else "ready"

    @property
    def steps(self) -> list[Op]:
        return [op for op in self.ops if op.step is not None]

    @property
    def writes(self) -> bool:
        """Whether something of it is entered now."""
        return self.state in {"ready", "part"} and bool(self.papers or any(not op.waits for op in self.ops))


@dataclass(slots=True)
class Checked:
    """A sheet as looked at now."""

    lines: list[Line]
    warnings: list[str]

    def of(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.state in states]

    @property
    def refused(self) -> list[Line]:
        return self.of("refused")

    @property
    def ready(self) -> list[Line]:
        return self.of("ready", "part")

    @property
    def waiting(self) -> list[Line]:
        return self.of("part")

    @property
    def same(self) -> list[Line]:
        return self.of("same")


class Book:
    """What is on file about everybody in a sheet: read once."""

    def __init__(self, told: list[Told], reach: Reach) -> None:
        self.reach, self.today, self.bureau = reach, reach.today, reach.bureau
        names = {one.name for one in told}
        self.orgs = {org.pk: org for org in Org.objects.filter(pk__in={one.org for one in told if one.org})}
        self._people(names)
        self._ways()
        self._members({name for one in told for found in one.helpers.values() for name in found})
        self._superiors()
        days = {day for one in told for found in one.days.values() for day in found}
        days |= {one.posted_on for row in told for one in row.notices.values() if one.posted_on}
        self._plans({day.year for day in days})
        self._parts(days | {self.today})
        self.calendar = policies.calendar(self.bureau)
        self.hands = self._hands()

    def _people(self, names: set[str]) -> None:
        people = {one.pk: one for one in Person.objects.filter(bureau=self.bureau, name__in=names)}
        self.named: dict[str, list[Person]] = defaultdict(list)
        for one in people.values():
            self.named[one.name].append(one)
        self.linked: dict[int, set[int]] = defaultdict(set)
        self.open: dict[int, list[Membership]] = defaultdict(list)
        rows = Membership.objects.filter(person__in=people, to_on__isnull=True).select_related("org")
        for membership in rows.order_by("id"):
            self.open[membership.person_id].append(membership)
            self.linked[membership.person_id].add(membership.org_id)
        hosts: dict[int, set[int]] = defaultdict(set)
        for org, unit in Hosting.objects.filter(orgs.on_day(self.today), org__in=self.orgs).values_list("org", "unit"):
            hosts[unit].add(org)
        there = Engagement.objects.filter(orgs.on_day(self.today), person__in=people)
        for person, unit in there.values_list("person", "unit"):
            self.linked[person] |= hosts.get(unit, set())
        self.ways: dict[int, list[Admission]] = defaultdict(list)
        for way in Admission.objects.filter(person__in=people).select_related("org").order_by("id"):
            self.ways[way.person_id].append(way)
            if way.outcome == Admission.Outcome.OPEN:
                self.linked[way.person_id].add(way.org_id)

    def _ways(self) -> None:
        ways = [way for found in self.ways.values() for way in found]
        self.facts = queries.facts_of(ways)
        pks = [way.pk for way in ways]
        self.entered: dict[tuple[int, str], list[AdmissionStep]] = defaultdict(list)
        for step in AdmissionStep.objects.filter(queries.ENTERED, admission__in=pks).order_by("round", "on"):
            self.entered[step.admission_id, step.code].append(step)
        self.helping: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        helpers = Helper.objects.filter(admission__in=pks, to_on__isnull=True).order_by("id")
        for pk, role, person, name in helpers.values_list("admission", "role", "person", "person__name"):
            self.helping[pk, role].append((person, name))

    def _members(self, helpers: set[str]) -> None:
        """Rolls of the branches over time, and full members who go by the names of helpers."""
        self.roll: dict[int, list[tuple[bool, bool, date, date | None, bool]]] = defaultdict(list)
        moved = AdmissionStep.objects.filter(
            queries.ENTERED, moved=True, sheet__isnull=False, admission__org__in=self.orgs
        )
        made = set(moved.values_list("admission__person", "on"))
        self.members: dict[tuple[int, str], dict[int, list[tuple[date, date | None, date | None]]]] = defaultdict(dict)
        rows = Membership.objects.filter(org__in=self.orgs, standing__in=asked.MEMBERS).order_by("id")
        for org, person, name, standing, left_out, from_on, to_on, full_on in rows.values_list(
            "org", "person", "person__name", "standing", "left_out", "from_on", "to_on", "full_on"
        ):
            full = standing == Standing.FULL
            self.roll[org].append((full, full and bool(left_out), from_on, to_on, (person, from_on) in made))
            if full and name in helpers:
                self.members[org, name].setdefault(person, []).append((from_on, to_on, full_on))

    def _superiors(self) -> None:
        self.above_of: dict[int, list[Superior]] = defaultdict(list)
        self.below_of: dict[int, list[Superior]] = defaultdict(list)
        rows = Superior.objects.filter(org__bureau=self.bureau, relation=Superior.Relation.BELONGS)
        for row in rows.select_related("superior").order_by("id"):
            self.above_of[row.org_id].append(row)
            self.below_of[row.superior_id].append(row)

    def _plans(self, years: set[int]) -> None:
        self.quotas = {
            (one.org_id, one.year): one
            for one in Quota.objects.filter(bureau=self.bureau, year__in=years).select_related("org")
        }
        first, last = min(years, default=self.today.year), max(years, default=self.today.year)
        rows = queries.admitted(date(first, 1, 1), date(last + 1, 1, 1)).filter(admission__bureau=self.bureau)
        self.admitted = [(one.admission_id, one.org_id, one.on) for one in rows]

    def _parts(self, days: set[date]) -> None:
        ordered = sorted(days)
        sections = sections_on(self.bureau, ordered)
        self.parts = {day: section.admission for day, section in zip(ordered, sections, strict=True)}

    def _hands(self) -> set[int]:
        """Ways on which the superior who looks wrote for the branch: another hand answers there (A19)."""
        if self.reach.hand is None:
            return set()
        account, _person = self.reach.hand
        pks = list(self.facts)
        wrote = Entry.objects.filter(kind="party.admission", object_id__in=pks, did__in=queries.WROTE, actor=account)
        entered = AdmissionStep.objects.filter(admission__in=pks, sheet__account=account)
        return {*wrote.order_by().values_list("object_id", flat=True), *entered.values_list("admission", flat=True)}

    # --- who is meant ---------------------------------------------------------------------------------------

    def found(self, line: Line) -> bool:
        """Whom a row means: somebody of the branch or of the unit it lives in, by name and the last four of the number."""
        told = line.told
        assert told.org is not None
        line.org = self.orgs[told.org]
        line.above = self.approver(told.org, self.today)
        people = [one for one in self.named.get(told.name, []) if told.org in self.linked[one.pk]]
        if told.tail:
            people = self._by_tail(line, people)
        if len(people) == 1:
            line.person, line.admission = people[0], self._way(people[0], told)
            return not self._elsewhere(line)
        if people:
            line.faults.append(_("有%(n)s位“%(name)s”，请填公民身份号码后四位") % {"n": len(people), "name": told.name})
        elif not line.faults:
            line.faults.append(
                _("“%(org)s”和所在单位没有叫“%(name)s”的人，请核对姓名和支部，或先在人员里登记这个人")
                % {"org": line.org, "name": told.name}
            )
        return False

    def _way(self, person: Person, told: Told) -> Admission | None:
        """The way a row is about: the open one, else the confirmed one, else the ended one with the same application."""
        ways = self.ways.get(person.pk, [])
        for outcome in (Admission.Outcome.OPEN, Admission.Outcome.CONFIRMED):
            if found := next((way for way in ways if way.outcome == outcome), None):
                return found
        return next((way for way in ways if way.applied_on in told.days.get("apply", ())), None)

    def _by_tail(self, line: Line, people: list[Person]) -> list[Person]:
        known = [one for one in people if one.id_sealed]
        if people and not known:
            line.faults.append(
                _("名册上没有“%s”的身份证号，后四位没法核对，请先在人员里补上，没有同名的就清空这一格") % line.told.name
            )
        numbers = {one.pk: vault().open(one.id_sealed, bind=f"{one.uuid}|id") for one in known}
        return [one for one in known if numbers[one.pk][-4:] == line.told.tail]

    def _elsewhere(self, line: Line) -> bool:
        way = line.admission
        if way is None or line.org is None or way.org_id == line.org.pk:
            return False
        line.faults.append(
            _("发展过程在“%s”，请把所在支部改成它；已经换了支部的，先在本人页面“转到其他支部”") % way.org
        )
        return True

    # --- what held on a day ---------------------------------------------------------------------------------

    def part(self, on: date) -> AdmissionPart:
        return self.parts[on]

    def above(self, org: int, on: date) -> Org | None:
        """The body it belongs to (隶属) on a day."""
        rows = self.above_of.get(org, [])
        return next((r.superior for r in rows if r.from_on <= on and (r.to_on is None or r.to_on > on)), None)

    def approver(self, org: int, on: date) -> Org | None:
        """As queries.admission.approver."""
        return asked.first_deciding(self.above(org, on), lambda body: self.above(body.pk, on))

    def outside(self, org: int, on: date) -> bool:
        above = self.approver(org, on)
        return above is not None and above.kind == Kind.UPPER

    def roll_on(self, org: int, on: date) -> tuple[int | None, int]:
        """(full members on the roll that day, those of them 免予参加); None where the roster, apart from what was entered as
        past, begins later."""
        there = [row for row in self.roll.get(org, []) if row[2] <= on and (row[3] is None or row[3] > on)]
        if not any(not made for *_row, made in there):
            return None, 0
        full = [left_out for full, left_out, *_row in there if full]
        return len(full), sum(full)

    def plan_over(self, org: Org, on: date) -> Quota | None:
        """As queries.admission.quota_over."""
        bodies = [org]
        while len(bodies) < 6 and (above := self.above(bodies[-1].pk, on)) is not None:
            bodies.append(above)
        return next((self.quotas[body.pk, on.year] for body in bodies if (body.pk, on.year) in self.quotas), None)

    def admitted_under(self, org: int, on: date, *, but: int | None) -> int:
        """As queries.admission.admitted_under, with those of rows before."""
        found, edge = {org}, {org}
        while edge:
            rows = [row for body in edge for row in self.below_of.get(body, [])]
            edge = {r.org_id for r in rows if r.from_on <= on and (r.to_on is None or r.to_on > on)} - found
            found |= edge
        return sum(
            day.year == on.year and body in found and (but is None or pk != but) for pk, body, day in self.admitted
        )

    def workdays(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and including ``last``."""
        return sum(self.calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
