"""Refused steps say why on the document's page, and change nothing."""

import re

import pytest
from django.urls import reverse

from hongzhu.core.documents import tasks
from hongzhu.core.documents.models import Document, Message
from tests.core.documents.conftest import NOW, drafted, issued, signed


def said(response):
    """What the page says at its top: messages, and the summary of mistakes of a form that was refused."""
    told = [str(message) for message in response.context["messages"]]
    summary = response.content.decode().partition("data-errors")[2].partition("</div></div>")[0]
    return told + re.findall(r"<li>(.*?)</li>", summary) + re.findall(r"<b>(.*?)</b>", summary)


@pytest.mark.parametrize(
    ("step", "made", "data", "word"),
    [
        ("document_submit", issued, {}, "不能提交"),
        ("document_approve", drafted, {}, "不能审阅"),
        ("document_send_back", signed, {"reason": ""}, "退回原因"),
        ("document_sign", drafted, {"signed_by": "陆望舒", "on": "2026-11-31"}, "签发日期"),
        ("document_issue", signed, {"on": "2020-01-01"}, "早于签发日期"),
        ("document_repeal", issued, {"on": "2020-01-01"}, "早于发文日期"),
        ("document_take_effect", issued, {"on": "2026-11-20"}, "不能转为正式施行"),
        ("document_withdraw", issued, {}, "只能废止"),
        ("document_sign_up", issued, {}, "倡议"),
        ("document_remind", drafted, {}, "不能提醒"),
    ],
)
def test_a_refused_step_is_told_and_changes_nothing(stage, client, step, made, data, word):
    document = made(stage)
    before = Document.objects.values().get(pk=document.pk)
    stage.login(client, "party_office")
    response = client.post(reverse(f"documents:{step}", args=[document.pk]), data, follow=True)
    assert any(word in sentence for sentence in said(response))
    assert Document.objects.values().get(pk=document.pk) == before


def test_an_empty_reply_is_told(stage, client):
    row = issued(stage, needs_reply=True).recipients.get(org=stage.branch)
    stage.login(client, "branch_secretary")
    response = client.post(reverse("documents:recipient_reply", args=[row.pk]), {"reply": " "}, follow=True)
    assert any("无此情况" in sentence for sentence in said(response))


def test_lists_are_narrowed_by_kind_status_year_and_words(stage, client):
    issued(stage)
    drafted(stage, kind="PLAN", title="草拟方案")
    stage.login(client, "party_office")
    address = reverse("documents:document_list")
    for query, found in (
        ({"kind": "PLAN"}, ["草拟方案"]), ({"status": "ISSUED"}, ["关于冬季安全检查的通知"]), ({"year": 2025}, []), ({"q": "方案"}, ["草拟方案"]),
    ):  # fmt: skip
        assert [row.title for row in client.get(address, query).context["page"]] == found
    row = Document.objects.get(title="关于冬季安全检查的通知")
    for show, number in (("read", 0), ("unread", 4)):
        page = client.get(reverse("documents:document_coverage", args=[row.pk]), {"show": show}).context["page"]
        assert len(page.object_list) == number


def test_the_inbox_shows_what_is_still_to_be_received(stage, client):
    issued(stage, needs_reply=True)
    stage.login(client, "branch_secretary")
    for show, number in (("", 1), ("unread", 1), ("unreplied", 1)):
        assert (
            len(client.get(reverse("documents:document_inbox"), {"show": show}).context["page"].object_list) == number
        )


def test_the_task_empties_the_outbox(stage):
    issued(stage)
    tasks.deliver(NOW)
    assert not Message.objects.filter(state="WAITING").exists()
