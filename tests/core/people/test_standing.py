"""Who becomes a member goes by its steps: people's own forms put on file only what was before them, by one office."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.people import actions
from hongzhu.core.people.models import Membership, Person
from hongzhu.kit import registry
from tests.cast import person

ON = date(2026, 9, 1)
JOINED = date(2012, 5, 4)


@pytest.fixture
def new(cast: Any) -> Person:
    """Somebody of the bureau who belongs nowhere, and works at the school."""
    who = person(cast.bureau, "韩知微")
    actions.engage(person=who, relation="WORKPLACE", unit=cast.school, by=cast.actor("party_office"), on=ON)
    return who


def probationer(cast: Any) -> Membership:
    return Membership.objects.get(person=cast.people[-1], to_on__isnull=True)


@pytest.mark.parametrize("who", ["organiser", "branch_secretary", "school_secretary"])
def test_the_branch_makes_nobody_a_member_by_the_state_form(cast: Any, client: Any, who: str) -> None:
    row = probationer(cast)
    address = reverse("people:membership_state", args=[row.pk])
    cast.login(client, who)
    page = client.get(address)
    assert set(page.context["form"].fields) == {"on", "retired", "left_out"}
    assert "离退休、免予参加" in page.content.decode() and "补登" not in page.content.decode()
    given = {"standing": "FULL", "full_on": "2026-09-01", "joined_on": "2012-05-04", "retired": "on", "left_out": "ILL"}
    assert client.post(address, given | {"on": "2026-09-01"}).status_code == 302
    held = probationer(cast)
    assert (held.standing, held.full_on, held.retired, held.left_out) == ("PROBATIONARY", None, True, "ILL")
    assert held.joined_on == row.joined_on


def test_the_office_enters_a_standing_of_before_with_its_day(cast: Any, client: Any) -> None:
    row = probationer(cast)
    Membership.objects.filter(pk=row.pk).update(joined_on=None)
    address = reverse("people:membership_state", args=[row.pk])
    cast.login(client, "party_office")
    given = {"standing": "FULL", "full_on": "2013-05-04", "on": "2026-09-01"}
    page = client.post(address, given)
    assert page.status_code == 200 and "补登党员身份要填入党日期" in page.content.decode()
    assert probationer(cast).standing == "PROBATIONARY"
    assert client.post(address, given | {"joined_on": "2012-05-04"}).status_code == 302
    held = probationer(cast)
    assert (held.standing, held.joined_on, held.full_on) == ("FULL", JOINED, date(2013, 5, 4))


def test_the_branch_registers_activists_only(cast: Any, client: Any, new: Person) -> None:
    address = reverse("people:person_join", args=[new.pk])
    cast.login(client, "school_secretary")
    page = client.get(address)
    assert "启用系统以前入党的，请局党建办补登" in page.content.decode()
    assert set(page.context["form"].fields) == {"org", "standing", "retired", "on"}
    for standing in ("FULL", "PROBATIONARY"):
        given = {"org": cast.branch.pk, "standing": standing, "joined_on": "2012-05-04", "on": "2026-09-01"}
        assert client.post(address, given).status_code == 200
    assert not Membership.objects.filter(person=new).exists()
    client.post(address, {"org": cast.branch.pk, "standing": "ACTIVIST", "on": "2026-09-01"})
    assert Membership.objects.get(person=new).standing == "ACTIVIST"


def test_the_office_registers_members_of_before_with_their_day(cast: Any, client: Any, new: Person) -> None:
    address = reverse("people:person_join", args=[new.pk])
    cast.login(client, "party_office")
    given = {"org": cast.branch.pk, "standing": "PROBATIONARY", "on": "2026-09-01"}
    page = client.post(address, given)
    assert page.status_code == 200 and "补登党员身份要填入党日期" in page.content.decode()
    assert client.post(address, given | {"joined_on": "2026-05-04"}).status_code == 302
    assert Membership.objects.get(person=new).joined_on == date(2026, 5, 4)


def test_whoever_is_led_step_by_step_is_refused_even_to_the_office(
    cast: Any, new: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    led = {new.pk, probationer(cast).person_id}
    monkeypatch.setitem(
        registry.book.guides,
        "party_admission",
        lambda pks: {pk: "正在按步骤发展，请到那里办理。" for pk in pks if pk in led},
    )
    before = (Membership.objects.count(), Entry.objects.count())
    by = cast.actor("party_office")
    for standing in ("FULL", "ACTIVIST"):
        with pytest.raises(ValidationError, match="正在按步骤发展"):
            actions.change_state(membership=probationer(cast), standing=standing, by=by, on=ON)
    with pytest.raises(ValidationError, match="正在按步骤发展"):
        actions.join(person=new, org=cast.branch, standing="FULL", by=by, on=ON, joined_on=JOINED)
    assert (Membership.objects.count(), Entry.objects.count()) == before
    actions.change_state(membership=probationer(cast), left_out="ILL", standing="PROBATIONARY", by=by, on=ON)
    assert probationer(cast).left_out == "ILL"
    row = Membership.objects.get(person=cast.people[6])
    assert actions.change_state(membership=row, standing="PROBATIONARY", by=by, on=ON).standing == "PROBATIONARY"


def test_a_name_of_a_guide_is_taken_once() -> None:
    with pytest.raises(registry.Duplicate):
        registry.guide("party_admission")(lambda pks: {})
