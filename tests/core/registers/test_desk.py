from datetime import date

from hongzhu.core.registers import desk
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
