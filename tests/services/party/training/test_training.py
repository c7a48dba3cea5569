"""Training: plans, enrolment, closing with hours, corrections, voiding; who is short; credits agree with the trainees."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.credits import queries as credits
from hongzhu.core.credits.models import Credit
from hongzhu.core.people.models import Membership
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.actions import training as actions
from hongzhu.services.party.models import Trainee, TrainingClass, TrainingLayer
from hongzhu.services.party.queries import training

TODAY = date(2026, 11, 20)
Who = TrainingLayer.Who


def opened(cast: Any, **more: Any) -> TrainingClass:
    told: dict[str, Any] = {
        "host": cast.branch, "title": "党务培训班", "who": "MEMBERS", "from_on": date(2026, 10, 12),
        "to_on": date(2026, 10, 13), "hours": 1600, "by": cast.actor("organiser"),
    }  # fmt: skip
    return actions.open_class(**told | more)


def enrolled(cast: Any, row: TrainingClass, *people: Any) -> None:
    actions.enrol(training=row, people=[(one.pk, cast.branch.pk) for one in people], by=cast.actor("organiser"))


def closed(cast: Any, row: TrainingClass, *absent: int, today: date = TODAY) -> TrainingClass:
    return actions.close_class(
        training=row, absent=absent, tested=True, by=cast.actor("organiser"), now=timezone.now(), today=today
    )


def refused(write: Any, *args: Any, **call: Any) -> str:
    def state() -> Any:
        return [list(table.objects.order_by("pk").values()) for table in (TrainingClass, Trainee, Credit, Entry)]

    before = state()
    with pytest.raises(ValidationError) as caught:
        write(*args, **call)
    assert state() == before
    return str(caught.value.messages[0])


def hours_of(*people: Any) -> dict[int, int]:
    return credits.hours_of([one.pk for one in people], 2026, tags=(training.STUDY_TAG,))


def test_everybody_but_the_absent_earns_the_hours(cast: Any) -> None:
    one, two, three = cast.people[:3]
    row = opened(cast)
    enrolled(cast, row, one, two, three)
    closed(cast, row, row.trainees.get(person=two).pk)
    assert hours_of(one, two, three) == {one.pk: 1600, three.pk: 1600}
    assert set(Credit.objects.values_list("kind", "body", "held_on")) == {
        ("party.trainingclass", cast.branch.pk, date(2026, 10, 12))
    }
    assert not credits.compare(cast.bureau.pk)
    assert Entry.objects.latest("seq").did == "party.close_class"


def test_a_correction_settles_again_and_a_void_takes_the_hours_back(cast: Any) -> None:
    one, two = cast.people[:2]
    row = opened(cast)
    enrolled(cast, row, one, two)
    closed(cast, row, row.trainees.get(person=two).pk)
    told = {"certificate": "", "by": cast.actor("organiser"), "now": timezone.now()}
    actions.correct_trainee(trainee=row.trainees.get(person=two), absent=False, hours=None, **told)
    assert hours_of(one, two) == {one.pk: 1600, two.pk: 1600}
    actions.correct_trainee(trainee=row.trainees.get(person=one), absent=False, hours=800, **told)
    assert hours_of(one, two) == {one.pk: 800, two.pk: 1600}
    actions.correct_trainee(trainee=row.trainees.get(person=one), absent=True, hours=None, **told)
    assert hours_of(one, two) == {two.pk: 1600}
    assert not credits.compare(cast.bureau.pk)
    assert Credit.objects.filter(voided_at__isnull=False).count() == 2
    trainee = row.trainees.get(person=two)
    assert "不能超过" in refused(actions.correct_trainee, trainee=trainee, absent=False, hours=1601, **told)
    actions.void_class(training=row, reason="重复登记", by=cast.actor("organiser"), now=timezone.now())
    assert hours_of(one, two) == {}
    assert not credits.compare(cast.bureau.pk)
    assert "已经作废" in refused(actions.correct_trainee, trainee=trainee, absent=False, hours=None, **told)


def test_the_proof_finds_a_credit_that_no_class_gave(cast: Any) -> None:
    row = opened(cast)
    enrolled(cast, row, cast.people[0])
    closed(cast, row)
    Credit.objects.update(amount=9900)
    assert credits.compare(cast.bureau.pk)


def test_a_class_is_closed_after_its_last_day_with_somebody_in_it(cast: Any) -> None:
    row = opened(cast)
    assert "还没有人报名" in refused(closed, cast, row)
    enrolled(cast, row, cast.people[0])
    assert "还没有结束" in refused(closed, cast, row, today=date(2026, 10, 12))
    closed(cast, row, today=date(2026, 10, 13))
    assert "已经结业登记" in refused(closed, cast, row)
    assert "已经结业登记" in refused(enrolled, cast, row, cast.people[1])
    assert "已经结业登记" in refused(actions.drop_trainee, trainee=row.trainees.get(), by=cast.actor("organiser"))


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"to_on": date(2026, 10, 11)}, "早于开始日期"), ({"hours": 0}, "学时"), ({"hours": 40_001}, "学时"),
    ],
)  # fmt: skip
def test_a_class_has_days_and_hours(cast: Any, told: dict[str, Any], word: str) -> None:
    assert word in refused(opened, cast, **told)


def test_a_class_of_a_plan_keeps_to_its_years_and_layers(cast: Any) -> None:
    plan = actions.make_plan(
        bureau=cast.bureau, title="2019—2023年方案", from_year=2019, to_year=2023, hours={"MEMBERS": None},
        by=cast.actor("party_office"),
    )  # fmt: skip
    assert "2019—2023年" in refused(opened, cast, plan=plan)
    inside = {"plan": plan, "from_on": date(2023, 12, 31), "to_on": date(2024, 1, 1)}
    assert "没有这个培训对象" in refused(opened, cast, who="SECRETARIES", **inside)
    assert opened(cast, **inside).plan == plan
    with pytest.raises(ValidationError):
        actions.make_plan(
            bureau=cast.bureau, title="x", from_year=2023, to_year=2022, hours={"MEMBERS": None},
            by=cast.actor("party_office"),
        )  # fmt: skip


def test_many_are_enrolled_at_once_and_once(cast: Any) -> None:
    row = opened(cast)
    people = training.to_enrol(cast.organiser, row, whole=True, people=[])
    assert {person for person, _org in people} == {one.pk for one in cast.people}
    assert actions.enrol(training=row, people=people, by=cast.actor("organiser")) == 9
    entries = Entry.objects.count()
    assert actions.enrol(training=row, people=people, by=cast.actor("organiser")) == 0
    assert Entry.objects.count() == entries
    Membership.objects.filter(person=cast.people[5]).update(left_out="ILL")
    again = training.to_enrol(cast.organiser, row, whole=True, people=[])
    assert cast.people[5].pk not in {person for person, _org in again}


def test_who_belongs_to_no_branch_is_not_enrolled(cast: Any) -> None:
    with pytest.raises(ValidationError, match="组织关系"):
        training.to_enrol(cast.party_office, opened(cast), whole=False, people=[cast.section_officer.person])


def test_names_typed_in_any_way_are_enrolled(cast: Any, client: Any) -> None:
    row = opened(cast)
    cast.login(client, "organiser")
    at = f"/party/training/{row.pk}/enrol/"
    page = client.post(at, {"names": "许青原、没有这个人"})
    assert page.status_code == 200 and "没有这个人" in page.content.decode() and not row.trainees.exists()
    assert client.post(at, {"names": "许青原、 周予安\n唐见山"}).status_code == 302
    assert row.trainees.count() == 3
    assert "请填姓名" in client.post(at, {"names": ""}).content.decode()


def test_layers_are_asked_for_their_floor_and_acts_add_up(cast: Any) -> None:
    policies.ship()
    secretary, member = cast.branch_secretary.person, cast.member.person
    lines = {line.asked.person_id: line for line in training.hours(cast.organiser, 2026, TODAY)}
    assert (lines[secretary.pk].who, lines[secretary.pk].floor) == (Who.SECRETARIES, 5600)
    assert (lines[cast.organiser.person_id].who, lines[cast.organiser.person_id].floor) == (Who.AFFAIRS, 5600)
    assert (lines[member.pk].who, lines[member.pk].floor, lines[member.pk].short) == (Who.MEMBERS, 3200, 3200)
    Credit.objects.create(
        bureau=cast.bureau, tag=training.STUDY_TAG, body=cast.branch, person=member, held_on=TODAY, belongs_on=TODAY,
        recorded_at=timezone.now(), amount=1600, kind="activities.act", source=1,
    )  # fmt: skip
    row = opened(cast)
    enrolled(cast, row, member)
    closed(cast, row)
    lines = {line.asked.person_id: line for line in training.hours(cast.organiser, 2026, TODAY)}
    assert (lines[member.pk].hours, lines[member.pk].short) == (3200, 0)
    assert training.years_of(member.pk) == [(2026, 3200, 1600)]
    layers = {layer.who: (layer.people, layer.reached) for layer in training.by_layer(list(lines.values()))}
    assert layers[Who.MEMBERS] == (7, 1)
    short = training.narrowed_hours(list(lines.values()), who=Who.MEMBERS)
    assert member.pk not in {line.asked.person_id for line in short} and len(short) == 6


@pytest.mark.parametrize(("asked", "floor"), [(3100, 3200), (3300, 3300), (None, 3200)])
def test_a_plan_may_ask_for_more_and_not_for_less(cast: Any, asked: int | None, floor: int) -> None:
    policies.ship()
    actions.make_plan(
        bureau=cast.bureau, title="方案", from_year=2026, to_year=2026, hours={"MEMBERS": asked},
        by=cast.actor("party_office"),
    )  # fmt: skip
    assert training.floor(cast.bureau, Who.MEMBERS, 2026, TODAY) == floor
    assert training.floor(cast.bureau, Who.MEMBERS, 2025, TODAY) == 3200


def test_certificates_are_numbered_for_who_was_there(cast: Any) -> None:
    row = opened(cast)
    enrolled(cast, row, *cast.people[:3])
    by = cast.actor("organiser")
    assert "还没有结业登记" in refused(actions.certify, training=row, prefix="党训", by=by)
    closed(cast, row, row.trainees.get(person=cast.people[1]).pk)
    assert actions.certify(training=row, prefix="党训2026-", by=by) == 2
    assert sorted(row.trainees.values_list("certificate", flat=True)) == ["", "党训2026-001", "党训2026-002"]
    assert actions.certify(training=row, prefix="党训2026-", by=by) == 0


def test_a_neighbour_sees_only_classes_with_the_own_people(cast: Any) -> None:
    row = opened(cast)
    enrolled(cast, row, cast.people[0])
    assert not training.visible_to(cast.neighbour).exists()
    joint = opened(cast, host=cast.root, title="全局班")
    actions.enrol(
        training=joint, by=cast.actor("party_office"),
        people=[(cast.people[0].pk, cast.branch.pk), (cast.neighbour.person_id, cast.other_branch.pk)],
    )  # fmt: skip
    assert training.visible_to(cast.neighbour).get() == joint
    assert [one.person for one in training.trainees_of(cast.neighbour, joint)] == [cast.neighbour.person]
    assert training.trainees_of(cast.party_office, joint).count() == 2


def test_the_papers_hold_everybody_and_graduates_who_was_there(cast: Any, client: Any) -> None:
    row = opened(cast)
    enrolled(cast, row, *cast.people[:3])
    closed(cast, row, row.trainees.get(person=cast.people[1]).pk)
    cast.login(client, "organiser")

    def names(paper: str) -> set[str]:
        page = client.get(f"/party/training/{row.pk}/{paper}/")
        return {line.cells[1].text for line in docx.Document(io.BytesIO(page.content)).tables[0].rows[1:]}

    everybody = {one.name for one in cast.people[:3]}
    assert names("sign-in") == names("roll") == everybody
    assert names("graduates") == everybody - {cast.people[1].name}


def test_a_course_falls_into_the_class(cast: Any) -> None:
    row, by = opened(cast), cast.actor("organiser")
    actions.add_course(training=row, on=date(2026, 10, 13), title="党章", by=by, hours=200)
    actions.add_course(training=row, on=date(2026, 10, 13), title="党章", by=by, teacher="周予安", hours=300)
    assert list(row.courses.values_list("teacher", "hours")) == [("周予安", 300)]
    assert "不在班次" in refused(actions.add_course, training=row, on=date(2026, 10, 14), title="x", by=by)


@pytest.mark.parametrize("address", ["", "gaps/", "plans/"])
def test_lists_take_the_same_queries_for_one_row_and_three(cast: Any, client: Any, address: str) -> None:
    policies.ship()
    cast.login(client, "party_office")

    def more() -> None:
        row = opened(cast, host=cast.root)
        enrolled(cast, row, *cast.people[:2])
        actions.make_plan(
            bureau=cast.bureau, title="方案", from_year=2026, to_year=2026, hours={"MEMBERS": None},
            by=cast.actor("party_office"),
        )  # fmt: skip

    more()
    client.get(f"/party/training/{address}")
    with CaptureQueriesContext(connection) as one:
        page = client.get(f"/party/training/{address}")
    assert page.status_code == 200
    more()
    more()
    with CaptureQueriesContext(connection) as three:
        client.get(f"/party/training/{address}")
    assert len(three) == len(one)
    assert client.get(f"/party/training/{address}export/").headers["Content-Type"].endswith("sheet")


def test_pages_close_correct_and_show_the_transcript(cast: Any, client: Any) -> None:
    policies.ship()
    row = opened(cast)
    enrolled(cast, row, *cast.people[:2])
    cast.login(client, "organiser")
    at = f"/party/training/{row.pk}/"
    absent = row.trainees.get(person=cast.people[1])
    assert client.post(f"{at}close/", {"absent": [absent.pk], "tested": "on", "feedback": "2"}).status_code == 302
    assert client.post(f"{at}people/{absent.pk}/", {"hours": "8"}).status_code == 302
    assert hours_of(cast.people[1]) == {cast.people[1].pk: 800}
    text = client.get(at).content.decode()
    assert "已结业" in text and "已组织测试" in text
    told = client.get(f"/party/training/people/{cast.people[1].pk}/").content.decode()
    assert "党务培训班" in told and ">8<" in told.replace("\n", "").replace(" ", "")
    assert client.get("/party/training/gaps/?kind=SECRETARIES&state=all&q=唐").status_code == 200


def test_a_plan_is_made_and_changed_on_its_form(cast: Any, client: Any) -> None:
    cast.login(client, "party_office")
    told = {
        "title": "五年方案",
        "from_year": 2024,
        "to_year": 2028,
        "layers": ["MEMBERS", "SECRETARIES"],
        "hours_MEMBERS": "40",
    }
    assert client.post("/party/training/plans/new/", told).status_code == 302
    plan = training.plans(cast.party_office).get()
    assert {layer.who: layer.hours for layer in plan.layers.all()} == {"MEMBERS": 4000, "SECRETARIES": None}
    at = f"/party/training/plans/{plan.pk}/edit/"
    assert "40" in client.get(at).content.decode()
    assert client.post(at, told | {"layers": ["AFFAIRS"], "hours_AFFAIRS": "56"}).status_code == 302
    assert {layer.who: layer.hours for layer in plan.layers.order_by("pk")} == {"AFFAIRS": 5600}


def test_waiting_names_classes_over_and_not_closed(cast: Any) -> None:
    from hongzhu.services.party.desk.training import waiting

    row = opened(cast)
    assert [due.text for due in waiting(cast.organiser, row.to_on + timedelta(days=1))] == ["党务培训班"]
    assert waiting(cast.organiser, row.to_on) == []
    assert waiting(cast.inspector, TODAY) == []
