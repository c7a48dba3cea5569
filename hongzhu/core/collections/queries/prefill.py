"""Rows as the platform fills them: whose they are, and what is held of them. A fixed number of queries for any number of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hongzhu.core.collections import rules
from hongzhu.core.collections.engine.choices import as_listed
from hongzhu.core.collections.models import Asked, Request
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Hosting
from hongzhu.core.people.models import Engagement, Membership, Person, Standing

from . import fields

About = Request.About


@dataclass(slots=True)
class Row:
    """One row: of a person or of the unit itself; ``held`` by column place (as text, as JSON keeps it).

    ``kept_at``: of whom or of which body each held value is, by its id: there it is corrected.
    """

    person: Person | None = None
    held: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    kept_at: dict[str, int] = field(default_factory=dict)

    @property
    def person_id(self) -> int | None:
        return self.person.pk if self.person else None


def day_for(request: Request, today: date) -> date:
    """The day the values hold for: the request's, as soon as it has come."""
    return min(request.as_of, today)


def rows(request: Request, columns: Sequence[Asked], units: Collection[int], today: date) -> dict[int, list[Row]]:
    """Every unit's rows with what is held: the unit's one, or one for each of its people on the day; FREE: none."""
    on = day_for(request, today)
    codes = {column.field for column in columns if column.field}
    people = people_of(units, request.about, on) if request.about in fields.PEOPLE else {}
    hosts = hosts_of(units, on) if codes else {}
    of_unit, of_person = fields.values(
        codes,
        request.about,
        units={*units, *(host for some in hosts.values() for host in some)},
        people={one.pk for some in people.values() for one in some},
        on=on,
    )
    # What not everybody may ask of a person is told to no other body than the person's own.
    secret = codes & set(fields.guarded(request.about)) if request.about == About.STAFF else set[str]()
    members = people_of(units, About.MEMBER, on) if secret else {}
    made: dict[int, list[Row]] = {}
    for pk in units:
        own = _of_unit(pk, hosts.get(pk, ()), of_unit)
        if request.about in fields.PEOPLE:
            near = {one.pk for one in members.get(pk, ())}
            made[pk] = [
                _row(columns, own | _told(of_person, one.pk, () if one.pk in near else secret), one)
                for one in people.get(pk, ())
            ]
        elif request.about == About.FREE:
            made[pk] = []
        else:
            made[pk] = [_row(columns, own)]
    return made


@dataclass(slots=True)
class Listed:
    """Held values under a superior's list: each under which of its words, and how many cells of those without one."""

    under: dict[str, str] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)


def listed(request: Request, columns: Sequence[Asked], units: Collection[int], today: date) -> dict[int, Listed]:
    """By place of each held column with a list: what becomes of its values. No query where there is no such column."""
    chosen = [column for column in columns if column.field and column.options]
    if not chosen:
        return {}
    plain = [Asked(place=column.place, field=column.field) for column in chosen]
    made = {column.place: Listed() for column in chosen}
    for row in (row for some in rows(request, plain, units, today).values() for row in some):
        for column in chosen:
            value = row.held.get(str(column.place))
            if value is None:
                continue
            option = as_listed(str(value), column.options)
            if option is None:
                made[column.place].left[str(value)] += 1
            elif option != value:
                made[column.place].under[str(value)] = option
    return made


def proves_none(columns: Sequence[Asked], row: Row) -> bool:
    """Whether what is held of a unit says that there is nothing: every number 0, and nothing left to type but a remark."""
    asked = [column for column in columns if column.type not in rules.UNASKED]
    if any(str(one.place) not in row.held and (one.required or not fields.is_remark(one.title)) for one in asked):
        return False
    numbers = [row.held[str(one.place)] for one in asked if one.type in rules.COUNTED and str(one.place) in row.held]
    return bool(numbers) and all(number == 0 for number in numbers)


def unit_row(request: Request, columns: Sequence[Asked], unit: int, today: date) -> Row:
    """What is held of the unit itself: the columns of a free row that need no typing."""
    on = day_for(request, today)
    codes = {column.field for column in columns if column.field}
    hosts = hosts_of([unit], on)
    found, _people = fields.values(codes, request.about, units={unit, *hosts.get(unit, ())}, people=(), on=on)
    return _row(columns, _of_unit(unit, hosts.get(unit, ()), found))


_Told = dict[str, tuple[Any, int]]  # code → value, and of whom


def _told(found: dict[int, dict[str, Any]], pk: int, but: Collection[str] = ()) -> _Told:
    return {code: (value, pk) for code, value in found.get(pk, {}).items() if code not in but}


def _of_unit(pk: int, hosts: Sequence[int], found: dict[int, dict[str, Any]]) -> _Told:
    """A Party body has what is held of it, and of the school it lives in where that is one school."""
    above = _told(found, hosts[0]) if len(hosts) == 1 else {}
    return above | _told(found, pk)


def _row(columns: Sequence[Asked], told: _Told, person: Person | None = None) -> Row:
    held = {}
    for column in columns:
        if column.field not in told:
            continue
        value, pk = told[column.field]
        # A list of the superior's takes its own words alone: what has none there the unit chooses.
        if column.options and (value := as_listed(str(value), column.options)) is None:
            continue
        held[str(column.place)] = (value, pk)
    return Row(
        person,
        {place: value for place, (value, _pk) in held.items()},
        kept_at={place: pk for place, (_value, pk) in held.items()},
    )


def hosts_of(units: Collection[int], on: date) -> dict[int, list[int]]:
    """The units in which Party bodies live on a day. One query."""
    found: dict[int, list[int]] = {}
    rows = Hosting.objects.filter(orgs.on_day(on), org__in=units).order_by("unit_id")
    for org, unit in rows.values_list("org_id", "unit_id"):
        found.setdefault(org, []).append(unit)
    return found


def people_of(units: Collection[int], about: str, on: date) -> dict[int, list[Person]]:
    """Members of the body or of those that live in the unit; or those at work there. Four queries.

    A table of a school names the members of its branches; a table of a branch names the staff of its school. Members of
    a branch that several units share stand at the one they work at.
    """
    member = about == About.MEMBER
    placed: dict[int, set[int]] = {pk: {pk} for pk in units}
    near = Hosting.objects.filter(orgs.on_day(on), **({"unit__in": units} if member else {"org__in": units}))
    lives = list(near.values_list("org_id", "unit_id"))
    for org, unit in lives:
        asked, source = (unit, org) if member else (org, unit)
        placed[asked].add(source)
    wanted = {source for some in placed.values() for source in some}
    by_source: dict[int, list[Person]] = {}
    for source, person in _members(wanted, on) if member else _staff(wanted, on):
        by_source.setdefault(source, []).append(person)
    home = _homes({org for org, _unit in lives}, by_source, on) if member else {}
    return {
        pk: _once(
            [one for one in by_source.get(source, ()) if source == pk or home.get(one.pk, pk) == pk]
            for source in sorted(some)
        )
        for pk, some in placed.items()
    }


def _homes(bodies: Collection[int], members: dict[int, list[Person]], on: date) -> dict[int, int]:
    """Of bodies that several units share: the unit each member stands at, by person. Two queries at most.

    The one they work at, else the first: never the one that happens to be asked, or a row would be nobody's or twice.
    """
    found: dict[int, list[int]] = {}
    rows = Hosting.objects.filter(orgs.on_day(on), org__in=bodies).order_by("unit__sort", "unit_id")
    for org, unit in rows.values_list("org_id", "unit_id"):
        found.setdefault(org, []).append(unit)
    shared = {org: units for org, units in found.items() if len(units) > 1}
    if not shared:
        return {}
    places = Engagement.objects.filter(
        orgs.on_day(on),
        relation=Engagement.Relation.WORKPLACE,
        unit__in={pk for units in shared.values() for pk in units},
    )
    works: dict[int, set[int]] = {}
    for person, unit in places.values_list("person_id", "unit_id"):
        works.setdefault(person, set()).add(unit)
    return {
        one.pk: next((unit for unit in units if unit in works.get(one.pk, ())), units[0])
        for org, units in shared.items()
        for one in members.get(org, ())
    }


def _members(bodies: Collection[int], on: date) -> Iterable[tuple[int, Person]]:
    rows = Membership.objects.filter(
        orgs.on_day(on), org__in=bodies, standing__in=(Standing.FULL, Standing.PROBATIONARY)
    ).select_related("person")
    return ((row.org_id, row.person) for row in rows.order_by("person__search_key", "person_id"))


def _staff(units: Collection[int], on: date) -> Iterable[tuple[int, Person]]:
    rows = Engagement.objects.filter(orgs.on_day(on), unit__in=units, relation=Engagement.Relation.WORKPLACE)
    rows = rows.exclude(reason=Engagement.Reason.RETIRED).select_related("person")
    return ((row.unit_id, row.person) for row in rows.order_by("person__search_key", "person_id"))


def _once(some: Iterable[Iterable[Person]]) -> list[Person]:
    """Each person once, however many bodies of the unit name them, by name."""
    found = {person.pk: person for people in some for person in people}
    return sorted(found.values(), key=lambda person: (person.search_key, person.pk))
