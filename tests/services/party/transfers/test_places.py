"""A place entered wrongly is put right by the Party office alone, never past a move; the branch's button asks for a move."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org
from hongzhu.core.people import actions as people
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.models import Admission
from hongzhu.services.party.queries import precheck
from tests.cast import person as somebody

from . import stage
from .stage import TODAY

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 9)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


def place_of(person: Any) -> Membership:
    return Membership.objects.get(person=person, to_on__isnull=True)


def put_right(cast: Any, person: Any, **more: Any) -> Membership:
    facts: dict[str, Any] = {"org": cast.other_branch, "by": cast.actor("party_office"), "on": ON}
    return people.correct_place(membership=place_of(person), **facts | more)


def test_the_way_of_a_probationary_member_goes_along(cast: Any) -> None:
    """Else 转正 would write them back to the branch they were taken from."""
    who = cast.people[8]
    way = Admission.objects.create(bureau=cast.bureau, person=who, org=cast.branch, applied_on=date(2024, 3, 1))
    before = Entry.objects.count()
    made = put_right(cast, who)
    way.refresh_from_db()
    assert made.org == way.org == place_of(who).org == cast.other_branch
    assert list(Entry.objects.order_by("seq").values_list("did", flat=True))[before:] == ["people.correct_place"]


@pytest.mark.parametrize("step", ["asked", "let_go", "sent"])
def test_not_while_a_move_is_on_its_way(cast: Any, step: str) -> None:
    line = getattr(stage, step)(cast)
    before = Entry.objects.count()
    with pytest.raises(ValidationError, match=f"正在办（{line.get_status_display()}），请先在“组织关系转接”里办完"):
        put_right(cast, line.person)
    assert place_of(line.person).org == cast.branch and Entry.objects.count() == before
    type(line).objects.filter(pk=line.pk).update(status="RETURNED")
    assert put_right(cast, line.person).org == cast.other_branch


def test_refused_like_any_move(cast: Any) -> None:
    with pytest.raises(ValidationError, match="已经在"):
        put_right(cast, cast.people[5], org=cast.branch)


@pytest.mark.parametrize("name", ["organiser", "branch_secretary", "school_secretary"])
def test_the_branch_asks_for_a_move_and_moves_nobody_alone(cast: Any, client: Any, name: str) -> None:
    who = cast.people[5]
    cast.login(client, name)
    mend = reverse("people:membership_transfer", args=[place_of(who).pk])
    page = client.get(reverse("people:person", args=[who.pk])).content.decode()
    ask = reverse("party:transfer_new") + f"?person={who.pk}"
    assert ask in page and mend not in page
    assert client.post(mend, {"org": cast.other_branch.pk, "on": "2026-10-09"}).status_code == 403
    assert place_of(who).org == cast.branch

    form = client.get(ask).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    assert (told["person"], told["way"], told["from_org"]) == (
        f"{who.name} {cast.branch.name}",
        "WITHIN",
        cast.branch.pk,
    )
    answer = client.post(ask, told | {"to_org": cast.other_branch.pk})
    assert answer.status_code == 302 and place_of(who).org == cast.branch


def test_the_office_has_both_and_an_activist_no_letter(cast: Any, client: Any) -> None:
    who = cast.people[5]
    cast.login(client, "party_office")
    page, ask = reverse("people:person", args=[who.pk]), reverse("party:transfer_new") + f"?person={who.pk}"
    row = place_of(who)
    mend = reverse("people:membership_transfer", args=[row.pk])
    assert all(url in client.get(page).content.decode() for url in (ask, mend))
    answer = client.post(mend, {"org": cast.other_branch.pk, "on": "2026-10-09"}, follow=True)
    assert "已更正，到日起在新的党组织计算。" in answer.content.decode() and place_of(who).org == cast.other_branch
    Membership.objects.filter(person=who).update(standing="ACTIVIST")
    assert ask not in client.get(page).content.decode()


@pytest.mark.parametrize("who", ["nobody", "stranger", "word"])
def test_the_form_begins_empty_for_whom_one_does_not_see(cast: Any, client: Any, who: str) -> None:
    stranger = somebody(cast.bureau, "闻人初")
    cast.login(client, "organiser")
    told = {"nobody": "", "stranger": str(stranger.pk), "word": "x"}[who]
    form = client.get(reverse("party:transfer_new"), {"person": told}).context["form"]
    assert not form["person"].value() and not form["from_org"].value()


def test_pre_check_sends_the_office_and_nobody_else_to_put_it_right(cast: Any) -> None:
    """Members of a dissolved branch: their move cannot be asked for, for one of its ends is gone."""
    policies.ship()
    Org.objects.filter(pk=cast.branch.pk).update(closed_on=ON)
    mend = reverse("people:membership_transfer", args=[place_of(cast.people[5]).pk])

    def urls(name: str) -> list[str]:
        rows = precheck.findings(cast.accounts[name], cast.bureau, TODAY)
        return [row.url for row in rows if (row.check, row.name) == ("dissolved", cast.people[5].name)]

    assert urls("party_office") == [mend]
    assert urls("school_secretary") == [""]
