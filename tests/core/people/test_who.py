"""One person by what somebody types: exact, told apart from namesakes, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.people.models import Engagement, Person
from hongzhu.core.people.queries.who import one_of
from hongzhu.kit.pinyin import search_key

ON = date(2020, 1, 1)


@pytest.fixture
def twins(cast):
    """Two of one name at two schools; the second has a staff number and a date of birth."""
    made = []
    for school, facts in ((cast.school, {}), (cast.other_school, {"staff_no": "G7", "born_on": date(1990, 4, 12)})):
        who = Person.objects.create(bureau=cast.bureau, name="王伟", search_key=search_key("王伟"), **facts)
        for relation in Engagement.Relation.values:
            Engagement.objects.create(person=who, unit=school, relation=relation, from_on=ON)
        made.append(who)
    return made


@pytest.mark.parametrize(
    ("typed", "place"),
    [("王伟 柳林中心小学", 0), ("王伟 柳林", 0), (" 王伟  双桥 ", 1), ("G7", 1), ("王伟 1990-04", 1)],
)
def test_namesakes_are_told_apart_by_unit_number_or_birth(twins, typed, place):
    assert one_of(Person.objects.all(), typed) == twins[place]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("王伟", ("有2位", "王伟 柳林中心小学", "王伟 双桥小学 1990-04")),
        ("王伟 青禾", ("没有叫", "是不是")),
        ("xqy", ("没有叫", "是不是：许青原 柳林中心小学")),
        ("查无此人", ("没有叫“查无此人”的人", "先登记")),
    ],
)
def test_several_or_nobody_is_refused_with_whom_it_may_mean(cast, twins, typed, words):
    with pytest.raises(ValidationError) as refused:
        one_of(Person.objects.all(), typed)
    assert [word for word in words if word not in refused.value.messages[0]] == []


def test_a_refused_name_stays_in_the_form(cast, twins, client):
    from hongzhu.core.people.models import Post

    post = Post.objects.get(org=cast.branch, kind="SECRETARY")
    cast.login(client, "party_office")
    shown = client.post(f"/people/posts/{post.pk}/succeed/", {"person": "王伟", "on": "2026-11-20"}).content.decode()
    assert "有2位“王伟”" in shown and 'value="王伟"' in shown
    client.post(f"/people/posts/{post.pk}/succeed/", {"person": "王伟 双桥", "on": "2026-11-20"})
    assert Post.objects.get(org=cast.branch, kind="SECRETARY", to_on=None).person == twins[1]


def test_nobody_outside_ones_part_is_found_or_named(cast, client):
    from hongzhu.core.people.models import Post

    post = Post.objects.get(org=cast.branch, kind="SECRETARY")
    cast.login(client, "party_office")
    shown = client.post(f"/people/posts/{post.pk}/succeed/", {"person": "谢长安", "on": "2026-11-20"}).content.decode()
    assert "没有叫“谢长安”的人" in shown and "白石" not in shown
