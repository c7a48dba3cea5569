"""三同步 (A14): pairs by step, and plans of one side without a counterpart on the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.documents.models import Document
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Link
from hongzhu.core.registers.queries import links

ON = date(2026, 3, 1)


def plan(cast: Any, title: str, **more: Any) -> Document:
    told: dict[str, Any] = {
        "bureau": cast.bureau, "issuer": cast.root, "kind": "PLAN", "title": title, "status": "IN_FORCE",
        "issued_on": ON, "created_at": timezone.now(),
    }  # fmt: skip
    return Document.objects.create(**told | more)


def linked(cast: Any, business: Document, party: Document, step: str = "DEPLOYED") -> Link:
    return actions.link_plans(
        bureau=cast.bureau, business=business, party=party, step=step, on=ON, by=cast.actor("party_office")
    )


def lacking(cast: Any, *, party: bool) -> set[str]:
    return {row.title for row in links.lacking(cast.party_office, party=party, year=2026)}


def test_what_lacks_its_counterpart_on_either_side(stage: Any) -> None:
    teaching, safety = plan(stage, "教学质量提升方案"), plan(stage, "校园安全整治方案")
    key = plan(stage, "党建工作要点实施方案")
    committee = plan(stage, "队伍建设实施方案", issuer=stage.committee)
    integrity = plan(stage, "清风校园建设方案", topic="integrity")
    plan(stage, "去年的方案", issued_on=date(2025, 3, 1))
    plan(stage, "一份批复", kind="REPLY")
    plan(stage, "还没有印发的方案", status="DRAFT", issued_on=None)
    assert lacking(stage, party=False) == {teaching.title, safety.title}
    assert lacking(stage, party=True) == {key.title, committee.title, integrity.title}
    linked(stage, teaching, key)
    assert lacking(stage, party=False) == {safety.title}
    assert lacking(stage, party=True) == {committee.title, integrity.title}


def test_a_pair_is_linked_once_for_each_step_and_taken_back(stage: Any) -> None:
    business, party = plan(stage, "教学方案"), plan(stage, "党建方案")
    row = linked(stage, business, party)
    entries = Entry.objects.count()
    for one, other in (
        (business, party),
        (business, business),
        (plan(stage, "稿", status="DRAFT", issued_on=None), party),
    ):
        with pytest.raises(ValidationError):
            linked(stage, one, other)
    assert (Link.objects.count(), Entry.objects.count()) == (1, entries)
    linked(stage, business, party, step="ASSESSED")
    actions.unlink_plans(link=row, by=stage.actor("party_office"))
    assert Link.objects.get().step == "ASSESSED"
    assert Entry.objects.latest("seq").did == "registers.unlink_plans"


def test_another_bureaus_paper_is_refused(stage: Any) -> None:
    far = plan(stage, "外局党建方案", bureau=stage.far_bureau, issuer=stage.far_root)
    with pytest.raises(ValidationError):
        linked(stage, plan(stage, "教学方案"), far)


def test_pages_link_list_and_unlink(stage: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hongzhu.core.registers.views.links.timezone.localdate", lambda *_args: date(2026, 11, 20))
    business, party = plan(stage, "教学方案"), plan(stage, "党建方案")
    stage.login(client, "party_office")
    assert "教学方案" in client.get("/registers/links/?show=business").content.decode()
    page = client.get(f"/registers/links/new/?business={business.pk}").content.decode()
    assert f'value="{business.pk}" selected' in page
    told = {"business": business.pk, "party": party.pk, "step": "DEPLOYED", "on": "2026-03-01"}
    assert client.post("/registers/links/new/", told).status_code == 302
    assert client.post("/registers/links/new/", told).status_code == 200
    listed = client.get("/registers/links/?kind=DEPLOYED&q=教学").content.decode()
    assert "党建方案" in listed
    for show in ("", "business", "party"):
        assert client.get(f"/registers/links/export/?show={show}").status_code == 200
    assert client.post(f"/registers/links/{Link.objects.get().pk}/end/").status_code == 302
    assert not Link.objects.exists()
