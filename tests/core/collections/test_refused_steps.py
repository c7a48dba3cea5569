"""A short form that was refused stands on the page again with what was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Request
from tests.core.collections.conftest import drafted, return_of, sent, submitted

TYPED = "省里当天又要一次"


@pytest.fixture(autouse=True)
def _stage(stage: Any, clock: Any) -> None:
    clock.set(2026, 11, 18, 10)


def tried(cast: Any, client: Any, name: str, pk: int, **data: Any) -> str:
    cast.login(client, "party_office")
    answer = client.post(reverse(f"collections:{name}", args=[pk]), data)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_reason_of_a_repeat_over_the_budget(cast: Any, client: Any) -> None:
    sent(cast)
    by = cast.actor("party_office")
    actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=5, by=by)
    draft = drafted(cast)
    page = tried(cast, client, "request_send", draft.pk, repeat_reason=TYPED)
    assert "超出年度收表预算" in page
    assert f'name="repeat_reason" value="{TYPED}"' in page
    draft.refresh_from_db()
    assert draft.status == Request.Status.DRAFT


def test_the_reason_a_leader_may_not_give_for_their_own(cast: Any, client: Any) -> None:
    actions.set_budget(bureau=cast.bureau, org=None, year=2026, minutes=1, by=cast.actor("party_office"))
    theirs = drafted(cast, by="section_officer")
    Request.objects.filter(pk=theirs.pk).update(status="OUT", sent_at="2026-11-18T02:00:00Z")
    page = tried(cast, client, "request_allow", theirs.pk, reason=TYPED)
    assert "不能批准超出预算" in page
    mine = drafted(cast)
    assert "自己办的不能自己批准超出预算" in tried(cast, client, "request_allow", mine.pk, reason=TYPED)


def test_the_reason_of_withdrawing_what_was_closed(cast: Any, client: Any) -> None:
    request = sent(cast)
    page = tried(cast, client, "request_withdraw", request.pk, reason="因" * 201)
    assert f'value="{"因" * 201}"' in page
    assert '<details class="card hz-no-paper" open>' in page
    assert '<details class="card hz-no-paper" open>' not in client.get(
        reverse("collections:request_page", args=[request.pk])
    ).content.decode()  # fmt: skip
    request.refresh_from_db()
    assert (request.status, request.withdrawn_for) == (Request.Status.OUT, "")


def test_what_is_to_be_changed_when_sending_back(cast: Any, client: Any) -> None:
    answer = submitted(cast, sent(cast, due_on=date(2026, 11, 27)))
    page = tried(cast, client, "return_send_back", answer.pk, reason="改" * 201)
    assert f'value="{"改" * 201}"' in page
    assert return_of(answer.request, cast.branch).status == "SUBMITTED"
