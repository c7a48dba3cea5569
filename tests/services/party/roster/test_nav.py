"""The room's own navigation: who sees which entries, which one is marked, what waits behind each on the landing page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hongzhu.kit import registry
from hongzhu.kit.registry import Due, Tab
from hongzhu.services.party.queries import nav

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


def test_the_noun_of_a_tab_is_the_first_word_of_its_address() -> None:
    assert Tab("党费", "party:dues_list", bool).noun == "dues"
    assert Tab("党员名册", "party:roster", bool).noun == "roster"


def test_every_tab_leads_somewhere_and_says_what_is_there() -> None:
    from django.urls import reverse

    tabs = registry.book.tabs["party"]
    assert len({tab.url_name for tab in tabs}) == len(tabs)
    for tab in tabs:
        assert reverse(tab.url_name)
        assert tab.about


def test_a_page_of_a_noun_marks_its_tab_and_other_rooms_have_none(stage: Any, client: Any, clock: Any) -> None:
    stage.login(client, "branch_secretary")
    page = client.get("/party/roster/structure/").content.decode()
    assert '<a href="/party/roster/" aria-current="page">' in page
    assert "hz-subnav" not in client.get("/registers/").content.decode()


def test_the_menu_has_the_room_for_who_reads_it(stage: Any, client: Any, clock: Any) -> None:
    for name, sees in (("party_office", True), ("branch_secretary", True), ("member", False)):
        stage.login(client, name)
        assert ('href="/party/"' in client.get("/", follow=True).content.decode()) is sees, name


def test_what_waits_stands_under_its_part(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    due = Due(title="三月份党费", text="2人", url="/party/dues/")
    waiting = registry.Waiting(name="party_roster", items=lambda user, today: [due])
    monkeypatch.setitem(registry.book.waiting, "party_roster", waiting)
    parts = {part.tab.noun: part.dues for part in nav.parts(stage.branch_secretary, ON)}
    assert parts["roster"] == [due]
    assert nav.parts(stage.member, ON) == [] or all(part.tab.noun != "roster" for part in nav.parts(stage.member, ON))


def test_a_room_declares_its_tabs_once() -> None:
    with pytest.raises(registry.Duplicate):
        registry.tabs("party", [])
