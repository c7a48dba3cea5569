"""Each point on its side of the boundary; who sees which; no more queries for more branches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import Membership, Person
from hongzhu.core.policies import actions as policies
from hongzhu.services.party.models import Admission, AdmissionStep, Appraisal, Election, Handing, Helper, Receipt
from hongzhu.services.party.queries import standard as queries
from tests.cast import joins, person

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def stage(cast: Any) -> Any:
    policies.ship()
    Person.objects.update(education="BACHELOR", born_on=date(1985, 5, 1), ethnic="汉族", sex="2")
    Membership.objects.filter(standing="FULL").update(full_on=date(2020, 1, 1))
    Membership.objects.filter(standing="PROBATIONARY").update(joined_on=date(2026, 6, 12))
    return cast


def told(stage: Any, who: str = "party_office", on: date = ON, org: Org | None = None) -> dict[str, int | None]:
    """point → n, of one branch."""
    sheet = queries.sheet(stage.accounts[who], stage.bureau, on)
    (line,) = [line for line in sheet.lines if line.org == (org or stage.branch)]
    return {mark.code: mark.n for mark in line.marks}


@pytest.mark.parametrize("field", ["education", "ethnic", "sex", "born_on"])
def test_one_gap_in_a_members_facts(stage: Any, field: str) -> None:
    assert told(stage)["roster"] == 0
    who = Membership.objects.filter(org=stage.branch).first().person
    setattr(who, field, None if field == "born_on" else "")
    who.save()
    assert told(stage)["roster"] == 1
    assert told(stage, org=stage.other_branch)["roster"] == 0


def test_days_a_member_should_have(stage: Any) -> None:
    one, two = Membership.objects.filter(org=stage.branch, standing="FULL")[:2]
    Membership.objects.filter(pk=one.pk).update(joined_on=None, full_on=None)
    Membership.objects.filter(pk=two.pk).update(full_on=None)
    assert told(stage)["roster"] == 2


def test_two_bodies_at_once(stage: Any) -> None:
    who = Membership.objects.filter(org=stage.branch, standing="FULL").first().person
    second = joins(who, stage.other_branch)
    assert (told(stage)["places"], told(stage, org=stage.other_branch)["places"]) == (1, 1)
    Membership.objects.filter(pk=second.pk).update(to_on=ON)
    assert told(stage)["places"] == 0


def test_an_activist_has_a_contact(stage: Any) -> None:
    assert told(stage)["contacts"] is None
    who = person(stage.bureau, "穆清扬")
    joins(who, stage.branch, standing="ACTIVIST", since=date(2026, 5, 1))
    way = Admission.objects.create(bureau=stage.bureau, person=who, org=stage.branch, applied_on=date(2026, 3, 1))
    assert told(stage)["contacts"] == 1
    full = Membership.objects.filter(org=stage.branch, standing="FULL").first().person
    helper = Helper.objects.create(admission=way, person=full, role="CONTACT", from_on=date(2026, 5, 2))
    assert told(stage)["contacts"] == 0
    assert told(stage, on=date(2026, 5, 1))["contacts"] == 1
    helper.to_on = ON
    helper.save()
    assert told(stage)["contacts"] == 1
    Admission.objects.filter(pk=way.pk).update(outcome="WITHDRAWN", ended_on=ON)
    assert told(stage)["contacts"] is None


def test_a_probation_that_is_over(stage: Any) -> None:
    assert told(stage, org=stage.other_branch)["probation"] is None
    assert told(stage, on=date(2027, 6, 11))["probation"] == 0
    assert told(stage, on=date(2027, 6, 12))["probation"] == 1
    who = Membership.objects.get(org=stage.branch, standing="PROBATIONARY").person
    way = Admission.objects.create(bureau=stage.bureau, person=who, org=stage.branch, applied_on=date(2024, 3, 1))
    AdmissionStep.objects.create(
        admission=way, code="full_vote", on=date(2027, 6, 12), decision="extend", until=date(2027, 12, 12),
        round=1, recorded_at="2027-06-12T00:00:00Z",
    )  # fmt: skip
    assert told(stage, on=date(2027, 12, 11))["probation"] == 1  # not yet approved
    AdmissionStep.objects.create(
        admission=way, code="full_approved", on=date(2027, 6, 20), round=1, recorded_at="2027-06-20T00:00:00Z",
    )  # fmt: skip
    assert told(stage, on=date(2027, 12, 11))["probation"] == 0
    assert told(stage, on=date(2027, 12, 12))["probation"] == 1


def test_last_quarters_dues_are_handed_up_and_told_to_who_may_see_dues(stage: Any) -> None:
    assert told(stage)["dues"] is None
    payer = Membership.objects.filter(org=stage.branch).first().person
    Receipt.objects.create(
        bureau=stage.bureau, org=stage.branch, person=payer, fen=3000, paid_on=date(2026, 9, 30), number="1", voucher="1",
        recorded_at=NOW,
    )  # fmt: skip
    assert told(stage)["dues"] == 1
    assert told(stage, on=date(2026, 9, 30))["dues"] is None  # the quarter is not over
    Handing.objects.create(
        bureau=stage.bureau, org=stage.branch, superior=stage.committee, quarter_on=date(2026, 7, 1), fen=3000,
        voucher="2", handed_on=ON, recorded_at=NOW,
    )  # fmt: skip
    assert told(stage)["dues"] == 0
    assert "dues" not in told(stage, "section_officer")
    assert told(stage, "branch_secretary")["dues"] == 0


def test_last_years_appraisal_and_an_overdue_term(stage: Any) -> None:
    assert told(stage)["life"] == 1
    assert told(stage, on=date(2026, 4, 1))["life"] == 1
    assert told(stage, on=date(2026, 3, 31))["life"] is None  # they are held into the first quarter
    Appraisal.objects.create(
        bureau=stage.bureau, org=stage.branch, year=2025, held_on=date(2026, 1, 9), members=9, took_part=9, excellent=2,
        qualified=6, basic=0, unqualified=0, probationary=1, recorded_at=NOW,
    )  # fmt: skip
    assert told(stage)["life"] == 0
    new = Org.objects.get(pk=stage.other_branch.pk)
    Org.objects.filter(pk=new.pk).update(opened_on=date(2026, 1, 1))
    assert told(stage, org=new)["life"] is None

    assert told(stage)["term"] is None  # founded long ago and no election on record: no end is known
    Election.objects.create(
        bureau=stage.bureau, org=stage.branch, cause="TERM", started_on=date(2023, 9, 1), held_on=date(2023, 11, 20),
        confirmed_on=date(2023, 12, 1),
    )  # fmt: skip
    due = date(2026, 11, 20)
    assert told(stage, on=due)["term"] == 0
    assert told(stage, on=due + timedelta(days=1))["term"] == 1


def test_the_page_tells_it_and_opens_the_rows(stage: Any, client: Any) -> None:
    who = Membership.objects.filter(org=stage.branch, standing="FULL").first().person
    Person.objects.filter(pk=who.pk).update(education="")
    stage.login(client, "party_office")
    page = client.get(reverse("party:standard"), {"on": ON.isoformat()}).content.decode()
    assert "2个支部中0个全部达标" in page
    assert "差1" in page
    link = f"{reverse('party:precheck')}?on={ON.isoformat()}&amp;q="
    assert link in page
    only = client.get(reverse("party:standard"), {"on": ON.isoformat(), "check": "roster"}).content.decode()
    assert stage.branch.name in only
    assert stage.other_branch.name not in only.split("<tbody>")[1]
    assert "没有这样的支部" in client.get(reverse("party:standard"), {"q": "无此支部"}).content.decode()
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("party:standard_export")).content)).active
    told = [[cell.value for cell in row] for row in book.iter_rows()]
    heads = next(row for row in told if "党支部" in row)
    assert "党员信息没有空缺" in heads
    assert any(stage.branch.name in row and "差1" in row for row in told)

    stage.login(client, "branch_secretary")
    mine = client.get(reverse("party:standard")).content.decode()
    assert stage.branch.name in mine
    assert stage.other_branch.name not in mine


def test_no_branch_in_ones_part(stage: Any, client: Any) -> None:
    Org.objects.filter(bureau=stage.far_bureau, kind="BRANCH").update(closed_on=date(2020, 1, 1))
    stage.login(client, "outsider")
    answer = client.get(reverse("party:standard"))
    assert "你的范围里没有党支部" in answer.content.decode()


def test_as_many_queries_for_more_branches(stage: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.sheet(stage.party_office, stage.bureau, ON)
        return len(seen)

    count()
    before = count()
    for number in range(4):
        Org.objects.create(bureau=stage.bureau, kind="BRANCH", name=f"新支部{number}", opened_on=date(2020, 1, 1))
    assert count() == before
