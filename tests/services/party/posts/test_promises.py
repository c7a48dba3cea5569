"""Promises: one line for each member and year, signed on paper, kept; coverage is signed of members."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.models import Promise
from hongzhu.services.party.queries import posts

TODAY = date(2026, 11, 20)


def write(cast: Any, *people: Any, text: str = "上一节公开课") -> int:
    return actions.write_promises(
        org=cast.branch, year=2026, items={one.pk: text for one in people}, on=TODAY, by=cast.actor("organiser")
    )


def sign(cast: Any, *absent: int, on: date = TODAY) -> int:
    return actions.sign_promises(
        org=cast.branch, year=2026, absent=absent, on=on, by=cast.actor("organiser"), today=TODAY
    )


def fulfil(cast: Any, *open_ones: int, on: date = TODAY) -> int:
    return actions.fulfil_promises(
        org=cast.branch, year=2026, open_ones=open_ones, on=on, by=cast.actor("organiser"), today=TODAY
    )


def test_lines_are_written_at_once_and_again(cast: Any) -> None:
    one, two, three = cast.people[:3]
    assert write(cast, one, two) == 2
    entries = Entry.objects.count()
    assert write(cast, one, two) == 0
    assert Entry.objects.count() == entries  # nothing new was typed
    assert write(cast, one, three, text="家访十户") == 2
    assert sorted(Promise.objects.values_list("item", flat=True)) == ["上一节公开课", "家访十户", "家访十户"]


def test_an_empty_line_leaves_a_member_out_and_a_stranger_is_refused(cast: Any) -> None:
    assert write(cast, cast.people[0], text="  ") == 0
    with pytest.raises(ValidationError):
        write(cast, cast.people[0], cast.neighbour.person)
    assert not Promise.objects.exists()


def test_a_signed_line_keeps_its_words(cast: Any) -> None:
    write(cast, cast.people[0])
    sign(cast)
    assert write(cast, cast.people[0], text="别的") == 0
    assert Promise.objects.get().item == "上一节公开课"


def test_all_signed_but_those_ticked(cast: Any) -> None:
    write(cast, *cast.people[:3])
    absent = Promise.objects.get(person=cast.people[1])
    assert sign(cast, absent.pk) == 2
    assert set(Promise.objects.filter(signed_on=TODAY).values_list("person", flat=True)) == {
        cast.people[0].pk,
        cast.people[2].pk,
    }
    with pytest.raises(ValidationError):
        sign(cast, on=TODAY + timedelta(days=1))
    assert sign(cast) == 1


def test_kept_after_signing_and_never_before(cast: Any) -> None:
    write(cast, *cast.people[:2])
    with pytest.raises(ValidationError):
        fulfil(cast)  # nobody has signed
    sign(cast, on=date(2026, 3, 10))
    with pytest.raises(ValidationError):
        fulfil(cast, on=date(2026, 3, 9))
    open_one = Promise.objects.get(person=cast.people[1])
    assert fulfil(cast, open_one.pk, on=date(2026, 3, 10)) == 1
    kept = Promise.objects.get(person=cast.people[0])
    assert (kept.done_on, kept.checked_by) == (date(2026, 3, 10), "周予安")
    assert not any("score" in field.name or "point" in field.name for field in Promise._meta.get_fields())


def test_coverage_counts_members_and_signed(cast: Any) -> None:
    write(cast, *cast.people[:4])
    sign(cast, Promise.objects.get(person=cast.people[3]).pk)
    fulfil(cast, Promise.objects.get(person=cast.people[2]).pk)
    mine = next(line for line in posts.coverage(cast.party_office, 2026, TODAY) if line.org == cast.branch)
    assert (mine.members, mine.signed, mine.done, mine.missing) == (9, 3, 2, 6)
    assert mine.share == "33%"
    missing = posts.promise_lines(cast.organiser, 2026, TODAY, state="missing")
    assert {line.member.person_id for line in missing} == {one.pk for one in cast.people[4:]}
    assert all(line.promise is None for line in posts.promise_lines(cast.organiser, 2025, TODAY))


def test_the_sheet_to_sign_has_a_line_for_each_member(cast: Any, client: Any) -> None:
    write(cast, cast.people[0])
    cast.login(client, "branch_secretary")
    page = client.get(f"/party/promises/{cast.branch.pk}/2026/paper/")
    table = docx.Document(io.BytesIO(page.content)).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["序号", "姓名", "承诺事项", "本人签名", "签名日期"]
    rows = {row.cells[1].text: row.cells[2].text for row in table.rows[1:]}
    assert set(rows) == {one.name for one in cast.people}
    assert rows[cast.people[0].name] == "上一节公开课"


def test_forms_write_sign_and_fulfil(cast: Any, client: Any) -> None:
    cast.login(client, "organiser")
    at = f"/party/promises/{cast.branch.pk}/2026/"
    person = cast.member.person
    assert client.post(f"{at}write/", {f"p{person.pk}": "结对一名青年教师"}).status_code == 302
    assert client.post(f"{at}sign/", {"on": "2026-03-10"}).status_code == 302
    assert client.post(f"{at}fulfil/", {"on": "2026-09-10"}).status_code == 302
    row = Promise.objects.get()
    assert (row.person, row.signed_on, row.done_on) == (person, date(2026, 3, 10), date(2026, 9, 10))
    text = client.get(at).content.decode()
    assert "结对一名青年教师" in text and "已兑现" in text
