"""The demo's ways: legal step by step, in agreement with the register, and the figure of 52 counted from rows (B23)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from hongzhu.config.demo import fill
from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import Size
from hongzhu.core.measures import queries as measures
from hongzhu.core.orgs.models import Bureau, Org
from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.core.policies import queries as policies
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionPaper, AdmissionStep, PastSheet, Source
from hongzhu.services.party.queries import admission as queries

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
SIZE = Size(
    "rencheng", "任城区教育和体育局", "任城", schools=12, kindergartens=4, branches=14, generals=3, rural_generals=2,
    new_generals_2020=1, new_branches_2020=2, edge_cases=True,
)  # fmt: skip
PLAIN = replace(SIZE, edge_cases=False)
NEXT_DOOR = Size("huaibei", "淮北市教育局", "淮北", schools=3, kindergartens=1, branches=3, generals=1)


def computed() -> Any:
    found = measures.figures(Bureau.objects.get(code="rencheng"), timezone.now())
    return {figure.code: figure.computed for figure in found}["B23_admitted"]


@pytest.mark.parametrize("seed", [5, 31])
def test_the_figure_is_the_count_asked_for(seed: int) -> None:
    asked = random.Random(seed).randint(1, 40)
    fill.fill(TODAY, sizes=(PLAIN,), counts=Counts(admitted=asked))
    assert computed() == asked


def test_a_row_elsewhere_changes_nothing_and_a_row_gone_changes_the_figure() -> None:
    fill.fill(TODAY, sizes=(PLAIN, NEXT_DOOR), counts=Counts(admitted=12))
    rows = AdmissionStep.objects.filter(code="admit_vote").order_by("id")
    year_later, failed, voided, untagged, moved, unknown = (row.pk for row in rows[:6])
    assert computed() == 12
    elsewhere = Org.objects.filter(bureau__code="huaibei", kind="BRANCH").first()
    AdmissionStep.objects.filter(pk=year_later).update(on=date(2021, 1, 1))
    assert computed() == 11
    AdmissionStep.objects.filter(pk=failed).update(passed=False)
    assert computed() == 10
    AdmissionStep.objects.filter(pk=voided).update(voided_at=timezone.now())
    assert computed() == 9
    Source.objects.filter(admission__steps=untagged).update(code="class_teacher")
    assert computed() == 8
    Admission.objects.filter(steps=moved).update(org=elsewhere)
    assert computed() == 8  # who moved on was accepted where they were
    AdmissionStep.objects.filter(pk=moved).update(org=elsewhere)
    assert computed() == 7
    AdmissionStep.objects.filter(pk=unknown).update(recorded_at=timezone.now() + timezone.timedelta(days=1))
    assert computed() == 6


def test_every_way_is_legal_step_by_step() -> None:
    """Each step of the demo is one the engine allows on its day, with what was done before it."""
    fill.fill(TODAY, sizes=(SIZE,), counts=Counts(admitted=20))
    bureau = Bureau.objects.get(code="rencheng")
    calendar, part = policies.calendar(bureau), queries.part_on(bureau, TODAY)
    ways = list(Admission.objects.filter(bureau=bureau))
    facts = queries.facts_of(ways)
    walked = 0
    for admission in ways:
        told = facts[admission.pk]
        done: list[engine.Done] = []
        for step in sorted(told.steps, key=lambda one: (one.on, [s.code for s in part.steps].index(one.code))):
            notices = tuple(one for one in told.notices if one.posted_on <= step.on)
            so_far = engine.Facts(tuple(done), notices, told.papers, told.helps)
            place = engine.way(so_far, part, calendar, step.on).by_code[step.code]
            if done:
                assert engine.refusals(place, step.on) == (), (admission, step, engine.refusals(place, step.on), done)
            done.append(step)
            walked += 1
    assert walked > 600
    stages = Counter(engine.way(facts[one.pk], part, calendar, TODAY).stage for one in ways)
    assert set(stages) == {stage.code for stage in part.stages}


def test_every_vote_was_taken_by_the_roll_of_its_day() -> None:
    fill.fill(TODAY, sizes=(SIZE,), counts=Counts(admitted=20))
    votes = list(AdmissionStep.objects.filter(code__in=("admit_vote", "full_vote")).select_related("admission__org"))
    assert len(votes) > 30
    for row in votes:
        ballot = engine.Ballot(
            row.entitled or 0,
            row.present or 0,
            row.in_favour or 0,
            row.against or 0,
            row.abstained or 0,
            row.written or 0,
        )
        roll, left_out = queries.roll_on(row.admission.org, row.on)
        assert roll is not None and engine.sums_wrong(ballot, roll, left_out) == "", (
            row.admission,
            row.on,
            ballot,
            roll,
        )
        assert engine.quorate(ballot, (1, 2)) and engine.carried(ballot, (1, 2)) is row.passed


def test_the_register_agrees_with_the_ways() -> None:
    fill.fill(TODAY, sizes=(SIZE,), counts=Counts(admitted=20))
    bureau = Bureau.objects.get(code="rencheng")
    rows = Membership.objects.filter(org__bureau=bureau, to_on__isnull=True)
    probationary = {row.person_id: row for row in rows.filter(standing=Standing.PROBATIONARY)}
    assert probationary
    on_file = {one.person_id: one for one in Admission.objects.filter(bureau=bureau, outcome="")}
    assert set(probationary) <= set(on_file)
    for person, row in probationary.items():
        meeting = AdmissionStep.objects.get(admission=on_file[person], code="admit_vote")
        assert (row.joined_on, row.from_on) == (meeting.on, meeting.on)
    for row in rows.filter(standing=Standing.ACTIVIST):
        assert AdmissionStep.objects.filter(admission=on_file[row.person_id], code="activist").exists()
    for admission in Admission.objects.filter(bureau=bureau, outcome="CONFIRMED"):
        kept = Membership.objects.filter(person=admission.person, standing=Standing.FULL).earliest("from_on")
        meeting = AdmissionStep.objects.get(admission=admission, code="admit_vote")
        # Of a few the day of confirmation is missing on purpose: the pre-check of the statistics finds them.
        assert kept.joined_on == meeting.on
        assert kept.full_on in (engine.add_months(meeting.on, 12), None)


def test_a_few_branches_entered_what_was_done_before_they_began_here() -> None:
    """补录: up to one day every step, and no later one; the superior confirmed its own, by another hand than the branch."""
    fill.fill(TODAY, sizes=(SIZE, NEXT_DOOR), counts=Counts(admitted=20))
    sheets = list(PastSheet.objects.select_related("org", "account"))
    assert len(sheets) == 3 and {one.bureau.code for one in sheets} == {"rencheng"}
    part, officer = queries.part_on(sheets[0].bureau, TODAY), Person.objects.get(account__username="dangban")
    decides = {step.code for step in part.steps if step.decides}
    entered_all = AdmissionStep.objects.filter(sheet__isnull=False)
    assert entered_all.filter(code__in=decides).exists() and entered_all.exclude(code__in=decides).exists()
    assert AdmissionNotice.objects.filter(sheet__isnull=False).exists()
    for one in sheets:
        ways = Admission.objects.filter(steps__sheet=one).distinct()
        (branch,) = {way.org for way in ways}
        assert (one.state, bytes(one.sealed), one.people) == ("DONE", b"", len(ways))
        assert (one.org, one.account.person.name) == (
            queries.decided_by(one.bureau_id, TODAY)[branch.pk],
            one.sent_by[:-6],
        )
        day = timezone.localtime(one.sent_at).date()
        assert day == date(2026, 9, 4)  # a working day, 75 days ago and the weekend before it
        waited = set()
        for step in AdmissionStep.objects.filter(admission__in=ways):
            assert (step.sheet_id == one.pk) is (step.on <= day)
            if step.sheet_id:
                superior = step.code in decides
                waited |= {step.admission_id} if superior else set()
                assert (
                    step.recorded_by == (one.closed_by if superior else one.sent_by) and step.recorded_at >= one.sent_at
                )
        assert len(one.rows) == len(waited) and bool(waited) is (one.closed_at is not None)
        assert one.closed_by == (officer.name if waited else "")
        hung = AdmissionNotice.objects.filter(admission__in=ways)
        assert all((row.sheet_id == one.pk) is bool(row.closed_on and row.closed_on <= day) for row in hung)
        assert not AdmissionPaper.objects.filter(admission__in=ways, seen_on__lt=day).exists()


def test_the_edge_cases_are_there() -> None:
    """A probation that ends this month, one approved after more than three months, one extended, missing papers."""
    fill.fill(TODAY, sizes=(replace(SIZE, branches=30, schools=24),), counts=Counts(admitted=3))
    bureau = Bureau.objects.get(code="rencheng")
    found = queries.lines(
        Admission.objects.filter(bureau=bureau, outcome="").select_related("person", "org"), bureau, TODAY
    )
    ends = [line.way.probation_end for line in found if line.way.probation_end]
    assert date(2026, 11, 28) in ends
    assert any(line.way.extended for line in found)
    late = 0
    for line in found:
        days = {one.code: one.on for one in line.facts.steps}
        late += "admit_approved" in days and days["admit_approved"] > engine.add_months(days["admit_vote"], 3)
    assert late == 1
