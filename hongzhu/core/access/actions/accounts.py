"""Accounts: opened with a slip, stopped and started, reset by a one-time code, password changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from hongzhu.core.access import engine
from hongzhu.core.access.models import Device
from hongzhu.core.audit import actions as audit
from hongzhu.core.people.models import Account, Person
from hongzhu.kit import pinyin
from hongzhu.kit.refs import Actor, Ref

from . import slips
from .slips import Slip

BATCH = 300  # slips of one print


@transaction.atomic
def open_accounts(*, people: Iterable[Person], by: Actor, now: datetime) -> list[Slip]:
    """Open an account for each person who has none; the username is the staff number, else the name in pinyin.

    Returns the slips, to be shown once. Raises ValidationError when there is nobody left to open one for.
    """
    ids = [person.pk for person in people]
    waiting = list(
        Person.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, account__isnull=True)
        .order_by("pk")[: BATCH + 1]
    )
    if not waiting:
        raise ValidationError(_("没有开通：选中的人都已有账号。请重新选择。"))
    if len(waiting) > BATCH:
        raise ValidationError(_("没有开通：一次最多%d人，请分几次办理。") % BATCH)
    wishes = {person.pk: person.staff_no or pinyin.full(person.name) for person in waiting}
    taken = _taken(wishes.values())
    made = []
    for person in waiting:
        username = engine.free_username(wishes[person.pk], taken)
        taken.add(username)
        account = Account(username=username, person=person, bureau_id=person.bureau_id, must_change_password=True)
        account.set_unusable_password()
        made.append(account)
    Account.objects.bulk_create(made)
    printed = [slips.put_code(account, now, slips.first_hours()) for account in made]
    Account.objects.bulk_update(made, ["code_hash", "code_expires_at"], batch_size=100)
    audit.record(by=by, did="access.open_accounts", to=Ref.to(made[0]), accounts=[account.pk for account in made])
    return printed


def _taken(wishes: Iterable[str]) -> set[str]:
    """Usernames that begin like one of the wishes."""
    found: set[str] = set()
    for base in {engine.free_username(wish, ()) for wish in wishes}:
        found.update(
            Account.objects.filter(username__gte=base, username__lt=base + "~").values_list("username", flat=True)
        )
    return found


@transaction.atomic
def give_code(*, account: Account, by: Actor, now: datetime) -> Slip:
    """Reset: a fresh one-time code, shown once; every sign-in of the account ends. The password stays until it is used."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    slip = slips.put_code(account, now, slips.reset_hours())
    account.sessions_valid_from = now
    account.save(update_fields=["code_hash", "code_expires_at", "sessions_valid_from"])
    Device.objects.filter(account=account).delete()
    audit.record(by=by, did="access.give_code", to=Ref.to(account), until=slip.expires_at.isoformat())
    return slip


@transaction.atomic
def remove_factor(*, account: Account, by: Actor, now: datetime) -> Slip:
    """Take a lost second factor and its recovery codes off; a one-time code, given face to face, opens the account.

    Every sign-in of the account ends. Whoever needs a second factor is led to setting up a new one.
    """
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    gone, _by_model = Authenticator.objects.filter(user=account).delete()
    if not gone:
        raise ValidationError(_("没有解除：这个账号没有启用动态口令。"))
    slip = slips.put_code(account, now, slips.reset_hours())
    account.sessions_valid_from = now
    account.save(update_fields=["code_hash", "code_expires_at", "sessions_valid_from"])
    Device.objects.filter(account=account).delete()
    audit.record(by=by, did="access.remove_factor", to=Ref.to(account), until=slip.expires_at.isoformat())
    return slip


@transaction.atomic
def use_code(*, username: str, code: str, password: str, now: datetime) -> Account:
    """Set one's own password with the superior's code; the code is used up, every other sign-in ends.

    Raises ValidationError: one sentence for a wrong code, an old one, an unknown or stopped account; and the
    password's own sentence, with the code still good.
    """
    found = Account.objects.select_for_update(of=("self",)).select_related("person", "bureau")
    account = found.filter(username=username.strip().lower()).first()
    if not slips.fits(account, code, now) or account is None:
        raise ValidationError(
            _("账号或一次性口令不对，或者口令已过期。请核对后再试，或请上级重新发一张。"), code="wrong"
        )
    validate_password(password, account)
    _set(account, password, now)
    audit.record(by=Actor.of(account), did="access.use_code", to=Ref.to(account))
    return account


@transaction.atomic
def change_password(*, account: Account, password: str, by: Actor, now: datetime) -> Account:
    """A new password; every sign-in and remembered device of the account ends (the page keeps its own alive)."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person", "bureau").get(pk=account.pk)
    validate_password(password, account)
    if account.check_password(password):
        raise ValidationError(_("没有保存：新密码和原来的一样，请换一个。"))
    _set(account, password, now)
    audit.record(by=by, did="access.change_password", to=Ref.to(account))
    return account


def _set(account: Account, password: str, now: datetime) -> None:
    account.set_password(password)
    account.must_change_password = False
    account.password_set_at = account.sessions_valid_from = now
    account.code_hash, account.code_expires_at = "", None
    account.save(
        update_fields=[
            "password", "must_change_password", "password_set_at", "sessions_valid_from", "code_hash", "code_expires_at",
        ]
    )  # fmt: skip
    Device.objects.filter(account=account).delete()


@transaction.atomic
def stop(*, account: Account, reason: str, by: Actor, now: datetime) -> Account:
    """Stop an account (left, seconded away); its sign-ins end at once. Nothing it recorded changes."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    if not account.is_active:
        return account  # no entry: stopped already
    account.is_active = False
    account.sessions_valid_from = now
    account.code_hash, account.code_expires_at = "", None
    account.save(update_fields=["is_active", "sessions_valid_from", "code_hash", "code_expires_at"])
    Device.objects.filter(account=account).delete()
    audit.record(by=by, did="access.stop", to=Ref.to(account), reason=reason)
    return account


@transaction.atomic
def start(*, account: Account, by: Actor, now: datetime) -> Account:
    """Let a stopped account sign in again, with the password it had."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
    if account.is_active:
        return account  # no entry: active already
    account.is_active = True
    account.sessions_valid_from = now
    account.save(update_fields=["is_active", "sessions_valid_from"])
    audit.record(by=by, did="access.start", to=Ref.to(account))
    return account
