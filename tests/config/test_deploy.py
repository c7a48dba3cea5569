"""``check --deploy`` is clean with production settings, and what they say about cookies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import django, json
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="INFO")
from django.conf import settings
print(json.dumps([settings.SESSION_COOKIE_NAME, settings.DEVICE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
                  settings.SECURE_SSL_REDIRECT, settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.DEBUG]))
"""


def run(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HONGZHU_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE],
        env={**inherited, "HONGZHU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hongzhu.config.settings", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_production_is_clean(tmp_path: Path) -> None:
    done = run(tmp_path, HONGZHU_PRODUCTION="1", HONGZHU_HOSTS="dj.example.cn")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    assert done.stdout.splitlines()[-1] == '["__Host-sessionid", "__Host-hz_device", true, true, 1, false]'


def test_twin_without_production_it_warns(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode != 0 and "security.W" in done.stderr


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    run(tmp_path)
    keys = sorted((tmp_path / "keys").iterdir())
    assert {"field_key", "index_key", "secret_key"} <= {key.name for key in keys}
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)
