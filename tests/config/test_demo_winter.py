"""In January and February the demo writes last year too, and a bureau is there all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command

from hongzhu.config.demo import fill
from hongzhu.core.activities.models import Act, FieldValue, FixedDay, Resolution
from hongzhu.core.people.models import Engagement
from hongzhu.core.registers.models import Contact

SMALL = replace(fill.QUICK[0], schools=14, kindergartens=4, branches=20, generals=8)


@pytest.mark.django_db
def test_two_years_are_written_and_every_branch_has_one_fixed_day() -> None:
    """And whoever is seconded works elsewhere than on the books (借调)."""
    fill.fill(date(2027, 2, 10), sizes=(SMALL,))

    years = set(Act.objects.values_list("held_on__year", flat=True))
    assert {2026, 2027} <= years
    bodies = list(FixedDay.objects.values_list("body", flat=True))
    assert bodies
    assert len(bodies) == len(set(bodies))
    work = dict(Engagement.objects.filter(reason="SECONDED", relation="WORKPLACE").values_list("person", "unit"))
    books = dict(Engagement.objects.filter(person__in=work, relation="PERSONNEL").values_list("person", "unit"))
    assert work
    assert all(books[person] != unit for person, unit in work.items())


@pytest.mark.django_db
def test_what_a_pack_keeps_to_those_who_took_part_is_kept_in_the_demo_too() -> None:
    """组织生活会 and 民主评议 are confidential by their kind, and keep no text of what was said."""
    fill.fill(date(2027, 2, 10), sizes=(SMALL,))

    closed, kinds = Act.objects.filter(confidential=True), ("org_life", "appraisal", "democratic_life")
    assert closed.filter(kind="org_life").exists()
    assert not closed.exclude(kind__in=kinds).exists()
    assert not Act.objects.filter(kind__in=kinds, confidential=False).exists()
    assert not closed.exclude(process="").exists()


@pytest.mark.django_db
def test_a_few_contact_points_were_gone_to_and_what_was_found_is_written_down() -> None:
    """A09: the list of contact points has visits behind some of its counts, on working days since each began."""
    today = date(2027, 1, 24)  # a Sunday
    fill.fill(today, sizes=(replace(SMALL, branches=46),))

    visits = list(Act.objects.filter(contact__isnull=False).select_related("contact").order_by("held_on"))
    assert [visit.held_on for visit in visits] == [date(2027, 1, 15)]
    assert {visit.kind for visit in visits} == {"contact_visit"}
    assert all(visit.contact and visit.contact.from_on <= visit.held_on for visit in visits)
    assert set(Resolution.objects.filter(act__in=visits).values_list("kind", flat=True)) == {"PROBLEM"}
    assert Contact.objects.count() == 43
    call_command("rebuild", "credits", check=True)  # the visits count in the demo as they do live


@pytest.mark.django_db
def test_most_contact_points_wait_for_a_visit() -> None:
    fill.fill(date(2027, 11, 20), sizes=(replace(SMALL, edge_cases=False),))

    assert Act.objects.filter(contact__isnull=False).count() == 3
    problem = Resolution.objects.filter(act__contact__isnull=False)
    assert set(problem.values_list("state", flat=True)) <= {"OPEN", "CLOSED"} and problem.count() == 2
    assert Contact.objects.exclude(pk__in=Act.objects.filter(contact__isnull=False).values("contact")).count() == 14


@pytest.mark.django_db
def test_some_branches_spoke_at_meetings_of_some_level() -> None:
    """K07: the list of exchanges is not empty, and is counted by level; none is held after the demo's day."""
    fill.fill(date(2026, 9, 1), sizes=(SMALL,))

    spoken = Act.objects.filter(kind="exchange")
    assert [act.held_on.month for act in spoken.order_by("held_on")] == [3, 5, 6]
    levels = FieldValue.objects.filter(act__in=spoken, code="level").order_by("act__held_on")
    assert list(levels.values_list("text", flat=True)) == ["COUNTY", "COUNTY", "CITY"]
    assert all(act.lecturer_id and act.recorded_at.date() >= act.held_on for act in spoken)
    call_command("rebuild", "credits", check=True)
