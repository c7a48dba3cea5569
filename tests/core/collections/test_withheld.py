"""Dues of single members are asked for and seen by those alone who hold the dues; totals of bodies by everybody."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from hongzhu.core.collections import actions
from hongzhu.core.collections.models import Asked, Request, Return
from hongzhu.core.collections.queries import fields, prefill, requests
from hongzhu.core.people.models import Engagement
from hongzhu.core.policies import actions as policies
from hongzhu.kit import registry
from hongzhu.services.party.models import DuesBase, DuesMonth, Receipt
from tests.cast import FOUNDED, joins, person

from .conftest import NOW, ON, drafted, return_of, sent, submitted
from .samples import SAMPLES

BASE = "party.dues_base"
PAID = "party.dues_paid"
WHY = "只有党建办可以收"


@pytest.fixture
def paid(cast: Any, clock: Any) -> Any:
    """One member pays by a base of 5,001 yuan and has paid January."""
    policies.ship()
    clock.set(2026, 11, 18, 10)
    _pays(cast, cast.people[0], 7502)
    return cast


def _pays(cast: Any, who: Any, fen: int) -> None:
    DuesBase.objects.create(person=who, table="SALARIED", base=500_100, from_on=date(2026, 1, 1))
    receipt = Receipt.objects.create(
        bureau=cast.bureau, org=cast.branch, person=who, number=f"R{who.pk}", voucher="凭1", paid_on=date(2026, 1, 9),
        fen=fen, collected_by="某", recorded_at=NOW,
    )  # fmt: skip
    DuesMonth.objects.create(receipt=receipt, month=date(2026, 1, 1), fen=fen)


def columns(field: str = PAID, title: str = "实交") -> list[actions.ColumnWish]:
    return [
        actions.ColumnWish(place=1, title="姓名", field="people.name"),
        actions.ColumnWish(place=2, title=title, type="MONEY", field=field),
    ]


def of_members(cast: Any, **given: Any) -> Request:
    return drafted(cast, about="MEMBER", **{"columns": columns()} | given)


def new(cast: Any, client: Client, who: str, **given: Any) -> Any:
    cast.login(client, who)
    facts = {
        "title": "党费情况表", "basis": "党建办通知", "due_on": "2026-11-27", "as_of": "2026-11-18", "kinds": ["BRANCH"],
        "about": "MEMBER", "asker": cast.root.pk, "owner": cast.accounts[who].person.name, "total_row": "on",
    }  # fmt: skip
    return client.post(reverse("collections:request_new"), facts | given)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def url(name: str, request: Any) -> str:
    return reverse(f"collections:{name}", args=[request.pk])


# --- which fields, for whom


def test_every_field_of_a_members_dues_is_guarded_and_no_other() -> None:
    own = {one.code for one in registry.book.fields["party.dues_of_persons"].fields}
    assert set(fields.guarded("MEMBER")) == own == set(fields.guarded("STAFF")) and len(own) == 18
    assert fields.guarded("UNIT") == fields.guarded("FREE") == {}
    for source in registry.book.fields.values():
        for one in source.fields:
            assert (one.ask_perm == "party.money") is (one.code in own)
            assert not one.ask_perm or one.ask_perm in registry.book.perms


@pytest.mark.parametrize(
    ("who", "may"), [("party_office", True), ("section_officer", False), ("district_officer", False)]
)
def test_who_may_ask(paid: Any, who: str, may: bool) -> None:
    for at in (None, paid.root if who != "district_officer" else paid.general_branch):
        barred = fields.withheld(paid.accounts[who], "MEMBER", at)
        assert (barred == {}) is may
        assert may or (len(barred) == 18 and WHY in barred[PAID] and "今年已收党费" in barred[PAID])
    assert fields.withheld(paid.accounts[who], "UNIT") == {}
    assert set(fields.withheld(paid.accounts[who], "MEMBER", paid.root, among=[PAID, "people.name"])) == (
        set() if may else {PAID}
    )


def test_the_questions_are_one_for_each_permission(paid: Any, django_assert_num_queries: Any) -> None:
    user = paid.accounts["section_officer"]
    fields.withheld(user, "MEMBER", paid.root)
    for among in ([PAID], [PAID, BASE], None):
        with django_assert_num_queries(0):
            fields.withheld(user, "MEMBER", paid.root, among=among)
    office = paid.accounts["party_office"]
    fields.withheld(office, "MEMBER", paid.root)
    for among in ([PAID], [PAID, BASE], None):
        with django_assert_num_queries(1):
            fields.withheld(office, "MEMBER", paid.root, among=among)


def test_a_title_that_means_one_means_nothing_else_instead() -> None:
    written = ["姓名", "实交", "实交党费情况", "今年已收党费"]
    free = fields.match(written, "MEMBER")
    assert [one.code for one in free] == ["people.name", PAID, "", "party.dues_year"] and free[2].proposed == PAID
    told = fields.match(written, "MEMBER", fields.guarded("MEMBER"))
    assert [(one.code, one.proposed) for one in told] == [
        ("people.name", ""),
        ("", ""),
        ("", ""),
        ("party.dues_year", ""),
    ]
    assert [one.withheld.code if one.withheld else "" for one in told] == ["", PAID, PAID, ""]


def test_the_usual_table_of_dues_is_filled_for_the_party_office_alone(paid: Any) -> None:
    """The ten usual tables are the Party office's: what it may ask is what they are measured by."""
    sample = next(one for one in SAMPLES if one.name == "党费收缴登记表")
    titles = ["计算基数（元）", "月应交（元）", "全年应交", "实交"]
    for who, found in (("party_office", 4), ("section_officer", 0)):
        but = fields.withheld(paid.accounts[who], sample.about, paid.root)
        assert sum(one.sure for one in fields.match(titles, sample.about, but)) == found


# --- laying out


def test_the_office_is_offered_them_and_gets_them(paid: Any, client: Client) -> None:
    paid.login(client, "party_office")
    assert PAID in text(client.get(reverse("collections:request_new")))
    new(paid, client, "party_office", pasted="姓名、实交", ticked=[BASE])
    request = Request.objects.get()
    assert [one.field for one in requests.columns_of(request)] == [BASE, "people.name", PAID]
    page = text(client.get(url("request_columns", request)))
    assert f'value="{PAID}" selected' in page and WHY not in page
    client.post(url("request_send", request))
    request.refresh_from_db()
    assert request.status == Request.Status.OUT
    assert prefill.rows(request, requests.columns_of(request), [paid.branch.pk], ON)[paid.branch.pk]


def test_a_section_is_neither_offered_nor_matched_and_is_told_what_to_do(paid: Any, client: Client) -> None:
    paid.login(client, "section_officer")
    shown = text(client.get(reverse("collections:request_new")))
    assert PAID not in shown and "party.dues_year" in shown
    new(paid, client, "section_officer", pasted="姓名、实交、备注")
    request = Request.objects.get()
    assert [(one.field, one.proposed) for one in requests.columns_of(request)] == [
        ("people.name", ""), ("", ""), ("", ""),
    ]  # fmt: skip
    page = text(client.get(url("request_columns", request)))
    assert page.count(WHY) == 1 and PAID not in page and "用“每个单位一行”的表" in page
    assert (page.count("不按姓名收，见下面的说明"), page.count("平台没有，由单位填")) == (1, 1)
    assert "“今年实交党费”是个人的信息" in page


def test_ticked_anyway_it_is_refused_and_what_was_typed_stays(paid: Any, client: Client) -> None:
    page = text(new(paid, client, "section_officer", ticked=[PAID, "people.name"]))
    assert WHY in page and "已填内容还在" in page and "党费情况表" in page
    assert not Request.objects.exists()
    new(paid, client, "section_officer", ticked=["people.name"])
    assert Request.objects.count() == 1


def test_posted_anyway_it_is_refused_and_the_columns_stay(paid: Any, client: Client) -> None:
    new(paid, client, "section_officer", pasted="姓名、实交")
    request = Request.objects.get()
    sent_ = {"c1_field": "people.name", "c1_type": "TEXT", "c2_field": PAID, "c2_type": "MONEY"}
    page = text(client.post(url("request_columns", request), sent_))
    assert WHY in page and "已填内容还在" in page
    assert [one.field for one in requests.columns_of(request)] == ["people.name", ""]
    assert client.post(url("request_columns", request), sent_ | {"c2_field": ""}).status_code == 302
    paid.login(client, "party_office")
    assert client.post(url("request_columns", request), sent_).status_code == 302
    assert [one.field for one in requests.columns_of(request)] == ["people.name", PAID]


def test_totals_of_bodies_stay_everybodys(paid: Any, client: Client) -> None:
    new(paid, client, "section_officer", about="UNIT", pasted="党组织、今年已收党费、今年交纳党费人数")
    request = Request.objects.get()
    assert [one.field for one in requests.columns_of(request)][1:] == ["party.dues_year", "party.dues_payers"]
    assert WHY not in text(client.get(url("request_columns", request)))
    client.post(url("request_send", request))
    request.refresh_from_db()
    assert request.status == Request.Status.OUT


# --- sending what another laid out


def test_who_may_not_ask_does_not_send_what_another_laid_out(paid: Any, client: Client) -> None:
    request = of_members(paid)
    paid.login(client, "section_officer")
    page = text(client.get(url("request_page", request)))
    assert "没有发出：请改“实交”这一列" in page and WHY in page
    assert WHY in text(client.get(url("request_columns", request)))
    assert WHY in text(client.post(url("request_send", request)))
    request.refresh_from_db()
    assert request.status == Request.Status.DRAFT and not Return.objects.exists()
    barred = requests.withheld_from(paid.accounts["section_officer"], request)
    with pytest.raises(ValidationError, match=WHY):
        actions.send(request=request, by=paid.actor("section_officer"), on=ON, now=NOW, withheld=barred)
    paid.login(client, "party_office")
    assert WHY not in text(client.get(url("request_page", request)))
    client.post(url("request_send", request))
    request.refresh_from_db()
    assert request.status == Request.Status.OUT


# --- who sees what came back


def test_the_unit_and_the_office_see_the_sums_and_those_between_do_not(paid: Any, client: Client) -> None:
    request = sent(paid, about="MEMBER", columns=columns())
    answer = submitted(paid, request, given={})
    for who, sees in (
        ("party_office", True), ("branch_secretary", True), ("school_secretary", True),
        ("section_officer", False), ("district_officer", False), ("inspector", False),
    ):  # fmt: skip
        paid.login(client, who)
        page = text(client.get(url("return_read", answer)))
        assert paid.people[0].name in page
        assert ("75.02" in page, "<dt>实交</dt>" in page, "有的列没有列出" in page) == (sees, sees, not sees)
    paid.login(client, "organiser")
    assert "75.02" in text(client.get(url("return_page", answer)))
    paid.login(client, "outsider")
    assert client.get(url("return_read", answer)).status_code == 404


def test_nothing_is_said_to_be_missing_before_anything_came_back(paid: Any, client: Client) -> None:
    answer = return_of(sent(paid, about="MEMBER", columns=columns()), paid.branch)
    paid.login(client, "inspector")
    assert "有的列没有列出" not in text(client.get(url("return_read", answer)))


def test_the_merged_file_is_the_offices(paid: Any, client: Client) -> None:
    request = sent(paid, about="MEMBER", columns=columns())
    submitted(paid, request, given={})
    paid.login(client, "section_officer")
    assert WHY in text(client.get(url("request_merged", request)), 403)
    paid.login(client, "party_office")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(url("request_merged", request)).content))
    assert 75.02 in [row[1] for row in sheet.get_sheet_by_index(0).to_python()]
    plain = sent(paid, about="MEMBER", columns=columns()[:1], title="名单", repeat_reason="另一张")
    submitted(paid, plain, given={})
    paid.login(client, "section_officer")
    assert client.get(url("request_merged", plain)).status_code == 200


def test_a_table_of_staff_tells_a_branch_the_dues_of_its_own_members_alone(paid: Any) -> None:
    """A branch names the staff of its school: also those who pay their dues in another branch."""
    guest = person(paid.bureau, "闻远来")
    joins(guest, paid.other_branch)
    Engagement.objects.create(person=guest, unit=paid.school, relation="WORKPLACE", from_on=FOUNDED)
    _pays(paid, guest, 6000)
    laid = [Asked(place=wish.place, title=wish.title, field=wish.field) for wish in columns()]
    request = of_members(paid, columns=[])
    Request.objects.filter(pk=request.pk).update(about="STAFF")
    request.refresh_from_db()
    (rows,) = prefill.rows(request, laid, [paid.branch.pk], ON).values()
    told = {row.person.name: row.held.get("2") for row in rows if row.person}
    assert (told[paid.people[0].name], told["闻远来"]) == (7502, None)
    assert {row.held["1"] for row in rows} == set(told)  # what everybody may ask for is told of all
