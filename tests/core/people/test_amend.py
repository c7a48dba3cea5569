"""A person's facts put right: what differs is written with one entry, dates that contradict each other are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.people import actions
from hongzhu.core.people.models import Membership, Person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def amended(cast: Any, who: Any = None, **given: Any) -> Person:
    facts = {
        "sex": "2",
        "ethnic": "回族",
        "born_on": date(1990, 5, 4),
        "education": "MASTER",
        "joined_on": date(2019, 1, 1),
    }
    return actions.amend(person=who or cast.member.person, by=cast.actor("organiser"), today=TODAY, **facts | given)


def membership(who: Any) -> Membership:
    return Membership.objects.get(person=who, to_on=None)


def test_what_differs_is_written_once(cast: Any) -> None:
    who = cast.member.person
    amended(cast, full_on=date(2020, 1, 1))
    who.refresh_from_db()
    assert (who.sex, who.ethnic, who.born_on, who.education) == ("2", "回族", date(1990, 5, 4), "MASTER")
    assert membership(who).full_on == date(2020, 1, 1)
    amended(cast, full_on=date(2020, 1, 1))
    assert Entry.objects.filter(did="people.amend").count() == 1


def test_a_subject_is_set_kept_and_taken_away(cast: Any) -> None:
    who = cast.member.person
    for given, held in ((" 语文 ", "语文"), (None, "语文"), ("", "")):
        amended(cast, **({} if given is None else {"subject": given}))
        who.refresh_from_db()
        assert who.subject == held
    entries = Entry.objects.filter(did="people.amend").order_by("seq").values_list("detail", flat=True)
    assert ["subject" in one for one in entries] == [True, True]


def test_usual_subjects_are_offered_and_others_may_be_typed(cast: Any, client: Any) -> None:
    cast.login(client, "party_office")
    who = cast.people[-1]
    page = client.get(f"/people/{who.pk}/amend/").content.decode()
    assert 'list="subject_offered"' in page and '<option value="生物学">' in page
    assert '<datalist id="subject_offered">' in page
    for typed, status in (("茶艺", 302), ("字" * 20, 302), ("字" * 21, 200)):
        answer = client.post(f"/people/{who.pk}/amend/", {"sex": "1", "subject": typed, "joined_on": "2026-06-12"})
        assert answer.status_code == status
        assert (Person.objects.get(pk=who.pk).subject == typed) == (status == 302)
    assert f"<dt>任教学科</dt><dd>{'字' * 20}</dd>" in client.get(f"/people/{who.pk}/").content.decode()
    Person.objects.filter(pk=who.pk).update(subject="")
    assert "任教学科" not in client.get(f"/people/{who.pk}/").content.decode()


def test_one_sees_the_own_subject(cast: Any, client: Any) -> None:
    cast.login(client, "member")
    assert "<dt>任教学科</dt><dd>未填</dd>" in client.get(reverse("access:me")).content.decode()
    Person.objects.filter(pk=cast.member.person.pk).update(subject="地理")
    assert "<dt>任教学科</dt><dd>地理</dd>" in client.get(reverse("access:me")).content.decode()


def test_a_person_is_registered_with_a_subject(cast: Any, client: Any) -> None:
    cast.login(client, "party_office")
    told = {"name": "韩知微", "subject": "数学", "on": "2026-11-20"}
    assert client.post(f"/people/register/{cast.school.pk}/", told).status_code == 302
    assert Person.objects.get(name="韩知微").subject == "数学"


def test_no_new_membership_row_for_a_correction(cast: Any) -> None:
    before = membership(cast.member.person)
    amended(cast, joined_on=date(2018, 12, 1))
    after = membership(cast.member.person)
    assert (after.pk, after.from_on, after.joined_on) == (before.pk, before.from_on, date(2018, 12, 1))


@pytest.mark.parametrize(
    "given",
    [
        {"born_on": date(2001, 1, 2)},  # seventeen on joining
        {"joined_on": date(2026, 11, 21)},
        {"full_on": date(2018, 12, 31)},
        {"full_on": date(2026, 11, 21)},
    ],
)
def test_dates_that_contradict_each_other_are_refused(cast: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        amended(cast, **given)
    assert Person.objects.get(pk=cast.member.person.pk).ethnic == ""
    assert not Entry.objects.filter(did="people.amend").exists()


def test_eighteen_on_the_day_of_joining_is_old_enough(cast: Any) -> None:
    assert amended(cast, born_on=date(2001, 1, 1))


def test_the_form_offers_party_dates_only_to_members(cast: Any, client: Any) -> None:
    cast.login(client, "party_office")
    member = client.get(f"/people/{cast.member.person.pk}/amend/").content.decode()
    probationer = client.get(f"/people/{cast.people[-1].pk}/amend/").content.decode()
    assert 'name="joined_on"' in member
    assert 'name="full_on"' in member
    assert 'name="joined_on"' in probationer
    assert 'name="full_on"' not in probationer
    answer = client.post(
        f"/people/{cast.people[-1].pk}/amend/", {"sex": "1", "education": "BACHELOR", "joined_on": "2026-06-12"}
    )
    assert answer.status_code == 302
    assert Person.objects.get(pk=cast.people[-1].pk).education == "BACHELOR"
