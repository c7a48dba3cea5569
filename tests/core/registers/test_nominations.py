"""Nominations (C12): once a year for each title, reviewed and granted by another, an honour comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.registers import actions, rules
from hongzhu.core.registers.models import Honour, Nomination
from hongzhu.core.registers.queries import nominations

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hongzhu.core.registers.views.nominations.timezone.localdate", lambda *_args: TODAY)


def put_forward(cast: Any, **more: Any) -> Nomination:
    told: dict[str, Any] = {
        "nominated_by": cast.branch, "year": 2026, "title": "优秀党员教师", "level": "COUNTY",
        "person": cast.member.person, "proposed_on": date(2026, 5, 10), "by": cast.actor("organiser"), "today": TODAY,
    }  # fmt: skip
    return actions.nominate(**told | more)


def review(cast: Any, row: Nomination, on: date = date(2026, 6, 1), **more: Any) -> Nomination:
    told = {"by": cast.actor("party_office"), "own": False} | more
    return actions.review_nomination(nomination=row, on=on, today=TODAY, **told)


def grant(cast: Any, row: Nomination, on: date, **more: Any) -> Nomination:
    told = {"granted_by": "县教育局党委", "by": cast.actor("party_office"), "own": False} | more
    return actions.grant_nomination(nomination=row, on=on, today=TODAY, **told)


def refused(write: Any, *args: Any, **call: Any) -> str:
    def state() -> Any:
        return list(Nomination.objects.values()), Honour.objects.count(), Entry.objects.count()

    before = state()
    with pytest.raises(ValidationError) as caught:
        write(*args, **call)
    assert state() == before
    return str(caught.value.messages[0])


def test_once_a_year_unless_withdrawn(stage: Any) -> None:
    row = put_forward(stage)
    assert "已经推荐过" in refused(put_forward, stage)
    assert put_forward(stage, year=2025).pk
    actions.withdraw_nomination(nomination=row, by=stage.actor("organiser"))
    assert put_forward(stage).pk
    assert "已经有结果" in refused(actions.withdraw_nomination, nomination=row, by=stage.actor("organiser"))


def test_one_holder_of_the_own_bureau_on_a_day_that_came(stage: Any) -> None:
    assert "二者选一" in refused(put_forward, stage, org=stage.branch)
    assert "不属于本局" in refused(put_forward, stage, person=stage.outsider.person)
    assert "还没有到" in refused(put_forward, stage, proposed_on=TODAY + timedelta(days=1))
    assert "对不上" in refused(put_forward, stage, year=2028)


def test_no_step_is_jumped_and_the_notice_runs_out(stage: Any) -> None:
    row = put_forward(stage)
    assert "还没有评审" in refused(grant, stage, row, TODAY)
    post = {"by": stage.actor("party_office"), "today": TODAY}
    first, last = date(2026, 6, 2), date(2026, 6, 9)
    assert "先登记评审" in refused(actions.post_nomination, nomination=row, on=first, to=last, **post)
    assert "上一步之后" in refused(review, stage, row, on=date(2026, 5, 9))
    row = review(stage, row)
    assert "晚于公示日期" in refused(actions.post_nomination, nomination=row, on=first, to=first, **post)
    row = actions.post_nomination(nomination=row, on=first, to=last, **post)
    assert "还没有期满" in refused(grant, stage, row, last)
    row = grant(stage, row, last + timedelta(days=1), valid_to=date(2029, 6, 10))
    honour = Honour.objects.get()
    assert row.honour == honour
    assert (honour.person, honour.title, honour.granted_on) == (stage.member.person, "优秀党员教师", date(2026, 6, 10))
    assert "已经有结果" in refused(
        actions.decline_nomination, nomination=row, reason="x", by=stage.actor("party_office")
    )


def test_nobody_decides_their_own(stage: Any) -> None:
    row = put_forward(stage, by=stage.actor("party_office"))
    own, others = nominations.decided_by_own(row, stage.party_office, TODAY)
    assert own
    assert "自己办的不能自己评审" in refused(review, stage, row, own=own, others=others)
    theirs = put_forward(stage, person=stage.party_office.person)
    assert nominations.decided_by_own(theirs, stage.party_office, TODAY)[0]
    assert not nominations.decided_by_own(put_forward(stage, title="别的"), stage.party_office, TODAY)[0]


def test_who_was_not_granted_it_has_a_reason_and_no_honour(stage: Any) -> None:
    row = put_forward(stage)
    assert "原因" in refused(actions.decline_nomination, nomination=row, reason=" ", by=stage.actor("party_office"))
    actions.decline_nomination(nomination=row, reason="名额已满", by=stage.actor("party_office"))
    assert not Honour.objects.exists()


def test_who_holds_what_today(stage: Any) -> None:
    row = grant(stage, review(stage, put_forward(stage)), date(2026, 6, 10), valid_to=date(2026, 11, 21))
    put_forward(stage, title="另一项")

    def held(on: date) -> list[Nomination]:
        return list(nominations.narrowed(nominations.visible_to(stage.organiser), on, state="held"))

    assert held(TODAY) == [row]
    assert held(date(2026, 11, 21)) == []
    actions.revoke(honour=row.honour, on=TODAY, by=stage.actor("party_office"))
    assert held(TODAY) == []


def test_pages_take_it_through(stage: Any, client: Any) -> None:
    stage.login(client, "branch_secretary")
    told = {
        "nominated_by": stage.branch.pk, "year": 2026, "title": "先进基层党组织", "level": "COUNTY",
        "org": stage.branch.pk, "proposed_on": "2026-05-10",
    }  # fmt: skip
    assert client.post("/registers/nominations/new/", told | {"person": "许青原"}).status_code == 200
    assert client.post("/registers/nominations/new/", told).status_code == 302
    row = Nomination.objects.get()
    at = f"/registers/nominations/{row.pk}/"
    stage.login(client, "party_office")
    bad = client.post(f"{at}grant/", {"on": "2026-06-01", "granted_by": "县教育局党委"})
    assert bad.status_code == 200 and "还没有评审" in bad.content.decode()
    assert client.post(f"{at}review/", {"on": "2026-06-01"}).status_code == 302
    assert client.post(f"{at}post/", {"on": "2026-06-02", "to": "2026-06-09"}).status_code == 302
    assert client.post(f"{at}grant/", {"on": "2026-06-10", "granted_by": "县教育局党委"}).status_code == 302
    text = client.get(at).content.decode()
    assert "已授予" in text and "县教育局党委" in text
    listed = client.get("/registers/nominations/?show=held&q=先进").content.decode()
    assert "先进基层党组织" in listed
    assert client.get("/registers/nominations/export/").status_code == 200
    assert "没有符合条件" in client.get("/registers/nominations/?show=DECLINED").content.decode()


def test_the_list_takes_the_same_queries_for_one_row_and_three(
    stage: Any, client: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stage.login(client, "party_office")
    put_forward(stage)
    client.get("/registers/nominations/")
    with CaptureQueriesContext(connection) as one:
        client.get("/registers/nominations/")
    put_forward(stage, title="甲")
    put_forward(stage, title="乙")
    with django_assert_num_queries(len(one)):
        client.get("/registers/nominations/")


def test_pages_refuse_and_take_back(stage: Any, client: Any) -> None:
    row = put_forward(stage)
    at = f"/registers/nominations/{row.pk}/"
    stage.login(client, "party_office")
    again = client.post(f"{at}decline/", {"reason": ""})
    assert again.status_code == 200
    stage.login(client, "organiser")
    told = {
        "nominated_by": stage.branch.pk, "year": 2026, "title": "优秀党员教师", "level": "COUNTY", "person": "许青原",
        "proposed_on": "2026-05-10",
    }  # fmt: skip
    assert "已经推荐过" in client.post("/registers/nominations/new/", told).content.decode()
    assert client.post(f"{at}withdraw/").status_code == 302
    client.post(f"{at}withdraw/")
    assert "已经有结果" in client.get(at).content.decode()
    assert "优秀党员教师" in client.get("/registers/nominations/?year=2026&level=COUNTY").content.decode()


def test_reviewed_once_and_not_granted_by_who_put_it_forward(stage: Any) -> None:
    row = review(stage, put_forward(stage))
    assert "已经评审过" in refused(review, stage, row, on=date(2026, 6, 2))
    own = refused(grant, stage, row, date(2026, 6, 10), own=True, others=["陆望舒"])
    assert "自己办的不能自己授予" in own and "可以请陆望舒办理" in own
    assert grant(stage, row, date(2026, 6, 10), own=False, others=["陆望舒"]).honour


def test_the_chip_of_a_granted_one_says_whether_it_is_still_held(stage: Any) -> None:
    row = grant(stage, review(stage, put_forward(stage)), date(2026, 6, 10), valid_to=TODAY)

    def word(on: date) -> str:
        return str(rules.nomination_chip(Nomination.objects.get(pk=row.pk), on).word)

    assert word(TODAY - timedelta(days=1)) == "已授予"
    assert word(TODAY) == "已过有效期"
    actions.revoke(honour=row.honour, on=date(2026, 11, 1), by=stage.actor("party_office"))
    assert word(date(2026, 10, 31)) == "已授予"
    assert word(date(2026, 11, 1)) == "荣誉已撤销"
