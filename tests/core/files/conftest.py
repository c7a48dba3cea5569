"""A scratch store, an owner with doors, and a check that lets plain bytes through."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from hongzhu.core.files import actions
from hongzhu.kit.refs import Ref
from hongzhu.kit.registry import book

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def owner(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Ref:
    """A record of the branch: the branch opens it, its secretaries may change it, nobody else sees it."""

    def door(user: Any, pk: int) -> int:
        if user not in (cast.branch_secretary, cast.member, cast.inspector):
            raise Http404
        return pk

    def change(user: Any, pk: int) -> int:
        if user != cast.branch_secretary:
            raise PermissionDenied("只能由支部书记更正")
        return pk

    monkeypatch.setitem(book.doors, "files.sample", door)
    monkeypatch.setitem(book.doors, "files.sample:change", change)
    return Ref("files.sample", 7, "样本")


@pytest.fixture
def attach(cast: Any, store: Path, owner: Ref) -> Any:
    def make(data: bytes = PDF, name: str = "讲稿.pdf", **given: Any) -> Any:
        facts = {
            "owner": owner, "slot": "lecture", "name": name, "data": data,
            "by": cast.actor("branch_secretary"), "bureau": cast.bureau, "now": NOW,
        }  # fmt: skip
        return actions.attach(**facts | given)

    return make
