"""What the rooms say they hold, against a naive question to each object; a fixed number of queries; missing stays out."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from hongzhu.core.activities.models import ABSENT, Act, ActBody, Attendance
from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, Hosting, Org, Placement, Superior
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as policy_queries
from hongzhu.core.registers.models import Contact, Honour, Title
from hongzhu.kit import registry
from hongzhu.kit.dates import Period
from hongzhu.services.party.models import (
    Admission,
    AdmissionNotice,
    AdmissionStep,
    Appraisal,
    Delay,
    DuesBase,
    DuesMonth,
    Election,
    Helper,
    Receipt,
)  # fmt: skip
from hongzhu.services.party.queries import roster
from tests.cast import FOUNDED, SYSTEM

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
DAYS = (ON, date(2026, 3, 1), date(2024, 2, 29))
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def held(source: str, ids: Any, on: date = ON, codes: Any = None) -> dict[int, dict[str, Any]]:
    found = registry.book.fields[source]
    return found.values(ids, on, codes or [one.code for one in found.fields])


@pytest.fixture
def world(cast: Any) -> Any:
    """The cast with fifty people of every kind, memberships that begin and end, joint and closed bodies."""
    policies.ship()
    dice = random.Random("held")
    above = {"belongs_to": cast.general_branch, "guided_by": cast.committee}
    here = {"bureau": cast.bureau, "by": SYSTEM, "on": FOUNDED}
    joint = orgs.set_up(kind="JOINT_BRANCH", name="村小联合党支部", parent=cast.general_branch,
                        hosts=(cast.school, cast.other_school), **above, **here)  # fmt: skip
    second = orgs.set_up(
        kind="BRANCH", name="柳林中心小学第二党支部", parent=cast.general_branch, hosts=(cast.school,), **above, **here
    )
    orgs.set_up(kind="TEAM", name="第一党小组", parent=second, **here)
    bodies = [cast.branch, cast.other_branch, joint, second, cast.general_branch, cast.committee]
    units = [cast.school, cast.other_school]
    kinds = ["SECRETARY", "DEPUTY_SECRETARY", "ORGANISER", "PUBLICITY", "COMMITTEE_MEMBER", "PRINCIPAL", "TEACHER"]
    people = []
    for number in range(50):
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
        who = Person.objects.create(
            bureau=cast.bureau, name=f"人{number:02d}", search_key=str(number), sex=dice.choice("12") if number > 2 else "0",
            ethnic=dice.choice(["汉族", "汉族", "回族", "满族"]), born_on=born if number != 4 else None, staff_no=f"T{number}",
            subject=("语文", "数学", "")[number % 3],
            education=dice.choice(["COLLEGE", "BACHELOR", "MASTER", "SENIOR"]) if number != 6 else "",
        )  # fmt: skip
        people.append(who)
        begins = dice.choice([date(2019, 9, 1), date(2025, 1, 1), date(2026, 11, 20), date(2026, 11, 21)])
        ends = dice.choice([None, None, None, date(2026, 3, 1), date(2026, 11, 20), date(2026, 11, 21)])
        ends = ends if ends is None or ends > begins else None
        Membership.objects.create(
            person=who, org=dice.choice(bodies), standing=dice.choice(["FULL", "FULL", "PROBATIONARY", "ACTIVIST", "MEMBER"]),
            retired=dice.random() < 0.2, left_out=dice.choice(["", "", "AGED"]), joined_on=date(2001, 7, 1), full_on=date(2002, 7, 1),
            from_on=begins, to_on=ends,
        )  # fmt: skip
        for relation in ("PERSONNEL", "WORKPLACE"):
            Engagement.objects.create(person=who, unit=dice.choice(units), relation=relation, from_on=begins, to_on=ends,
                                      reason=dice.choice(["", "", "SECONDED", "RETIRED"]))  # fmt: skip
        if number % 2:
            Post.objects.create(person=who, org=dice.choice([*bodies, *units]), kind=dice.choice(kinds), from_on=begins,
                                to_on=ends, acting=dice.random() < 0.2)  # fmt: skip
    cast.extra = people
    cast.bodies = [*bodies, *units, cast.root]
    return cast


def holds(row: Any, on: date) -> bool:
    return row.from_on <= on and (row.to_on is None or row.to_on > on)


def below(org: Org, on: date) -> list[int]:
    """The body and the two levels that belong to it."""
    found = [org.pk]
    for _level in range(2):
        rows = Superior.objects.filter(relation="BELONGS", superior__in=found)
        found += [row.org_id for row in rows if holds(row, on) and row.org_id not in found]
    return found


def party_of(org: Org, on: date) -> list[int]:
    """Whose members are this body's: its own and those below; of a unit those of the bodies that live in it."""
    lives = [row.org_id for row in Hosting.objects.filter(unit=org).select_related("org")
             if holds(row, on) and row.org.kind in PARTY_KINDS and row.org.kind != "JOINT_BRANCH"]  # fmt: skip
    return [*below(org, on), *lives]


def age(born: date, on: date) -> int:
    years = 0
    while (born.year + years + 1, born.month, born.day) <= (on.year, on.month, on.day):
        years += 1
    return years


@pytest.mark.parametrize("on", DAYS)
def test_members_of_every_body_are_counted_as_one_by_one(world: Any, on: date) -> None:
    found = held("people.units", [org.pk for org in world.bodies], on)
    for org in world.bodies:
        told = found.get(org.pk, {})
        rows = [
            row
            for one in party_of(org, on)
            for row in Membership.objects.filter(org=one).select_related("person")
            if holds(row, on)
        ]
        party = [row for row in rows if row.standing in ("FULL", "PROBATIONARY")]
        if not rows:
            assert told.get("people.members") in (None, 0), org
            continue
        expected: dict[str, Any] = {
            "members": len(party), "full": sum(row.standing == "FULL" for row in party),
            "probationary": sum(row.standing == "PROBATIONARY" for row in party),
            "activists": sum(row.standing == "ACTIVIST" for row in rows), "retired": sum(row.retired for row in party),
            "working": sum(not row.retired for row in party), "left_out": sum(bool(row.left_out) for row in party),
        }  # fmt: skip
        people = [row.person for row in party]
        if all(who.sex != "0" for who in people):
            expected |= {"women": sum(who.sex == "2" for who in people), "men": sum(who.sex == "1" for who in people)}
        if all(who.ethnic for who in people):
            expected["minority"] = sum(who.ethnic != "汉族" for who in people)
        if all(who.born_on for who in people):
            ages = [age(who.born_on, on) for who in people]
            expected |= {"young": sum(n <= 35 for n in ages), "old": sum(n >= 60 for n in ages)}
        if all(who.education for who in people):
            expected["bachelor"] = sum(who.education in ("BACHELOR", "MASTER", "DOCTOR") for who in people)
            expected["college"] = sum(who.education != "SENIOR" for who in people)
        member_codes = {*expected, "women", "men", "minority", "young", "old", "bachelor", "college"}
        got = {code: told[f"people.{code}"] for code in member_codes if f"people.{code}" in told}
        assert got == expected, org


@pytest.mark.parametrize("on", DAYS)
def test_staff_and_posts_of_every_body(world: Any, on: date) -> None:
    found = held("people.units", [org.pk for org in world.bodies], on)
    for org in world.bodies:
        told = found.get(org.pk, {})
        staff = {
            row.person_id
            for row in Engagement.objects.filter(unit=org, relation="WORKPLACE").exclude(reason="RETIRED")
            if holds(row, on)
        }
        assert told.get("people.staff") == (len(staff) or None)

        def named(kind: str, where: list[int]) -> list[Post]:
            rows = Post.objects.filter(org__in=where, kind=kind, acting=False).select_related("person")
            seen = {row.person_id: row for row in rows if holds(row, on)}
            return list(seen.values())

        lives = [one for one in party_of(org, on) if one not in below(org, on)]
        home = [org.pk] if named("SECRETARY", [org.pk]) or not lives else lives
        secretaries = named("SECRETARY", home)
        assert told.get("people.secretary") == (secretaries[0].person.name if len(secretaries) == 1 else None), org
        heads = named("PRINCIPAL", [org.pk])
        assert told.get("people.principal") == (heads[0].person.name if len(heads) == 1 else None), org
        if len(secretaries) == len(heads) == 1:
            assert told["people.combined"] == ("是" if secretaries[0].person_id == heads[0].person_id else "否")
        if len(secretaries) == 1:
            assert told["people.secretary_since"] == secretaries[0].from_on
            assert told.get("people.secretary_born_on") == secretaries[0].person.born_on


def test_facts_of_persons(world: Any) -> None:
    people = world.extra
    found = held("people.persons", [who.pk for who in people])
    for who in people:
        told = found[who.pk]
        assert told["people.name"] == who.name
        assert told.get("people.sex") == ({"1": "男", "2": "女"}.get(who.sex))
        assert told.get("people.born_on") == who.born_on
        assert told.get("people.subject") == (who.subject or None)
        assert told.get("people.age") == (age(who.born_on, ON) if who.born_on else None)
        party = [
            row
            for row in who.memberships.all()
            if holds(row, ON) and row.standing in ("FULL", "PROBATIONARY", "ACTIVIST")
        ]
        assert told.get("people.body") == (party[0].org.name if party else None)
        full = bool(party) and party[0].standing == "FULL"
        assert told.get("people.full_on") == (party[0].full_on if full else None)
        for relation, code in (("PERSONNEL", "personnel"), ("WORKPLACE", "workplace")):
            rows = [row for row in who.engagements.all() if row.relation == relation and holds(row, ON)]
            assert told.get(f"people.{code}") == (rows[0].unit.name if rows else None)
        assert not {"people.id", "people.phone"} & set(told)


def test_facts_of_bodies(world: Any) -> None:
    for org in world.bodies:
        told = held("orgs.units", [org.pk])[org.pk]
        assert told["orgs.name"] == org.name
        above = [row.superior.name for row in Superior.objects.filter(org=org, relation="BELONGS") if holds(row, ON)]
        assert told.get("orgs.superior") == (above[0] if above else None)
        if org.kind in ("COMMITTEE", "GENERAL_BRANCH"):
            rows = Superior.objects.filter(superior=org, relation="BELONGS", org__kind__in=BRANCH_KINDS)
            assert told["orgs.branches"] == sum(holds(row, ON) for row in rows)
        if org.kind in BRANCH_KINDS:
            assert told["orgs.teams"] == Placement.objects.filter(parent=org, org__kind="TEAM").count()
    assert held("orgs.units", [world.school.pk])[world.school.pk]["orgs.classes"] == 1
    assert (
        "orgs.classes" not in held("orgs.units", [world.other_school.pk])[world.other_school.pk]
    )  # not on record: not 0


@pytest.fixture
def busy(world: Any) -> Any:
    """Acts, attendance, credits, honours, titles, dues, elections, an appraisal, somebody on the way."""
    dice = random.Random("busy")
    version = policy_queries.version_on(world.bureau, ON)
    people = world.people
    for number, (held_on, kind) in enumerate(
        [(date(2025, 12, 30), "theme_day"), (date(2026, 1, 1), "theme_day"), (date(2026, 10, 1), "theme_day"),
         (date(2026, 11, 20), "theme_day"), (date(2026, 11, 21), "theme_day"), (date(2026, 9, 30), "lecture"), (date(2026, 5, 4), "members_meeting")]
    ):  # fmt: skip
        act = Act.objects.create(
            bureau=world.bureau, body=world.branch, kind=kind, pack_version=version, theme="学习", held_on=held_on, held_to=held_on,
            belongs_on=held_on, recorded_at=NOW, status="VOIDED" if number == 6 else "RECORDED", voided_at=NOW if number == 6 else None,
            void_reason="记错" if number == 6 else "",
        )  # fmt: skip
        ActBody.objects.create(act=act, org=world.branch, kind=kind, year=held_on.year, number=number + 1)
        for tag in {kind, "lecture" if number == 3 else kind}:  # 20 November: a theme day with a lecture in it
            Credit.objects.create(
                bureau=world.bureau, tag=tag, body=world.branch, held_on=held_on, belongs_on=held_on, recorded_at=NOW,
                kind="activities.act", source=act.pk, voided_at=NOW if number == 6 else None,
            )  # fmt: skip
        for who in people:
            Attendance.objects.create(
                act=act, org=world.branch, person=who, standing="FULL",
                state=dice.choice(["PRESENT", "PRESENT", "SICK", "UNEXCUSED", "LEFT_OUT", "OBSERVER"]),
                made_up_on=dice.choice([None, held_on]),
            )  # fmt: skip
        Credit.objects.create(
            bureau=world.bureau, tag="study_hours", body=world.branch, person=people[0], held_on=held_on, belongs_on=held_on,
            recorded_at=NOW, amount=150, kind="tests.held", source=number, voided_at=NOW if number == 2 else None,
        )  # fmt: skip
    honours = {"title": "先进基层党组织", "granted_by": "县委", "bureau": world.bureau}
    Honour.objects.create(org=world.branch, level="COUNTY", granted_on=date(2026, 7, 1), **honours)
    Honour.objects.create(org=world.branch, level="CITY", granted_on=date(2025, 7, 1), **honours)
    Honour.objects.create(org=world.branch, level="CITY", granted_on=date(2026, 11, 21), **honours)
    Honour.objects.create(org=world.branch, level="CITY", granted_on=date(2024, 7, 1), revoked_on=ON, **honours)
    Honour.objects.create(person=people[0], level="CITY", granted_on=date(2026, 9, 10), **honours)
    Title.objects.create(
        bureau=world.bureau, person=people[0], kind="BACKBONE", level="COUNTY", from_on=date(2022, 1, 1)
    )
    Title.objects.create(
        bureau=world.bureau, person=people[0], kind="SENIOR", level="PROVINCIAL", from_on=date(2023, 1, 1)
    )
    Title.objects.create(
        bureau=world.bureau, person=people[1], kind="BACKBONE", level="COUNTY", from_on=date(2020, 1, 1), to_on=ON
    )
    Contact.objects.create(bureau=world.bureau, scheme="CONTACT", person=people[2], body=world.branch, from_on=FOUNDED)
    return world


def test_acts_of_bodies_and_of_persons(busy: Any) -> None:
    told = held("activities.units", [busy.branch.pk, busy.other_branch.pk])
    assert busy.other_branch.pk not in told  # nothing recorded at all: nobody knows
    row = told[busy.branch.pk]
    acts = [body.act for body in ActBody.objects.filter(org=busy.branch).select_related("act")]
    kept = [act for act in acts if act.voided_at is None and date(2026, 1, 1) <= act.held_on <= ON]
    themes = [act.held_on for act in kept if act.kind == "theme_day"]
    assert row["activities.acts"] == len(kept) == 4
    assert row["activities.theme_days"] == len(themes) == 3
    assert row["activities.theme_days_quarter"] == sum(day >= date(2026, 10, 1) for day in themes) == 2
    assert row["activities.theme_days_month"] == 1
    assert row["activities.members_meetings"] == 0
    assert (row["activities.lectures"], row["activities.lectures_quarter"]) == (2, 1), "the one inside a theme day too"
    assert (row["activities.last_theme_day"], row["activities.last_on"]) == (ON, ON)
    found = held("activities.persons", [who.pk for who in busy.people])
    for who in busy.people:
        mine = [one for one in Attendance.objects.filter(person=who).select_related("act") if one.act in kept]
        due = [one for one in mine if one.state not in ("LEFT_OUT", "OBSERVER")]
        told_of = found.get(who.pk, {})
        assert told_of.get("activities.due") == (len(due) or None)
        if due:
            there = sum(one.state == "PRESENT" for one in due)
            assert told_of["activities.attended"] == there
            assert told_of["activities.leave"] == sum(one.state in ABSENT and one.state != "UNEXCUSED" for one in due)
            assert told_of["activities.absent"] == sum(one.state == "UNEXCUSED" for one in due)
            assert told_of["activities.made_up"] == sum(one.made_up_on is not None for one in due)
            assert told_of["activities.rate"] == (Decimal(100 * there) / len(due)).quantize(Decimal("0.1"))
    assert found[busy.people[0].pk]["activities.hours"] == Decimal(
        "6"
    )  # four of seven: this year, by the day, not voided
    assert "activities.hours" not in found.get(busy.people[1].pk, {})


def test_tables_count_what_the_duties_count(busy: Any) -> None:
    own = {"bureau": busy.bureau, "recorded_at": NOW, "kind": "activities.act", "body": busy.branch}
    for number, (tag, belongs_on, held_on) in enumerate(
        [("org_life", date(2025, 12, 31), date(2026, 2, 1)), ("org_life", date(2026, 12, 31), ON),
         ("org_life", date(2026, 12, 31), date(2026, 11, 21)), ("study", ON, ON)]
    ):  # fmt: skip
        Credit.objects.create(tag=tag, belongs_on=belongs_on, held_on=held_on, source=9000 + number, **own)
    Credit.objects.create(tag="org_life", belongs_on=ON, held_on=ON, source=9010, person=busy.people[0], **own)
    Credit.objects.filter(tag="theme_day", held_on=date(2026, 1, 1)).update(voided_at=NOW)
    Credit.objects.create(tag="theme_day", belongs_on=ON, held_on=ON, source=9011, **own | {"body": busy.other_branch})

    told = held("activities.units", [busy.branch.pk, busy.other_branch.pk])
    assert busy.other_branch.pk not in told
    row = told[busy.branch.pk]
    assert row["activities.org_lives"] == 1, "in the year it belongs to, held by the day, the body's own"
    assert row["activities.theme_days"] == 2, "one was struck"
    assert row["activities.acts"] == 4


def test_honours_titles_and_contacts(busy: Any) -> None:
    told = held("registers.units", [busy.branch.pk, busy.school.pk, busy.other_branch.pk])
    row = told[busy.branch.pk]
    assert (row["registers.honours"], row["registers.honours_year"], row["registers.honours_high"]) == (2, 1, 1)
    assert row["registers.last_honour"] == date(2026, 7, 1)
    assert row["registers.contact"] == busy.people[2].name
    assert told[busy.other_branch.pk] == {
        "registers.honours": 0,
        "registers.honours_year": 0,
        "registers.honours_high": 0,
    }
    assert told[busy.school.pk]["registers.backbone"] == told[busy.school.pk]["registers.seniors"] == 1
    one, two = (held("registers.persons", [who.pk])[who.pk] for who in busy.people[:2])
    assert one["registers.person_titles"] == "骨干教师、高级教师"
    assert (one["registers.rank"], one["registers.rank_since"]) == ("高级教师", date(2023, 1, 1))
    assert one["registers.person_honours"] == 1
    assert "registers.person_titles" not in two  # it ended that day


def test_duties_are_the_grids_own_figures(busy: Any) -> None:
    told = held("obligations.units", [busy.branch.pk, busy.other_branch.pk])
    question = obligations.ask(busy.bureau, Period.year(2026), datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    grid = obligations.grid(question, obligations.Scope(busy.bureau.pk))
    for org in (busy.branch, busy.other_branch):
        totals = grid[org.pk, "theme_day_monthly"]
        row = told[org.pk]
        assert row["obligations.theme_day_due"] == totals.due - totals.ahead
        assert row["obligations.theme_day_held"] == totals.held
        assert row["obligations.theme_day_in_time"] + row["obligations.theme_day_made_up"] <= totals.held
        assert "obligations.team_meeting_due" not in row or grid[org.pk, "team_meeting_monthly"].due


def test_party_affairs_of_bodies(busy: Any) -> None:
    branch, other = busy.branch, busy.other_branch
    Election.objects.create(
        bureau=busy.bureau, org=branch, cause="TERM", started_on=date(2023, 2, 1), asked_on=date(2023, 3, 1), allowed_on=date(2023, 3, 10),
        held_on=date(2023, 4, 1), confirmed_on=date(2023, 4, 10), seats=3,
    )  # fmt: skip
    Delay.objects.create(
        org=branch,
        due_on=date(2026, 4, 1),
        until=date(2027, 4, 1),
        approved_on=date(2026, 3, 1),
        approved_by="上级",
        number="1",
        reason="书记调动",
    )
    counts = {
        "members": 9,
        "took_part": 8,
        "excellent": 2,
        "qualified": 6,
        "basic": 0,
        "unqualified": 0,
        "probationary": 1,
    }
    for year, held_on in ((2024, date(2025, 1, 10)), (2025, date(2026, 1, 10)), (2026, date(2026, 12, 1))):
        Appraisal.objects.create(
            bureau=busy.bureau, org=branch, year=year, held_on=held_on, recorded_at=NOW, recorded_by="某", **counts
        )
    told = held("party.terms", [branch.pk, other.pk])
    assert told[branch.pk] | {"party.election_cause": ""} == {
        "party.elected_on": date(2023, 4, 1), "party.term_ends_on": date(2026, 4, 1), "party.delayed_to": date(2027, 4, 1),
        "party.election_asked_on": date(2023, 3, 1), "party.election_allowed_on": date(2023, 3, 10), "party.election_held_on": date(2023, 4, 1),
        "party.election_confirmed_on": date(2023, 4, 10), "party.seats": 3, "party.election_cause": "",
    }  # fmt: skip
    assert "party.elected_on" not in told[other.pk]
    life = held("party.life", [branch.pk, other.pk])
    assert other.pk not in life
    assert life[branch.pk]["party.appraised_year"] == 2025  # the last by the day; the next is not held yet
    assert (life[branch.pk]["party.appraised_members"], life[branch.pk]["party.appraised_excellent"]) == (9, 2)
    assert "party.appraised_absent" not in life[branch.pk]  # one was missing, and nobody wrote why


def test_dues_and_the_way_of_persons(busy: Any) -> None:
    who, other = busy.people[0], busy.people[1]
    DuesBase.objects.create(person=who, table="SALARIED", base=500_000, from_on=date(2026, 1, 1))
    receipt = {
        "bureau": busy.bureau,
        "org": busy.branch,
        "person": who,
        "voucher": "凭1",
        "collected_by": "某",
        "recorded_at": NOW,
    }
    for number, month in enumerate((1, 2, 3)):
        paid = Receipt.objects.create(number=f"{number}", paid_on=date(2026, month, 15), fen=5000, **receipt)
        DuesMonth.objects.create(receipt=paid, month=date(2026, month, 1), fen=5000)
    wrong = Receipt.objects.create(
        number="9", paid_on=date(2026, 4, 15), fen=5000, voided_at=NOW, void_reason="错", **receipt
    )
    DuesMonth.objects.create(receipt=wrong, month=date(2026, 4, 1), fen=5000)
    told = held("party.dues_of_persons", [who.pk, other.pk])
    row = told[who.pk]
    assert (row["party.dues_base"], row["party.dues_monthly"], row["party.dues_rate"]) == (500_000, 5000, "1%")
    assert [row.get(f"party.dues_month_{month}") for month in range(1, 6)] == [5000, 5000, 5000, None, None]
    assert (row["party.dues_owed"], row["party.dues_paid"], row["party.dues_paid_to"]) == (
        60_000,
        15_000,
        date(2026, 3, 1),
    )
    assert not {"party.dues_base", "party.dues_monthly", "party.dues_paid"} & set(told.get(other.pk, {}))
    assert held("party.dues_of_units", [busy.branch.pk]) == {
        busy.branch.pk: {"party.dues_year": 15_000, "party.dues_payers": 1}
    }

    way = Admission.objects.create(bureau=busy.bureau, person=other, org=busy.branch, applied_on=date(2023, 5, 1))
    for code, day, more in (
        ("activist", date(2024, 1, 5), {}), ("candidate", date(2025, 3, 1), {"voided_at": NOW}),
        ("admit_vote", date(2026, 6, 12), {"entitled": 8, "present": 7, "in_favour": 6}), ("full_vote", date(2027, 6, 20), {}),
    ):  # fmt: skip
        AdmissionStep.objects.create(admission=way, code=code, on=day, recorded_at=NOW, recorded_by="某", **more)
    Helper.objects.create(admission=way, person=who, role="CONTACT", from_on=date(2024, 1, 5))
    AdmissionNotice.objects.create(admission=way, point="probationary", posted_on=date(2026, 6, 1), days=5)
    row = held("party.way_of_persons", [other.pk, who.pk])
    assert row == {
        other.pk: {
            "party.applied_on": date(2023, 5, 1), "party.activist_on": date(2024, 1, 5), "party.admitted_on": date(2026, 6, 12),
            "party.admit_entitled": 8, "party.admit_present": 7, "party.admit_favour": 6, "party.contacts": who.name,
            "party.probation_ends_on": date(2027, 6, 12), "party.posted_on": date(2026, 6, 1),
        }
    }  # fmt: skip
    assert held("party.way_of_units", [busy.branch.pk])[busy.branch.pk] == {
        "party.applicants": 0, "party.candidates": 0, "party.admitted_year": 1, "party.confirmed_year": 0,
    }  # fmt: skip


def test_the_way_is_counted_as_the_rosters_count_it_and_probation_ends_when_it_was_extended_to(busy: Any) -> None:
    steps = {
        "applied": {},
        "activist": {"activist": date(2025, 1, 5)},
        "candidate": {"activist": date(2024, 1, 5), "candidate": date(2026, 1, 5)},
        "candidate_later": {"activist": date(2025, 1, 5), "candidate": date(2026, 11, 21)},
        "extended": {"activist": date(2023, 9, 1), "candidate": date(2024, 3, 1), "admit_vote": date(2025, 5, 16)},
        "extended_later": {
            "activist": date(2023, 9, 1),
            "candidate": date(2024, 3, 1),
            "admit_vote": date(2025, 5, 16),
        },
    }
    who = {}
    for name, done in steps.items():
        way = Admission.objects.create(
            bureau=busy.bureau, person=Person.objects.create(bureau=busy.bureau, name=name), org=busy.branch,
            applied_on=date(2023, 5, 1),
        )  # fmt: skip
        who[name] = way.person_id
        made = {"admission": way, "recorded_at": NOW, "recorded_by": "某"}
        for code, day in done.items():
            AdmissionStep.objects.create(code=code, on=day, **made)
        if "extended" in name:
            sealed = date(2026, 11, 21) if "later" in name else date(2026, 6, 1)
            until = date(2026, 11, 16)
            AdmissionStep.objects.create(code="full_vote", on=date(2026, 5, 20), decision="extend", until=until, **made)
            AdmissionStep.objects.create(code="full_approved", on=sealed, **made)
    row = held("party.way_of_units", [busy.branch.pk])[busy.branch.pk]
    asked = {name: roster.Asked(date(2026, 11, 20), who=name) for name in ("applicants", "candidates")}
    on_list = {name: roster.on_the_way([busy.branch.pk], one).count() for name, one in asked.items()}
    assert (
        (row["party.applicants"], row["party.candidates"]) == (on_list["applicants"], on_list["candidates"]) == (1, 1)
    )
    told = held("party.way_of_persons", list(who.values()))
    ends = {name: told[pk].get("party.probation_ends_on") for name, pk in who.items() if "ext" in name}
    assert ends == {"extended": date(2026, 11, 16), "extended_later": date(2026, 5, 16)}
    assert all("party.probation_ends_on" not in told[pk] for name, pk in who.items() if "ext" not in name)


@pytest.mark.parametrize("source", sorted(registry.book.fields))
def test_the_number_of_queries_is_that_of_one(busy: Any, source: str) -> None:
    """For any number of ids; and of one bureau more only what its pack costs."""
    of = registry.book.fields[source].of
    ids = [org.pk for org in busy.bodies] if of == "unit" else [who.pk for who in (*busy.people, *busy.extra)]
    counts = []
    for asked in (ids, ids[:1], ids):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            held(source, asked)
        counts.append(len(seen))
    assert counts[1] == counts[2], source
    if of == "unit" and source.split(".", maxsplit=1)[0] in ("orgs", "people", "registers", "activities"):
        assert counts == [2, 2, 2] if source == "activities.units" else [1, 1, 1]


def test_nobody_asked_is_nothing_told(world: Any) -> None:
    assert all(held(name, []) == {} for name in registry.book.fields)


def test_only_what_was_asked_comes_back(world: Any) -> None:
    found = held("people.units", [world.branch.pk], codes=["people.members"])
    assert set(found[world.branch.pk]) == {"people.members"}


def test_every_field_is_described_and_leads_to_where_it_is_put_right(world: Any) -> None:
    fields = [(source, one) for source in registry.book.fields.values() for one in source.fields]
    assert len(fields) >= 40
    for source, one in fields:
        assert one.type in ("text", "number", "money", "date")
        assert str(one.title)
        assert str(one.basis)
        assert len(set(one.names)) == len(one.names), one.code
        assert not re.search(r"身份证|电话|手机", f"{one.title}{one.names}"), one.code
        assert one.correct is not None
        pk = world.branch.pk if source.of == "unit" else world.people[0].pk
        try:
            resolve(one.correct(pk).partition("?")[0])
        except Resolver404:
            pytest.fail(f"{one.code} leads nowhere: {one.correct(pk)}")
