"""How many cells of the ten tables the platform fills by itself, measured on a bureau of the demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongzhu.config.demo import fill
from hongzhu.core.collections.queries import fields
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Bureau, Org
from hongzhu.core.people.models import Engagement, Membership, Standing
from hongzhu.kit.tables.template import read_template

from . import SAMPLES, Sample, build

TODAY = date(2026, 11, 20)
SMALL = fill.Size(
    "jinan", "济南市教育局", "济南", schools=10, kindergartens=4, branches=12, generals=2, edge_cases=True
)
MACHINE = ("ORDER", "FORMULA")  # filled by the sheet itself: counted on neither side


@dataclass(frozen=True)
class Share:
    """One table: cells there are for units to answer, and those the platform holds. ``asked``: titles nobody holds."""

    sample: Sample
    cells: int
    filled: int
    asked: tuple[str, ...]

    @property
    def percent(self) -> float:
        return 100 * self.filled / self.cells


def stage(today: date = TODAY) -> Bureau:
    """A small bureau of the demo with its year."""
    fill.fill(today, sizes=(SMALL,))
    return Bureau.objects.get(code=SMALL.code)


def subjects(bureau: Bureau, about: str, on: date) -> tuple[list[int], list[tuple[int, int]]]:
    """Units, and for tables of persons each person with the unit the row belongs to."""
    branches = Org.objects.filter(orgs.existing(on), bureau=bureau, kind__in=BRANCH_KINDS).order_by("sort", "id")
    if about == "UNIT":
        return list(branches.values_list("pk", flat=True)), []
    if about == "MEMBER":
        rows = Membership.objects.filter(
            orgs.on_day(on), org__in=branches.values("pk"), standing__in=(Standing.FULL, Standing.PROBATIONARY)
        ).order_by("org", "pk").values_list("person", "org")  # fmt: skip
    else:
        rows = Engagement.objects.filter(
            orgs.on_day(on), unit__bureau=bureau, relation=Engagement.Relation.PERSONNEL
        ).order_by("unit", "pk").values_list("person", "unit")  # fmt: skip
    people = list(rows)
    return sorted({unit for _person, unit in people}), people


def share(bureau: Bureau, sample: Sample, on: date = TODAY, *, only: Sequence[tuple[int, int]] = ()) -> Share:
    """Read the table as an officer's upload is read, match its columns, and pre-fill every row."""
    template = read_template(build(sample), f"{sample.name}.xlsx")
    columns = [column for column in template.columns if column.type not in MACHINE]
    matches = fields.match([column.title for column in columns], sample.about)
    units, people = subjects(bureau, sample.about, on)
    if only:
        people = list(only)
    codes = {match.code for match in matches if match.code}
    of_unit, of_person = fields.values(codes, sample.about, units=units, people=[pk for pk, _unit in people], on=on)
    rows: list[dict[str, Any]] = [of_unit.get(unit, {}) for unit in units]
    if sample.about != "UNIT":
        rows = [of_unit.get(unit, {}) | of_person.get(person, {}) for person, unit in people]
    filled = sum(match.code in row for row in rows for match in matches if match.code)
    return Share(sample, len(rows) * len(columns), filled, tuple(match.title for match in matches if not match.code))


def shares(bureau: Bureau, on: date = TODAY) -> list[Share]:
    """All ten; the table of those on their way into the Party holds these alone."""
    from hongzhu.services.party.models import Admission

    way = list(Admission.objects.filter(bureau=bureau).order_by("org", "pk").values_list("person", "org"))
    return [share(bureau, one, on, only=way if one.name == "发展党员工作台账" else ()) for one in SAMPLES]
