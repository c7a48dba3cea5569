"""A09: the count of visits opens its visits and what was found; how many a year are asked for is said."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions as activities
from hongzhu.core.activities import engine
from hongzhu.core.registers.models import Contact
from hongzhu.core.registers.pack import Scheme
from hongzhu.core.registers.queries import contacts
from hongzhu.kit.dates import Period
from tests.core.registers.conftest import assigned

TODAY = timezone.localdate()


def visited(cast: Any, contact: Contact, *items: str, on: date | None = None) -> Any:
    """A visit told by the Party office, with the problems it found."""
    told = engine.Told(
        kind="contact_visit", theme="调研党建工作", held_on=on or TODAY, place="会议室", parts=("guidance",),
        contact=contact.pk, items=tuple(engine.ItemTold(kind="PROBLEM", matter=matter) for matter in items),
    )  # fmt: skip
    return activities.record(body=cast.root, told=told, by=cast.actor("party_office"), on=TODAY, now=timezone.now())


@pytest.fixture
def contact(stage: Any) -> Contact:
    return assigned(stage, stage.branch, on=TODAY - timedelta(days=400))[0]


def test_the_count_opens_the_visits_and_what_was_found(stage: Any, client: Any, contact: Contact) -> None:
    stage.login(client, "party_office")
    page = reverse("registers:contact_page", args=[contact.pk])
    assert "这一年还没有走访记录" in client.get(page).content.decode()
    act = visited(stage, contact, "活动记录不及时")
    assert f'href="{page}?year={TODAY.year}">1次' in client.get(reverse("registers:contact_list")).content.decode()
    text = client.get(page).content.decode()
    item = act.resolutions.get()
    assert reverse("activities:act", args=[act.pk]) in text and "活动记录不及时" in text
    assert reverse("activities:item", args=[item.pk]) in text and "没有记问题和事项" not in text
    assert "不在你的查看范围" not in text
    assert "活动记录不及时" not in client.get(page, {"year": TODAY.year - 1}).content.decode()
    activities.void(act=act, reason="记错了", by=stage.actor("party_office"), now=timezone.now())
    assert "这一年还没有走访记录" in client.get(page).content.decode()


def test_excel_has_a_row_for_each_thing_found_and_for_a_visit_without(
    stage: Any, client: Any, contact: Contact
) -> None:
    visited(stage, contact, "活动记录不及时", "阵地没有更新")
    visited(stage, contact, on=TODAY - timedelta(days=1) if TODAY.day > 1 else TODAY)
    stage.login(client, "party_office")
    answer = client.get(reverse("registers:contact_page_export", args=[contact.pk]), {"year": TODAY.year})
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    )
    told = [[cell.value for cell in row] for row in sheet.active.rows]
    assert next(row for row in told if row[5] == "活动记录不及时")[4] == "发现问题"
    assert sum(row[1] == "调研党建工作" for row in told) == 3
    assert sum(row[1] == "调研党建工作" and not row[5] for row in told) == 1


def test_visits_one_may_not_open_are_told_of_in_number(stage: Any, client: Any, contact: Contact) -> None:
    visited(stage, contact, "活动记录不及时")
    stage.login(client, "branch_secretary")
    text = client.get(reverse("registers:contact_page", args=[contact.pk])).content.decode()
    assert "次数里另有1次不在你的查看范围" in text and "活动记录不及时" not in text
    assert "这一年还没有走访记录" not in text


def test_who_answers_opens_the_page_and_nobody_else_without_the_body(stage: Any, client: Any) -> None:
    mine = assigned(stage, stage.other_school, who="member")[0]
    other = assigned(stage, stage.other_school, who="organiser")[0]
    stage.login(client, "member")
    assert client.get(reverse("registers:contact_page", args=[mine.pk])).status_code == 200
    assert client.get(reverse("registers:contact_page", args=[other.pk])).status_code == 404
    assert (
        reverse("registers:contact_page", args=[mine.pk])
        in client.get(reverse("registers:contact_own")).content.decode()
    )


def test_visits_a_year_are_asked_for_where_the_bureau_set_them(
    stage: Any, client: Any, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited(stage, contact)
    stage.login(client, "party_office")
    address = reverse("registers:contact_list")
    text = client.get(address).content.decode()
    assert "未去过 0" in text and "还差" not in text
    monkeypatch.setattr(
        contacts, "scheme_of", lambda *_: Scheme(code="CONTACT", title={"zh": "联系点"}, visits_a_year=2)
    )
    text = client.get(address).content.decode()
    assert "次数不够 1" in text and "还差1次" in text and "每年去2次" in text
    assert "/2</small>" in client.get(reverse("registers:contact_page", args=[contact.pk])).content.decode()
    visited(stage, contact)
    text = client.get(address).content.decode()
    assert "次数不够 0" in text and "还差1次" not in text


def test_lacking_is_counted_on_both_sides_of_the_number(stage: Any, contact: Contact) -> None:
    visited(stage, contact, on=TODAY)
    for least, lacking in ((None, 0), (1, 0), (2, 1), (3, 2)):
        (line,) = contacts.lines(stage.party_office, "CONTACT", TODAY, Period.year(TODAY.year), least=least)
        assert line.lacking == lacking
        assert bool(contacts.unvisited([line])) == bool(lacking)


def test_three_visits_ask_as_often_as_one(stage: Any, client: Any, contact: Contact) -> None:
    stage.login(client, "party_office")
    page = reverse("registers:contact_page", args=[contact.pk])
    asked = []
    for _number in range(3):
        visited(stage, contact, "一", "二")
        client.get(page)
        with CaptureQueriesContext(connection) as context:
            assert client.get(page).status_code == 200
        asked.append(len(context))
    assert asked[0] == asked[2]
