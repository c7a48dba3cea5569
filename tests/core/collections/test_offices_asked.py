"""Districts, Party committees and general branches are asked too; their officer answers for that body alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.collections import actions, desk
from hongzhu.core.collections.forms import RequestForm
from hongzhu.core.collections.measures import members_paragraph
from hongzhu.core.collections.models import PlanItem, Request, Return
from hongzhu.core.collections.queries import requests, returns
from hongzhu.core.documents.models import Message
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import Period
from tests.core.collections.conftest import DUE, NOW, ON, drafted, heading, return_of, sent, wishes


@pytest.fixture(autouse=True)
def _stage(stage: Any) -> None:
    """Every test here has the pack and the fields."""


def general(cast: Any, **given: Any) -> Request:
    return sent(cast, kinds=("GENERAL_BRANCH",), columns=wishes("党课场次", held=2), **given)


def test_the_form_offers_them(cast: Any) -> None:
    form = RequestForm(user=cast.party_office, kind="TABLE", new=True)
    assert {"DISTRICT", "COMMITTEE", "GENERAL_BRANCH"} <= {value for value, _label in form.fields["kinds"].choices}


def test_the_officer_is_told_and_answers_for_their_own_body_alone(cast: Any, client: Any) -> None:
    request, below = general(cast), sent(cast, columns=wishes("炉具台数", held=0))
    told = Message.objects.filter(key__startswith=f"collections.request:{request.pk}:")
    assert list(told.values_list("account__username", flat=True)) == ["district_officer"]
    assert not Message.objects.filter(
        key__startswith=f"collections.request:{below.pk}:", account=cast.district_officer
    ).exists()
    assert [row.org_id for row in returns.own(cast.district_officer)] == [cast.general_branch.pk]
    cast.login(client, "district_officer")
    mine, theirs = return_of(request, cast.general_branch), return_of(below, cast.branch)
    assert client.get(f"/collections/returns/{mine.pk}/").status_code == 200
    refused = client.get(f"/collections/returns/{theirs.pk}/")
    assert refused.status_code == 403
    assert "由柳林中心小学党支部填报" in refused.content.decode()
    assert [due.title for due in desk.waiting(cast.district_officer, ON)] == [request.title]
    assert client.get("/collections/").url == "/collections/requests/"
    assert 'href="/collections/returns/"' in client.get("/collections/requests/").content.decode()
    cast.login(client, "party_office")
    assert 'href="/collections/returns/"' not in client.get("/collections/requests/").content.decode()


def test_the_card_of_a_body_below_leads_to_what_was_handed_in(cast: Any) -> None:
    request, below = general(cast), sent(cast, columns=wishes("炉具台数", held=0))

    def link(org: Org) -> str:
        panel = desk.month_panel(cast.district_officer, org, DUE)
        assert panel is not None
        return panel.items[0].url

    assert link(cast.general_branch) == f"/collections/returns/{return_of(request, cast.general_branch).pk}/"
    assert link(cast.branch) == f"/collections/returns/{return_of(below, cast.branch).pk}/read/"


def test_planned_items_are_of_their_own_body(cast: Any) -> None:
    by, office = cast.actor("district_officer"), cast.actor("party_office")
    for org, kind in ((cast.general_branch, "GENERAL_BRANCH"), (cast.branch, "BRANCH")):
        request = drafted(cast, kind="REPORT", kinds=(kind,))
        actions.lay_parts(request=request, parts=[actions.PartWish(title=f"计划{kind}", plan=True)], by=office)
        actions.send(request=request, by=office, on=ON, now=NOW)
        plan = [actions.Planned(text=org.name, due_on=date(2026, 12, 20))]
        answer = actions.submit_report(
            answer=return_of(request, org), texts={}, plan=plan, version=0, by=by, on=ON, now=NOW
        )
        actions.accept(answer=answer, by=office, on=ON)
    assert [item.text for item in returns.plan_items(cast.district_officer)] == [cast.general_branch.name]


def test_a_planned_item_of_another_body_is_not_theirs_to_finish(cast: Any, client: Any) -> None:
    answer = Return.objects.get(request=sent(cast, kind="REPORT"), org=cast.branch)
    item = PlanItem.objects.create(answer=answer, text="培训", due_on=DUE)
    cast.login(client, "district_officer")
    assert client.post(f"/collections/plans/{item.pk}/done/").status_code == 403


def test_rows_of_people_are_not_asked_of_them(cast: Any) -> None:
    draft = drafted(cast, about="MEMBER", kinds=("GENERAL_BRANCH", "BRANCH"), columns=wishes("培训需求", held=0))
    with pytest.raises(ValidationError, match="由学校和党支部填"):
        actions.send(request=draft, by=cast.actor("party_office"), on=ON, now=NOW)
    report = drafted(cast, kind="REPORT", kinds=("GENERAL_BRANCH",))
    assert requests.check(report, ON).ready


def test_neither_who_asks_nor_the_bureaus_own_committee_is_asked(cast: Any) -> None:
    assert cast.committee.pk not in requests.audience(drafted(cast, kinds=("COMMITTEE", "GENERAL_BRANCH")), ON)
    theirs = actions.draft(
        asker=cast.general_branch, kind="TABLE", by=cast.actor("district_officer"), now=NOW,
        heading=heading(cast, kinds=("GENERAL_BRANCH", "BRANCH"), under=cast.general_branch),
    )  # fmt: skip
    assert requests.audience(theirs, ON) == [cast.branch.pk]


def test_a_report_of_a_general_branch_counts_the_members_below(cast: Any) -> None:
    period = Period.half(2026, 2)
    assert "有党员9名" in members_paragraph(cast.general_branch, period)
    assert "有党员9名" in members_paragraph(cast.branch, period)


def test_school_secretaries_still_answer_for_their_branch(cast: Any) -> None:
    sent(cast)
    assert {row.org_id for row in returns.own(cast.school_secretary)} == {cast.branch.pk}
