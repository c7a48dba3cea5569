"""Where somebody is signed in: begun, remembered, ended; and the second factor switched on or off."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hongzhu.core.access.models import Device
from hongzhu.core.audit import actions as audit
from hongzhu.core.people.models import Account
from hongzhu.kit.refs import Actor, Ref

SECOND_FACTOR_STEPS = {
    "on": _("启用动态口令"),
    "off": _("停用动态口令"),
    "codes": _("重新生成恢复码"),
}


def hashed(secret: str) -> str:
    """The secret has 256 random bits; its plain hash gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def sign_in(*, account: Account, label: str, secret: str, by: Actor, now: datetime) -> Device:
    """Note a sign-in; with a ``secret`` the browser is remembered for REMEMBER_DAYS."""
    Device.objects.filter(account=account, expires_at__lte=now).delete()
    lasts = timedelta(days=settings.REMEMBER_DAYS) if secret else timedelta(hours=settings.SESSION_HOURS)
    device = Device.objects.create(
        account=account, secret_hash=hashed(secret) if secret else None, label=label[:120],
        created_at=now, seen_at=now, expires_at=now + lasts,
    )  # fmt: skip
    audit.record(by=by, did="access.sign_in", to=Ref.to(account), device=label[:120], remembered=bool(secret))
    return device


@transaction.atomic
def renew(*, secret: str, now: datetime) -> Device | None:
    """The remembered device behind a cookie, if it may still sign in; it is seen now."""
    idle_since = now - timedelta(days=settings.REMEMBER_IDLE_DAYS)
    device = (
        Device.objects.select_for_update(of=("self",))
        .select_related("account__person", "account__bureau")
        .filter(secret_hash=hashed(secret), expires_at__gt=now, seen_at__gt=idle_since, account__is_active=True)
        .first()
    )
    if device is None:
        return None  # no entry: nobody signs in
    valid_from = device.account.sessions_valid_from
    if valid_from is not None and device.created_at < valid_from:
        return None  # no entry: nobody signs in
    device.seen_at = now
    device.save(update_fields=["seen_at"])
    audit.record(
        by=Actor.of(device.account), did="access.sign_in", to=Ref.to(device.account), device=device.label, again=True
    )
    return device


@transaction.atomic
def end_device(*, device: Device, by: Actor) -> None:
    """End one sign-in; if the browser was remembered, it is no longer."""
    label, account = device.label, device.account
    device.delete()
    audit.record(by=by, did="access.end_device", to=Ref.to(account), device=label)


@transaction.atomic
def end_others(*, account: Account, keep: Device | None, by: Actor, now: datetime) -> int:
    """End every sign-in of the account but ``keep``; returns how many devices went."""
    Account.objects.select_for_update(of=("self",)).filter(pk=account.pk).update(sessions_valid_from=now)
    gone, _by_model = Device.objects.filter(~Q(pk=keep.pk if keep else None), account=account).delete()
    audit.record(by=by, did="access.end_others", to=Ref.to(account), devices=gone)
    return gone


@transaction.atomic
def note_second_factor(*, account: Account, step: str, by: Actor) -> None:
    """Record that somebody switched their second factor on or off, or made new recovery codes."""
    if step not in SECOND_FACTOR_STEPS:
        raise ValueError(step)
    audit.record(by=by, did="access.second_factor", to=Ref.to(account), step=step)
