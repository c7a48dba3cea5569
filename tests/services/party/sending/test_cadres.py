"""Cadre moves: the gates in their order, the notice of five working days, posts that change with the effect."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.core.people.models import Person, Post
from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.models import CalendarDay
from hongzhu.services.party.actions import cadres as actions
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.engine.cadres import band_of
from hongzhu.services.party.models import CadreMove, Reserve
from hongzhu.services.party.queries import cadres
from hongzhu.services.party.queries import sending_paper as papers

TODAY = date(2026, 11, 20)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    return cast


def move(cast: Any, **more: Any) -> CadreMove:
    told: dict[str, Any] = {
        "bureau": cast.bureau, "person": cast.organiser.person, "kind": "PROMOTE", "to_org": cast.other_school,
        "to_post": "VICE_PRINCIPAL", "by": cast.actor("party_office"),
    }  # fmt: skip
    return actions.open_move(**told | more)


def step(cast: Any, name: str, row: CadreMove, on: date, **more: Any) -> CadreMove:
    write = {
        "inspect": actions.inspect_cadre, "deliberate": actions.deliberate_move, "publicise": actions.publicise_move,
        "effect": actions.effect_move,
    }[name]  # fmt: skip
    if name == "effect":
        more = {"number": "教党任〔2026〕3号"} | more
    return write(move=row, on=on, by=cast.actor(more.pop("who", "party_office")), today=TODAY, **more)


def refused(write: Any, *args: Any, **call: Any) -> str:
    def state() -> Any:
        return list(CadreMove.objects.values()), list(Post.objects.order_by("pk").values()), Entry.objects.count()

    before = state()
    with pytest.raises(ValidationError) as caught:
        write(*args, **call)
    assert state() == before
    return str(caught.value.messages[0])


def through(cast: Any, row: CadreMove, upto: str = "publicise") -> CadreMove:
    for name, day in (("inspect", 2), ("deliberate", 5), ("publicise", 6)):
        row = step(cast, name, row, date(2026, 11, day))
        if name == upto:
            break
    return row


def test_no_gate_is_jumped(stage: Any) -> None:
    row = move(stage)
    for name in ("deliberate", "publicise", "effect"):
        assert "还没有登记" in refused(step, stage, name, row, date(2026, 11, 10))
    through(stage, row, "inspect")
    assert "早于考察" in refused(step, stage, "deliberate", row, date(2026, 11, 1))
    for name in ("publicise", "effect"):
        assert "讨论决定" in refused(step, stage, name, row, date(2026, 11, 10))
    step(stage, "deliberate", row, date(2026, 11, 2))
    assert "考察日期不能再改" in refused(step, stage, "inspect", row, date(2026, 11, 2))
    assert "要先公示" in refused(step, stage, "effect", row, date(2026, 11, 10))
    assert "早于讨论决定" in refused(step, stage, "publicise", row, date(2026, 11, 1))
    assert "还没有到" in refused(step, stage, "publicise", row, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 6), date(2026, 11, 13)),  # a Friday: the five working days of the next week
        (date(2026, 11, 9), date(2026, 11, 16)),  # a Monday: its first day is not counted
        (date(2026, 9, 28), date(2026, 10, 12)),  # over a holiday from the 30th of September to the 8th of October
    ],
)
def test_the_notice_runs_five_working_days(stage: Any, first: date, last: date) -> None:
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(on=date(2026, 9, 30) + timedelta(days=n), kind="HOLIDAY", name="假日") for n in range(9)]
    )
    row = move(stage)
    for name in ("inspect", "deliberate"):
        step(stage, name, row, date(2026, 9, 1))
    row = step(stage, "publicise", row, first)
    expected = last if first.month == 11 else _fifth(first)
    assert row.posted_to == expected
    for day in (expected,):
        assert "公示到" in refused(
            actions.effect_move, move=row, on=day, number="", by=stage.actor("party_office"), today=TODAY
        )
    assert step(stage, "effect", row, expected + timedelta(days=1)).effective_on == expected + timedelta(days=1)


def test_a_notice_past_the_published_calendar_is_reckoned_anew_and_marked(stage: Any, client: Any) -> None:
    CalendarDay.objects.all().delete()
    CalendarDay.objects.create(on=date(2026, 10, 1), kind="HOLIDAY", name="国庆")
    row, fixed = move(stage), move(stage, person=stage.people[5])
    for one in (row, fixed):
        for name in ("inspect", "deliberate"):
            step(stage, name, one, date(2026, 11, 2))
    step(stage, "publicise", fixed, date(2026, 11, 6))
    row = actions.publicise_move(
        move=row, on=date(2026, 12, 28), by=stage.actor("party_office"), today=date(2027, 1, 20)
    )
    assert row.posted_to is None
    assert cadres.notices(stage.bureau) == {
        row.pk: When(date(2027, 1, 4), provisional=True),
        fixed.pk: When(date(2026, 11, 13)),
    }
    told = refused(
        actions.effect_move,
        move=row,
        on=date(2027, 1, 4),
        number="",
        by=stage.actor("party_office"),
        today=date(2027, 1, 20),
    )
    assert "公示到2027年1月4日（暂定）为止" in told
    stage.login(client, "party_office")
    for address in (f"/party/sending/cadres/{row.pk}/", "/party/sending/cadres/"):
        assert "2027年1月4日（暂定）" in client.get(address).content.decode()
    assert "2027年1月4日（暂定）" in text_of(papers.move_notice(row, cadres.notices(stage.bureau)[row.pk]))
    CalendarDay.objects.create(on=date(2027, 1, 1), kind="HOLIDAY", name="元旦")
    assert cadres.notices(stage.bureau)[row.pk] == When(date(2027, 1, 5))
    on = date(2027, 1, 6)
    assert actions.effect_move(move=row, on=on, number="", by=stage.actor("party_office"), today=on).effective_on == on


def text_of(data: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)


def _fifth(first: date) -> date:
    """Counted by hand: weekdays outside the nine days off."""
    off = {date(2026, 9, 30) + timedelta(days=n) for n in range(9)}
    day, left = first, 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    return day


def test_posts_change_with_the_effect_and_not_before(stage: Any) -> None:
    person = stage.branch_secretary.person
    Post.objects.create(person=person, org=stage.school, kind="MIDDLE_MANAGER", from_on=date(2020, 1, 1))
    row = through(stage, move(
        stage, person=person, kind="EXCHANGE", from_org=stage.school, from_post="MIDDLE_MANAGER",
    ))  # fmt: skip
    held = Post.objects.filter(person=person, to_on__isnull=True)
    assert set(held.values_list("kind", flat=True)) == {"SECRETARY", "MIDDLE_MANAGER"}
    step(stage, "effect", row, date(2026, 11, 16))
    assert set(held.values_list("kind", "org")) == {
        ("SECRETARY", stage.branch.pk),
        ("VICE_PRINCIPAL", stage.other_school.pk),
    }
    old = Post.objects.get(person=person, kind="MIDDLE_MANAGER")
    new = Post.objects.get(person=person, kind="VICE_PRINCIPAL")
    assert old.to_on == new.from_on == date(2026, 11, 16)
    assert Entry.objects.latest("seq").did == "party.effect_move"
    assert "已经办结" in refused(step, stage, "effect", row, date(2026, 11, 17))
    assert "已经办结" in refused(
        actions.void_move, move=row, reason="错", by=stage.actor("party_office"), now=timezone.now()
    )


def test_a_post_lost_in_between_undoes_the_whole_effect(stage: Any) -> None:
    person = stage.organiser.person
    row = through(stage, move(stage, kind="EXCHANGE", from_org=stage.branch, from_post="ORGANISER"))
    Post.objects.filter(person=person, kind="ORGANISER").update(to_on=date(2026, 11, 10))
    assert "不担任原职务" in refused(step, stage, "effect", row, date(2026, 11, 16))
    assert not Post.objects.filter(person=person, kind="VICE_PRINCIPAL").exists()


def test_who_is_relieved_only_leaves(stage: Any) -> None:
    row = move(stage, kind="RELIEVE", from_org=stage.branch, from_post="ORGANISER", to_org=None, to_post="")
    through(stage, row, "deliberate")
    step(stage, "effect", row, date(2026, 11, 6))  # relieved: no notice is asked
    assert not Post.objects.filter(person=stage.organiser.person, to_on__isnull=True).exists()


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"kind": "PROMOTE", "to_org": None, "to_post": ""}, "现单位"),
        ({"kind": "RELIEVE"}, "免职不填现职务"),
        ({"kind": "EXCHANGE"}, "原单位和原职务"),
        ({"kind": "WRONG"}, "没有这个类别"),
    ],
)
def test_a_move_fits_its_kind(stage: Any, told: dict[str, Any], word: str) -> None:
    assert word in refused(move, stage, **told)


def test_a_move_leaves_a_post_that_is_held_and_one_move_runs_at_a_time(stage: Any) -> None:
    assert "现在不担任" in refused(move, stage, kind="EXCHANGE", from_org=stage.school, from_post="PRINCIPAL")
    row = move(stage)
    assert "没有办结" in refused(move, stage)
    actions.void_move(move=row, reason="重复", by=stage.actor("party_office"), now=timezone.now())
    assert "已经作废" in refused(step, stage, "inspect", row, TODAY)
    assert move(stage).pk


def test_nobody_puts_their_own_move_into_effect(stage: Any) -> None:
    row = through(stage, move(stage, person=stage.party_office.person))
    assert "自己的任免" in refused(step, stage, "effect", row, date(2026, 11, 16))
    assert step(stage, "effect", row, date(2026, 11, 16), who="section_officer").effective_on


def test_what_is_not_public_stays_with_the_office(stage: Any) -> None:
    row = through(stage, move(stage), "deliberate")
    assert not cadres.visible_to(stage.inspector).exists()
    step(stage, "publicise", row, date(2026, 11, 6))
    assert cadres.visible_to(stage.inspector).get() == row
    assert not cadres.visible_to(stage.district_officer).exists()
    actions.list_reserve(
        bureau=stage.bureau, person=stage.member.person, kind="SECRETARY", from_on=TODAY, by=stage.actor("party_office")
    )
    assert not cadres.reserves(stage.inspector).exists()


def test_structure_counts_each_cadre_once_by_age_and_sex(stage: Any) -> None:
    people = [stage.branch_secretary.person, stage.school_secretary.person]
    Person.objects.filter(pk=people[0].pk).update(sex="2", born_on=date(1991, 11, 21))
    Person.objects.filter(pk=people[1].pk).update(sex="1", born_on=date(1985, 11, 20))
    Post.objects.filter(org__bureau=stage.bureau).exclude(person__in=people).delete()
    Post.objects.create(person=people[0], org=stage.school, kind="MIDDLE_MANAGER", from_on=date(2026, 6, 1))
    Post.objects.filter(person=people[1]).update(from_on=date(2026, 6, 1))
    found = {
        line.title: (line.before, line.after) for line in cadres.structure(stage.bureau.pk, date(2026, 1, 1), TODAY)
    }
    assert found == {
        "合计": (1, 2), "35岁及以下": (1, 1), "41—45岁": (0, 1), "男": (0, 1), "女": (1, 1), "任教学科未登记": (1, 2),
    }  # fmt: skip


def test_structure_by_subject_in_the_usual_order_and_unknown_last(stage: Any, client: Any) -> None:
    Post.objects.filter(org__bureau=stage.bureau).delete()
    taught = ("", "茶艺", "数学", "语文", "茶艺", "数学")
    for who, subject in zip(stage.people, taught, strict=False):
        Person.objects.filter(pk=who.pk).update(subject=subject)
        since = date(2025, 1, 1) if subject == "数学" else date(2026, 6, 1)
        Post.objects.create(person=who, org=stage.school, kind="VICE_PRINCIPAL", from_on=since)
        # A second post makes nobody count twice; one that is no cadre's post makes nobody count.
        Post.objects.create(person=who, org=stage.branch, kind="SECRETARY", from_on=since)
    Post.objects.create(person=stage.people[6], org=stage.school, kind="TEACHER", from_on=date(2025, 1, 1))
    found = cadres.structure(stage.bureau.pk, date(2026, 1, 1), TODAY)
    lines = [(line.title, line.before, line.after) for line in found]
    assert lines[0] == ("合计", 2, 6)
    assert lines[-4:] == [("任教语文", 0, 1), ("任教数学", 2, 2), ("任教茶艺", 0, 2), ("任教学科未登记", 0, 1)]
    assert sum(line[2] for line in lines[-4:]) == 6
    stage.login(client, "party_office")
    page = client.get("/party/sending/cadres/structure/").content.decode()
    assert "任教茶艺" in page and "不统计" not in page
    book = openpyxl.load_workbook(io.BytesIO(client.get("/party/sending/cadres/structure/export/").content))
    assert ("任教数学", 2, 2) in list(book.active.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(1990, 11, 21), (0, 35)), (date(1990, 11, 20), (36, 40)), (date(1970, 11, 21), (51, 55)),
        (date(1970, 11, 20), (56, 200)), (None, None),
    ],
)  # fmt: skip
def test_bands_turn_on_the_birthday(born_on: date | None, band: tuple[int, int] | None) -> None:
    assert band_of(born_on, TODAY) == band


def test_candidates_come_and_go_with_a_reason(stage: Any) -> None:
    told = {"person": stage.member.person, "kind": "SECRETARY", "by": stage.actor("party_office")}
    row = actions.list_reserve(bureau=stage.bureau, from_on=date(2026, 1, 1), **told)
    assert "已经是这个职务" in refused(actions.list_reserve, bureau=stage.bureau, from_on=TODAY, **told)
    end = {"reserve": row, "by": stage.actor("party_office")}
    assert "原因" in refused(actions.end_reserve, on=TODAY, reason="", **end)
    assert "晚于入库" in refused(actions.end_reserve, on=date(2026, 1, 1), reason="调出", **end)
    actions.end_reserve(on=TODAY, reason="已任用", **end)
    assert Reserve.objects.get().to_on == TODAY


def test_the_papers_say_who_from_where_to_where(stage: Any, client: Any) -> None:
    policies.seed_calendar()
    stage.login(client, "party_office")
    Person.objects.filter(pk=stage.organiser.person.pk).update(subject="地理")
    row = through(stage, move(stage, kind="EXCHANGE", from_org=stage.branch, from_post="ORGANISER"))
    request = docx.Document(io.BytesIO(client.get(f"/party/sending/cadres/{row.pk}/request/").content))
    cells = [cell.text for line in request.tables[0].rows for cell in line.cells]
    assert (
        "双桥小学副校（园）长" in cells
        and "任教学科" in cells
        and "地理" in cells
        and "柳林中心小学党支部组织委员" in cells
    )
    notice = docx.Document(io.BytesIO(client.get(f"/party/sending/cadres/{row.pk}/notice/").content))
    text = "\n".join(line.text for line in notice.paragraphs)
    assert "2026年11月6日起至2026年11月13日止" in text and "周予安" in text


def test_steps_are_taken_on_the_page(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")
    row = move(stage)
    at = f"/party/sending/cadres/{row.pk}/"
    page = client.post(f"{at}step/effect/", {"on": "2026-11-16", "number": "教任7号"})
    assert page.status_code == 200 and "还没有登记讨论决定" in page.content.decode()
    for name, day in (("inspect", "02"), ("deliberate", "05"), ("publicise", "06")):
        assert client.post(f"{at}step/{name}/", {"on": f"2026-11-{day}"}).status_code == 302
    assert client.post(f"{at}step/effect/", {"on": "2026-11-16", "number": "教任7号"}).status_code == 302
    assert client.post(f"{at}step/nothing/", {}).status_code == 404
    assert "教任7号" in client.get(at).content.decode()


def test_what_is_under_way_stands_first_and_says_what_is_proposed(stage: Any, client: Any) -> None:
    """An empty day sorts first, on either database; a post is proposed until the move takes effect, and new after."""
    running = move(stage)
    done = through(stage, move(stage, person=stage.branch_secretary.person))
    step(stage, "effect", done, date(2026, 11, 16))
    office = stage.party_office
    assert list(cadres.visible_to(office)) == [running, done]
    stage.login(client, "party_office")
    assert "拟任职务" in client.get(f"/party/sending/cadres/{running.pk}/").content.decode()
    after = client.get(f"/party/sending/cadres/{done.pk}/").content.decode()
    assert "拟任职务" not in after
    assert "新任职务" in after


def test_the_structure_is_not_searched_by_name(stage: Any, client: Any) -> None:
    stage.login(client, "party_office")

    def main(path: str) -> str:
        return client.get(path).content.decode().split("<main")[1].split("</main")[0]

    assert 'type="search"' not in main("/party/sending/cadres/structure/")
    assert 'type="search"' in main("/party/sending/cadres/")


def test_a_blank_cell_is_left_out_of_a_card(stage: Any, client: Any) -> None:
    """Who is promoted leaves no post: the label would stand there alone."""
    move(stage)
    stage.login(client, "party_office")
    page = client.get("/party/sending/cadres/").content.decode()
    assert '<td class="hz-sub hz-drop" data-label="原任职务">' in page
    assert '<td class="hz-sub" data-label="新任职务">' in page


def test_every_number_of_the_structure_opens_who_they_are(
    stage: Any, client: Any, django_assert_num_queries: Any
) -> None:
    Post.objects.filter(org__bureau=stage.bureau).delete()
    for number, who in enumerate(stage.people[:5]):
        facts = {"sex": "12"[number % 2], "born_on": date(1980 + number, 3, 1), "subject": "数学" if number else ""}
        Person.objects.filter(pk=who.pk).update(**facts)
        since = date(2026, 6, 1) if number == 4 else date(2025, 1, 1)
        Post.objects.create(person=who, org=stage.school, kind="VICE_PRINCIPAL", from_on=since)
    Post.objects.create(person=stage.people[0], org=stage.branch, kind="SECRETARY", from_on=date(2025, 1, 1))
    first, last = date(2026, 1, 1), TODAY
    for line in cadres.structure(stage.bureau.pk, first, last):
        assert cadres.title_of(line.code) == line.title
        for on, number in ((first, line.before), (last, line.after)):
            assert len(cadres.counted(stage.bureau.pk, line.code, on)) == number, line
    with django_assert_num_queries(2):
        row = cadres.counted(stage.bureau.pk, "all", last, stage.people[0].name)[0]
    assert [(post.org, post.kind) for post in row.posts] == [
        (stage.school, "VICE_PRINCIPAL"), (stage.branch, "SECRETARY"),
    ]  # fmt: skip

    stage.login(client, "party_office")
    page = client.get("/party/sending/cadres/structure/", {"year": 2026}).content.decode()
    opened = [unescape(url) for url in re.findall(r'href="(/party/sending/cadres/structure/rows/[^"]+)"', page)]
    assert opened
    math = next(url for url in opened if unquote(url).endswith(f"line=subject:数学&on={TODAY.isoformat()}"))
    shown = client.get(math).content.decode()
    assert "干部结构：任教数学" in shown and "在任的4人" in shown
    assert all(who.name in shown for who in stage.people[1:5]) and f">{stage.people[0].name}<" not in shown
    assert reverse("people:person", args=[stage.people[1].pk]) in shown
    assert 'name="line" value="subject:数学"' in shown  # a search for a name stays in the line
    assert "在任的1人" in client.get(f"{math}&q={stage.people[2].name}").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(math.replace("/rows/", "/rows/export/")).content))
    told = list(book.active.iter_rows(values_only=True))
    assert len([line for line in told if line[4] == "数学"]) == 4


@pytest.mark.parametrize(
    "asked", ["", "line=all", "line=nothing&on=2026-11-20", "line=all&on=2026-13-01", "line=age:1-2&on=2026-11-20"]
)
def test_a_number_there_is_none_of_is_not_found(stage: Any, client: Any, asked: str) -> None:
    stage.login(client, "party_office")
    assert client.get(f"/party/sending/cadres/structure/rows/?{asked}").status_code == 404
    assert client.get("/party/sending/cadres/structure/rows/?line=age:&on=2026-11-20").status_code == 200
