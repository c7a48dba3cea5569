"""Instructors, talent, cultivation and communities: what is written, what is refused, who sees it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies import queries as packs
from hongzhu.services.party import models
from hongzhu.services.party.actions import admission, community, cultivation, dispatch, talent
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.queries import admission as admissions
from hongzhu.services.party.queries import community as communities
from hongzhu.services.party.queries import cultivation as cultivations
from hongzhu.services.party.queries import dispatch as dispatches
from hongzhu.services.party.queries import talent as talents

TODAY = date(2026, 11, 20)
TABLES = (
    models.Dispatch, models.DispatchVisit, models.Talent, models.TalentTask, models.Cultivation, models.Community,
    models.CommunityService,
)  # fmt: skip


def state() -> list[Any]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES] + [Entry.objects.count()]


def refused(write: Any, **call: Any) -> str:
    before = state()
    with pytest.raises(ValidationError) as caught:
        write(**call)
    assert state() == before
    return str(caught.value.messages[0])


# Instructors


def sent(cast: Any, **more: Any) -> models.Dispatch:
    told: dict[str, Any] = {
        "bureau": cast.bureau, "person": cast.member.person, "served": "青禾农机合作社", "sector": "ECONOMIC",
        "batch": "2026年第一批", "from_on": date(2026, 3, 1), "to_on": date(2026, 12, 10), "by": cast.actor("party_office"),
    }  # fmt: skip
    return dispatch.send_instructor(**told | more)


def test_one_person_sent_twice_is_two_person_times(cast: Any) -> None:
    sent(cast)
    sent(cast, served="青禾商会")
    rows = dispatches.visible_to(cast.party_office)
    assert (rows.count(), dispatches.persons_of(rows)) == (2, 1)
    assert "已经登记过" in refused(
        dispatch.send_instructor, bureau=cast.bureau, person=cast.member.person, served="青禾商会", sector="SOCIAL",
        batch="", from_on=date(2026, 3, 1), by=cast.actor("party_office"),
    )  # fmt: skip


def test_a_term_ends_after_it_begins_and_people_are_the_bureaus_own(cast: Any) -> None:
    by = cast.actor("party_office")
    told = {"served": "x", "sector": "SOCIAL", "batch": "一", "from_on": TODAY, "by": by}
    assert "晚于选派日期" in refused(
        dispatch.send_instructor, bureau=cast.bureau, person=cast.member.person, to_on=TODAY, **told
    )
    assert "不属于本局" in refused(dispatch.send_instructor, bureau=cast.bureau, person=cast.outsider.person, **told)


def test_visits_fall_into_the_term_and_their_outputs_add_up(cast: Any) -> None:
    row, by = sent(cast), cast.actor("member")
    told = {"dispatch": row, "outcome": "帮助建立党支部", "by": by, "today": TODAY}
    dispatch.visit_served(on=date(2026, 3, 1), outputs=2, **told)
    dispatch.visit_served(on=date(2026, 5, 1), outputs=1, **told)
    dispatch.visit_served(on=date(2026, 5, 1), outputs=3, **told)  # the same day again corrects it
    found = dispatches.visible_to(cast.party_office).get()
    assert (found.visits_n, found.outputs_n) == (2, 5)
    assert "不在选派期间" in refused(dispatch.visit_served, on=date(2026, 2, 28), outputs=1, **told)
    assert "还没有到" in refused(dispatch.visit_served, on=TODAY + timedelta(days=1), outputs=1, **told)
    dispatch.end_dispatch(dispatch=row, on=date(2026, 6, 1), by=cast.actor("party_office"))
    assert "不在选派期间" in refused(dispatch.visit_served, on=date(2026, 6, 2), outputs=1, **told)
    assert "已经结束" in refused(dispatch.end_dispatch, dispatch=row, on=TODAY, by=cast.actor("party_office"))


@pytest.mark.parametrize(("due", "listed"), [(date(2026, 12, 20), True), (date(2026, 12, 21), False), (None, False)])
def test_terms_near_their_end_are_listed_thirty_days_ahead(cast: Any, due: date | None, listed: bool) -> None:
    sent(cast, to_on=due)
    rows = dispatches.narrowed(dispatches.visible_to(cast.party_office), TODAY, 30, state="ending")
    assert rows.exists() is listed


def test_an_instructor_sees_and_visits_the_own_sending_only(cast: Any, client: Any) -> None:
    policies.ship()
    mine, other = sent(cast), sent(cast, person=cast.organiser.person)
    cast.login(client, "member")
    assert client.get(f"/party/sending/dispatches/{other.pk}/").status_code == 404
    told = {"on": "2026-05-06", "outcome": "上党课一次", "outputs": 1}
    assert client.post(f"/party/sending/dispatches/{mine.pk}/visit/", told).status_code == 302
    assert mine.visits.get().outputs == 1


# Talent


def named(cast: Any, **more: Any) -> models.Talent:
    told: dict[str, Any] = {
        "person": cast.member.person, "tier": "EXPERT", "call": "教党〔2026〕9号", "nominated_by": cast.branch,
        "nominated_on": date(2026, 4, 1), "by": cast.actor("organiser"),
    }  # fmt: skip
    return talent.nominate_talent(**told | more)


def chosen(cast: Any, row: models.Talent, **more: Any) -> models.Talent:
    told: dict[str, Any] = {
        "talent": row, "on": date(2026, 5, 1), "chosen": True, "from_on": date(2026, 6, 1), "to_on": date(2028, 6, 1),
        "by": cast.actor("party_office"), "today": TODAY,
    }  # fmt: skip
    return talent.review_talent(**told | more)


def test_a_call_names_somebody_once_and_is_reviewed_once(cast: Any) -> None:
    row = named(cast)
    assert "已经推荐过" in refused(
        talent.nominate_talent, person=cast.member.person, tier="EXPERT", call="教党〔2026〕9号 ", nominated_by=cast.branch,
        nominated_on=TODAY, by=cast.actor("organiser"),
    )  # fmt: skip
    review = {"talent": row, "by": cast.actor("party_office"), "today": TODAY}
    term = {"from_on": date(2026, 6, 1), "to_on": date(2028, 6, 1)}
    before_it = date(2026, 3, 31)
    assert "评审日期" in refused(talent.review_talent, on=before_it, chosen=True, **review, **term)
    assert "任期起止" in refused(talent.review_talent, on=TODAY, chosen=True, from_on=None, to_on=None, **review)
    talent.review_talent(on=date(2026, 4, 1), chosen=False, **review, **term)
    row.refresh_from_db()
    assert (row.chosen, row.from_on, row.to_on) == (False, None, None)
    assert "已经评审过" in refused(talent.review_talent, on=TODAY, chosen=True, **review, **term)


def test_the_roster_holds_who_is_chosen_while_the_term_lasts(cast: Any) -> None:
    row = chosen(cast, named(cast))
    rows = models.Talent.objects.all()

    def there(on: date) -> bool:
        return rows.filter(talents.on_roster(on)).exists()

    assert [there(date(2026, 5, 31)), there(date(2026, 6, 1)), there(date(2028, 5, 31)), there(date(2028, 6, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    by = cast.actor("party_office")
    assert "晚于现在的届满" in refused(talent.renew_talent, talent=row, to_on=date(2028, 6, 1), by=by)
    talent.renew_talent(talent=row, to_on=date(2030, 6, 1), by=by)
    assert there(date(2028, 6, 1))
    talent.do_task(talent=row, on=date(2026, 9, 1), title="讲党课", by=by, today=TODAY)
    assert "已经登记过" in refused(talent.do_task, talent=row, on=date(2026, 9, 1), title="讲党课", by=by, today=TODAY)
    assert "不在任期" in refused(talent.do_task, talent=row, on=date(2026, 5, 31), title="x", by=by, today=TODAY)
    assert "原因" in refused(talent.end_talent, talent=row, on=TODAY, reason="", by=by)
    talent.end_talent(talent=row, on=TODAY, reason="调离", by=by)
    assert there(TODAY - timedelta(days=1)) and not there(TODAY)
    assert "在任" in refused(talent.end_talent, talent=row, on=TODAY, reason="再次", by=by)


# Cultivation


def led(cast: Any, **more: Any) -> models.Cultivation:
    told: dict[str, Any] = {
        "org": cast.branch, "person": cast.people[5], "direction": "甲", "contact": cast.organiser.person,
        "from_on": date(2026, 3, 1), "by": cast.actor("organiser"), "directions": ["甲", "乙"],
    }  # fmt: skip
    return cultivation.begin_cultivation(**told | more)


def test_directions_are_the_bureaus_own(cast: Any) -> None:
    told = {
        "org": cast.branch, "person": cast.people[5], "contact": cast.organiser.person, "from_on": TODAY,
        "by": cast.actor("organiser"),
    }  # fmt: skip
    assert "还没有填双培养的方向" in refused(cultivation.begin_cultivation, direction="甲", directions=[], **told)
    assert "没有这个培养方向" in refused(cultivation.begin_cultivation, direction="丙", directions=["甲"], **told)
    own = told | {"contact": cast.people[5]}
    assert "不能是本人" in refused(cultivation.begin_cultivation, direction="甲", directions=["甲"], **own)


def test_cultivation_is_reached_and_counted_by_direction(cast: Any) -> None:
    row, by = led(cast), cast.actor("organiser")
    assert "已经在培养" in refused(
        cultivation.begin_cultivation, org=cast.branch, person=cast.people[5], direction="甲",
        contact=cast.member.person, from_on=TODAY, by=by, directions=["甲"],
    )  # fmt: skip
    led(cast, direction="乙")
    led(cast, person=cast.people[6])
    assert "达成日期" in refused(cultivation.reach_cultivation, row=row, on=date(2026, 2, 28), by=by, today=TODAY)
    cultivation.reach_cultivation(row=row, on=TODAY, by=by, today=TODAY)
    assert "已经达成" in refused(cultivation.reach_cultivation, row=row, on=TODAY, by=by, today=TODAY)
    counted = cultivations.conversions(cultivations.visible_to(cast.organiser))
    assert [(one["direction"], one["all"], one["running"], one["reached"]) for one in counted] == [
        ("乙", 1, 1, 0),
        ("甲", 2, 1, 1),
    ] or [(one["direction"], one["all"], one["running"], one["reached"]) for one in counted] == [
        ("甲", 2, 1, 1),
        ("乙", 1, 1, 0),
    ]  # fmt: skip  (databases sort Chinese differently)
    assert led(cast).pk  # reached: the direction is free again


def test_the_way_into_the_party_and_the_cultivation_show_each_other(cast: Any, client: Any) -> None:
    policies.ship()
    who = Person.objects.create(bureau=cast.bureau, name="江望月", born_on=date(1990, 1, 1))
    row = led(cast, person=who, from_on=date(2026, 9, 1))
    own = f"/party/sending/cultivations/{row.pk}/"
    cast.login(client, "organiser")
    before = client.get(own).content.decode()
    assert "发展过程" not in before and "申请入党时间" not in before
    way = admission.open_admission(
        org=cast.branch, person=who, applied_on=date(2026, 8, 3), by=cast.actor("organiser"), today=TODAY,
        now=timezone.now(),
    )  # fmt: skip
    page = client.get(own).content.decode()
    assert f"/party/admission/{way.pk}/" in page and "2026年8月3日" in page and "发展过程下一步" in page
    part = admissions.part_on(cast.bureau, TODAY)
    facts, calendar = admissions.facts_of([way])[way.pk], packs.calendar(cast.bureau)
    following = engine.way(facts, part, calendar, TODAY).next
    assert following is not None and str(following.step.title) in page
    assert own in client.get(f"/party/admission/{way.pk}/").content.decode()
    assert row.direction in client.get(f"/party/roster/{who.pk}/").content.decode()
    # Whoever may not see the way is not told of it.
    assert cultivations.into_the_party(cast.outsider, who, TODAY) == (None, "")
    assert cultivations.of_person(cast.outsider, who) == []


def test_without_directions_the_form_says_where_they_are_filled_in(cast: Any, client: Any) -> None:
    policies.ship()
    cast.login(client, "organiser")
    assert "登记册-名单" in client.get("/party/sending/cultivations/new/").content.decode()


# Communities


def registered(cast: Any, **more: Any) -> models.Community:
    told: dict[str, Any] = {
        "person": cast.member.person, "community": "柳荫社区", "registered_on": date(2026, 3, 1),
        "by": cast.actor("organiser"), "today": TODAY,
    }  # fmt: skip
    return community.register_community(**told | more)


def test_a_member_in_post_registers_with_one_community(cast: Any) -> None:
    row, by = registered(cast), cast.actor("organiser")
    told = {"community": "东关社区", "by": by, "today": TODAY}
    again = {"person": cast.member.person, "registered_on": TODAY}
    assert "已经在一个社区" in refused(community.register_community, **again, **told)
    community.end_community(row=row, on=TODAY, by=by)
    assert registered(cast, registered_on=TODAY).pk
    Membership.objects.filter(person=cast.people[5]).update(retired=True)
    for person in (cast.people[5], cast.section_officer.person):
        assert "不是在职党员" in refused(community.register_community, person=person, registered_on=TODAY, **told)
    later = TODAY + timedelta(days=1)
    assert "还没有到" in refused(community.register_community, person=cast.people[6], registered_on=later, **told)


def test_the_unregistered_are_members_in_post(cast: Any) -> None:
    registered(cast)
    Membership.objects.filter(person=cast.people[5]).update(retired=True)
    missing = {row.person_id for row in communities.unregistered(cast.organiser, TODAY)}
    expected = {one.pk for one in cast.people} - {cast.member.person_id, cast.people[5].pk}
    assert missing == expected
    assert not {row.person_id for row in communities.unregistered(cast.neighbour, TODAY)} & expected


def test_service_is_counted_in_minutes_and_confirmed_by_name(cast: Any) -> None:
    row, by = registered(cast), cast.actor("organiser")
    told = {"row": row, "by": by, "today": TODAY}
    community.confirm_community(on=date(2026, 3, 1), name="王社工", **told)
    assert "已经确认" in refused(community.confirm_community, on=TODAY, name="王社工", **told)
    service = community.serve_community(on=date(2026, 4, 1), title="劝导", minutes=90, **told)
    assert "服务日期" in refused(community.serve_community, on=date(2026, 2, 28), title="劝导", minutes=90, **told)
    for minutes in (0, 1441):
        assert "服务时长" in refused(community.serve_community, on=TODAY, title="劝导", minutes=minutes, **told)
    confirm = {"service": service, "by": by, "today": TODAY}
    assert "姓名" in refused(community.confirm_service, on=TODAY, name=" ", **confirm)
    community.confirm_service(on=TODAY, name="王社工", **confirm)
    assert "社区已经确认" in refused(community.serve_community, on=date(2026, 4, 1), title="劝导", minutes=60, **told)
    found = communities.visible_to(cast.organiser, TODAY).get()
    assert (found.services_n, found.minutes_n, found.branch_name) == (1, 90, cast.branch.name)


LISTS = ("dispatches", "talents", "cultivations", "communities", "leaders")


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_the_same_queries_for_one_row_and_three(cast: Any, client: Any, name: str) -> None:
    policies.ship()
    cast.login(client, "party_office")
    makes: dict[str, Any] = {
        "dispatches": lambda person: sent(cast, person=person),
        "talents": lambda person: chosen(cast, named(cast, person=person)),
        "cultivations": lambda person: led(cast, person=person),
        "communities": lambda person: registered(cast, person=person),
        "leaders": lambda person: None,
    }
    makes[name](cast.people[5])
    client.get(f"/party/sending/{name}/")
    with CaptureQueriesContext(connection) as one:
        page = client.get(f"/party/sending/{name}/")
    assert page.status_code == 200
    makes[name](cast.people[6])
    makes[name](cast.people[7])
    with CaptureQueriesContext(connection) as three:
        client.get(f"/party/sending/{name}/")
    assert len(three) == len(one)
    assert client.get(f"/party/sending/{name}/export/").headers["Content-Type"].endswith("sheet")
