"""Last year's appraisals and organisation-life meetings of the running bureaus, secretaries' reports."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time, timedelta

from hongzhu.config.demo.figures import Counts
from hongzhu.config.demo.world import World
from hongzhu.core.activities.models import Act
from hongzhu.core.people.models import Membership
from hongzhu.kit.dates import SHANGHAI
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep

STEPS = (("study", None), ("opinions", 14), ("talks", 20), ("problems", 8), ("improvements", 3), ("reported", None))
ABSENT = ("病假", "外出培训", "年老体弱")


def add(world: World, counts: Counts, today: date) -> None:
    """For each branch that held its meeting in spring; three have not entered their counts yet."""
    rng = random.Random(f"life:{world.size.code}")
    year = today.year - 1
    acts = {
        act.body_id: act
        for act in Act.objects.filter(
            bureau=world.bureau, kind="appraisal", belongs_on__year=year, body__in=world.branches
        ).exclude(status=Act.Status.VOIDED)
    }
    rolls = _rolls(world, acts)
    appraisals: list[Appraisal] = []
    steps: list[LifeStep] = []
    for place, branch in enumerate(world.branches):
        act = acts.get(branch.pk)
        if act is None or place % 50 == 9:
            continue
        made = _counted(world, act, rolls[branch.pk], rng, over=world.size.edge_cases and place == 10)
        appraisals.append(made)
        for code, number in STEPS[: 6 if place % 7 else 4]:
            count = None if number is None else max(1, number + rng.randint(-4, 4))
            steps.append(
                LifeStep(org=branch, year=year, code=code, done_on=act.held_on - timedelta(days=6), count=count)
            )
    Appraisal.objects.bulk_create(appraisals, batch_size=2000)
    LifeStep.objects.bulk_create(steps, batch_size=2000)
    _reports(world, rng, year)


def _rolls(world: World, acts: dict[int, Act]) -> dict[int, Counter[str]]:
    """branch → how many of each standing were on its roll the day it met. One query."""
    rolls: dict[int, Counter[str]] = {pk: Counter() for pk in acts}
    rows = Membership.objects.filter(org__in=acts, standing__in=("FULL", "PROBATIONARY"))
    for org, standing, from_on, to_on in rows.values_list("org", "standing", "from_on", "to_on"):
        day = acts[org].held_on
        if from_on <= day and (to_on is None or to_on > day):
            rolls[org][standing] += 1
    return rolls


def _counted(world: World, act: Act, roll: Counter[str], rng: random.Random, *, over: bool) -> Appraisal:
    """Counts that agree with the roll; one branch is above a third, with its approval."""
    full, probationary = roll["FULL"], roll["PROBATIONARY"]
    members = full + probationary
    absent = min(full // 9, rng.randint(0, 2))
    graded = full - absent
    most = members // 3
    excellent = min(graded, most + 1 if over else max(0, most - rng.randint(0, 1)))
    basic = 1 if graded - excellent > 6 and rng.random() < 0.1 else 0
    return Appraisal(
        bureau=world.bureau, org_id=act.body_id, year=act.belongs_on.year, held_on=act.held_on, act=act,
        members=members, took_part=members - absent, absent_for=rng.choice(ABSENT) if absent else "",
        excellent=excellent, qualified=graded - excellent - basic, basic=basic, unqualified=0,
        probationary=probationary, cap_reason="教党〔2026〕4号" if over else "",
        recorded_at=datetime.combine(act.held_on + timedelta(days=2), time(16), tzinfo=SHANGHAI),
        recorded_by=str(world.organiser[act.body_id]),
    )  # fmt: skip


def _reports(world: World, rng: random.Random, year: int) -> None:
    """Secretaries' reports of last year: most received and tested in January, every sixteenth still missing."""
    rows = []
    for place, branch in enumerate(world.branches):
        who = world.secretary[branch.pk]
        if branch.opened_on.year > year or place % 16 == 5 or branch == world.special.get("handover"):
            continue
        held = date(year + 1, 1, 8 + place % 12)
        good = rng.randint(14, 22)
        rows.append(
            Debrief(
                bureau=world.bureau, org=branch, person=who, year=year, received_on=held - timedelta(days=5),
                held_on=held, good=good, fairly_good=rng.randint(0, 4), average=rng.randint(0, 1), poor=0,
                problems=rng.randint(1, 4), fed_back_on=held + timedelta(days=7),
            )
        )  # fmt: skip
    Debrief.objects.bulk_create(rows, batch_size=2000)
