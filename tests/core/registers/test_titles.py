"""Professional titles: granted and ended by date, several at once, seen where their holder is."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.registers import actions
from hongzhu.core.registers.models import Title
from hongzhu.core.registers.queries import titles
from tests.core.registers.conftest import ON

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def titled(cast: Any, **given: Any) -> Title:
    facts = {"person": cast.member.person, "kind": "BACKBONE", "level": "CITY", "from_on": ON}
    return actions.grant_title(by=cast.actor("party_office"), today=TODAY, **facts | given)


def test_several_titles_at_once_each_with_one_entry(cast: Any) -> None:
    titled(cast)
    titled(cast, kind="SUBJECT_LEADER")
    titled(cast, level="COUNTY")
    assert Title.objects.count() == 3
    assert Entry.objects.filter(did="registers.grant_title").count() == 3


@pytest.mark.parametrize(
    "given",
    [
        {},  # the very same again
        {"from_on": TODAY + timedelta(days=1), "kind": "SENIOR"},
        {"kind": "SENIOR", "to_on": ON},
        {"kind": "OTHER"},
    ],
)
def test_refused_and_nothing_written(cast: Any, given: dict[str, Any]) -> None:
    titled(cast)
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        titled(cast, **given)
    assert (Title.objects.count(), Entry.objects.count()) == (1, before)


def test_the_same_title_again_after_the_first_ended(cast: Any) -> None:
    titled(cast, to_on=date(2026, 6, 1))
    with pytest.raises(ValidationError):
        titled(cast, from_on=date(2026, 5, 31))
    assert titled(cast, from_on=date(2026, 6, 1)).pk


def test_granted_today_is_not_too_early_and_ending_needs_a_later_day(cast: Any) -> None:
    title = titled(cast, from_on=TODAY)
    with pytest.raises(ValidationError):
        actions.end_title(title=title, on=TODAY, by=cast.actor("party_office"))
    actions.end_title(title=title, on=TODAY + timedelta(days=1), by=cast.actor("party_office"))
    with pytest.raises(ValidationError, match="已经结束"):
        actions.end_title(title=title, on=TODAY + timedelta(days=9), by=cast.actor("party_office"))
    assert Entry.objects.filter(did="registers.end_title").count() == 1


def test_who_holds_which_on_a_day(cast: Any) -> None:
    titled(cast, to_on=date(2026, 6, 1))
    rows = titles.visible_to(cast.party_office)
    assert titles.narrowed(rows, on=date(2026, 5, 31)).count() == 1
    assert titles.narrowed(rows, on=date(2026, 6, 1)).count() == 0
    assert titles.narrowed(rows, on=date(2026, 6, 1), ended=True).count() == 1
    assert titles.visible_to(cast.outsider).count() == 0
    assert titles.visible_to(cast.member).count() == 0


def test_excel_has_the_columns_and_the_rows(cast: Any) -> None:
    titled(cast, name="语文学科", granted_by="市教育局")
    book = openpyxl.load_workbook(BytesIO(titles.register_xlsx(titles.visible_to(cast.party_office))))
    head, row = list(book.active.values)[:2]
    assert head[:5] == ("姓名", "专业称号", "称号名称", "级别", "授予机关")
    assert row[:5] == ("许青原", "骨干教师", "语文学科", "市级", "市教育局")


def test_the_list_asks_as_often_for_three_rows_as_for_one(
    cast: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    cast.login(client, "party_office")
    client.get("/registers/titles/")  # the sign-in of this browser is noted once
    counts = []
    for kind in ("BACKBONE", "SENIOR", "MASTER_TEACHER"):
        titled(cast, kind=kind)
        with django_assert_max_num_queries(30) as asked:
            assert client.get("/registers/titles/").status_code == 200
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_a_title_is_granted_from_the_form(cast: Any, client: Any) -> None:
    cast.login(client, "school_secretary")
    answer = client.post(
        "/registers/titles/new/",
        {"person": cast.member.person.name, "kind": "SENIOR", "level": "CITY", "from_on": "2020-03-01"},
    )
    assert answer.status_code == 302
    assert Title.objects.get().person == cast.member.person


def test_the_register_is_narrowed_by_kind_level_and_name(cast: Any) -> None:
    city = titled(cast)
    county = titled(cast, level="COUNTY", kind="SENIOR", name="语文学科")
    other = titled(cast, person=cast.organiser.person)
    rows = titles.visible_to(cast.party_office)

    def left(**asked: str) -> set[Title]:
        return set(titles.narrowed(rows, on=TODAY, **asked))

    assert left() == {city, county, other}
    assert left(kind="SENIOR") == {county}
    assert left(level="CITY") == {city, other}
    assert left(text="许青") == {city, county}
    assert left(text="语文") == {county}
    assert left(text=cast.organiser.person.search_key.upper()) == {other}
    assert left(kind="SENIOR", level="CITY") == set()


def test_a_title_refused_by_the_form_keeps_what_was_typed(cast: Any, client: Any) -> None:
    titled(cast, from_on=date(2020, 3, 1))
    before = Entry.objects.count()
    cast.login(client, "school_secretary")
    given = {
        "person": cast.member.person.name, "kind": "BACKBONE", "level": "CITY", "from_on": "2021-03-01",
        "granted_by": "市教育局人事科",
    }  # fmt: skip
    page = client.post("/registers/titles/new/", given).content.decode()
    assert "这项称号已经登记过" in page
    assert "市教育局人事科" in page
    assert (Title.objects.count(), Entry.objects.count()) == (1, before)


def test_a_title_is_ended_from_the_list(cast: Any, client: Any) -> None:
    title = titled(cast)
    cast.login(client, "party_office")
    for day, said in (("无", "日期"), (ON.isoformat(), "结束日期要晚于授予日期")):
        page = client.post(f"/registers/titles/{title.pk}/end/", {"on": day}, follow=True).content.decode()
        assert said in page and "已登记结束" not in page
        title.refresh_from_db()
        assert title.to_on is None
    page = client.post(f"/registers/titles/{title.pk}/end/", {"on": "2026-03-02"}, follow=True).content.decode()
    assert "已登记结束" in page
    title.refresh_from_db()
    assert title.to_on == date(2026, 3, 2)
