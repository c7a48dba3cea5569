"""会前: the notice and the sign-in sheet say when, where and what about, as the plan has it or as typed on the page."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from hongzhu.core.activities.models import Plan
from hongzhu.core.audit.models import Entry

TYPED = {
    "on": "12月11日",
    "starts_at": "16:00",
    "ends_at": "17:00",
    "place": "小会议室",
    "agenda": "一、评选优秀党员\n\n二、明年计划 \n",
}


@pytest.fixture
def page(cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``page(name=value, …)``: the page of December's committee meeting, asked with these."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date(2026, 11, 20))
    cast.login(client, "organiser")

    def ask(**asked: str) -> Any:
        there = reverse("activities:before", args=[cast.branch.pk])
        return client.get(there, {"kind": "committee_meeting", "month": "2026-12"} | asked)

    return ask


def words(data: bytes) -> str:
    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + cells)


def test_the_page_begins_with_what_is_usual(cast: Any, page: Any) -> None:
    Plan.objects.create(
        bureau=cast.bureau, body=cast.branch, kind="committee_meeting", month_on=date(2026, 12, 1), theme="年终总结",
        planned_on=date(2026, 12, 18),
    )  # fmt: skip
    seen = page()
    text = seen.content.decode()
    assert "12月18日 周五 15:30" in text
    assert seen.context["notice"].agenda == ("民主议事",)
    assert seen.context["form"]["agenda"].value() == "民主议事"
    assert not seen.context["form"].errors


def test_when_where_and_what_about_are_typed_on_the_page(cast: Any, page: Any, client: Client) -> None:
    before = Entry.objects.count()
    seen = page(**TYPED)
    text = seen.content.decode()
    assert "12月11日 周五 16:00" in text and "小会议室" in text
    assert seen.context["notice"].agenda == ("一、评选优秀党员", "二、明年计划")
    assert "二、明年计划" in seen.context["text"] and "民主议事" not in seen.context["text"]

    for code, said in (("notice", "二、明年计划"), ("sign_in", "小会议室")):
        link = f"{reverse('activities:before_paper', args=[cast.branch.pk, code])}?{seen.context['asked']}"
        assert link.replace("&", "&amp;") in text
        answer = client.get(link)
        assert said in words(answer.content)
        assert "2026-12-11" in unquote(answer["Content-Disposition"])
    assert Entry.objects.count() == before, "nothing is stored"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"on": "12月32日"}, "没有32日，请改日期"),
        ({"on": ""}, "没有填日期，请补上"),
        ({"ends_at": "16:00"}, "结束时间不晚于开始时间，请改时间"),
    ],
)
def test_what_cannot_be_is_said_and_the_usual_notice_stays(page: Any, wrong: dict[str, str], why: str) -> None:
    seen = page(**TYPED | wrong)
    assert why in str(seen.context["form"].errors)
    assert seen.context["notice"].held.on == date(2026, 12, 31)
    assert "二、明年计划" in seen.content.decode(), "what was typed is still there"
    assert '<details class="hz-f" open>' in seen.content.decode()


def test_hours_and_place_may_be_left_open(page: Any) -> None:
    seen = page(on="2026-12-11", starts_at="", ends_at="", place="", agenda="")
    assert seen.status_code == 200
    assert (seen.context["notice"].agenda, seen.context["notice"].place) == ((), "")
    assert seen.context["notice"].held.starts_at is None


def test_a_slip_on_the_page_is_said_of_the_notice_and_not_of_saving(page: Any) -> None:
    text = page(on="12月32日").content.decode()
    assert "没有更新通知，有1处要改。" in text and "没有保存" not in text
