"""What party affairs hold for tables: terms, appraisals and dues of a body; dues and the way into the Party of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import queries as policies
from hongzhu.services.party.engine import admission as way_engine
from hongzhu.services.party.engine import dues as engine
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionStep,
    Appraisal,
    Election,
    Helper,
    Receipt,
)

from . import admission, dues, dues_lines, roster, terms

Held = dict[int, dict[str, Any]]
MONTHS = range(1, 13)
# Steps of the national pack whose day a table may ask for.
STEPS = {
    "talked_on": "talk", "activist_on": "activist", "activist_filed_on": "activist_filed", "candidate_on": "candidate",
    "candidate_filed_on": "candidate_filed", "reviewed_on": "political_review", "trained_on": "training",
    "preliminary_on": "preliminary", "admitted_on": "admit_vote", "upper_talked_on": "superior_talk",
    "approved_on": "admit_approved", "full_voted_on": "full_vote", "full_approved_on": "full_approved",
}  # fmt: skip
ADMITTED = "admit_vote"
COMMA = "、"  # zh: between the names of a cell
BEFORE_ADMISSION = "probationary"  # the point of the notice


def _chosen(told: Held, codes: Collection[str]) -> Held:
    return {
        pk: {
            code: value for name, value in row.items() if (code := f"party.{name}") in codes and value not in (None, "")
        }
        for pk, row in told.items()
    }


# Bodies


def terms_of_units(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """How the term of each body stands, and its last or running election. A fixed number of queries for each bureau."""
    bodies = Org.objects.filter(pk__in=list(ids))
    told: Held = {}
    for bureau in Bureau.objects.filter(pk__in=bodies.order_by().values("bureau")):
        for row in terms.standings(bodies.filter(bureau=bureau), bureau, on):
            election = row.running or row.last
            told[row.org.pk] = {
                "elected_on": row.last.held_on if row.last else None,
                "term_ends_on": row.term.due_on,
                "delayed_to": row.term.until,
                "election_asked_on": election.asked_on if election else None,
                "election_allowed_on": election.allowed_on if election else None,
                "election_held_on": election.held_on if election else None,
                "election_confirmed_on": election.confirmed_on if election else None,
                "election_cause": str(Election.Cause(election.cause).label) if election else None,
                "seats": election.seats if election else None,
            }
    return _chosen(told, codes)


def life_of_units(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """The last appraisal held by a day, of this year or the one before. One query."""
    told: Held = {}
    rows = Appraisal.objects.filter(org__in=list(ids), held_on__lte=on, year__gte=on.year - 1).order_by(
        "year", "held_on"
    )
    for row in rows:
        told[row.org_id] = {  # zh: a value of a table
            "appraised_year": row.year,
            "appraised_on": row.held_on,
            "appraised_members": row.members,
            "appraised_took_part": row.took_part,
            "appraised_absent": row.absent_for or ("无" if row.took_part == row.members else None),
            "appraised_excellent": row.excellent,
            "appraised_qualified": row.qualified,
            "appraised_basic": row.basic,
            "appraised_unqualified": row.unqualified,
            "appraised_probationary": row.probationary,
        }
    return _chosen(told, codes)


def dues_of_units(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """Dues that came in this year by a day, by receipts not voided. One query. No receipt at all: nobody knows."""
    rows = Receipt.objects.filter(
        org__in=list(ids), paid_on__gte=date(on.year, 1, 1), paid_on__lte=on, voided_at__isnull=True, large=False
    )
    found = rows.order_by().values("org").annotate(fen=Sum("fen"), payers=Count("person", distinct=True))
    return _chosen({row["org"]: {"dues_year": row["fen"], "dues_payers": row["payers"]} for row in found}, codes)


def way_of_units(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """Who is on the way into the Party, by body, and how many were admitted this year. Three queries.

    Applicants and candidates are those of the two rosters. A body without anybody on file is left out: nobody may have
    applied, or nobody keeps the file here.
    """
    wanted = list(ids)
    done = Q(steps__voided_at__isnull=True, steps__on__lte=on, steps__passed=True)
    this_year = Q(steps__on__gte=date(on.year, 1, 1))
    rows = (
        Admission.objects.filter(org__in=wanted, applied_on__lte=on)
        .order_by()
        .values("org")
        .annotate(
            admitted_year=Count("pk", filter=done & this_year & Q(steps__code=ADMITTED), distinct=True),
            confirmed_year=Count("pk", filter=done & this_year & Q(steps__code="full_approved"), distinct=True),
        )
    )
    told = {row["org"]: dict(row) for row in rows}
    for who in ("applicants", "candidates"):
        standing = roster.on_the_way(wanted, roster.Asked(on, who=who)).order_by().values("org")
        counts = dict(standing.annotate(n=Count("pk")).values_list("org", "n"))
        for org, row in told.items():
            row[who] = counts.get(org, 0)
    return _chosen(told, codes)


# Persons


def dues_of_persons(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """What persons owe and paid month by month this year, by a day. A fixed number of queries for each bureau.

    A month nobody paid is left out; so is a base that is not on file.
    """
    wanted = set(ids)
    mine = Membership.objects.filter(orgs.on_day(on), person__in=wanted)
    first, last = date(on.year, 1, 1), date(on.year, 12, 1)
    told: Held = {}
    through = dues.paid_through(wanted, on)
    for bureau in Bureau.objects.filter(pk__in=mine.order_by().values("org__bureau")):
        bodies = mine.filter(org__bureau=bureau).order_by().values("org")
        for pk, one in dues.members_of(bureau, bodies, first, last).items():
            if pk in wanted:
                told[pk] = _dues_of(one, on) | {"dues_paid_to": through.get(pk)}
    return _chosen(told, codes)


def _dues_of(one: dues.Member, on: date) -> dict[str, Any]:
    base = one.base_on(engine.month_of(on))
    paid = {cell.month.month: cell.paid for cell in one.cells if cell.paid}
    known = [cell for cell in one.cells if cell.owed is not None]
    row: dict[str, Any] = {
        "dues_base": base.base if base and base.base else None,
        "dues_rate": dues_lines.rate_text(one.scales, base) or None,
        "dues_monthly": dues.amount_of(base, one.scales) if base else None,
        "dues_owed": sum(cell.owed or 0 for cell in known) if known else None,
        "dues_paid": sum(paid.values()) if paid else None,
    }
    return row | {f"dues_month_{month}": paid.get(month) for month in MONTHS}


def _probations(ways: Mapping[int, Admission], on: date) -> dict[int, date]:
    """person → the end of probation as it stood on a day, a granted extension included. Six queries for each bureau."""
    told: dict[int, date] = {}
    for bureau in {way.bureau_id: way.bureau for way in ways.values()}.values():
        mine = {person: way for person, way in ways.items() if way.bureau_id == bureau.pk}
        part, calendar = admission.part_on(bureau, on), policies.calendar(bureau)
        facts = admission.facts_of(mine.values())
        for person, way in mine.items():
            done = tuple(step for step in facts[way.pk].steps if step.on <= on)
            ends_on = way_engine.way(replace(facts[way.pk], steps=done), part, calendar, on).probation_end
            if ends_on is not None:
                told[person] = ends_on
    return told


def way_of_persons(ids: Iterable[int], on: date, codes: Collection[str]) -> Held:
    """The steps of a person's last way into the Party done by a day. A fixed number of queries for each bureau."""
    ways: dict[int, Admission] = {}
    found_ways = Admission.objects.filter(person__in=list(ids), applied_on__lte=on).select_related("bureau")
    for way in found_ways.order_by("applied_on", "pk"):
        ways[way.person_id] = way
    person_of = {way.pk: person for person, way in ways.items()}
    told: Held = {person: {"applied_on": way.applied_on} for person, way in ways.items()}
    names = {code: name for name, code in STEPS.items()}
    steps = AdmissionStep.objects.filter(
        admission__in=person_of, voided_at__isnull=True, on__lte=on, passed=True, code__in=names
    )
    for step in steps.order_by("round", "on"):
        row = told[person_of[step.admission_id]]
        row[names[step.code]] = step.on
        if step.code == ADMITTED:
            row |= {
                "admit_entitled": step.entitled, "admit_present": step.present, "admit_favour": step.in_favour,
            }  # fmt: skip
    for person, ends_on in _probations(ways, on).items():
        told[person]["probation_ends_on"] = ends_on
    helpers: dict[tuple[int, str], list[str]] = defaultdict(list)
    for helper in (
        Helper.objects.filter(orgs.on_day(on), admission__in=person_of).select_related("person").order_by("pk")
    ):
        helpers[person_of[helper.admission_id], helper.role].append(helper.person.name)
    for (person, role), found in helpers.items():
        told[person]["contacts" if role == Helper.Role.CONTACT else "introducers"] = COMMA.join(found)
    notices = AdmissionNotice.objects.filter(admission__in=person_of, point=BEFORE_ADMISSION, posted_on__lte=on)
    for notice in notices.order_by("posted_on"):
        told[person_of[notice.admission_id]]["posted_on"] = notice.posted_on
    return _chosen(told, codes)
