"""Places of persons, dated; bodies that end take their members along."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import Change, Org, Superior
from hongzhu.core.people import actions
from hongzhu.core.people.models import Engagement, Membership, Person, Post
from hongzhu.core.people.queries import pages
from tests.cast import FOUNDED

ON = date(2026, 9, 1)
DAY = timedelta(days=1)


def by(cast):
    return cast.actor("party_office")


def membership(cast, name="沈书言"):
    return Membership.objects.get(person__name=name, to_on__isnull=True)


def members(org, on):
    return set(pages.members_on(on).filter(org=org).values_list("person__name", flat=True))


def test_register_seals_and_places(cast):
    one = actions.register(
        name="韩知微", unit=cast.school, by=by(cast), on=ON, phone="13812345678", id_number="11010519491231002X"
    )
    assert "13812345678" not in one.phone_sealed and one.id_tail == "X"
    assert set(Engagement.objects.filter(person=one).values_list("relation", "unit__name")) == {
        ("PERSONNEL", "柳林中心小学"), ("WORKPLACE", "柳林中心小学"),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="已经登记"):
        actions.register(name="韩知薇", unit=cast.school, by=by(cast), on=ON, id_number="11010519491231002X")
    # Of the same name at the same unit, and no number tells them apart: the import refuses the same.
    with pytest.raises(ValidationError, match="已经有一位"):
        actions.register(name=" 韩知微 ", unit=cast.school, by=by(cast), on=ON)
    assert actions.register(name="韩知微", unit=cast.school, by=by(cast), on=ON, staff_no="T-77").pk != one.pk
    assert actions.register(name="韩知微", unit=cast.other_school, by=by(cast), on=ON)


def test_transfer_counts_there_from_that_day(cast):
    row = membership(cast)
    actions.transfer(membership=row, org=cast.other_branch, by=by(cast), on=ON)

    assert "沈书言" in members(cast.branch, ON - DAY) and "沈书言" not in members(cast.branch, ON)
    assert "沈书言" in members(cast.other_branch, ON)
    assert membership(cast).joined_on == FOUNDED
    with pytest.raises(ValidationError, match="已经结束"):
        actions.transfer(membership=row, org=cast.committee, by=by(cast), on=ON + DAY)


@pytest.mark.parametrize("where", ["closed", "school", "same", "too early", "opens later"])
def test_transfer_refused(cast, where):
    row, on, org = membership(cast), ON, cast.other_branch
    if where == "closed":
        Org.objects.filter(pk=org.pk).update(closed_on=ON)
        org.refresh_from_db()
    org = {"school": cast.other_school, "same": cast.branch}.get(where, org)
    if where == "too early":
        on = row.from_on
    if where == "opens later":
        Org.objects.filter(pk=org.pk).update(opened_on=ON + DAY)
        org.refresh_from_db()
    before = (Entry.objects.count(), list(Membership.objects.order_by("pk").values()))
    with pytest.raises(ValidationError):
        actions.transfer(membership=row, org=org, by=by(cast), on=on)
    assert before == (Entry.objects.count(), list(Membership.objects.order_by("pk").values()))


def test_one_open_party_membership(cast):
    with pytest.raises(ValidationError, match="组织关系转接"):
        actions.join(person=cast.people[5], org=cast.other_branch, standing="FULL", by=by(cast), on=ON)
    new = Person.objects.create(bureau=cast.bureau, name="韩知微", born_on=date(1990, 4, 12))
    with pytest.raises(ValidationError, match="18岁"):
        actions.join(person=new, org=cast.branch, standing="FULL", by=by(cast), on=ON, joined_on=date(2008, 4, 11))
    made = actions.join(person=new, org=cast.branch, standing="FULL", by=by(cast), on=ON, joined_on=date(2008, 4, 12))
    assert made.to_on is None
    # A working group beside the branch is another matter.
    group = cast.class_one
    actions.join(person=new, org=group, standing="MEMBER", by=by(cast), on=ON)


def test_state_changes_by_row(cast):
    row = membership(cast, "苏念慈")
    actions.change_state(membership=row, standing="FULL", full_on=ON, by=by(cast), on=ON)
    held = list(Membership.objects.filter(person__name="苏念慈").order_by("from_on"))
    assert [(one.standing, one.to_on) for one in held] == [("PROBATIONARY", ON), ("FULL", None)]
    before = Entry.objects.count()
    actions.change_state(membership=held[1], standing="FULL", by=by(cast), on=ON)
    assert Entry.objects.count() == before
    actions.change_state(membership=held[1], left_out="AGED", retired=True, by=by(cast), on=ON)
    assert Membership.objects.filter(person__name="苏念慈").count() == 2
    with pytest.raises(ValidationError):
        actions.change_state(membership=held[1], left_out="ILL", by=by(cast), on=ON - DAY)


def test_secretary_changes_on_one_day(cast):
    post = Post.objects.get(org=cast.branch, kind="SECRETARY")
    actions.succeed(post=post, person=cast.people[5], by=by(cast), on=ON)
    held = {
        post.person.name: (post.from_on, post.to_on) for post in Post.objects.filter(org=cast.branch, kind="SECRETARY")
    }
    assert held == {"唐见山": (FOUNDED, ON), "沈书言": (ON, None)}
    with pytest.raises(ValidationError):
        actions.end_post(post=post, by=by(cast), on=ON + DAY)
    with pytest.raises(ValidationError, match="已经在这个职务上"):
        actions.appoint(person=cast.people[5], org=cast.branch, kind="SECRETARY", by=by(cast), on=ON)


def test_seats_show_what_is_vacant_and_for_how_long(cast):
    actions.set_seats(org=cast.branch, kind="PUBLICITY", seats=1, by=by(cast), on=ON)
    seat = next(row for row in pages.seats_at([cast.branch.pk], ON + 10 * DAY) if row.kind == "PUBLICITY")
    assert (seat.vacant, seat.days(ON + 10 * DAY)) == (1, 10)
    actions.appoint(person=cast.people[5], org=cast.branch, kind="PUBLICITY", by=by(cast), on=ON + 5 * DAY)
    seat = next(row for row in pages.seats_at([cast.branch.pk], ON + 10 * DAY) if row.kind == "PUBLICITY")
    assert (seat.vacant, seat.days(ON + 10 * DAY)) == (0, None)


def test_secondment_is_dated(cast):
    who = cast.people[5]
    actions.engage(person=who, relation="WORKPLACE", unit=cast.other_school, reason="SECONDED", by=by(cast), on=ON)
    assert set(
        Engagement.objects.filter(orgs.on_day(ON), person=who).values_list("relation", "unit__name")
    ) == {("PERSONNEL", "柳林中心小学"), ("WORKPLACE", "双桥小学")}  # fmt: skip
    assert who.pk in set(pages.members_on(ON).filter(pages.in_state("away", ON)).values_list("person_id", flat=True))
    with pytest.raises(ValidationError):
        actions.engage(person=who, relation="WORKPLACE", unit=cast.school, by=by(cast), on=ON - DAY)


def test_dissolve_moves_members_the_same_day(cast):
    before, there = members(cast.branch, ON - DAY), members(cast.other_branch, ON - DAY)
    entries = Entry.objects.count()

    actions.dissolve(org=cast.branch, successor=cast.other_branch, by=by(cast), on=ON, approval="青教党〔2026〕9号")

    cast.branch.refresh_from_db()
    assert cast.branch.closed_on == ON and members(cast.branch, ON) == set()
    assert members(cast.other_branch, ON) == before | there
    assert members(cast.branch, ON - DAY) == before
    assert not Post.objects.filter(org=cast.branch, to_on__isnull=True).exists()
    assert orgs.path_of(cast.branch, ON) == "" and orgs.path_of(cast.branch, ON - DAY) != ""
    assert Change.objects.get(step="DISSOLVED").other == cast.other_branch
    assert Entry.objects.count() == entries + 1


@pytest.mark.parametrize("case", ["members left", "children", "another kind", "elsewhere", "first day"])
def test_dissolve_refused_changes_nothing(cast, case):
    org, successor, on = cast.branch, cast.other_branch, ON
    if case == "members left":
        successor = None
    if case == "children":
        org, successor = cast.general_branch, cast.committee
    successor = {"another kind": cast.school, "elsewhere": cast.far_branch}.get(case, successor)
    if case == "first day":
        on = FOUNDED
    before = (Entry.objects.count(), list(Membership.objects.order_by("pk").values()), list(Superior.objects.values()))
    with pytest.raises(ValidationError):
        actions.dissolve(org=org, successor=successor, by=by(cast), on=on)
    org.refresh_from_db()
    assert org.closed_on is None
    assert before == (
        Entry.objects.count(), list(Membership.objects.order_by("pk").values()), list(Superior.objects.values())
    )  # fmt: skip


def test_merge_of_schools_passes_on_branch_and_staff(cast):
    from hongzhu.core.orgs import actions as changing

    changing.move(org=cast.class_one, parent=cast.other_school, by=by(cast), on=ON - DAY)
    actions.merge(org=cast.school, into=cast.other_school, by=by(cast), on=ON)
    assert orgs.hosts_of(cast.branch, ON) == [cast.other_school]
    assert orgs.hosts_of(cast.branch, ON - DAY) == [cast.school]
    assert not Engagement.objects.filter(unit=cast.school, to_on__isnull=True).exists()
    assert Engagement.objects.filter(unit=cast.other_school, from_on=ON).count() == 18


def test_split_moves_the_chosen(cast):
    chosen = [membership(cast, name).pk for name in ("沈书言", "林晓禾", "宋时雨")]
    made = actions.split(org=cast.branch, name="柳林中心小学第二党支部", memberships=chosen, by=by(cast), on=ON)

    assert members(made, ON) == {"沈书言", "林晓禾", "宋时雨"} and len(members(cast.branch, ON)) == 6
    assert orgs.superiors_of(made, ON) == {"BELONGS": cast.general_branch, "GUIDES": cast.committee}
    assert orgs.hosts_of(made, ON) == [cast.school]
    assert {(row.step, row.other_id) for row in Change.objects.filter(on=ON)} == {
        ("SPLIT", made.pk), ("SET_UP", cast.branch.pk),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="至少选一名"):
        actions.split(org=cast.branch, name="第三党支部", memberships=chosen, by=by(cast), on=ON + DAY)
