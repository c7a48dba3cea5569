"""已填内容还在: a short form that is refused stands in its page as it was typed, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Contact, Honour, Name, Title
from tests.core.registers import doors
from tests.core.registers.conftest import ON, assigned, honoured

EARLY = (ON - timedelta(days=30)).isoformat()


@pytest.fixture
def office(stage: Any, client: Client) -> Client:
    stage.login(client, "party_office")
    return client


def test_a_day_to_revoke_an_honour_stays(stage: Any, office: Client) -> None:
    honour = honoured(stage)
    page = reverse("registers:honour_page", args=[honour.pk])
    assert '<details class="card">' in office.get(page).content.decode()
    for typed, why in ((EARLY, "撤销日期早于授予日期"), ("2026-13-01", "日期")):
        answer = office.post(reverse("registers:honour_revoke", args=[honour.pk]), {"on": typed})
        text = answer.content.decode()
        assert answer.status_code == 200 and why in text and f'value="{typed}"' in text
        assert '<details class="card" open>' in text and 'role="alert"' in text
    assert Honour.objects.get().revoked_on is None
    answer = office.post(reverse("registers:honour_revoke", args=[honour.pk]), {"on": ON.isoformat()})
    assert answer.url == page and Honour.objects.get().revoked_on == ON


def test_a_name_stays_in_the_fields_of_its_list(stage: Any, office: Client) -> None:
    code = doors.a_list(stage).list
    add = reverse("registers:name_add", args=[code])
    text = office.post(add, {"text": "", "document": "青教〔2026〕3号"}).content.decode()
    assert text.count('value="青教〔2026〕3号"') == 1 and "有1处要改" in text
    assert not Name.objects.exists()
    assert office.post(add, {"text": "制度到位", "document": ""}).url == reverse("registers:name_list")
    again = office.post(add, {"text": "制度到位", "document": ""})
    assert again.status_code == 200 and 'value="制度到位"' in again.content.decode() and Name.objects.count() == 1
    assert 'value="制度到位"' not in office.get(reverse("registers:name_list")).content.decode()


@pytest.mark.parametrize("typed", [EARLY, "2026-13-01"])
def test_a_day_to_end_a_contact_stays_in_its_row_and_the_view_too(stage: Any, office: Client, typed: str) -> None:
    mine, _other = assigned(stage, stage.school, stage.other_school)
    view = "scheme=CONTACT&year=2026"
    row = reverse("registers:contact_end", args=[mine.pk])
    assert (
        f"{row}?scheme=CONTACT&amp;year=2026"
        in office.get(f"{reverse('registers:contact_list')}?{view}").content.decode()
    )
    answer = office.post(f"{row}?{view}", {"on": typed})
    assert QueryDict(answer.url.partition("?")[2]).dict() == {
        "scheme": "CONTACT", "year": "2026", "ending": str(mine.pk), "typed": typed,
    }  # fmt: skip
    text = office.get(answer.url).content.decode()
    assert text.count(f'value="{typed}"') == 1
    assert Contact.objects.filter(to_on__isnull=True).count() == 2
    done = office.post(f"{row}?{answer.url.partition('?')[2]}", {"on": "2026-09-01"})
    assert done.url == f"{reverse('registers:contact_list')}?{view}"
    assert Contact.objects.get(pk=mine.pk).to_on is not None


@pytest.mark.parametrize("typed", [ON.isoformat(), "2026-13-01"])
def test_a_day_to_end_a_title_stays_in_its_row(stage: Any, office: Client, typed: str) -> None:
    title = doors.a_title(stage)
    other = actions.grant_title(
        person=stage.organiser.person, kind="SENIOR", level="CITY", from_on=ON, by=stage.actor("party_office"), today=ON
    )
    row = reverse("registers:title_end", args=[title.pk])
    answer = office.post(f"{row}?level=CITY", {"on": typed})
    text = office.get(answer.url).content.decode()
    assert (
        text.count(f'value="{typed}"') == 1 and f"{reverse('registers:title_end', args=[other.pk])}?level=CITY" in text
    )
    assert not Title.objects.exclude(to_on=None).exists()
    done = office.post(row, {"on": (ON + timedelta(days=1)).isoformat()})
    assert done.url == reverse("registers:title_list")
