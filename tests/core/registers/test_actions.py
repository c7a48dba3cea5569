from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.people.models import Membership
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
