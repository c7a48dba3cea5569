"""Sessions: both sides of every limit, and what ends them at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.access import actions as access
from hongzhu.core.access.models import Device, Grant
from hongzhu.kit.refs import Actor
from tests.core.access.conftest import PASSWORD, Clock

ME = "/access/me/"


@pytest.mark.parametrize(("seconds", "status"), [(30 * 60 - 1, 200), (30 * 60, 302)])
def test_idle_half_hour(cast: Any, client: Client, clock: Clock, sign_in: Any, seconds: int, status: int) -> None:
    sign_in("member")
    clock.forward(seconds=seconds)
    response = client.get(ME)
    assert response.status_code == status
    if status == 302:
        assert response.url == f"/login/?next={ME}"
        assert "登录时间到了" in client.get(response.url).content.decode()


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 302)])
def test_longest_day(cast: Any, client: Client, clock: Clock, sign_in: Any, seconds: int, status: int) -> None:
    """Somebody at work all day is signed out after twelve hours."""
    sign_in("member")
    for _quarter in range(47):
        clock.forward(minutes=15)
        assert client.get(ME).status_code == 200
    clock.forward(minutes=15, seconds=seconds)
    assert client.get(ME).status_code == status


def test_limits_are_settings(cast: Any, client: Client, clock: Clock, sign_in: Any, settings: Any) -> None:
    settings.IDLE_MINUTES, settings.SESSION_HOURS = 5, 1
    sign_in("member")
    clock.forward(minutes=4)
    assert client.get(ME).status_code == 200
    clock.forward(minutes=5)
    assert client.get(ME).status_code == 302


def test_seen_is_written_once_a_minute(
    cast: Any, client: Client, clock: Clock, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    sign_in("member")
    seen = client.session["hz_seen"]
    clock.forward(seconds=59)
    client.get(ME)
    assert client.session["hz_seen"] == seen
    clock.forward(seconds=1)
    client.get(ME)
    assert client.session["hz_seen"] == seen + 60 == Device.objects.get().seen_at.timestamp()


def test_changing_the_password_ends_the_others(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    other = Client()
    sign_in("member", browser=other, remember="on")
    sign_in("member")
    key = client.session.session_key
    clock.forward(minutes=1)
    data = {"old": PASSWORD, "password1": "qinghe shan shui 26", "password2": "qinghe shan shui 26"}
    assert client.post(reverse("access:password"), data).url == ME
    assert client.session.session_key != key
    assert client.get(ME).status_code == 200
    assert other.get(ME).status_code == 302
    cast.member.refresh_from_db()
    assert cast.member.check_password("qinghe shan shui 26") and cast.member.password_set_at == timezone.now()


def test_stopping_the_account_ends_it_at_once(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    sign_in("member", remember="on")
    access.stop(account=cast.member, reason="调离", by=Actor.system("测试"), now=timezone.now())
    assert client.get(ME).status_code == 302
    assert not Device.objects.exists()
    access.start(account=cast.member, by=Actor.system("测试"), now=timezone.now())
    assert client.get(ME).status_code == 302  # what was ended stays ended


def test_the_last_grant_ending_signs_out(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    sign_in("member", remember="on")
    clock.forward(seconds=1)
    grant = Grant.objects.get(person=cast.member.person)
    access.end_grant(grant=grant, by=Actor.system("测试"), on=timezone.localdate(), now=timezone.now())
    assert client.get(ME).status_code == 302


def test_one_of_two_grants_ending_does_not(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    person = cast.member.person
    Grant.objects.create(bureau=cast.bureau, person=person, role="ORGANISER", org=cast.branch, from_on=date(2026, 1, 1))
    sign_in("member")
    clock.forward(seconds=1)
    grant = Grant.objects.get(person=person, role="MEMBER")
    access.end_grant(grant=grant, by=Actor.system("测试"), on=timezone.localdate(), now=timezone.now())
    assert client.get(ME).status_code == 200


def test_ending_one_device_from_the_list(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    other = Client()
    sign_in("member", browser=other)
    lost = Device.objects.get()
    sign_in("member")
    assert client.post(reverse("access:device_end", args=[lost.pk])).url == ME
    assert client.get(ME).status_code == 200 and other.get(ME).status_code == 302


def test_ending_all_others(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    other, third = Client(), Client()
    sign_in("member", browser=other, remember="on")
    third.force_login(cast.member)
    third.get(ME)
    clock.forward(seconds=5)
    sign_in("member")
    clock.forward(seconds=5)
    client.post(reverse("access:devices_end_others"))
    assert client.get(ME).status_code == 200
    assert other.get(ME).status_code == 302 and third.get(ME).status_code == 302


def test_nobody_ends_anothers_device(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    other = Client()
    sign_in("organiser", browser=other)
    theirs = Device.objects.get()
    sign_in("member")
    assert client.post(reverse("access:device_end", args=[theirs.pk])).status_code == 404
    assert other.get(ME).status_code == 200


def test_a_stolen_key_dies_with_sign_out(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    sign_in("member")
    key = client.session.session_key
    client.post("/logout/")
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("address", [ME, "/access/me/delegate/", "/no/such/page/"])
def test_a_due_password_comes_first(cast: Any, client: Client, address: str) -> None:
    cast.branch_secretary.must_change_password = True
    cast.branch_secretary.save()
    cast.login(client, "branch_secretary")
    response = client.get(address)
    if address.startswith("/no"):
        assert response.status_code == 404
    else:
        assert response.url == reverse("access:password")
    assert client.get(reverse("access:password")).status_code == 200
    assert client.post("/logout/").status_code == 302


@pytest.mark.parametrize(("days", "old", "led"), [(0, 4000, False), (90, 89, False), (90, 90, True)])
def test_password_expiry_is_off_by_default(
    cast: Any, client: Client, settings: Any, days: int, old: int, led: bool
) -> None:
    settings.PASSWORD_EXPIRY_DAYS = days
    cast.member.password_set_at = timezone.now() - timedelta(days=old)
    cast.member.save()
    cast.login(client, "member")
    assert (client.get(ME).status_code == 302) is led


def test_expiry_default() -> None:
    from hongzhu.config import settings

    assert (settings.PASSWORD_EXPIRY_DAYS, settings.IDLE_MINUTES, settings.SESSION_HOURS) == (0, 30, 12)
