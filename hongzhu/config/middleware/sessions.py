"""Sessions end: after idle minutes, after the longest day, when the account changes. Remembered browsers come back.

Also here, because every page needs it: whether this sign-in has passed the second factor, the way to it where a page
asks for it, and the way to a new password where one is due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from hongzhu.core.access import actions as access
from hongzhu.core.access import queries
from hongzhu.core.access.models import Device

SEEN_EVERY = 60  # seconds between two writes of "seen": a page costs a write once a minute at most
# Pages open to somebody who must first set a new password.
OPEN_WITHOUT_PASSWORD = frozenset({"access:password", "account_logout", "set_language"})


def sessions(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """See the module."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _end_or_keep(request)
        if not request.user.is_authenticated:
            _come_back(request)
        if request.user.is_authenticated:
            request.user.second_factor = _passed(request)  # type: ignore[union-attr]
        response = get_response(request)
        _device_cookie(request, response)
        return response

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _end_or_keep(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.is_authenticated:
        return
    session, now = request.session, timezone.now().timestamp()
    begun = session.get("hz_begun")
    if begun is None:
        # Signed in by other means than the page (a test, a console): the clock starts at the first request.
        begun = session["hz_begun"] = session["hz_seen"] = now
    seen, remembered = session.get("hz_seen", begun), bool(session.get("hz_remembered"))
    why = queries.why_over(user, begun=begun, seen=seen, now=now, remembered=remembered)
    device = session.get("hz_device")
    if not why and device is not None and not Device.objects.filter(pk=device, account=user.pk).exists():
        why = "killed"
    if why:
        logout(request)
        if why != "killed":
            messages.info(request, _("登录时间到了，请重新登录。存过的草稿还在。"))
    elif now - seen >= SEEN_EVERY:
        session["hz_seen"] = now
        if device is not None:
            Device.objects.filter(pk=device).update(seen_at=timezone.now())


def _come_back(request: HttpRequest) -> None:
    """Sign a remembered browser in again, under a new key. What was typed stays good: the form's token is kept."""
    secret = request.COOKIES.get(settings.DEVICE_COOKIE_NAME)
    if not secret:
        return
    now = timezone.now()
    device = access.renew(secret=secret, now=now)
    if device is None:
        request.__dict__["hz_forget_device"] = True
        return
    account, session = device.account, request.session
    kept = {key: value for key, value in session.items() if not key.startswith(("_auth", "account_", "hz_"))}
    session.flush()
    session.update(kept)
    session[SESSION_KEY] = account._meta.pk.value_to_string(account)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    begun = now.timestamp()
    session.update({"hz_begun": begun, "hz_seen": begun, "hz_device": device.pk, "hz_remembered": True})
    request.user = account


def _passed(request: HttpRequest) -> bool:
    """Passed in this session by a code or a recovery code; a remembered browser begins without."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(record.get("method") == "mfa" for record in records)


def _device_cookie(request: HttpRequest, response: HttpResponse) -> None:
    if secret := request.__dict__.pop("hz_device_secret", ""):
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            secret,
            max_age=settings.REMEMBER_DAYS * 86400,
            httponly=True,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            samesite="Lax",
        )
    elif request.__dict__.pop("hz_forget_device", False):
        response.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Lax")


def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
    """Lead the very first visitor to the first-run page, and somebody whose password is due to where it is set."""
    user: Any = request.user
    match = request.resolver_match
    name = match.view_name if match is not None else ""
    if name == "account_login" and not user.is_authenticated and queries.no_accounts_yet():
        return redirect("access:first_run")
    if not user.is_authenticated or not getattr(view, "login_required", True):
        return None
    if not user.must_change_password and not _expired(user):
        return None
    if name in OPEN_WITHOUT_PASSWORD:
        return None
    return _lead(request, reverse("access:password"))


def _expired(user: Any) -> bool:
    days = settings.PASSWORD_EXPIRY_DAYS
    if not days or user.password_set_at is None:
        return False
    return bool(timezone.now() - user.password_set_at >= timedelta(days=days))


def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """Lead somebody who may, but has not passed the second factor, to passing it, or to setting it up."""
    if not isinstance(exception, queries.SecondFactorNeeded):
        return None
    # A form cannot be sent again after a detour: back to the page it stood on.
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
    if queries.has_second_factor(request.user):
        where = reverse("mfa_reauthenticate")
    else:
        where = reverse("mfa_activate_totp")
        messages.info(request, _("这一步要用动态口令，请先在手机上设置，只需一次。"))
    return _lead(request, f"{where}?{urlencode({'next': back})}")


def _page_before(request: HttpRequest) -> str:
    before = request.headers.get("Referer", "")
    host = f"{request.scheme}://{request.get_host()}/"
    return "/" + before.removeprefix(host) if before.startswith(host) else "/"


def _lead(request: HttpRequest, where: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(where)
    answer: HttpResponseRedirect = redirect(where)  # type: ignore[assignment]
    return answer
