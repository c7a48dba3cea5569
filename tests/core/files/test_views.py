import pytest
from django.urls import reverse

from hongzhu.core.files import queries
from hongzhu.kit.registry import book
from tests.core.files.conftest import PDF


def address(attachment, what="download"):
    return reverse(f"files:attachment_{what}", args=[attachment.pk])


def test_a_file_is_saved_never_shown(attach, cast, client):
    attachment = attach(name='讲 稿".pdf')
    cast.login(client, "member")

    response = client.get(address(attachment))

    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("who", ["outsider", "neighbour", "party_office"])
def test_who_may_not_open_the_record_may_not_open_its_file(attach, cast, client, who):
    attachment = attach()
    cast.login(client, who)
    assert client.get(address(attachment)).status_code == 404


def test_a_kind_without_a_door_opens_for_nobody(attach, cast, client, monkeypatch):
    attachment = attach()
    monkeypatch.delitem(book.doors, "files.sample")
    cast.login(client, "branch_secretary")
    assert client.get(address(attachment)).status_code == 404


def test_a_lost_file_is_said_not_crashed(attach, cast, client):
    attachment = attach()
    queries.path_of(attachment.blob).unlink()
    cast.login(client, "branch_secretary")
    assert client.get(address(attachment)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status", "left"), [("branch_secretary", 302, 0), ("member", 403, 1), ("outsider", 404, 1)]
)
def test_removing_asks_the_owners_door(attach, cast, client, owner, who, status, left):
    attachment = attach()
    cast.login(client, who)
    assert client.post(address(attachment, "remove")).status_code == status
    assert queries.of(owner).count() == left


def test_without_a_door_for_change_nothing_is_removed(attach, cast, client, owner, monkeypatch):
    attachment = attach()
    monkeypatch.delitem(book.doors, "files.sample:change")
    cast.login(client, "branch_secretary")
    assert client.post(address(attachment, "remove")).status_code == 403
    assert queries.of(owner).count() == 1
