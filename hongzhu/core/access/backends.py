"""What Django calls by its dotted name: who an account is, and which passwords are good enough."""

from __future__ import annotations

import itertools
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hongzhu.core.people.models import Account
from hongzhu.kit import pinyin

from . import engine

SHORTEST = 10
# Common here and missing from Django's list, which was gathered elsewhere. All ten characters or more.
COMMON = frozenset(
    [
        "woaini1314",
        "woaini520",
        "woaini521",
        "5201314520",
        "520520520",
        "1314520520",
        "woaini1314520",
        "wodemima123",
        "mima123456",
        "mima12345678",
        "qq123456789",
        "a123456789",
        "aa123456789",
        "abc123456789",
        "zxcvbnm123",
        "qwer123456",
        "asdf123456",
        "1qaz2wsx3edc",
        "q1w2e3r4t5",
        "1q2w3e4r5t6y",
        "p@ssw0rd123",
        "p@ssw0rd1",
        "admin123456",
        "admin12345",
        "root123456",
        "iloveyou1314",
        "dangjian123",
        "dangjian123456",
        "jiaoyuju123",
        "jiaoyuju123456",
        "hongzhu123",
        "hongzhu123456",
        "xuexiqiangguo",
        "zhongguo123",
        "nihao123456",
        "1234qwer",
        "1234567890a",
        "123456789a",
        "123456789abc",
        "12345678910",
        "123456789123",
        "147258369147",
        "1111111111",
        "0000000000",
        "8888888888",
        "6666666666",
    ]
)


class AccountBackend(AuthenticationBackend):
    """Username and password. A stopped account is answered like a wrong password, and takes as long."""

    @classmethod
    def _stash_user(cls, user: Any) -> Any:
        # allauth keeps a stopped account aside, to lead it to a page that says so; ours says nothing.
        return super()._stash_user(None)

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session with what every page asks of it, in one query."""
        account = Account.objects.select_related("person", "bureau").filter(pk=user_id).first()
        return account if account is not None and account.is_active else None


class PasswordRules:
    """Ten characters or more, not a common one, not one's own name, account or bureau. One sentence for each."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(_("密码至少%d个字符，几个词连起来就好记。") % SHORTEST, code="short")
        lowered = password.lower().strip()
        if lowered in COMMON or lowered in self.common or len(set(password)) < 4 or _runs(lowered):
            raise ValidationError(_("这个密码太常见，容易被猜中，请换一个。"), code="common")
        if user is not None and engine.too_close(password, _words(user)):
            raise ValidationError(_("密码里不要用自己的姓名、账号或单位的拼音，请换一个。"), code="close")

    def get_help_text(self) -> str:
        return _("至少%d个字符；不用常见密码，不用自己的姓名、账号、单位拼音。") % SHORTEST


def _runs(text: str) -> bool:
    """12345678901 or 9876543210: one step up or down all along."""
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return (text.isdigit() and steps <= {1, -9}) or (text.isdigit() and steps <= {-1, 9})


def _words(user: Any) -> list[str]:
    names = [user.username.lower()]
    for named in (user.person, user.bureau):
        if named is not None:
            names += [named.name.lower(), *pinyin.search_key(named.name).split()]
    if user.bureau is not None:
        names.append(user.bureau.code.lower())
    return names
