"""A sheet enters exactly what the actions of the live way would: the same rows perturbed at random, by both roads."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.people.models import Membership, Person, Standing
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.engine.admission import Ballot
from hongzhu.services.party.models import Admission
from hongzhu.services.party.queries import admission as admissions
from tests.cast import joins
from tests.services.party.admission.conftest import CALENDAR, PART, TODAY, applied, do, hang
from tests.services.party.admission_past.conftest import CODES, another, confirmed, entered, looked, row
from tests.services.party.admission_past.test_entering import shape

pytestmark = pytest.mark.django_db
SHIFTS = (-400, -35, -8, -1, 1, 8, 35, 200)


def by_hand(past: Any, who: Person, told: dict[str, Any]) -> Admission:
    """The row entered one by one, in the order of its days; ValidationError at the first refusal."""
    admission = applied(past, on=told["on:apply"], who=who)
    by = past.actor("branch_secretary")
    ticked = {key.removeprefix("paper:"): None for key in told if key.startswith("paper:")}
    actions.see_papers(admission=admission, seen=ticked, on=TODAY, by=by)
    numbers = {step.code: step.number for step in PART.steps}
    events: list[tuple[date, float, Callable[[], Any]]] = []
    for step in PART.steps[1:]:
        days = told.get(f"on:{step.code}")
        for on in map(date.fromisoformat, days.split("、")) if isinstance(days, str) else [days] if days else []:
            more: dict[str, Any] = {}
            if step.vote:
                more["ballot"] = Ballot(*(told[f"vote:{step.code}:{n}"] for n in ("entitled", "present", "favour", "against", "abstain")))  # fmt: skip
            if step.hours:
                more["hours"] = told[f"hours:{step.code}"]
            events.append(
                (on, step.number, lambda code=step.code, on=on, more=more: do(past, admission, code, on, **more))
            )
        if step.named and days:
            for name in told[f"who:{step.named.role}"].split("、"):
                helper = Person.objects.get(bureau=past.bureau, name=name)
                events.append((days, step.number - 0.25, lambda helper=helper, role=step.named.role, on=days: actions.name_helper(
                    admission=admission, person=helper, role=role, on=on, by=by, today=TODAY)))  # fmt: skip
    for one in PART.notices:
        if posted := told.get(f"posted:{one.code}"):
            events.append((posted, numbers[one.after] + 0.5, lambda code=one.code: _hung(past, admission, told, code)))
    for _on, _rank, act in sorted(events, key=lambda event: event[:2]):
        act()
    admission.refresh_from_db()
    return admission


def _hung(past: Any, admission: Admission, told: dict[str, Any], point: str) -> None:
    posted, ends = told[f"posted:{point}"], told[f"ends:{point}"]
    days = sum(CALENDAR.is_workday(posted + timedelta(days=n)) for n in range(1, (ends - posted).days + 1))
    by = past.actor("branch_secretary")
    notice = actions.post_notice(admission=admission, point=point, posted_on=posted, days=days, by=by, today=TODAY)
    actions.close_notice(notice=notice, on=told[f"closed:{point}"], by=by, today=TODAY)


def perturbed(rng: random.Random) -> dict[str, Any]:
    """A legal row with one thing changed."""
    told = row(upto=rng.choice(CODES[5:]))
    days = [key for key, value in told.items() if isinstance(value, date) and key != "on:apply"]
    counts = [key for key in told if key.startswith("vote:")]
    if counts and rng.random() < 0.3:
        told[rng.choice(counts)] += rng.choice((-3, -1, 1, 2))
    elif rng.random() < 0.15:
        del told[rng.choice([key for key in told if key.startswith("paper:")])]
    else:
        key = rng.choice(days)
        told[key] += timedelta(days=rng.choice(SHIFTS))
    return {key: max(value, 0) if key.startswith("vote:") else value for key, value in told.items()}


@pytest.mark.parametrize("seed", range(24))
def test_both_roads_agree(past: Any, seed: int) -> None:
    told = perturbed(random.Random(f"past:{seed}"))
    other = another(past, "江望月", born=date(1996, 5, 4))
    try:
        with transaction.atomic():
            live = by_hand(past, other, told)
    except ValidationError as error:
        line = looked(past, told).lines[0]
        assert line.faults, f"by hand: {error.messages[0]}"
        return
    line = looked(past, told).lines[0]
    assert line.faults == []
    entered(past, told)
    if line.state == "part":
        confirmed(past)
    assert shape(Admission.objects.get(person=past.applicant)) == shape(live)


def test_the_seeds_reach_both_ends(past: Any) -> None:
    """So that agreeing means something: some rows are refused, some are legal."""
    found = [bool(looked(past, perturbed(random.Random(f"past:{seed}"))).refused) for seed in range(24)]
    assert 4 <= sum(found) <= 20


def test_a_bureau_that_starts_today(past: Any) -> None:
    """The roster begins this month and knows days of joining and of full membership; the way goes on live afterwards."""
    Membership.objects.filter(org=past.branch).update(from_on=date(2026, 11, 1), full_on=date(2015, 7, 1))
    joins(past.applicant, past.branch, standing=Standing.PROBATIONARY, since=date(2025, 6, 10))
    Membership.objects.filter(person=past.applicant).update(from_on=date(2026, 11, 1))
    before = list(Membership.objects.order_by("pk").values())
    told = row(upto="full_application")
    line = looked(past, told).lines[0]
    assert line.faults == [] and len(line.notes) == 1  # the roll of June 2025 is not known, and the row says so
    entered(past, told)
    confirmed(past)
    assert list(Membership.objects.order_by("pk").values()) == before
    admission = Admission.objects.get()
    assert admissions.way_of(admission, TODAY).probation_end == date(2026, 6, 10)
    hang(past, admission, "full_vote")
    live = {"paper:full_application": "√"} | told
    entered(past, live)
    do(past, admission, "full_vote", date(2026, 11, 20))
    assert not admission.steps.get(code="full_vote").sheet
