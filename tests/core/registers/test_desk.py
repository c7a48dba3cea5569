from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from hongzhu.core.registers import actions, desk
from hongzhu.kit import registry
from tests.core.registers.conftest import assigned, honoured

TODAY = date(2026, 11, 20)


def test_cards_of_a_unit_show_who_answers_and_what_was_granted(stage):
    assert desk.contacts_panel(stage.party_office, stage.branch, TODAY) is None
    assert desk.honours_panel(stage.party_office, stage.school, TODAY) is None
    assigned(stage, stage.branch)
    honoured(stage)
    assert [line.value for line in desk.contacts_panel(stage.party_office, stage.branch, TODAY).lines] == ["陆望舒"]
    assert [item.title for item in desk.honours_panel(stage.party_office, stage.school, TODAY).items] == [
        "先进基层党组织"
    ]
    assert desk.honours_panel(stage.party_office, stage.school, date(2025, 12, 31)) is None
    assert desk.contacts_panel(stage.outsider, stage.branch, TODAY) is None


def test_honours_are_found_by_those_who_see_them(stage):
    honoured(stage)
    assert len(desk.find_honours(stage.branch_secretary, "先进", 5)) == 1
    assert desk.find_honours(stage.neighbour, "先进", 5) == []
    assert desk.find_honours(stage.member, "先进", 5) == []


def test_doors_of_an_honour_open_by_the_right_asked_for(stage):
    row = honoured(stage)
    assert registry.book.doors["registers.honour"](stage.organiser, row.pk) == row
    change = registry.book.doors["registers.honour:change"]
    assert change(stage.party_office, row.pk) == row
    with pytest.raises(PermissionDenied):
        change(stage.organiser, row.pk)  # reads it, keeps none
    for kind in ("registers.honour", "registers.honour:change"):
        with pytest.raises(Http404):
            registry.book.doors[kind](stage.neighbour, row.pk)


def test_the_link_of_a_nomination_leads_to_its_page(stage, client):
    row = actions.nominate(
        nominated_by=stage.branch, year=2026, title="优秀党员教师", level="COUNTY", person=stage.member.person,
        proposed_on=date(2026, 5, 10), by=stage.actor("organiser"), today=TODAY,
    )  # fmt: skip
    stage.login(client, "organiser")
    assert "优秀党员教师" in client.get(registry.book.links["registers.nomination"](row.pk)).content.decode()
