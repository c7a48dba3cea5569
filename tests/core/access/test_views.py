"""Pages end to end: slips handed over, the code used, the first run, a switch of role, a deputy's name in the chain."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from hongzhu.core.access.models import Acting, Grant, Role
from hongzhu.core.audit.models import Entry, Refusal
from hongzhu.core.people.models import Account
from hongzhu.core.policies.models import CalendarDay, PackVersion
from hongzhu.kit.crypto import vault

GOOD = "qinghe shan shui 26"


def test_from_slip_to_desk(cast: Any, client: Client, sign_in: Any) -> None:
    """The school opens an account, prints the slip, the teacher sets a password and signs in."""
    person = next(person for person in cast.people if person.name == "沈书言")
    cast.login(client, "school_secretary")
    page = client.post(reverse("access:accounts_open"), {"person": [person.pk, cast.neighbour.person_id, "x"]})
    (slip,) = page.context["slips"]
    assert page.headers["Cache-Control"] == "no-store" and slip.code in page.content.decode()
    teacher = Client()
    data = {"username": slip.account.username, "code": slip.code, "password1": GOOD, "password2": GOOD}
    assert teacher.post(reverse("access:use_code"), data).url == "/login/"
    assert "_auth_user_id" not in teacher.session
    sign_in(slip.account.username, GOOD, browser=teacher)
    assert teacher.get(reverse("access:me")).status_code == 200
    assert slip.code not in "".join(entry.detail for entry in Entry.objects.all())


def test_guessing_codes_locks_like_passwords(cast: Any, client: Client, clock: Any) -> None:
    data = {"username": "member", "code": "AAAAA-AAAAA", "password1": GOOD, "password2": GOOD}
    for _try in range(5):
        assert "口令不对" in client.post(reverse("access:use_code"), data).content.decode()
    assert Refusal.objects.get().kind == "LOCKED"
    assert "试的次数太多" in client.post(reverse("access:use_code"), data).content.decode()


@pytest.mark.parametrize(
    ("second", "said"), [("another one 123", "两次输入的新密码不一样"), ("", "两次输入的新密码不一样")]
)
def test_two_passwords_that_differ(cast: Any, client: Client, second: str, said: str) -> None:
    cast.login(client, "member")
    data = {"old": "hongzhu-2026-test", "password1": GOOD, "password2": second}
    response = client.post(reverse("access:password"), data)
    assert response.status_code == 200
    assert said in response.content.decode() or not second
    assert not Account.objects.get(username="member").check_password(GOOD)


def test_a_wrong_old_password_changes_nothing(cast: Any, client: Client) -> None:
    cast.login(client, "member")
    data = {"old": "not-this-one", "password1": GOOD, "password2": GOOD}
    response = client.post(reverse("access:password"), data)
    assert response.status_code == 200 and "现在的密码不对" in response.content.decode()
    assert not Account.objects.get(username="member").check_password(GOOD)


def test_a_school_does_not_open_accounts_for_others(cast: Any, client: Client) -> None:
    stranger = cast.neighbour.person
    Account.objects.filter(person=stranger).update(person=None)
    before = Account.objects.count()
    cast.login(client, "school_secretary")
    assert client.post(reverse("access:accounts_open"), {"person": stranger.pk}).status_code == 302
    assert Account.objects.count() == before


def test_stopping_needs_a_reason(cast: Any, client: Client) -> None:
    cast.login(client, "school_secretary")
    client.post(reverse("access:account_stop", args=[cast.member.person_id]), {"reason": ""})
    assert Account.objects.get(username="member").is_active


def test_own_number_is_shown_to_oneself_and_noted(cast: Any, client: Client) -> None:
    person = cast.member.person
    person.phone_sealed = vault().seal("13900001234", bind=f"{person.uuid}|phone")
    person.save()
    cast.login(client, "member")
    page = client.get(reverse("access:me")).content.decode()
    assert "13900001234" not in page and "1234" not in page and "没有人看过" in page
    shown = client.post(reverse("access:me_reveal"), {"field": "phone"})
    assert "13900001234" in shown.content.decode() and shown.headers["Cache-Control"] == "no-store"
    assert "许青原" in client.get(reverse("access:me")).content.decode()
    assert Refusal.objects.get().actor == cast.member.pk


def test_switching_between_ones_roles(cast: Any, client: Client) -> None:
    second = Grant.objects.create(
        bureau=cast.bureau, person=cast.member.person, role=Role.ORGANISER, org=cast.branch, from_on=date(2026, 1, 1)
    )
    first = Grant.objects.get(person=cast.member.person, role=Role.MEMBER)
    cast.login(client, "member")
    assert client.get(reverse("access:me")).context["acting_grant"] == second
    client.post(reverse("access:act_as"), {"grant": first.pk})
    assert client.get(reverse("access:me")).context["acting_grant"] == first
    theirs = Grant.objects.get(person=cast.party_office.person)
    client.post(reverse("access:act_as"), {"grant": theirs.pk})
    assert Acting.objects.get().grant == first


def test_delegating_and_taking_back(cast: Any, client: Client) -> None:
    cast.login(client, "branch_secretary")
    address = reverse("access:delegate")
    client.post(address, {"person": cast.member.person_id})
    made = Grant.objects.get(person=cast.member.person, role=Role.BRANCH_SECRETARY)
    assert "许青原" in client.get(address).content.decode()
    response = client.post(reverse("access:grant_end", args=[made.pk]), {"next": address})
    assert response.url == address
    made.refresh_from_db()
    assert made.to_on is not None
    # Another secretary cannot take it back, and nobody is led elsewhere afterwards.
    cast.login(client, "neighbour")
    assert client.post(reverse("access:grant_end", args=[made.pk])).status_code == 404
    cast.login(client, "branch_secretary")
    away = client.post(reverse("access:grant_end", args=[made.pk]), {"next": "https://example.com/"})
    assert away.url == reverse("access:me")


def test_the_first_run_through_the_page(client: Client, db: None) -> None:
    address = reverse("access:first_run")
    assert client.get(address).status_code == 200
    data = {"name": "青禾县教育局", "code": "qinghe", "division_code": "", "pack": "national"}
    for role, name in (
        ("system_admin", "韦系统"), ("security_admin", "安全一"), ("audit_admin", "审计一"), ("party_office", "陆望舒"),
    ):  # fmt: skip
        data[f"{role}_name"] = name
    assert client.post(address, {**data, "division_code": "34"}).status_code == 200
    assert not Account.objects.exists()
    page = client.post(address, data)
    assert len(page.context["slips"]) == 4 and page.headers["Cache-Control"] == "no-store"
    assert client.get(address).status_code == 404 and client.post(address, data).status_code == 404
    assert Account.objects.count() == 4


def test_granting_through_the_page(cast: Any, client: Client) -> None:
    cast.login(client, "party_office")
    found = client.get(reverse("access:grants"), {"q": "xqy"})
    assert cast.member.person in found.context["found"]
    address = reverse("access:person_grants", args=[cast.member.person_id])
    roles = [role for role, _title in client.get(address).context["form"].fields["role"].choices]
    assert "PARTY_OFFICE" not in roles and "SYSTEM_ADMIN" not in roles and "BRANCH_SECRETARY" in roles
    for role, org in (("SYSTEM_ADMIN", cast.root), ("ORGANISER", cast.far_branch)):
        response = client.post(address, {"role": role, "org": org.pk, "from_on": "2099-01-01"})
        assert response.status_code == 200
    assert not Grant.objects.filter(person=cast.member.person).exclude(role=Role.MEMBER).exists()


# A lost second factor, and the duty one acts as.


def with_factor(account: Account) -> Account:
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    return account


def factors(account: Account) -> int:
    return Authenticator.objects.filter(user=account).count()


@pytest.mark.parametrize("by", ["security_admin", "party_office", "school_secretary"])
def test_a_lost_second_factor_is_taken_off_for_a_slip(cast: Any, client: Client, by: str) -> None:
    lost = with_factor(cast.member)
    cast.login(client, by)
    address = reverse("access:factor_remove", args=[lost.person_id])
    refused = client.post(address, {})
    assert refused.status_code == 302 and factors(lost) == 2

    page = client.post(address, {"met": "on"})

    slip = page.context["slips"][0]
    assert page.headers["Cache-Control"] == "no-store" and slip.code in page.content.decode()
    assert factors(lost) == 0
    lost.refresh_from_db()
    assert lost.sessions_valid_from is not None
    entry = Entry.objects.get(did="access.remove_factor")
    assert entry.object_id == lost.pk and slip.code not in entry.detail
    again = client.post(address, {"met": "on"}, follow=True)
    assert "没有启用动态口令" in again.content.decode()
    assert Entry.objects.filter(did="access.remove_factor").count() == 1


def test_the_slip_opens_the_account_and_leads_to_a_new_factor(cast: Any, client: Client) -> None:
    lost = with_factor(cast.audit_admin)
    cast.login(client, "security_admin")
    page = client.post(reverse("access:factor_remove", args=[lost.person_id]), {"met": "on"})
    code, fresh, password = page.context["slips"][0].code, Client(), "shan gao shui chang 9"
    fresh.post(
        reverse("access:use_code"),
        {"username": lost.username, "code": code, "password1": password, "password2": password},
    )
    fresh.post("/login/", {"login": lost.username, "password": password})
    assert reverse("mfa_activate_totp") in fresh.get(reverse("audit:entry_list")).headers["Location"]


@pytest.mark.parametrize(
    ("who", "by", "status"),
    [
        ("security_admin", "security_admin", 403),  # one's own
        ("party_office", "party_office", 403),
        ("member", "system_admin", 403),  # resets passwords, so not this as well
        ("audit_admin", "party_office", 403),  # upward
        ("party_office", "school_secretary", 404),
        ("neighbour", "school_secretary", 404),  # outside
        ("member", "branch_secretary", 403),
        ("outsider", "security_admin", 404),
        ("member", "anonymous", 302),
    ],
)
def test_who_may_not_take_a_second_factor_off(cast: Any, client: Client, who: str, by: str, status: int) -> None:
    lost = with_factor(cast.accounts[who])
    cast.login(client, by)
    entries = Entry.objects.count()
    assert client.post(reverse("access:factor_remove", args=[lost.person_id]), {"met": "on"}).status_code == status
    assert factors(lost) == 2 and Entry.objects.count() == entries


def test_the_button_stands_where_there_is_something_to_take_off(cast: Any, client: Client) -> None:
    theirs = reverse("access:factor_remove", args=[cast.member.person_id])
    pages = (
        ("security_admin", reverse("access:person_grants", args=[cast.member.person_id])),
        ("party_office", reverse("access:accounts")),
    )
    for name, page in pages:
        cast.login(client, name)
        assert theirs not in client.get(page).content.decode()
    with_factor(cast.member)
    for name, page in pages:
        cast.login(client, name)
        assert theirs in client.get(page).content.decode()
    cast.login(client, "system_admin")
    assert theirs not in client.get(reverse("access:accounts")).content.decode()


def test_the_header_switches_ones_duty_without_script(cast: Any, client: Client) -> None:
    cast.login(client, "member")
    address = reverse("access:me")
    assert 'class="hz-duties' not in client.get(address).content.decode()
    second = Grant.objects.create(
        bureau=cast.bureau, person=cast.member.person, role=Role.ORGANISER, org=cast.branch, from_on=date(2026, 1, 1)
    )
    first = Grant.objects.get(person=cast.member.person, role=Role.MEMBER)
    page = client.get(address).content.decode()
    header = page[page.index('class="hz-duties') : page.index("</header>")]
    assert f'name="grant" value="{first.pk}"' in header and f'value="{second.pk}"' not in header
    assert f'action="{reverse("access:act_as")}"' in header
    more = page[page.index('id="more"') :]
    assert f'name="grant" value="{first.pk}"' in more
    client.post(reverse("access:act_as"), {"grant": first.pk})
    assert client.get(address).context["acting_grant"] == first


def test_the_first_run_loads_packs_and_holidays(client: Client, db: None) -> None:
    data = {"name": "青禾县教育局", "code": "qinghe", "division_code": "", "pack": "national"}
    for role, name in (
        ("system_admin", "韦系统"), ("security_admin", "安全一"), ("audit_admin", "审计一"), ("party_office", "陆望舒"),
    ):  # fmt: skip
        data[f"{role}_name"] = name
    assert not PackVersion.objects.exists()
    client.post(reverse("access:first_run"), data)
    assert PackVersion.objects.filter(name="national").exists() and CalendarDay.objects.exists()
