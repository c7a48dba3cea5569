"""Everything the one-act form is pre-filled with, for any kind of the pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from hongzhu.core.activities import engine, rules
from hongzhu.core.activities.models import Act, FixedDay, Plan, Resolution
from hongzhu.core.activities.pack import ActField, ActivitiesSection, ActKind, Decision, OutputKind, Part
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, MASS_KINDS, PARTY_KINDS, Hosting, Kind, Org, Placement
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.core.policies import queries as policies
from hongzhu.core.registers.models import Contact
from hongzhu.kit.packs import by_code

from .acts import contacts_of
from .groups import GROUP_FIELD, within
from .roster import seats, secretary_of

USUAL_START = time(15, 30)
LAST_ACTS = 12
PLACES = 3
MOST_PEOPLE = 400
# Bodies of the bureau itself that may sit together (A01: one sitting, two bodies).
OFFICE_KINDS = (
    Kind.BUREAU,
    Kind.COMMITTEE,
    Kind.PARTY_GROUP,
    Kind.LEADING_GROUP,
    Kind.TASK_FORCE,
    Kind.STUDY_GROUP,
    Kind.GENERAL_BRANCH,
)
# Under which kind of the national pack a body takes part in what a body of another kind holds (A29): an activity of the
# Party, the League and the Pioneers is for a mass organisation its own activity, for a Party organisation a service.
COUNTERPARTS = ("mass_activity", "service")
OFFERED = 60  # partners offered as ticks; every other is found by its name


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One theme to pick: ``source`` is plan or guide."""

    source: str
    theme: str


@dataclass(slots=True)
class Setup:
    """The form's defaults and choices for one body, kind and month."""

    body: Org
    kind: ActKind
    section: ActivitiesSection
    month_on: date
    today: date
    day: date
    starts_at: time
    ends_at: time
    places: list[str]
    themes: list[Suggestion]
    readings: list[engine.ReadingTold]
    guided: bool
    observers: str
    chair: int | None
    recorder: int | None
    people: list[tuple[int, str]]
    posts: dict[int, str]
    seats: list[engine.Seat]
    group: int | None
    narrowed: bool
    joint: list[tuple[Org, ActKind]]
    joint_seats: dict[int, list[engine.Seat]]
    contacts: list[Contact]
    decisions: list[Decision]
    followed: list[Resolution]
    fixed: bool
    refs: dict[str, list[tuple[int, str]]]

    @property
    def groups(self) -> dict[str, str]:
        """Party groups the act may be of, by id: where there are any, the roster is the chosen one's."""
        return {str(pk): name for pk, name in self.refs.get(GROUP_FIELD, [])}

    @property
    def bare(self) -> bool:
        """No text of the proceedings, no files (B07 B08 B14 B19)."""
        return rules.is_bare(self.kind)

    @property
    def parts(self) -> list[Part]:
        known = by_code(self.section.parts)
        return [known[code] for code in self.kind.parts if code in known]

    @property
    def outputs(self) -> list[OutputKind]:
        """Counts the kind's parts yield, and where people study, reflections received (B14: a count)."""
        wanted = {code for part in self.parts for code in part.outputs}
        placed = {code for part in self.section.parts for code in part.outputs}
        study = any(part.code == "study" for part in self.parts)
        return [row for row in self.section.outputs if row.code in wanted or (study and row.code not in placed)]

    @property
    def all_seats(self) -> list[engine.Seat]:
        """The roster of the body, then of the bodies that sit with it, each person once."""
        once = {seat.person: seat for seat in self.seats}
        for rows in self.joint_seats.values():
            for seat in rows:
                once.setdefault(seat.person, seat)
        return list(once.values())

    def headings(self, parts: tuple[str, ...]) -> list[str]:
        """Headings of the process: the kind's own, else those of the parts included, in the order of the chips."""
        if self.kind.headings:
            return [str(words) for words in self.kind.headings]
        return [str(part.heading or part.title) for part in self.parts if part.code in parts]


def setup(
    *,
    body: Org,
    kind: ActKind,
    month_on: date,
    today: date,
    person_id: int | None,
    on: date | None = None,
    joined: tuple[int, ...] = (),
    group: int | None = None,
) -> Setup:
    """What the form starts with. ``on``: the day the roster is asked for, where it differs from the default day.

    ``joined``: bodies that sit with it; ``group``: the Party group whose meeting it is, and whose roster is shown.

    A fixed number of queries, whatever the size of the roster.
    """
    pack = policies.pack_for(body.bureau, today)
    section = pack.section("activities")
    plan = Plan.objects.filter(body=body, kind=kind.code, month_on=month_on).first()
    guide = policies.guide_for(body, month_on)
    fixed = FixedDay.objects.filter(body=body).first()
    last = list(
        Act.objects.filter(body=body)
        .exclude(status=Act.Status.VOIDED)
        .order_by("-held_on", "-pk")
        .values("kind", "place", "observers", "starts_at", "ends_at")[:LAST_ACTS]
    )
    day = _day(kind, plan, fixed, month_on, today)
    starts_at, ends_at = _hours(kind, fixed, last)
    near = people_near(body, on or day)
    everybody = seats(body, kind.roster, on or day)
    refs = {field.code: bodies_offered(body, field, on or day) for field in kind.fields if field.type == "ref"}
    group = group if group in dict(refs.get(GROUP_FIELD, [])) else None
    roster = within(everybody, group, on or day)
    leader = secretary_of(body, on or day)
    people = dict(near)
    people.update({seat.person: seat.name for seat in everybody})
    if leader:
        people.setdefault(leader.pk, leader.name)
    if person_id and person_id not in people:
        people.update(Person.objects.filter(pk=person_id, bureau=body.bureau_id).values_list("pk", "name"))
    candidates = _joint(body, kind, section, on or day, joined)
    return Setup(
        body=body,
        kind=kind,
        section=section,
        month_on=month_on,
        today=today,
        day=day,
        starts_at=starts_at,
        ends_at=ends_at,
        places=_places(fixed, last),
        themes=_themes(kind, plan, guide.themes if guide else []),
        readings=_readings(guide.readings if guide else []),
        guided=guide is not None,
        observers=next((row["observers"] for row in last if row["kind"] == kind.code), ""),
        chair=leader.pk if leader else None,
        recorder=person_id if person_id in people else None,
        people=list(people.items()),
        posts=_posts(people, body, on or day),
        seats=roster,
        group=group,
        narrowed=len(roster) < len(everybody),
        joint=candidates,
        joint_seats={org.pk: seats(org, its.roster, on or day) for org, its in candidates if org.pk in joined},
        contacts=list(contacts_of(person_id, body, today)) if kind.code == "contact_visit" else [],
        decisions=[row for row in section.decisions if kind.code in row.kinds],
        followed=list(
            Resolution.objects.filter(
                org=body,
                kind=Resolution.Kind.IMPROVEMENT,
                state__in=(Resolution.State.OPEN, Resolution.State.REPORTED),
                act__kind=kind.code,
            ).order_by("pk")[:20]
        )
        if kind.resolutions
        else [],
        fixed=bool(fixed and kind.code == "theme_day"),
        refs=refs,
    )


def bodies_offered(body: Org, field: ActField, on: date) -> list[tuple[int, str]]:
    """(id, name) of the bodies a field of the kind may point at: those placed under the one that holds the act."""
    found = Org.objects.filter(
        orgs.existing(on), pk__in=Placement.objects.filter(orgs.on_day(on), parent=body).values("org")
    )
    if field.bodies:
        found = found.filter(kind__in=field.bodies)
    return list(found.order_by("sort", "pk").values_list("pk", "name"))


def _day(kind: ActKind, plan: Plan | None, fixed: FixedDay | None, month_on: date, today: date) -> date:
    """The planned day, else the fixed Party day, else today; inside the month asked for and never in the future."""
    last = min(engine.month_end(month_on), today)
    if plan and plan.planned_on:
        return min(plan.planned_on, last)
    if fixed and kind.code == "theme_day":
        return min(engine.nth_weekday(month_on.year, month_on.month, fixed.weekday, fixed.week), last)
    return max(last, month_on) if month_on <= today else today


def _hours(kind: ActKind, fixed: FixedDay | None, last: Sequence[Mapping[str, object]]) -> tuple[time, time]:
    if fixed and kind.code == "theme_day":
        return fixed.starts_at, fixed.ends_at
    for row in last:
        if row["kind"] == kind.code and isinstance(row["starts_at"], time) and isinstance(row["ends_at"], time):
            return row["starts_at"], row["ends_at"]
    start = datetime.combine(date(2000, 1, 1), USUAL_START)
    return USUAL_START, (start + timedelta(minutes=kind.minutes)).time()


def _places(fixed: FixedDay | None, last: Sequence[Mapping[str, object]]) -> list[str]:
    names = [fixed.place] if fixed and fixed.place else []
    names += [str(row["place"]) for row in last if row["place"]]
    return list(dict.fromkeys(names))[:PLACES]


def _themes(kind: ActKind, plan: Plan | None, guided: list[dict[str, str]]) -> list[Suggestion]:
    found = [Suggestion("plan", plan.theme)] if plan else []
    found += [Suggestion("guide", row["theme"]) for row in guided if row.get("kind") == kind.code and row.get("theme")]
    once = {row.theme: row for row in reversed(found)}
    return [row for row in found if once.get(row.theme) is row]


def _readings(rows: list[dict[str, str]]) -> list[engine.ReadingTold]:
    return [
        engine.ReadingTold(row["title"], date.fromisoformat(row["issued_on"]) if row.get("issued_on") else None)
        for row in rows
        if row.get("title")
    ]


def people_near(body: Org, on: date) -> list[tuple[int, str]]:
    """Who may be chair, lecturer or owner: members, holders of posts and staff of the body, for a class its school's."""
    units = [body.pk]
    if body.kind == Kind.CLASS:
        units += Placement.objects.filter(orgs.on_day(on), org=body, parent__isnull=False).values_list(
            "parent", flat=True
        )
    inside = (
        Q(pk__in=Membership.objects.filter(orgs.on_day(on), org=body).values("person"))
        | Q(pk__in=Post.objects.filter(orgs.on_day(on), org__in=units).values("person"))
        | Q(pk__in=Engagement.objects.filter(orgs.on_day(on), unit__in=units).values("person"))
    )
    return list(Person.objects.filter(inside).order_by("pk").values_list("pk", "name")[:MOST_PEOPLE])


def _posts(people: dict[int, str], body: Org, on: date) -> dict[int, str]:
    """person → the post shown behind the name (何以宁（书记）)."""
    rows = Post.objects.filter(orgs.on_day(on), org=body, person__in=people).order_by("-pk")
    return {row.person_id: str(row.get_kind_display()) for row in rows}


def partners_named(body: Org, kind: ActKind, section: ActivitiesSection, on: date, name: str) -> list[Org]:
    """Bodies that may sit with this one by what was typed: the one of that very name, else all it occurs in. One query."""
    found = Org.objects.filter(_alike(body), orgs.existing(on), bureau=body.bureau_id).exclude(pk=body.pk)
    text = name.strip()
    rows = [
        org
        for org in found.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(search_key__contains=text.lower())
        ).order_by("sort", "pk")
        if _its_kind(body, kind, section, org)
    ]
    return [org for org in rows if text in (org.name, org.short_name)] or rows


def _joint(
    body: Org, kind: ActKind, section: ActivitiesSection, on: date, joined: tuple[int, ...]
) -> list[tuple[Org, ActKind]]:
    """Bodies offered to sit with this one: its neighbours, those of the same unit, and whoever was named already."""
    if kind.confidential:
        return []
    near = _alike(body)
    if body.kind not in OFFICE_KINDS:
        parents = Placement.objects.filter(orgs.on_day(on), org=body).values("parent")
        near &= Q(pk__in=Placement.objects.filter(orgs.on_day(on), parent__in=parents).values("org"))
    units = Hosting.objects.filter(orgs.on_day(on), org=body).values("unit")
    housed = Hosting.objects.filter(Q(unit__in=units) | Q(unit=body), orgs.on_day(on))
    near |= Q(pk__in=housed.values("org"), kind__in=(*PARTY_KINDS, *MASS_KINDS)) & ~Q(kind=Kind.TEAM)
    found = Org.objects.filter(orgs.existing(on), bureau=body.bureau_id).exclude(pk=body.pk).order_by("sort", "pk")
    named = list(found.filter(pk__in=joined)) if joined else []
    offered = {org.pk: org for org in [*named, *found.filter(near)[:OFFERED]]}
    rows = []
    for org in offered.values():
        if its := _its_kind(body, kind, section, org):
            rows.append((org, its))
    return rows


def _alike(body: Org) -> Q:
    """Bodies of the same rank: leading bodies with leading bodies, branches with branches, a school with schools."""
    if body.kind in OFFICE_KINDS:
        return Q(kind__in=OFFICE_KINDS)
    return Q(kind__in=BRANCH_KINDS) if body.kind in BRANCH_KINDS else Q(kind=body.kind)


def _its_kind(body: Org, kind: ActKind, section: ActivitiesSection, org: Org) -> ActKind | None:
    """Under which kind a partner takes part: the same where it can; None where it could not count it as anything."""
    if org.kind in kind.scope:
        return kind
    held = rules.kinds_for(section, org.kind)
    if org.kind in OFFICE_KINDS and body.kind in OFFICE_KINDS:
        return next((its for its in held if its.numbered), None)
    return next((its for its in held if its.code in COUNTERPARTS and set(its.parts) & set(kind.parts)), None)


def plan_year(body: Org, year: int) -> dict[tuple[str, int], Plan]:
    """(kind, month) → the line of the year plan."""
    rows = Plan.objects.filter(body=body, month_on__year=year)
    return {(row.kind, row.month_on.month): row for row in rows}


def suggested_plan(body: Org, year: int, kind: str) -> dict[int, Suggestion]:
    """month → what could be planned: the guide already issued for that month, else last year's theme (B06)."""
    found = {
        row.month_on.month: Suggestion("last_year", row.theme)
        for row in Plan.objects.filter(body=body, kind=kind, month_on__year=year - 1)
    }
    guides = policies.guides_for(body, [date(year, month, 1) for month in range(1, 13)])
    for month_on, guide in guides.items():
        for row in guide.themes:
            if row.get("kind") == kind and row.get("theme"):
                found[month_on.month] = Suggestion("guide", row["theme"])
    return found
