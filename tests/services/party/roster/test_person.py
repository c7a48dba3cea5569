"""One page a person, and the card for an upper system with its mark."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.actions import roster as actions
from hongzhu.services.party.models import MemberPost, Promise, Trainee, TrainingClass, Transcribed
from hongzhu.services.party.queries import person as people
from tests.services.party.roster.conftest import NOW, ON, applied, held, honoured, paid, seconded, studied, titled

pytestmark = pytest.mark.django_db


def filled(cast: Any) -> Any:
    """Something of every noun about 许青原."""
    who = cast.member.person
    held(cast, date(2026, 3, 6), (who, "PRESENT"))
    held(cast, date(2026, 3, 20), (who, "SICK"))
    studied(cast, who, date(2026, 3, 6), 150)
    paid(cast, who, "1", date(2026, 3, 9), date(2026, 1, 1), date(2026, 2, 1))
    honoured(cast, who, date(2025, 7, 1))
    titled(cast, who)
    seconded(cast, who)
    here = {"bureau": cast.bureau, "org": cast.branch, "person": who}
    MemberPost.objects.create(**here, kind="AREA", title="二楼责任区", from_on=date(2026, 1, 1))
    Promise.objects.create(**here, year=2026, item="结对两名学生")
    training = TrainingClass.objects.create(
        bureau=cast.bureau, host=cast.committee, who="MEMBERS", title="暑期轮训", from_on=date(2026, 7, 8),
        to_on=date(2026, 7, 9), hours=800,
    )  # fmt: skip
    Trainee.objects.create(training=training, person=who, org=cast.branch)
    return who


def test_the_page_says_what_every_noun_knows(stage: Any, client: Any, clock: Any) -> None:
    who = filled(stage)
    stage.login(client, "branch_secretary")
    page = client.get(f"/party/roster/{who.pk}/").content.decode()
    for words in (
        "应到2次，到会1次", "1.5", "/32", "2026年2月", "20.00元", "二楼责任区", "结对两名学生", "暑期轮训", "借调", "双桥小学",
        "市级骨干教师", "优秀党员2025-07-01", "不在一处",
    ):  # fmt: skip
        assert words in page, words


def test_months_of_the_year_up_to_today(stage: Any) -> None:
    who = filled(stage)
    told = people.told(stage.branch_secretary, who, ON)
    assert len(told.months) == 11
    assert told.months[2] == (3, 1, 2)
    assert told.months[3] == (4, 0, 0)


def test_whoever_sees_the_way_opens_the_page_of_an_applicant(stage: Any, client: Any, clock: Any) -> None:
    way = applied(stage, "温申请", date(2026, 3, 5))
    address = f"/party/roster/{way.person_id}/"
    for name, status in (("branch_secretary", 200), ("organiser", 200), ("party_office", 200), ("neighbour", 404),
                         ("member", 404), ("outsider", 404)):  # fmt: skip
        stage.login(client, name)
        assert client.get(address).status_code == status, name
    stage.login(client, "organiser")
    assert address in client.get("/party/roster/", {"who": "applicants"}).content.decode()
    assert reverse("people:person", args=[way.person_id]) not in client.get(address).content.decode()
    own = stage.people[5].pk
    assert reverse("people:person", args=[own]) in client.get(f"/party/roster/{own}/").content.decode()
    way.outcome, way.ended_on = "WITHDRAWN", date(2026, 5, 1)
    way.save()
    assert client.get(address).status_code == 404  # the way that ended no longer opens it


def test_dues_are_shown_to_oneself_and_to_who_keeps_them_there(stage: Any) -> None:
    who = filled(stage)
    for name, sees in (
        ("branch_secretary", True), ("organiser", True), ("party_office", False), ("member", True), ("inspector", False),
        ("section_officer", False), ("district_officer", False),
    ):  # fmt: skip
        assert (people.told(stage.accounts[name], who, ON).dues is not None) == sees, name


def test_steps_of_an_admission_in_their_order(stage: Any) -> None:
    way = applied(stage, "温对象", date(2024, 1, 5), activist=date(2024, 9, 1), candidate=date(2026, 3, 1))
    told = people.told(stage.branch_secretary, way.person, ON)
    assert [row.on for row in told.steps] == [date(2024, 1, 5), date(2024, 9, 1), date(2026, 3, 1)]
    assert told.membership is None


def test_the_page_asks_as_often_for_a_full_life_as_for_an_empty_one(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    counts = []
    client.get(f"/party/roster/{stage.people[6].pk}/")
    for who in (stage.people[6], filled(stage)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/party/roster/{who.pk}/").status_code == 200
        counts.append(len(asked))
    assert abs(counts[0] - counts[1]) <= 1, counts  # the titles of steps are read only where there are steps


def test_a_member_sees_the_own_page_only(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "member")
    assert client.get(f"/party/roster/{stage.member.person.pk}/").status_code == 200
    assert client.get(f"/party/roster/{stage.organiser.person.pk}/").status_code == 404


def test_the_way_there_from_my_data_and_the_people_page(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    address = f"/party/roster/{stage.member.person.pk}/"
    assert address in client.get(f"/people/{stage.member.person.pk}/").content.decode()
    assert "/party/roster/" not in client.get(f"/people/{stage.party_office.person.pk}/").content.decode()


def test_the_card_holds_the_systems_fields_in_its_order_and_no_number(stage: Any, client: Any, clock: Any) -> None:
    who = stage.member.person
    who.id_sealed, who.id_tail, who.phone_sealed = "sealed", "X", "sealed"
    who.save()
    stage.login(client, "branch_secretary")
    page = client.get(f"/party/roster/{who.pk}/card/").content.decode()
    order = [page.index(f"<b>{label}</b>") for label in ("姓名", "出生日期", "人员类别", "所在党支部", "工作单位")]
    assert order == sorted(order)
    assert "柳林中心小学党支部" in page
    assert "sealed" not in page


def test_marked_per_system_with_its_day_and_one_entry(stage: Any, client: Any, clock: Any) -> None:
    who = stage.member.person
    stage.login(client, "branch_secretary")
    assert client.post(f"/party/roster/{who.pk}/card/upper_member/done/").status_code == 302
    row = Transcribed.objects.get()
    assert (row.system, row.on) == ("upper_member", ON)
    assert Entry.objects.filter(did="party.transcribe").count() == 1
    assert "已转录，2026年11月20日" in client.get(f"/party/roster/{who.pk}/card/").content.decode()
    actions.transcribe(person=who, system="upper_member", on=date(2026, 12, 1), by=stage.actor("organiser"))
    assert Transcribed.objects.get().on == date(2026, 12, 1)


def test_a_system_that_describes_acts_or_is_not_there_cannot_be_marked(stage: Any, client: Any) -> None:
    stage.login(client, "branch_secretary")
    for system in ("upper_general", "none"):
        assert client.post(f"/party/roster/{stage.member.person.pk}/card/{system}/done/").status_code == 404
    assert not Transcribed.objects.exists()


def test_a_card_of_a_person_is_not_offered_for_an_act(stage: Any, client: Any, clock: Any) -> None:
    from hongzhu.core.activities.queries.transcribing import systems_of

    act = held(stage, date(2026, 11, 6))
    act.recorded_at = NOW
    assert [row.code for row in systems_of(act)] == ["upper_general"]
    assert [row.code for row in people.systems(stage.member.person, ON)] == ["upper_member"]


def test_every_name_an_officer_may_choose_for_a_persons_card_is_filled_in(stage: Any, clock: Any) -> None:
    assert people.CARD.keys() == people.values(stage.member.person, ON).keys()
