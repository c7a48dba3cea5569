"""Signing in through the page: right and wrong, locked and not, remembered, with the second factor."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.access.adapters import browser
from hongzhu.core.access.models import Device
from hongzhu.core.audit.models import Entry, Refusal

from .conftest import Clock

SECRET = "JBSWY3DPEHPK3PXP"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def test_right_password_signs_in_and_is_recorded(cast: Any, client: Client, sign_in: Any) -> None:
    before = client.session.session_key
    response = sign_in("member")
    assert response.status_code == 302 and signed_in(client)
    assert client.session.session_key != before
    device = Device.objects.get()
    assert (device.account, device.secret_hash, device.label) == (cast.member, None, "Windows Chrome")
    assert Entry.objects.get(did="access.sign_in").actor == cast.member.pk
    assert settings.DEVICE_COOKIE_NAME not in client.cookies


def test_username_in_capitals_is_the_same_account(cast: Any, client: Client, sign_in: Any) -> None:
    sign_in(" Member ")
    assert signed_in(client)


@pytest.mark.parametrize("username", ["member", "nobody_here"])
def test_wrong_password_and_unknown_name_read_the_same(cast: Any, client: Client, sign_in: Any, username: str) -> None:
    response = sign_in(username, "wrong-password")
    assert response.status_code == 200 and not signed_in(client)
    assert "账号或密码不对" in response.content.decode()
    assert not Entry.objects.filter(did="access.sign_in").exists()


def test_a_stopped_account_reads_like_a_wrong_password(cast: Any, client: Client, sign_in: Any) -> None:
    cast.member.is_active = False
    cast.member.save()
    response = sign_in("member")
    assert not signed_in(client) and "账号或密码不对" in response.content.decode()


@pytest.mark.parametrize("username", ["member", "nobody_here"])
def test_unknown_names_cost_a_hash_too(
    cast: Any, client: Client, sign_in: Any, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timing: exactly one password hash is worked out, known name or not."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    worked = []
    original = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        worked.append(1)
        return str(original(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    sign_in(username, "wrong-password")
    assert len(worked) == 1


@pytest.mark.parametrize("username", ["member", "nobody_here"])
def test_fifth_failure_locks_for_fifteen_minutes(
    cast: Any, client: Client, clock: Clock, sign_in: Any, username: str
) -> None:
    for _try in range(5):
        assert "账号或密码不对" in sign_in(username, "wrong-password").content.decode()
        clock.forward(minutes=2)
    refusal = Refusal.objects.get()
    assert refusal.kind == Refusal.Kind.LOCKED and refusal.what == "/login/" and refusal.purpose == "10.1.1.1"
    assert refusal.actor == (cast.member.pk if username == "member" else 0)
    assert username not in refusal.actor_label
    clock.forward(minutes=12, seconds=59)  # 14:59 after the fifth
    response = sign_in(username)
    assert not signed_in(client) and "试的次数太多" in response.content.decode()
    assert Refusal.objects.count() == 1
    clock.forward(seconds=2)
    assert "试的次数太多" not in sign_in(username).content.decode()
    assert signed_in(client) is (username == "member")


def test_four_failures_do_not_lock(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    for _try in range(4):
        sign_in("member", "wrong-password")
    sign_in("member")
    assert signed_in(client) and not Refusal.objects.exists()


def test_five_failures_over_more_than_fifteen_minutes_do_not_lock(
    cast: Any, client: Client, clock: Clock, sign_in: Any
) -> None:
    for _try in range(5):
        sign_in("member", "wrong-password")
        clock.forward(minutes=3, seconds=46)
    sign_in("member")
    assert signed_in(client) and not Refusal.objects.exists()


def test_another_address_and_another_name_are_not_locked(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    """A stranger cannot lock a secretary out of their own school; a school is one address."""
    for _try in range(5):
        sign_in("member", "wrong-password")
    other = Client()
    sign_in("member", browser=other, ip="10.2.2.2")
    assert signed_in(other)
    third = Client()
    sign_in("organiser", browser=third)
    assert signed_in(third)


def test_an_account_is_slowed_from_many_addresses(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    for number in range(20):
        sign_in("member", "wrong-password", ip=f"10.3.{number}.1")
    assert "试的次数太多" in sign_in("member", ip="10.4.4.4").content.decode()
    assert not signed_in(client)
    clock.forward(minutes=15, seconds=1)
    sign_in("member", ip="10.4.4.4")
    assert signed_in(client)


def test_an_address_is_slowed_over_many_names(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    for number in range(100):
        sign_in(f"guess{number}", "wrong-password")
        clock.forward(seconds=2)
    assert "试的次数太多" in sign_in("member").content.decode()
    other = Client()
    sign_in("member", browser=other, ip="10.2.2.2")
    assert signed_in(other)


def test_too_many_posts_from_one_address_get_429(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    for _post in range(120):
        client.post("/login/", {"login": "", "password": ""}, REMOTE_ADDR="10.1.1.1")
    response = sign_in("member")
    assert response.status_code == 429 and "操作太快了" in response.content.decode()


def test_no_sign_up_no_mail_pages(cast: Any, client: Client) -> None:
    cast.login(client, "member")
    for address in ("/signup/", "/accounts/signup/", "/password/reset/", "/email/", "/access/signup/"):
        assert client.get(address).status_code == 404


def remembered(sign_in: Any, client: Client, username: str = "member") -> str:
    sign_in(username, remember="on")
    cookie = client.cookies.get(settings.DEVICE_COOKIE_NAME)
    return cookie.value if cookie else ""


def test_a_remembered_browser_comes_back_under_a_new_key(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    secret = remembered(sign_in, client)
    device = Device.objects.get()
    assert secret and device.secret_hash and secret not in device.secret_hash
    assert client.cookies[settings.DEVICE_COOKIE_NAME]["httponly"]
    key = client.session.session_key
    clock.forward(hours=13)
    assert client.get("/access/me/").status_code == 200
    assert client.session.session_key != key
    assert Entry.objects.filter(did="access.sign_in").count() == 2


def test_a_remembered_browser_has_no_idle_half_hour(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    remembered(sign_in, client)
    key = client.session.session_key
    clock.forward(hours=2)
    assert client.get("/access/me/").status_code == 200 and client.session.session_key == key


@pytest.mark.parametrize(("days", "status"), [(6.99, 200), (7.01, 302)])
def test_a_remembered_browser_has_its_own_idle_limit(
    cast: Any, client: Client, clock: Clock, sign_in: Any, days: float, status: int
) -> None:
    remembered(sign_in, client)
    clock.forward(days=days)
    assert client.get("/access/me/").status_code == status


@pytest.mark.parametrize(("day", "status"), [(29, 200), (30, 302)])
def test_a_remembered_browser_is_forgotten_after_thirty_days(
    cast: Any, client: Client, clock: Clock, sign_in: Any, day: int, status: int
) -> None:
    remembered(sign_in, client)
    for _visit in range((day - 1) // 6):  # within its own idle limit of seven days
        clock.forward(days=6)
        client.get("/access/me/")
    clock.forward(days=day - (day - 1) // 6 * 6)
    assert client.get("/access/me/").status_code == status
    if status == 302:
        assert client.cookies[settings.DEVICE_COOKIE_NAME].value == ""


def test_an_ended_device_does_not_come_back(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    remembered(sign_in, client)
    Device.objects.all().delete()
    assert client.get("/access/me/").status_code == 302


def test_signing_out_forgets_the_browser(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    remembered(sign_in, client)
    assert client.post("/logout/").status_code == 302
    assert not Device.objects.exists() and client.get("/access/me/").status_code == 302


def test_a_form_filled_before_the_return_is_still_good(cast: Any, clock: Clock, sign_in: Any) -> None:
    """The session ended while somebody typed: the remembered browser comes back and the form goes through."""
    client = Client(enforce_csrf_checks=True)
    page = client.get("/login/")
    token = page.context["csrf_token"]
    sign_in("member", browser=client, remember="on", csrfmiddlewaretoken=str(token))
    token = client.get("/access/me/").context["csrf_token"]
    clock.forward(hours=13)
    response = client.post("/access/me/devices/end-others/", {"csrfmiddlewaretoken": str(token)})
    assert response.status_code == 302 and response.url == "/access/me/"


def test_administrators_are_not_remembered(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    assert remembered(sign_in, client, "system_admin") == ""
    assert signed_in(client) and Device.objects.get().secret_hash is None


def with_authenticator(account: Any) -> None:
    TOTP.activate(account, SECRET)


def test_secret_is_sealed_in_the_database(cast: Any) -> None:
    with_authenticator(cast.audit_admin)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_second_factor_at_sign_in(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    with_authenticator(cast.party_office)
    response = sign_in("party_office", remember="on")
    assert response.url.startswith("/second-factor/authenticate/") and not signed_in(client)
    wrong = client.post(response.url, {"code": "000000"})
    assert wrong.status_code == 200 and not signed_in(client)
    assert client.post(response.url, {"code": code_now()}).status_code == 302
    assert signed_in(client)
    methods = [record["method"] for record in client.session["account_authentication_methods"]]
    assert methods == ["password", "mfa"]
    # The wish to be remembered outlives the step between, and the remembered return does not bring the factor along.
    assert client.cookies[settings.DEVICE_COOKIE_NAME].value
    clock.forward(hours=13)
    response = client.get(reverse("access:reveal", args=[cast.member.person_id]))
    assert response.status_code == 302 and response.url.startswith("/second-factor/reauthenticate/")


def test_a_code_passes_once(cast: Any, clock: Clock, sign_in: Any) -> None:
    with_authenticator(cast.party_office)
    code = code_now()
    first, second = Client(), Client()
    for client in (first, second):
        address = sign_in("party_office", browser=client).url
        client.post(address, {"code": code}, REMOTE_ADDR="10.1.1.1")
        clock.forward(seconds=31)  # past allauth's own memory of it, within the tolerance
    assert signed_in(first) and not signed_in(second)


def test_a_page_that_needs_the_factor_leads_to_setting_it_up(cast: Any, client: Client, sign_in: Any) -> None:
    sign_in("party_office")
    address = reverse("access:reveal", args=[cast.member.person_id])
    response = client.get(address)
    assert response.status_code == 302 and response.url.startswith("/second-factor/activate/?next=")
    # htmx gets an address to go to, not a fragment.
    assert client.get(address, HTTP_HX_REQUEST="true").headers["HX-Redirect"].startswith("/second-factor/activate/")


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_second_factor(client: Client, clock: Clock, sign_in: Any) -> None:
    from tests.cast import build

    cast = build()
    sign_in("audit_admin")
    assert client.get(reverse("access:code_picture")).status_code == 404
    response = client.get("/second-factor/activate/")
    assert response.url.startswith("/reauthenticate/")
    client.post("/reauthenticate/?next=/second-factor/activate/", {"password": "hongzhu-2026-test"})
    page = client.get("/second-factor/activate/")
    secret = page.context["form"].secret
    assert page.status_code == 200 and secret in page.content.decode() and "data:" not in page.content.decode()
    picture = client.get(reverse("access:code_picture"))
    assert picture.headers["Content-Type"] == "image/svg+xml" and picture.headers["Cache-Control"] == "no-store"
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post("/second-factor/activate/", {"code": code})
    assert response.url == "/second-factor/recovery/"
    codes = client.get(response.url).context["unused_codes"]
    assert len(codes) == 10 and "****" not in codes
    assert set(client.get(response.url).context["unused_codes"]) == {"****"}
    assert Entry.objects.get(did="access.second_factor").actor == cast.audit_admin.pk
    # The role must keep it.
    refused = client.post("/second-factor/deactivate/")
    assert refused.status_code == 200 and "不能停用" in refused.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_member_may_switch_it_off(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    with_authenticator(cast.member)
    address = sign_in("member").url
    client.post(address, {"code": code_now()})
    client.post("/reauthenticate/?next=/second-factor/deactivate/", {"password": "hongzhu-2026-test"})
    assert client.post("/second-factor/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    assert Entry.objects.get(did="access.second_factor").detail == '{"step":"off"}'


def test_first_visitor_is_led_to_the_first_run(client: Client, db: None) -> None:
    assert client.get("/login/").url == reverse("access:first_run")


def test_old_sign_ins_are_cleared(cast: Any, client: Client, clock: Clock, sign_in: Any) -> None:
    now = timezone.now()
    Device.objects.create(account=cast.member, label="old", created_at=now, seen_at=now, expires_at=now - timedelta(1))
    sign_in("member")
    assert [device.label for device in Device.objects.all()] == ["Windows Chrome"]


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS) MicroMessenger/8.0", "鸿蒙 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 14_0) Safari/604.1", "iPhone Safari"),
        ("curl/8", "不认识的浏览器"),
    ],
)
def test_browsers_are_named_as_people_name_them(user_agent: str, said: str) -> None:
    assert browser(user_agent) == said
