"""Pages of terms where something is refused: the sentence is shown, what was typed stays, nothing is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.models import Delay, Election

from . import stage
from .stage import STARTED, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)


def refused(client: Any, name: str, pk: int, words: str, **given: Any) -> str:
    """The page comes back with the sentence; no election, no delay and no entry has changed."""
    before = everything()
    page = client.post(reverse(f"party:election_{name}", args=[pk]), given)
    assert page.status_code == 200 and words in page.content.decode()
    assert everything() == before
    return page.content.decode()


def everything() -> tuple[Any, ...]:
    found = Entry.objects.filter(did__startswith="party.")
    return tuple(list(rows.order_by("pk").values()) for rows in (Election.objects, Delay.objects, found))


def named(client: Any, **asked: str) -> list[str]:
    page = client.get(reverse("party:election_list"), asked)
    return [row.org.name for row in page.context["page"]]


def test_the_list_narrows_by_kind_and_by_what_is_under_way(cast: Any, client: Any) -> None:
    stage.started(cast)
    cast.login(client, "party_office")
    assert sorted(named(client)) == sorted(
        ["青禾县教育局党委", "柳林学区党总支", "柳林中心小学党支部", "双桥小学党支部"]
    )
    assert named(client, kind="GENERAL_BRANCH") == ["柳林学区党总支"]
    assert sorted(named(client, kind="BRANCH")) == sorted(["柳林中心小学党支部", "双桥小学党支部"])
    assert named(client, show="running") == ["柳林中心小学党支部"]
    assert named(client, show="running", kind="COMMITTEE") == []
    assert len(named(client, show="whatever", year="soon")) == 4  # what cannot be read narrows nothing


def test_a_second_election_is_not_begun(cast: Any, client: Any) -> None:
    stage.started(cast)
    cast.login(client, "branch_secretary")
    refused(client, "start", cast.branch.pk, "已经有一次选举正在办", cause="BY")


def test_a_cause_nobody_knows_begins_nothing(cast: Any, client: Any) -> None:
    stage.before(cast)
    cast.login(client, "branch_secretary")
    page = client.post(reverse("party:election_start", args=[cast.branch.pk]), {"cause": "WHATEVER"})
    assert page.context["start_form"].errors["cause"] and Election.objects.count() == 1


def test_a_delay_too_far_is_said_and_its_fields_stay(cast: Any, client: Any) -> None:
    stage.before(cast)  # due 2026-12-01
    cast.login(client, "district_officer")
    given = {"number": "柳学总支〔2026〕5号", "on": TODAY.isoformat(), "reason": "学校合并"}
    page = refused(client, "delay", cast.branch.pk, "2025年12月1日到2027年12月1日之间", until="2027-12-02", **given)
    assert 'value="2027-12-02"' in page and 'value="柳学总支〔2026〕5号"' in page
    url = reverse("party:election_delay", args=[cast.branch.pk])
    assert client.post(url, given | {"until": "2027-12-01"}).status_code == 302
    assert str(Delay.objects.get().until) == "2027-12-01"


def test_a_body_long_overdue_is_told_its_clause_and_what_to_do(cast: Any, client: Any) -> None:
    """Due 2025-11-20: that day a year later is the first on which there is nothing left to put off."""
    stage.before(cast, held_on=date(2022, 11, 21))
    cast.login(client, "district_officer")
    url = reverse("party:election_body", args=[cast.branch.pk])
    words = "2025年11月20日届满，到今天已超期满1年。延长或者提前换届一般不超过1年（关于党的基层组织任期的意见，2018）。"
    assert client.get(url).context["late"] == ""
    Election.objects.update(held_on=date(2022, 11, 20))
    page = client.get(url).content.decode()
    assert words + "请上级批准补办换届的日期，登记文号后就可以开始换届。" in page
    given = {"number": "柳学总支〔2026〕5号", "on": TODAY.isoformat(), "reason": "未按期换届", "until": "2027-01-10"}
    page = client.post(reverse("party:election_delay", args=[cast.branch.pk]), given, follow=True).content.decode()
    assert words in page and "请上级批准补办" not in page and "延期中" in page


def test_papers_confirmed_before_they_were_held_are_not_registered(cast: Any, client: Any) -> None:
    stage.before(cast)
    cast.login(client, "district_officer")
    given = {"held_on": "2024-01-02", "confirmed_on": "2024-01-01", "number": "3号"}
    page = refused(client, "register", cast.branch.pk, "批复日期早于选举日期", **given)
    assert 'value="2024-01-02"' in page


def test_a_request_dated_before_the_beginning_is_refused(cast: Any, client: Any) -> None:
    election = stage.started(cast)
    cast.login(client, "branch_secretary")
    given = {f"name_{place}": who.name for place, (who, _kind) in enumerate(stage.ballot(cast), start=1)}
    page = refused(client, "ask", election.pk, "早于上一步的2026年10月8日", on="2026-10-07", seats=3, **given)
    assert 'value="2026-10-07"' in page and 'value="唐见山"' in page
    url = reverse("party:election_ask", args=[election.pk])
    assert client.post(url, {"on": STARTED.isoformat(), "seats": 3} | given).status_code == 302


def test_a_request_is_put_right_from_what_it_says(cast: Any, client: Any) -> None:
    """Until the reply the form opens with the ballot as it was sent, in its order."""
    election = stage.asked(cast)
    cast.login(client, "branch_secretary")
    form = client.get(reverse("party:election_ask", args=[election.pk])).context["form"]
    shown = [(name.value(), kind.value()) for name, kind in form.rows]
    assert shown[:4] == [(who.name, kind) for who, kind in stage.ballot(cast)]
    assert {name for name, _kind in shown[4:]} == {None}
    assert (form["number"].value(), form["seats"].value()) == ("柳小支〔2026〕3号", 3)


def test_the_result_is_reported_by_the_branch_alone(cast: Any, client: Any) -> None:
    election = stage.held(cast)
    url = reverse("party:election_page", args=[election.pk])
    cast.login(client, "district_officer")
    assert client.get(url).context["form"] is None
    cast.login(client, "branch_secretary")
    page = client.get(url)
    assert page.context["form"].initial == {"on": TODAY} and "登记报告" in page.content.decode()
    refused(client, "report", election.pk, "早于上一步", on="2026-10-27", number="4号")


def test_what_is_confirmed_is_not_voided(cast: Any, client: Any) -> None:
    election = stage.confirmed(cast)
    cast.login(client, "branch_secretary")
    refused(client, "void", election.pk, "已经办结或作废，不能再作废", reason="错")


def test_voiding_needs_its_reason(cast: Any, client: Any) -> None:
    election = stage.asked(cast)
    cast.login(client, "branch_secretary")
    page = client.post(reverse("party:election_void", args=[election.pk]), {"reason": " "})
    assert page.context["void_form"].errors["reason"]
    election.refresh_from_db()
    assert election.voided_at is None
