"""Forms of sign-in (called by allauth through settings), of accounts, grants, codes, reveals and the first run."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongzhu.core.orgs.models import BRANCH_KINDS, PARTY_KINDS, UNIT_KINDS, Org
from hongzhu.core.people.models import Account, Person

from . import queries, rules
from .models import Grant, Purpose, Role

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _password(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}), **kwargs
    )


def _help() -> str:
    return "".join(password_validators_help_texts())


HELP = lazy(_help, str)()


class SignInForm(LoginForm):  # type: ignore[misc]
    """Username, password, and whether to remember this browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password, remember = (self.fields[name] for name in ("login", "password", "remember"))
        login.label, login.help_text = gettext("账号"), gettext("工号或姓名拼音")
        login.widget.attrs.update({"autocapitalize": "none", "spellcheck": "false", "autofocus": True})
        login.widget.attrs.pop("placeholder", None)
        password.label, password.help_text = gettext("密码"), ""
        password.widget.attrs.pop("placeholder", None)
        remember.label = gettext("记住这台设备%d天") % settings.REMEMBER_DAYS

    def login(self, request: Any, redirect_url: str | None = None) -> HttpResponse:
        # The second factor may come between: the wish waits in the session for the adapter.
        request.session["hz_remember"] = bool(self.cleaned_data.get("remember"))
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        return answer


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label, self.fields["password"].help_text = gettext("密码"), ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _CodeOnce:
    """The same six digits pass once, also within the tolerance for clocks that run apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]  # type: ignore[attr-defined]
        code.label = gettext("动态口令")
        code.widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True})
        code.widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        kept = (2 * settings.MFA_TOTP_TOLERANCE + 1) * 30
        if not cache.add(f"hz.totp.{self.user.pk}.{code}", True, kept):  # type: ignore[attr-defined]
            raise ValidationError(gettext("口令不对，或者已用过，请等下一个。"), code="incorrect_code")
        return code


class CodeForm(_CodeOnce, AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""


class CodeAgainForm(_CodeOnce, ReauthenticateCodeForm):  # type: ignore[misc]
    """The code before a page that asks for it."""


class ActivateForm(_CodeOnce, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""


class NewPasswordForm(forms.Form):
    """The two fields of a new password; the account is judged with it."""

    password1 = _password(_("新密码"), "new-password", help_text=HELP)
    password2 = _password(_("再输一次"), "new-password")

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("两次输入的新密码不一样，请再输一次。"))
        elif first and self.account is not None:
            try:
                validate_password(first, self.account)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    old = _password(_("现在的密码"), "current-password")
    field_order = ("old", "password1", "password2")


class UseCodeForm(NewPasswordForm):
    username = forms.CharField(
        label=_("账号"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("一次性口令"), max_length=20, help_text=_("口令条上的两组字母和数字，大小写不论。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ("username", "code", "password1", "password2")


class RevealForm(forms.Form):
    field = forms.ChoiceField(
        label=_("看哪一项"), choices=(("id", _("证件号码")), ("phone", _("电话"))), widget=forms.RadioSelect
    )
    purpose = forms.ChoiceField(label=_("用途"), choices=Purpose.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("说明"), max_length=100, required=False, help_text=_("选“其他”时必填；会记入查看记录，本人可以看到。")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("purpose") == Purpose.OTHER and not cleaned.get("reason", "").strip():
            self.add_error("reason", gettext("选“其他”时请写明用途。"))
        return cleaned


class OwnRevealForm(forms.Form):
    field = forms.ChoiceField(choices=(("id", _("证件号码")), ("phone", _("电话"))))


class StopForm(forms.Form):
    reason = forms.CharField(label=_("停用原因"), max_length=100)


class MetForm(forms.Form):
    """Said by whoever hands the slip over."""

    met = forms.BooleanField(label=_("已当面核对本人"))


class GrantForm(forms.Form):
    """Which role, where, from when; only what the giver may hand out."""

    role = forms.ChoiceField(label=_("角色"))
    org = forms.ModelChoiceField(
        label=_("范围"), queryset=Org.objects.none(), help_text=_("含下级和设在其中的党组织。")
    )
    from_on = forms.DateField(label=_("开始"), widget=DATE)
    to_on = forms.DateField(
        label=_("结束"), widget=DATE, required=False, help_text=_("不填就一直有效，到另行结束为止。")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = dict(Role.choices)
        self.fields["role"].choices = [(role, titles[role]) for role in rules.grantable(queries.role_of(user))]  # type: ignore[attr-defined]
        bodies = queries.orgs_where(user, rules.MANAGE_GRANTS).filter(
            closed_on__isnull=True, kind__in=(*UNIT_KINDS, *PARTY_KINDS, *BRANCH_KINDS)
        )
        self.fields["org"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["from_on"].initial = timezone.localdate()


class DelegateForm(forms.Form):
    """Whom, and until when: one tap on a name, one on the button."""

    person = forms.ModelChoiceField(
        label=_("请谁代办"), queryset=Person.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    to_on = forms.DateField(
        label=_("到哪天为止"), widget=DATE, required=False, help_text=_("不填就一直有效，随时可以收回。")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = queries.delegates(user, timezone.localdate())  # type: ignore[attr-defined]


class ActAsForm(forms.Form):
    grant = forms.ModelChoiceField(queryset=Grant.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grant"].queryset = queries.grants_on(user.person_id, timezone.localdate())  # type: ignore[attr-defined]


_NAME = {"label": _("姓名"), "max_length": 40}
_USERNAME = {
    "label": _("账号"), "max_length": 32, "required": False, "help_text": _("不填就用姓名拼音"),
    "validators": [RegexValidator(r"^[a-z0-9._-]*$", _("账号只能用小写字母、数字和 . _ -。"))],
}  # fmt: skip
FIRST_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.PARTY_OFFICE)


class FirstRunForm(forms.Form):
    """The bureau, its three administrators and the head of its Party office, on one page."""

    name = forms.CharField(label=_("教育局名称"), max_length=60, help_text=_("例如 青禾县教育局"))
    code = forms.SlugField(label=_("代号"), max_length=32, help_text=_("小写字母，例如 qinghe"))
    division_code = forms.CharField(
        label=_("行政区划代码"), required=False, help_text=_("六位数字，可以以后再填"),
        validators=[RegexValidator(r"^[1-9]\d{5}$", _("行政区划代码是六位数字。"))],
    )  # fmt: skip
    pack = forms.ChoiceField(label=_("制度包"), help_text=_("没有本地的就先用 national，以后可以换。"))

    def __init__(self, *args: Any, packs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [(name, name) for name in packs]  # type: ignore[attr-defined]
        for role in FIRST_ROLES:
            self.fields[f"{role.lower()}_name"] = forms.CharField(**_NAME)
            self.fields[f"{role.lower()}_username"] = forms.CharField(**_USERNAME)

    def posts(self) -> list[dict[str, Any]]:
        """The four posts with their two fields, for the page."""
        return [
            {"title": role.label, "name": self[f"{role.lower()}_name"], "username": self[f"{role.lower()}_username"]}
            for role in FIRST_ROLES
        ]

    def people(self) -> tuple[tuple[str, str, str], ...]:
        data = self.cleaned_data
        return tuple(
            (role.value, data[f"{role.lower()}_name"], data[f"{role.lower()}_username"]) for role in FIRST_ROLES
        )
