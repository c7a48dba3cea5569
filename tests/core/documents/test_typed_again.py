"""已填内容还在: a step that is refused shows the page again with what was typed; nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hongzhu.core.documents import actions
from hongzhu.core.documents.models import Document, Recipient
from tests.core.documents.conftest import ON, another, drafted, issued, signed


def approved(stage: Any) -> Any:
    document = drafted(stage)
    actions.submit(document=document, by=stage.actor("party_office"))
    return actions.approve(document=document, by=another(stage), on=ON)


def refused(client: Client, name: str, pk: int, **data: str) -> str:
    """The page again, with one mistake told."""
    answer = client.post(reverse(f"documents:{name}", args=[pk]), data)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count('role="alert"') == 1
    assert "已填内容还在。" in text.partition('role="alert"')[2].partition("</div>")[0]
    return text


@pytest.fixture
def office(stage: Any, client: Client) -> Client:
    another(stage)
    client.force_login(stage.accounts["checker"])
    return client


def test_a_number_used_before_stays_in_its_field(stage: Any, office: Client) -> None:
    used = issued(stage).number
    paper = signed(stage)
    text = refused(office, "document_issue", paper.pk, on=ON.isoformat(), number=used)
    assert f'value="{used}"' in text and f'value="{ON.isoformat()}"' in text
    assert Document.objects.get(pk=paper.pk).number == ""


def test_a_signature_without_a_day_keeps_the_name(stage: Any, office: Client) -> None:
    paper = approved(stage)
    text = refused(office, "document_sign", paper.pk, signed_by="卢知行", on="2026-11-31")
    assert 'value="卢知行"' in text and 'value="2026-11-31"' in text
    assert Document.objects.get(pk=paper.pk).signed_by == ""


def test_a_reason_too_long_stays_and_its_part_is_open(stage: Any, office: Client) -> None:
    paper = approved(stage)
    text = refused(office, "document_send_back", paper.pk, reason="短" * 201)
    assert "短" * 201 in text and "<details open>" in text
    assert "<details open>" not in office.get(reverse("documents:document_page", args=[paper.pk])).content.decode()


def test_a_day_of_repeal_stays_apart_from_the_day_it_takes_effect(stage: Any, office: Client) -> None:
    paper = issued(stage, trial=True)
    early = (ON - timedelta(days=9)).isoformat()
    text = refused(office, "document_repeal", paper.pk, on=early)
    Document.objects.filter(pk=paper.pk).update(status=Document.Status.TRIAL)
    assert text.count(f'value="{early}"') == 1
    assert '<details class="card hz-no-paper" open>' in text
    text = refused(office, "document_take_effect", paper.pk, on="2026-13-01")
    assert text.count('value="2026-13-01"') == 1 and '<details class="card hz-no-paper" open>' not in text
    assert Document.objects.get(pk=paper.pk).repealed_on is None


def test_a_reply_too_long_stays_with_the_rooms_own_sentence(stage: Any, client: Client) -> None:
    row = issued(stage, needs_reply=True).recipients.get(org=stage.branch)
    stage.login(client, "branch_secretary")
    text = refused(client, "recipient_reply", row.pk, reply="长" * 501)
    assert "长" * 501 in text and "回复最多500字，现有501字" in text
    assert Recipient.objects.get(pk=row.pk).reply == ""
