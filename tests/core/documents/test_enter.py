"""登记已发文件 and files of a document: a paper that exists is registered as it stands, with its scan; nobody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.documents import actions
from hongzhu.core.documents.models import Document, Message
from hongzhu.core.files import queries as files
from hongzhu.kit.refs import Ref
from tests.core.documents.conftest import drafted, issued

pytestmark = pytest.mark.django_db
PAGE = reverse("documents:document_enter")


def scan(name: str = "来文.txt", data: bytes = b"scan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def told(cast: Any, **changes: Any) -> dict[str, Any]:
    given = {
        "issuer": cast.root.pk, "kind": "OPINION", "title": "关于加强学校党建的意见", "number": "青委发〔2024〕9号",
        "issued_on": "2024-05-06", "in_name_of": "中共青禾县委",
    }  # fmt: skip
    return given | changes


def test_a_paper_from_above_is_registered_with_its_scan_and_may_be_cited(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    assert "登记已发文件" in client.get(reverse("documents:document_outbox")).content.decode()
    before = Message.objects.count()
    answer = client.post(PAGE, told(stage) | {"file": scan()})
    document = Document.objects.get(number="青委发〔2024〕9号")
    assert answer.url == reverse("documents:document_page", args=[document.pk])
    assert (document.status, document.in_name_of, document.recipients.count()) == ("IN_FORCE", "中共青禾县委", 0)
    assert Message.objects.count() == before
    (kept,) = files.of(Ref.to(document))
    assert (kept.name, kept.slot) == ("来文.txt", "scan")
    assert "来文.txt" in client.get(answer.url).content.decode()
    assert [entry.did for entry in Entry.objects.order_by("-seq")[:2]] == ["files.attach", "documents.enter"]


def test_whom_it_went_to_then_is_fixed_without_telling_them(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    client.post(PAGE, told(stage, kinds=["SCHOOL"]))
    document = Document.objects.get(number="青委发〔2024〕9号")
    assert {row.org_id for row in document.recipients.all()} == {stage.school.pk, stage.other_school.pk}
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "文号"),
        ({"issued_on": (timezone.localdate() + timedelta(days=1)).isoformat()}, "发文日期还没有到"),
        ({"file": scan("坏.exe", b"MZ\x90")}, "没有保存附件"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(stage: Any, client: Any, changes: Any, said: str) -> None:
    stage.login(client, "party_office")
    text = client.post(PAGE, told(stage) | changes).content.decode()
    assert said in text
    assert "关于加强学校党建的意见" in text
    assert not Document.objects.exists()


def test_today_is_no_day_to_come(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    client.post(PAGE, told(stage, issued_on=timezone.localdate().isoformat()))
    assert Document.objects.count() == 1


def attach(client: Any, document: Document, **data: Any) -> str:
    url = reverse("documents:document_attach", args=[document.pk])
    return str(client.post(url, data, follow=True).content.decode())


def test_a_draft_takes_attachments_an_issued_paper_its_scan_and_one_in_review_neither(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    draft = drafted(stage)
    assert "已加上" in attach(client, draft, file=scan("附表.txt"))
    assert "请先选一个文件" in attach(client, draft)
    assert "没有保存附件" in attach(client, draft, file=scan("坏.exe", b"MZ\x90"))
    assert [(one.name, one.slot) for one in files.of(Ref.to(draft))] == [("附表.txt", "paper")]
    actions.submit(document=draft, by=stage.actor("party_office"))
    assert "不能加附件" in attach(client, draft, file=scan())
    assert files.of(Ref.to(draft)).count() == 1

    notice = issued(stage)
    assert "已加上" in attach(client, notice, file=scan())
    assert [one.slot for one in files.of(Ref.to(notice))] == ["scan"]
    stage.login(client, "branch_secretary")
    page = client.get(reverse("documents:document_page", args=[notice.pk])).content.decode()
    assert "来文.txt" in page
    assert "加扫描件" not in page
