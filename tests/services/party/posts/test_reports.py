"""A member reports the own promise kept; another confirms it or sends it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.desk import posts as desk
from hongzhu.services.party.models import Promise
from hongzhu.services.party.queries import posts

SIGNED, TODAY = date(2026, 3, 10), date(2026, 11, 20)


def promise(cast: Any, who: str = "member", *, signed: bool = True) -> Promise:
    person = cast.accounts[who].person
    return Promise.objects.create(
        bureau=cast.bureau, org=cast.branch, person=person, year=2026, item="家访十户",
        signed_on=SIGNED if signed else None,
    )  # fmt: skip


def report(cast: Any, row: Promise, by: str = "member", **more: Any) -> Promise:
    told: dict[str, Any] = {"promise": row, "on": TODAY, "by": cast.actor(by), "today": TODAY}
    return actions.report_promise(**told | more)


def refused(write: Any, *args: Any, **more: Any) -> str:
    before, entries = list(Promise.objects.values()), Entry.objects.count()
    with pytest.raises(ValidationError) as caught:
        write(*args, **more)
    assert (list(Promise.objects.values()), Entry.objects.count()) == (before, entries)
    return str(caught.value.messages[0])


def word(row: Promise) -> str:
    from hongzhu.services.party.rules.posts import promise_chip

    row.refresh_from_db()
    return str(promise_chip(row).word)


def test_reported_by_its_member_and_confirmed_by_another(cast: Any) -> None:
    row = promise(cast)
    report(cast, row, on=date(2026, 9, 18), deed="  10户都去过了 ")
    assert word(row) == "已报兑现"
    assert (row.reported_on, row.deed, row.done_on) == (date(2026, 9, 18), "10户都去过了", None)
    assert Entry.objects.latest("seq").did == "party.report_promise"
    said = refused(actions.confirm_promise, promise=row, by=cast.actor("member"), others=["唐见山"])
    assert "自己确认兑现" in said and "唐见山" in said
    actions.confirm_promise(promise=row, by=cast.actor("organiser"))
    assert word(row) == "已兑现"
    assert (row.done_on, row.checked_by) == (date(2026, 9, 18), "周予安")
    assert "不用再点" in refused(actions.confirm_promise, promise=row, by=cast.actor("organiser"))
    assert "不用再报" in refused(report, cast, row)


def test_only_a_signed_promise_of_ones_own_is_reported_and_on_a_day_that_has_come(cast: Any) -> None:
    row, blank = promise(cast), promise(cast, "organiser", signed=False)
    assert "由本人报" in refused(report, cast, row, by="organiser")
    assert "还没有登记签名" in refused(report, cast, blank, by="organiser")
    assert "还没有到" in refused(report, cast, row, on=TODAY + timedelta(days=1))
    assert "早于签名" in refused(report, cast, row, on=SIGNED - timedelta(days=1))
    assert report(cast, row, on=SIGNED).reported_on == SIGNED
    assert "已经报过" in refused(report, cast, row)


def test_sent_back_with_a_reason_and_reported_again(cast: Any) -> None:
    row, by = promise(cast), cast.actor("organiser")
    assert "没有报兑现" in refused(actions.return_promise, promise=row, reason="还差两户", by=by)
    report(cast, row, deed="去了8户")
    assert "退回原因" in refused(actions.return_promise, promise=row, reason=" ", by=by)
    assert "自己退回" in refused(actions.return_promise, promise=row, reason="还差", by=cast.actor("member"))
    actions.return_promise(promise=row, reason="还差两户", by=by)
    assert word(row) == "退回补充"
    assert (row.reported_on, row.returned_for, row.deed) == (None, "还差两户", "去了8户")
    assert "没有报兑现" in refused(actions.confirm_promise, promise=row, by=by)
    report(cast, row, deed="10户")
    assert word(row) == "已报兑现" and row.returned_for == ""


def fulfil(cast: Any, by: str = "organiser", **more: Any) -> int:
    told: dict[str, Any] = {
        "org": cast.branch, "year": 2026, "open_ones": (), "on": TODAY, "by": cast.actor(by), "today": TODAY,
    }  # fmt: skip
    return actions.fulfil_promises(**told | more)


def test_all_at_once_keeps_the_day_reported_and_leaves_ones_own_to_others(cast: Any) -> None:
    mine, reported, other = promise(cast, "organiser"), promise(cast), promise(cast, "deputy")
    report(cast, reported, on=date(2026, 9, 18))
    assert fulfil(cast) == 2
    for row in (mine, reported, other):
        row.refresh_from_db()
    assert [row.done_on for row in (mine, reported, other)] == [None, date(2026, 9, 18), TODAY]
    said = refused(fulfil, cast, others=["唐见山"])
    assert "自己确认兑现" in said and "唐见山" in said
    assert "没有要标兑现" in refused(fulfil, cast, open_ones=[mine.pk])
    assert fulfil(cast, by="branch_secretary") == 1


def test_every_state_has_its_filter_and_coverage_says_kept_of_signed(cast: Any) -> None:
    signed, reported, back, done = (promise(cast, who) for who in ("organiser", "member", "deputy", "branch_secretary"))
    report(cast, reported)
    report(cast, back, by="deputy")
    actions.return_promise(promise=back, reason="还差两户", by=cast.actor("organiser"))
    report(cast, done, by="branch_secretary")
    actions.confirm_promise(promise=done, by=cast.actor("organiser"))
    promise(cast, "school_secretary", signed=False)

    def found(state: str) -> list[Promise | None]:
        return [line.promise for line in posts.promise_lines(cast.organiser, 2026, TODAY, state=state)]

    assert (found("signed"), found("reported"), found("returned"), found("done")) == (
        [signed], [reported], [back], [done]
    )  # fmt: skip
    assert [row.signed_on for row in found("unsigned") if row] == [None]
    mine = next(line for line in posts.coverage(cast.party_office, 2026, TODAY) if line.org == cast.branch)
    assert (mine.members, mine.signed, mine.done, mine.share, mine.kept) == (9, 4, 1, "44%", "25%")
    none = next(line for line in posts.coverage(cast.party_office, 2025, TODAY) if line.org == cast.branch)
    assert none.kept == ""


def test_the_own_page_reports_by_one_tap_and_shows_what_came_back(cast: Any, client: Any) -> None:
    row = promise(cast)
    cast.login(client, "member")
    page = client.get("/party/posts/own/").content.decode()
    assert "我已兑现" in page and 'value="2026-11-20"' in page
    at = f"/party/promises/{row.pk}/report/"
    wrong = client.post(at, {"on": "2026-02-01", "deed": "去了十户"})
    assert wrong.status_code == 200 and "早于签名" in wrong.content.decode() and "去了十户" in wrong.content.decode()
    assert client.post(at, {"on": "2026-11-20"}).status_code == 302  # what was done may be left out
    page = client.get("/party/posts/own/").content.decode()
    assert "已报兑现" in page and "我已兑现" not in page
    cast.login(client, "organiser")
    back = f"/party/promises/{row.pk}/return/"
    assert client.post(back, {"reason": ""}).status_code == 200 and word(row) == "已报兑现"
    assert client.post(back, {"reason": "还差两户"}).status_code == 302
    assert "还差两户" in client.get(f"/party/promises/{row.pk}/").content.decode()
    cast.login(client, "member")
    assert "支部退回：还差两户" in client.get("/party/posts/own/").content.decode()
    assert client.post(at, {"on": "2026-11-20", "deed": "长" * 101}).status_code == 200
    assert client.post(at, {"on": "2026-11-20", "deed": "长" * 100}).status_code == 302
    cast.login(client, "organiser")
    assert "确认兑现" in client.get(f"/party/promises/{row.pk}/").content.decode()
    assert client.post(f"/party/promises/{row.pk}/confirm/").status_code == 302
    assert word(row) == "已兑现"
    assert "退回补充" not in client.get(f"/party/promises/{row.pk}/").content.decode()


def test_nobody_confirms_the_own_promise_on_the_page(cast: Any, client: Any) -> None:
    row = promise(cast, "organiser")
    report(cast, row, by="organiser")
    cast.login(client, "organiser")
    shown = client.get(f"/party/promises/{row.pk}/").content.decode()
    assert "自己确认兑现" in shown and "唐见山" in shown and f"{row.pk}/confirm/" not in shown
    page = client.post(f"/party/promises/{row.pk}/confirm/", follow=True).content.decode()
    assert page.count("自己确认兑现") == shown.count("自己确认兑现") + 1  # what is refused is said above the page
    back = client.post(f"/party/promises/{row.pk}/return/", {"reason": "还差两户"})
    assert back.status_code == 200 and "自己退回" in back.content.decode()
    assert word(row) == "已报兑现"


def test_the_form_for_all_leaves_the_own_one_out_and_says_so(cast: Any, client: Any) -> None:
    promise(cast, "organiser")
    report(cast, promise(cast), on=date(2026, 9, 18))
    cast.login(client, "organiser")
    at = f"/party/promises/{cast.branch.pk}/2026/fulfil/"
    page = client.get(at).content.decode()
    assert "本人报9月18日兑现" in page and "周予安 家访十户" not in page and "自己办的不能自己确认兑现" in page
    assert client.post(at, {"on": "2026-11-20"}).status_code == 302
    cast.login(client, "branch_secretary")
    page = client.get(at).content.decode()
    assert "周予安 家访十户" in page and "自己办的" not in page


def test_the_lists_lead_to_the_promise(cast: Any, client: Any) -> None:
    row = promise(cast)
    report(cast, row, deed="十户都去了")
    cast.login(client, "organiser")
    for address in ("/party/promises/?state=reported", f"/party/promises/{cast.branch.pk}/2026/"):
        page = client.get(address).content.decode()
        assert f'href="/party/promises/{row.pk}/"' in page and "十户都去了" in page
    cast.login(client, "inspector")  # sees, and has no button
    page = client.get(f"/party/promises/{row.pk}/").content.decode()
    assert "家访十户" in page and '<form class="hz-in' not in page


def test_what_waits_is_told_to_who_can_do_it(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row, own = promise(cast), promise(cast, "organiser")
    report(cast, row)
    report(cast, own, by="organiser")

    def waits(who: str) -> list[tuple[str, str]]:
        return [(str(due.title), str(due.text)) for due in desk.waiting(cast.accounts[who], TODAY)]

    assert waits("organiser") == [("党员报了兑现的承诺", "1项")]  # the own one is another's
    assert waits("branch_secretary") == [("党员报了兑现的承诺", "2项")]
    assert waits("member") == waits("inspector") == []
    actions.return_promise(promise=row, reason="还差两户", by=cast.actor("organiser"))
    assert waits("member") == [("我的承诺", "支部退回，补充后再报")]
    report(cast, row)
    assert waits("member") == []
    assert desk.place_url(7) == "/party/posts/places/7/"
    assert desk.promise_url(row.pk) == f"/party/promises/{row.pk}/"


def test_the_own_page_takes_the_same_queries_for_one_promise_and_three(
    cast: Any, client: Any, django_assert_num_queries: Any
) -> None:
    row = promise(cast)
    cast.login(client, "member")
    client.get("/party/posts/own/")
    with CaptureQueriesContext(connection) as one:
        client.get("/party/posts/own/")
    for year in (2024, 2025):
        Promise.objects.create(
            bureau=cast.bureau, org=cast.branch, person=row.person, year=year, item="结对", signed_on=SIGNED
        )
    assert timezone.localdate() == TODAY
    with django_assert_num_queries(len(one)):
        page = client.get("/party/posts/own/").content.decode()
    assert page.count("我已兑现") == 3
