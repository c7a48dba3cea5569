"""An assignment is confirmed by the person who answers, with one tap, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.registers import actions, desk
from hongzhu.core.registers.models import Contact
from hongzhu.core.registers.queries import contacts
from tests.core.registers.conftest import ON, assigned


def test_confirming_is_one_entry_and_once(stage):
    rows = assigned(stage, stage.school, stage.other_school)
    person, by, now = stage.party_office.person, stage.actor("party_office"), timezone.now()
    assert [contacts.chip_of(row).word for row in rows] == ["待确认", "待确认"]
    entries = Entry.objects.count()

    assert len(actions.confirm(contacts=rows, person=person, by=by, now=now)) == 2
    assert actions.confirm(contacts=rows, person=person, by=by, now=now) == []

    assert Entry.objects.count() == entries + 1
    assert {contacts.chip_of(row).word for row in Contact.objects.all()} == {"已确认"}


def test_nobody_confirms_for_another_and_nothing_that_has_ended(stage):
    (row,) = assigned(stage)
    other = stage.section_officer
    with pytest.raises(ValidationError, match="本人"):
        actions.confirm(contacts=[row], person=other.person, by=stage.actor("section_officer"), now=timezone.now())
    actions.end(contact=row, on=ON + timedelta(days=1), by=stage.actor("party_office"))
    with pytest.raises(ValidationError, match="已经结束"):
        actions.confirm(
            contacts=[row], person=stage.party_office.person, by=stage.actor("party_office"), now=timezone.now()
        )
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_one_tap_from_what_waits_to_the_list(stage, client):
    assigned(stage, stage.school, who="section_officer")
    (due,) = desk.contacts_waiting(stage.section_officer, ON)
    assert due.url == reverse("registers:contact_own")
    assert desk.contacts_waiting(stage.party_office, ON) == []

    stage.login(client, "section_officer")
    assert "待确认" in client.get(due.url).content.decode()
    row = Contact.objects.get()
    assert client.post(reverse("registers:contact_confirm", args=[row.pk])).url == due.url

    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert desk.contacts_waiting(stage.section_officer, ON) == []
    assert "已确认" in client.get(reverse("registers:contact_list")).content.decode()


def test_all_at_once_takes_only_ones_own(stage, client):
    assigned(stage, stage.school, stage.other_school, who="section_officer")
    assigned(stage, stage.school)
    stage.login(client, "section_officer")
    client.post(reverse("registers:contact_confirm_all"))
    assert Contact.objects.filter(confirmed_at__isnull=False).count() == 2
    assert Contact.objects.get(person=stage.party_office.person).confirmed_at is None


def test_four_waiting_are_named_shortly(stage):
    assigned(stage, stage.school, stage.other_school, stage.branch, stage.other_branch)
    (due,) = desk.contacts_waiting(stage.party_office, ON)
    assert due.text.endswith("等4个单位")
