"""The doors of the house: one include per room; a room's urls stand under its own name."""

from importlib import import_module

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

# allauth looks its own names up without a namespace. Only these of its pages exist: no sign-up, no e-mail.
SIGN_IN = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/recovery/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    *SIGN_IN,
]

# A room's name is its URL prefix and namespace; the portal answers at the root.
for room in settings.ROOMS:
    name = room.rsplit(".", 1)[-1]
    if module_has_submodule(import_module(room), "urls"):
        urlpatterns.append(
            path("" if name == "portal" else f"{name}/", include((f"{room}.urls", name), namespace=name))
        )
