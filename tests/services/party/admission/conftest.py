"""Applicants, the national rules and the published calendars of 2025 and 2026."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import timezone

from hongzhu.core.people.models import Person
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.queries.calendars import Calendar
from hongzhu.kit.china import workdays
from hongzhu.services.party.actions import admission as actions
from hongzhu.services.party.actions import admission_steps as steps
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.engine.admission import Done, Facts, Help, Posted
from hongzhu.services.party.models import Admission
from hongzhu.services.party.pack.admission import AdmissionPart
from tests.cast import person

FILE = Path("hongzhu/packs/national/v3/party_admission.yaml")
PART = AdmissionPart(**yaml.safe_load(FILE.read_text())["party"]["admission"])
SEEDS = [seed for year in (2025, 2026) if (seed := workdays.seed(year))]
CALENDAR = Calendar(
    off=frozenset().union(*(seed.off for seed in SEEDS)),
    makeup=frozenset().union(*(seed.makeup for seed in SEEDS)),
    years=frozenset(seed.year for seed in SEEDS),
)
TODAY = date(2026, 11, 20)
PAPERS = frozenset(paper.code for paper in PART.papers)

# One whole way, every day legal: application in January 2024, full member in June 2026.
WAY = {
    "apply": date(2024, 1, 8), "talk": date(2024, 2, 5), "activist": date(2024, 3, 3),
    "activist_filed": date(2024, 3, 20), "contacts": date(2024, 3, 20), "candidate": date(2025, 3, 20),
    "candidate_filed": date(2025, 4, 1), "introducers": date(2025, 4, 2), "political_review": date(2025, 4, 10),
    "training": date(2025, 4, 12), "branch_review": date(2025, 4, 14), "preliminary": date(2025, 4, 25),
    "form": date(2025, 4, 28), "admit_vote": date(2025, 6, 10), "superior_talk": date(2025, 6, 20),
    "admit_approved": date(2025, 7, 2), "upper_filed": date(2025, 7, 9), "assigned": date(2025, 7, 3),
    "oath": date(2025, 7, 4), "educated": date(2025, 12, 20), "full_application": date(2026, 5, 15),
    "full_vote": date(2026, 6, 11), "full_approved": date(2026, 7, 1), "filed": date(2026, 7, 20),
}  # fmt: skip
REVIEWS = (date(2024, 9, 2), date(2025, 3, 3))
HUNG = {
    "activist_filed": ("activist", date(2024, 3, 4), date(2024, 3, 15)),
    "candidate_filed": ("candidate", date(2025, 3, 20), date(2025, 4, 1)),
    "admit_vote": ("probationary", date(2025, 4, 28), date(2025, 5, 12)),
    "full_vote": ("full", date(2026, 5, 20), date(2026, 6, 1)),
}


def walked(upto: str, *, notice: bool = True) -> Facts:
    """The whole way as far as one step; ``notice``: with the notice of the step after it already over."""
    codes = [step.code for step in PART.steps]
    last = codes.index(upto)
    done: list[Done] = []
    for code in codes[: last + 1]:
        if code == "observed":
            done += [Done(code, day, number + 1) for number, day in enumerate(REVIEWS)]
        else:
            decision = engine.CONFIRM if code == "full_vote" else ""
            done.append(Done(code, WAY[code], decision=decision))
    hung = [
        Posted(point, posted, 5, closed)
        for code, (point, posted, closed) in HUNG.items()
        if codes.index(code) <= last + (2 if notice else 0)
    ]
    helps = [Help("CONTACT", WAY["contacts"])] if last >= codes.index("activist") else []
    helps += [Help("INTRODUCER", WAY["introducers"])] * 2 if last >= codes.index("candidate_filed") else []
    return Facts(tuple(done), tuple(hung), PAPERS, tuple(helps))


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 16, 30))


@pytest.fixture
def stage(cast: Any) -> Any:
    """The cast, the packs and the calendars, and an applicant of the branch (born 1996)."""
    return staged(cast)


def staged(cast: Any) -> Any:
    policies.ship()
    policies.seed_calendar()
    cast.applicant = person(cast.bureau, "江听雨")
    Person.objects.filter(pk=cast.applicant.pk).update(born_on=date(1996, 5, 4))
    cast.applicant.refresh_from_db()
    return cast


def applied(cast: Any, *, on: date = WAY["apply"], org: Any = None, who: Any = None) -> Admission:
    return actions.open_admission(
        person=who or cast.applicant, org=org or cast.branch, applied_on=on, by=cast.actor("branch_secretary"),
        today=TODAY, now=at(TODAY),
    )  # fmt: skip


def led(cast: Any, upto: str, admission: Admission | None = None, **told: Any) -> Admission:
    """Lead somebody on by the actions themselves, as far as one step, on the days of WAY; ``told``: of the last step."""
    admission = admission or applied(cast)
    codes = [step.code for step in PART.steps]
    done = set(admission.steps.filter(voided_at__isnull=True).values_list("code", flat=True))
    for code in codes[1 : codes.index(upto) + 1]:
        if code in done:
            continue
        if code in HUNG:
            hang(cast, admission, code)
        if code == "contacts":
            helped(cast, admission, "CONTACT", WAY[code], 1)
        if code == "introducers":
            helped(cast, admission, "INTRODUCER", WAY[code], 2)
        tick(cast, admission, {paper.code for paper in PART.papers if paper.before == code})
        for day in REVIEWS if code == "observed" else (WAY[code],):
            do(cast, admission, code, day, **(told if code == upto else {}))
    admission.refresh_from_db()
    return admission


def hang(cast: Any, admission: Admission, code: str, posted: date | None = None, closed: date | None = None) -> None:
    point, day, over = HUNG[code]
    notice = actions.post_notice(
        admission=admission, point=point, posted_on=posted or day, by=cast.actor("branch_secretary"), today=TODAY
    )
    actions.close_notice(notice=notice, on=closed or over, by=cast.actor("branch_secretary"), today=TODAY)


def helped(cast: Any, admission: Admission, role: str, on: date, count: int) -> None:
    for who in cast.people[:count]:
        actions.name_helper(
            admission=admission, person=who, role=role, on=on, by=cast.actor("branch_secretary"), today=TODAY
        )


def tick(cast: Any, admission: Admission, codes: set[str]) -> None:
    seen = set(admission.papers.values_list("code", flat=True)) | codes
    actions.see_papers(admission=admission, seen=dict.fromkeys(seen), on=TODAY, by=cast.actor("branch_secretary"))


def do(cast: Any, admission: Admission, code: str, on: date, **told: Any) -> Any:
    step = next(one for one in PART.steps if one.code == code)
    if step.vote:
        told.setdefault("ballot", engine.Ballot(8, 7, 7))
    if step.at_end:
        told.setdefault("decision", engine.CONFIRM)
    if step.hours:
        told.setdefault("hours", 24)
    told = {"on": on, **told}
    enter = steps.approve_step if step.who == "superior" and step.decides else steps.do_step
    by = cast.actor("party_office" if enter is steps.approve_step else "branch_secretary")
    return enter(admission=admission, code=code, told=steps.Told(**told), by=by, today=TODAY, now=at(TODAY))
