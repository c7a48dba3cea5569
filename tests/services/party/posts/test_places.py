"""The catalogue of posts: offered, claimed by one tap, full, put right, closed."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.actions import places as actions
from hongzhu.services.party.actions import posts as post_actions
from hongzhu.services.party.models import MemberPost, PostPlace
from hongzhu.services.party.queries import places as queries
from hongzhu.services.party.rules import places as rules

ON, TODAY = date(2026, 3, 1), date(2026, 11, 20)


def offer(cast: Any, title: str = "北楼责任区", **more: Any) -> PostPlace:
    told: dict[str, Any] = {
        "org": cast.branch, "kind": "AREA", "duty": "每周巡查一次", "from_on": ON, "by": cast.actor("organiser"),
    }  # fmt: skip
    return actions.offer_place(title=title, **told | more)


def take(cast: Any, place: PostPlace, person: Any = None, by: str = "organiser", **more: Any) -> MemberPost:
    told: dict[str, Any] = {
        "org": cast.branch, "person": person or cast.member.person, "place": place, "from_on": TODAY,
        "by": cast.actor(by),
    }  # fmt: skip
    return post_actions.set_post(**told | more)


def refused(write: Any, *args: Any, **more: Any) -> str:
    def state() -> Any:
        return list(PostPlace.objects.values()), list(MemberPost.objects.values()), Entry.objects.count()

    before = state()
    with pytest.raises(ValidationError) as caught:
        write(*args, **more)
    assert state() == before
    return str(caught.value.messages[0])


def test_a_member_claims_an_offered_place_by_one_tap(cast: Any, client: Any) -> None:
    place = offer(cast)
    cast.login(client, "member")
    page = client.get("/party/posts/own/").content.decode()
    assert "支部的岗位目录" in page and f"/party/posts/places/{place.pk}/claim/" in page
    answer = client.post(f"/party/posts/places/{place.pk}/claim/")  # nothing is typed
    assert answer.status_code == 302
    post = MemberPost.objects.get()
    assert (post.place, post.person, post.org) == (place, cast.member.person, cast.branch)
    assert (post.kind, post.title, post.duty) == ("AREA", "北楼责任区", "每周巡查一次")
    assert (post.from_on, post.agreed_on) == (TODAY, None)
    page = client.get("/party/posts/own/").content.decode()
    assert "待支部同意" in page and "已认领" in page
    # Another agrees, as to every claim.
    assert "自己" in refused(post_actions.agree_post, post=post, by=cast.actor("member"), on=TODAY)
    assert post_actions.agree_post(post=post, by=cast.actor("organiser"), on=TODAY).agreed_on == TODAY


def test_a_full_place_is_refused_and_says_whom_to_ask(cast: Any, client: Any) -> None:
    place = offer(cast, places=2)
    take(cast, place, cast.people[5])
    first = take(cast, place, cast.people[6])
    said = refused(take, cast, place, others=["甲一", "乙二", "丙三", "丁四"])
    assert "名额已满" in said and "甲一、乙二、丙三" in said and "丁四" not in said
    assert "由支部在岗位目录里增加名额" in refused(take, cast, place)

    cast.login(client, "member")
    page = client.get("/party/posts/own/").content.decode()
    assert "已满" in page and f"{place.pk}/claim/" not in page and "周予安" in page
    answer = client.post(f"/party/posts/places/{place.pk}/claim/", follow=True)
    assert "名额已满" in answer.content.decode() and "周予安" in answer.content.decode()
    assert MemberPost.objects.count() == 2

    # Who keeps the catalogue is not told to ask themselves, neither on the page nor in the refusal.
    cast.login(client, "organiser")
    page = client.get("/party/posts/own/").content.decode()
    told = page.split("满了的岗位要增加名额，可以找")[1].split("。")[0].split("、")
    assert cast.branch_secretary.person.name in told and cast.organiser.person.name not in told
    said = client.post(f"/party/posts/places/{place.pk}/claim/", follow=True).content.decode()
    told = said.split("要增加名额，可以找")[1].split("。")[0].split("、")
    assert cast.branch_secretary.person.name in told and cast.organiser.person.name not in told
    assert MemberPost.objects.count() == 2

    # Free again on the day the first is withdrawn, not on the day before.
    post_actions.withdraw_post(post=first, by=cast.actor("organiser"), on=TODAY + timedelta(days=1), reason="岗位调整")
    assert "名额已满" in refused(take, cast, place)
    assert take(cast, place, from_on=TODAY + timedelta(days=1)).place == place


def test_the_same_place_is_claimed_once(cast: Any) -> None:
    place = offer(cast, places=3)
    take(cast, place)
    assert "已经在这个岗位" in refused(take, cast, place)


def test_a_place_is_taken_while_it_is_offered(cast: Any) -> None:
    place = offer(cast, places=5)
    before = ON - timedelta(days=1)
    assert "从2026年3月1日起" in refused(take, cast, place, from_on=before)
    assert take(cast, place, from_on=ON).from_on == ON
    actions.close_place(place=place, on=TODAY, by=cast.actor("organiser"))
    assert "已经关闭" in refused(take, cast, place, cast.people[5], from_on=TODAY)
    assert take(cast, place, cast.people[5], from_on=TODAY - timedelta(days=1)).place == place


def test_another_branch_has_its_own_catalogue(cast: Any, client: Any) -> None:
    place = offer(cast)
    assert "不在所选支部" in refused(take, cast, place, cast.neighbour.person, org=cast.other_branch, by="neighbour")
    cast.login(client, "neighbour")
    assert client.post(f"/party/posts/places/{place.pk}/claim/").status_code == 404
    assert client.get(f"/party/posts/places/{place.pk}/").status_code == 404
    assert "北楼责任区" not in client.get("/party/posts/own/").content.decode()
    assert "北楼责任区" not in client.get("/party/posts/places/").content.decode()


def test_a_place_stands_once_and_has_room_for_its_holders(cast: Any) -> None:
    place, other = offer(cast, places=2), offer(cast, "南楼责任区")
    assert "已经有同一类别" in refused(offer, cast, " 北楼责任区 ")
    assert "至少1个" in refused(offer, cast, "西楼责任区", places=0)
    take(cast, place, cast.people[5])
    take(cast, place, cast.people[6])
    told: dict[str, Any] = {"kind": "AREA", "duty": "", "by": cast.actor("organiser"), "today": TODAY}
    assert "已经有2人" in refused(actions.amend_place, place=place, title="北楼责任区", places=1, **told)
    assert "已经有同一类别" in refused(actions.amend_place, place=other, title="北楼责任区", places=1, **told)
    assert actions.amend_place(place=place, title="北楼二层", places=2, **told).title == "北楼二层"
    assert Entry.objects.latest("seq").did == "party.amend_place"
    # Who held it keeps the words of that day.
    assert set(MemberPost.objects.values_list("title", flat=True)) == {"北楼责任区"}
    assert offer(cast, kind="VANGUARD", title="北楼二层").pk  # another kind is another post


def test_closing_leaves_the_holders(cast: Any) -> None:
    place, by = offer(cast), cast.actor("organiser")
    post = take(cast, place)
    assert "不能早于" in refused(actions.close_place, place=place, on=ON - timedelta(days=1), by=by)
    assert actions.close_place(place=place, on=TODAY, by=by).closed_on == TODAY
    assert "已经关闭" in refused(actions.close_place, place=place, on=TODAY, by=by)
    told: dict[str, Any] = {"kind": "AREA", "duty": "", "by": by, "today": TODAY, "places": 1}
    assert "不能再改" in refused(actions.amend_place, place=place, title="改", **told)
    post.refresh_from_db()
    assert (post.to_on, queries.taken(place.pk, TODAY)) == (None, 1)
    assert offer(cast).pk != place.pk  # offered anew


@pytest.mark.parametrize(
    ("facts", "taken", "word"),
    [
        ({}, 1, "可认领"), ({}, 2, "已满"), ({"closed_on": TODAY}, 0, "已关闭"),
        ({"closed_on": TODAY + timedelta(days=1)}, 0, "可认领"), ({"from_on": TODAY}, 0, "可认领"),
        ({"from_on": TODAY + timedelta(days=1)}, 0, "未开放"),
    ],
)  # fmt: skip
def test_a_place_says_where_it_stands(facts: dict[str, Any], taken: int, word: str) -> None:
    assert str(rules.place_chip(PostPlace(**{"from_on": ON, "places": 2} | facts), taken, TODAY).word) == word


def test_filters_of_the_catalogue(cast: Any, client: Any) -> None:
    full, free, gone = offer(cast), offer(cast, "南楼", places=2), offer(cast, "西楼", kind="VANGUARD")
    later = offer(cast, "东楼", from_on=TODAY + timedelta(days=1))
    take(cast, full, cast.people[5])
    take(cast, free, cast.people[6])
    actions.close_place(place=gone, on=TODAY, by=cast.actor("organiser"))
    rows = queries.visible_to(cast.organiser, TODAY)

    def found(**told: Any) -> set[PostPlace]:
        return set(queries.narrowed(rows, TODAY, **told))

    assert found() == {full, free, later}
    assert found(state="free") == {free}
    assert found(state="closed") == found(state="all", kind="VANGUARD") == {gone}
    assert found(state="all", org=cast.branch.pk) == {full, free, gone, later}
    assert found(state="all", org=cast.other_branch.pk) == set()
    assert found(text="南") == {free}
    assert set(queries.offered(cast.branch, TODAY)) == {full, free}
    assert {(row.taken, row.free) for row in rows.filter(pk__in=[full.pk, free.pk])} == {(1, 0), (1, 1)}
    cast.login(client, "organiser")
    text = client.get("/party/posts/places/?state=closed").content.decode()
    assert "西楼" in text and "南楼" not in text


def test_the_catalogue_takes_the_same_queries_for_one_row_and_three(
    cast: Any, client: Any, django_assert_num_queries: Any
) -> None:
    def take_place(title: str, person: Any) -> None:
        take(cast, offer(cast, title, places=2), person)

    take_place("北楼", cast.people[5])
    for who, address in (("organiser", "/party/posts/places/"), ("member", "/party/posts/own/")):
        cast.login(client, who)
        client.get(address)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        take_place(f"南楼{who}", cast.people[6])
        take_place(f"西楼{who}", cast.people[7])
        with django_assert_num_queries(len(one)):
            page = client.get(address).content.decode()
        assert f"西楼{who}" in page


def test_the_excel_holds_places_taken_and_free(cast: Any, client: Any) -> None:
    take(cast, offer(cast, places=3), cast.people[5])
    cast.login(client, "branch_secretary")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/party/posts/places/export/").content))
    rows = list(book.active.values)
    row = next(row for row in rows if "北楼责任区" in row)
    assert [row[at] for at in (4, 5, 6)] == [3, 1, 2]


def test_forms_offer_show_change_and_close(cast: Any, client: Any) -> None:
    cast.login(client, "organiser")
    told = {"org": cast.branch.pk, "kind": "AREA", "title": "北楼责任区", "places": 2, "from_on": "2026-03-01"}
    assert client.post("/party/posts/places/new/", told).status_code == 302
    place = PostPlace.objects.get()
    at = f"/party/posts/places/{place.pk}/"
    assert "还没有人认领" in client.get(at).content.decode()
    take(cast, place)
    page = client.get(at).content.decode()
    assert cast.member.person.name in page and "安排党员" in page
    answer = client.post(f"{at}edit/", {"kind": "AREA", "title": "北楼", "duty": "巡查", "places": 0})
    assert answer.status_code == 200 and "巡查" in answer.content.decode()
    assert client.post(f"{at}edit/", {"kind": "AREA", "title": "北楼", "duty": "巡查", "places": 4}).status_code == 302
    kept = client.post(f"{at}close/", {"on": "2026-02-01"})
    assert "不能早于" in kept.content.decode() and "2026-02-01" in kept.content.decode()
    assert client.post(f"{at}close/", {"on": "2026-11-20"}).status_code == 302
    place.refresh_from_db()
    assert (place.title, place.duty, place.places, place.closed_on) == ("北楼", "巡查", 4, TODAY)
    assert "安排党员" not in client.get(at).content.decode()


def test_the_branch_assigns_from_the_catalogue_or_in_its_own_words(cast: Any, client: Any) -> None:
    place, full = offer(cast), offer(cast, "满了的")
    take(cast, full, cast.people[5])
    cast.login(client, "organiser")
    page = client.get(f"/party/posts/new/?place={place.pk}").content.decode()
    assert f'<option value="{place.pk}" selected>' in page and "满了的" not in page
    assert "安排党员" in client.get(f"/party/posts/places/{place.pk}/").content.decode()
    shown = client.get(f"/party/posts/places/{full.pk}/").content.decode()
    assert "安排党员" not in shown and f"/party/posts/places/{full.pk}/edit/" in shown
    assert "selected>北楼责任区" not in client.get("/party/posts/new/?place=x").content.decode()
    told = {"org": cast.branch.pk, "person": cast.member.person.name, "from_on": "2026-03-01"}
    blank = client.post("/party/posts/new/", told)
    assert blank.status_code == 200 and blank.content.decode().count("请从岗位目录选一个，或填好类别和岗位。") >= 2
    strange = client.post("/party/posts/new/", {**told, "place": full.pk})
    assert strange.status_code == 200 and "请从岗位目录选一个，或填好类别和岗位。" not in strange.content.decode()
    assert client.post("/party/posts/new/", {**told, "place": place.pk}).status_code == 302
    post = MemberPost.objects.get(place=place)
    assert (post.title, post.kind, post.agreed_on) == ("北楼责任区", "AREA", ON)
    long = client.post("/party/posts/new/", {**told, "kind": "AREA", "title": "长" * 81})
    assert long.status_code == 200 and "或填好类别和岗位" not in long.content.decode()
    assert client.post("/party/posts/new/", {**told, "kind": "AREA", "title": "自己写的"}).status_code == 302
    assert MemberPost.objects.get(title="自己写的").place is None


def test_somebody_without_a_branch_is_offered_nothing(cast: Any, client: Any) -> None:
    place = offer(cast)
    assert not queries.offered(None, TODAY)
    cast.login(client, "inspector")
    assert client.post(f"/party/posts/places/{place.pk}/claim/").status_code == 404
