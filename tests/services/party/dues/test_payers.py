"""Who pays a batch: said or changed before any of it is sent, among the committees at the top; not afterwards."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.services.party.actions import allotments as actions
from hongzhu.services.party.models import Allotment, DuesOpening
from hongzhu.services.party.queries import allotments as queries
from hongzhu.services.party.queries import dues_account as accounts

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
SENT = date(2026, 11, 5)


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def set_payer(cast: Any, batch: Allotment, payer: Org) -> Allotment:
    return actions.set_payer(allotment=batch, payer=payer, by=cast.actor("party_office"), on=TODAY)


def send(cast: Any, batch: Allotment, count: int = 2) -> None:
    actions.send_allotment(
        allotment=batch, lines=batch.lines.order_by("pk")[:count], voucher="付11-8", sent_on=SENT,
        by=cast.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip


def told() -> list[tuple[int, int | None]]:
    rows = Entry.objects.filter(did="party.set_payer").order_by("seq").values_list("detail", flat=True)
    return [(found["payer"], found["before"]) for found in map(json.loads, rows)]


@pytest.fixture
def batch(ready: Any) -> Allotment:
    """Of before payers were kept: nobody's, where there are two committees."""
    made = actions.allot(
        bureau=ready.bureau, kind="SPECIAL", title="防汛专项党费", year=2026, flat=500_000, decided_on=date(2026, 11, 2),
        units=[ready.school, ready.other_school], by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    Allotment.objects.update(payer=None)
    return made


@pytest.fixture
def other(ready: Any, batch: Allotment) -> Org:
    """A second committee at the top, set up after the batch."""
    return Org.objects.create(bureau=ready.bureau, kind="COMMITTEE", name="另一党委", opened_on=date(2019, 1, 1))


def test_it_is_said_before_sending_and_stands_on_that_account(ready: Any, other: Org, batch: Allotment) -> None:
    assert set_payer(ready, batch, other).payer == other
    send(ready, batch)
    assert [accounts.computed(org, SENT, TODAY) for org in (other, ready.committee)] == [-1_000_000, 0]
    year = accounts.Period.year(2026)
    assert accounts.on_nobodys_account(other, year, TODAY) is None
    assert told() == [(other.pk, None)]


def test_a_wrong_one_is_changed_before_sending(ready: Any, other: Org, batch: Allotment) -> None:
    set_payer(ready, batch, other)
    with pytest.raises(ValidationError, match="已经由另一党委拨付，不用再改"):
        set_payer(ready, batch, other)
    set_payer(ready, batch, ready.committee)
    batch.refresh_from_db()
    assert batch.payer == ready.committee
    assert told() == [(other.pk, None), (ready.committee.pk, other.pk)]


@pytest.mark.parametrize("count", [1, 2])
def test_not_after_any_of_it_is_sent(ready: Any, other: Org, batch: Allotment, count: int) -> None:
    send(ready, batch, count)
    with pytest.raises(ValidationError, match=f"已经有{count}个单位拨付，拨付党组织不能再改") as refused:
        set_payer(ready, batch, other)
    assert "另登记一次下拨" in refused.value.messages[0] and "已填内容还在" in refused.value.messages[0]
    batch.refresh_from_db()
    assert batch.payer is None and told() == []
    assert accounts.computed(other, TODAY, TODAY) == 0


def test_only_a_committee_at_the_top_pays(ready: Any, other: Org, batch: Allotment) -> None:
    with pytest.raises(ValidationError, match="柳林学区党总支不是本局最上一级的党委"):
        set_payer(ready, batch, ready.general_branch)
    Superior.objects.create(org=other, superior=ready.committee, relation="BELONGS", from_on=TODAY)
    with pytest.raises(ValidationError, match="另一党委不是本局最上一级的党委"):
        set_payer(ready, batch, other)
    set_payer(ready, batch, ready.committee)  # the only one: it may be written down as well
    assert told() == [(ready.committee.pk, None)]


def test_a_voided_batch_is_left_alone(ready: Any, other: Org, batch: Allotment) -> None:
    actions.void_allotment(allotment=batch, reason="文件有误", by=ready.actor("party_office"), now=NOW)
    with pytest.raises(ValidationError, match="已经作废"):
        set_payer(ready, batch, other)
    assert told() == []


def test_several_are_two_and_not_one_or_none(ready: Any) -> None:
    assert not queries.several_payers(ready.bureau.pk, TODAY)
    Org.objects.create(bureau=ready.bureau, kind="COMMITTEE", name="另一党委", opened_on=TODAY)
    assert queries.several_payers(ready.bureau.pk, TODAY)
    assert not queries.several_payers(ready.bureau.pk, SENT)
    Org.objects.filter(kind="COMMITTEE").update(closed_on=TODAY)
    assert not queries.several_payers(ready.bureau.pk, TODAY)


# --- the pages


def test_the_page_asks_and_says_who_pays(ready: Any, other: Org, batch: Allotment, client: Any) -> None:
    ready.login(client, "party_office")
    page, address = url("dues_allotment", batch.pk), url("dues_allotment_payer", batch.pk)
    shown = text(client.get(page))
    assert address in shown and "选拨付党组织" in shown and "改拨付党组织" not in shown
    assert "还没有写明由谁拨付" in text(client.get(url("dues_allotment_send", batch.pk)))
    form = text(client.get(address))
    assert "另一党委" in form and ready.committee.name in form and ready.general_branch.name not in form
    for given in ({}, {"payer": ready.general_branch.pk}):
        assert "hz-" in text(client.post(address, given))
    assert told() == []
    assert client.post(address, {"payer": other.pk})["Location"] == page
    shown = text(client.get(page))
    assert "由另一党委拨付" in shown and "改拨付党组织" in shown
    assert f'value="{other.pk}" selected' in text(client.get(address))
    assert "不用再改" in text(client.post(address, {"payer": other.pk}))
    assert "没有写明由谁拨付" not in text(client.get(url("dues_allotment_send", batch.pk)))


def test_once_sent_the_page_asks_no_more_and_refuses(ready: Any, other: Org, batch: Allotment, client: Any) -> None:
    send(ready, batch, 1)
    ready.login(client, "party_office")
    address = url("dues_allotment_payer", batch.pk)
    assert address not in text(client.get(url("dues_allotment", batch.pk)))
    rest = text(client.get(url("dues_allotment_send", batch.pk)))
    assert "不能再补" in rest and address not in rest
    refused = text(client.post(address, {"payer": other.pk}))
    assert "已经有1个单位拨付" in refused and f'value="{other.pk}" selected' in refused
    batch.refresh_from_db()
    assert batch.payer is None


def test_with_one_committee_nobody_is_asked(ready: Any, batch: Allotment, client: Any) -> None:
    ready.login(client, "party_office")
    assert url("dues_allotment_payer", batch.pk) not in text(client.get(url("dues_allotment", batch.pk)))
    assert "由谁拨付" not in text(client.get(url("dues_allotment_send", batch.pk)))
    ready.login(client, "school_secretary")
    Org.objects.create(bureau=ready.bureau, kind="COMMITTEE", name="另一党委", opened_on=SENT)
    assert url("dues_allotment_payer", batch.pk) not in text(client.get(url("dues_allotment", batch.pk)))
    assert client.post(url("dues_allotment_payer", batch.pk), {"payer": ready.committee.pk}).status_code == 403
    assert told() == []


def test_before_sending_the_page_says_what_the_account_has(ready: Any, batch: Allotment, client: Any) -> None:
    ready.login(client, "party_office")
    name = ready.committee.name
    short = text(client.get(url("dues_allotment_send", batch.pk)))
    assert f"{name}账上今天余额0.00元，这次还要拨付10,000.00元，全部拨付以后是-10,000.00元" in short
    assert url("dues_account", ready.committee.pk) in short

    DuesOpening.objects.create(
        org=ready.committee,
        on=SENT,
        fen=1_000_000,
        basis="现金日记账",
        made_at=NOW,
        confirmed_by="书记",
        confirmed_at=NOW,
    )
    enough = text(client.get(url("dues_allotment_send", batch.pk)))
    assert f"{name}账上今天余额10,000.00元，这次还要拨付10,000.00元，全部拨付以后余0.00元" in enough
    assert "是-" not in enough

    DuesOpening.objects.update(fen=999_999)
    assert "全部拨付以后是-0.01元" in text(client.get(url("dues_allotment_send", batch.pk)))
    send(ready, batch)  # the account may lag behind the book: nothing is stopped


def test_a_batch_of_nobody_has_no_account(ready: Any, other: Org, batch: Allotment, client: Any) -> None:
    batch.refresh_from_db()
    assert accounts.purse_of(batch, TODAY) is None
    ready.login(client, "party_office")
    assert "账上今天余额" not in text(client.get(url("dues_allotment_send", batch.pk)))
