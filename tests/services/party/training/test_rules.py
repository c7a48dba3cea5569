"""States of a class in words, and every filter of its lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import training as actions
from hongzhu.services.party.models import TrainingClass, TrainingLayer
from hongzhu.services.party.queries import training
from hongzhu.services.party.rules import training as rules

DAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("facts", "today", "word"),
    [
        ({}, date(2026, 10, 11), "待开班"),
        ({}, DAY, "开班中"),
        ({}, date(2026, 10, 13), "待登记结业"),
        ({"closed_at": timezone.now()}, DAY, "已结业"),
        ({"voided_at": timezone.now(), "closed_at": timezone.now()}, DAY, "已作废"),
    ],
)
def test_a_class_says_where_it_stands(facts: dict[str, Any], today: date, word: str) -> None:
    assert str(rules.chip(TrainingClass(from_on=DAY, to_on=DAY, **facts), today).word) == word


def test_a_voided_class_is_left_as_it_is() -> None:
    voided = TrainingClass(from_on=DAY, to_on=DAY, voided_at=timezone.now())
    assert "已经作废" in str(rules.can_change(voided).reason)
    assert "已经作废" in str(rules.can_void(voided, "x").reason)
    assert "原因" in str(rules.can_void(TrainingClass(), "").reason)


def test_plans_keep_a_layer_and_an_order_of_years(cast: Any) -> None:
    told = {"bureau": cast.bureau, "title": "方案", "by": cast.actor("party_office")}
    with pytest.raises(ValidationError, match="至少选一个"):
        actions.make_plan(from_year=2024, to_year=2028, hours={}, **told)
    plan = actions.make_plan(from_year=2024, to_year=2028, hours={"MEMBERS": None}, **told)
    change = {"plan": plan, "title": "方案", "by": cast.actor("party_office")}
    with pytest.raises(ValidationError, match="截止年"):
        actions.amend_plan(from_year=2024, to_year=2023, hours={"MEMBERS": None}, **change)
    with pytest.raises(ValidationError, match="至少选一个"):
        actions.amend_plan(from_year=2024, to_year=2028, hours={}, **change)


def test_a_class_is_changed_and_people_come_off_its_list(cast: Any) -> None:
    by = cast.actor("organiser")
    row = actions.open_class(host=cast.branch, title="班", who="MEMBERS", from_on=DAY, to_on=DAY, hours=400, by=by)
    actions.amend_class(training=row, title="新班", who="MEMBERS", from_on=DAY, to_on=DAY, hours=800, by=by)
    actions.enrol(training=row, people=[(cast.people[0].pk, cast.branch.pk)], by=by)
    actions.drop_trainee(trainee=row.trainees.get(), by=by)
    row.refresh_from_db()
    assert (row.title, row.hours, row.trainees.count()) == ("新班", 800, 0)


@pytest.mark.parametrize("state", ["", "open", "due", "closed", "voided", "nonsense"])
def test_every_filter_answers(cast: Any, client: Any, state: str) -> None:
    policies.ship()
    by = cast.actor("organiser")
    row = actions.open_class(host=cast.branch, title="党务班", who="MEMBERS", from_on=DAY, to_on=DAY, hours=400, by=by)
    cast.login(client, "organiser")
    page = client.get(f"/party/training/?state={state}&kind=MEMBERS&year=2026&q=党务").content.decode()
    assert (f"/party/training/{row.pk}/" in page) is (state in ("", "open", "due", "nonsense"))
    assert client.get(f"/party/training/plans/?q={state}").status_code == 200
    assert client.get("/party/training/gaps/?year=2025&state=all").status_code == 200


def test_layers_without_a_floor_are_still_enrolled(cast: Any) -> None:
    policies.ship()
    Membership.objects.filter(person=cast.people[5]).update(standing="ACTIVIST")
    Who = TrainingLayer.Who
    by = cast.actor("organiser")
    told = {"host": cast.branch, "title": "班", "from_on": DAY, "to_on": DAY, "hours": 400, "by": by}
    activists = actions.open_class(who=Who.ACTIVISTS, **told)
    assert training.to_enrol(cast.organiser, activists, whole=True, people=[]) == [(cast.people[5].pk, cast.branch.pk)]
    targets = actions.open_class(who=Who.CANDIDATES, **told)
    with pytest.raises(ValidationError, match="没有“发展对象”"):
        training.to_enrol(cast.organiser, targets, whole=True, people=[])
    assert not training.visible_to(cast.member).exists() and not training.plans(cast.member).exists()
