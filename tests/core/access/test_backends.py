"""Which passwords are good enough."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password", ["short nine", "qinghe shan shui 26", "三尺讲台育桃李满天下", "Xu-Qingyuan-and-the-hills"]
)
def test_good(cast: Any, password: str) -> None:
    validate_password(password, cast.member)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("123456789", "至少10个字符"),
        ("", "至少10个字符"),
        ("1234567890", "太常见"),
        ("0987654321", "太常见"),
        ("woaini1314", "太常见"),
        ("WoAiNi1314", "太常见"),
        ("aaaaaaaaaab", "太常见"),
        ("xuqingyuan1", "姓名、账号或单位"),
        ("XuQingyuan2026", "姓名、账号或单位"),
        ("member2026!", "姓名、账号或单位"),
        ("qinghe12345", "姓名、账号或单位"),
        ("许青原许青原许青原", "至少10个字符"),
    ],
)
def test_bad(cast: Any, password: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        validate_password(password, cast.member)


def test_argon2_is_first() -> None:
    from hongzhu.config import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
