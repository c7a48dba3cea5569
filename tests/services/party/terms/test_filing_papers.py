"""The request and the reply of a filing as Word: every kind of wish, and each way it is answered."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from hongzhu.core.policies import actions as policies
from hongzhu.services.party.models import Filing
from hongzhu.services.party.queries import filings_paper as papers

from .stage import TODAY

pytestmark = pytest.mark.django_db


def filing(cast: Any, want: str, **more: Any) -> Filing:
    told: dict[str, Any] = {
        "bureau": cast.bureau, "want": want, "org": cast.branch, "superior": cast.general_branch, "asked_on": TODAY,
        "asked_by": "唐见山", "reason": "学校调整", "number": "柳小支〔2026〕2号",
    }  # fmt: skip
    return Filing.objects.create(**told | more)


def text_of(row: Filing, code: str) -> str:
    made = papers.write(row, code)
    assert made is not None
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(made[1])).paragraphs)


@pytest.mark.parametrize(
    ("want", "more", "said"),
    [
        (
            "SET_UP",
            {"org": None, "name": "新校党支部", "members": 5},
            "拟设立新校党支部，现有正式党员5人，所在单位：柳林中心小学、双桥小学。",
        ),
        ("RENAME", {"name": "柳林学校党支部"}, "将柳林中心小学党支部更名为柳林学校党支部"),
        ("CHANGE", {"kind": "GENERAL_BRANCH"}, "将柳林中心小学党支部改设为党总支"),
        ("MERGE", {"into": "other"}, "将柳林中心小学党支部并入双桥小学党支部"),
        ("DISSOLVE", {}, "撤销柳林中心小学党支部"),
    ],
)
def test_the_request_says_what_is_asked(cast: Any, want: str, more: dict[str, Any], said: str) -> None:
    given = dict(more)
    if want == "SET_UP":
        given["host"] = cast.school
    if "into" in given:
        given["into"] = cast.other_branch
    row = filing(cast, want, **given)
    if want == "SET_UP":
        row.others.add(cast.other_school)
    text = text_of(row, "request")
    assert said in text and "柳林学区党总支：" in text and "柳小支〔2026〕2号" in text and "2026年11月20日" in text
    assert text.rstrip().splitlines()[-2] == ("柳林中心小学" if want == "SET_UP" else "柳林中心小学党支部")


def test_the_reply_leaves_room_then_says_yes_or_no(cast: Any, client: Any) -> None:
    policies.ship()
    row = filing(cast, "DISSOLVE")
    assert "同意" not in text_of(row, "reply") and "文号：" in text_of(row, "reply")
    row.status, row.replied_on, row.reply_number = "ALLOWED", TODAY, "柳总〔2026〕6号"
    assert "同意撤销柳林中心小学党支部" in text_of(row, "reply") and "柳总〔2026〕6号" in text_of(row, "reply")
    row.status, row.reply_reason = "REFUSED", "党员还没有转出"
    assert "不同意撤销柳林中心小学党支部：党员还没有转出" in text_of(row, "reply")
    assert papers.write(row, "nonsense") is None
    row.org = None
    assert papers.asker(row) == ""
    cast.login(client, "branch_secretary")
    pk = Filing.objects.get().pk
    address = reverse("party:election_filing_paper", args=[pk, "request"])
    assert address in client.get(reverse("party:election_filing_page", args=[pk])).content.decode()
    assert client.get(address).content[:2] == b"PK"
