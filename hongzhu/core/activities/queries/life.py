"""One person's organisation life in a year, for "my data" and the member page; and the tables of a whole body.

No text of what anybody said comes out of here: only that a person was there, and how many hours that was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from hongzhu.core.activities.models import ABSENT, Act, Attendance
from hongzhu.core.credits.models import Credit
from hongzhu.core.people.models import Person

MADE_UP = "MADE_UP"


@dataclass(frozen=True, slots=True)
class Took:
    """One act a person was due at. ``state`` is Attendance.State, or MADE_UP; ``hours`` in hundredths."""

    act: int
    kind: str
    theme: str
    body: str
    held_on: date
    state: str
    made_up_on: date | None
    hours: int


@dataclass(slots=True)
class Life:
    """A person's year: acts in order, hours in hundredths, how often due, there, absent, made up."""

    year: int
    acts: list[Took] = field(default_factory=list)

    @property
    def hours(self) -> int:
        return sum(row.hours for row in self.acts)

    @property
    def due(self) -> int:
        return sum(row.state not in (Attendance.State.LEFT_OUT, Attendance.State.OBSERVER) for row in self.acts)

    @property
    def attended(self) -> int:
        return sum(row.state == Attendance.State.PRESENT for row in self.acts)

    @property
    def made_up(self) -> int:
        return sum(row.state == MADE_UP for row in self.acts)

    @property
    def absent(self) -> int:
        """Absent and not made up."""
        return sum(row.state in ABSENT for row in self.acts)

    def strip(self) -> dict[str, dict[int, list[Took]]]:
        """kind → month → what the strip of the member page shows."""
        rows: dict[str, dict[int, list[Took]]] = {}
        for row in self.acts:
            rows.setdefault(row.kind, {}).setdefault(row.held_on.month, []).append(row)
        return rows


def lives(people: Iterable[int], year: int, org: int | None = None) -> dict[int, Life]:
    """person → the year's life, by the day held. Two queries for any number of people."""
    found = {person: Life(year) for person in people}
    rows = (
        Attendance.objects.filter(person__in=list(found), act__held_on__year=year)
        .exclude(act__status=Act.Status.VOIDED)
        .order_by("act__held_on", "act")
    )
    if org is not None:
        rows = rows.filter(org=org)
    hours = _hours(list(found), year)
    for row in rows.values_list(
        "person", "act", "act__kind", "act__theme", "org__name", "act__held_on", "state", "made_up_on"
    ):
        person, act, kind, theme, body, held_on, state, made_up_on = row
        shown = MADE_UP if made_up_on and state in ABSENT else state  # who is left out is never due, whatever they read
        found[person].acts.append(Took(act, kind, theme, body, held_on, shown, made_up_on, hours.get((person, act), 0)))
    return found


def life_of(person: Person, year: int) -> Life:
    """One person's year, wherever they attended."""
    return lives([person.pk], year)[person.pk]


def _hours(people: list[int], year: int) -> dict[tuple[int, int], int]:
    """(person, act) → hundredths of a class hour earned; the credits are the only source of hours."""
    rows = Credit.objects.filter(
        person__in=people, kind="activities.act", voided_at__isnull=True, held_on__year=year, amount__gt=0
    ).values_list("person", "source", "amount")
    found: dict[tuple[int, int], int] = {}
    for person, act, amount in rows:
        found[person, act] = max(found.get((person, act), 0), amount)
    return found
