"""How allauth signs people in here: lock-out, remembered browsers, Chinese sentences, sealed secrets."""

from __future__ import annotations

import secrets
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context as context_
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.audit.models import Refusal
from hongzhu.core.people.models import Account
from hongzhu.kit.crypto import vault
from hongzhu.kit.refs import Actor

from . import actions, queries, rules

LOCKED_FOR = 15 * 60  # seconds, from the fifth failure on
PAIR = "hz_pair"  # ACCOUNT_RATE_LIMITS: five failures of one username from one address

# What allauth tells of; only the steps of the second factor are of interest here.
STEPS = {
    "mfa/email/totp_activated": "on",
    "mfa/email/totp_deactivated": "off",
    "mfa/email/recovery_codes_generated": "codes",
}


def address_of(request: HttpRequest) -> str:
    """The client's address; behind nginx the one that ALLAUTH_TRUSTED_PROXY_COUNT proxies vouch for."""
    return str(AccountAdapter(request).get_client_ip(request))


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this username is locked for this address, whatever the password."""
    return bool(cache.get(_lock(request, username), 0) > time.time())


def begin_try(request: HttpRequest, username: str) -> None:
    """Before a secret is compared: one try is taken off. Raises ValidationError when none is left."""
    if is_locked(request, username) or not ratelimit.consume(request, action=PAIR, key=_pair(request, username)):
        raise _too_many()


def failed_try(request: HttpRequest, username: str) -> None:
    """After a wrong secret: the fifth within fifteen minutes locks for fifteen more, and is logged."""
    if ratelimit.consume(request, action=PAIR, key=_pair(request, username), dry_run=True):
        return
    cache.set(_lock(request, username), time.time() + LOCKED_FOR, LOCKED_FOR)
    known = Account.objects.filter(username=username.strip().lower()).select_related("person").first()
    # Never what was typed: people type their password into the wrong field.
    by = Actor.of(known) if known else Actor.system(_("没有这个账号"))
    note(request, by=by, kind=Refusal.Kind.LOCKED, purpose=address_of(request))


def good_try(request: HttpRequest, username: str) -> None:
    """After the right secret: the pair's failures are forgotten."""
    ratelimit.clear(request, action=PAIR, key=_pair(request, username))


def note(request: HttpRequest, **entry: Any) -> None:
    """Leave a line for the log of refusals and reveals; config/middleware/refusals.py writes it after the page."""
    entry.setdefault("what", request.path)
    entries: list[dict[str, Any]] = request.__dict__.setdefault("hz_log", [])
    entries.append(entry)


def _pair(request: HttpRequest, username: str) -> str:
    return f"{username.strip().lower()}|{address_of(request)}"


def _lock(request: HttpRequest, username: str) -> str:
    # A cache key has no spaces and at most 250 characters; a typed username may be anything.
    return f"hz.lock.{actions.signins.hashed(_pair(request, username))}"


def _too_many() -> ValidationError:
    return ValidationError(_("试的次数太多，请15分钟后再试。忘了密码，请上级发一次性口令。"), code="locked")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy("试的次数太多，请15分钟后再试。忘了密码，请上级发一次性口令。"),
        "username_password_mismatch": gettext_lazy("账号或密码不对，请核对后再试。"),
        "incorrect_password": gettext_lazy("密码不对，请再试一次。"),
        "incorrect_code": gettext_lazy("口令不对，或者已用过，请等下一个。"),
        "rate_limited": gettext_lazy("操作太快了，请过一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        begin_try(request, credentials.get("username", ""))
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            good_try(request, credentials.get("username", ""))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        failed_try(request, credentials.get("username", ""))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session under a new key, and note the browser; remembered if its owner asked and may."""
        super().login(request, user)
        wished = bool(request.session.pop("hz_remember", False))
        roles = queries.roles_of(user.person_id, timezone.localdate())
        secret = secrets.token_urlsafe(32) if wished and rules.may_be_remembered(roles) else ""
        now = timezone.now()
        label = browser(self.get_http_user_agent(request))
        device = actions.sign_in(account=user, label=label, secret=secret, by=Actor.of(user), now=now)
        request.session.update({"hz_begun": now.timestamp(), "hz_seen": now.timestamp(), "hz_device": device.pk})
        if secret:
            request.session["hz_remembered"] = True
            request.__dict__["hz_device_secret"] = secret

    def logout(self, request: HttpRequest) -> None:
        device = queries.own_devices(request.user).filter(pk=request.session.get("hz_device")).first()
        if device is not None:
            actions.end_device(device=device, by=Actor.of(request.user))
        super().logout(request)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Of allauth's messages none is shown: the next page says the same without words."""

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth tells the owner by mail; nobody here has mail, so the chain keeps it and "my data" shows it."""
        if step := STEPS.get(template_prefix):
            if step == "on":
                # The code just typed has shown that the authenticator is in hand.
                record_authentication(context_.request, user, "mfa", type="totp")
            actions.note_second_factor(account=user, step=step, by=Actor.of(user))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("口令不对，或者已用过，请等下一个。"),
        "cannot_delete_authenticator": gettext_lazy("这个角色必须用动态口令，不能停用。"),
        "cannot_generate_recovery_codes": gettext_lazy("先启用动态口令，再生成恢复码。"),
    }

    def encrypt(self, text: str) -> str:
        return vault().seal(text, bind="access.second_factor")

    def decrypt(self, encrypted_text: str) -> str:
        return vault().open(encrypted_text, bind="access.second_factor")

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whoever must have a second factor keeps it: a stolen session could otherwise set up another."""
        roles = queries.roles_of(authenticator.user.person_id, timezone.localdate())
        return authenticator.type != "totp" or not queries.needs_second_factor(roles)


BROWSERS = (
    ("MicroMessenger", gettext_lazy("微信")), ("wxwork", gettext_lazy("企业微信")), ("DingTalk", gettext_lazy("钉钉")),
    ("QIHU", gettext_lazy("360浏览器")), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", gettext_lazy("鸿蒙")), ("Android", gettext_lazy("安卓")), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser(user_agent: str) -> str:
    """What its owner would call the browser: "Windows Chrome", "安卓 微信"."""
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    kind = next((name for mark, name in BROWSERS if mark in user_agent), "")
    return f"{system} {kind}".strip() or _("不认识的浏览器")
