"""Lists cost the same for one row and for three; empty ones say what will stand there; filters; the roster as Excel."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongzhu.core.people import actions
from hongzhu.core.people.models import Establishment, Membership, Person, Post
from hongzhu.kit.crypto import vault


def queries_of(client, path):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def keep(model, org, count):
    kept = list(model.objects.filter(org=org).order_by("pk").values_list("pk", flat=True)[:count])
    model.objects.exclude(pk__in=kept).delete()
    return len(kept)


@pytest.mark.parametrize(("path", "model"), [("/people/", Membership), ("/people/posts/", Post)])
def test_lists_cost_the_same_for_one_and_three_rows(cast, client, path, model):
    cast.login(client, "party_office")
    client.get(path)
    if model is Post:
        Post.objects.create(person=cast.people[5], org=cast.branch, kind="PUBLICITY", from_on="2020-01-01")
    assert keep(model, cast.branch, 3) == 3
    three = queries_of(client, path)
    keep(model, cast.branch, 1)
    assert queries_of(client, path) == three


def test_register_of_bodies_costs_the_same(cast, client):
    cast.login(client, "party_office")
    client.get("/orgs/")
    assert queries_of(client, "/orgs/?q=党支部") == queries_of(client, "/orgs/?q=柳林中心小学党支部")


def test_empty_pages_say_what_will_stand_there(cast, client):
    Membership.objects.all().delete()
    Post.objects.all().delete()
    Establishment.objects.all().delete()
    cast.login(client, "party_office")
    assert "还没有党员" in client.get("/people/").content.decode()
    assert "没有符合条件的人" in client.get("/people/?state=retired").content.decode()
    assert "还没有任职" in client.get("/people/posts/").content.decode()
    assert "没有符合条件的机构" in client.get("/orgs/?q=没有这个").content.decode()
    assert "这一年没有新设立的" in client.get("/orgs/changes/?year=1999").content.decode()


@pytest.mark.parametrize(
    ("state", "names"),
    [("retired", {"宋时雨"}), ("left_out", {"宋时雨"}), ("probationary", {"苏念慈"}), ("away", {"沈书言"})],
)
def test_filters(cast, client, state, names):
    office, on = cast.actor("party_office"), date(2026, 3, 1)
    row = Membership.objects.get(person__name="宋时雨")
    actions.change_state(membership=row, retired=True, left_out="AGED", by=office, on=on)
    who = Person.objects.get(name="沈书言")
    actions.engage(person=who, relation="WORKPLACE", unit=cast.other_school, reason="SECONDED", by=office, on=on)
    cast.login(client, "party_office")
    page = client.get("/people/", {"state": state})
    assert {row["person"].name for row in page.context["rows"]} == names
    assert client.get("/people/", {"state": state, "on": "2026-02-28"}).context["page"].paginator.count == 0


def test_found_by_pinyin_and_as_of_a_day(cast, client):
    cast.login(client, "branch_secretary")
    assert [row["person"].name for row in client.get("/people/?q=ssy").context["rows"]] == ["沈书言", "宋时雨"]
    everybody = client.get("/people/").context["page"].paginator.count
    assert client.get("/people/?on=2026-06-11").context["page"].paginator.count == everybody - 1


def test_roster_as_excel_is_masked(cast, client):
    who = cast.people[6]
    Person.objects.filter(pk=who.pk).update(
        phone_sealed=vault().seal("13812345678", bind=f"{who.uuid}|phone"), name="=cmd()"
    )
    cast.login(client, "party_office")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/people/export/").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:3] == ("序号", "姓名", "性别") and len(rows) == 12
    line = next(row for row in rows if row[1] == "=cmd()")
    assert set(line[12]) == {"*"}


def test_person_page_is_masked_and_reveal_is_offered_to_those_who_may(cast, client):
    who = cast.people[6]
    Person.objects.filter(pk=who.pk).update(phone_sealed="x", id_sealed="x", id_tail="7")
    for name, offered in (("party_office", True), ("branch_secretary", False)):
        cast.login(client, name)
        page = client.get(f"/people/{who.pk}/").content.decode()
        assert ("查看，需写用途" in page) is offered and "•7" in page


def test_a_school_secretary_sees_the_branch_in_the_school(cast, client):
    cast.login(client, "school_secretary")
    assert {row.org.name for row in client.get("/orgs/").context["page"]} == {
        "柳林中心小学", "柳林中心小学一年级1班", "柳林中心小学党支部",
    }  # fmt: skip


def test_caution_stands_on_the_page_of_a_small_branch(cast, client):
    cast.login(client, "party_office")
    assert "不足3人" in client.get(f"/orgs/{cast.other_branch.pk}/").content.decode()
    assert "不足3人" not in client.get(f"/orgs/{cast.branch.pk}/").content.decode()


def test_refused_step_keeps_what_was_typed(cast, client):
    cast.login(client, "party_office")
    answer = client.post(f"/orgs/{cast.branch.pk}/dissolve/", {"on": "2026-07-01", "approval": "青教党〔2026〕9号"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "请先写明由谁承接" in page and "青教党〔2026〕9号" in page


def cells(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_minding_a_post_leaves_its_seat_vacant_on_every_page(cast, client):
    """One truth about A20: the posts of the people room and the vacancies of the registers say the same."""
    actions.set_seats(org=cast.branch, kind="SECRETARY", seats=1, by=cast.actor("party_office"), on=date(2020, 1, 1))
    Post.objects.filter(org=cast.branch, kind="SECRETARY").update(to_on=date(2026, 11, 1))
    Post.objects.create(
        person=cast.organiser.person, org=cast.branch, kind="SECRETARY", acting=True, from_on=date(2026, 11, 1)
    )
    cast.login(client, "party_office")

    told = {row[0]: row for row in cells(client.get("/people/posts/export/?range=short&on=2026-11-20"))}
    assert list(told) == ["单位、党组织", "柳林中心小学党支部"]
    assert told["柳林中心小学党支部"][1:4] == ["书记", 1, None]
    assert told["柳林中心小学党支部"][4:6] == ["周予安", 1] and told["柳林中心小学党支部"][7] == 19
    other = {row[0]: row for row in cells(client.get("/registers/vacancies/export/?on=2026-11-20"))}
    assert other["柳林中心小学党支部"][4:6] == [1, 1] and other["柳林中心小学党支部"][7] == 19
    before = {row[0]: row for row in cells(client.get("/people/posts/export/?range=short&on=2026-10-31"))}
    assert list(before) == ["单位、党组织"]


def test_the_seats_of_one_body_stand_above_their_form_and_come_back_after_saving(cast, client):
    cast.login(client, "party_office")
    path = f"/people/seats/{cast.branch.pk}/"
    assert "未核定" in client.get(path).content.decode()

    answer = client.post(path, {"kind": "PUBLICITY", "seats": "2", "on": "2026-11-01"})
    assert answer.status_code == 302 and answer.url == path
    shown = client.get(path).content.decode()
    assert "宣传委员" in shown and "已保存职数" in shown
    refused = client.post(path, {"kind": "PUBLICITY", "seats": "-1", "on": "2026-11-01"}).content.decode()
    assert "没有保存" in refused and 'value="-1"' in refused
    assert Establishment.objects.get(org=cast.branch, kind="PUBLICITY").seats == 2


def test_bodies_set_up_in_a_year_as_excel(cast, client):
    cast.login(client, "party_office")
    rows = cells(client.get("/orgs/changes/export/?year=2020&kind=BRANCH"))
    shown = client.get("/orgs/changes/?year=2020&kind=BRANCH").context["page"].paginator.count
    assert rows[0] == ["名称", "类别", "设立日期", "批准文号"] and len(rows) - 1 == shown
