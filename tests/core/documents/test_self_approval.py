"""Nothing is passed or signed by who wrote it (A19); the refusal says who can do it, or whom to ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.access.models import Grant, Role
from hongzhu.core.audit.models import Entry
from hongzhu.core.documents import actions
from hongzhu.core.documents.models import Document
from tests.core.documents.conftest import NOW, ON, another, drafted, wording


def unchanged(document: Document, said: str, act: Any) -> None:
    before, entries = Document.objects.values().get(pk=document.pk), Entry.objects.count()
    with pytest.raises(ValidationError, match=said):
        act()
    assert Document.objects.values().get(pk=document.pk) == before
    assert Entry.objects.count() == entries


def test_who_drafted_does_not_pass_it_and_hears_who_can(stage: Any) -> None:
    author = stage.actor("party_office")
    document = actions.submit(document=drafted(stage), by=author)
    unchanged(document, "不能自己审阅.*顾明澈", lambda: actions.approve(document=document, by=author, on=ON))
    passed = actions.approve(document=document, by=stage.actor("section_officer"), on=ON)
    assert passed.reviewed_by == "顾明澈"


def test_alone_with_the_right_to_sign_one_is_told_whom_to_ask(stage: Any) -> None:
    author = stage.actor("party_office")
    document = actions.submit(document=drafted(stage), by=author)
    actions.approve(document=document, by=stage.actor("section_officer"), on=ON)
    unchanged(document, "安全管理员", lambda: actions.sign(document=document, signed_by="陆望舒", by=author, on=ON))
    second = another(stage)
    unchanged(document, "方知远", lambda: actions.sign(document=document, signed_by="陆望舒", by=author, on=ON))
    signed = actions.sign(document=document, signed_by="陆望舒", by=second, on=ON)
    assert signed.status == "SIGNED"


def test_who_rewrote_a_draft_has_written_it_too(stage: Any) -> None:
    author, second = stage.actor("party_office"), another(stage)
    document = drafted(stage)
    actions.revise_draft(document=document, wording=wording(title="改过的通知"), by=second, now=NOW)
    actions.submit(document=document, by=author)
    for writer in (author, second):
        unchanged(document, "顾明澈", lambda by=writer: actions.approve(document=document, by=by, on=ON))


def test_a_grant_that_has_ended_is_not_named(stage: Any) -> None:
    author = stage.actor("party_office")
    document = actions.submit(document=drafted(stage), by=author)
    actions.approve(document=document, by=stage.actor("section_officer"), on=ON)
    another(stage)
    Grant.objects.filter(person__name="方知远", role=Role.PARTY_OFFICE).update(to_on=ON)
    unchanged(document, "没有别人", lambda: actions.sign(document=document, signed_by="陆望舒", by=author, on=ON))


def test_the_page_says_it_instead_of_offering_the_button(stage: Any, client: Any) -> None:
    document = actions.submit(document=drafted(stage), by=stage.actor("party_office"))
    address = f"/documents/{document.pk}/"
    stage.login(client, "party_office")
    page = client.get(address).content.decode()
    assert "自己办的不能自己审阅" in page and f"{address}approve/" not in page
    client.post(f"{address}approve/")
    document.refresh_from_db()
    assert document.reviewed_by == ""
    stage.login(client, "section_officer")
    page = client.get(address).content.decode()
    assert "自己办的不能自己审阅" not in page and f"{address}approve/" in page
