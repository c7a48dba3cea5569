"""A draft whose rows become something else has its columns matched anew: a member's 姓名 is not the secretary's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import prefill, requests
from hongzhu.kit import registry
from tests.core.collections.conftest import ON, PERSON_FIELDS, SOURCES, UNIT_FIELDS, drafted, heading, sent
from tests.core.collections.test_views import page, post

MADE = ("title", "field", "proposed", "type", "required", "summed")


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a unit's row 姓名 is the secretary."""
    clock.set(2026, 11, 18, 10)
    named = [replace(one, names=("姓名",)) if one.code == "t.secretary" else one for one in UNIT_FIELDS]
    units = replace(SOURCES["t.units"], fields=tuple(named))
    monkeypatch.setattr(registry.book, "fields", SOURCES | {"t.units": units})


def names(cast: Any) -> Request:
    columns = [
        actions.ColumnWish(place=1, title="序号", type="ORDER"),
        actions.ColumnWish(place=2, title="姓名", field="t.secretary"),
        actions.ColumnWish(place=3, title="出生年月", type="TEXT", required=True),
        actions.ColumnWish(place=4, title="学校", field="t.name"),
        actions.ColumnWish(place=5, title="培训需求", type="NUMBER", summed=True),
        actions.ColumnWish(place=6, title="联系人", field="t.secretary"),
    ]
    return drafted(cast, columns=columns)


def laid(request: Request) -> list[tuple[Any, ...]]:
    return list(request.columns.order_by("place").values_list(*MADE))


def form(request: Request, **given: Any) -> dict[str, Any]:
    return {
        "title": request.title, "basis": request.basis, "due_on": "2026-11-27", "as_of": "2026-11-18", "kinds": "BRANCH",
        "about": request.about, "owner": request.owner.name, "asker": request.asker_id,
    } | given  # fmt: skip


def test_every_column_is_matched_anew_in_one_entry(cast: Any) -> None:
    request = names(cast)
    entries = Entry.objects.count()
    actions.revise(request=request, heading=heading(cast, about="MEMBER"), by=cast.actor("party_office"))
    assert laid(request) == [
        ("序号", "", "", "ORDER", False, False),
        ("姓名", "t.person", "", "TEXT", False, False),
        ("出生年月", "t.born", "", "DATE", False, False),
        ("学校", "t.name", "", "TEXT", False, False),
        ("培训需求", "", "", "NUMBER", False, True),  # as the officer left it: not required
        ("联系人", "", "", "TEXT", False, False),
    ]
    assert Entry.objects.count() == entries + 1
    last = Entry.objects.latest("seq")
    told = json.loads(last.detail)
    assert (last.did, told["about"], told["columns"], told["held"]) == ("collections.revise", "MEMBER", 6, 3)
    request.refresh_from_db()
    rows = prefill.rows(request, requests.columns_of(request), [cast.branch.pk], ON)[cast.branch.pk]
    assert [row.held["2"] for row in rows] == [row.person.name for row in rows if row.person]


def test_back_again_what_a_unit_does_not_hold_is_asked_as_it_was(cast: Any) -> None:
    columns = [
        actions.ColumnWish(place=1, title="出生年月", field="t.born", type="DATE"),
        actions.ColumnWish(place=2, title="性别", field="t.sex", options=("男", "女")),
    ]
    request = drafted(cast, columns=columns, about="MEMBER")
    actions.revise(request=request, heading=heading(cast, about="UNIT"), by=cast.actor("party_office"))
    assert laid(request) == [("出生年月", "", "", "DATE", False, False), ("性别", "", "", "CHOICE", False, False)]
    assert request.columns.get(place=2).options == ["男", "女"]


def test_the_same_rows_leave_the_columns_as_they_are(cast: Any) -> None:
    request = names(cast)
    before = list(request.columns.order_by("place").values())
    actions.revise(request=request, heading=heading(cast, title="另一张表"), by=cast.actor("party_office"))
    assert list(request.columns.order_by("place").values()) == before


def test_what_was_sent_keeps_its_columns(cast: Any, client: Client) -> None:
    request = sent(cast, columns=[actions.ColumnWish(place=1, title="姓名", field="t.secretary")])
    cast.login(client, "party_office")
    shown = post(client, "request_change", request.pk, **form(request, about="MEMBER"))
    assert "不能修改" in shown.content.decode()
    assert request.columns.get().field == "t.secretary"


def test_the_page_leads_to_the_columns_and_says_why(cast: Any, client: Client) -> None:
    request = names(cast)
    cast.login(client, "party_office")
    same = post(client, "request_change", request.pk, **form(request))
    assert same.url == reverse("collections:request_page", args=[request.pk])
    other = post(client, "request_change", request.pk, **form(request, about="MEMBER"))
    assert other.url == reverse("collections:request_columns", args=[request.pk])
    text = page(client, "request_columns", request.pk).content.decode()
    assert "现在是“每名党员一行”，各列和平台字段已重新对过，以前的确认作废" in text
    assert request.columns.get(place=2).field == "t.person"


def test_a_field_that_is_not_this_askers_is_not_filled(cast: Any, client: Client, monkeypatch: Any) -> None:
    guarded = [replace(one, ask_perm="collections.budget") if one.code == "t.born" else one for one in PERSON_FIELDS]
    people = replace(SOURCES["t.people"], fields=tuple(guarded))
    monkeypatch.setattr(registry.book, "fields", SOURCES | {"t.people": people})
    request = drafted(cast, columns=[actions.ColumnWish(place=1, title="出生年月")])
    for who, field in (("section_officer", ""), ("party_office", "t.born")):
        request.columns.update(field="")
        Request.objects.filter(pk=request.pk).update(about="UNIT")
        request.refresh_from_db()
        cast.login(client, who)
        assert post(client, "request_change", request.pk, **form(request, about="MEMBER")).status_code == 302, who
        assert request.columns.get().field == field, who
