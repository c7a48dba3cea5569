"""Posts and areas: who may hold one, claims agreed to by another, review, withdrawal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.services.party.actions import posts as actions
from hongzhu.services.party.models import MemberPost
from hongzhu.services.party.queries import posts

ON, TODAY = date(2026, 3, 1), date(2026, 11, 20)


def given(cast: Any, by: str = "organiser", **more: Any) -> MemberPost:
    told: dict[str, Any] = {
        "org": cast.branch, "person": cast.member.person, "kind": "AREA", "title": "北楼责任区", "from_on": ON,
        "by": cast.actor(by),
    }  # fmt: skip
    return actions.set_post(**told | more)


def refused(**call: Any) -> str:
    write = call.pop("write")
    before, entries = list(MemberPost.objects.values()), Entry.objects.count()
    with pytest.raises(ValidationError) as caught:
        write(**call)
    assert (list(MemberPost.objects.values()), Entry.objects.count()) == (before, entries)
    return str(caught.value.messages[0])


def test_what_the_branch_gives_is_agreed_to_at_once(cast: Any) -> None:
    post = given(cast)
    assert post.agreed_on == ON
    assert Entry.objects.latest("seq").did == "party.set_post"


def test_only_members_of_the_branch_hold_a_post_there(cast: Any) -> None:
    assert "不是本支部的党员" in refused(
        write=actions.set_post, org=cast.branch, person=cast.neighbour.person, kind="AREA", title="x", from_on=ON,
        by=cast.actor("organiser"),
    )  # fmt: skip
    # Probationary members do; the day before they came they do not.
    probationer = cast.people[-1]
    assert "不是本支部的党员" in refused(
        write=actions.set_post, org=cast.branch, person=probationer, kind="AREA", title="x",
        from_on=date(2026, 6, 11), by=cast.actor("organiser"),
    )  # fmt: skip
    assert given(cast, person=probationer, from_on=date(2026, 6, 12)).agreed_on


def test_the_same_post_is_given_once(cast: Any) -> None:
    post = given(cast)
    assert "已经在这个岗位" in refused(
        write=actions.set_post, org=cast.branch, person=cast.member.person, kind="AREA", title=" 北楼责任区 ",
        from_on=TODAY, by=cast.actor("organiser"),
    )  # fmt: skip
    actions.withdraw_post(post=post, by=cast.actor("organiser"), on=TODAY, reason="期满")
    assert given(cast, from_on=TODAY).pk != post.pk


@pytest.mark.parametrize("by", ["member", "organiser"])
def test_nobody_agrees_to_what_they_take_on_themselves(cast: Any, by: str) -> None:
    post = given(cast, by=by, person=cast.accounts[by].person)
    assert post.agreed_on is None
    said = refused(write=actions.agree_post, post=post, by=cast.actor(by), on=TODAY, others=["唐见山"])
    assert "唐见山" in said
    actions.agree_post(post=post, by=cast.actor("branch_secretary"), on=TODAY)
    post.refresh_from_db()
    assert post.agreed_on == TODAY
    assert "已经同意" in refused(write=actions.agree_post, post=post, by=cast.actor("branch_secretary"), on=TODAY)


def test_a_review_comes_after_the_agreement_and_moves_forward(cast: Any) -> None:
    claim = given(cast, by="member")
    by = cast.actor("organiser")
    assert "还没有同意" in refused(write=actions.review_post, post=claim, by=by, on=TODAY, today=TODAY)
    post = given(cast, kind="VANGUARD")
    assert "还没有到" in refused(write=actions.review_post, post=post, by=by, on=TODAY + timedelta(days=1), today=TODAY)
    actions.review_post(post=post, by=by, on=TODAY, today=TODAY)
    assert "上次复核" in refused(write=actions.review_post, post=post, by=by, on=TODAY, today=TODAY)


def test_withdrawal_says_why_and_once(cast: Any) -> None:
    post, by = given(cast), cast.actor("organiser")
    assert "原因" in refused(write=actions.withdraw_post, post=post, by=by, on=TODAY, reason=" ")
    assert "不能早于" in refused(
        write=actions.withdraw_post, post=post, by=by, on=ON - timedelta(days=1), reason="调整"
    )
    actions.withdraw_post(post=post, by=by, on=ON, reason="调整")
    assert "已经撤下" in refused(write=actions.withdraw_post, post=post, by=by, on=TODAY, reason="调整")
    assert "已经撤下" in refused(write=actions.amend_post, post=post, kind="AREA", title="y", duty="", by=by)


def test_a_year_without_a_look_asks_for_review(cast: Any) -> None:
    post = given(cast)
    rows = posts.visible_to(cast.organiser)
    last_day = ON + timedelta(days=365)
    assert not posts.narrowed(rows, last_day, state="review").exists()
    assert posts.narrowed(rows, last_day + timedelta(days=1), state="review").get() == post
    actions.review_post(post=post, by=cast.actor("organiser"), on=TODAY, today=TODAY)
    assert not posts.narrowed(rows, last_day + timedelta(days=1), state="review").exists()
    assert posts.narrowed(rows, TODAY + timedelta(days=366), state="review").get() == post


def test_the_neighbour_sees_nothing(cast: Any) -> None:
    given(cast)
    assert not posts.visible_to(cast.neighbour).exists()
    assert posts.visible_to(cast.district_officer).exists()


def test_the_list_takes_the_same_queries_for_one_row_and_three(
    cast: Any, client: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast.login(client, "organiser")
    given(cast)
    client.get("/party/posts/")
    with CaptureQueriesContext(connection) as one:
        client.get("/party/posts/")
    given(cast, title="南楼责任区")
    given(cast, title="西楼责任区", person=cast.people[5])
    with django_assert_num_queries(len(one)):
        page = client.get("/party/posts/")
    assert "西楼责任区" in page.content.decode()


def test_word_and_excel_hold_the_rows(cast: Any, client: Any) -> None:
    import io

    import docx
    import openpyxl

    given(cast)
    cast.login(client, "branch_secretary")
    paper = docx.Document(io.BytesIO(client.get("/party/posts/paper/").content))
    cells = [cell.text for cell in paper.tables[0].rows[1].cells]
    assert cells[1:5] == ["柳林中心小学党支部", "党员责任区", "北楼责任区", cast.member.person.name]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/party/posts/export/").content))
    rows = list(book.active.values)
    assert "北楼责任区" in [cell for row in rows for cell in row]


def test_a_member_claims_on_the_own_page(cast: Any, client: Any) -> None:
    cast.login(client, "member")
    told = {"kind": "VANGUARD", "title": "数学组先锋岗", "from_on": "2026-03-01"}
    assert client.post("/party/posts/claim/", told).status_code == 302
    page = client.get("/party/posts/own/").content.decode()
    assert "数学组先锋岗" in page and "待支部同意" in page
    assert MemberPost.objects.get().person == cast.member.person


def test_a_refused_review_keeps_what_was_typed(cast: Any, client: Any) -> None:
    post = given(cast)
    cast.login(client, "organiser")
    page = client.post(f"/party/posts/{post.pk}/end/", {"on": "2026-02-01", "reason": "岗位调整了"})
    text = page.content.decode()
    assert page.status_code == 200 and "岗位调整了" in text and "不能早于" in text
