"""讲党课统计: by speaker and by topic, each number as long as the list behind it, never ranked (B09)."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.activities import actions, measures, queries
from hongzhu.core.activities.models import Act
from hongzhu.core.measures.queries import MeasureScope
from hongzhu.core.people.models import Membership, Post, PostKind
from hongzhu.kit.dates import Period
from tests.cast import FOUNDED, person

from .conftest import NOW, TODAY

PAGE, ROWS = reverse("activities:lecture_counts"), reverse("activities:lecture_rows")
YEAR = Period.year(2026)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args, **_kwargs: TODAY)


def counts(cast: Any, who: str = "party_office", period: Period = YEAR) -> queries.LectureCounts:
    return queries.lecture_counts(cast.accounts[who], period, queries.topic_words(cast.bureau, TODAY))


def told(lines: list[queries.LectureLine]) -> dict[str, tuple[int, int]]:
    return {line.title: (line.times, line.came) for line in lines}


def posted(cast: Any, number: int, kind: PostKind, **more: Any) -> int:
    who = cast.people[number]
    Post.objects.create(person=who, org=cast.branch, kind=kind, from_on=more.pop("from_on", FOUNDED), **more)
    return int(who.pk)


def test_speakers_are_told_by_what_they_were_that_day(cast: Any, record: Any) -> None:
    record()
    record(theme="副书记", lecturer=posted(cast, 5, PostKind.DEPUTY_SECRETARY))
    record(theme="组织委员", lecturer=posted(cast, 6, PostKind.ORGANISER))
    record(theme="委员", lecturer=posted(cast, 7, PostKind.COMMITTEE_MEMBER))
    record(theme="党员", lecturer=cast.member.person_id)
    record(theme="外请", lecturer=None, lecturer_name="党校教师")
    record(theme="没写", lecturer=None)
    lines = counts(cast).roles
    assert [line.title for line in lines] == [
        "书记",
        "副书记",
        "委员",
        "普通党员",
        "外请主讲人",
        "没有主讲人",
    ]  # fmt: skip - in the order of posts, not by number
    assert {line.title: line.times for line in lines} == {
        "书记": 1, "副书记": 1, "委员": 2, "普通党员": 1, "外请主讲人": 1, "没有主讲人": 1,
    }  # fmt: skip
    assert counts(cast).total.times == sum(line.times for line in lines) == 7


@pytest.mark.parametrize(
    ("until", "called"),
    [(date(2026, 11, 20), "没有职务的其他人员"), (date(2026, 11, 21), "普通党员"), (None, "普通党员")],
)  # fmt: skip
def test_who_has_no_post_is_a_member_while_on_a_roll(cast: Any, record: Any, until: Any, called: str) -> None:
    record(lecturer=cast.member.person_id)
    Membership.objects.filter(person=cast.member.person).update(to_on=until)
    assert [line.title for line in counts(cast).roles] == [called]


def test_a_later_member_was_none_that_day_and_an_activist_is_none(cast: Any, record: Any) -> None:
    who = person(cast.bureau, "代课老师")
    since = Membership.objects.create(
        person=who, org=cast.branch, standing="FULL", from_on=date(2026, 11, 21), joined_on=date(2026, 11, 21)
    )
    record(lecturer=who.pk)
    assert [line.code for line in counts(cast).roles] == ["PLAIN_STAFF"]
    Membership.objects.filter(pk=since.pk).update(from_on=date(2026, 11, 20))
    assert [line.code for line in counts(cast).roles] == ["PLAIN_MEMBER"]
    Membership.objects.filter(pk=since.pk).update(standing="ACTIVIST", joined_on=None)
    assert [line.code for line in counts(cast).roles] == ["PLAIN_STAFF"]


def test_topics_stand_in_the_packs_order_and_those_without_one_last(cast: Any, record: Any) -> None:
    record()
    record(theme="师德", topic="ethics", absences={cast.people[3].pk: "SICK"})
    record(theme="党史", topic="party_history")
    old = record(theme="旧目录", topic="integrity")
    Act.objects.filter(pk=old.pk).update(extra={"topic": "dropped_since"})
    found = counts(cast)
    assert [line.title for line in found.topics] == ["党史", "师德", "没有标内容", "dropped_since"]
    everybody = len(cast.people)
    assert told(found.topics)["师德"] == (1, everybody - 1) and told(found.topics)["党史"] == (1, everybody)
    assert (found.total.times, found.total.came) == (4, 4 * everybody - 1)


def test_a_joint_act_is_one_lecture_for_all_and_for_each_of_its_bodies(cast: Any, record: Any) -> None:
    act = record(joint=[(cast.other_branch, "theme_day")])
    for who in ("party_office", "branch_secretary", "neighbour"):
        assert (counts(cast, who).total.times, counts(cast, who).total.came) == (1, act.attended)


def test_each_counts_what_they_may_open(cast: Any, record: Any) -> None:
    record()
    record(theme="双桥", body=cast.other_branch, by="party_office", lecturer=cast.neighbour.person_id)
    assert counts(cast).total.times == 2
    assert counts(cast, "district_officer").total.times == counts(cast, "school_secretary").total.times == 1
    assert counts(cast, "branch_secretary").total.times == counts(cast, "neighbour").total.times == 1
    assert counts(cast, "outsider").total.times == 0
    Act.objects.update(confidential=True)
    assert counts(cast).total.times == 2 and counts(cast, "section_officer").total.times == 0


def test_voided_acts_those_without_a_title_and_other_days_do_not_count(cast: Any, record: Any) -> None:
    act = record(held_on=date(2026, 1, 1))
    record(theme="没有题目", lecture_title="", parts=("study",), lecturer=None)
    record(theme="去年", held_on=date(2025, 12, 31))
    assert counts(cast).total.times == counts(cast, period=Period.month(2026, 1)).total.times == 1
    assert counts(cast, period=Period.month(2026, 2)).total.times == 0
    assert counts(cast, period=Period.month(2025, 12)).total.times == 1
    scope = MeasureScope(cast.bureau.pk)
    assert [row.value for row in measures.lectures_by(scope, YEAR, NOW)] == [1], "the page and the figure agree"
    actions.void(act=act, reason="记错", by=cast.actor("organiser"), now=NOW)
    assert counts(cast).total.times == 0


def test_every_number_opens_as_many_rows(cast: Any, record: Any, client: Client) -> None:
    record(topic="party_history")
    record(theme="外请", lecturer=None, lecturer_name="党校教师", topic="party_history")
    record(theme="没标")
    cast.login(client, "branch_secretary")
    page = client.get(PAGE, {"period": "2026"}).content.decode()
    links = set(re.findall(rf'href="({ROWS}[^"]+)">([\d,]+)</a>', page))
    assert len(links) >= 8
    came = len(cast.people)
    for link, number in links:
        rows = client.get(link.replace("&amp;", "&")).content.decode()
        shown = rows.split("<tbody>")[1].count("<tr>")
        assert int(number) in (shown, shown * came), link
    guests = client.get(ROWS, {"period": "2026", "role": "GUEST"}).content.decode()
    guests = guests.split("<tbody>")[1].split("</tbody>")[0]
    assert "党校教师" in guests and "外请主讲人" in guests and "唐见山" not in guests
    without = client.get(ROWS, {"period": "2026", "topic": "-"}).content.decode()
    assert without.split("<tbody>")[1].count("<tr>") == 1 and "没有标内容" in without
    assert "这里一次党课也没有" in client.get(ROWS, {"period": "2025"}).content.decode()


def test_the_excel_of_the_counts_and_of_the_rows(cast: Any, record: Any, client: Client) -> None:
    record(topic="party_history")
    record(theme="外请", lecturer=None, lecturer_name="党校教师")
    cast.login(client, "party_office")

    def book(name: str, **asked: str) -> list[Any]:
        content = client.get(reverse(name), {"period": "2026"} | asked).content
        return list(openpyxl.load_workbook(io.BytesIO(content)).active.values)[1:]

    everybody = len(cast.people)
    assert book("activities:lecture_export") == [
        ("按主讲人", "书记", 1, everybody), ("按主讲人", "外请主讲人", 1, everybody), ("按主讲人", "合计", 2, 2 * everybody),
        ("按内容", "党史", 1, everybody), ("按内容", "没有标内容", 1, everybody), ("按内容", "合计", 2, 2 * everybody),
    ]  # fmt: skip
    assert [row[2:5] for row in book("activities:lecture_rows_export", topic="party_history")] == [
        ("唐见山", "书记", "党史")
    ]
    assert [row[2:5] for row in book("activities:lecture_rows_export", role="GUEST")] == [
        ("党校教师", "外请主讲人", None)
    ]


def test_periods_an_unreadable_one_is_this_year_and_nothing_says_what_to_do(
    cast: Any, record: Any, client: Client
) -> None:
    record()
    cast.login(client, "party_office")
    page = client.get(PAGE, {"period": "no such"}).content.decode()
    assert '<option value="2026" selected>' in page and '<option value="2026H1">' in page
    assert '<option value="2026Q3">' in page and '<option value="2026-03">' in page
    assert "这段时间没有党课记录" not in page
    assert "这段时间没有党课记录" in client.get(PAGE, {"period": "2026-03"}).content.decode()


def test_the_list_of_secretaries_without_a_lecture_is_linked_and_opens(cast: Any, record: Any, client: Client) -> None:
    def linked(who: str, period: str) -> str:
        cast.login(client, who)
        page = client.get(PAGE, {"period": period}).content.decode()
        return re.search(r'href="([^"]+)">(\d{4}年[^<]*讲党课[^<]*)</a>', page)[1].replace("&amp;", "&")  # type: ignore[index]

    this, last = linked("party_office", "2026-03"), linked("party_office", "2025Q4")
    assert "what=lacking" in this and "period=2026" in this
    assert "what=unseen" in last and "period=2025" in last
    assert "双桥小学党支部" in client.get(this).content.decode()
    own = linked("branch_secretary", "2026")
    assert f"body={cast.branch.pk}" in own and "what=due" in own
    text = client.get(own).content.decode()
    assert "书记讲党课" in text and "双桥小学党支部" not in text


def test_no_link_where_the_pack_asks_no_secretary_to_lecture(
    cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongzhu.core.activities.views.lectures.SECRETARY_TAG", "nobody_asks")
    cast.login(client, "party_office")
    assert "还没讲党课的书记" not in client.get(PAGE).content.decode()


def test_the_list_of_acts_leads_here_for_who_may_and_not_from_one_unit(cast: Any, client: Client) -> None:
    acts = reverse("activities:act_list")
    cast.login(client, "branch_secretary")
    assert PAGE in client.get(acts).content.decode()
    assert PAGE not in client.get(acts, {"org": cast.branch.pk}).content.decode()
    cast.login(client, "party_office")
    assert PAGE in client.get(reverse("obligations:gap")).content.decode()
    cast.login(client, "member")
    assert PAGE not in client.get(acts).content.decode()


@pytest.mark.parametrize("times", [1, 3])
def test_fixed_numbers_of_queries(cast: Any, record: Any, times: int, django_assert_num_queries: Any) -> None:
    for number in range(times):
        record(theme=f"第{number}次", topic=("party_history", "ethics", "safety")[number])
    user = cast.accounts["party_office"]
    words = queries.topic_words(cast.bureau, TODAY)
    queries.lecture_counts(user, YEAR, words)
    with django_assert_num_queries(1):
        queries.lecture_counts(user, YEAR, words)
    with django_assert_num_queries(1):
        assert len(list(queries.lectures(user, YEAR).select_related("body", "lecturer"))) == times
