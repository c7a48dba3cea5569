"""A unit whose numbers are all held and all 0 is answered by the machine, its row of zeros merged; in doubt it is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Line, Request, Return
from hongzhu.core.collections.queries import requests, returns
from hongzhu.core.documents.models import Message
from hongzhu.core.orgs.models import Org
from hongzhu.kit import registry
from tests.core.collections.conftest import NOW, ON, SOURCES, drafted, return_of

NAME = actions.ColumnWish(place=1, title="单位", field="t.name")
MEMBERS = actions.ColumnWish(place=2, title="党员数", field="t.members", type="NUMBER", summed=True)
STAFF = actions.ColumnWish(place=3, title="教职工数", field="t.staff", type="NUMBER")
REMARK = actions.ColumnWish(place=4, title="备注")
ORDER = actions.ColumnWish(place=5, title="序号", type="ORDER")


@pytest.fixture(autouse=True)
def _stage(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch has no members and no staff, its neighbour one of each; nobody knows the staff of a third."""

    def values(ids: Collection[int], on: date, codes: Collection[str]) -> dict[int, dict[str, Any]]:
        found = {}
        for org in Org.objects.filter(pk__in=ids):
            n = 1 if "双桥" in org.name else 0
            told = {"t.name": org.name, "t.members": n, "t.staff": n}
            found[org.pk] = {code: told[code] for code in codes if code in told}
        return found

    units = replace(SOURCES["t.units"], values=values)
    monkeypatch.setattr(registry.book, "fields", {"t.units": units})


def sent(cast: Any, *columns: actions.ColumnWish, **given: Any) -> Request:
    request = drafted(cast, columns=list(columns), **given)
    return actions.send(request=request, by=cast.actor("party_office"), on=ON, now=NOW)


def test_zeros_are_handed_in_and_merged(cast: Any, client: Any) -> None:
    request = sent(cast, NAME, MEMBERS, STAFF, REMARK, ORDER)
    answer = return_of(request, cast.branch)
    assert (answer.status, answer.by_machine, answer.filled, answer.planned) == (Return.Status.NONE, True, 3, 0)
    assert answer.handed_in_at == NOW
    assert Line.objects.get(answer=answer).held == {"1": cast.branch.name, "2": 0, "3": 0}
    other = return_of(request, cast.other_branch)
    assert (other.status, other.by_machine) == (Return.Status.PREFILLED, False)
    told = Message.objects.filter(key__startswith=f"collections.request:{request.pk}:")
    assert [one.account.username for one in told] == ["neighbour"]
    columns = requests.columns_of(request)
    assert list(returns.merged_rows(request, columns)) == [[cast.branch.name, 0, 0, None, 1]]
    cast.login(client, "branch_secretary")
    assert "这些数在平台里都是0" in client.get(f"/collections/returns/{answer.pk}/").content.decode()


@pytest.mark.parametrize(
    "columns",
    [
        (NAME, MEMBERS, actions.ColumnWish(place=3, title="取暖炉台数", type="NUMBER")),
        (NAME, MEMBERS, actions.ColumnWish(place=4, title="备注", required=True)),
        (NAME, REMARK),
        (NAME, MEMBERS, actions.ColumnWish(place=3, title="学段", field="t.stage")),
    ],
)
def test_with_anything_to_type_or_no_number_the_unit_is_asked(cast: Any, columns: Any) -> None:
    answer = return_of(sent(cast, *columns), cast.branch)
    assert (answer.status, answer.by_machine) == (Return.Status.PREFILLED, False)
    assert not Line.objects.exists()


def test_a_day_that_has_not_come_proves_nothing(cast: Any) -> None:
    request = sent(cast, NAME, MEMBERS, as_of=ON + timedelta(days=1))
    assert return_of(request, cast.branch).status == Return.Status.PREFILLED
    assert return_of(sent(cast, NAME, STAFF, as_of=ON), cast.branch).status == Return.Status.NONE


def test_the_unit_may_still_say_otherwise(cast: Any) -> None:
    answer = return_of(sent(cast, NAME, MEMBERS, REMARK), cast.branch)
    sheet = returns.sheet(answer, ON)
    done = actions.submit(
        answer=answer, given={0: {"4": "新设"}}, seen=sheet.seen, version=0, by=cast.actor("branch_secretary"), on=ON,
        now=NOW,
    )  # fmt: skip
    assert (done.status, done.by_machine) == (Return.Status.SUBMITTED, False)
