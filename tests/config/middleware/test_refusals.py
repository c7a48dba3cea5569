"""The log of refusals: written after the page, and a reveal without its line does not leave."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from hongzhu.core.audit import actions as audit
from hongzhu.core.audit.models import Entry, Refusal
from hongzhu.core.people.models import Person
from hongzhu.kit.crypto import vault

PHONE = "13900001234"


@pytest.fixture
def person(cast: Any) -> Person:
    person: Person = cast.member.person
    person.phone_sealed = vault().seal(PHONE, bind=f"{person.uuid}|phone")
    person.save()
    return person


def reveal(client: Client, person: Person, **data: str) -> Any:
    return client.post(
        reverse("access:reveal", args=[person.pk]), {"field": "phone", "purpose": "CONTACT", "reason": "", **data}
    )


def test_a_reveal_is_logged_before_it_leaves(cast: Any, client: Client, person: Person) -> None:
    cast.login(client, "party_office")
    entries = Entry.objects.count()
    response = reveal(client, person)
    assert response.status_code == 200 and PHONE in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    look = Refusal.objects.get()
    assert (look.kind, look.what, look.purpose) == (Refusal.Kind.REVEAL, "people.phone", "联系本人")
    assert (look.actor, look.object_kind, look.object_id) == (cast.party_office.pk, "people.person", person.pk)
    assert look.bureau == cast.bureau.pk
    assert Entry.objects.count() == entries
    # Looking again is a second look.
    reveal(client, person)
    assert Refusal.objects.count() == 2


def test_no_line_no_value(cast: Any, client: Client, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**entry: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(audit, "log_refusal", broken)
    cast.login(client, "party_office")
    client.raise_request_exception = False
    response = reveal(client, person)
    assert response.status_code == 500 and PHONE not in response.content.decode()
    # A denial stays a denial: there is nothing to hold back.
    assert client.get("/no/such/page/").status_code == 404


@pytest.mark.parametrize(
    "data", [{"purpose": ""}, {"purpose": "CURIOSITY"}, {"purpose": "OTHER"}, {"field": "name"}, {"field": "id"}]
)
def test_no_purpose_no_value_no_line(cast: Any, client: Client, person: Person, data: dict[str, str]) -> None:
    cast.login(client, "party_office")
    response = reveal(client, person, **data)
    assert response.status_code == 200 and PHONE not in response.content.decode()
    assert not Refusal.objects.exists()


def test_other_purposes_are_written_out(cast: Any, client: Client, person: Person) -> None:
    cast.login(client, "party_office")
    reveal(client, person, purpose="OTHER", reason="汛期值班联络")
    assert Refusal.objects.get().purpose == "其他（请写明） 汛期值班联络"


@pytest.mark.parametrize(
    ("who", "status", "kind"),
    [
        ("branch_secretary", 403, "DENIED"),
        ("neighbour", 404, "UNSEEN"),
        ("outsider", 404, "UNSEEN"),
        ("member", 403, "DENIED"),
    ],
)
def test_denials_and_unseen_are_logged(
    cast: Any, client: Client, person: Person, who: str, status: int, kind: str
) -> None:
    """``member`` is the person: oneself one looks at through "my data"."""
    cast.login(client, who)
    response = reveal(client, person)
    assert response.status_code == status and PHONE not in response.content.decode()
    refusal = Refusal.objects.get()
    assert refusal.kind == kind and refusal.what == f"POST /access/people/{person.pk}/reveal/"
    assert refusal.actor == getattr(cast, who).pk


def test_without_the_second_factor_nothing_is_shown(cast: Any, client: Client, person: Person) -> None:
    client.force_login(cast.party_office)
    response = reveal(client, person)
    assert response.status_code == 302 and response.url.startswith("/second-factor/activate/")


def test_get_shows_nothing(cast: Any, client: Client, person: Person) -> None:
    cast.login(client, "party_office")
    response = client.get(reverse("access:reveal", args=[person.pk]))
    assert response.status_code == 200 and PHONE not in response.content.decode() and not Refusal.objects.exists()


def test_anonymous_and_unasked_addresses_leave_no_line(cast: Any, client: Client) -> None:
    assert client.get("/access/me/").status_code == 302
    cast.login(client, "member")
    client.get("/favicon.ico")
    client.get("/static/gone.css")
    assert not Refusal.objects.exists()


def test_a_refused_page_changes_nothing_else(cast: Any, client: Client) -> None:
    """The line survives the page's own transaction, which is rolled back."""
    cast.login(client, "member")
    entries = Entry.objects.count()
    assert client.post(reverse("access:accounts_open"), {"person": "1"}).status_code == 403
    assert Refusal.objects.get().kind == "DENIED" and Entry.objects.count() == entries
