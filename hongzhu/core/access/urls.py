"""Addresses of the access room. allauth's own pages stand in config/urls.py: it looks their names up without namespace."""

from django.urls import path

from .views import accounts, grants, me, opening, signing

urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/reveal/", me.me_reveal, name="me_reveal"),
    path("me/password/", signing.password, name="password"),
    path("me/act-as/", grants.act_as, name="act_as"),
    path("me/delegate/", grants.delegate, name="delegate"),
    path("me/devices/<int:pk>/end/", me.device_end, name="device_end"),
    path("me/devices/end-others/", me.devices_end_others, name="devices_end_others"),
    path("me/second-factor.svg", signing.code_picture, name="code_picture"),
    path("people/<int:pk>/reveal/", me.reveal, name="reveal"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/open/", accounts.accounts_open, name="accounts_open"),
    path("accounts/<int:pk>/reset/", accounts.account_reset, name="account_reset"),
    path("accounts/<int:pk>/second-factor/", accounts.factor_remove, name="factor_remove"),
    path("accounts/<int:pk>/stop/", accounts.account_stop, name="account_stop"),
    path("accounts/<int:pk>/start/", accounts.account_start, name="account_start"),
    path("grants/", grants.grants, name="grants"),
    path("grants/<int:pk>/", grants.person_grants, name="person_grants"),
    path("grants/<int:pk>/end/", grants.grant_end, name="grant_end"),
    path("code/", signing.use_code, name="use_code"),
    path("first-run/", opening.first_run, name="first_run"),
]
