"""Signing in beside allauth's own pages: the one-time code, one's own password, the picture of a second factor."""

from __future__ import annotations

from io import BytesIO

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from qrcode.image.svg import SvgPathImage

from hongzhu.core.access import actions, adapters
from hongzhu.core.access.forms import ChangePasswordForm, UseCodeForm
from hongzhu.core.people.models import Account
from hongzhu.kit.http import fills, reads
from hongzhu.kit.refs import Actor


@login_not_required
@sensitive_post_parameters("code", "password1", "password2")
@fills
def use_code(request: HttpRequest) -> HttpResponse:
    """Set a password with the slip's one-time code. Guesses are counted like those of a password."""
    form = UseCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username = form.cleaned_data["username"]
        try:
            adapters.begin_try(request, username)
            account = actions.use_code(
                username=username,
                code=form.cleaned_data["code"],
                password=form.cleaned_data["password1"],
                now=timezone.now(),
            )
        except ValidationError as error:
            if getattr(error, "code", "") == "wrong":
                adapters.failed_try(request, username)
            form.add_error(None if getattr(error, "code", "") in {"wrong", "locked"} else "password1", error)
        else:
            adapters.good_try(request, username)
            messages.success(request, _("密码已设好，请用账号“%s”和新密码登录。") % account.username)
            return redirect("account_login")
    return render(request, "access/use_code.html", {"form": form})


@sensitive_post_parameters("old", "password1", "password2")
@fills
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other sign-in ends, this one goes on under a new key."""
    account: Account = request.user  # type: ignore[assignment]
    form = ChangePasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            adapters.begin_try(request, account.username)
            if not account.check_password(form.cleaned_data["old"]):
                adapters.failed_try(request, account.username)
                raise ValidationError({"old": _("现在的密码不对，请再输一次。")})
            adapters.good_try(request, account.username)
            changed = actions.change_password(
                account=account, password=form.cleaned_data["password1"], by=Actor.of(account), now=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _go_on(request, changed)
            messages.success(request, _("密码已改，其他地方的登录都已退出。"))
            return redirect("access:me")
    forced = bool(account.must_change_password)
    return render(request, "access/password.html", {"form": form, "forced": forced})


def _go_on(request: HttpRequest, account: Account) -> None:
    """Keep this sign-in alive after everything else of the account has ended."""
    update_session_auth_hash(request, account)
    now = timezone.now()
    label = adapters.browser(request.headers.get("User-Agent", ""))
    device = actions.sign_in(account=account, label=label, secret="", by=Actor.of(account), now=now)
    begun = now.timestamp()
    request.session.update({"hz_begun": begun, "hz_seen": begun, "hz_device": device.pk, "hz_remembered": False})


@reads
def code_picture(request: HttpRequest) -> HttpResponse:
    """The picture an authenticator reads, of the secret this session has been offered and nobody else sees."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    picture = BytesIO()
    address = get_adapter().build_totp_url(request.user, secret)
    qrcode.make(address, image_factory=SvgPathImage).save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
