"""A table that is withdrawn does not vanish: units are told why, keep it under 全部, and read the reason on it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from hongzhu.core.collections import actions, rules
from hongzhu.core.collections.models import Request
from hongzhu.core.collections.queries import papers, returns
from hongzhu.core.documents.models import Message
from hongzhu.core.people.models import Membership
from tests.core.collections.conftest import NOW, ON, return_of, sent, submitted, wishes

WHY = "上级改了表式"


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def withdrawn(cast: Any, **given: Any) -> Request:
    request = sent(cast, **given)
    return actions.withdraw(request=request, reason=WHY, by=cast.actor("party_office"), on=ON, now=NOW)


def test_every_unit_that_was_asked_is_told_the_reason(cast: Any) -> None:
    Membership.objects.filter(org=cast.other_branch).delete()
    request = withdrawn(cast, about="MEMBER", columns=wishes("培训需求", held=0))
    told = Message.objects.filter(key=f"collections.request:{request.pk}:withdrawn")
    # The neighbour's was answered by the machine: nobody there was ever asked.
    assert sorted(told.values_list("account__username", flat=True)) == ["branch_secretary", "deputy", "organiser"]
    assert {(one.subject, one.text) for one in told} == {
        (f"已撤回：{request.title}", f"青禾县教育局撤回了这张表，不用再填。原因：{WHY}")
    }


def test_it_stays_under_all_and_not_under_what_is_open(cast: Any, client: Any) -> None:
    gone, open_one = withdrawn(cast), sent(cast, columns=wishes("炉具", held=0))
    assert [row.request for row in returns.own(cast.branch_secretary)] == [open_one, gone]
    assert [row.request for row in returns.waiting(cast.branch_secretary)] == [open_one]
    cast.login(client, "branch_secretary")
    assert "已撤回" in client.get("/collections/returns/?show=all").content.decode()
    assert "已撤回" not in client.get("/collections/returns/").content.decode()
    data = papers.own_xlsx(returns.own(cast.branch_secretary))
    assert "已撤回" in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[2]


@pytest.mark.parametrize("address", ["", "read/"])
def test_the_answer_says_why(cast: Any, client: Any, address: str) -> None:
    request = withdrawn(cast)
    cast.login(client, "branch_secretary")
    page = client.get(f"/collections/returns/{return_of(request, cast.branch).pk}/{address}").content.decode()
    assert WHY in page
    assert "没有这样的人" not in page
    assert ("本单位没有填过" in page) is not address.startswith("read")


def test_what_was_filled_in_is_still_there(cast: Any, client: Any) -> None:
    request = sent(cast, due_on=timezone.localdate())
    answer = submitted(cast, request)
    actions.withdraw(request=request, reason=WHY, by=cast.actor("party_office"), on=ON, now=NOW)
    cast.login(client, "branch_secretary")
    assert "本单位没有填过" not in client.get(f"/collections/returns/{answer.pk}/").content.decode()
    answer.refresh_from_db()
    assert rules.chip_of(answer).word == "已撤回"


def test_none_stays_none_when_it_is_closed(cast: Any, client: Any) -> None:
    request = sent(cast, about="FREE")
    answer = return_of(request, cast.branch)
    actions.hand_in_none(answer=answer, version=0, by=cast.actor("branch_secretary"), on=ON, now=NOW)
    actions.close(request=request, by=cast.actor("party_office"), now=NOW)
    cast.login(client, "branch_secretary")
    page = client.get(f"/collections/returns/{answer.pk}/").content.decode()
    assert "这个单位没有要报的" in page
