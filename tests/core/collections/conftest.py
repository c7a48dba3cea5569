"""Held fields nobody else declares, and requests at each step of their life."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import pytest

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Asked, Request, Return
from hongzhu.core.collections.queries import prefill, requests, returns
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Person
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.kit.registry import Field, FieldSource

ON = date(2026, 11, 18)
DUE = date(2026, 11, 27)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ASKED = {"calls": 0}

UNIT_FIELDS = (
    Field(
        "t.name", "单位名称", "text", "机构登记", names=("学校", "单位", "学校名称"), correct=lambda pk: f"/orgs/{pk}/"
    ),
    Field("t.code", "学校标识码", "text", "机构登记"),
    Field("t.stage", "学段", "text", "机构登记"),
    Field("t.members", "党员数", "number", "当日党员", names=("党员人数",)),
    Field("t.staff", "教职工数", "number", "当日在岗"),
    Field("t.school_only", "办学许可证号", "text", "机构登记", correct=lambda pk: f"/orgs/{pk}/"),
    Field("t.secretary", "书记", "text", "当日任职", names=("书记姓名",)),
)
PERSON_FIELDS = (
    Field("t.person", "姓名", "text", "人员登记", correct=lambda pk: f"/people/{pk}/"),
    Field("t.sex", "性别", "text", "人员登记"),
    Field("t.born", "出生年月", "date", "人员登记"),
)


def unit_values(ids: Collection[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    """Everything of every body; a body called 双桥 has no code."""
    ASKED["calls"] += 1
    found = {}
    for org in Org.objects.filter(pk__in=ids):
        told = {
            "t.name": org.name,
            "t.members": len(org.name),
            "t.staff": 7,
            "t.secretary": "唐见山",
            "t.stage": "小学",
        }
        if org.kind == "SCHOOL":
            told["t.school_only"] = "137"
        if "双桥" not in org.name:
            told["t.code"] = f"{org.pk:010d}"
        found[org.pk] = {code: told[code] for code in codes if code in told}
    return found


def person_values(ids: Collection[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
    ASKED["calls"] += 1
    told = {"t.sex": "男", "t.born": date(1985, 7, 1)}
    return {
        person.pk: {code: ({"t.person": person.name} | told)[code] for code in codes}
        for person in Person.objects.filter(pk__in=ids)
    }


SOURCES = {
    "t.units": FieldSource("t.units", "unit", UNIT_FIELDS, unit_values),
    "t.people": FieldSource("t.people", "person", PERSON_FIELDS, person_values),
}


@pytest.fixture
def stage(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The cast, a shipped pack, and two sources of fields."""
    policies.ship()
    monkeypatch.setattr(registry.book, "fields", dict(SOURCES))
    ASKED["calls"] = 0
    return cast


HELD = ("t.name", "t.code", "t.stage", "t.members", "t.staff", "t.secretary")
TITLES = ("学校", "学校标识码", "学段", "党员人数", "教职工数", "书记姓名")


def wishes(*typed: str, held: int = 6, **more: Any) -> list[actions.ColumnWish]:
    """``held`` columns the platform fills, then typed ones; the first typed is a required number that is summed."""
    made = [
        actions.ColumnWish(place=place, title=TITLES[place - 1], field=HELD[place - 1],
                           type="NUMBER" if HELD[place - 1] in ("t.members", "t.staff") else "TEXT")
        for place in range(1, held + 1)
    ]  # fmt: skip
    for number, title in enumerate(typed):
        made.append(
            actions.ColumnWish(
                place=held + number + 1, title=title, type="TEXT" if number else "NUMBER", required=not number,
                summed=not number, **more,
            )
        )  # fmt: skip
    return made


def heading(cast: Any, **given: Any) -> actions.Heading:
    facts: dict[str, Any] = {
        "title": "冬季取暖设备排查表", "basis": "县安委办〔2026〕18号", "owner": cast.accounts["party_office"].person, "as_of": ON,
        "due_on": DUE, "kinds": ("BRANCH",),
    }  # fmt: skip
    return actions.Heading(**facts | given)


def drafted(
    cast: Any, *typed: str, columns: Any = None, kind: str = "TABLE", by: str = "party_office", **given: Any
) -> Request:
    """A draft to every branch: six held columns and two typed ones unless said otherwise."""
    request = actions.draft(asker=cast.root, kind=kind, heading=heading(cast, **given), by=cast.actor(by), now=NOW)
    if kind == "REPORT":
        parts = [
            actions.PartWish(title="上半年工作", source="t.life"),
            actions.PartWish(title="存在问题"),
            actions.PartWish(title="下半年计划", plan=True),
        ]
        actions.lay_parts(request=request, parts=parts, by=cast.actor(by))
    else:
        laid = columns if columns is not None else wishes(*(typed or ("取暖炉台数", "备注")))
        actions.lay_out(request=request, columns=laid, by=cast.actor(by))
    return Request.objects.get(pk=request.pk)


def sent(cast: Any, *typed: str, repeat_reason: str = "", on: date = ON, now: datetime = NOW, **given: Any) -> Request:
    request = drafted(cast, *typed, **given)
    return actions.send(request=request, by=cast.actor("party_office"), on=on, now=now, repeat_reason=repeat_reason)


def return_of(request: Request, org: Any) -> Return:
    return Return.objects.select_related("request__asker", "request__bureau", "org").get(request=request, org=org)


def submitted(cast: Any, request: Request, org: Any = None, given: Any = None, by: str = "branch_secretary") -> Return:
    answer = return_of(request, org or cast.branch)
    sheet = returns.sheet(answer, ON)
    return actions.submit(
        answer=answer, given={0: {"7": 3}} if given is None else given, seen=sheet.seen, version=answer.version,
        by=cast.actor(by), on=ON, now=NOW,
    )  # fmt: skip


__all__ = ["Asked", "prefill", "requests"]
