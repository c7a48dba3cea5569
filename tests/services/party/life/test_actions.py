"""Appraisals, steps and reports written down: one entry each, refused whole, corrected with what stood before."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Membership, Post
from hongzhu.services.party.actions import life as actions
from hongzhu.services.party.models import Appraisal, Debrief, LifeStep
from hongzhu.services.party.queries import life as queries
from hongzhu.services.party.queries import settings
from hongzhu.services.party.rules.life import Report
from tests.services.party.life.conftest import HELD, TODAY, appraised, met, told

pytestmark = pytest.mark.django_db


def entries(did: str) -> list[Any]:
    """What the entries of one kind say, oldest first."""
    return [json.loads(row.detail) for row in Entry.objects.filter(did=did).order_by("pk")]


def test_counts_are_kept_with_the_meeting_and_one_entry(stage: Any) -> None:
    act = met(stage)
    row = appraised(stage, act=act)
    assert (row.act, row.members, row.excellent, row.recorded_by) == (act, 9, 3, stage.actor("branch_secretary").label)
    assert len(entries("party.appraise")) == 1


def test_entered_again_is_a_correction_that_says_what_stood_before(stage: Any) -> None:
    appraised(stage)
    appraised(stage, told(excellent=2, qualified=6))
    assert Appraisal.objects.get().excellent == 2
    first, second = entries("party.appraise")
    assert first["corrected"] is False
    assert second["corrected"] is True
    assert second["before"] == [9, 3, 5, 0, 0]


def test_the_roll_of_the_day_counts_not_that_of_today(stage: Any) -> None:
    Membership.objects.filter(person=stage.member.person).update(to_on=HELD)
    assert queries.roll(stage.branch, HELD) == (8, 1)
    assert queries.roll(stage.branch, HELD - timedelta(days=1)) == (9, 1)


def test_refused_and_nothing_written(stage: Any) -> None:
    for it in (told(qualified=4), told(excellent=4, qualified=4)):
        with pytest.raises(ValidationError):
            appraised(stage, it)
    with pytest.raises(ValidationError, match="不是本支部2026年度"):
        appraised(stage, act=met(stage, year=2025))
    assert not Appraisal.objects.exists()
    assert not entries("party.appraise")


def ticked(cast: Any, code: str, **given: Any) -> LifeStep:
    facts = {"year": 2026, "done_on": HELD, "today": TODAY, "by": cast.actor("organiser")}
    return actions.tick(org=cast.branch, code=code, **facts | given)


def test_steps_are_ticked_changed_and_opened_again(stage: Any) -> None:
    ticked(stage, "study")
    ticked(stage, "opinions", count=12)
    ticked(stage, "opinions", count=13)
    assert LifeStep.objects.get(code="opinions").count == 13
    assert actions.untick(org=stage.branch, year=2026, code="opinions", by=stage.actor("organiser"))
    assert not actions.untick(org=stage.branch, year=2026, code="opinions", by=stage.actor("organiser"))
    assert [row.code for row in LifeStep.objects.all()] == ["study"]
    assert len(entries("party.tick_life_step")) == 3
    assert entries("party.untick_life_step")[0]["count"] == 13


@pytest.mark.parametrize("code", ["meeting", "nothing"])
def test_a_step_the_meeting_does_or_nobody_knows_is_refused(stage: Any, code: str) -> None:
    with pytest.raises(ValidationError):
        ticked(stage, code)
    assert not LifeStep.objects.exists()


def test_the_meeting_step_is_done_by_the_recorded_meeting(stage: Any) -> None:
    part = settings.section_on(stage.bureau, TODAY).life

    def of(code: str) -> Any:
        return next(row for row in queries.steps_of(stage.branch, 2026, part) if row.spec.code == code)

    assert of("meeting").done_on is None
    act = met(stage, "org_life")
    assert of("meeting").done_on == HELD
    act.status, act.voided_at, act.void_reason = "VOIDED", act.recorded_at, "重复"
    act.save()
    assert of("meeting").done_on is None


def test_a_meeting_of_next_march_belongs_to_this_year(stage: Any) -> None:
    act = met(stage, "org_life", on=date(2027, 3, 5))
    part = settings.section_on(stage.bureau, TODAY).life
    line = queries.lines([stage.branch], 2026, part)[0]
    assert line.act == act
    assert line.done == 1
    assert queries.lines([stage.branch], 2027, part)[0].done == 0


def test_counts_wait_only_after_a_meeting_with_an_appraisal(stage: Any) -> None:
    assert queries.counted_short(stage.branch, 2026) is None
    met(stage, "org_life", parts=("study",))
    assert queries.counted_short(stage.branch, 2026) is None
    act = met(stage, "org_life", parts=("study", "appraisal"))
    assert queries.counted_short(stage.branch, 2026) == act
    appraised(stage)
    assert queries.counted_short(stage.branch, 2026) is None


def debriefed(cast: Any, by: str = "district_officer", **given: Any) -> Debrief:
    return actions.debrief(
        org=cast.branch, person=cast.branch_secretary.person, year=2026, told=Report(**given), by=cast.actor(by),
        today=TODAY,
    )  # fmt: skip


def test_a_report_is_received_then_tested_then_fed_back(stage: Any) -> None:
    debriefed(stage, received_on=HELD)
    debriefed(stage, received_on=HELD, held_on=TODAY, votes=(10, 2, 0, 0), problems=3, fed_back_on=TODAY)
    row = Debrief.objects.get()
    assert (row.good, row.fairly_good, row.problems) == (10, 2, 3)
    assert len(entries("party.debrief")) == 2


def test_who_was_not_secretary_that_year_has_no_report(stage: Any) -> None:
    with pytest.raises(ValidationError, match="不是这个党组织这一年的书记"):
        actions.debrief(
            org=stage.branch, person=stage.member.person, year=2026, told=Report(received_on=HELD),
            by=stage.actor("party_office"), today=TODAY,
        )  # fmt: skip
    Post.objects.filter(person=stage.branch_secretary.person).update(to_on=date(2026, 1, 1))
    assert not queries.was_secretary(stage.branch, stage.branch_secretary.person, 2026, TODAY)
    Post.objects.filter(person=stage.branch_secretary.person).update(to_on=date(2026, 1, 2))
    assert queries.was_secretary(stage.branch, stage.branch_secretary.person, 2026, TODAY)


def test_the_officer_does_not_enter_the_test_of_the_own_report(stage: Any) -> None:
    officer = stage.party_office
    with pytest.raises(ValidationError, match="自己办的不能自己"):
        actions.debrief(
            org=stage.committee, person=officer.person, year=2026, told=Report(held_on=HELD, votes=(3, 0, 0, 0)),
            by=stage.actor("party_office"), today=TODAY,
        )  # fmt: skip
    assert not Debrief.objects.exists()
