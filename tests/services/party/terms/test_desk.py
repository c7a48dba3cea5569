"""What elections and filings put on the desk: whose turn it is, by when, and where the line leads."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from hongzhu.core.access.models import Grant
from hongzhu.core.orgs import actions as orgs
from hongzhu.core.policies import actions as policies
from hongzhu.kit.registry import book
from hongzhu.services.party.actions import filings as filing_actions
from hongzhu.services.party.desk.terms import elections_waiting
from hongzhu.services.party.models import Filing
from tests.cast import FOUNDED, SYSTEM

from . import stage
from .stage import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("at", "said"),
    [("started", "写请示"), ("asked", None), ("allowed", "登记选举"), ("held", "报告结果"), ("reported", None)],
)
def test_the_branch_is_told_its_own_next_step(cast: Any, at: str, said: str | None) -> None:
    election = getattr(stage, at)(cast)
    found = elections_waiting(cast.branch_secretary, TODAY)
    if said is None:
        assert found == []  # the superior's turn
        assert [due.title for due in elections_waiting(cast.district_officer, TODAY)] == ["换届待批复"]
        return
    assert [(due.title, due.text, due.action, due.due_on) for due in found] == [
        (f"换届：{said}", "柳林中心小学党支部", said, date(2026, 12, 1))
    ]
    assert found[0].url == reverse("party:election_page", args=[election.pk])
    assert elections_waiting(cast.district_officer, TODAY) == []


def test_a_by_election_has_no_last_day(cast: Any) -> None:
    stage.started(cast, cause="BY")
    assert [(due.action, due.due_on) for due in elections_waiting(cast.branch_secretary, TODAY)] == [("写请示", None)]


def asked(cast: Any) -> Filing:
    policies.ship()
    return filing_actions.ask(
        bureau=cast.bureau, want="RENAME", superior=cast.general_branch, org=cast.branch, name="柳林学校党支部",
        reason="学校更名", by=cast.actor("branch_secretary"), on=TODAY, today=TODAY,
    )  # fmt: skip


def test_a_filing_waits_for_the_superior_until_it_is_answered(cast: Any) -> None:
    filing = asked(cast)
    found = elections_waiting(cast.district_officer, TODAY)
    assert [(due.title, due.text, due.url) for due in found] == [
        ("党组织设置待批复", "1件设立、变更、撤销请示", reverse("party:election_inbox"))
    ]
    assert elections_waiting(cast.branch_secretary, TODAY) == []
    filing_actions.answer(
        filing=filing, agreed=True, number="6号", by=cast.actor("district_officer"), on=TODAY, today=TODAY
    )
    assert elections_waiting(cast.district_officer, TODAY) == []


def test_who_keeps_a_school_without_a_branch_is_told_nothing(cast: Any) -> None:
    """The branch's own term is due, but not at a school that has none."""
    stage.before(cast)
    empty = orgs.set_up(
        bureau=cast.bureau, kind="SCHOOL", name="新学校", parent=cast.root, stage="PRIMARY", sector="PUBLIC", by=SYSTEM,
        on=FOUNDED,
    )  # fmt: skip
    Grant.objects.filter(person=cast.branch_secretary.person).update(org=empty)
    assert elections_waiting(cast.branch_secretary, TODAY) == []
    assert len(elections_waiting(cast.organiser, TODAY)) == 1


@pytest.mark.parametrize("kind", ["party.election", "party.filing"])
def test_a_record_opens_where_its_link_leads(cast: Any, client: Any, kind: str) -> None:
    record: Any = stage.started(cast) if kind == "party.election" else asked(cast)
    cast.login(client, "branch_secretary")
    page = client.get(book.links[kind](record.pk))
    assert page.status_code == 200 and page.context["election" if kind == "party.election" else "filing"] == record
