from datetime import date, timedelta

import pytest

from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Establishment, Post
from hongzhu.core.registers import actions
from hongzhu.core.registers.queries import contacts, coverage, honours, masses, posts
from hongzhu.kit.dates import Period
from hongzhu.kit.registry import Visit, book
from tests.core.registers.conftest import ON, assigned, honoured

TODAY = date(2026, 11, 20)


def test_lines_carry_visits_of_the_period_and_name_the_unvisited(stage, monkeypatch):
    mine, other = assigned(stage, stage.school, stage.other_school)
    asked = []

    def told(ids, period):
        asked.append((sorted(ids), period))
        return {mine.pk: Visit(date(2026, 5, 1), 2)}

    monkeypatch.setattr(book, "visits", {"sample": told})
    found = contacts.lines(stage.party_office, "CONTACT", TODAY, Period.year(2026))
    assert {line.contact.pk: line.visit.count for line in found} == {mine.pk: 2, other.pk: 0}
    assert [line.contact.pk for line in contacts.unvisited(found)] == [other.pk]
    assert asked == [([mine.pk, other.pk], Period.year(2026))]


def test_orphans_are_schools_nobody_answers_for_on_that_day(stage):
    def names(on):
        return {org.name for org in contacts.orphans(stage.party_office, "CONTACT", on)}

    assert names(TODAY) == {"柳林中心小学", "双桥小学"}
    assigned(stage, stage.branch)  # the branch that lives in the school answers for the school
    contact = assigned(stage, stage.other_school)[0]
    assert names(TODAY) == set()
    assert names(ON - timedelta(days=1)) == {"柳林中心小学", "双桥小学"}
    actions.end(contact=contact, on=date(2026, 6, 1), by=stage.actor("party_office"))
    assert names(TODAY) == {"双桥小学"}
    assert {org.name for org in contacts.orphans(stage.party_office, "GUARANTEE", TODAY)} == {
        "柳林中心小学",
        "双桥小学",
    }


def test_overload_begins_above_the_limit(stage):
    assigned(stage, stage.school, stage.other_school)
    found = contacts.lines(stage.party_office, "CONTACT", TODAY, Period.year(2026))
    assert contacts.overloaded(found, 2) == []
    assert [(load.person.name, load.held) for load in contacts.overloaded(found, 1)] == [("陆望舒", 2)]
    assert contacts.overloaded(found, None) == []


def test_a_district_sees_its_own_part(stage):
    assigned(stage, stage.branch, stage.other_branch)
    assert [contact.body for contact in contacts.visible_to(stage.district_officer)] == [stage.branch]
    assert not contacts.visible_to(stage.outsider).exists()


def one_person_heads(cast, since=date(2026, 8, 20)):
    Post.objects.create(person=cast.branch_secretary.person, org=cast.other_school, kind="PRINCIPAL", from_on=since)
    Post.objects.create(person=cast.school_secretary.person, org=cast.branch, kind="SECRETARY", from_on=since)


def test_combined_posts_say_since_when(stage):
    rows = {row.unit.name: row for row in posts.combined(stage.party_office, TODAY)}
    assert not rows["柳林中心小学"].is_one
    assert (rows["柳林中心小学"].principal, rows["柳林中心小学"].secretary) == ("何以宁", "唐见山")

    one_person_heads(stage)

    rows = posts.combined(stage.party_office, TODAY)
    found = {row.unit.name: row.since for row in rows}
    assert found == {"柳林中心小学": date(2026, 8, 20), "双桥小学": None}
    assert posts.share_of(rows) == posts.CombinedShare(units=2, known=2, one=1)
    assert posts.share_of(rows).share == "50.0%"
    assert not any(row.is_one for row in posts.combined(stage.party_office, date(2026, 8, 19)))


def test_minding_a_post_is_not_holding_it(stage):
    one_person_heads(stage)
    Post.objects.filter(kind="SECRETARY", person=stage.school_secretary.person).update(acting=True)
    assert not any(row.is_one for row in posts.combined(stage.party_office, TODAY))


def test_vacancies_count_days_since_the_last_holder_left(stage):
    Establishment.objects.create(org=stage.branch, kind="SECRETARY", seats=1, from_on=date(2020, 1, 1))
    Establishment.objects.create(org=stage.other_branch, kind="ORGANISER", seats=2, from_on=date(2026, 11, 10))
    assert [(row.org.name, row.vacant) for row in posts.seats(stage.party_office, TODAY, vacant_only=True)] == [
        ("双桥小学党支部", 2)
    ]

    Post.objects.filter(org=stage.branch, kind="SECRETARY").update(to_on=date(2026, 11, 1))
    Post.objects.create(
        person=stage.organiser.person, org=stage.branch, kind="SECRETARY", acting=True, from_on=date(2026, 11, 1)
    )

    rows = {row.org.name: row for row in posts.seats(stage.party_office, TODAY)}
    mine, other = rows["柳林中心小学党支部"], rows["双桥小学党支部"]
    assert (mine.filled, mine.acting, mine.vacant, mine.vacant_since, mine.days(TODAY)) == (
        0,
        1,
        1,
        date(2026, 11, 1),
        19,
    )
    assert (other.vacant, other.vacant_since, other.days(TODAY)) == (2, date(2026, 11, 10), 10)


def private(cast, name, kind="SCHOOL"):
    return orgs.set_up(
        bureau=cast.bureau,
        kind=kind,
        name=name,
        parent=cast.root,
        sector="PRIVATE",
        by=cast.actor("party_office"),
        on=ON,
    )


def branch_in(cast, name, *units, kind="BRANCH"):
    return orgs.set_up(
        bureau=cast.bureau,
        kind=kind,
        name=name,
        parent=cast.committee,
        hosts=units,
        by=cast.actor("party_office"),
        on=ON,
    )


def test_coverage_tells_alone_jointly_instructor_and_none_apart(stage):
    one, two, three, four, five = (private(stage, f"民办第{n}学校") for n in range(1, 6))
    kindergarten = private(stage, "民办幼儿园", kind="KINDERGARTEN")
    branch_in(stage, "民办第一学校党支部", one)
    branch_in(stage, "民办联合党支部", two, three, kind="JOINT_BRANCH")
    Post.objects.create(person=stage.organiser.person, org=four, kind="INSTRUCTOR", from_on=ON)

    found = {row.name: row.covered for row in coverage.institutions(stage.party_office, TODAY)}
    assert found == {
        one.name: "alone", two.name: "jointly", three.name: "jointly", four.name: "instructor", five.name: "none",
        kindergarten.name: "none",
    }  # fmt: skip
    lines = {line.kind: line for line in coverage.by_type(coverage.institutions(stage.party_office, TODAY))}
    assert (lines["SCHOOL"].organisation, lines["SCHOOL"].work) == ("60.0%", "80.0%")
    assert (lines[""].total, lines[""].organisation, lines[""].work) == (6, "50.0%", "66.7%")


def test_a_branch_shared_by_two_units_covers_neither_alone(stage):
    one, two = private(stage, "民办甲校"), private(stage, "民办乙校")
    branch_in(stage, "甲乙党支部", one, two)
    assert {row.covered for row in coverage.institutions(stage.party_office, TODAY)} == {"jointly"}


def test_a_dissolved_branch_covers_nobody(stage):
    one = private(stage, "民办甲校")
    branch = branch_in(stage, "甲校党支部", one)
    branch.hostings.update(to_on=date(2026, 6, 1))
    assert [row.covered for row in coverage.institutions(stage.party_office, TODAY)] == ["none"]
    assert [row.covered for row in coverage.institutions(stage.party_office, date(2026, 5, 31))] == ["alone"]


def test_mass_organisations_show_the_strength_stated_last(stage):
    by = stage.actor("party_office")
    union = orgs.set_up(
        bureau=stage.bureau,
        kind="UNION",
        name="柳林中心小学工会",
        parent=stage.school,
        hosts=(stage.school,),
        by=by,
        on=ON,
    )
    assert masses.on_day(stage.party_office, TODAY)[0].count is None  # not stated is not zero
    for day, count in ((date(2026, 4, 1), 40), (date(2026, 9, 1), 44)):
        actions.state_strength(org=union, on=day, count=count, by=by, today=TODAY)
    Post.objects.create(person=stage.member.person, org=union, kind="UNION_CHAIR", from_on=ON)
    row = masses.on_day(stage.school_secretary, date(2026, 8, 31))[0]
    assert (row.count, row.stated_on, row.unit, row.leaders) == (40, date(2026, 4, 1), "柳林中心小学", "许青原")
    assert masses.on_day(stage.neighbour, TODAY) == []


def test_honours_are_found_by_level_year_and_words(stage):
    one = honoured(stage)
    two = honoured(
        stage, org=None, person=stage.member.person, title="好人", level="COUNTY", granted_on=date(2025, 5, 1)
    )
    rows = honours.visible_to(stage.party_office)
    assert list(honours.narrowed(rows, level="COUNTY")) == [two]
    assert list(honours.narrowed(rows, year=2026)) == [one]
    assert list(honours.narrowed(rows, text="许青原")) == [two]
    assert list(honours.visible_to(stage.branch_secretary)) == [one, two]
    assert not honours.visible_to(stage.neighbour).exists()
    assert list(honours.of_year(stage.party_office, stage.school, TODAY)) == [one]  # of the branch living in the school


@pytest.mark.parametrize("more", [1, 3])
def test_lists_ask_the_same_however_long(stage, django_assert_num_queries, more):
    for number in range(more):
        school = private(stage, f"民办第{number}学校")
        assigned(stage, school)
        honoured(stage, org=school)
        Establishment.objects.create(org=school, kind="PRINCIPAL", seats=1, from_on=ON)
    user = stage.party_office
    list(contacts.visible_to(user))  # the user's part is looked up once in a request
    with django_assert_num_queries(1):
        list(contacts.visible_to(user))
    with django_assert_num_queries(1):
        contacts.lines(user, "CONTACT", TODAY, Period.year(2026)) if not book.visits else list(
            contacts.on_day(user, "CONTACT", TODAY)
        )
    with django_assert_num_queries(1):
        list(contacts.orphans(user, "CONTACT", TODAY))
    with django_assert_num_queries(4):
        posts.combined(user, TODAY)
    with django_assert_num_queries(3):
        posts.seats(user, TODAY)
    with django_assert_num_queries(1):
        coverage.by_type(coverage.institutions(user, TODAY))
    with django_assert_num_queries(1):
        list(honours.visible_to(user))
