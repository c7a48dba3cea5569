"""Fields the rows of the inventory name: speaker and level (K07), start of a stream (K08), delay of a study (B19), ordinal (A01)."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hongzhu.core.activities import engine, queries
from hongzhu.core.activities.models import Act, FieldValue
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import SHANGHAI, Period
from hongzhu.kit.packs import by_code

from .conftest import NOW
from .test_form import address, filled, on_a_friday_evening, typist  # noqa: F401 - fixtures used by name


def exchange(record: Any, body: Any, level: str, **changes: Any) -> Act:
    usual = {"kind": "exchange", "parts": ("exchange",), "lecture_title": "", "extra": {"level": level}}
    return record(body=body, by="party_office", **(usual | changes))


def shown(client: Client, act: Act) -> str:
    return client.get(reverse("activities:act", args=[act.pk])).content.decode()


def test_an_exchange_tells_who_spoke_and_presumes_nobody(cast: Any, typist: Client) -> None:  # noqa: F811
    page = typist.get(address(cast.branch, "exchange")).content.decode()
    assert "发言人" in page and "hz-opens-lecture" in page and "主讲人" not in page
    assert (
        f'value="{cast.branch_secretary.person_id}" selected'
        not in page.split('name="lecturer"')[1].split("</select>")[0]
    )
    speaker = cast.accounts["branch_secretary"].person
    data = filled(parts=["exchange"], lecture_title=None, lecturer=speaker.pk, field_level="CITY")
    assert typist.post(address(cast.branch, "exchange"), data).status_code == 302
    act = Act.objects.get()
    assert act.lecturer == speaker
    assert f"<dt>发言人</dt><dd>{speaker}</dd>" in shown(typist, act)


def test_who_lectures_is_still_a_lecturer(cast: Any, typist: Client, record: Any) -> None:  # noqa: F811
    page = typist.get(address(cast.branch)).content.decode()
    assert "主讲人" in page and "发言人" not in page
    assert "<dt>主讲人</dt>" in shown(typist, record())


def test_the_list_is_narrowed_and_counted_by_level(cast: Any, client: Client, record: Any) -> None:
    exchange(record, cast.branch, "CITY", theme="市里讲一次")
    exchange(record, cast.branch, "PROVINCIAL", theme="省里讲一次")
    exchange(record, cast.school, "CITY", theme="学校讲一次", lecturer=None)
    cast.login(client, "party_office")
    page = reverse("activities:act_list")
    asked = {"year": "2026", "kind": "exchange"}
    text = client.get(page, asked).content.decode()
    assert "市级（2）" in text and "省级（1）" in text and "国家级（0）" in text
    text = client.get(page, asked | {"field": "level:CITY"}).content.decode()
    assert "市里讲一次" in text and "学校讲一次" in text and "省里讲一次" not in text
    assert '<option value="level:CITY" selected>' in text and "省级（1）" in text
    text = client.get(page, asked | {"field": "level:CITY", "org": cast.branch.pk}).content.decode()
    assert "市里讲一次" in text and "学校讲一次" not in text and "市级（1）" in text
    table = load_workbook(
        io.BytesIO(client.get(reverse("activities:act_export"), asked | {"field": "level:PROVINCIAL"}).content)
    )
    assert [row[4].value for row in table.active.rows if row[4].value in ("市里讲一次", "省里讲一次")] == ["省里讲一次"]
    assert 'name="field"' not in client.get(page, {"year": "2026", "kind": "theme_day"}).content.decode()


def test_units_and_levels_are_counted_and_each_number_opens_its_list(cast: Any, client: Client, record: Any) -> None:
    exchange(record, cast.branch, "CITY", theme="市里讲一次")
    exchange(record, cast.branch, "CITY", theme="市里再讲一次")
    shared = exchange(record, cast.branch, "COUNTY", theme="县里一起讲", joint=[(cast.other_branch, "exchange")])
    exchange(record, cast.branch, "COUNTY", theme="去年讲的", held_on=date(2025, 11, 20))
    exchange(record, cast.branch, "", theme="没写级别")
    FieldValue.objects.create(act=shared, code="another", text="COUNTY")
    Org.objects.filter(pk=cast.branch.pk).update(sort=9)
    asked = queries.Filter(kind="exchange", period=Period.year(2026))
    kind = by_code(queries.section_of(cast.bureau, NOW.date()).kinds)["exchange"]

    def table(who: str, **more: Any) -> list[Any]:
        wanted, user = replace(asked, **more), cast.accounts[who]
        (_title, choices), = queries.field_choices(user, wanted, kind)  # fmt: skip
        return [
            (name, [n for _value, _title, n in counts])
            for _pk, name, counts in queries.units_by_field(user, wanted, choices)
        ]

    mine, other = ("柳林中心小学党支部", [0, 0, 2, 1]), ("双桥小学党支部", [0, 0, 0, 1])
    assert table("party_office") == [other, mine]  # in the bureau's order, not by number
    assert table("party_office", field="level:CITY") == [other, mine]
    assert table("party_office", org=cast.branch.pk) == table("branch_secretary") == [mine]
    assert table("neighbour") == [other] and table("outsider") == []

    cast.login(client, "party_office")
    page = client.get(reverse("activities:act_list"), {"year": "2026", "kind": "exchange"}).content.decode()
    numbers = re.findall(r'href="(\?[^"]*field=level[^"]*)">(\d+)</a>', page)
    assert len(numbers) == 5 and "按单位和级别" in page
    for link, number in numbers:
        rows = client.get(reverse("activities:act_list") + link.replace("&amp;", "&")).content.decode()
        assert rows.count('<th scope="row" class="hz-name"><a ') == int(number), link
    total = page.split("合计（一起参加的只算一次）")[1].split("</tr>")[0]
    assert re.findall(r">(\d+)<", total) == ["0", "0", "2", "1"]


def test_no_table_of_levels_where_nothing_was_held_or_the_kind_has_none(cast: Any, client: Client, record: Any) -> None:
    record()
    cast.login(client, "party_office")
    for kind in ("exchange", "theme_day"):
        page = client.get(reverse("activities:act_list"), {"year": "2026", "kind": kind}).content.decode()
        assert "按单位和" not in page


def test_start_of_a_stream_and_a_note_of_rights_alone_are_kept(cast: Any, typist: Client) -> None:  # noqa: F811
    assert (
        typist.post(address(cast.branch), filled(media_rights="已征得同意", media_starts_at="15:40")).status_code == 302
    )
    act = Act.objects.get()
    media = act.media.get()
    assert media.starts_at == datetime(2026, 11, 20, 15, 40, tzinfo=SHANGHAI)
    assert (media.rights, media.url, media.viewers) == ("已征得同意", "", None)
    text = shown(typist, act)
    assert "直播开始时间" in text and "15:40" in text and "已征得同意" in text
    page = typist.get(reverse("activities:act_correct", args=[act.pk])).content.decode()
    assert 'name="media_starts_at" value="15:40' in page


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, 0),
        ({"media_rights": "同意"}, 1),
        ({"media_viewers": "0"}, 1),
        ({"media_url": "https://x.cn"}, 1),
        ({"media_starts_at": "15:00"}, 1),
    ],
)
def test_any_of_its_fields_makes_a_stream(cast: Any, typist: Client, given: Any, kept: int) -> None:  # noqa: F811
    typist.post(address(cast.branch), filled(**given))
    assert Act.objects.get().media.count() == kept
    assert ("直播开始时间" in shown(typist, Act.objects.get())) == ("media_starts_at" in given)


def test_a_changed_start_is_a_changed_field(cast: Any, record: Any) -> None:
    act = record(media=(engine.MediaTold(url="https://x.cn"),))
    before = queries.snapshot(act)
    assert before["media"] == [["https://x.cn", None, ""]]
    act.media.update(starts_at=NOW)
    assert len(queries.snapshot(act)["media"][0]) == 4
    assert queries.changed_fields(before, queries.snapshot(act)) == ["media"]


def test_the_delay_from_issue_to_study_is_told(cast: Any, client: Client, record: Any) -> None:
    read = engine.ReadingTold
    act = record(readings=(
        read("文件甲", date(2026, 11, 5)), read("文件乙"), read("文件丙", date(2026, 11, 20)), read("文件丁", date(2026, 11, 21)),
    ))  # fmt: skip
    assert [days for _row, days in queries.readings_of(act)] == [15, None, 0, None]
    cast.login(client, "organiser")
    text = shown(client, act)
    assert "15天后学习" in text and "0天后学习" in text and text.count("天后学习") == 2


def test_list_and_excel_show_the_ordinal(cast: Any, client: Client, record: Any) -> None:
    first = record(theme="先", held_on=date(2026, 11, 3), starts_at=time(9, 0), ends_at=time(10, 0))
    second = record(theme="后")
    cast.login(client, "party_office")
    asked = {"year": "2026", "kind": "theme_day"}
    text = client.get(reverse("activities:act_list"), asked).content.decode()
    assert "第1次" in text and "第2次" in text
    table = load_workbook(io.BytesIO(client.get(reverse("activities:act_export"), asked).content)).active
    told = {row[4].value: row[3].value for row in table.rows}
    assert (told["先"], told["后"], told["主题"]) == (1, 2, "次序")
    assert queries.numbers_of([first.pk, second.pk]) == {first.pk: 1, second.pk: 2}


def test_a_joint_act_has_the_ordinal_of_the_body_asked_for(cast: Any, record: Any) -> None:
    record(body=cast.other_branch, by="party_office", lecturer=None)
    act = record(joint=[(cast.other_branch, "theme_day")])
    assert queries.numbers_of([act.pk]) == {act.pk: 1}
    assert queries.numbers_of([act.pk], cast.other_branch.pk) == {act.pk: 2}


def test_the_list_asks_as_often_for_three_as_for_one(cast: Any, client: Client, record: Any) -> None:
    cast.login(client, "party_office")
    page, asked = reverse("activities:act_list"), []
    for number in range(3):
        exchange(record, cast.branch, "CITY", theme=f"第{number}回")
        client.get(page, {"kind": "exchange", "year": "2026"})
        with CaptureQueriesContext(connection) as context:
            client.get(page, {"kind": "exchange", "year": "2026"})
        asked.append(len(context))
    assert asked[0] == asked[2]
