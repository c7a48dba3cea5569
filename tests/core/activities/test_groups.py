"""党小组会: the roster is the chosen group's, and the branch has met when each of its groups has."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.activities import actions, queries
from hongzhu.core.activities.models import Act, TagClaim
from hongzhu.core.activities.queries.worth import worth_of
from hongzhu.core.credits import actions as credits
from hongzhu.core.credits.models import Credit
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Standing
from tests.cast import FOUNDED, SYSTEM, joins

from .conftest import NOW, TODAY


@pytest.fixture
def groups(cast: Any) -> list[Org]:
    """The first group: the first five of the branch; the second: the other four."""
    made = []
    for name, people in (("第一党小组", cast.people[:5]), ("第二党小组", cast.people[5:])):
        group = orgs.set_up(bureau=cast.bureau, kind="TEAM", name=name, parent=cast.branch, by=SYSTEM, on=FOUNDED)
        for who in people:
            joins(who, group, standing=Standing.MEMBER)
        made.append(group)
    return made


@pytest.fixture
def meet(cast: Any, record: Any) -> Any:
    """``meet(group, …)``: a meeting of a group (None: of all together), confirmed."""

    def make(group: Org | None, on: date = date(2026, 11, 10), now: datetime = NOW, **more: Any) -> Act:
        extra = {"team": group.pk} if group else {}
        act = record(kind="team_meeting", parts=("study",), lecture_title="", held_on=on, extra=extra, now=now, **more)
        counted = {(claim.org_id, claim.tag) for claim in act.claims.filter(state=TagClaim.State.PROPOSED)}
        return actions.confirm(act=act, counted=counted, by=cast.actor("organiser"), now=now)

    return make


def counted(cast: Any, tag: str = "team_meeting") -> list[int]:
    """Acts by which the branch has met, after proving that a rebuild agrees."""
    with transaction.atomic():
        assert credits.rebuild(bureau=cast.bureau.pk, now=NOW) == (0, 0), "what was settled is what a rebuild gives"
    rows = Credit.objects.filter(voided_at__isnull=True, person__isnull=True, tag=tag, body=cast.branch)
    return list(rows.order_by("source").values_list("source", flat=True))


def owed(cast: Any) -> set[int]:
    """Months whose group meetings the branch still owes."""
    cards = obligations.due_cards(cast.branch, TODAY)
    return {card.due.opens.month for card in cards if card.duty.tag == "team_meeting"}


def test_the_roster_is_the_groups(cast: Any, groups: list[Org], meet: Any) -> None:
    act = meet(groups[1], absences={cast.people[0].pk: "SICK"})

    assert (act.due_roster, act.attended) == (4, 4), "who is not in the group is not missed"
    assert set(act.attendances.values_list("person", flat=True)) == {who.pk for who in cast.people[5:]}
    assert set(act.attendances.values_list("org", flat=True)) == {cast.branch.pk}
    assert meet(None).due_roster == 9


def test_a_group_nobody_was_put_into_brings_the_branch(cast: Any, meet: Any) -> None:
    empty = orgs.set_up(bureau=cast.bureau, kind="TEAM", name="新党小组", parent=cast.branch, by=SYSTEM, on=FOUNDED)

    assert meet(empty).due_roster == 9


def test_one_groups_meeting_does_not_count_for_all(cast: Any, groups: list[Org], meet: Any) -> None:
    first = meet(groups[0])
    assert counted(cast) == []
    assert owed(cast) == {10, 11}
    assert counted(cast, "study") == [first.pk], "what else it counts for is its own"

    again = meet(groups[0], date(2026, 11, 12))
    assert counted(cast) == []
    second = meet(groups[1], date(2026, 11, 11))
    assert counted(cast) == [second.pk]
    assert owed(cast) == {10}
    last = meet(groups[1], date(2026, 11, 13))
    assert counted(cast) == [second.pk, last.pk], "the second round"

    actions.void(act=again, reason="记重了", by=cast.actor("organiser"), now=NOW)
    assert counted(cast) == [second.pk]
    actions.void(act=first, reason="没有开", by=cast.actor("organiser"), now=NOW)
    assert counted(cast) == []


def test_groups_meet_in_the_same_month(cast: Any, groups: list[Org], meet: Any) -> None:
    meet(groups[0], date(2026, 10, 30))
    second = meet(groups[1], date(2026, 11, 2))
    assert counted(cast) == []

    told = replace(queries.told_of(second), held_on=date(2026, 10, 31), held_to=date(2026, 10, 31))
    moved = actions.correct(
        act=second, told=told, revision=0, reason="日期写错", by=cast.actor("organiser"), on=TODAY, now=NOW
    )
    assert isinstance(moved, Act)
    assert counted(cast) == [second.pk]


def test_a_meeting_moved_to_another_year_undoes_the_round(cast: Any, groups: list[Org], meet: Any) -> None:
    first = meet(groups[0], date(2025, 12, 30))
    second = meet(groups[1], date(2025, 12, 31))
    assert counted(cast) == [second.pk]

    told = replace(queries.told_of(first), held_on=date(2026, 1, 4), held_to=date(2026, 1, 4))
    actions.correct(act=first, told=told, revision=0, reason="日期写错", by=cast.actor("organiser"), on=TODAY, now=NOW)
    assert counted(cast) == []


def test_the_round_is_known_when_the_last_is(cast: Any, groups: list[Org], meet: Any) -> None:
    meet(groups[0], date(2026, 11, 20), now=NOW)
    late = meet(groups[1], date(2026, 11, 2), now=NOW + timedelta(days=1))

    assert counted(cast) == [late.pk]
    assert Credit.objects.get(tag="team_meeting").recorded_at == NOW + timedelta(days=1)


def test_a_meeting_of_all_groups_counts_at_once(cast: Any, groups: list[Org], meet: Any) -> None:
    both = meet(None)
    assert counted(cast) == [both.pk]


def test_a_group_closed_by_then_is_not_waited_for(cast: Any, groups: list[Org], meet: Any) -> None:
    Org.objects.filter(pk=groups[1].pk).update(closed_on=date(2026, 11, 5))
    first = meet(groups[0])
    assert counted(cast) == [first.pk]


def test_the_page_says_which_group_is_still_to_meet(cast: Any, groups: list[Org], meet: Any) -> None:
    def why(act: Act) -> str:
        return next(row.why for row in worth_of(act, [cast.branch]) if row.tag == "team_meeting")

    first = meet(groups[0])
    assert why(first) == "各党小组都开过才计入，还差第二党小组"
    meet(groups[1])
    assert "还差" not in why(first)
    assert "还差" not in why(meet(None))


def test_the_next_group_is_the_first_without_a_meeting(cast: Any, groups: list[Org], meet: Any) -> None:
    offered = [group.pk for group in groups]
    month = date(2026, 11, 1)
    assert queries.next_group(cast.branch, "team_meeting", month, offered) == groups[0].pk
    first = meet(groups[0])
    meet(groups[1], date(2026, 10, 9))
    assert queries.next_group(cast.branch, "team_meeting", month, offered) == groups[1].pk
    meet(groups[1])
    assert queries.next_group(cast.branch, "team_meeting", month, offered) is None
    actions.void(act=first, reason="没有开", by=cast.actor("organiser"), now=NOW)
    assert queries.next_group(cast.branch, "team_meeting", month, offered) == groups[0].pk


# --- the form -----------------------------------------------------------------------------------------------


def posted(group: Any, **changes: Any) -> dict[str, Any]:
    usual = {
        "theme": "十一月学习", "held_on": "2026-11-20", "parts": ["study"], "process": "领学第一章。",
        "field_team": getattr(group, "pk", ""), "token": str(uuid.uuid4()),
    }  # fmt: skip
    return usual | changes


def names(page: Any) -> list[str]:
    return [seat.name for seat in page.context["form"].setup.all_seats]


@pytest.fixture
def typist(cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2026, 11, 20))
    cast.login(client, "organiser")
    return client


def test_the_form_begins_with_the_group_whose_turn_it_is(
    cast: Any, groups: list[Org], typist: Client, meet: Any
) -> None:
    there = f"{reverse('activities:act_new')}?body={cast.branch.pk}&kind=team_meeting&month=2026-11"
    page = typist.get(there)
    assert names(page) == [who.name for who in cast.people[:5]]
    text = page.content.decode()
    assert f'<option value="{groups[0].pk}" selected>第一党小组' in text
    assert '<option value="">各党小组一起</option>' in text
    assert f'name="rosters" value="{groups[0].pk}"' in text

    meet(groups[0])
    assert names(typist.get(there)) == [who.name for who in cast.people[5:]]
    meet(groups[1])
    page = typist.get(there)
    assert len(names(page)) == 9, "all have met: the roster is the branch's until a group is chosen"
    assert 'name="rosters"' not in page.content.decode()
    chair = page.context["form"].fields["chair"]
    assert len(chair.choices) > 9, "anybody of the branch may chair a group's meeting"


def test_another_group_is_shown_with_its_roster_before_saving(cast: Any, groups: list[Org], typist: Client) -> None:
    there = f"{reverse('activities:act_new')}?body={cast.branch.pk}&kind=team_meeting&month=2026-11"
    absent = cast.people[0].pk
    data = posted(groups[1], rosters=[groups[0].pk], absent=[absent])
    page = typist.post(there, data)
    assert "已加上第二党小组的名册" in page.content.decode()
    assert page.context["form"].counts() == {"due": 4, "absent": 0, "there": 4}, "the first group's absent is left out"
    assert not Act.objects.exists()

    whole = typist.post(there, posted(None, rosters=[groups[0].pk]))
    assert "已加上柳林中心小学党支部的名册" in whole.content.decode()
    assert not Act.objects.exists()

    assert typist.post(there, data | {"rosters": [groups[1].pk]}).status_code == 302
    act = Act.objects.get()
    assert (act.due_roster, act.attended) == (4, 4)
    page = typist.get(reverse("activities:act_correct", args=[act.pk]))
    assert names(page) == [who.name for who in cast.people[5:]]


def test_a_draft_comes_back_with_its_group(cast: Any, groups: list[Org], typist: Client) -> None:
    there = f"{reverse('activities:act_new')}?body={cast.branch.pk}&kind=team_meeting&month=2026-11"
    typist.post(there, posted(groups[1], draft="1"))
    assert names(typist.get(there)) == [who.name for who in cast.people[5:]]


def test_a_meeting_asks_as_much_after_eight_as_after_two(cast: Any, groups: list[Org], record: Any) -> None:
    """All acts of the round are settled together, not one by one."""

    def asked(on: date) -> int:
        act = record(
            kind="team_meeting", parts=("study",), lecture_title="", held_on=on, extra={"team": groups[0].pk}, now=NOW
        )
        told = {(claim.org_id, claim.tag) for claim in act.claims.filter(state=TagClaim.State.PROPOSED)}
        with CaptureQueriesContext(connection) as seen:
            actions.confirm(act=act, counted=told, by=cast.actor("organiser"), now=NOW)
        return len(seen)

    asked(date(2026, 11, 2))
    early = asked(date(2026, 11, 3))
    for day in range(4, 10):
        asked(date(2026, 11, day))

    assert asked(date(2026, 11, 10)) == early
