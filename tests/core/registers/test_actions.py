import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.orgs.models import Change, Placement
from hongzhu.core.people.models import Membership, Post
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Charter, Contact, Honour, Name, Strength
from hongzhu.core.registers.queries import groups
from tests.core.registers.conftest import ON, assigned, honoured


def test_assigning_is_one_entry_and_leaves_what_is_there(stage):
    assert len(assigned(stage, stage.school, stage.other_school)) == 2
    entries = Entry.objects.count()
    assert len(assigned(stage, stage.school, stage.other_school, stage.branch)) == 1
    assert assigned(stage, stage.school) == []
    assert Contact.objects.count() == 3
    assert Entry.objects.count() == entries + 1


def test_assigning_costs_the_same_for_many_bodies(stage, django_assert_num_queries):
    schools = [
        orgs.set_up(
            bureau=stage.bureau,
            kind="SCHOOL",
            name=f"第{n}小学",
            parent=stage.root,
            by=stage.actor("party_office"),
            on=ON,
        )
        for n in range(30)
    ]
    with django_assert_num_queries(8):
        assigned(stage, *schools)
    with django_assert_num_queries(8):
        assigned(stage, stage.school)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"bodies": lambda cast: ()}, "至少选一个"),
        ({"bodies": lambda cast: (cast.far_school,)}, "撤销"),
        ({"person": lambda cast: cast.outsider.person}, "不属于本局"),
        ({"from_on": lambda cast: date(1990, 1, 1)}, "撤销"),
    ],
)
def test_a_refused_assignment_writes_nothing(stage, change, word):
    facts = {"bodies": (stage.school,), "person": stage.party_office.person, "from_on": ON} | {
        key: make(stage) for key, make in change.items()
    }
    entries = Entry.objects.count()
    with pytest.raises(ValidationError, match=word):
        actions.assign(bureau=stage.bureau, scheme="CONTACT", by=stage.actor("party_office"), **facts)
    assert Contact.objects.count() == 0
    assert Entry.objects.count() == entries


def test_ending_keeps_the_row_and_frees_the_pair(stage):
    contact = assigned(stage)[0]
    with pytest.raises(ValidationError, match="晚于"):
        actions.end(contact=contact, on=ON, by=stage.actor("party_office"))
    actions.end(contact=contact, on=ON + timedelta(days=1), by=stage.actor("party_office"))
    with pytest.raises(ValidationError, match="已经结束"):
        actions.end(contact=contact, on=ON + timedelta(days=2), by=stage.actor("party_office"))
    assert len(assigned(stage, on=ON + timedelta(days=1))) == 1
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"org": None}, "二者选一"),
        ({"valid_to": ON}, "有效期"),
    ],
)
def test_a_refused_honour_writes_nothing(stage, given, word):
    with pytest.raises(ValidationError, match=word):
        honoured(stage, **given)
    assert Honour.objects.count() == 0


def test_an_honour_has_one_holder_and_is_not_entered_twice(stage):
    with pytest.raises(ValidationError, match="二者选一"):
        honoured(stage, person=stage.member.person)
    honoured(stage)
    with pytest.raises(ValidationError, match="登记过"):
        honoured(stage)
    assert honoured(stage, org=None, person=stage.member.person).person == stage.member.person


def test_an_honour_is_revoked_once_and_not_before_it_was_granted(stage):
    honour = honoured(stage)
    with pytest.raises(ValidationError, match="早于"):
        actions.revoke(honour=honour, on=ON - timedelta(days=1), by=stage.actor("party_office"))
    actions.revoke(honour=honour, on=ON, by=stage.actor("party_office"))
    with pytest.raises(ValidationError, match="已经撤销"):
        actions.revoke(honour=honour, on=ON, by=stage.actor("party_office"))


def test_a_strength_is_stated_for_a_mass_organisation_and_corrected(stage):
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
    actions.state_strength(org=union, on=ON, count=40, by=by, today=ON)
    actions.state_strength(org=union, on=ON, count=41, by=by, today=ON)
    assert [row.count for row in Strength.objects.all()] == [41]
    with pytest.raises(ValidationError, match="还没有到"):
        actions.state_strength(org=union, on=ON + timedelta(days=1), count=1, by=by, today=ON)
    with pytest.raises(ValidationError, match="工会"):
        actions.state_strength(org=stage.branch, on=ON, count=1, by=by, today=ON)


def opened(cast, kind="TASK_FORCE"):
    return actions.open_group(
        kind=kind, name="冬季安全专项工作组", parent=cast.root, by=cast.actor("party_office"), on=ON, event="冬季安全"
    )


def test_any_past_day_shows_who_sat_then(stage):
    by = stage.actor("party_office")
    group = opened(stage)
    actions.join_group(group=group, person=stage.organiser.person, standing="MEMBER", by=by, on=ON, duty="资料")
    head = actions.join_group(
        group=group, person=stage.party_office.person, standing="HEAD", by=by, on=ON + timedelta(days=5)
    )
    actions.join_group(
        group=group, person=stage.organiser.person, standing="DEPUTY_HEAD", by=by, on=ON + timedelta(days=9)
    )
    actions.leave_group(membership=head, by=by, on=ON + timedelta(days=12))

    def seats(days):
        found = groups.members_on(group, ON + timedelta(days=days))
        return [(seat.membership.person.name, seat.membership.standing, seat.duty) for seat in found]

    assert seats(0) == [("周予安", "MEMBER", "资料")]
    assert seats(5) == [("陆望舒", "HEAD", ""), ("周予安", "MEMBER", "资料")]
    assert seats(9) == [("陆望舒", "HEAD", ""), ("周予安", "DEPUTY_HEAD", "")]
    assert seats(12) == [("周予安", "DEPUTY_HEAD", "")]


def test_a_task_force_closes_with_a_summary(stage):
    by, group = stage.actor("party_office"), opened(stage)
    actions.join_group(group=group, person=stage.organiser.person, standing="MEMBER", by=by, on=ON)
    with pytest.raises(ValidationError, match="小结"):
        actions.close_group(group=group, summary=" ", by=by, on=ON + timedelta(days=9))
    with pytest.raises(ValidationError, match="晚于"):
        actions.close_group(group=group, summary="完成", by=by, on=ON)
    assert Membership.objects.filter(org=group, to_on__isnull=True).count() == 1

    actions.close_group(group=group, summary="完成", by=by, on=ON + timedelta(days=9))

    assert Charter.objects.get(org=group).summary == "完成"
    assert not Membership.objects.filter(org=group, to_on__isnull=True).exists()
    with pytest.raises(ValidationError, match="已经结束"):
        actions.join_group(group=group, person=stage.member.person, standing="MEMBER", by=by, on=ON)


def test_a_group_takes_everybody_with_it_the_same_day(stage):
    """Closed with members left in it: every seat, the place in the tree and the body end on one day, in one step."""
    by, group = stage.actor("party_office"), opened(stage)
    for who in (stage.organiser, stage.member):
        actions.join_group(group=group, person=who.person, standing="MEMBER", by=by, on=ON)
    Post.objects.create(person=stage.organiser.person, org=group, kind="OFFICER", from_on=ON)
    before, end = Entry.objects.count(), ON + timedelta(days=9)

    actions.close_group(group=group, summary="完成", by=by, on=end)

    group.refresh_from_db()
    assert group.closed_on == end
    assert list(Membership.objects.filter(org=group).values_list("to_on", flat=True)) == [end, end]
    assert Placement.objects.get(org=group).to_on == end
    assert Post.objects.get(org=group).to_on == end
    assert Change.objects.get(org=group, step="DISSOLVED").on == end
    assert Entry.objects.count() == before + 1
    assert json.loads(Entry.objects.latest("seq").detail)["members"] == 2
    assert Membership.objects.filter(person=stage.member.person, to_on__isnull=True).get().org == stage.branch


def test_a_group_is_not_closed_before_its_last_member_came(stage):
    by, group = stage.actor("party_office"), opened(stage)
    came = ON + timedelta(days=9)
    actions.join_group(group=group, person=stage.organiser.person, standing="MEMBER", by=by, on=came)
    before = Entry.objects.count()

    with pytest.raises(ValidationError, match=f"周予安在{came}才加入"):
        actions.close_group(group=group, summary="完成", by=by, on=came)

    group.refresh_from_db()
    assert group.closed_on is None and Placement.objects.get(org=group).to_on is None
    assert Membership.objects.get(org=group).to_on is None
    assert Charter.objects.get(org=group).summary == "" and Entry.objects.count() == before


def test_each_write_leaves_one_entry_and_a_second_tap_none(stage):
    by = stage.actor("party_office")
    seen = [Entry.objects.count()]

    def entries():
        seen.append(Entry.objects.count())
        return seen[-1] - seen[-2]

    group = opened(stage)
    assert entries() == 1
    told = {"group": group, "person": stage.organiser.person, "standing": "MEMBER", "by": by, "duty": "资料"}
    row = actions.join_group(on=ON, **told)
    assert entries() == 1
    assert actions.join_group(on=ON + timedelta(days=3), **told) == row
    assert entries() == 0
    actions.leave_group(membership=row, by=by, on=ON + timedelta(days=4))
    assert entries() == 1
    actions.close_group(group=group, summary="完成", by=by, on=ON + timedelta(days=5))
    assert entries() == 1


def test_a_seat_is_set_right_the_day_it_began_and_dated_after(stage):
    by, group = stage.actor("party_office"), opened(stage)
    told = {"group": group, "person": stage.organiser.person, "by": by}
    row = actions.join_group(standing="MEMBER", duty="资料", on=ON, **told)
    assert actions.join_group(standing="HEAD", on=ON, **told) == row
    assert [(s.membership.standing, s.duty) for s in groups.members_on(group, ON)] == [("HEAD", "")]

    actions.join_group(standing="HEAD", duty="牵头", on=ON + timedelta(days=2), **told)

    assert [(s.membership.standing, s.duty) for s in groups.members_on(group, ON + timedelta(days=1))] == [("HEAD", "")]
    assert [(s.membership.standing, s.duty) for s in groups.members_on(group, ON + timedelta(days=2))] == [
        ("HEAD", "牵头")
    ]
    with pytest.raises(ValidationError, match="更晚的日期"):
        actions.join_group(standing="MEMBER", on=ON, **told)
    with pytest.raises(ValidationError, match="组长、副组长和成员"):
        actions.join_group(standing="FULL", on=ON + timedelta(days=3), **told)
    assert Membership.objects.filter(org=group).count() == 2


@pytest.mark.parametrize("kind", ["LEADING_GROUP", "TASK_FORCE"])
def test_the_page_of_the_body_leads_to_where_a_group_ends(stage, client, kind):
    """Its summary is written there; the page of the body ends no group behind its back."""
    group = opened(stage, kind=kind)
    stage.login(client, "party_office")
    page = reverse("registers:group_page", args=[group.pk])

    assert page in client.get(reverse("orgs:org_page", args=[group.pk])).content.decode()
    answer = client.post(reverse("orgs:org_dissolve", args=[group.pk]), {"on": "2026-11-20"})

    assert answer.status_code == 302 and answer.url == page
    group.refresh_from_db()
    assert group.closed_on is None


def test_only_groups_are_opened_here(stage):
    with pytest.raises(ValidationError):
        opened(stage, kind="SCHOOL")


def test_names_are_added_once_in_order_and_taken_off(stage):
    by = stage.actor("party_office")
    first = actions.add_name(bureau=stage.bureau, code="ten", text="组织领导到位", by=by, on=ON)
    second = actions.add_name(bureau=stage.bureau, code="ten", text="制度到位", by=by, on=ON)
    assert (first.order, second.order) == (1, 2)
    for text, word in (("制度到位", "已有"), (" ", "请写名称")):
        with pytest.raises(ValidationError, match=word):
            actions.add_name(bureau=stage.bureau, code="ten", text=text, by=by, on=ON)
    actions.end_name(name=first, by=by, on=ON)
    assert Name.objects.filter(to_on__isnull=True).get() == second
