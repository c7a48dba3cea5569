"""Every write has words, and 留痕 shows them with the reason that was given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from hongzhu.core.audit import actions as audit
from hongzhu.core.audit import queries
from hongzhu.kit import registry
from hongzhu.kit.refs import Ref
from tests.architecture.house import PACKAGE

PAGE = reverse("audit:entry_list")


def written(package: Path) -> set[str]:
    """Every ``did`` the code writes."""
    texts = (path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    return {did for text in texts for did in re.findall(r'\b(?:did|DID)\s*=\s*"([a-z]+\.[a-z_]+)"', text)}


def without_words(dids: set[str]) -> set[str]:
    return {did for did in dids if queries.deed(did) == did}


def test_every_write_has_words_and_no_words_are_left_over() -> None:
    dids = written(PACKAGE)
    assert len(dids) > 240
    assert without_words(dids) == set()
    declared = {f"{room}.{verb}" for room, deeds in registry.book.deeds.items() for verb in deeds.words}
    assert declared - dids == set()


def test_a_verb_without_words_is_found(tmp_path: Path) -> None:
    (tmp_path / "actions.py").write_text('record(did="activities.record")\nrecord(did="activities.shred")\n', "utf-8")
    assert without_words(written(tmp_path)) == {"activities.shred"}
    assert queries.deed("nowhere.record") == "nowhere.record"


@pytest.fixture
def lived(cast: Any) -> Any:
    by = cast.actor("organiser")
    with transaction.atomic():
        audit.record(by=by, did="activities.void", to=Ref.to(cast.branch), reason="记重了", held_on="2026-11-20")
        audit.record(by=by, did="obligations.waive", to=Ref.to(cast.branch))
        audit.record(by=by, did="party.set_quota", to=Ref.to(cast.branch), number=3)
    return cast


def rows(client: Any, **asked: str) -> list[str]:
    html = client.get(PAGE, asked).content.decode()
    body = html.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in html else ""
    return [re.sub(r"<[^>]+>", " ", row) for row in body.split("<tr>")[1:]]


def test_the_trail_reads_as_words_with_reason_and_detail(lived: Any, client: Any) -> None:
    lived.login(client, "audit_admin")
    quota, waived, void = rows(client)[:3]
    assert "作废活动记录" in void and "原因：记重了" in void and "2026-11-20" in void
    assert "准予免开" in waived and "原因" not in waived and "详情" not in waived
    assert "下达发展计划" in quota and "number" in quota
    page = client.get(PAGE, {"did": "obligations."}).content.decode()
    assert '<option value="obligations." selected>组织生活落实</option>' in page
    assert [row for row in rows(client, did="obligations.") if "准予免开" not in row] == []
    assert len(rows(client, did="obligations.")) == 1
