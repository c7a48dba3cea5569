"""A class for 发展对象: its layer are the ways before the short training; closed, it is that step of who was there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Person
from hongzhu.services.party.actions import training as actions
from hongzhu.services.party.models import Admission, AdmissionPaper, AdmissionStep, Trainee, TrainingClass
from hongzhu.services.party.queries import training
from tests.conftest import kept
from tests.services.party.admission.conftest import TODAY, WAY, applied, led, staged

pytestmark = pytest.mark.django_db
DAYS = (date(2025, 4, 14), date(2025, 4, 16))


def way(cast: Any, name: str, upto: str) -> Admission:
    who = Person.objects.create(bureau=cast.bureau, name=name, born_on=date(1992, 2, 2))
    return led(cast, upto, applied(cast, who=who))


def four(cast: Any) -> Any:
    """Four people on their way: one before the notice to the superior, two waiting for the training, one past it."""
    staged(cast)
    cast.ways = {
        name: way(cast, name, upto)
        for name, upto in (
            ("待备案", "candidate"),
            ("待培训", "political_review"),
            ("缺席者", "political_review"),
            ("已培训", "training"),
        )
    }
    return cast


here = kept(four)


def a_class(cast: Any, *, hours: int = 2400, by: str = "organiser") -> TrainingClass:
    return actions.open_class(
        host=cast.branch, title="发展对象培训班", who="CANDIDATES", from_on=DAYS[0], to_on=DAYS[1], hours=hours,
        by=cast.actor(by),
    )  # fmt: skip


def closed(cast: Any, row: TrainingClass, *, certificate: str = "党训2025-001") -> TrainingClass:
    people = training.to_enrol(cast.organiser, row, whole=True, people=[])
    actions.enrol(training=row, people=people, by=cast.actor("organiser"))
    missing = row.trainees.get(person__name="缺席者").pk
    row = actions.close_class(
        training=row, absent=[missing], tested=True, by=cast.actor("organiser"), now=timezone.now(), today=TODAY
    )
    Trainee.objects.filter(person__name="待培训").update(certificate=certificate)
    return row


def entered() -> dict[str, tuple[Any, ...]]:
    rows = AdmissionStep.objects.filter(code="training").order_by("pk")
    return {row.admission.person.name: (row.on, row.hours, row.number) for row in rows}


def test_the_layer_is_who_has_the_training_before_them(here: Any) -> None:
    people = training.to_enrol(here.organiser, a_class(here), whole=True, people=[])
    names = set(Person.objects.filter(pk__in=[pk for pk, _org in people]).values_list("name", flat=True))
    assert names == {"待备案", "待培训", "缺席者"}
    assert {org for _pk, org in people} == {here.branch.pk}
    Admission.objects.filter(person__name="待培训").update(outcome="STOPPED", ended_on=DAYS[0])
    assert len(training.to_enrol(here.organiser, a_class(here), whole=True, people=[])) == 2


def test_the_closed_class_is_the_step_of_who_was_there(here: Any, client: Any, clock: Any) -> None:
    row = closed(here, a_class(here))
    clock.set(2026, 11, 20, 9)
    here.login(client, "organiser")
    address = f"/party/training/{row.pk}/"
    assert "为到课的人登记" in client.get(address).content.decode()
    page = client.post(f"{address}enter/", follow=True).content.decode()
    assert "已为1人登记这一步" in page and "待备案：" in page and "缺席者：" not in page
    assert entered() == {"已培训": (WAY["training"], 24, ""), "待培训": (DAYS[1], 24, "党训2025-001")}
    assert AdmissionPaper.objects.filter(admission=here.ways["待培训"], code="training_certificate").exists()
    assert Entry.objects.filter(did="party.enter_training").count() == 1
    again = client.post(f"{address}enter/", follow=True).content.decode()
    assert "待备案：" in again and "已为" not in again
    assert Entry.objects.filter(did="party.enter_training").count() == 1


def test_too_few_hours_or_no_certificate(here: Any, client: Any, clock: Any) -> None:
    short, bare = closed(here, a_class(here, hours=2350)), closed(here, a_class(here), certificate="")
    ways = training.ways_to_enter(here.organiser, short)
    assert {one.person.name for one, _superior in ways} == {"待备案", "待培训"}
    told: dict[str, Any] = {"by": here.actor("organiser"), "today": TODAY, "now": timezone.now()}
    with pytest.raises(ValidationError, match="24"):
        actions.enter_step(training=short, ways=ways, **told)
    before = AdmissionPaper.objects.count()
    assert actions.enter_step(training=bare, ways=ways, **told)[0] == 1
    assert AdmissionPaper.objects.count() == before


def test_the_superior_enters_as_the_superior_and_may_still_decide(here: Any) -> None:
    row = closed(here, a_class(here))
    ways = training.ways_to_enter(here.party_office, row)
    assert [superior for _way, superior in ways] == [True, True]
    actions.enter_step(training=row, ways=ways, by=here.actor("party_office"), today=TODAY, now=timezone.now())
    assert Entry.objects.filter(did="party.approve_step").exists()
    assert training.ways_to_enter(here.neighbour, row) == []


def test_not_before_it_is_closed_and_not_when_voided(here: Any, client: Any, clock: Any) -> None:
    told: dict[str, Any] = {"ways": [], "by": here.actor("organiser"), "today": TODAY, "now": timezone.now()}
    row = a_class(here)
    with pytest.raises(ValidationError, match="先登记结业"):
        actions.enter_step(training=row, **told)
    row = closed(here, row)
    with pytest.raises(ValidationError, match="归你登记"):
        actions.enter_step(training=row, **told)
    actions.void_class(training=row, reason="重复", by=here.actor("organiser"), now=timezone.now())
    with pytest.raises(ValidationError, match="已经作废"):
        actions.enter_step(training=row, **told)
    here.login(client, "organiser")
    other = a_class(here)
    assert "为到课的人登记" not in client.get(f"/party/training/{other.pk}/").content.decode()
