"""Who is answered what at sign-in, accounts, grants, my data. allauth's pages have no namespace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from hongzhu.core.access.models import Device, Grant
from hongzhu.kit.crypto import vault
from tests.doors import Door, expect

EVERYBODY = expect(rest=200, anonymous=302)
AWAY = expect(rest=302)
KEEPS_ACCOUNTS = {"anonymous": 302, "system_admin": 200, "party_office": 200, "school_secretary": 200}
GRANTS = {"anonymous": 302, "security_admin": 200, "party_office": 200}
DELEGATES = {"anonymous": 302, "party_office": 200, "school_secretary": 200, "branch_secretary": 200, "outsider": 200, "neighbour": 200}  # fmt: skip
# The member is looked at; oneself one sees through "my data".
REVEALS = expect(
    rest=403, anonymous=302, party_office=200, school_secretary=200, system_admin=404, security_admin=404,
    audit_admin=404, outsider=404, neighbour=404,
)  # fmt: skip


def then(answers: dict[str, int], status: int) -> dict[str, int]:
    """The same people, answered by a redirect instead of a page."""
    return {name: status if answer == 200 else answer for name, answer in answers.items()}


def the_member(cast: Any) -> Any:
    return cast.member.person


def a_lost_factor(cast: Any) -> Any:
    Authenticator.objects.create(user=cast.member, type=Authenticator.Type.TOTP, data={})
    return cast.member.person


def with_phone(cast: Any) -> Any:
    person = cast.member.person
    person.phone_sealed = vault().seal("13900001234", bind=f"{person.uuid}|phone")
    person.save()
    return person


def a_device(cast: Any) -> Any:
    now = timezone.now()
    return Device.objects.create(
        account=cast.member, label="x", created_at=now, seen_at=now, expires_at=now + timedelta(hours=1)
    )


def a_grant(cast: Any) -> Any:
    return Grant.objects.get(person=cast.member.person)


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


def no_account_yet(cast: Any) -> Any:
    return next(person for person in cast.people if person.name == "沈书言")


def today() -> str:
    return timezone.localdate().isoformat()


DOORS = [
    Door("account_login", "GET", expect(rest=302, anonymous=200)),
    Door("account_login", "POST", expect(rest=302, anonymous=200)),
    Door("account_logout", "GET", EVERYBODY),
    Door("account_logout", "POST", AWAY),
    Door("account_reauthenticate", "GET", EVERYBODY),
    Door("account_reauthenticate", "POST", EVERYBODY),
    Door("mfa_index", "GET", EVERYBODY),
    # Without a pending sign-in, without an authenticator, without a fresh password: led on.
    Door("mfa_authenticate", "GET", AWAY),
    Door("mfa_authenticate", "POST", AWAY),
    Door("mfa_reauthenticate", "GET", AWAY),
    Door("mfa_reauthenticate", "POST", AWAY),
    Door("mfa_activate_totp", "GET", AWAY),
    Door("mfa_activate_totp", "POST", AWAY),
    Door("mfa_deactivate_totp", "GET", expect(rest=404, anonymous=302)),
    Door("mfa_deactivate_totp", "POST", expect(rest=404, anonymous=302)),
    Door("mfa_view_recovery_codes", "GET", expect(rest=404, anonymous=302)),
    Door("mfa_generate_recovery_codes", "GET", AWAY),
    Door("mfa_generate_recovery_codes", "POST", AWAY),
    Door("access:me", "GET", EVERYBODY),
    Door("access:me_reveal", "POST", AWAY, data=lambda it: {"field": "phone"}),
    Door("access:password", "GET", EVERYBODY),
    Door(
        "access:password", "POST", AWAY,
        data=lambda it: {"old": "hongzhu-2026-test", "password1": "shan gao shui chang 9", "password2": "shan gao shui chang 9"},
    ),
    Door("access:act_as", "POST", AWAY),
    Door("access:delegate", "GET", expect(rest=403, **DELEGATES)),
    Door(
        "access:delegate", "POST", expect(rest=403, **{**DELEGATES, "branch_secretary": 302, "school_secretary": 302}), make=the_member,
        data=lambda it: {"person": it.pk},
    ),
    Door("access:device_end", "POST", expect(rest=404, anonymous=302, member=302), make=a_device, kwargs=pk),
    Door("access:devices_end_others", "POST", AWAY),
    Door("access:code_picture", "GET", expect(rest=404, anonymous=302)),
    Door("access:reveal", "GET", REVEALS, make=with_phone, kwargs=pk),
    Door(
        "access:reveal", "POST", REVEALS, make=with_phone, kwargs=pk,
        data=lambda it: {"field": "phone", "purpose": "CONTACT"},
    ),
    Door("access:accounts", "GET", expect(rest=403, **KEEPS_ACCOUNTS)),
    Door("access:accounts", "GET", expect(rest=403, **KEEPS_ACCOUNTS), data=lambda it: {"show": "without"}, case="without"),
    Door(
        "access:accounts_open", "POST", expect(rest=403, **KEEPS_ACCOUNTS), make=no_account_yet,
        data=lambda it: {"person": it.pk},
    ),
    Door("access:account_reset", "POST", expect(rest=403, **KEEPS_ACCOUNTS), make=the_member, kwargs=pk),
    Door(
        "access:account_reset", "POST", expect(rest=403, anonymous=302, system_admin=200, school_secretary=404),
        make=lambda cast: cast.audit_admin.person, kwargs=pk, case="upward",
    ),
    Door(
        "access:factor_remove", "POST", expect(rest=403, anonymous=302, security_admin=200, party_office=200, school_secretary=200),
        make=a_lost_factor, kwargs=pk, data=lambda it: {"met": "on"},
    ),
    Door(
        "access:account_stop", "POST", then(expect(rest=403, **KEEPS_ACCOUNTS), 302), make=the_member, kwargs=pk,
        data=lambda it: {"reason": "调离"},
    ),
    Door("access:account_start", "POST", then(expect(rest=403, **KEEPS_ACCOUNTS), 302), make=the_member, kwargs=pk),
    Door("access:grants", "GET", expect(rest=403, **GRANTS)),
    Door("access:person_grants", "GET", expect(rest=403, **GRANTS), make=the_member, kwargs=pk),
    Door(
        "access:person_grants", "POST", then(expect(rest=403, **GRANTS), 302),
        make=lambda cast: cast, kwargs=lambda it: {"pk": it.member.person_id},
        data=lambda it: {"role": "ORGANISER", "org": it.other_branch.pk, "from_on": today()},
    ),
    Door("access:grant_end", "POST", then(expect(rest=404, **GRANTS), 302), make=a_grant, kwargs=pk),
    Door("access:use_code", "GET", expect(rest=200)),
    Door("access:use_code", "POST", expect(rest=200)),
    Door("access:first_run", "GET", expect(rest=404)),
    Door("access:first_run", "POST", expect(rest=404)),
]  # fmt: skip
