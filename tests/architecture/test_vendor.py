"""What others wrote and we serve is listed, licensed and unchanged."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
LISTED = tomllib.loads((ROOT / "hongzhu/static/vendor/vendor.toml").read_text())
FOLDERS = ("hongzhu/static/vendor", "tests/browser/vendor")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unlisted(found: set[str], listed: set[str]) -> set[str]:
    return {
        path for path in found if path not in listed and Path(path).suffix in {".js", ".css", ".woff2", ".svg", ".png"}
    }


@pytest.mark.parametrize("entry", LISTED["file"], ids=lambda entry: entry["name"])
def test_vendored_file_is_as_listed(entry):
    assert digest(ROOT / entry["path"]) == entry["sha256"], (
        f"{entry['path']} changed: restore it, or update vendor.toml"
    )
    assert entry["version"] and entry["licence"]
    assert (ROOT / entry["licence_file"]).is_file()


@pytest.mark.parametrize("entry", LISTED["served"], ids=lambda entry: entry["name"])
def test_served_file_is_as_listed(entry):
    path = Path(finders.find(entry["static"]))
    assert digest(path) == entry["sha256"], "django-htmx brought another file: check it and update vendor.toml"
    assert f'version:"{entry["version"]}"' in path.read_text()


def test_every_vendored_file_is_listed():
    found = {str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert not unlisted(found, {entry["path"] for entry in LISTED["file"]})


def test_an_unlisted_file_would_be_found():
    assert unlisted({"hongzhu/static/vendor/x/jquery.js"}, {"hongzhu/static/vendor/y.css"})
